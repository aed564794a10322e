//! Races. What may happen in any order happens in one: many things are asked at once, round after round, and after each
//! what is recorded is played again from its beginning and compared with what stands.

use super::{say, seed, times};
use crate::setting::*;
use entity::{bid, budget_year, commitment, contract, event, opportunity, vocabulary::*};
use fairlot::actions;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::SliceRandom};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, HashMap},
    pin::Pin,
};

/// What is done at some moment, and what was answered if something was asked.
type Asking = Pin<Box<dyn Future<Output = Option<(&'static str, Reply)>>>>;

/// Asks after a while that differs from one to the next.
fn asking(by: &Person, path: String, form: Value, event: &'static str, patience: usize) -> Asking {
    let by = by.clone();
    Box::pin(async move {
        for _ in 0..patience {
            tokio::task::yield_now().await;
        }
        Some((event, by.post(&path, form).await))
    })
}

/// All at once; the answers, by the event that a success makes.
async fn race(mut asked: Vec<Asking>, chance: &mut StdRng) -> Vec<(&'static str, Reply)> {
    asked.shuffle(chance);
    let asked: Vec<_> = asked.into_iter().map(tokio::task::spawn_local).collect();
    let mut replies = Vec::new();
    for one in asked {
        replies.extend(one.await.expect("an answer"));
    }
    replies
}

/// A provider's bid, as it stands at some event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Bid {
    version: i64,
    withdrawn: bool,
    unsettled: bool,
}

impl Bid {
    const fn counts(self) -> bool {
        !self.withdrawn && !self.unsettled
    }
}

/// An opportunity, as its events make it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Played {
    closes_at: i64,
    closed: bool,
    withdrawn: bool,
    bids: BTreeMap<ProviderId, Bid>,
}

impl Played {
    /// What happened next; it must have been possible.
    fn next(&mut self, of: &event::Model) {
        let told = format!("event {} of {}, {} at {:?}: {self:?}", of.number, of.subject_id, of.kind, of.at);
        let open = !self.closed && !self.withdrawn && of.at.milliseconds() < self.closes_at;
        let closes_at: Option<Instant> = serde_json::from_value(of.body["closes_at"].clone()).ok();
        let mut own = of.provider_id.map(|provider| self.bids.get(&provider).copied().unwrap_or_default());
        if let (Some(own), true) = (own.as_mut(), of.kind.starts_with("bid_")) {
            assert!(open, "{told}");
            let stands = own.version > 0 && !own.withdrawn;
            let version = of.body["version"].as_i64().expect("a version");
            *own = match of.kind.as_str() {
                "bid_submitted" if !stands => Bid { version: own.version + 1, ..Bid::default() },
                "bid_revised" if stands => Bid { version: own.version + 1, ..Bid::default() },
                "bid_withdrawn" if stands => Bid { withdrawn: true, unsettled: false, ..*own },
                "bid_confirmed" if stands && own.unsettled => Bid { unsettled: false, ..*own },
                _ => panic!("{told}"),
            };
            assert_eq!(own.version, version, "{told}");
        }
        match of.kind.as_str() {
            "opportunity_published" => self.closes_at = closes_at.expect("a deadline").milliseconds(),
            "deadline_extended" => {
                assert!(open, "{told}");
                self.closes_at = closes_at.expect("a deadline").milliseconds();
            }
            "advert_corrected" => {
                assert!(open, "{told}");
                self.closes_at = closes_at.expect("a deadline").milliseconds();
                for bid in self.bids.values_mut().filter(|bid| !bid.withdrawn) {
                    bid.unsettled = true;
                }
            }
            "bidding_closed" => {
                let due = of.at.milliseconds() >= self.closes_at;
                assert!(due && !self.closed && !self.withdrawn, "{told}");
                assert_eq!(of.body["bids"], self.counted(), "{told}");
                self.closed = true;
            }
            "opportunity_withdrawn" => {
                assert!(!self.withdrawn, "{told}");
                self.withdrawn = true;
            }
            "interest_declared" => assert!(open, "{told}"),
            kind => assert!(kind.starts_with("bid_") || kind == "late_bid_refused", "{told}"),
        }
        if let (Some(provider), Some(own)) = (of.provider_id, own.filter(|own| own.version > 0)) {
            self.bids.insert(provider, own);
        }
    }

    fn counted(&self) -> usize {
        self.bids.values().filter(|bid| bid.counts()).count()
    }
}

/// Plays an opportunity from its beginning and compares it with its rows. Returns how often each kind of event happened.
async fn played(db: &impl ConnectionTrait, id: OpportunityId, round: usize) -> HashMap<String, usize> {
    let events = event::Entity::find()
        .filter(event::Column::SubjectKind.eq(SubjectKind::Opportunity))
        .filter(event::Column::SubjectId.eq(id.0))
        .order_by_asc(event::Column::Number)
        .all(db)
        .await
        .expect("an answer");
    let (mut played, mut happened) = (Played::default(), HashMap::new());
    for (place, one) in events.iter().enumerate() {
        assert_eq!(one.number, place as i64 + 1, "round {round}: a number is missing");
        played.next(one);
        *happened.entry(one.kind.clone()).or_default() += 1;
    }
    let row = opportunity::Entity::find_by_id(id).one(db).await.expect("an answer").expect("it is there");
    let rows =
        bid::Entity::find().filter(bid::Column::OpportunityId.eq(id)).all(db).await.expect("an answer");
    let stands = Played {
        closes_at: row.closes_at.milliseconds(),
        closed: row.closed_at.is_some(),
        withdrawn: row.withdrawn_at.is_some(),
        bids: rows
            .into_iter()
            .map(|bid| {
                let (withdrawn, unsettled) = (bid.withdrawn_at.is_some(), bid.unsettled_at.is_some());
                (bid.provider_id, Bid { version: i64::from(bid.version), withdrawn, unsettled })
            })
            .collect(),
    };
    assert_eq!(stands, played, "round {round}: what stands is not what happened");
    assert_eq!(
        usize::try_from(row.bids).expect("a number"),
        played.counted(),
        "round {round}: bids are counted wrong"
    );
    happened
}

async fn whatever_races_a_deadline_happens_in_one_order(kind: Kind) {
    let seed = seed(&format!("races about a deadline on {kind:?}"));
    let mut chance = StdRng::seed_from_u64(seed);
    let mut setting = Setting::begin(kind).await;
    setting.market(SUPPORTED_LIVING).await;
    let mut bidders = Vec::new();
    for place in 0..6 {
        bidders.push(setting.admitted(&format!("Provider {place} Example Care"), "Supported Living").await);
    }
    let rounds = times(15, 2_000);
    for round in 0..rounds {
        let bidders: Vec<_> = bidders.iter().map(|bidder| setting.signed_in_again(bidder)).collect();
        let (broker, mut form) = (setting.broker().await, setting.package_form().await);
        form["starts_on"] = json!("2099-01-05");
        let id = setting.published_as(form.clone()).await;
        let at = |verb: &str| format!("/api/opportunities/{id}/{verb}");
        let mut offer = setting.offer("14.00", "78.00").await;
        offer["starts_on"] = json!("2099-01-05");
        let deadline = setting.now().plus_seconds(4 * 3600);
        setting.app.clock.stop_at(deadline.plus_milliseconds(-2));
        for bidder in &bidders[..3] {
            bidder.post(&at("bid"), offer.clone()).await.ok();
        }
        let mut patience = || chance.random_range(0..300);
        let mut asked = Vec::new();
        for bidder in &bidders {
            for (verb, form, event) in [
                ("bid", offer.clone(), "bid"),
                ("bid", offer.clone(), "bid"),
                ("bid/withdraw", json!({}), "bid_withdrawn"),
                ("bid/confirm", json!({}), "bid_confirmed"),
                ("interest", json!({"interest": "will_bid"}), "interest"),
            ] {
                asked.push(asking(bidder, at(verb), form, event, patience()));
            }
        }
        let later = json!({"closes_at": deadline.plus_seconds(7200), "reason": "A question came late."});
        asked.push(asking(&broker, at("extend"), later, "deadline_extended", patience()));
        if round % 3 == 0 {
            let fields = form.as_object_mut().expect("a form");
            for private in ["category_id", "person_reference", "preference"] {
                fields.remove(private);
            }
            form["needs"] = json!("Help with cooking and with money.");
            form["reason"] = json!("More is known by now.");
            asked.push(asking(&broker, at("correct"), form, "advert_corrected", patience()));
        }
        if round % 4 == 0 {
            let reason = json!({"reason": "Care was found in the family."});
            asked.push(asking(&broker, at("withdraw"), reason, "opportunity_withdrawn", patience()));
        }
        // In most rounds the deadline passes meanwhile.
        let clock = setting.app.clock.clone();
        for _ in 0..round % 4 {
            let (clock, app, patience) = (clock.clone(), setting.app.clone(), patience());
            asked.push(Box::pin(async move {
                for _ in 0..patience {
                    tokio::task::yield_now().await;
                }
                clock.wind(1);
                actions::opportunity::close_due(&app).await.expect("closed, if it is due");
                None
            }));
        }
        let replies = race(asked, &mut chance).await;
        let happened = played(setting.app.database.read(), id.parse().expect("an id"), round).await;
        let of = |kinds: &[&str]| kinds.iter().filter_map(|kind| happened.get(*kind)).sum::<usize>();
        for (event, kinds, before) in [
            ("bid", ["bid_submitted", "bid_revised"].as_slice(), 3),
            ("bid_withdrawn", &["bid_withdrawn"], 0),
            ("bid_confirmed", &["bid_confirmed"], 0),
            ("deadline_extended", &["deadline_extended"], 0),
            ("advert_corrected", &["advert_corrected"], 0),
            ("opportunity_withdrawn", &["opportunity_withdrawn"], 0),
        ] {
            let done =
                replies.iter().filter(|(one, reply)| *one == event && reply.status.is_success()).count();
            assert_eq!(
                of(kinds),
                done + before,
                "round {round}: {event} was answered with success {done} times"
            );
        }
        for (event, reply) in &replies {
            assert!(!reply.status.is_server_error(), "round {round}: {event}: {}", reply.body);
        }
    }
    say(&format!("{rounds} races about a deadline on {kind:?}"));
    setting.stop().await;
}

async fn approvers_never_award_twice_or_beyond_the_cap_and_refuse_none_that_fits(kind: Kind) {
    let seed = seed(&format!("races of approvers on {kind:?}"));
    let mut chance = StdRng::seed_from_u64(seed);
    let rounds = times(1, 30);
    for round in 0..rounds {
        // Room for three in the financial year 2027/28, of which each takes £53,436.00.
        let text = SUPPORTED_LIVING.replace("\"22000000.00\"", "\"160308.00\"");
        let mut setting = Setting::begin(kind).await;
        setting.market(&text).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let mut opportunities = Vec::new();
        for _ in 0..5 {
            let id = setting.priced(&[(&acorn, "13.60", "78.00", "4")]).await;
            setting.recommended(&id).await;
            opportunities.push(id);
        }
        let approvers = [setting.second_commissioner().await, setting.assistant_director().await];
        let mut asked = Vec::new();
        for id in &opportunities {
            for approver in &approvers {
                let path = format!("/api/opportunities/{id}/approve");
                let patience = chance.random_range(0..300);
                asked.push(asking(approver, path, json!({"reason": "Yes."}), "award_approved", patience));
            }
        }
        let replies = race(asked, &mut chance).await;
        let db = setting.app.database.read();
        let contracts = contract::Entity::find().all(db).await.expect("an answer");
        let mut of: Vec<_> = contracts.iter().map(|contract| contract.opportunity_id).collect();
        of.sort();
        of.dedup();
        assert_eq!(of.len(), contracts.len(), "round {round}: two contracts of one award");
        let parts = commitment::Entity::find().all(db).await.expect("an answer");
        for year in budget_year::Entity::find().all(db).await.expect("an answer") {
            let of = (Some(year.budget_id), Some(year.begins_on));
            let own = parts.iter().filter(|part| (part.budget_id, part.year_begins_on) == of);
            let sum: i64 = own.map(|part| part.amount.ten_thousandths()).sum();
            assert_eq!(sum, year.committed.ten_thousandths(), "round {round}: {year:?}");
            assert!(
                year.cap.is_none_or(|cap| year.committed <= cap),
                "round {round}: beyond the cap: {year:?}"
            );
        }
        assert_eq!(contracts.len(), 3, "round {round}: three fit");
        let approved = replies.iter().filter(|(_, reply)| reply.status.is_success()).count();
        assert_eq!(approved, 3, "round {round}");
        for (_, reply) in replies.into_iter().filter(|(_, reply)| !reply.status.is_success()) {
            let code = reply.body["code"].as_str().unwrap_or_default();
            let expected = ["already_awarded", "cap_exceeded", "done_meanwhile"];
            assert!(expected.contains(&code), "round {round}: {}", reply.body);
        }
        setting.stop().await;
    }
    say(&format!("{rounds} races of approvers on {kind:?}"));
}

#[actix_web::test]
async fn whatever_races_a_deadline_happens_in_one_order_on_sqlite() {
    whatever_races_a_deadline_happens_in_one_order(Kind::Sqlite).await;
}

#[actix_web::test]
async fn whatever_races_a_deadline_happens_in_one_order_on_postgres() {
    whatever_races_a_deadline_happens_in_one_order(Kind::Postgres).await;
}

#[actix_web::test]
async fn approvers_never_award_twice_or_beyond_the_cap_and_refuse_none_that_fits_on_sqlite() {
    approvers_never_award_twice_or_beyond_the_cap_and_refuse_none_that_fits(Kind::Sqlite).await;
}

#[actix_web::test]
async fn approvers_never_award_twice_or_beyond_the_cap_and_refuse_none_that_fits_on_postgres() {
    approvers_never_award_twice_or_beyond_the_cap_and_refuse_none_that_fits(Kind::Postgres).await;
}
