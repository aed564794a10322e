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
}
