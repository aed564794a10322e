//! The time to decide on a request to join, on dated cases over five years of bank holidays.

use crate::{on_both, setting::*};
use entity::vocabulary::Instant;
use serde_json::json;

/// When a request is received, by the clock of London; the last day to decide it; and that with a recorded reason for
/// more time. Worked out apart from the calendar of the code: from the rules of bank holidays and the dates of Easter.
const CASES: &[(&str, &str, &str)] = &[
    ("2025-01-01", "2025-01-15", "2025-01-22"),
    ("2025-03-28", "2025-04-11", "2025-04-22"),
    ("2025-04-10", "2025-04-28", "2025-05-06"),
    ("2025-04-17", "2025-05-06", "2025-05-13"),
    ("2025-04-30", "2025-05-15", "2025-05-22"),
    ("2025-05-23", "2025-06-09", "2025-06-16"),
    ("2025-08-14", "2025-08-29", "2025-09-05"),
    ("2025-08-22", "2025-09-08", "2025-09-15"),
    ("2025-12-11", "2025-12-29", "2026-01-06"),
    ("2025-12-24", "2026-01-12", "2026-01-19"),
    ("2026-01-02", "2026-01-16", "2026-01-23"),
    ("2026-03-20", "2026-04-07", "2026-04-14"),
    ("2026-04-02", "2026-04-20", "2026-04-27"),
    ("2026-04-05", "2026-04-20", "2026-04-27"),
    ("2026-04-30", "2026-05-15", "2026-05-22"),
    ("2026-05-08", "2026-05-22", "2026-06-01"),
    ("2026-05-22", "2026-06-08", "2026-06-15"),
    ("2026-08-17", "2026-09-01", "2026-09-08"),
    ("2026-08-31", "2026-09-14", "2026-09-21"),
    ("2026-09-01", "2026-09-15", "2026-09-22"),
    ("2026-11-21", "2026-12-04", "2026-12-11"),
    ("2026-12-14", "2026-12-30", "2027-01-07"),
    ("2026-12-18", "2027-01-06", "2027-01-13"),
    ("2026-12-24", "2027-01-12", "2027-01-19"),
    ("2026-12-26", "2027-01-12", "2027-01-19"),
    ("2027-03-12", "2027-03-30", "2027-04-06"),
    ("2027-03-25", "2027-04-12", "2027-04-19"),
    ("2027-04-19", "2027-05-04", "2027-05-11"),
    ("2027-05-29", "2027-06-14", "2027-06-21"),
    ("2027-12-13", "2027-12-29", "2028-01-06"),
    ("2027-12-24", "2028-01-12", "2028-01-19"),
    ("2027-12-31", "2028-01-17", "2028-01-24"),
    ("2028-03-30", "2028-04-13", "2028-04-24"),
    ("2028-04-13", "2028-05-02", "2028-05-09"),
    ("2028-04-28", "2028-05-15", "2028-05-22"),
    ("2028-05-19", "2028-06-05", "2028-06-12"),
    ("2028-08-25", "2028-09-11", "2028-09-18"),
    ("2028-12-15", "2029-01-03", "2029-01-10"),
    ("2028-12-24", "2029-01-10", "2029-01-17"),
    ("2028-12-31", "2029-01-15", "2029-01-22"),
    ("2029-01-02", "2029-01-16", "2029-01-23"),
    ("2029-02-23", "2029-03-09", "2029-03-16"),
];

on_both! {
    async fn every_request_is_due_on_the_day_that_the_table_says(setting: Setting) {
        setting.app.clock.stop_at("2025-01-01T00:00:00Z".parse().expect("an instant"));
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.provider("Acorn Example Care").await;
        let page = setting.market_page("Supported Living").await;
        let mut form = application(&page, page["categories"][0]["id"].as_str().expect("an id"));
        for piece in form["evidence"].as_array_mut().expect("evidence") {
            piece["expires_on"] = json!("2030-12-31");
        }
        let path = format!("/api/markets/{}/enrolments", page["id"].as_str().expect("an id"));
        let procurement = setting.procurement().await;
        assert!(CASES.len() >= 40);
        for (at, (received, within_ten, within_fifteen)) in CASES.iter().enumerate() {
            // Early in the day, late in it, and in between, in summer time as in winter.
            let hour = ["00:30", "12:00", "23:30"][at % 3];
            let begun: Instant = format!("{received}T{hour}:00Z").parse().expect("an instant");
            let begun = if begun.london_day().to_string() == *received { begun } else { begun.plus_seconds(-3600) };
            setting.app.clock.stop_at(begun);
            let (acorn, procurement) = (setting.signed_in_again(&acorn), setting.signed_in_again(&procurement));
            let asked = acorn.post(&path, form.clone()).await.ok();
            assert_eq!(asked["decide_by_day"], *within_ten, "received {received}");
            let own = format!("/api/enrolments/{}", asked["id"].as_str().expect("an id"));
            let reason = json!({"reason": "References take longer."});
            let longer = procurement.post(&format!("{own}/extend"), reason).await.ok();
            assert_eq!(longer["decide_by_day"], *within_fifteen, "received {received}");
            // A question does not stop the clock.
            procurement.post(&format!("{own}/ask"), json!({"question": "Who leads it?"})).await.ok();
            let asked = acorn.get(&own).await.ok();
            assert_eq!(asked["decide_by_day"], *within_fifteen, "received {received}");
            procurement.post(&format!("{own}/refuse"), json!({"reasons": "Not yet."})).await.ok();
        }
    }
}
