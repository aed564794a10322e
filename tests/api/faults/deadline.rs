//! Bids about a deadline. The clock is wound in small, uneven steps while many bid at once; each bidder knows between
//! which positions of the clock its bid was on its way. None is taken that came after the deadline, none is refused that
//! came before it, and the order of their times is the order in which they are recorded.

use super::{
    say, seed, times,
    wire::{Answer, Wire, post},
};
use crate::{on_both, setting::*};
use entity::{event, opportunity, vocabulary::*};
use fairlot::{actions, app::App, domain::change::Subject, store, time::Clock};
use futures_util::future::join_all;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, Statement, prelude::Uuid,
};
use serde_json::json;
use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};
use tokio::sync::Notify;

const PROVIDERS: usize = 8;
/// Connections on which bids are sent, one after another on each.
const BIDDING: usize = 24;
/// Opportunities whose deadlines lie close together; the deadlines of the first of them are moved by an hour, if the
/// broker comes in time.
const TOGETHER: usize = 4;
const MOVED: usize = 2;
/// How far from the first and the last deadline bids are sent, in milliseconds.
const ABOUT: i64 = 5_000;
const HOUR: i64 = 3_600_000;

/// A clock that stands until it is wound, and where it has stood.
struct Wound {
    clock: Clock,
    /// Each position, and the furthest so far.
    stood: RefCell<Vec<(i64, i64)>>,
    /// How far it ever was behind where it had been.
    back: Cell<i64>,
}

/// Which positions a clock had while something was on its way.
#[derive(Clone, Copy)]
struct Span {
    earliest: i64,
    latest: i64,
    /// The furthest it had ever been.
    furthest: i64,
}

impl Wound {
    fn new(clock: &Clock) -> Self {
        let now = clock.now().milliseconds();
        Self { clock: clock.clone(), stood: RefCell::new(vec![(now, now)]), back: Cell::new(0) }
    }

    fn now(&self) -> i64 {
        self.stood.borrow().last().expect("a position").0
    }

    /// What counts is noted before it counts.
    fn wind(&self, by: i64) {
        let (now, furthest) = *self.stood.borrow().last().expect("a position");
        let furthest = furthest.max(now + by);
        self.stood.borrow_mut().push((now + by, furthest));
        self.back.set(self.back.get().max(furthest - now - by));
        self.clock.wind(by);
    }

    fn position(&self) -> usize {
        self.stood.borrow().len() - 1
    }

    fn since(&self, position: usize) -> Span {
        let stood = self.stood.borrow();
        let (mut earliest, mut latest) = (i64::MAX, i64::MIN);
        for (now, _) in &stood[position..] {
            (earliest, latest) = (earliest.min(*now), latest.max(*now));
        }
        Span { earliest, latest, furthest: stood.last().expect("a position").1 }
    }
}

/// What is bid for.
struct Target {
    id: Uuid,
    /// The deadline with which it was published.
    first: i64,
    /// The deadline that holds for certain, and the one that may hold already: the broker is moving it.
    certain: Cell<i64>,
    possible: Cell<i64>,
    /// By account and version, when each bid was received.
    receipts: RefCell<HashMap<(AccountId, i64), i64>>,
    refused: Cell<usize>,
}

impl Target {
    fn new(id: Uuid, deadline: i64) -> Rc<Self> {
        Rc::new(Self {
            id,
            first: deadline,
            certain: Cell::new(deadline),
            possible: Cell::new(deadline),
            receipts: RefCell::default(),
            refused: Cell::new(0),
        })
    }

    /// Looks at one answer.
    fn judge(&self, by: AccountId, answer: &Answer, certain: i64, span: Span) {
        let possible = self.possible.get().max(certain);
        let told =
            format!("deadline {certain} or {possible}, on its way {} to {}", span.earliest, span.latest);
        if answer.status == 201 {
            let received: Instant =
                serde_json::from_value(answer.body["received_at"].clone()).expect("an instant");
            let received = received.milliseconds();
            assert!(span.earliest < possible, "a late bid was taken: {told}");
            assert!((span.earliest..=span.latest).contains(&received), "received at {received}: {told}");
            assert!(received < possible, "received at {received}: {told}");
            let version = answer.body["version"].as_i64().expect("a version");
            assert_eq!(
                self.receipts.borrow_mut().insert((by, version), received),
                None,
                "two receipts alike"
            );
        } else {
            assert_eq!(answer.body["code"], "bid_too_late", "{}", answer.body);
            assert!(span.furthest >= certain, "a timely bid was refused: {told}");
            self.refused.set(self.refused.get() + 1);
        }
    }
}

/// Everything that one look at a group of deadlines shares.
struct Scene {
    app: App,
    address: String,
    wound: Rc<Wound>,
    targets: Vec<Rc<Target>>,
    bidders: Vec<Person>,
    broker: Person,
    offer: String,
    answered: Cell<usize>,
    an_answer: Notify,
    over: Cell<bool>,
}

impl Scene {
    async fn bid(self: Rc<Self>, place: usize, seed: u64) {
        let mut chance = StdRng::seed_from_u64(seed.wrapping_add(place as u64));
        let mut wire = Wire::to(&self.address).await.expect("a connection");
        let bidder = &self.bidders[place % self.bidders.len()];
        while !self.over.get() {
            let target = self.targets.choose(&mut chance).expect("a target");
            let path = format!("/api/opportunities/{}/bid", target.id);
            let bytes = post(bidder, &path, &self.offer, &new_key());
            let (certain, position) = (target.certain.get(), self.wound.position());
            let answer = wire.ask(&bytes).await.expect("an answer");
            target.judge(bidder.account_id, &answer, certain, self.wound.since(position));
            self.answered.set(self.answered.get() + 1);
            self.an_answer.notify_one();
        }
    }

    /// The broker moves a deadline, if it comes in time.
    async fn extend(self: Rc<Self>, place: usize) {
        let target = &self.targets[place];
        let before = target.certain.get();
        target.possible.set(before + HOUR);
        let later = Instant::from_milliseconds(before + HOUR);
        let form = json!({"closes_at": later, "reason": "A question came late."});
        let position = self.wound.position();
        let reply = self.broker.post(&format!("/api/opportunities/{}/extend", target.id), form).await;
        let span = self.wound.since(position);
        if reply.status.is_success() {
            assert!(span.earliest < before, "a deadline was moved when it had passed");
            target.certain.set(later.milliseconds());
        } else {
            reply.refused(409, "bidding_over");
            assert!(span.furthest >= before, "a deadline that was ahead could not be moved");
            target.possible.set(before);
        }
    }

    /// Winds the clock past every deadline that is near, and a little further. Returns how many were moved.
    async fn wind_past(self: &Rc<Self>, to: i64, manner: Manner, chance: &mut StdRng) {
        let mut moving = Vec::new();
        while self.wound.now() < to {
            let now = self.wound.now();
            let nearest = self.targets.iter().map(|target| (target.certain.get() - now).abs()).min();
            let nearest = nearest.expect("a target");
            let step = match manner {
                _ if nearest > 50 => chance.random_range(1..=40),
                Manner::Forth => chance.random_range(0..=3),
                Manner::BackAndForth => chance.random_range(-4..=5),
            };
            self.wound.wind(step);
            // The clock's own look comes too seldom to fall between two steps.
            if manner == Manner::BackAndForth && nearest < 5 && chance.random() {
                actions::opportunity::close_due(&self.app).await.expect("closed, if it is due");
            }
            // The broker is asked a little before the deadline, so that either may come first.
            let ahead = 15 * (1 + moving.len() as i64);
            let due = self.targets.get(moving.len()).is_some_and(|next| next.certain.get() - now < ahead);
            if manner == Manner::Forth && moving.len() < MOVED && due {
                moving.push(tokio::task::spawn_local(Rc::clone(self).extend(moving.len())));
            }
            self.until_answered(chance.random_range(1..=6)).await;
        }
        for one in moving {
            one.await.expect("the broker was answered as it should be");
        }
    }

    async fn until_answered(&self, count: usize) {
        let until = self.answered.get() + count;
        while self.answered.get() < until {
            self.an_answer.notified().await;
        }
    }
}

/// How the clock is wound near a deadline.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    Forth,
    BackAndForth,
}

/// An event, as far as it matters here.
struct Recorded {
    number: i64,
    kind: String,
    at: i64,
    by: Option<AccountId>,
    version: Option<i64>,
    closes_at: Option<i64>,
}

async fn recorded(db: &impl ConnectionTrait, id: Uuid) -> Vec<Recorded> {
    let events = event::Entity::find()
        .filter(event::Column::SubjectKind.eq(SubjectKind::Opportunity))
        .filter(event::Column::SubjectId.eq(id))
        .order_by_asc(event::Column::Number)
        .all(db)
        .await
        .expect("an answer");
    let recorded = events.into_iter().map(|one| {
        let closes_at: Option<Instant> = serde_json::from_value(one.body["closes_at"].clone()).ok();
        Recorded {
            number: one.number,
            at: one.at.milliseconds(),
            by: one.account_id,
            version: one.body["version"].as_i64(),
            closes_at: closes_at.map(Instant::milliseconds),
            kind: one.kind,
        }
    });
    recorded.collect()
}

/// What is recorded of a target, against what was answered. `back` is how far the clock went back.
async fn compare(db: &impl ConnectionTrait, target: &Target, back: i64) {
    let mut receipts = target.receipts.borrow().clone();
    let (mut deadline, mut late, mut closed) = (target.first, 0, false);
    let mut before = (0, i64::MIN);
    for Recorded { number, kind, at, by, version, closes_at } in recorded(db, target.id).await {
        let told = format!("event {number} of {}: {kind} at {at}, deadline {deadline}", target.id);
        assert_eq!(number, before.0 + 1, "{told}");
        assert!(at >= before.1.saturating_sub(back), "after one of {}: {told}", before.1);
        before = (number, at);
        match kind.as_str() {
            "bid_submitted" | "bid_revised" => {
                assert!(at < deadline && !closed, "a bid is recorded that came too late: {told}");
                let receipt = receipts.remove(&(by.expect("a bidder"), version.expect("a version")));
                assert_eq!(receipt, Some(at), "what was received is not what is recorded: {told}");
            }
            "late_bid_refused" => late += 1,
            "deadline_extended" => {
                assert!(at < deadline && !closed, "{told}");
                deadline = closes_at.expect("a deadline");
            }
            "bidding_closed" => {
                assert!(at >= deadline && !closed, "{told}");
                closed = true;
            }
            _ => assert_eq!(kind, "opportunity_published"),
        }
    }
    assert!(receipts.is_empty(), "there are receipts of what is not recorded: {receipts:?}");
    assert_eq!(late, target.refused.get());
    assert_eq!(deadline, target.certain.get());
    assert!(closed);
}

/// Everybody bids for these while the clock is wound past their deadlines. Returns how many bids were answered.
async fn bid_about(
    setting: &Setting,
    bidders: &[Person],
    targets: Vec<Rc<Target>>,
    manner: Manner,
    chance: &mut StdRng,
) -> (usize, i64) {
    let deadlines = || targets.iter().map(|target| target.certain.get());
    let (from, to) =
        (deadlines().min().expect("a target") - ABOUT, deadlines().max().expect("a target") + ABOUT);
    setting.app.clock.stop_at(Instant::from_milliseconds(from));
    let mut offer = setting.offer("14.00", "78.00").await;
    offer["starts_on"] = json!("2099-01-05");
    let scene = Rc::new(Scene {
        app: setting.app.clone(),
        address: setting.address.to_string(),
        wound: Rc::new(Wound::new(&setting.app.clock)),
        targets,
        // A session lasts for hours, and so much may have been wound since the last time.
        bidders: bidders.iter().map(|bidder| setting.signed_in_again(bidder)).collect(),
        broker: setting.broker().await,
        offer: offer.to_string(),
        answered: Cell::new(0),
        an_answer: Notify::new(),
        over: Cell::new(false),
    });
    let bidding = (0..BIDDING).map(|place| Rc::clone(&scene).bid(place, chance.random()));
    let bidding: Vec<_> = bidding.map(tokio::task::spawn_local).collect();
    scene.wind_past(to, manner, chance).await;
    scene.over.set(true);
    for one in bidding {
        one.await.expect("a bidder was answered as it should be");
    }
    actions::opportunity::close_due(&setting.app).await.expect("closed");
    (scene.answered.get(), scene.wound.back.get())
}

/// Opportunities whose deadlines lie close together.
async fn published_together(setting: &Setting) -> Vec<Rc<Target>> {
    let broker = setting.broker().await;
    let mut form = setting.package_form().await;
    form["starts_on"] = json!("2099-01-05");
    let mut targets = Vec::new();
    for place in 0..TOGETHER {
        form["person_reference"] = json!(format!("CASE-{}", &new_key()[..8]));
        let package = broker.post("/api/packages", form.clone()).await.ok();
        let path = format!("/api/packages/{}/publish", package["id"].as_str().expect("an id"));
        let closes_at = setting.now().plus_milliseconds(4 * HOUR + ABOUT + 1_300 * place as i64);
        let opportunity = broker.post(&path, json!({"closes_at": closes_at})).await.ok();
        let id = opportunity["id"].as_str().expect("an id").parse().expect("an id");
        targets.push(Target::new(id, closes_at.milliseconds()));
    }
    targets
}

async fn admitted(setting: &Setting, count: usize) -> Vec<Person> {
    let mut bidders = Vec::new();
    for place in 0..count {
        bidders.push(setting.admitted(&format!("Provider {place} Example Care"), "Supported Living").await);
    }
    bidders
}

on_both! {
    async fn no_late_bid_is_taken_no_timely_one_refused_and_their_order_is_that_of_their_times(setting: Setting) {
        let mut setting = setting;
        let seed = seed("bids about deadlines");
        let mut chance = StdRng::seed_from_u64(seed);
        setting.market(SUPPORTED_LIVING).await;
        let bidders = admitted(&setting, PROVIDERS).await;
        let (began, mut answered, mut refused) = (std::time::Instant::now(), 0, 0);
        while answered < times(4_000, 1_000_000) {
            let db = setting.app.database.read();
            let targets = published_together(&setting).await;
            let (bids, back) = bid_about(&setting, &bidders, targets.clone(), Manner::Forth, &mut chance).await;
            answered += bids;
            let (moved, closed): (Vec<_>, Vec<_>) =
                targets.into_iter().partition(|target| target.certain.get() > target.first);
            for target in &closed {
                compare(db, target, back).await;
                refused += target.refused.get();
            }
            if moved.is_empty() {
                continue;
            }
            let manner = Manner::BackAndForth;
            let (bids, back) = bid_about(&setting, &bidders, moved.clone(), manner, &mut chance).await;
            answered += bids;
            for target in &moved {
                compare(db, target, back).await;
                refused += target.refused.get();
            }
        }
        let took = began.elapsed().as_secs_f64();
        let rate = answered as f64 / took;
        say(&format!("{answered} bids about deadlines, {refused} of them late, in {took:.0} s: {rate:.0} a second"));
        setting.stop().await;
    }

    async fn a_bid_that_waits_for_its_turn_until_the_deadline_has_passed_is_late(setting: Setting) {
        let mut setting = setting;
        setting.market(SUPPORTED_LIVING).await;
        let bidders = admitted(&setting, 4).await;
        let offer = setting.offer("14.00", "78.00").await;
        for round in 0..times(3, 100) {
            let bidders: Vec<_> = bidders.iter().map(|bidder| setting.signed_in_again(bidder)).collect();
            let id = setting.published().await;
            let path = format!("/api/opportunities/{id}");
            let at = format!("{path}/bid");
            let deadline = setting.now().plus_seconds(4 * 3600);
            setting.app.clock.stop_at(deadline.plus_milliseconds(-1));
            // Somebody else has its turn, or the lock.
            let held = setting.app.database.begin().await.expect("a turn");
            let subject = Subject { kind: SubjectKind::Opportunity, id: id.parse().expect("an id") };
            store::lock(&held, subject).await.expect("the lock");
            let bidding = bidders.iter().map(|bidder| {
                let (bidder, at, offer) = (bidder.clone(), at.clone(), offer.clone());
                tokio::task::spawn_local(async move { bidder.post(&at, offer).await })
            });
            let bidding: Vec<_> = bidding.collect();
            until_they_wait(&setting, &bidders, &path).await;
            setting.app.clock.wind(1);
            held.rollback().await.expect("given back");
            for bid in bidding {
                bid.await.expect("an answer").refused(409, "bid_too_late");
            }
            let found = opportunity::Entity::find_by_id(OpportunityId(subject.id)).one(setting.app.database.read()).await;
            assert_eq!(found.expect("an answer").expect("it is there").bids, 0, "round {round}");
        }
        setting.stop().await;
    }
}

/// Until each of these waits for the lock: PostgreSQL says so. On SQLite they wait within the server, which reads for
/// others meanwhile: whoever was asked later and has read was not asked first.
async fn until_they_wait(setting: &Setting, bidders: &[Person], path: &str) {
    let db = setting.app.database.read();
    if db.get_database_backend() != DbBackend::Postgres {
        for _ in 0..10 {
            join_all(bidders.iter().map(|bidder| bidder.get(path))).await;
        }
        return;
    }
    let sql = "select count(*) as waiting from pg_stat_activity \
               where datname = current_database() and wait_event_type = 'Lock'";
    loop {
        let row =
            db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await.expect("an answer");
        let waiting: i64 = row.expect("a row").try_get("", "waiting").expect("a number");
        if waiting >= bidders.len() as i64 {
            return;
        }
        tokio::task::yield_now().await;
    }
}
