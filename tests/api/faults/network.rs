//! Bad networks: commands that are cut anywhere, senders that never finish, listeners that never read or are gone
//! without a word. None of them makes anybody else wait, or is told twice or not at all.

use super::{
    kilobytes,
    listener::{Listener, Manner, Owed},
    proxy::{Proxy, Way, Weather},
    resume::everybody_has_heard,
    say,
    site::{House, LOOK, text},
    times,
    wire::{Wire, host, post},
};
use crate::{on_both, setting::*};
use fairlot::store::Database;
use std::{
    io,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

/// Longer than anything takes that is not held up.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where to cut something of so many bytes: everywhere, or in a few places and at both ends.
fn cuts(length: usize) -> impl Iterator<Item = usize> {
    let step = times((length / 24).max(1), 1);
    (0..length).step_by(step).chain([length - 1, length])
}

on_both! {
    async fn a_command_cut_anywhere_and_repeated_is_kept_once_and_answered_alike(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let id = setting.published().await;
        let path = format!("/api/opportunities/{id}/bid");
        let offer = setting.offer("14.00", "78.00").await.to_string();
        let address = setting.address.to_string();
        let mut wire = Wire::to(&address).await.expect("a connection");
        let whole = post(&acorn, &path, &offer, &new_key());
        let answer = wire.ask(&whole).await.expect("an answer");
        let proxy = Proxy::before(&acorn.base, Weather::CLEAR).await;
        let on_its_way = cuts(whole.len()).map(|bytes| Weather::up(Way::cut_after(bytes)));
        let on_its_way_back = cuts(answer.length).map(|bytes| Weather::down(Way::cut_after(bytes)));
        let mut version = 1;
        for weather in on_its_way.chain(on_its_way_back) {
            let told = format!("cut after {:?} up, {:?} down", weather.up.cut_after, weather.down.cut_after);
            let command = post(&acorn, &path, &offer, &new_key());
            proxy.turns(weather);
            let mut bad = Wire::to(host(&proxy.base)).await.expect("a connection");
            let cut = bad.ask(&command).await;
            let again = wire.ask(&command).await.expect("an answer");
            assert_eq!(again.status, 201, "{told}");
            version += 1;
            assert_eq!(again.body["version"], version, "{told}");
            assert_eq!(wire.ask(&command).await.expect("an answer").body, again.body, "{told}");
            // Where the answer came whole before the cut it was the same.
            if let Ok(first) = cut {
                assert_eq!(first, again, "{told}");
            }
        }
        let history = setting.broker().await.get(&format!("/api/opportunities/{id}")).await.ok();
        assert_eq!(history["event_number"], version + 1);
    }

    async fn whoever_sends_slowly_makes_nobody_wait(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let birch = setting.admitted("Birch Example Care", "Supported Living").await;
        let id = setting.published().await;
        let path = format!("/api/opportunities/{id}/bid");
        let offer = setting.offer("14.00", "78.00").await;
        let address = setting.address.to_string();
        let command = |key: &str| post(&acorn, &path, &offer.to_string(), key);
        // All of them stop in the middle of their form.
        let mut slow = Vec::new();
        for _ in 0..times(40, 400) {
            let (mut wire, command) = (Wire::to(&address).await.expect("a connection"), command(&new_key()));
            wire.send(&command[..command.len() - 100]).await.expect("sent");
            slow.push((wire, command));
        }
        // One sends its bytes one by one, with a pause after each.
        let each = Way { late: (Duration::from_micros(100), Duration::from_millis(2)), piece: 1, ..Weather::CLEAR.up };
        let proxy = Proxy::before(&acorn.base, Weather::both(each)).await;
        let dripping = tokio::task::spawn_local({
            let (command, host) = (command(&new_key()), host(&proxy.base).to_owned());
            async move { Wire::to(&host).await?.ask(&command).await }
        });
        let others = async {
            for _ in 0..times(30, 300) {
                birch.post(&path, offer.clone()).await.ok();
            }
        };
        timeout(PATIENCE, others).await.expect("nobody waits for those who send slowly");
        assert_eq!(dripping.await.expect("a task").expect("an answer").status, 201);
        // Whoever goes on in time is served all the same.
        for (mut wire, command) in slow {
            wire.send(&command[command.len() - 100..]).await.expect("sent");
            assert_eq!(wire.answer().await.expect("an answer").status, 201);
        }
    }
}

#[actix_web::test]
async fn whoever_never_ends_what_it_sends_is_given_up() {
    let setting = Setting::begin(Kind::Sqlite).await;
    setting.market(SUPPORTED_LIVING).await;
    let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
    let address = setting.address.to_string();
    let command = post(&acorn, "/api/opportunities/none/bid", "{\"rates\": []}", &new_key());
    let given_up = async |bytes: &[u8]| {
        let mut wire = Wire::to(&address).await.expect("a connection");
        wire.send(bytes).await.expect("sent");
        wire.answer().await
    };
    // A head, within five seconds.
    let answer = timeout(PATIENCE, given_up(&command[..40])).await.expect("given up in time");
    assert_eq!(answer.expect("an answer").status, 408);
    if times(0, 1) == 0 {
        return;
    }
    // A form, within a minute.
    let most = fairlot::http::request::BODY_TAKES_MAX + PATIENCE;
    let answer = timeout(most, given_up(&command[..command.len() - 4])).await.expect("given up in time");
    assert_eq!(answer.expect("an answer").body["code"], "malformed");
}

#[actix_web::test]
async fn listeners_behind_bad_networks_hear_everything_once_and_in_order() {
    let house = House::open(Kind::Sqlite, 3).await;
    let site = &house.site;
    let ms = Duration::from_millis;
    let unsteady = Way { late: (ms(1), ms(25)), ..Weather::CLEAR.up };
    let narrow = Way { piece: 1, ..Weather::CLEAR.up };
    let cut = |least, most| Way { cut_after: Some((least, most)), late: (ms(0), ms(3)), ..Weather::CLEAR.up };
    let weathers = [
        Weather::both(unsteady),
        Weather::both(narrow),
        Weather::down(cut(150, 6_000)),
        Weather::up(cut(100, 1_500)),
        Weather { up: narrow, down: cut(400, 4_000) },
    ];
    let (mut listeners, mut proxies) = (Vec::new(), Vec::new());
    for round in 0..times(2, 20) {
        for (place, weather) in weathers.into_iter().enumerate() {
            let proxy = Proxy::before(&site.base(), weather).await;
            let person = [&site.broker, &site.bidders[place % 3]][round % 2];
            let seed = (round * weathers.len() + place) as u64;
            listeners.push(Listener::begin(&site.behind(&proxy.base), person, Manner::Steady, seed));
            proxies.push(proxy);
        }
    }
    let id = site.published().await;
    for round in 0..times(20, 400) {
        for bidder in &site.bidders {
            let offer = site.offer(&format!("14.{:02}", round % 100));
            site.insist(bidder, &format!("/api/opportunities/{id}/bid"), &offer).await.ok();
        }
        if round % 10 == 0 {
            let needs = format!("Help with cooking and {round} more.");
            site.insist(&site.broker, &format!("/api/opportunities/{id}/correct"), &site.correction(&needs))
                .await
                .ok();
        }
    }
    let database = Database::connect(&house.database).await.expect("a connection");
    everybody_has_heard(site, &listeners, &Owed::by_the_record(database.read(), site).await).await;
    let welcomes: usize = listeners.iter().map(|one| one.heard.borrow().welcomes).sum();
    assert!(welcomes > listeners.len(), "nobody was ever cut off");
}

/// For as long as the server says that a dead peer may be silent: 60 seconds, which cannot be wound.
#[actix_web::test]
async fn a_listener_that_is_gone_without_a_word_is_let_go_after_two_ticks() {
    if times(0, 1) == 0 {
        return;
    }
    let setting = Setting::begin(Kind::Sqlite).await;
    setting.market(SUPPORTED_LIVING).await;
    let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
    let dead = Way { dead: true, ..Weather::CLEAR.up };
    let mut gone = Vec::new();
    for weather in [Weather::up(dead), Weather::down(dead), Weather::both(dead)] {
        let proxy = Proxy::before(&acorn.base, Weather::CLEAR).await;
        let socket = socket::Socket::open(&proxy.base, &acorn.token).await;
        proxy.turns(weather);
        gone.push((proxy, socket));
    }
    let (began, mut there) =
        (Instant::now(), setting.listening(&acorn, &std::collections::HashMap::new()).await);
    assert_eq!(setting.hub.count(), 4);
    while setting.hub.count() > 1 {
        // The one that is there answers pings by reading.
        let _ = timeout(LOOK, there.hear()).await;
        assert!(began.elapsed() < Duration::from_secs(75), "{} are left", setting.hub.count());
    }
    say(&format!("three dead listeners were let go after {:?}", began.elapsed()));
    assert!(began.elapsed() > Duration::from_secs(35), "they were given too little time");
    setting.published().await;
    there.event("opportunity_published").await;
}

#[actix_web::test]
async fn those_who_never_read_are_dropped_and_cost_little_meanwhile() {
    let house = House::open(Kind::Sqlite, 6).await;
    let site = &house.site;
    let count = times(50, 1_000);
    let before = kilobytes(house.served.pid(), "VmRSS");
    let reads = Listener::begin(site, &site.broker, Manner::Steady, 0);
    let mut never = Vec::new();
    for _ in 0..count {
        never.push(never_reads(&site.base(), &site.broker.token).await.expect("a listener"));
    }
    let nobody = Person::at(&site.base());
    let counted = async |name: &str| metric(text(&nobody.get("/metrics").await.ok()), name);
    while counted("fairlot_listeners").await < count + 1 {
        tokio::time::sleep(LOOK).await;
    }
    let (began, id) = (Instant::now(), site.published().await);
    let path = format!("/api/opportunities/{id}/bid");
    let mut bids = 0;
    while counted("fairlot_listeners").await > 1 {
        let offer = site.offer("14.00");
        let bidding = site.bidders.iter().map(|bidder| site.insist(bidder, &path, &offer));
        for reply in futures_util::future::join_all(bidding).await {
            reply.ok();
            bids += 1;
        }
        assert!(bids < 20_000, "they are still there");
    }
    // Later than this the sockets themselves would have been given up.
    if began.elapsed() < Duration::from_secs(15) {
        assert_eq!(counted("fairlot_listeners_dropped_slow").await, count);
    }
    let cost = kilobytes(house.served.pid(), "VmHWM").saturating_sub(before) / 1024;
    say(&format!(
        "{count} listeners that never read were dropped after {bids} bids and cost {cost} MiB at most"
    ));
    assert!(cost < times(100, 400), "{cost} MiB");
    let database = Database::connect(&house.database).await.expect("a connection");
    everybody_has_heard(site, &[reads], &Owed::by_the_record(database.read(), site).await).await;
}

/// A listener that has said hello, and reads nothing from then on.
async fn never_reads(base: &str, token: &str) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(4 * 1024)?;
    let mut stream = socket.connect(host(base).parse().map_err(io::Error::other)?).await?;
    let handshake = format!(
        "GET /api/live HTTP/1.1\r\nhost: faults\r\nauthorization: Bearer {token}\r\nconnection: Upgrade\r\n\
         upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(handshake.as_bytes()).await?;
    let mut begins = [0; 12];
    stream.read_exact(&mut begins).await?;
    assert_eq!(&begins, b"HTTP/1.1 101");
    let hello = br#"{"type":"hello"}"#;
    // A short text, masked with zeros, which change nothing of it.
    let frame = [&[0x81, 0x80 | hello.len() as u8, 0, 0, 0, 0], hello.as_slice()].concat();
    stream.write_all(&frame).await?;
    Ok(stream)
}

/// A number of the server's own.
fn metric(metrics: &str, name: &str) -> usize {
    let found = metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    found.map_or(0, |number| number.parse().expect("a number"))
}
