//! Several authorities in one market: each buys for its own people, with its own money, under its own scheme of
//! delegation.

use crate::{disclosure::elsewhere, on_both, setting::*, wordings::said};
use entity::vocabulary::*;
use fairlot::domain::market::read;
use serde_json::{Value, json};

/// Supported Living with a partner, whose members approved so much. Nottingham City's sum (Commissioning and
/// Procurement Executive Committee, 10 March 2020, item 53), for a period that is running.
fn with_partner() -> String {
    format!(
        "{SUPPORTED_LIVING}\n[[partners]]\nslug = \"city\"\nname = \"Example City Council\"\ncolour = \"#123456\"\n\
         [[decisions]]\nslug = \"committee\"\nauthority = \"city\"\nbody = \"Executive Committee\"\n\
         taken_on = 2020-03-10\ntitle = \"Placements\"\nreference = \"Item 53\"\n\
         [[budgets]]\nslug = \"city\"\ntitle = \"The City's placements\"\nauthority = \"city\"\nfrom = 2026-04-01\n\
         to = 2030-03-31\ncap = \"2284000.00\"\nguide_yearly = \"571000.00\"\ndecision = \"committee\"\n"
    )
}

/// An officer of the partner.
async fn of_city(setting: &Setting, who: &str, role: OfficerRole) -> Person {
    setting.officer_of("city", &format!("{who}@city.example"), &[role]).await
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// The partner's procurement officer enters its own scheme: its committee to its director, up to £75,000 a year. The
/// director's account.
async fn own_scheme(setting: &Setting, market: &str) -> Person {
    let officer = of_city(setting, "procurement", OfficerRole::Procurement).await;
    let director = of_city(setting, "director", OfficerRole::Commissioner).await;
    let at = |what: &str| format!("/api/markets/{market}/scheme/{what}");
    let scheme = officer.get(&format!("/api/markets/{market}/scheme")).await.ok();
    assert_eq!(scheme["authority_name"], "Example City Council");
    assert_eq!(scheme["posts"], json!([]), "another's posts are not there");
    let decisions = scheme["decisions"].as_array().expect("decisions");
    assert_eq!(decisions.iter().map(|d| text(&d["body"])).collect::<Vec<_>>(), ["Executive Committee"]);
    // The same title as one of the market's own authority's: another post.
    let post = json!({"title": "Director for Health and Care", "reason": "Ours."});
    let post = officer.post(&at("posts"), post).await.ok();
    let delegation = json!({
        "from_decision_id": decisions[0]["id"], "to_post_id": post["id"], "limit_yearly": "75000.00",
        "valid_from": "2026-12-07", "reason": "Item 53.",
    });
    officer.post(&at("delegations"), delegation).await.ok();
    let tenure = json!({
        "post_id": post["id"], "account_id": director.account_id, "tenure": "substantive", "from": "2026-12-07",
        "reason": "Appointed.",
    });
    officer.post(&at("holders"), tenure).await.ok();
    director
}

/// The partner's officers take one bid all the way to a recommendation: the opportunity's id.
async fn recommended(setting: &Setting, bidder: &Person) -> String {
    let broker = of_city(setting, "broker", OfficerRole::Broker).await;
    let package = broker.post("/api/packages", setting.package_form().await).await.ok();
    let path = format!("/api/packages/{}/publish", text(&package["id"]));
    let closes_at = setting.now().plus_seconds(4 * 3600);
    let id = text(&broker.post(&path, json!({"closes_at": closes_at})).await.ok()["id"]);
    let offer = setting.offer("13.60", "78.00").await;
    bidder.post(&format!("/api/opportunities/{id}/bid"), offer).await.ok();
    setting.wind_minutes(4 * 60);
    let commissioner = of_city(setting, "commissioner", OfficerRole::Commissioner).await;
    let evaluators = [
        of_city(setting, "first", OfficerRole::Evaluator).await,
        of_city(setting, "second", OfficerRole::Evaluator).await,
    ];
    for evaluator in &evaluators {
        setting.declared(evaluator, &id).await;
        setting.marked(evaluator, &id, bidder, "4").await;
        setting.finished(evaluator, &id).await;
    }
    setting.declared(&commissioner, &id).await;
    commissioner.post(&format!("/api/opportunities/{id}/open-prices"), json!({})).await.ok();
    let ranking = commissioner.get(&format!("/api/opportunities/{id}/ranking")).await.ok();
    let first = &ranking["result"]["bids"][0]["bid_id"];
    let form = json!({"bid_id": first, "shortlist": [first], "reason": "Ranked first."});
    commissioner.post(&format!("/api/opportunities/{id}/recommend"), form).await.ok();
    id
}

on_both! {
    async fn a_partner_buys_for_its_own_people_with_its_own_money_on_its_own_authority(setting: Setting) {
        setting.market(&with_partner()).await;
        let page = setting.market_page("Supported Living").await;
        assert_eq!(page["partners"], json!(["Example City Council"]));
        let market = text(&page["id"]);
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let director = own_scheme(&setting, &market).await;
        let id = recommended(&setting, &acorn).await;
        let path = format!("/api/opportunities/{id}");
        // It is the partner's alone: the market's own authority finds nothing, and its posts empower nobody here.
        setting.broker().await.get(&path).await.refused(404, "not_found");
        let reason = json!({"reason": "Yes."});
        let lead = setting.second_commissioner().await;
        lead.post(&format!("{path}/approve"), reason.clone()).await.refused(404, "not_found");
        let commissioner = of_city(&setting, "commissioner", OfficerRole::Commissioner).await;
        let ranking = commissioner.get(&format!("{path}/ranking")).await.ok();
        let can: Vec<_> = ranking["approvers"].as_array().expect("approvers").iter()
            .map(|a| (text(&a["post_title"]), a["can"].clone())).collect();
        assert_eq!(can, [("Director for Health and Care".to_owned(), json!(true))]);
        assert_eq!(ranking["budget"]["cap"], "2284000.00");
        let wanted = setting.letters_owed(&[LetterKind::ApprovalWanted]).await;
        assert_eq!(wanted, [(LetterKind::ApprovalWanted, director.account_id)]);
        let contract = director.post(&format!("{path}/approve"), reason).await.ok();
        let chain = contract["rests_on"].to_string();
        assert!(chain.contains("Executive Committee") && !chain.contains("Cabinet"), "{chain}");
        // Its cost is of the partner's sum, and of nobody else's.
        let budget = format!("/api/markets/{market}/budget");
        let own = commissioner.get(&budget).await.ok();
        assert_eq!(own["budgets"].as_array().expect("budgets").len(), 1);
        assert_eq!((&own["budgets"][0]["committed"], &own["budgets"][0]["contracts_count"]), (&json!("106288.00"), &json!(1)));
        let all = lead.get(&budget).await.ok();
        let of = |title: &str| all["budgets"].as_array().expect("budgets").iter().find(|b| b["title"] == title).cloned();
        assert_eq!(of("Spend that members approved").expect("a budget")["committed"], "0.00");
        assert_eq!(of("The City's placements").expect("a budget")["committed"], "106288.00");
        assert!(Setting::items(&lead.get("/api/contracts").await.ok()).is_empty());
        assert_eq!(Setting::items(&commissioner.get("/api/contracts").await.ok()).len(), 1);
        // What is written about it comes from whoever bought.
        let letter = said(&setting, LetterKind::AwardWon, 0).await;
        let words = letter.words.expect("what it says").to_string();
        assert!(words.contains("Example City Council") && !words.contains("Staffordshire County Council"), "{words}");
    }

    async fn who_is_no_partner_finds_no_market_to_buy_in(setting: Setting) {
        setting.market(&with_partner()).await;
        setting.market(&elsewhere()).await;
        let stranger = setting.officer_of("elsewhere", "broker@elsewhere.example", &[OfficerRole::Broker, OfficerRole::Procurement]).await;
        let form = setting.package_form().await;
        let refusal = stranger.post("/api/packages", form).await.refused(404, "not_found");
        assert_eq!(refusal["field"], "category_id");
        let market = text(&setting.market_page("Supported Living").await["id"]);
        for path in ["scheme", "budget"] {
            stranger.get(&format!("/api/markets/{market}/{path}")).await.refused(404, "not_found");
        }
    }
}

#[test]
fn a_partner_s_decisions_empower_its_own_posts_and_bear_its_own_budget() {
    let faults = |text: &str| match read(text) {
        Ok(_) => Vec::new(),
        Err(mistakes) => mistakes.into_iter().map(|m| m.to_string()).collect::<Vec<_>>(),
    };
    assert_eq!(faults(&with_partner()), Vec::<String>::new());
    let whose = with_partner().replace("authority = \"city\"\nbody", "authority = \"town\"\nbody");
    assert!(faults(&whose).iter().any(|m| m.contains("none of the partners")), "{:?}", faults(&whose));
    let borne = with_partner().replace("decision = \"committee\"", "decision = \"cabinet-2019-05-15\"");
    assert!(
        faults(&borne).iter().any(|m| m.contains("members of another authority")),
        "{:?}",
        faults(&borne)
    );
    let handed = with_partner().replacen("from = \"cabinet-2019-05-15\"", "from = \"committee\"", 1);
    assert!(
        faults(&handed).iter().any(|m| m.contains("a decision of a partner's members")),
        "{:?}",
        faults(&handed)
    );
}
