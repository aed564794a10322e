//! What would have put a bid ahead of the one that was awarded: one mark, or the price.
//!
//! It is worked out by the scoring engine from what its provider is told of the outcome anyway: its own marks and
//! price, and the awarded bid's totals. Where a formula measures prices against the lowest, that price follows from a
//! bid's own price marks; a bid that earned none would learn the price of somebody else, so it is told nothing.

use crate::domain::{
    pricing::{self, PriceLine},
    scoring::{Evaluation, FormulaName},
};
use entity::{category::LineTerms, offer::LineQuantity, vocabulary::*};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// The mark for one criterion, all else as it was, that would have been enough.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MarkWanted {
    pub criterion_id: String,
    pub name: String,
    /// As it was given.
    pub mark: Mark,
    /// The least whole mark that would have been enough.
    pub wanted: Mark,
}

/// The price, all else as it was, that would have been enough.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PriceWanted {
    /// The highest weekly price in pounds and whole pence.
    pub weekly_price: Money,
    /// By how much it is lower: per cent of the bid's own price, to two places, rounded up.
    pub lower_by: Weight,
}

/// What would have put a bid ahead of the awarded one, each by itself. Empty where nothing alone would have, or where
/// it cannot be said without telling what another bid.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Difference {
    pub marks: Vec<MarkWanted>,
    pub price: Option<PriceWanted>,
}

const WHOLE: i64 = 10_000;
const PENNY: i64 = 100;

/// What would have put `own` ahead of `awarded`. `least` is the lowest weekly price that the terms leave open.
pub fn difference(of: &Evaluation, own: &str, awarded: &str, least: Money) -> Difference {
    let place = |id: &str| of.bids().iter().position(|entry| entry.id == id);
    let (Some(own), Some(awarded)) = (place(own), place(awarded)) else {
        return Difference::default();
    };
    // A bid that is ahead already was passed over for another reason, which the officers gave.
    if own == awarded || !is_ranked(of, own) || is_ahead(of, own, awarded) {
        return Difference::default();
    }
    Difference { marks: marks(of, own, awarded), price: price(of, own, awarded, least) }
}

/// The lowest weekly price that these terms leave open, in pounds: at every rate's floor, or as the authority sets it.
pub fn least_weekly(terms: &[LineTerms], quantities: &[LineQuantity], floor: Option<Money>) -> Money {
    let line = |asked: &LineQuantity| {
        let line = terms.iter().find(|line| line.key == asked.key)?;
        let rate = line.fixed.or(line.floor).unwrap_or_default();
        Some(pricing::priced(line, asked.quantity, rate))
    };
    let lines: Vec<_> = quantities.iter().filter_map(line).collect();
    let at_floors = pricing::weekly_price(&lines).and_then(Money::rounded).unwrap_or_default();
    at_floors.max(floor.unwrap_or_default())
}

fn is_ranked(of: &Evaluation, bid: usize) -> bool {
    of.figures(&of.rank(), bid).is_some_and(|figures| figures.total.is_some())
}

/// Whether a bid has a higher total than another: an equal one would leave it to the tie-break.
fn is_ahead(of: &Evaluation, bid: usize, other: usize) -> bool {
    let ranking = of.rank();
    let total = |bid| of.figures(&ranking, bid).and_then(|figures| figures.total);
    matches!((total(bid), total(other)), (Some(one), Some(two)) if one > two)
}

fn marks(of: &Evaluation, own: usize, awarded: usize) -> Vec<MarkWanted> {
    let Some(entry) = of.bids().get(own) else { return Vec::new() };
    let found = of.model().criteria.iter().enumerate().filter_map(|(at, criterion)| {
        let mark = *entry.marks.get(at)?;
        let next = mark.ten_thousandths() / WHOLE + 1;
        let most = criterion.mark_max.ten_thousandths() / WHOLE;
        let enough = |whole: &i64| {
            let mut bids = of.bids().to_vec();
            let given = bids.get_mut(own).and_then(|entry| entry.marks.get_mut(at));
            if let Some(given) = given {
                *given = Mark::from_ten_thousandths(whole * WHOLE);
            }
            Evaluation::new(of.model().clone(), bids).is_ok_and(|other| is_ahead(&other, own, awarded))
        };
        let wanted = Mark::from_ten_thousandths((next..=most).find(enough)? * WHOLE);
        Some(MarkWanted { criterion_id: criterion.id.clone(), name: criterion.name.clone(), mark, wanted })
    });
    found.collect()
}

fn price(of: &Evaluation, own: usize, awarded: usize, least: Money) -> Option<PriceWanted> {
    let formula = of.model().formula.name();
    if !formula.has_total() || formula == FormulaName::Fixed {
        return None;
    }
    let figures = of.figures(&of.rank(), own)?;
    if formula.depends_on_lowest() && figures.price? <= Score::ZERO {
        return None;
    }
    let enough = |pence: i64| {
        let mut bids = of.bids().to_vec();
        if let Some(entry) = bids.get_mut(own) {
            entry.lines = vec![week_at(pence)];
        }
        Evaluation::new(of.model().clone(), bids).is_ok_and(|other| is_ahead(&other, own, awarded))
    };
    // A lower price never leaves a bid further behind, so that the highest one that is enough is found by halving.
    let mut low = (least.ten_thousandths() + PENNY - 1).div_euclid(PENNY).max(1);
    let mut high = (figures.weekly_price.ten_thousandths() + PENNY - 1).div_euclid(PENNY);
    if low >= high || !enough(low) {
        return None;
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if enough(middle) { low = middle } else { high = middle }
    }
    let weekly_price = Money::from_ten_thousandths(low * PENNY);
    let by = figures.weekly_price.decimal() - weekly_price.decimal();
    let share = (by * Decimal::ONE_HUNDRED).checked_div(figures.weekly_price.decimal())?;
    let share = share.round_dp_with_strategy(2, RoundingStrategy::AwayFromZero);
    Some(PriceWanted { weekly_price, lower_by: Weight::rounded(share).ok()? })
}

/// A whole price as the one line of a week.
fn week_at(pence: i64) -> PriceLine {
    PriceLine {
        label: "A week".to_owned(),
        unit: Unit::Day,
        quantity: Quantity::from_ten_thousandths(WHOLE),
        rate: Money::from_ten_thousandths(pence * PENNY),
        sharing: None,
        over_weeks: None,
        floor: None,
        ceiling: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::scoring::{Criterion, Entry, Formula, Model};

    fn criterion(id: &str, weight: &str) -> Criterion {
        Criterion {
            id: id.to_owned(),
            name: id.to_owned(),
            group: None,
            weight: weight.parse().unwrap(),
            mark_max: "5".parse().unwrap(),
            mark_min: None,
        }
    }

    fn model(formula: Formula) -> Model {
        Model {
            quality_weight: "60".parse().unwrap(),
            price_weight: "40".parse().unwrap(),
            formula,
            criteria: vec![criterion("safety", "40"), criterion("start", "20")],
            quality_gate: None,
            floor: None,
            ceiling: None,
            tie_break: vec![],
            lot_seed: None,
        }
    }

    fn bid(id: &str, weekly: &str, marks: [&str; 2]) -> Entry {
        let pence: Money = weekly.parse().unwrap();
        Entry {
            id: id.to_owned(),
            lines: vec![week_at(pence.ten_thousandths() / PENNY)],
            marks: marks.iter().map(|mark| mark.parse().unwrap()).collect(),
            start: None,
            preferred: false,
            exceptionality: None,
        }
    }

    fn of(formula: Formula, bids: &[Entry]) -> Evaluation {
        let mut model = model(formula);
        if model.formula == Formula::Fixed {
            model.quality_weight = "100".parse().unwrap();
            model.price_weight = Weight::ZERO;
            model.criteria = vec![criterion("safety", "80"), criterion("start", "20")];
        }
        Evaluation::new(model, bids.to_vec()).unwrap()
    }

    fn told(of: &Evaluation, own: &str) -> Difference {
        difference(of, own, "W", Money::default())
    }

    fn words(found: &Difference) -> (Vec<String>, Option<(String, String)>) {
        let marks = found.marks.iter().map(|m| format!("{} {} {}", m.name, m.mark, m.wanted));
        let price = found.price.as_ref();
        (
            marks.collect(),
            price.map(|p| (p.weekly_price.to_string(), p.lower_by.decimal().normalize().to_string())),
        )
    }

    #[test]
    fn one_mark_or_the_price_that_would_have_been_enough_is_found_exactly() {
        // W: 40 × 4/5 + 20 × 4/5 + 40 = 88. B: 24 + 16 + 40 × 1000/1020 = 79.2157. One more mark for safety is 8.
        let bids = [bid("W", "1000.00", ["4", "4"]), bid("B", "1020.00", ["3", "4"])];
        let found = told(&of(Formula::LowestRelative, &bids), "B");
        // At 4 for safety B would have 87.2157, so it takes 5; a 5 for the start (83.2157) would not do.
        // At £833.33 B has 40 + 40 and W 48 + 40 × 0.83333 = 81.3; it has to be 40 + 40 > 48 + 40 × x ÷ 1000: x < £800.
        let expected = (vec!["safety 3 5".to_owned()], Some(("799.99".to_owned(), "21.57".to_owned())));
        assert_eq!(words(&found), expected);
    }

    #[test]
    fn what_is_told_is_enough_and_a_penny_more_is_not() {
        for formula in [Formula::LowestRelative, Formula::PercentOverLowest] {
            let bids = [
                bid("W", "1000.00", ["4", "4"]),
                bid("B", "1100.00", ["4", "3"]),
                bid("C", "900.00", ["1", "1"]),
            ];
            let evaluation = of(formula, &bids);
            let wanted = told(&evaluation, "B").price.unwrap().weekly_price;
            let at = |more: i64| {
                let mut bids = bids.to_vec();
                bids[1].lines = vec![week_at(wanted.ten_thousandths() / PENNY + more)];
                is_ahead(&of(evaluation.model().formula.clone(), &bids), 1, 0)
            };
            assert!(at(0) && !at(1), "{wanted}");
        }
    }

    #[test]
    fn an_equal_total_is_not_ahead() {
        // By quality alone: 4 and 4 equals W, and the tie-break is not this bid's to know.
        let bids = [bid("W", "1000.00", ["4", "4"]), bid("B", "1000.00", ["3", "4"])];
        let found = told(&of(Formula::Fixed, &[bids[0].clone(), bids[1].clone()]), "B");
        assert_eq!(words(&found), (vec!["safety 3 5".to_owned()], None));
    }

    #[test]
    fn a_price_below_what_the_terms_leave_open_is_never_named() {
        let bids = [bid("W", "1000.00", ["4", "4"]), bid("B", "1020.00", ["3", "4"])];
        let evaluation = of(Formula::LowestRelative, &bids);
        let at = |least: &str| difference(&evaluation, "B", "W", least.parse().unwrap()).price;
        assert_eq!(at("799.99").unwrap().weekly_price.to_string(), "799.99");
        assert_eq!(at("800.00"), None);
    }

    #[test]
    fn a_bid_without_price_marks_learns_nothing_of_the_lowest_price() {
        let bids = [bid("W", "500.00", ["1", "1"]), bid("B", "1000.00", ["3", "3"])];
        let by_percent = of(Formula::PercentOverLowest, &bids);
        // At twice the lowest price no marks are left: what would be enough would tell what the lowest price was.
        assert_eq!(told(&by_percent, "B").price, None);
        let by_share =
            of(Formula::LowestRelative, &[bid("W", "500.00", ["4", "4"]), bid("B", "1000.00", ["3", "3"])]);
        assert!(told(&by_share, "B").price.is_some());
    }

    #[test]
    fn the_awarded_bid_one_that_is_ahead_and_one_that_is_not_ranked_are_told_nothing() {
        let bids = [bid("W", "1000.00", ["3", "3"]), bid("B", "1000.00", ["4", "4"])];
        let evaluation = of(Formula::LowestRelative, &bids);
        assert_eq!(told(&evaluation, "W"), Difference::default());
        assert_eq!(told(&evaluation, "B"), Difference::default());
        assert_eq!(told(&evaluation, "nobody"), Difference::default());
        let mut gated = model(Formula::LowestRelative);
        gated.quality_gate = "0.65".parse().ok();
        let bids = vec![bid("W", "1000.00", ["4", "4"]), bid("B", "900.00", ["3", "3"])];
        assert_eq!(told(&Evaluation::new(gated, bids).unwrap(), "B"), Difference::default());
    }
}
