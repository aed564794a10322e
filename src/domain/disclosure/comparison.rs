//! What a price stands against, for officers once prices are open: the limits and reference rates that were
//! published, what employing somebody costs, and the other bids.

use crate::domain::{award::Evaluated, evaluation::frozen, pricing};
use entity::{bid, category::CategoryTerms, vocabulary::*};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// What a criterion earns a bid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct QualityTerm {
    pub criterion_id: String,
    pub name: String,
    pub mark: Mark,
    pub mark_max: Mark,
    pub mark_min: Option<Mark>,
    pub weight: Weight,
    /// weight × mark ÷ highest mark.
    pub score: Score,
}

/// A line of a bid, with everything that its rate stands against.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PriceTerm {
    pub key: String,
    pub label: String,
    pub unit: Unit,
    pub quantity: Quantity,
    /// Per unit.
    pub rate: Money,
    /// A week, to four places.
    pub weekly_price: Money,
    /// Set by the authority.
    pub fixed: bool,
    pub floor: Option<Money>,
    pub ceiling: Option<Money>,
    pub reference_low: Option<Money>,
    pub reference_high: Option<Money>,
    /// What employing somebody costs an hour, where the line is counted in hours.
    pub employment_cost: Option<Money>,
    /// The other bids' rates; none where there is no other bid.
    pub others: Option<Others>,
}

/// The lowest, the median and the highest of the other bids: with an even number of them the median is the mean
/// of the middle two, to four places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Others {
    pub lowest: Money,
    pub median: Money,
    pub highest: Money,
}

/// What the weekly price stands against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WeeklyLimits {
    pub floor: Option<Money>,
    pub ceiling: Option<Money>,
    /// The package at the reference rates.
    pub reference_low: Option<Money>,
    pub reference_high: Option<Money>,
}

fn others(mut amounts: Vec<Money>) -> Option<Others> {
    amounts.sort_unstable();
    let (lowest, highest) = (*amounts.first()?, *amounts.last()?);
    let upper = *amounts.get(amounts.len() / 2)?;
    let lower = if amounts.len().is_multiple_of(2) { *amounts.get(amounts.len() / 2 - 1)? } else { upper };
    let median = Money::rounded((lower.decimal() + upper.decimal()) / Decimal::TWO).ok()?;
    Some(Others { lowest, median, highest })
}

/// What each criterion earns a bid.
pub fn quality_terms(facts: &Evaluated, bid: &bid::Model) -> Vec<QualityTerm> {
    let id = bid.id.to_string();
    let alone;
    let (evaluation, n) = match facts.evaluation.bids().iter().position(|entry| entry.id == id) {
        Some(n) => (&facts.evaluation, n),
        // One whose price was rejected is in no evaluation with the others.
        None => match frozen(&facts.opportunity, &[bid], &facts.marks, &facts.inquiries) {
            Ok(frozen) => {
                alone = frozen;
                (&alone, 0)
            }
            Err(_) => return Vec::new(),
        },
    };
    let Some(entry) = evaluation.bids().get(n) else { return Vec::new() };
    let marks = entry.marks.iter().copied();
    let scores = evaluation.weighted(n);
    let criteria = evaluation.model().criteria.iter();
    criteria
        .zip(marks)
        .zip(scores)
        .map(|((criterion, mark), score)| QualityTerm {
            criterion_id: criterion.id.clone(),
            name: criterion.name.clone(),
            mark,
            mark_max: criterion.mark_max,
            mark_min: criterion.mark_min,
            weight: criterion.weight,
            score,
        })
        .collect()
}

/// A bid's lines, each against its limits and the other bids.
pub fn price_terms(facts: &Evaluated, bid: &bid::Model) -> Vec<PriceTerm> {
    let of = &facts.opportunity;
    let cost = of.terms.abnormally_low.as_ref().and_then(|signs| signs.employment_cost);
    of.quantities
        .0
        .iter()
        .filter_map(|asked| {
            let line = of.terms.lines.iter().find(|line| line.key == asked.key)?;
            let rate_of = |bid: &bid::Model| Some(bid.offer.rates.iter().find(|r| r.key == asked.key)?.rate);
            let rate = rate_of(bid)?;
            let weekly = pricing::priced(line, asked.quantity, rate).weekly().ok()?;
            let rest = facts.bidders.iter().filter(|other| other.bid.id != bid.id);
            Some(PriceTerm {
                key: line.key.clone(),
                label: line.label.clone(),
                unit: line.unit,
                quantity: asked.quantity,
                rate,
                weekly_price: Money::rounded(weekly).ok()?,
                fixed: line.fixed.is_some(),
                floor: line.floor,
                ceiling: line.ceiling,
                reference_low: line.reference_low,
                reference_high: line.reference_high,
                employment_cost: cost.filter(|_| line.unit.is_hourly()),
                others: others(rest.filter_map(|other| rate_of(&other.bid)).collect()),
            })
        })
        .collect()
}

/// The gate, in marks.
pub fn least_quality(terms: &CategoryTerms) -> Option<Score> {
    Score::rounded(terms.quality_gate?.decimal() * terms.quality_weight.decimal()).ok()
}

/// What the weekly prices of an opportunity stand against.
pub fn weekly_limits(facts: &Evaluated) -> WeeklyLimits {
    let of = &facts.opportunity;
    let at_reference = pricing::weekly_at_reference(&of.terms.lines, &of.quantities.0);
    let published = |sum: Decimal| Money::rounded(sum).ok();
    WeeklyLimits {
        floor: of.terms.weekly_floor,
        ceiling: of.terms.weekly_ceiling,
        reference_low: at_reference.and_then(|(low, _)| published(low)),
        reference_high: at_reference.and_then(|(_, high)| published(high)),
    }
}

/// The other bids' weekly prices.
pub fn other_weekly_prices(facts: &Evaluated, bid: BidId) -> Option<Others> {
    let rest = facts.bidders.iter().filter(|other| other.bid.id != bid);
    others(rest.map(|other| other.bid.weekly_price).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_is_the_mean_of_the_middle_two() {
        let of = |all: &[&str]| others(all.iter().map(|text| text.parse().unwrap()).collect());
        let shown = |o: Others| [o.lowest, o.median, o.highest].map(|m| m.to_string()).join(" ");
        assert_eq!(of(&[]), None);
        assert_eq!(of(&["14.10"]).map(shown).as_deref(), Some("14.10 14.10 14.10"));
        assert_eq!(of(&["14.75", "13.60", "14.10"]).map(shown).as_deref(), Some("13.60 14.10 14.75"));
        assert_eq!(of(&["14.75", "14.10"]).map(shown).as_deref(), Some("14.10 14.425 14.75"));
    }
}
