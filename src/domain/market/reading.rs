//! Reads a definition file. Serde would stop at the first mistake, and a commissioner who sets up a
//! market wants them all: so a small reader walks the parsed file, notes each mistake with its line
//! and goes on with a placeholder.

use super::{definition::*, law};
use crate::domain::{
    attachment::ANSWER_ATTACHMENTS_MAX,
    delegation::{DOCUMENT_WORDS, LEVELS_MAX, is_document},
    package::{NEEDS_MAX, TERM_WEEKS_MAX, TITLE_MAX},
    questionnaire::{ANSWER_WORDS_MAX, NUMBER_MAX, OPTIONS_MAX, QUESTIONS_MAX, SECTIONS_MAX},
    refusal::{Code, Fault, Refusal},
    scoring::FormulaName,
};
use entity::{
    category::{
        AbnormallyLow, CategoryTerms, Criterion, Formula, LineStep, LineTerms, PackageTemplate, RoundTerms,
        TieBreak,
    },
    market::{APPROVE_WITHIN_WORKING_DAYS, Extension, MarketTerms, Wanted},
    offer::LineQuantity,
    questionnaire::{
        AnswerOption, AskedQuestion, Asks, OnlyIf, QuestionEvidence, QuestionScore, QuestionSection,
        Questionnaire,
    },
    vocabulary::*,
};
use jiff::civil::Date;
use rust_decimal::{Decimal, MathematicalOps};
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    ops::RangeInclusive,
    str::FromStr,
};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// The largest file that is read, in bytes.
pub const FILE_BYTES_MAX: usize = 256 * 1024;
/// The most mistakes that are told of one file.
pub const MISTAKES_MAX: usize = 1_000;

/// Characters in a name or a title.
const NAME_MAX: usize = 120;
/// Characters in a sentence: a question, a descriptor, a note.
const SENTENCE_MAX: usize = 600;
/// Characters in a summary.
const SUMMARY_MAX: usize = 2_000;
/// The highest rate per unit, in pounds.
const RATE_MAX: i64 = 1_000_000;
/// The highest yearly sum, in pounds.
const SUM_MAX: i64 = 10_000_000_000;
/// The kinds of answers that a question may want.
const QUESTION_KINDS: [&str; 5] = ["yes_no", "text", "choice", "number", "date"];
/// How many days ahead care may usually start, at most.
const STARTS_IN_DAYS_MAX: u32 = 365;
/// Providers in a standing order.
const ORDER_MAX: usize = 1_000;

/// One thing wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// Counted from 1.
    pub line: usize,
    /// Such as `categories[0].criteria[1].weight`; empty where it is the file as a whole.
    pub field: String,
    /// What is wrong and what is wanted, to be read after the field.
    pub words: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = if self.field.is_empty() { "the file" } else { &self.field };
        write!(f, "line {}: {field} {}", self.line, self.words)
    }
}

/// The mistakes as one refusal, each a fault with its field and its line.
pub fn invalid(mistakes: &[Mistake]) -> Refusal {
    let count = mistakes.len();
    let mut refusal = Refusal::new(
        Code::DefinitionInvalid,
        format!("The market's definition has {count} {}.", if count == 1 { "mistake" } else { "mistakes" }),
    );
    refusal.faults =
        mistakes.iter().map(|m| Fault { field: m.field.clone(), detail: m.to_string() }).collect();
    refusal
}

/// Reads a definition file.
///
/// # Errors
/// Every mistake in it, in the order of its lines (at most [`MISTAKES_MAX`]). Where the file is not
/// TOML, the mistakes in its values are told as well, but nothing that rests on several of them or
/// on what is not there: with the structure in doubt that would be guessing.
pub fn read(text: &str) -> Result<Definition, Vec<Mistake>> {
    if text.len() > FILE_BYTES_MAX {
        return Err(vec![Mistake {
            line: 1,
            field: String::new(),
            words: format!("is {} bytes long; at most {FILE_BYTES_MAX} are read.", text.len()),
        }]);
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut notes = Notes::new(text);
    notes.syntax(text, table.get_ref(), &errors);
    let mut file = Section {
        notes: &mut notes,
        path: String::new(),
        line: 1,
        entries: Some(table.get_ref()),
        taken: Vec::new(),
    };
    let definition = definition(&mut file);
    file.leave();
    notes.finish(definition)
}

/// What has been noticed so far.
struct Notes {
    /// Where each line starts, in bytes.
    starts: Vec<usize>,
    /// Lines that are not TOML: what stands on them was guessed by the parser.
    broken: BTreeSet<usize>,
    mistakes: Vec<Mistake>,
    /// Fields that hold a placeholder, so that nothing is said of what rests on them.
    unreadable: Vec<String>,
    /// The line of every field read.
    lines: BTreeMap<String, usize>,
}

impl Notes {
    fn new(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self {
            starts: std::iter::once(0).chain(ends.map(|(n, _)| n + 1)).collect(),
            broken: BTreeSet::new(),
            mistakes: Vec::new(),
            unreadable: Vec::new(),
            lines: BTreeMap::new(),
        }
    }

    fn line_at(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| *start <= byte)
    }

    /// The line of a field, or of the nearest that encloses it.
    fn line_of(&self, field: &str) -> usize {
        let mut field = field;
        loop {
            if let Some(line) = self.lines.get(field) {
                return *line;
            }
            match field.rfind(['.', '[']) {
                Some(end) => field = &field[..end],
                None => return 1,
            }
        }
    }

    /// Notes the first thing on each line that is not TOML: what follows on the line follows from it.
    fn syntax(&mut self, text: &str, table: &DeTable<'_>, errors: &[toml::de::Error]) {
        if errors.is_empty() {
            return;
        }
        let mut places = Vec::new();
        collect_places(table, "", &mut places);
        places.sort_by_key(|place: &Place| place.start);
        let mut errors: Vec<_> =
            errors.iter().map(|e| (e.span().map_or(0, |span| span.start), e.message())).collect();
        errors.sort_by_key(|(at, _)| *at);
        for (at, message) in errors {
            let line = self.line_at(at);
            if !self.broken.insert(line) {
                continue;
            }
            let before = places.partition_point(|place| place.start <= at);
            let nearest = before.checked_sub(1).and_then(|n| places.get(n));
            let field = match nearest {
                Some(place) if self.line_at(place.start) == line => place.path.clone(),
                // The parser kept nothing of the line: its key is read from the text.
                nearest => {
                    join(nearest.map_or("", Place::table), key_on(text, self.starts.get(line - 1).copied()))
                }
            };
            self.mistakes.push(Mistake { line, field, words: format!("is not written in TOML: {message}.") });
        }
    }

    /// Notes a mistake, unless the line is not TOML and has been told of already.
    fn wrong(&mut self, line: usize, field: String, words: impl Into<String>) {
        if !self.broken.contains(&line) {
            let words = words.into();
            self.mistakes.push(Mistake { line, field, words });
        }
    }

    fn finish(mut self, definition: Definition) -> Result<Definition, Vec<Mistake>> {
        if self.broken.is_empty() {
            for finding in law::findings(&definition) {
                if !self.unreadable.iter().any(|path| finding.rests_on(path)) {
                    let line = self.line_of(&finding.field);
                    self.wrong(line, finding.field, finding.words);
                }
            }
        }
        if self.mistakes.is_empty() {
            return Ok(definition);
        }
        self.mistakes.sort_by(|a, b| (a.line, &a.field).cmp(&(b.line, &b.field)));
        if let Some(more) = self.mistakes.len().checked_sub(MISTAKES_MAX)
            && more > 0
        {
            self.mistakes.truncate(MISTAKES_MAX - 1);
            self.mistakes.push(Mistake {
                line: self.starts.len(),
                field: String::new(),
                words: format!("has {} mistakes more.", more + 1),
            });
        }
        Err(self.mistakes)
    }
}

/// Where a key or an item stands in the file.
struct Place {
    start: usize,
    path: String,
    is_table: bool,
}

impl Place {
    /// The table that it is, or that it stands in.
    fn table(&self) -> &str {
        let end = if self.is_table { Some(self.path.len()) } else { self.path.rfind('.') };
        self.path.get(..end.unwrap_or(0)).unwrap_or_default()
    }
}

fn collect_places(table: &DeTable<'_>, path: &str, places: &mut Vec<Place>) {
    for (key, value) in table {
        let path = join(path, &shortened(key.get_ref()));
        collect_value(key.span().start, value, path, places);
    }
}

fn collect_value(start: usize, value: &Spanned<DeValue<'_>>, path: String, places: &mut Vec<Place>) {
    let value = value.get_ref();
    // A definition is four deep. A hostile file could be eighty deep, with a long path to each value.
    let deep = path.matches(['.', '[']).count() > 8;
    match value {
        _ if deep => {}
        DeValue::Table(table) => collect_places(table, &path, places),
        DeValue::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                collect_value(item.span().start, item, format!("{path}[{n}]"), places);
            }
        }
        _ => {}
    }
    places.push(Place { start, path, is_table: value.is_table() });
}

/// A key can be as long as the file: its first characters are enough to find it.
fn shortened(key: &str) -> String {
    key.chars().take(60).collect()
}

/// The bare key that a line gives a value to, if it does.
fn key_on(text: &str, line_start: Option<usize>) -> &str {
    let line = line_start.and_then(|start| text.get(start..));
    let line = line.and_then(|rest| rest.lines().next()).unwrap_or_default();
    let key = line.split_once('=').map_or("", |(key, _)| key.trim());
    let bare = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    if key.len() <= 60 && key.bytes().all(bare) { key } else { "" }
}

fn join(path: &str, key: &str) -> String {
    match (path, key) {
        ("", only) | (only, "") => only.to_owned(),
        _ => format!("{path}.{key}"),
    }
}

/// A table of the file while it is read: what is taken is crossed off, what is left over is unknown.
struct Section<'n, 'd> {
    notes: &'n mut Notes,
    path: String,
    line: usize,
    /// None where the table is missing, or is no table: that was told, and its keys are not missed.
    entries: Option<&'d DeTable<'d>>,
    taken: Vec<&'static str>,
}

/// What was found at a key.
enum Found<T> {
    Absent,
    Wrong,
    Right(T),
}

/// How a value is read; the words of a mistake follow the field's name.
type Read<T> = Result<T, String>;

impl<'d> Section<'_, 'd> {
    /// Crosses the key off and gives its line, its path and its value.
    fn take(&mut self, key: &'static str) -> Option<(usize, String, &'d Spanned<DeValue<'d>>)> {
        self.taken.push(key);
        let (name, value) = self.entries?.get_key_value(key)?;
        let line = self.notes.line_at(name.span().start);
        let path = join(&self.path, key);
        self.notes.lines.insert(path.clone(), line);
        Some((line, path, value))
    }

    fn find<T>(&mut self, key: &'static str, read: impl FnOnce(&DeValue<'_>) -> Read<T>) -> Found<T> {
        let Some((line, path, value)) = self.take(key) else {
            return Found::Absent;
        };
        match read(value.get_ref()) {
            Ok(value) => Found::Right(value),
            Err(words) => {
                self.notes.unreadable.push(path.clone());
                self.notes.wrong(line, path, words);
                Found::Wrong
            }
        }
    }

    fn missing(&mut self, key: &'static str, words: &str) {
        let path = join(&self.path, key);
        self.notes.unreadable.push(path.clone());
        // Where the structure is in doubt, the key may stand on the broken line.
        if self.entries.is_some() && self.notes.broken.is_empty() {
            self.notes.wrong(self.line, path, words);
        }
    }

    /// A key that must be there.
    fn want<T>(
        &mut self,
        key: &'static str,
        placeholder: T,
        read: impl FnOnce(&DeValue<'_>) -> Read<T>,
    ) -> T {
        match self.find(key, read) {
            Found::Right(value) => value,
            Found::Wrong => placeholder,
            Found::Absent => {
                self.missing(key, "is missing.");
                placeholder
            }
        }
    }

    /// A key that may be left out.
    fn may<T>(&mut self, key: &'static str, read: impl FnOnce(&DeValue<'_>) -> Read<T>) -> Option<T> {
        match self.find(key, read) {
            Found::Right(value) => Some(value),
            Found::Wrong | Found::Absent => None,
        }
    }

    fn text(&mut self, key: &'static str, characters_max: usize) -> String {
        self.want(key, String::new(), text(characters_max))
    }

    fn slug(&mut self, key: &'static str) -> String {
        self.want(key, String::new(), slug)
    }

    fn day(&mut self, key: &'static str) -> Day {
        self.want(key, Day(Date::ZERO), day)
    }

    /// A table under this one.
    fn table<T>(&mut self, key: &'static str, read: impl FnOnce(&mut Section<'_, 'd>) -> T) -> T {
        match self.take(key) {
            Some((line, path, value)) => self.enter(line, path, value, read),
            None => {
                self.missing(key, "is missing: it is a table of its own.");
                let path = join(&self.path, key);
                self.within(self.line, path, None, read)
            }
        }
    }

    /// A table under this one that may be left out.
    fn may_table<T>(&mut self, key: &'static str, read: impl FnOnce(&mut Section<'_, 'd>) -> T) -> Option<T> {
        let (line, path, value) = self.take(key)?;
        Some(self.enter(line, path, value, read))
    }

    /// A list of tables, each read alike.
    fn tables<T>(
        &mut self,
        key: &'static str,
        count: RangeInclusive<usize>,
        mut read: impl FnMut(&mut Section<'_, 'd>) -> T,
    ) -> Vec<T> {
        let items = self.items(key, count);
        items.into_iter().map(|(line, path, value)| self.enter(line, path, value, &mut read)).collect()
    }

    /// A list of values, each read alike; those that cannot be read leave a placeholder, so that the
    /// rest keep their numbers.
    fn values<T: Clone>(
        &mut self,
        key: &'static str,
        count: RangeInclusive<usize>,
        placeholder: &T,
        read: impl Fn(&DeValue<'_>) -> Read<T>,
    ) -> Vec<T> {
        let items = self.items(key, count);
        items
            .into_iter()
            .map(|(line, path, value)| {
                read(value.get_ref()).unwrap_or_else(|words| {
                    self.notes.unreadable.push(path.clone());
                    self.notes.wrong(line, path, words);
                    placeholder.clone()
                })
            })
            .collect()
    }

    /// The items of a list, each with its line and its path; at most as many as are allowed.
    fn items(
        &mut self,
        key: &'static str,
        count: RangeInclusive<usize>,
    ) -> Vec<(usize, String, &'d Spanned<DeValue<'d>>)> {
        let Some((line, path, value)) = self.take(key) else {
            if *count.start() > 0 {
                self.missing(key, "is missing: at least one is wanted.");
            }
            return Vec::new();
        };
        let Some(items) = value.get_ref().as_array() else {
            let words = format!("must be a list; it is {}.", kind(value.get_ref()));
            self.notes.unreadable.push(path.clone());
            self.notes.wrong(line, path, words);
            return Vec::new();
        };
        if !count.contains(&items.len()) {
            let (least, most) = count.clone().into_inner();
            let words = format!("has {} items; from {least} to {most} are allowed.", items.len());
            self.notes.unreadable.push(path.clone());
            self.notes.wrong(line, path.clone(), words);
        }
        let mut found = Vec::new();
        for (n, item) in items.iter().take(*count.end()).enumerate() {
            let path = format!("{path}[{n}]");
            let line = self.notes.line_at(item.span().start);
            self.notes.lines.insert(path.clone(), line);
            found.push((line, path, item));
        }
        found
    }

    fn enter<T>(
        &mut self,
        line: usize,
        path: String,
        value: &'d Spanned<DeValue<'d>>,
        read: impl FnOnce(&mut Section<'_, 'd>) -> T,
    ) -> T {
        // A table's own span is its header; the key's line would be that of the first such header.
        let entries = value.get_ref().as_table();
        if entries.is_none() {
            let words = format!("must be a table; it is {}.", kind(value.get_ref()));
            self.notes.unreadable.push(path.clone());
            self.notes.wrong(line, path.clone(), words);
        }
        self.within(line, path, entries, read)
    }

    fn within<T>(
        &mut self,
        line: usize,
        path: String,
        entries: Option<&'d DeTable<'d>>,
        read: impl FnOnce(&mut Section<'_, 'd>) -> T,
    ) -> T {
        let mut section = Section { notes: self.notes, path, line, entries, taken: Vec::new() };
        let made = read(&mut section);
        section.leave();
        made
    }

    /// The evidence that a question wants: the id of one of the market's, or a table with words of its own.
    fn evidence(&mut self, question: &str) -> Option<QuestionEvidence> {
        let (line, path, value) = self.take("evidence")?;
        if value.get_ref().is_table() {
            return Some(self.enter(line, path, value, |s| QuestionEvidence {
                id: question.to_owned(),
                words: Some(s.text("words", SENTENCE_MAX)),
                expires: s.may("expires", flag).unwrap_or(false),
            }));
        }
        match slug(value.get_ref()) {
            Ok(id) => Some(QuestionEvidence { id, words: None, expires: false }),
            Err(words) => {
                self.notes.unreadable.push(path.clone());
                self.notes.wrong(line, path, format!("{words} Or it is a table with words of its own."));
                None
            }
        }
    }

    /// Notes the keys that nobody asked for.
    fn leave(self) {
        for (key, _) in self.entries.into_iter().flatten() {
            if !self.taken.contains(&key.get_ref().as_ref()) {
                let line = self.notes.line_at(key.span().start);
                let words = format!("is not known; the keys here are {}.", self.taken.join(", "));
                let path = join(&self.path, &shortened(key.get_ref()));
                self.notes.wrong(line, path, words);
            }
        }
    }
}

fn definition(file: &mut Section<'_, '_>) -> Definition {
    Definition {
        authority: file.table("authority", authority),
        market: file.table("market", market),
        categories: file.tables("categories", 1..=50, |s| CategoryDefinition {
            slug: s.slug("slug"),
            name: s.text("name", NAME_MAX),
            terms: category(s),
            package_template: s.may_table("package_template", template),
        }),
        decisions: file.tables("decisions", 0..=50, |s| DecisionDefinition {
            slug: s.slug("slug"),
            authority: s.may("authority", slug),
            body: s.text("body", NAME_MAX),
            taken_on: s.day("taken_on"),
            title: s.text("title", NAME_MAX),
            reference: s.text("reference", SENTENCE_MAX),
            public: s.may("public", flag).unwrap_or(true),
            document: s.may("document", document),
        }),
        posts: file.tables("posts", 0..=100, |s| PostDefinition {
            slug: s.slug("slug"),
            title: s.text("title", NAME_MAX),
        }),
        holders: file.tables("holders", 0..=500, |s| HolderDefinition {
            post: s.slug("post"),
            email: s.want("email", String::new(), email),
            tenure: s.want("tenure", Tenure::Substantive, |v| word(v, Tenure::ALL, Tenure::as_str)),
            from: s.day("from"),
            to: s.may("to", day),
        }),
        delegations: file.tables("delegations", 0..=100, |s| DelegationDefinition {
            slug: s.slug("slug"),
            from: s.slug("from"),
            to_post: s.slug("to_post"),
            limit_yearly: s.may("limit_yearly", money(SUM_MAX)),
            limit_contract: s.may("limit_contract", money(SUM_MAX)),
            categories: s.values("categories", 0..=50, &String::new(), slug),
            kinds: s.values("kinds", 0..=7, &DecisionKind::Award, |v| {
                word(v, DecisionKind::ALL, DecisionKind::as_str)
            }),
            may_pass_on: s.may("may_pass_on", flag).unwrap_or(false),
            levels: s.may("levels", whole(1..=LEVELS_MAX)),
            valid_from: s.day("valid_from"),
            valid_to: s.may("valid_to", day),
            revoked_on: s.may("revoked_on", day),
            revoked_reason: s.may("revoked_reason", text(SENTENCE_MAX)),
            conditions: s.may("conditions", text(SENTENCE_MAX)),
            illustrative: s.may("illustrative", flag).unwrap_or(false),
        }),
        partners: file.tables("partners", 0..=50, authority),
        budgets: file.tables("budgets", 0..=100, |s| BudgetDefinition {
            slug: s.slug("slug"),
            title: s.text("title", NAME_MAX),
            authority: s.slug("authority"),
            from: s.day("from"),
            to: s.may("to", day),
            cap: s.may("cap", money(SUM_MAX)),
            cap_yearly: s.may("cap_yearly", money(SUM_MAX)),
            guide_yearly: s.may("guide_yearly", money(SUM_MAX)),
            decision: s.may("decision", slug),
            illustrative: s.may("illustrative", flag).unwrap_or(false),
        }),
        questionnaire: file.may_table("questionnaire", questionnaire),
    }
}

fn questionnaire(s: &mut Section<'_, '_>) -> Questionnaire {
    Questionnaire {
        pass_share: s.may("pass_share", exact),
        sections: s.tables("sections", 1..=SECTIONS_MAX, |s| QuestionSection {
            id: s.slug("id"),
            title: s.text("title", NAME_MAX),
            guidance: s.may("guidance", text(SUMMARY_MAX)),
            questions: s.tables("questions", 1..=QUESTIONS_MAX, question),
        }),
    }
}

fn question(s: &mut Section<'_, '_>) -> AskedQuestion {
    let id = s.slug("id");
    let words = s.text("words", SENTENCE_MAX);
    let guidance = s.may("guidance", text(SUMMARY_MAX));
    let asks = asks(s);
    let only_if = s.may_table("only_if", |s| OnlyIf {
        question: s.slug("question"),
        is: s.values("is", 1..=OPTIONS_MAX, &String::new(), slug),
    });
    let weight = s.may("weight", exact);
    let (mark_max, mark_min) = (s.may("mark_max", exact), s.may("mark_min", exact));
    let scored = match (mark_max, weight) {
        (Some(mark_max), Some(weight)) => Some(QuestionScore { weight, mark_max, mark_min }),
        (None, None) if mark_min.is_none() => None,
        (highest, _) => {
            let key = if highest.is_some() { "weight" } else { "mark_max" };
            s.missing(key, "is missing: an answer that is marked has mark_max and weight.");
            None
        }
    };
    // A piece of the market's evidence by its id, or one of the question's own with words.
    let evidence = s.evidence(&id);
    let passport = s.may("passport", |v| word(v, PassportTopic::ALL, PassportTopic::as_str));
    AskedQuestion { id, words, guidance, asks, only_if, scored, evidence, passport }
}

fn asks(s: &mut Section<'_, '_>) -> Asks {
    let kind = s.want("kind", "", |v| {
        let written = v.as_str().unwrap_or_default();
        let known = QUESTION_KINDS.into_iter().find(|kind| *kind == written);
        known.ok_or_else(|| format!("must be one of {}.", QUESTION_KINDS.join(", ")))
    });
    match kind {
        "text" => Asks::Text { words_max: s.want("words_max", 0, whole(1..=ANSWER_WORDS_MAX)) },
        "choice" => Asks::Choice {
            options: s.tables("options", 2..=OPTIONS_MAX, |s| AnswerOption {
                id: s.slug("id"),
                words: s.text("words", SENTENCE_MAX),
            }),
            passes: s.values("passes", 0..=OPTIONS_MAX, &String::new(), slug),
        },
        "number" => Asks::Number {
            least: s.may("least", whole(0..=NUMBER_MAX)),
            most: s.may("most", whole(0..=NUMBER_MAX)),
        },
        "date" => Asks::Date,
        "yes_no" => Asks::YesNo { passes: s.may("passes", flag) },
        // What else stands there belongs to a kind that could not be read.
        _ => {
            s.taken.extend(["words_max", "options", "passes", "least", "most"]);
            Asks::YesNo { passes: None }
        }
    }
}

fn authority(s: &mut Section<'_, '_>) -> AuthorityDefinition {
    AuthorityDefinition {
        slug: s.slug("slug"),
        name: s.text("name", NAME_MAX),
        colour: s.want("colour", String::new(), colour),
    }
}

fn market(s: &mut Section<'_, '_>) -> MarketDefinition {
    MarketDefinition {
        slug: s.slug("slug"),
        name: s.text("name", NAME_MAX),
        regime: s.want("regime", Regime::SingleContract, |v| word(v, Regime::ALL, Regime::as_str)),
        joining_opens_on: s.day("joining_opens_on"),
        ends_on: s.may("ends_on", day),
        terms: MarketTerms {
            summary: s.text("summary", SUMMARY_MAX),
            volumes: s.text("volumes", SUMMARY_MAX),
            questions_to: s.may("questions_to", text(NAME_MAX)),
            reference_prefix: s.want("reference_prefix", String::new(), prefix),
            awards_from: s.day("awards_from"),
            bidding_window_hours_min: s.want("bidding_window_hours_min", 0, whole(0..=2_160)),
            decide_within_working_days: s.may("decide_within_working_days", whole(1..=60)).unwrap_or(10),
            decide_within_working_days_extended: s
                .may("decide_within_working_days_extended", whole(1..=60))
                .unwrap_or(15),
            second_reader: s.may("second_reader", flag).unwrap_or(false),
            approve_within_working_days: s
                .may("approve_within_working_days", whole(1..=30))
                .unwrap_or(APPROVE_WITHIN_WORKING_DAYS),
            urgent_posts: s.values("urgent_posts", 0..=20, &String::new(), slug),
            batch_approval: s.may("batch_approval", flag).unwrap_or(false),
            members_max: s.may("members_max", whole(1..=10_000)),
            spend_cap_yearly: s.may("spend_cap_yearly", money(SUM_MAX)),
            award_notices: s
                .may("award_notices", |v| word(v, AwardNotices::ALL, AwardNotices::as_str))
                .unwrap_or(AwardNotices::Each),
            decide_prices_within_working_days: s
                .may("decide_prices_within_working_days", whole(1..=60))
                .unwrap_or(5),
            standstill_working_days: s.may("standstill_working_days", whole(1..=60)),
            urgent_weeks_max: s.may("urgent_weeks_max", whole(1..=52)),
            urgent_review_days: s.may("urgent_review_days", whole(1..=182)),
            extensions: s.tables("extensions", 0..=20, |s| Extension {
                until: s.day("until"),
                basis: s.text("basis", SENTENCE_MAX),
                illustrative: s.may("illustrative", flag).unwrap_or(false),
            }),
            illustrative: s.values("illustrative", 0..=50, &String::new(), text(SENTENCE_MAX)),
            declarations: s.tables("declarations", 0..=50, wanted),
            evidence: s.tables("evidence", 0..=50, wanted),
        },
    }
}

fn wanted(s: &mut Section<'_, '_>) -> Wanted {
    Wanted { id: s.slug("id"), words: s.text("words", SENTENCE_MAX) }
}

fn category(s: &mut Section<'_, '_>) -> CategoryTerms {
    CategoryTerms {
        needs: s.text("needs", SUMMARY_MAX),
        lines: s.tables("lines", 1..=100, |s| LineTerms {
            key: s.slug("key"),
            label: s.text("label", NAME_MAX),
            unit: s.want("unit", Unit::Hour, |v| word(v, Unit::ALL, Unit::as_str)),
            fixed: s.may("fixed", money(RATE_MAX)),
            reference_low: s.may("reference_low", money(RATE_MAX)),
            reference_high: s.may("reference_high", money(RATE_MAX)),
            floor: s.may("floor", money(RATE_MAX)),
            ceiling: s.may("ceiling", money(RATE_MAX)),
        }),
        criteria: s.tables("criteria", 0..=20, |s| Criterion {
            id: s.slug("id"),
            name: s.text("name", NAME_MAX),
            group: s.may("group", text(NAME_MAX)),
            question: s.text("question", SUMMARY_MAX),
            weight: s.want("weight", Weight::ZERO, exact),
            mark_max: s.want("mark_max", Mark::ZERO, exact),
            mark_min: s.may("mark_min", exact),
            descriptors: s.values("descriptors", 0..=101, &String::new(), text(SENTENCE_MAX)),
            standing: s.may("standing", flag).unwrap_or(false),
            attachments: s.may("attachments", whole(0..=ANSWER_ATTACHMENTS_MAX)).unwrap_or(0),
        }),
        quality_weight: s.want("quality_weight", Weight::ZERO, exact),
        price_weight: s.want("price_weight", Weight::ZERO, exact),
        formula: s.table("formula", formula),
        quality_gate: s.may("quality_gate", exact),
        weekly_floor: s.may("weekly_floor", money(SUM_MAX)),
        weekly_ceiling: s.may("weekly_ceiling", money(SUM_MAX)),
        abnormally_low: s.may_table("abnormally_low", |s| AbnormallyLow {
            below_floor: s.may("below_floor", flag).unwrap_or(false),
            under_median: s.may("under_median", exact),
            employment_cost: s.may("employment_cost", money(RATE_MAX)),
        }),
        tie_break: s.values("tie_break", 1..=10, &TieBreak::Lot, |v| {
            text(NAME_MAX)(v)?.try_into().map_err(|words: String| format!("{words}."))
        }),
        evaluators: s.may("evaluators", whole(1..=10)).unwrap_or(1),
        round: s.may_table("round", round),
    }
}

/// What is not said is as the simulation of a prying bidder found it best: see the decision log.
fn round(s: &mut Section<'_, '_>) -> RoundTerms {
    RoundTerms {
        steps: s.tables("steps", 1..=100, |s| LineStep {
            key: s.slug("key"),
            step: s.want("step", Money::ZERO, money(RATE_MAX)),
            floor: s.may("floor", money(RATE_MAX)),
        }),
        length_minutes: s.want("length_minutes", 60, whole(15..=1_440)),
        last_minutes: s.may("last_minutes", whole(1..=60)).unwrap_or(5),
        extension_minutes: s.may("extension_minutes", whole(1..=60)).unwrap_or(5),
        longest_minutes: s.want("longest_minutes", 120, whole(15..=2_880)),
        revisions_max: s.may("revisions_max", whole(1..=20)).unwrap_or(10),
        spacing_seconds: s.may("spacing_seconds", whole(30..=3_600)).unwrap_or(120),
        announce_bidders: s.may("announce_bidders", flag).unwrap_or(false),
    }
}

fn template(s: &mut Section<'_, '_>) -> PackageTemplate {
    PackageTemplate {
        title_hint: s.may("title_hint", text(TITLE_MAX)),
        needs: s.text("needs", NEEDS_MAX),
        needs_hint: s.may("needs_hint", text(SENTENCE_MAX)),
        lines: s.tables("lines", 0..=100, |s| LineQuantity {
            key: s.slug("key"),
            quantity: s.want("quantity", Quantity::ZERO, exact),
        }),
        starts_in_days: s.may("starts_in_days", whole(0..=STARTS_IN_DAYS_MAX)),
        initial_term_weeks: s.may("initial_term_weeks", whole(1..=TERM_WEEKS_MAX.unsigned_abs())),
    }
}

fn formula(s: &mut Section<'_, '_>) -> Formula {
    let name = s.want("name", FormulaName::Fixed, |v| word(v, FormulaName::ALL, FormulaName::as_str));
    match name {
        FormulaName::LowestRelative => Formula::LowestRelative,
        FormulaName::PercentOverLowest => Formula::PercentOverLowest,
        FormulaName::ProRataToQualification => {
            Formula::ProRataToQualification { qualification: s.may("qualification", money(SUM_MAX)) }
        }
        FormulaName::Band => {
            Formula::Band { min: s.may("min", money(SUM_MAX)), max: s.may("max", money(SUM_MAX)) }
        }
        FormulaName::PricePerQualityPoint => Formula::PricePerQualityPoint,
        FormulaName::Fixed => Formula::Fixed,
        FormulaName::Benchmark => Formula::Benchmark { benchmark: s.may("benchmark", money(SUM_MAX)) },
        FormulaName::RankedList => Formula::RankedList {
            order: s.values("order", 1..=ORDER_MAX, &ProviderId(uuid::Uuid::nil()), |v| {
                string(v)?.parse().map_err(|_| "must be a provider's id.".to_owned())
            }),
        },
    }
}

/// What a value is, for a person.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn string<'v>(value: &'v DeValue<'_>) -> Read<&'v str> {
    value.as_str().ok_or_else(|| format!("must be text in quotes; it is {}.", kind(value)))
}

/// Text of up to so many characters, with nothing invisible in it but ends of lines.
fn text(characters_max: usize) -> impl Fn(&DeValue<'_>) -> Read<String> {
    move |value| {
        let text = string(value)?;
        if text.trim().is_empty() {
            return Err("must not be empty.".to_owned());
        }
        if text.trim() != text {
            return Err("must not begin or end with a space or an empty line.".to_owned());
        }
        let length = text.chars().count();
        if length > characters_max {
            return Err(format!("is {length} characters long; at most {characters_max} are allowed."));
        }
        if text.chars().any(|c| c.is_control() && c != '\n') {
            return Err("must not contain control characters.".to_owned());
        }
        Ok(text.to_owned())
    }
}

fn document(value: &DeValue<'_>) -> Read<String> {
    let text = string(value)?;
    if is_document(text) { Ok(text.to_owned()) } else { Err(format!("must be {DOCUMENT_WORDS}.")) }
}

fn slug(value: &DeValue<'_>) -> Read<String> {
    let text = string(value)?;
    let starts = text.starts_with(|c: char| c.is_ascii_lowercase());
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    if starts && text.bytes().all(plain) && text.len() <= 60 {
        Ok(text.to_owned())
    } else {
        Err("must be a lower-case letter and then lower-case letters, digits, - or _, \
             at most 60 in all."
            .to_owned())
    }
}

fn prefix(value: &DeValue<'_>) -> Read<String> {
    let text = string(value)?;
    if (1..=6).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase()) {
        Ok(text.to_owned())
    } else {
        Err("must be 1 to 6 capital letters, such as SL.".to_owned())
    }
}

/// Lower case, as accounts keep it, and no more than a sign that it can be an address: whether it
/// is one, only its account can tell.
fn email(value: &DeValue<'_>) -> Read<String> {
    let text = string(value)?;
    let parts = text.split_once('@');
    let plausible = parts.is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !host.starts_with('.') && !host.contains('@')
    });
    let plain = text.len() <= 254 && text.bytes().all(|b| b.is_ascii_graphic() && !b.is_ascii_uppercase());
    if plausible && plain {
        Ok(text.to_owned())
    } else {
        Err("must be an email address in lower case.".to_owned())
    }
}

fn flag(value: &DeValue<'_>) -> Read<bool> {
    value.as_bool().ok_or_else(|| format!("must be true or false, without quotes; it is {}.", kind(value)))
}

fn whole(range: RangeInclusive<u32>) -> impl Fn(&DeValue<'_>) -> Read<u32> {
    move |value| {
        let (least, most) = (range.start(), range.end());
        value
            .as_integer()
            .and_then(|n| u32::from_str_radix(n.as_str(), n.radix()).ok())
            .filter(|n| range.contains(n))
            .ok_or_else(|| format!("must be a whole number from {least} to {most}."))
    }
}

/// A day, bare as TOML has it or in quotes.
fn day(value: &DeValue<'_>) -> Read<Day> {
    let written = match value {
        DeValue::Datetime(when) if when.time.is_none() && when.offset.is_none() => when.to_string(),
        DeValue::String(text) => text.to_string(),
        _ => String::new(),
    };
    written
        .parse()
        .map_err(|_| "must be a day in the calendar, written year, month, day: 2026-12-07.".to_owned())
}

/// Pounds, more than nothing. Only text keeps every digit: a number with a point is a float.
fn money(pounds_max: i64) -> impl Fn(&DeValue<'_>) -> Read<Money> {
    move |value| {
        let written = match value {
            DeValue::String(text) => text.as_ref(),
            DeValue::Integer(_) | DeValue::Float(_) => {
                return Err("is money, which must be written in quotes, such as \"13.60\", so that no \
                     digit is lost."
                    .to_owned());
            }
            _ => "",
        };
        let money: Money =
            written.parse().map_err(|why| format!("must be money such as \"13.60\", and it {why}."))?;
        if money <= Money::ZERO || money.decimal() > Decimal::from(pounds_max) {
            return Err(format!("must be more than 0 and at most {pounds_max}."));
        }
        Ok(money)
    }
}

/// A weight or a mark: a whole number, or a decimal in quotes.
fn exact<T: FromStr<Err = AmountError>>(value: &DeValue<'_>) -> Read<T> {
    let written = match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(n) if n.radix() == 10 => n.as_str().to_owned(),
        DeValue::Float(_) => {
            return Err("must be a whole number, or a decimal in quotes, such as \"12.5\", so that no \
                 digit is lost."
                .to_owned());
        }
        other => return Err(format!("must be a number; it is {}.", kind(other))),
    };
    written.parse().map_err(|why| format!("must be a number, and it {why}."))
}

/// One of a closed list of words.
fn word<T: Copy>(value: &DeValue<'_>, all: &[T], spell: fn(T) -> &'static str) -> Read<T> {
    let written = value.as_str().unwrap_or_default();
    all.iter().copied().find(|it| spell(*it) == written).ok_or_else(|| {
        let words: Vec<_> = all.iter().map(|it| spell(*it)).collect();
        format!("must be one of {}.", words.join(", "))
    })
}

/// `#rrggbb`, dark enough to be read on white and to have white read on it: a contrast of at least
/// 4.5 to 1 (WCAG 2.2, success criterion 1.4.3).
fn colour(value: &DeValue<'_>) -> Read<String> {
    let text = string(value)?;
    let digits = text.strip_prefix('#').unwrap_or_default();
    let plain = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    let Ok(channels) = u32::from_str_radix(digits, 16).map(u32::to_be_bytes) else {
        return Err("must be a colour written as #rrggbb.".to_owned());
    };
    if !plain {
        return Err("must be a colour written as #rrggbb.".to_owned());
    }
    let [_, red, green, blue] = channels.map(linear);
    let luminance = Decimal::new(2126, 4) * red + Decimal::new(7152, 4) * green + Decimal::new(722, 4) * blue;
    let contrast = Decimal::new(105, 2) / (luminance + Decimal::new(5, 2));
    if contrast < Decimal::new(45, 1) {
        return Err(format!(
            "has a contrast of {} to 1 with white; at least 4.5 to 1 is wanted \
             (WCAG 2.2, 1.4.3).",
            contrast.trunc_with_scale(2)
        ));
    }
    Ok(text.to_ascii_lowercase())
}

/// A channel of sRGB as light, 0 to 1.
fn linear(channel: u8) -> Decimal {
    let share = Decimal::from(channel) / Decimal::from(255);
    if share <= Decimal::new(4045, 5) {
        share / Decimal::new(1292, 2)
    } else {
        let base = (share + Decimal::new(55, 3)) / Decimal::new(1055, 3);
        // A base of at most 1 cannot overflow; were it to fail, the channel counts as full.
        base.checked_powd(Decimal::new(24, 1)).unwrap_or(Decimal::ONE)
    }
}
