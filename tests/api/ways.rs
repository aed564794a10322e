//! Other ways to an award than to the bid that is first, or to none; and standstill.

use crate::{on_both, setting::*};
use entity::vocabulary::*;
use fairlot::{
    actions,
    domain::award::lifecycle::{self, Answer, State, Verb},
};
use reqwest::Method;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

const WHY_NOT_FIRST: &str = "The person has visited both homes and knows the team of this provider, whom they trust with their epilepsy.";

/// Supported Living with a standstill of 8 working days.
fn with_standstill() -> String {
    let text = SUPPORTED_LIVING
        .replace("bidding_window_hours_min = 4", "bidding_window_hours_min = 4\nstandstill_working_days = 8");
    assert_ne!(text, SUPPORTED_LIVING);
    text
}

async fn two_bidders(setting: &Setting) -> (Person, Person) {
    let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
    let birch = setting.admitted("Birch Example Care", "Supported Living").await;
    (acorn, birch)
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

async fn drafted(setting: &Setting, preference: Option<&str>) -> String {
    let mut form = setting.package_form().await;
    form["preference"] = json!(preference);
    text(&setting.broker().await.post("/api/packages", form).await.ok()["id"])
}

/// The id of a provider, as officers find it among those that can be named.
async fn provider_id(setting: &Setting, package: &str, name: &str) -> String {
    let naming = setting.broker().await.get(&format!("/api/packages/{package}/naming")).await.ok();
    let found = naming["providers"].as_array().expect("providers").iter().find(|p| p["name"] == name);
    text(&found.expect("the provider")["id"])
}

/// An award to a named provider that can be proposed.
async fn proposal(setting: &Setting, package: &str, provider: &str, route: &str) -> Value {
    json!({
        "route": route, "provider_id": provider_id(setting, package, provider).await,
        "reason": "The person has lived with this team for years and would lose what keeps them well.",
        "basis": "Council's standing orders, part 4, rule 12 (illustrative).",
        "exclusion_check": "The declarations of 7 December 2026 were read; nothing has changed since.",
        "standing_reason": null,
        "rates": [{"key": "support-hour", "rate": "14.00"}, {"key": "sleep-in-night", "rate": "80.00"}],
        "starts_on": "2027-01-11", "term_weeks": if route == "urgent" { 12 } else { 104 },
    })
}

/// Proposed: the direct award's id.
async fn proposed(setting: &Setting, package: &str, provider: &str, route: &str) -> String {
    let form = proposal(setting, package, provider, route).await;
    let path = format!("/api/packages/{package}/direct-award");
    text(&setting.broker().await.post(&path, form).await.ok()["id"])
}

async fn direct_approved(setting: &Setting, id: &str) -> Value {
    let path = format!("/api/direct-awards/{id}/approve");
    setting.second_commissioner().await.post(&path, json!({"reason": "In their best interests."})).await.ok()
}

/// Recommends the bid in this place, with why where it is not the first.
async fn recommended_in_place(setting: &Setting, id: &str, place: usize) -> Reply {
    let commissioner = setting.lead_commissioner().await;
    let ranking = commissioner.get(&format!("/api/opportunities/{id}/ranking")).await.ok();
    let bid = &ranking["result"]["bids"][place]["bid_id"];
    let why = (place > 0).then_some(WHY_NOT_FIRST);
    let form =
        json!({"bid_id": bid, "shortlist": [bid], "reason": "Suits the person.", "not_first_reason": why});
    commissioner.post(&format!("/api/opportunities/{id}/recommend"), form).await
}

on_both! {
    async fn an_award_that_is_not_first_needs_its_reason_and_one_level_up(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let (acorn, birch) = two_bidders(&setting).await;
        let id = setting.priced(&[(&acorn, "13.60", "78.00", "4"), (&birch, "14.00", "80.00", "4")]).await;
        let commissioner = setting.lead_commissioner().await;
        let director = setting.director().await;
        let assistant = setting.assistant_director().await;
        let second = setting.second_commissioner().await;
        let at = |verb: &str| format!("/api/opportunities/{id}/{verb}");
        let bids = commissioner.get(&at("ranking")).await.ok()["result"]["bids"].clone();
        let form = |place: usize, why: Value| json!({
            "bid_id": bids[place]["bid_id"], "shortlist": [bids[place]["bid_id"]], "reason": "Right for them.",
            "not_first_reason": why,
        });
        commissioner.post(&at("recommend"), form(1, json!(null))).await.refused(422, "not_first");
        commissioner.post(&at("recommend"), form(1, json!("They like it."))).await.refused(422, "not_first");
        commissioner.post(&at("recommend"), form(0, json!(WHY_NOT_FIRST))).await.refused(422, "invalid_field");
        let ranking = commissioner.post(&at("recommend"), form(1, json!(WHY_NOT_FIRST))).await.ok();
        assert_eq!(ranking["recommendation"]["rank"], 2);
        assert_eq!(ranking["recommendation"]["not_first_reason"], WHY_NOT_FIRST);
        let can: Vec<_> = ranking["approvers"].as_array().expect("approvers").iter()
            .filter(|a| a["can"] == true).map(|a| text(&a["post_title"])).collect();
        assert_eq!(can, ["Director for Health and Care"]);
        let wanted = setting.letters_owed(&[LetterKind::ApprovalWanted]).await;
        assert_eq!(wanted, [(LetterKind::ApprovalWanted, director.account_id)]);
        // The Lead Commissioner could have approved the first; the Assistant Director is beside, not above.
        let yes = json!({"reason": "Yes."});
        for low in [&second, &assistant] {
            let refusal = low.post(&at("approve"), yes.clone()).await.refused(403, "level_too_low");
            let words = text(&refusal["detail"]);
            assert!(words.contains("above the Lead Commissioner") && words.contains("Director"), "{words}");
        }
        let contract = director.post(&at("approve"), yes).await.ok();
        assert_eq!((&contract["route"], &contract["provider_name"]), (&json!("not_first"), &json!("Birch Example Care")));
        let record = director.get(&at("record")).await.ok();
        assert_eq!(record["choices"][0]["not_first_reason"], WHY_NOT_FIRST);
        // Providers are never told why not the first.
        let seen = acorn.get(&format!("/api/opportunities/{id}")).await.ok();
        assert!(!seen.to_string().contains("epilepsy"), "{seen}");
        assert!(!acorn.get(&format!("/api/history/opportunity/{id}")).await.ok().to_string().contains("epilepsy"));
    }

    async fn the_rank_that_was_recommended_must_still_hold_when_it_is_approved(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let (acorn, birch) = two_bidders(&setting).await;
        let id = setting.priced(&[(&acorn, "13.60", "78.00", "4"), (&birch, "14.00", "80.00", "4")]).await;
        recommended_in_place(&setting, &id, 1).await.ok();
        let procurement = setting.procurement().await;
        let enrolments = procurement.get("/api/enrolments").await.ok();
        let first = Setting::items(&enrolments).iter().find(|e| e["provider_name"] == "Acorn Example Care").cloned();
        let path = format!("/api/enrolments/{}/urgent-stop", text(&first.expect("the enrolment")["id"]));
        procurement.post(&path, json!({"reason": "Under review."})).await.ok();
        let at = |verb: &str| format!("/api/opportunities/{id}/{verb}");
        let director = setting.director().await;
        director.post(&at("approve"), json!({"reason": "Yes."})).await.refused(409, "rank_changed");
        director.post(&at("return"), json!({"reason": "It is first now."})).await;
        recommended_in_place(&setting, &id, 0).await.ok();
        let approver = setting.second_commissioner().await;
        assert_eq!(approver.post(&at("approve"), json!({"reason": "Yes."})).await.ok()["route"], "competed");
    }

    async fn what_the_person_prefers_is_answered_for_and_never_told_to_providers(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let (acorn, birch) = two_bidders(&setting).await;
        let package = drafted(&setting, Some("A team that can sign, such as Birch.")).await;
        let closes_at = setting.now().plus_seconds(4 * 3600);
        let path = format!("/api/packages/{package}/publish");
        let id = text(&setting.broker().await.post(&path, json!({"closes_at": closes_at})).await.ok()["id"]);
        for (provider, hour) in [(&acorn, "13.60"), (&birch, "14.00")] {
            let offer = setting.offer(hour, "78.00").await;
            provider.post(&format!("/api/opportunities/{id}/bid"), offer).await.ok();
        }
        setting.wind_minutes(4 * 60);
        setting.evaluated(&id, &[(&acorn, "4"), (&birch, "4")]).await;
        let commissioner = setting.lead_commissioner().await;
        let at = |verb: &str| format!("/api/opportunities/{id}/{verb}");
        commissioner.post(&at("open-prices"), json!({})).await.ok();
        let ranking = commissioner.get(&at("ranking")).await.ok();
        assert_eq!(ranking["preference"], "A team that can sign, such as Birch.");
        let first = &ranking["result"]["bids"][0]["bid_id"];
        let form = |preference: Value| json!({
            "bid_id": first, "shortlist": [first], "reason": "Ranked first.", "preference": preference,
        });
        commissioner.post(&at("recommend"), form(json!(null))).await.refused(422, "preference_unanswered");
        let bare = json!({"answer": "not_followed"});
        let refusal = commissioner.post(&at("recommend"), form(bare)).await.refused(422, "invalid_field");
        assert_eq!(refusal["field"], "preference.reason");
        let why = json!({"answer": "followed", "reason": "It is."});
        commissioner.post(&at("recommend"), form(why)).await.refused(422, "invalid_field");
        let why = json!({"answer": "not_followed", "reason": "Acorn signs too, and costs less."});
        commissioner.post(&at("recommend"), form(why)).await.ok();
        setting.second_commissioner().await.post(&at("approve"), json!({"reason": "Yes."})).await.ok();
        let record = commissioner.get(&at("record")).await.ok();
        assert_eq!(record["choices"][0]["preference"], "not_followed");
        assert_eq!(record["choices"][0]["preference_reason"], "Acorn signs too, and costs less.");
        // The words of the preference are not in the record, which goes to whoever may ask.
        assert!(!record.to_string().contains("such as Birch"));
        for provider in [&acorn, &birch] {
            for path in [format!("/api/opportunities/{id}"), format!("/api/history/opportunity/{id}")] {
                let seen = provider.get(&path).await.ok().to_string();
                assert!(!seen.contains("sign") && !seen.contains("not_followed"), "{seen}");
            }
        }
    }

    async fn the_provider_that_the_person_chose_is_awarded_directly_under_the_scheme(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let (acorn, _) = two_bidders(&setting).await;
        let bare = drafted(&setting, None).await;
        let broker = setting.broker().await;
        let form = proposal(&setting, &bare, "Acorn Example Care", "user_choice").await;
        let path = format!("/api/packages/{bare}/direct-award");
        broker.post(&path, form).await.refused(422, "preference_missing");
        let package = drafted(&setting, Some("To stay with Acorn.")).await;
        let path = format!("/api/packages/{package}/direct-award");
        let form = proposal(&setting, &package, "Acorn Example Care", "user_choice").await;
        let but = |field: &str, value: Value| { let mut form = form.clone(); form[field] = value; form };
        // Under the Regulations of 2015 the council records its own basis.
        broker.post(&path, but("basis", json!(null))).await.refused(422, "basis_missing");
        broker.post(&path, but("exclusion_check", json!(" "))).await.refused(422, "invalid_field");
        let high = json!([{"key": "support-hour", "rate": "14.00"}]);
        broker.post(&path, but("rates", high)).await.refused(422, "lines_mismatch");
        broker.post(&path, but("route", json!("competed"))).await.refused(422, "invalid_field");
        broker.post(&path, but("provider_id", json!(ProviderId::new()))).await.refused(404, "not_found");
        setting.evaluator().await.post(&path, form.clone()).await.refused(403, "role_needed");
        acorn.post(&path, form.clone()).await.refused(403, "role_needed");
        let award = broker.post(&path, form.clone()).await.ok();
        let id = text(&award["id"]);
        assert_eq!((&award["reference"], &award["yearly_value"]), (&json!("SL-D0001"), &json!("54600.00")));
        assert_eq!((&award["preference"], &award["standing"]), (&json!("To stay with Acorn."), &json!("admitted")));
        // One way at a time: it cannot be advertised, changed, or proposed again.
        broker.post(&path, form).await.refused(409, "already_proposed");
        let publish = format!("/api/packages/{package}/publish");
        let closes_at = setting.now().plus_seconds(4 * 3600);
        broker.post(&publish, json!({"closes_at": closes_at})).await.refused(409, "already_proposed");
        // The broker drafted and proposed it; who holds no post has no authority.
        let at = |verb: &str| format!("/api/direct-awards/{id}/{verb}");
        let yes = json!({"reason": "In their best interests."});
        broker.post(&at("approve"), yes.clone()).await.refused(403, "no_authority");
        acorn.get(&format!("/api/direct-awards/{id}")).await.refused(403, "role_needed");
        let approver = setting.second_commissioner().await;
        let shown = approver.get(&format!("/api/direct-awards/{id}")).await.ok();
        assert_eq!(shown["can"], json!(["approve", "return"]));
        let contract = approver.post(&at("approve"), yes.clone()).await.ok();
        assert_eq!((&contract["route"], &contract["reference"]), (&json!("user_choice"), &json!("SL-D0001-C")));
        assert_eq!(committed(&contract), "109200.00");
        approver.post(&at("approve"), yes).await.refused(409, "already_awarded");
        broker.post(&publish, json!({"closes_at": closes_at})).await.refused(409, "awarded_otherwise");
        // The provider is told, sees its contract, and nothing of what was said of the person.
        let made = setting.letters_owed(&[LetterKind::DirectAwardMade]).await;
        assert_eq!(made, [(LetterKind::DirectAwardMade, acorn.account_id)]);
        let own = acorn.get(&format!("/api/contracts/{}", text(&contract["id"]))).await.ok();
        assert_eq!((&own["direct_award_id"], &own["approval_reason"]), (&json!(null), &json!(null)));
        assert!(!own.to_string().contains("stay with"), "{own}");
        assert_eq!(approver.get("/api/outcomes").await.ok()["user_choice"], 1);
    }

    async fn a_direct_award_is_returned_with_a_reason_and_the_package_goes_on(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        two_bidders(&setting).await;
        let package = drafted(&setting, Some("Acorn.")).await;
        let id = proposed(&setting, &package, "Acorn Example Care", "user_choice").await;
        let approver = setting.second_commissioner().await;
        let path = format!("/api/direct-awards/{id}/return");
        approver.post(&path, json!({"reason": ""})).await.refused(422, "invalid_field");
        assert_eq!(approver.post(&path, json!({"reason": "Ask for bids."})).await.ok()["state"], "returned");
        approver.post(&path, json!({"reason": "Again."})).await.refused(409, "not_proposed");
        let broker = setting.broker().await;
        let told = setting.letters_owed(&[LetterKind::AwardReturned]).await;
        assert_eq!(told, [(LetterKind::AwardReturned, broker.account_id)]);
        let closes_at = setting.now().plus_seconds(4 * 3600);
        broker.post(&format!("/api/packages/{package}/publish"), json!({"closes_at": closes_at})).await.ok();
    }

    async fn a_provider_that_is_suspended_refused_or_out_of_the_limits_is_awarded_nothing(setting: Setting) {
        let text_with_limits = SUPPORTED_LIVING.replace("reference_high = \"14.75\"", "reference_high = \"14.75\"\nceiling = \"16.00\"");
        assert_ne!(text_with_limits, SUPPORTED_LIVING);
        setting.market(&text_with_limits).await;
        let (acorn, _) = two_bidders(&setting).await;
        setting.provider("Cedar Example Care").await;
        let package = drafted(&setting, Some("Cedar.")).await;
        let broker = setting.broker().await;
        let path = format!("/api/packages/{package}/direct-award");
        // Beyond a published limit there is no exception without bids.
        let mut high = proposal(&setting, &package, "Acorn Example Care", "user_choice").await;
        high["rates"][0]["rate"] = json!("16.01");
        let refusal = broker.post(&path, high).await.refused(422, "price_outside_limits");
        assert!(text(&refusal["detail"]).contains("£16.00"), "{refusal}");
        // One that has not joined may be used with a reason, but not urgently.
        let mut off = proposal(&setting, &package, "Cedar Example Care", "user_choice").await;
        broker.post(&path, off.clone()).await.refused(422, "standing_reason_missing");
        let mut urgent = proposal(&setting, &package, "Cedar Example Care", "urgent").await;
        urgent["standing_reason"] = json!("They are near.");
        broker.post(&path, urgent).await.refused(409, "provider_excluded");
        let enrolments = setting.procurement().await.get("/api/enrolments").await.ok();
        let of_acorn = Setting::items(&enrolments).iter().find(|e| e["provider_name"] == "Acorn Example Care").cloned();
        let enrolment = format!("/api/enrolments/{}", text(&of_acorn.expect("the enrolment")["id"]));
        let suspended = format!("{enrolment}/urgent-stop");
        // Suspended between the proposal and the decision.
        let id = proposed(&setting, &package, "Acorn Example Care", "user_choice").await;
        setting.procurement().await.post(&suspended, json!({"reason": "Under review."})).await.ok();
        let approver = setting.second_commissioner().await;
        let at = |verb: &str| format!("/api/direct-awards/{id}/{verb}");
        approver.post(&at("approve"), json!({"reason": "Yes."})).await.refused(409, "provider_excluded");
        approver.post(&at("return"), json!({"reason": "It is suspended."})).await.ok();
        let form = proposal(&setting, &package, "Acorn Example Care", "user_choice").await;
        broker.post(&path, form).await.refused(409, "provider_excluded");
        off["standing_reason"] = json!("It is registered and insured, and is asking to join.");
        let award = broker.post(&path, off).await.ok();
        assert_eq!(award["standing"], json!(null));
        assert!(acorn.get(&format!("/api/direct-awards/{}", text(&award["id"]))).await.status.is_client_error());
    }

    async fn an_urgent_award_is_short_and_reviewed_by_somebody_else(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let (acorn, _) = two_bidders(&setting).await;
        let package = drafted(&setting, None).await;
        let broker = setting.broker().await;
        let path = format!("/api/packages/{package}/direct-award");
        let mut form = proposal(&setting, &package, "Acorn Example Care", "urgent").await;
        form["starts_on"] = json!("2026-12-08");
        let mut long = form.clone();
        long["term_weeks"] = json!(13);
        let refusal = broker.post(&path, long).await.refused(422, "term_too_long");
        assert!(text(&refusal["detail"]).contains("at most 12 weeks"), "{refusal}");
        let id = text(&broker.post(&path, form).await.ok()["id"]);
        let at = |verb: &str| format!("/api/direct-awards/{id}/{verb}");
        let (end, confirm) = (
            json!({"outcome": "ended", "reason": "A bid was awarded.", "last_day": "2026-12-31"}),
            json!({"outcome": "confirmed", "reason": "It was right."}),
        );
        let assistant = setting.assistant_director().await;
        assistant.post(&at("review"), confirm.clone()).await.refused(409, "no_review_due");
        let contract = direct_approved(&setting, &id).await;
        let due = assistant.get("/api/reviews").await.ok();
        let clocks = assistant.get("/api/clocks").await.ok();
        let clock = clocks["clocks"].as_array().expect("clocks").iter().find(|one| one["kind"] == "urgent_review");
        assert_eq!(clock.expect("a clock")["due_on"], "2027-01-04");
        assert_eq!((&due[0]["review_due_on"], &due[0]["overdue"]), (&json!("2027-01-04"), &json!(false)));
        // Who approved it does not review it, nor who proposed it.
        let approver = setting.second_commissioner().await;
        approver.post(&at("review"), confirm.clone()).await.refused(403, "four_eyes");
        let without_day = json!({"outcome": "ended", "reason": "A bid was awarded."});
        assistant.post(&at("review"), without_day).await.refused(422, "invalid_field");
        let mut late = end.clone();
        late["last_day"] = json!("2027-03-02");
        assistant.post(&at("review"), late).await.refused(422, "invalid_field");
        setting.wind_minutes(29 * 24 * 60);
        let assistant = setting.signed_in_again(&assistant);
        assert_eq!(assistant.get("/api/reviews").await.ok()[0]["overdue"], true);
        let mut end = end;
        end["last_day"] = json!("2027-01-31");
        assert_eq!(assistant.post(&at("review"), end.clone()).await.ok()["review"], "ended");
        assistant.post(&at("review"), end).await.refused(409, "no_review_due");
        assert_eq!(assistant.get("/api/reviews").await.ok(), json!([]));
        let ended = assistant.get(&format!("/api/contracts/{}", text(&contract["id"]))).await.ok();
        assert_eq!(ended["ended_on"], "2027-01-31");
        // Of 84 days at £1,050.00 a week 55 are over by then: what they cost stays, the rest is free for others.
        assert_eq!((committed(&contract), committed(&ended)), ("12600.00".to_owned(), "8250.00".to_owned()));
        let told = setting.letters_owed(&[LetterKind::DirectAwardEnded]).await;
        assert_eq!(told, [(LetterKind::DirectAwardEnded, acorn.account_id)]);
    }

    async fn an_approver_has_one_list_of_what_waits_by_bids_and_without(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let (acorn, birch) = two_bidders(&setting).await;
        let competed = setting.priced(&[(&acorn, "13.60", "78.00", "4"), (&birch, "14.00", "80.00", "4")]).await;
        setting.recommended(&competed).await;
        let mut direct = Vec::new();
        for route in ["user_choice", "urgent"] {
            let package = drafted(&setting, Some("To stay with Acorn.")).await;
            direct.push(proposed(&setting, &package, "Acorn Example Care", route).await);
        }
        let approver = setting.second_commissioner().await;
        let cards = approver.get("/api/approvals").await.ok();
        let each = |field: &str| cards.as_array().expect("cards").iter().map(|card| card[field].clone()).collect::<Vec<_>>();
        assert_eq!(each("route"), [json!("competed"), json!("user_choice"), json!("urgent")]);
        let [chosen, urgent] = [&direct[0], &direct[1]].map(|id| format!("/direct-awards/{id}"));
        assert_eq!(each("path"), [json!(format!("/approvals/{competed}")), json!(chosen), json!(urgent)]);
        assert_eq!(each("opportunity_id"), [json!(competed), json!(null), json!(null)]);
        assert_eq!(each("mine"), [json!(true), json!(true), json!(true)]);
        assert_eq!(each("urgent"), [json!(false), json!(false), json!(true)]);
        // Five working days, as for a recommendation; what cannot wait has one.
        assert_eq!(each("due_on")[1..], [json!("2026-12-14"), json!("2026-12-08")]);
        assert_eq!((&cards[1]["yearly_value"], &cards[1]["reference"]), (&json!("54600.00"), &json!("SL-D0001")));
        // Who proposed it sees it, and why it is another's to decide.
        let broker = setting.broker().await;
        let seen = broker.get("/api/approvals").await.ok();
        assert_eq!((&seen[1]["mine"], seen[1]["why_not"].is_string()), (&json!(false), true), "{seen}");
        // Those of another authority are none of theirs.
        setting.market(&crate::disclosure::elsewhere()).await;
        let stranger = setting.officer_of("elsewhere", "everything@elsewhere.example", OfficerRole::ALL).await;
        assert_eq!(stranger.get("/api/approvals").await.ok(), json!([]));
        // What is decided, either way, no longer waits.
        direct_approved(&setting, &direct[0]).await;
        approver.post(&format!("/api/direct-awards/{}/return", direct[1]), json!({"reason": "Ask for bids."})).await.ok();
        let left = approver.get("/api/approvals").await.ok();
        assert_eq!(left.as_array().expect("cards").len(), 1);
        assert_eq!(left[0]["route"], "competed");
    }

    async fn an_award_without_bids_that_nobody_decides_is_on_the_board_and_reminded_of_when_it_is_late(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        two_bidders(&setting).await;
        let [lead, second] = [setting.lead_commissioner().await, setting.second_commissioner().await];
        let package = drafted(&setting, Some("To stay with Acorn.")).await;
        let id = proposed(&setting, &package, "Acorn Example Care", "user_choice").await;
        async fn on_board(person: &Person) -> Option<Value> {
            let board = person.get("/api/clocks").await.ok();
            board["clocks"].as_array().expect("clocks").iter().find(|one| one["kind"] == "direct_award").cloned()
        }
        let clock = on_board(&second).await.expect("a clock");
        assert_eq!((&clock["due_on"], &clock["path"]), (&json!("2026-12-14"), &json!(format!("/direct-awards/{id}"))));
        // Least power that suffices.
        assert_eq!(clock["owner"]["words"], "Lead Commissioner");
        // Those who can decide were told when it was proposed, so they hear again only when it is late.
        setting.app.clock.stop_at("2026-12-14T23:59:59.999Z".parse().expect("an instant"));
        assert_eq!(actions::clock::remind_due(&setting.app).await.expect("looked"), 0);
        setting.app.clock.stop_at("2026-12-15T00:00:00Z".parse().expect("an instant"));
        assert_eq!(actions::clock::remind_due(&setting.app).await.expect("looked"), 1);
        assert_eq!(actions::clock::remind_due(&setting.app).await.expect("looked"), 0, "once");
        let mut told = setting.letters_owed(&[LetterKind::ClockOverdue]).await;
        told.sort();
        let mut holders = [lead.account_id, second.account_id].map(|id| (LetterKind::ClockOverdue, id));
        holders.sort();
        assert_eq!(told, holders);
        direct_approved(&setting, &id).await;
        assert!(on_board(&setting.second_commissioner().await).await.is_none());
    }

    async fn a_direct_payment_ends_an_opportunity_without_an_award_and_says_nothing_of_the_person(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let (acorn, birch) = two_bidders(&setting).await;
        let id = setting.published().await;
        acorn.post(&format!("/api/opportunities/{id}/bid"), setting.offer("13.60", "78.00").await).await.ok();
        let broker = setting.broker().await;
        let shown = broker.get(&format!("/api/opportunities/{id}")).await.ok();
        assert!(shown["officers"]["can"].as_array().expect("verbs").contains(&json!("record_direct_payment")));
        let package = text(&shown["officers"]["package_id"]);
        let path = format!("/api/packages/{package}/direct-payment");
        let form = json!({"provider_off_list": true, "reason": "They want their neighbour's firm, Zebedee Help."});
        acorn.post(&path, form.clone()).await.refused(403, "role_needed");
        broker.post(&path, json!({"provider_off_list": true, "reason": ""})).await.refused(422, "invalid_field");
        assert_eq!(broker.post(&path, form.clone()).await.ok()["direct_payment"]["provider_off_list"], true);
        broker.post(&path, form).await.refused(409, "no_award_made");
        // Who bid is told, and who did not is not.
        let told = setting.letters_owed(&[LetterKind::NoAwardMade]).await;
        assert_eq!(told, [(LetterKind::NoAwardMade, acorn.account_id)]);
        for provider in [&acorn, &birch] {
            let seen = provider.get(&format!("/api/opportunities/{id}")).await.ok();
            assert_eq!(seen["stage"], "not_awarded");
            let history = provider.get(&format!("/api/history/opportunity/{id}")).await.ok().to_string();
            for seen in [seen.to_string(), history] {
                assert!(!seen.contains("Zebedee") && !seen.contains("Direct Payment"), "{seen}");
            }
            let offer = setting.offer("13.60", "78.00").await;
            provider.post(&format!("/api/opportunities/{id}/bid"), offer).await.refused(409, "no_award_made");
        }
        // The deadline is told to nobody, since nothing closes then.
        setting.wind_minutes(5 * 60);
        assert_eq!(actions::opportunity::close_due(&setting.app).await.expect("closed"), 0);
        // A package that was never advertised ends so as well.
        let other = drafted(&setting, Some("A Direct Payment.")).await;
        let path = format!("/api/packages/{other}/direct-payment");
        let form = json!({"provider_off_list": false, "reason": "They employ a personal assistant."});
        broker.post(&path, form).await.ok();
        assert_eq!(broker.get("/api/outcomes").await.ok()["direct_payment"], 2);
    }

    async fn a_standstill_keeps_the_contract_out_of_the_register_to_the_end_of_its_last_day(setting: Setting) {
        setting.market(&with_standstill()).await;
        let (acorn, birch) = two_bidders(&setting).await;
        let id = setting.priced(&[(&acorn, "13.60", "78.00", "4"), (&birch, "14.00", "80.00", "4")]).await;
        setting.recommended(&id).await;
        let approver = setting.second_commissioner().await;
        let path = format!("/api/opportunities/{id}");
        let contract = approver.post(&format!("{path}/approve"), json!({"reason": "Yes."})).await.ok();
        // Monday 7 December 2026 counts: 8 working days end with Wednesday 16 December.
        assert_eq!((&contract["entered_at"], &contract["standstill"]["ends_on"]), (&json!(null), &json!("2026-12-16")));
        assert_eq!(committed(&contract), "106288.00", "the cap is committed at approval");
        let clocks = approver.get("/api/clocks").await.ok();
        let clock = clocks["clocks"].as_array().expect("clocks").iter().find(|one| one["kind"] == "standstill");
        assert_eq!(clock.expect("a clock")["due_on"], "2026-12-16");
        // Everybody is told at once, with its end; the provider sees no contract yet.
        let told = setting.letters_owed(&[LetterKind::AwardWon, LetterKind::OutcomeTold]).await;
        assert_eq!(told.len(), 2);
        let seen = birch.get(&path).await.ok();
        assert_eq!((&seen["stage"], &seen["standstill_ends_on"]), (&json!("standstill"), &json!("2026-12-16")));
        assert_eq!(seen["result"]["outcome"], "not_won");
        let own = format!("/api/contracts/{}", text(&contract["id"]));
        acorn.get(&own).await.refused(404, "not_found");
        let history = format!("/api/history/contract/{}", text(&contract["id"]));
        acorn.get(&history).await.refused(404, "not_found");
        assert!(Setting::items(&approver.get("/api/contracts").await.ok()).is_empty());
        // To the last minute of its last day, in London.
        setting.app.clock.stop_at("2026-12-16T23:59:59.999Z".parse().expect("an instant"));
        assert_eq!(actions::award::enter_due(&setting.app).await.expect("looked"), 0);
        let still = setting.signed_in_again(&birch).get(&path).await.ok();
        assert_eq!(still["stage"], "standstill", "the last day is within it");
        setting.app.clock.stop_at("2026-12-17T00:00:00.000Z".parse().expect("an instant"));
        enter_due(&setting).await;
        assert_eq!(actions::award::enter_due(&setting.app).await.expect("looked"), 0);
        let (acorn, approver) = (setting.signed_in_again(&acorn), setting.signed_in_again(&approver));
        assert_eq!(acorn.get(&own).await.ok()["entered_at"], "2026-12-17T00:00:00.000Z");
        assert_eq!(Setting::items(&approver.get("/api/contracts").await.ok()).len(), 1);
        let told = setting.letters_owed(&[LetterKind::ContractEntered]).await;
        assert_eq!(told, [(LetterKind::ContractEntered, acorn.account_id)]);
        assert_eq!(acorn.get(&path).await.ok()["stage"], "awarded");
        let history = approver.get(&format!("/api/history/contract/{}", text(&contract["id"]))).await.ok();
        assert_eq!(Setting::items(&history)[0]["who"], "The clock");
    }

    async fn a_challenge_stops_the_contract_until_it_is_lifted(setting: Setting) {
        setting.market(&with_standstill()).await;
        let (acorn, birch) = two_bidders(&setting).await;
        let id = setting.priced(&[(&acorn, "13.60", "78.00", "4"), (&birch, "14.00", "80.00", "4")]).await;
        setting.recommended(&id).await;
        let approver = setting.second_commissioner().await;
        let procurement = setting.procurement().await;
        let at = |verb: &str| format!("/api/opportunities/{id}/{verb}");
        let why = json!({"reason": "Birch writes that its marks were swapped."});
        procurement.post(&at("challenge"), why.clone()).await.refused(409, "no_standstill");
        approver.post(&at("approve"), json!({"reason": "Yes."})).await.ok();
        setting.broker().await.post(&at("challenge"), why.clone()).await.refused(403, "role_needed");
        procurement.post(&at("challenge"), json!({"reason": " "})).await.refused(422, "invalid_field");
        procurement.post(&at("lift-challenge"), why.clone()).await.refused(409, "not_challenged");
        let shown = procurement.post(&at("challenge"), why.clone()).await.ok();
        assert_eq!((&shown["stage"], &shown["officers"]["standstill"]["challenged"]), (&json!("challenged"), &json!(true)));
        procurement.post(&at("challenge"), why).await.refused(409, "already_challenged");
        // That somebody challenged it is for officers.
        let seen = acorn.get(&format!("/api/opportunities/{id}")).await.ok();
        assert_eq!(seen["stage"], "standstill");
        assert!(!seen.to_string().contains("swapped"));
        setting.app.clock.stop_at("2026-12-18T09:00:00.000Z".parse().expect("an instant"));
        assert_eq!(actions::award::enter_due(&setting.app).await.expect("looked"), 0);
        let procurement = setting.signed_in_again(&procurement);
        let lifted = procurement.post(&at("lift-challenge"), json!({"reason": "The marks are right."})).await.ok();
        assert_eq!(lifted["stage"], "awarded");
        enter_due(&setting).await;
        let late = json!({"reason": "Too late."});
        procurement.post(&at("challenge"), late).await.refused(409, "no_standstill");
    }

    async fn an_award_that_was_challenged_with_right_is_set_aside_and_its_money_free(setting: Setting) {
        setting.market(&with_standstill()).await;
        let (acorn, birch) = two_bidders(&setting).await;
        let id = awarded_now(&setting, &acorn, &birch).await;
        let (acorn, birch) = (setting.signed_in_again(&acorn), setting.signed_in_again(&birch));
        let at = |verb: &str| format!("/api/opportunities/{id}/{verb}");
        let why = |words: &str| json!({"reason": words});
        let procurement = setting.procurement().await;
        procurement.post(&at("challenge"), why("The marks were swapped.")).await.ok();
        let market = setting.market_page("Supported Living").await;
        let budget = format!("/api/markets/{}/budget", text(&market["id"]));
        assert_eq!(procurement.get(&budget).await.ok()["budgets"][0]["committed"], "106288.00");
        // Neither who recommended it nor who approved it says whether the challenge is right.
        for involved in [setting.lead_commissioner().await, setting.second_commissioner().await] {
            for verb in ["uphold-challenge", "lift-challenge"] {
                involved.post(&at(verb), why("It is.")).await.refused(403, "four_eyes");
            }
        }
        procurement.post(&at("uphold-challenge"), why(" ")).await.refused(422, "invalid_field");
        let key = new_key();
        let words = why("They were: Birch comes first.");
        let shown = procurement.post_with(&at("uphold-challenge"), words.clone(), &key).await.ok();
        assert_eq!(shown["stage"], "set_aside");
        let challenge = &shown["officers"]["standstill"]["challenges"][0];
        assert_eq!((&challenge["upheld"], &challenge["lifted_reason"]), (&json!(true), &json!("They were: Birch comes first.")));
        procurement.post_with(&at("uphold-challenge"), words.clone(), &key).await.ok();
        procurement.post(&at("uphold-challenge"), words).await.refused(409, "not_challenged");
        // Its money is free, and nothing enters the register, however long one waits.
        let seen = procurement.get(&budget).await.ok();
        assert_eq!((&seen["budgets"][0]["committed"], &seen["budgets"][0]["years"][0]["committed"]), (&json!("0.00"), &json!("0.00")));
        assert_eq!(procurement.get("/api/outcomes").await.ok()["competed"], 0);
        let mut told = setting.letters_owed(&[LetterKind::AwardSetAside]).await;
        told.sort_by_key(|(_, to)| *to);
        let mut both = [&acorn, &birch].map(|provider| (LetterKind::AwardSetAside, provider.account_id));
        both.sort_by_key(|(_, to)| *to);
        assert_eq!(told, both);
        for provider in [&acorn, &birch] {
            let seen = provider.get(&format!("/api/opportunities/{id}")).await.ok();
            assert_eq!(seen["stage"], "set_aside");
            let history = provider.get(&format!("/api/history/opportunity/{id}")).await.ok().to_string();
            assert!(history.contains("The award was set aside"), "{history}");
            for seen in [seen.to_string(), history] {
                assert!(!seen.contains("swapped") && !seen.contains("Birch comes first"), "{seen}");
            }
        }
        setting.app.clock.stop_at("2027-03-01T09:00:00.000Z".parse().expect("an instant"));
        assert_eq!(actions::award::enter_due(&setting.app).await.expect("looked"), 0);
        let procurement = setting.signed_in_again(&procurement);
        assert!(Setting::items(&procurement.get("/api/contracts").await.ok()).is_empty());
        let running = procurement.get("/api/clocks").await.ok()["clocks"].to_string();
        assert!(!running.contains("standstill") && !running.contains("notice"), "{running}");
        assert_eq!(procurement.get(&budget).await.ok()["budgets"][0]["contracts_count"], 0);
        // The need is met by a new package, not by this one.
        let package = text(&shown["officers"]["package_id"]);
        let form = proposal(&setting, &package, "Birch Example Care", "urgent").await;
        let path = format!("/api/packages/{package}/direct-award");
        setting.broker().await.post(&path, form).await.refused(409, "award_set_aside");
    }

    async fn the_api_agrees_with_the_matrix_wherever_it_says_no(setting: Setting) {
        setting.market(&with_standstill()).await;
        let (acorn, birch) = two_bidders(&setting).await;
        let mut places: Vec<Place> = Vec::new();
        // First those for which time must pass.
        let awarded = awarded_now(&setting, &acorn, &birch).await;
        setting.app.clock.stop_at("2026-12-17T09:00:00.000Z".parse().expect("an instant"));
        let (acorn, birch) = (setting.signed_in_again(&acorn), setting.signed_in_again(&birch));
        enter_due(&setting).await;
        places.push(Place::of_opportunity(&setting, State::Awarded, awarded).await);
        let unfilled = setting.published().await;
        setting.wind_minutes(4 * 60);
        places.push(Place::of_opportunity(&setting, State::Unfilled, unfilled).await);
        for state in [State::Priced, State::Recommended, State::NotFirstRecommended, State::Standstill, State::Challenged, State::SetAside] {
            // Each takes four hours, and a session does not last so long.
            let (acorn, birch) = (setting.signed_in_again(&acorn), setting.signed_in_again(&birch));
            let id = match state {
                State::Standstill | State::Challenged | State::SetAside => awarded_now(&setting, &acorn, &birch).await,
                _ => setting.priced(&[(&acorn, "13.60", "78.00", "4"), (&birch, "14.00", "80.00", "4")]).await,
            };
            match state {
                State::Recommended => { recommended_in_place(&setting, &id, 0).await.ok(); }
                State::NotFirstRecommended => { recommended_in_place(&setting, &id, 1).await.ok(); }
                State::Challenged | State::SetAside => {
                    let path = format!("/api/opportunities/{id}/challenge");
                    setting.procurement().await.post(&path, json!({"reason": "A letter came."})).await.ok();
                    if state == State::SetAside {
                        let path = format!("/api/opportunities/{id}/uphold-challenge");
                        setting.procurement().await.post(&path, json!({"reason": "It is right."})).await.ok();
                    }
                }
                _ => {}
            }
            places.push(Place::of_opportunity(&setting, state, id).await);
        }
        let marking = setting.published().await;
        let acorn = setting.signed_in_again(&acorn);
        acorn.post(&format!("/api/opportunities/{marking}/bid"), setting.offer("13.60", "78.00").await).await.ok();
        setting.wind_minutes(4 * 60);
        places.push(Place::of_opportunity(&setting, State::Marking, marking).await);
        let (open, withdrawn) = (setting.published().await, setting.published().await);
        let path = format!("/api/opportunities/{withdrawn}/withdraw");
        setting.broker().await.post(&path, json!({"reason": "Another home was found."})).await.ok();
        places.push(Place::of_opportunity(&setting, State::Open, open).await);
        places.push(Place::of_opportunity(&setting, State::Withdrawn, withdrawn).await);
        let paid = setting.published().await;
        let paid = Place::of_opportunity(&setting, State::DirectPayment, paid).await;
        let form = json!({"provider_off_list": false, "reason": "They employ somebody."});
        setting.broker().await.post(&format!("/api/packages/{}/direct-payment", paid.package), form).await.ok();
        places.push(paid);
        places.push(Place { state: State::Drafted, package: drafted(&setting, Some("Acorn.")).await, ..Place::default() });
        for (state, route) in [
            (State::ChoiceProposed, "user_choice"), (State::ChoiceAwarded, "user_choice"),
            (State::UrgentProposed, "urgent"), (State::UrgentAwarded, "urgent"),
            (State::UrgentConfirmed, "urgent"), (State::UrgentEnded, "urgent"),
        ] {
            let package = drafted(&setting, Some("Acorn.")).await;
            let direct = proposed(&setting, &package, "Acorn Example Care", route).await;
            if !matches!(state, State::ChoiceProposed | State::UrgentProposed) {
                direct_approved(&setting, &direct).await;
            }
            let review = match state {
                State::UrgentConfirmed => Some(json!({"outcome": "confirmed", "reason": "Right."})),
                State::UrgentEnded => Some(json!({"outcome": "ended", "reason": "Over.", "last_day": "2027-01-31"})),
                _ => None,
            };
            if let Some(review) = review {
                let path = format!("/api/direct-awards/{direct}/review");
                setting.assistant_director().await.post(&path, review).await.ok();
            }
            places.push(Place { state, package, opportunity: None, direct: Some(direct) });
        }
        let made: Vec<_> = places.iter().map(|place| place.state).collect();
        assert!(State::ALL.iter().all(|state| made.contains(state)), "every state is made: {made:?}");
        let (mut looked, mut wrong) = (0, Vec::new());
        for place in &places {
            for verb in Verb::ALL {
                let Answer::No(code, _) = lifecycle::answer(place.state, verb) else { continue };
                let Some(reply) = place.attempt(&setting, verb).await else { continue };
                looked += 1;
                if reply.body["code"] != code.as_str() {
                    wrong.push(format!("{:?} {verb:?}: {} and not {}", place.state, reply.body, code.as_str()));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(looked > 120, "{looked} cells");
    }

    async fn a_package_goes_one_way_even_where_a_rule_failed(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        two_bidders(&setting).await;
        let advertised = setting.published().await;
        let package = drafted(&setting, Some("Acorn.")).await;
        let direct = proposed(&setting, &package, "Acorn Example Care", "urgent").await;
        direct_approved(&setting, &direct).await;
        assert!(!advertised.is_empty());
        const OPPORTUNITY: &str = "insert into opportunity (id, package_id, authority_id, market_id, category_id, number, \
            reference, title, needs, outward_code, age_band, quantities, starts_on, initial_term_weeks, terms, lot_seed, \
            published_by, published_at, closes_at, bids) \
            select d.id, d.package_id, o.authority_id, o.market_id, o.category_id, 999, 'X-0999', o.title, o.needs, \
            o.outward_code, o.age_band, o.quantities, o.starts_on, o.initial_term_weeks, o.terms, o.lot_seed, \
            o.published_by, o.published_at, o.closes_at, 0 from opportunity o, direct_award d";
        const DIRECT: &str = "insert into direct_award (id, package_id, authority_id, market_id, category_id, number, \
            reference, route, provider_id, reason, basis, exclusion_check, rates, starts_on, term_weeks, weekly_value, \
            yearly_value, contract_value, proposed_by, proposed_at, state) \
            select o.id, o.package_id, d.authority_id, d.market_id, d.category_id, 999, 'X-D0999', d.route, \
            d.provider_id, d.reason, d.basis, d.exclusion_check, d.rates, d.starts_on, d.term_weeks, d.weekly_value, \
            d.yearly_value, d.contract_value, d.proposed_by, d.proposed_at, 'waiting' from opportunity o, direct_award d";
        for statement in [
            OPPORTUNITY,
            DIRECT,
            "insert into direct_payment select c.package_id, c.authority_id, null, (1 = 1), 'x', c.approved_by, 0 from contract c",
            "delete from direct_award",
            "update direct_award set reviewed_by = decided_by",
            "update direct_award set decided_by = proposed_by",
            "update direct_award set review_due_on = null",
            "update contract set package_id = null",
            "insert into contract select * from contract",
        ] {
            let tx = setting.app.database.begin().await.expect("begun");
            let done = tx.execute_unprepared(statement).await;
            // SQLite holds a contract whole when it is made, PostgreSQL always.
            let excused = statement.contains("package_id = null") && done.is_ok();
            assert!(done.is_err() || excused, "{statement}");
            tx.rollback().await.expect("rolled back");
        }
    }

    async fn of_advertising_and_awarding_at_once_one_happens(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        two_bidders(&setting).await;
        let broker = setting.broker().await;
        for _ in 0..4 {
            let package = drafted(&setting, Some("Acorn.")).await;
            let form = proposal(&setting, &package, "Acorn Example Care", "user_choice").await;
            let closes_at = setting.now().plus_seconds(4 * 3600);
            let (direct, publish, pay) = (
                format!("/api/packages/{package}/direct-award"),
                format!("/api/packages/{package}/publish"),
                format!("/api/packages/{package}/direct-payment"),
            );
            let (a, b, c) = tokio::join!(
                broker.post(&direct, form),
                broker.post(&publish, json!({"closes_at": closes_at})),
                broker.post(&pay, json!({"provider_off_list": false, "reason": "They chose it."})),
            );
            // A Direct Payment may end what is advertised; nothing else follows on another.
            let (named, advertised, paid) = (a.status.is_success(), b.status.is_success(), c.status.is_success());
            assert!(named != (advertised || paid), "{} {} {}", a.body, b.body, c.body);
            for reply in [a, b, c] {
                assert!(reply.status.is_success() || reply.status == 409, "{} {}", reply.status, reply.body);
            }
        }
    }
}

/// Enters what is due, unless the server's own clock was quicker.
async fn enter_due(setting: &Setting) {
    assert!(actions::award::enter_due(&setting.app).await.expect("looked") <= 1);
}

/// What the one budget of a contract has come to, over all its years.
fn committed(contract: &Value) -> String {
    text(&contract["budget"]["budgets"][0]["committed"])
}

/// A package in a state, and by what it is reached.
#[derive(Clone)]
struct Place {
    state: State,
    package: String,
    opportunity: Option<String>,
    direct: Option<String>,
}

impl Default for Place {
    fn default() -> Self {
        Self { state: State::Drafted, package: String::new(), opportunity: None, direct: None }
    }
}

impl Place {
    async fn of_opportunity(setting: &Setting, state: State, id: String) -> Self {
        let shown = setting.broker().await.get(&format!("/api/opportunities/{id}")).await.ok();
        let package = text(&shown["officers"]["package_id"]);
        Self { state, package, opportunity: Some(id), direct: None }
    }

    /// Tries a verb by somebody whose role allows it, with a form that has nothing wrong; nothing where there is
    /// nothing to address.
    async fn attempt(&self, setting: &Setting, verb: Verb) -> Option<Reply> {
        let package = |rest: &str| format!("/api/packages/{}{rest}", self.package);
        let opportunity =
            |rest: &str| self.opportunity.as_ref().map(|id| format!("/api/opportunities/{id}/{rest}"));
        let direct = |rest: &str| self.direct.as_ref().map(|id| format!("/api/direct-awards/{id}/{rest}"));
        let (broker, director) = (setting.broker().await, setting.director().await);
        let reason = json!({"reason": "For the test."});
        Some(match verb {
            Verb::Revise => {
                let form = setting.package_form().await.to_string();
                let key = new_key();
                let headers = [("idempotency-key", key.as_str()), ("if-match", "\"1\"")];
                broker.send(Method::PUT, &package(""), Some(form), &headers).await
            }
            Verb::Advertise => {
                let closes_at = setting.now().plus_seconds(4 * 3600);
                broker.post(&package("/publish"), json!({"closes_at": closes_at})).await
            }
            Verb::Withdraw => broker.post(&opportunity("withdraw")?, reason).await,
            Verb::Recommend => {
                let form = json!({"bid_id": BidId::new(), "shortlist": [], "reason": "Right."});
                setting.lead_commissioner().await.post(&opportunity("recommend")?, form).await
            }
            Verb::Approve => director.post(&opportunity("approve")?, reason).await,
            Verb::Return => director.post(&opportunity("return")?, reason).await,
            Verb::Decline => director.post(&opportunity("decline")?, reason).await,
            Verb::Challenge => setting.procurement().await.post(&opportunity("challenge")?, reason).await,
            Verb::LiftChallenge => {
                setting.procurement().await.post(&opportunity("lift-challenge")?, reason).await
            }
            // The clock's.
            Verb::UpholdChallenge => {
                setting.procurement().await.post(&opportunity("uphold-challenge")?, reason).await
            }
            // The clock's.
            Verb::Enter => return None,
            Verb::ProposeChoice | Verb::ProposeUrgent => {
                let route = if verb == Verb::ProposeUrgent { "urgent" } else { "user_choice" };
                let form = proposal(setting, &self.package, "Acorn Example Care", route).await;
                broker.post(&package("/direct-award"), form).await
            }
            Verb::ApproveDirect => director.post(&direct("approve")?, reason).await,
            Verb::ReturnDirect => director.post(&direct("return")?, reason).await,
            Verb::Review => {
                let form = json!({"outcome": "confirmed", "reason": "Right."});
                director.post(&direct("review")?, form).await
            }
            Verb::RecordDirectPayment => {
                let form = json!({"provider_off_list": false, "reason": "They employ somebody."});
                broker.post(&package("/direct-payment"), form).await
            }
        })
    }
}

/// An award whose standstill runs.
async fn awarded_now(setting: &Setting, acorn: &Person, birch: &Person) -> String {
    let id = setting.priced(&[(acorn, "13.60", "78.00", "4"), (birch, "14.00", "80.00", "4")]).await;
    recommended_in_place(setting, &id, 0).await.ok();
    let path = format!("/api/opportunities/{id}/approve");
    setting.second_commissioner().await.post(&path, json!({"reason": "Yes."})).await.ok();
    id
}
