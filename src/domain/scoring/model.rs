//! What a result depends on, and what it must hold to before anything is ranked.

use super::{
    formula::Formula,
    units::{Units, WEEKLY_PRICE_MAX_POUNDS},
};
use crate::domain::{
    pricing::{PriceLine, pounds, weekly_price},
    refusal::{Code, Fault, Refusal},
};
use entity::{
    category::{self, TieBreak},
    vocabulary::*,
};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

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
    /// By the week: a bid below it, or above the ceiling, is admissible only as an exception.
    pub floor: Option<Money>,
    pub ceiling: Option<Money>,
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
    /// What it is a part of. The weights of a group's criteria are shares of the group's, which is their sum.
    pub group: Option<String>,
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
            group: terms.group.clone(),
            weight: terms.weight,
            mark_max: terms.mark_max,
            mark_min: terms.mark_min,
        }
    }
}

/// A bid, as far as scoring goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The bid's id: the lot is drawn with it.
    pub id: String,
    pub lines: Vec<PriceLine>,
    /// One for each criterion, in the model's order.
    pub marks: Vec<Mark>,
    /// The confirmed start.
    pub start: Option<Day>,
    /// Whether the person or family prefers this provider.
    pub preferred: bool,
    /// How its reason for a price outside the limits stands; none was asked for unless it says so.
    pub exceptionality: Option<Exceptionality>,
}

/// How a reason for a price outside the limits stands. An officer decides it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exceptionality {
    Asked,
    Accepted,
    Rejected,
}

impl Exceptionality {
    pub const ALL: &[Self] = &[Self::Asked, Self::Accepted, Self::Rejected];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
        }
    }
}

/// Everything that a result depends on, frozen and in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    model: Model,
    bids: Vec<Entry>,
    units: Units,
}

impl Evaluation {
    /// Freezes a model and its bids. The order in which bids are given matters only for those that are
    /// inadmissible, which keep it.
    ///
    /// # Errors
    /// `invalid_field` with every fault of the model and of the bids, such as weights that do not sum to 100 or
    /// a mark above the highest: nothing is ranked by a model that does not add up.
    pub fn new(model: Model, bids: Vec<Entry>) -> Result<Self, Refusal> {
        let found = findings(&model, &bids).into_iter().map(|finding| finding.fault).collect();
        Refusal::of_all(Code::InvalidField, found)?;
        Self::in_order(model, bids)
    }

    /// Freezes what holds to every rule, or departs from it on purpose.
    pub(super) fn in_order(model: Model, bids: Vec<Entry>) -> Result<Self, Refusal> {
        match Units::of(&model, &bids) {
            Some(units) => Ok(Self { model, bids, units }),
            None => {
                let detail = "The people who share, the weeks over which prices are spread, and the highest \
                              marks have no common multiple with which this can be calculated exactly.";
                Err(Refusal::new(Code::InvalidField, detail).at("bids"))
            }
        }
    }

    pub const fn model(&self) -> &Model {
        &self.model
    }

    pub fn bids(&self) -> &[Entry] {
        &self.bids
    }

    /// Other lines for one bid. The units stay, so lines must be shared and spread as before.
    pub(super) fn replace_lines(&mut self, bid: usize, lines: Vec<PriceLine>) -> Result<(), Refusal> {
        let entry = self.bids.get_mut(bid).ok_or_else(|| Refusal::not_found("bid"))?;
        let before = std::mem::replace(&mut entry.lines, lines);
        let mut found = Findings::default();
        lines_of(&format!("bids[{bid}]"), entry, &mut found);
        if !self.units.holds(&entry.lines) {
            let detail = "Only rates and quantities can change, within what can be calculated.";
            found.say(format!("bids[{bid}].lines"), &[], detail);
        }
        let faults: Vec<_> = found.0.into_iter().map(|finding| finding.fault).collect();
        if !faults.is_empty() {
            entry.lines = before;
        }
        Refusal::of_all(Code::InvalidField, faults)
    }

    pub(super) const fn units(&self) -> &Units {
        &self.units
    }
}

/// Something found wrong in a whole that was read.
pub(super) struct Finding {
    pub fault: Fault,
    /// The other fields without which nothing can be said.
    rests_on: Vec<String>,
}

impl Finding {
    /// Whether it cannot be relied upon when this field could not be read.
    pub fn rests_on(&self, unreadable: &str) -> bool {
        let encloses = |inner: &String| {
            inner.strip_prefix(unreadable).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        encloses(&self.fault.field) || self.rests_on.iter().any(encloses)
    }
}

#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn say(&mut self, field: impl Into<String>, rests_on: &[&str], detail: impl Into<String>) {
        self.0.push(Finding {
            fault: Fault { field: field.into(), detail: detail.into() },
            rests_on: rests_on.iter().map(|path| (*path).to_owned()).collect(),
        });
    }
}

/// Everything wrong with a model and its bids as a whole.
pub(super) fn findings(model: &Model, bids: &[Entry]) -> Vec<Finding> {
    let mut found = Findings::default();
    weights(model, &mut found);
    formula(model, &mut found);
    limits(model, &mut found);
    tie_break(model, &mut found);
    let mut ids = BTreeSet::new();
    for (i, entry) in bids.iter().enumerate() {
        let at = format!("bids[{i}]");
        if entry.id.is_empty() {
            found.say(format!("{at}.id"), &[], "A bid must have an id.");
        } else if !ids.insert(&entry.id) {
            found.say(format!("{at}.id"), &[], format!("There is more than one bid “{}”.", entry.id));
        }
        lines_of(&at, entry, &mut found);
        marks(&at, model, entry, &mut found);
    }
    found.0
}

fn weights(model: &Model, found: &mut Findings) {
    let (quality, price) = (model.quality_weight.decimal(), model.price_weight.decimal());
    for (field, weight) in [("model.quality_weight", quality), ("model.price_weight", price)] {
        if weight < Decimal::ZERO || weight > Decimal::ONE_HUNDRED {
            found.say(field, &[], "A weight is from 0 to 100.");
        }
    }
    if quality + price != Decimal::ONE_HUNDRED {
        let detail = format!(
            "The quality weight {} and the price weight {} must sum to 100.",
            model.quality_weight, model.price_weight
        );
        found.say("model.price_weight", &["model.quality_weight"], detail);
    }
    let mut rests_on = vec!["model.quality_weight".to_owned()];
    let mut sum = Decimal::ZERO;
    let mut ids = BTreeSet::new();
    for (i, criterion) in model.criteria.iter().enumerate() {
        let field = |key: &str| format!("model.criteria[{i}].{key}");
        if criterion.id.is_empty() {
            found.say(field("id"), &[], "A criterion must have an id.");
        } else if !ids.insert(&criterion.id) {
            found.say(field("id"), &[], format!("There is more than one criterion “{}”.", criterion.id));
        }
        sum += criterion.weight.decimal();
        rests_on.push(field("weight"));
        if criterion.weight < Weight::ZERO || criterion.weight.decimal() > Decimal::ONE_HUNDRED {
            found.say(field("weight"), &[], "A weight is from 0 to 100.");
        }
        let max = criterion.mark_max;
        if max <= Mark::ZERO || max.decimal() > Decimal::ONE_HUNDRED {
            found.say(field("mark_max"), &[], "The highest mark must be more than 0 and at most 100.");
        } else if criterion.mark_min.is_some_and(|min| min < Mark::ZERO || min > max) {
            let detail = format!("The least mark is from 0 to {max}.");
            found.say(field("mark_min"), &[&field("mark_max")], detail);
        }
    }
    if sum != quality {
        let detail = format!(
            "The criteria weights sum to {}, and must sum to the quality weight {}.",
            sum.normalize(),
            model.quality_weight
        );
        let rests_on: Vec<_> = rests_on.iter().map(String::as_str).collect();
        found.say("model.criteria", &rests_on, detail);
    }
    if model.quality_gate.is_some_and(|gate| gate < Weight::ZERO || gate.decimal() > Decimal::ONE) {
        found.say("model.quality_gate", &[], "The quality gate is a share from 0 to 1.");
    }
}

fn formula(model: &Model, found: &mut Findings) {
    let mut sum_wanted = |key: &str, sum: Money| {
        if sum <= Money::ZERO || sum.decimal() > Decimal::from(WEEKLY_PRICE_MAX_POUNDS) {
            let detail = format!("It is a weekly price, {}.", price_range());
            found.say(format!("model.formula.{key}"), &[], detail);
        }
    };
    match &model.formula {
        Formula::LowestRelative | Formula::PercentOverLowest => {}
        Formula::ProRataToQualification { qualification } => sum_wanted("qualification", *qualification),
        Formula::Benchmark { benchmark } => sum_wanted("benchmark", *benchmark),
        Formula::Band { min, max } => {
            sum_wanted("max", *max);
            if *min < Money::ZERO {
                found.say("model.formula.min", &[], "A price cannot be below £0.");
            } else if min >= max {
                let detail = "The top of the price band must be above its bottom.";
                found.say("model.formula.min", &["model.formula.max"], detail);
            }
        }
        Formula::PricePerQualityPoint => {
            if model.quality_weight <= Weight::ZERO {
                let detail = "A price for each point of quality needs a quality weight above 0.";
                found.say("model.quality_weight", &["model.formula.name"], detail);
            }
        }
        Formula::Fixed => {
            if model.price_weight != Weight::ZERO {
                let detail = "Where rates are fixed the price weight is 0.";
                found.say("model.price_weight", &["model.formula.name"], detail);
            }
        }
        Formula::RankedList { order } => {
            let mut ids = BTreeSet::new();
            for (i, id) in order.iter().enumerate() {
                if !ids.insert(id) {
                    let detail = format!("“{id}” stands in the order twice.");
                    found.say(format!("model.formula.order[{i}]"), &[], detail);
                }
            }
        }
    }
}

fn limits(model: &Model, found: &mut Findings) {
    for (field, limit) in [("model.floor", model.floor), ("model.ceiling", model.ceiling)] {
        if limit.is_some_and(|limit| limit < Money::ZERO) {
            found.say(field, &[], "A price cannot be below £0.");
        }
    }
    if let (Some(floor), Some(ceiling)) = (model.floor, model.ceiling)
        && floor > ceiling
    {
        found.say("model.floor", &["model.ceiling"], "The floor is above the ceiling.");
    }
}

fn tie_break(model: &Model, found: &mut Findings) {
    let mut ids: Vec<_> = (0..model.criteria.len()).map(|i| format!("model.criteria[{i}].id")).collect();
    ids.push("model.criteria".to_owned());
    let ids: Vec<_> = ids.iter().map(String::as_str).collect();
    for (i, step) in model.tie_break.iter().enumerate() {
        match step {
            TieBreak::Criterion(id) if !model.criteria.iter().any(|c| c.id == *id) => {
                let detail = format!("There is no criterion “{id}”.");
                found.say(format!("model.tie_break[{i}]"), &ids, detail);
            }
            TieBreak::Lot if model.lot_seed.as_ref().is_none_or(String::is_empty) => {
                let detail = "A lot needs a seed, committed before the deadline.";
                found.say("model.lot_seed", &[], detail);
            }
            _ => {}
        }
    }
}

fn lines_of(at: &str, entry: &Entry, found: &mut Findings) {
    let mut in_order = true;
    for (n, line) in entry.lines.iter().enumerate() {
        let mut wrong = |key: &str, detail: &str| {
            in_order = false;
            found.say(format!("{at}.lines[{n}].{key}"), &[], detail);
        };
        if line.quantity <= Quantity::ZERO {
            wrong("quantity", "A quantity must be more than 0.");
        }
        if line.rate < Money::ZERO {
            wrong("rate", "A rate cannot be below £0.");
        }
        if line.sharing.is_some() && line.unit != Unit::SharedHour {
            wrong("sharing", "Only a shared hour is shared.");
        }
        if line.over_weeks.is_some() && line.unit != Unit::OneOff {
            wrong("over_weeks", "Only a one-off is spread over weeks.");
        }
        for (key, limit) in [("floor", line.floor), ("ceiling", line.ceiling)] {
            if limit.is_some_and(|limit| limit < Money::ZERO) {
                wrong(key, "A rate cannot be below £0.");
            }
        }
        if let (Some(floor), Some(ceiling)) = (line.floor, line.ceiling)
            && floor > ceiling
        {
            let rests_on = format!("{at}.lines[{n}].ceiling");
            let field = format!("{at}.lines[{n}].floor");
            found.say(field, &[&rests_on], "The floor is above the ceiling.");
        }
    }
    if !in_order {
        return;
    }
    let within =
        |weekly: &Decimal| *weekly > Decimal::ZERO && *weekly <= Decimal::from(WEEKLY_PRICE_MAX_POUNDS);
    if weekly_price(&entry.lines).ok().filter(within).is_none() {
        let keys = ["unit", "quantity", "rate", "sharing", "over_weeks"];
        let of_line = |n: usize| keys.map(|key| format!("{at}.lines[{n}].{key}"));
        let rests_on: Vec<_> = (0..entry.lines.len()).flat_map(of_line).collect();
        let rests_on: Vec<_> = rests_on.iter().map(String::as_str).collect();
        found.say(format!("{at}.lines"), &rests_on, format!("They make a weekly price, {}.", price_range()));
    }
}

fn price_range() -> String {
    format!("more than £0 and at most {}", pounds(Decimal::from(WEEKLY_PRICE_MAX_POUNDS)))
}

fn marks(at: &str, model: &Model, entry: &Entry, found: &mut Findings) {
    for (i, criterion) in model.criteria.iter().enumerate() {
        let field = format!("{at}.marks.{}", criterion.id);
        let of = ["id", "mark_max"].map(|key| format!("model.criteria[{i}].{key}"));
        let of = [of[0].as_str(), &of[1]];
        match entry.marks.get(i) {
            None => found.say(field, &of, format!("“{}” has no mark.", criterion.name)),
            Some(mark) if *mark < Mark::ZERO || *mark > criterion.mark_max => {
                let detail = format!("A mark for “{}” is from 0 to {}.", criterion.name, criterion.mark_max);
                found.say(field, &of, detail);
            }
            Some(_) => {}
        }
    }
    if entry.marks.len() > model.criteria.len() {
        found.say(format!("{at}.marks"), &["model.criteria"], "There are more marks than criteria.");
    }
}
