//! The board of opportunities, sifted: the server sifts, so that nothing on a later part is missed.

use crate::{on_both, setting::*};
use serde_json::{Value, json};

/// An opportunity like package K, but for its place, its hours a week and the day it starts.
async fn published(setting: &Setting, code: &str, hours: &str, starts_on: &str) -> String {
    let mut form = setting.package_form().await;
    form["outward_code"] = code.into();
    form["quantities"][0]["quantity"] = hours.into();
    form["starts_on"] = starts_on.into();
    setting.published_as(form).await
}

/// The ids that somebody finds, all parts of the list together, and in how many parts they came.
async fn found(who: &Person, query: &str, page_size: u64) -> (Vec<String>, usize) {
    let (mut ids, mut parts, mut after) = (Vec::new(), 0, String::new());
    loop {
        let list = who.get(&format!("/api/opportunities?{query}&page_size={page_size}{after}")).await.ok();
        ids.extend(Setting::items(&list).iter().map(|one| one["id"].as_str().expect("an id").to_owned()));
        parts += 1;
        match list["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return (ids, parts),
        }
    }
}

on_both! {
    async fn each_filter_finds_its_own_and_nothing_on_a_later_part_is_missed(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let first = published(&setting, "ST16", "35", "2027-01-11").await;
        let wide = published(&setting, "WV10", "60.5", "2027-02-01").await;
        let small = published(&setting, "S1", "10", "2027-01-18").await;
        let last = published(&setting, "ST17", "20", "2027-03-01").await;
        let category = setting.market_page("Supported Living").await["categories"][0]["id"].clone();
        let category = category.as_str().expect("an id");
        let all = || vec![last.clone(), small.clone(), wide.clone(), first.clone()];
        for (query, wanted) in [
            (String::new(), all()),
            ("stage=live".to_owned(), all()),
            ("stage=closed".to_owned(), vec![]),
            ("area=ST".to_owned(), vec![last.clone(), first.clone()]),
            ("area=st16,wv".to_owned(), vec![wide.clone(), first.clone()]),
            ("area=S".to_owned(), vec![small.clone()]),
            ("hours_from=35".to_owned(), vec![wide.clone(), first.clone()]),
            ("hours_to=60".to_owned(), vec![last.clone(), small.clone(), first.clone()]),
            ("hours_from=20&hours_to=35".to_owned(), vec![last.clone(), first.clone()]),
            ("starts_from=2027-02-01".to_owned(), vec![last.clone(), wide.clone()]),
            (format!("category={category}"), all()),
            ("category=00000000-0000-0000-0000-000000000000".to_owned(), vec![]),
            (format!("area=ST&hours_to=20&category={category}"), vec![last.clone()]),
        ] {
            assert_eq!(found(&acorn, &query, 50).await.0, wanted, "{query}");
            // One at a time: a part that holds nothing of what is looked for hides nothing behind it.
            assert_eq!(found(&acorn, &query, 1).await.0, wanted, "{query}, one at a time");
        }
        assert_eq!(found(&acorn, "area=ST", 1).await.1, 2);
        // An officer's board is sifted alike, but for what providers have done.
        let broker = setting.broker().await;
        assert_eq!(found(&broker, "area=WV", 50).await.0, std::slice::from_ref(&wide));
        let refused = broker.get("/api/opportunities?state=new").await;
        assert_eq!(refused.refused(422, "invalid_field")["field"], "state");
        for (query, field) in [
            ("area=ST16%202AB", "area"),
            ("area=", "area"),
            ("hours_from=2&hours_to=1", "hours_to"),
            ("hours_from=5001", "hours_from"),
        ] {
            let refused = acorn.get(&format!("/api/opportunities?{query}")).await;
            assert_eq!(refused.refused(422, "invalid_field")["field"], field, "{query}");
        }
        let other = setting.provider("Birch Example Care").await;
        assert!(found(&other, "area=ST", 50).await.0.is_empty(), "who is not admitted finds nothing");
    }

    async fn the_own_state_of_a_provider_is_looked_for_and_is_no_others(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let birch = setting.admitted("Birch Example Care", "Supported Living").await;
        let mut ids = Vec::new();
        for _ in 0..5 {
            ids.push(setting.published().await);
        }
        let interest = async |at: usize, kind: &str, reason: Value| {
            let path = format!("/api/opportunities/{}/interest", ids[at]);
            acorn.post(&path, json!({"interest": kind, "reason": reason})).await.ok();
        };
        interest(1, "seen", Value::Null).await;
        interest(2, "cannot_bid", json!("No staff there.")).await;
        interest(3, "will_bid", Value::Null).await;
        let bid = format!("/api/opportunities/{}/bid", ids[4]);
        acorn.post(&bid, setting.offer("14.00", "78.00").await).await.ok();
        for (state, at) in [("new", 0), ("seen", 1), ("cannot_bid", 2), ("will_bid", 3), ("submitted", 4)] {
            let (found, _) = found(&acorn, &format!("stage=live&state={state}"), 1).await;
            assert_eq!(found, [ids[at].clone()], "{state}");
        }
        assert!(found(&acorn, "state=draft", 50).await.0.is_empty());
        acorn.post(&format!("{bid}/withdraw"), json!({})).await.ok();
        assert_eq!(found(&acorn, "state=withdrawn", 50).await.0, [ids[4].clone()]);
        assert_eq!(found(&birch, "state=new", 2).await.0.len(), 5, "all are new to the others");
    }

    async fn where_distances_are_known_a_provider_looks_for_what_is_near_its_bases(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let near = published(&setting, "ST16", "35", "2027-01-11").await;
        let far = published(&setting, "M1", "35", "2027-01-11").await;
        let nowhere = published(&setting, "ZE1", "35", "2027-01-11").await;
        let middle_of = async |id: &str| {
            acorn.get(&format!("/api/opportunities/{id}")).await.ok()["middle"].clone()
        };
        let within = async |km: u32| acorn.get(&format!("/api/opportunities?within_km={km}")).await;
        // Without a table nothing is different, and whoever asks for a distance is told that there is none.
        assert_eq!(middle_of(&near).await, json!(null));
        assert_eq!(within(30).await.refused(422, "invalid_field")["field"], "within_km");

        let table = "outcode,latitude,longitude\nST16,52.82,-2.12\nWV1,52.588,-2.127\nM1,53.478,-2.236\n";
        let table = fairlot::domain::area::Middles::read(table).expect("a table");
        setting.app.middles.set(table).expect("the first");
        assert_eq!(middle_of(&near).await, json!({"latitude": 52_820_000, "longitude": -2_120_000}));
        assert_eq!(middle_of(&nowhere).await, json!(null));
        // Nor is there one without a base.
        within(30).await.refused(422, "invalid_field");
        let base = json!({"name": "Wolverhampton", "outward_code": "WV1"});
        let shown = acorn.post("/api/capacity/bases", base).await.ok();
        assert_eq!(shown["bases"][0]["middle"]["latitude"], 52_588_000);
        for (km, wanted) in [(25, vec![]), (26, vec![near.clone()]), (100, vec![far.clone(), near.clone()])] {
            assert_eq!(found(&acorn, &format!("within_km={km}"), 1).await.0, wanted, "{km}");
        }
        within(0).await.refused(422, "invalid_field");
        within(501).await.refused(422, "invalid_field");
        let refused = setting.broker().await.get("/api/opportunities?within_km=30").await;
        assert_eq!(refused.refused(422, "invalid_field")["field"], "within_km");
    }
}
