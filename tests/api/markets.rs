//! Markets are set up from their definition files, and changed as far as their regimes allow.

use crate::{on_both, setting::*};
use fairlot::{
    actions::{Failure, market},
    domain::market::read,
};
use reqwest::Method;
use serde_json::{Value, json};

fn path_of(market: &Value) -> String {
    format!("/api/markets/{}/membership", market["id"].as_str().expect("an id"))
}

on_both! {
    async fn anybody_reads_who_is_in_and_how_long_deciding_takes_as_far_as_the_regime_publishes_it(setting: Setting) {
        setting.market(DAY_OPPORTUNITIES).await;
        setting.market(&SUPPORTED_LIVING.replace("regime = \"pcr_ltr_dps\"", "regime = \"pa23_dynamic_market\"")).await;
        let page = setting.market_page("Supported Living").await;
        let path = path_of(&page);
        let procurement = setting.procurement().await;
        for (place, days) in [0, 1, 2, 3, 4].into_iter().enumerate() {
            let provider = setting.provider(&format!("Number {place} Example Care")).await;
            let applied = setting.applied(&provider, "Supported Living").await;
            setting.wind_minutes(days * 24 * 60);
            let verb = if place == 1 { "refuse" } else { "admit" };
            let decision = format!("/api/enrolments/{}/{verb}", applied["id"].as_str().expect("an id"));
            setting.signed_in_again(&procurement).post(&decision, json!({"reasons": "So."})).await.ok();
            if place == 3 {
                let shown = setting.nobody().get(&path).await.ok();
                assert_eq!((&shown["decided"], &shown["times"]), (&json!(4), &Value::Null));
            }
        }
        let reply = setting.nobody().get(&path).await;
        assert_eq!(reply.headers.get("cache-control").expect("a header"), "public, max-age=60");
        let shown = reply.ok();
        assert_eq!(shown["decided"], 5);
        // Monday 7 December 2026 and after: 0, 1, 2, then Thursday to Sunday is 1, and Sunday to Thursday 4.
        assert_eq!(shown["times"], json!({"median_working_days": 1, "ninetieth_working_days": 4}));
        assert_eq!(shown["categories"][0]["count"], 4);
        assert_eq!(shown["published"], true);
        let names = ["Number 0", "Number 2", "Number 3", "Number 4"].map(|name| format!("{name} Example Care"));
        assert_eq!(shown["categories"][0]["names"], json!(names));
        // A dynamic purchasing system names nobody.
        let page = setting.market_page("Community Based Day Opportunities").await;
        setting.admitted("Birch Example Care", "Community Based Day Opportunities").await;
        let unnamed = setting.nobody().get(&path_of(&page)).await.ok();
        assert_eq!((&unnamed["published"], &unnamed["categories"][0]["count"]), (&json!(false), &json!(1)));
        assert_eq!(unnamed["categories"][0]["names"], json!([]));
        // What keeps a member from new work is nobody else's business: it is a member all the same.
        let list = setting.signed_in_again(&procurement).get("/api/enrolments?standing=admitted").await.ok();
        let id = Setting::items(&list)[0]["id"].as_str().expect("an id").to_owned();
        let stop = json!({"reason": "No manager.", "review_on": "2027-01-04"});
        setting.signed_in_again(&procurement).post(&format!("/api/enrolments/{id}/no-new-work"), stop).await.ok();
        let after = setting.nobody().get(&path).await.ok();
        assert_eq!(after["categories"], shown["categories"]);
        // A year later those requests are told of no more.
        setting.wind_minutes(366 * 24 * 60);
        assert_eq!(setting.nobody().get(&path).await.ok()["decided"], 0);
    }

    async fn importing_again_changes_nothing(setting: Setting) {
        let definition = setting.market(SUPPORTED_LIVING).await;
        let before = setting.market_page("Supported Living").await;
        assert_eq!(market::import(&setting.app, &definition).await.expect("imported"), market::Imported::Nothing);
        assert_eq!(setting.market_page("Supported Living").await, before);
    }

    async fn an_allowed_change_is_made_said_and_kept_in_the_history(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let changed = SUPPORTED_LIVING.replace("bidding_window_hours_min = 4", "bidding_window_hours_min = 24");
        let definition = read(&changed).expect("no mistake");
        let imported = market::import(&setting.app, &definition).await.expect("imported");
        let market::Imported::Changed(words) = imported else { panic!("{imported:?}") };
        assert_eq!(words.len(), 1, "{words:?}");
        let page = setting.market_page("Supported Living").await;
        assert_eq!(page["bidding_window_hours_min"], 24);
        let history = setting.broker().await.get(&format!("/api/history/market/{}", page["id"].as_str().expect("an id"))).await.ok();
        assert_eq!(Setting::items(&history).len(), 2);
    }

    async fn a_change_that_the_regime_forbids_is_refused_with_the_rule(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let before = setting.market_page("Supported Living").await;
        let changed = SUPPORTED_LIVING.replace("regime = \"pcr_ltr_dps\"", "regime = \"pa23_dynamic_market\"");
        let definition = read(&changed).expect("no mistake");
        match market::import(&setting.app, &definition).await {
            Err(Failure::Refused(refusal)) => assert_eq!(refusal.code.as_str(), "regime_forbids"),
            other => panic!("{other:?}"),
        }
        assert_eq!(setting.market_page("Supported Living").await, before);
    }

    async fn both_markets_are_public_with_their_terms_and_the_chain_they_rest_on(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        setting.market(DAY_OPPORTUNITIES).await;
        let living = setting.market_page("Supported Living").await;
        assert_eq!((&living["regime"], &living["stage"]), (&"pcr_ltr_dps".into(), &"open".into()));
        assert_eq!(living["spend_cap_yearly"], "22000000.00");
        assert_eq!(living["categories"][0]["lines"][0]["reference_low"], "13.60");
        assert!(living["decisions"].to_string().contains("2019-05-15"));
        let limits: Vec<_> = living["delegations"].as_array().expect("a list").iter().map(|d| d["limit_yearly"].clone()).collect();
        assert!(limits.contains(&"150000.00".into()) && limits.contains(&"75000.00".into()), "{limits:?}");
        assert!(living["posts"].as_array().expect("a list").iter().any(|p| p["vacant"] == true) || setting.market_page("Community Based Day Opportunities").await["posts"].as_array().expect("a list").iter().any(|p| p["vacant"] == true));
        // Nobody's name or address is public, but for whom to ask.
        let mut told = living.clone();
        assert!(told["questions_to"].take().as_str().expect("whom to ask").contains('@'));
        assert!(!told.to_string().contains('@'));
    }

    async fn a_list_comes_in_parts_with_a_link_to_the_next(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        for name in ["Acorn", "Birch", "Cedar"] {
            let provider = setting.provider(&format!("{name} Example Care")).await;
            setting.applied(&provider, "Supported Living").await;
        }
        let officer = setting.procurement().await;
        let first = officer.get("/api/enrolments?page_size=2").await;
        let link = first.headers.get("link").expect("a link").to_str().expect("text").to_owned();
        let first = first.ok();
        assert_eq!(Setting::items(&first).len(), 2);
        let next = link.split(['<', '>']).nth(1).expect("an address");
        let second = officer.get(next).await.ok();
        assert_eq!((Setting::items(&second).len(), second["next"].is_null()), (1, true));
        assert_ne!(first["items"][1]["id"], second["items"][0]["id"]);
        officer.get("/api/enrolments?page_size=101").await.refused(422, "invalid_field");
        officer.get("/api/enrolments?colour=red").await.refused(400, "unknown_field");
        officer.send(Method::GET, "/api/nothing-here", None, &[]).await.refused(404, "not_found");
    }
}
