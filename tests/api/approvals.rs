//! Deciding on a recommendation: the request on one page, who may not decide and why, confirming who one is, needs that
//! were split, chasing, several at once, and the record of each decision.

use crate::{on_both, setting::*};
use entity::vocabulary::*;
use fairlot::actions;
use reqwest::Method;
use serde_json::{Value, json};

/// Two who bid at equal quality, the first of them lower.
async fn two_bidders(setting: &Setting) -> (Person, Person) {
    setting.market(SUPPORTED_LIVING).await;
    let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
    let birch = setting.admitted("Birch Example Care", "Supported Living").await;
    (acorn, birch)
}

fn at(id: &str, what: &str) -> String {
    format!("/api/opportunities/{id}/{what}")
}

fn request(id: &str) -> String {
    format!("/api/approvals/{id}")
}

/// Recommended and waiting, `£53,144.00` a year.
async fn waiting(setting: &Setting, acorn: &Person, birch: &Person) -> String {
    let id = setting.priced(&[(acorn, "13.60", "78.00", "4"), (birch, "14.00", "80.00", "4")]).await;
    setting.recommended(&id).await;
    id
}

fn kinds(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().map(|one| one["kind"].as_str().expect("a kind")).collect()
}

/// Recommends the first again, for this reason.
async fn recommend(setting: &Setting, id: &str, reason: &str) -> Reply {
    let commissioner = setting.lead_commissioner().await;
    let ranking = commissioner.get(&at(id, "ranking")).await.ok();
    let first = &ranking["result"]["bids"][0]["bid_id"];
    let mut form = json!({"bid_id": first, "shortlist": [first], "reason": reason});
    if !ranking["preference"].is_null() {
        form["preference"] = json!({"answer": "followed"});
    }
    commissioner.post(&at(id, "recommend"), form).await
}

async fn recommend_urgently(setting: &Setting, id: &str, urgent: &str) -> Reply {
    let commissioner = setting.lead_commissioner().await;
    let first = commissioner.get(&at(id, "ranking")).await.ok()["result"]["bids"][0]["bid_id"].clone();
    let form = json!({"bid_id": first, "shortlist": [first], "reason": "Ranked first.", "urgent": urgent});
    commissioner.post(&at(id, "recommend"), form).await
}

const CHASES: [LetterKind; 4] = [
    LetterKind::ApprovalWanted,
    LetterKind::ApprovalUrgent,
    LetterKind::ApprovalReminded,
    LetterKind::ApprovalEscalated,
];

fn stop_at(setting: &Setting, text: &str) {
    setting.app.clock.stop_at(text.parse().expect("an instant"));
}

async fn chased(setting: &Setting) -> usize {
    actions::approval::chase_due(&setting.app).await.expect("chased")
}

async fn signed_in(setting: &Setting, email: &str) -> Person {
    let form = json!({"email": email, "password": PASSWORD}).to_string();
    let me = setting.nobody().send(Method::POST, "/api/session", Some(form), &[]).await.ok();
    let token = me["token"].as_str().expect("a token").to_owned();
    let account_id = me["account_id"].as_str().expect("an id").parse().expect("an id");
    Person { account_id, email: email.to_owned(), token, ..setting.nobody() }
}

const PASSWORD: &str = "correct horse battery";

async fn confirm(person: &Person, password: &str) -> Reply {
    let form = json!({"password": password}).to_string();
    person.send(Method::POST, "/api/session/confirm", Some(form), &[]).await
}

/// An opportunity whose recommendation is in this state.
async fn recommendation_in(setting: &Setting, state: &str, acorn: &Person, birch: &Person) -> String {
    let id = setting.priced(&[(acorn, "13.60", "78.00", "4"), (birch, "14.00", "80.00", "4")]).await;
    if !matches!(state, "none" | "withdrawn") {
        setting.recommended(&id).await;
    }
    let (officer, verb) = match state {
        "returned" => (setting.second_commissioner().await, "return"),
        "declined" => (setting.second_commissioner().await, "decline"),
        "approved" => (setting.second_commissioner().await, "approve"),
        "withdrawn" => (setting.broker().await, "withdraw"),
        _ => return id,
    };
    officer.post(&at(&id, verb), json!({"reason": "Because."})).await.ok();
    id
}

on_both! {
    async fn everything_that_a_decision_needs_is_on_one_page(setting: Setting) {
        let (acorn, birch) = two_bidders(&setting).await;
        let mut form = setting.package_form().await;
        form["preference"] = json!("Her sister knows Birch Example Care.");
        let id = setting
            .priced_as(form, &[(&acorn, "13.60", "78.00", "4"), (&birch, "14.00", "80.00", "4")])
            .await;
        setting.second_commissioner().await.get(&request(&id)).await.refused(409, "not_recommended");
        setting.recommended(&id).await;
        let approver = setting.second_commissioner().await;
        let seen = approver.get(&request(&id)).await.ok();
        assert_eq!(seen["recommendation"]["yearly_value"], "53144.00");
        assert_eq!(seen["recommendation"]["contract_value"], "106288.00");
        assert_eq!((&seen["budget"]["cap"], &seen["budget"]["committed"]), (&json!("22000000.00"), &json!("0.00")));
        assert_eq!(seen["budget"]["fits"], true);
        let bids: Vec<_> = seen["bids"].as_array().expect("bids").iter().map(|b| (&b["rank"], &b["provider_name"], &b["recommended"])).collect();
        assert_eq!(bids[0], (&json!(1), &json!("Acorn Example Care"), &json!(true)));
        assert_eq!(bids.len(), 2);
        assert_eq!((&seen["preference"]["kept"], &seen["preference"]["reason"]), (&json!("not_followed"), &json!("It came last.")));
        assert_eq!(kinds(&seen["risks"]), ["preference_not_followed"]);
        assert_eq!(seen["authority"]["post_title"], "Lead Commissioner");
        assert!(seen["authority"]["chain"].as_array().expect("links").len() > 3);
        assert_eq!(seen["can"], json!(["approve", "return", "decline"]));
        assert_eq!(seen["chase"]["asked"], json!(["Lead Commissioner"]));
        assert_eq!(seen["chase"]["due_on"], "2026-12-14");
        assert_eq!((&seen["why_not"], &seen["decisions"]), (&Value::Null, &json!([])));

        // Whoever recommended reads why they may not decide; nobody else learns that there is such a request.
        let own = setting.lead_commissioner().await.get(&request(&id)).await.ok();
        assert_eq!((&own["can"], &own["authority"]), (&json!([]), &Value::Null));
        assert!(own["why_not"].as_str().expect("words").contains("recommended the award"), "{own}");
        acorn.get(&request(&id)).await.refused(403, "role_needed");
        // The link in the letter goes there.
        let asked = setting.letters_owed(&[LetterKind::ApprovalWanted]).await;
        assert_eq!(asked, [(LetterKind::ApprovalWanted, approver.account_id)]);
    }

    async fn risks_are_told_where_there_are_any(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let mut form = setting.package_form().await;
        form["starts_on"] = json!("2026-12-14");
        let id = setting.published_as(form).await;
        let mut offer = setting.offer("13.60", "78.00").await;
        offer["starts_on"] = json!("2026-12-14");
        acorn.post(&at(&id, "bid"), offer).await.ok();
        setting.wind_minutes(4 * 60);
        setting.evaluated(&id, &[(&acorn, "4")]).await;
        setting.lead_commissioner().await.post(&at(&id, "open-prices"), json!({})).await.ok();
        setting.recommended(&id).await;
        let approver = setting.second_commissioner().await;
        let seen = approver.get(&request(&id)).await.ok();
        assert_eq!(kinds(&seen["risks"]), ["single_bid", "start_soon"]);
        assert!(seen["risks"][1]["words"].as_str().expect("words").contains("in 7 days"), "{seen}");
        // Suspended meanwhile: its bid no longer stands, which stops the approval.
        let enrolments = setting.procurement().await.get("/api/enrolments").await.ok();
        let enrolment = Setting::items(&enrolments)[0]["id"].as_str().expect("an id");
        let reasons = json!({"reason": "Under review."});
        setting.procurement().await.post(&format!("/api/enrolments/{enrolment}/urgent-stop"), reasons).await.ok();
        let seen = approver.get(&request(&id)).await.ok();
        assert_eq!(kinds(&seen["risks"])[..2], ["result_changed", "provider_standing"]);
        assert_eq!(seen["risks"][0]["stops"], true);
        approver.post(&at(&id, "approve"), json!({"reason": "Yes."})).await.refused(422, "bid_inadmissible");
    }

    async fn a_declined_recommendation_ends_that_route(setting: Setting) {
        let (acorn, birch) = two_bidders(&setting).await;
        let id = waiting(&setting, &acorn, &birch).await;
        let approver = setting.second_commissioner().await;
        approver.post(&at(&id, "decline"), json!({"reason": " "})).await.refused(422, "invalid_field");
        setting.lead_commissioner().await.post(&at(&id, "decline"), json!({"reason": "No."})).await.refused(403, "four_eyes");
        let declined = approver.post(&at(&id, "decline"), json!({"reason": "The start is too early."})).await.ok();
        assert_eq!((&declined["recommendation"]["state"], &declined["stage"]), (&json!("declined"), &json!("priced")));
        assert_eq!(declined["decisions"][0]["reason"], "The start is too early.");
        assert_eq!((&declined["can"], &declined["chase"]), (&json!([]), &Value::Null));
        for verb in ["approve", "return", "decline"] {
            approver.post(&at(&id, verb), json!({"reason": "Yes."})).await.refused(409, "not_recommended");
        }
        let recommender = setting.lead_commissioner().await;
        assert_eq!(setting.letters_owed(&[LetterKind::AwardDeclined]).await, [(LetterKind::AwardDeclined, recommender.account_id)]);
        // No bidder hears of it, and no contract stands.
        for provider in [&acorn, &birch] {
            let history = provider.get(&format!("/api/history/opportunity/{id}")).await.ok().to_string();
            assert!(!history.contains("declined") && !history.contains("too early"), "{history}");
        }
        assert!(Setting::items(&approver.get("/api/contracts").await.ok()).is_empty());

        // The same again is refused, however it is spelt; with something new it may be made, and says so to whoever decides.
        recommend(&setting, &id, " Ranked  FIRST ").await.refused(422, "reason_not_new");
        recommend(&setting, &id, "Ranked first; the family agreed to start in February.").await.ok();
        let seen = approver.get(&request(&id)).await.ok();
        assert_eq!(kinds(&seen["risks"]), ["declined_before"]);
        assert!(seen["risks"][0]["words"].as_str().expect("words").contains("too early"), "{seen}");
        approver.post(&at(&id, "approve"), json!({"reason": "Now it fits."})).await.ok();
        let seen = approver.get(&request(&id)).await.ok();
        let states: Vec<_> = seen["decisions"].as_array().expect("decisions").iter().map(|d| d["state"].as_str().expect("a state")).collect();
        assert_eq!(states, ["declined", "approved"]);
    }

    async fn deciding_needs_the_password_once_more(setting: Setting) {
        let (acorn, birch) = two_bidders(&setting).await;
        let db = setting.app.database.read();
        let authority = fairlot::store::market::authority_by_slug(db, "staffordshire").await.expect("an answer").expect("there").id;
        let email = "second.lead.commissioner@staffordshire.example";
        let roles = [OfficerRole::Commissioner];
        actions::account::open_officer(&setting.app, authority, "Sol", email, Some(PASSWORD.to_owned()), &roles).await.expect("opened");
        let id = waiting(&setting, &acorn, &birch).await;
        let approver = signed_in(&setting, email).await;
        // A sign-in counts for ten minutes, to the millisecond.
        setting.app.clock.wind(10 * 60_000 - 1);
        approver.post(&at(&id, "approve"), json!({"reason": " "})).await.refused(422, "invalid_field");
        setting.app.clock.wind(1);
        for (path, form) in [
            (at(&id, "approve"), json!({"reason": "Yes."})),
            (at(&id, "return"), json!({"reason": "No."})),
            (at(&id, "decline"), json!({"reason": "No."})),
            ("/api/approvals/batch".to_owned(), json!({"opportunity_ids": [id], "reason": "Yes."})),
        ] {
            let refusal = approver.post(&path, form).await.refused(403, "confirmation_needed");
            assert!(refusal["detail"].as_str().expect("words").contains("password"), "{refusal}");
        }
        let refusal = confirm(&approver, "wrong horse battery").await.refused(422, "password_wrong");
        assert_eq!(refusal["field"], "password");
        // Only in a demonstration is no password enough.
        approver.send(Method::POST, "/api/session/confirm", Some("{}".to_owned()), &[]).await.refused(422, "password_wrong");
        approver.post(&at(&id, "approve"), json!({"reason": "Yes."})).await.refused(403, "confirmation_needed");
        let me = confirm(&approver, PASSWORD).await.ok();
        let confirmed = Person { token: me["token"].as_str().expect("a token").to_owned(), ..approver.clone() };
        // The old session stays as it was; the new one decides.
        approver.post(&at(&id, "approve"), json!({"reason": "Yes."})).await.refused(403, "confirmation_needed");
        confirmed.post(&at(&id, "approve"), json!({"reason": "Yes."})).await.ok();
        // Guessing is slowed down. Attempts are counted by address, in all tests together.
        let email = format!("guesser-{}@staffordshire.example", new_key());
        let guesser = setting.officer(&email, &[OfficerRole::Auditor]).await;
        let mut last = 0;
        for _ in 0..12 {
            last = confirm(&guesser, "wrong horse battery").await.status.as_u16();
        }
        assert_eq!(last, 429);
        // Confirming does not make a session last longer.
        setting.app.clock.wind(12 * 3_600_000);
        assert_eq!(confirmed.get("/api/session").await.ok(), Value::Null);
        setting.nobody().send(Method::POST, "/api/session/confirm", Some("{}".to_owned()), &[]).await.refused(401, "signed_out");
    }

    async fn whoever_opened_the_prices_does_not_decide(setting: Setting) {
        let (acorn, birch) = two_bidders(&setting).await;
        // The lead commissioner opens; somebody else recommends.
        let id = setting.priced(&[(&acorn, "13.60", "78.00", "4"), (&birch, "14.00", "80.00", "4")]).await;
        let other = setting.assistant_director().await;
        let first = other.get(&at(&id, "ranking")).await.ok()["result"]["bids"][0]["bid_id"].clone();
        let form = json!({"bid_id": first, "shortlist": [first], "reason": "Ranked first."});
        other.post(&at(&id, "recommend"), form).await.ok();
        let opener = setting.lead_commissioner().await;
        let refusal = opener.post(&at(&id, "approve"), json!({"reason": "Yes."})).await.refused(403, "four_eyes");
        assert_eq!(refusal["detail"], "You opened its prices, so another person must decide.");
        setting.second_commissioner().await.post(&at(&id, "approve"), json!({"reason": "Yes."})).await.ok();
    }

    async fn an_interest_on_the_register_keeps_an_officer_out_of_everything_of_that_provider(setting: Setting) {
        let (acorn, birch) = two_bidders(&setting).await;
        let approver = setting.second_commissioner().await;
        let register = approver.get("/api/interests").await.ok();
        let provider = |name: &str| {
            let found = register["providers"].as_array().expect("a list").iter().find(|p| p["name"] == name);
            found.expect("the provider")["id"].clone()
        };
        let form = |name: &str, since: &str| json!({"provider_id": provider(name), "nature": "My sister is a director there.", "since": since});
        let later = form("Acorn Example Care", "2026-12-08");
        assert_eq!(approver.post("/api/interests", later).await.refused(422, "invalid_field")["field"], "since");
        let mut nobody = form("Acorn Example Care", "2026-12-01");
        nobody["provider_id"] = json!(ProviderId::new());
        approver.post("/api/interests", nobody).await.refused(404, "not_found");
        let own = approver.post("/api/interests", form("Acorn Example Care", "2026-12-01")).await.ok()["own"].clone();
        approver.post("/api/interests", form("Acorn Example Care", "2026-12-01")).await.refused(409, "interest_stands");
        acorn.get("/api/interests").await.refused(403, "role_needed");

        let evaluator = setting.second_evaluator().await;
        let id = setting.priced(&[(&acorn, "13.60", "78.00", "4"), (&birch, "14.00", "80.00", "4")]).await;
        setting.recommended(&id).await;
        // Neither approved, nor read, nor is the officer asked.
        approver.post(&at(&id, "approve"), json!({"reason": "Yes."})).await.refused(403, "interest_in_provider");
        approver.post(&at(&id, "return"), json!({"reason": "No."})).await.refused(403, "interest_in_provider");
        approver.get(&request(&id)).await.refused(403, "interest_declared");
        let asked = setting.letters_owed(&[LetterKind::ApprovalWanted]).await;
        assert_eq!(asked, [(LetterKind::ApprovalWanted, setting.assistant_director().await.account_id)]);
        let seen = setting.assistant_director().await.get(&request(&id)).await.ok();
        assert_eq!(seen["chase"]["passed_over"], json!(["Whoever holds the post of Lead Commissioner had a part in this, or has an interest.", "Nobody holds the post of Banded Officer on Monday 7 December 2026."].into_iter().take(1).collect::<Vec<_>>()));
        // It stands in the record of the decision, without its words.
        let assistant = setting.assistant_director().await;
        assistant.post(&at(&id, "approve"), json!({"reason": "Yes."})).await.ok();
        let record = setting.broker().await.get(&at(&id, "record")).await.ok();
        let declared = record["declarations"].as_array().expect("declarations").iter().find(|d| d["has_interest"] == true);
        assert_eq!(declared.expect("the interest")["name"], "second.lead.commissioner@staffordshire.example");
        assert!(!record.to_string().contains("sister"), "{record}");

        // An evaluator with an interest marks nothing and cannot declare that there is none; nor is a price opened or a
        // bid recommended by such a person.
        evaluator.post("/api/interests", form("Birch Example Care", "2026-12-07")).await.ok();
        let id = setting.published().await;
        for (who, rate) in [(&acorn, "13.60"), (&birch, "14.00")] {
            who.post(&at(&id, "bid"), setting.offer(rate, "80.00").await).await.ok();
        }
        setting.wind_minutes(4 * 60);
        evaluator.post(&at(&id, "declaration"), json!({"interest": null})).await.refused(403, "interest_declared");
        evaluator.get(&at(&id, "evaluation")).await.refused(403, "interest_declared");

        // Procurement and auditors read the register; others only their own; and only its officer ends an entry.
        let all = setting.procurement().await.get("/api/interests").await.ok();
        assert_eq!(all["everybody"].as_array().expect("all").len(), 2);
        assert_eq!(setting.director().await.get("/api/interests").await.ok()["everybody"].as_array().expect("all").len(), 2);
        let others = setting.broker().await.get("/api/interests").await.ok();
        assert_eq!((&others["own"], &others["everybody"]), (&json!([]), &Value::Null));
        let end = format!("/api/interests/{}/end", own[0]["id"].as_str().expect("an id"));
        evaluator.post(&end, json!({"on": "2026-12-07"})).await.refused(404, "not_found");
        approver.post(&end, json!({"on": "2026-12-08"})).await.refused(422, "invalid_field");
        approver.post(&end, json!({"on": "2026-12-07"})).await.ok();
        approver.post(&end, json!({"on": "2026-12-07"})).await.refused(409, "interest_ended");
        // From the next day on it keeps nobody from what is advertised then.
        stop_at(&setting, "2026-12-08T09:00:00Z");
        let (acorn, birch) = (setting.signed_in_again(&acorn), setting.signed_in_again(&birch));
        let id = setting.published().await;
        acorn.post(&at(&id, "bid"), setting.offer("13.60", "78.00").await).await.ok();
        setting.wind_minutes(4 * 60);
        setting.declared(&setting.second_commissioner().await, &id).await;
        drop(birch);
    }

    async fn a_need_split_into_packages_is_summed_for_the_limit(setting: Setting) {
        let (acorn, birch) = two_bidders(&setting).await;
        let bidders: [(&Person, &str, &str, &str); 2] =
            [(&acorn, "13.60", "78.00", "4"), (&birch, "14.00", "80.00", "4")];
        let mut form = setting.package_form().await;
        form["person_reference"] = json!("CASE-SPLIT");
        let first = setting.priced_as(form.clone(), &bidders).await;
        let second = setting.priced_as(form.clone(), &bidders).await;
        // The same person with another provider, and another person with the same.
        let elsewhere = setting.priced_as(form, &[(&birch, "14.00", "80.00", "4")]).await;
        let somebody = setting.priced(&bidders).await;
        for id in [&first, &second, &elsewhere, &somebody] {
            setting.recommended(id).await;
        }
        let lead = setting.second_commissioner().await;
        let alone = lead.get(&request(&second)).await.ok();
        assert_eq!((&alone["need"]["parts"], &alone["need"]["yearly_value"]), (&json!([]), &json!("53144.00")));
        lead.post(&at(&first, "approve"), json!({"reason": "Yes."})).await.ok();

        // £106,288.00 a year together is more than the Lead Commissioner's £75,000.00.
        let refusal = lead.post(&at(&second, "approve"), json!({"reason": "Yes."})).await.refused(403, "no_authority");
        let words = refusal["detail"].as_str().expect("words");
        assert!(words.contains("£106,288.00") && words.contains("another contract for the same person"), "{words}");
        let seen = setting.assistant_director().await.get(&request(&second)).await.ok();
        assert_eq!(seen["need"]["yearly_value"], "106288.00");
        assert_eq!(seen["need"]["contract_value"], "212576.00");
        assert_eq!(seen["need"]["parts"].as_array().expect("parts").len(), 1);
        assert_eq!(kinds(&seen["risks"]), ["split_need"]);
        assert_eq!(seen["authority"]["post_title"], "Assistant Director for Care Commissioning");
        // Its own contract is no part of the need that was there before.
        let own = lead.get(&request(&first)).await.ok();
        assert_eq!((&own["need"]["parts"], &own["need"]["yearly_value"]), (&json!([]), &json!("53144.00")));
        for other in [&elsewhere, &somebody] {
            assert_eq!(lead.get(&request(other)).await.ok()["need"]["parts"], json!([]));
            lead.post(&at(other, "approve"), json!({"reason": "Yes."})).await.ok();
        }
        // Twelve months on, to the day: the first was awarded in the small hours of 8 December.
        assert_eq!(setting.now().london_day().to_string(), "2026-12-08");
        stop_at(&setting, "2027-12-07T23:59:59.999Z");
        let lead = setting.second_commissioner().await;
        lead.post(&at(&second, "approve"), json!({"reason": "Yes."})).await.refused(403, "no_authority");
        stop_at(&setting, "2027-12-08T00:00:00Z");
        let lead = setting.second_commissioner().await;
        lead.post(&at(&second, "approve"), json!({"reason": "Yes."})).await.ok();
    }

    async fn nobody_who_acts_is_reminded_and_then_it_goes_up(setting: Setting) {
        let (acorn, birch) = two_bidders(&setting).await;
        let id = waiting(&setting, &acorn, &birch).await;
        let [lead, assistant, director] =
            [setting.second_commissioner().await, setting.assistant_director().await, setting.director().await];
        let owed = || setting.letters_owed(&CHASES);
        assert_eq!(owed().await, [(LetterKind::ApprovalWanted, lead.account_id)]);
        // Two of five working days are not over before the end of Wednesday.
        stop_at(&setting, "2026-12-09T23:59:59.999Z");
        assert_eq!(chased(&setting).await, 0);
        stop_at(&setting, "2026-12-10T00:00:00Z");
        chased(&setting).await;
        assert_eq!(chased(&setting).await, 0, "once");
        assert_eq!(owed().await[1..], [(LetterKind::ApprovalReminded, lead.account_id)]);
        stop_at(&setting, "2026-12-14T23:59:59.999Z");
        assert_eq!(chased(&setting).await, 0);
        stop_at(&setting, "2026-12-15T00:00:00Z");
        chased(&setting).await;
        assert_eq!(chased(&setting).await, 0, "once");
        assert_eq!(owed().await[2..], [(LetterKind::ApprovalEscalated, assistant.account_id)]);
        let assistant = setting.assistant_director().await;
        let seen = assistant.get(&request(&id)).await.ok();
        assert_eq!(seen["chase"]["because"], "Nobody decided by the end of Monday 14 December 2026.");
        assert_eq!(seen["chase"]["asked"], json!(["Lead Commissioner", "Assistant Director for Care Commissioning"]));
        let cards = assistant.get("/api/approvals").await.ok();
        assert_eq!(cards[0]["escalated"], seen["chase"]["because"]);
        let history = assistant.get(&format!("/api/history/opportunity/{id}")).await.ok();
        let told: Vec<_> = Setting::items(&history).iter().filter(|e| e["who"] == "The clock").map(|e| e["kind"].as_str().expect("a kind")).collect();
        assert_eq!(told[told.len() - 2..], ["approval_reminded", "approval_escalated"]);
        // The next five days: both are reminded, then it goes to the top, and there it stays.
        stop_at(&setting, "2026-12-17T00:00:00Z");
        chased(&setting).await;
        stop_at(&setting, "2026-12-22T00:00:00Z");
        chased(&setting).await;
        stop_at(&setting, "2027-02-01T00:00:00Z");
        chased(&setting).await;
        assert_eq!(chased(&setting).await, 0);
        let last = owed().await;
        assert!(last.contains(&(LetterKind::ApprovalEscalated, director.account_id)), "{last:?}");
        assert_eq!(last.iter().filter(|(kind, _)| *kind == LetterKind::ApprovalEscalated).count(), 2);
        // Whoever was asked first may still decide.
        setting.second_commissioner().await.post(&at(&id, "approve"), json!({"reason": "Yes."})).await.ok();
        assert_eq!(chased(&setting).await, 0);
    }

    async fn a_post_that_falls_vacant_stops_nothing_and_says_why(setting: Setting) {
        let (acorn, birch) = two_bidders(&setting).await;
        let mut definition = setting.market(SUPPORTED_LIVING).await;
        let id = waiting(&setting, &acorn, &birch).await;
        for holder in definition.holders.iter_mut().filter(|h| h.post == "lead-commissioner") {
            holder.to = Some(setting.now().london_day());
        }
        actions::market::import(&setting.app, &definition).await.expect("imported");
        assert_eq!(chased(&setting).await, 0, "held until the end of the day");
        stop_at(&setting, "2026-12-08T09:00:00Z");
        chased(&setting).await;
        let assistant = setting.assistant_director().await;
        let owed = setting.letters_owed(&[LetterKind::ApprovalEscalated]).await;
        assert_eq!(owed, [(LetterKind::ApprovalEscalated, assistant.account_id)]);
        let seen = assistant.get(&request(&id)).await.ok();
        let because = seen["chase"]["because"].as_str().expect("words");
        assert!(because.contains("Nobody holds the post of Lead Commissioner on Tuesday 8 December 2026, so the request goes to the"), "{because}");
        assert_eq!(chased(&setting).await, 0);
    }

    async fn what_cannot_wait_goes_to_the_urgent_posts_at_once(setting: Setting) {
        let text = SUPPORTED_LIVING.replace("bidding_window_hours_min = 4", "bidding_window_hours_min = 4\nurgent_posts = [\"director\"]");
        assert_ne!(text, SUPPORTED_LIVING);
        setting.market(&text).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let id = setting.priced(&[(&acorn, "13.60", "78.00", "4")]).await;
        recommend_urgently(&setting, &id, " ").await.refused(422, "invalid_field");
        recommend_urgently(&setting, &id, "The person leaves hospital tomorrow.").await.ok();
        let [lead, director] = [setting.second_commissioner().await, setting.director().await];
        let mut told = setting.letters_owed(&CHASES).await;
        told.sort();
        let mut wanted = [(LetterKind::ApprovalUrgent, lead.account_id), (LetterKind::ApprovalUrgent, director.account_id)];
        wanted.sort();
        assert_eq!(told, wanted);
        let seen = director.get(&request(&id)).await.ok();
        assert_eq!(seen["chase"]["urgent"], "The person leaves hospital tomorrow.");
        assert_eq!(seen["chase"]["due_on"], "2026-12-08", "one working day");
        assert_eq!(director.get("/api/approvals").await.ok()[0]["urgent"], true);
        director.post(&at(&id, "approve"), json!({"reason": "Yes."})).await.ok();
    }

    async fn several_are_approved_at_once_where_the_market_allows_it(setting: Setting) {
        let (acorn, birch) = two_bidders(&setting).await;
        let first = waiting(&setting, &acorn, &birch).await;
        let batch = |ids: &[&String]| json!({"opportunity_ids": ids, "reason": "All sound."});
        let approver = setting.second_commissioner().await;
        let alone = approver.post("/api/approvals/batch", batch(&[&first])).await.ok();
        assert_eq!((&alone[0]["approved"], &alone[0]["code"]), (&json!(false), &json!("batch_not_allowed")));

        let text = SUPPORTED_LIVING.replace("bidding_window_hours_min = 4", "bidding_window_hours_min = 4\nbatch_approval = true");
        setting.market(&text).await;
        let second = waiting(&setting, &acorn, &birch).await;
        // One that this officer may not decide: they drafted it.
        let own = {
            let acorn = setting.signed_in_again(&acorn);
            let drafter = setting.officer("second.lead.commissioner@staffordshire.example", &[OfficerRole::Broker]).await;
            let package = drafter.post("/api/packages", setting.package_form().await).await.ok();
            let path = format!("/api/packages/{}/publish", package["id"].as_str().expect("an id"));
            let closes_at = setting.now().plus_seconds(4 * 3600);
            let id = drafter.post(&path, json!({"closes_at": closes_at})).await.ok()["id"].as_str().expect("an id").to_owned();
            acorn.post(&at(&id, "bid"), setting.offer("13.60", "78.00").await).await.ok();
            setting.wind_minutes(4 * 60);
            setting.evaluated(&id, &[(&acorn, "4")]).await;
            setting.lead_commissioner().await.post(&at(&id, "open-prices"), json!({})).await.ok();
            setting.recommended(&id).await;
            id
        };
        let approver = setting.second_commissioner().await;
        assert!(approver.get("/api/approvals").await.ok().as_array().expect("cards").iter().all(|card| card["batch"] == true));
        approver.post("/api/approvals/batch", batch(&[])).await.refused(422, "invalid_field");
        let nowhere = OpportunityId::new().to_string();
        let key = new_key();
        let form = batch(&[&first, &own, &second, &nowhere]);
        let answer = approver.post_with("/api/approvals/batch", form.clone(), &key).await.ok();
        let codes: Vec<_> = answer.as_array().expect("outcomes").iter().map(|o| (o["approved"].as_bool().expect("a flag"), o["code"].as_str().unwrap_or_default())).collect();
        assert_eq!(codes, [(true, ""), (false, "four_eyes"), (true, ""), (false, "not_found")]);
        // Under the same key it says the same, and approves nothing twice.
        assert_eq!(approver.post_with("/api/approvals/batch", form, &key).await.ok(), answer);
        assert_eq!(Setting::items(&approver.get("/api/contracts").await.ok()).len(), 2);
        for id in [&first, &second] {
            let history = approver.get(&format!("/api/history/opportunity/{id}")).await.ok();
            let approved = Setting::items(&history).iter().filter(|e| e["kind"] == "award_approved").count();
            assert_eq!(approved, 1);
        }
    }

    async fn each_decision_is_recorded_as_everything_stood_in_a_private_and_a_public_version(setting: Setting) {
        let (acorn, birch) = two_bidders(&setting).await;
        let mut form = setting.package_form().await;
        form["person_reference"] = json!("CASE-PRIVATE-77");
        form["preference"] = json!("Would like Acorn Example Care, near the canal.");
        let id = setting.priced_as(form, &[(&acorn, "13.60", "78.00", "4"), (&birch, "14.00", "80.00", "4")]).await;
        setting.recommended(&id).await;
        let approver = setting.second_commissioner().await;
        approver.post(&at(&id, "return"), json!({"reason": "Say more about the start."})).await.ok();
        recommend(&setting, &id, "Ranked first, and the start is agreed with the family.").await.ok();
        let waits = approver.get(&request(&id)).await.ok();
        let award = waits["award_id"].as_str().expect("an id").to_owned();
        let paper = |award: &str, which: &str| format!("/api/awards/{award}/{which}");
        approver.get(&paper(&award, "decision.html")).await.refused(409, "not_decided");
        // What anybody may read is looked at first.
        for words in ["Ring 07700 900123.", "As case-private-77 needs."] {
            let form = json!({"reason": "Yes.", "public_reason": words});
            let refusal = approver.post(&at(&id, "approve"), form).await.refused(422, "advert_may_identify");
            assert_eq!(refusal["field"], "public_reason");
        }
        let form = json!({"reason": "The canal matters to her.", "public_reason": "The best of the bids on quality and price."});
        approver.post(&at(&id, "approve"), form).await.ok();

        // Changing the scheme later changes nothing of what was decided.
        let text = SUPPORTED_LIVING.replace("title = \"Lead Commissioner\"", "title = \"Head of Buying\"");
        setting.market(&text).await;
        let officer = setting.broker().await;
        let html = |path: String| { let officer = officer.clone(); async move { officer.get(&path).await.ok().as_str().expect("text").to_owned() } };
        let private = html(paper(&award, "decision.html")).await;
        for said in [
            "second.lead.commissioner@staffordshire.example", "Lead Commissioner", "The canal matters to her.", "£53,144.00",
            "Birch Example Care", "CASE-PRIVATE-77", "Would like Acorn", "In this award", "Followed", "Cabinet",
            "lead.commissioner@staffordshire.example", "evaluator@staffordshire.example", "SHA-256",
        ] {
            assert!(private.contains(said), "{said} is not in it: {private}");
        }
        assert!(!private.contains("Head of Buying"));
        let public = html(paper(&award, "public-decision.html")).await;
        for said in ["Acorn Example Care", "£53,144.00", "£106,288.00", "Lead Commissioner", "Cabinet", "ST16", "The best of the bids", "2 bids were considered", "Another provider, ranked 2"] {
            assert!(public.contains(said), "{said} is not in it: {public}");
        }
        let pdf = officer.get(&paper(&award, "public-decision.pdf")).await;
        assert_eq!(pdf.headers.get("content-type").expect("a type"), "application/pdf");
        let bytes = pdf.body.to_string();
        for text in [&public, &bytes] {
            for hidden in [
                // The package's words, the person, what they prefer.
                "CASE-PRIVATE", "canal", "cooking", "sleeping in", "25-39", "Supported living with sleep-ins",
                // Officers below their posts.
                "@staffordshire.example", "commissioner@", "evaluator",
                // Losing bids and their prices.
                "Birch", "1,050", "14.00", "54,600",
                // Reasons that were not written to be read by anybody.
                "matters to her", "agreed with the family", "Say more",
            ] {
                assert!(!text.contains(hidden), "{hidden} is in it: {text}");
            }
        }
        assert!(officer.get(&paper(&award, "decision.pdf")).await.status.is_success());
        // What was returned is recorded too, and is nobody else's business.
        let decisions = officer.get(&request(&id)).await.ok()["decisions"].clone();
        let returned = decisions[0]["award_id"].as_str().expect("an id");
        assert_eq!((&decisions[0]["state"], &decisions[0]["recorded"]), (&json!("returned"), &json!(true)));
        assert!(html(paper(returned, "decision.html")).await.contains("Say more about the start."));
        officer.get(&paper(returned, "public-decision.html")).await.refused(409, "not_public");
        acorn.get(&paper(&award, "public-decision.html")).await.refused(403, "role_needed");
        officer.get(&paper(&AwardId::new().to_string(), "decision.html")).await.refused(404, "not_found");
    }

    async fn every_verb_meets_every_state_of_a_recommendation_as_printed(setting: Setting) {
        let (acorn, birch) = two_bidders(&setting).await;
        let verbs = ["recommend the same", "recommend anew", "approve", "return", "decline", "withdraw"];
        let mut table = format!("{:<14}", "");
        for verb in verbs {
            table.push_str(&format!(" {verb:<22}"));
        }
        for state in ["none", "waiting", "returned", "declined", "approved", "withdrawn"] {
            table.push_str(&format!("\n{state:<14}"));
            // One that refuses is as it was, and serves for the next verb.
            let mut unchanged = None;
            for verb in verbs {
                let id = match unchanged.take() {
                    Some(id) => id,
                    None => recommendation_in(&setting, state, &acorn, &birch).await,
                };
                let reason = json!({"reason": "Because."});
                let reply = match verb {
                    "recommend the same" => recommend(&setting, &id, "Ranked first.").await,
                    "recommend anew" => recommend(&setting, &id, "Ranked first, and the start is agreed.").await,
                    "withdraw" => setting.broker().await.post(&at(&id, "withdraw"), reason).await,
                    verb => setting.second_commissioner().await.post(&at(&id, verb), reason).await,
                };
                if !reply.status.is_success() {
                    unchanged = Some(id);
                }
                let said = if reply.status.is_success() { "✔" } else { reply.body["code"].as_str().expect("a code") };
                table.push_str(&format!(" {said:<22}"));
            }
        }
        let table: Vec<_> = table.lines().map(str::trim_end).collect();
        insta::assert_snapshot!("the_matrix_of_verbs_and_states", table.join("\n"));
    }
}
