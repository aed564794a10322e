//! The main job, end to end through the API: from joining to the award letter and the register.

use crate::{on_both, setting::*};
use entity::vocabulary::OfficerRole;
use serde_json::{Value, json};
use std::collections::HashMap;

on_both! {
    async fn a_package_goes_from_joining_to_the_register(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let procurement = setting.procurement().await;

        // A provider joins: it is asked for clarification, answers, and is admitted.
        let acorn = setting.provider("Acorn Example Care").await;
        let enrolment = setting.applied(&acorn, "Supported Living").await;
        assert_eq!(enrolment["decide_by_day"], "2026-12-21");
        let path = |verb: &str| format!("/api/enrolments/{}/{verb}", enrolment["id"].as_str().expect("an id"));
        procurement.post(&path("ask"), json!({"question": "When does the insurance renew?"})).await.ok();
        let asked = acorn.get(path("").trim_end_matches('/')).await.ok();
        assert_eq!(asked["standing"], "clarification");
        assert_eq!(asked["can"], json!(["answer"]));
        acorn.post(&path("answer"), json!({"answer": "On 1 March."})).await.ok();
        let admitted = procurement.post(&path("admit"), json!({"reasons": "All conditions are met."})).await.ok();
        assert_eq!(admitted["standing"], "admitted");

        // Others are members already; the last of them only when the opportunity is live.
        let birch = setting.admitted("Birch Example Care", "Supported Living").await;
        let mut listening = setting.listening(&acorn, &HashMap::new()).await;
        let id = setting.published().await;
        let told = listening.event("opportunity_published").await;
        assert_eq!((&told["id"], &told["number"]), (&json!(id), &json!(1)));
        let cedar = setting.admitted("Cedar Example Care", "Supported Living").await;

        // They say what they will do, and bid; an officer sees that, and never what.
        let at = |verb: &str| format!("/api/opportunities/{id}/{verb}");
        let broker = setting.broker().await;
        let mut watching = setting.listening(&broker, &HashMap::new()).await;
        for provider in [&acorn, &birch, &cedar] {
            provider.post(&at("interest"), json!({"interest": "seen"})).await.ok();
            provider.post(&at("interest"), json!({"interest": "will_bid"})).await.ok();
        }
        let will = watching.event("interest_declared").await;
        assert_eq!(will["body"]["provider_name"], "Acorn Example Care");
        let receipt = acorn.post(&at("bid"), setting.offer("13.60", "78.00").await).await.ok();
        assert_eq!(receipt["weekly_price"], "1022.00");
        assert_eq!(receipt["yearly_price"], "53144.00");
        birch.post(&at("bid"), setting.offer("14.75", "87.00").await).await.ok();
        cedar.post(&at("bid"), setting.offer("14.75", "80.00").await).await.ok();
        let revised = cedar.post(&at("bid"), setting.offer("14.10", "80.00").await).await.ok();
        assert_eq!((&revised["act"], &revised["version"]), (&json!("revised"), &json!(2)));
        let bid = watching.event("bid_revised").await;
        assert_eq!(bid["body"]["counts"]["bids"], 3);
        let seen_by_officer = broker.get(&format!("/api/opportunities/{id}")).await.ok();
        assert!(!seen_by_officer.to_string().contains("14.10"), "a sealed rate was shown");

        // The deadline passes. Evaluators mark blind; prices open; the ranking explains itself.
        setting.wind_minutes(4 * 60);
        watching.event("bidding_closed").await;
        let evaluator = setting.evaluator().await;
        let commissioner = setting.lead_commissioner().await;
        let second = setting.second_evaluator().await;
        for officer in [&evaluator, &second, &commissioner] {
            officer.get(&at("evaluation")).await.refused(403, "declaration_needed");
            setting.declared(officer, &id).await;
        }
        let evaluation = evaluator.get(&at("evaluation")).await.ok();
        for private in ["1022", "13.60", "Acorn", "Birch", "Cedar"] {
            assert!(!evaluation.to_string().contains(private), "{private} was shown to an evaluator");
        }
        commissioner.get(&at("ranking")).await.refused(409, "prices_are_sealed");
        for (provider, mark) in [(&acorn, "3.2"), (&birch, "4.4"), (&cedar, "4")] {
            commissioner.post(&at("open-prices"), json!({})).await.refused(409, "marks_missing");
            setting.marked(&evaluator, &id, provider, mark).await;
            setting.marked(&second, &id, provider, mark).await;
        }
        for evaluator in [&evaluator, &second] {
            commissioner.post(&at("open-prices"), json!({})).await.refused(409, "marks_missing");
            setting.finished(evaluator, &id).await;
        }
        let ranking = commissioner.post(&at("open-prices"), json!({})).await.ok();
        let order: Vec<_> = ranking["result"]["bids"].as_array().expect("bids").iter().map(|b| {
            (b["provider_name"].as_str().expect("a name").to_owned(), b["total"].as_str().map(str::to_owned))
        }).collect();
        // Package K of the published rules: 60/40 by the band at the reference rates.
        assert_eq!(order, [
            ("Acorn Example Care".to_owned(), Some("78.4000".to_owned())),
            ("Cedar Example Care".to_owned(), Some("75.7966".to_owned())),
            ("Birch Example Care".to_owned(), Some("52.8000".to_owned())),
        ]);
        assert!(!ranking["result"]["bids"][0]["explanation"].as_array().expect("words").is_empty());

        // The commissioner recommends; neither the drafter nor the evaluator nor the recommender may approve.
        let bids = ranking["result"]["bids"].as_array().expect("bids");
        let form = json!({
            "bid_id": bids[0]["bid_id"], "shortlist": [bids[0]["bid_id"], bids[1]["bid_id"]],
            "reason": "Ranked first; the start suits the person.",
        });
        let recommended = commissioner.post(&at("recommend"), form).await.ok();
        assert_eq!(recommended["recommendation"]["yearly_value"], "53144.00");
        assert_eq!(recommended["recommendation"]["contract_value"], "106288.00");
        let yes = json!({"reason": "Within what was approved."});
        broker.post(&at("approve"), yes.clone()).await.refused(403, "no_authority");
        evaluator.post(&at("approve"), yes.clone()).await.refused(403, "no_authority");
        commissioner.post(&at("approve"), yes.clone()).await.refused(403, "four_eyes");
        let approver = setting.second_commissioner().await;
        let waiting = approver.get("/api/approvals").await.ok();
        assert_eq!((waiting[0]["mine"].as_bool(), &waiting[0]["why_not"]), (Some(true), &Value::Null));
        let contract = approver.post(&at("approve"), yes.clone()).await.ok();
        assert_eq!(contract["yearly_value"], "53144.00");
        assert_eq!(contract["initial_term_value"], "106288.00");
        assert_eq!(contract["budget"]["budgets"][0]["committed"], "106288.00");
        let chain = contract["rests_on"].to_string();
        for cited in ["Cabinet", "Director for Health and Care", "Lead Commissioner", "£75,000"] {
            assert!(chain.contains(cited), "{cited} is not cited: {chain}");
        }
        setting.assistant_director().await.post(&at("approve"), yes).await.refused(409, "already_awarded");

        // Everybody is told, each their own.
        let lost = birch.get(&format!("/api/opportunities/{id}")).await.ok();
        assert_eq!(lost["result"]["outcome"], "not_won");
        assert_eq!(lost["result"]["own"]["price_position"], "3rd lowest of 3");
        assert_eq!(lost["result"]["winner"]["provider_name"], "Acorn Example Care");
        assert_eq!(lost["result"]["winner"]["total"], "78.4000");
        let won = acorn.get(&format!("/api/opportunities/{id}")).await.ok();
        assert_eq!((&won["result"]["outcome"], &won["mine"]["outcome"]), (&json!("won"), &json!("won")));

        // The register and the histories.
        let register = broker.get("/api/contracts").await.ok();
        assert_eq!(Setting::items(&register).len(), 1);
        let own = acorn.get(&format!("/api/contracts/{}", contract["id"].as_str().expect("an id"))).await.ok();
        assert_eq!(own["approved_by"], Value::Null);
        birch.get(&format!("/api/contracts/{}", contract["id"].as_str().expect("an id"))).await.refused(404, "not_found");
        let auditor = setting.officer("auditor@staffordshire.example", &[OfficerRole::Auditor]).await;
        let history = auditor.get(&format!("/api/history/opportunity/{id}")).await.ok();
        let numbers: Vec<_> = Setting::items(&history).iter().map(|e| e["number"].as_i64().expect("a number")).collect();
        assert_eq!(numbers, (1..=numbers.len() as i64).collect::<Vec<_>>(), "events are numbered without a gap");
        let last = Setting::items(&history).last().expect("events");
        assert_eq!((&last["kind"], &last["authority"]), (&json!("award_approved"), &json!("Lead Commissioner")));
        let theirs = birch.get(&format!("/api/history/opportunity/{id}")).await.ok();
        assert!(!theirs.to_string().contains("Acorn"), "a provider's history told of another");
        let path = format!("/api/history/contract/{}", contract["id"].as_str().expect("an id"));
        assert_eq!(Setting::items(&auditor.get(&path).await.ok())[0]["kind"], "contract_entered");
    }
}
