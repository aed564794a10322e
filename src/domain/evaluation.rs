//! Marking blind to price, opening prices, and the ranking.

use super::{
    change::Change,
    enrolment::check_words,
    event::Event,
    opportunity::{Stage, stage},
    pricing,
    refusal::{Code, Refusal},
    scoring::{self, Criterion, Entry, Evaluation, Model, Outcome},
};
use entity::{
    bid,
    category::{self, Formula},
    mark, opportunity,
    vocabulary::*,
};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Answers can be read from the deadline on, and marks given until prices open.
///
/// # Errors
/// `bids_are_sealed` before the deadline, `prices_open` after prices opened.
pub fn check_marking(opportunity: &opportunity::Model, now: Instant) -> Result<(), Refusal> {
    match stage(opportunity, now) {
        Stage::Marking => Ok(()),
        Stage::Open => Err(sealed(opportunity)),
        Stage::Priced | Stage::Recommended | Stage::Awarded => {
            Err(Refusal::new(Code::PricesOpen, "Prices are open: no mark can change any more."))
        }
        Stage::Withdrawn => Err(Refusal::new(Code::OpportunityWithdrawn, "This opportunity was withdrawn.")),
        Stage::Unfilled => Err(Refusal::new(Code::NothingToAward, "Nobody bid: there is nothing to mark.")),
    }
}

/// Until the deadline nobody reads a price or an answer, officers included.
pub fn check_unsealed(opportunity: &opportunity::Model, now: Instant) -> Result<(), Refusal> {
    if now < opportunity.closes_at {
        return Err(sealed(opportunity));
    }
    Ok(())
}

fn sealed(opportunity: &opportunity::Model) -> Refusal {
    Refusal::new(
        Code::BidsAreSealed,
        format!("Bids stay sealed until the deadline, {}.", opportunity.closes_at.in_words()),
    )
}

/// Prices are read only after quality is locked for all bids.
///
/// # Errors
/// `bids_are_sealed` before the deadline, `prices_are_sealed` while answers are being marked.
pub fn check_priced(opportunity: &opportunity::Model, now: Instant) -> Result<(), Refusal> {
    check_unsealed(opportunity, now)?;
    if opportunity.prices_opened_at.is_none() {
        return Err(Refusal::new(
            Code::PricesAreSealed,
            "Prices stay sealed until every answer is marked and a commissioner opens them.",
        ));
    }
    Ok(())
}

/// One mark of one answer, with its reason. Giving it again changes it; the history keeps both.
///
/// # Errors
/// Not the time for marking; no such bid or criterion; a mark outside 0 to the criterion's highest, or finer
/// than a tenth; no reason.
pub fn give_mark(
    opportunity: &opportunity::Model,
    bid: &bid::Model,
    before: Option<&mark::Model>,
    evaluator_id: AccountId,
    criterion_id: String,
    given: Mark,
    reason: String,
    now: Instant,
) -> Result<Change, Refusal> {
    check_marking(opportunity, now)?;
    if bid.withdrawn_at.is_some() {
        return Err(Refusal::not_found("bid"));
    }
    let Some(criterion) = opportunity.terms.criteria.iter().find(|c| c.id == criterion_id) else {
        return Err(Refusal::new(
            Code::MarkInvalid,
            format!("“{criterion_id}” is not a criterion of this opportunity."),
        )
        .at("criterion_id"));
    };
    if given < Mark::ZERO || given > criterion.mark_max || !given.has_at_most_places(1) {
        return Err(Refusal::new(
            Code::MarkInvalid,
            format!("Give a mark from 0 to {}, in tenths at most.", criterion.mark_max),
        )
        .at("mark"));
    }
    check_words("reason", &reason)?;
    let row = mark::Model {
        id: before.map_or_else(MarkId::new, |m| m.id),
        opportunity_id: opportunity.id,
        bid_id: bid.id,
        criterion_id: criterion_id.clone(),
        evaluator_id,
        mark: given,
        reason: reason.clone(),
        at: now,
    };
    let event = Event::MarkGiven {
        bid_id: bid.id,
        criterion_id,
        mark: given,
        reason,
        before: before.map(|m| m.mark),
    };
    Ok(Change::new(opportunity.id, event).upsert(row))
}

/// How many answers of these bids have no mark yet.
pub fn unmarked(opportunity: &opportunity::Model, bids: &[bid::Model], marks: &[mark::Model]) -> usize {
    bids.iter()
        .flat_map(|bid| opportunity.terms.criteria.iter().map(move |c| (bid.id, &c.id)))
        .filter(|(bid_id, criterion)| {
            !marks.iter().any(|m| m.bid_id == *bid_id && m.criterion_id == **criterion)
        })
        .count()
}

/// Locks quality for all bids and opens their prices.
///
/// # Errors
/// Not the time; an answer has no mark.
pub fn open_prices(
    opportunity: &opportunity::Model,
    bids: &[bid::Model],
    marks: &[mark::Model],
    now: Instant,
) -> Result<Change, Refusal> {
    check_marking(opportunity, now)?;
    let missing = unmarked(opportunity, bids, marks);
    if missing > 0 {
        return Err(Refusal::new(
            Code::MarksMissing,
            match missing {
                1 => "One answer has no mark yet.".to_owned(),
                n => format!("{n} answers have no mark yet."),
            },
        ));
    }
    let opened = opportunity::Model { prices_opened_at: Some(now), ..opportunity.clone() };
    let event = Event::PricesOpened { lot_seed: opened.lot_seed.clone() };
    Ok(Change::new(opened.id, event).update(opened))
}

/// The mark of each criterion: the mean of what its evaluators gave.
pub fn mean_marks(bid_id: BidId, marks: &[mark::Model]) -> BTreeMap<String, Decimal> {
    let mut given: BTreeMap<String, Vec<Decimal>> = BTreeMap::new();
    for mark in marks.iter().filter(|m| m.bid_id == bid_id) {
        given.entry(mark.criterion_id.clone()).or_default().push(mark.mark.decimal());
    }
    given
        .into_iter()
        .map(|(criterion, all)| {
            let count = Decimal::from(all.len());
            (criterion, all.into_iter().sum::<Decimal>() / count)
        })
        .collect()
}

/// The ranking of these bids (those that stand) under the terms published with the opportunity.
///
/// # Errors
/// As [`frozen`].
pub fn ranking(
    opportunity: &opportunity::Model,
    bids: &[bid::Model],
    marks: &[mark::Model],
) -> Result<Outcome, Refusal> {
    Ok(frozen(opportunity, bids, marks)?.outcome())
}

/// Everything that the ranking depends on: what an award is kept with, and what `fairlot score` works out again.
///
/// # Errors
/// A refusal where a mark is missing, a formula lacks what it needs, or an amount is beyond what can be calculated.
pub fn frozen(
    opportunity: &opportunity::Model,
    bids: &[bid::Model],
    marks: &[mark::Model],
) -> Result<Evaluation, Refusal> {
    let standing: Vec<_> = bids.iter().filter(|bid| bid.withdrawn_at.is_none()).collect();
    let terms = &opportunity.terms;
    let model = Model {
        quality_weight: terms.quality_weight,
        price_weight: terms.price_weight,
        formula: formula(opportunity, &standing)?,
        criteria: terms.criteria.iter().map(Criterion::from).collect(),
        quality_gate: terms.quality_gate,
        floor: terms.weekly_floor,
        ceiling: terms.weekly_ceiling,
        tie_break: terms.tie_break.clone(),
        lot_seed: Some(opportunity.lot_seed.clone()),
    };
    let entries = standing.iter().map(|bid| entry(opportunity, bid, marks)).collect::<Result<_, _>>()?;
    Evaluation::new(model, entries)
}

fn entry(
    opportunity: &opportunity::Model,
    bid: &bid::Model,
    marks: &[mark::Model],
) -> Result<Entry, Refusal> {
    let terms = &opportunity.terms;
    let means = mean_marks(bid.id, marks);
    let mark = |criterion: &category::Criterion| {
        let mean = means.get(&criterion.id)?;
        Mark::rounded(*mean).ok()
    };
    let given: Option<Vec<_>> = terms.criteria.iter().map(mark).collect();
    let Some(given) = given else {
        return Err(Refusal::new(Code::MarksMissing, "An answer has no mark yet."));
    };
    Ok(Entry {
        id: bid.id.to_string(),
        lines: pricing::price_lines(&terms.lines, &opportunity.quantities.0, &bid.offer.rates)?,
        marks: given,
        start: Some(bid.offer.starts_on),
        preferred: false,
        exceptionality: None,
    })
}

/// The formula with everything that it needs: a standing order of providers becomes one of their bids.
fn formula(opportunity: &opportunity::Model, bids: &[&bid::Model]) -> Result<scoring::Formula, Refusal> {
    use scoring::Formula as Ready;
    let needed = |sum: Option<Money>| {
        let words = "The price formula has no bounds of its own, and these lines have no reference rates.";
        sum.ok_or_else(|| Refusal::new(Code::DefinitionInvalid, words).at("formula"))
    };
    Ok(match resolved(opportunity) {
        Formula::LowestRelative => Ready::LowestRelative,
        Formula::PercentOverLowest => Ready::PercentOverLowest,
        Formula::ProRataToQualification { qualification } => {
            Ready::ProRataToQualification { qualification: needed(qualification)? }
        }
        Formula::Band { min, max } => Ready::Band { min: needed(min)?, max: needed(max)? },
        Formula::PricePerQualityPoint => Ready::PricePerQualityPoint,
        Formula::Fixed => Ready::Fixed,
        Formula::Benchmark { benchmark } => Ready::Benchmark { benchmark: needed(benchmark)? },
        Formula::RankedList { order } => {
            let bid_of = |provider| bids.iter().find(|bid| bid.provider_id == provider);
            let order = order.into_iter().filter_map(bid_of).map(|bid| bid.id.to_string());
            Ready::RankedList { order: order.collect() }
        }
    })
}

/// The formula as it is for this package: what it lacks of its own comes from the package at the reference rates,
/// to four places, as it is published.
pub fn resolved(opportunity: &opportunity::Model) -> Formula {
    let at_reference = pricing::weekly_at_reference(&opportunity.terms.lines, &opportunity.quantities.0);
    let published = |sum: Decimal| Money::rounded(sum).ok();
    let low = || at_reference.and_then(|(low, _)| published(low));
    let high = || at_reference.and_then(|(_, high)| published(high));
    match opportunity.terms.formula.clone() {
        Formula::Band { min, max } => Formula::Band { min: min.or_else(low), max: max.or_else(high) },
        Formula::ProRataToQualification { qualification } => {
            Formula::ProRataToQualification { qualification: qualification.or_else(high) }
        }
        Formula::Benchmark { benchmark } => Formula::Benchmark { benchmark: benchmark.or_else(low) },
        whole => whole,
    }
}
