//! What else the same bids could have come to: at other weights, by other formulas, without a bid that does not
//! win. A commissioner looks at these before publishing and when an award is questioned; no result rests on them.

use super::{Admissibility, Evaluation, Formula, FormulaName, Model, model::findings, ranking::Worked};
use entity::vocabulary::Weight;
use rust_decimal::{Decimal, RoundingStrategy};
use std::cmp::Reverse;

/// A quality weight at which first place changes hands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crossing {
    /// Between 0 and 100, to four places; the price weight is the rest.
    pub quality_weight: Weight,
    /// The bids that are first below it.
    pub from: Vec<String>,
    /// The bids that are first above it.
    pub to: Vec<String>,
}

/// The quality weights, in rising order, at which first place changes hands, with the criteria in proportion.
///
/// A bid earns a share q of the quality weight and a share p of the price weight, and neither depends on the
/// weights: at the quality weight x its total is x × q + (100 − x) × p, a straight line. First place changes where
/// the highest of the lines do. Gates and limits keep out the same bids at every weight. Totals are compared
/// unrounded, so that very near to a crossing the published totals may tie. A formula that gives no marks for price
/// has no crossings.
pub fn crossings(evaluation: &Evaluation) -> Vec<Crossing> {
    let mut lines = lines(evaluation);
    // From the highest at 0: of those, the one that rises most.
    lines.sort_by_key(|line| Reverse((line.price, line.quality)));
    let mut crossings = Vec::new();
    let mut first = lines.first();
    while let Some(line) = first {
        let crossed = |other: &&Line| other.rise() > line.rise();
        let next = lines.iter().filter(crossed).map(|other| {
            // 100 × p + x × (q − p) is equal for both.
            let x = Decimal::ONE_HUNDRED * (line.price - other.price) / (other.rise() - line.rise());
            (x, other)
        });
        // Of lines that meet in one place the one that rises most goes on above.
        first = next
            .min_by(|(x, a), (y, b)| x.cmp(y).then_with(|| b.rise().cmp(&a.rise())))
            .filter(|(x, _)| *x < Decimal::ONE_HUNDRED)
            .map(|(x, other)| {
                crossings.push(Crossing {
                    quality_weight: Weight::rounded(x).unwrap_or_default(),
                    from: line.bids.clone(),
                    to: other.bids.clone(),
                });
                other
            });
    }
    crossings
}

/// What some bids earn of either weight, from 0 to 1.
struct Line {
    quality: Decimal,
    price: Decimal,
    bids: Vec<String>,
}

impl Line {
    fn rise(&self) -> Decimal {
        self.quality - self.price
    }
}

fn lines(evaluation: &Evaluation) -> Vec<Line> {
    let (model, units) = (evaluation.model(), evaluation.units());
    if model.quality_weight == Weight::ZERO {
        return Vec::new();
    }
    let ranking = evaluation.rank();
    let whole = Decimal::from(units.quality) * Decimal::from(model.quality_weight.ten_thousandths());
    let mut lines: Vec<Line> = Vec::new();
    for place in &ranking.places {
        let at = place.bid as usize;
        let (Some(entry), Some(worked)) = (evaluation.bids().get(at), ranking.worked.get(at)) else {
            continue;
        };
        let Some((part, of)) = evaluation.share(&ranking, worked) else {
            return Vec::new();
        };
        // To twenty places, so that shares that are equal are found equal.
        let quality = settled(Decimal::from(worked.quality) / whole);
        let price = settled(Decimal::from(part) / Decimal::from(of));
        match lines.iter_mut().find(|line| (line.quality, line.price) == (quality, price)) {
            Some(line) => line.bids.push(entry.id.clone()),
            None => lines.push(Line { quality, price, bids: vec![entry.id.clone()] }),
        }
    }
    lines
}

fn settled(value: Decimal) -> Decimal {
    value.round_dp_with_strategy(20, RoundingStrategy::MidpointAwayFromZero)
}

/// What a formula would have chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub formula: FormulaName,
    /// The bids that would have been first, or why it cannot be said.
    pub first: Result<Vec<String>, String>,
}

/// What each formula would have chosen from these bids, with the same weights and criteria (`fixed`: by quality
/// alone). Formulas that need a sum or an order take it from `with`; the evaluation's own has its own.
pub fn by_each_formula(evaluation: &Evaluation, with: &[Formula]) -> Vec<Choice> {
    let own = &evaluation.model().formula;
    let choice = |name: &FormulaName| {
        let given = std::iter::once(own).chain(with).find(|formula| formula.name() == *name).cloned();
        let formula = given.or(match name {
            FormulaName::LowestRelative => Some(Formula::LowestRelative),
            FormulaName::PercentOverLowest => Some(Formula::PercentOverLowest),
            FormulaName::PricePerQualityPoint => Some(Formula::PricePerQualityPoint),
            FormulaName::Fixed => Some(Formula::Fixed),
            FormulaName::ProRataToQualification
            | FormulaName::Band
            | FormulaName::Benchmark
            | FormulaName::RankedList => None,
        });
        Choice { formula: *name, first: first_by(evaluation, formula) }
    };
    FormulaName::ALL.iter().map(choice).collect()
}

fn first_by(evaluation: &Evaluation, formula: Option<Formula>) -> Result<Vec<String>, String> {
    let formula = formula.ok_or("What it is measured against is not given.")?;
    let name = formula.name();
    let by_price = name.has_total() && name != FormulaName::Fixed;
    if by_price && evaluation.model().price_weight == Weight::ZERO {
        return Err("The price weight is 0, so no price earns marks.".to_owned());
    }
    let model = Model { formula, ..evaluation.model().clone() };
    // With the weights as they are, quality alone chooses as it would out of 100.
    let faults = findings(&model, &[]).into_iter().map(|finding| finding.fault.detail);
    if let Some(fault) = faults.into_iter().next().filter(|_| name != FormulaName::Fixed) {
        return Err(fault);
    }
    let other = Evaluation::in_order(model, evaluation.bids().to_vec());
    other.map(|other| first(&other)).map_err(|refusal| refusal.detail.into_owned())
}

fn first(evaluation: &Evaluation) -> Vec<String> {
    let id = |bid: usize| evaluation.bids().get(bid).map(|entry| entry.id.clone());
    evaluation.rank().first().filter_map(id).collect()
}

/// A bid that is not first, and without which another would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Irrelevant {
    pub bid: String,
    /// The bids that would be first without it.
    pub first: Vec<String>,
}

/// The bids that do not win and yet decide who does: without them another bid would be first.
///
/// Only by the lowest price can one bid change what another earns, so only the bid that alone has it can be one.
pub fn irrelevant(evaluation: &Evaluation) -> Vec<Irrelevant> {
    if !evaluation.model().formula.name().depends_on_lowest() {
        return Vec::new();
    }
    let ranking = evaluation.rank();
    let winners: Vec<_> = ranking.first().collect();
    let is_lowest = |w: &Worked| w.status == Admissibility::Admissible && Some(w.weekly) == ranking.lowest;
    let lowest: Vec<_> = (0..).zip(&ranking.worked).filter(|(_, w)| is_lowest(w)).map(|(n, _)| n).collect();
    let [bid] = lowest.as_slice() else {
        return Vec::new();
    };
    if winners.contains(bid) {
        return Vec::new();
    }
    let mut others = evaluation.bids().to_vec();
    let removed = others.remove(*bid);
    let Ok(without) = Evaluation::in_order(evaluation.model().clone(), others) else {
        return Vec::new();
    };
    let (before, after) = (first(evaluation), first(&without));
    if before == after { Vec::new() } else { vec![Irrelevant { bid: removed.id, first: after }] }
}
