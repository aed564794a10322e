//! What each bidder is told of the outcome.

use super::Evaluated;
use crate::domain::{
    evaluation::{agreed_marks, resolved},
    opportunity::OpportunityContext,
    pricing::pounds,
    scoring::{Admissibility, Outcome, PRICE_MARKS, Ranked},
};
use entity::{
    award,
    category::{self, Formula},
    vocabulary::*,
};
use serde::{Deserialize, Serialize};

/// How a bid fared, for its provider alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BidOutcome {
    Won,
    NotWon,
    NotAdmissible,
}

/// The mark of one answer, with its reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OwnMark {
    pub criterion_id: String,
    pub name: String,
    pub mark: Score,
    pub mark_max: Mark,
    pub reasons: Vec<String>,
}

/// A provider's own marks and price position.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OwnFigures {
    pub marks: Vec<OwnMark>,
    pub quality: Score,
    pub price: Option<Score>,
    pub total: Option<Score>,
    pub rank: Option<u32>,
    pub weekly_price: Money,
    /// Such as `2nd lowest of 3`.
    pub price_position: String,
}

/// What every bidder is told of the winner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Winner {
    pub provider_name: String,
    pub quality: Score,
    pub price: Option<Score>,
    pub total: Option<Score>,
}

/// The outcome of one bid: on the page and in the letter alike, from the same ranking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OwnResult {
    pub outcome: BidOutcome,
    /// Why it was not admissible, if it was not.
    pub status: Admissibility,
    pub own: OwnFigures,
    pub winner: Winner,
    /// The arithmetic, in words.
    pub explanation: Vec<String>,
}

impl OwnResult {
    /// The same without what people wrote: reasons are read on the site, not in a letter.
    pub(super) fn figures(mut self) -> Self {
        for mark in &mut self.own.marks {
            mark.reasons.clear();
        }
        self
    }
}

#[derive(Serialize)]
pub(super) struct OutcomeContext {
    #[serde(flatten)]
    pub opportunity: OpportunityContext,
    pub result: OwnResult,
    /// The last day of the standstill, in words.
    pub standstill_ends: Option<String>,
}

/// How this bid fared against the award, or nothing if it did not stand.
pub fn own_result(facts: &Evaluated, award: &award::Model, bid_id: BidId) -> Option<OwnResult> {
    let (ranked, winner) = (facts.ranked(bid_id)?, facts.ranked(award.bid_id)?);
    let agreed = agreed_marks(bid_id, &facts.marks);
    let entry = facts.evaluation.bids().iter().find(|entry| entry.id == ranked.id);
    let counted = |n: usize, criterion: &category::Criterion| match entry.and_then(|e| e.marks.get(n)) {
        Some(mark) => Some(mark.decimal()),
        // A bid that was kept out for its price is no part of the evaluation, but was marked like the others.
        None => agreed.get(&criterion.id).copied(),
    };
    let marks = facts
        .opportunity
        .terms
        .criteria
        .iter()
        .enumerate()
        .map(|(n, criterion)| OwnMark {
            criterion_id: criterion.id.clone(),
            name: criterion.name.clone(),
            mark: counted(n, criterion).and_then(|mark| Score::rounded(mark).ok()).unwrap_or_default(),
            mark_max: criterion.mark_max,
            reasons: facts
                .marks
                .iter()
                .filter(|m| m.bid_id == bid_id && m.criterion_id == criterion.id)
                .map(|m| m.reason.clone())
                .collect(),
        })
        .collect();
    Some(OwnResult {
        outcome: if bid_id == award.bid_id {
            BidOutcome::Won
        } else if ranked.status == Admissibility::Admissible {
            BidOutcome::NotWon
        } else {
            BidOutcome::NotAdmissible
        },
        status: ranked.status,
        own: OwnFigures {
            marks,
            quality: ranked.quality,
            price: ranked.price,
            total: ranked.total,
            rank: ranked.rank,
            weekly_price: ranked.weekly_price,
            price_position: price_position(&facts.outcome, ranked.weekly_price),
        },
        winner: Winner {
            provider_name: facts.bidder(award.bid_id)?.provider_name.clone(),
            quality: winner.quality,
            price: winner.price,
            total: winner.total,
        },
        explanation: explanation_for_provider(facts, ranked),
    })
}

/// The arithmetic without what another bid: where the formula takes the lowest price, that price is not told.
fn explanation_for_provider(facts: &Evaluated, ranked: &Ranked) -> Vec<String> {
    let weight = facts.opportunity.terms.price_weight;
    let how = match resolved(&facts.opportunity) {
        Formula::LowestRelative => format!("{weight} × the lowest admissible weekly price ÷ yours"),
        Formula::PercentOverLowest => {
            format!("{weight} × (1 − the share by which yours is above the lowest admissible weekly price)")
        }
        Formula::ProRataToQualification { qualification } => {
            let q = qualification.map(|q| pounds(q.decimal())).unwrap_or_default();
            format!(
                "{weight} × ({q} − your weekly price) ÷ ({q} − the lowest admissible), from 0 to {weight}"
            )
        }
        Formula::Band { .. }
        | Formula::PricePerQualityPoint
        | Formula::Fixed
        | Formula::Benchmark { .. }
        | Formula::RankedList { .. } => return ranked.explanation.clone(),
    };
    let told = |line: &String| match ranked.price {
        Some(price) if line.starts_with(PRICE_MARKS) => format!("{PRICE_MARKS} {how} = {price}"),
        _ => line.clone(),
    };
    ranked.explanation.iter().map(told).collect()
}

fn price_position(outcome: &Outcome, own: Money) -> String {
    let lower = outcome.bids.iter().filter(|b| b.weekly_price < own).count();
    let equal = outcome.bids.iter().filter(|b| b.weekly_price == own).count();
    let place = match lower + 1 {
        1 => "lowest".to_owned(),
        n => format!("{n}{} lowest", ordinal_ending(n)),
    };
    let shared = if equal > 1 { "equal " } else { "" };
    format!("{shared}{place} of {}", outcome.bids.len())
}

const fn ordinal_ending(n: usize) -> &'static str {
    match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    }
}
