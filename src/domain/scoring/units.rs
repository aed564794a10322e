//! The whole numbers in which an evaluation is worked out: exact where decimals could not be (a third of a
//! shared hour, twelve months over 52 weeks), and quicker.
//!
//! Money, quantities, weights and marks are ten-thousandths already. A price is counted in hundred-millionths of
//! a pound divided by a number that all the lines' divisors divide; quality in ten-thousandths of a weighted mark
//! divided by one that all the criteria's do. Nothing is rounded on the way; [`rounded`] is the only rounding.

use super::{Entry, Formula, Model};
use crate::domain::pricing::{PriceLine, WEEKS_A_YEAR};
use entity::vocabulary::{Money, Score, Unit};
use rust_decimal::Decimal;
use std::num::NonZeroU32;

/// The highest weekly price that can be ranked, in pounds: far above any package, far below any overflow.
pub const WEEKLY_PRICE_MAX_POUNDS: i64 = 1_000_000_000;

/// The largest price that is worked with, in units: what a decimal holds, for the words.
const PRICE_MAX: i128 = 10_i128.pow(28);
/// The largest common multiple that is worked with. Sharing among 2, 3, 4 and 5, months, and one-offs over one to
/// three years come to 9,360; a highest mark of 7 with a weight of four places to 70,000.
const DIVISOR_MAX: i128 = 10_i128.pow(18);
/// No product is larger than this times the highest price and the units of quality: a total out of 100, in
/// ten-thousandths, doubled and with half its divisor added to be rounded.
const PRODUCT_MOST: i128 = 4_000_000;

/// Hundred-millionths: ten-thousandths of a quantity times ten-thousandths of a pound.
const IN_A_POUND: i128 = 100_000_000;
const IN_A_TEN_THOUSANDTH: i128 = 10_000;

/// What a whole number of each kind stands for in one evaluation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Units {
    /// Units of price in a hundred-millionth of a pound.
    price: i128,
    /// Units of quality in a ten-thousandth of a weighted mark.
    pub quality: i128,
    /// By criterion: the units of quality that a ten-thousandth of a mark is worth, which is weight ÷ highest
    /// mark.
    worth: Vec<i128>,
}

impl Units {
    /// Units in which everything of this evaluation is whole; `None` where they are so small, or prices so high,
    /// that a product could not be held. The highest marks must be more than 0.
    pub fn of(model: &Model, bids: &[Entry]) -> Option<Self> {
        let lines = bids.iter().flat_map(|bid| &bid.lines);
        let price = lines.map(|line| rational(line).1).try_fold(1, common)?;
        let shares: Vec<_> = model
            .criteria
            .iter()
            .map(|c| lowest_terms(c.weight.ten_thousandths().into(), c.mark_max.ten_thousandths().into()))
            .collect();
        let quality = shares.iter().map(|(_, divisor)| *divisor).try_fold(1, common)?;
        let worth = shares.into_iter().map(|(weight, divisor)| weight * (quality / divisor)).collect();
        let units = Self { price, quality, worth };
        (units.money_holds(model) && bids.iter().all(|bid| units.holds(&bid.lines))).then_some(units)
    }

    /// Whether a bid's price is whole in these units, and can be worked with.
    pub fn holds(&self, lines: &[PriceLine]) -> bool {
        let weekly = lines.iter().try_fold(0, |sum: i128, line| {
            let (times, divisor) = rational(line);
            let units = (self.price % divisor == 0).then_some(times * (self.price / divisor))?;
            sum.checked_add(gross(line).checked_mul(units)?)
        });
        weekly.is_some_and(|weekly| self.can_take(weekly))
    }

    /// The same of the sums that a model names, and of a pound.
    fn money_holds(&self, model: &Model) -> bool {
        let sums = [model.floor, model.ceiling, Some(Money::from_ten_thousandths(10_000))];
        let of_formula = match model.formula {
            Formula::ProRataToQualification { qualification } => Some(qualification),
            Formula::Band { max, .. } => Some(max),
            Formula::Benchmark { benchmark } => Some(benchmark),
            _ => None,
        };
        let units = |money: Money| {
            i128::from(money.ten_thousandths()).checked_mul(IN_A_TEN_THOUSANDTH.checked_mul(self.price)?)
        };
        let mut sums = sums.into_iter().chain([of_formula]).flatten();
        sums.all(|money| units(money).is_some_and(|price| self.can_take(price)))
    }

    fn can_take(&self, price: i128) -> bool {
        let product = price.checked_mul(self.quality).and_then(|product| product.checked_mul(PRODUCT_MOST));
        price <= PRICE_MAX && product.is_some()
    }

    /// A line's price by the week.
    pub fn line(&self, line: &PriceLine) -> i128 {
        let (times, divisor) = rational(line);
        if divisor == 1 { gross(line) * self.price } else { gross(line) * times * (self.price / divisor) }
    }

    pub fn money(&self, money: Money) -> i128 {
        i128::from(money.ten_thousandths()) * IN_A_TEN_THOUSANDTH * self.price
    }

    /// Weighted marks, from a mark for each criterion in ten-thousandths.
    pub fn quality_of(&self, entry: &Entry) -> i128 {
        self.worth
            .iter()
            .zip(&entry.marks)
            .map(|(worth, mark)| worth * i128::from(mark.ten_thousandths()))
            .sum()
    }

    /// One criterion's weighted mark.
    pub fn weighted(&self, entry: &Entry, criterion: usize) -> i128 {
        match (self.worth.get(criterion), entry.marks.get(criterion)) {
            (Some(worth), Some(mark)) => worth * i128::from(mark.ten_thousandths()),
            _ => 0,
        }
    }

    /// A price as it is published: to four places.
    pub fn published_price(&self, price: i128) -> Money {
        Money::from_ten_thousandths(rounded(price, IN_A_TEN_THOUSANDTH * self.price))
    }

    /// A price in pence, half away from zero.
    pub fn pence(&self, price: i128) -> i64 {
        rounded(price, IN_A_POUND / 100 * self.price)
    }

    /// A price for people to read: digits that cannot be written down end at the 28th.
    pub fn pounds(&self, price: i128) -> Decimal {
        Decimal::from(price) / Decimal::from(IN_A_POUND * self.price)
    }

    pub fn published_quality(&self, quality: i128) -> Score {
        Score::from_ten_thousandths(rounded(quality, self.quality))
    }

    /// Pounds for each per cent of quality: price ÷ (100 × quality ÷ the quality weight). Quality is not 0.
    pub fn value(&self, price: i128, quality: i128, model: &Model) -> Money {
        let weight = i128::from(model.quality_weight.ten_thousandths());
        let per_cent = 100 * IN_A_TEN_THOUSANDTH * self.price * quality;
        Money::from_ten_thousandths(rounded(price * weight * self.quality, per_cent))
    }
}

fn gross(line: &PriceLine) -> i128 {
    i128::from(line.quantity.ten_thousandths()) * i128::from(line.rate.ten_thousandths())
}

/// What quantity × rate is multiplied with and divided by to make it a week's, in lowest terms.
fn rational(line: &PriceLine) -> (i128, i128) {
    let number = |n: Option<NonZeroU32>, otherwise: u32| i128::from(n.map_or(otherwise, NonZeroU32::get));
    match line.unit {
        Unit::Hour
        | Unit::SleepInNight
        | Unit::WakingNightHour
        | Unit::Day
        | Unit::TransportDay
        | Unit::Mile => (1, 1),
        Unit::SharedHour => (1, number(line.sharing, 1)),
        Unit::Month => (3, 13),
        Unit::OneOff => (1, number(line.over_weeks, WEEKS_A_YEAR)),
    }
}

fn lowest_terms(numerator: i128, divisor: i128) -> (i128, i128) {
    let common = greatest(numerator, divisor);
    (numerator / common, divisor / common)
}

/// The least number that both divide, if it is one to work with.
fn common(one: i128, other: i128) -> Option<i128> {
    let least = (one / greatest(one, other)).checked_mul(other)?;
    (least <= DIVISOR_MAX).then_some(least)
}

/// The greatest number that divides both (Euclid); at least 1 where one of them is.
fn greatest(mut one: i128, mut other: i128) -> i128 {
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one
}

/// A fraction as a whole number, half away from zero. Neither part is negative.
pub(super) fn rounded(numerator: i128, divisor: i128) -> i64 {
    let (numerator, divisor) = (2 * numerator + divisor, 2 * divisor);
    // Most fit the processor's own division, which is several times as quick.
    match (u64::try_from(numerator), u64::try_from(divisor)) {
        (Ok(numerator), Ok(divisor)) => i64::try_from(numerator / divisor).unwrap_or(i64::MAX),
        _ => i64::try_from(numerator / divisor).unwrap_or(i64::MAX),
    }
}
