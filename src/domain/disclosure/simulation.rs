//! What a proposed way of scoring would have chosen, for the officers who choose it.

use super::what_if::{IrrelevantBid, IrrelevantNames, WhatIf, irrelevant, per_cent};
use crate::domain::{
    bid::yearly,
    opportunity::{Stage, stage},
    refusal::Refusal,
    scoring::{Admissibility, Outcome},
    simulation::{self as rules, Chosen, Compared, Past},
};
use entity::vocabulary::*;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Whom a way of scoring chooses.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SimulatedChoice {
    /// Several where nothing separates them; none where no bid is admissible.
    pub first: Vec<String>,
    /// Of several, the cheapest's.
    pub weekly_price: Option<Money>,
    pub yearly_price: Option<Money>,
    /// Per cent of the quality weight.
    pub quality: Option<Weight>,
    /// Whether no admissible bid is cheaper.
    pub lowest: bool,
    /// Bids that do not win and decide who does.
    pub irrelevant: Vec<IrrelevantBid>,
}

/// The same bids as they were, or would be, scored now, and as is proposed.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SimulatedComparison {
    /// Under the terms as they are.
    pub then: Option<SimulatedChoice>,
    pub then_why_not: Option<String>,
    pub proposed: Option<SimulatedChoice>,
    pub proposed_why_not: Option<String>,
    /// Whether another bid would be first.
    pub changed: bool,
}

/// A closed opportunity, replayed.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ReplayedOpportunity {
    pub opportunity_id: OpportunityId,
    pub reference: String,
    pub title: String,
    pub category_name: String,
    pub closes_at: Instant,
    pub stage: Stage,
    pub bids: u64,
    pub comparison: SimulatedComparison,
}

/// What one way of scoring comes to over all the opportunities that both could rank.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SimulatedSummary {
    /// Opportunities with a winner.
    pub won: u32,
    /// Of those, won by the lowest admissible price.
    pub lowest: u32,
    /// The same, per cent.
    pub lowest_share: Option<Weight>,
    /// Won with no other bid admissible.
    pub alone: u32,
    /// The winners' mean quality, per cent of the quality weight.
    pub quality: Option<Weight>,
    /// What the winners cost together in a year.
    pub spend_yearly: Money,
    /// Opportunities in which a bid that did not win decided who did.
    pub irrelevant: u32,
}

/// The replay of a market's closed opportunities.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Replay {
    /// Newest first.
    pub opportunities: Vec<ReplayedOpportunity>,
    /// How many both ways of scoring could rank: the summaries are of these.
    pub compared: u32,
    /// In how many another bid would have been first.
    pub changed: u32,
    /// Closed opportunities that were left out because the viewer declared an interest in a bidder.
    pub left_out: u32,
    /// Whether there are older ones, which are not replayed.
    pub more: bool,
    pub then: SimulatedSummary,
    pub proposed: SimulatedSummary,
}

/// A constructed bid in rank order.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SimulatedBid {
    pub name: String,
    pub status: Admissibility,
    pub rank: Option<u32>,
    pub weekly_price: Money,
    pub quality: Score,
    pub price: Option<Score>,
    pub total: Option<Score>,
    pub value_for_money: Option<Money>,
    pub explanation: Vec<String>,
}

/// Constructed bids, ranked as is proposed.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SimulatedBids {
    pub bids: Vec<SimulatedBid>,
    pub tie_breaks: Vec<String>,
    pub comparison: SimulatedComparison,
    pub what_if: WhatIf,
}

/// What a proposed way of scoring would have chosen.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Simulation {
    pub replay: Option<Replay>,
    pub constructed: Option<SimulatedBids>,
}

/// Opportunities with how each compares, newest first.
pub fn replay(
    past: &[(Past, Compared)],
    providers: &HashMap<ProviderId, String>,
    category_name: impl Fn(CategoryId) -> String,
    left_out: u32,
    more: bool,
    now: Instant,
) -> Replay {
    let both = |(_, c): &&(Past, Compared)| c.then.is_ok() && c.proposed.is_ok();
    let ranked: Vec<_> = past.iter().filter(both).map(|(_, compared)| compared).collect();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Replay {
        opportunities: past
            .iter()
            .map(|(past, compared)| {
                let of = &past.opportunity;
                let name = |id: &str| {
                    let bid = past.bids.iter().find(|bid| bid.id.to_string() == id);
                    bid.and_then(|bid| providers.get(&bid.provider_id)).cloned().unwrap_or_default()
                };
                ReplayedOpportunity {
                    opportunity_id: of.id,
                    reference: of.reference.clone(),
                    title: of.title.clone(),
                    category_name: category_name(of.category_id),
                    closes_at: of.closes_at,
                    stage: stage(of, now),
                    bids: past.bids.len() as u64,
                    comparison: comparison(compared, name),
                }
            })
            .collect(),
        compared: count(ranked.len()),
        changed: count(ranked.iter().filter(|c| c.changed).count()),
        left_out,
        more,
        then: summary(rules::summary(ranked.iter().filter_map(|c| c.then.as_ref().ok()))),
        proposed: summary(rules::summary(ranked.iter().filter_map(|c| c.proposed.as_ref().ok()))),
    }
}

fn summary(of: rules::Summary) -> SimulatedSummary {
    SimulatedSummary {
        won: of.won,
        lowest: of.lowest,
        lowest_share: of.lowest_share().map(per_cent),
        alone: of.alone,
        quality: of.quality.map(per_cent),
        spend_yearly: of.spend_yearly,
        irrelevant: of.irrelevant,
    }
}

/// Two ways of scoring, by the bidders' names.
pub fn comparison(compared: &Compared, name: impl Fn(&str) -> String) -> SimulatedComparison {
    let why_not = |chosen: &Result<Chosen, Refusal>| chosen.as_ref().err().map(|why| why.detail.to_string());
    SimulatedComparison {
        then: compared.then.as_ref().ok().map(|chosen| choice(chosen, &name)),
        then_why_not: why_not(&compared.then),
        proposed: compared.proposed.as_ref().ok().map(|chosen| choice(chosen, &name)),
        proposed_why_not: why_not(&compared.proposed),
        changed: compared.changed,
    }
}

fn choice(chosen: &Chosen, name: impl Fn(&str) -> String) -> SimulatedChoice {
    let named = |ids: &[String]| -> Vec<String> { ids.iter().map(|id| name(id)).collect() };
    let first = named(&chosen.first);
    let winner = chosen.winner.as_ref();
    SimulatedChoice {
        weekly_price: winner.map(|w| w.weekly_price),
        yearly_price: winner.map(|w| yearly(w.weekly_price)),
        quality: winner.and_then(|w| w.quality).map(per_cent),
        lowest: winner.is_some_and(|w| w.lowest),
        irrelevant: chosen
            .irrelevant
            .iter()
            .map(|found| {
                let names = IrrelevantNames {
                    without: name(&found.bid),
                    first: named(&found.first),
                    instead_of: first.clone(),
                };
                irrelevant(names, found.rank)
            })
            .collect(),
        first,
    }
}

/// Constructed bids in rank order, by the names they were given.
pub fn constructed(outcome: Outcome, compared: &Compared, what_if: WhatIf) -> SimulatedBids {
    SimulatedBids {
        bids: outcome
            .bids
            .into_iter()
            .map(|ranked| SimulatedBid {
                name: ranked.id,
                status: ranked.status,
                rank: ranked.rank,
                weekly_price: ranked.weekly_price,
                quality: ranked.quality,
                price: ranked.price,
                total: ranked.total,
                value_for_money: ranked.value_for_money,
                explanation: ranked.explanation,
            })
            .collect(),
        tie_breaks: outcome.tie_breaks,
        comparison: comparison(compared, str::to_owned),
        what_if,
    }
}
