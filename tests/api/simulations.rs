//! What else the same bids could have come to, and what another way of scoring would have chosen.

use crate::{on_both, setting::*};
use entity::vocabulary::OfficerRole;
use serde_json::{Value, json};

/// Package K under the terms of Supported Living, with prices open: the opportunity. A is first by the band.
async fn package_k(setting: &Setting) -> String {
    setting.market(SUPPORTED_LIVING).await;
    let a = setting.admitted("A Example Care", "Supported Living").await;
    let b = setting.admitted("B Example Care", "Supported Living").await;
    let c = setting.admitted("C Example Care", "Supported Living").await;
    setting
        .priced(&[
            (&a, "13.60", "78.00", "3.2"),
            (&b, "14.75", "87.00", "4.4"),
            (&c, "14.10", "80.00", "4.0"),
        ])
        .await
}

fn lowest_relative(quality: &str, price: &str) -> Value {
    json!({
        "quality_weight": quality, "price_weight": price, "formula": {"name": "lowest_relative"}, "replay": true,
    })
}

async fn market_id(setting: &Setting) -> String {
    setting.market_page("Supported Living").await["id"].as_str().expect("an id").to_owned()
}

/// The category's criteria, all marked alike.
async fn marks(setting: &Setting, mark: &str) -> Value {
    let market = setting.market_page("Supported Living").await;
    let criteria = market["categories"][0]["criteria"].as_array().expect("criteria").clone();
    let all = criteria.iter().map(|c| (c["id"].as_str().expect("an id").to_owned(), json!(mark)));
    Value::Object(all.collect())
}

on_both! {
    async fn the_ranking_shows_what_each_price_stands_against(setting: Setting) {
        let id = package_k(&setting).await;
        let commissioner = setting.lead_commissioner().await;
        let ranking = commissioner.get(&format!("/api/opportunities/{id}/ranking")).await.ok();
        let first = &ranking["result"]["bids"][0];
        assert_eq!(first["provider_name"], "A Example Care");
        let hour = &first["price_terms"][0];
        assert_eq!(
            [&hour["rate"], &hour["quantity"], &hour["weekly_price"], &hour["reference_low"], &hour["reference_high"]],
            [&json!("13.60"), &json!("35"), &json!("476.00"), &json!("13.60"), &json!("14.75")]
        );
        assert_eq!(hour["others"], json!({"lowest": "14.10", "median": "14.425", "highest": "14.75"}));
        assert_eq!(
            first["other_weekly_prices"],
            json!({"lowest": "1053.50", "median": "1089.375", "highest": "1125.25"})
        );
        assert_eq!(ranking["weekly_limits"]["reference_low"], "1022.00");
        let sum: f64 = first["quality_terms"].as_array().expect("terms").iter()
            .map(|term| term["score"].as_str().expect("a score").parse::<f64>().expect("a number")).sum();
        assert!((sum - 38.4).abs() < 0.000_1, "every term of the quality is there: {sum}");
        assert_eq!(first["quality"], "38.4000");
    }

    async fn what_if_tells_who_is_first_until_where_and_by_which_formula(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let early = setting.published().await;
        let commissioner = setting.lead_commissioner().await;
        let at = |id: &str| format!("/api/opportunities/{id}/what-if");
        commissioner.get(&at(&early)).await.refused(409, "bids_are_sealed");
        let id = package_k(&setting).await;
        let told = commissioner.get(&at(&id)).await.ok();
        assert_eq!(told["first"], json!(["A Example Care"]));
        let words = told["weights_words"].as_str().expect("words");
        assert!(words.starts_with("A Example Care is first until quality weighs "), "{words}");
        assert!(words.contains("; then B Example Care"), "{words}");
        let formulas = told["formulas"].as_array().expect("formulas");
        assert_eq!(formulas.len(), 8);
        let by = |name: &str| formulas.iter().find(|f| f["formula"] == name).expect("a formula").clone();
        assert_eq!(by("band")["own"], true);
        assert_eq!((&by("lowest_relative")["first"], &by("lowest_relative")["changes"]), (&json!(["B Example Care"]), &json!(true)));
        assert!(by("ranked_list")["why_not"].as_str().expect("words").contains("standing order"));
        assert_eq!(by("benchmark")["why_not"], Value::Null, "the benchmark comes from the reference rates");
        // The same people as the ranking.
        let broker = setting.broker().await;
        broker.get(&at(&id)).await.refused(403, "role_needed");
        let conflicted = setting.second_commissioner().await;
        conflicted.post(&format!("/api/opportunities/{id}/declaration"), json!({"interest": "Shares."})).await.ok();
        conflicted.get(&at(&id)).await.refused(403, "interest_declared");
    }

    async fn closed_opportunities_are_replayed_under_other_weights(setting: Setting) {
        let id = package_k(&setting).await;
        let path = format!("/api/markets/{}/simulation", market_id(&setting).await);
        for role in [OfficerRole::Broker, OfficerRole::Commissioner, OfficerRole::Procurement] {
            let officer = setting.officer(&format!("{}.asks@staffordshire.example", role.as_str()), &[role]).await;
            officer.post(&path, lowest_relative("40", "60")).await.ok();
        }
        let broker = setting.broker().await;
        let replay = broker.post(&path, lowest_relative("40", "60")).await.ok()["replay"].clone();
        assert_eq!((&replay["compared"], &replay["changed"], &replay["more"]), (&json!(1), &json!(1), &json!(false)));
        let one = &replay["opportunities"][0];
        assert_eq!((&one["opportunity_id"], &one["bids"]), (&json!(id), &json!(3)));
        let comparison = &one["comparison"];
        assert_eq!(comparison["then"]["first"], json!(["A Example Care"]));
        assert_eq!(comparison["proposed"]["first"], json!(["C Example Care"]));
        for (side, share, quality, spend) in [("then", "100", "64", "53144.00"), ("proposed", "0", "80", "54782.00")] {
            let sum = &replay[side];
            assert_eq!([&sum["lowest_share"], &sum["quality"], &sum["spend_yearly"]], [share, quality, spend], "{side}");
        }
        // It is a question: nothing has happened.
        let history = setting.lead_commissioner().await.get(&format!("/api/history/opportunity/{id}")).await.ok();
        assert!(!history.to_string().contains("simul"));
    }

    async fn an_irrelevant_bid_is_made_plain(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let mut bidders = Vec::new();
        for (name, hour, night, mark) in [
            ("A Example Care", "13.60", "78.00", "3.2"),
            ("B Example Care", "14.75", "87.00", "4.4"),
            ("C Example Care", "14.10", "80.00", "4.0"),
            // £799.96 a week, which is as near to D's £800.00 as whole pence come.
            ("D Example Care", "12.00", "54.28", "2.0"),
        ] {
            bidders.push((setting.admitted(name, "Supported Living").await, hour, night, mark));
        }
        let bids: Vec<_> = bidders.iter().map(|(who, hour, night, mark)| (who, *hour, *night, *mark)).collect();
        setting.priced(&bids).await;
        let path = format!("/api/markets/{}/simulation", market_id(&setting).await);
        let replay = setting.broker().await.post(&path, lowest_relative("40", "60")).await.ok()["replay"].clone();
        assert_eq!((&replay["then"]["irrelevant"], &replay["proposed"]["irrelevant"]), (&json!(0), &json!(1)));
        let proposed = &replay["opportunities"][0]["comparison"]["proposed"];
        assert_eq!(
            proposed["irrelevant"][0]["words"],
            "Without D Example Care, which is third, C Example Care would be first instead of B Example Care."
        );
    }

    async fn constructed_bids_are_ranked_by_a_category_and_a_package(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let market = market_id(&setting).await;
        let path = format!("/api/markets/{market}/simulation");
        let broker = setting.broker().await;
        let mut bids = Vec::new();
        for (name, weekly, mark) in [("A", "1022.00", "3.2"), ("B", "1125.25", "4.4"), ("C", "1053.50", "4")] {
            bids.push(json!({"name": name, "weekly_price": weekly, "marks": marks(&setting, mark).await}));
        }
        let mut form = lowest_relative("40", "60");
        form["bids"] = json!(bids);
        form["replay"] = json!(false);
        let told = broker.post(&path, form.clone()).await.ok();
        assert_eq!(told["replay"], Value::Null);
        let ranked: Vec<_> = told["constructed"]["bids"].as_array().expect("bids").iter()
            .map(|b| format!("{} {}", b["name"].as_str().expect("a name"), b["total"].as_str().expect("a total"))).collect();
        assert_eq!(ranked, ["C 90.2060", "B 89.6946", "A 85.6000"]);
        assert_eq!(told["constructed"]["what_if"]["first"], json!(["C"]));
        // The category's own band needs to know what the package costs at the reference rates.
        let comparison = &told["constructed"]["comparison"];
        assert!(comparison["then_why_not"].as_str().expect("words").contains("reference rates"));
        let package = broker.post("/api/packages", setting.package_form().await).await.ok();
        form["package_id"] = package["id"].clone();
        let told = broker.post(&path, form.clone()).await.ok();
        assert_eq!(told["constructed"]["comparison"]["then"]["first"], json!(["A"]));
        assert_eq!(told["constructed"]["comparison"]["changed"], true);

        form["bids"][1]["marks"].as_object_mut().expect("marks").remove("safety");
        form["bids"][2]["weekly_price"] = json!("0");
        let refusal = broker.post(&path, form.clone()).await.refused(422, "invalid_field");
        assert_eq!(refusal["field"], "bids[1].marks.safety");
        form["bids"][1]["weekly_price"] = json!("dear");
        let refusal = broker.post(&path, form).await.refused(400, "malformed");
        assert_eq!(refusal["field"], "bids[1].weekly_price");
    }

    async fn what_cannot_be_simulated_is_refused_plainly(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let market = market_id(&setting).await;
        let path = format!("/api/markets/{market}/simulation");
        let broker = setting.broker().await;
        let refusal = broker.post(&path, lowest_relative("60", "30")).await.refused(422, "invalid_field");
        assert_eq!(refusal["field"], "price_weight");
        let mut nothing = lowest_relative("60", "40");
        nothing["replay"] = json!(false);
        assert_eq!(broker.post(&path, nothing).await.refused(422, "invalid_field")["field"], "replay");
        let mut other = lowest_relative("60", "40");
        other["formula"]["max"] = json!("many");
        assert_eq!(broker.post(&path, other).await.refused(400, "malformed")["field"], "formula.max");
        let mut elsewhere = lowest_relative("60", "40");
        elsewhere["category_id"] = json!(market);
        broker.post(&path, elsewhere).await.refused(404, "not_found");
        // No key is needed for a question.
        let asked = lowest_relative("60", "40").to_string();
        let replay = broker.send(reqwest::Method::POST, &path, Some(asked), &[]).await.ok()["replay"].clone();
        assert_eq!((&replay["compared"], &replay["opportunities"]), (&json!(0), &json!([])));
        setting.evaluator().await.post(&path, lowest_relative("60", "40")).await.refused(403, "role_needed");
        setting.market(&crate::disclosure::elsewhere()).await;
        let stranger = setting.officer_of("elsewhere", "broker@elsewhere.example", &[OfficerRole::Broker]).await;
        stranger.post(&path, lowest_relative("60", "40")).await.refused(404, "not_found");
    }

    async fn whoever_declared_an_interest_does_not_see_that_opportunity_replayed(setting: Setting) {
        let id = package_k(&setting).await;
        let path = format!("/api/markets/{}/simulation", market_id(&setting).await);
        let officer = setting.second_commissioner().await;
        officer.post(&format!("/api/opportunities/{id}/declaration"), json!({"interest": "Shares."})).await.ok();
        let replay = officer.post(&path, lowest_relative("40", "60")).await.ok()["replay"].clone();
        assert_eq!((&replay["left_out"], &replay["opportunities"]), (&json!(1), &json!([])));
    }
}
