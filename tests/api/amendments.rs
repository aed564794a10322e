//! A live advert changes for everybody at once, and no bid is held to, or lost to, what it did not answer.

use crate::{on_both, setting::*};
use entity::vocabulary::{Instant, LetterKind, OfficerRole};
use futures_util::future::join;
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Package K's advert as it reads, ready to be corrected.
async fn correction(setting: &Setting, reason: &str) -> Value {
    let mut form = setting.package_form().await;
    let fields = form.as_object_mut().expect("a form");
    for private in ["category_id", "person_reference", "preference"] {
        fields.remove(private);
    }
    form["reason"] = json!(reason);
    form
}

on_both! {
    async fn a_deadline_moves_later_for_everybody_and_never_earlier(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        setting.market(&crate::disclosure::elsewhere()).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let birch = setting.admitted("Birch Example Care", "Supported Living").await;
        let id = setting.published().await;
        let at = |verb: &str| format!("/api/opportunities/{id}/{verb}");
        let deadline = setting.now().plus_seconds(4 * 3600);
        acorn.post(&at("bid"), setting.offer("14.00", "78.00").await).await.ok();
        let broker = setting.broker().await;
        let form = |closes_at: Instant, reason: &str| json!({"closes_at": closes_at, "reason": reason});
        for sooner in [deadline.plus_seconds(-60), deadline, deadline.plus_seconds(3599)] {
            broker.post(&at("extend"), form(sooner, "More time.")).await.refused(422, "deadline_too_soon");
        }
        let later = deadline.plus_seconds(3600);
        broker.post(&at("extend"), form(later, " ")).await.refused(422, "invalid_field");
        broker.post(&at("extend"), form(later, "Her son Daniel is away.")).await.refused(422, "advert_may_identify");
        broker.post(&at("extend"), form(deadline.plus_seconds(184 * 86_400), "More time.")).await.refused(422, "invalid_field");
        broker.post(&at("extend"), form(deadline.plus_seconds(60 * 86_400), "More time.")).await.refused(422, "start_too_soon");
        acorn.post(&at("extend"), form(later, "More time.")).await.refused(403, "role_needed");
        let elsewhere = setting.officer_of("elsewhere", "broker@elsewhere.example", &[OfficerRole::Broker]).await;
        elsewhere.post(&at("extend"), form(later, "More time.")).await.refused(404, "not_found");

        let mut listening = setting.listening(&birch, &HashMap::new()).await;
        let shown = broker.post(&at("extend"), form(later, "A question is answered on the site.")).await.ok();
        assert_eq!(shown["closes_at"], json!(later));
        let heard = listening.event("deadline_extended").await;
        assert_eq!(heard["body"], json!({"closes_at": later, "reason": "A question is answered on the site."}));
        let told = setting.letters_owed(&[LetterKind::DeadlineExtended]).await;
        let told: Vec<_> = told.into_iter().map(|(_, to)| to).collect();
        assert_eq!(told, [acorn.account_id, birch.account_id]);
        // The page says when, why, and what it was.
        let page = birch.get(&format!("/api/opportunities/{id}")).await.ok();
        assert_eq!(page["amendments"][0]["closes_at_before"], json!(deadline));
        assert_eq!(page["amendments"][0]["reason"], "A question is answered on the site.");
        assert_eq!(page["amendments"][0]["unsettles"], false);
        // The bid stands, and others come after the old deadline.
        let page = acorn.get(&format!("/api/opportunities/{id}")).await.ok();
        assert_eq!(page["mine"]["bid"]["unsettled"], false);
        setting.app.clock.stop_at(deadline);
        assert_eq!(fairlot::actions::opportunity::close_due(&setting.app).await.expect("closed"), 0);
        birch.post(&at("bid"), setting.offer("14.10", "78.00").await).await.ok();
        setting.app.clock.stop_at(later);
        acorn.post(&at("bid"), setting.offer("13.90", "78.00").await).await.refused(409, "bid_too_late");
        broker.post(&at("extend"), form(later.plus_seconds(7200), "More time.")).await.refused(409, "bidding_over");
        let history = birch.get(&format!("/api/history/opportunity/{id}")).await.ok();
        assert!(Setting::items(&history).iter().any(|e| e["kind"] == "deadline_extended"));
    }

    async fn a_corrected_need_asks_every_bidder_and_counts_who_confirms_or_revises(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let birch = setting.admitted("Birch Example Care", "Supported Living").await;
        let cedar = setting.admitted("Cedar Example Care", "Supported Living").await;
        let dale = setting.admitted("Dale Example Care", "Supported Living").await;
        let id = setting.published().await;
        let path = format!("/api/opportunities/{id}");
        let at = |verb: &str| format!("{path}/{verb}");
        for bidder in [&acorn, &birch, &cedar] {
            bidder.post(&at("bid"), setting.offer("14.00", "78.00").await).await.ok();
        }
        acorn.post(&at("bid/confirm"), json!({})).await.refused(409, "nothing_to_confirm");
        // With an hour and a half left, the market's four hours are to be left again.
        setting.wind_minutes(150);
        let broker = setting.broker().await;
        let mut form = correction(&setting, "Ten hours more were assessed.").await;
        form["quantities"][0]["quantity"] = json!("45");
        let shown = broker.post(&at("correct"), form.clone()).await.ok();
        let least = setting.now().plus_seconds(4 * 3600);
        let closes_at: Instant = serde_json::from_value(shown["closes_at"].clone()).expect("an instant");
        assert!(closes_at >= least && closes_at < least.plus_seconds(60), "{closes_at:?}");
        assert_eq!(shown["counts"]["bids"], 0);
        assert_eq!(shown["officers"]["bids"].as_array().expect("bids").len(), 3);
        assert_eq!(shown["officers"]["bids"][0]["unsettled"], true);
        let change = &shown["amendments"][0];
        assert_eq!(change["unsettles"], true);
        assert_eq!(change["changes"][0]["field"], "quantities");
        assert!(change["changes"][0]["before"].as_str().expect("words").contains("35"));
        assert!(change["changes"][0]["after"].as_str().expect("words").contains("45"));
        // The package reads the same from now on.
        let package = broker.get(&format!("/api/packages/{}", shown["officers"]["package_id"].as_str().expect("an id"))).await.ok();
        assert_eq!(package["quantities"][0]["quantity"], "45");
        let told = setting.letters_owed(&[LetterKind::AdvertCorrected]).await;
        assert_eq!(told.len(), 4);
        assert!(told.iter().any(|(_, to)| *to == dale.account_id));
        assert_eq!(acorn.get(&path).await.ok()["mine"]["bid"]["unsettled"], true);
        assert_eq!(acorn.get(&at("bid")).await.ok()["unsettled"], true);
        // Acorn confirms: the same offer, at what it comes to now.
        let receipt = acorn.post(&at("bid/confirm"), json!({})).await.ok();
        assert_eq!((&receipt["act"], &receipt["weekly_price"]), (&json!("confirmed"), &json!("1176.00")));
        acorn.post(&at("bid/confirm"), json!({})).await.refused(409, "nothing_to_confirm");
        // Its receipt says so afterwards, too; what it came to for the old advert cannot be told from the new one.
        let bid = acorn.get(&at("bid")).await.ok();
        assert_eq!(bid["receipt"], receipt);
        let versions = bid["versions"].as_array().expect("versions").iter();
        let told: Vec<_> = versions.map(|one| (one["act"].clone(), one["weekly_price"].clone())).collect();
        assert_eq!(told, [(json!("confirmed"), json!("1176.00")), (json!("submitted"), Value::Null)]);
        // Birch revises. Cedar does neither, and takes its bid back and submits it anew later: it is counted once.
        birch.post(&at("bid"), setting.offer("13.90", "78.00").await).await.ok();
        assert_eq!(broker.get(&path).await.ok()["counts"]["bids"], 2);
        cedar.post(&at("bid/withdraw"), json!({})).await.ok();
        assert_eq!(broker.get(&path).await.ok()["counts"]["bids"], 2);
        cedar.post(&at("bid"), setting.offer("14.20", "78.00").await).await.ok();
        assert_eq!(broker.get(&path).await.ok()["counts"]["bids"], 3);
        // Corrected once more: whoever does nothing now is kept, and takes no part.
        form["needs"] = json!("Help with cooking and money, and somebody awake at night.");
        form["reason"] = json!("Nights are waking nights.");
        broker.post(&at("correct"), form).await.ok();
        birch.post(&at("bid/confirm"), json!({})).await.ok();
        let over = setting.now().plus_seconds(4 * 3600 + 60);
        setting.app.clock.stop_at(over);
        acorn.post(&at("bid/confirm"), json!({})).await.refused(409, "bid_too_late");
        fairlot::actions::opportunity::close_due(&setting.app).await.expect("closed");
        let evaluator = setting.evaluator().await;
        setting.declared(&evaluator, &id).await;
        let evaluation = evaluator.get(&at("evaluation")).await.ok();
        assert_eq!(evaluation["bids"].as_array().expect("bids").len(), 1);
        let page = acorn.get(&path).await.ok();
        assert_eq!((&page["mine"]["bid"]["unsettled"], &page["mine"]["bid"]["withdrawn"]), (&json!(true), &json!(false)));
    }

    async fn a_corrected_title_leaves_bids_alone_and_what_may_identify_is_refused(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let id = setting.published().await;
        let path = format!("/api/opportunities/{id}");
        let at = |verb: &str| format!("{path}/{verb}");
        acorn.post(&at("bid"), setting.offer("14.00", "78.00").await).await.ok();
        let broker = setting.broker().await;
        let form = correction(&setting, "A mistake in the title.").await;
        broker.post(&at("correct"), form.clone()).await.refused(422, "invalid_field");
        for (field, words) in [("needs", "Lives at ST16 2LH."), ("reason", "Ring 01785 123456."), ("title", "Care for Mrs Smith")] {
            let mut leaking = form.clone();
            leaking["title"] = json!("Supported living, with sleep-ins");
            leaking[field] = json!(words);
            broker.post(&at("correct"), leaking).await.refused(422, "advert_may_identify");
        }
        let mut titled = form.clone();
        titled["title"] = json!("Supported living, with sleep-ins");
        acorn.post(&at("correct"), titled.clone()).await.refused(403, "role_needed");
        let before = broker.get(&path).await.ok();
        let shown = broker.post(&at("correct"), titled).await.ok();
        assert_eq!((&shown["title"], &shown["counts"]["bids"]), (&json!("Supported living, with sleep-ins"), &json!(1)));
        assert_eq!(shown["closes_at"], before["closes_at"]);
        let mut early = form.clone();
        early["starts_on"] = json!(setting.now().london_day());
        early["closes_at"] = json!(setting.now().plus_seconds(30 * 86_400));
        broker.post(&at("correct"), early).await.refused(422, "start_too_soon");
        // An offer that no longer fits is revised, not confirmed.
        let mut smaller = form;
        smaller["title"] = json!("Supported living, with sleep-ins");
        smaller["quantities"].as_array_mut().expect("lines").pop();
        broker.post(&at("correct"), smaller).await.ok();
        acorn.post(&at("bid/confirm"), json!({})).await.refused(422, "lines_mismatch");
        assert_eq!(acorn.get(&path).await.ok()["mine"]["bid"]["unsettled"], true);
        broker.post(&at("withdraw"), json!({"reason": "No longer needed."})).await.ok();
        broker.post(&at("extend"), json!({"closes_at": setting.now().plus_seconds(86_400), "reason": "x"})).await
            .refused(409, "opportunity_withdrawn");
    }

    async fn an_extension_that_races_the_closing_and_a_bid_leaves_one_truth(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let broker = setting.broker().await;
        for place in 0..4 {
            // Hours have gone by: both sign in again.
            let (acorn, broker) = (setting.signed_in_again(&acorn), setting.signed_in_again(&broker));
            let id = setting.published().await;
            let at = |verb: &str| format!("/api/opportunities/{id}/{verb}");
            let deadline = setting.now().plus_seconds(4 * 3600);
            setting.app.clock.stop_at(deadline.plus_milliseconds(-1));
            let extension = json!({"closes_at": deadline.plus_seconds(3600), "reason": "More time."});
            let offer = setting.offer("14.00", "78.00").await;
            let (extend, bid) = (at("extend"), at("bid"));
            let extending = async {
                if place % 2 == 0 {
                    setting.app.clock.wind(1);
                }
                broker.post(&extend, extension).await
            };
            let bidding = async {
                let reply = acorn.post(&bid, offer).await;
                setting.app.clock.stop_at(deadline);
                fairlot::actions::opportunity::close_due(&setting.app).await.expect("closed");
                reply
            };
            let (extended, bid) = join(extending, bidding).await;
            setting.app.clock.stop_at(deadline);
            fairlot::actions::opportunity::close_due(&setting.app).await.expect("closed");
            let seen = broker.get(&format!("/api/opportunities/{id}")).await.ok();
            let history = broker.get(&format!("/api/history/opportunity/{id}")).await.ok();
            let has = |kind: &str| Setting::items(&history).iter().any(|e| e["kind"] == kind);
            match extended.status {
                StatusCode::OK => {
                    assert_eq!(seen["stage"], "open");
                    assert!(has("deadline_extended") && !has("bidding_closed"));
                }
                _ => {
                    extended.refused(409, "bidding_over");
                    assert_ne!(seen["stage"], "open");
                    assert!(!has("deadline_extended") && has("bidding_closed"));
                }
            }
            let stands = acorn.get(&at("bid")).await.status == StatusCode::OK;
            assert_eq!(stands, bid.status == StatusCode::CREATED);
            assert_eq!(seen["counts"]["bids"], i64::from(stands));
        }
    }
}
