//! What a bidder can find out of a rival by improving its own prices and looking at its rank: a simulation, from which
//! the usual limits were chosen (see the decision log).
//!
//! The adversary knows everything but the rival's price: its marks, the formula, and that the rival stands still, which
//! is the best that can happen to it. So there is one weekly price at which it overtakes, and each improvement tells
//! whether that lies above or below. It can only go down: once it has overtaken, going further tells nothing more. So
//! n improvements cut what lies between its first price and its floor into n + 1 intervals at most, whatever it does;
//! one of them is as wide as the whole divided by n + 1, and no interval between two improvements is narrower than the
//! least step.

use super::{
    tests::{at, bid, package_k, place},
    *,
};

/// How far down a strategy wants to be after each improvement: millionths of the way from its first price to its floor.
type Strategy = Vec<i64>;

const WHOLE: i64 = 1_000_000;

/// From the first rate to the floor, in pence.
const HOUR: (i64, i64) = (1_475, 1_360);
const NIGHT: (i64, i64) = (8_700, 7_800);

fn even(n: u32) -> Strategy {
    (1..=i64::from(n)).map(|i| WHOLE * i / i64::from(n + 1)).collect()
}

/// As finely as can be, from the top.
fn smallest() -> Strategy {
    (1..=100).map(|i| (55_600 * i).min(WHOLE)).collect()
}

/// Half of what is left each time.
fn halving() -> Strategy {
    (1..=19).map(|i| WHOLE - (WHOLE >> i)).collect()
}

/// At random, by a generator that always says the same.
fn random(seed: u64) -> Strategy {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut all: Strategy = (0..40)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            i64::try_from(state % 1_000_001).expect("a million at most")
        })
        .collect();
    all.sort_unstable();
    all
}

/// The weekly prices, in ten-thousandths, at which this strategy learns something, under the rules of a round with these
/// limits: its first price, and each improvement that was lawful.
fn asked(strategy: &[i64], revisions_max: u32, spacing_seconds: u32) -> Vec<i64> {
    let mut of = package_k();
    let terms = of.terms.round.as_mut().expect("a round");
    (terms.revisions_max, terms.spacing_seconds) = (revisions_max, spacing_seconds);
    let terms = terms.clone();
    let mut own = bid(&of, "14.75", "87.00");
    let mut place = place(&of, &own);
    let mut now = at("2026-12-10T09:00:00Z");
    let end = now.plus_seconds(i64::from(terms.longest_minutes) * MINUTE);
    let mut seen = vec![own.weekly_price.ten_thousandths()];
    for down in strategy {
        let pence = |(first, floor): (i64, i64)| {
            Money::from_ten_thousandths((first - (down * (first - floor) + WHOLE / 2) / WHOLE) * 100)
        };
        let rate = |key: &str, rate| LineRate { key: key.to_owned(), rate };
        let (hour, night) = (pence(HOUR), pence(NIGHT));
        // Both lines, or whichever of them may move so far.
        let tries = [
            vec![rate("hour", hour), rate("night", night)],
            vec![rate("night", night)],
            vec![rate("hour", hour)],
        ];
        if now >= end || check_may_improve(&terms, &place, now).is_err() {
            break;
        }
        let Some(next) = tries.iter().find_map(|rates| improved(&of, &terms, &own, rates).ok()) else {
            continue;
        };
        seen.push(next.weekly_price.ten_thousandths());
        own = next;
        place.revisions += 1;
        place.revised_at = Some(now);
        now = now.plus_seconds(i64::from(spacing_seconds));
    }
    seen
}

/// What those come to a week, in ten-thousandths.
const ENDS: (i64, i64) = (11_252_500, 10_220_000);

/// The widest and the narrowest interval in which it may have to leave the rival's price; the last one reaches to the
/// floor, and narrowest looks only at those between two improvements.
fn intervals(seen: &[i64]) -> (i64, i64) {
    let between: Vec<_> = seen.windows(2).map(|two| two[0] - two[1]).collect();
    let last = seen.last().map_or(0, |last| last - ENDS.1);
    let widest = between.iter().copied().chain([last]).max().unwrap_or_default();
    (widest, between.into_iter().min().unwrap_or(i64::MAX))
}

fn strategies(n: u32) -> Vec<Strategy> {
    (1..=n).map(even).chain([smallest(), halving()]).chain((1..=200).map(random)).collect()
}

#[test]
fn whoever_probes_learns_no_more_than_the_bound_says_whatever_its_strategy() {
    let whole = ENDS.0 - ENDS.1;
    // The least step of either line, by the week: 35 × £0.05 and 7 × £0.50.
    let step = 17_500;
    for revisions in [1, 2, 5, 10, 20] {
        for strategy in strategies(revisions) {
            let seen = asked(&strategy, revisions, 120);
            assert!(seen.len() <= revisions as usize + 1, "{seen:?}");
            let (widest, narrowest) = intervals(&seen);
            assert!(widest >= whole / (i64::from(revisions) + 1), "{revisions}: {seen:?}");
            assert!(narrowest >= step, "{revisions}: {seen:?}");
        }
    }
}

#[test]
fn the_best_strategy_comes_close_to_the_bound_so_it_says_what_the_limits_are_worth() {
    // At twenty the least steps bind before the limit does: more than ten tell hardly more.
    // In tenths of a per cent of the whole, £103.25 a week: what the even strategy, which is the best, is left with.
    let left = |n| intervals(&asked(&even(n), n, 120)).0 * 1000 / (ENDS.0 - ENDS.1);
    assert_eq!([1, 2, 5, 10, 20].map(left), [501, 335, 169, 92, 78]);
}

#[test]
fn spacing_limits_how_often_one_can_look_where_time_is_shorter_than_the_limit_allows() {
    // Two hours at the longest: at 120 seconds all twenty, at an hour two.
    assert_eq!(asked(&even(20), 20, 120).len(), 21);
    assert_eq!(asked(&even(20), 20, 3_600).len(), 3);
}
