//! An evaluation and its result as JSON: what an award is kept as, and what `fairlot score` reads and prints.
//!
//! Serde would stop at the first mistake, and whoever wrote an evaluation wants them all: so, like the reader of
//! market definitions, a small reader walks the parsed JSON, notes each mistake with its path and goes on with a
//! placeholder. `docs/scoring.md` describes the members.

use super::{
    Admissibility, Criterion, Entry, Evaluation, Exceptionality, Formula, FormulaName, Model, Outcome,
    model::findings,
};
use crate::domain::{
    pricing::PriceLine,
    refusal::{Code, Fault, Refusal},
};
use entity::{category::TieBreak, vocabulary::*};
use serde::{Serialize, Serializer};
use serde_json::{Map, Number, Value};
use std::{collections::BTreeMap, num::NonZeroU32, str::FromStr};

/// The largest evaluation that is read, in bytes.
pub const EVALUATION_BYTES_MAX: usize = 64 * 1024 * 1024;
pub const BIDS_MAX: usize = 100_000;
pub const LINES_MAX: usize = 100;
pub const CRITERIA_MAX: usize = 100;
pub const TIE_BREAKS_MAX: usize = 100;
/// The most mistakes that are told of one evaluation.
pub const MISTAKES_MAX: usize = 1_000;
/// Characters in an id, a name, a label or the seed.
const TEXT_MAX: usize = 600;
/// People who share an hour.
const SHARING_MAX: u32 = 1_000;
/// Weeks over which a one-off is spread: twenty years.
const OVER_WEEKS_MAX: u32 = 1_040;

/// Reads an evaluation.
///
/// # Errors
/// `malformed` where it is not JSON or too large; `invalid_field` with the path of every mistake in it.
pub fn read(text: &[u8]) -> Result<Evaluation, Refusal> {
    if text.len() > EVALUATION_BYTES_MAX {
        let detail = format!("The evaluation is larger than the {EVALUATION_BYTES_MAX} bytes that are read.");
        return Err(Refusal::new(Code::Malformed, detail));
    }
    let value: Value = serde_json::from_slice(text)
        .map_err(|why| Refusal::new(Code::Malformed, format!("The evaluation is not JSON: {why}.")))?;
    let mut notes = Notes::default();
    let (model, bids) = notes.enter(String::new(), &value, evaluation);
    for finding in findings(&model, &bids) {
        if !notes.unreadable.iter().any(|path| finding.rests_on(path)) {
            notes.faults.push(finding.fault);
        }
    }
    notes.finish()?;
    Evaluation::in_order(model, bids)
}

fn evaluation(o: &mut Object<'_, '_>) -> (Model, Vec<Entry>) {
    let model = o.object("model", model);
    let bids = o.objects("bids", BIDS_MAX, |o| bid(o, &model.criteria));
    (model, bids)
}

fn model(o: &mut Object<'_, '_>) -> Model {
    Model {
        quality_weight: o.want("quality_weight", Weight::ZERO, amount),
        price_weight: o.want("price_weight", Weight::ZERO, amount),
        formula: o.object("formula", formula),
        criteria: o.objects("criteria", CRITERIA_MAX, |o| {
            let id = o.want("id", String::new(), text);
            Criterion {
                name: o.may("name", text).unwrap_or_else(|| id.clone()),
                group: o.may("group", text),
                weight: o.want("weight", Weight::ZERO, amount),
                mark_max: o.want("mark_max", Mark::ZERO, amount),
                mark_min: o.may("mark_min", amount),
                id,
            }
        }),
        quality_gate: o.may("quality_gate", amount),
        floor: o.may("floor", amount),
        ceiling: o.may("ceiling", amount),
        tie_break: o.values("tie_break", TIE_BREAKS_MAX, false, TieBreak::Lot, |value| {
            text(value)?.try_into().map_err(|words: String| format!("{words}."))
        }),
        lot_seed: o.may("lot_seed", text),
    }
}

fn formula(o: &mut Object<'_, '_>) -> Formula {
    let Some(name) = o.known("name", |value| word(value, FormulaName::ALL, FormulaName::as_str)) else {
        return Formula::LowestRelative;
    };
    match name {
        FormulaName::LowestRelative => Formula::LowestRelative,
        FormulaName::PercentOverLowest => Formula::PercentOverLowest,
        FormulaName::ProRataToQualification => {
            Formula::ProRataToQualification { qualification: o.want("qualification", Money::ZERO, amount) }
        }
        FormulaName::Band => {
            Formula::Band { min: o.want("min", Money::ZERO, amount), max: o.want("max", Money::ZERO, amount) }
        }
        FormulaName::PricePerQualityPoint => Formula::PricePerQualityPoint,
        FormulaName::Fixed => Formula::Fixed,
        FormulaName::Benchmark => Formula::Benchmark { benchmark: o.want("benchmark", Money::ZERO, amount) },
        FormulaName::RankedList => {
            Formula::RankedList { order: o.values("order", BIDS_MAX, true, String::new(), text) }
        }
    }
}

fn bid(o: &mut Object<'_, '_>, criteria: &[Criterion]) -> Entry {
    Entry {
        id: o.want("id", String::new(), text),
        lines: o.objects("lines", LINES_MAX, line),
        marks: o.marks(criteria),
        start: o.may("start", |value| {
            text(value)?
                .parse()
                .map_err(|_| "This must be a day in the calendar, such as 2026-12-07.".to_owned())
        }),
        preferred: o.may("preferred", flag).unwrap_or(false),
        exceptionality: o
            .may("exceptionality", |value| word(value, Exceptionality::ALL, Exceptionality::as_str)),
    }
}

fn line(o: &mut Object<'_, '_>) -> PriceLine {
    let unit = o.want("unit", Unit::Hour, |value| word(value, Unit::ALL, Unit::as_str));
    PriceLine {
        label: o.may("label", text).unwrap_or_else(|| label(unit)),
        unit,
        quantity: o.want("quantity", Quantity::ZERO, amount),
        rate: o.want("rate", Money::ZERO, amount),
        sharing: o.may("sharing", count(SHARING_MAX)),
        over_weeks: o.may("over_weeks", count(OVER_WEEKS_MAX)),
        floor: o.may("floor", amount),
        ceiling: o.may("ceiling", amount),
    }
}

/// What a line is called that has no label, such as `Sleep in night`.
fn label(unit: Unit) -> String {
    let words = unit.as_str().replace('_', " ");
    let (first, rest) = words.split_at(1);
    format!("{}{rest}", first.to_ascii_uppercase())
}

/// How a value is read; the words say what is wrong.
type Read<T> = Result<T, String>;

/// What has been noticed so far.
#[derive(Default)]
struct Notes {
    faults: Vec<Fault>,
    /// Paths that hold a placeholder, so that nothing is said of what rests on them.
    unreadable: Vec<String>,
}

impl Notes {
    fn wrong(&mut self, field: String, detail: impl Into<String>) {
        self.faults.push(Fault { field, detail: detail.into() });
    }

    fn unreadable(&mut self, field: String, detail: impl Into<String>) {
        self.unreadable.push(field.clone());
        self.wrong(field, detail);
    }

    /// Reads an object, and notes the members that nobody asked for.
    fn enter<'v, T>(
        &mut self,
        path: String,
        value: &'v Value,
        read: impl FnOnce(&mut Object<'_, 'v>) -> T,
    ) -> T {
        let members = value.as_object();
        if members.is_none() {
            self.unreadable(path.clone(), format!("This must be an object; it is {}.", kind(value)));
        }
        self.within(path, members, read)
    }

    fn within<'v, T>(
        &mut self,
        path: String,
        members: Option<&'v Map<String, Value>>,
        read: impl FnOnce(&mut Object<'_, 'v>) -> T,
    ) -> T {
        let mut object = Object { notes: self, path, members, taken: Vec::new() };
        let made = read(&mut object);
        object.leave();
        made
    }

    fn finish(mut self) -> Result<(), Refusal> {
        let count = self.faults.len();
        let mut refusal = Refusal::new(
            Code::InvalidField,
            format!("The evaluation has {count} {}.", if count == 1 { "mistake" } else { "mistakes" }),
        );
        self.faults.truncate(MISTAKES_MAX);
        refusal.faults = self.faults;
        if count == 0 { Ok(()) } else { Err(refusal) }
    }
}

/// An object of the JSON while it is read: what is taken is crossed off, what is left over is unknown.
struct Object<'n, 'v> {
    notes: &'n mut Notes,
    path: String,
    /// None where it is missing, or is no object: that was told, and its members are not missed.
    members: Option<&'v Map<String, Value>>,
    taken: Vec<&'static str>,
}

impl<'v> Object<'_, 'v> {
    fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// Crosses the member off. One that is null counts as absent.
    fn take(&mut self, key: &'static str) -> Option<&'v Value> {
        self.taken.push(key);
        self.members?.get(key).filter(|value| !value.is_null())
    }

    fn missing(&mut self, key: &'static str) {
        let path = self.path_of(key);
        match self.members {
            Some(_) => self.notes.unreadable(path, "This is missing."),
            None => self.notes.unreadable.push(path),
        }
    }

    fn read<T>(&mut self, key: &'static str, read: impl FnOnce(&Value) -> Read<T>) -> Option<Option<T>> {
        let value = self.take(key)?;
        Some(read(value).map_err(|words| self.notes.unreadable(self.path_of(key), words)).ok())
    }

    /// A member that must be there.
    fn want<T>(&mut self, key: &'static str, placeholder: T, read: impl FnOnce(&Value) -> Read<T>) -> T {
        let found = self.read(key, read);
        if found.is_none() {
            self.missing(key);
        }
        found.flatten().unwrap_or(placeholder)
    }

    /// A member that must be there, and without which nothing can be said of the others.
    fn known<T>(&mut self, key: &'static str, read: impl FnOnce(&Value) -> Read<T>) -> Option<T> {
        let found = self.want(key, None, |value| read(value).map(Some));
        if found.is_none() {
            self.members = None;
        }
        found
    }

    /// A member that may be absent.
    fn may<T>(&mut self, key: &'static str, read: impl FnOnce(&Value) -> Read<T>) -> Option<T> {
        self.read(key, read).flatten()
    }

    fn object<T>(&mut self, key: &'static str, read: impl FnOnce(&mut Object<'_, 'v>) -> T) -> T {
        let path = self.path_of(key);
        match self.take(key) {
            Some(value) => self.notes.enter(path, value, read),
            None => {
                self.missing(key);
                self.notes.within(path, None, read)
            }
        }
    }

    /// The items of a list, each with its path.
    fn list(&mut self, key: &'static str, count_max: usize) -> Option<Vec<(String, &'v Value)>> {
        let value = self.take(key)?;
        let path = self.path_of(key);
        let Some(items) = value.as_array() else {
            self.notes.unreadable(path, format!("This must be a list; it is {}.", kind(value)));
            return Some(Vec::new());
        };
        if items.len() > count_max {
            let detail = format!("This has {} items; at most {count_max} are read.", items.len());
            self.notes.unreadable(path.clone(), detail);
        }
        let items = items.iter().take(count_max).enumerate();
        Some(items.map(|(n, item)| (format!("{path}[{n}]"), item)).collect())
    }

    /// Objects in a list, which must be there.
    fn objects<T>(
        &mut self,
        key: &'static str,
        count_max: usize,
        mut read: impl FnMut(&mut Object<'_, 'v>) -> T,
    ) -> Vec<T> {
        let Some(items) = self.list(key, count_max) else {
            self.missing(key);
            return Vec::new();
        };
        items.into_iter().map(|(path, item)| self.notes.enter(path, item, &mut read)).collect()
    }

    /// Values in a list.
    fn values<T: Clone>(
        &mut self,
        key: &'static str,
        count_max: usize,
        wanted: bool,
        placeholder: T,
        read: impl Fn(&Value) -> Read<T>,
    ) -> Vec<T> {
        let Some(items) = self.list(key, count_max) else {
            if wanted {
                self.missing(key);
            }
            return Vec::new();
        };
        items
            .into_iter()
            .map(|(path, item)| {
                read(item).unwrap_or_else(|words| {
                    self.notes.unreadable(path, words);
                    placeholder.clone()
                })
            })
            .collect()
    }

    /// A mark for each criterion, by the criterion's id.
    fn marks(&mut self, criteria: &[Criterion]) -> Vec<Mark> {
        let path = self.path_of("marks");
        let nothing = Map::new();
        let given = match self.take("marks") {
            Some(Value::Object(given)) => Some(given),
            Some(other) => {
                self.notes
                    .unreadable(path.clone(), format!("This must be an object; it is {}.", kind(other)));
                None
            }
            None => self.members.map(|_| &nothing),
        };
        // A criterion whose id could not be read has none.
        let known = |id: &str| criteria.iter().any(|c| c.id == id || c.id.is_empty());
        for id in given.into_iter().flat_map(Map::keys).filter(|id| !known(id)) {
            let short: String = id.chars().take(TEXT_MAX).collect();
            self.notes.wrong(format!("{path}.{short}"), "There is no such criterion.");
        }
        let mark = |criterion: &Criterion| {
            let field = format!("{path}.{}", criterion.id);
            let (given, false) = (given?, criterion.id.is_empty()) else {
                self.notes.unreadable.push(field);
                return None;
            };
            match given.get(&criterion.id).map_or_else(|| Err("This is missing.".to_owned()), amount) {
                Ok(mark) => Some(mark),
                Err(words) => {
                    self.notes.unreadable(field, words);
                    None
                }
            }
        };
        criteria.iter().map(mark).map(Option::unwrap_or_default).collect()
    }

    /// Notes the members that nobody asked for.
    fn leave(self) {
        for key in self.members.into_iter().flat_map(Map::keys) {
            if !self.taken.contains(&key.as_str()) {
                let short: String = key.chars().take(TEXT_MAX).collect();
                let detail = format!("This is not known; the members here are {}.", self.taken.join(", "));
                self.notes.wrong(self.path_of(&short), detail);
            }
        }
    }
}

fn is_whole(number: &Number) -> bool {
    number.as_i64().is_some() || number.as_u64().is_some()
}

/// What a value is, for a person.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(number) if is_whole(number) => "a whole number",
        Value::Number(_) => "a number with a point or an exponent",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn text(value: &Value) -> Read<String> {
    let text =
        value.as_str().ok_or_else(|| format!("This must be text in quotes; it is {}.", kind(value)))?;
    let length = text.chars().count();
    if length == 0 || length > TEXT_MAX {
        return Err(format!("This must be 1 to {TEXT_MAX} characters long."));
    }
    Ok(text.to_owned())
}

fn flag(value: &Value) -> Read<bool> {
    value.as_bool().ok_or_else(|| format!("This must be true or false; it is {}.", kind(value)))
}

/// An exact amount: a decimal in quotes, or a whole number. A number with a point is a float to most programs,
/// and loses digits.
fn amount<T: FromStr<Err = AmountError>>(value: &Value) -> Read<T> {
    let written = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) if is_whole(number) => number.to_string(),
        Value::Number(_) => {
            return Err("This must be in quotes, such as \"13.60\", so that no digit is lost.".to_owned());
        }
        other => return Err(format!("This must be an amount such as \"13.60\"; it is {}.", kind(other))),
    };
    written.parse().map_err(|why| {
        let short: String = written.chars().take(40).collect();
        format!("“{short}” {why}.")
    })
}

/// A whole number of people or weeks, in quotes or not.
fn count(most: u32) -> impl Fn(&Value) -> Read<NonZeroU32> {
    move |value| {
        let number = match value {
            Value::String(text) if text.bytes().all(|b| b.is_ascii_digit()) => text.parse().ok(),
            Value::Number(number) => number.as_u64().and_then(|n| u32::try_from(n).ok()),
            _ => None,
        };
        number
            .filter(|n| *n <= most)
            .and_then(NonZeroU32::new)
            .ok_or_else(|| format!("This must be a whole number from 1 to {most}."))
    }
}

/// One of a closed list of words.
fn word<T: Copy>(value: &Value, all: &[T], spell: fn(T) -> &'static str) -> Read<T> {
    let written = value.as_str().unwrap_or_default();
    all.iter().copied().find(|it| spell(*it) == written).ok_or_else(|| {
        let words: Vec<_> = all.iter().map(|it| spell(*it)).collect();
        format!("This must be one of {}.", words.join(", "))
    })
}

#[derive(Serialize)]
struct WrittenEvaluation<'a> {
    model: WrittenModel<'a>,
    bids: Vec<WrittenBid<'a>>,
}

#[derive(Serialize)]
struct WrittenModel<'a> {
    quality_weight: Weight,
    price_weight: Weight,
    formula: &'a Formula,
    criteria: Vec<WrittenCriterion<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quality_gate: Option<Weight>,
    #[serde(skip_serializing_if = "Option::is_none")]
    floor: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ceiling: Option<Money>,
    tie_break: &'a [TieBreak],
    #[serde(skip_serializing_if = "Option::is_none")]
    lot_seed: Option<&'a str>,
}

#[derive(Serialize)]
struct WrittenCriterion<'a> {
    id: &'a str,
    /// Only where it is not the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'a str>,
    weight: Weight,
    mark_max: Mark,
    #[serde(skip_serializing_if = "Option::is_none")]
    mark_min: Option<Mark>,
}

#[derive(Serialize)]
struct WrittenBid<'a> {
    id: &'a str,
    lines: Vec<WrittenLine<'a>>,
    marks: BTreeMap<&'a str, Mark>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<Day>,
    preferred: bool,
    exceptionality: Option<&'static str>,
}

#[derive(Serialize)]
struct WrittenLine<'a> {
    /// Only where it is not the unit's.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    unit: Unit,
    quantity: Quantity,
    rate: Money,
    #[serde(skip_serializing_if = "Option::is_none")]
    sharing: Option<NonZeroU32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    over_weeks: Option<NonZeroU32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    floor: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ceiling: Option<Money>,
}

impl Serialize for Evaluation {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let model = self.model();
        WrittenEvaluation {
            model: WrittenModel {
                quality_weight: model.quality_weight,
                price_weight: model.price_weight,
                formula: &model.formula,
                criteria: model.criteria.iter().map(written_criterion).collect(),
                quality_gate: model.quality_gate,
                floor: model.floor,
                ceiling: model.ceiling,
                tie_break: &model.tie_break,
                lot_seed: model.lot_seed.as_deref(),
            },
            bids: self.bids().iter().map(|entry| written_bid(model, entry)).collect(),
        }
        .serialize(to)
    }
}

fn written_criterion(criterion: &Criterion) -> WrittenCriterion<'_> {
    WrittenCriterion {
        id: &criterion.id,
        name: Some(criterion.name.as_str()).filter(|name| *name != criterion.id),
        group: criterion.group.as_deref(),
        weight: criterion.weight,
        mark_max: criterion.mark_max,
        mark_min: criterion.mark_min,
    }
}

fn written_bid<'a>(model: &'a Model, entry: &'a Entry) -> WrittenBid<'a> {
    let lines = entry.lines.iter().map(|line| WrittenLine {
        label: Some(line.label.as_str()).filter(|given| *given != label(line.unit)),
        unit: line.unit,
        quantity: line.quantity,
        rate: line.rate,
        sharing: line.sharing,
        over_weeks: line.over_weeks,
        floor: line.floor,
        ceiling: line.ceiling,
    });
    WrittenBid {
        id: &entry.id,
        lines: lines.collect(),
        marks: model.criteria.iter().map(|c| c.id.as_str()).zip(entry.marks.iter().copied()).collect(),
        start: entry.start,
        preferred: entry.preferred,
        exceptionality: entry.exceptionality.map(Exceptionality::as_str),
    }
}

#[derive(Serialize)]
struct WrittenOutcome<'a> {
    bids: Vec<WrittenRanked<'a>>,
    tie_breaks: &'a [String],
}

#[derive(Serialize)]
struct WrittenRanked<'a> {
    id: &'a str,
    status: Admissibility,
    rank: Option<u32>,
    weekly_price: String,
    quality: Score,
    price: Option<Score>,
    total: Option<Score>,
    /// Only where bids are ranked by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    value_for_money: Option<Score>,
    explanation: &'a [String],
}

/// As `fairlot score` prints it: prices with two places, marks with four.
impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let bids = self.bids.iter().map(|ranked| WrittenRanked {
            id: &ranked.id,
            status: ranked.status,
            rank: ranked.rank,
            weekly_price: format!("{}.{:02}", ranked.weekly_pence / 100, ranked.weekly_pence % 100),
            quality: ranked.quality,
            price: ranked.price,
            total: ranked.total,
            value_for_money: ranked.value_for_money.map(|v| Score::from_ten_thousandths(v.ten_thousandths())),
            explanation: &ranked.explanation,
        });
        WrittenOutcome { bids: bids.collect(), tie_breaks: &self.tie_breaks }.serialize(to)
    }
}
