//! The money that members approved: what each contract costs in which year, what is left, and that nothing goes
//! beyond.
//!
//! A budget's years begin on its first day and on each anniversary, so one that begins on 1 April goes by financial
//! years. A contract's cost is spread evenly over the days of its initial term, to the penny, and its parts are
//! exactly its whole. What falls outside every budget of its authority is kept apart: a contract may outlive the
//! period that members approved, but it may not begin outside it. All under the lock on the authority's budgets.

use super::{
    change::Change,
    enrolment::check_words,
    event::Event,
    pricing::pounds,
    refusal::{Code, Refusal},
};
use entity::{budget, budget_decision, budget_year, commitment, contract, decision, vocabulary::*};
use jiff::{Span, Unit, civil::Date};
use serde::{Deserialize, Serialize};

/// Shares of a sum, in per cent, that are warned of.
pub const WARNED_AT: [u32; 3] = [80, 90, 100];
/// The longest period of one budget, in years.
pub const YEARS_MAX: i16 = 15;
/// The longest title, reference or link of a decision, in characters.
pub const LINE_MAX: usize = 200;

/// A budget and those of its years that contracts fall into, under its lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub budget: budget::Model,
    pub years: Vec<budget_year::Model>,
}

/// What is to be paid: from the first day, so many weeks, so much in all; or less, where it was ended before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    pub starts_on: Day,
    pub weeks: i32,
    pub whole: Money,
    /// The last day, where it is not that of the weeks.
    pub ended_on: Option<Day>,
}

impl Cost {
    pub const fn of(contract: &contract::Model) -> Self {
        Self {
            starts_on: contract.starts_on,
            weeks: contract.initial_term_weeks,
            whole: contract.initial_term_value,
            ended_on: contract.ended_on,
        }
    }

    /// The last day of its weeks.
    fn term_ends_on(self) -> Day {
        self.starts_on.plus_days(i64::from(self.weeks.max(1)) * 7 - 1)
    }

    /// The last day.
    pub fn ends_on(self) -> Day {
        self.ended_on.map_or(self.term_ends_on(), |ended| ended.min(self.term_ends_on()))
    }

    /// What is spent up to the end of a day of its weeks, to the penny; at their end exactly the whole.
    fn spent_by(self, day: Day) -> Money {
        let days = |to: Day| days_between(self.starts_on.0, to.0) + 1;
        if day == self.term_ends_on() {
            self.whole
        } else {
            to_the_penny(self.whole, days(day), days(self.term_ends_on()))
        }
    }
}

/// What of a cost falls between two days, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    pub from: Day,
    pub to: Day,
    pub amount: Money,
    /// The budget and the first day of its year that bear it; nothing where it lies outside.
    pub year: Option<(BudgetId, Day)>,
}

/// One year of a budget: its first and its last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Year {
    pub begins_on: Day,
    pub ends_on: Day,
}

impl Year {
    pub fn words(self) -> String {
        format!("{} to {}", plain(self.begins_on), plain(self.ends_on))
    }
}

/// Without its weekday: `1 April 2027`.
pub fn plain(day: Day) -> String {
    day.0.strftime("%-d %B %Y").to_string()
}

fn within(budget: &budget::Model, day: Day) -> bool {
    budget.begins_on <= day && budget.ends_on.is_none_or(|last| day <= last)
}

/// The year of a budget in which a day lies.
pub fn year_of(budget: &budget::Model, day: Day) -> Option<Year> {
    if !within(budget, day) {
        return None;
    }
    let first = budget.begins_on.0;
    let passed = day.0.year() - first.year();
    let anniversary = |years: i16| first.saturating_add(Span::new().years(years));
    let years = if anniversary(passed) > day.0 { passed - 1 } else { passed };
    let last = Day(anniversary(years + 1)).plus_days(-1);
    Some(Year {
        begins_on: Day(anniversary(years)),
        ends_on: budget.ends_on.map_or(last, |ends| ends.min(last)),
    })
}

fn days_between(from: Date, to: Date) -> i128 {
    from.until((Unit::Day, to)).map_or(0, |span| i128::from(span.get_days()))
}

/// The nearest penny to `whole × part ÷ of`, half up.
fn to_the_penny(whole: Money, part: i128, of: i128) -> Money {
    let pence = (2 * i128::from(whole.ten_thousandths()) * part + 100 * of) / (200 * of);
    Money::from_ten_thousandths(i64::try_from(pence * 100).unwrap_or(i64::MAX))
}

fn minus(a: Money, b: Money) -> Money {
    Money::from_ten_thousandths(a.ten_thousandths().saturating_sub(b.ten_thousandths()))
}

fn plus(a: Money, b: Money) -> Money {
    Money::from_ten_thousandths(a.ten_thousandths().saturating_add(b.ten_thousandths()))
}

/// The sum of amounts.
pub fn sum(amounts: impl IntoIterator<Item = Money>) -> Money {
    amounts.into_iter().fold(Money::ZERO, plus)
}

/// A cost by the years that bear it, oldest first. The budgets are one authority's, and no two share a day.
///
/// What falls up to the end of a part is rounded to the penny, and a part is the difference of two such sums: so the
/// parts are exactly the whole, where one ends does not move the others, and ending early changes nothing before.
pub fn parts<'a>(budgets: impl IntoIterator<Item = &'a budget::Model> + Clone, cost: Cost) -> Vec<Part> {
    let last = cost.ends_on();
    let (mut from, mut spent, mut parts) = (cost.starts_on, Money::ZERO, Vec::new());
    while from <= last {
        let of = budgets.clone().into_iter().find_map(|b| year_of(b, from).map(|year| (b.id, year)));
        let to = match of {
            Some((_, year)) => year.ends_on,
            // Until the next budget begins, or for good.
            None => budgets
                .clone()
                .into_iter()
                .filter(|b| b.begins_on > from)
                .map(|b| b.begins_on.plus_days(-1))
                .min()
                .unwrap_or(last),
        };
        let to = to.min(last);
        let spent_by_then = cost.spent_by(to);
        let amount = minus(spent_by_then, spent);
        parts.push(Part { from, to, amount, year: of.map(|(id, year)| (id, year.begins_on)) });
        (from, spent) = (to.plus_days(1), spent_by_then);
    }
    parts
}

/// What a sum is measured against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Nothing goes beyond.
    Cap,
    /// Shown and warned about.
    Guide,
}

/// A limit, and how far commitments have come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    pub budget_id: BudgetId,
    pub title: String,
    /// Nothing for the whole period.
    pub year: Option<Year>,
    pub kind: Limit,
    pub limit: Money,
    pub committed: Money,
    /// What is proposed.
    pub this: Money,
}

impl Measure {
    pub fn after(&self) -> Money {
        plus(self.committed, self.this)
    }

    /// Below nothing where it goes beyond.
    pub fn left_after(&self) -> Money {
        minus(self.limit, self.after())
    }

    fn over(&self) -> bool {
        self.after() > self.limit
    }

    /// Which sum it is, in words.
    fn words(&self) -> String {
        let what = match self.kind {
            Limit::Cap => "cap",
            Limit::Guide => "guide",
        };
        match self.year {
            None => format!("the {what} over the whole period"),
            Some(year) => format!("the {what} for {}", year.words()),
        }
    }
}

/// How many per cent of a limit a sum is, rounded down: 100 is said only when it is reached.
pub fn share(of: Money, limit: Money) -> u32 {
    if limit <= Money::ZERO {
        return 100;
    }
    let share = i128::from(of.ten_thousandths()) * 100 / i128::from(limit.ten_thousandths());
    u32::try_from(share.clamp(0, 100_000)).unwrap_or_default()
}

/// The highest share to warn of that a sum has come to.
pub fn warning(of: Money, limit: Money) -> Option<u32> {
    let share = share(of, limit);
    WARNED_AT.iter().rev().copied().find(|level| share >= *level)
}

/// What a proposal is measured against: the whole period first, then its years in order, caps before guides.
pub fn measures(budgets: &[Held], parts: &[Part]) -> Vec<Measure> {
    let mut found = Vec::new();
    for Held { budget, years } in budgets {
        let mine: Vec<_> = parts.iter().filter(|p| p.year.is_some_and(|(id, _)| id == budget.id)).collect();
        if mine.is_empty() {
            continue;
        }
        let measure = |year, kind, limit, committed, this| Measure {
            budget_id: budget.id,
            title: budget.title.clone(),
            year,
            kind,
            limit,
            committed,
            this,
        };
        if let Some(cap) = budget.cap {
            let this = sum(mine.iter().map(|p| p.amount));
            found.push(measure(None, Limit::Cap, cap, budget.committed, this));
        }
        for part in mine {
            let year = year_of(budget, part.from);
            let row = year.and_then(|year| years.iter().find(|row| row.begins_on == year.begins_on));
            let committed = row.map_or(Money::ZERO, |row| row.committed);
            for (kind, limit) in [(Limit::Cap, budget.cap_yearly), (Limit::Guide, budget.guide_yearly)] {
                found.extend(limit.map(|limit| measure(year, kind, limit, committed, part.amount)));
            }
        }
    }
    found
}

/// Whether a proposal fits under every cap. It is exact: a penny over is over.
///
/// # Errors
/// `cap_exceeded`, with the figures; or where members approved nothing for the day on which it would begin.
pub fn check(budgets: &[Held], parts: &[Part], title_of_body: &str) -> Result<(), Refusal> {
    let Some(first) = parts.first() else { return Ok(()) };
    if first.year.is_none() && !budgets.is_empty() {
        let periods: Vec<_> = budgets.iter().map(|held| period_words(&held.budget)).collect();
        return Err(Refusal::new(
            Code::CapExceeded,
            format!(
                "Members approved money {}, and this would begin on {}. A contract may outlast the period that was \
                 approved, but not begin outside it.",
                periods.join(" and "),
                plain(first.from)
            ),
        ));
    }
    let measures = measures(budgets, parts);
    if let Some(measure) = measures.iter().find(|m| m.kind == Limit::Cap && m.over()) {
        let for_what =
            measure.year.map_or_else(|| "over the whole period".to_owned(), |y| format!("for {}", y.words()));
        return Err(Refusal::new(
            Code::CapExceeded,
            format!(
                "Members approved {} {for_what}. {} is committed, and {} more would be {} over. Only {title_of_body} \
                 can raise the cap, by a new decision.",
                pounds(measure.limit.decimal()),
                pounds(measure.committed.decimal()),
                pounds(measure.this.decimal()),
                pounds(minus(measure.after(), measure.limit).decimal()),
            ),
        ));
    }
    Ok(())
}

/// `from 1 April 2026 to 31 March 2030`.
pub fn period_words(budget: &budget::Model) -> String {
    match budget.ends_on {
        Some(last) => format!("from {} to {}", plain(budget.begins_on), plain(last)),
        None => format!("from {} on", plain(budget.begins_on)),
    }
}

/// What a letter about a budget says.
#[derive(Clone, Debug, Serialize)]
pub struct WarningContext {
    /// The market's name.
    pub market: String,
    pub budget: String,
    /// Such as `the cap for 1 April 2027 to 31 March 2028`.
    pub limit_words: String,
    pub share: u32,
    pub limit: String,
    pub committed: String,
    pub left: String,
    pub path: String,
}

/// Whom to warn, and the name of the market.
#[derive(Clone, Debug, Default)]
pub struct Warned {
    pub market_name: String,
    /// Commissioners and procurement officers of the authority.
    pub officers: Vec<AccountId>,
}

/// What committing a contract changes.
pub struct Committing {
    /// With the contract, in one change.
    pub budgets: Vec<budget::Model>,
    pub years: Vec<budget_year::Model>,
    pub parts: Vec<commitment::Model>,
    /// Of thresholds crossed, each a change of its own.
    pub warnings: Vec<Change>,
}

impl Committing {
    /// Adds its rows to the change that enters the contract.
    #[must_use]
    pub fn onto(self, mut change: Change) -> (Change, Vec<Change>) {
        for budget in self.budgets {
            change = change.update(budget);
        }
        for year in self.years {
            change = change.upsert(year);
        }
        for part in self.parts {
            change = change.insert(part);
        }
        (change, self.warnings)
    }
}

/// Commits a contract's cost to the years in which it falls, if it fits. `budgets` are those of its authority in its
/// market, under their lock.
///
/// # Errors
/// `cap_exceeded`, with the figures.
pub fn commit(budgets: &[Held], contract: &contract::Model, warned: &Warned) -> Result<Committing, Refusal> {
    let parts = parts(budgets.iter().map(|held| &held.budget), Cost::of(contract));
    check(budgets, &parts, "the body that set it")?;
    let mut done = Committing {
        budgets: Vec::new(),
        years: Vec::new(),
        parts: parts.iter().map(|part| row(contract.id, part)).collect(),
        warnings: Vec::new(),
    };
    let measures = measures(budgets, &parts);
    for held in budgets {
        let mine: Vec<_> =
            parts.iter().filter(|p| p.year.is_some_and(|(id, _)| id == held.budget.id)).collect();
        if mine.is_empty() {
            continue;
        }
        let mut budget = held.budget.clone();
        budget.committed = plus(budget.committed, sum(mine.iter().map(|p| p.amount)));
        let crossed = |year: Option<Day>, before: i32| {
            let of = |m: &&Measure| m.budget_id == budget.id && m.year.map(|y| y.begins_on) == year;
            // The cap where there is one: it comes first.
            let measure = measures.iter().find(of)?;
            let level = warning(measure.after(), measure.limit)?;
            (i64::from(level) > i64::from(before)).then_some((measure, level))
        };
        if let Some((measure, level)) = crossed(None, budget.warned) {
            budget.warned = level.cast_signed();
            done.warnings.push(warn(&budget, measure, level, warned));
        }
        for part in mine {
            let Some(mut year) = year_row(held, part.from) else { continue };
            year.committed = plus(year.committed, part.amount);
            if let Some((measure, level)) = crossed(Some(year.begins_on), year.warned) {
                year.warned = level.cast_signed();
                done.warnings.push(warn(&budget, measure, level, warned));
            }
            done.years.push(year);
        }
        done.budgets.push(budget);
    }
    Ok(done)
}

/// What ending a contract changes.
pub struct Released {
    budgets: Vec<budget::Model>,
    years: Vec<budget_year::Model>,
    parts: Vec<commitment::Model>,
}

impl Released {
    /// Adds its rows to the change that ends the contract.
    #[must_use]
    pub fn onto(self, mut change: Change) -> Change {
        for budget in self.budgets {
            change = change.update(budget);
        }
        for year in self.years {
            change = change.update(year);
        }
        for part in self.parts {
            change = change.update(part);
        }
        change
    }
}

/// Gives back what an ended contract no longer costs, to the years that bore it. `budgets` are those of its authority
/// in its market, under their lock; `committed` is what it took. What was warned of stays told.
pub fn release(budgets: &[Held], contract: &contract::Model, committed: &[commitment::Model]) -> Released {
    let mut done = Released { budgets: Vec::new(), years: Vec::new(), parts: Vec::new() };
    let left = parts(budgets.iter().map(|held| &held.budget), Cost::of(contract));
    let mut freed = Vec::new();
    for part in committed {
        let kept = left.iter().find(|kept| kept.from == part.begins_on);
        let amount = kept.map_or(Money::ZERO, |kept| kept.amount);
        if amount < part.amount {
            freed.push((part, minus(part.amount, amount)));
            let ends_on = kept.map_or(part.ends_on, |kept| kept.to);
            done.parts.push(commitment::Model { amount, ends_on, ..part.clone() });
        }
    }
    for held in budgets {
        let mine: Vec<_> = freed.iter().filter(|(part, _)| part.budget_id == Some(held.budget.id)).collect();
        if mine.is_empty() {
            continue;
        }
        let mut budget = held.budget.clone();
        budget.committed = minus(budget.committed, sum(mine.iter().map(|(_, freed)| *freed)));
        done.budgets.push(budget);
        for row in &held.years {
            let of_year = mine.iter().filter(|(part, _)| part.year_begins_on == Some(row.begins_on));
            let freed = sum(of_year.map(|(_, freed)| *freed));
            if freed > Money::ZERO {
                done.years.push(budget_year::Model { committed: minus(row.committed, freed), ..row.clone() });
            }
        }
    }
    done
}

/// A year as it stands, or as it is before anything is committed.
fn year_row(held: &Held, day: Day) -> Option<budget_year::Model> {
    let Year { begins_on, ends_on } = year_of(&held.budget, day)?;
    let known = held.years.iter().find(|row| row.begins_on == begins_on).cloned();
    Some(known.unwrap_or(budget_year::Model {
        budget_id: held.budget.id,
        begins_on,
        ends_on,
        cap: held.budget.cap_yearly,
        committed: Money::ZERO,
        warned: 0,
    }))
}

fn row(contract_id: ContractId, part: &Part) -> commitment::Model {
    commitment::Model {
        contract_id,
        begins_on: part.from,
        ends_on: part.to,
        amount: part.amount,
        budget_id: part.year.map(|(id, _)| id),
        year_begins_on: part.year.map(|(_, begins_on)| begins_on),
    }
}

fn warn(budget: &budget::Model, measure: &Measure, level: u32, warned: &Warned) -> Change {
    let event = Event::CapWarned {
        year: measure.year.map(|y| y.begins_on),
        level,
        limit: measure.limit,
        committed: measure.after(),
        guide: measure.kind == Limit::Guide,
    };
    let context = WarningContext {
        market: warned.market_name.clone(),
        budget: budget.title.clone(),
        limit_words: measure.words(),
        share: level,
        limit: pounds(measure.limit.decimal()),
        committed: pounds(measure.after().decimal()),
        left: pounds(minus(measure.limit, measure.after().min(measure.limit)).decimal()),
        path: format!("/markets/{}/budget", budget.market_id),
    };
    Change::new(budget.id, event).tell(LetterKind::CapWarning, &warned.officers, &context)
}

/// The figures of a budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    pub cap: Option<Money>,
    pub cap_yearly: Option<Money>,
    pub guide_yearly: Option<Money>,
}

impl Figures {
    pub const fn of(budget: &budget::Model) -> Self {
        Self { cap: budget.cap, cap_yearly: budget.cap_yearly, guide_yearly: budget.guide_yearly }
    }

    /// `at most £2,284,000.00 over the whole period; a guide of £571,000.00 a year`.
    pub fn words(&self) -> String {
        let each = [
            self.cap.map(|m| format!("at most {} over the whole period", pounds(m.decimal()))),
            self.cap_yearly.map(|m| format!("at most {} a year", pounds(m.decimal()))),
            self.guide_yearly.map(|m| format!("a guide of {} a year", pounds(m.decimal()))),
        ];
        each.into_iter().flatten().collect::<Vec<_>>().join("; ")
    }
}

/// Whether these figures let stand what is committed already.
///
/// # Errors
/// `cap_below_committed`, naming the field.
pub fn check_covers(held: &Held, new: &Figures) -> Result<(), Refusal> {
    let below = |field: &str, cap: Money, committed: Money, when: &str| {
        Err(Refusal::new(
            Code::CapBelowCommitted,
            format!(
                "{} is committed {when} already, so the cap cannot be {}.",
                pounds(committed.decimal()),
                pounds(cap.decimal())
            ),
        )
        .at(field))
    };
    if let Some(cap) = new.cap
        && held.budget.committed > cap
    {
        return below("cap", cap, held.budget.committed, "over the whole period");
    }
    if let Some(cap) = new.cap_yearly
        && let Some(year) = held.years.iter().filter(|y| y.committed > cap).max_by_key(|y| y.committed)
    {
        let words = Year { begins_on: year.begins_on, ends_on: year.ends_on }.words();
        return below("cap_yearly", cap, year.committed, &format!("for {words}"));
    }
    Ok(())
}

/// The budget and its years with new figures. What they come to of them now counts as warned of.
fn with_figures(
    held: &Held,
    new: Figures,
    decision_id: Option<DecisionId>,
) -> (budget::Model, Vec<budget_year::Model>) {
    let level = |committed, limit: Option<Money>| {
        limit.and_then(|limit| warning(committed, limit)).map_or(0, u32::cast_signed)
    };
    let budget = budget::Model {
        cap: new.cap,
        cap_yearly: new.cap_yearly,
        guide_yearly: new.guide_yearly,
        warned: level(held.budget.committed, new.cap),
        decision_id,
        ..held.budget.clone()
    };
    let years = held.years.iter().map(|year| budget_year::Model {
        cap: new.cap_yearly,
        warned: level(year.committed, new.cap_yearly.or(new.guide_yearly)),
        ..year.clone()
    });
    (budget, years.collect())
}

/// A decision of members on a budget, as an officer records it. Figures that are left out stay as they are.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCap {
    /// The body that decided: the one that set the budget.
    pub body: String,
    pub taken_on: Day,
    pub title: String,
    /// Minute or recommendation.
    pub reference: String,
    /// Where the paper or the minute can be read: an https address.
    pub document: String,
    /// Whether everybody may read the paper.
    pub public: bool,
    #[serde(default)]
    pub cap: Option<Money>,
    #[serde(default)]
    pub cap_yearly: Option<Money>,
    #[serde(default)]
    pub guide_yearly: Option<Money>,
    pub reason: String,
}

fn check_line(field: &str, text: &str, wanted: &str) -> Result<(), Refusal> {
    let length = text.trim().chars().count();
    if (1..=LINE_MAX).contains(&length) && !text.chars().any(char::is_control) {
        return Ok(());
    }
    Err(Refusal::new(Code::InvalidField, format!("Enter {wanted}, in at most {LINE_MAX} characters."))
        .at(field))
}

/// The new figures of one field: what is left out stays; what is there must be more than nothing, whole pence, and
/// of a kind that the budget has.
fn figure(
    field: &str,
    before: Option<Money>,
    new: Option<Money>,
    must_be_there: bool,
) -> Result<Option<Money>, Refusal> {
    let Some(new) = new else { return Ok(before) };
    if must_be_there && before.is_none() {
        return Err(
            Refusal::new(Code::InvalidField, "This budget has no such cap: leave it empty.").at(field)
        );
    }
    if new <= Money::ZERO
        || !new.has_at_most_places(2)
        || new.decimal() > rust_decimal::Decimal::from(SUM_MAX)
    {
        return Err(Refusal::new(Code::InvalidField, "Enter pounds and pence, such as 571000.00.").at(field));
    }
    Ok(Some(new))
}

/// The highest sum, in pounds.
const SUM_MAX: i64 = 10_000_000_000;

/// Records the decision by which the body that set a budget changes its figures. What is committed stays covered.
///
/// # Errors
/// Another body; a day to come, or before the decision that it changes; a field that is missing; nothing changed; a
/// cap below what is committed.
pub fn set_cap(
    held: &Held,
    set_by: Option<&decision::Model>,
    new: NewCap,
    by: AccountId,
    now: Instant,
) -> Result<Change, Refusal> {
    check_line("body", &new.body, "the body that decided")?;
    if let Some(before) = set_by
        && !before.body.trim().eq_ignore_ascii_case(new.body.trim())
    {
        return Err(Refusal::new(
            Code::WrongBody,
            format!("This budget was set by {}: only {} can change it.", before.body, before.body),
        )
        .at("body"));
    }
    if new.taken_on > now.london_day() {
        return Err(Refusal::new(Code::InvalidField, "The decision cannot have been taken after today.")
            .at("taken_on"));
    }
    if set_by.is_some_and(|before| new.taken_on < before.taken_on) {
        return Err(Refusal::new(
            Code::InvalidField,
            "This is before the decision that set the figures as they are: enter the newer decision.",
        )
        .at("taken_on"));
    }
    check_line("title", &new.title, "the title of the decision")?;
    check_line("reference", &new.reference, "the minute or the recommendation")?;
    check_line("document", &new.document, "the address of the paper or the minute")?;
    if !new.document.trim().starts_with("https://") {
        return Err(
            Refusal::new(Code::InvalidField, "Enter an address that begins with https://.").at("document")
        );
    }
    check_words("reason", &new.reason)?;
    let before = Figures::of(&held.budget);
    let figures = Figures {
        cap: figure("cap", before.cap, new.cap, true)?,
        cap_yearly: figure("cap_yearly", before.cap_yearly, new.cap_yearly, true)?,
        guide_yearly: figure("guide_yearly", before.guide_yearly, new.guide_yearly, false)?,
    };
    if figures == before {
        let field = if before.cap.is_some() { "cap" } else { "cap_yearly" };
        return Err(Refusal::new(Code::InvalidField, "Enter what the decision changes.").at(field));
    }
    check_covers(held, &figures)?;
    let row = decision::Model {
        id: DecisionId::new(),
        market_id: held.budget.market_id,
        slug: String::new(),
        body: set_by.map_or_else(|| new.body.trim().to_owned(), |d| d.body.clone()),
        taken_on: new.taken_on,
        title: new.title.trim().to_owned(),
        reference: new.reference.trim().to_owned(),
        public: new.public,
        document: Some(new.document.clone()),
        entered_by: Some(by),
    };
    let row = decision::Model { slug: format!("decision-{}", row.id), ..row };
    let event = Event::CapChanged {
        decision_id: row.id,
        words: format!("{}, {}, {}", row.body, plain(row.taken_on), row.reference),
        before,
        after: figures,
        reason: new.reason.clone(),
    };
    let kept = budget_decision::Model {
        id: BudgetDecisionId::new(),
        budget_id: held.budget.id,
        decision_id: Some(row.id),
        cap: figures.cap,
        cap_yearly: figures.cap_yearly,
        guide_yearly: figures.guide_yearly,
        reason: Some(new.reason),
        document: Some(new.document.trim().to_owned()),
        recorded_by: Some(by),
        recorded_at: now,
    };
    let authority = format!("{}, {}", row.body, row.reference);
    let (budget, years) = with_figures(held, figures, Some(row.id));
    let change =
        Change::new(budget.id, event).insert(row).update(budget).insert(kept).on_authority(authority);
    Ok(years.into_iter().fold(change, Change::update))
}

/// A budget as a market's definition has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defined {
    pub market_id: MarketId,
    pub authority_id: AuthorityId,
    pub slug: String,
    pub title: String,
    pub begins_on: Day,
    pub ends_on: Option<Day>,
    pub figures: Figures,
    pub decision_id: Option<DecisionId>,
    pub illustrative: bool,
}

/// Sets a budget up as defined, or changes it as far as what is committed lets it. `contracts` are those of its
/// authority in its market, with `others` its other budgets there: what of them falls into a new budget's period is
/// committed to it. Where the definition's own figures did not change, those stay that members decided since.
///
/// # Errors
/// `cap_below_committed`.
pub fn define(
    before: Option<&Held>,
    others: &[Held],
    new: &Defined,
    figures_changed: bool,
    contracts: &[contract::Model],
    now: Instant,
) -> Result<Option<Change>, Refusal> {
    match before {
        None => set_up(others, new, contracts, now).map(Some),
        Some(held) => redefine(held, new, figures_changed, now),
    }
}

/// A budget that was not there. What stands is counted: contracts may have outlived the one before.
fn set_up(
    others: &[Held],
    new: &Defined,
    contracts: &[contract::Model],
    now: Instant,
) -> Result<Change, Refusal> {
    let blank = budget::Model {
        id: BudgetId::new(),
        market_id: new.market_id,
        authority_id: new.authority_id,
        slug: new.slug.clone(),
        title: new.title.clone(),
        begins_on: new.begins_on,
        ends_on: new.ends_on,
        cap: None,
        cap_yearly: None,
        guide_yearly: None,
        committed: Money::ZERO,
        warned: 0,
        decision_id: None,
        illustrative: new.illustrative,
    };
    let mut held = Held { budget: blank, years: Vec::new() };
    let mut commitments = Vec::new();
    for contract in contracts {
        let budgets = others.iter().map(|o| &o.budget).chain([&held.budget]);
        let split = parts(budgets, Cost::of(contract));
        let mine: Vec<_> =
            split.iter().filter(|p| p.year.is_some_and(|(id, _)| id == held.budget.id)).collect();
        if mine.is_empty() {
            continue;
        }
        commitments.extend(split.iter().map(|part| row(contract.id, part)));
        for part in mine {
            held.budget.committed = plus(held.budget.committed, part.amount);
            if let Some(mut year) = year_row(&held, part.from) {
                year.committed = plus(year.committed, part.amount);
                held.years.retain(|known| known.begins_on != year.begins_on);
                held.years.push(year);
            }
        }
    }
    check_covers(&held, &new.figures)?;
    let (budget, years) = with_figures(&held, new.figures, new.decision_id);
    let kept = defined_by(&budget, new.figures, now);
    let mut change = Change::new(budget.id, set(&budget)).insert(budget).insert(kept);
    for year in years {
        change = change.insert(year);
    }
    // What lay outside shrinks by what the budget takes up.
    Ok(commitments.into_iter().fold(change, Change::upsert))
}

fn redefine(
    held: &Held,
    new: &Defined,
    figures_changed: bool,
    now: Instant,
) -> Result<Option<Change>, Refusal> {
    let before = Figures::of(&held.budget);
    let figures = if figures_changed { new.figures } else { before };
    let (title, illustrative) = (new.title.clone(), new.illustrative);
    if figures == before {
        let budget = budget::Model { title, illustrative, ..held.budget.clone() };
        let changed = budget != held.budget;
        return Ok(changed.then(|| Change::new(budget.id, set(&budget)).update(budget)));
    }
    check_covers(held, &figures)?;
    let (budget, years) = with_figures(held, figures, new.decision_id.or(held.budget.decision_id));
    let budget = budget::Model { title, illustrative, ..budget };
    let kept = defined_by(&budget, figures, now);
    let change = Change::new(budget.id, set(&budget)).update(budget).insert(kept);
    Ok(Some(years.into_iter().fold(change, Change::update)))
}

fn set(budget: &budget::Model) -> Event {
    Event::BudgetSet {
        title: budget.title.clone(),
        period: period_words(budget),
        figures: Figures::of(budget),
    }
}

/// That the market's definition set the figures.
fn defined_by(budget: &budget::Model, figures: Figures, now: Instant) -> budget_decision::Model {
    budget_decision::Model {
        id: BudgetDecisionId::new(),
        budget_id: budget.id,
        decision_id: budget.decision_id,
        cap: figures.cap,
        cap_yearly: figures.cap_yearly,
        guide_yearly: figures.guide_yearly,
        reason: None,
        document: None,
        recorded_by: None,
        recorded_at: now,
    }
}

/// One year of a forecast. Every figure is exact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForecastYear {
    pub year: Year,
    pub committed: Money,
    /// What recommendations that wait would add.
    pub waiting: Money,
    /// What contracts whose initial term is over would cost in the rest of the year, had they gone on at the same
    /// price: it is free from then on, unless they do.
    pub released: Money,
}

/// The forecast of a budget for every year that has begun or that something falls into; of a budget with an end,
/// for every year.
pub fn forecast(
    held: &Held,
    contracts: &[contract::Model],
    waiting: &[Cost],
    today: Day,
) -> Vec<ForecastYear> {
    let budget = &held.budget;
    let waiting: Vec<Part> = waiting.iter().flat_map(|cost| parts([budget], *cost)).collect();
    let waiting_in = |year: Year| {
        let of = waiting.iter().filter(|p| p.year == Some((budget.id, year.begins_on)));
        sum(of.map(|p| p.amount))
    };
    let last_touched = (held.years.iter().map(|y| y.begins_on))
        .chain(waiting.iter().filter_map(|p| p.year.map(|(_, begins_on)| begins_on)))
        .chain([today])
        .max()
        .unwrap_or(today);
    let until = budget.ends_on.unwrap_or(last_touched);
    let first_touched = held.years.iter().map(|y| y.begins_on).min().unwrap_or(today).min(today);
    let first = if budget.ends_on.is_some() { budget.begins_on } else { first_touched.max(budget.begins_on) };
    let mut years = Vec::new();
    let mut day = first;
    while day <= until
        && let Some(year) = year_of(budget, day)
        && years.len() < FORECAST_YEARS_MAX
    {
        let row = held.years.iter().find(|row| row.begins_on == year.begins_on);
        years.push(ForecastYear {
            year,
            committed: row.map_or(Money::ZERO, |row| row.committed),
            waiting: waiting_in(year),
            released: sum(contracts.iter().map(|contract| released(contract, year))),
        });
        day = year.ends_on.plus_days(1);
    }
    years
}

/// The most years of a forecast.
pub const FORECAST_YEARS_MAX: usize = 40;

/// What a contract would cost in a year after its initial term, at its weekly value by the day, to the penny.
fn released(contract: &contract::Model, year: Year) -> Money {
    let from = Cost::of(contract).ends_on().plus_days(1).max(year.begins_on);
    if from > year.ends_on {
        return Money::ZERO;
    }
    to_the_penny(contract.weekly_value, days_between(from.0, year.ends_on.0) + 1, 7)
}

#[cfg(test)]
#[path = "budget/tests.rs"]
mod tests;
