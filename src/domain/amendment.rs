//! A live advert is changed for everybody at once, with a reason: a later deadline, or corrected words. Whoever was
//! told hears of it at the same time (PCR 2015 reg 18(1); Procurement Act 2023 s. 12(2): equal treatment), and nobody is
//! held to an offer for something else than is advertised now.

use super::{
    change::Change,
    disclosure::package::PackageForm,
    enrolment::check_words,
    event::Event,
    opportunity::{self, OPEN_DAYS_MAX, OpportunityContext, check_open},
    package::{self, leaks, may_publish},
    record::unit_words,
    refusal::{Code, Refusal},
};
use entity::{
    amendment::{self, Changes, Corrected},
    bid,
    category::{self, CategoryTerms},
    market,
    offer::{LineQuantity, Quantities},
    opportunity as row, package as package_row,
    vocabulary::*,
};
use serde::{Deserialize, Serialize};

/// The least by which a deadline is moved, in hours.
pub const EXTENSION_HOURS_MIN: i64 = 1;
/// How often one advert can be amended.
pub const AMENDMENTS_MAX: usize = 50;

const HOUR: i64 = 3600;

/// A later deadline for everybody.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDeadline {
    pub closes_at: Instant,
    /// For everybody to read.
    pub reason: String,
    /// Why a possible name in the reason may stand.
    #[serde(default)]
    pub leaks_considered: Option<String>,
}

/// The advert as it is to read from now on.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    pub title: String,
    pub needs: String,
    /// The first half of a postcode, such as `ST16`.
    pub outward_code: String,
    pub age_band: AgeBand,
    /// Per week, by price line.
    pub quantities: Vec<LineQuantity>,
    pub starts_on: Day,
    pub initial_term_weeks: i32,
    /// A later deadline with it. Without one the deadline moves only if too little time is left.
    #[serde(default)]
    pub closes_at: Option<Instant>,
    /// For everybody to read.
    pub reason: String,
    /// Why a possible name may stand.
    #[serde(default)]
    pub leaks_considered: Option<String>,
}

/// What amending looks at.
pub struct Amending<'a> {
    pub opportunity: &'a row::Model,
    pub package: &'a package_row::Model,
    pub market: &'a market::Model,
    pub category: &'a category::Model,
    /// How often it was amended before.
    pub before: usize,
    /// The bids that were not withdrawn.
    pub bids: &'a [bid::Model],
    /// Every provider that was told of it or has bid, with its people.
    pub told: &'a [(ProviderId, Vec<AccountId>)],
}

/// What letters about an amendment say.
#[derive(Serialize)]
struct AmendmentContext<'a> {
    #[serde(flatten)]
    opportunity: &'a OpportunityContext,
    /// Whether the reader's bid waits to be confirmed.
    confirm: bool,
    /// Whether the deadline was moved.
    moved: bool,
}

/// Moves the deadline later, for everybody at once. Bids stay as they are.
///
/// # Errors
/// No longer open; no reason; not later by an hour; open too long; care would start before the deadline.
pub fn extend(
    facts: &Amending<'_>,
    by: AccountId,
    extension: NewDeadline,
    now: Instant,
) -> Result<Change, Refusal> {
    let before = facts.opportunity;
    check_may_amend(facts, now)?;
    check_words("reason", &extension.reason)?;
    may_publish(&leaks("reason", &extension.reason), extension.leaks_considered.as_deref())?;
    check_later(before, extension.closes_at)?;
    let amended = row::Model { closes_at: extension.closes_at, ..before.clone() };
    check_whole(&amended)?;
    let amendment = amendment_of(before, &amended, by, extension.reason.clone(), Vec::new(), false, now);
    let event = Event::DeadlineExtended {
        amendment_id: amendment.id,
        closes_at_before: before.closes_at,
        closes_at: amended.closes_at,
        reason: extension.reason,
        told: count(facts.told.len()),
    };
    let change = Change::new(amended.id, event).insert(amendment).update(amended.clone());
    Ok(tell(change, LetterKind::DeadlineExtended, facts, &amended, true, |_| false))
}

/// Corrects the advert, for everybody at once. Unless the title alone was wrong, bids from before it count only once
/// they are confirmed or revised, and the market's least window is left to do so: the deadline moves if it must.
///
/// # Errors
/// No longer open; no reason; nothing corrected; what a package or its advert may not say; a deadline that is not
/// later by an hour, keeps it open too long, or lies after the start of care.
pub fn correct(
    facts: &Amending<'_>,
    by: AccountId,
    correction: Correction,
    now: Instant,
) -> Result<Change, Refusal> {
    let before = facts.opportunity;
    check_may_amend(facts, now)?;
    check_words("reason", &correction.reason)?;
    // The terms are those that it was published under, whatever the market says by now.
    let category = category::Model { terms: before.terms.clone(), ..facts.category.clone() };
    let form = PackageForm {
        category_id: before.category_id,
        person_reference: facts.package.person_reference.clone(),
        title: correction.title,
        needs: correction.needs,
        outward_code: correction.outward_code,
        age_band: correction.age_band,
        quantities: correction.quantities,
        starts_on: correction.starts_on,
        initial_term_weeks: correction.initial_term_weeks,
        preference: facts.package.preference.clone(),
    };
    let outward_code = package::check(&category, &form, now)?;
    let mut amended = row::Model {
        title: form.title,
        needs: form.needs,
        outward_code,
        age_band: form.age_band,
        quantities: Quantities(form.quantities),
        starts_on: form.starts_on,
        initial_term_weeks: form.initial_term_weeks,
        ..before.clone()
    };
    let changes = corrected(before, &amended);
    if changes.is_empty() {
        return Err(Refusal::new(
            Code::InvalidField,
            "This corrects nothing. Change what is wrong, or move the deadline alone.",
        )
        .at("needs"));
    }
    let mut found = leaks("title", &amended.title);
    found.extend(leaks("needs", &amended.needs));
    found.extend(leaks("reason", &correction.reason));
    may_publish(&found, correction.leaks_considered.as_deref())?;

    let unsettles = changes.iter().any(|change| unsettles(&change.field));
    if let Some(closes_at) = correction.closes_at.filter(|at| *at != before.closes_at) {
        check_later(before, closes_at)?;
        amended.closes_at = closes_at;
    }
    if unsettles {
        let least = now.plus_seconds(i64::from(facts.market.terms.bidding_window_hours_min) * HOUR);
        if amended.closes_at < least {
            let later = before.closes_at.plus_seconds(EXTENSION_HOURS_MIN * HOUR);
            amended.closes_at = whole_minute(least.max(later));
        }
        amended.bids = 0;
    }
    check_whole(&amended)?;
    let unsettled: Vec<_> = match unsettles {
        true => facts.bids.iter().collect(),
        false => Vec::new(),
    };
    let fields = changes.iter().map(|change| change.field.clone()).collect();
    let amendment = amendment_of(before, &amended, by, correction.reason.clone(), changes, unsettles, now);
    let event = Event::AdvertCorrected {
        amendment_id: amendment.id,
        fields,
        closes_at_before: before.closes_at,
        closes_at: amended.closes_at,
        reason: correction.reason,
        leaks_considered: correction.leaks_considered,
        told: count(facts.told.len()),
        unsettled: count(unsettled.len()),
    };
    // The package reads as its advert does, so that what is written from it later starts from what is right.
    let package = package_row::Model {
        title: amended.title.clone(),
        needs: amended.needs.clone(),
        outward_code: amended.outward_code.clone(),
        age_band: amended.age_band,
        quantities: amended.quantities.clone(),
        starts_on: amended.starts_on,
        initial_term_weeks: amended.initial_term_weeks,
        revision: facts.package.revision + 1,
        ..facts.package.clone()
    };
    let change = Change::new(amended.id, event).insert(amendment).update(amended.clone()).update(package);
    let change = unsettled
        .iter()
        .fold(change, |change, bid| change.update(bid::Model { unsettled_at: Some(now), ..(*bid).clone() }));
    let moved = amended.closes_at != before.closes_at;
    Ok(tell(change, LetterKind::AdvertCorrected, facts, &amended, moved, |provider| {
        unsettled.iter().any(|bid| bid.provider_id == provider)
    }))
}

/// The same letter to everybody, which says to whoever has a bid to confirm that it has.
fn tell(
    change: Change,
    kind: LetterKind,
    facts: &Amending<'_>,
    amended: &row::Model,
    moved: bool,
    confirms: impl Fn(ProviderId) -> bool,
) -> Change {
    let context = opportunity::context(amended, &facts.market.name, &facts.category.name);
    facts.told.iter().fold(change, |change, (provider, people)| {
        let context = AmendmentContext { opportunity: &context, confirm: confirms(*provider), moved };
        change.tell(kind, people, &context)
    })
}

fn check_may_amend(facts: &Amending<'_>, now: Instant) -> Result<(), Refusal> {
    if let Err(closed) = check_open(facts.opportunity, now) {
        return Err(match closed.code {
            Code::BidTooLate => Refusal::new(
                Code::BiddingOver,
                format!(
                    "Bidding closed at {}, so the advert stays as it was. Withdraw it and advertise the need again, if it \
                     must change.",
                    facts.opportunity.closes_at.in_words()
                ),
            ),
            _ => closed,
        });
    }
    if facts.before >= AMENDMENTS_MAX {
        return Err(Refusal::new(
            Code::TooManyAmendments,
            format!(
                "This advert was changed {AMENDMENTS_MAX} times: withdraw it, and advertise the need again."
            ),
        ));
    }
    Ok(())
}

fn check_later(before: &row::Model, closes_at: Instant) -> Result<(), Refusal> {
    let least = before.closes_at.plus_seconds(EXTENSION_HOURS_MIN * HOUR);
    if closes_at < least {
        return Err(Refusal::new(
            Code::DeadlineTooSoon,
            format!(
                "A deadline is only ever moved later, by at least an hour: to {} or later.",
                least.in_words()
            ),
        )
        .at("closes_at"));
    }
    Ok(())
}

/// Whether what is advertised from now on holds together.
fn check_whole(amended: &row::Model) -> Result<(), Refusal> {
    let latest = amended.published_at.plus_seconds(OPEN_DAYS_MAX * 86_400);
    if amended.closes_at > latest {
        return Err(Refusal::new(
            Code::InvalidField,
            format!(
                "An opportunity is open for at most {OPEN_DAYS_MAX} days: this one until {}. Withdraw it, and advertise \
                 the need again.",
                latest.in_words()
            ),
        )
        .at("closes_at"));
    }
    if amended.starts_on < amended.closes_at.london_day() {
        return Err(Refusal::new(
            Code::StartTooSoon,
            format!(
                "Care would start on {}, before the deadline, {}: correct the start, too.",
                amended.starts_on.in_words(),
                amended.closes_at.in_words()
            ),
        )
        .at("starts_on"));
    }
    Ok(())
}

/// Whether a bid may rest on this part of the advert. A title names the need and states no part of it.
fn unsettles(field: &str) -> bool {
    field != "title"
}

/// The parts of an advert, as people call them.
pub fn field_words(field: &str) -> &str {
    match field {
        "needs" => "what is needed",
        "outward_code" => "where",
        "age_band" => "the age band",
        "quantities" => "how much care",
        "starts_on" => "the start",
        "initial_term_weeks" => "the initial term",
        other => other,
    }
}

fn corrected(before: &row::Model, after: &row::Model) -> Vec<Corrected> {
    let terms = &before.terms;
    let said = |of: &row::Model| {
        [
            ("title", of.title.clone()),
            ("needs", of.needs.clone()),
            ("outward_code", of.outward_code.clone()),
            ("age_band", of.age_band.as_str().to_owned()),
            ("quantities", quantities_in_words(terms, &of.quantities.0)),
            ("starts_on", of.starts_on.in_words()),
            ("initial_term_weeks", format!("{} weeks", of.initial_term_weeks)),
        ]
    };
    said(before)
        .into_iter()
        .zip(said(after))
        .filter(|((_, before), (_, after))| before != after)
        .map(|((field, before), (_, after))| Corrected { field: field.to_owned(), before, after })
        .collect()
}

/// In the order of the price lines, whatever order was written.
fn quantities_in_words(terms: &CategoryTerms, asked: &[LineQuantity]) -> String {
    let line = |line: &category::LineTerms| {
        let asked = asked.iter().find(|asked| asked.key == line.key)?;
        Some(format!("{}: {} {}", line.label, asked.quantity, unit_words(line.unit)))
    };
    terms.lines.iter().filter_map(line).collect::<Vec<_>>().join("; ")
}

fn amendment_of(
    before: &row::Model,
    amended: &row::Model,
    by: AccountId,
    reason: String,
    changes: Vec<Corrected>,
    unsettles: bool,
    now: Instant,
) -> amendment::Model {
    amendment::Model {
        id: AmendmentId::new(),
        opportunity_id: before.id,
        made_by: by,
        made_at: now,
        reason,
        closes_at_before: before.closes_at,
        closes_at: amended.closes_at,
        changes: Changes(changes),
        unsettles,
    }
}

/// Deadlines that are worked out are whole minutes, which people can read and say.
const fn whole_minute(at: Instant) -> Instant {
    let past = at.milliseconds() % 60_000;
    if past == 0 { at } else { at.plus_milliseconds(60_000 - past) }
}

fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_that_is_worked_out_is_the_next_whole_minute() {
        for (at, then) in [(0, 0), (1, 60_000), (59_999, 60_000), (60_000, 60_000), (60_001, 120_000)] {
            assert_eq!(whole_minute(Instant::from_milliseconds(at)), Instant::from_milliseconds(then));
        }
    }

    #[test]
    fn a_title_alone_unsettles_no_bid_and_everything_else_does() {
        assert!(!unsettles("title"));
        for field in ["needs", "outward_code", "age_band", "quantities", "starts_on", "initial_term_weeks"] {
            assert!(unsettles(field), "{field}");
        }
    }
}
