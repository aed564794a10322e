//! Evidence is given once for every market and council; each council accepts it for itself, and is told when it changes.

use crate::{on_both, questionnaires::write_all, setting::*};
use entity::vocabulary::*;
use serde_json::{Value, json};

const LIVING: &str = "Supported Living";
const DAY: &str = "Community Based Day Opportunities";
const WANTED: &str = "public-liability";

fn elsewhere() -> String {
    DAY_OPPORTUNITIES
        .replace("slug = \"staffordshire\"", "slug = \"elsewhere\"")
        .replace("slug = \"staffordshire-day-opportunities\"", "slug = \"elsewhere-day\"")
}

fn piece(enrolment: &Value) -> &Value {
    let asked = enrolment["evidence"].as_array().expect("evidence");
    asked.iter().find(|one| one["id"] == WANTED).expect("it is asked for")
}

async fn page(by: &Person, enrolment: &Value) -> Value {
    by.get(&format!("/api/enrolments/{}", enrolment["id"].as_str().expect("an id"))).await.ok()
}

/// A provider's enrolment in a market.
async fn own(provider: &Person, market: &str) -> Value {
    let all = provider.get("/api/enrolments").await.ok();
    Setting::items(&all).iter().find(|one| one["market_name"] == market).expect("it is there").clone()
}

fn renewed() -> Value {
    json!({"id": WANTED, "reference": "POL-2028", "expires_on": "2028-03-31", "document_id": null})
}

on_both! {
    async fn a_piece_is_given_wherever_it_is_asked_for_and_each_council_decides_for_itself(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        setting.market(&elsewhere()).await;
        let acorn = setting.admitted("Acorn Example Care", LIVING).await;
        let living = own(&acorn, LIVING).await;
        let other = setting.officer_of("elsewhere", "procurement@elsewhere.example", &[OfficerRole::Procurement]).await;
        let day = setting.applied(&acorn, DAY).await;
        setting.admit(&other, &day).await;
        let birch = setting.admitted("Birch Example Care", LIVING).await;

        let given = acorn.post("/api/evidence", renewed()).await.ok();
        assert_eq!(given["categories"], 2);
        let procurement = setting.procurement().await;
        for (officer, enrolment) in [(&procurement, &living), (&other, &day)] {
            let shown = page(officer, enrolment).await;
            assert_eq!(piece(&shown)["newer"]["reference"], "POL-2028");
            assert_eq!(piece(&shown)["counts"]["reference"], "REF-1", "what was accepted counts until this is");
            let tasks = officer.get("/api/tasks").await.ok();
            let raised = Setting::items(&tasks).iter().filter(|task| task["kind"] == "evidence_renewed").count();
            assert_eq!(raised, 1, "its own council is told");
        }
        // Accepted by one, it waits at the other; another provider's evidence is as it was.
        let piece_id = piece(&page(&procurement, &living).await)["newer"]["id"].as_str().expect("an id").to_owned();
        procurement.post(&format!("/api/evidence/{piece_id}/accept"), json!({"reasons": "In force."})).await.ok();
        assert_eq!(piece(&page(&procurement, &living).await)["counts"]["reference"], "POL-2028");
        assert_eq!(piece(&page(&other, &day).await)["counts"]["reference"], "REF-1");
        other.post(&format!("/api/evidence/{piece_id}/accept"), json!({"reasons": "So."})).await.refused(404, "not_found");
        let birchs = own(&birch, LIVING).await;
        assert!(piece(&page(&birch, &birchs).await)["newer"].is_null());

        // Repeated, it is given once; what nobody asks for, or cannot be, is refused and given nowhere.
        let key = new_key();
        acorn.post_with("/api/evidence", renewed(), &key).await.ok();
        acorn.post_with("/api/evidence", renewed(), &key).await.ok();
        let mut wrong = renewed();
        wrong["id"] = json!("a-balloon");
        assert_eq!(acorn.post("/api/evidence", wrong).await.refused(422, "invalid_field")["field"], "id");
        let mut wrong = renewed();
        wrong["expires_on"] = json!("2026-12-06");
        acorn.post("/api/evidence", wrong).await.refused(422, "invalid_field");
        assert_eq!(piece(&page(&other, &day).await)["newer"]["reference"], "POL-2028");
        procurement.post("/api/evidence", renewed()).await.refused(403, "role_needed");
    }

    async fn a_request_takes_what_was_given_for_another_market_unless_something_else_is_written(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        setting.market(DAY_OPPORTUNITIES).await;
        let acorn = setting.admitted("Acorn Example Care", LIVING).await;
        acorn.post("/api/evidence", renewed()).await.ok();
        let market = setting.market_page(DAY).await;
        let category = market["categories"][0]["id"].as_str().expect("an id").to_owned();
        let path = format!("/api/categories/{category}/application");
        let field = |page: &Value, name: &str| -> Value {
            let sections = page["sections"].as_array().expect("sections").clone();
            let mut fields = sections.iter().flat_map(|section| section["fields"].as_array().expect("fields").clone());
            fields.find(|one| one["field"] == name).expect("the field")
        };
        let own = format!("evidence.{WANTED}");
        let shown = field(&acorn.get(&path).await.ok(), &own);
        assert_eq!((&shown["elsewhere"]["reference"], &shown["elsewhere"]["market_name"]), (&json!("POL-2028"), &json!(LIVING)));
        assert_eq!(shown["wrong"], json!([]), "nothing is missing");
        let mut form = application(&market, &category);
        form["evidence"].as_array_mut().expect("evidence").retain(|one| one["id"] != WANTED);
        write_all(&acorn, &category, &form).await;
        let sent = acorn.post(&format!("{path}/send"), json!({})).await.ok();
        assert_eq!(piece(&sent)["newer"]["reference"], "POL-2028", "it was sent with the request");

        // A provider that gave nothing anywhere has it to write; and what has expired serves nowhere.
        let birch = setting.provider("Birch Example Care").await;
        let shown = field(&birch.get(&path).await.ok(), &own);
        assert!(shown["elsewhere"].is_null() && shown["wrong"] != json!([]), "{shown}");
        let cedar = setting.admitted("Cedar Example Care", LIVING).await;
        cedar.post("/api/evidence", renewed()).await.ok();
        setting.app.clock.stop_at("2028-04-01T00:00:00Z".parse().expect("an instant"));
        let cedar = setting.signed_in_again(&cedar);
        assert!(field(&cedar.get(&path).await.ok(), &own)["elsewhere"].is_null());
    }
}
