//! The evaluators' work: declarations before the first answer, independence until all are in, moderation, standing
//! marks, and prices that open only when quality is locked.

use crate::{on_both, setting::*};
use entity::vocabulary::OfficerRole;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::HashMap;

/// What nobody else may read until all are in.
const SECRET: &str = "A reason that only its evaluator may read yet.";

/// Two bids whose deadline has passed: the opportunity, and its bidders.
async fn closed(setting: &Setting) -> (String, [Person; 2]) {
    setting.market(SUPPORTED_LIVING).await;
    closed_in(setting).await
}

async fn closed_in(setting: &Setting) -> (String, [Person; 2]) {
    let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
    let birch = setting.admitted("Birch Example Care", "Supported Living").await;
    let id = setting.published().await;
    for (provider, hour) in [(&acorn, "13.60"), (&birch, "14.00")] {
        let mut offer = setting.offer(hour, "80.00").await;
        offer["answers"][0]["answer"] = json!("A sealed answer.");
        provider.post(&format!("/api/opportunities/{id}/bid"), offer).await.ok();
    }
    setting.wind_minutes(4 * 60);
    (id, [acorn, birch])
}

/// Marks every answer of these bids, with a reason that is this evaluator's own.
async fn mark_all(setting: &Setting, by: &Person, id: &str, bidders: &[&Person], mark: &str) {
    let evaluation = by.get(&format!("/api/opportunities/{id}/evaluation")).await.ok();
    for provider in bidders {
        for criterion in evaluation["criteria"].as_array().expect("criteria") {
            let form = json!({
                "blind_id": setting.blind_id(id, provider).await, "criterion_id": criterion["id"],
                "mark": mark, "reason": format!("{SECRET} Given by {}.", by.email),
            });
            by.post(&format!("/api/opportunities/{id}/marks"), form).await.ok();
        }
    }
}

/// One of each who may mark, moderate and open: all have declared.
async fn panel(setting: &Setting, id: &str) -> (Person, Person, Person) {
    let people =
        (setting.evaluator().await, setting.second_evaluator().await, setting.lead_commissioner().await);
    for officer in [&people.0, &people.1, &people.2] {
        setting.declared(officer, id).await;
    }
    people
}

/// The market, with its answer on staffing given once, with the request to join.
fn asked_once() -> String {
    let name = "name = \"Staffing and continuity\"";
    SUPPORTED_LIVING.replacen("attachments = 2\n", "", 1).replacen(
        name,
        &format!("standing = true\n{name}"),
        1,
    )
}

on_both! {
    async fn no_answer_leaves_by_any_door_before_a_declaration(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let id = setting.published().await;
        let at = |verb: &str| format!("/api/opportunities/{id}/{verb}");
        let everything = setting.officer("everything@staffordshire.example", OfficerRole::ALL).await;
        // Nobody declares before it is known who has bid.
        everything.get(&at("declaration")).await.refused(409, "bids_are_sealed");
        everything.post(&at("declaration"), json!({})).await.refused(409, "bids_are_sealed");
        let mut offer = setting.offer("13.60", "78.00").await;
        offer["answers"][0]["answer"] = json!("A sealed answer.");
        acorn.post(&at("bid"), offer).await.ok();
        setting.wind_minutes(4 * 60);
        let blind = setting.blind_id(&id, &acorn).await;
        let mark = json!({"blind_id": blind, "criterion_id": "safety", "mark": "3", "reason": "So."});
        let drafts = json!({"drafts": []}).to_string();
        everything.get(&at("evaluation")).await.refused(403, "declaration_needed");
        everything.post(&at("marks"), mark.clone()).await.refused(403, "declaration_needed");
        everything.send(Method::PUT, &at("marks/draft"), Some(drafts), &[("idempotency-key", &new_key())]).await
            .refused(403, "declaration_needed");
        everything.post(&at("marks/finish"), json!({})).await.refused(403, "declaration_needed");
        everything.post(&at("consensus"), mark.clone()).await.refused(403, "declaration_needed");
        everything.post(&at("release"), json!({"evaluator_id": everything.account_id, "reason": "So."})).await
            .refused(403, "declaration_needed");
        everything.post(&at("open-prices"), json!({})).await.refused(403, "declaration_needed");
        for path in [at("").trim_end_matches('/').to_owned(), format!("/api/history/opportunity/{id}"), at("declaration")] {
            let seen = everything.get(&path).await.ok().to_string();
            assert!(!seen.contains("sealed answer"), "{path} showed an answer");
        }
        // The names of the bidders, and nothing by which an answer is told to be theirs.
        let page = everything.get(&at("declaration")).await.ok();
        assert_eq!((&page["bidders"], &page["mine"]), (&json!(["Acorn Example Care"]), &json!([])));
        assert!(!page.to_string().contains(blind.as_str().expect("an id")));

        everything.post(&at("declaration"), json!({"interest": " "})).await.refused(422, "invalid_field");
        let declared = everything.post(&at("declaration"), json!({})).await.ok();
        assert_eq!(declared["mine"][0]["interest"], Value::Null);
        let shown = everything.get(&at("evaluation")).await.ok();
        assert_eq!(shown["bids"][0]["answers"][0]["answer"], "A sealed answer.");
        assert!(!shown.to_string().contains("Acorn"), "marking is blind");
        // What has been declared is in the history, without its words; again is nothing new.
        everything.post(&at("declaration"), json!({})).await.ok();
        let history = everything.get(&format!("/api/history/opportunity/{id}")).await.ok();
        let kinds: Vec<_> = Setting::items(&history).iter().map(|e| e["kind"].clone()).collect();
        assert_eq!(kinds.iter().filter(|kind| **kind == "no_conflict_declared").count(), 1);
        setting.nobody().get(&at("declaration")).await.refused(401, "signed_out");
        acorn.get(&at("declaration")).await.refused(403, "role_needed");
    }

    async fn whoever_declares_an_interest_takes_no_part_and_cannot_take_it_back(setting: Setting) {
        let (id, _) = closed(&setting).await;
        let at = |verb: &str| format!("/api/opportunities/{id}/{verb}");
        let officer = setting.officer("everything@staffordshire.example", OfficerRole::ALL).await;
        let words = "My sister manages one of them.";
        officer.post(&at("declaration"), json!({"interest": words})).await.ok();
        officer.post(&at("declaration"), json!({})).await.refused(403, "interest_declared");
        let mark = json!({"blind_id": officer.account_id, "criterion_id": "safety", "mark": "3", "reason": "So."});
        officer.get(&at("evaluation")).await.refused(403, "interest_declared");
        officer.post(&at("marks"), mark.clone()).await.refused(403, "interest_declared");
        officer.post(&at("consensus"), mark).await.refused(403, "interest_declared");
        officer.post(&at("open-prices"), json!({})).await.refused(403, "interest_declared");
        let history = officer.get(&format!("/api/history/opportunity/{id}")).await.ok();
        assert!(Setting::items(&history).iter().any(|e| e["kind"] == "conflict_declared"));
        assert!(!history.to_string().contains("sister"), "the words of an interest are not in the history");
        // A commissioner who has none reads them in the register of declarations.
        let commissioner = setting.lead_commissioner().await;
        setting.declared(&commissioner, &id).await;
        let shown = commissioner.get(&at("evaluation")).await.ok();
        assert_eq!(shown["declarations"][0]["interest"], words);
        let evaluator = setting.evaluator().await;
        setting.declared(&evaluator, &id).await;
        let shown = evaluator.get(&at("evaluation")).await.ok();
        assert_eq!(shown["declarations"], json!([]));
    }

    async fn nobody_approves_or_recommends_who_declared_an_interest(setting: Setting) {
        let (id, [acorn, birch]) = closed(&setting).await;
        setting.evaluated(&id, &[(&acorn, "4"), (&birch, "3")]).await;
        let at = |verb: &str| format!("/api/opportunities/{id}/{verb}");
        let commissioner = setting.lead_commissioner().await;
        commissioner.post(&at("open-prices"), json!({})).await.ok();
        // One who may approve declares an interest before there is anything to approve, and is not asked to.
        let second = setting.second_commissioner().await;
        second.post(&at("declaration"), json!({"interest": "I own shares in one."})).await.ok();
        second.get(&at("ranking")).await.refused(403, "interest_declared");
        let bids = commissioner.get(&at("ranking")).await.ok()["result"]["bids"].clone();
        let form = json!({"bid_id": bids[0]["bid_id"], "shortlist": [bids[0]["bid_id"]], "reason": "First."});
        second.post(&at("recommend"), form).await.refused(403, "interest_declared");
        setting.recommended(&id).await;
        for verb in ["approve", "return"] {
            let refusal = second.post(&at(verb), json!({"reason": "Yes."})).await.refused(403, "four_eyes");
            assert!(refusal["detail"].as_str().expect("words").contains("declared an interest"), "{refusal}");
        }
        let waiting = second.get("/api/approvals").await.ok();
        assert_eq!(waiting[0]["mine"], false);
        setting.assistant_director().await.post(&at("approve"), json!({"reason": "Yes."})).await.ok();
    }

    async fn evaluators_know_nothing_of_each_other_until_all_are_in(setting: Setting) {
        let (id, [acorn, birch]) = closed(&setting).await;
        let (first, second, commissioner) = panel(&setting, &id).await;
        let at = |verb: &str| format!("/api/opportunities/{id}/{verb}");
        let mut listening = setting.listening(&commissioner, &HashMap::new()).await;
        mark_all(&setting, &first, &id, &[&acorn, &birch], "4").await;
        setting.finished(&first, &id).await;
        // Not even to whoever has everything to do with it but those marks.
        let auditor = setting.officer("auditor@staffordshire.example", &[OfficerRole::Auditor]).await;
        setting.declared(&auditor, &id).await;
        for person in [&second, &commissioner, &auditor] {
            for path in [at("evaluation"), at("").trim_end_matches('/').to_owned(), format!("/api/history/opportunity/{id}")] {
                let seen = person.get(&path).await.ok().to_string();
                assert!(!seen.contains(SECRET), "{path} showed a reason before all were in");
                assert!(!seen.contains("\"mark\":\"4"), "{path} showed a mark before all were in: {seen}");
            }
            person.get(&at("ranking")).await.refused(409, "prices_are_sealed");
        }
        let shown = commissioner.get(&at("evaluation")).await.ok();
        assert_eq!((&shown["all_in"], &shown["differing"]), (&json!(false), &json!(0)));
        assert!(shown["bids"].as_array().expect("bids").iter().all(|b| b["marks"] == json!([]) && b["agreed"] == json!([])));
        assert_eq!(shown["panel"][0]["state"], "finished");
        // Live says that it happened, and not what.
        let told = listening.event("evaluator_finished").await;
        assert_eq!(told["body"], json!({}));
        assert!(!told.to_string().contains(SECRET));
        // No more may the second read them once it has begun, nor the first after it has finished.
        mark_all(&setting, &second, &id, &[&acorn], "2").await;
        for person in [&first, &second] {
            let shown = person.get(&at("evaluation")).await.ok();
            let others = shown["bids"].as_array().expect("bids").iter()
                .flat_map(|b| b["marks"].as_array().expect("marks").clone()).filter(|m| m["mine"] == false).count();
            assert_eq!((others, &shown["marks_shown"]), (0, &json!(false)));
        }
        let consensus = json!({"blind_id": setting.blind_id(&id, &acorn).await, "criterion_id": "safety", "mark": "3", "reason": "So."});
        commissioner.post(&at("consensus"), consensus).await.refused(409, "marks_missing");
        second.post(&at("marks/finish"), json!({})).await.refused(409, "marks_missing");
        mark_all(&setting, &second, &id, &[&birch], "2").await;
        setting.finished(&second, &id).await;
        for person in [&first, &second, &commissioner, &auditor] {
            let shown = person.get(&at("evaluation")).await.ok();
            assert_eq!((&shown["all_in"], &shown["marks_shown"], &shown["differing"]), (&json!(true), &json!(true), &json!(8)));
            assert_eq!(shown["bids"][0]["marks"].as_array().expect("marks").len(), 8);
        }
        // An evaluator who has not marked neither sees them nor begins now.
        let late = setting.officer("late@staffordshire.example", &[OfficerRole::Evaluator]).await;
        setting.declared(&late, &id).await;
        assert!(!late.get(&at("evaluation")).await.ok().to_string().contains(SECRET));
        setting.mark(&late, &id, &acorn, &json!("safety"), "5").await.refused(409, "panel_complete");
    }

    async fn a_mark_may_change_until_its_evaluator_has_finished_and_every_change_is_kept(setting: Setting) {
        let (id, [acorn, birch]) = closed(&setting).await;
        let (first, second, commissioner) = panel(&setting, &id).await;
        let at = |verb: &str| format!("/api/opportunities/{id}/{verb}");
        let blind = setting.blind_id(&id, &acorn).await;
        let mark = |value: &str, reason: &str| json!({"blind_id": blind, "criterion_id": "safety", "mark": value, "reason": reason});
        first.post(&at("marks"), mark("6", "Too much.")).await.refused(422, "mark_invalid");
        first.post(&at("marks"), mark("3", " ")).await.refused(422, "invalid_field");
        first.post(&at("marks"), mark("2", "At first.")).await.ok();
        first.post(&at("marks"), mark("3.5", "On reading again.")).await.ok();
        // The same again is nothing new.
        first.post(&at("marks"), mark("3.5", "On reading again.")).await.ok();
        first.post(&at("marks/finish"), json!({})).await.refused(409, "marks_missing");
        mark_all(&setting, &second, &id, &[&acorn, &birch], "4").await;
        let shown = first.get(&at("evaluation")).await.ok();
        let criteria = shown["criteria"].as_array().expect("criteria").clone();
        for criterion in criteria.iter().filter(|c| c["id"] != "safety") {
            setting.mark(&first, &id, &acorn, &criterion["id"], "4").await.ok();
        }
        setting.marked(&first, &id, &birch, "4").await;
        setting.finished(&first, &id).await;
        first.post(&at("marks"), mark("5", "Too late.")).await.refused(409, "marks_locked");
        setting.finished(&second, &id).await;
        let shown = commissioner.get(&at("evaluation")).await.ok();
        let marks = shown["bids"].as_array().expect("bids").iter().flat_map(|b| b["marks"].as_array().expect("marks").clone());
        let changed: Vec<_> = marks.filter(|m| m["before"] != json!([])).collect();
        assert_eq!(changed.len(), 1);
        assert_eq!((&changed[0]["mark"], &changed[0]["before"][0]["mark"], &changed[0]["before"][0]["reason"]),
            (&json!("3.5"), &json!("2"), &json!("At first.")));
        // The history names the criterion, not its id, and shows no mark.
        let history = commissioner.get(&format!("/api/history/opportunity/{id}")).await.ok();
        let said: Vec<_> = Setting::items(&history).iter().map(|e| e["what"].as_str().expect("words").to_owned()).collect();
        assert!(said.contains(&"A mark of an answer on “Safety and safeguarding” was changed".to_owned()), "{said:?}");
        assert_eq!(Setting::items(&history).iter().filter(|e| e["what"].to_string().contains("was changed")).count(), 1);
        assert!(!said.iter().any(|words| words.contains("3.5") || words.contains("safety")), "{said:?}");
    }

    async fn where_marks_differ_a_consensus_with_its_reason_counts_and_where_they_agree_that_mark_does(setting: Setting) {
        let (id, [acorn, birch]) = closed(&setting).await;
        let (first, second, commissioner) = panel(&setting, &id).await;
        let at = |verb: &str| format!("/api/opportunities/{id}/{verb}");
        setting.marked(&first, &id, &acorn, "4").await;
        setting.marked(&first, &id, &birch, "3").await;
        setting.marked(&second, &id, &birch, "3").await;
        for (criterion, mark) in [("person-centred", "4"), ("staffing", "4"), ("safety", "2"), ("start", "4")] {
            setting.mark(&second, &id, &acorn, &json!(criterion), mark).await.ok();
        }
        setting.finished(&first, &id).await;
        commissioner.post(&at("open-prices"), json!({})).await.refused(409, "marks_missing");
        setting.finished(&second, &id).await;
        let refusal = commissioner.post(&at("open-prices"), json!({})).await.refused(409, "consensus_missing");
        assert!(refusal["detail"].as_str().expect("words").contains("one answer"), "{refusal}");
        let blind = setting.blind_id(&id, &acorn).await;
        let form = |criterion: &str, mark: &str, reason: &str| json!({"blind_id": blind, "criterion_id": criterion, "mark": mark, "reason": reason});
        commissioner.post(&at("consensus"), form("staffing", "5", "Better.")).await.refused(409, "marks_agree");
        commissioner.post(&at("consensus"), form("safety", "5.1", "Better.")).await.refused(422, "mark_invalid");
        commissioner.post(&at("consensus"), form("safety", "3", "")).await.refused(422, "invalid_field");
        let broker = setting.broker().await;
        broker.post(&at("consensus"), form("safety", "3", "So.")).await.refused(403, "role_needed");
        let outside = setting.officer("late@staffordshire.example", &[OfficerRole::Evaluator]).await;
        setting.declared(&outside, &id).await;
        outside.post(&at("consensus"), form("safety", "3", "So.")).await.refused(403, "role_needed");
        let mut listening = setting.listening(&broker, &HashMap::new()).await;
        // An evaluator of the panel may record it; a commissioner may change it.
        second.post(&at("consensus"), form("safety", "3", "Both the plan and the gap were seen.")).await.ok();
        assert_eq!(listening.event("consensus_recorded").await["body"], json!({}));
        let shown = commissioner.post(&at("consensus"), form("safety", "3.5", "The plan outweighs the gap.")).await.ok();
        let of_acorn = shown["bids"].as_array().expect("bids").iter().find(|b| b["blind_id"] == blind).expect("the bid").clone();
        let agreed = of_acorn["agreed"].as_array().expect("agreed").iter().find(|a| a["criterion_id"] == "safety").expect("agreed").clone();
        assert_eq!((&agreed["basis"], &agreed["mark"], &agreed["before"][0]["mark"]), (&json!("consensus"), &json!("3.5"), &json!("3")));
        assert_eq!((&shown["differing"], &shown["prices_wait_for"]), (&json!(0), &Value::Null));
        let ranking = commissioner.post(&at("open-prices"), json!({})).await.ok();
        assert_eq!(listening.event("prices_opened").await["body"], json!({}));
        // 20, 15 and 10 by 4 of 5, and 15 by the consensus of 3.5.
        let bids = ranking["result"]["bids"].as_array().expect("bids");
        let quality = |name: &str| bids.iter().find(|b| b["provider_name"] == name).expect("ranked")["quality"].clone();
        assert_eq!((quality("Acorn Example Care"), quality("Birch Example Care")), (json!("46.5000"), json!("36.0000")));
        commissioner.post(&at("consensus"), form("safety", "5", "After all.")).await.refused(409, "prices_open");
        // The individual marks stand beside it for good, and the provider reads the consensus and its reason.
        let after = first.get(&at("evaluation")).await.ok();
        let of_acorn = after["bids"].as_array().expect("bids").iter().find(|b| b["blind_id"] == blind).expect("the bid").clone();
        assert_eq!(of_acorn["provider_name"], "Acorn Example Care");
        let given: Vec<_> = of_acorn["marks"].as_array().expect("marks").iter().filter(|m| m["criterion_id"] == "safety").map(|m| m["mark"].clone()).collect();
        assert!(given.contains(&json!("4")) && given.contains(&json!("2")), "{given:?}");
        setting.recommended(&id).await;
        setting.assistant_director().await.post(&at("approve"), json!({"reason": "Yes."})).await.ok();
        let result = acorn.get(&format!("/api/opportunities/{id}")).await.ok()["result"].clone();
        let own = result["own"]["marks"].as_array().expect("marks").iter().find(|m| m["criterion_id"] == "safety").expect("a mark").clone();
        assert_eq!((&own["mark"], &own["reasons"]), (&json!("3.5000"), &json!(["The plan outweighs the gap."])));
    }

    async fn whoever_recorded_a_consensus_may_not_approve(setting: Setting) {
        let (id, [acorn, birch]) = closed(&setting).await;
        let (first, second, commissioner) = panel(&setting, &id).await;
        let at = |verb: &str| format!("/api/opportunities/{id}/{verb}");
        for (evaluator, mark) in [(&first, "4"), (&second, "2")] {
            setting.marked(evaluator, &id, &acorn, mark).await;
            setting.marked(evaluator, &id, &birch, "3").await;
            setting.finished(evaluator, &id).await;
        }
        let moderator = setting.second_commissioner().await;
        setting.declared(&moderator, &id).await;
        let shown = moderator.get(&at("evaluation")).await.ok();
        for criterion in shown["criteria"].as_array().expect("criteria") {
            let form = json!({"blind_id": setting.blind_id(&id, &acorn).await, "criterion_id": criterion["id"], "mark": "3", "reason": "Agreed."});
            moderator.post(&at("consensus"), form).await.ok();
        }
        commissioner.post(&at("open-prices"), json!({})).await.ok();
        setting.recommended(&id).await;
        moderator.post(&at("approve"), json!({"reason": "Yes."})).await.refused(403, "four_eyes");
    }

    async fn one_absentee_stops_nothing(setting: Setting) {
        let (id, [acorn, birch]) = closed(&setting).await;
        let (first, absent, commissioner) = panel(&setting, &id).await;
        let at = |verb: &str| format!("/api/opportunities/{id}/{verb}");
        mark_all(&setting, &absent, &id, &[&acorn], "5").await;
        for evaluator in [&first, &setting.officer("third@staffordshire.example", &[OfficerRole::Evaluator]).await] {
            setting.declared(evaluator, &id).await;
            setting.marked(evaluator, &id, &acorn, "3").await;
            setting.marked(evaluator, &id, &birch, "3").await;
            setting.finished(evaluator, &id).await;
        }
        // Two have finished, and the third has begun.
        commissioner.post(&at("open-prices"), json!({})).await.refused(409, "marks_missing");
        let form = |who: &Person, reason: &str| json!({"evaluator_id": who.account_id, "reason": reason});
        first.post(&at("release"), form(&absent, "Away.")).await.refused(403, "role_needed");
        commissioner.post(&at("release"), form(&absent, "")).await.refused(422, "invalid_field");
        commissioner.post(&at("release"), form(&first, "No need.")).await.refused(409, "marks_locked");
        commissioner.post(&at("release"), form(&acorn, "Who?")).await.refused(404, "not_found");
        commissioner.post(&at("release"), form(&absent, "On leave until March.")).await.ok();
        setting.mark(&absent, &id, &birch, &json!("safety"), "5").await.refused(409, "evaluator_released");
        let shown = commissioner.get(&at("evaluation")).await.ok();
        let released = shown["panel"].as_array().expect("a panel").iter().find(|p| p["state"] == "released").expect("one").clone();
        assert_eq!(released["reason"], "On leave until March.");
        let marks = shown["bids"].as_array().expect("bids").iter().flat_map(|b| b["marks"].as_array().expect("marks").clone());
        assert_eq!(marks.filter(|m| m["counts"] == false).count(), 4, "kept, shown and not counted");
        assert!(!absent.get(&at("evaluation")).await.ok()["marks_shown"].as_bool().expect("a word"));
        let history = commissioner.get(&format!("/api/history/opportunity/{id}")).await.ok().to_string();
        assert!(history.contains("second.evaluator@staffordshire.example was released"), "{history}");
        let ranking = commissioner.post(&at("open-prices"), json!({})).await.ok();
        assert!(ranking["result"]["bids"].as_array().expect("bids").iter().all(|b| b["quality"] == "36.0000"));
    }

    async fn an_interest_that_arises_later_takes_the_marks_out_of_the_count(setting: Setting) {
        let (id, [acorn, birch]) = closed(&setting).await;
        let (first, second, commissioner) = panel(&setting, &id).await;
        let at = |verb: &str| format!("/api/opportunities/{id}/{verb}");
        for (evaluator, mark) in [(&first, "5"), (&second, "3")] {
            for bidder in [&acorn, &birch] {
                setting.marked(evaluator, &id, bidder, mark).await;
            }
            setting.finished(evaluator, &id).await;
        }
        let shown = commissioner.get(&at("evaluation")).await.ok();
        let criteria = shown["criteria"].as_array().expect("criteria").clone();
        let agree = async |mark: &str| {
            for bidder in [&acorn, &birch] {
                for criterion in &criteria {
                    let form = json!({"blind_id": setting.blind_id(&id, bidder).await, "criterion_id": criterion["id"], "mark": mark, "reason": "Agreed."});
                    commissioner.post(&at("consensus"), form).await.ok();
                }
            }
        };
        agree("4").await;
        first.post(&at("declaration"), json!({"interest": "One of them has offered me work."})).await.ok();
        // The consensus rested on marks that no longer count, and one evaluator is too few for this market.
        first.get(&at("evaluation")).await.refused(403, "interest_declared");
        let refusal = commissioner.post(&at("open-prices"), json!({})).await.refused(409, "marks_missing");
        assert!(refusal["detail"].as_str().expect("words").contains("needs 2 evaluators"), "{refusal}");
        let shown = commissioner.get(&at("evaluation")).await.ok();
        assert!(shown["panel"].as_array().expect("a panel").iter().any(|p| p["state"] == "set_aside"));
        let third = setting.officer("third@staffordshire.example", &[OfficerRole::Evaluator]).await;
        setting.declared(&third, &id).await;
        for bidder in [&acorn, &birch] {
            setting.marked(&third, &id, bidder, "2").await;
        }
        setting.finished(&third, &id).await;
        commissioner.post(&at("open-prices"), json!({})).await.refused(409, "consensus_missing");
        agree("2.5").await;
        commissioner.post(&at("open-prices"), json!({})).await.ok();
        let shown = commissioner.get(&at("evaluation")).await.ok();
        let marks: Vec<_> = shown["bids"].as_array().expect("bids").iter().flat_map(|b| b["marks"].as_array().expect("marks").clone()).collect();
        assert!(marks.iter().any(|m| m["mark"] == "5" && m["counts"] == false), "kept and shown as not counted");
        // After prices opened what was locked stands, and the declaration is shown with it.
        third.post(&at("declaration"), json!({"interest": "I have joined its board."})).await.ok();
        let shown = commissioner.get(&at("evaluation")).await.ok();
        let later: Vec<_> = shown["panel"].as_array().expect("a panel").iter().filter(|p| p["declared_later"] == true).collect();
        assert_eq!((later.len(), &later[0]["state"]), (1, &json!("finished")));
        let ranking = commissioner.get(&at("ranking")).await.ok();
        assert_eq!(ranking["result"]["bids"][0]["quality"], "30.0000");
    }

    async fn unfinished_marks_are_kept_as_drafts_and_are_nobody_elses(setting: Setting) {
        let (id, [acorn, _]) = closed(&setting).await;
        let (first, second, _) = panel(&setting, &id).await;
        let at = |verb: &str| format!("/api/opportunities/{id}/{verb}");
        let blind = setting.blind_id(&id, &acorn).await;
        let drafts = json!({"drafts": [{"blind_id": blind, "criterion_id": "safety", "mark": "", "reason": SECRET}]}).to_string();
        let save = async |revision: &str| {
            let key = new_key();
            let headers = [("idempotency-key", key.as_str()), ("if-match", revision)];
            first.send(Method::PUT, &at("marks/draft"), Some(drafts.clone()), &headers).await
        };
        let saved = save("\"0\"").await.ok();
        assert_eq!(saved["revision"], 1);
        save("\"0\"").await.refused(412, "revision_stale");
        assert_eq!(first.get(&at("evaluation")).await.ok()["drafts"][0]["reason"], SECRET);
        let history = first.get(&format!("/api/history/opportunity/{id}")).await.ok();
        assert!(!Setting::items(&history).iter().any(|e| e["kind"] == "mark_given"), "a draft makes no event");
        assert!(!second.get(&at("evaluation")).await.ok().to_string().contains(SECRET));
        let long = json!({"drafts": [{"blind_id": blind, "criterion_id": "safety", "mark": "", "reason": "x".repeat(140_000)}]});
        first.send(Method::PUT, &at("marks/draft"), Some(long.to_string()), &[("idempotency-key", &new_key())]).await
            .refused(422, "invalid_field");
    }

    async fn which_bid_is_whose_cannot_be_told_from_ids_or_order(setting: Setting) {
        let (id, [acorn, birch]) = closed(&setting).await;
        let (first, ..) = panel(&setting, &id).await;
        let shown = first.get(&format!("/api/opportunities/{id}/evaluation")).await.ok();
        let seen: Vec<_> = shown["bids"].as_array().expect("bids").iter().map(|b| b["blind_id"].clone()).collect();
        let mut sorted = seen.clone();
        sorted.sort_by_key(ToString::to_string);
        assert_eq!(seen, sorted, "by an id that comes from the sealed seed");
        for provider in [&acorn, &birch] {
            let bid = provider.get(&format!("/api/opportunities/{id}/bid")).await.ok();
            assert!(!shown.to_string().contains(bid["bid_id"].as_str().expect("an id")), "a bid's id tells when it was made");
        }
    }

    async fn standing_marks_are_given_before_admission_and_count_as_they_stood_when_prices_opened(setting: Setting) {
        let text = asked_once()
            .replace("evaluators = 2", "evaluators = 1");
        setting.market(&text).await;
        let acorn = setting.provider("Acorn Example Care").await;
        // The answer is asked for when joining.
        let page = setting.market_page("Supported Living").await;
        let category = page["categories"][0]["id"].as_str().expect("an id").to_owned();
        let mut form = application(&page, &category);
        form["answers"] = json!([]);
        let join = format!("/api/markets/{}/enrolments", page["id"].as_str().expect("an id"));
        let refusal = acorn.post(&join, form).await.refused(422, "answer_missing");
        assert_eq!(refusal["field"], "answers.staffing");
        let enrolment = setting.applied(&acorn, "Supported Living").await;
        assert_eq!(enrolment["standing_answers"][0]["answer"], "This is how we always do it.");
        let at = |verb: &str| format!("/api/enrolments/{}/{verb}", enrolment["id"].as_str().expect("an id"));
        let procurement = setting.procurement().await;
        assert!(procurement.get(at("").trim_end_matches('/')).await.ok()["can"].to_string().contains("\"mark\""));
        procurement.post(&at("admit"), json!({"reasons": "All met."})).await.refused(409, "standing_mark_missing");
        let mark = |criterion: &str, mark: &str, reason: &str| json!({"criterion_id": criterion, "mark": mark, "reason": reason});
        procurement.post(&at("standing-marks"), mark("safety", "3", "So.")).await.refused(422, "mark_invalid");
        procurement.post(&at("standing-marks"), mark("staffing", "6", "So.")).await.refused(422, "mark_invalid");
        procurement.post(&at("standing-marks"), mark("staffing", "3", "")).await.refused(422, "invalid_field");
        acorn.post(&at("standing-marks"), mark("staffing", "5", "Ours.")).await.refused(403, "role_needed");
        procurement.post(&at("standing-marks"), mark("staffing", "3", "A settled team.")).await.ok();
        assert_eq!(acorn.get(at("").trim_end_matches('/')).await.ok()["standing_answers"][0]["mark"], Value::Null, "not before the decision");
        procurement.post(&at("admit"), json!({"reasons": "All met."})).await.ok();
        let own = acorn.get(at("").trim_end_matches('/')).await.ok();
        assert_eq!((&own["standing_answers"][0]["mark"]["mark"], &own["standing_answers"][0]["mark"]["reason"]), (&json!("3"), &json!("A settled team.")));

        // The opportunity does not ask for it again.
        let id = setting.published().await;
        let path = |verb: &str| format!("/api/opportunities/{id}/{verb}");
        let mut offer = setting.offer("13.60", "78.00").await;
        assert_eq!(offer["answers"].as_array().expect("answers").len(), 3);
        offer["answers"].as_array_mut().expect("answers").push(json!({"criterion_id": "staffing", "answer": "Again."}));
        acorn.post(&path("bid"), offer).await.refused(422, "answer_missing");
        acorn.post(&path("bid"), setting.offer("13.60", "78.00").await).await.ok();
        setting.wind_minutes(4 * 60);
        let (evaluator, commissioner) = (setting.evaluator().await, setting.lead_commissioner().await);
        for officer in [&evaluator, &commissioner] {
            setting.declared(officer, &id).await;
        }
        let shown = evaluator.get(&path("evaluation")).await.ok();
        assert_eq!((shown["criteria"].as_array().expect("criteria").len(), &shown["standing_criteria"][0]["id"]), (3, &json!("staffing")));
        setting.mark(&evaluator, &id, &acorn, &json!("staffing"), "5").await.refused(422, "mark_invalid");
        setting.marked(&evaluator, &id, &acorn, "5").await;
        setting.finished(&evaluator, &id).await;
        // Changed before prices open, it counts as changed; changed after, it does not.
        let procurement = setting.procurement().await;
        procurement.post(&at("standing-marks"), mark("staffing", "4", "The turnover has halved.")).await.ok();
        let ranking = commissioner.post(&path("open-prices"), json!({})).await.ok();
        assert_eq!(ranking["result"]["bids"][0]["quality"], "57.0000");
        procurement.post(&at("standing-marks"), mark("staffing", "1", "The team has left.")).await.ok();
        let again = commissioner.get(&path("ranking")).await.ok();
        assert_eq!(again["result"]["bids"][0]["quality"], "57.0000");
        let shown = commissioner.get(&path("evaluation")).await.ok();
        let standing = shown["bids"][0]["agreed"].as_array().expect("agreed").iter().find(|a| a["criterion_id"] == "staffing").expect("it counts").clone();
        assert_eq!((&standing["basis"], &standing["mark"], &standing["reason"]), (&json!("standing"), &json!("4"), &json!("The turnover has halved.")));
        // Who gave it had a part in the marks.
        let history = acorn.get(&format!("/api/history/enrolment/{}", enrolment["id"].as_str().expect("an id"))).await.ok();
        let said: Vec<_> = Setting::items(&history).iter().map(|e| e["what"].as_str().expect("words").to_owned()).collect();
        assert!(said.contains(&"The standing mark for “Staffing and continuity” was changed".to_owned()), "{said:?}");
    }

    async fn a_market_that_comes_to_ask_for_a_standing_mark_opens_no_prices_without_it(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let text = asked_once();
        setting.market(&text).await;
        let id = setting.published().await;
        let path = |verb: &str| format!("/api/opportunities/{id}/{verb}");
        acorn.post(&path("bid"), setting.offer("13.60", "78.00").await).await.ok();
        setting.wind_minutes(4 * 60);
        setting.evaluated(&id, &[(&acorn, "4")]).await;
        let commissioner = setting.lead_commissioner().await;
        commissioner.post(&path("open-prices"), json!({})).await.refused(409, "standing_mark_missing");
        let procurement = setting.procurement().await;
        let enrolment = Setting::items(&procurement.get("/api/enrolments").await.ok())[0]["id"].as_str().expect("an id").to_owned();
        let form = json!({"criterion_id": "staffing", "mark": "4", "reason": "From its references."});
        procurement.post(&format!("/api/enrolments/{enrolment}/standing-marks"), form).await.ok();
        commissioner.post(&path("open-prices"), json!({})).await.ok();
    }

    async fn a_bid_held_while_prices_opened_takes_no_part_when_it_stands_again(setting: Setting) {
        let (id, [acorn, birch]) = closed(&setting).await;
        let procurement = setting.procurement().await;
        let enrolments = procurement.get("/api/enrolments").await.ok();
        let of_birch = Setting::items(&enrolments).iter().find(|e| e["provider_name"] == "Birch Example Care").expect("enrolled").clone();
        let at = |verb: &str| format!("/api/enrolments/{}/{verb}", of_birch["id"].as_str().expect("an id"));
        procurement.post(&at("urgent-stop"), json!({"reason": "Under review."})).await.ok();
        setting.evaluated(&id, &[(&acorn, "4")]).await;
        let commissioner = setting.lead_commissioner().await;
        // It comes to stand again: evaluators who had finished have its answers to mark, and theirs are locked.
        procurement.post(&at("reinstate"), json!({"reason": "Review ended."})).await.ok();
        commissioner.post(&format!("/api/opportunities/{id}/open-prices"), json!({})).await.refused(409, "marks_missing");
        let evaluator = setting.evaluator().await;
        setting.mark(&evaluator, &id, &acorn, &json!("safety"), "5").await.refused(409, "marks_locked");
        setting.marked(&evaluator, &id, &birch, "3").await;
        procurement.post(&at("urgent-stop"), json!({"reason": "Again."})).await.ok();
        commissioner.post(&format!("/api/opportunities/{id}/open-prices"), json!({})).await.ok();
        procurement.post(&at("reinstate"), json!({"reason": "Review ended."})).await.ok();
        let ranking = commissioner.get(&format!("/api/opportunities/{id}/ranking")).await.ok();
        let names: Vec<_> = ranking["result"]["bids"].as_array().expect("bids").iter().map(|b| b["provider_name"].clone()).collect();
        assert_eq!(names, ["Acorn Example Care"]);
    }

    async fn what_is_repeated_is_done_once_and_another_authority_finds_nothing(setting: Setting) {
        let (id, [acorn, _]) = closed(&setting).await;
        let (first, ..) = panel(&setting, &id).await;
        let form = json!({"blind_id": setting.blind_id(&id, &acorn).await, "criterion_id": "safety", "mark": "3", "reason": "So."});
        let key = new_key();
        for _ in 0..2 {
            first.post_with(&format!("/api/opportunities/{id}/marks"), form.clone(), &key).await.ok();
        }
        let history = first.get(&format!("/api/history/opportunity/{id}")).await.ok();
        assert_eq!(Setting::items(&history).iter().filter(|e| e["kind"] == "mark_given").count(), 1);
        let elsewhere = SUPPORTED_LIVING
            .replace("slug = \"staffordshire\"", "slug = \"elsewhere\"")
            .replace("slug = \"staffordshire-supported-living\"", "slug = \"elsewhere-supported-living\"")
            .replace("reference_prefix = \"SL\"", "reference_prefix = \"EL\"")
            .replace("@staffordshire.example", "@elsewhere.example");
        setting.market(&elsewhere).await;
        let stranger = setting.officer_of("elsewhere", "everything@elsewhere.example", OfficerRole::ALL).await;
        let at = |verb: &str| format!("/api/opportunities/{id}/{verb}");
        for path in [at("declaration"), at("evaluation")] {
            stranger.get(&path).await.refused(404, "not_found");
        }
        for (path, form) in [
            (at("declaration"), json!({})), (at("marks"), form.clone()), (at("marks/finish"), json!({})),
            (at("consensus"), form), (at("open-prices"), json!({})),
            (at("release"), json!({"evaluator_id": first.account_id, "reason": "So."})),
        ] {
            stranger.post(&path, form).await.refused(404, "not_found");
        }
    }
}
