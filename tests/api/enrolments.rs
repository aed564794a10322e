//! Joining at any time, the clock on both sides, and what may follow what.

use crate::{on_both, setting::*};
use serde_json::json;

on_both! {
    async fn the_clock_counts_ten_working_days_or_fifteen_with_a_reason(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        // Monday 14 December 2026, in the afternoon: Christmas Day, Boxing Day's substitute and New Year follow.
        setting.app.clock.stop_at("2026-12-14T15:00:00Z".parse().expect("an instant"));
        let acorn = setting.provider("Acorn Example Care").await;
        let enrolment = setting.applied(&acorn, "Supported Living").await;
        let id = enrolment["id"].as_str().expect("an id");
        for side in [&acorn, &setting.procurement().await] {
            let seen = side.get(&format!("/api/enrolments/{id}")).await.ok();
            assert_eq!((&seen["decide_by_day"], &seen["working_days"]), (&json!("2026-12-30"), &json!(10)));
            assert_eq!(seen["decide_by"], "2026-12-31T00:00:00.000Z");
        }
        let procurement = setting.procurement().await;
        let path = format!("/api/enrolments/{id}/extend");
        procurement.post(&path, json!({"reason": " "})).await.refused(422, "invalid_field");
        let reason = json!({"reason": "References from abroad take longer."});
        let extended = procurement.post(&path, reason.clone()).await.ok();
        assert_eq!((&extended["decide_by_day"], &extended["working_days"]), (&json!("2027-01-07"), &json!(15)));
        procurement.post(&path, reason).await.refused(409, "standing_forbids");
        setting.app.clock.stop_at("2027-01-07T23:59:59.999Z".parse().expect("an instant"));
        let acorn = setting.signed_in_again(&acorn);
        assert_eq!(acorn.get(&format!("/api/enrolments/{id}")).await.ok()["overdue"], false);
        setting.app.clock.stop_at("2027-01-08T00:00:00Z".parse().expect("an instant"));
        assert_eq!(acorn.get(&format!("/api/enrolments/{id}")).await.ok()["overdue"], true);
    }

    async fn a_request_without_every_declaration_and_evidence_is_refused_naming_each(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.provider("Acorn Example Care").await;
        let page = setting.market_page("Supported Living").await;
        let path = format!("/api/markets/{}/enrolments", page["id"].as_str().expect("an id"));
        let category = page["categories"][0]["id"].as_str().expect("an id");
        let good = application(&page, category);
        let mut form = good.clone();
        form["declarations"] = json!([]);
        let refusal = acorn.post(&path, form).await.refused(422, "declaration_missing");
        let wanted = page["declarations"].as_array().expect("a list").len();
        assert_eq!(refusal["problems"].as_array().expect("problems").len(), wanted);
        let mut form = good.clone();
        form["evidence"][0]["expires_on"] = json!("2026-12-06");
        acorn.post(&path, form).await.refused(422, "evidence_missing");
        acorn.post(&path, good.clone()).await.ok();
        acorn.post(&path, good).await.refused(409, "already_applied");
    }

    async fn a_refused_provider_reads_the_reasons_and_may_apply_again(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.provider("Acorn Example Care").await;
        let enrolment = setting.applied(&acorn, "Supported Living").await;
        let path = format!("/api/enrolments/{}", enrolment["id"].as_str().expect("an id"));
        let procurement = setting.procurement().await;
        procurement.post(&format!("{path}/refuse"), json!({"reasons": "No registration."})).await.ok();
        procurement.post(&format!("{path}/admit"), json!({"reasons": "After all."})).await.refused(409, "standing_forbids");
        assert_eq!(acorn.get(&path).await.ok()["reasons"], "No registration.");
        let again = setting.applied(&acorn, "Supported Living").await;
        assert_eq!((&again["id"], &again["standing"]), (&enrolment["id"], &json!("applied")));
        let history = acorn.get(&format!("/api/history/enrolment/{}", enrolment["id"].as_str().expect("an id"))).await.ok();
        let kinds: Vec<_> = Setting::items(&history).iter().map(|e| e["kind"].as_str().expect("a kind")).collect();
        assert_eq!(kinds, ["enrolment_applied", "enrolment_refused", "enrolment_applied"]);
    }

    async fn nobody_joins_after_the_market_has_ended(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.provider("Acorn Example Care").await;
        let page = setting.market_page("Supported Living").await;
        let path = format!("/api/markets/{}/enrolments", page["id"].as_str().expect("an id"));
        let form = application(&page, page["categories"][0]["id"].as_str().expect("an id"));
        setting.app.clock.stop_at("2029-02-24T00:00:00Z".parse().expect("an instant"));
        let acorn = setting.signed_in_again(&acorn);
        acorn.post(&path, form).await.refused(409, "market_ended");
    }
}
