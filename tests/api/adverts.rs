//! Adverts are kept in memory, by the number of their newest event. A node that has looked at them before shows what one
//! shows that has just begun, to everybody, whatever happened meanwhile and wherever.

use crate::{on_both, setting::*};
use entity::vocabulary::*;
use fairlot::{
    actions::{Failure, Page, opportunity},
    app::App,
    domain::board::Wanted,
    store,
};
use reqwest::Method;
use serde_json::{Value, json};

/// What a node shows somebody: the board, and the page of an opportunity.
async fn shown(node: &App, who: &Person, id: &str) -> Value {
    let found = store::account::actor(node.database.read(), who.account_id).await.expect("an answer");
    let (actor, _) = found.expect("somebody");
    let part = Page { after: None, size: 50 };
    let board = opportunity::list(node, &actor, None, Wanted::default(), part).await.expect("a board");
    let page = match opportunity::show(node, &actor, id.parse().expect("an id")).await {
        Ok(mut page) => {
            // Letters leave while one looks.
            if let Some(officers) = &mut page.officers {
                (officers.watch.on_their_way, officers.watch.delivered) = (0, 0);
            }
            json!(page)
        }
        Err(Failure::Refused(why)) => json!(why.code.as_str()),
        Err(why) => panic!("{why}"),
    };
    json!({"board": board, "page": page})
}

/// What a node that has looked before shows each of these, once it is found to be what a node that has just begun shows.
async fn as_anew<const N: usize>(
    setting: &Setting,
    node: &App,
    people: [&Person; N],
    id: &str,
) -> [Value; N] {
    let anew = setting.node().await;
    let mut all = Vec::new();
    for who in people {
        let seen = shown(node, who, id).await;
        assert_eq!(seen, shown(&anew, who, id).await, "as {} sees it", who.email);
        // And once more, out of memory.
        assert_eq!(seen, shown(&anew, who, id).await, "as {} sees it again", who.email);
        all.push(seen);
    }
    all.try_into().expect("as many as there are people")
}

on_both! {
    async fn a_node_that_has_looked_before_shows_what_one_shows_that_has_just_begun(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let birch = setting.admitted("Birch Example Care", "Supported Living").await;
        let cedar = setting.provider("Cedar Example Care").await;
        let broker = setting.broker().await;
        let other = setting.published().await;
        let id = setting.published().await;
        let at = |verb: &str| format!("/api/opportunities/{id}/{verb}");
        let node = setting.node().await;
        let look = async || as_anew(&setting, &node, [&acorn, &birch, &cedar, &broker], &id).await;
        let card = |of: &Value| of["board"]["items"].as_array().expect("cards")[0].clone();

        let [own, others, strangers, officers] = look().await;
        assert_eq!(card(&own)["id"], json!(id));
        assert_eq!((&own, &strangers["page"]), (&others, &json!("not_found")));
        assert_eq!(officers["board"]["items"][1]["id"], json!(other));

        // What one of them says, types and sends is its own, on every node.
        acorn.post(&at("interest"), json!({"interest": "will_bid", "reason": null})).await.ok();
        let offer = setting.offer("14.00", "78.00").await;
        let key = new_key();
        let headers = [("idempotency-key", key.as_str())];
        acorn.send(Method::PUT, &at("draft"), Some(offer.to_string()), &headers).await.ok();
        let [own, others, ..] = look().await;
        assert_eq!(card(&own)["mine"], json!({"interest": "will_bid", "bid": null, "draft": true, "outcome": null}));
        assert_eq!(card(&others)["mine"], json!({"interest": null, "bid": null, "draft": false, "outcome": null}));
        acorn.post(&at("bid"), offer).await.ok();
        let [own, others, _, officers] = look().await;
        assert_eq!((&own["page"]["mine"]["bid"]["version"], &others["page"]["mine"]["bid"]), (&json!(1), &json!(null)));
        assert_eq!(card(&officers)["counts"]["bids"], 1);

        // What the broker changes is changed for everybody.
        let later = setting.now().plus_seconds(5 * 3600);
        let extension = json!({"closes_at": later, "reason": "A question is answered on the site."});
        broker.post(&at("extend"), extension).await.ok();
        let [own, others, ..] = look().await;
        for seen in [&own, &others] {
            assert_eq!((&seen["page"]["closes_at"], &card(seen)["closes_at"]), (&json!(later), &json!(later)));
            assert_eq!(seen["page"]["amendments"].as_array().map(Vec::len), Some(1));
        }

        // So is what a market calls itself.
        setting.market(&SUPPORTED_LIVING.replace("name = \"Supported Living\"", "name = \"Living\"")).await;
        let [own, ..] = look().await;
        assert_eq!((&own["page"]["market_name"], &card(&own)["market_name"]), (&json!("Living"), &json!("Living")));

        // Whoever is admitted later finds all of it, and whoever is stopped nothing but what it bid for.
        let enrolment = setting.applied(&cedar, "Living").await;
        setting.admit(&setting.procurement().await, &enrolment).await;
        let [.., joined, _] = look().await;
        assert_eq!((&card(&joined)["id"], &joined["page"]["id"]), (&json!(id), &json!(id)));

        // Time passes without an event, and is seen to.
        setting.wind_minutes(6 * 60);
        assert_eq!(card(&shown(&node, &birch, &id).await)["stage"], "marking");
        // What the clock says of it is said before anybody looks.
        opportunity::close_due(&setting.app).await.expect("closed");
        let [own, ..] = look().await;
        assert_eq!((&own["page"]["stage"], &card(&own)["stage"]), (&json!("marking"), &json!("marking")));
        broker.post(&at("withdraw"), json!({"reason": "The person chose to stay."})).await.ok();
        let [own, ..] = look().await;
        assert_eq!((&own["page"]["stage"], &card(&own)["stage"]), (&json!("withdrawn"), &json!("withdrawn")));
    }

    async fn a_node_goes_by_what_is_kept_and_not_by_what_was_undone(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let broker = setting.broker().await;
        let id = setting.published().await;
        let node = setting.node().await;
        for reason in ["The site is visited on Monday.", "The site is visited on Tuesday."] {
            // One that is refused, and one that stands, under the next number.
            let closes_at = setting.now().plus_seconds(60);
            let path = format!("/api/opportunities/{id}/extend");
            broker.post(&path, json!({"closes_at": closes_at, "reason": reason})).await.refused(422, "deadline_too_soon");
            let [before] = as_anew(&setting, &node, [&acorn], &id).await;
            let later: Instant = before["page"]["closes_at"].as_str().expect("an instant").parse().expect("an instant");
            let later = later.plus_seconds(3600);
            broker.post(&path, json!({"closes_at": later, "reason": reason})).await.ok();
            let [after] = as_anew(&setting, &node, [&acorn], &id).await;
            assert_eq!(after["page"]["closes_at"], json!(later));
            let number = |of: &Value| of["page"]["event_number"].as_i64().expect("a number");
            assert_eq!(number(&after), number(&before) + 1);
        }
    }
}
