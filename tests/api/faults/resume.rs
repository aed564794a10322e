//! Listeners whose server is killed under them, who leave by themselves, and whose connections break within a message:
//! whoever comes back has heard everything that is theirs to hear, once and in order.

use super::{
    kilobytes,
    listener::{Heard, Listener, Manner, Owed, difference},
    say, seed,
    site::{House, LOOK, Site},
    times,
};
use crate::setting::*;
use fairlot::store::Database;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use rustix::process::{Resource, getrlimit, setrlimit};
use serde_json::json;
use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    ops::Range,
    rc::Rc,
    time::{Duration, Instant},
};

const BIDDERS: usize = 12;
/// Opportunities in all: a listener follows at most 1,000.
const OPPORTUNITIES_MAX: usize = 300;
/// How many events a listener may be behind before those who act wait for it. Who is twice as far behind is told to read
/// anew, and that is no matter of coming back: a machine on which two thousand listen in one process can be too slow.
const BEHIND_MAX: usize = fairlot::actions::announcement::RESUMED_MAX / 2;
/// Longer than it takes to tell everybody everything.
const PATIENCE: Duration = Duration::from_secs(60);

/// What happens while they listen.
struct Acts {
    site: Site,
    open: RefCell<Vec<String>>,
    /// How many listeners hear of every advert.
    hearing: RefCell<Vec<Rc<RefCell<Heard>>>>,
    over: Cell<bool>,
    /// Whether somebody is too far behind, and how often that was so.
    waits: Cell<bool>,
    waited: Cell<usize>,
    pace: Duration,
}

impl Acts {
    /// One bidder bids, revises, takes back, and says what it thinks, on whatever is open.
    async fn bid(self: Rc<Self>, bidder: Person, seed: u64) {
        let mut chance = StdRng::seed_from_u64(seed);
        let mut pace = tokio::time::interval(self.pace);
        while !self.over.get() {
            pace.tick().await;
            if self.waits.get() {
                continue;
            }
            let Some(id) = self.open.borrow().choose(&mut chance).cloned() else { continue };
            let at = |verb: &str| format!("/api/opportunities/{id}/{verb}");
            let (path, form) = match chance.random_range(0..10) {
                0 => (at("interest"), json!({"interest": "will_bid"})),
                1 => (at("bid/withdraw"), json!({})),
                2 => (at("bid/confirm"), json!({})),
                _ => (at("bid"), self.site.offer(&format!("14.{:02}", chance.random_range(0..80)))),
            };
            let reply = self.site.insist(&bidder, &path, &form).await;
            let code = reply.body["code"].as_str().unwrap_or_default().to_owned();
            let expected = ["", "no_bid", "nothing_to_confirm", "opportunity_withdrawn"];
            assert!(expected.contains(&code.as_str()), "{}", reply.body);
        }
    }

    /// The broker publishes, moves deadlines, corrects, and takes back what everybody has heard of.
    async fn publish(self: Rc<Self>, seed: u64) {
        let mut chance = StdRng::seed_from_u64(seed);
        let mut pace = tokio::time::interval(self.pace * 4);
        let mut published = 0;
        while !self.over.get() {
            pace.tick().await;
            if self.waits.get() {
                continue;
            }
            let open = self.open.borrow().len();
            let choice = chance.random_range(0..5);
            if open < 3 || (choice == 0 && open < 12 && published < OPPORTUNITIES_MAX) {
                let id = self.site.published().await;
                self.open.borrow_mut().push(id);
                published += 1;
                continue;
            }
            let place = chance.random_range(0..open);
            let id = self.open.borrow()[place].clone();
            let at = |verb: &str| format!("/api/opportunities/{id}/{verb}");
            let broker = &self.site.broker;
            match choice {
                1 if published < OPPORTUNITIES_MAX && self.is_known(&id) => {
                    self.open.borrow_mut().remove(place);
                    let form = json!({"reason": "Care was found in the family."});
                    self.site.insist(broker, &at("withdraw"), &form).await.ok();
                }
                2 => {
                    let needs = format!("Help with cooking, and {} more.", chance.random::<u32>());
                    // An advert can be amended so often and no more.
                    self.site.insist(broker, &at("correct"), &self.site.correction(&needs)).await;
                }
                _ => {}
            }
        }
    }

    /// Lets those who act wait while somebody who hears of everything is too far behind.
    async fn wait_for(self: Rc<Self>, officers: Vec<Rc<RefCell<Heard>>>, database: Database) {
        while !self.over.get() {
            let recorded = Owed::recorded(database.read()).await;
            let least = officers.iter().map(|one| one.borrow().events).min().unwrap_or_default();
            let waits = recorded.saturating_sub(least) > BEHIND_MAX;
            if waits && !self.waits.replace(waits) {
                self.waited.set(self.waited.get() + 1);
            }
            self.waits.set(waits);
            tokio::time::sleep(LOOK * 50).await;
        }
    }

    /// Who has never heard of an advert is not told that it was taken back: so it is, once all have heard.
    fn is_known(&self, id: &str) -> bool {
        let id = id.parse().expect("an id");
        self.hearing.borrow().iter().all(|heard| heard.borrow().numbers.contains_key(&id))
    }
}

/// As many sockets as this process and those it starts may have.
fn open_many_files() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).expect("as many as are allowed");
}

async fn whoever_comes_back_has_heard_everything_once_and_in_order(kind: Kind) {
    open_many_files();
    let seed = seed(&format!("resuming on {kind:?}"));
    let mut house = House::open(kind, BIDDERS).await;
    let site = house.site.clone();
    let acts = Rc::new(Acts {
        site: site.clone(),
        open: RefCell::default(),
        hearing: RefCell::default(),
        over: Cell::new(false),
        waits: Cell::new(false),
        waited: Cell::new(0),
        pace: Duration::from_millis(times(20, 100) as u64),
    });
    let database = Database::connect(&house.database).await.expect("a connection");
    let people: Vec<_> = [&site.broker, &site.stranger].into_iter().chain(&site.bidders).collect();
    let listeners: Vec<_> = (0..times(160, 2_000))
        .map(|place| {
            let manner = if place % 4 == 0 { Manner::Steady } else { Manner::Fickle };
            Listener::begin(&site, people[place % people.len()], manner, seed.wrapping_add(place as u64))
        })
        .collect();
    *acts.hearing.borrow_mut() = listeners
        .iter()
        .filter(|one| one.person.email != site.stranger.email)
        .map(|one| Rc::clone(&one.heard))
        .collect();
    let officers = listeners.iter().filter(|one| one.person.email == site.broker.email);
    let officers = officers.map(|one| Rc::clone(&one.heard)).collect();
    let mut acting = vec![
        tokio::task::spawn_local(Rc::clone(&acts).publish(seed)),
        tokio::task::spawn_local(Rc::clone(&acts).wait_for(officers, database.clone())),
    ];
    for (place, bidder) in site.bidders.iter().enumerate() {
        let bidding = Rc::clone(&acts).bid(bidder.clone(), seed.wrapping_sub(place as u64));
        acting.push(tokio::task::spawn_local(bidding));
    }

    let heard = || listeners.iter().map(|one| one.heard.borrow().events).sum::<usize>();
    let lasts = Duration::from_secs(times(0, 10) as u64);
    let mut most_memory = 0;
    for _ in 0..times(3, 24) {
        let (before, began) = (heard(), Instant::now());
        while heard() < before + listeners.len() * 15 || began.elapsed() < lasts {
            tokio::time::sleep(LOOK).await;
        }
        most_memory = most_memory.max(kilobytes(house.served.pid(), "VmHWM") / 1024);
        house.kill_and_start();
    }
    acts.over.set(true);
    for act in acting {
        act.await.expect("no act failed");
    }
    // Nothing happens any more: they are told the rest, and once more nothing when all have come back again.
    let owed = Owed::by_the_record(database.read(), &site).await;
    everybody_has_heard(&site, &listeners, &owed).await;
    let welcomes: Vec<_> = listeners.iter().map(|one| one.heard.borrow().welcomes).collect();
    house.kill_and_start();
    for (listener, before) in listeners.iter().zip(welcomes) {
        while listener.heard.borrow().welcomes == before {
            tokio::time::sleep(LOOK).await;
        }
    }
    everybody_has_heard(&site, &listeners, &owed).await;
    let (welcomes, told) = (listeners.iter().map(|one| one.heard.borrow().welcomes).sum::<usize>(), heard());
    let (listeners, events) = (listeners.len(), owed.events());
    say(&format!(
        "{listeners} listeners came back {welcomes} times and heard {told} times of {events} events; \
         the server had {most_memory} MiB at most, and whoever acted waited {} times for them",
        acts.waited.get()
    ));
    // It does not read for all of them at once.
    assert!(most_memory < times(400, 1_000), "{most_memory} MiB");
}

/// Waits until all have heard what they are owed, and nothing else.
pub async fn everybody_has_heard(site: &Site, listeners: &[Listener], owed: &Owed) {
    let mut known = HashMap::new();
    let began = Instant::now();
    for (place, listener) in listeners.iter().enumerate() {
        let person = &listener.person;
        let owed = known.entry(person.email.as_str()).or_insert_with(|| owed.to(site, person));
        loop {
            let (why, faulty) = {
                let heard = listener.heard.borrow();
                (difference(&heard, owed), !heard.faults.is_empty())
            };
            let Some(why) = why else { break };
            assert!(!faulty && began.elapsed() < PATIENCE, "listener {place}, {}: {why}", person.email);
            tokio::time::sleep(LOOK).await;
        }
    }
}

#[actix_web::test]
async fn whoever_comes_back_has_heard_everything_once_and_in_order_on_sqlite() {
    whoever_comes_back_has_heard_everything_once_and_in_order(Kind::Sqlite).await;
}

#[actix_web::test]
async fn whoever_comes_back_has_heard_everything_once_and_in_order_on_postgres() {
    whoever_comes_back_has_heard_everything_once_and_in_order(Kind::Postgres).await;
}

/// An opportunity, and as many bids for it in each round as there are bidders but the first.
struct Busy<'a> {
    site: &'a Site,
    id: String,
}

impl<'a> Busy<'a> {
    async fn publish(site: &'a Site) -> Self {
        Self { site, id: site.published().await }
    }

    fn at(&self, verb: &str) -> String {
        format!("/api/opportunities/{}/{verb}", self.id)
    }

    async fn bid(&self, rounds: Range<usize>) {
        let bid = self.at("bid");
        for round in rounds {
            let offer = self.site.offer(&format!("14.{round:02}"));
            let others = self.site.bidders.iter().skip(1);
            let bidding = others.map(|other| other.post(&bid, offer.clone()));
            for reply in futures_util::future::join_all(bidding).await {
                reply.ok();
            }
        }
    }
}

/// Of what happens to a busy opportunity, most is for officers alone: a bidder has missed little, far apart.
#[actix_web::test]
async fn who_missed_a_thousand_bids_of_others_hears_what_is_for_everybody() {
    let house = House::open(Kind::Sqlite, 12).await;
    let site = &house.site;
    let busy = Busy::publish(site).await;
    busy.bid(0..100).await;
    site.insist(&site.broker, &busy.at("withdraw"), &json!({"reason": "Care was found in the family."}))
        .await
        .ok();
    let was_there = HashMap::from([(busy.id.clone(), 1)]);
    let mut socket = socket::Socket::resume(&site.base(), &site.bidders[0].token, &was_there).await;
    let told = socket.message().await;
    assert_eq!((&told["kind"], &told["number"]), (&json!("opportunity_withdrawn"), &json!(1 + 1_100 + 1)));
}

/// More than a thousand events came since it was there, but it was there again for the last of them.
#[actix_web::test]
async fn what_comes_while_a_listener_waits_to_be_told_the_rest_was_not_missed() {
    let house = House::open(Kind::Sqlite, 12).await;
    let site = &house.site;
    let busy = Busy::publish(site).await;
    busy.bid(0..86).await;
    let mut socket = socket::Socket::silent(&site.base(), &site.broker.token).await;
    busy.bid(86..96).await;
    socket.hello(&HashMap::new()).await;
    for number in 1..=1 + 96 * 11 {
        assert_eq!(socket.message().await["number"], number);
    }
}
