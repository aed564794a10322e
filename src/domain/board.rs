//! What somebody looks for on the board of opportunities. The server sifts, because its list comes in parts: what is on
//! a later one is not missed.

use super::{
    area::{self, Middle, nearest},
    disclosure::opportunity::{Mine, OpportunityCard},
    refusal::{Code, Refusal},
};
use entity::vocabulary::*;
use serde::{Deserialize, Serialize};

/// The most hours a week that can be looked for.
pub const HOURS_MAX: u32 = 5_000;
/// The most kilometres that can be looked for.
pub const KM_MAX: u32 = 500;
/// The most opportunities that are looked at for one part of a list: the part after goes on from there.
pub const LOOKED_AT_MAX: usize = 1_000;

/// How an opportunity stands with one's own provider. More than one may hold: a bid that was taken back leaves what was
/// said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OwnState {
    /// Nobody of the provider has opened it.
    New,
    /// Opened, and nothing said yet.
    Seen,
    WillBid,
    CannotBid,
    /// A draft waits that was not submitted.
    Draft,
    /// The provider's bid stands.
    Submitted,
    /// The provider took its bid back.
    Withdrawn,
}

/// What is looked for; all of it must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub areas: Vec<String>,
    pub category: Option<CategoryId>,
    /// Hours a week, both ends within.
    pub hours_from: Option<u32>,
    pub hours_to: Option<u32>,
    /// Care starts on this day or later.
    pub starts_from: Option<Day>,
    pub state: Option<OwnState>,
    /// From one of one's own bases, at most, in a straight line.
    pub within_km: Option<u32>,
}

impl Wanted {
    /// Checks what was asked for, by somebody with bases whose middles are these.
    ///
    /// # Errors
    /// Hours that are too many, or the wrong way round; a state, where an officer asks; a distance, where none is known.
    pub fn check(self, is_provider: bool, bases: &[Middle]) -> Result<Self, Refusal> {
        let refuse =
            |field: &'static str, words: String| Err(Refusal::new(Code::InvalidField, words).at(field));
        for (field, hours) in [("hours_from", self.hours_from), ("hours_to", self.hours_to)] {
            if hours.is_some_and(|hours| hours > HOURS_MAX) {
                return refuse(field, format!("Enter hours a week from 0 to {HOURS_MAX}."));
            }
        }
        if let (Some(from), Some(to)) = (self.hours_from, self.hours_to)
            && from > to
        {
            return refuse("hours_to", "Enter at least as many hours as in “from”.".to_owned());
        }
        if self.state.is_some() && !is_provider {
            let words = "Only providers can look for what they have said or bid.";
            return refuse("state", words.to_owned());
        }
        match self.within_km {
            Some(km) if !(1..=KM_MAX).contains(&km) => {
                return refuse("within_km", format!("Enter whole kilometres from 1 to {KM_MAX}."));
            }
            Some(_) if bases.is_empty() => {
                let words =
                    "No distance from a base of yours is known here: leave this out, or look by area.";
                return refuse("within_km", words.to_owned());
            }
            _ => {}
        }
        Ok(self)
    }

    /// Whether the advert is looked for, one's own state aside, by somebody with bases whose middles are these.
    pub fn fits(&self, card: &OpportunityCard, bases: &[Middle]) -> bool {
        let hours = weekly_hours(card);
        let whole = |hours: u32| i64::from(hours) * 10_000;
        area::cover(&self.areas, &card.outward_code)
            && self.category.is_none_or(|id| id == card.category_id)
            && self.hours_from.is_none_or(|from| hours >= whole(from))
            && self.hours_to.is_none_or(|to| hours <= whole(to))
            && self.starts_from.is_none_or(|day| card.starts_on >= day)
            && self.within_km.is_none_or(|most| nearest(card.middle, bases).is_some_and(|km| km <= most))
    }

    /// Whether the state is looked for in which it is with one's provider.
    pub fn fits_state(&self, mine: Option<&Mine>) -> bool {
        self.state.is_none_or(|state| mine.is_some_and(|mine| is(mine, state)))
    }
}

/// Hours of care a week, in ten-thousandths: nights that are slept in, days and miles are no hours.
fn weekly_hours(card: &OpportunityCard) -> i64 {
    let hourly = card.quantities.iter().filter(|line| line.unit.is_hourly());
    hourly.fold(0, |sum, line| sum.saturating_add(line.quantity.ten_thousandths()))
}

/// Whether this is how it stands.
fn is(mine: &Mine, state: OwnState) -> bool {
    let submitted = mine.bid.as_ref().is_some_and(|bid| !bid.withdrawn);
    let said = |kind| !submitted && mine.interest == Some(kind);
    match state {
        OwnState::New => mine.interest.is_none() && mine.bid.is_none() && !mine.draft,
        OwnState::Seen => said(InterestKind::Seen) && mine.bid.is_none() && !mine.draft,
        OwnState::WillBid => said(InterestKind::WillBid),
        OwnState::CannotBid => said(InterestKind::CannotBid),
        OwnState::Draft => mine.draft,
        OwnState::Submitted => submitted,
        OwnState::Withdrawn => mine.bid.as_ref().is_some_and(|bid| bid.withdrawn),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        disclosure::opportunity::{BidStanding, LineAsked},
        opportunity::Stage,
    };

    fn card() -> OpportunityCard {
        let line = |key: &str, unit, hours: i64| LineAsked {
            key: key.to_owned(),
            label: key.to_owned(),
            unit,
            quantity: Quantity::from_ten_thousandths(hours * 10_000),
        };
        let then = Instant::from_milliseconds(0);
        OpportunityCard {
            id: OpportunityId::new(),
            reference: "EX-0001".to_owned(),
            title: String::new(),
            market_id: MarketId::new(),
            market_name: String::new(),
            category_id: CategoryId::new(),
            category_name: String::new(),
            outward_code: "ST16".to_owned(),
            middle: Some(Middle { latitude: 52_820_000, longitude: -2_120_000 }),
            age_band: AgeBand::From18To24,
            quantities: vec![
                line("hours", Unit::Hour, 30),
                line("waking", Unit::WakingNightHour, 5),
                line("nights", Unit::SleepInNight, 7),
            ],
            starts_on: "2026-12-14".parse().expect("a day"),
            initial_term_weeks: 12,
            published_at: then,
            closes_at: then,
            stage: Stage::Open,
            event_number: 1,
            mine: None,
            counts: None,
        }
    }

    #[test]
    fn each_wish_sifts_alone_and_all_of_them_together() {
        let of = card();
        let all = Wanted {
            areas: vec!["ST".to_owned()],
            category: Some(of.category_id),
            hours_from: Some(35),
            hours_to: Some(35),
            starts_from: Some(of.starts_on),
            state: None,
            within_km: Some(26),
        };
        // Wolverhampton, 26 km away.
        let bases = [Middle { latitude: 52_588_000, longitude: -2_127_000 }];
        assert!(all.fits(&of, &bases) && Wanted::default().fits(&of, &[]));
        // Nights that are slept in are no hours: 35, and not 42.
        for none in [
            Wanted { areas: vec!["WV".to_owned()], ..all.clone() },
            Wanted { category: Some(CategoryId::new()), ..all.clone() },
            Wanted { hours_from: Some(36), hours_to: None, ..all.clone() },
            Wanted { hours_from: None, hours_to: Some(34), ..all.clone() },
            Wanted { starts_from: Some(of.starts_on.plus_days(1)), ..all.clone() },
            Wanted { within_km: Some(25), ..all.clone() },
        ] {
            assert!(!none.fits(&of, &bases), "{none:?}");
        }
        assert!(!all.fits(&of, &[]) && !all.fits(&OpportunityCard { middle: None, ..of }, &bases));
    }

    #[test]
    fn hours_are_in_order_and_only_providers_have_a_state() {
        let code = |wanted: Wanted, is_provider| {
            wanted.check(is_provider, &[]).err().map(|r| r.field.unwrap_or_default())
        };
        let hours = |from, to| Wanted { hours_from: from, hours_to: to, ..Wanted::default() };
        assert_eq!(code(hours(Some(1), Some(1)), true), None);
        assert_eq!(code(hours(Some(2), Some(1)), true).as_deref(), Some("hours_to"));
        assert_eq!(code(hours(Some(HOURS_MAX + 1), None), true).as_deref(), Some("hours_from"));
        let state = Wanted { state: Some(OwnState::New), ..Wanted::default() };
        assert_eq!(code(state.clone(), true), None);
        assert_eq!(code(state, false).as_deref(), Some("state"));
        let within = |km| Wanted { within_km: Some(km), ..Wanted::default() };
        assert_eq!(code(within(5), true).as_deref(), Some("within_km"), "no base is known");
        let base = [Middle { latitude: 0, longitude: 0 }];
        for (km, right) in [(0, false), (1, true), (KM_MAX, true), (KM_MAX + 1, false)] {
            assert_eq!(within(km).check(true, &base).is_ok(), right, "{km}");
        }
    }

    #[test]
    fn every_state_is_told_from_the_others() {
        use OwnState::*;
        let bid = |withdrawn| {
            Some(BidStanding {
                version: 3,
                submitted_at: Instant::from_milliseconds(0),
                withdrawn,
                unsettled: false,
            })
        };
        let (none, seen) = (None, Some(InterestKind::Seen));
        let (will, cannot) = (Some(InterestKind::WillBid), Some(InterestKind::CannotBid));
        for (interest, bid, draft, states) in [
            (none, None, false, vec![New]),
            (seen, None, false, vec![Seen]),
            (will, None, false, vec![WillBid]),
            (cannot, None, false, vec![CannotBid]),
            (will, None, true, vec![WillBid, Draft]),
            (seen, None, true, vec![Draft]),
            (will, bid(false), false, vec![Submitted]),
            (none, bid(false), true, vec![Draft, Submitted]),
            (seen, bid(true), false, vec![Withdrawn]),
        ] {
            let mine = Mine { interest, bid, draft, outcome: None };
            let found: Vec<_> = [New, Seen, WillBid, CannotBid, Draft, Submitted, Withdrawn]
                .into_iter()
                .filter(|&state| is(&mine, state))
                .collect();
            assert_eq!(found, states, "{mine:?}");
        }
        assert!(!Wanted { state: Some(New), ..Wanted::default() }.fits_state(None));
    }
}
