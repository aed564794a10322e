//! What the same bids could have come to, in plain words with the bidders' names: at other weights, by other
//! formulas, without a bid that does not win. For officers, once prices are open.

use crate::domain::scoring::{
    Evaluation, Formula, FormulaName,
    what_if::{self as scoring, Choice, Crossing},
};
use entity::vocabulary::*;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// Between which quality weights somebody is first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Lead {
    pub from: Weight,
    pub to: Weight,
    pub first: Vec<String>,
}

/// What a formula would have chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FormulaChoice {
    pub formula: FormulaName,
    /// Whether these bids were ranked by it.
    pub own: bool,
    pub first: Vec<String>,
    /// Whether that is somebody else than is first.
    pub changes: bool,
    /// Why it cannot be said.
    pub why_not: Option<String>,
}

/// A bid that does not win, and without which another would.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct IrrelevantBid {
    pub without: String,
    /// Who would be first without it.
    pub first: Vec<String>,
    /// Such as “Without D, which is fourth, C would be first instead of B.”
    pub words: String,
}

/// What the same bids could have come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WhatIf {
    pub quality_weight: Weight,
    pub price_weight: Weight,
    /// Who is first.
    pub first: Vec<String>,
    /// From a quality weight of 0 to 100; none where no weight changes who is first.
    pub leads: Vec<Lead>,
    /// The same in words.
    pub weights_words: String,
    pub formulas: Vec<FormulaChoice>,
    pub irrelevant: Vec<IrrelevantBid>,
}

/// What the bids of an evaluation could have come to. Formulas that need a sum or an order take it from `with`.
pub fn what_if(evaluation: &Evaluation, with: &[Formula], name: impl Fn(&str) -> String) -> WhatIf {
    let named = |ids: &[String]| -> Vec<String> { ids.iter().map(|id| name(id)).collect() };
    let model = evaluation.model();
    let ranking = evaluation.rank();
    let id = |bid: usize| evaluation.bids().get(bid).map(|entry| entry.id.clone());
    let first: Vec<_> = ranking.first().filter_map(id).collect();
    let crossings = scoring::crossings(evaluation);
    let leads = leads(&crossings, &first, named);
    let by_price = model.formula.name().has_total() && model.formula.name() != FormulaName::Fixed;
    let rank_of = |wanted: &str| {
        let place = ranking.places.iter().find(|place| id(place.bid as usize).as_deref() == Some(wanted));
        place.map(|place| place.rank).unwrap_or_default()
    };
    let irrelevant = scoring::irrelevant(evaluation).into_iter().map(|found| {
        let names = IrrelevantNames {
            without: name(&found.bid),
            first: named(&found.first),
            instead_of: named(&first),
        };
        irrelevant(names, rank_of(&found.bid))
    });
    WhatIf {
        quality_weight: model.quality_weight,
        price_weight: model.price_weight,
        weights_words: match &leads[..] {
            _ if first.is_empty() => "No bid is admissible.".to_owned(),
            _ if !by_price => {
                "Price earns no marks by this formula, so no weights change who is first.".to_owned()
            }
            [] => format!("{} whatever quality and price weigh.", is_first(&named(&first))),
            leads => lead_words(leads),
        },
        leads: if by_price { leads } else { Vec::new() },
        formulas: scoring::by_each_formula(evaluation, with)
            .into_iter()
            .map(|choice| formula_choice(choice, model.formula.name(), &first, with, named))
            .collect(),
        irrelevant: irrelevant.collect(),
        first: named(&first),
    }
}

/// Who leads between one crossing and the next. Where none is crossed it is enough to say who is first.
fn leads(crossings: &[Crossing], first: &[String], named: impl Fn(&[String]) -> Vec<String>) -> Vec<Lead> {
    let whole = Weight::from_ten_thousandths(1_000_000);
    let Some(lowest) = crossings.first() else {
        let lead = Lead { from: Weight::ZERO, to: whole, first: named(first) };
        return if first.is_empty() { Vec::new() } else { vec![lead] };
    };
    let begins = std::iter::once((Weight::ZERO, &lowest.from));
    let begins: Vec<_> = begins.chain(crossings.iter().map(|c| (c.quality_weight, &c.to))).collect();
    let ends = begins.iter().skip(1).map(|(from, _)| *from).chain([whole]);
    begins.iter().zip(ends).map(|((from, bids), to)| Lead { from: *from, to, first: named(bids) }).collect()
}

/// Such as “B is first until quality weighs 47.3; then C.”
fn lead_words(leads: &[Lead]) -> String {
    match leads {
        [] => String::new(),
        [all] => format!("{} whatever quality and price weigh.", is_first(&all.first)),
        [low, rest @ ..] => {
            let mut words = format!("{} until quality weighs {}", is_first(&low.first), about(low.to));
            for (at, lead) in rest.iter().enumerate() {
                words.push_str(&format!("; then {}", together(&lead.first)));
                if at + 1 < rest.len() {
                    words.push_str(&format!(" until it weighs {}", about(lead.to)));
                }
            }
            words.push('.');
            words
        }
    }
}

/// A weight to one place.
fn about(weight: Weight) -> String {
    let exact = weight.decimal();
    let shown = exact.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero).normalize();
    if shown == exact.normalize() { shown.to_string() } else { format!("about {shown}") }
}

fn formula_choice(
    choice: Choice,
    own: FormulaName,
    winners: &[String],
    with: &[Formula],
    named: impl Fn(&[String]) -> Vec<String>,
) -> FormulaChoice {
    let formula = choice.formula;
    let is_given = formula == own || with.iter().any(|given| given.name() == formula);
    let (first, why_not) = match choice.first {
        Ok(first) => (first, None),
        Err(_) if !is_given && formula == FormulaName::RankedList => {
            (Vec::new(), Some("There is no standing order of providers here.".to_owned()))
        }
        Err(_) if !is_given => {
            (Vec::new(), Some("There are no reference rates to measure prices against.".to_owned()))
        }
        Err(why) => (Vec::new(), Some(why)),
    };
    FormulaChoice {
        formula,
        own: formula == own,
        changes: why_not.is_none() && first != winners,
        first: named(&first),
        why_not,
    }
}

/// The names in what is said of an irrelevant bid.
pub struct IrrelevantNames {
    pub without: String,
    pub first: Vec<String>,
    pub instead_of: Vec<String>,
}

/// That a bid which does not win decides who does.
pub fn irrelevant(names: IrrelevantNames, rank: u32) -> IrrelevantBid {
    let IrrelevantNames { without, first, instead_of } = names;
    let words = format!(
        "Without {without}, which is {}, {} would be first instead of {}.",
        ordinal(rank),
        together(&first),
        together(&instead_of)
    );
    IrrelevantBid { without, first, words }
}

/// `A`, `A and B`, `A, B and C`.
fn together(names: &[String]) -> String {
    match names {
        [] => "nobody".to_owned(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

fn is_first(names: &[String]) -> String {
    let verb = if names.len() > 1 { "are" } else { "is" };
    format!("{} {verb} first", together(names))
}

fn ordinal(rank: u32) -> String {
    const WORDS: [&str; 10] =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    let at = usize::try_from(rank).unwrap_or(usize::MAX);
    match at.checked_sub(1).and_then(|at| WORDS.get(at)) {
        Some(word) => (*word).to_owned(),
        None => {
            let ending = match (rank % 100, rank % 10) {
                (11..=13, _) => "th",
                (_, 1) => "st",
                (_, 2) => "nd",
                (_, 3) => "rd",
                _ => "th",
            };
            format!("{rank}{ending}")
        }
    }
}

/// A share out of 100, to four places.
pub fn per_cent(value: Decimal) -> Weight {
    Weight::rounded(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{pricing::PriceLine, scoring::*};

    fn bid(id: &str, weekly: &str, mark: &str) -> Entry {
        let line = PriceLine {
            label: "A week".to_owned(),
            unit: Unit::Day,
            quantity: "1".parse().unwrap(),
            rate: weekly.parse().unwrap(),
            sharing: None,
            over_weeks: None,
            floor: None,
            ceiling: None,
        };
        Entry {
            id: id.to_owned(),
            lines: vec![line],
            marks: vec![mark.parse().unwrap()],
            start: None,
            preferred: false,
            exceptionality: None,
        }
    }

    /// Package K at weights of 40 and 60, or others, with D where it is wanted.
    fn package_k(quality: &str, price: &str, formula: Formula, with_d: bool) -> Evaluation {
        let model = Model {
            quality_weight: quality.parse().unwrap(),
            price_weight: price.parse().unwrap(),
            formula,
            criteria: vec![Criterion {
                id: "care".to_owned(),
                name: "Care".to_owned(),
                group: None,
                weight: quality.parse().unwrap(),
                mark_max: "5".parse().unwrap(),
                mark_min: None,
            }],
            quality_gate: None,
            floor: None,
            ceiling: None,
            tie_break: vec![],
            lot_seed: None,
        };
        let mut bids = vec![bid("a", "1022", "3.2"), bid("b", "1125.25", "4.4"), bid("c", "1053.50", "4.0")];
        bids.extend(with_d.then(|| bid("d", "800", "1.0")));
        Evaluation::new(model, bids).unwrap()
    }

    fn of(evaluation: &Evaluation) -> WhatIf {
        what_if(evaluation, &[], str::to_uppercase)
    }

    #[test]
    fn weights_are_told_as_who_is_first_until_where() {
        let told = of(&package_k("60", "40", Formula::LowestRelative, false));
        assert_eq!(
            told.weights_words,
            "A is first until quality weighs about 15.7; then C until it weighs about 43.6; then B."
        );
        let leads: Vec<_> = told.leads.iter().map(|l| (l.from.to_string(), l.first.join(" "))).collect();
        assert_eq!(leads[0], ("0".to_owned(), "A".to_owned()));
        assert_eq!(leads.len(), 3);
        assert_eq!(told.leads[2].to.to_string(), "100");
        // By the crossing the totals change places: quality 40 chooses C, 60 chooses B.
        assert_eq!(of(&package_k("40", "60", Formula::LowestRelative, false)).first, ["C"]);
        assert_eq!(told.first, ["B"]);
        let by_value = of(&package_k("60", "40", Formula::PricePerQualityPoint, false));
        assert!(by_value.leads.is_empty());
        assert!(by_value.weights_words.starts_with("Price earns no marks"));
    }

    #[test]
    fn an_irrelevant_bid_is_told_plainly() {
        let told = of(&package_k("40", "60", Formula::LowestRelative, true));
        assert_eq!(told.first, ["B"]);
        assert_eq!(told.irrelevant[0].words, "Without D, which is fourth, C would be first instead of B.");
        assert!(of(&package_k("40", "60", Formula::LowestRelative, false)).irrelevant.is_empty());
    }

    #[test]
    fn each_formula_says_whom_it_would_have_chosen_or_why_it_cannot() {
        let band = Formula::Band { min: "1022".parse().unwrap(), max: "1125.25".parse().unwrap() };
        let told =
            what_if(&package_k("60", "40", Formula::LowestRelative, false), &[band], str::to_uppercase);
        assert_eq!(told.formulas.len(), FormulaName::ALL.len());
        let of = |name| told.formulas.iter().find(|f| f.formula == name).unwrap();
        let band = of(FormulaName::Band);
        assert_eq!((band.first.join(" "), band.changes, band.own), ("A".to_owned(), true, false));
        let own = of(FormulaName::LowestRelative);
        assert_eq!((own.first.join(" "), own.changes, own.own), ("B".to_owned(), false, true));
        assert_eq!(
            of(FormulaName::RankedList).why_not.as_deref(),
            Some("There is no standing order of providers here.")
        );
        assert!(of(FormulaName::Benchmark).why_not.as_deref().unwrap().contains("reference rates"));
    }
}
