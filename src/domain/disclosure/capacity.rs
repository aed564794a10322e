//! Spare hours: a provider's own figures to itself, totals to officers who use the market, and each provider's figures
//! to officers of the market's authority alone.

use super::team::CategoryChoice;
use crate::domain::area::Middle;
use crate::domain::capacity::{BASES_MAX, BandHours, Known, LAPSE_DAYS, counts, lapses_at};
use entity::{spare_hours, vocabulary::*};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// What a provider has to spare, for its own people.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CapacityView {
    pub bases: Vec<BaseView>,
    /// By category, then by outward code.
    pub areas: Vec<AreaView>,
    /// Where spare hours can be published.
    pub categories: Vec<CategoryChoice>,
    pub bases_max: usize,
    /// After how many days a figure lapses, unless it is confirmed.
    pub lapse_days: i64,
}

/// A place that the provider works from.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BaseView {
    pub id: BaseId,
    pub name: String,
    pub outward_code: String,
    /// The middle of its outward code, where this server has a table of them.
    pub middle: Option<Middle>,
}

/// What was published for a category and an outward code.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AreaView {
    pub category_id: CategoryId,
    pub category_name: String,
    pub market_name: String,
    pub outward_code: String,
    pub figures: Vec<FigureView>,
}

/// One figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FigureView {
    pub band: TimeBand,
    /// A week.
    pub hours: Quantity,
    pub confirmed_at: Instant,
    /// When it lapses, or lapsed.
    pub lapses_at: Instant,
    /// Whether brokers no longer count it.
    pub lapsed: bool,
}

/// What is declared for a package's category and outward code, for officers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DeclaredCapacity {
    pub outward_code: String,
    /// How many admitted providers declared spare hours that count.
    pub providers: u64,
    /// Of all of them together, a week, by time of the week.
    pub totals: Vec<BandHours>,
    /// Each of them, for officers of the market's own authority.
    pub each: Option<Vec<ProviderCapacity>>,
}

/// What one provider declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProviderCapacity {
    pub provider_id: ProviderId,
    pub provider_name: String,
    pub hours: Vec<BandHours>,
    /// When the oldest of these was confirmed.
    pub confirmed_at: Instant,
}

fn figure(of: &spare_hours::Model, now: Instant) -> FigureView {
    FigureView {
        band: of.band,
        hours: of.hours,
        confirmed_at: of.confirmed_at,
        lapses_at: lapses_at(of),
        lapsed: !counts(of, now),
    }
}

/// A provider's own capacity. `names` are of the categories: their own, and their market's.
pub fn capacity(
    known: &Known,
    categories: Vec<CategoryChoice>,
    names: &HashMap<CategoryId, (String, String)>,
    middles: impl Fn(&str) -> Option<Middle>,
    now: Instant,
) -> CapacityView {
    let mut areas: BTreeMap<(String, String, CategoryId, String), Vec<FigureView>> = BTreeMap::new();
    for row in known.figures.iter().filter(|row| row.hours > Quantity::ZERO) {
        let (category, market) = names.get(&row.category_id).cloned().unwrap_or_default();
        let key = (market, category, row.category_id, row.outward_code.clone());
        areas.entry(key).or_default().push(figure(row, now));
    }
    CapacityView {
        bases: known
            .bases
            .iter()
            .map(|base| BaseView {
                id: base.id,
                name: base.name.clone(),
                middle: middles(&base.outward_code),
                outward_code: base.outward_code.clone(),
            })
            .collect(),
        areas: areas
            .into_iter()
            .map(|((market_name, category_name, category_id, outward_code), mut figures)| {
                figures.sort_by_key(|one| one.band);
                AreaView { category_id, category_name, market_name, outward_code, figures }
            })
            .collect(),
        categories,
        bases_max: BASES_MAX,
        lapse_days: LAPSE_DAYS,
    }
}

/// What a provider's own figures say of an advert: those that count.
pub fn fit(figures: &[spare_hours::Model], now: Instant) -> Vec<FigureView> {
    let mut fit: Vec<_> = figures.iter().filter(|row| counts(row, now)).map(|row| figure(row, now)).collect();
    fit.sort_by_key(|one| one.band);
    fit
}

/// What is declared in a place, for officers. With `names`, each provider's figures too.
pub fn declared(
    outward_code: &str,
    figures: &[spare_hours::Model],
    names: Option<&HashMap<ProviderId, String>>,
    now: Instant,
) -> DeclaredCapacity {
    let current = || figures.iter().filter(|row| counts(row, now));
    let mut totals: BTreeMap<TimeBand, i64> = BTreeMap::new();
    let mut each: BTreeMap<ProviderId, Vec<&spare_hours::Model>> = BTreeMap::new();
    for row in current() {
        *totals.entry(row.band).or_default() += row.hours.ten_thousandths();
        each.entry(row.provider_id).or_default().push(row);
    }
    let providers = each.len() as u64;
    let each = names.map(|names| {
        let mut each: Vec<_> = each
            .into_iter()
            .map(|(provider_id, mut rows)| {
                rows.sort_by_key(|row| row.band);
                ProviderCapacity {
                    provider_id,
                    provider_name: names.get(&provider_id).cloned().unwrap_or_default(),
                    confirmed_at: rows.iter().map(|row| row.confirmed_at).min().unwrap_or(now),
                    hours: rows.iter().map(|row| BandHours { band: row.band, hours: row.hours }).collect(),
                }
            })
            .collect();
        each.sort_by(|a, b| a.provider_name.cmp(&b.provider_name));
        each
    });
    let total = |(band, hours)| BandHours { band, hours: Quantity::from_ten_thousandths(hours) };
    DeclaredCapacity {
        outward_code: outward_code.to_owned(),
        providers,
        totals: totals.into_iter().map(total).collect(),
        each,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_of_what_counts_and_each_provider_s_figures_are_for_its_market_s_authority() {
        const NOW: Instant = Instant::from_milliseconds(1_800_000_000_000);
        let category_id = CategoryId::new();
        let row = |provider_id, band, hours, days: i64| spare_hours::Model {
            provider_id,
            category_id,
            outward_code: "ST16".to_owned(),
            band,
            hours: Quantity::from_ten_thousandths(hours),
            confirmed_at: NOW.plus_seconds(-days * 86_400),
            confirmed_by: AccountId::new(),
        };
        let (one, other, old) = (ProviderId::new(), ProviderId::new(), ProviderId::new());
        let figures = [
            row(one, TimeBand::Weekends, 80_000, 0),
            row(one, TimeBand::Mornings, 300_000, 3),
            row(other, TimeBand::Mornings, 125_000, 27),
            row(other, TimeBand::Evenings, 0, 1),
            row(old, TimeBand::Mornings, 900_000, 28),
        ];
        let of_all = declared("ST16", &figures, None, NOW);
        let hours = |band, hours| BandHours { band, hours: Quantity::from_ten_thousandths(hours) };
        assert_eq!((of_all.providers, &of_all.each), (2, &None));
        assert_eq!(of_all.totals, [hours(TimeBand::Mornings, 425_000), hours(TimeBand::Weekends, 80_000)]);
        let names = HashMap::from([(one, "Birch".to_owned()), (other, "Acorn".to_owned())]);
        let each = declared("ST16", &figures, Some(&names), NOW).each.expect("each");
        assert_eq!(each.iter().map(|p| p.provider_name.as_str()).collect::<Vec<_>>(), ["Acorn", "Birch"]);
        assert_eq!(each[1].hours, [hours(TimeBand::Mornings, 300_000), hours(TimeBand::Weekends, 80_000)]);
        assert_eq!(each[1].confirmed_at, NOW.plus_seconds(-3 * 86_400));
        assert_eq!(fit(&figures[3..], NOW), []);
    }
}
