//! Spare hours: published, current for four weeks, shown to oneself on adverts and to brokers as totals.

use crate::{on_both, setting::*};
use entity::vocabulary::*;
use serde_json::{Value, json};

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn hours(category: &Value, outward_code: &str, hours: &[(&str, &str)]) -> Value {
    let hours: Vec<_> = hours.iter().map(|(band, hours)| json!({"band": band, "hours": hours})).collect();
    json!({"category_id": category, "outward_code": outward_code, "hours": hours})
}

/// What is declared where a package is, as this officer reads it.
async fn declared(officer: &Person, package: &str) -> Value {
    officer.get(&format!("/api/packages/{package}")).await.ok()["declared"].clone()
}

on_both! {
    async fn spare_hours_are_shown_on_adverts_to_oneself_and_to_brokers_together(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let birch = setting.admitted("Birch Example Care", "Supported Living").await;
        let waiting = setting.provider("Cedar Example Care").await;
        setting.applied(&waiting, "Supported Living").await;
        let category = setting.market_page("Supported Living").await["categories"][0]["id"].clone();
        let broker = setting.broker().await;
        let package = text(&broker.post("/api/packages", setting.package_form().await).await.ok()["id"]);
        let none = json!({"outward_code": "ST16", "providers": 0, "totals": [], "each": []});
        assert_eq!(declared(&broker, &package).await, none);

        let shown = acorn.post("/api/capacity", hours(&category, "st16", &[("mornings", "30"), ("weekends", "8")])).await.ok();
        assert_eq!(shown["areas"][0]["figures"][0]["hours"], "30");
        assert_eq!(shown["areas"][0]["figures"][0]["lapses_at"], "2027-01-04T09:00:00.000Z");
        birch.post("/api/capacity", hours(&category, "ST16", &[("mornings", "12.5")])).await.ok();
        birch.post("/api/capacity", hours(&category, "ST17", &[("mornings", "99")])).await.ok();
        // Whoever waits for a decision has nothing to publish there yet.
        let refused = waiting.post("/api/capacity", hours(&category, "ST16", &[("mornings", "5")])).await;
        assert_eq!(refused.refused(422, "invalid_field")["field"], "category_id");

        let before = declared(&broker, &package).await;
        let totals = json!([{"band": "mornings", "hours": "42.5"}, {"band": "weekends", "hours": "8"}]);
        assert_eq!((&before["providers"], &before["totals"]), (&json!(2), &totals));
        let each = before["each"].as_array().expect("each");
        let named: Vec<_> = each.iter().map(|one| text(&one["provider_name"])).collect();
        assert_eq!(named, ["Acorn Example Care", "Birch Example Care"]);

        let path = format!("/api/packages/{package}/publish");
        let closes_at = setting.now().plus_seconds(5 * 86_400);
        let id = text(&broker.post(&path, json!({"closes_at": closes_at})).await.ok()["id"]);
        assert_eq!(declared(&broker, &package).await, before, "on its page as before publishing");
        let path = format!("/api/opportunities/{id}");
        let fit = |advert: Value| -> Vec<(String, String)> {
            let figures = advert["fit"].as_array().expect("figures").clone();
            figures.iter().map(|one| (text(&one["band"]), text(&one["hours"]))).collect()
        };
        let own = |band: &str, hours: &str| (band.to_owned(), hours.to_owned());
        assert_eq!(fit(acorn.get(&path).await.ok()), [own("mornings", "30"), own("weekends", "8")]);
        assert_eq!(fit(birch.get(&path).await.ok()), [own("mornings", "12.5")]);
        assert_eq!(fit(broker.get(&path).await.ok()), []);
        // A figure is taken back with nought.
        birch.post("/api/capacity", hours(&category, "ST16", &[("mornings", "0")])).await.ok();
        assert_eq!(fit(birch.get(&path).await.ok()), []);
        assert_eq!(declared(&broker, &package).await["providers"], 1);
        // Nobody's figures are in what officers may read of a provider.
        let provider = text(&each[0]["provider_id"]);
        let history = setting.procurement().await.get(&format!("/api/history/provider/{provider}")).await.ok();
        assert!(!history.to_string().contains("pare hours"), "{history}");
        assert!(acorn.get(&format!("/api/history/provider/{provider}")).await.ok().to_string().contains("Spare hours a week published for ST16"));
    }

    async fn figures_lapse_after_28_days_unless_they_are_confirmed(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let category = setting.market_page("Supported Living").await["categories"][0]["id"].clone();
        let broker = setting.broker().await;
        let package = text(&broker.post("/api/packages", setting.package_form().await).await.ok()["id"]);
        acorn.post("/api/capacity/confirm", json!({})).await.refused(422, "invalid_field");
        acorn.post("/api/capacity", hours(&category, "ST16", &[("evenings", "20")])).await.ok();
        setting.wind_minutes(28 * 24 * 60 - 1);
        let (acorn, broker) = (setting.signed_in_again(&acorn), setting.signed_in_again(&broker));
        assert_eq!(declared(&broker, &package).await["providers"], 1);
        setting.wind_minutes(1);
        assert_eq!(declared(&broker, &package).await["providers"], 0);
        assert_eq!(acorn.get("/api/capacity").await.ok()["areas"][0]["figures"][0]["lapsed"], true);
        let again = acorn.post("/api/capacity/confirm", json!({})).await.ok();
        assert_eq!(again["areas"][0]["figures"][0]["lapsed"], false);
        assert_eq!(declared(&broker, &package).await["totals"], json!([{"band": "evenings", "hours": "20"}]));
        // A provider that gets no new work is not among those whom it reaches.
        let enrolment = text(&acorn.get("/api/enrolments").await.ok()["items"][0]["id"]);
        let stop = json!({"reason": "Under review."});
        setting.procurement().await.post(&format!("/api/enrolments/{enrolment}/urgent-stop"), stop).await.ok();
        assert_eq!(declared(&broker, &package).await["providers"], 0);
    }

    async fn bidders_publish_in_their_categories_and_administrators_alone_say_where_the_bases_are(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        setting.market(DAY_OPPORTUNITIES).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let category = setting.market_page("Supported Living").await["categories"][0]["id"].clone();
        let viewer = setting.colleague(&acorn, "viewer@acorn.example", "viewer", &[]).await;
        let bidder = setting.colleague(&acorn, "bidder@acorn.example", "bidder", &[]).await;
        let form = hours(&category, "ST16", &[("sleep_in", "7")]);
        viewer.post("/api/capacity", form.clone()).await.refused(403, "role_needed");
        viewer.post("/api/capacity/confirm", json!({})).await.refused(403, "role_needed");
        bidder.post("/api/capacity", form.clone()).await.ok();
        assert_eq!(viewer.get("/api/capacity").await.ok()["areas"][0]["outward_code"], "ST16");
        setting.broker().await.get("/api/capacity").await.refused(403, "role_needed");
        // A bidder of other categories publishes nothing here.
        let days = setting.market_page("Community Based Day Opportunities").await["categories"][0]["id"].clone();
        setting.applied(&acorn, "Community Based Day Opportunities").await;
        acorn.post(&format!("/api/team/people/{}", bidder.account_id), json!({"role": "bidder", "categories": [days]})).await.ok();
        bidder.post("/api/capacity", form).await.refused(403, "other_categories");

        let base = json!({"name": "Stafford office", "outward_code": "st16"});
        bidder.post("/api/capacity/bases", base.clone()).await.refused(403, "role_needed");
        let shown = acorn.post("/api/capacity/bases", base).await.ok();
        assert_eq!(shown["bases"][0]["outward_code"], "ST16");
        acorn.post("/api/capacity/bases", json!({"name": " ", "outward_code": "ST16"})).await.refused(422, "invalid_field");
        let path = format!("/api/capacity/bases/{}/remove", text(&shown["bases"][0]["id"]));
        setting.provider("Birch Example Care").await.post(&path, json!({})).await.refused(404, "not_found");
        assert_eq!(acorn.post(&path, json!({})).await.ok()["bases"], json!([]));
        acorn.post(&path, json!({})).await.refused(404, "not_found");
    }

    async fn a_partner_s_officers_read_totals_and_no_provider_s_own_figures(setting: Setting) {
        let with_partner = format!(
            "{SUPPORTED_LIVING}\n[[partners]]\nslug = \"city\"\nname = \"Example City Council\"\ncolour = \"#123456\"\n"
        );
        setting.market(&with_partner).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let category = setting.market_page("Supported Living").await["categories"][0]["id"].clone();
        acorn.post("/api/capacity", hours(&category, "ST16", &[("mornings", "30")])).await.ok();
        let broker = setting.officer_of("city", "broker@city.example", &[OfficerRole::Broker]).await;
        let package = text(&broker.post("/api/packages", setting.package_form().await).await.ok()["id"]);
        let said = declared(&broker, &package).await;
        assert_eq!((&said["providers"], &said["each"]), (&json!(1), &json!(null)));
        assert_eq!(said["totals"], json!([{"band": "mornings", "hours": "30"}]));
    }
}
