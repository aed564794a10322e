//! What everybody may know of joining a market: whom it has as members, where its regime publishes them, and how long
//! requests to join have taken to be decided.

use super::calendar::is_working_day;
use entity::vocabulary::*;
use serde::{Deserialize, Serialize};

/// Requests decided within so many days are looked at.
pub const LOOKED_BACK_DAYS: i64 = 365;
/// With fewer requests than this nothing is said of how long they took: it would say it of one of them.
pub const TOLD_FROM: usize = 5;
/// The most requests that are looked at.
pub const LOOKED_AT_MAX: u64 = 10_000;
/// The most members of one category that are shown.
pub const MEMBERS_SHOWN_MAX: u64 = 1_000;

/// Whether the regime publishes who is in: a dynamic market is public by its notices (Procurement Act 2023 s. 39), and the
/// award notice of a framework names its parties (PCR 2015 reg 50; s. 50 of the Act). Of a dynamic purchasing system nobody
/// is named but whoever wins.
pub const fn publishes_members(regime: Regime) -> bool {
    match regime {
        Regime::Pa23DynamicMarket | Regime::Pa23LightTouchFramework | Regime::PcrFramework => true,
        Regime::PcrLtrDps | Regime::PcrDps | Regime::SingleContract => false,
    }
}

/// A member is whoever is admitted and was not removed: that a member gets no new work for now is nobody else's business.
pub const MEMBERS: [Standing; 3] = [Standing::Admitted, Standing::NoNewWork, Standing::Suspended];

/// How long requests took to be decided, in working days after the one on which they came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DecisionTimes {
    /// Half of them took no longer.
    pub median_working_days: u32,
    /// Nine of ten took no longer.
    pub ninetieth_working_days: u32,
}

/// The working days after a day, up to and with another; nothing where the bank holidays are not known.
fn working_days(received: Day, decided: Day) -> Option<u32> {
    let mut days = 0;
    let mut day = received;
    while day < decided {
        day = day.plus_days(1);
        days += u32::from(is_working_day(day).ok()?);
    }
    Some(days)
}

/// How long they took, of when each came in and was decided; nothing where there are too few. A share of requests that took
/// no longer is told by a request that was there, never by a number in between (nearest rank).
pub fn decision_times(requests: &[(Day, Day)]) -> Option<DecisionTimes> {
    let mut taken: Vec<_> = requests.iter().filter_map(|(from, to)| working_days(*from, *to)).collect();
    if taken.len() < TOLD_FROM {
        return None;
    }
    taken.sort_unstable();
    let at = |percent: usize| taken[(taken.len() * percent).div_ceil(100).saturating_sub(1)];
    Some(DecisionTimes { median_working_days: at(50), ninetieth_working_days: at(90) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn took(days: &[i64]) -> Option<DecisionTimes> {
        // Monday 1 June 2026: no bank holiday follows within the month.
        let received: Day = "2026-06-01".parse().expect("a day");
        let requests: Vec<_> = days.iter().map(|days| (received, received.plus_days(*days))).collect();
        decision_times(&requests)
    }

    #[test]
    fn the_median_and_the_ninetieth_are_of_requests_that_were_there() {
        let times = took(&[0, 1, 2, 3, 4]).expect("five are enough");
        assert_eq!((times.median_working_days, times.ninetieth_working_days), (2, 4));
        // Over a weekend: the eleventh day after is the ninth working day.
        let times = took(&[1, 1, 1, 1, 1, 1, 1, 1, 2, 11]).expect("enough");
        assert_eq!((times.median_working_days, times.ninetieth_working_days), (1, 2));
        assert_eq!(took(&[11, 11, 11, 11, 11]).expect("enough").ninetieth_working_days, 9);
    }

    #[test]
    fn of_fewer_than_five_nothing_is_said() {
        assert_eq!(took(&[1, 2, 3, 4]), None);
        assert_eq!(took(&[]), None);
    }

    #[test]
    fn bank_holidays_do_not_count() {
        // Thursday 24 December 2026 to Tuesday 29 December: Christmas, the weekend and the Monday after do not count.
        let (from, to): (Day, Day) =
            ("2026-12-24".parse().expect("a day"), "2026-12-29".parse().expect("a day"));
        assert_eq!(decision_times(&[(from, to); 5]).expect("enough").median_working_days, 1);
    }
}
