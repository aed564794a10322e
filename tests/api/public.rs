//! What anybody may read, signed out: nothing in it says who a person is, where they live or what they need.

use crate::{on_both, setting::*};
use entity::vocabulary::*;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;

/// A page as text.
async fn page(setting: &Setting, path: &str) -> String {
    let reply = setting.nobody().get(path).await;
    assert_eq!(reply.headers["content-type"], "text/html; charset=utf-8", "{path}");
    assert_eq!(reply.headers["cache-control"], "public, max-age=60", "{path}");
    let text = reply.ok().as_str().expect("text").to_owned();
    assert!(text.starts_with("<!DOCTYPE html>") && !text.contains("<script"), "{path}");
    text
}

on_both! {
    async fn the_public_pages_hold_nothing_of_the_person(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let birch = setting.admitted("Birch Example Care", "Supported Living").await;
        let mut form = setting.package_form().await;
        form["person_reference"] = json!("CASE-PRIVATE-77");
        form["title"] = json!("Support with an unusual title");
        form["needs"] = json!("Help with planting tulips and going out.");
        form["preference"] = json!("Would like to stay near the canal.");
        let id = setting.priced_as(form, &[(&acorn, "13.60", "78.00", "4"), (&birch, "14.75", "87.00", "3")]).await;
        setting.recommended(&id).await;
        let empty = page(&setting, "/public/contracts").await;
        assert!(empty.contains("There is no contract yet"), "{empty}");
        let form = json!({"reason": "Because of a private reason."});
        setting.second_commissioner().await.post(&format!("/api/opportunities/{id}/approve"), form).await.ok();
        let contracts = page(&setting, "/public/contracts").await;
        for words in ["Acorn Example Care", "Staffordshire County Council: Supported Living", "January 2027", "£53,144.00", "Bids: the best bid"] {
            assert!(contracts.contains(words), "{words}: {contracts}");
        }
        let decisions = page(&setting, "/public/decisions").await;
        let at = decisions.find("/public/decisions/").expect("a link");
        let link: String = decisions[at..].chars().take_while(|c| *c != '"').collect();
        let decision = page(&setting, &link).await;
        assert!(decision.contains("2 bids were considered") && decision.contains("Acorn Example Care"), "{decision}");
        let market = setting.market_page("Supported Living").await;
        let of_market = page(&setting, &format!("/public/markets/{}", market["id"].as_str().expect("an id"))).await;
        assert!(of_market.contains("How to join") && of_market.contains("2 providers are members"), "{of_market}");
        // A long page begins with what is on it, each link leads somewhere, and it wears its council's colour and name.
        let colour = market["authority_colour"].as_str().expect("a colour");
        assert!(of_market.contains(&format!("<body style=\"--colour:{colour}\">")), "{of_market}");
        let links: Vec<&str> = of_market.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(links.len() >= 5, "{links:?}");
        for link in links {
            assert!(of_market.contains(&format!("id=\"{link}\"")), "{link}: {of_market}");
        }
        let csv = setting.nobody().get("/api/public/contracts.csv").await;
        assert_eq!(csv.headers["cache-control"], "public, max-age=60");
        let csv = csv.ok().as_str().expect("text").to_owned();
        assert!(csv.starts_with("reference,authority,market,category,provider,starts,ends,yearly_value,route\r\n"), "{csv}");
        assert!(csv.contains("Supported Living,,Acorn Example Care,2027-01,2029-01,53144.00,competed\r\n"), "{csv}");
        let home = page(&setting, "/public").await;
        let figures = page(&setting, "/public/figures").await;
        // Of one contract the kind of care is not named, in the register and in its decision.
        let category = market["categories"][0]["name"].as_str().expect("a name");
        for (path, text) in [("contracts", &contracts), ("decisions", &decisions), ("decision", &decision), ("csv", &csv), ("home", &home), ("figures", &figures)] {
            for private in ["ST16", "25-39", "25 to 39", "tulips", "canal", "unusual", "CASE-PRIVATE", "private reason", "sleep-in night", "11 January", "1125.25", "1,125.25", "lead.commissioner"] {
                assert!(!text.contains(private), "{path} says {private}");
            }
            assert!(!text.contains(&format!("<dd>{category}</dd>")) && !text.contains(&format!(", {category}")), "{path} says {category}");
        }
    }

    async fn the_register_is_searched_and_turned_over_without_javascript(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let birch = setting.admitted("Birch Example Care", "Supported Living").await;
        let approver = setting.second_commissioner().await;
        for provider in [&acorn, &birch, &birch, &birch, &birch] {
            let id = setting.priced(&[(provider, "13.60", "78.00", "4")]).await;
            setting.recommended(&id).await;
            setting.signed_in_again(&approver).post(&format!("/api/opportunities/{id}/approve"), json!({"reason": "Yes."})).await.ok();
        }
        let count = entity::contract::Entity::find().count(setting.app.database.read()).await.expect("an answer");
        assert_eq!(count, 5);
        // From five contracts on, the kind of care is named.
        let category = setting.market_page("Supported Living").await["categories"][0]["name"].as_str().expect("a name").to_owned();
        let all = page(&setting, "/public/contracts").await;
        assert_eq!(all.matches("role=\"rowheader\"").count(), 5);
        assert!(all.contains(&category), "{all}");
        let found = page(&setting, "/public/contracts?q=ACORN").await;
        assert_eq!(found.matches("role=\"rowheader\"").count(), 1);
        assert!(page(&setting, "/public/contracts?q=%25%25").await.contains("Nothing has"));
        assert!(page(&setting, "/public/contracts?q=a").await.contains("Search for 2 to 80 characters."));
        let quoted = page(&setting, "/public/contracts?q=%22%3E%3Cb%3E").await;
        assert!(!quoted.contains("\"><b>"), "{quoted}");
        let figures = page(&setting, "/public/figures").await;
        assert!(figures.contains("100.0 % of 5 awards"), "{figures}");
    }

    async fn what_is_not_public_yet_is_not_there(setting: Setting) {
        let text = SUPPORTED_LIVING.replace("bidding_window_hours_min = 4", "bidding_window_hours_min = 4\nstandstill_working_days = 8");
        setting.market(&text).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let id = setting.priced(&[(&acorn, "13.60", "78.00", "4")]).await;
        setting.recommended(&id).await;
        setting.second_commissioner().await.post(&format!("/api/opportunities/{id}/approve"), json!({"reason": "Yes."})).await.ok();
        let of = entity::award::Entity::find().one(setting.app.database.read()).await.expect("an answer").expect("an award");
        assert_eq!(of.state, AwardState::Approved);
        // The standstill runs: the bidders know, and nobody else.
        assert!(page(&setting, "/public/contracts").await.contains("There is no contract yet"));
        assert!(page(&setting, "/public/decisions").await.contains("There is no decision yet"));
        for path in [format!("/public/decisions/{}", of.id), "/public/decisions/nonsense".to_owned(), "/public/nothing".to_owned()] {
            let reply = setting.nobody().get(&path).await;
            assert_eq!(reply.status.as_u16(), 404, "{path}");
            assert!(reply.body.as_str().expect("a page").contains("Page not found"), "{path}");
        }
    }
}
