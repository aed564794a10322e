//! What the database has kept, held against what people were answered.

use super::scene::{Answered, Scene, Sent, Told};
use entity::{bid, repeat, vocabulary::OpportunityId};
use fairlot::{domain::change::Subject, store};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// More than happens between two looks.
const EVENTS_MAX: u64 = 1_000_000;

/// What the events of the opportunity say so far, and what was answered.
#[derive(Default)]
pub struct Ledger {
    last: i64,
    /// The digest of each version of each bid.
    bids: HashMap<(String, i64), String>,
    /// Why who could not bid said so: each gave another reason.
    reasons: HashSet<String>,
    /// The versions that were answered, each once.
    versions: HashSet<(String, i64)>,
    interests: usize,
    /// Answered since the last look.
    fresh: Vec<Answered>,
    /// Asked, and not answered yet.
    lost: Vec<Sent>,
}

fn version(of: &Value) -> (String, i64) {
    (of["bid_id"].as_str().expect("a bid").to_owned(), of["version"].as_i64().expect("a version"))
}

impl Ledger {
    /// Of what was answered, and nothing else.
    pub fn of(answered: impl IntoIterator<Item = Answered>) -> Self {
        Self { fresh: answered.into_iter().collect(), ..Self::default() }
    }

    pub fn take(&mut self, told: Told) {
        self.fresh.extend(told.answered);
        self.lost.extend(told.lost);
        self.lost.extend(told.refused.into_iter().map(|(sent, _)| sent));
    }

    /// How much was answered.
    pub fn answered(&self) -> usize {
        self.versions.len() + self.interests + self.fresh.len()
    }

    /// Whoever got no answer asks again under the same key: it is answered, and again the same.
    pub async fn repeat(&mut self, base: &str) {
        for sent in std::mem::take(&mut self.lost) {
            let body = sent.to(base).await.expect("an answer").ok();
            assert_eq!(sent.to(base).await.expect("an answer").ok(), body, "answered twice, and not alike");
            self.fresh.push(Answered { sent, body, at: 0 });
        }
    }

    /// Reads what came since the last look: all that was answered is there, once, with its event; and nothing that
    /// nobody asked for.
    pub async fn look(&mut self, db: &DatabaseConnection, opportunity: OpportunityId) {
        self.find_answered(db, opportunity).await;
        let (bids, interests) = (self.bids.len() - self.versions.len(), self.reasons.len() - self.interests);
        assert!(
            bids + interests <= self.lost.len(),
            "{bids} bids and {interests} interests more than were asked for"
        );
    }

    /// All that was answered is there, once, with its event.
    pub async fn find_answered(&mut self, db: &DatabaseConnection, opportunity: OpportunityId) {
        self.read_events(db, opportunity).await;
        let fresh = std::mem::take(&mut self.fresh);
        let keys = fresh.iter().map(|one| one.sent.key.clone());
        let repeats = repeat::Entity::find().filter(repeat::Column::Key.is_in(keys)).all(db).await;
        let answers: HashMap<_, _> =
            repeats.expect("the answers").into_iter().map(|kept| (kept.key, kept.answer)).collect();
        for one in fresh {
            let answer = answers.get(&one.sent.key);
            let answer = answer.unwrap_or_else(|| panic!("acknowledged and gone: {}", one.body));
            self.hold(&one, answer);
        }
        self.rows_stand(db, opportunity).await;
    }

    /// As [`Ledger::look`], when nothing is under way: what was kept is what was answered.
    pub async fn settle(&mut self, db: &DatabaseConnection, opportunity: OpportunityId) {
        self.look(db, opportunity).await;
        assert!(self.lost.is_empty(), "not asked again: {}", self.lost.len());
        assert_eq!(self.bids.len(), self.versions.len());
        assert_eq!(self.reasons.len(), self.interests);
    }

    async fn read_events(&mut self, db: &DatabaseConnection, opportunity: OpportunityId) {
        let subject = Subject::from(opportunity);
        let events = store::event::after(db, subject, self.last, EVENTS_MAX).await.expect("the events");
        for event in events {
            assert_eq!(event.number, self.last + 1, "a number is missing");
            self.last = event.number;
            let body = &event.body;
            let twice = match event.kind.as_str() {
                "bid_submitted" | "bid_revised" => {
                    let digest = body["digest"].as_str().expect("a digest").to_owned();
                    self.bids.insert(version(body), digest).is_some()
                }
                "interest_declared" => {
                    !self.reasons.insert(body["reason"].as_str().expect("a reason").to_owned())
                }
                _ => false,
            };
            assert!(!twice, "kept twice: {body}");
        }
    }

    fn hold(&mut self, one: &Answered, answer: &Value) {
        if let Some(reason) = one.sent.reason() {
            assert!(self.reasons.contains(reason), "acknowledged, and without an event: {}", one.body);
            self.interests += 1;
            return;
        }
        assert_eq!(answer["received"], one.body, "another answer is kept");
        let version = version(&one.body);
        let digest = self.bids.get(&version);
        let digest = digest.unwrap_or_else(|| panic!("acknowledged, and without an event: {}", one.body));
        assert_eq!(one.body["digest"], **digest);
        assert!(self.versions.insert(version), "two were answered with the same version: {}", one.body);
    }

    /// Each bid's row is its newest version.
    async fn rows_stand(&self, db: &DatabaseConnection, opportunity: OpportunityId) {
        let rows = bid::Entity::find().filter(bid::Column::OpportunityId.eq(opportunity)).all(db).await;
        for row in rows.expect("the bids") {
            let newest = (row.id.to_string(), i64::from(row.version));
            assert_eq!(self.bids.get(&newest), Some(&row.digest), "a bid without its event: {newest:?}");
            let next = (newest.0, newest.1 + 1);
            assert!(!self.bids.contains_key(&next), "an event without its bid: {next:?}");
        }
    }

    /// The whole history, as the officer reads it.
    pub async fn read_history(&self, scene: &Scene, base: &str) {
        let officer = crate::setting::Person { base: base.to_owned(), ..scene.officer.clone() };
        let (mut after, mut bids) = (0, 0);
        loop {
            let path = format!("/api/history/opportunity/{}?page_size=100&after={after}", scene.opportunity);
            let part = officer.get(&path).await.ok();
            let items = crate::setting::Setting::items(&part);
            if items.is_empty() {
                break;
            }
            for entry in items {
                after += 1;
                assert_eq!(entry["number"], after);
                bids += usize::from(entry["kind"].as_str().expect("a kind").starts_with("bid_"));
            }
        }
        assert_eq!((after, bids), (self.last, self.bids.len()));
    }
}
