//! Standing: what stops a provider, who decides it, what every door shows of it, and how it ends.

use crate::{disclosure::elsewhere, on_both, setting::*};
use entity::vocabulary::*;
use fairlot::{
    actions::{
        act_for_nobody,
        clock::remind_due,
        exclusion::{self, ListImported},
        standing::{self, lapse_due},
    },
    domain::{debarment, standing::Verb, standing::may},
};
use serde_json::{Value, json};
use std::collections::HashMap;

/// The enrolment of a provider, for officers.
async fn enrolment(setting: &Setting, name: &str) -> String {
    let enrolments = setting.procurement().await.get("/api/enrolments").await.ok();
    let found = Setting::items(&enrolments).iter().find(|e| e["provider_name"] == name).cloned();
    found.expect("enrolled")["id"].as_str().expect("an id").to_owned()
}

fn at(id: &str, verb: &str) -> String {
    format!("/api/enrolments/{id}/{verb}")
}

async fn page(person: &Person, id: &str) -> Value {
    person.get(&at(id, "standing")).await.ok()
}

fn verbs(page: &Value) -> Vec<&str> {
    page["can"].as_array().expect("verbs").iter().map(|one| one["verb"].as_str().expect("a verb")).collect()
}

fn suspension() -> Value {
    json!({"kind": "suspension", "reason": "Missed calls.", "evidence": "QV-1", "review_on": "2027-01-04"})
}

fn removal() -> Value {
    json!({"kind": "removal", "reason": "Missed calls, again.", "evidence": "QV-2"})
}

fn urgent() -> Value {
    json!({"reason": "Somebody was hurt."})
}

fn decision(page: &Value, kind: &str, confirm: bool) -> Value {
    let found = page["proposed"].as_array().expect("proposed").iter().find(|m| m["kind"] == kind);
    let review_on = if kind == "removal" { Value::Null } else { json!("2027-01-04") };
    json!({"measure_id": found.expect("it")["id"], "confirm": confirm, "reason": "It is borne out.", "review_on": review_on})
}

/// Supported Living with one member, and where its standing is.
async fn one(setting: &Setting) -> (Person, String) {
    setting.market(SUPPORTED_LIVING).await;
    let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
    let id = enrolment(setting, "Acorn Example Care").await;
    (acorn, id)
}

/// A provider brought to this standing through the API; its person and its enrolment.
async fn brought_to(setting: &Setting, name: &str, standing: Standing) -> (Person, String) {
    let (first, second) = (setting.procurement().await, setting.lead_commissioner().await);
    let provider = setting.provider(name).await;
    let applied = setting.applied(&provider, "Supported Living").await;
    let id = applied["id"].as_str().expect("an id").to_owned();
    if standing == Standing::Applied {
        return (provider, id);
    }
    let reasons = json!({"reasons": "So."});
    let (verb, form) = match standing {
        Standing::Clarification => ("ask", json!({"question": "Why?"})),
        Standing::Refused => ("refuse", reasons.clone()),
        _ => ("admit", reasons.clone()),
    };
    first.post(&at(&id, verb), form).await.ok();
    match standing {
        Standing::NoNewWork => {
            let stop = json!({"reason": "No manager.", "review_on": "2027-01-04"});
            first.post(&at(&id, "no-new-work"), stop).await.ok();
        }
        Standing::Suspended => {
            let waiting = first.post(&at(&id, "measure"), suspension()).await.ok();
            second.post(&at(&id, "decision"), decision(&waiting, "suspension", true)).await.ok();
        }
        Standing::Removed => {
            let waiting = first.post(&at(&id, "measure"), removal()).await.ok();
            setting.app.clock.stop_at("2026-12-22T09:00:00Z".parse().expect("an instant"));
            let second = setting.signed_in_again(&second);
            second.post(&at(&id, "decision"), decision(&waiting, "removal", true)).await.ok();
        }
        Standing::Withdrawn => {
            provider.post(&at(&id, "withdraw"), json!({"reason": "We close."})).await.ok();
        }
        _ => {}
    }
    (setting.signed_in_again(&provider), id)
}

on_both! {
    async fn what_the_matrix_does_not_allow_is_refused_by_the_api(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        // The removed last: its ten working days are wound past.
        let all = [
            Standing::Applied, Standing::Clarification, Standing::Admitted, Standing::Refused, Standing::NoNewWork,
            Standing::Suspended, Standing::Withdrawn, Standing::Removed,
        ];
        for standing in all {
            let (provider, id) = brought_to(&setting, &format!("Example {} Care", standing.as_str().replace('_', " ")), standing).await;
            let officer = setting.procurement().await;
            assert_eq!(page(&officer, &id).await["standing"], standing.as_str());
            let nowhere = json!({"measure_id": MeasureId::new(), "confirm": true, "reason": "So."});
            let mut turned = nowhere.clone();
            turned["confirm"] = json!(false);
            let forms = [
                (Verb::Ask, &officer, "ask", json!({"question": "Why?"})),
                (Verb::Answer, &provider, "answer", json!({"answer": "So."})),
                (Verb::Extend, &officer, "extend", json!({"reason": "So."})),
                (Verb::Admit, &officer, "admit", json!({"reasons": "So."})),
                (Verb::Refuse, &officer, "refuse", json!({"reasons": "So."})),
                (Verb::StopNewWork, &officer, "no-new-work", json!({"reason": "So.", "review_on": "2027-01-04"})),
                (Verb::LiftStop, &officer, "lift", json!({"stop_id": StopId::new(), "reason": "So."})),
                (Verb::ProposeSuspension, &officer, "measure", suspension()),
                (Verb::ProposeRemoval, &officer, "measure", removal()),
                (Verb::StopUrgently, &officer, "urgent-stop", urgent()),
                (Verb::Confirm, &officer, "decision", nowhere),
                (Verb::TurnDown, &officer, "decision", turned),
                (Verb::Reinstate, &officer, "reinstate", json!({"reason": "So."})),
                (Verb::Review, &officer, "review", json!({"id": StopId::new(), "reason": "So.", "review_on": "2027-01-04"})),
                (Verb::Represent, &provider, "representation", json!({"kind": "representation", "words": "No."})),
                (Verb::Appeal, &provider, "representation", json!({"kind": "appeal", "words": "No."})),
                (Verb::Withdraw, &provider, "withdraw", json!({"reason": "So."})),
            ];
            for (verb, who, path, form) in forms {
                if may(standing, verb) {
                    continue;
                }
                let reply = who.post(&at(&id, path), form).await;
                let code = reply.body["code"].as_str().unwrap_or_default().to_owned();
                assert_eq!(reply.status.as_u16(), 409, "{standing:?} {verb:?}: {}", reply.body);
                let fitting = ["standing_forbids", "nothing_stopped", "nothing_proposed", "no_review_due"];
                assert!(fitting.contains(&code.as_str()), "{standing:?} {verb:?}: {code}");
            }
            assert_eq!(page(&officer, &id).await["standing"], standing.as_str(), "nothing has changed");
            let shown = page(&officer, &id).await;
            for verb in verbs(&shown) {
                let verb: Verb = serde_json::from_value(json!(verb)).expect("a verb");
                assert!(may(standing, verb), "{standing:?} offers {verb:?}");
            }
        }
    }

    async fn a_suspension_needs_a_second_person_who_did_not_propose_it(setting: Setting) {
        let (acorn, id) = one(&setting).await;
        let (first, second) = (setting.procurement().await, setting.lead_commissioner().await);
        for person in [&setting.broker().await, &setting.evaluator().await, &acorn] {
            person.post(&at(&id, "measure"), suspension()).await.refused(403, "role_needed");
        }
        let waiting = first.post(&at(&id, "measure"), suspension()).await.ok();
        assert_eq!(waiting["standing"], "admitted");
        first.post(&at(&id, "measure"), suspension()).await.refused(409, "measure_stands");
        // The provider knows nothing of what is only proposed.
        assert_eq!(page(&acorn, &id).await["proposed"], json!([]));
        let history = acorn.get(&format!("/api/history/enrolment/{id}")).await.ok().to_string();
        assert!(!history.contains("measure_proposed"), "{history}");
        assert!(setting.letters_owed(&[LetterKind::SecondPersonWanted]).await.iter().all(|(_, to)| *to != first.account_id));
        let said = decision(&waiting, "suspension", true);
        for _ in 0..2 {
            first.post(&at(&id, "decision"), said.clone()).await.refused(403, "four_eyes");
        }
        assert_eq!(page(&acorn, &id).await["standing"], "admitted");
        assert!(!verbs(&page(&first, &id).await).contains(&"confirm"));
        assert!(verbs(&page(&second, &id).await).contains(&"confirm"));
        let queue = second.get("/api/standings").await.ok();
        assert_eq!((&queue["second_person"][0]["provider_name"], &queue["second_person"][0]["own"]), (&json!("Acorn Example Care"), &json!(false)));
        let key = new_key();
        let suspended = second.post_with(&at(&id, "decision"), said.clone(), &key).await.ok();
        second.post_with(&at(&id, "decision"), said.clone(), &key).await.ok();
        second.post(&at(&id, "decision"), said).await.refused(409, "already_decided");
        assert_eq!(suspended["standing"], "suspended");
        assert_eq!(suspended["timeline"][0]["step"], "suspended");
        assert_eq!((&suspended["timeline"][0]["was"], &suspended["timeline"][0]["became"]), (&json!("admitted"), &json!("suspended")));
        assert_eq!(suspended["timeline"][0]["by"], "lead.commissioner@staffordshire.example");
        assert_eq!(setting.letters_owed(&[LetterKind::EnrolmentSuspended]).await, [(LetterKind::EnrolmentSuspended, acorn.account_id)]);
        // The provider reads why, and not by whom.
        let own = page(&acorn, &id).await;
        assert_eq!(own["in_force"]["reason"], "Missed calls.");
        assert!(!own.to_string().contains("@staffordshire.example"), "{own}");
        // A review date is a clock with an owner, who is reminded, and may be moved with a reason.
        let clocks = first.get("/api/clocks").await.ok();
        let review = clocks["clocks"].as_array().expect("clocks").iter().find(|c| c["kind"] == "standing_review").cloned().expect("it");
        assert_eq!((&review["due_on"], &review["owner"]["words"]), (&json!("2027-01-04"), &json!("Procurement officers")));
        setting.app.clock.stop_at("2026-12-29T09:00:00Z".parse().expect("an instant"));
        assert!(remind_due(&setting.app).await.expect("looked") >= 1);
        let first = setting.signed_in_again(&first);
        let kept = json!({"id": review["id"], "reason": "Not mended yet.", "review_on": "2027-03-01"});
        first.post(&at(&id, "review"), kept).await.ok();
        let queue = first.get("/api/standings").await.ok();
        assert_eq!(queue["reviews"][0]["due_at"], "2027-03-02T00:00:00.000Z");
        // It ends as visibly as it began.
        let back = first.post(&at(&id, "reinstate"), json!({"reason": "Mended."})).await.ok();
        assert_eq!((&back["standing"], &back["timeline"][0]["step"]), (&json!("admitted"), &json!("reinstated")));
        assert_eq!(setting.letters_owed(&[LetterKind::EnrolmentReinstated]).await, [(LetterKind::EnrolmentReinstated, acorn.account_id)]);
        let queue = first.get("/api/standings").await.ok();
        assert_eq!((&queue["reviews"], &queue["second_person"]), (&json!([]), &json!([])));
    }

    async fn an_urgent_stop_that_nobody_confirms_within_a_day_lapses_visibly(setting: Setting) {
        let (acorn, id) = one(&setting).await;
        let (first, second) = (setting.procurement().await, setting.lead_commissioner().await);
        let mut theirs = setting.listening(&acorn, &HashMap::new()).await;
        let stopped = first.post(&at(&id, "urgent-stop"), urgent()).await.ok();
        assert_eq!(stopped["standing"], "suspended");
        let heard = theirs.event("urgently_stopped").await;
        assert_eq!(heard["body"], json!({"standing": "suspended"}), "in neutral words alone");
        first.post(&at(&id, "decision"), decision(&stopped, "urgent_stop", true)).await.refused(403, "four_eyes");
        setting.app.clock.wind(24 * 3_600_000 - 1);
        assert_eq!(lapse_due(&setting.app).await.expect("looked"), 0);
        setting.app.clock.wind(1);
        // Too late, whether or not the server's own clock has looked by now.
        let second = setting.signed_in_again(&second);
        let late = second.post(&at(&id, "decision"), decision(&stopped, "urgent_stop", true)).await;
        let code = late.body["code"].as_str().expect("a code");
        assert!(["confirmed_too_late", "already_decided"].contains(&code), "{}", late.body);
        // The server's own clock may have looked first.
        lapse_due(&setting.app).await.expect("looked");
        assert_eq!(theirs.event("urgent_stop_lapsed").await["body"]["standing"], "admitted");
        let acorn = setting.signed_in_again(&acorn);
        let own = page(&acorn, &id).await;
        assert_eq!((&own["standing"], &own["timeline"][0]["by"]), (&json!("admitted"), &json!("The clock")));
        assert_eq!(lapse_due(&setting.app).await.expect("looked"), 0);
        let history = second.get(&format!("/api/history/enrolment/{id}")).await.ok().to_string();
        assert!(history.contains("nobody confirmed it in time"), "{history}");
        assert_eq!(setting.letters_owed(&[LetterKind::EnrolmentReinstated]).await, [(LetterKind::EnrolmentReinstated, acorn.account_id)]);
        let officers = setting.letters_owed(&[LetterKind::UrgentStopLapsed]).await;
        assert!(officers.iter().any(|(_, to)| *to == first.account_id) && officers.iter().all(|(_, to)| *to != acorn.account_id));
        // Confirmed in time, it stays.
        let stopped = second.post(&at(&id, "urgent-stop"), urgent()).await.ok();
        let first = setting.signed_in_again(&first);
        let mut undated = decision(&stopped, "urgent_stop", true);
        undated["review_on"] = Value::Null;
        assert_eq!(first.post(&at(&id, "decision"), undated).await.refused(422, "invalid_field")["field"], "review_on");
        first.post(&at(&id, "decision"), decision(&stopped, "urgent_stop", true)).await.ok();
        setting.app.clock.wind(48 * 3_600_000);
        assert_eq!(lapse_due(&setting.app).await.expect("looked"), 0);
        assert_eq!(page(&setting.signed_in_again(&first), &id).await["standing"], "suspended");
    }

    async fn a_suspension_during_live_bidding_is_seen_by_every_door(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let birch = setting.admitted("Birch Example Care", "Supported Living").await;
        let id = enrolment(&setting, "Acorn Example Care").await;
        let bid_for = setting.published().await;
        let only_seen = setting.published().await;
        let bid = format!("/api/opportunities/{bid_for}/bid");
        acorn.post(&bid, setting.offer("13.60", "78.00").await).await.ok();
        birch.post(&bid, setting.offer("14.00", "80.00").await).await.ok();
        let mut theirs = setting.listening(&acorn, &HashMap::new()).await;
        let mut others = setting.listening(&birch, &HashMap::new()).await;
        let (first, second) = (setting.procurement().await, setting.lead_commissioner().await);
        let before = page(&first, &id).await;
        let effect = before["can"].as_array().expect("verbs").iter().find(|v| v["verb"] == "stop_urgently").expect("it")["effect"].clone();
        let effect = effect.as_str().expect("words");
        assert!(effect.contains("2 opportunities that are open") && effect.contains("1 bid of it is held"), "{effect}");
        let waiting = first.post(&at(&id, "measure"), suspension()).await.ok();
        acorn.post(&bid, setting.offer("13.50", "78.00").await).await.ok();
        second.post(&at(&id, "decision"), decision(&waiting, "suspension", true)).await.ok();

        // Live: its own socket is told, and then of nothing that is for members.
        assert_eq!(theirs.event("enrolment_suspended").await["body"], json!({"standing": "suspended"}));
        // HTTP: the board shows what it bid for and no advert; the rest is not there, and bidding is refused.
        let board = acorn.get("/api/opportunities?stage=live").await.ok();
        let shown: Vec<_> = Setting::items(&board).iter().map(|o| o["id"].clone()).collect();
        assert_eq!(shown, [json!(bid_for)]);
        acorn.get(&format!("/api/opportunities/{only_seen}")).await.refused(404, "not_found");
        acorn.post(&bid, setting.offer("13.40", "78.00").await).await.refused(403, "suspended");
        for (verb, form) in [("bid", setting.offer("13.40", "78.00").await), ("interest", json!({"interest": "will_bid"}))] {
            acorn.post(&format!("/api/opportunities/{only_seen}/{verb}"), form).await.refused(403, "suspended");
        }
        assert_eq!(acorn.get(&bid).await.ok()["withdrawn"], false, "its bid is held, not deleted");
        let own = page(&acorn, &id).await;
        assert_eq!((&own["bids"][0]["held"], &own["bids"][0]["recommended"]), (&json!(true), &json!(false)));
        // Letters: a new advert goes to the other alone.
        let news = setting.published().await;
        let told = setting.letters_owed(&[LetterKind::OpportunityPublished]).await;
        assert_eq!(told.iter().filter(|(_, to)| *to == acorn.account_id).count(), 2);
        assert_eq!(told.iter().filter(|(_, to)| *to == birch.account_id).count(), 3);
        // Nothing of it reaches another provider.
        // What was open before it began to listen is told to it again.
        loop {
            let heard = others.message().await;
            assert_eq!(heard["subject"], "opportunity", "{heard}");
            if heard["id"] == json!(news) {
                break;
            }
        }
        birch.get(&at(&id, "standing")).await.refused(404, "not_found");
        birch.get(&format!("/api/history/enrolment/{id}")).await.refused(404, "not_found");
        let seen = birch.get(&format!("/api/opportunities/{bid_for}")).await.ok().to_string();
        assert!(!seen.contains("suspend"), "{seen}");
        // The clock closes; the held bid is neither marked nor ranked.
        setting.wind_minutes(4 * 60);
        setting.evaluated(&bid_for, &[(&birch, "4")]).await;
        let opened = second.post(&format!("/api/opportunities/{bid_for}/open-prices"), json!({})).await.ok();
        let names: Vec<_> = opened["result"]["bids"].as_array().expect("bids").iter().map(|b| b["provider_name"].clone()).collect();
        assert_eq!(names, ["Birch Example Care"]);
        // Its end is told at once, and what is live is there again.
        first.post(&at(&id, "reinstate"), json!({"reason": "Mended."})).await.ok();
        assert_eq!(theirs.message().await["kind"], "enrolment_reinstated");
        setting.published().await;
        theirs.event("opportunity_published").await;
    }

    async fn a_recommendation_of_a_provider_that_is_stopped_is_flagged_and_not_approved(setting: Setting) {
        let (acorn, id) = one(&setting).await;
        let opportunity = setting.priced(&[(&acorn, "13.60", "78.00", "4")]).await;
        setting.recommended(&opportunity).await;
        let first = setting.procurement().await;
        let stop = json!({"reason": "No manager.", "review_on": "2027-01-04"});
        let stopped = first.post(&at(&id, "no-new-work"), stop).await.ok();
        assert_eq!((&stopped["bids"][0]["recommended"], &stopped["bids"][0]["held"]), (&json!(true), &json!(true)));
        let approver = setting.second_commissioner().await;
        let asked = approver.get(&format!("/api/approvals/{opportunity}")).await.ok();
        let risks: Vec<_> = asked["risks"].as_array().expect("risks").iter().map(|r| r["kind"].clone()).collect();
        assert!(risks.contains(&json!("provider_standing")), "{asked}");
        let approve = format!("/api/opportunities/{opportunity}/approve");
        approver.post(&approve, json!({"reason": "Yes."})).await.refused(422, "bid_inadmissible");
        let lifting = json!({"stop_id": stopped["causes"][0]["id"], "reason": "There is a manager."});
        first.post(&at(&id, "lift"), lifting).await.ok();
        approver.post(&approve, json!({"reason": "Yes."})).await.ok();
        // Whom it serves is listed, and looked after by a task, when it is stopped by a measure.
        let stopped = first.post(&at(&id, "urgent-stop"), urgent()).await.ok();
        assert_eq!(stopped["served"].as_array().expect("contracts").len(), 1);
        let tasks = first.get("/api/tasks").await.ok();
        assert_eq!(Setting::items(&tasks)[0]["kind"], "people_served");
        assert_eq!(page(&acorn, &id).await["served"], json!([]), "for officers alone");
        first.post(&at(&id, "reinstate"), json!({"reason": "A mistake."})).await.ok();
        assert_eq!(first.get("/api/tasks").await.ok()["items"], json!([]));
    }

    async fn no_new_work_holds_until_the_last_cause_has_ended(setting: Setting) {
        let (acorn, id) = one(&setting).await;
        let first = setting.procurement().await;
        let typed: EnrolmentId = id.parse().expect("an id");
        let stop = json!({"reason": "No manager.", "review_on": "2027-01-04"});
        let stopped = first.post(&at(&id, "no-new-work"), stop).await.ok();
        for expected in [true, false] {
            let done = act_for_nobody(&setting.app, async |act| {
                act.lock(typed).await?;
                let words = "Your insurance expired.".to_owned();
                standing::stop_for_evidence(act, typed, "insurance", words, None).await
            });
            assert_eq!(done.await.expect("done"), expected);
        }
        let shown = page(&acorn, &id).await;
        assert_eq!(shown["causes"].as_array().expect("causes").len(), 2);
        let of_evidence = shown["causes"][1]["id"].clone();
        first.post(&at(&id, "lift"), json!({"stop_id": of_evidence, "reason": "So."})).await.refused(409, "stop_of_evidence");
        let lifting = json!({"stop_id": stopped["causes"][0]["id"], "reason": "There is a manager."});
        assert_eq!(first.post(&at(&id, "lift"), lifting).await.ok()["standing"], "no_new_work");
        let opportunity = setting.published().await;
        acorn.post(&format!("/api/opportunities/{opportunity}/bid"), setting.offer("14.00", "78.00").await).await.refused(403, "no_new_work");
        let done = act_for_nobody(&setting.app, async |act| {
            act.lock(typed).await?;
            standing::lift_for_evidence(act, typed, "insurance", "Renewed.".to_owned(), Some(first.account_id)).await
        });
        assert!(done.await.expect("done"));
        assert_eq!(page(&acorn, &id).await["standing"], "admitted");
        acorn.post(&format!("/api/opportunities/{opportunity}/bid"), setting.offer("14.00", "78.00").await).await.ok();
    }

    async fn a_provider_is_heard_before_it_is_removed_and_may_appeal(setting: Setting) {
        let (acorn, id) = one(&setting).await;
        let (first, second) = (setting.procurement().await, setting.lead_commissioner().await);
        let waiting = first.post(&at(&id, "measure"), removal()).await.ok();
        assert_eq!(setting.letters_owed(&[LetterKind::RemovalProposed]).await, [(LetterKind::RemovalProposed, acorn.account_id)]);
        let own = page(&acorn, &id).await;
        assert_eq!((&own["standing"], &own["proposed"][0]["representations_until"]), (&json!("admitted"), &json!("2026-12-22T00:00:00.000Z")));
        assert!(verbs(&own).contains(&"represent"));
        let words = json!({"kind": "representation", "words": "We have a new manager."});
        acorn.post(&at(&id, "representation"), words).await.ok();
        assert_eq!(page(&second, &id).await["representations"][0]["words"], "We have a new manager.");
        second.post(&at(&id, "decision"), decision(&waiting, "removal", true)).await.refused(409, "representations_open");
        setting.app.clock.stop_at("2026-12-22T00:00:00Z".parse().expect("an instant"));
        let [acorn, first, second] = [&acorn, &first, &second].map(|person| setting.signed_in_again(person));
        first.post(&at(&id, "decision"), decision(&waiting, "removal", true)).await.refused(403, "four_eyes");
        let removed = second.post(&at(&id, "decision"), decision(&waiting, "removal", true)).await.ok();
        assert_eq!(removed["standing"], "removed");
        first.post(&at(&id, "reinstate"), json!({"reason": "So."})).await.refused(409, "appeal_not_upheld");
        let appeal = json!({"kind": "appeal", "words": "The report was of another service."});
        let own = acorn.post(&at(&id, "representation"), appeal.clone()).await.ok();
        acorn.post(&at(&id, "representation"), appeal).await.refused(409, "appeal_stands");
        let answer = json!({"representation_id": own["representations"][1]["id"], "upheld": true, "answer": "So it was."});
        for involved in [&first, &second] {
            involved.post(&at(&id, "appeal-answer"), answer.clone()).await.refused(403, "four_eyes");
        }
        let third = setting.second_commissioner().await;
        assert_eq!(third.get("/api/standings").await.ok()["appeals"][0]["provider_name"], "Acorn Example Care");
        third.post(&at(&id, "appeal-answer"), answer.clone()).await.ok();
        third.post(&at(&id, "appeal-answer"), answer).await.refused(409, "already_answered");
        assert_eq!(setting.letters_owed(&[LetterKind::AppealAnswered]).await, [(LetterKind::AppealAnswered, acorn.account_id)]);
        first.post(&at(&id, "reinstate"), json!({"reason": "The appeal was upheld."})).await.ok();
        assert_eq!(page(&acorn, &id).await["standing"], "admitted");
        // It leaves by itself, and may come back by asking.
        acorn.post(&at(&id, "withdraw"), json!({"reason": "We close here."})).await.ok();
        assert_eq!(setting.applied(&acorn, "Supported Living").await["standing"], "applied");
    }

    async fn another_authority_and_another_provider_find_nothing(setting: Setting) {
        let (_, id) = one(&setting).await;
        let birch = setting.admitted("Birch Example Care", "Supported Living").await;
        setting.market(&elsewhere()).await;
        let stranger = setting.officer_of("elsewhere", "everything@elsewhere.example", OfficerRole::ALL).await;
        for person in [&stranger, &birch] {
            person.get(&at(&id, "standing")).await.refused(404, "not_found");
        }
        let nowhere = json!({"measure_id": MeasureId::new(), "confirm": true, "reason": "So."});
        let ground = json!({"ground": "fraud", "facts": "A conviction.", "happened_on": "2025-06-01"});
        for (verb, form) in [
            ("no-new-work", json!({"reason": "So.", "review_on": "2027-01-04"})), ("measure", suspension()),
            ("urgent-stop", urgent()), ("decision", nowhere), ("reinstate", json!({"reason": "So."})),
            ("lift", json!({"stop_id": StopId::new(), "reason": "So."})), ("ground", ground.clone()),
            ("review", json!({"id": StopId::new(), "reason": "So.", "review_on": "2027-01-04"})),
            ("appeal-answer", json!({"representation_id": RepresentationId::new(), "upheld": true, "answer": "So."})),
            ("ground-decision", json!({"exclusion_id": ExclusionId::new(), "outcome": "excluded", "reasons": "So."})),
        ] {
            stranger.post(&at(&id, verb), form).await.refused(404, "not_found");
        }
        for (verb, form) in [
            ("withdraw", json!({"reason": "So."})), ("representation", json!({"kind": "appeal", "words": "So."})),
            ("ground-declared", ground), ("ground-answer", json!({"exclusion_id": ExclusionId::new(), "words": "So."})),
        ] {
            birch.post(&at(&id, verb), form).await.refused(404, "not_found");
        }
        assert_eq!(stranger.get("/api/standings").await.ok(), json!({"second_person": [], "appeals": [], "reviews": []}));
    }

    async fn a_ground_for_exclusion_is_answered_then_decided_by_somebody_else(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let (acorn, id) = brought_to(&setting, "Acorn Example Care", Standing::Applied).await;
        let (first, second) = (setting.procurement().await, setting.lead_commissioner().await);
        let ground = |on: &str| json!({"ground": "poor_performance", "facts": "A contract elsewhere was ended.", "happened_on": on});
        let tomorrow = ground("2026-12-08");
        assert_eq!(first.post(&at(&id, "ground"), tomorrow).await.refused(422, "invalid_field")["field"], "happened_on");
        // PCR 2015 reg 57(12): three years back, and no further.
        let raised = first.post(&at(&id, "ground"), ground("2023-12-07")).await.ok();
        let raised = first.post(&at(&id, "ground"), { assert_eq!(raised["grounds"][0]["counts_until"], "2026-12-06"); ground("2025-06-01") }).await.ok();
        let (old, new) = (raised["grounds"][0]["id"].clone(), raised["grounds"][1]["id"].clone());
        first.post(&at(&id, "admit"), json!({"reasons": "So."})).await.refused(409, "ground_stands");
        let decide = |id: &Value, outcome: &str| json!({"exclusion_id": id, "outcome": outcome, "reasons": "So."});
        first.post(&at(&id, "ground-decision"), decide(&new, "disregarded")).await.refused(403, "four_eyes");
        second.post(&at(&id, "ground-decision"), decide(&old, "excluded")).await.refused(422, "look_back_over");
        second.post(&at(&id, "ground-decision"), decide(&new, "excluded")).await.refused(409, "representations_open");
        second.post(&at(&id, "ground-decision"), decide(&old, "disregarded")).await.ok();
        let answer = json!({"exclusion_id": new, "words": "The manager left.", "self_cleaning": "Audits each month: report A-1."});
        acorn.post(&at(&id, "ground-answer"), answer.clone()).await.ok();
        assert_eq!(page(&second, &id).await["grounds"][1]["self_cleaning"], "Audits each month: report A-1.");
        second.post(&at(&id, "ground-decision"), decide(&new, "excluded")).await.ok();
        acorn.post(&at(&id, "ground-answer"), answer).await.refused(409, "already_decided");
        assert_eq!(page(&acorn, &id).await["grounds"][1]["reasons"], "So.");
        first.post(&at(&id, "admit"), json!({"reasons": "So."})).await.refused(409, "ground_stands");
        // Declared by itself: decided by any officer; and once it is disregarded, and the other too old, it is admitted.
        let declared = json!({"ground": "tax", "facts": "A bill is disputed.", "happened_on": "2026-10-01"});
        let own = acorn.post(&at(&id, "ground-declared"), declared).await.ok();
        first.post(&at(&id, "ground-decision"), decide(&own["grounds"][2]["id"], "disregarded")).await.ok();
        setting.app.clock.stop_at("2028-06-01T09:00:00Z".parse().expect("an instant"));
        let first = setting.signed_in_again(&first);
        first.post(&at(&id, "admit"), json!({"reasons": "So."})).await.ok();
    }

    async fn a_match_with_the_debarment_list_is_put_before_a_person_and_changes_nothing(setting: Setting) {
        let (acorn, id) = one(&setting).await;
        let list = "name,companies_house_number,mandatory,ground,debarred_on,ends_on\n\
                    Another Name,1234567,yes,Fraud,2026-01-02,2031-01-02\n\
                    Example Nobody,,no,Poor performance,2026-03-04,\n\
                    ACORN EXAMPLE CARE Ltd,,no,Over,2020-01-01,2021-01-01\n";
        let entries = debarment::read(list).expect("a list");
        let dated: Day = "2026-12-07".parse().expect("a day");
        let import = async |dated: Day, digest: &str| exclusion::import_list(&setting.app, dated, digest.to_owned(), &entries).await;
        assert_eq!(import(dated, "one").await.expect("imported"), ListImported::Matches(1));
        assert_eq!(import(dated, "one").await.expect("imported"), ListImported::Before);
        assert!(import(dated, "two").await.is_err(), "one list for a day");
        let officer = setting.procurement().await;
        let tasks = officer.get("/api/tasks").await.ok();
        let task = Setting::items(&tasks)[0].clone();
        assert_eq!((&task["kind"], &task["subject_id"]), (&json!("debarment_match"), &json!(id)));
        let shown = page(&officer, &id).await;
        assert_eq!((&shown["standing"], &shown["matches"][0]["matched_by"]), (&json!("admitted"), &json!("identifier")));
        let own = page(&acorn, &id).await;
        assert_eq!(own["matches"], json!([]));
        let history = acorn.get(&format!("/api/history/enrolment/{id}")).await.ok().to_string();
        assert!(!history.contains("debar"), "{history}");
        let done = format!("/api/tasks/{}/done", task["id"].as_str().expect("an id"));
        officer.post(&done, json!({"outcome": "Not the same: the number was mistyped."})).await.ok();
        assert_eq!(page(&officer, &id).await["matches"][0]["outcome"], "Not the same: the number was mistyped.");
        // The next list asks nobody again about the same entry.
        assert_eq!(import("2026-12-14".parse().expect("a day"), "two").await.expect("imported"), ListImported::Matches(0));
        setting.app.clock.wind(1);
        acorn.post(&at(&id, "withdraw"), json!({"reason": "We close."})).await.ok();
    }
}
