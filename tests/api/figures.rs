//! How markets go, in figures: who sees them, and that nothing sealed moves them.

use crate::{disclosure::elsewhere, on_both, setting::*};
use entity::vocabulary::OfficerRole;
use serde_json::{Value, json};

fn rows(figures: &Value, kind: &str) -> Vec<Vec<Value>> {
    let all = figures["figures"].as_array().expect("figures");
    let figure = all.iter().find(|figure| figure["kind"] == kind).expect("the figure");
    let rows = figure["rows"].as_array().expect("rows").iter();
    rows.map(|row| row.as_array().expect("cells").clone()).collect()
}

fn row(figures: &Value, kind: &str, label: &str) -> Vec<Value> {
    let found = rows(figures, kind).into_iter().find(|row| row[0] == label);
    found.expect("the row").split_off(1)
}

/// The whole of it but the moment.
fn without_time(mut figures: Value) -> Value {
    figures["at"] = json!(null);
    figures
}

on_both! {
    async fn a_sealed_bid_moves_no_figure_before_the_opening(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let birch = setting.admitted("Birch Example Care", "Supported Living").await;
        let cedar = setting.admitted("Cedar Example Care", "Supported Living").await;
        let lead = setting.lead_commissioner().await;
        let id = setting.published().await;
        let before = without_time(lead.get("/api/figures").await.ok());
        setting.wind_minutes(30);
        let bid = format!("/api/opportunities/{id}/bid");
        acorn.post(&bid, setting.offer("13.60", "78.00").await).await.ok();
        setting.wind_minutes(30);
        birch.post(&bid, setting.offer("14.75", "87.00").await).await.ok();
        cedar.post(&format!("/api/opportunities/{id}/interest"), json!({"interest": "cannot_bid", "reason": "Too far away."})).await.ok();
        assert_eq!(without_time(lead.get("/api/figures").await.ok()), before);
        // At the deadline how many there were counts, and when the first came.
        setting.wind_minutes(3 * 60);
        let closed = lead.get("/api/figures").await.ok();
        assert_eq!(row(&closed, "bids_each", "2"), [json!("1"), json!("100.0")]);
        assert_eq!(row(&closed, "times", "First bid"), [json!("1"), json!("30"), json!("30")]);
        assert_eq!(row(&closed, "cannot_bid", "Too far away"), [json!("1"), json!("0")]);
        assert_eq!(row(&closed, "ends", "Being marked or decided"), [json!("1")]);
        // Nothing of a price or a mark before an award stands.
        setting.evaluated(&id, &[(&acorn, "4"), (&birch, "3")]).await;
        lead.post(&format!("/api/opportunities/{id}/open-prices"), json!({})).await.ok();
        setting.recommended(&id).await;
        let waiting = lead.get("/api/figures").await.ok();
        for kind in ["lowest_price", "winners_quality"] {
            assert_eq!(rows(&waiting, kind), rows(&closed, kind), "{kind}");
        }
        setting.second_commissioner().await.post(&format!("/api/opportunities/{id}/approve"), json!({"reason": "Yes."})).await.ok();
        let told = lead.get("/api/figures").await.ok();
        assert_eq!(rows(&told, "lowest_price")[0][1..], [json!("1"), json!("1"), json!("100.0")]);
        // Marks of 4 of 5 for every answer: four fifths of the quality.
        assert_eq!(rows(&told, "winners_quality")[0][1..], [json!("1"), json!("80.0"), json!("80.0")]);
        assert_eq!(row(&told, "times", "Award"), [json!("1"), json!("240"), json!("240")]);
        assert_eq!(row(&told, "ends", "Awarded"), [json!("1")]);
        // The contract runs from 11 January 2027, at £1,022.00 × 52 a year.
        let later = lead.get("/api/figures?since=2026-12-01&until=2027-01-31").await.ok();
        let spend = rows(&later, "spend");
        assert_eq!((&spend[0][2], &spend[1][2]), (&json!("0.00"), &json!("53144.00")));
        assert_eq!(row(&later, "concentration", "Acorn Example Care"), [json!("1"), json!("53144.00"), json!("100.0")]);
    }

    async fn figures_are_for_those_who_look_after_the_market_of_their_own_authority(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        setting.market(&elsewhere()).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let id = setting.priced(&[(&acorn, "13.60", "78.00", "4")]).await;
        setting.recommended(&id).await;
        setting.second_commissioner().await.post(&format!("/api/opportunities/{id}/approve"), json!({"reason": "Yes."})).await.ok();
        let market = setting.market_page("Supported Living").await["id"].as_str().expect("an id").to_owned();
        for person in [setting.broker().await, setting.evaluator().await, acorn] {
            person.get("/api/figures").await.refused(403, "role_needed");
            person.get("/api/figures/times.csv").await.refused(403, "role_needed");
        }
        for role in [OfficerRole::Procurement, OfficerRole::Auditor, OfficerRole::Commissioner] {
            let stranger = setting.officer_of("elsewhere", &format!("{}@elsewhere.example", role.as_str()), &[role]).await;
            stranger.get(&format!("/api/figures?market={market}")).await.refused(404, "not_found");
            stranger.get(&format!("/api/figures/spend.csv?market={market}")).await.refused(404, "not_found");
            let theirs = stranger.get("/api/figures").await.ok();
            assert_eq!(row(&theirs, "ends", "Awarded"), [json!("0")]);
            assert_eq!(rows(&theirs, "concentration"), Vec::<Vec<Value>>::new());
            assert_eq!(row(&theirs, "standings", "Admitted"), [json!("0")]);
            assert!(!theirs.to_string().contains("Acorn") && !theirs.to_string().contains(&market));
        }
        let procurement = setting.procurement().await;
        let own = procurement.get(&format!("/api/figures?market={market}")).await.ok();
        assert_eq!(row(&own, "ends", "Awarded"), [json!("1")]);
        assert_eq!(row(&own, "standings", "Admitted"), [json!("1")]);
        assert_eq!(own["markets"].as_array().expect("markets").len(), 1);
        let file = procurement.get("/api/figures/standings.csv").await;
        assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8; header=present");
        let text = file.ok().as_str().expect("text").to_owned();
        assert!(text.starts_with("Standing,Enrolments\r\n") && text.contains("Admitted,1\r\n"), "{text}");
        procurement.get("/api/figures/nonsense.csv").await.refused(404, "not_found");
        procurement.get("/api/figures?since=2027-01-01&until=2026-01-01").await.refused(422, "invalid_field");
        procurement.get("/api/figures?since=2001-01-01").await.refused(422, "invalid_field");
    }

    async fn a_search_finds_what_is_ones_own_and_nothing_else(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        setting.market(&elsewhere()).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let birch = setting.admitted("Birch Example Care", "Supported Living").await;
        let stray = setting.provider("Stray Example Care").await;
        let mut form = setting.package_form().await;
        form["person_reference"] = json!("CASE-SECRET-9");
        let id = setting.priced_as(form, &[(&acorn, "13.60", "78.00", "4")]).await;
        setting.recommended(&id).await;
        setting.second_commissioner().await.post(&format!("/api/opportunities/{id}/approve"), json!({"reason": "Yes."})).await.ok();
        let kinds = async |person: &Person, q: &str| {
            let found = person.get(&format!("/api/search?q={q}")).await.ok();
            let kinds = found["found"].as_array().expect("a list").iter().map(|one| one["kind"].as_str().expect("a kind").to_owned());
            kinds.collect::<Vec<_>>()
        };
        let broker = setting.broker().await;
        let stranger = setting.officer_of("elsewhere", "everything@elsewhere.example", OfficerRole::ALL).await;
        assert_eq!(kinds(&broker, "SLEEP-ins").await, ["opportunity", "contract", "package"]);
        assert_eq!(kinds(&broker, "acorn").await, ["provider", "contract"]);
        assert_eq!(kinds(&broker, "sl-0001").await, ["opportunity", "contract"]);
        // What a pattern would read otherwise stands for itself; a case number finds nothing.
        for q in ["aco%25n", "%25%25", "__", "CASE-SECRET", "Stray"] {
            assert_eq!(kinds(&broker, q).await, Vec::<String>::new(), "{q}");
        }
        for q in ["SLEEP-ins", "acorn", "sl-0001"] {
            assert_eq!(kinds(&stranger, q).await, Vec::<String>::new(), "{q}");
        }
        // Providers: their adverts and their own contracts.
        assert_eq!(kinds(&acorn, "sleep").await, ["opportunity", "contract"]);
        assert_eq!(kinds(&birch, "sleep").await, ["opportunity"]);
        assert_eq!(kinds(&birch, "acorn").await, Vec::<String>::new());
        assert_eq!(kinds(&stray, "sleep").await, Vec::<String>::new());
        broker.get("/api/search?q=a").await.refused(422, "invalid_field");
        setting.nobody().get("/api/search?q=acorn").await.refused(401, "signed_out");
    }
}
