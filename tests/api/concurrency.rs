//! Many at once: what must happen once happens once, and a sum is never exceeded.

use crate::{on_both, setting::*};
use futures_util::future::{Either, join_all, select};
use reqwest::StatusCode;
use serde_json::json;
use std::pin::pin;

on_both! {
    async fn the_same_command_sent_many_times_at_once_is_done_once(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let id = setting.published().await;
        let at = format!("/api/opportunities/{id}/bid");
        let offer = setting.offer("14.00", "78.00").await;
        let replies = join_all((0..12).map(|_| acorn.post_with(&at, offer.clone(), "one-key-for-all"))).await;
        let receipts: Vec<_> = replies.into_iter().map(Reply::ok).collect();
        assert!(receipts.iter().all(|receipt| *receipt == receipts[0]));
        assert_eq!(acorn.get(&at).await.ok()["version"], 1);
    }

    async fn approvers_who_race_make_one_contract(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let id = setting.priced(&[(&acorn, "13.60", "78.00", "4")]).await;
        setting.recommended(&id).await;
        let path = format!("/api/opportunities/{id}/approve");
        let approvers = [
            setting.second_commissioner().await,
            setting.assistant_director().await,
            setting.director().await,
        ];
        let racing = approvers.iter().cycle().take(12).map(|a| a.post(&path, json!({"reason": "Yes."})));
        let mut made = 0;
        for reply in join_all(racing).await {
            match reply.status {
                StatusCode::CREATED => made += 1,
                _ => { reply.refused(409, "already_awarded"); }
            }
        }
        assert_eq!(made, 1);
        let register = approvers[0].get("/api/contracts").await.ok();
        assert_eq!(Setting::items(&register).len(), 1);
        assert_eq!(Setting::items(&register)[0]["yearly_value"], "53144.00");
    }

    async fn a_post_created_in_two_markets_of_an_authority_at_once_is_one(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        setting.market(DAY_OPPORTUNITIES).await;
        let officer = setting.procurement().await;
        let markets = officer.get("/api/markets").await.ok();
        let ids: Vec<_> = markets.as_array().expect("markets").iter().map(|m| m["id"].as_str().expect("an id").to_owned()).collect();
        assert_eq!(ids.len(), 2);
        for n in 0..8 {
            let form = json!({"title": format!("Team Manager {n}"), "reason": "New structure."});
            let creating = ids.iter().map(|id| {
                let (officer, path, form) = (officer.clone(), format!("/api/markets/{id}/scheme/posts"), form.clone());
                async move { officer.post(&path, form).await }
            });
            let mut made = 0;
            for reply in join_all(creating).await {
                match reply.status.is_success() {
                    true => made += 1,
                    // Seen already, or made at the same moment.
                    false => {
                        assert_eq!(reply.status, StatusCode::CONFLICT, "{}", reply.body);
                        let code = reply.body["code"].as_str().expect("a code");
                        assert!(["post_exists", "done_meanwhile"].contains(&code), "{code}");
                    }
                }
            }
            assert_eq!(made, 1);
        }
    }

    async fn awards_that_race_for_the_last_of_the_sum_never_exceed_it_and_none_that_fits_is_refused(setting: Setting) {
        // Room for three of five in the financial year 2027/28, of which each takes £53,436.00.
        let text = SUPPORTED_LIVING.replace("spend_cap_yearly = \"22000000.00\"", "spend_cap_yearly = \"160308.00\"");
        setting.market(&text).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let mut opportunities = Vec::new();
        for _ in 0..5 {
            let acorn = setting.signed_in_again(&acorn);
            let id = setting.priced(&[(&acorn, "13.60", "78.00", "4")]).await;
            setting.recommended(&id).await;
            opportunities.push(id);
        }
        let approver = setting.second_commissioner().await;
        let racing = opportunities.iter().map(|id| {
            let approver = approver.clone();
            async move {
                approver.post(&format!("/api/opportunities/{id}/approve"), json!({"reason": "Yes."})).await
            }
        });
        let mut made = 0;
        for reply in join_all(racing).await {
            match reply.status {
                StatusCode::CREATED => made += 1,
                _ => { reply.refused(409, "cap_exceeded"); }
            }
        }
        assert_eq!(made, 3);
        let register = approver.get("/api/contracts").await.ok();
        let id = Setting::items(&register)[0]["id"].as_str().expect("an id");
        let contract = approver.get(&format!("/api/contracts/{id}")).await.ok();
        assert_eq!(contract["budget"]["budgets"][0]["committed"], "318864.00");
    }

    async fn bids_that_race_the_deadline_are_in_or_late_and_never_both(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let mut bidders = Vec::new();
        for place in 0..8 {
            bidders.push(setting.admitted(&format!("Provider {place} Example Care"), "Supported Living").await);
        }
        let id = setting.published().await;
        let at = format!("/api/opportunities/{id}/bid");
        let deadline = setting.now().plus_seconds(4 * 3600);
        setting.app.clock.stop_at(deadline.plus_milliseconds(-1));
        let offer = setting.offer("14.00", "78.00").await;
        let bidding = bidders.iter().enumerate().map(|(place, bidder)| {
            let (at, offer, clock) = (at.clone(), offer.clone(), setting.app.clock.clone());
            async move {
                if place == 4 {
                    clock.wind(1);
                }
                bidder.post(&at, offer).await
            }
        });
        let replies = join_all(bidding).await;
        let in_time = replies.iter().filter(|r| r.status == StatusCode::CREATED).count();
        for (bidder, reply) in bidders.iter().zip(&replies) {
            let stands = bidder.get(&at).await.status == StatusCode::OK;
            assert_eq!(stands, reply.status == StatusCode::CREATED);
        }
        for reply in replies.into_iter().filter(|r| r.status == StatusCode::CREATED) {
            assert_eq!(reply.body["received_at"], json!(deadline.plus_milliseconds(-1)));
        }
        fairlot::actions::opportunity::close_due(&setting.app).await.expect("closed");
        let broker = setting.broker().await;
        let seen = broker.get(&format!("/api/opportunities/{id}")).await.ok();
        assert_eq!(seen["counts"]["bids"], in_time);
        let history = broker.get(&format!("/api/history/opportunity/{id}")).await.ok();
        let late = Setting::items(&history).iter().filter(|e| e["kind"] == "late_bid_refused").count();
        assert_eq!(in_time + late, 8);
        let numbers: Vec<_> = Setting::items(&history).iter().map(|e| e["number"].as_u64().expect("a number")).collect();
        assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
    }

    async fn bids_at_once_are_each_answered_once_and_those_refused_change_nothing(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let mut bidders = Vec::new();
        for place in 0..12 {
            bidders.push(setting.admitted(&format!("Provider {place} Example Care"), "Supported Living").await);
        }
        let id = setting.published().await;
        let at = format!("/api/opportunities/{id}/bid");
        let good = setting.offer("14.00", "78.00").await;
        let mut bad = good.clone();
        bad["rates"][0]["rate"] = json!("13.605");
        // Each bids, bids the same again under the same key, and sends what does not fit between the two.
        let bidding = bidders.iter().enumerate().flat_map(|(place, bidder)| {
            [(&good, "same"), (&bad, "bad"), (&good, "same")].map(|(offer, key)| {
                let (at, key) = (at.clone(), format!("{key}-{place:04}"));
                async move { bidder.post_with(&at, offer.clone(), &key).await }
            })
        });
        let mut replies = join_all(bidding).await.into_iter();
        while let (Some(first), Some(refused), Some(again)) = (replies.next(), replies.next(), replies.next()) {
            assert_eq!(first.ok(), again.ok());
            refused.refused(422, "rate_invalid");
        }
        for bidder in &bidders {
            assert_eq!(bidder.get(&at).await.ok()["version"], 1);
        }
        let broker = setting.broker().await;
        assert_eq!(broker.get(&format!("/api/opportunities/{id}")).await.ok()["counts"]["bids"], 12);
        assert_eq!(event_numbers(&broker, &id).await, (1..=13).collect::<Vec<_>>());
    }

    async fn who_hangs_up_in_the_middle_takes_nobody_along(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let mut bidders = Vec::new();
        for place in 0..10 {
            bidders.push(setting.admitted(&format!("Provider {place} Example Care"), "Supported Living").await);
        }
        let id = setting.published().await;
        let at = format!("/api/opportunities/{id}/bid");
        let offer = setting.offer("14.00", "78.00").await;
        // Every other one hangs up, each a little later than the one before.
        let bidding = bidders.iter().enumerate().map(|(place, bidder)| {
            let (at, offer) = (at.clone(), offer.clone());
            async move {
                let bid = pin!(bidder.post(&at, offer));
                let patience = pin!(async {
                    for _ in 0..place * 40 {
                        tokio::task::yield_now().await;
                    }
                    if place % 2 == 1 {
                        std::future::pending::<()>().await;
                    }
                });
                match select(bid, patience).await {
                    Either::Left((reply, _)) => Some(reply),
                    Either::Right(_) => None,
                }
            }
        });
        let replies = join_all(bidding).await;
        // Whatever was under way when they hung up is done, because this comes after it.
        let last = setting.admitted("The Last Example Care", "Supported Living").await;
        last.post(&at, offer).await.ok();
        let mut stand = 1;
        for (bidder, reply) in bidders.iter().zip(replies) {
            let found = bidder.get(&at).await;
            stand += u64::from(found.status == StatusCode::OK);
            if let Some(reply) = reply {
                assert_eq!(reply.ok()["digest"], found.ok()["receipt"]["digest"]);
            }
        }
        let broker = setting.broker().await;
        assert_eq!(broker.get(&format!("/api/opportunities/{id}")).await.ok()["counts"]["bids"], stand);
        assert_eq!(event_numbers(&broker, &id).await, (1..=stand + 1).collect::<Vec<_>>());
    }
}

/// The numbers of what happened to an opportunity, in order.
async fn event_numbers(officer: &Person, id: &str) -> Vec<u64> {
    let history = officer.get(&format!("/api/history/opportunity/{id}")).await.ok();
    Setting::items(&history).iter().map(|event| event["number"].as_u64().expect("a number")).collect()
}
