//! How an authority's markets go, in figures. Each is made of rows that are passed in, and is a table first: a chart and
//! a file say the same. Nothing sealed moves a figure: an advert counts once its bidding has closed, and a price once its
//! award stands.

use super::{
    budget::share,
    clock::{Clock, ClockState, kind_words},
    csv,
    opportunity::Stage,
    refusal::{Code, Refusal},
};
use entity::{category::CategoryTerms, vocabulary::*};
use jiff::ToSpan;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The longest period that is looked at, in days: five years.
pub const PERIOD_DAYS_MAX: i64 = 1_827;
/// The most adverts that are counted: the newest.
pub const OPPORTUNITIES_MAX: u64 = 5_000;
/// The most contracts that are counted: the newest.
pub const CONTRACTS_MAX: u64 = 20_000;
/// The most reasons, and the most providers, that are shown each in a row of its own.
pub const ROWS_MAX: usize = 30;
/// The months of a period that are looked at where none is asked for.
pub const PERIOD_MONTHS: i32 = 12;

/// From one day to another, both included, in London.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub since: Day,
    pub until: Day,
}

impl Period {
    /// The days that were asked for; the twelve months up to today where none were.
    ///
    /// # Errors
    /// `invalid_field`: it ends before it begins, or is longer than five years.
    pub fn of(since: Option<Day>, until: Option<Day>, today: Day) -> Result<Self, Refusal> {
        let until = until.unwrap_or(today);
        let year_before = Day(until.0.saturating_sub(PERIOD_MONTHS.months())).plus_days(1);
        let since = since.unwrap_or(year_before);
        if since > until {
            let words = "The first day is after the last: choose an earlier first day.";
            return Err(Refusal::new(Code::InvalidField, words).at("since"));
        }
        if since.plus_days(PERIOD_DAYS_MAX - 1) < until {
            let words = "Figures are made for five years at most: choose a later first day.";
            return Err(Refusal::new(Code::InvalidField, words).at("since"));
        }
        Ok(Self { since, until })
    }

    /// Its first instant.
    pub fn begins(self) -> Instant {
        self.since.plus_days(-1).end_in_london()
    }

    /// The first instant after it.
    pub fn ends(self) -> Instant {
        self.until.end_in_london()
    }

    /// The last day of each month that it touches, and never one after it.
    fn months(self) -> Vec<Day> {
        let mut months = Vec::new();
        let mut day = self.since;
        while day <= self.until {
            let last = Day(day.0.last_of_month());
            months.push(last.min(self.until));
            day = last.plus_days(1);
        }
        months
    }
}

/// In what a column is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measured {
    Words,
    Count,
    /// Pounds.
    Money,
    /// To one place.
    Percent,
    Minutes,
    /// `2027-01`.
    Month,
}

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FigureColumn {
    pub label: String,
    pub measured: Measured,
}

/// One figure: a table, which of its columns a chart draws, and what it says in plain words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Figure {
    pub kind: FigureKind,
    pub title: String,
    /// How it is made.
    pub how: String,
    /// What it says.
    pub says: Vec<String>,
    pub columns: Vec<FigureColumn>,
    /// As many cells as columns; nothing where there is nothing to say.
    pub rows: Vec<Vec<Option<String>>>,
    /// The column that a chart draws as bars, from 0; nothing where a chart does not help.
    pub bars: Option<u32>,
    /// The column that it draws as a line to hold them against.
    pub against: Option<u32>,
}

impl Figure {
    /// The same for a spreadsheet.
    pub fn csv(&self) -> String {
        let header = self.columns.iter().map(|column| match column.measured {
            Measured::Money => format!("{} (£)", column.label),
            Measured::Percent => format!("{} (%)", column.label),
            Measured::Minutes => format!("{} (minutes)", column.label),
            Measured::Words | Measured::Count | Measured::Month => column.label.clone(),
        });
        let header: Vec<_> = header.collect();
        let rows =
            self.rows.iter().map(|row| row.iter().map(|cell| cell.clone().unwrap_or_default()).collect());
        csv::write(header.iter().map(String::as_str), rows)
    }
}

/// One advert, without anything of its bids but how many there were and when the first came.
#[derive(Clone, Debug)]
pub struct Sought {
    pub stage: Stage,
    pub published_at: Instant,
    pub closes_at: Instant,
    /// The first version of the first bid, whatever became of it.
    pub first_bid_at: Option<Instant>,
    pub awarded_at: Option<Instant>,
    pub bids: u32,
    /// Why providers said that they cannot bid.
    pub cannot: Vec<String>,
}

impl Sought {
    /// Whether its bidding has closed: until then nothing of it counts. What was withdrawn never closed.
    fn has_closed(&self, now: Instant) -> bool {
        now >= self.closes_at && self.stage != Stage::Withdrawn
    }

    fn is_awarded(&self) -> bool {
        matches!(self.stage, Stage::Standstill | Stage::Challenged | Stage::Awarded)
    }
}

/// An award that stands.
#[derive(Clone, Debug)]
pub struct Won {
    pub category: String,
    pub weekly_price: Money,
    /// Of every admissible bid, this one's too; none where no record was kept.
    pub prices: Vec<Money>,
    /// The winner's share of the quality weight, 0 to 1; nothing where not every mark is known.
    pub quality: Option<Decimal>,
}

/// A contract in the register.
#[derive(Clone, Debug)]
pub struct Bought {
    pub provider: String,
    pub route: AwardRoute,
    pub awarded_at: Instant,
    pub starts_on: Day,
    pub ends_on: Day,
    pub yearly_value: Money,
}

/// What members allow by the year, and when.
#[derive(Clone, Copy, Debug)]
pub struct Allowed {
    pub begins_on: Day,
    pub ends_on: Option<Day>,
    pub yearly: Money,
}

/// Everything that figures are made of.
pub struct Facts<'a> {
    pub period: Period,
    pub now: Instant,
    /// Published within the period.
    pub sought: &'a [Sought],
    /// Awarded within the period.
    pub won: &'a [Won],
    /// All of the register.
    pub bought: &'a [Bought],
    pub allowed: &'a [Allowed],
    /// Direct Payments recorded within the period.
    pub payments: u64,
    pub standings: &'a [(Standing, u64)],
    pub clocks: &'a [Clock],
}

/// One figure.
pub fn figure(kind: FigureKind, facts: &Facts<'_>) -> Figure {
    match kind {
        FigureKind::Times => times(facts),
        FigureKind::Ends => ends(facts),
        FigureKind::CannotBid => cannot_bid(facts),
        FigureKind::BidsEach => bids_each(facts),
        FigureKind::LowestPrice => lowest_price(facts.won),
        FigureKind::WinnersQuality => winners_quality(facts.won),
        FigureKind::Spend => spend(facts),
        FigureKind::Concentration => concentration(facts),
        FigureKind::Standings => standings(facts.standings),
        FigureKind::Clocks => clocks(facts.clocks, facts.now),
    }
}

/// So many of a hundred, to one place, half up; nothing of nothing.
pub fn percent(part: i128, whole: i128) -> Option<String> {
    if whole <= 0 {
        return None;
    }
    let tenths = (part * 2_000 + whole) / (2 * whole);
    Some(format!("{}.{}", tenths / 10, tenths % 10))
}

/// A share is told by one that was there, never by a number in between (nearest rank). Sorted, lowest first.
fn nearest<T: Copy>(sorted: &[T], percent: usize) -> Option<T> {
    sorted.get((sorted.len() * percent).div_ceil(100).saturating_sub(1)).copied()
}

/// How many awards went to the lowest admissible price, of those whose record was kept.
pub fn lowest(won: &[Won]) -> (usize, usize) {
    let told: Vec<_> =
        won.iter().filter_map(|one| Some((one.weekly_price, *one.prices.iter().min()?))).collect();
    (told.iter().filter(|(price, least)| price <= least).count(), told.len())
}

/// The Herfindahl index of these sums: the squares of the shares in per cent, added up, to a whole number. 10,000 is one
/// provider alone.
pub fn herfindahl(values: &[Money]) -> Option<i128> {
    // In whole pounds, so that squares of the largest sums fit.
    let values: Vec<_> = values.iter().map(|value| i128::from(value.ten_thousandths()) / 10_000).collect();
    let whole: i128 = values.iter().sum();
    let squares: i128 = values.iter().map(|value| value * value).sum();
    (whole > 0).then(|| (squares * 20_000 + whole * whole) / (2 * whole * whole))
}

/// The share of the quality weight that these marks earn, 0 to 1; nothing where a mark is missing.
pub fn quality_share(terms: &CategoryTerms, marks: &BTreeMap<String, Decimal>) -> Option<Decimal> {
    let mut earned = Decimal::ZERO;
    for criterion in &terms.criteria {
        let mark = marks.get(&criterion.id)?;
        let part =
            criterion.weight.decimal().checked_mul(*mark)?.checked_div(criterion.mark_max.decimal())?;
        earned = earned.checked_add(part)?;
    }
    earned.checked_div(terms.quality_weight.decimal())
}

fn columns<const N: usize>(columns: [(&str, Measured); N]) -> Vec<FigureColumn> {
    columns.map(|(label, measured)| FigureColumn { label: label.to_owned(), measured }).to_vec()
}

fn words(words: &str) -> Option<String> {
    Some(words.to_owned())
}

fn number(number: impl ToString) -> Option<String> {
    Some(number.to_string())
}

fn new(
    kind: FigureKind,
    title: &str,
    how: &str,
    columns: Vec<FigureColumn>,
    rows: Vec<Vec<Option<String>>>,
) -> Figure {
    let (title, how) = (title.to_owned(), how.to_owned());
    Figure { kind, title, how, says: Vec::new(), columns, rows, bars: None, against: None }
}

fn sum(amounts: impl IntoIterator<Item = Money>) -> Money {
    let all = amounts.into_iter().map(Money::ten_thousandths).fold(0, i64::saturating_add);
    Money::from_ten_thousandths(all)
}

fn times(facts: &Facts<'_>) -> Figure {
    let minutes = |from: Instant, to: Instant| (to.milliseconds() - from.milliseconds()).max(0) / 60_000;
    let closed = || facts.sought.iter().filter(|one| one.has_closed(facts.now));
    let first = closed().filter_map(|one| Some(minutes(one.published_at, one.first_bid_at?)));
    let awarded = closed().filter(|one| one.is_awarded());
    let award = awarded.filter_map(|one| Some(minutes(one.published_at, one.awarded_at?)));
    let row = |label: &str, mut taken: Vec<i64>| {
        taken.sort_unstable();
        let at = |percent| nearest(&taken, percent).map(|minutes: i64| minutes.to_string());
        vec![words(label), number(taken.len()), at(50), at(90)]
    };
    let of = columns([
        ("From advert to", Measured::Words),
        ("Adverts", Measured::Count),
        ("Half took no longer than", Measured::Minutes),
        ("Nine in ten took no longer than", Measured::Minutes),
    ]);
    let rows = vec![row("First bid", first.collect()), row("Award", award.collect())];
    let how = "Adverts published in these days whose bidding has closed. The two times are each of an advert that was \
               there: the median and the 90th percentile.";
    new(FigureKind::Times, "Time to first bid and to award", how, of, rows)
}

fn ends(facts: &Facts<'_>) -> Figure {
    let over = |one: &&Sought| one.has_closed(facts.now) || one.stage == Stage::Withdrawn;
    let stages =
        |wanted: &[Stage]| facts.sought.iter().filter(over).filter(|o| wanted.contains(&o.stage)).count();
    let (begins, ends) = (facts.period.begins(), facts.period.ends());
    let direct = |route: AwardRoute| {
        let within = |one: &&Bought| one.route == route && one.awarded_at >= begins && one.awarded_at < ends;
        facts.bought.iter().filter(within).count()
    };
    let rows = vec![
        vec![words("Awarded"), number(stages(&[Stage::Standstill, Stage::Challenged, Stage::Awarded]))],
        vec![
            words("Being marked or decided"),
            number(stages(&[Stage::Marking, Stage::Priced, Stage::Recommended])),
        ],
        vec![words("Closed without a bid"), number(stages(&[Stage::Unfilled]))],
        vec![words("Withdrawn"), number(stages(&[Stage::Withdrawn]))],
        vec![words("No award made, or set aside"), number(stages(&[Stage::NotAwarded, Stage::SetAside]))],
        vec![
            words("Awarded to the person’s own choice, without bids"),
            number(direct(AwardRoute::UserChoice)),
        ],
        vec![words("Awarded urgently, without bids"), number(direct(AwardRoute::Urgent))],
        vec![words("Direct Payment chosen"), number(facts.payments)],
    ];
    let of = columns([("How it ended", Measured::Words), ("Packages", Measured::Count)]);
    let how = "Adverts published in these days whose bidding has closed or that were withdrawn; below them what was \
               arranged in these days without bids.";
    Figure { bars: Some(1), ..new(FigureKind::Ends, "How packages ended", how, of, rows) }
}

fn cannot_bid(facts: &Facts<'_>) -> Figure {
    // Reasons that differ in their capitals or their full stop alone are one.
    let mut reasons: BTreeMap<String, (String, usize, usize)> = BTreeMap::new();
    for one in facts.sought.iter().filter(|one| one.has_closed(facts.now)) {
        for reason in &one.cannot {
            let plain = reason.trim().trim_end_matches('.').trim();
            let entry = reasons.entry(plain.to_lowercase()).or_insert_with(|| (plain.to_owned(), 0, 0));
            entry.1 += 1;
            entry.2 += usize::from(one.stage == Stage::Unfilled);
        }
    }
    let mut reasons: Vec<_> = reasons.into_values().collect();
    reasons.sort_by(|a, b| (b.2, b.1, &a.0).cmp(&(a.2, a.1, &b.0)));
    let others = reasons.split_off(reasons.len().min(ROWS_MAX));
    let mut rows: Vec<_> = reasons
        .into_iter()
        .map(|(reason, all, unfilled)| vec![Some(reason), number(all), number(unfilled)])
        .collect();
    if !others.is_empty() {
        let (all, unfilled) = others.iter().fold((0, 0), |sum, one| (sum.0 + one.1, sum.1 + one.2));
        rows.push(vec![words("Other reasons"), number(all), number(unfilled)]);
    }
    let of = columns([
        ("Reason given", Measured::Words),
        ("Times given", Measured::Count),
        ("Of these, where nobody bid", Measured::Count),
    ]);
    let how = "What providers said when they said that they cannot bid, for adverts published in these days whose \
               bidding has closed.";
    new(FigureKind::CannotBid, "Why providers cannot bid", how, of, rows)
}

/// From this number of bids on, adverts stand in one row.
const BIDS_TOGETHER: u32 = 6;

fn bids_each(facts: &Facts<'_>) -> Figure {
    let closed: Vec<_> =
        facts.sought.iter().filter(|one| one.has_closed(facts.now)).map(|one| one.bids).collect();
    let row = |n: u32| {
        let (label, many) = if n < BIDS_TOGETHER {
            (n.to_string(), closed.iter().filter(|bids| **bids == n).count())
        } else {
            (format!("{n} or more"), closed.iter().filter(|bids| **bids >= n).count())
        };
        vec![Some(label), number(many), percent(many as i128, closed.len() as i128)]
    };
    let rows = (0..=BIDS_TOGETHER).map(row).collect();
    let of = columns([("Bids", Measured::Words), ("Adverts", Measured::Count), ("Share", Measured::Percent)]);
    let how =
        "Adverts published in these days whose bidding has closed, by how many bids stood at the deadline.";
    Figure { bars: Some(1), ..new(FigureKind::BidsEach, "Bids for each advert", how, of, rows) }
}

/// By category, in the order of their names, with all of them at the end where there are several.
fn by_category(won: &[Won], row: impl Fn(&str, &[Won]) -> Vec<Option<String>>) -> Vec<Vec<Option<String>>> {
    let mut categories: BTreeMap<&str, Vec<Won>> = BTreeMap::new();
    for one in won {
        categories.entry(&one.category).or_default().push(one.clone());
    }
    let mut rows: Vec<_> = categories.iter().map(|(category, won)| row(category, won)).collect();
    if rows.len() != 1 {
        rows.push(row("All", won));
    }
    rows
}

fn lowest_price(won: &[Won]) -> Figure {
    let rows = by_category(won, |category, won| {
        let (lowest, told) = lowest(won);
        vec![words(category), number(told), number(lowest), percent(lowest as i128, told as i128)]
    });
    let of = columns([
        ("Category", Measured::Words),
        ("Awards by bids", Measured::Count),
        ("Won by the lowest price", Measured::Count),
        ("Share", Measured::Percent),
    ]);
    let how = "Awards of these days that stand: how many went to the lowest price of those that could be chosen. One \
               bid alone is the lowest.";
    Figure { bars: Some(3), ..new(FigureKind::LowestPrice, "Won by the lowest price", how, of, rows) }
}

fn winners_quality(won: &[Won]) -> Figure {
    let rows = by_category(won, |category, won| {
        let mut shares: Vec<_> = won.iter().filter_map(|one| one.quality).collect();
        shares.sort_unstable();
        let shown = |share: Option<Decimal>| {
            let hundred = share?.checked_mul(Decimal::ONE_HUNDRED)?;
            let away = rust_decimal::RoundingStrategy::MidpointAwayFromZero;
            let mut rounded = hundred.round_dp_with_strategy(1, away);
            rounded.rescale(1);
            Some(rounded.to_string())
        };
        let median = shown(nearest(&shares, 50));
        vec![words(category), number(shares.len()), median, shown(shares.first().copied())]
    });
    let of = columns([
        ("Category", Measured::Words),
        ("Awards by bids", Measured::Count),
        ("Middle winner", Measured::Percent),
        ("Lowest winner", Measured::Percent),
    ]);
    let how = "Awards of these days that stand: the quality marks of the winner as a share of the most that could be \
               had.";
    Figure { bars: Some(2), ..new(FigureKind::WinnersQuality, "Quality of winners", how, of, rows) }
}

fn runs(one: &Bought, day: Day) -> bool {
    one.starts_on <= day && day <= one.ends_on
}

fn spend(facts: &Facts<'_>) -> Figure {
    let rows = facts.period.months().into_iter().map(|day| {
        let running: Vec<_> = facts.bought.iter().filter(|one| runs(one, day)).collect();
        let cost = sum(running.iter().map(|one| one.yearly_value));
        let holds = |one: &&Allowed| one.begins_on <= day && one.ends_on.is_none_or(|last| day <= last);
        let caps: Vec<_> = facts.allowed.iter().filter(holds).map(|one| one.yearly).collect();
        let cap = (!caps.is_empty()).then(|| sum(caps));
        vec![
            Some(day.0.strftime("%Y-%m").to_string()),
            number(running.len()),
            number(cost),
            cap.map(|cap| cap.to_string()),
            cap.map(|cap| share(cost, cap).to_string()),
        ]
    });
    let of = columns([
        ("Month", Measured::Month),
        ("Contracts running", Measured::Count),
        ("Cost a year", Measured::Money),
        ("Cap a year", Measured::Money),
        ("Share of the cap", Measured::Percent),
    ]);
    let how = "What the contracts that run on the last day of each month cost a year, against the caps by the year that \
               members set for that day. A cap over several years together is on the budget’s own page.";
    let rows = rows.collect();
    Figure {
        bars: Some(2),
        against: Some(3),
        ..new(FigureKind::Spend, "Cost against the cap", how, of, rows)
    }
}

/// What a Herfindahl index means, by the thresholds that the competition authorities use (Merger Assessment Guidelines
/// 2010, para 5.3.5).
const fn meaning(index: i128) -> &'static str {
    match index {
        ..=1_000 => "spending is spread over many providers",
        1_001..=2_000 => "spending is concentrated: a few providers have much of it",
        _ => "spending is highly concentrated: the council depends on very few providers",
    }
}

fn concentration(facts: &Facts<'_>) -> Figure {
    let mut providers: BTreeMap<&str, (usize, Money)> = BTreeMap::new();
    for one in facts.bought.iter().filter(|one| runs(one, facts.period.until)) {
        let entry = providers.entry(&one.provider).or_default();
        *entry = (entry.0 + 1, sum([entry.1, one.yearly_value]));
    }
    let mut providers: Vec<_> = providers.into_iter().collect();
    providers.sort_by(|a, b| (b.1.1, a.0).cmp(&(a.1.1, b.0)));
    let values: Vec<_> = providers.iter().map(|(_, (_, value))| *value).collect();
    let whole = sum(values.iter().copied());
    let part = |value: Money| percent(value.ten_thousandths().into(), whole.ten_thousandths().into());
    let mut says = Vec::new();
    if let Some(index) = herfindahl(&values) {
        for (most, who) in [(1, "The largest provider has"), (3, "The first 3 have"), (5, "The first 5 have")]
        {
            if most == 1 || values.len() >= most {
                let first = part(sum(values.iter().take(most).copied())).unwrap_or_default();
                says.push(format!("{who} {first}% of the spending."));
            }
        }
        says.push(format!(
            "The Herfindahl index is {index}, of at most 10,000: {}. It adds up the squares of the shares; over 1,000 \
             counts as concentrated, over 2,000 as highly concentrated.",
            meaning(index)
        ));
    }
    let others = providers.split_off(providers.len().min(ROWS_MAX));
    let row = |name: &str, (contracts, value): (usize, Money)| {
        vec![words(name), number(contracts), number(value), part(value)]
    };
    let mut rows: Vec<_> = providers.into_iter().map(|(name, held)| row(name, held)).collect();
    if !others.is_empty() {
        let all = others.iter().fold((0, Money::ZERO), |all, (_, one)| (all.0 + one.0, sum([all.1, one.1])));
        rows.push(row(&format!("{} others", others.len()), all));
    }
    let of = columns([
        ("Provider", Measured::Words),
        ("Contracts running", Measured::Count),
        ("Cost a year", Measured::Money),
        ("Share", Measured::Percent),
    ]);
    let how = "Who has the contracts that run on the last of these days, by what they cost a year.";
    let figure = new(FigureKind::Concentration, "Who the spending goes to", how, of, rows);
    Figure { bars: Some(3), says, ..figure }
}

const fn standing_words(standing: Standing) -> &'static str {
    match standing {
        Standing::Applied => "Asked to join",
        Standing::Clarification => "Asked to clarify",
        Standing::Admitted => "Admitted",
        Standing::Refused => "Refused",
        Standing::NoNewWork => "No new work",
        Standing::Suspended => "Suspended",
        Standing::Removed => "Removed",
        Standing::Withdrawn => "Left",
    }
}

fn standings(counted: &[(Standing, u64)]) -> Figure {
    let many = |standing| counted.iter().filter(|(of, _)| *of == standing).map(|(_, many)| many).sum::<u64>();
    let row = |standing: &Standing| vec![words(standing_words(*standing)), number(many(*standing))];
    let rows = Standing::ALL.iter().map(row).collect();
    let of = columns([("Standing", Measured::Words), ("Enrolments", Measured::Count)]);
    let how =
        "How providers stand today in the categories of your markets. Who is in two categories counts twice.";
    Figure { bars: Some(1), ..new(FigureKind::Standings, "Providers by standing", how, of, rows) }
}

fn clocks(clocks: &[Clock], now: Instant) -> Figure {
    let mut kinds: BTreeMap<ClockKind, [usize; 3]> = BTreeMap::new();
    for clock in clocks {
        let place = match clock.state(now) {
            ClockState::Overdue => 0,
            ClockState::DueSoon => 1,
            ClockState::Running => 2,
            ClockState::Met | ClockState::MetLate => continue,
        };
        kinds.entry(clock.kind).or_default()[place] += 1;
    }
    let rows = kinds.into_iter().map(|(kind, [overdue, soon, running])| {
        vec![words(kind_words(kind)), number(overdue), number(soon), number(running)]
    });
    let of = columns([
        ("What is wanted", Measured::Words),
        ("Overdue", Measured::Count),
        ("Due soon", Measured::Count),
        ("Running", Measured::Count),
    ]);
    let how = "Legal clocks that run today, whatever the days chosen. The page of clocks has each of them.";
    new(FigureKind::Clocks, "Clocks at risk", how, of, rows.collect())
}

#[cfg(test)]
mod tests;
