//! Writing a package, and that an advert gives nobody away.

use crate::{on_both, setting::*};
use reqwest::Method;
use serde_json::json;

on_both! {
    async fn an_advert_that_may_identify_the_person_is_not_published(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let broker = setting.broker().await;
        let closes_at = json!({"closes_at": setting.now().plus_seconds(5 * 3600)});
        for (words, kind) in [
            ("Lives at ST16 2LH and likes swimming.", "postcode"),
            ("Ring 01785 123456 before visiting.", "phone"),
            ("Born on 14/03/1985.", "date_of_birth"),
        ] {
            let mut form = setting.package_form().await;
            form["needs"] = json!(words);
            let package = broker.post("/api/packages", form).await.ok();
            assert_eq!(package["leaks"][0]["kind"], kind, "{words}");
            let path = format!("/api/packages/{}/publish", package["id"].as_str().expect("an id"));
            broker.post(&path, closes_at.clone()).await.refused(422, "advert_may_identify");
            let mut considered = closes_at.clone();
            considered["leaks_considered"] = json!("I think it is fine.");
            broker.post(&path, considered).await.refused(422, "advert_may_identify");
        }
        // A possible name may stand, if somebody says why.
        let mut form = setting.package_form().await;
        form["needs"] = json!("Daniel likes swimming and wants help with cooking.");
        let package = broker.post("/api/packages", form).await.ok();
        assert_eq!(package["leaks"][0]["kind"], "name");
        let path = format!("/api/packages/{}/publish", package["id"].as_str().expect("an id"));
        broker.post(&path, closes_at.clone()).await.refused(422, "advert_may_identify");
        let mut considered = closes_at;
        considered["leaks_considered"] = json!("It is the name of a swimming pool.");
        broker.post(&path, considered).await.ok();
    }

    async fn a_deadline_leaves_providers_the_time_that_the_market_promises(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let broker = setting.broker().await;
        let package = broker.post("/api/packages", setting.package_form().await).await.ok();
        let path = format!("/api/packages/{}/publish", package["id"].as_str().expect("an id"));
        for seconds in [-60, 0, 4 * 3600 - 1] {
            let form = json!({"closes_at": setting.now().plus_seconds(seconds)});
            broker.post(&path, form).await.refused(422, "deadline_too_soon");
        }
        let form = json!({"closes_at": setting.now().plus_seconds(50 * 86_400)});
        broker.post(&path, form).await.refused(422, "start_too_soon");
        let form = json!({"closes_at": setting.now().plus_seconds(4 * 3600)});
        broker.post(&path, form.clone()).await.ok();
        broker.post(&path, form).await.refused(409, "already_published");
    }

    async fn two_brokers_do_not_overwrite_each_other(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let broker = setting.broker().await;
        let form = setting.package_form().await;
        let package = broker.post("/api/packages", form.clone()).await.ok();
        let path = format!("/api/packages/{}", package["id"].as_str().expect("an id"));
        let put = async |revision: Option<&str>| {
            let key = new_key();
            let mut headers = vec![("idempotency-key", key.as_str())];
            headers.extend(revision.map(|r| ("if-match", r)));
            broker.send(Method::PUT, &path, Some(form.to_string()), &headers).await
        };
        put(None).await.refused(428, "revision_missing");
        let changed = put(Some("\"1\"")).await;
        assert_eq!(changed.headers.get("etag").expect("a revision"), "\"2\"");
        put(Some("\"1\"")).await.refused(412, "revision_stale");
    }

    async fn a_package_that_does_not_fit_is_refused_field_by_field(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let broker = setting.broker().await;
        let good = setting.package_form().await;
        for (field, value, status, code) in [
            ("quantities", json!([{"key": "support-hour", "quantity": "-1"}]), 422, "quantity_invalid"),
            ("quantities", json!([{"key": "moonlight", "quantity": "1"}]), 422, "quantity_invalid"),
            ("quantities", json!([]), 422, "quantity_invalid"),
            ("outward_code", json!("ST16 2LH"), 422, "advert_may_identify"),
            ("age_band", json!("26"), 400, "malformed"),
            ("initial_term_weeks", json!(0), 422, "invalid_field"),
            ("starts_on", json!("2026-12-06"), 422, "invalid_field"),
            ("title", json!(""), 422, "invalid_field"),
            ("surname", json!("x"), 400, "unknown_field"),
        ] {
            let mut form = good.clone();
            form[field] = value;
            broker.post("/api/packages", form).await.refused(status, code);
        }
        assert_eq!(broker.get("/api/packages").await.ok()["items"], json!([]));
    }

    async fn a_withdrawn_opportunity_takes_no_bid_and_everybody_is_told(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let id = setting.published().await;
        let broker = setting.broker().await;
        let path = format!("/api/opportunities/{id}/withdraw");
        broker.post(&path, json!({"reason": ""})).await.refused(422, "invalid_field");
        assert_eq!(broker.post(&path, json!({"reason": "Chose a Direct Payment."})).await.ok()["stage"], "withdrawn");
        let offer = setting.offer("14.00", "78.00").await;
        acorn.post(&format!("/api/opportunities/{id}/bid"), offer).await.refused(409, "opportunity_withdrawn");
        assert_eq!(acorn.get(&format!("/api/opportunities/{id}")).await.ok()["withdrawn_reason"], "Chose a Direct Payment.");
    }

    async fn a_package_is_checked_while_it_is_typed_and_nothing_of_it_is_kept(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        setting.market(&crate::disclosure::elsewhere()).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        setting.admitted("Birch Example Care", "Supported Living").await;
        let category = setting.market_page("Supported Living").await["categories"][0]["id"].clone();
        let hours = json!({"category_id": category, "outward_code": "ST16", "hours": [{"band": "mornings", "hours": "30"}]});
        acorn.post("/api/capacity", hours).await.ok();
        let broker = setting.broker().await;
        let check = async |form: serde_json::Value| broker.post("/api/packages/check", form).await.ok();

        let nothing = check(json!({})).await;
        assert_eq!((&nothing["faults"], &nothing["leaks"]), (&json!([]), &json!([])));
        assert_eq!((&nothing["reaches"], &nothing["declared"], &nothing["cost"]), (&json!(null), &json!(null), &json!(null)));
        assert_eq!(nothing["missing"][0], "category_id");

        // As far as it is typed.
        let half = check(json!({"category_id": category, "outward_code": "st16", "title": "Support for Daniel"})).await;
        assert_eq!((&half["reaches"], &half["declared"]["providers"]), (&json!(2), &json!(1)));
        assert_eq!(half["declared"]["totals"], json!([{"band": "mornings", "hours": "30"}]));
        assert_eq!((&half["leaks"][0]["field"], &half["leaks"][0]["kind"]), (&json!("title"), &json!("name")));

        // The typical contract at the reference rates: 45 × £13.60 + 7 × £78, and 45 × £14.75 + 7 × £87.
        let quantities = json!([{"key": "support-hour", "quantity": "45"}, {"key": "sleep-in-night", "quantity": "7"}]);
        let typed = json!({"category_id": category, "quantities": quantities, "initial_term_weeks": "104"});
        let cost = check(typed).await["cost"].clone();
        assert_eq!(cost["weekly"], json!({"low": "1158.00", "high": "1272.75"}));
        assert_eq!(cost["yearly"], json!({"low": "60216.00", "high": "66183.00"}));
        assert_eq!(cost["term"], json!({"low": "120432.00", "high": "132366.00"}));

        // Everything wrong at once, each with its field.
        let quantities = json!([{"key": "support-hour", "quantity": "many"}, {"key": "moonlight", "quantity": "1"}]);
        let wrong = json!({
            "category_id": category, "title": "x".repeat(121), "outward_code": "ST16 2LH", "quantities": quantities,
            "starts_on": "2026-12-06", "initial_term_weeks": "0",
        });
        let fields: Vec<_> = check(wrong).await["faults"].as_array().expect("faults").iter().map(|f| f["field"].clone()).collect();
        let named = ["title", "outward_code", "quantities[0].quantity", "quantities[1].key", "starts_on", "initial_term_weeks"];
        assert_eq!(fields, named);

        // What would be taken has no faults, and is not there afterwards.
        let mut form = setting.package_form().await;
        form["initial_term_weeks"] = json!("52");
        let whole = check(form).await;
        assert_eq!((&whole["faults"], &whole["missing"]), (&json!([]), &json!([])));
        assert_eq!(broker.get("/api/packages").await.ok()["items"], json!([]));
        let surname = broker.post("/api/packages/check", json!({"surname": "x"})).await;
        surname.refused(400, "unknown_field");
        acorn.post("/api/packages/check", json!({})).await.refused(403, "role_needed");
        let other = setting.officer_of("elsewhere", "broker@elsewhere.example", &[entity::vocabulary::OfficerRole::Broker]).await;
        let theirs = other.post("/api/packages/check", json!({"category_id": category})).await;
        assert_eq!(theirs.refused(404, "not_found")["field"], "category_id");
        other.get(&format!("/api/categories/{}/package-template", category.as_str().expect("an id"))).await.refused(404, "not_found");
    }

    async fn checks_while_typing_are_limited_for_each_officer(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let broker = setting.broker().await;
        let mut refused = None;
        // Sixty at once, and one more for each second that the test takes.
        for _ in 0..240 {
            let reply = broker.post("/api/packages/check", json!({})).await;
            if !reply.status.is_success() {
                refused = Some(reply);
                break;
            }
        }
        refused.expect("a limit").refused(429, "too_many_attempts");
        let another = setting.officer("another@staffordshire.example", &[entity::vocabulary::OfficerRole::Broker]).await;
        another.post("/api/packages/check", json!({})).await.ok();
    }

    async fn a_new_package_starts_from_the_template_of_its_category(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let category = setting.market_page("Supported Living").await["categories"][0].clone();
        assert!(category.get("package_template").is_none(), "it is for officers who write packages");
        let path = format!("/api/categories/{}/package-template", category["id"].as_str().expect("an id"));
        let broker = setting.broker().await;
        let start = broker.get(&path).await.ok()["start"].clone();
        let typical = json!([{"key": "support-hour", "quantity": "45"}, {"key": "sleep-in-night", "quantity": "7"}]);
        assert_eq!((&start["quantities"], &start["starts_on"]), (&typical, &json!("2027-01-18")));
        assert_eq!(start["initial_term_weeks"], 104);
        assert!(start["needs"].as_str().expect("words").starts_with("A good day"));
        // A package made of it is as good as any, and its words give nobody away.
        let mut form = setting.package_form().await;
        for field in ["needs", "quantities", "starts_on", "initial_term_weeks"] {
            form[field] = start[field].clone();
        }
        let package = broker.post("/api/packages", form).await.ok();
        assert_eq!((&package["leaks"], &package["quantities"]), (&json!([]), &typical));

        // The market takes it back: new packages start empty.
        let at = SUPPORTED_LIVING.find("[categories.package_template]").expect("a template");
        let end = SUPPORTED_LIVING.find("[[decisions]]").expect("decisions");
        setting.market(&format!("{}{}", &SUPPORTED_LIVING[..at], &SUPPORTED_LIVING[end..])).await;
        assert_eq!(broker.get(&path).await.ok(), json!({"start": null}));
        let acorn = setting.provider("Acorn Example Care").await;
        acorn.get(&path).await.refused(403, "role_needed");
    }
}
