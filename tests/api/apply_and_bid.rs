//! In a dynamic market a provider that is not admitted yet bids with its request to join (Procurement Act 2023 s. 34(4)):
//! the bid is held sealed until the request is decided, and counts if the provider is admitted.

use crate::{on_both, setting::*};
use serde_json::{Value, json};

fn dynamic_market() -> String {
    SUPPORTED_LIVING.replace("regime = \"pcr_ltr_dps\"", "regime = \"pa23_dynamic_market\"")
}

fn decide(request: &Value, verb: &str) -> String {
    format!("/api/enrolments/{}/{verb}", request["id"].as_str().expect("an id"))
}

/// A member that bid and a provider whose request waits and that bid too, after the deadline; who declared; what is
/// marked: all but finished.
async fn both_bid(setting: &Setting) -> (String, [Person; 2], Value) {
    setting.market(&dynamic_market()).await;
    let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
    let birch = setting.provider("Birch Example Care").await;
    let request = setting.applied(&birch, "Supported Living").await;
    let id = setting.published().await;
    let bid = format!("/api/opportunities/{id}/bid");
    acorn.post(&bid, setting.offer("13.60", "78.00").await).await.ok();
    let shown = birch.get(&format!("/api/opportunities/{id}")).await.ok();
    assert_eq!(shown["with_request"], request["id"], "it is said that its bid waits for the request");
    birch.post(&bid, setting.offer("14.10", "80.00").await).await.ok();
    setting.wind_minutes(4 * 60);
    (id, [acorn, birch], request)
}

on_both! {
    async fn a_bid_that_came_with_a_request_counts_once_its_provider_is_admitted(setting: Setting) {
        let (id, [acorn, birch], request) = both_bid(&setting).await;
        let opportunity = format!("/api/opportunities/{id}");
        let broker = setting.broker().await;
        let seen = broker.get(&opportunity).await.ok();
        let bids = seen["officers"]["bids"].as_array().expect("bids").clone();
        let held: Vec<_> = bids.iter().filter(|bid| bid["request"] == request["id"]).collect();
        assert_eq!((bids.len(), held.len()), (2, 1));

        // Evaluators declare on both, and read the member's alone; nothing is locked while the request waits.
        for evaluator in [setting.evaluator().await, setting.second_evaluator().await] {
            setting.declared(&evaluator, &id).await;
            let page = evaluator.get(&format!("{opportunity}/evaluation")).await.ok();
            assert_eq!(page["bids"].as_array().expect("bids").len(), 1, "what is held stays sealed");
            setting.marked(&evaluator, &id, &acorn, "4").await;
            evaluator.post(&format!("{opportunity}/marks/finish"), json!({})).await.refused(409, "request_undecided");
        }
        let lead = setting.lead_commissioner().await;
        setting.declared(&lead, &id).await;
        lead.post(&format!("{opportunity}/open-prices"), json!({})).await.refused(409, "request_undecided");

        // Admitted in time, it is marked and ranked with the other.
        setting.admit(&setting.procurement().await, &request).await;
        assert_eq!(birch.get(&opportunity).await.ok()["with_request"], json!(null));
        for evaluator in [setting.evaluator().await, setting.second_evaluator().await] {
            evaluator.post(&format!("{opportunity}/marks/finish"), json!({})).await.refused(409, "marks_missing");
            setting.marked(&evaluator, &id, &birch, "4").await;
            evaluator.post(&format!("{opportunity}/marks/finish"), json!({})).await.ok();
        }
        lead.post(&format!("{opportunity}/open-prices"), json!({})).await.ok();
        let ranking = lead.get(&format!("{opportunity}/ranking")).await.ok();
        assert_eq!(ranking["result"]["bids"].as_array().expect("bids").len(), 2);
    }

    async fn a_bid_whose_request_is_refused_is_never_opened_even_if_its_provider_joins_later(setting: Setting) {
        let (id, [acorn, birch], request) = both_bid(&setting).await;
        let opportunity = format!("/api/opportunities/{id}");
        let procurement = setting.procurement().await;
        procurement.post(&decide(&request, "refuse"), json!({"reasons": "No registration."})).await.ok();
        // It asks again after the deadline, and is admitted before the marking is over: too late for this one.
        let again = setting.applied(&birch, "Supported Living").await;
        let evaluator = setting.evaluator().await;
        setting.declared(&evaluator, &id).await;
        setting.marked(&evaluator, &id, &acorn, "4").await;
        evaluator.post(&format!("{opportunity}/marks/finish"), json!({})).await.ok();
        setting.admit(&procurement, &again).await;
        let second = setting.second_evaluator().await;
        setting.declared(&second, &id).await;
        let page = second.get(&format!("{opportunity}/evaluation")).await.ok();
        assert_eq!(page["bids"].as_array().expect("bids").len(), 1);
        setting.marked(&second, &id, &acorn, "4").await;
        second.post(&format!("{opportunity}/marks/finish"), json!({})).await.ok();
        let lead = setting.lead_commissioner().await;
        setting.declared(&lead, &id).await;
        lead.post(&format!("{opportunity}/open-prices"), json!({})).await.ok();
        let ranking = lead.get(&format!("{opportunity}/ranking")).await.ok();
        assert!(!ranking["bids"].to_string().contains("Birch"), "{ranking}");
    }

    async fn only_a_dynamic_market_takes_bids_with_requests_and_only_from_those_who_asked(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let birch = setting.provider("Birch Example Care").await;
        setting.applied(&birch, "Supported Living").await;
        let id = setting.published().await;
        birch.get(&format!("/api/opportunities/{id}")).await.refused(404, "not_found");
        assert_eq!(Setting::items(&birch.get("/api/opportunities").await.ok()).len(), 0);
        assert_eq!(setting.market_page("Supported Living").await["bids_with_request"], false);
    }

    async fn whoever_has_not_asked_to_join_sees_nothing_and_whoever_asks_sees_what_is_live_at_once(setting: Setting) {
        setting.market(&dynamic_market()).await;
        assert_eq!(setting.market_page("Supported Living").await["bids_with_request"], true);
        let birch = setting.provider("Birch Example Care").await;
        let id = setting.published().await;
        let opportunity = format!("/api/opportunities/{id}");
        birch.get(&opportunity).await.refused(404, "not_found");
        let request = setting.applied(&birch, "Supported Living").await;
        birch.get(&opportunity).await.ok();
        assert_eq!(Setting::items(&birch.get("/api/opportunities").await.ok()).len(), 1);
        birch.post(&format!("{opportunity}/interest"), json!({"interest": "will_bid"})).await.ok();
        // Refused before the deadline, it can bid no more.
        setting.procurement().await.post(&decide(&request, "refuse"), json!({"reasons": "No registration."})).await.ok();
        birch.get(&opportunity).await.refused(404, "not_found");
        assert_eq!(Setting::items(&birch.get("/api/opportunities").await.ok()).len(), 0);
    }
}
