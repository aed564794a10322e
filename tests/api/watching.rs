//! A broker watches a live opportunity, reminds the silent, and is told what to offer otherwise.

use crate::{on_both, setting::*};
use entity::vocabulary::{LetterKind, OfficerRole};
use serde_json::json;

on_both! {
    async fn all_of_the_silent_are_reminded_alike_once_a_day_and_twice_at_most(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        setting.market(&crate::disclosure::elsewhere()).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let birch = setting.admitted("Birch Example Care", "Supported Living").await;
        let cedar = setting.admitted("Cedar Example Care", "Supported Living").await;
        let dale = setting.admitted("Dale Example Care", "Supported Living").await;
        let broker = setting.broker().await;
        let package = broker.post("/api/packages", setting.package_form().await).await.ok();
        let publish = format!("/api/packages/{}/publish", package["id"].as_str().expect("an id"));
        let closes_at = setting.now().plus_seconds(4 * 86_400);
        let id = broker.post(&publish, json!({"closes_at": closes_at})).await.ok();
        let path = format!("/api/opportunities/{}", id["id"].as_str().expect("an id"));
        let at = |verb: &str| format!("{path}/{verb}");
        // To have opened the page says nothing; a bid says enough, even one that was taken back.
        acorn.post(&at("interest"), json!({"interest": "seen"})).await.ok();
        birch.post(&at("bid"), setting.offer("14.00", "78.00").await).await.ok();
        birch.post(&at("bid/withdraw"), json!({})).await.ok();
        cedar.post(&at("interest"), json!({"interest": "cannot_bid", "reason": "Not before March.", "because": "start_too_soon"})).await.ok();
        let seen = broker.get(&path).await.ok();
        let watch = &seen["officers"]["watch"];
        assert_eq!(watch["silent"], json!(["Acorn Example Care", "Dale Example Care"]));
        // The post is at work beside the test.
        let letters = watch["delivered"].as_u64().zip(watch["on_their_way"].as_u64()).expect("numbers");
        assert_eq!((letters.0 + letters.1, &watch["undeliverable"], &watch["may_remind"]), (4, &json!(0), &json!(true)));
        assert_eq!(watch["cannot"], json!([{"because": "start_too_soon", "count": 1}]));
        acorn.post(&at("nudge"), json!({})).await.refused(403, "role_needed");
        let elsewhere = setting.officer_of("elsewhere", "broker@elsewhere.example", &[OfficerRole::Broker]).await;
        elsewhere.post(&at("nudge"), json!({})).await.refused(404, "not_found");
        let seen = broker.post(&at("nudge"), json!({})).await.ok();
        assert_eq!(seen["officers"]["watch"]["may_remind"], false);
        let reminded = async || {
            let owed = setting.letters_owed(&[LetterKind::OpportunityReminder]).await;
            owed.into_iter().map(|(_, to)| to).collect::<Vec<_>>()
        };
        assert_eq!(reminded().await, [acorn.account_id, dale.account_id]);
        let start = setting.now();
        setting.app.clock.stop_at(start.plus_seconds(23 * 3600));
        // Hours have gone by: they sign in again.
        let (acorn, broker) = (setting.signed_in_again(&acorn), setting.signed_in_again(&broker));
        broker.post(&at("nudge"), json!({})).await.refused(409, "reminded_lately");
        acorn.post(&at("interest"), json!({"interest": "will_bid"})).await.ok();
        setting.app.clock.stop_at(start.plus_seconds(25 * 3600));
        broker.post(&at("nudge"), json!({})).await.ok();
        assert_eq!(reminded().await, [acorn.account_id, dale.account_id, dale.account_id]);
        setting.app.clock.stop_at(start.plus_seconds(72 * 3600));
        let (acorn, broker) = (setting.signed_in_again(&acorn), setting.signed_in_again(&broker));
        broker.post(&at("nudge"), json!({})).await.refused(409, "reminded_lately");
        // Providers do not hear who was silent.
        let history = acorn.get(&format!("/api/history/opportunity/{}", id["id"].as_str().expect("an id"))).await.ok();
        assert!(Setting::items(&history).iter().all(|e| e["kind"] != "silent_reminded"));
    }

    async fn when_nothing_comes_the_reasons_suggest_what_to_offer(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let birch = setting.admitted("Birch Example Care", "Supported Living").await;
        let cedar = setting.admitted("Cedar Example Care", "Supported Living").await;
        let broker = setting.broker().await;
        let id = setting.published().await;
        let path = format!("/api/opportunities/{id}");
        let cannot = json!({"interest": "cannot_bid", "reason": "No.", "because": "start_too_soon"});
        acorn.post(&format!("{path}/interest"), cannot.clone()).await.ok();
        birch.post(&format!("{path}/interest"), cannot).await.ok();
        cedar.post(&format!("{path}/interest"), json!({"interest": "cannot_bid", "reason": "No."})).await.ok();
        broker.post(&format!("{path}/nudge"), json!({})).await.refused(409, "nobody_silent");
        assert_eq!(broker.get(&path).await.ok()["officers"]["watch"]["suggestions"], json!([]));
        setting.wind_minutes(180);
        let suggested = broker.get(&path).await.ok()["officers"]["watch"]["suggestions"].clone();
        assert_eq!(suggested[0]["words"], "2 of 3 could not start then: offer a later start.");
        assert_eq!(suggested[0]["field"], "starts_on");
        acorn.post(&format!("{path}/bid"), setting.offer("14.00", "78.00").await).await.ok();
        assert_eq!(broker.get(&path).await.ok()["officers"]["watch"]["suggestions"], json!([]));
        acorn.post(&format!("{path}/bid/withdraw"), json!({})).await.ok();
        setting.wind_minutes(61);
        let seen = broker.get(&path).await.ok();
        assert_eq!(seen["stage"], "unfilled");
        assert_eq!(seen["officers"]["watch"]["suggestions"][0]["count"], 2);
        broker.post(&format!("{path}/nudge"), json!({})).await.refused(409, "bidding_over");
    }
}
