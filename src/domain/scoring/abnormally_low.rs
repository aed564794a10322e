//! Which prices to ask about: those that look abnormally low (PCR 2015 reg 69; Procurement Act 2023 s. 19).
//! Nothing is rejected by a sign. The provider is asked, and an officer decides with reasons.

use super::{Admissibility, Entry, Evaluation, ranking::Judge};
use crate::domain::pricing::pounds;
use entity::{category::AbnormallyLow, vocabulary::Weight};
use rust_decimal::Decimal;

/// Why a price looks abnormally low.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignKind {
    BelowFloor,
    UnderMedian,
    BelowEmploymentCost,
}

/// One sign, with its arithmetic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sign {
    pub kind: SignKind,
    pub words: String,
}

/// A bid whose price looks abnormally low.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flagged {
    /// The bid's id.
    pub bid: String,
    pub signs: Vec<Sign>,
}

/// The bids whose price shows any of a market's signs, in the order given. A bid whose quality keeps it out is not
/// asked about its price. The median is that of the admissible weekly prices, the bid's own among them; with an
/// even number of them, the mean of the middle two.
pub fn flagged(evaluation: &Evaluation, by: &AbnormallyLow) -> Vec<Flagged> {
    let judge = Judge::of(evaluation);
    let worked: Vec<_> = evaluation.bids().iter().map(|entry| judge.work(entry)).collect();
    let admissible = worked.iter().filter(|w| w.status == Admissibility::Admissible);
    let twice_median = twice_median(admissible.map(|w| w.weekly).collect());
    evaluation
        .bids()
        .iter()
        .zip(&worked)
        .filter(|(_, w)| !matches!(w.status, Admissibility::BelowGate | Admissibility::BelowMinimumMark))
        .filter_map(|(entry, w)| {
            let mut signs = Vec::new();
            if by.below_floor {
                below_floor(evaluation, entry, w.weekly, &mut signs);
            }
            if let (Some(share), Some(twice_median)) = (by.under_median, twice_median) {
                signs.extend(under_median(evaluation, w.weekly, twice_median, share));
            }
            below_employment_cost(entry, by, &mut signs);
            (!signs.is_empty()).then(|| Flagged { bid: entry.id.clone(), signs })
        })
        .collect()
}

fn below_floor(evaluation: &Evaluation, entry: &Entry, weekly: i128, signs: &mut Vec<Sign>) {
    let mut sign = |words| signs.push(Sign { kind: SignKind::BelowFloor, words });
    for line in &entry.lines {
        if let Some(floor) = line.floor.filter(|floor| line.rate < *floor) {
            let (rate, floor) = (pounds(line.rate.decimal()), pounds(floor.decimal()));
            sign(format!("{}: {rate} is below the floor of {floor}.", line.label));
        }
    }
    let units = evaluation.units();
    if let Some(floor) = evaluation.model().floor.filter(|floor| weekly < units.money(*floor)) {
        let (weekly, floor) = (pounds(units.pounds(weekly)), pounds(floor.decimal()));
        sign(format!("{weekly} a week is below the floor of {floor}."));
    }
}

/// Twice the median, which is whole where the median might not be.
fn twice_median(mut prices: Vec<i128>) -> Option<i128> {
    prices.sort_unstable();
    let middle = prices.len() / 2;
    let upper = prices.get(middle)?;
    let lower = if prices.len().is_multiple_of(2) { prices.get(middle.checked_sub(1)?)? } else { upper };
    Some(lower + upper)
}

fn under_median(evaluation: &Evaluation, weekly: i128, twice_median: i128, share: Weight) -> Option<Sign> {
    let least = 10_000 - i128::from(share.ten_thousandths());
    if weekly * 20_000 >= twice_median * least {
        return None;
    }
    let units = evaluation.units();
    let median = units.pounds(twice_median) / Decimal::TWO;
    let under = (median - units.pounds(weekly)) * Decimal::ONE_HUNDRED / median;
    let per_cent = |value: Decimal| value.round_dp(2).normalize();
    Some(Sign {
        kind: SignKind::UnderMedian,
        words: format!(
            "{} a week is {} % under the median of the admissible prices, {}: ({median_words} − {}) ÷ \
             {median_words}. More than {} % is asked about.",
            pounds(units.pounds(weekly)),
            per_cent(under),
            pounds(median),
            pounds(units.pounds(weekly)),
            per_cent(share.decimal() * Decimal::ONE_HUNDRED),
            median_words = pounds(median),
        ),
    })
}

fn below_employment_cost(entry: &Entry, by: &AbnormallyLow, signs: &mut Vec<Sign>) {
    let Some(cost) = by.employment_cost else {
        return;
    };
    for line in entry.lines.iter().filter(|line| line.unit.is_hourly() && line.rate < cost) {
        signs.push(Sign {
            kind: SignKind::BelowEmploymentCost,
            words: format!(
                "{}: {} an hour is {} below the {} that employing somebody for it costs.",
                line.label,
                pounds(line.rate.decimal()),
                pounds(cost.decimal() - line.rate.decimal()),
                pounds(cost.decimal())
            ),
        });
    }
}
