//! Who sees what: nobody sees into another authority or another provider, and nothing sealed is shown.

use crate::{on_both, setting::*};
use entity::vocabulary::OfficerRole;
use reqwest::Method;
use serde_json::json;

/// The same market, of another authority.
pub fn elsewhere() -> String {
    SUPPORTED_LIVING
        .replace("slug = \"staffordshire\"", "slug = \"elsewhere\"")
        .replace("name = \"Staffordshire County Council\"", "name = \"Elsewhere Example Council\"")
        .replace("slug = \"staffordshire-supported-living\"", "slug = \"elsewhere-supported-living\"")
        .replace("name = \"Supported Living\"", "name = \"Supported Living Elsewhere\"")
        .replace("reference_prefix = \"SL\"", "reference_prefix = \"EL\"")
        .replace("@staffordshire.example", "@elsewhere.example")
}

on_both! {
    async fn what_belongs_to_another_authority_is_not_there(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        setting.market(&elsewhere()).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let id = setting.priced(&[(&acorn, "13.60", "78.00", "4")]).await;
        setting.recommended(&id).await;
        let broker = setting.broker().await;
        let package = Setting::items(&broker.get("/api/packages").await.ok())[0]["id"].as_str().expect("an id").to_owned();
        let enrolment = Setting::items(&broker.get("/api/enrolments").await.ok())[0]["id"].as_str().expect("an id").to_owned();
        let contract = setting.second_commissioner().await
            .post(&format!("/api/opportunities/{id}/approve"), json!({"reason": "Yes."})).await.ok()["id"]
            .as_str().expect("an id").to_owned();
        let stranger = setting.officer_of("elsewhere", "everything@elsewhere.example", OfficerRole::ALL).await;
        for path in [
            format!("/api/packages/{package}"), format!("/api/enrolments/{enrolment}"),
            format!("/api/opportunities/{id}"), format!("/api/opportunities/{id}/evaluation"),
            format!("/api/opportunities/{id}/ranking"), format!("/api/contracts/{contract}"),
            format!("/api/opportunities/{id}/record"), format!("/api/opportunities/{id}/record.json"),
            format!("/api/opportunities/{id}/record.html"), format!("/api/opportunities/{id}/record.pdf"),
            format!("/api/opportunities/{id}/record.zip"),
            format!("/api/history/opportunity/{id}"), format!("/api/history/package/{package}"),
            format!("/api/history/enrolment/{enrolment}"), format!("/api/history/contract/{contract}"),
        ] {
            stranger.get(&path).await.refused(404, "not_found");
        }
        let reason = json!({"reason": "x"});
        for (path, form) in [
            (format!("/api/enrolments/{enrolment}/urgent-stop"), reason.clone()),
            (format!("/api/packages/{package}/publish"), json!({"closes_at": setting.now().plus_seconds(90_000)})),
            (format!("/api/opportunities/{id}/withdraw"), reason.clone()),
            (format!("/api/opportunities/{id}/open-prices"), json!({})),
            (format!("/api/opportunities/{id}/approve"), reason.clone()),
            (format!("/api/opportunities/{id}/return"), reason),
        ] {
            stranger.post(&path, form).await.refused(404, "not_found");
        }
        for path in ["/api/packages", "/api/enrolments", "/api/opportunities", "/api/contracts"] {
            assert_eq!(stranger.get(path).await.ok()["items"], json!([]), "{path}");
        }
        assert_eq!(stranger.get("/api/approvals").await.ok(), json!([]));
    }

    async fn nothing_of_a_bid_is_shown_before_the_deadline_to_anybody_but_its_provider(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let birch = setting.admitted("Birch Example Care", "Supported Living").await;
        let id = setting.published().await;
        let mut offer = setting.offer("14.37", "81.11").await;
        offer["answers"][0]["answer"] = json!("A sealed secret.");
        acorn.post(&format!("/api/opportunities/{id}/bid"), offer.clone()).await.ok();
        acorn.send(Method::PUT, &format!("/api/opportunities/{id}/draft"), Some(offer.to_string()), &[("idempotency-key", &new_key())]).await.ok();
        let officer = setting.officer("everything@staffordshire.example", OfficerRole::ALL).await;
        for path in ["evaluation", "ranking"] {
            officer.get(&format!("/api/opportunities/{id}/{path}")).await.refused(409, "bids_are_sealed");
        }
        for (person, path) in [
            (&officer, format!("/api/opportunities/{id}")), (&officer, "/api/opportunities".to_owned()),
            (&officer, format!("/api/history/opportunity/{id}")),
            (&birch, format!("/api/opportunities/{id}")), (&birch, "/api/opportunities".to_owned()),
            (&birch, format!("/api/history/opportunity/{id}")),
        ] {
            let seen = person.get(&path).await.ok().to_string();
            for sealed in ["14.37", "81.11", "secret", "1070", "1070.72"] {
                assert!(!seen.contains(sealed), "{path} showed {sealed}");
            }
        }
        let metrics = setting.nobody().get("/metrics").await.ok().to_string();
        assert!(metrics.contains("fairlot_requests") && !metrics.contains(&id), "a metric named an opportunity");
        assert_eq!(birch.get(&format!("/api/opportunities/{id}/draft")).await.ok()["draft"], json!(null));
        birch.get(&format!("/api/opportunities/{id}/bid")).await.refused(404, "not_found");
        // Not even whether others have bid, nor how many.
        let theirs = birch.get(&format!("/api/opportunities/{id}")).await.ok();
        assert_eq!((&theirs["counts"], &theirs["officers"]), (&json!(null), &json!(null)));
    }

    async fn a_provider_learns_no_price_of_another_from_its_own_result(setting: Setting) {
        let text = SUPPORTED_LIVING.replace("formula = { name = \"band\" }", "formula = { name = \"lowest_relative\" }");
        assert_ne!(text, SUPPORTED_LIVING);
        setting.market(&text).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let birch = setting.admitted("Birch Example Care", "Supported Living").await;
        // £1,035.35 a week for the one, £1,074.57 for the other.
        let id = setting.priced(&[(&acorn, "13.91", "78.36", "4"), (&birch, "14.40", "81.51", "4")]).await;
        setting.recommended(&id).await;
        setting.second_commissioner().await.post(&format!("/api/opportunities/{id}/approve"), json!({"reason": "Yes."})).await.ok();
        for (person, others) in [(&birch, "1035.37"), (&acorn, "1074.57")] {
            let own = person.get(&format!("/api/opportunities/{id}")).await.ok();
            assert!(own["result"].is_object(), "{own}");
            let digits = own["result"].to_string().replace(',', "");
            assert!(!digits.contains(others), "{others} was told: {digits}");
        }
    }

    async fn the_private_part_of_a_package_never_reaches_a_provider(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let broker = setting.broker().await;
        let mut form = setting.package_form().await;
        form["person_reference"] = json!("CASE-PRIVATE-77");
        form["preference"] = json!("Would like to stay near the canal.");
        let package = broker.post("/api/packages", form).await.ok();
        let path = format!("/api/packages/{}", package["id"].as_str().expect("an id"));
        acorn.get(&path).await.refused(403, "role_needed");
        let closes_at = setting.now().plus_seconds(5 * 3600);
        let opportunity = broker.post(&format!("{path}/publish"), json!({"closes_at": closes_at})).await.ok();
        let id = opportunity["id"].as_str().expect("an id");
        for path in [format!("/api/opportunities/{id}"), "/api/opportunities".to_owned(), format!("/api/history/opportunity/{id}")] {
            let seen = acorn.get(&path).await.ok().to_string();
            assert!(!seen.contains("CASE-PRIVATE-77") && !seen.contains("canal"), "{path}");
        }
    }
}
