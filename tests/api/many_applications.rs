//! A thousand requests to join, decided through the API from the top of the queue, none past its clock.

use crate::{on_both, setting::*};
use entity::vocabulary::*;
use fairlot::actions::clock::remind_due;
use serde_json::{Value, json};

const CATEGORIES: usize = 20;
const PROVIDERS: usize = 50;
/// On each day so many providers ask to join every category.
const A_DAY: usize = 5;
/// Fewer than come in at first, and enough in the end.
const DECIDED_A_DAY: usize = 90;

/// The market with its category so many times, and without a questionnaire: what is decided here is the order.
fn with_categories() -> String {
    let (before, rest) = SUPPORTED_LIVING.split_once("[[categories]]").expect("a category");
    let (before, _) = before.split_once("[questionnaire]").expect("a questionnaire");
    let end = rest.find("\n[[decisions]]").expect("what comes after it");
    let (category, after) = rest.split_at(end);
    let all: String = (0..CATEGORIES)
        .map(|n| {
            let own = category
                .replacen("slug = \"supported-living\"", &format!("slug = \"living-{n}\""), 1)
                .replacen("name = \"Supported living\"", &format!("name = \"Supported living {n}\""), 1);
            format!("[[categories]]{own}\n")
        })
        .collect();
    format!("{before}{all}{after}")
}

on_both! {
    async fn a_thousand_requests_are_decided_and_none_is_late(setting: Setting) {
        setting.market(&with_categories()).await;
        let page = setting.market_page("Supported Living").await;
        let categories = page["categories"].as_array().expect("categories");
        assert_eq!(categories.len() * PROVIDERS, 1_000);
        let forms: Vec<_> = categories
            .iter()
            .map(|category| application(&page, category["id"].as_str().expect("an id")))
            .collect();
        let market = format!("/api/markets/{}/enrolments", page["id"].as_str().expect("an id"));
        let officers = [setting.procurement().await, setting.officer("second.procurement@staffordshire.example", &[OfficerRole::Procurement]).await];
        let (mut asked, mut decided, mut day) = (0, 0, 0);
        while decided < 1_000 {
            for _ in 0..A_DAY.min(PROVIDERS - asked) {
                let provider = setting.provider(&format!("Provider {asked} Example Care")).await;
                let sent = forms.iter().map(|form| provider.post(&market, form.clone()));
                for answer in futures_util::future::join_all(sent).await {
                    answer.ok();
                }
                asked += 1;
            }
            // Each officer takes what is due first, and every tenth is refused.
            let [first, second] = [&officers[0], &officers[1]].map(|one| setting.signed_in_again(one));
            let queue = first.get(&format!("/api/enrolments?queue=waiting&page_size={DECIDED_A_DAY}")).await.ok();
            let due: Vec<&Value> = Setting::items(&queue).iter().collect();
            assert!(due.iter().all(|card| card["overdue"] == false), "one is late on day {day}");
            let sent = due.iter().enumerate().map(|(n, card)| {
                let by = if n % 2 == 0 { &first } else { &second };
                let verb = if n % 10 == 9 { "refuse" } else { "admit" };
                let path = format!("/api/enrolments/{}/{verb}", card["id"].as_str().expect("an id"));
                async move { by.post(&path, json!({"reasons": "Each condition was looked at."})).await }
            });
            for answer in futures_util::future::join_all(sent).await {
                answer.ok();
                decided += 1;
            }
            remind_due(&setting.app).await.expect("looked");
            day += 1;
            setting.wind_minutes(24 * 60);
            assert!(day < 30, "it goes on for too long: {decided} are decided");
        }
        assert!(day >= 12, "they were not all decided on the day they came: {day}");
        assert_eq!(setting.letters_owed(&[LetterKind::ClockOverdue]).await, []);
        let board = setting.signed_in_again(&officers[0]).get("/api/clocks").await.ok();
        let clocks = board["clocks"].as_array().expect("clocks");
        let met = clocks.iter().filter(|clock| clock["kind"] == "enrolment_decision" && clock["state"] == "met");
        assert_eq!(met.count(), 1_000);
    }
}
