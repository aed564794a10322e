//! Standing rates: what a provider usually asks, to begin bids with. They are its own business alone.

use crate::{on_both, setting::*};
use entity::vocabulary::*;
use serde_json::{Value, json};

fn rates(hour: &str) -> Value {
    json!({"rates": [{"key": "support-hour", "rate": hour}]})
}

async fn category(setting: &Setting) -> String {
    let page = setting.market_page("Supported Living").await;
    page["categories"][0]["id"].as_str().expect("an id").to_owned()
}

on_both! {
    async fn a_bid_begins_with_standing_rates_before_those_of_the_last_bid(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let at = format!("/api/categories/{}/standing-rates", category(&setting).await);
        let first = setting.published().await;
        acorn.post(&format!("/api/opportunities/{first}/bid"), setting.offer("13.60", "78.00").await).await.ok();
        let second = setting.published().await;
        let begin = format!("/api/opportunities/{second}/own-answers");
        assert!(acorn.get(&begin).await.ok()["standing_rates"].is_null());
        let shown = acorn.post(&at, rates("14.25")).await.ok();
        assert_eq!(shown["categories"][0]["rates"], json!([{"key": "support-hour", "rate": "14.25"}]));
        let own = acorn.get(&begin).await.ok();
        assert_eq!(own["standing_rates"]["rates"], json!([{"key": "support-hour", "rate": "14.25"}]));
        assert_eq!(own["standing_rates"]["set_at"], json!(setting.now()));
        assert_eq!(own["rates"]["rates"][0]["rate"], "13.60", "the last bid is still there for the other lines");
        // Setting the same again is nothing new; none at all takes them away.
        acorn.post(&at, rates("14.25")).await.ok();
        acorn.post(&at, json!({"rates": []})).await.ok();
        assert!(acorn.get(&begin).await.ok()["standing_rates"].is_null());
        let me = acorn.get("/api/session").await.ok();
        let provider = me["provider"]["provider_id"].as_str().expect("an id").to_owned();
        let history = acorn.get(&format!("/api/history/provider/{provider}")).await.ok();
        let set: Vec<_> = Setting::items(&history).iter().filter(|e| e["kind"] == "standing_rates_set").collect();
        assert_eq!(set.len(), 2, "{history}");
        assert!(!history.to_string().contains("14.25"), "the history does not hold the rates");
    }

    async fn no_officer_and_no_other_provider_ever_sees_them(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let birch = setting.admitted("Birch Example Care", "Supported Living").await;
        let at = format!("/api/categories/{}/standing-rates", category(&setting).await);
        acorn.post(&at, rates("17.31")).await.ok();
        let id = setting.priced(&[(&acorn, "13.60", "78.00", "4"), (&birch, "14.00", "79.00", "4")]).await;
        let me = acorn.get("/api/session").await.ok();
        let provider = me["provider"]["provider_id"].as_str().expect("an id").to_owned();
        let enrolment = Setting::items(&acorn.get("/api/enrolments").await.ok())[0]["id"].as_str().expect("an id").to_owned();
        let everything = setting.officer("everything@staffordshire.example", OfficerRole::ALL).await;
        setting.declared(&everything, &id).await;
        everything.get("/api/standing-rates").await.refused(403, "role_needed");
        everything.post(&at, rates("1.00")).await.refused(403, "role_needed");
        for path in [
            format!("/api/opportunities/{id}"), format!("/api/opportunities/{id}/evaluation"),
            format!("/api/opportunities/{id}/ranking"), format!("/api/opportunities/{id}/record"),
            format!("/api/opportunities/{id}/what-if"), format!("/api/history/opportunity/{id}"),
            format!("/api/history/provider/{provider}"), format!("/api/enrolments/{enrolment}"),
            format!("/api/enrolments/{enrolment}/standing"), format!("/api/history/enrolment/{enrolment}"),
        ] {
            let seen = everything.get(&path).await.body.to_string();
            assert!(!seen.contains("17.31") && !seen.contains("standing_rates"), "{path}: {seen}");
        }
        let of_birch = setting.signed_in_again(&birch).get("/api/standing-rates").await.ok();
        assert_eq!(of_birch["categories"][0]["rates"], json!([]));
    }

    async fn rates_that_nobody_could_offer_are_refused(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let at = format!("/api/categories/{}/standing-rates", category(&setting).await);
        for (given, code, field) in [
            (json!([{"key": "support-hour", "rate": "0"}]), "rate_invalid", "rates[0].rate"),
            (json!([{"key": "support-hour", "rate": "14.255"}]), "rate_invalid", "rates[0].rate"),
            (json!([{"key": "shoes", "rate": "14.00"}]), "lines_mismatch", "rates[0].key"),
            (json!([{"key": "support-hour", "rate": "14.00"}, {"key": "support-hour", "rate": "15.00"}]), "lines_mismatch", "rates[1].key"),
        ] {
            let refusal = acorn.post(&at, json!({"rates": given})).await.refused(422, code);
            assert_eq!(refusal["problems"][0]["field"], field, "{refusal}");
        }
        // Nor are they kept for a category in which it does not bid.
        setting.market(DAY_OPPORTUNITIES).await;
        let other = setting.market_page("Community Based Day Opportunities").await;
        let other = format!("/api/categories/{}/standing-rates", other["categories"][0]["id"].as_str().expect("an id"));
        acorn.post(&other, json!({"rates": []})).await.refused(404, "not_found");
        assert_eq!(acorn.get("/api/standing-rates").await.ok()["categories"][0]["rates"], json!([]));
    }
}
