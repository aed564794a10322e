//! Awards under the scheme of delegation: who may approve what, within which sum, and never their own.

use crate::{on_both, setting::*};
use serde_json::json;

/// The acts of two bidders, the first of whom wins by price at equal quality.
async fn two_bidders(setting: &Setting) -> (Person, Person) {
    setting.market(SUPPORTED_LIVING).await;
    let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
    let birch = setting.admitted("Birch Example Care", "Supported Living").await;
    (acorn, birch)
}

on_both! {
    async fn a_limit_below_the_value_is_refused_in_words_and_the_request_goes_up(setting: Setting) {
        let (acorn, birch) = two_bidders(&setting).await;
        // The limit of the Lead Commissioner is below what 70 hours a week cost.
        let text = SUPPORTED_LIVING.replace("limit_yearly = \"75000.00\"", "limit_yearly = \"50000.00\"");
        assert_ne!(text, SUPPORTED_LIVING);
        setting.market(&text).await;
        let id = setting.priced(&[(&acorn, "13.60", "78.00", "4"), (&birch, "14.00", "80.00", "4")]).await;
        let ranking = setting.recommended(&id).await;
        let approvers = ranking["approvers"].as_array().expect("approvers");
        let lead = approvers.iter().find(|a| a["post_title"] == "Lead Commissioner").expect("the post");
        assert_eq!(lead["can"], false);
        assert!(lead["why_not"].as_str().expect("words").contains("£50,000.00"), "{lead}");
        let path = format!("/api/opportunities/{id}/approve");
        let yes = json!({"reason": "Yes."});
        let refusal = setting.second_commissioner().await.post(&path, yes.clone()).await.refused(403, "no_authority");
        assert!(refusal["detail"].as_str().expect("words").contains("£50,000.00"), "{refusal}");
        setting.assistant_director().await.post(&path, yes).await.ok();
    }

    async fn a_chain_that_has_expired_or_was_revoked_empowers_nobody(setting: Setting) {
        let (acorn, birch) = two_bidders(&setting).await;
        let id = setting.priced(&[(&acorn, "13.60", "78.00", "4"), (&birch, "14.00", "80.00", "4")]).await;
        setting.recommended(&id).await;
        // The instrument is revoked after the recommendation and before the approval.
        let mut definition = setting.market(SUPPORTED_LIVING).await;
        let today = setting.now().london_day();
        for delegation in &mut definition.delegations {
            delegation.revoked_on = Some(today);
        }
        fairlot::actions::market::import(&setting.app, &definition).await.expect("imported");
        let path = format!("/api/opportunities/{id}/approve");
        for officer in [setting.second_commissioner().await, setting.assistant_director().await] {
            officer.post(&path, json!({"reason": "Yes."})).await.refused(403, "no_authority");
        }
    }

    async fn whoever_drafted_marked_or_recommended_may_not_approve(setting: Setting) {
        let (acorn, _) = two_bidders(&setting).await;
        use entity::vocabulary::OfficerRole::{Broker, Commissioner, Evaluator};
        // Holders of the post that may approve, who drafted and who marked.
        let drafter = setting.officer("second.lead.commissioner@staffordshire.example", &[Broker]).await;
        let package = drafter.post("/api/packages", setting.package_form().await).await.ok();
        let path = format!("/api/packages/{}/publish", package["id"].as_str().expect("an id"));
        let closes_at = setting.now().plus_seconds(4 * 3600);
        let opportunity = drafter.post(&path, json!({"closes_at": closes_at})).await.ok();
        let id = opportunity["id"].as_str().expect("an id").to_owned();
        acorn.post(&format!("/api/opportunities/{id}/bid"), setting.offer("13.60", "78.00").await).await.ok();
        setting.wind_minutes(4 * 60);
        let marker = setting.officer("assistant.director@staffordshire.example", &[Evaluator]).await;
        for evaluator in [&marker, &setting.evaluator().await] {
            setting.declared(evaluator, &id).await;
            setting.marked(evaluator, &id, &acorn, "4").await;
            setting.finished(evaluator, &id).await;
        }
        let recommender = setting.officer("lead.commissioner@staffordshire.example", &[Commissioner]).await;
        setting.declared(&recommender, &id).await;
        recommender.post(&format!("/api/opportunities/{id}/open-prices"), json!({})).await.ok();
        setting.recommended(&id).await;
        for (officer, did) in [(&drafter, "drafted"), (&marker, "marked"), (&recommender, "recommended")] {
            for verb in ["approve", "return"] {
                let path = format!("/api/opportunities/{id}/{verb}");
                let refusal = officer.post(&path, json!({"reason": "Mine."})).await.refused(403, "four_eyes");
                assert!(refusal["detail"].as_str().expect("words").contains(did), "{refusal}");
            }
        }
        // Of those who may approve, none had a part in it, so nobody was asked who could not.
        let director = setting.director().await;
        director.post(&format!("/api/opportunities/{id}/approve"), json!({"reason": "Yes."})).await.ok();
    }

    async fn a_returned_recommendation_may_be_made_again(setting: Setting) {
        let (acorn, birch) = two_bidders(&setting).await;
        let id = setting.priced(&[(&acorn, "13.60", "78.00", "4"), (&birch, "14.00", "80.00", "4")]).await;
        setting.recommended(&id).await;
        let approver = setting.second_commissioner().await;
        let at = |verb: &str| format!("/api/opportunities/{id}/{verb}");
        approver.post(&at("return"), json!({"reason": ""})).await.refused(422, "invalid_field");
        let ranking = approver.post(&at("return"), json!({"reason": "Say more about the start."})).await;
        // The approver is a commissioner too, so the ranking is theirs to read.
        assert_eq!(ranking.ok()["recommendation"]["state"], "returned");
        approver.post(&at("approve"), json!({"reason": "Yes."})).await.refused(409, "not_recommended");
        setting.recommended(&id).await;
        approver.post(&at("approve"), json!({"reason": "Yes."})).await.ok();
    }

    async fn a_recommendation_of_another_than_the_first_says_why_and_there_is_only_one(setting: Setting) {
        let (acorn, birch) = two_bidders(&setting).await;
        let id = setting.priced(&[(&acorn, "13.60", "78.00", "4"), (&birch, "14.00", "80.00", "4")]).await;
        let commissioner = setting.lead_commissioner().await;
        let at = |verb: &str| format!("/api/opportunities/{id}/{verb}");
        let bids = commissioner.get(&at("ranking")).await.ok()["result"]["bids"].clone();
        let form = |place: usize| json!({
            "bid_id": bids[place]["bid_id"], "shortlist": [bids[place]["bid_id"]], "reason": "First.",
        });
        let refusal = commissioner.post(&at("recommend"), form(1)).await.refused(422, "not_first");
        assert_eq!(refusal["field"], "not_first_reason");
        let mut off = form(0);
        off["shortlist"] = json!([]);
        commissioner.post(&at("recommend"), off).await.refused(422, "invalid_field");
        commissioner.post(&at("recommend"), form(0)).await.ok();
        commissioner.post(&at("recommend"), form(0)).await.refused(409, "already_recommended");
    }

    async fn a_bid_under_the_quality_gate_is_shown_with_the_reason_and_takes_no_part(setting: Setting) {
        let text = SUPPORTED_LIVING
            .replace("formula = { name = \"band\" }", "formula = { name = \"lowest_relative\" }");
        setting.market(&text).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let birch = setting.admitted("Birch Example Care", "Supported Living").await;
        let id = setting.priced(&[(&acorn, "10.00", "50.00", "0"), (&birch, "14.00", "80.00", "4")]).await;
        let ranking = setting.lead_commissioner().await.get(&format!("/api/opportunities/{id}/ranking")).await.ok();
        let bids = ranking["result"]["bids"].as_array().expect("bids");
        assert_eq!((&bids[0]["provider_name"], &bids[0]["rank"]), (&json!("Birch Example Care"), &json!(1)));
        assert_ne!(bids[1]["status"], "admissible");
        assert_eq!((&bids[1]["rank"], &bids[1]["total"]), (&json!(null), &json!(null)));
        // Its low price is not the lowest price of the formula: the other has all the price marks.
        assert_eq!(bids[0]["price"], "40.0000");
    }

    async fn spend_is_held_within_the_sum_that_members_approved_to_the_penny(setting: Setting) {
        let (acorn, birch) = two_bidders(&setting).await;
        // Two awards of £53,436.00 in the financial year 2027/28, which has 366 days, are one penny more than this.
        let text = SUPPORTED_LIVING.replace("spend_cap_yearly = \"22000000.00\"", "spend_cap_yearly = \"106871.99\"");
        let definition = fairlot::domain::market::read(&text).expect("no mistake");
        let lower = fairlot::actions::market::import(&setting.app, &definition).await;
        lower.expect("a lower cap is allowed");
        let approver = setting.second_commissioner().await;
        let mut opportunities = Vec::new();
        for _ in 0..2 {
            let id = setting.priced(&[(&acorn, "13.60", "78.00", "4"), (&birch, "14.00", "80.00", "4")]).await;
            setting.recommended(&id).await;
            opportunities.push(id);
        }
        let path = |place: usize| format!("/api/opportunities/{}/approve", opportunities[place]);
        let contract = approver.post(&path(0), json!({"reason": "Yes."})).await.ok();
        let parts: Vec<_> = contract["budget"]["parts"].as_array().expect("parts").iter().map(|p| &p["amount"]).collect();
        assert_eq!(parts, [&json!("11680.00"), &json!("53436.00"), &json!("41172.00")]);
        assert_eq!(contract["budget"]["budgets"][0]["committed"], "106288.00");
        let refusal = approver.post(&path(1), json!({"reason": "Yes."})).await.refused(409, "cap_exceeded");
        assert!(refusal["detail"].as_str().expect("words").contains("£0.01"), "{refusal}");
        let register = approver.get("/api/contracts").await.ok();
        assert_eq!(Setting::items(&register).len(), 1);
    }
}
