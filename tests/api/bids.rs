//! Sealed bids: when they count, what is refused, and that repeating does nothing twice.

use crate::{on_both, setting::*};
use reqwest::Method;
use serde_json::{Value, json};

on_both! {
    async fn a_bid_counts_until_the_last_millisecond_and_not_at_the_deadline(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let id = setting.published().await;
        let at = format!("/api/opportunities/{id}/bid");
        let deadline = setting.now().plus_seconds(4 * 3600);
        setting.app.clock.stop_at(deadline.plus_milliseconds(-1));
        let receipt = acorn.post(&at, setting.offer("13.60", "78.00").await).await.ok();
        assert_eq!(receipt["received_at"], json!(deadline.plus_milliseconds(-1)));
        setting.app.clock.stop_at(deadline);
        acorn.post(&at, setting.offer("13.70", "78.00").await).await.refused(409, "bid_too_late");
        acorn.post(&format!("{at}/withdraw"), json!({})).await.refused(409, "bid_too_late");
        // What was received in time stands; the late one was recorded as irregular and never opened.
        let bid = acorn.get(&at).await.ok();
        assert_eq!((&bid["version"], &bid["weekly_price"]), (&json!(1), &json!("1022.00")));
        let history = setting.broker().await.get(&format!("/api/history/opportunity/{id}")).await.ok();
        let late: Vec<_> = Setting::items(&history).iter().filter(|e| e["kind"] == "late_bid_refused").collect();
        assert_eq!(late.len(), 1);
        assert!(late[0]["what"].as_str().expect("words").contains("0 ms after the deadline"));
        assert!(!history.to_string().contains("13.70"));
    }

    async fn the_latest_version_counts_and_a_withdrawn_bid_may_be_submitted_again(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let id = setting.published().await;
        let at = format!("/api/opportunities/{id}/bid");
        acorn.get(&at).await.refused(404, "not_found");
        let first = acorn.post(&at, setting.offer("14.00", "78.00").await).await.ok();
        let second = acorn.post(&at, setting.offer("13.90", "78.00").await).await.ok();
        assert_ne!(first["digest"], second["digest"]);
        assert_eq!(acorn.post(&format!("{at}/withdraw"), json!({})).await.ok()["act"], "withdrawn");
        acorn.post(&format!("{at}/withdraw"), json!({})).await.refused(409, "no_bid");
        let broker = setting.broker().await;
        let path = format!("/api/opportunities/{id}");
        assert_eq!(broker.get(&path).await.ok()["counts"]["bids"], 0);
        let third = acorn.post(&at, setting.offer("13.80", "78.00").await).await.ok();
        assert_eq!(third["version"], 3);
        assert_eq!(broker.get(&path).await.ok()["counts"]["bids"], 1);
        assert_eq!(acorn.get(&at).await.ok()["offer"]["rates"][0]["rate"], "13.80");
    }

    async fn repeating_a_command_returns_the_first_answer_and_does_nothing_twice(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let id = setting.published().await;
        let at = format!("/api/opportunities/{id}/bid");
        let offer = setting.offer("14.00", "78.00").await;
        let first = acorn.post_with(&at, offer.clone(), "the-same-key").await.ok();
        setting.wind_minutes(3);
        let again = acorn.post_with(&at, offer, "the-same-key").await.ok();
        assert_eq!(first, again);
        assert_eq!(acorn.get(&at).await.ok()["version"], 1);
        let other = setting.offer("13.00", "78.00").await;
        acorn.post_with(&at, other, "the-same-key").await.refused(422, "idempotency_key_reused");
        // After the deadline the first answer is still what it was.
        setting.wind_minutes(4 * 60);
        let late = acorn.post_with(&at, setting.offer("14.00", "78.00").await, "the-same-key").await.ok();
        assert_eq!(late, first);
        let bare = acorn.send(Method::POST, &at, Some("{}".to_owned()), &[]).await;
        bare.refused(400, "idempotency_key_missing");
    }

    async fn what_does_not_fit_is_refused_by_name_and_nothing_changes(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let id = setting.published().await;
        let at = format!("/api/opportunities/{id}/bid");
        let good = setting.offer("14.00", "78.00").await;
        let with = |change: &dyn Fn(&mut Value)| {
            let mut offer = good.clone();
            change(&mut offer);
            offer
        };
        for (offer, status, code, field) in [
            (with(&|o| o["rates"][0]["rate"] = json!("13.605")), 422, "rate_invalid", "rates[0].rate"),
            (with(&|o| o["rates"][0]["rate"] = json!("-1.00")), 422, "rate_invalid", "rates[0].rate"),
            (with(&|o| o["rates"][0]["rate"] = json!("1e3")), 400, "malformed", "rates[0].rate"),
            (with(&|o| o["rates"][0]["rate"] = json!(13.6)), 400, "malformed", "rates[0].rate"),
            (with(&|o| o["colour"] = json!("red")), 400, "unknown_field", "colour"),
            (with(&|o| o["answers"][0]["answer"] = json!(" ")), 422, "answer_missing", "answers."),
            (with(&|o| o["answers"][0]["answer"] = json!("x".repeat(4001))), 422, "answer_missing", "answers."),
            (with(&|o| o["starts_on"] = json!("2026-12-01")), 422, "answer_missing", "starts_on"),
            (with(&|o| o["starts_on"] = json!("2027-02-30")), 400, "malformed", "starts_on"),
        ] {
            let refusal = acorn.post(&at, offer).await.refused(status, code);
            let named = refusal["field"].as_str().unwrap_or_default();
            assert!(named.starts_with(field), "{named} is not {field}: {refusal}");
        }
        acorn.post(&at, with(&|o| { o["rates"].as_array_mut().expect("rates").pop(); })).await.refused(422, "lines_mismatch");
        let huge = json!({"answers": "x".repeat(10 * 1024 * 1024)}).to_string();
        let headers = [("idempotency-key", "a-key-of-its-own")];
        acorn.send(Method::POST, &at, Some(huge), &headers).await.refused(413, "body_too_large");
        let broken = acorn.send(Method::POST, &at, Some("{\"rates\":".to_owned()), &headers).await;
        broken.refused(400, "malformed");
        acorn.get(&at).await.refused(404, "not_found");
        let history = setting.broker().await.get(&format!("/api/history/opportunity/{id}")).await.ok();
        assert_eq!(Setting::items(&history).len(), 1, "only its publication happened");
    }

    async fn a_provider_that_is_not_in_the_category_or_suspended_cannot_bid(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        setting.market(DAY_OPPORTUNITIES).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let birch = setting.admitted("Birch Example Care", "Community Based Day Opportunities").await;
        let cedar = setting.provider("Cedar Example Care").await;
        let waiting = setting.applied(&cedar, "Supported Living").await;
        let id = setting.published().await;
        let at = format!("/api/opportunities/{id}/bid");
        let offer = setting.offer("14.00", "78.00").await;
        // For a provider of another category it is not there; one that waits is not in yet.
        birch.post(&at, offer.clone()).await.refused(404, "not_found");
        cedar.post(&at, offer.clone()).await.refused(404, "not_found");
        acorn.post(&at, offer.clone()).await.ok();
        let procurement = setting.procurement().await;
        let enrolments = procurement.get("/api/enrolments?standing=admitted").await.ok();
        let of_acorn = Setting::items(&enrolments).iter().find(|e| e["provider_name"] == "Acorn Example Care");
        let path = format!("/api/enrolments/{}", of_acorn.expect("enrolled")["id"].as_str().expect("an id"));
        procurement.post(&format!("{path}/urgent-stop"), json!({"reason": "Under review."})).await.ok();
        acorn.post(&at, offer.clone()).await.refused(403, "suspended");
        // Its sealed bid is held, not deleted, and takes no part while it is suspended.
        assert_eq!(acorn.get(&at).await.ok()["withdrawn"], false);
        setting.wind_minutes(4 * 60);
        setting.declared(&setting.evaluator().await, &id).await;
        let evaluation = setting.evaluator().await.get(&format!("/api/opportunities/{id}/evaluation")).await.ok();
        assert_eq!(evaluation["bids"], json!([]));
        procurement.post(&format!("{path}/reinstate"), json!({"reason": "Review ended."})).await.ok();
        let evaluation = setting.evaluator().await.get(&format!("/api/opportunities/{id}/evaluation")).await.ok();
        assert_eq!(evaluation["bids"].as_array().expect("bids").len(), 1);
        // One that is admitted while it is live may bid for what is live.
        let path = format!("/api/enrolments/{}/admit", waiting["id"].as_str().expect("an id"));
        procurement.post(&path, json!({"reasons": "All conditions are met."})).await.ok();
        cedar.post(&at, offer).await.refused(409, "bid_too_late");
    }

    async fn where_the_rates_are_set_no_other_may_be_offered(setting: Setting) {
        setting.market(DAY_OPPORTUNITIES).await;
        let acorn = setting.admitted("Acorn Example Care", "Community Based Day Opportunities").await;
        let page = setting.market_page("Community Based Day Opportunities").await;
        let broker = setting.broker().await;
        let mut form = {
            let category = &page["categories"][0];
            json!({
                "category_id": category["id"], "person_reference": "CASE-2", "title": "Days out",
                "needs": "Days with others: gardening, cooking and getting fit.", "outward_code": "ST16",
                "age_band": "18-24", "starts_on": "2027-01-11", "initial_term_weeks": 52, "preference": null,
                "quantities": [{"key": "day", "quantity": "5"}, {"key": "transport-adapted", "quantity": "5"}],
            })
        };
        let package = broker.post("/api/packages", form.clone()).await.ok();
        let path = format!("/api/packages/{}/publish", package["id"].as_str().expect("an id"));
        let closes_at = setting.now().plus_seconds(5 * 86_400);
        let opportunity = broker.post(&path, json!({"closes_at": closes_at})).await.ok();
        let at = format!("/api/opportunities/{}/bid", opportunity["id"].as_str().expect("an id"));
        let answers: Vec<_> = page["categories"][0]["criteria"].as_array().expect("criteria").iter()
            .map(|c| json!({"criterion_id": c["id"], "answer": "Like this."})).collect();
        let offer = |day: &str| json!({
            "rates": [{"key": "day", "rate": day}, {"key": "transport-adapted", "rate": "10.00"}],
            "answers": answers, "starts_on": "2027-01-11",
        });
        acorn.post(&at, offer("94.00")).await.refused(422, "rate_fixed");
        let receipt = acorn.post(&at, offer("95.00")).await.ok();
        // The published typical contract: 5 days at £95 and £10 make £525 a week, £27,300 a year.
        assert_eq!((&receipt["weekly_price"], &receipt["yearly_price"]), (&json!("525.00"), &json!("27300.00")));
        form["quantities"][0]["quantity"] = json!("-3");
        broker.post("/api/packages", form).await.refused(422, "quantity_invalid");
    }

    async fn a_draft_is_kept_as_it_was_typed_and_two_people_do_not_overwrite_each_other(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let id = setting.published().await;
        let at = format!("/api/opportunities/{id}/draft");
        assert_eq!(acorn.get(&at).await.ok(), json!({"draft": null, "documents": [], "saved_at": null, "revision": 0}));
        let draft = json!({"rates": [{"key": "support-hour", "rate": "14."}], "answers": [], "starts_on": null});
        let save = async |revision: &str| {
            let headers = [("idempotency-key", &*new_key()), ("if-match", revision)];
            acorn.send(Method::PUT, &at, Some(draft.to_string()), &headers).await
        };
        assert_eq!(save("\"0\"").await.ok()["revision"], 1);
        save("\"0\"").await.refused(412, "revision_stale");
        assert_eq!(save("\"1\"").await.ok()["revision"], 2);
        assert_eq!(acorn.get(&at).await.ok()["draft"]["rates"][0]["rate"], "14.");
        let card = acorn.get("/api/opportunities?stage=live").await.ok();
        assert_eq!((&card["items"][0]["mine"]["draft"], &card["items"][0]["mine"]["bid"]), (&json!(true), &Value::Null));
        // What was submitted since is no draft any more; what is typed after it is one again.
        setting.wind_minutes(1);
        let bid = format!("/api/opportunities/{id}/bid");
        acorn.post(&bid, setting.offer("14.00", "78.00").await).await.ok();
        let mine = async || acorn.get("/api/opportunities?stage=live").await.ok()["items"][0]["mine"]["draft"].clone();
        assert_eq!(mine().await, json!(false));
        setting.wind_minutes(1);
        save("\"2\"").await.ok();
        assert_eq!(mine().await, json!(true));
        setting.wind_minutes(4 * 60);
        save("\"3\"").await.refused(409, "bid_too_late");
    }
}
