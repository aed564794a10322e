//! Ranking rounds: for a bidder its own place, its own prices and what it may do; for officers everybody's. Nothing that
//! a bidder is shown depends on what another asks, but its own rank and the end of the round.

use super::opportunity::formula_words;
use crate::domain::{
    actor::Actor,
    award::{Evaluated, OwnMark},
    evaluation::resolved,
    inquiry::check_settled,
    opportunity::{self, Stage},
    round::{self as rules, RoundStage, earliest, highest_lawful, next_at, own_marks, revisions_left, stage},
    scoring::Admissibility,
};
use entity::{
    agreed_mark, bid,
    category::{LineStep, RoundTerms},
    offer::LineRate,
    opportunity as row, round,
    round_place::{self, FirstResult},
    round_revision,
    vocabulary::*,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What an officer may do with a ranking round now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoundVerb {
    Invite,
    Pause,
    Resume,
}

/// A price line in a ranking round.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RoundLine {
    pub key: String,
    pub label: String,
    pub unit: Unit,
    /// A week.
    pub quantity: Quantity,
    /// Per unit, the least by which a rate is lowered; nothing where it stays as it was bid.
    pub step: Option<Money>,
    /// Per unit, under which no rate is taken.
    pub floor: Option<Money>,
    /// The bidder's own rate, per unit.
    pub rate: Option<Money>,
    /// The highest rate that would improve it; nothing where it can go no lower.
    pub highest: Option<Money>,
}

/// One improvement.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RoundRevision {
    pub number: i32,
    pub made_at: Instant,
    pub rates: Vec<LineRate>,
    pub weekly_price: Money,
    /// Where the bid stood after it.
    pub rank: i32,
    /// SHA-256 of the offer from then on.
    pub digest: String,
}

/// A bidder's own place.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OwnRound {
    pub rank: i32,
    /// How many take part, where the terms announce it.
    pub bidders: Option<u32>,
    /// How its bid came out of the first evaluation.
    pub first: FirstResult,
    pub marks: Vec<OwnMark>,
    pub weekly_price: Money,
    pub revisions: Vec<RoundRevision>,
    pub revisions_left: u32,
    /// From when it can improve again, where it has to wait.
    pub next_at: Option<Instant>,
    /// Whether it may improve while the round is open, but for a wait.
    pub may_improve: bool,
}

/// A bidder, for officers.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RoundBidder {
    pub bid_id: BidId,
    pub provider_name: String,
    pub rank: i32,
    pub first: FirstResult,
    pub weekly_price: Money,
    pub revisions: Vec<RoundRevision>,
}

/// What officers see of it besides.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RoundForOfficers {
    /// Those invited, first first.
    pub bidders: Vec<RoundBidder>,
    /// How many bids are admissible.
    pub admissible: u32,
    /// When it can open at the earliest, if bidders are invited now.
    pub earliest_opens_at: Option<Instant>,
    pub can: Vec<RoundVerb>,
}

/// A ranking round.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Round {
    pub opportunity_id: OpportunityId,
    pub reference: String,
    pub title: String,
    pub stage: RoundStage,
    pub terms: RoundTerms,
    pub lines: Vec<RoundLine>,
    pub formula_words: String,
    pub opens_at: Option<Instant>,
    pub closes_at: Option<Instant>,
    /// The end moves no further than this, pauses aside.
    pub latest_at: Option<Instant>,
    pub paused_at: Option<Instant>,
    pub paused_reason: Option<String>,
    /// For a bidder that was invited.
    pub mine: Option<OwnRound>,
    pub officers: Option<RoundForOfficers>,
}

/// What everybody's view is made of.
pub struct RoundFacts<'a> {
    pub of: &'a row::Model,
    pub round: Option<&'a round::Model>,
}

/// What a bidder's view is made of besides.
pub struct OwnPlace<'a> {
    pub place: round_place::Model,
    pub bid: &'a bid::Model,
    pub marks: Vec<agreed_mark::Model>,
    pub revisions: Vec<round_revision::Model>,
    pub bidders: u64,
    pub may_bid: bool,
}

/// What officers' view is made of besides, once prices are open.
pub struct ForOfficers {
    pub places: Vec<round_place::Model>,
    pub names: HashMap<ProviderId, String>,
    pub bids: Vec<bid::Model>,
    pub revisions: Vec<round_revision::Model>,
    pub evaluated: Evaluated,
}

fn revision(row: &round_revision::Model) -> RoundRevision {
    RoundRevision {
        number: row.number,
        made_at: row.made_at,
        rates: row.rates.0.clone(),
        weekly_price: row.weekly_price,
        rank: row.rank,
        digest: row.digest.clone(),
    }
}

fn lines(of: &row::Model, terms: &RoundTerms, own: Option<&bid::Model>) -> Vec<RoundLine> {
    let line = |asked: &entity::offer::LineQuantity| {
        let line = of.terms.lines.iter().find(|line| line.key == asked.key)?;
        let step: Option<&LineStep> =
            terms.steps.iter().find(|step| step.key == line.key && line.fixed.is_none());
        let rate = own.and_then(|bid| bid.offer.rates.iter().find(|rate| rate.key == line.key));
        Some(RoundLine {
            key: line.key.clone(),
            label: line.label.clone(),
            unit: line.unit,
            quantity: asked.quantity,
            step: step.map(|step| step.step),
            floor: step.and_then(|step| step.floor.into_iter().chain(line.floor).max()),
            rate: rate.map(|rate| rate.rate),
            highest: rate.and_then(|rate| highest_lawful(line, step, rate.rate)),
        })
    };
    of.quantities.0.iter().filter_map(line).collect()
}

fn round(
    facts: &RoundFacts<'_>,
    own: Option<&bid::Model>,
    mine: Option<OwnRound>,
    officers: Option<RoundForOfficers>,
    now: Instant,
) -> Round {
    let RoundFacts { of, round } = facts;
    // Whoever asks has been told that there is none, where none was announced.
    let terms = of.terms.round.clone().unwrap_or_else(none);
    Round {
        opportunity_id: of.id,
        reference: of.reference.clone(),
        title: of.title.clone(),
        stage: stage(of, *round, now).unwrap_or(RoundStage::NotHeld),
        lines: lines(of, &terms, own),
        terms,
        formula_words: formula_words(&resolved(of), of.terms.price_weight),
        opens_at: round.map(|round| round.opens_at),
        closes_at: round.map(|round| round.closes_at),
        latest_at: round.map(|round| round.latest_at),
        paused_at: round.and_then(|round| round.paused_at),
        paused_reason: round.and_then(|round| round.paused_reason.clone()),
        mine,
        officers,
    }
}

const fn none() -> RoundTerms {
    RoundTerms {
        steps: Vec::new(),
        length_minutes: 0,
        last_minutes: 0,
        extension_minutes: 0,
        longest_minutes: 0,
        revisions_max: 0,
        spacing_seconds: 0,
        announce_bidders: false,
    }
}

/// A round as a bidder sees it. Its own figures alone.
pub fn for_provider(facts: &RoundFacts<'_>, own: Option<OwnPlace<'_>>, now: Instant) -> Round {
    let terms = facts.of.terms.round.clone().unwrap_or_else(none);
    let bid = own.as_ref().map(|own| own.bid);
    let mine = own.map(|own| {
        let left = revisions_left(&terms, &own.place);
        OwnRound {
            rank: own.place.rank,
            bidders: terms.announce_bidders.then(|| u32::try_from(own.bidders).unwrap_or(u32::MAX)),
            first: own.place.first.clone(),
            marks: own_marks(facts.of, &own.marks, own.bid.id),
            weekly_price: own.bid.weekly_price,
            revisions: own.revisions.iter().map(revision).collect(),
            revisions_left: left,
            next_at: next_at(&terms, &own.place).filter(|next| now < *next),
            may_improve: own.may_bid && left > 0,
        }
    });
    round(facts, bid, mine, None, now)
}

/// Those who take part, for officers, first first.
pub fn bidders(
    places: &[round_place::Model],
    revisions: &[round_revision::Model],
    bids: &[bid::Model],
    named: impl Fn(ProviderId) -> String,
) -> Vec<RoundBidder> {
    let bidder = |place: &round_place::Model| {
        let bid = bids.iter().find(|bid| bid.id == place.bid_id);
        RoundBidder {
            bid_id: place.bid_id,
            provider_name: named(place.provider_id),
            rank: place.rank,
            first: place.first.clone(),
            weekly_price: bid.map_or(place.first.weekly_price, |bid| bid.weekly_price),
            revisions: revisions.iter().filter(|r| r.bid_id == place.bid_id).map(revision).collect(),
        }
    };
    let mut bidders: Vec<_> = places.iter().map(bidder).collect();
    bidders.sort_by_key(|bidder| (bidder.rank, bidder.bid_id));
    bidders
}

/// A round as officers see it; nothing of its bidders before prices are open.
pub fn for_officers(
    facts: &RoundFacts<'_>,
    known: Option<ForOfficers>,
    officer: &Actor,
    now: Instant,
) -> Round {
    let Some(known) = known else { return round(facts, None, None, None, now) };
    let ranked = &known.evaluated.outcome.bids;
    let admissible = ranked.iter().filter(|one| one.status == Admissibility::Admissible).count();
    let named = |id| known.names.get(&id).cloned().unwrap_or_default();
    let bidders = bidders(&known.places, &known.revisions, &known.bids, named);
    let stage = stage(facts.of, facts.round, now);
    let ready = opportunity::stage(facts.of, now) == Stage::Priced
        && admissible >= rules::BIDDERS_MIN
        && check_settled(&known.evaluated.flags, &known.evaluated.inquiries).is_ok();
    let can = match stage {
        _ if !officer.is(OfficerRole::Commissioner) => None,
        Some(RoundStage::Announced) if ready => Some(RoundVerb::Invite),
        Some(RoundStage::Open) => Some(RoundVerb::Pause),
        Some(RoundStage::Paused) => Some(RoundVerb::Resume),
        _ => None,
    };
    let officers = RoundForOfficers {
        bidders,
        admissible: u32::try_from(admissible).unwrap_or(u32::MAX),
        earliest_opens_at: earliest(now).ok().filter(|_| stage == Some(RoundStage::Announced)),
        can: can.into_iter().collect(),
    };
    round(facts, None, None, Some(officers), now)
}
