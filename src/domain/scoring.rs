//! From marks and prices to a ranking that any bidder can work out again by hand.
//!
//! Exact decimals throughout. Totals are worked out unrounded and published to four places, half away from
//! zero; two bids tie when their published totals are equal, and the market's published chain separates them.

use super::{
    pricing::{PriceLine, pounds, weekly_at_reference, weekly_price},
    refusal::{Code, Fault, Refusal},
};
use entity::{
    category::{self, CategoryTerms, TieBreak},
    offer::LineQuantity,
    vocabulary::{AmountError, Day, Mark, Money, Score, Weight},
};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

/// The highest weekly price that can be ranked, in pounds: far above any package, far below any overflow.
pub const WEEKLY_PRICE_MAX_POUNDS: i64 = 1_000_000_000;

/// Places to which marks are settled after a division, so that a share that cannot be written down (a mean
/// of thirds) still adds up to the whole that it is a part of. Sixteen beyond those published.
const SETTLED_PLACES: u32 = 20;

/// How bids are scored: published before the first of them is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// With `price_weight`, sums to 100.
    pub quality_weight: Weight,
    pub price_weight: Weight,
    pub formula: Formula,
    /// Their weights sum to `quality_weight`.
    pub criteria: Vec<Criterion>,
    /// The least share of the quality weight, such as 0.60.
    pub quality_gate: Option<Weight>,
    /// Taken in this order. A chain that ends with bids still equal gives them equal rank.
    pub tie_break: Vec<TieBreak>,
    /// Committed before the deadline; needed where the chain ends in a lot.
    pub lot_seed: Option<String>,
}

/// A quality criterion, as far as arithmetic goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Criterion {
    pub id: String,
    pub name: String,
    pub weight: Weight,
    pub mark_max: Mark,
    /// A bid with less is not admissible.
    pub mark_min: Option<Mark>,
}

impl From<&category::Criterion> for Criterion {
    fn from(terms: &category::Criterion) -> Self {
        Self {
            id: terms.id.clone(),
            name: terms.name.clone(),
            weight: terms.weight,
            mark_max: terms.mark_max,
            mark_min: terms.mark_min,
        }
    }
}

/// How a price becomes marks, with everything it needs. W is the price weight, L the lowest admissible
/// weekly price, p this bid's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Formula {
    /// W × L ÷ p.
    LowestRelative,
    /// W × clamp((max − p) ÷ (max − min), 0, 1), pounds a week.
    Band { min: Decimal, max: Decimal },
    /// No price marks: the authority sets the rates.
    Fixed,
}

impl Formula {
    /// The formula of a category's terms; a band without bounds of its own takes the weekly price at the
    /// reference rates.
    ///
    /// # Errors
    /// The band lacks a bound and there are no reference rates to make it from.
    pub fn resolve(
        terms: &category::Formula,
        at_reference: Option<(Decimal, Decimal)>,
    ) -> Result<Self, Refusal> {
        match terms {
            category::Formula::LowestRelative => Ok(Self::LowestRelative),
            category::Formula::Fixed => Ok(Self::Fixed),
            category::Formula::Band { min, max } => {
                let min = min.map(Money::decimal).or(at_reference.map(|(low, _)| low));
                let max = max.map(Money::decimal).or(at_reference.map(|(_, high)| high));
                min.zip(max).map(|(min, max)| Self::Band { min, max }).ok_or_else(|| {
                    Refusal::new(
                        Code::DefinitionInvalid,
                        "The price band has no bounds, and these lines have no reference rates.",
                    )
                    .at("formula")
                })
            }
        }
    }
}

impl Model {
    /// The model of an opportunity: the terms it was published under, and the quantities it asks for.
    ///
    /// # Errors
    /// As [`Formula::resolve`].
    pub fn of(terms: &CategoryTerms, quantities: &[LineQuantity], lot_seed: &str) -> Result<Self, Refusal> {
        Ok(Self {
            quality_weight: terms.quality_weight,
            price_weight: terms.price_weight,
            formula: Formula::resolve(&terms.formula, weekly_at_reference(&terms.lines, quantities))?,
            criteria: terms.criteria.iter().map(Criterion::from).collect(),
            quality_gate: terms.quality_gate,
            tie_break: terms.tie_break.clone(),
            lot_seed: Some(lot_seed.to_owned()),
        })
    }
}

/// What a bid costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Price {
    /// By its lines, so that the explanation can show them.
    Lines(Vec<PriceLine>),
    /// Pounds a week, unrounded.
    Weekly(Decimal),
}

/// How the line of an explanation begins that says what the price earns.
pub const PRICE_MARKS: &str = "Price:";

/// A bid, as far as scoring goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The bid's id: the lot is drawn with it.
    pub id: String,
    pub price: Price,
    /// By criterion: the evaluators' mark, or the mean of several, unrounded.
    pub marks: BTreeMap<String, Decimal>,
    /// The confirmed start.
    pub start: Option<Day>,
    /// Whether the person or family prefers this provider.
    pub preferred: bool,
}

/// Whether a bid takes part in the ranking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Admissibility {
    Admissible,
    /// Its quality is below the gate (and perhaps a mark below its minimum too).
    BelowGate,
    BelowMinimumMark,
}

/// A bid's result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Ranked {
    pub id: String,
    pub status: Admissibility,
    /// From 1; bids that nothing separates share one, and the next rank is left out. None if inadmissible.
    pub rank: Option<u32>,
    /// To four places.
    pub weekly_price: Money,
    pub quality: Score,
    /// None where the bid is inadmissible, or the formula gives no marks for price.
    pub price: Option<Score>,
    /// None where the bid is inadmissible.
    pub total: Option<Score>,
    /// The arithmetic, a line for each term.
    pub explanation: Vec<String>,
}

/// The result of all the bids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Outcome {
    /// In rank order, then the inadmissible in the order given.
    pub bids: Vec<Ranked>,
    /// How equal totals were separated, step by step.
    pub tie_breaks: Vec<String>,
}

/// Scores and ranks the bids. The order in which admissible bids are given changes nothing, and a bid below
/// a gate changes no other bid's result.
///
/// # Errors
/// `invalid_field` with every fault of the model and of the bids, such as weights that do not sum to 100 or
/// a mark that is missing: nothing is ranked by a model that does not add up.
pub fn rank(model: &Model, entries: &[Entry]) -> Result<Outcome, Refusal> {
    let weekly = check(model, entries)?;
    let lowest = entries
        .iter()
        .zip(&weekly)
        .filter(|(entry, _)| quality(model, entry).status == Admissibility::Admissible)
        .map(|(_, weekly)| *weekly)
        .min();

    let mut candidates = Vec::new();
    let mut inadmissible = Vec::new();
    for (entry, weekly) in entries.iter().zip(weekly) {
        let ranked = weigh(model, entry, weekly, lowest).map_err(unpublishable)?;
        match ranked.total {
            Some(total) => candidates.push(Candidate { entry, ranked, total }),
            None => inadmissible.push(ranked),
        }
    }

    // By id within equal totals, so that nothing depends on the order in which bids arrived.
    candidates.sort_by(|a, b| b.total.cmp(&a.total).then_with(|| a.ranked.id.cmp(&b.ranked.id)));
    let mut tie_breaks = Vec::new();
    let mut bids = Vec::new();
    for tied in in_groups(candidates, |a, b| a.total == b.total) {
        for equals in separate(model, tied, &model.tie_break, &mut tie_breaks) {
            let rank = u32::try_from(bids.len() + 1).ok();
            bids.extend(equals.into_iter().map(|c| Ranked { rank, ..c.ranked }));
        }
    }
    bids.append(&mut inadmissible);
    Ok(Outcome { bids, tie_breaks })
}

/// Every fault of the model and of the bids; the weekly prices, in order, if there is none.
fn check(model: &Model, entries: &[Entry]) -> Result<Vec<Decimal>, Refusal> {
    let mut faults = model_faults(model);
    let mut prices = Vec::new();
    let mut ids = BTreeSet::new();
    for (i, entry) in entries.iter().enumerate() {
        let mut fault = |field: String, detail: String| {
            faults.push(Fault { field: format!("bids[{i}].{field}"), detail });
        };
        if !ids.insert(&entry.id) {
            fault("id".to_owned(), format!("There is more than one bid “{}”.", entry.id));
        }
        let weekly = match &entry.price {
            Price::Lines(lines) => weekly_price(lines).ok(),
            Price::Weekly(weekly) => Some(*weekly),
        };
        match weekly {
            Some(p) if p > Decimal::ZERO && p <= Decimal::from(WEEKLY_PRICE_MAX_POUNDS) => {
                prices.push(p);
            }
            _ => fault(
                "price".to_owned(),
                format!(
                    "A weekly price must be more than £0 and at most {}.",
                    pounds(Decimal::from(WEEKLY_PRICE_MAX_POUNDS))
                ),
            ),
        }
        for criterion in &model.criteria {
            let max = criterion.mark_max.decimal();
            match entry.marks.get(&criterion.id) {
                None => fault("marks".to_owned(), format!("“{}” has no mark.", criterion.name)),
                Some(mark) if *mark < Decimal::ZERO || *mark > max => fault(
                    format!("marks.{}", criterion.id),
                    format!("A mark for “{}” is from 0 to {}.", criterion.name, plain(max)),
                ),
                Some(_) => {}
            }
        }
        for id in entry.marks.keys().filter(|id| !model.criteria.iter().any(|c| c.id == **id)) {
            fault(format!("marks.{id}"), format!("There is no criterion “{id}”."));
        }
    }
    Refusal::of_all(Code::InvalidField, faults)?;
    Ok(prices)
}

fn model_faults(model: &Model) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |field: String, detail: String| {
        faults.push(Fault { field: format!("model.{field}"), detail });
    };
    let (quality, price) = (model.quality_weight.decimal(), model.price_weight.decimal());
    if quality < Decimal::ZERO || price < Decimal::ZERO || quality + price != Decimal::ONE_HUNDRED {
        let detail = format!(
            "The quality weight {} and the price weight {} must sum to 100.",
            plain(quality),
            plain(price)
        );
        fault("price_weight".to_owned(), detail);
    }
    let sum: Decimal = model.criteria.iter().map(|criterion| criterion.weight.decimal()).sum();
    if sum != quality {
        let detail = format!(
            "The criteria weights sum to {}, and must sum to the quality weight {}.",
            plain(sum),
            plain(quality)
        );
        fault("criteria".to_owned(), detail);
    }
    let mut ids = BTreeSet::new();
    for (i, criterion) in model.criteria.iter().enumerate() {
        if !ids.insert(&criterion.id) {
            let detail = format!("There is more than one criterion “{}”.", criterion.id);
            fault(format!("criteria[{i}].id"), detail);
        }
        if criterion.weight < Weight::ZERO {
            fault(format!("criteria[{i}].weight"), "A weight cannot be below 0.".to_owned());
        }
        if criterion.mark_max <= Mark::ZERO {
            let detail = "The highest mark must be more than 0.".to_owned();
            fault(format!("criteria[{i}].mark_max"), detail);
        }
        if criterion.mark_min.is_some_and(|min| min < Mark::ZERO || min > criterion.mark_max) {
            let detail = format!("The least mark is from 0 to {}.", criterion.mark_max);
            fault(format!("criteria[{i}].mark_min"), detail);
        }
    }
    match &model.formula {
        Formula::LowestRelative => {}
        Formula::Band { min, max } => {
            if *min < Decimal::ZERO || min >= max {
                let detail = "The top of the price band must be above its bottom.".to_owned();
                fault("formula".to_owned(), detail);
            }
        }
        Formula::Fixed => {
            if price != Decimal::ZERO {
                let detail = "Where rates are fixed the price weight is 0.".to_owned();
                fault("price_weight".to_owned(), detail);
            }
        }
    }
    if model.quality_gate.is_some_and(|gate| gate < Weight::ZERO || gate.decimal() > Decimal::ONE) {
        fault("quality_gate".to_owned(), "The quality gate is a share from 0 to 1.".to_owned());
    }
    for (i, step) in model.tie_break.iter().enumerate() {
        match step {
            TieBreak::Criterion(id) if !ids.contains(id) => {
                fault(format!("tie_break[{i}]"), format!("There is no criterion “{id}”."));
            }
            TieBreak::Lot if model.lot_seed.as_ref().is_none_or(String::is_empty) => {
                let detail = "A lot needs a seed, committed before the deadline.".to_owned();
                fault("lot_seed".to_owned(), detail);
            }
            _ => {}
        }
    }
    faults
}

fn unpublishable(why: AmountError) -> Refusal {
    Refusal::new(Code::InvalidField, format!("A result {why}.")).at("bids")
}

/// A bid's quality, and what it says of the bid.
struct Quality {
    total: Decimal,
    status: Admissibility,
    words: Vec<String>,
}

/// Weighted marks: weight × mark ÷ the highest mark, summed; then the gates.
fn quality(model: &Model, entry: &Entry) -> Quality {
    let mut total = Decimal::ZERO;
    let mut words = Vec::new();
    let mut below = Vec::new();
    for criterion in &model.criteria {
        let (weight, max) = (criterion.weight.decimal(), criterion.mark_max.decimal());
        let mark = entry.marks.get(&criterion.id).copied().unwrap_or_default();
        let weighted = settled(weight * mark / max);
        total += weighted;
        words.push(format!(
            "{}: {} of {} × {} = {}",
            criterion.name,
            plain(mark),
            plain(max),
            plain(weight),
            places(weighted)
        ));
        if let Some(min) = criterion.mark_min.filter(|min| settled(mark) < min.decimal()) {
            below.push(format!(
                "Not admissible: {} has {}, and at least {min} is needed.",
                criterion.name,
                plain(mark)
            ));
        }
    }
    if model.criteria.len() > 1 {
        words.push(format!("Quality: {}", places(total)));
    }
    let needed = model.quality_gate.map(|gate| gate.decimal() * model.quality_weight.decimal());
    let mut status = Admissibility::Admissible;
    if !below.is_empty() {
        status = Admissibility::BelowMinimumMark;
        words.append(&mut below);
    }
    if let Some(needed) = needed.filter(|needed| total < *needed) {
        status = Admissibility::BelowGate;
        words.push(format!(
            "Not admissible: quality is {} of {}, which is {} %, and at least {} % is needed ({}).",
            places(total),
            model.quality_weight,
            plain(total * Decimal::ONE_HUNDRED / model.quality_weight.decimal()),
            plain(needed * Decimal::ONE_HUNDRED / model.quality_weight.decimal()),
            places(needed)
        ));
    }
    Quality { total, status, words }
}

/// A bid's result, still without its rank. `lowest` is the lowest admissible weekly price.
fn weigh(
    model: &Model,
    entry: &Entry,
    weekly: Decimal,
    lowest: Option<Decimal>,
) -> Result<Ranked, AmountError> {
    let Quality { total: quality, status, words } = quality(model, entry);
    let mut explanation = Vec::new();
    if let Price::Lines(lines) = &entry.price {
        for line in lines {
            explanation.push(line.words()?);
        }
    }
    explanation.push(format!("Weekly price: {}", pounds(weekly)));
    explanation.extend(words);

    let mut price = None;
    let mut total = None;
    if status == Admissibility::Admissible {
        let (marks, words) = price_marks(model, weekly, lowest.unwrap_or(weekly));
        explanation.push(words);
        let sum = quality + marks.unwrap_or_default();
        explanation.push(match marks {
            Some(marks) => total_words(quality, marks, sum),
            None => format!("Total: {}", places(sum)),
        });
        price = marks.map(Score::rounded).transpose()?;
        total = Some(Score::rounded(sum)?);
    } else {
        explanation.push("It has no price marks, and takes no part in the price formula.".to_owned());
    }
    Ok(Ranked {
        id: entry.id.clone(),
        status,
        rank: None,
        weekly_price: Money::rounded(weekly)?,
        quality: Score::rounded(quality)?,
        price,
        total,
        explanation,
    })
}

/// The marks for a price, if the formula gives any, and their arithmetic.
fn price_marks(model: &Model, weekly: Decimal, lowest: Decimal) -> (Option<Decimal>, String) {
    let weight = model.price_weight.decimal();
    match model.formula {
        Formula::LowestRelative => {
            let marks = settled(weight * lowest / weekly);
            let words = format!(
                "Price: {} × {} ÷ {} = {}",
                plain(weight),
                pounds(lowest),
                pounds(weekly),
                places(marks)
            );
            (Some(marks), words)
        }
        Formula::Band { min, max } => {
            let marks = if weekly <= min {
                weight
            } else {
                settled(weight * (max - weekly).max(Decimal::ZERO) / (max - min))
            };
            let words = if weekly <= min {
                format!("Price: {} or less earns all {}", pounds(min), places(marks))
            } else if weekly >= max {
                format!("Price: {} or more earns {}", pounds(max), places(marks))
            } else {
                format!(
                    "Price: {} × ({max} − {}) ÷ ({max} − {}) = {}",
                    plain(weight),
                    pounds(weekly),
                    pounds(min),
                    places(marks),
                    max = pounds(max)
                )
            };
            (Some(marks), words)
        }
        Formula::Fixed => {
            (None, "Price: the rates are set by the authority, so quality alone decides".to_owned())
        }
    }
}

fn total_words(quality: Decimal, price: Decimal, sum: Decimal) -> String {
    let (q, p, s) = (published(quality), published(price), published(sum));
    let note = if q + p == s { "" } else { " (added before rounding)" };
    format!("Total: {q} + {p} = {s}{note}")
}

/// An admissible bid on its way to a rank.
struct Candidate<'a> {
    entry: &'a Entry,
    ranked: Ranked,
    total: Score,
}

impl Candidate<'_> {
    fn mark(&self, criterion: &str) -> Decimal {
        published(self.entry.marks.get(criterion).copied().unwrap_or_default())
    }

    /// SHA-256 of `seed:bid id`, in hexadecimal.
    fn lot(&self, model: &Model) -> String {
        let seed = model.lot_seed.as_deref().unwrap_or_default();
        Sha256::digest(format!("{seed}:{}", self.entry.id)).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Which of two comes first at this step, by figures as they are published: nobody loses by a digit
    /// that they cannot see.
    fn compare(&self, other: &Self, step: &TieBreak, model: &Model) -> Ordering {
        match step {
            TieBreak::Quality => other.ranked.quality.cmp(&self.ranked.quality),
            TieBreak::Criterion(id) => other.mark(id).cmp(&self.mark(id)),
            TieBreak::Price => self.ranked.weekly_price.cmp(&other.ranked.weekly_price),
            // A bid without a confirmed start comes after those with one.
            TieBreak::Start => {
                let key = |c: &Self| (c.entry.start.is_none(), c.entry.start);
                key(self).cmp(&key(other))
            }
            TieBreak::Preference => other.entry.preferred.cmp(&self.entry.preferred),
            TieBreak::Lot => self.lot(model).cmp(&other.lot(model)),
        }
    }

    /// What this bid has to show at this step.
    fn shows(&self, step: &TieBreak, model: &Model) -> String {
        match step {
            TieBreak::Quality => self.ranked.quality.to_string(),
            TieBreak::Criterion(id) => plain(self.mark(id)),
            TieBreak::Price => pounds(self.ranked.weekly_price.decimal()),
            TieBreak::Start => {
                self.entry.start.map_or_else(|| "no confirmed start".to_owned(), Day::in_words)
            }
            TieBreak::Preference => {
                if self.entry.preferred { "preferred" } else { "not preferred" }.to_owned()
            }
            TieBreak::Lot => self.lot(model),
        }
    }
}

fn step_words(step: &TieBreak, model: &Model) -> String {
    match step {
        TieBreak::Quality => "higher quality".to_owned(),
        TieBreak::Criterion(id) => {
            let name = model.criteria.iter().find(|c| c.id == *id).map_or(id, |c| &c.name);
            format!("higher mark for {name}")
        }
        TieBreak::Price => "lower price".to_owned(),
        TieBreak::Start => "earlier confirmed start".to_owned(),
        TieBreak::Preference => "the person’s preference".to_owned(),
        TieBreak::Lot => "lot (lowest SHA-256 of “seed:bid id”)".to_owned(),
    }
}

/// Bids with equal totals, taken through the chain: groups in rank order, each of one bid, or of bids that
/// every step left equal.
fn separate<'a>(
    model: &Model,
    mut tied: Vec<Candidate<'a>>,
    chain: &[TieBreak],
    told: &mut Vec<String>,
) -> Vec<Vec<Candidate<'a>>> {
    let [first, _, ..] = tied.as_slice() else {
        return vec![tied];
    };
    let total = first.total;
    let Some((step, rest)) = chain.split_first() else {
        let ids: Vec<_> = tied.iter().map(|c| c.entry.id.as_str()).collect();
        told.push(format!(
            "Equal at {total}: nothing in the tie-break chain separates {}, so they share a rank.",
            ids.join(" and ")
        ));
        for candidate in &mut tied {
            candidate.ranked.explanation.push(
                "Tie: nothing in the tie-break chain separates it from an equal bid, so they share a rank"
                    .to_owned(),
            );
        }
        return vec![tied];
    };

    tied.sort_by(|a, b| a.compare(b, step, model));
    let shown: Vec<_> = tied.iter().map(|c| format!("{} {}", c.entry.id, c.shows(step, model))).collect();
    let by = step_words(step, model);
    let groups = in_groups(tied, |a, b| a.compare(b, step, model).is_eq());
    let end = if groups.len() == 1 { " (no difference)" } else { "" };
    told.push(format!("Equal at {total}, by {by}: {}{end}.", shown.join(", then ")));
    let separated = groups.len() > 1;

    let mut in_order = Vec::new();
    for mut group in groups {
        if separated {
            for candidate in &mut group {
                let shows = candidate.shows(step, model);
                candidate
                    .ranked
                    .explanation
                    .push(format!("Tie: separated from an equal total by {by}; this bid: {shows}"));
            }
        }
        in_order.extend(separate(model, group, rest, told));
    }
    in_order
}

/// Neighbours that are alike, together.
fn in_groups<T>(sorted: Vec<T>, alike: impl Fn(&T, &T) -> bool) -> Vec<Vec<T>> {
    let mut groups: Vec<Vec<T>> = Vec::new();
    for item in sorted {
        match groups.last_mut() {
            Some(group) if group.last().is_some_and(|last| alike(last, &item)) => group.push(item),
            _ => groups.push(vec![item]),
        }
    }
    groups
}

fn settled(value: Decimal) -> Decimal {
    value.round_dp_with_strategy(SETTLED_PLACES, RoundingStrategy::MidpointAwayFromZero)
}

/// To the four places that are published.
fn published(value: Decimal) -> Decimal {
    let mut value = value.round_dp_with_strategy(4, RoundingStrategy::MidpointAwayFromZero);
    value.rescale(4);
    value
}

fn places(value: Decimal) -> String {
    published(value).to_string()
}

/// A weight or a mark, with no more digits than it needs.
fn plain(value: Decimal) -> String {
    let shown = published(value).normalize();
    let about = if shown == value { "" } else { "about " };
    format!("{about}{shown}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::vocabulary::Unit;
    use proptest::prelude::*;

    fn criterion(id: &str, weight: &str, mark_min: Option<&str>) -> Criterion {
        Criterion {
            id: id.to_owned(),
            name: format!("{}{}", id[..1].to_uppercase(), &id[1..]),
            weight: weight.parse().unwrap(),
            mark_max: "5".parse().unwrap(),
            mark_min: mark_min.map(|m| m.parse().unwrap()),
        }
    }

    fn model(quality: &str, price: &str, formula: Formula) -> Model {
        let criteria = if quality == "0" { vec![] } else { vec![criterion("care", quality, None)] };
        Model {
            quality_weight: quality.parse().unwrap(),
            price_weight: price.parse().unwrap(),
            formula,
            criteria,
            quality_gate: None,
            tie_break: vec![],
            lot_seed: None,
        }
    }

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn bid(id: &str, weekly: &str, marks: &[(&str, &str)]) -> Entry {
        Entry {
            id: id.to_owned(),
            price: Price::Weekly(decimal(weekly)),
            marks: marks.iter().map(|(c, m)| ((*c).to_owned(), decimal(m))).collect(),
            start: None,
            preferred: false,
        }
    }

    /// 35 hours and 7 sleep-ins a week.
    fn package_k(id: &str, hour: &str, night: &str, mark: &str) -> Entry {
        let line = |label: &str, unit, quantity: &str, rate: &str| PriceLine {
            label: label.to_owned(),
            unit,
            quantity: quantity.parse().unwrap(),
            rate: rate.parse().unwrap(),
            sharing: None,
            over_weeks: None,
        };
        let lines = vec![
            line("Support hours", Unit::Hour, "35", hour),
            line("Sleep-in nights", Unit::SleepInNight, "7", night),
        ];
        Entry { price: Price::Lines(lines), ..bid(id, "1", &[("care", mark)]) }
    }

    fn abc() -> Vec<Entry> {
        vec![
            package_k("A", "13.60", "78", "3.2"),
            package_k("B", "14.75", "87", "4.4"),
            package_k("C", "14.10", "80", "4.0"),
        ]
    }

    /// Every bid as `A 78.4000`, in rank order.
    fn totals(model: &Model, entries: &[Entry]) -> Vec<String> {
        let outcome = rank(model, entries).unwrap();
        outcome
            .bids
            .iter()
            .map(|b| match b.total {
                Some(total) => format!("{} {total}", b.id),
                None => format!("{} out", b.id),
            })
            .collect()
    }

    fn fault_fields(model: &Model, entries: &[Entry]) -> Vec<String> {
        rank(model, entries).unwrap_err().faults.into_iter().map(|fault| fault.field).collect()
    }

    #[test]
    fn package_k_is_ranked_as_the_rules_work_it_out() {
        let band = Formula::Band { min: decimal("1022.00"), max: decimal("1125.25") };
        let lowest = || Formula::LowestRelative;
        let with_d = || {
            let mut bids = abc();
            bids.push(bid("D", "800.00", &[("care", "1.0")]));
            bids
        };
        for (model, bids, expected) in [
            (model("60", "40", lowest()), abc(), "B 89.1297, C 86.8040, A 78.4000"),
            (model("40", "60", lowest()), abc(), "C 90.2060, B 89.6946, A 85.6000"),
            (model("40", "60", lowest()), with_d(), "B 77.8572, C 77.5624, A 72.5667, D 68.0000"),
            (model("60", "40", band), abc(), "A 78.4000, C 75.7966, B 52.8000"),
        ] {
            assert_eq!(totals(&model, &bids).join(", "), expected);
        }
    }

    #[test]
    fn a_result_explains_itself_term_by_term() {
        let outcome = rank(&model("60", "40", Formula::LowestRelative), &abc()).unwrap();
        assert_eq!(
            outcome.bids[0].explanation,
            [
                "Support hours: 35 × £14.75 = £516.25 a week",
                "Sleep-in nights: 7 × £87.00 = £609.00 a week",
                "Weekly price: £1,125.25",
                "Care: 4.4 of 5 × 60 = 52.8000",
                "Price: 40 × £1,022.00 ÷ £1,125.25 = 36.3297",
                "Total: 52.8000 + 36.3297 = 89.1297",
            ]
        );
        assert_eq!(outcome.bids[0].rank, Some(1));
        assert_eq!(outcome.bids[0].weekly_price.to_string(), "1125.25");
        assert!(outcome.tie_breaks.is_empty());

        let band = Formula::Band { min: decimal("1022.00"), max: decimal("1125.25") };
        let outcome = rank(&model("60", "40", band), &abc()).unwrap();
        let price = |i: usize| outcome.bids[i].explanation[4].as_str();
        assert_eq!(price(0), "Price: £1,022.00 or less earns all 40.0000");
        assert_eq!(price(1), "Price: 40 × (£1,125.25 − £1,053.50) ÷ (£1,125.25 − £1,022.00) = 27.7966");
        assert_eq!(price(2), "Price: £1,125.25 or more earns 0.0000");
    }

    #[test]
    fn published_rules_for_the_lowest_price_come_out_as_published() {
        let quotes = [bid("a", "15000", &[]), bid("b", "10000", &[]), bid("c", "30000", &[])];
        let outcome = rank(&model("0", "100", Formula::LowestRelative), &quotes).unwrap();
        let shares: Vec<_> = outcome
            .bids
            .iter()
            .map(|b| (b.price.unwrap().decimal() / Decimal::ONE_HUNDRED).round_dp(3).normalize().to_string())
            .collect();
        assert_eq!(shares, ["1", "0.667", "0.333"]);

        let marked = [("care", "5")];
        let bids = [bid("a", "100", &marked), bid("b", "105", &marked), bid("c", "108", &marked)];
        let outcome = rank(&model("60", "40", Formula::LowestRelative), &bids).unwrap();
        let prices: Vec<_> = outcome.bids.iter().map(|b| b.price.unwrap().to_string()).collect();
        assert_eq!(prices, ["40.0000", "38.0952", "37.0370"]);
    }

    #[test]
    fn with_fixed_rates_quality_alone_decides() {
        let mut model = model("100", "0", Formula::Fixed);
        model.criteria = vec![criterion("care", "70", None), criterion("travel", "30", None)];
        let bids = [
            bid("a", "525", &[("care", "3"), ("travel", "5")]),
            bid("b", "525", &[("care", "4"), ("travel", "3")]),
        ];
        let outcome = rank(&model, &bids).unwrap();
        assert_eq!(totals(&model, &bids), ["b 74.0000", "a 72.0000"]);
        assert_eq!(outcome.bids[0].price, None);
        assert_eq!(
            outcome.bids[0].explanation,
            [
                "Weekly price: £525.00",
                "Care: 4 of 5 × 70 = 56.0000",
                "Travel: 3 of 5 × 30 = 18.0000",
                "Quality: 74.0000",
                "Price: the rates are set by the authority, so quality alone decides",
                "Total: 74.0000",
            ]
        );
    }

    #[test]
    fn a_bid_below_the_quality_gate_is_out_and_sets_no_price() {
        let mut wiltshire = model("60", "40", Formula::LowestRelative);
        wiltshire.quality_gate = Some("0.60".parse().unwrap());
        let bids = [bid("under", "500", &[("care", "2.995")]), bid("at", "1000", &[("care", "3")])];
        let outcome = rank(&wiltshire, &bids).unwrap();
        assert_eq!(totals(&wiltshire, &bids), ["at 76.0000", "under out"]);
        let under = &outcome.bids[1];
        assert_eq!(
            (under.status, under.rank, under.price, under.quality.to_string()),
            (Admissibility::BelowGate, None, None, "35.9400".to_owned())
        );
        assert!(under.explanation.contains(
            &"Not admissible: quality is 35.9400 of 60, which is 59.9 %, and at least 60 % is needed (36.0000)."
                .to_owned()
        ));

        let mut peterborough = model("70", "30", Formula::LowestRelative);
        peterborough.quality_gate = Some("0.55".parse().unwrap());
        let bids = [bid("at", "900", &[("care", "2.75")]), bid("under", "900", &[("care", "2.7")])];
        assert_eq!(totals(&peterborough, &bids), ["at 68.5000", "under out"]);
    }

    #[test]
    fn a_mark_below_its_minimum_is_out_whatever_the_total() {
        let mut model = model("60", "40", Formula::LowestRelative);
        model.criteria = vec![criterion("care", "50", None), criterion("safeguarding", "10", Some("3"))];
        let bids = [
            bid("a", "900", &[("care", "5"), ("safeguarding", "2")]),
            bid("b", "1000", &[("care", "1"), ("safeguarding", "3")]),
        ];
        let outcome = rank(&model, &bids).unwrap();
        assert_eq!(outcome.bids[1].status, Admissibility::BelowMinimumMark);
        assert_eq!(totals(&model, &bids), ["b 56.0000", "a out"]);
        assert!(
            outcome.bids[1]
                .explanation
                .contains(&"Not admissible: Safeguarding has 2, and at least 3 is needed.".to_owned())
        );
    }

    #[test]
    fn a_mean_of_thirds_reaches_the_gate_that_it_equals() {
        let mut model = model("60", "40", Formula::LowestRelative);
        model.criteria = vec![criterion("care", "30", None), criterion("travel", "30", None)];
        model.quality_gate = Some("0.30".parse().unwrap());
        let three = Decimal::from(3);
        let mut entry = bid("a", "900", &[]);
        entry.marks.insert("care".to_owned(), Decimal::from(4) / three);
        entry.marks.insert("travel".to_owned(), Decimal::from(5) / three);
        let outcome = rank(&model, &[entry]).unwrap();
        assert_eq!(outcome.bids[0].total.unwrap().to_string(), "58.0000");
        assert_eq!(outcome.bids[0].explanation[1], "Care: about 1.3333 of 5 × 30 = 8.0000");
    }

    /// Two bids with equal totals, alike but for what the test changes.
    fn tied(step: TieBreak, change: impl Fn(&mut Entry)) -> (Model, [Entry; 2]) {
        let mut model = model("60", "40", Formula::LowestRelative);
        model.tie_break = vec![step];
        model.lot_seed = Some("a seed".to_owned());
        let mut bids = [bid("a", "1000", &[("care", "4")]), bid("b", "1000", &[("care", "4")])];
        change(&mut bids[1]);
        (model, bids)
    }

    #[test]
    fn the_published_chain_separates_equal_totals() {
        let start = |text: &str| text.parse().ok();
        for (step, change, told) in [
            (
                TieBreak::Preference,
                Box::new(|b: &mut Entry| b.preferred = true) as Box<dyn Fn(&mut Entry)>,
                "Equal at 88.0000, by the person’s preference: b preferred, then a not preferred.",
            ),
            (
                TieBreak::Start,
                Box::new(move |b: &mut Entry| b.start = start("2026-12-07")),
                "Equal at 88.0000, by earlier confirmed start: b Monday 7 December 2026, then a no confirmed start.",
            ),
        ] {
            let (model, bids) = tied(step, change);
            let outcome = rank(&model, &bids).unwrap();
            assert_eq!(outcome.tie_breaks, [told]);
            assert_eq!(
                outcome.bids.iter().map(|b| (b.id.as_str(), b.rank)).collect::<Vec<_>>(),
                [("b", Some(1)), ("a", Some(2))]
            );
        }
    }

    #[test]
    fn quality_a_criterion_and_price_separate_what_the_total_does_not() {
        // 44 of quality and 32 of price against 36 and 40: both total 76.
        let mut model = model("60", "40", Formula::LowestRelative);
        model.criteria = vec![criterion("care", "40", None), criterion("travel", "20", None)];
        let dear = bid("dear", "1000", &[("care", "4"), ("travel", "3")]);
        let cheap = bid("cheap", "800", &[("care", "2"), ("travel", "5")]);
        for (chain, first) in [
            (vec![TieBreak::Quality], "dear"),
            (vec![TieBreak::Criterion("travel".to_owned()), TieBreak::Quality], "cheap"),
            (vec![TieBreak::Price], "cheap"),
        ] {
            model.tie_break = chain;
            let outcome = rank(&model, &[dear.clone(), cheap.clone()]).unwrap();
            assert_eq!(outcome.bids[0].total, outcome.bids[1].total);
            assert_eq!(outcome.bids[0].id, first, "{:?}", model.tie_break);
            assert_eq!(outcome.bids[1].rank, Some(2));
        }
    }

    #[test]
    fn a_lot_is_drawn_by_the_lowest_hash_of_seed_and_bid() {
        let (mut model, bids) = tied(TieBreak::Lot, |_| ());
        model.tie_break.insert(0, TieBreak::Price);
        let outcome = rank(&model, &bids).unwrap();
        let hash = |id: &str| {
            let digest = Sha256::digest(format!("a seed:{id}"));
            digest.iter().map(|b| format!("{b:02x}")).collect::<String>()
        };
        let (first, second) = if hash("a") < hash("b") { ("a", "b") } else { ("b", "a") };
        assert_eq!(outcome.bids[0].id, first);
        assert_eq!(
            outcome.tie_breaks,
            [
                "Equal at 88.0000, by lower price: a £1,000.00, then b £1,000.00 (no difference).".to_owned(),
                format!(
                    "Equal at 88.0000, by lot (lowest SHA-256 of “seed:bid id”): {first} {}, then {second} {}.",
                    hash(first),
                    hash(second)
                ),
            ]
        );
    }

    #[test]
    fn a_chain_that_ends_in_equality_gives_equal_rank_and_says_so() {
        let (model, [a, b]) = tied(TieBreak::Price, |_| ());
        let c = bid("c", "1000", &[("care", "1")]);
        let outcome = rank(&model, &[c, b, a]).unwrap();
        assert_eq!(
            outcome.bids.iter().map(|b| (b.id.as_str(), b.rank)).collect::<Vec<_>>(),
            [("a", Some(1)), ("b", Some(1)), ("c", Some(3))]
        );
        assert_eq!(
            outcome.tie_breaks[1],
            "Equal at 88.0000: nothing in the tie-break chain separates a and b, so they share a rank."
        );
    }

    #[test]
    fn totals_that_differ_beyond_the_fourth_place_are_a_tie() {
        let mut model = model("60", "40", Formula::LowestRelative);
        model.tie_break = vec![TieBreak::Preference];
        let mut dearer = bid("dearer", "1000.0001", &[("care", "4")]);
        dearer.preferred = true;
        let outcome = rank(&model, &[bid("lower", "1000", &[("care", "4")]), dearer]).unwrap();
        assert_eq!(outcome.bids[0].id, "dearer");
    }

    #[test]
    fn half_of_the_last_place_is_rounded_away_from_zero() {
        let model = model("100", "0", Formula::Fixed);
        let outcome = rank(&model, &[bid("a", "1", &[("care", "4.0000025")])]).unwrap();
        assert_eq!(outcome.bids[0].total.unwrap().to_string(), "80.0001");
    }

    #[test]
    fn a_model_that_does_not_add_up_ranks_nothing_and_says_everything_wrong() {
        let mut wrong = model("60", "30", Formula::Fixed);
        wrong.criteria = vec![criterion("care", "50", Some("6")), criterion("care", "5", None)];
        wrong.quality_gate = Some("60".parse().unwrap());
        wrong.tie_break = vec![TieBreak::Criterion("travel".to_owned()), TieBreak::Lot];
        assert_eq!(
            fault_fields(&wrong, &[]),
            [
                "model.price_weight",
                "model.criteria",
                "model.criteria[0].mark_min",
                "model.criteria[1].id",
                "model.price_weight",
                "model.quality_gate",
                "model.tie_break[0]",
                "model.lot_seed",
            ]
        );
        let flat = Formula::Band { min: decimal("10"), max: decimal("10") };
        assert_eq!(fault_fields(&model("60", "40", flat), &[]), ["model.formula"]);
    }

    #[test]
    fn a_bid_that_cannot_be_scored_is_refused_with_all_its_faults() {
        let bids = [
            bid("a", "0", &[]),
            bid("a", "100", &[("care", "5.1"), ("travel", "1")]),
            bid("b", "1000000001", &[("care", "5")]),
        ];
        assert_eq!(
            fault_fields(&model("60", "40", Formula::LowestRelative), &bids),
            [
                "bids[0].price",
                "bids[0].marks",
                "bids[1].id",
                "bids[1].marks.care",
                "bids[1].marks.travel",
                "bids[2].price",
            ]
        );
    }

    #[test]
    fn nothing_ranked_is_an_empty_outcome() {
        let outcome = rank(&model("60", "40", Formula::LowestRelative), &[]).unwrap();
        assert_eq!(outcome, Outcome { bids: vec![], tie_breaks: vec![] });
    }

    #[test]
    fn a_band_takes_its_bounds_from_the_reference_rates_unless_it_has_its_own() {
        let reference = Some((decimal("1022"), decimal("1125.25")));
        let own = category::Formula::Band { min: None, max: "1200".parse().ok() };
        assert_eq!(
            Formula::resolve(&own, reference),
            Ok(Formula::Band { min: decimal("1022"), max: decimal("1200") })
        );
        assert_eq!(Formula::resolve(&own, None).unwrap_err().code, Code::DefinitionInvalid);
    }

    fn any_bids() -> impl Strategy<Value = Vec<Entry>> {
        let one = (1_u32..500_000, 0_u32..=50, 0_u32..=50, any::<bool>());
        prop::collection::vec(one, 1..8).prop_map(|bids| {
            bids.into_iter()
                .enumerate()
                .map(|(i, (pence, care, travel, preferred))| Entry {
                    id: format!("bid {i}"),
                    price: Price::Weekly(Decimal::new(pence.into(), 2)),
                    marks: BTreeMap::from([
                        ("care".to_owned(), Decimal::new(care.into(), 1)),
                        ("travel".to_owned(), Decimal::new(travel.into(), 1)),
                    ]),
                    start: None,
                    preferred,
                })
                .collect()
        })
    }

    fn any_model() -> impl Strategy<Value = Model> {
        let formula = prop_oneof![
            Just(Formula::LowestRelative),
            (0_i64..4000, 1_i64..2000).prop_map(|(min, span)| Formula::Band {
                min: Decimal::from(min),
                max: Decimal::from(min + span),
            }),
        ];
        let chain = prop::sample::subsequence(
            vec![TieBreak::Quality, TieBreak::Preference, TieBreak::Price, TieBreak::Lot],
            0..=4,
        );
        (1_i64..100, 0_i64..=100, formula, prop::option::of(0_i64..=10_000), chain).prop_map(
            |(quality, share, formula, gate, tie_break)| {
                let weight = |n: i64| Weight::from_ten_thousandths(n);
                let care = quality * 100 * share;
                let mut care_criterion = criterion("care", "0", None);
                care_criterion.weight = weight(care);
                let mut travel = criterion("travel", "0", Some("0.5"));
                travel.weight = weight(quality * 10_000 - care);
                Model {
                    quality_weight: weight(quality * 10_000),
                    price_weight: weight((100 - quality) * 10_000),
                    formula,
                    criteria: vec![care_criterion, travel],
                    quality_gate: gate.map(weight),
                    tie_break,
                    lot_seed: Some("seed".to_owned()),
                }
            },
        )
    }

    fn admissible(outcome: &Outcome) -> Vec<Ranked> {
        let ranked = |b: &&Ranked| b.status == Admissibility::Admissible;
        outcome.bids.iter().filter(ranked).cloned().collect()
    }

    proptest! {
        #[test]
        fn the_order_in_which_bids_are_given_changes_nothing(
            model in any_model(),
            (bids, shuffled) in any_bids().prop_flat_map(|b| (Just(b.clone()), Just(b).prop_shuffle())),
        ) {
            let (one, other) = (rank(&model, &bids).unwrap(), rank(&model, &shuffled).unwrap());
            prop_assert_eq!(admissible(&one), admissible(&other));
            prop_assert_eq!(one.tie_breaks, other.tie_breaks);
        }

        #[test]
        fn an_inadmissible_bid_influences_nobody(model in any_model(), bids in any_bids()) {
            let all = rank(&model, &bids).unwrap();
            let kept = admissible(&all);
            let without: Vec<_> =
                bids.into_iter().filter(|b| kept.iter().any(|k| k.id == b.id)).collect();
            let alone = rank(&model, &without).unwrap();
            prop_assert_eq!(kept, alone.bids);
            prop_assert_eq!(all.tie_breaks, alone.tie_breaks);
        }

        #[test]
        fn at_equal_quality_a_dearer_bid_never_ranks_higher(
            mut model in any_model(),
            mut bids in any_bids(),
        ) {
            model.tie_break = vec![TieBreak::Price];
            let marks = bids[0].marks.clone();
            bids.iter_mut().for_each(|b| b.marks = marks.clone());
            let ranked = admissible(&rank(&model, &bids).unwrap());
            for pair in ranked.windows(2) {
                prop_assert!(pair[0].weekly_price <= pair[1].weekly_price);
                prop_assert!(pair[0].total >= pair[1].total);
            }
        }

        #[test]
        fn the_weights_are_spent_exactly_and_never_overspent(
            model in any_model(),
            mut bids in any_bids(),
        ) {
            let full = Decimal::from(5);
            bids[0].marks = model.criteria.iter().map(|c| (c.id.clone(), full)).collect();
            let outcome = rank(&model, &bids).unwrap();
            let best = outcome.bids.iter().find(|b| b.id == "bid 0").unwrap();
            prop_assert_eq!(best.quality.decimal(), model.quality_weight.decimal());
            let ranked = admissible(&outcome);
            if model.formula == Formula::LowestRelative {
                let lowest = ranked.iter().min_by_key(|b| b.weekly_price).unwrap();
                prop_assert_eq!(lowest.price.unwrap().decimal(), model.price_weight.decimal());
            }
            for b in ranked {
                let price = b.price.unwrap().decimal();
                prop_assert!(price >= Decimal::ZERO && price <= model.price_weight.decimal());
                prop_assert!(b.quality.decimal() <= model.quality_weight.decimal());
                let apart = (b.total.unwrap().decimal() - b.quality.decimal() - price).abs();
                prop_assert!(apart <= Decimal::new(1, 4));
            }
        }
    }
}
