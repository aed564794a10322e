//! What other weights, another formula or another gate would have chosen: asked before an opportunity is
//! published, of those that are over and of bids made up to try it. No result rests on it.

use super::{
    bid::yearly,
    evaluation::{self, ready, resolved_for},
    inquiry,
    pricing::PriceLine,
    refusal::{Code, Fault, Refusal},
    scoring::{self, Admissibility, Criterion, Entry, Evaluation, Model, what_if},
};
use entity::{
    agreed_mark, bid,
    category::{self, CategoryTerms, Formula, TieBreak},
    inquiry as inquiry_row,
    offer::LineQuantity,
    opportunity,
    vocabulary::*,
};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// The newest closed opportunities of a market that are replayed.
pub const REPLAYED_MAX: u64 = 200;
/// The bids that they may have together.
pub const REPLAYED_BIDS_MAX: u64 = 10_000;
/// Constructed bids.
pub const CONSTRUCTED_MAX: usize = 50;
/// Characters in the name of a constructed bid.
pub const NAME_MAX: usize = 100;
/// The highest weekly price, in pounds, that stands for a bound which comes from each package.
const ANY_PRICE: i64 = 1_000_000_000;

/// How bids would be scored.
#[derive(Clone, Debug)]
pub struct Proposal {
    pub quality_weight: Weight,
    pub price_weight: Weight,
    /// What it lacks of its own comes from each package at the reference rates.
    pub formula: Formula,
    /// The least share of the quality weight.
    pub quality_gate: Option<Weight>,
}

impl Proposal {
    /// Whether bids could be scored so at all. The scoring model says what is wrong, in its own words.
    ///
    /// # Errors
    /// `invalid_field` with every fault.
    pub fn check(&self) -> Result<(), Refusal> {
        let sum =
            |own: &Option<Money>, other: i64| own.unwrap_or(Money::from_ten_thousandths(other * 10_000));
        let formula = match &self.formula {
            Formula::Band { min, max } => {
                Formula::Band { min: Some(sum(min, 0)), max: Some(sum(max, ANY_PRICE)) }
            }
            Formula::ProRataToQualification { qualification } => {
                Formula::ProRataToQualification { qualification: Some(sum(qualification, ANY_PRICE)) }
            }
            Formula::Benchmark { benchmark } => {
                Formula::Benchmark { benchmark: Some(sum(benchmark, ANY_PRICE)) }
            }
            whole => whole.clone(),
        };
        let quality = Criterion {
            id: "quality".to_owned(),
            name: "Quality".to_owned(),
            group: None,
            weight: self.quality_weight,
            mark_max: Mark::from_ten_thousandths(10_000),
            mark_min: None,
        };
        let model = Model {
            quality_weight: self.quality_weight,
            price_weight: self.price_weight,
            formula: ready(formula, |provider| Some(provider.to_string()))?,
            criteria: vec![quality],
            quality_gate: self.quality_gate,
            floor: None,
            ceiling: None,
            tie_break: Vec::new(),
            lot_seed: None,
        };
        Evaluation::new(model, Vec::new()).map(drop).map_err(of_the_form)
    }

    /// The terms that an opportunity would have had: its criteria in proportion, everything else as it was.
    ///
    /// # Errors
    /// There are no marks to weigh.
    pub fn terms(&self, of: &CategoryTerms) -> Result<CategoryTerms, Refusal> {
        let formula = match (&self.formula, &of.formula) {
            (Formula::RankedList { order }, Formula::RankedList { .. }) if order.is_empty() => {
                of.formula.clone()
            }
            (formula, _) => formula.clone(),
        };
        Ok(CategoryTerms {
            criteria: in_proportion(&of.criteria, self.quality_weight)?,
            quality_weight: self.quality_weight,
            price_weight: self.price_weight,
            formula,
            quality_gate: self.quality_gate,
            ..of.clone()
        })
    }
}

/// What is wrong, by the names of the form.
fn of_the_form(refusal: Refusal) -> Refusal {
    let named = |field: String| {
        let field = field.strip_prefix("model.").map_or(field.clone(), str::to_owned);
        match field.split_once("].") {
            Some((bid, part)) if bid.starts_with("bids[") && part.starts_with("lines") => {
                format!("{bid}].weekly_price")
            }
            _ => field,
        }
    };
    Refusal {
        field: refusal.field.map(named),
        faults: refusal.faults.into_iter().map(|f| Fault { field: named(f.field), ..f }).collect(),
        ..refusal
    }
}

/// These criteria with weights that sum to another quality weight, in proportion. They are kept to four places: what
/// rounding leaves goes to the largest remainders, so that the weight is spent exactly.
///
/// # Errors
/// None of them weighs anything, so that there is no proportion.
fn in_proportion(
    criteria: &[category::Criterion],
    quality_weight: Weight,
) -> Result<Vec<category::Criterion>, Refusal> {
    let sum: i128 = criteria.iter().map(|c| i128::from(c.weight.ten_thousandths())).sum();
    let to = i128::from(quality_weight.ten_thousandths());
    if sum == to {
        return Ok(criteria.to_vec());
    }
    if sum == 0 {
        let words = "Price alone decided here, so there are no marks to which quality could give a weight.";
        return Err(Refusal::new(Code::InvalidField, words).at("quality_weight"));
    }
    let exact = |c: &category::Criterion| i128::from(c.weight.ten_thousandths()) * to;
    let mut parts: Vec<_> = criteria.iter().map(|c| exact(c) / sum).collect();
    let mut by_remainder: Vec<_> = (0..criteria.len()).collect();
    by_remainder.sort_by_key(|at| criteria.get(*at).map(|c| -(exact(c) % sum)));
    let left = usize::try_from(to - parts.iter().sum::<i128>()).unwrap_or_default();
    for at in by_remainder.into_iter().take(left) {
        if let Some(part) = parts.get_mut(at) {
            *part += 1;
        }
    }
    let weigh = |(criterion, part): (&category::Criterion, i128)| category::Criterion {
        weight: Weight::from_ten_thousandths(i64::try_from(part).unwrap_or_default()),
        ..criterion.clone()
    };
    Ok(criteria.iter().zip(parts).map(weigh).collect())
}

/// An opportunity that is over, with what was bid and marked.
pub struct Past {
    pub opportunity: opportunity::Model,
    /// Those that were marked when prices opened.
    pub bids: Vec<bid::Model>,
    pub marks: Vec<agreed_mark::Model>,
    pub inquiries: Vec<inquiry_row::Model>,
}

impl Past {
    /// Compares what was published with what is proposed. A price that was rejected as abnormally low stays out, and
    /// an exception that was accepted stays accepted.
    pub fn compare(&self, proposal: &Proposal) -> Compared {
        let counted = self.bids.iter().filter(|bid| !inquiry::is_rejected(&self.inquiries, bid.id));
        let counted: Vec<_> = counted.collect();
        let frozen =
            |opportunity: &_| evaluation::frozen(opportunity, &counted, &self.marks, &self.inquiries);
        compare(frozen(&self.opportunity), self.under(proposal).and_then(|proposed| frozen(&proposed)))
    }

    /// The opportunity as it would have been published.
    fn under(&self, proposal: &Proposal) -> Result<opportunity::Model, Refusal> {
        let terms = proposal.terms(&self.opportunity.terms)?;
        if matches!(&terms.formula, Formula::RankedList { order } if order.is_empty()) {
            let words = "There is no standing order of providers here.";
            return Err(Refusal::new(Code::InvalidField, words).at("formula.order"));
        }
        Ok(opportunity::Model { terms, ..self.opportunity.clone() })
    }
}

/// A bid made up to try a way of scoring.
#[derive(Clone, Debug)]
pub struct Constructed {
    pub name: String,
    pub weekly_price: Money,
    /// By criterion.
    pub marks: BTreeMap<String, Mark>,
}

/// Constructed bids as they would be ranked under these terms, for a package of these quantities. No lot is drawn
/// and nobody has a start or a preference: bids that are equal in quality, marks and price share a rank.
///
/// # Errors
/// Every fault of the bids; what the formula is measured against is not given.
pub fn constructed(
    terms: &CategoryTerms,
    quantities: &[LineQuantity],
    bids: &[Constructed],
) -> Result<Evaluation, Refusal> {
    check_constructed(terms, bids)?;
    let formula = match resolved_for(terms, quantities) {
        // Providers have no place among bids that nobody made: these stand in the order in which they are written.
        Formula::RankedList { .. } => {
            scoring::Formula::RankedList { order: bids.iter().map(|b| b.name.clone()).collect() }
        }
        formula => ready(formula, |_| None).map_err(|_| {
            let words = "Without a package there are no reference rates for a week: say what prices are measured against.";
            Refusal::new(Code::InvalidField, words).at("formula.name")
        })?,
    };
    let has_place =
        |step: &&TieBreak| matches!(step, TieBreak::Quality | TieBreak::Criterion(_) | TieBreak::Price);
    let model = Model {
        quality_weight: terms.quality_weight,
        price_weight: terms.price_weight,
        formula,
        criteria: terms.criteria.iter().map(Criterion::from).collect(),
        quality_gate: terms.quality_gate,
        floor: terms.weekly_floor,
        ceiling: terms.weekly_ceiling,
        tie_break: terms.tie_break.iter().filter(has_place).cloned().collect(),
        lot_seed: None,
    };
    let entries = bids.iter().map(|bid| entry(terms, bid)).collect();
    Evaluation::new(model, entries).map_err(of_the_form)
}

fn check_constructed(terms: &CategoryTerms, bids: &[Constructed]) -> Result<(), Refusal> {
    let mut faults = Vec::new();
    let mut fault = |field: String, detail: String| faults.push(Fault { field, detail });
    if bids.len() > CONSTRUCTED_MAX {
        fault("bids".to_owned(), format!("Give at most {CONSTRUCTED_MAX} bids."));
    }
    let mut names = BTreeSet::new();
    for (i, bid) in bids.iter().enumerate() {
        if bid.name.trim().is_empty() || bid.name.chars().count() > NAME_MAX {
            fault(
                format!("bids[{i}].name"),
                format!("Give the bid a name of at most {NAME_MAX} characters."),
            );
        } else if !names.insert(&bid.name) {
            fault(format!("bids[{i}].name"), format!("There is more than one bid “{}”.", bid.name));
        }
        for criterion in &terms.criteria {
            if !bid.marks.contains_key(&criterion.id) {
                let detail = format!("Give {} a mark for {}.", bid.name, criterion.name);
                fault(format!("bids[{i}].marks.{}", criterion.id), detail);
            }
        }
        for id in bid.marks.keys().filter(|id| !terms.criteria.iter().any(|c| c.id == **id)) {
            fault(format!("bids[{i}].marks.{id}"), format!("This category has no criterion “{id}”."));
        }
    }
    Refusal::of_all(Code::InvalidField, faults)
}

fn entry(terms: &CategoryTerms, bid: &Constructed) -> Entry {
    let week = PriceLine {
        label: "A week".to_owned(),
        unit: Unit::Day,
        quantity: Quantity::from_ten_thousandths(10_000),
        rate: bid.weekly_price,
        sharing: None,
        over_weeks: None,
        floor: None,
        ceiling: None,
    };
    Entry {
        id: bid.name.clone(),
        lines: vec![week],
        marks: terms.criteria.iter().filter_map(|c| bid.marks.get(&c.id).copied()).collect(),
        start: None,
        preferred: false,
        exceptionality: None,
    }
}

/// Whom one way of scoring chooses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// The bids that are first: several where nothing separates them, none where none is admissible.
    pub first: Vec<String>,
    pub winner: Option<Winner>,
    pub irrelevant: Vec<Irrelevant>,
}

/// What the first bid costs and is worth. Of several that nothing separates, the cheapest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Winner {
    pub weekly_price: Money,
    /// Per cent of the quality weight; none where no answer weighs anything.
    pub quality: Option<Decimal>,
    /// Whether no admissible bid is cheaper.
    pub lowest: bool,
    /// Whether no other bid is admissible.
    pub alone: bool,
}

/// A bid that does not win, and without which another would.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Irrelevant {
    pub bid: String,
    pub rank: u32,
    /// Who would be first without it.
    pub first: Vec<String>,
}

/// The same bids under two ways of scoring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    pub then: Result<Chosen, Refusal>,
    pub proposed: Result<Chosen, Refusal>,
    /// Whether another bid would have been first.
    pub changed: bool,
}

/// Compares two ways of scoring the same bids, given in the same order.
pub fn compare(then: Result<Evaluation, Refusal>, proposed: Result<Evaluation, Refusal>) -> Compared {
    let both = || [then.as_ref().ok(), proposed.as_ref().ok()].into_iter().flatten();
    // A share of the quality weight is the same at any: the first under which answers weigh something tells.
    let quality = both().map(qualities).find(|shares| shares.iter().any(Option::is_some)).unwrap_or_default();
    let chosen = |evaluation: &Evaluation| chosen(evaluation, &quality);
    let (then, proposed) = (then.as_ref().map(chosen), proposed.as_ref().map(chosen));
    let (then, proposed) = (then.map_err(Clone::clone), proposed.map_err(Clone::clone));
    let changed = matches!((&then, &proposed), (Ok(then), Ok(proposed)) if then.first != proposed.first);
    Compared { then, proposed, changed }
}

/// What each bid has of the quality weight, per cent.
fn qualities(evaluation: &Evaluation) -> Vec<Option<Decimal>> {
    let weight = evaluation.model().quality_weight.decimal();
    let ranking = evaluation.rank();
    let share = |bid| {
        let figures = evaluation.figures(&ranking, bid).filter(|_| weight > Decimal::ZERO)?;
        Some(figures.quality.decimal() * Decimal::ONE_HUNDRED / weight)
    };
    (0..evaluation.bids().len()).map(share).collect()
}

fn chosen(evaluation: &Evaluation, quality: &[Option<Decimal>]) -> Chosen {
    let ranking = evaluation.rank();
    let figures = |bid| evaluation.figures(&ranking, bid);
    let admissible = (0..evaluation.bids().len()).filter_map(figures);
    let admissible: Vec<_> = admissible.filter(|f| f.status == Admissibility::Admissible).collect();
    let lowest = admissible.iter().map(|f| f.weekly_price).min();
    let cheapest = ranking
        .first()
        .filter_map(|bid| Some((figures(bid)?.weekly_price, quality.get(bid).copied().flatten())))
        .min_by_key(|(price, _)| *price);
    let id = |bid: usize| evaluation.bids().get(bid).map(|entry| entry.id.clone());
    let rank_of = |wanted: &str| {
        let place = ranking.places.iter().find(|place| id(place.bid as usize).as_deref() == Some(wanted));
        place.map(|place| place.rank).unwrap_or_default()
    };
    Chosen {
        first: ranking.first().filter_map(id).collect(),
        winner: cheapest.map(|(weekly_price, quality)| Winner {
            weekly_price,
            quality,
            lowest: Some(weekly_price) == lowest,
            alone: admissible.len() == 1,
        }),
        irrelevant: what_if::irrelevant(evaluation)
            .into_iter()
            .map(|found| Irrelevant { rank: rank_of(&found.bid), bid: found.bid, first: found.first })
            .collect(),
    }
}

/// What one way of scoring comes to over several opportunities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Opportunities with a winner.
    pub won: u32,
    /// Of those, won by the lowest admissible price.
    pub lowest: u32,
    /// Of those, won with no other bid admissible.
    pub alone: u32,
    /// The winners' mean quality, per cent of the quality weight.
    pub quality: Option<Decimal>,
    /// What the winners cost together: weekly × 52.
    pub spend_yearly: Money,
    /// Opportunities in which a bid that did not win decided who did.
    pub irrelevant: u32,
}

impl Summary {
    /// What was won by the lowest price, per cent.
    pub fn lowest_share(&self) -> Option<Decimal> {
        let won = Decimal::from(self.won);
        (self.won > 0).then(|| Decimal::from(self.lowest) * Decimal::ONE_HUNDRED / won)
    }
}

/// The sum of what was chosen.
pub fn summary<'a>(chosen: impl IntoIterator<Item = &'a Chosen>) -> Summary {
    let mut sum = Summary::default();
    let mut qualities = Vec::new();
    let mut spend = Decimal::ZERO;
    for one in chosen {
        sum.irrelevant += u32::from(!one.irrelevant.is_empty());
        if let Some(winner) = &one.winner {
            sum.won += 1;
            sum.lowest += u32::from(winner.lowest);
            sum.alone += u32::from(winner.alone);
            spend += yearly(winner.weekly_price).decimal();
            qualities.extend(winner.quality);
        }
    }
    if !qualities.is_empty() {
        let count = Decimal::from(qualities.len());
        sum.quality = Some(qualities.into_iter().sum::<Decimal>() / count);
    }
    sum.spend_yearly = Money::rounded(spend).unwrap_or_default();
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn category(weights: &[(&str, &str)], formula: Formula) -> CategoryTerms {
        let line = |key: &str, unit, low: &str, high: &str| category::LineTerms {
            key: key.to_owned(),
            label: key.to_owned(),
            unit,
            fixed: None,
            reference_low: low.parse().ok(),
            reference_high: high.parse().ok(),
            floor: None,
            ceiling: None,
        };
        let criterion = |(id, weight): &(&str, &str)| category::Criterion {
            id: (*id).to_owned(),
            name: (*id).to_owned(),
            group: None,
            question: String::new(),
            weight: weight.parse().unwrap(),
            mark_max: "5".parse().unwrap(),
            mark_min: None,
            descriptors: Vec::new(),
            standing: false,
            attachments: 0,
        };
        CategoryTerms {
            needs: String::new(),
            lines: vec![
                line("hour", Unit::Hour, "13.60", "14.75"),
                line("night", Unit::SleepInNight, "78", "87"),
            ],
            criteria: weights.iter().map(criterion).collect(),
            quality_weight: "60".parse().unwrap(),
            price_weight: "40".parse().unwrap(),
            formula,
            quality_gate: None,
            weekly_floor: None,
            weekly_ceiling: None,
            abnormally_low: None,
            tie_break: vec![TieBreak::Quality, TieBreak::Start, TieBreak::Lot],
            evaluators: 1,
            round: None,
        }
    }

    fn care(formula: Formula) -> CategoryTerms {
        category(&[("care", "60")], formula)
    }

    fn proposal(quality: &str, price: &str, formula: Formula) -> Proposal {
        Proposal {
            quality_weight: quality.parse().unwrap(),
            price_weight: price.parse().unwrap(),
            formula,
            quality_gate: None,
        }
    }

    fn made(name: &str, weekly: &str, mark: &str) -> Constructed {
        Constructed {
            name: name.to_owned(),
            weekly_price: weekly.parse().unwrap(),
            marks: BTreeMap::from([("care".to_owned(), mark.parse().unwrap())]),
        }
    }

    fn abc() -> Vec<Constructed> {
        vec![made("A", "1022", "3.2"), made("B", "1125.25", "4.4"), made("C", "1053.50", "4.0")]
    }

    fn abcd() -> Vec<Constructed> {
        let mut bids = abc();
        bids.push(made("D", "800", "1.0"));
        bids
    }

    /// 35 hours and 7 sleep-ins a week.
    fn package_k() -> [LineQuantity; 2] {
        [("hour", "35"), ("night", "7")]
            .map(|(key, quantity)| LineQuantity { key: key.to_owned(), quantity: quantity.parse().unwrap() })
    }

    /// The published terms of `of`, beside the proposal, over constructed bids.
    fn tried(of: &CategoryTerms, proposal: &Proposal, bids: &[Constructed]) -> Compared {
        let proposed = constructed(&proposal.terms(of).unwrap(), &package_k(), bids);
        compare(constructed(of, &package_k(), bids), proposed)
    }

    const BAND: Formula = Formula::Band { min: None, max: None };

    #[test]
    fn package_k_is_won_by_another_under_each_way_of_scoring() {
        for (proposal, first) in [
            (proposal("60", "40", Formula::LowestRelative), "B"),
            (proposal("40", "60", Formula::LowestRelative), "C"),
            (proposal("60", "40", BAND), "A"),
            (proposal("60", "40", Formula::PercentOverLowest), "B"),
            (proposal("100", "0", Formula::Fixed), "B"),
            (proposal("60", "40", Formula::RankedList { order: vec![] }), "A"),
        ] {
            let compared = tried(&care(BAND), &proposal, &abc());
            assert_eq!(compared.then.unwrap().first, ["A"]);
            assert_eq!(compared.proposed.unwrap().first, [first], "{proposal:?}");
            assert_eq!(compared.changed, first != "A");
        }
    }

    #[test]
    fn what_was_chosen_is_told_with_price_and_quality() {
        let compared = tried(&care(BAND), &proposal("40", "60", Formula::LowestRelative), &abc());
        let (then, proposed) = (compared.then.unwrap(), compared.proposed.unwrap());
        let told = |c: &Chosen| {
            let w = c.winner.unwrap();
            (w.weekly_price.to_string(), w.quality.unwrap().normalize().to_string(), w.lowest, w.alone)
        };
        assert_eq!(told(&then), ("1022.00".to_owned(), "64".to_owned(), true, false));
        assert_eq!(told(&proposed), ("1053.50".to_owned(), "80".to_owned(), false, false));
        let sum = summary([&then, &proposed]);
        assert_eq!((sum.won, sum.lowest, sum.irrelevant), (2, 1, 0));
        assert_eq!(sum.lowest_share(), Some(Decimal::from(50)));
        assert_eq!(sum.quality, Some(Decimal::from(72)));
        assert_eq!(sum.spend_yearly.to_string(), "107926.00");
        assert_eq!(summary([]).lowest_share(), None);
    }

    #[test]
    fn a_bid_that_cannot_win_and_decides_who_does_is_found() {
        let compared = tried(&care(BAND), &proposal("40", "60", Formula::LowestRelative), &abcd());
        let proposed = compared.proposed.unwrap();
        assert_eq!(proposed.first, ["B"]);
        let found = Irrelevant { bid: "D".to_owned(), rank: 4, first: vec!["C".to_owned()] };
        assert_eq!(proposed.irrelevant, [found]);
        assert!(compared.then.unwrap().irrelevant.is_empty(), "by a band other bids make no difference");
        assert_eq!(summary([&proposed]).irrelevant, 1);
    }

    #[test]
    fn a_gate_keeps_out_whoever_is_under_it() {
        let gated =
            Proposal { quality_gate: "0.65".parse().ok(), ..proposal("40", "60", Formula::LowestRelative) };
        let compared = tried(&care(BAND), &gated, &abcd());
        let proposed = compared.proposed.unwrap();
        // D no longer sets the lowest price, and A, which has 64 %, is out too.
        assert_eq!((proposed.first, proposed.irrelevant), (vec!["C".to_owned()], vec![]));
        assert!(proposed.winner.unwrap().lowest);
        let none = Proposal { quality_gate: "0.99".parse().ok(), ..gated };
        let nobody = tried(&care(BAND), &none, &abcd()).proposed.unwrap();
        assert_eq!((nobody.first.len(), nobody.winner), (0, None));
    }

    #[test]
    fn criteria_keep_their_proportions_and_spend_the_weight_exactly() {
        let of = category(&[("a", "20"), ("b", "20"), ("c", "20")], BAND);
        for quality in ["40", "70", "100", "0", "33.3333", "60"] {
            let scaled = in_proportion(&of.criteria, quality.parse().unwrap()).unwrap();
            let sum: Decimal = scaled.iter().map(|c| c.weight.decimal()).sum();
            assert_eq!(sum, quality.parse::<Decimal>().unwrap());
        }
        let weights = |quality: &str| -> Vec<String> {
            let scaled = in_proportion(&of.criteria, quality.parse().unwrap()).unwrap();
            scaled.iter().map(|c| c.weight.to_string()).collect()
        };
        assert_eq!(weights("40"), ["13.3334", "13.3333", "13.3333"]);
        let price_alone = category(&[("a", "0")], Formula::LowestRelative);
        let refusal = in_proportion(&price_alone.criteria, "40".parse().unwrap()).unwrap_err();
        assert_eq!(refusal.field.as_deref(), Some("quality_weight"));
    }

    #[test]
    fn what_cannot_be_simulated_is_refused_by_the_name_of_its_field() {
        let refused = |p: Proposal| {
            let refusal = p.check().unwrap_err();
            assert_eq!(refusal.code, Code::InvalidField);
            refusal.faults.into_iter().map(|f| f.field).collect::<Vec<_>>().join(" ")
        };
        let money = |text: &str| text.parse::<Money>().ok();
        assert_eq!(refused(proposal("60", "30", Formula::LowestRelative)), "price_weight");
        assert_eq!(refused(proposal("60", "40", Formula::Fixed)), "price_weight");
        assert_eq!(refused(proposal("0", "100", Formula::PricePerQualityPoint)), "quality_weight");
        let band = |min, max| proposal("60", "40", Formula::Band { min: money(min), max: money(max) });
        assert_eq!(refused(band("1200", "1000")), "formula.min");
        let gated =
            Proposal { quality_gate: "60".parse().ok(), ..proposal("60", "40", Formula::LowestRelative) };
        assert_eq!(refused(gated), "quality_gate");
        let benchmark = Formula::Benchmark { benchmark: money("0") };
        assert_eq!(refused(proposal("60", "40", benchmark)), "formula.benchmark");
        for fine in
            [BAND, Formula::Benchmark { benchmark: None }, Formula::Band { min: None, max: money("900") }]
        {
            assert_eq!(proposal("60", "40", fine).check(), Ok(()));
        }
    }

    #[test]
    fn what_is_wrong_with_constructed_bids_is_told_by_bid() {
        let fields = |bids: &[Constructed]| {
            let refusal = constructed(&care(Formula::LowestRelative), &[], bids).unwrap_err();
            refusal.faults.into_iter().map(|f| f.field).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            fields(&[made("A", "1", "1"), made("A", "1", "1"), made(" ", "1", "1")]),
            "bids[1].name bids[2].name"
        );
        assert_eq!(fields(&[made("A", "0", "1")]), "bids[0].weekly_price");
        assert_eq!(fields(&[made("A", "1", "5.1")]), "bids[0].marks.care");
        let other =
            Constructed { marks: BTreeMap::from([("start".to_owned(), Mark::ZERO)]), ..made("A", "1", "1") };
        assert_eq!(fields(&[other]), "bids[0].marks.care bids[0].marks.start");
        assert_eq!(fields(&vec![made("A", "1", "1"); CONSTRUCTED_MAX + 1]).split(' ').next(), Some("bids"));
        // Without a package nothing says what a week costs at the reference rates.
        let refusal = constructed(&care(BAND), &[], &abc()).unwrap_err();
        assert_eq!(refusal.field.as_deref(), Some("formula.name"));
    }

    #[test]
    fn equal_bids_share_a_rank_because_no_lot_is_drawn() {
        let twins = [made("A", "1000", "4"), made("B", "1000", "4")];
        let ranked = constructed(&care(Formula::LowestRelative), &[], &twins).unwrap();
        let chosen = compare(Ok(ranked.clone()), Ok(ranked)).proposed.unwrap();
        assert_eq!(chosen.first, ["A", "B"]);
        assert_eq!(summary([&chosen]).spend_yearly.to_string(), "52000.00");
    }
}
