//! The board of every legal clock: what is due, by whom, and that its owner is reminded once.

use crate::{on_both, setting::*};
use entity::vocabulary::*;
use fairlot::actions::clock::remind_due;
use serde_json::{Value, json};

async fn board(person: &Person) -> Vec<Value> {
    person.get("/api/clocks").await.ok()["clocks"].as_array().expect("clocks").clone()
}

fn of_kind<'a>(clocks: &'a [Value], kind: &str) -> &'a Value {
    clocks.iter().find(|clock| clock["kind"] == kind).expect("the clock")
}

/// An award on Monday 7 December 2026.
async fn awarded(setting: &Setting) -> Value {
    let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
    let id = setting.priced(&[(&acorn, "13.60", "78.00", "4")]).await;
    setting.recommended(&id).await;
    let path = format!("/api/opportunities/{id}/approve");
    setting.second_commissioner().await.post(&path, json!({"reason": "Yes."})).await.ok()
}

fn notice(contract: &Value) -> Value {
    json!({
        "contract_ids": [contract["id"]], "published_on": "2026-12-07", "reference": "2026/S 000-000001",
        "link": "https://notices.example/1",
    })
}

on_both! {
    async fn the_board_says_what_is_due_under_which_rule_and_by_whom(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let contract = awarded(&setting).await;
        setting.app.clock.stop_at("2026-12-14T15:00:00Z".parse().expect("an instant"));
        let birch = setting.provider("Birch Example Care").await;
        setting.applied(&birch, "Supported Living").await;
        let officer = setting.procurement().await;
        let clocks = board(&officer).await;
        let wanted = of_kind(&clocks, "award_notice");
        assert_eq!((&wanted["due_on"], &wanted["state"]), (&json!("2027-01-06"), &json!("running")));
        assert_eq!(wanted["due_at"], "2027-01-07T00:00:00.000Z");
        assert!(wanted["law"].as_str().expect("law").contains("reg 75(3)"), "{wanted}");
        assert_eq!(wanted["owner"]["words"], "Procurement officers");
        assert_eq!(wanted["contracts"][0]["id"], contract["id"]);
        let request = clocks.iter().find(|c| c["kind"] == "enrolment_decision" && c["met_at"].is_null()).expect("one");
        assert_eq!((&request["due_on"], &request["provider_name"]), (&json!("2026-12-30"), &json!("Birch Example Care")));
        assert_eq!(clocks.iter().filter(|c| c["state"] == "met").count(), 1, "the admission of the other");

        // Overdue, in words; then met, late.
        setting.app.clock.stop_at("2027-01-07T00:00:00Z".parse().expect("an instant"));
        let officer = setting.signed_in_again(&officer);
        assert_eq!(of_kind(&board(&officer).await, "award_notice")["state"], "overdue");
        let mut late = notice(&contract);
        late["published_on"] = json!("2027-01-07");
        officer.post("/api/notices", late).await.ok();
        assert_eq!(of_kind(&board(&officer).await, "award_notice")["state"], "met_late");
        setting.nobody().get("/api/clocks").await.refused(401, "signed_out");
        setting.signed_in_again(&birch).get("/api/clocks").await.refused(403, "role_needed");
    }

    async fn a_published_notice_meets_its_clock_once(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let contract = awarded(&setting).await;
        let officer = setting.procurement().await;
        let commissioner = setting.lead_commissioner().await;
        commissioner.post("/api/notices", notice(&contract)).await.refused(403, "role_needed");
        let mut wrong = notice(&contract);
        wrong["contract_ids"] = json!([ContractId::new()]);
        officer.post("/api/notices", wrong).await.refused(404, "not_found");
        let mut wrong = notice(&contract);
        wrong["published_on"] = json!("2026-12-08");
        assert_eq!(officer.post("/api/notices", wrong).await.refused(422, "invalid_field")["field"], "published_on");
        let key = new_key();
        let after = officer.post_with("/api/notices", notice(&contract), &key).await.ok();
        officer.post_with("/api/notices", notice(&contract), &key).await.ok();
        let clock = of_kind(after["clocks"].as_array().expect("clocks"), "award_notice");
        assert_eq!((&clock["state"], &clock["contracts"]), (&json!("met"), &json!([])));
        officer.post("/api/notices", notice(&contract)).await.refused(409, "already_published");
        let history = officer.get(&format!("/api/history/contract/{}", contract["id"].as_str().expect("an id"))).await.ok();
        assert!(history.to_string().contains("Notice 2026/S 000-000001 published on 7 December 2026"), "{history}");

        // Another authority's officer finds neither the contract nor its clock.
        let text = DAY_OPPORTUNITIES
            .replace("slug = \"staffordshire\"", "slug = \"elsewhere\"")
            .replace("slug = \"staffordshire-day-opportunities\"", "slug = \"elsewhere-day\"");
        setting.market(&text).await;
        let other = setting.officer_of("elsewhere", "procurement@elsewhere.example", &[OfficerRole::Procurement]).await;
        other.post("/api/notices", notice(&contract)).await.refused(404, "not_found");
        assert_eq!(board(&other).await.len(), 0);
    }

    async fn awards_of_a_quarter_are_one_clock_where_the_market_groups_them(setting: Setting) {
        let text = SUPPORTED_LIVING.replace("bidding_window_hours_min = 4", "bidding_window_hours_min = 4\naward_notices = \"quarterly\"");
        setting.market(&text).await;
        awarded(&setting).await;
        let officer = setting.procurement().await;
        let clocks = board(&officer).await;
        let clock = of_kind(&clocks, "award_notice");
        assert_eq!((&clock["due_on"], &clock["reference"]), (&json!("2027-01-30"), &json!("Awards of the quarter ending 31 December 2026")));
    }

    async fn a_clock_is_given_to_an_officer_a_post_or_a_role(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        awarded(&setting).await;
        let commissioner = setting.lead_commissioner().await;
        let page = commissioner.get("/api/clocks").await.ok();
        let clock = of_kind(page["clocks"].as_array().expect("clocks"), "award_notice").clone();
        let at = format!("/api/clocks/award_notice/{}/owner", clock["id"].as_str().expect("an id"));
        for nobody in [json!({}), json!({"account_id": AccountId::new()}), json!({"post_id": PostId::new()}),
            json!({"role": "broker", "account_id": commissioner.account_id})] {
            assert_eq!(commissioner.post(&at, nobody).await.refused(422, "invalid_field")["field"], "owner");
        }
        let mine = json!({"account_id": commissioner.account_id});
        setting.broker().await.post(&at, mine.clone()).await.refused(403, "role_needed");
        let nowhere = format!("/api/clocks/award_notice/{}/owner", ContractId::new());
        commissioner.post(&nowhere, mine.clone()).await.refused(404, "not_found");
        let after = commissioner.post(&at, mine.clone()).await.ok();
        let owner = &of_kind(after["clocks"].as_array().expect("clocks"), "award_notice")["owner"];
        assert_eq!(owner["words"], "lead.commissioner@staffordshire.example");
        commissioner.post(&at, mine).await.refused(422, "invalid_field");
        let post = page["posts"].as_array().expect("posts").iter().find(|p| p["words"] == "Lead Commissioner").expect("it");
        let after = commissioner.post(&at, json!({"post_id": post["id"]})).await.ok();
        let owner = &of_kind(after["clocks"].as_array().expect("clocks"), "award_notice")["owner"];
        assert_eq!(owner["words"], "Lead Commissioner");

        // Both holders of the post are reminded, once each, when it is due within five working days.
        setting.app.clock.stop_at("2026-12-30T09:00:00Z".parse().expect("an instant"));
        assert_eq!(remind_due(&setting.app).await.expect("looked"), 1);
        assert_eq!(remind_due(&setting.app).await.expect("looked"), 0);
        let mut told: Vec<_> = setting.letters_owed(&[LetterKind::ClockDueSoon]).await.into_iter().map(|(_, to)| to).collect();
        let mut holders = vec![commissioner.account_id, setting.second_commissioner().await.account_id];
        told.sort();
        holders.sort();
        assert_eq!(told, holders);
        setting.app.clock.stop_at("2027-01-07T00:00:00Z".parse().expect("an instant"));
        assert_eq!(remind_due(&setting.app).await.expect("looked"), 1);
        assert_eq!(setting.letters_owed(&[LetterKind::ClockOverdue]).await.len(), 2);
    }

    async fn many_that_look_at_once_remind_once(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        awarded(&setting).await;
        setting.app.clock.stop_at("2027-01-04T09:00:00Z".parse().expect("an instant"));
        let looks = (0..12).map(|_| remind_due(&setting.app));
        let reminded: usize = futures_util::future::join_all(looks).await.into_iter().map(|n| n.expect("looked")).sum();
        assert_eq!(reminded, 1);
        assert_eq!(setting.letters_owed(&[LetterKind::ClockDueSoon]).await.len(), 1);
    }

    async fn a_question_about_a_price_has_a_clock_for_its_answer_and_one_for_its_decision(setting: Setting) {
        let limits = "reference_low = \"13.60\"\nfloor = \"13.60\"\nceiling = \"22.72\"";
        setting.market(&SUPPORTED_LIVING.replacen("reference_low = \"13.60\"", limits, 1)).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let id = setting.priced(&[(&acorn, "13.59", "78.00", "4")]).await;
        let commissioner = setting.lead_commissioner().await;
        let ranking = commissioner.get(&format!("/api/opportunities/{id}/ranking")).await.ok();
        let answer_by = setting.now().plus_seconds(48 * 3600);
        let question = json!({"bid_id": ranking["result"]["bids"][0]["bid_id"], "question": "Why so low?", "answer_by": answer_by});
        commissioner.post(&format!("/api/opportunities/{id}/price-question"), question).await.ok();
        let clocks = board(&commissioner).await;
        let waits = of_kind(&clocks, "price_answer");
        assert_eq!((&waits["due_at"], &waits["due_on"]), (&json!(answer_by), &Value::Null));
        assert_eq!(waits["owner"]["account_id"], json!(commissioner.account_id), "whoever asked");
        acorn.post(&format!("/api/opportunities/{id}/price-answer"), json!({"answer": "We live next door."})).await.ok();
        let clocks = board(&commissioner).await;
        assert_eq!(of_kind(&clocks, "price_decision")["due_on"], "2026-12-14");
        // What the authority arranges among itself is not the provider's to hear of.
        let clock = of_kind(&clocks, "price_decision")["id"].as_str().expect("an id").to_owned();
        commissioner.post(&format!("/api/clocks/price_decision/{clock}/owner"), json!({"role": "commissioner"})).await.ok();
        let history = acorn.get(&format!("/api/history/opportunity/{id}")).await.ok().to_string();
        assert!(!history.contains("clock_assigned"), "{history}");
    }
}
