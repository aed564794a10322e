//! When somebody is told by letter of a new opportunity, as they chose. That is all that a choice changes: the board
//! always shows everything, live, and what the law or fairness requires is told at once to everybody.

use super::{
    area::{self, areas},
    change::Change,
    event::Event,
    refusal::{Code, Refusal},
};
use entity::{
    alert::{Areas, Model},
    person::Categories,
    vocabulary::*,
};
use serde::{Deserialize, Serialize};

/// The most opportunities that one digest lists by name; how many more are new stands below them.
pub const LISTED_MAX: usize = 50;

/// How somebody wants to be told from now on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAlerts {
    /// Of which categories; of all, where none is listed.
    #[serde(default)]
    pub categories: Vec<CategoryId>,
    /// Of which outward codes, such as `ST16`, and postcode areas, such as `ST`; of all, where none is listed.
    #[serde(default)]
    pub areas: Vec<String>,
    /// At which hour in London, 0 to 23, one letter a day tells of what is new; at once, where none is given.
    #[serde(default)]
    pub digest_hour: Option<i32>,
    /// From which hour in London, 0 to 23, no letter of a new opportunity leaves.
    #[serde(default)]
    pub quiet_from: Option<i32>,
    /// From which hour on letters leave again.
    #[serde(default)]
    pub quiet_until: Option<i32>,
}

/// Somebody chooses how they are told. `offered` are the categories of which they are told without a choice; nothing
/// where they have chosen the same already.
///
/// # Errors
/// A category that is not theirs; what is no area; what is no hour; quiet hours without an end, or that never end; a
/// digest in quiet hours.
pub fn choose(
    provider_id: ProviderId,
    account_id: AccountId,
    offered: &[CategoryId],
    before: Option<&Model>,
    new: NewAlerts,
    now: Instant,
) -> Result<Option<Change>, Refusal> {
    let refuse = |field: &str, words: &'static str| Err(Refusal::new(Code::InvalidField, words).at(field));
    let mut categories = new.categories;
    categories.sort_unstable();
    categories.dedup();
    // One that they chose before may stay, whatever became of it.
    let known = |id: &CategoryId| {
        offered.contains(id) || before.is_some_and(|before| before.categories.0.contains(id))
    };
    if !categories.iter().all(known) {
        return refuse("categories", "Choose among the categories whose opportunities you see.");
    }
    let areas = areas(new.areas.iter().map(String::as_str), "areas")?;
    for (field, hour) in
        [("digest_hour", new.digest_hour), ("quiet_from", new.quiet_from), ("quiet_until", new.quiet_until)]
    {
        if hour.is_some_and(|hour| !(0..24).contains(&hour)) {
            return refuse(field, "Choose an hour from 0 to 23.");
        }
    }
    match (new.quiet_from, new.quiet_until) {
        (None, None) => {}
        (Some(from), Some(until)) if from != until => {
            if new.digest_hour.is_some_and(|hour| is_within(hour, from, until)) {
                let words = "Choose an hour outside your quiet hours: in them no email leaves.";
                return refuse("digest_hour", words);
            }
        }
        (Some(_), Some(_)) => {
            return refuse("quiet_until", "Quiet hours end at another hour than they begin.");
        }
        (Some(_), None) => return refuse("quiet_until", "Choose when your quiet hours end."),
        (None, Some(_)) => return refuse("quiet_from", "Choose when your quiet hours begin."),
    }
    let row = Model {
        account_id,
        provider_id,
        categories: Categories(categories),
        areas: Areas(areas),
        digest_hour: new.digest_hour,
        quiet_from: new.quiet_from,
        quiet_until: new.quiet_until,
        chosen_at: before.map_or(now, |before| before.chosen_at),
    };
    if before == Some(&row) {
        return Ok(None);
    }
    let row = Model { chosen_at: now, ..row };
    let event = Event::AlertsChosen {
        narrowed: !row.categories.0.is_empty() || !row.areas.0.is_empty(),
        digest: row.digest_hour.is_some(),
        quiet: row.quiet_from.is_some(),
    };
    Ok(Some(Change::new(provider_id, event).upsert(row)))
}

/// How somebody is told of a new opportunity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// By a letter of its own, not before this instant.
    At(Instant),
    /// In the digest that leaves at this instant.
    InDigest(Instant),
    /// On the board alone: they chose to have no letters of such.
    OnBoard,
}

/// How somebody with this choice is told of what is advertised now.
pub fn told(chosen: Option<&Model>, category: CategoryId, outward_code: &str, now: Instant) -> Told {
    let Some(chosen) = chosen else { return Told::At(now) };
    if !chosen.categories.cover(category) || !area::cover(&chosen.areas.0, outward_code) {
        return Told::OnBoard;
    }
    match chosen.digest_hour {
        Some(hour) => Told::InDigest(after_quiet(chosen, next(hour, now))),
        None => Told::At(after_quiet(chosen, now)),
    }
}

/// Whether an hour lies between these two, the second excluded, over midnight where they are so.
const fn is_within(hour: i32, from: i32, until: i32) -> bool {
    if from < until { from <= hour && hour < until } else { from <= hour || hour < until }
}

/// When London's clocks strike this hour next, after now.
fn next(hour: i32, now: Instant) -> Instant {
    let today = now.london_day();
    match today.hour_in_london(hour) {
        at if at > now => at,
        _ => today.plus_days(1).hour_in_london(hour),
    }
}

/// This instant, or the end of the quiet hours in which it lies.
fn after_quiet(chosen: &Model, at: Instant) -> Instant {
    let (Some(from), Some(until)) = (chosen.quiet_from, chosen.quiet_until) else { return at };
    if is_within(at.london_hour(), from, until) { next(until, at) } else { at }
}

/// An opportunity in a digest, as its letter was owed: references, days and places.
#[derive(Clone, Debug, Serialize)]
pub struct DigestContext<'a, C: Serialize> {
    pub opportunities: [&'a C; 1],
    pub path: &'static str,
}

/// What a digest of one opportunity says; at the post those of one person become one.
pub const fn digest<C: Serialize>(of: &C) -> DigestContext<'_, C> {
    DigestContext { opportunities: [of], path: "/opportunities" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().expect("an instant")
    }

    fn chosen() -> Model {
        Model {
            account_id: AccountId::new(),
            provider_id: ProviderId::new(),
            categories: Categories::default(),
            areas: Areas::default(),
            digest_hour: None,
            quiet_from: None,
            quiet_until: None,
            chosen_at: Instant::from_milliseconds(0),
        }
    }

    fn quiet(from: i32, until: i32) -> Model {
        Model { quiet_from: Some(from), quiet_until: Some(until), ..chosen() }
    }

    fn leaves(of: &Model, now: &str) -> String {
        match told(Some(of), CategoryId::new(), "ST16", at(now)) {
            Told::At(at) | Told::InDigest(at) => at.to_string(),
            Told::OnBoard => "never".to_owned(),
        }
    }

    #[test]
    fn who_chose_nothing_is_told_at_once() {
        let now = at("2026-12-07T03:00:00Z");
        assert_eq!(told(None, CategoryId::new(), "ST16", now), Told::At(now));
        assert_eq!(told(Some(&chosen()), CategoryId::new(), "ST16", now), Told::At(now));
    }

    #[test]
    fn quiet_hours_hold_a_letter_until_they_end_over_midnight_too() {
        let night = quiet(20, 7);
        for (now, left) in [
            ("2026-12-07T19:59:59.999Z", "2026-12-07T19:59:59.999Z"),
            ("2026-12-07T20:00:00Z", "2026-12-08T07:00:00.000Z"),
            ("2026-12-08T00:00:00Z", "2026-12-08T07:00:00.000Z"),
            ("2026-12-08T06:59:59Z", "2026-12-08T07:00:00.000Z"),
            ("2026-12-08T07:00:00Z", "2026-12-08T07:00:00.000Z"),
        ] {
            assert_eq!(leaves(&night, now), left, "{now}");
        }
        // Within one day, and in summer an hour earlier by UTC.
        assert_eq!(leaves(&quiet(12, 14), "2026-06-10T11:30:00Z"), "2026-06-10T13:00:00.000Z");
        assert_eq!(leaves(&quiet(12, 14), "2026-06-10T13:00:00Z"), "2026-06-10T13:00:00.000Z");
    }

    #[test]
    fn quiet_hours_end_by_london_when_the_clocks_change() {
        // On 28 March 2027 1am becomes 2am; on 31 October 2027 2am becomes 1am.
        let night = quiet(22, 7);
        assert_eq!(leaves(&night, "2027-03-27T23:00:00Z"), "2027-03-28T06:00:00.000Z");
        assert_eq!(leaves(&night, "2027-10-30T22:00:00Z"), "2027-10-31T07:00:00.000Z");
        // They end within the hour that is left out, and within the one that comes twice.
        assert_eq!(leaves(&quiet(22, 1), "2027-03-28T00:30:00Z"), "2027-03-28T01:00:00.000Z");
        assert_eq!(leaves(&quiet(22, 1), "2027-10-30T23:30:00Z"), "2027-10-31T00:00:00.000Z");
        // The second 1.30am is quiet still where 2am ends them.
        assert_eq!(leaves(&quiet(22, 2), "2027-10-31T01:30:00Z"), "2027-10-31T02:00:00.000Z");
    }

    #[test]
    fn a_digest_leaves_at_its_next_hour() {
        let daily = Model { digest_hour: Some(8), ..chosen() };
        for (now, left) in [
            ("2026-12-07T07:59:00Z", "2026-12-07T08:00:00.000Z"),
            ("2026-12-07T08:00:00Z", "2026-12-08T08:00:00.000Z"),
            ("2027-03-27T12:00:00Z", "2027-03-28T07:00:00.000Z"),
            ("2027-10-30T12:00:00Z", "2027-10-31T08:00:00.000Z"),
        ] {
            assert_eq!(leaves(&daily, now), left, "{now}");
        }
        let now = at("2026-12-07T07:00:00Z");
        assert!(matches!(told(Some(&daily), CategoryId::new(), "ST16", now), Told::InDigest(_)));
    }

    #[test]
    fn what_was_narrowed_out_stands_on_the_board_alone() {
        let (ours, now) = (CategoryId::new(), at("2026-12-07T12:00:00Z"));
        let narrowed = Model {
            categories: Categories(vec![ours]),
            areas: Areas(vec!["ST".to_owned(), "WV1".to_owned()]),
            ..chosen()
        };
        for (category, code, letter) in [
            (ours, "ST16", true),
            (ours, "WV1", true),
            (ours, "WV10", false),
            (ours, "S1", false),
            (CategoryId::new(), "ST16", false),
        ] {
            let told = told(Some(&narrowed), category, code, now);
            assert_eq!(told == Told::At(now), letter, "{code}");
            assert_eq!(told == Told::OnBoard, !letter, "{code}");
        }
    }

    #[test]
    fn a_choice_is_checked_and_the_same_choice_changes_nothing() {
        let (provider, account, ours) = (ProviderId::new(), AccountId::new(), CategoryId::new());
        let now = at("2026-12-07T12:00:00Z");
        let try_ = |new: NewAlerts| choose(provider, account, &[ours], None, new, now);
        let wrong = |new| try_(new).err().and_then(|refused| refused.field).unwrap_or_default();
        let none = NewAlerts::default;
        assert_eq!(wrong(NewAlerts { categories: vec![CategoryId::new()], ..none() }), "categories");
        assert_eq!(wrong(NewAlerts { areas: vec!["ST16 2AB".to_owned()], ..none() }), "areas");
        assert_eq!(wrong(NewAlerts { digest_hour: Some(24), ..none() }), "digest_hour");
        assert_eq!(wrong(NewAlerts { quiet_from: Some(20), ..none() }), "quiet_until");
        assert_eq!(wrong(NewAlerts { quiet_until: Some(7), ..none() }), "quiet_from");
        assert_eq!(wrong(NewAlerts { quiet_from: Some(7), quiet_until: Some(7), ..none() }), "quiet_until");
        let in_quiet =
            NewAlerts { digest_hour: Some(6), quiet_from: Some(20), quiet_until: Some(7), ..none() };
        assert_eq!(wrong(in_quiet.clone()), "digest_hour");
        let good = NewAlerts {
            categories: vec![ours, ours],
            areas: vec!["st".to_owned()],
            digest_hour: Some(7),
            ..in_quiet
        };
        let change = try_(good.clone()).expect("a choice").expect("a change");
        assert_eq!(change.event, Event::AlertsChosen { narrowed: true, digest: true, quiet: true });
        let row = Model {
            account_id: account,
            provider_id: provider,
            categories: Categories(vec![ours]),
            areas: Areas(vec!["ST".to_owned()]),
            digest_hour: Some(7),
            quiet_from: Some(20),
            quiet_until: Some(7),
            chosen_at: now,
        };
        let again = choose(provider, account, &[], Some(&row), good, now.plus_seconds(60)).expect("a choice");
        assert!(again.is_none());
    }
}
