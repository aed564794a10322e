//! What a provider has to spare: its bases, and the hours a week that it publishes for a category, an outward code and
//! a time of the week. A figure that nobody confirmed for four weeks no longer counts: what a broker reads is current.

use super::{
    change::Change,
    event::Event,
    package::outward_code,
    refusal::{Code, Refusal},
};
use entity::{base, spare_hours, vocabulary::*};
use serde::{Deserialize, Serialize};

/// After how many days a figure lapses, unless it is confirmed.
pub const LAPSE_DAYS: i64 = 28;
/// The most bases of a provider.
pub const BASES_MAX: usize = 20;
/// The most figures of a provider, with those that it took back.
pub const FIGURES_MAX: usize = 600;
/// The most spare hours a week in one figure.
pub const HOURS_MAX: i64 = 5_000;
/// Characters in the name of a base.
pub const NAME_MAX: usize = 80;

/// Spare hours a week at one time of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BandHours {
    pub band: TimeBand,
    /// Nought takes a figure back.
    pub hours: Quantity,
}

/// What a provider has to spare in one place and category.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCapacity {
    pub category_id: CategoryId,
    /// The first half of a postcode, such as `ST16`.
    pub outward_code: String,
    /// The times of the week that are not named stay as they are.
    pub hours: Vec<BandHours>,
}

/// A place that a provider works from.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBase {
    pub name: String,
    pub outward_code: String,
}

/// What is known of a provider's capacity, under its lock.
#[derive(Clone, Debug)]
pub struct Known {
    pub provider_id: ProviderId,
    /// Those that it works from now.
    pub bases: Vec<base::Model>,
    pub figures: Vec<spare_hours::Model>,
    /// The categories to which it is admitted, or in which it gets no new work for now.
    pub categories: Vec<CategoryId>,
}

/// A time of the week, in words.
pub const fn band_words(band: TimeBand) -> &'static str {
    match band {
        TimeBand::Mornings => "mornings",
        TimeBand::Daytime => "daytime",
        TimeBand::Evenings => "evenings",
        TimeBand::SleepIn => "sleep-in nights",
        TimeBand::WakingNights => "waking nights",
        TimeBand::Weekends => "weekends",
    }
}

/// From when on a figure no longer counts.
pub const fn lapses_at(of: &spare_hours::Model) -> Instant {
    of.confirmed_at.plus_seconds(LAPSE_DAYS * 86_400)
}

/// Whether a figure counts now.
pub fn counts(of: &spare_hours::Model, now: Instant) -> bool {
    of.hours > Quantity::ZERO && now < lapses_at(of)
}

/// Adds a base.
///
/// # Errors
/// No name; no outward code; as many as there may be.
pub fn add_base(known: &Known, new: NewBase, now: Instant) -> Result<Change, Refusal> {
    let name = new.name.trim().to_owned();
    if !(1..=NAME_MAX).contains(&name.chars().count()) || name.contains(char::is_control) {
        let words = format!("Enter what you call the base, in at most {NAME_MAX} characters.");
        return Err(Refusal::new(Code::InvalidField, words).at("name"));
    }
    let outward_code = outward_code(&new.outward_code)?;
    if known.bases.len() >= BASES_MAX {
        let words = format!("At most {BASES_MAX} bases are listed. Take one off first.");
        return Err(Refusal::new(Code::CapacityFull, words).at("name"));
    }
    let row = base::Model {
        id: BaseId::new(),
        provider_id: known.provider_id,
        name,
        outward_code,
        added_at: now,
        removed_at: None,
    };
    let event = Event::BaseAdded { base_id: row.id, outward_code: row.outward_code.clone() };
    Ok(Change::new(known.provider_id, event).insert(row))
}

/// Takes a base off.
///
/// # Errors
/// It is not one of the provider's.
pub fn remove_base(known: &Known, id: BaseId, now: Instant) -> Result<Change, Refusal> {
    let found = known.bases.iter().find(|base| base.id == id);
    let row = found.ok_or_else(|| Refusal::not_found("base"))?;
    let event = Event::BaseRemoved { base_id: id, outward_code: row.outward_code.clone() };
    Ok(Change::new(known.provider_id, event).update(base::Model { removed_at: Some(now), ..row.clone() }))
}

/// Publishes what a provider has to spare in one place and category.
///
/// # Errors
/// Not admitted there; no outward code; no figure, one twice, one that is no number of hours; as many as there may be.
pub fn publish(known: &Known, new: NewCapacity, by: AccountId, now: Instant) -> Result<Change, Refusal> {
    if !known.categories.contains(&new.category_id) {
        let words = "Choose a category to which you are admitted.";
        return Err(Refusal::new(Code::InvalidField, words).at("category_id"));
    }
    let outward_code = outward_code(&new.outward_code)?;
    if new.hours.is_empty() {
        let words = "Enter the hours for at least one time of the week.";
        return Err(Refusal::new(Code::InvalidField, words).at("hours"));
    }
    let mut rows: Vec<spare_hours::Model> = Vec::new();
    for (at, said) in new.hours.iter().enumerate() {
        let most = Quantity::from_ten_thousandths(HOURS_MAX * 10_000);
        let plausible = (Quantity::ZERO..=most).contains(&said.hours) && said.hours.has_at_most_places(2);
        if !plausible || rows.iter().any(|row| row.band == said.band) {
            let words = format!(
                "Enter the hours a week once for each time of the week, from 0 to {HOURS_MAX}, such as 12.5."
            );
            return Err(Refusal::new(Code::InvalidField, words).at(format!("hours[{at}].hours")));
        }
        let same = |figure: &&spare_hours::Model| {
            figure.category_id == new.category_id
                && figure.outward_code == outward_code
                && figure.band == said.band
        };
        // What was never published is not taken back.
        if known.figures.iter().find(same).is_none() && said.hours == Quantity::ZERO {
            continue;
        }
        rows.push(spare_hours::Model {
            provider_id: known.provider_id,
            category_id: new.category_id,
            outward_code: outward_code.clone(),
            band: said.band,
            hours: said.hours,
            confirmed_at: now,
            confirmed_by: by,
        });
    }
    if rows.is_empty() {
        let words = "Enter the hours for at least one time of the week.";
        return Err(Refusal::new(Code::InvalidField, words).at("hours"));
    }
    let known_already = |row: &&spare_hours::Model| {
        let same = |figure: &spare_hours::Model| {
            (figure.category_id, &figure.outward_code, figure.band)
                == (row.category_id, &row.outward_code, row.band)
        };
        known.figures.iter().any(same)
    };
    let added = rows.iter().filter(|row| !known_already(row)).count();
    if known.figures.len() + added > FIGURES_MAX {
        let words = format!("At most {FIGURES_MAX} figures are kept. Publish fewer areas.");
        return Err(Refusal::new(Code::CapacityFull, words).at("outward_code"));
    }
    let hours = rows.iter().map(|row| BandHours { band: row.band, hours: row.hours }).collect();
    let event = Event::CapacityPublished { category_id: new.category_id, outward_code, hours };
    Ok(rows.into_iter().fold(Change::new(known.provider_id, event), Change::upsert))
}

/// Confirms everything that was published: it counts for as long again.
///
/// # Errors
/// Nothing was published.
pub fn confirm(known: &Known, by: AccountId, now: Instant) -> Result<Change, Refusal> {
    let published: Vec<_> = known.figures.iter().filter(|figure| figure.hours > Quantity::ZERO).collect();
    if published.is_empty() {
        let words = "You have published no spare hours. Publish some first.";
        return Err(Refusal::new(Code::InvalidField, words));
    }
    let event = Event::CapacityConfirmed { figures: u32::try_from(published.len()).unwrap_or(u32::MAX) };
    Ok(published.into_iter().fold(Change::new(known.provider_id, event), |change, figure| {
        change.update(spare_hours::Model { confirmed_at: now, confirmed_by: by, ..figure.clone() })
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_milliseconds(1_800_000_000_000);

    fn known(category: CategoryId) -> Known {
        Known {
            provider_id: ProviderId::new(),
            bases: Vec::new(),
            figures: Vec::new(),
            categories: vec![category],
        }
    }

    fn hours(n: i64) -> Quantity {
        Quantity::from_ten_thousandths(n * 10_000)
    }

    fn said(category_id: CategoryId, hours: &[(TimeBand, Quantity)]) -> NewCapacity {
        let hours = hours.iter().map(|&(band, hours)| BandHours { band, hours }).collect();
        NewCapacity { category_id, outward_code: "st16".to_owned(), hours }
    }

    fn figure(of: &Known, n: i64, confirmed_at: Instant) -> spare_hours::Model {
        spare_hours::Model {
            provider_id: of.provider_id,
            category_id: of.categories[0],
            outward_code: "ST16".to_owned(),
            band: TimeBand::Mornings,
            hours: hours(n),
            confirmed_at,
            confirmed_by: AccountId::new(),
        }
    }

    #[test]
    fn a_figure_counts_for_28_days_to_the_millisecond_and_none_of_nought_does() {
        let known = known(CategoryId::new());
        let row = figure(&known, 30, NOW);
        assert!(counts(&row, lapses_at(&row).plus_milliseconds(-1)));
        assert!(!counts(&row, lapses_at(&row)));
        assert_eq!(lapses_at(&row), NOW.plus_seconds(28 * 86_400));
        assert!(!counts(&figure(&known, 0, NOW), NOW));
    }

    #[test]
    fn only_hours_that_can_be_are_published_where_the_provider_is_admitted() {
        let category = CategoryId::new();
        let known = known(category);
        let fails = |new: NewCapacity| {
            publish(&known, new, AccountId::new(), NOW).err().and_then(|refusal| refusal.field)
        };
        let mornings = TimeBand::Mornings;
        assert_eq!(fails(said(category, &[(mornings, hours(30))])), None);
        assert_eq!(fails(said(category, &[(mornings, hours(HOURS_MAX))])), None);
        for wrong in [hours(HOURS_MAX + 1), hours(-1), Quantity::from_ten_thousandths(1)] {
            assert_eq!(fails(said(category, &[(mornings, wrong)])).as_deref(), Some("hours[0].hours"));
        }
        let twice = [(mornings, hours(1)), (mornings, hours(2))];
        assert_eq!(fails(said(category, &twice)).as_deref(), Some("hours[1].hours"));
        assert_eq!(fails(said(category, &[])).as_deref(), Some("hours"));
        assert_eq!(fails(said(category, &[(mornings, hours(0))])).as_deref(), Some("hours"));
        assert_eq!(fails(said(CategoryId::new(), &[(mornings, hours(1))])).as_deref(), Some("category_id"));
        let nowhere =
            NewCapacity { outward_code: "ST16 2AB".to_owned(), ..said(category, &[(mornings, hours(1))]) };
        assert_eq!(fails(nowhere).as_deref(), Some("outward_code"));
    }

    #[test]
    fn figures_and_bases_are_bounded() {
        let category = CategoryId::new();
        let mut full = known(category);
        full.figures = vec![figure(&full, 30, NOW); FIGURES_MAX];
        let code = |result: Result<Change, Refusal>| result.err().map(|refusal| refusal.code);
        // What is known already is changed; nothing is added.
        let mornings = said(category, &[(TimeBand::Mornings, hours(1))]);
        assert_eq!(code(publish(&full, mornings, AccountId::new(), NOW)), None);
        let evenings = said(category, &[(TimeBand::Evenings, hours(1))]);
        assert_eq!(code(publish(&full, evenings, AccountId::new(), NOW)), Some(Code::CapacityFull));
        let base = || NewBase { name: "Office".to_owned(), outward_code: "ST16".to_owned() };
        assert_eq!(code(add_base(&full, base(), NOW)), None);
        full.bases = vec![
            base::Model {
                id: BaseId::new(),
                provider_id: full.provider_id,
                name: "Office".to_owned(),
                outward_code: "ST16".to_owned(),
                added_at: NOW,
                removed_at: None,
            };
            BASES_MAX
        ];
        assert_eq!(code(add_base(&full, base(), NOW)), Some(Code::CapacityFull));
    }

    #[test]
    fn confirming_makes_what_was_published_count_again_and_nothing_that_was_taken_back() {
        let mut of = known(CategoryId::new());
        assert!(confirm(&of, AccountId::new(), NOW).is_err());
        of.figures = vec![figure(&of, 30, NOW), figure(&of, 0, NOW)];
        let change = confirm(&of, AccountId::new(), NOW.plus_seconds(86_400)).expect("confirmed");
        assert_eq!(change.writes.len(), 1);
    }
}
