//! The same result in words: a line for each term, so that anybody can do the sum.

use super::{
    Admissibility, Entry, Evaluation, Exceptionality, Figures, Formula, Place, Ranking, ranking::Chain,
};
use crate::domain::pricing::pounds;
use entity::{category::TieBreak, vocabulary::*};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// How the line of an explanation begins that says what the price earns.
pub const PRICE_MARKS: &str = "Price:";
/// How the line begins that adds up.
const TOTAL: &str = "Total:";

/// A bid's result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranked {
    pub id: String,
    pub status: Admissibility,
    /// From 1; bids that nothing separates share one, and the next rank is left out. None if inadmissible.
    pub rank: Option<u32>,
    /// To four places.
    pub weekly_price: Money,
    /// The same price in pence.
    pub weekly_pence: i64,
    pub quality: Score,
    /// None where the bid is inadmissible, or the formula gives no marks for price.
    pub price: Option<Score>,
    /// None where the bid is inadmissible, or is not ranked by its marks.
    pub total: Option<Score>,
    /// Weekly pounds for each per cent of quality, where bids are ranked by that.
    pub value_for_money: Option<Money>,
    /// The arithmetic, a line for each term.
    pub explanation: Vec<String>,
}

impl Ranked {
    /// The same of a bid whose price was rejected as abnormally low: no part of any evaluation.
    #[must_use]
    pub fn disregarded(self) -> Self {
        let price = |line: &String| line.starts_with(PRICE_MARKS) || line.starts_with(TOTAL);
        let mut explanation: Vec<_> = self.explanation.into_iter().filter(|line| !price(line)).collect();
        explanation.push(
            "Not admissible: the price was found abnormally low, and was not accounted for. It takes no part in the \
             price formula."
                .to_owned(),
        );
        Self {
            status: Admissibility::Disregarded,
            rank: None,
            price: None,
            total: None,
            value_for_money: None,
            explanation,
            ..self
        }
    }
}

/// The result of all the bids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// In rank order, then the inadmissible in the order given.
    pub bids: Vec<Ranked>,
    /// How equal bids were separated, step by step.
    pub tie_breaks: Vec<String>,
}

impl Evaluation {
    /// The ranking in words.
    pub fn outcome(&self) -> Outcome {
        let mut compared = Vec::new();
        let ranking = self.rank_telling(&mut |by, bids, separated| {
            compared.push((by.cloned(), bids.to_vec(), separated));
        });
        let mut ties = Ties { of: self, ranking: &ranking, told: Vec::new(), by_bid: BTreeMap::new() };
        for (by, bids, separated) in compared {
            ties.tell(by.as_ref(), &bids, separated);
        }
        let inadmissible = (0..)
            .zip(&ranking.worked)
            .filter(|(_, worked)| worked.status != Admissibility::Admissible)
            .map(|(bid, _)| (bid, None));
        let bids = ranking
            .places
            .iter()
            .map(|place| (place.bid, Some(place.rank)))
            .chain(inadmissible)
            .filter_map(|(bid, rank)| {
                let mut ranked = self.ranked(&ranking, bid as usize, rank)?;
                ranked.explanation.extend(ties.by_bid.remove(&bid).into_iter().flatten());
                Some(ranked)
            })
            .collect();
        Outcome { bids, tie_breaks: ties.told }
    }

    fn ranked(&self, ranking: &Ranking, bid: usize, rank: Option<u32>) -> Option<Ranked> {
        let figures = self.figures(ranking, bid)?;
        Some(Ranked {
            id: self.bids().get(bid)?.id.clone(),
            status: figures.status,
            rank,
            weekly_price: figures.weekly_price,
            weekly_pence: figures.weekly_pence,
            quality: figures.quality,
            price: figures.price,
            total: figures.total,
            value_for_money: figures.value_for_money,
            explanation: self.explain(ranking, bid, &figures)?,
        })
    }

    fn explain(&self, ranking: &Ranking, bid: usize, figures: &Figures) -> Option<Vec<String>> {
        let (entry, worked) = (self.bids().get(bid)?, ranking.worked.get(bid)?);
        let units = self.units();
        let mut words: Vec<_> = entry
            .lines
            .iter()
            .map(|line| line.words(units.pounds(units.line(line))))
            .chain([format!("Weekly price: {}", pounds(units.pounds(worked.weekly)))])
            .collect();
        self.explain_quality(entry, worked.quality, &mut words);
        self.explain_limits(entry, worked.weekly, &mut words);
        if figures.status == Admissibility::Admissible {
            self.explain_price(ranking, bid, figures, &mut words)?;
        } else {
            words.push("It has no price marks, and takes no part in the price formula.".to_owned());
        }
        Some(words)
    }

    fn explain_quality(&self, entry: &Entry, quality: i128, words: &mut Vec<String>) {
        let (model, units) = (self.model(), self.units());
        let mut below = Vec::new();
        for (n, (criterion, mark)) in model.criteria.iter().zip(&entry.marks).enumerate() {
            words.push(format!(
                "{}: {mark} of {} × {} = {}",
                criterion.name,
                criterion.mark_max,
                criterion.weight,
                units.published_quality(units.weighted(entry, n))
            ));
            if let Some(min) = criterion.mark_min.filter(|min| mark < min) {
                below.push(format!(
                    "Not admissible: {} has {mark}, and at least {min} is needed.",
                    criterion.name
                ));
            }
            let others = model.criteria.iter().skip(n + 1);
            if let Some(group) = &criterion.group
                && !others.into_iter().any(|other| other.group.as_ref() == Some(group))
            {
                words.push(self.group_words(entry, group));
            }
        }
        let total = units.published_quality(quality);
        if model.criteria.len() > 1 {
            words.push(format!("Quality: {total}"));
        }
        words.append(&mut below);
        let weight = model.quality_weight.decimal();
        if let Some(gate) = model.quality_gate
            && quality * 10_000
                < i128::from(gate.ten_thousandths())
                    * i128::from(model.quality_weight.ten_thousandths())
                    * units.quality
        {
            let share = total.decimal() * Decimal::ONE_HUNDRED / weight;
            let needed = gate.decimal() * weight;
            words.push(format!(
                "Not admissible: quality is {total} of {}, which is {} %, and at least {} % is needed ({}).",
                model.quality_weight,
                plain(share),
                plain(gate.decimal() * Decimal::ONE_HUNDRED),
                places(needed)
            ));
        } else if quality == 0 && model.formula == Formula::PricePerQualityPoint {
            words.push("Not admissible: without any quality its price cannot be divided by it.".to_owned());
        }
    }

    /// What the criteria of a group come to together.
    fn group_words(&self, entry: &Entry, group: &String) -> String {
        let of_group = || (0..).zip(&self.model().criteria).filter(|(_, c)| c.group.as_ref() == Some(group));
        let weighted = of_group().map(|(n, _)| self.units().weighted(entry, n)).sum();
        let weight: Decimal = of_group().map(|(_, criterion)| criterion.weight.decimal()).sum();
        format!("{group}: {} of {}", self.units().published_quality(weighted), plain(weight))
    }

    fn explain_limits(&self, entry: &Entry, weekly: i128, words: &mut Vec<String>) {
        let (model, units) = (self.model(), self.units());
        let mut outside = Vec::new();
        let mut compare = |what: &str, price: Decimal, floor: Option<Money>, ceiling: Option<Money>| {
            let told = |side: &str, limit: Money| {
                format!("{what}: {} is {side} of {}", pounds(price), pounds(limit.decimal()))
            };
            outside.extend(floor.filter(|limit| price < limit.decimal()).map(|l| told("below the floor", l)));
            outside.extend(
                ceiling.filter(|limit| price > limit.decimal()).map(|l| told("above the ceiling", l)),
            );
        };
        for line in &entry.lines {
            compare(&line.label, line.rate.decimal(), line.floor, line.ceiling);
        }
        compare("Weekly price", units.pounds(weekly), model.floor, model.ceiling);
        if outside.is_empty() {
            return;
        }
        words.append(&mut outside);
        words.push(
            match entry.exceptionality {
                Some(Exceptionality::Accepted) => "Accepted as an exception.",
                Some(Exceptionality::Asked) => {
                    "Not admissible while the reason for the exception that was asked for is not accepted."
                }
                Some(Exceptionality::Rejected) => {
                    "Not admissible: the reason for an exception was not accepted."
                }
                None => "Not admissible unless a reason for an exception is accepted.",
            }
            .to_owned(),
        );
    }

    fn explain_price(
        &self,
        ranking: &Ranking,
        bid: usize,
        figures: &Figures,
        words: &mut Vec<String>,
    ) -> Option<()> {
        let (model, units) = (self.model(), self.units());
        let (entry, worked) = (self.bids().get(bid)?, ranking.worked.get(bid)?);
        let weekly = pounds(units.pounds(worked.weekly));
        let lowest = || pounds(units.pounds(ranking.lowest.unwrap_or(worked.weekly)));
        let sum = |money: &Money| pounds(money.decimal());
        let (weight, marks) = (model.price_weight, figures.price.unwrap_or_default());
        let is_below = |money: &Money| worked.weekly <= units.money(*money);
        words.push(match &model.formula {
            Formula::LowestRelative => {
                format!("{PRICE_MARKS} {weight} × {} ÷ {weekly} = {marks}", lowest())
            }
            Formula::PercentOverLowest => {
                let l = lowest();
                let least = if marks == Score::ZERO { ", at least 0" } else { "" };
                format!("{PRICE_MARKS} {weight} × (1 − ({weekly} − {l}) ÷ {l}){least} = {marks}")
            }
            Formula::ProRataToQualification { qualification } => {
                let (q, l) = (sum(qualification), lowest());
                if ranking.lowest.is_some_and(|lowest| units.money(*qualification) <= lowest) {
                    format!("{PRICE_MARKS} no price is below {q}, so each earns all {marks}")
                } else if worked.weekly >= units.money(*qualification) {
                    format!("{PRICE_MARKS} {q} or more earns {marks}")
                } else {
                    format!("{PRICE_MARKS} {weight} × ({q} − {weekly}) ÷ ({q} − {l}) = {marks}")
                }
            }
            Formula::Band { min, .. } if is_below(min) => {
                format!("{PRICE_MARKS} {} or less earns all {marks}", sum(min))
            }
            Formula::Band { min, max } => {
                let max_words = sum(max);
                if worked.weekly >= units.money(*max) {
                    format!("{PRICE_MARKS} {max_words} or more earns {marks}")
                } else {
                    format!(
                        "{PRICE_MARKS} {weight} × ({max_words} − {weekly}) ÷ ({max_words} − {}) = {marks}",
                        sum(min)
                    )
                }
            }
            Formula::Benchmark { benchmark } if is_below(benchmark) => {
                format!("{PRICE_MARKS} {} or less earns all {marks}", sum(benchmark))
            }
            Formula::Benchmark { benchmark } => {
                format!("{PRICE_MARKS} {weight} × {} ÷ {weekly} = {marks}", sum(benchmark))
            }
            Formula::PricePerQualityPoint => {
                format!("{PRICE_MARKS} no marks; bids are ranked by what a per cent of quality costs")
            }
            Formula::Fixed => {
                format!("{PRICE_MARKS} the rates are set by the authority, so quality alone decides")
            }
            Formula::RankedList { .. } => {
                format!("{PRICE_MARKS} no marks; the first in the standing order that is able is first")
            }
        });
        words.extend(figures.total.map(|total| total_words(figures.quality, figures.price, total)));
        if let Some(value) = figures.value_for_money {
            let share = figures.quality.decimal() * Decimal::ONE_HUNDRED / model.quality_weight.decimal();
            words.push(format!(
                "Value for money: {weekly} ÷ {} % of the quality weight = {} for each per cent",
                plain(share),
                pounds(value.decimal())
            ));
        }
        if let Formula::RankedList { order } = &model.formula {
            words.push(match order.iter().position(|id| *id == entry.id) {
                Some(place) => format!("Standing order: {} of {}", place + 1, order.len()),
                None => "Standing order: not in it, so after those that are".to_owned(),
            });
        }
        Some(())
    }
}

fn total_words(quality: Score, price: Option<Score>, total: Score) -> String {
    let Some(price) = price else {
        return format!("{TOTAL} {total}");
    };
    let exact = quality.decimal() + price.decimal() == total.decimal();
    let note = if exact { "" } else { " (added before rounding)" };
    format!("{TOTAL} {quality} + {price} = {total}{note}")
}

/// What is said of equal bids: of all together, and to each.
struct Ties<'a> {
    of: &'a Evaluation,
    ranking: &'a Ranking,
    told: Vec<String>,
    by_bid: BTreeMap<u32, Vec<String>>,
}

impl Ties<'_> {
    fn tell(&mut self, by: Option<&TieBreak>, bids: &[Place], separated: bool) {
        let chain = Chain { of: self.of, worked: &self.ranking.worked };
        let id = |place| chain.id(place).unwrap_or_default();
        let equal = bids.first().map(|place| self.equal(place)).unwrap_or_default();
        let Some(step) = by else {
            let ids: Vec<_> = bids.iter().map(id).collect();
            self.told.push(format!(
                "{equal}: nothing in the tie-break chain separates {}, so they share a rank.",
                ids.join(" and ")
            ));
            let words =
                "Tie: nothing in the tie-break chain separates it from an equal bid, so they share a rank";
            for place in bids {
                self.by_bid.entry(place.bid).or_default().push(words.to_owned());
            }
            return;
        };
        let by = self.step_words(step);
        let shown: Vec<_> =
            bids.iter().map(|place| format!("{} {}", id(place), shows(&chain, place, step))).collect();
        let end = if separated { "" } else { " (no difference)" };
        self.told.push(format!("{equal}, by {by}: {}{end}.", shown.join(", then ")));
        if separated {
            for place in bids {
                let shows = shows(&chain, place, step);
                let words = format!("Tie: separated from an equal bid by {by}; this bid: {shows}");
                self.by_bid.entry(place.bid).or_default().push(words);
            }
        }
    }

    /// In what the bids are equal.
    fn equal(&self, place: &Place) -> String {
        match self.of.figures(self.ranking, place.bid as usize) {
            Some(Figures { total: Some(total), .. }) => format!("Equal at {total}"),
            Some(Figures { value_for_money: Some(value), .. }) => {
                format!("Equal at {} for each per cent of quality", pounds(value.decimal()))
            }
            _ => "Not in the standing order".to_owned(),
        }
    }

    fn step_words(&self, step: &TieBreak) -> String {
        match step {
            TieBreak::Quality => "higher quality".to_owned(),
            TieBreak::Criterion(id) => {
                let name = self.of.model().criteria.iter().find(|c| c.id == *id).map_or(id, |c| &c.name);
                format!("higher mark for {name}")
            }
            TieBreak::Price => "lower price".to_owned(),
            TieBreak::Start => "earlier confirmed start".to_owned(),
            TieBreak::Preference => "the person’s preference".to_owned(),
            TieBreak::Lot => "lot (lowest SHA-256 of “seed:bid id”)".to_owned(),
        }
    }
}

/// What a bid has to show at a step.
fn shows(chain: &Chain<'_>, place: &Place, step: &TieBreak) -> String {
    let entry = chain.entry(place);
    match step {
        TieBreak::Quality => chain.quality(place).to_string(),
        TieBreak::Criterion(id) => chain.mark(place, id).to_string(),
        TieBreak::Price => pounds(chain.price(place).decimal()),
        TieBreak::Start => {
            entry.and_then(|e| e.start).map_or_else(|| "no confirmed start".to_owned(), Day::in_words)
        }
        TieBreak::Preference => {
            let preferred = entry.is_some_and(|entry| entry.preferred);
            if preferred { "preferred" } else { "not preferred" }.to_owned()
        }
        TieBreak::Lot => chain.lot(place),
    }
}

fn places(value: Decimal) -> String {
    Score::rounded(value).unwrap_or_default().to_string()
}

/// A share or a weight, with no more digits than it needs.
fn plain(value: Decimal) -> String {
    let shown = Weight::rounded(value).unwrap_or_default();
    let about = if shown.decimal() == value { "" } else { "about " };
    format!("{about}{shown}")
}
