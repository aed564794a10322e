//! The money that members approved: committed by year, warned of, and held, however many approve at once.

use crate::{on_both, setting::*};
use entity::vocabulary::*;
use fairlot::{
    actions::{
        self, Order,
        award::{self, NewRecommendation},
        bid, evaluation,
        evaluation::{NewDeclaration, NewMark},
        package::{self, Publication},
    },
    domain::actor::Need,
    store,
};
use futures_util::future::join_all;
use reqwest::StatusCode;
use serde_json::{Value, json};

/// Supported Living with a budget of its own in place of the yearly cap.
fn with_budget(budget: &str) -> String {
    let text = SUPPORTED_LIVING.replace("spend_cap_yearly = \"22000000.00\"\n", "");
    assert_ne!(text, SUPPORTED_LIVING);
    format!("{text}\n[[budgets]]\nslug = \"city\"\ntitle = \"Placements\"\n{budget}\n")
}

/// Nottingham City: up to £2,284,000 over four years, £571,000 a year as a guide (Commissioning and Procurement
/// Executive Committee, 10 March 2020, item 53); here for a period that is running.
const NOTTINGHAM: &str = "authority = \"staffordshire\"\nfrom = 2026-04-01\nto = 2030-03-31\ncap = \"2284000.00\"\n\
                          guide_yearly = \"571000.00\"\ndecision = \"cabinet-2019-05-15\"";

async fn budget_page(setting: &Setting, person: &Person) -> Value {
    let market = setting.market_page("Supported Living").await;
    person.get(&format!("/api/markets/{}/budget", market["id"].as_str().expect("an id"))).await.ok()
}

fn order(by: &Person, need: Need) -> Order {
    Order { by: by.account_id, need, key: new_key(), digest: String::new() }
}

/// As many recommendations that wait, each of one bid at £1,022.00 a week for 104 weeks. Made by the acts themselves:
/// they are not what is tested.
async fn recommendations(setting: &Setting, many: usize) -> Vec<OpportunityId> {
    let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
    let (broker, commissioner) = (setting.broker().await, setting.lead_commissioner().await);
    let evaluators = [setting.evaluator().await, setting.second_evaluator().await];
    let officer = |role: &'static [OfficerRole]| Need::Officer(role);
    let bidder = Need::Provider(&[ProviderRole::Administrator]);
    let app = &setting.app;
    let form = serde_json::to_value(setting.package_form().await).expect("a form");
    let offer = setting.offer("13.60", "78.00").await;
    let mut ids = Vec::new();
    for n in 0..many {
        let broker_need = officer(&[OfficerRole::Broker]);
        // Each for somebody else: what one person takes of one provider is summed.
        let mut form = form.clone();
        form["person_reference"] = serde_json::json!(format!("CASE-{n}"));
        let form = serde_json::from_value(form).expect("a form");
        let id = package::draft(app, &order(&broker, broker_need), form).await.expect("drafted");
        let publication = Publication {
            closes_at: app.clock.now().plus_seconds(4 * 3600),
            leaks_considered: None,
            ranking_round: false,
        };
        let id =
            package::publish(app, &order(&broker, broker_need), id, publication).await.expect("published");
        let offer = serde_json::from_value(offer.clone()).expect("an offer");
        bid::submit(app, &order(&acorn, bidder), id, offer).await.expect("submitted");
        ids.push(id);
    }
    setting.wind_minutes(4 * 60);
    for &id in &ids {
        let none = || NewDeclaration { interest: None };
        for evaluator in &evaluators {
            let need = officer(&[OfficerRole::Evaluator]);
            evaluation::declare(app, &order(evaluator, officer(&[])), id, none()).await.expect("declared");
            let actor =
                store::account::actor(app.database.read(), evaluator.account_id).await.expect("an answer");
            let actor = actor.expect("an officer").0;
            let page = evaluation::show(app, &actor, id).await.expect("shown");
            for criterion in &page.criteria {
                let mark = NewMark {
                    blind_id: page.bids[0].blind_id,
                    criterion_id: criterion.id.clone(),
                    mark: "4".parse().expect("a mark"),
                    reason: "Clear.".to_owned(),
                };
                evaluation::give_mark(app, &order(evaluator, need), id, mark).await.expect("marked");
            }
            evaluation::finish(app, &order(evaluator, need), id).await.expect("finished");
        }
        let need = officer(&[OfficerRole::Commissioner]);
        evaluation::declare(app, &order(&commissioner, officer(&[])), id, none()).await.expect("declared");
        evaluation::open_prices(app, &order(&commissioner, need), id).await.expect("opened");
        let bids = store::bid::every(app.database.read(), id).await.expect("an answer");
        let new = NewRecommendation {
            bid_id: bids[0].id,
            shortlist: vec![bids[0].id],
            reason: "First.".to_owned(),
            not_first_reason: None,
            preference: None,
            urgent: None,
        };
        award::recommend(app, &order(&commissioner, need), id, new).await.expect("recommended");
    }
    ids
}

async fn approve(setting: &Setting, id: OpportunityId) -> Reply {
    let path = format!("/api/opportunities/{id}/approve");
    setting.second_commissioner().await.post(&path, json!({"reason": "Yes."})).await
}

/// The form with which members' decision on a budget is recorded.
fn decided(cap: &str) -> Value {
    json!({
        "body": "Cabinet", "taken_on": "2026-12-01", "title": "More placements", "reference": "Cabinet, item 7",
        "document": "https://council.example/papers/7", "public": true, "cap": cap,
        "reason": "More people than were expected.",
    })
}

on_both! {
    async fn sixty_four_approvers_race_for_the_last_of_the_sum(setting: Setting) {
        // Each contract costs £106,288.00 in all. 23 fit; a 24th would be over by a penny.
        let cap = "authority = \"staffordshire\"\nfrom = 2026-04-01\nto = 2030-03-31\ncap = \"2550911.99\"";
        setting.market(&with_budget(cap)).await;
        let ids = recommendations(&setting, 64).await;
        let approvers = [
            setting.second_commissioner().await,
            setting.assistant_director().await,
            setting.director().await,
        ];
        let racing = ids.iter().zip(approvers.iter().cycle()).map(|(id, approver)| async move {
            approver.post(&format!("/api/opportunities/{id}/approve"), json!({"reason": "Yes."})).await
        });
        let mut made = 0;
        for reply in join_all(racing).await {
            match reply.status {
                StatusCode::CREATED => made += 1,
                _ => { reply.refused(409, "cap_exceeded"); }
            }
        }
        assert_eq!(made, 23, "none that fits is refused, and none that does not is made");
        let page = budget_page(&setting, &approvers[0]).await;
        let budget = &page["budgets"][0];
        assert_eq!((&budget["committed"], &budget["left"]), (&json!("2444624.00"), &json!("106287.99")));
        assert_eq!(budget["contracts_count"], 23);
        // What waits still is 41 times the same.
        assert_eq!(budget["waiting"], "4357808.00");
        // The years are exactly their contracts' parts.
        let market = page["market_id"].as_str().expect("an id").parse().expect("an id");
        let held = store::budget::of(setting.app.database.read(), market, None).await.expect("an answer");
        let contracts = store::budget::contracts(setting.app.database.read(), market, held[0].budget.authority_id).await;
        let rows = store::budget::commitments(setting.app.database.read(), contracts.expect("an answer").iter().map(|c| c.id)).await;
        let rows = rows.expect("an answer");
        for year in &held[0].years {
            let of = rows.iter().filter(|r| r.year_begins_on == Some(year.begins_on)).map(|r| r.amount);
            assert_eq!(fairlot::domain::budget::sum(of), year.committed);
        }
        // Each threshold was crossed by one of them, and each officer was told of it once.
        let owed = setting.letters_owed(&[LetterKind::CapWarning]).await.len();
        let history = setting.procurement().await.get(&format!("/api/history/budget/{}", budget["id"].as_str().expect("an id"))).await.ok();
        let warned = Setting::items(&history).iter().filter(|e| e["kind"] == "cap_warned").count();
        assert_eq!(warned, 2, "80 and 90 per cent; 100 is not reached: {history}");
        assert_eq!(owed, warned * 4, "three commissioners, with the assistant director, and the procurement officer");
    }

    async fn a_contract_takes_of_the_years_in_which_it_falls_and_the_page_says_so(setting: Setting) {
        setting.market(&with_budget(NOTTINGHAM)).await;
        let ids = recommendations(&setting, 2).await;
        let commissioner = setting.lead_commissioner().await;
        let ranking = commissioner.get(&format!("/api/opportunities/{}/ranking", ids[0])).await.ok();
        let effect = &ranking["budget"];
        assert_eq!(
            (&effect["cap"], &effect["committed"], &effect["this"], &effect["left_after"]),
            (&json!("2284000.00"), &json!("0.00"), &json!("106288.00"), &json!("2177712.00"))
        );
        assert_eq!((&effect["share_before"], &effect["share_after"], &effect["warning"]), (&json!(0), &json!(4), &Value::Null));
        assert_eq!((&effect["fits"], effect["each"].as_array().expect("each").len()), (&json!(true), 4));
        let contract = approve(&setting, ids[0]).await.ok();
        let after = commissioner.get(&format!("/api/opportunities/{}/ranking", ids[0])).await.ok();
        assert_eq!(after["budget"], Value::Null, "nothing waits");
        let part = |n: usize| (contract["budget"]["parts"][n]["begins_on"].clone(), contract["budget"]["parts"][n]["amount"].clone());
        assert_eq!(part(0), (json!("2027-01-11"), json!("11680.00")));
        assert_eq!(part(1), (json!("2027-04-01"), json!("53436.00")));
        assert_eq!(part(2), (json!("2028-04-01"), json!("41172.00")));
        assert_eq!(contract["budget"]["outside"], "0.00");
        let page = budget_page(&setting, &commissioner).await;
        let budget = &page["budgets"][0];
        assert_eq!((&budget["cap"], &budget["committed"], &budget["waiting"]), (&json!("2284000.00"), &json!("106288.00"), &json!("106288.00")));
        let years = budget["years"].as_array().expect("years");
        assert_eq!(years.len(), 4);
        assert_eq!((&years[1]["committed"], &years[1]["guide"], &years[1]["left"]), (&json!("53436.00"), &json!("571000.00"), &json!("517564.00")));
        // After the initial term ends, on 7 January 2029, 83 days of that year and all of the next are free.
        assert_eq!((&years[2]["released"], &years[3]["released"]), (&json!("12118.00"), &json!("53290.00")));
        assert_eq!((&budget["decisions"][0]["body"], &budget["set_by"]), (&json!("Cabinet"), &json!("Cabinet")));
        assert_eq!(budget["contracts"][0]["reference"], contract["reference"]);
        assert_eq!(budget["can_record"], false);

        // For officers of the authority alone.
        let id = page["market_id"].as_str().expect("an id");
        let path = format!("/api/markets/{id}/budget");
        let acorn = contract["provider_name"].as_str().expect("a name").to_owned();
        assert_eq!(acorn, "Acorn Example Care");
        setting.nobody().get(&path).await.refused(401, "signed_out");
        let birch = setting.provider("Birch Example Care").await;
        birch.get(&path).await.refused(403, "role_needed");
    }

    async fn an_approval_past_the_cap_is_refused_until_the_body_that_set_it_raises_it(setting: Setting) {
        let cap = "authority = \"staffordshire\"\nfrom = 2026-04-01\nto = 2030-03-31\ncap = \"106288.00\"\n\
                   decision = \"cabinet-2019-05-15\"";
        let text = with_budget(cap);
        setting.market(&text).await;
        let ids = recommendations(&setting, 2).await;
        approve(&setting, ids[0]).await.ok();
        let refusal = approve(&setting, ids[1]).await.refused(409, "cap_exceeded");
        for figure in ["£106,288.00 over the whole period", "£106,288.00 more"] {
            assert!(refusal["detail"].as_str().expect("words").contains(figure), "{refusal}");
        }
        let director = setting.director().await;
        let path = format!("/api/opportunities/{}/approve", ids[1]);
        director.post(&path, json!({"reason": "I am the Director."})).await.refused(409, "cap_exceeded");
        let waiting = setting.second_commissioner().await.get("/api/approvals").await.ok();
        assert_eq!(waiting[0]["budget"]["fits"], false);

        let procurement = setting.procurement().await;
        let page = budget_page(&setting, &procurement).await;
        assert_eq!(page["budgets"][0]["can_record"], true);
        let id = page["budgets"][0]["id"].as_str().expect("an id").to_owned();
        let at = format!("/api/budgets/{id}/cap");
        setting.lead_commissioner().await.post(&at, decided("300000.00")).await.refused(403, "role_needed");
        let mut other = decided("300000.00");
        other["body"] = json!("Full Council");
        assert_eq!(procurement.post(&at, other).await.refused(422, "wrong_body")["field"], "body");
        let refusal = procurement.post(&at, decided("106287.99")).await.refused(409, "cap_below_committed");
        assert_eq!(refusal["field"], "cap");
        let nowhere = format!("/api/budgets/{}/cap", BudgetId::new());
        procurement.post(&nowhere, decided("300000.00")).await.refused(404, "not_found");
        let key = new_key();
        let raised = procurement.post_with(&at, decided("212576.00"), &key).await.ok();
        procurement.post_with(&at, decided("212576.00"), &key).await.ok();
        let budget = &raised["budgets"][0];
        assert_eq!((&budget["cap"], budget["decisions"].as_array().expect("decisions").len()), (&json!("212576.00"), 2));
        assert_eq!(budget["decisions"][0]["reference"], "Cabinet, item 7");
        approve(&setting, ids[1]).await.ok();

        // The definition again, with something else changed, leaves what members decided since; lower than what is
        // committed it is refused.
        let again = text.replace("bidding_window_hours_min = 4", "bidding_window_hours_min = 5");
        setting.market(&again).await;
        assert_eq!(budget_page(&setting, &procurement).await["budgets"][0]["cap"], "212576.00");
        let lower = fairlot::domain::market::read(&again.replace("cap = \"106288.00\"", "cap = \"100000.00\""));
        let refused = actions::market::import(&setting.app, &lower.expect("no mistake")).await.expect_err("refused");
        assert!(refused.to_string().contains("£212,576.00 is committed"), "{refused}");
    }

    async fn what_is_reached_is_told_once_to_commissioners_and_procurement_officers(setting: Setting) {
        // A yearly guide is warned about and does not hold: £53,436.00 falls into 2027/28.
        let cap = "authority = \"staffordshire\"\nfrom = 2026-04-01\nto = 2030-03-31\ncap = \"500000.00\"\n\
                   guide_yearly = \"60000.00\"";
        setting.market(&with_budget(cap)).await;
        let officers = [
            setting.lead_commissioner().await, setting.second_commissioner().await, setting.procurement().await,
        ];
        setting.broker().await;
        let ids = recommendations(&setting, 3).await;
        for (id, letters) in ids.iter().zip([1, 3, 3]) {
            approve(&setting, *id).await.ok();
            let mut told = setting.letters_owed(&[LetterKind::CapWarning]).await;
            assert_eq!(told.len(), letters * officers.len());
            told.retain(|(_, to)| officers.iter().all(|o| o.account_id != *to));
            assert!(told.is_empty());
        }
        let page = budget_page(&setting, &officers[0]).await;
        let warnings = page["budgets"][0]["warnings"].as_array().expect("warnings");
        assert_eq!(warnings.len(), 2);
        assert_eq!(warnings[0], "100 % of the guide of £60,000.00 for 1 April 2027 to 31 March 2028 is committed.");
    }

    async fn a_partner_has_a_budget_of_its_own_and_sees_that_alone(setting: Setting) {
        let text = format!(
            "{}\n[[budgets]]\nslug = \"county\"\ntitle = \"County\"\nauthority = \"county\"\nfrom = 2026-04-01\n\
             cap_yearly = \"1000.00\"\n[[partners]]\nslug = \"county\"\nname = \"Example County Council\"\n\
             colour = \"#123456\"\n",
            with_budget(NOTTINGHAM)
        );
        setting.market(&text).await;
        let partner = setting.officer_of("county", "procurement@county.example", &[OfficerRole::Procurement]).await;
        let seen = budget_page(&setting, &partner).await;
        assert_eq!(seen["budgets"].as_array().expect("budgets").len(), 1);
        assert_eq!((&seen["budgets"][0]["title"], &seen["budgets"][0]["can_record"]), (&json!("County"), &json!(true)));
        let own = budget_page(&setting, &setting.procurement().await).await;
        assert_eq!(own["budgets"].as_array().expect("budgets").len(), 2);
        // Another's budget is not there to be changed, nor its history to be read.
        let theirs = own["budgets"][0]["id"].as_str().expect("an id");
        partner.post(&format!("/api/budgets/{theirs}/cap"), decided("9")).await.refused(404, "not_found");
        partner.get(&format!("/api/history/budget/{theirs}")).await.refused(404, "not_found");
        let mine = seen["budgets"][0]["id"].as_str().expect("an id");
        partner.get(&format!("/api/history/budget/{mine}")).await.ok();
    }

    async fn a_budget_for_the_years_after_takes_up_what_outlives_the_one_before(setting: Setting) {
        let cap = |to: &str| format!("authority = \"staffordshire\"\nfrom = 2026-04-01\nto = {to}\ncap = \"500000.00\"");
        let text = with_budget(&cap("2028-03-31"));
        setting.market(&text).await;
        let ids = recommendations(&setting, 1).await;
        let contract = approve(&setting, ids[0]).await.ok();
        assert_eq!(contract["budget"]["outside"], "41172.00");
        let next = |cap: &str| format!(
            "{text}\n[[budgets]]\nslug = \"next\"\ntitle = \"Next\"\nauthority = \"staffordshire\"\nfrom = 2028-04-01\n\
             to = 2032-03-31\ncap = \"{cap}\"\n"
        );
        let small = fairlot::domain::market::read(&next("41171.99")).expect("no mistake");
        actions::market::import(&setting.app, &small).await.expect_err("below what is committed");
        setting.market(&next("41172.00")).await;
        let officer = setting.procurement().await;
        let path = format!("/api/contracts/{}", contract["id"].as_str().expect("an id"));
        let after = officer.get(&path).await.ok();
        assert_eq!((&after["budget"]["outside"], &after["budget"]["parts"][2]["budget"]), (&json!("0.00"), &json!("Next")));
        let page = budget_page(&setting, &officer).await;
        assert_eq!(page["budgets"][1]["committed"], "41172.00");
    }
}
