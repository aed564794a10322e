//! The live door: who may listen, what they hear, and that nothing is missed.

use crate::{
    on_both,
    setting::{socket::Heard, *},
};
use fairlot::{domain::disclosure::live::audiences, live::socket::QUEUE_MAX};
use serde_json::json;
use std::collections::HashMap;
use tokio_tungstenite::tungstenite;

/// The status with which a handshake was refused.
fn refused(answer: Result<socket::Socket, tungstenite::Error>) -> u16 {
    match answer {
        Err(tungstenite::Error::Http(response)) => response.status().as_u16(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("the handshake was answered"),
    }
}

on_both! {
    async fn nobody_listens_signed_out_or_from_another_site(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        assert_eq!(refused(setting.handshake(&[]).await), 401);
        assert_eq!(refused(setting.handshake(&[("authorization", "Bearer nonsense".to_owned())]).await), 401);
        let cookie = ("cookie", format!("fairlot_session={}", acorn.token));
        let foreign = ("origin", "https://elsewhere.example".to_owned());
        assert_eq!(refused(setting.handshake(&[cookie.clone(), foreign.clone()]).await), 403);
        let bearer = ("authorization", format!("Bearer {}", acorn.token));
        assert_eq!(refused(setting.handshake(&[bearer, foreign]).await), 403);
        let own = ("origin", format!("http://{}", setting.address));
        setting.handshake(&[cookie, own]).await.expect("its own site");
        // A command that another site makes a browser send is refused too.
        let headers = [("cookie", format!("fairlot_session={}", acorn.token)), ("origin", "https://elsewhere.example".to_owned())];
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        setting.nobody().send(reqwest::Method::DELETE, "/api/session", None, &headers).await.refused(403, "foreign_origin");
    }

    async fn a_listener_who_comes_back_hears_what_it_missed_once_and_in_order(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let broker = setting.broker().await;
        let mut listening = setting.listening(&broker, &HashMap::new()).await;
        let id = setting.published().await;
        let at = |verb: &str| format!("/api/opportunities/{id}/{verb}");
        let first = listening.event("opportunity_published").await;
        let mut heard = vec![first["number"].as_i64().expect("a number")];
        drop(listening);
        // It misses these.
        acorn.post(&at("interest"), json!({"interest": "seen"})).await.ok();
        acorn.post(&at("interest"), json!({"interest": "will_bid"})).await.ok();
        acorn.post(&at("bid"), setting.offer("14.00", "78.00").await).await.ok();
        let unknown = setting.published().await;
        let mut listening = setting.listening(&broker, &HashMap::from([(id.clone(), heard[0])])).await;
        acorn.post(&at("bid"), setting.offer("13.90", "78.00").await).await.ok();
        let mut new = Vec::new();
        while heard.len() < 5 || new.is_empty() {
            let event = listening.message().await;
            let number = event["number"].as_i64().expect("a number");
            if event["id"] == json!(id) { heard.push(number) } else { new.push((event["id"].clone(), number)) }
        }
        assert_eq!(heard, [1, 2, 3, 4, 5]);
        assert_eq!(new, [(json!(unknown), 1)]);
    }

    async fn who_names_numbers_that_no_event_has_hears_what_comes_after_them(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let broker = setting.broker().await;
        let ids = [setting.published().await, setting.published().await];
        let never = [i64::MIN, i64::MAX];
        let seen = ids.iter().cloned().zip(never).collect();
        let mut listening = setting.listening(&broker, &seen).await;
        let event = listening.event("opportunity_published").await;
        assert_eq!((&event["id"], &event["number"]), (&json!(ids[0]), &json!(1)));
        // Of the other it has heard all that ever comes, as it says.
        for id in ids.iter().rev() {
            acorn.post(&format!("/api/opportunities/{id}/interest"), json!({"interest": "seen"})).await.ok();
        }
        let event = listening.message().await;
        assert_eq!((&event["id"], &event["number"]), (&json!(ids[0]), &json!(2)));
    }

    async fn one_admitted_a_minute_ago_hears_at_once_and_one_suspended_hears_no_more(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.provider("Acorn Example Care").await;
        let enrolment = setting.applied(&acorn, "Supported Living").await;
        let path = format!("/api/enrolments/{}", enrolment["id"].as_str().expect("an id"));
        let procurement = setting.procurement().await;
        let mut listening = setting.listening(&acorn, &HashMap::new()).await;
        procurement.post(&format!("{path}/admit"), json!({"reasons": "All conditions are met."})).await.ok();
        assert_eq!(listening.event("enrolment_admitted").await["body"]["standing"], "admitted");
        let first = setting.published().await;
        assert_eq!(listening.event("opportunity_published").await["id"], json!(first));
        procurement.post(&format!("{path}/urgent-stop"), json!({"reason": "Under review."})).await.ok();
        listening.event("urgently_stopped").await;
        setting.published().await;
        // Nothing of the second is heard: the next that is heard is its own standing.
        procurement.post(&format!("{path}/reinstate"), json!({"reason": "Review ended."})).await.ok();
        assert_eq!(listening.message().await["kind"], "enrolment_reinstated");
    }

    async fn a_bid_is_told_to_officers_without_its_contents_and_to_no_other_provider(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let birch = setting.admitted("Birch Example Care", "Supported Living").await;
        let id = setting.published().await;
        let mut officer = setting.listening(&setting.broker().await, &HashMap::new()).await;
        let mut other = setting.listening(&birch, &HashMap::new()).await;
        let mut own = setting.listening(&acorn, &HashMap::new()).await;
        for listener in [&mut officer, &mut other, &mut own] {
            listener.event("opportunity_published").await;
        }
        acorn.post(&format!("/api/opportunities/{id}/bid"), setting.offer("14.37", "81.11").await).await.ok();
        let told = officer.event("bid_submitted").await;
        assert_eq!((&told["body"]["provider_name"], &told["body"]["counts"]["bids"]), (&json!("Acorn Example Care"), &json!(1)));
        assert!(!told.to_string().contains("14.37"));
        assert_eq!(own.event("bid_submitted").await["body"]["version"], 1);
        let reason = json!({"reason": "Chose a Direct Payment."});
        setting.broker().await.post(&format!("/api/opportunities/{id}/withdraw"), reason).await.ok();
        // The other provider's next news is the withdrawal: it never learned of the bid.
        assert_eq!(other.message().await["kind"], "opportunity_withdrawn");
    }

    async fn closing_is_told_by_the_clock_without_anybody_asking(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let id = setting.published().await;
        let mut listening = setting.listening(&acorn, &HashMap::new()).await;
        listening.event("opportunity_published").await;
        setting.wind_minutes(4 * 60);
        assert_eq!(listening.event("bidding_closed").await["id"], json!(id));
        let history = setting.broker().await.get(&format!("/api/history/opportunity/{id}")).await.ok();
        let last = Setting::items(&history).last().expect("events").clone();
        assert_eq!((&last["kind"], &last["who"]), (&json!("bidding_closed"), &json!("The clock")));
    }

    async fn signing_out_ends_every_session_and_every_socket(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let mut listening = setting.listening(&acorn, &HashMap::new()).await;
        setting.wind_minutes(1);
        acorn.send(reqwest::Method::DELETE, "/api/session", None, &[("idempotency-key", &new_key())]).await.ok();
        assert_eq!(u16::from(listening.closed().await.expect("a reason").code), 1008);
        acorn.get("/api/enrolments").await.refused(401, "signed_out");
        // Asking who is signed in is answered all the same: nobody.
        assert_eq!(acorn.get("/api/session").await.ok(), json!(null));
    }
}

#[actix_web::test]
async fn what_a_listener_may_say_is_one_short_hello() {
    let setting = Setting::begin(Kind::Sqlite).await;
    setting.market(SUPPORTED_LIVING).await;
    let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
    let bearer = || [("authorization", format!("Bearer {}", acorn.token))];
    for nonsense in [json!({"type": "bid"}), json!({"type": "hello", "seen": {"not-an-id": 1}}), json!([])] {
        let mut socket = setting.handshake(&bearer()).await.expect("a handshake");
        socket.say(nonsense).await;
        assert_eq!(u16::from(socket.closed().await.expect("a reason").code), 1008);
    }
    let mut socket = setting.listening(&acorn, &HashMap::new()).await;
    socket.say(json!({"type": "hello", "seen": {}})).await;
    assert_eq!(u16::from(socket.closed().await.expect("a reason").code), 1008);
    let mut socket = setting.handshake(&bearer()).await.expect("a handshake");
    socket.say(json!("x".repeat(70_000))).await;
    assert!(matches!(socket.hear().await, Heard::Closed(_)));
}

#[actix_web::test]
async fn a_listener_that_does_not_read_is_dropped_and_the_others_hear_on() {
    let setting = Setting::begin(Kind::Sqlite).await;
    setting.market(SUPPORTED_LIVING).await;
    let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
    let broker = setting.broker().await;
    let id = setting.published().await;
    // A place whose queue nobody empties, and a listener who reads.
    let found = fairlot::store::account::actor(setting.app.database.read(), broker.account_id).await;
    let (officer, _) = found.expect("an answer").expect("an actor");
    let place = setting.hub.join(broker.account_id, audiences(&officer, &[])).expect("a place");
    let mut reading = setting.listening(&broker, &HashMap::new()).await;
    assert_eq!(setting.hub.count(), 2);
    let (at, offer) = (format!("/api/opportunities/{id}/bid"), setting.offer("14.00", "78.00").await);
    let bidding = async {
        for _ in 0..=QUEUE_MAX {
            acorn.post(&at, offer.clone()).await.ok();
        }
    };
    // On a slow machine it takes long enough for ticks between the events.
    let hearing = async {
        let mut last = 0;
        while last < 2 + QUEUE_MAX as i64 {
            let message = reading.message().await;
            if message["type"] == "tick" {
                continue;
            }
            let number = message["number"].as_i64().expect("a number");
            assert_eq!(number, last + 1, "the one who reads hears every event");
            last = number;
        }
    };
    futures_util::join!(bidding, hearing);
    assert_eq!(setting.hub.count(), 1, "the place that was not read is gone");
    drop(place);
}

#[actix_web::test]
async fn a_server_that_stops_tells_every_listener() {
    let mut setting = Setting::begin(Kind::Sqlite).await;
    setting.market(SUPPORTED_LIVING).await;
    let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
    let mut sockets = Vec::new();
    for _ in 0..20 {
        sockets.push(setting.listening(&acorn, &HashMap::new()).await);
    }
    let stopping = std::time::Instant::now();
    setting.stop().await;
    for socket in &mut sockets {
        assert_eq!(u16::from(socket.closed().await.expect("a reason").code), 1001);
    }
    assert!(stopping.elapsed().as_secs() < 5);
}
