//! What an offer costs a week: exact, unrounded, the same for every bid.
//!
//! Evaluated price is the sum over lines of quantity × unit rate, per week; a year is 52 weeks. Nothing is
//! rounded here: an amount is rounded once, where it is published or stored.

use super::refusal::{Code, Fault, Refusal};
use entity::{
    category::LineTerms,
    offer::{LineQuantity, LineRate},
    vocabulary::{AmountError, Money, Quantity, Unit},
};
use rust_decimal::{Decimal, RoundingStrategy};
use std::{collections::BTreeSet, num::NonZeroU32};

/// Weeks in a year, wherever a week's price becomes a year's.
pub const WEEKS_A_YEAR: u32 = 52;

/// The highest rate per unit that may be offered, in pounds: more is a slip of the hand.
pub const RATE_MAX_POUNDS: i64 = 100_000;

/// The highest quantity of a line: the hours of a month of 31 days, or of four workers round the clock for a
/// week with some to spare. More is a slip of the hand.
pub const QUANTITY_MAX: i64 = 744;

/// Rates are in whole pence, quantities in hundredths.
pub const PLACES_MAX: u32 = 2;

/// A price line with everything that its weekly price depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceLine {
    /// What it is for, for the explanation.
    pub label: String,
    pub unit: Unit,
    /// Units a week; for a month units a month, for a one-off units in all.
    pub quantity: Quantity,
    /// Per unit.
    pub rate: Money,
    /// People who share a shared hour. Without it the quantity is this person's own share already.
    pub sharing: Option<NonZeroU32>,
    /// The weeks over which a one-off is spread: a year's, unless a term is stated.
    pub over_weeks: Option<NonZeroU32>,
    /// Per unit: a rate below it, or above the ceiling, needs exceptionality.
    pub floor: Option<Money>,
    pub ceiling: Option<Money>,
}

impl PriceLine {
    /// Pounds a week, unrounded.
    ///
    /// # Errors
    /// Quantity × rate is beyond what can be calculated exactly.
    pub fn weekly(&self) -> Result<Decimal, AmountError> {
        let gross = times(self.quantity.decimal(), self.rate.decimal())?;
        match self.unit {
            Unit::Hour
            | Unit::SleepInNight
            | Unit::WakingNightHour
            | Unit::Day
            | Unit::TransportDay
            | Unit::Mile => Ok(gross),
            Unit::SharedHour => Ok(gross / Decimal::from(self.sharing.map_or(1, NonZeroU32::get))),
            Unit::Month => Ok(times(gross, Decimal::from(12))? / Decimal::from(WEEKS_A_YEAR)),
            Unit::OneOff => Ok(gross / Decimal::from(self.over_weeks.map_or(WEEKS_A_YEAR, NonZeroU32::get))),
        }
    }

    /// The arithmetic of its weekly price, such as `Support hours: 35 × £14.75 = £516.25 a week`.
    pub fn words(&self, weekly: Decimal) -> String {
        let then = match self.unit {
            Unit::SharedHour => self.sharing.map(|people| format!(" ÷ {people} people sharing")),
            Unit::Month => Some(format!(" × 12 months ÷ {WEEKS_A_YEAR} weeks")),
            Unit::OneOff => {
                Some(format!(" ÷ {} weeks", self.over_weeks.map_or(WEEKS_A_YEAR, NonZeroU32::get)))
            }
            _ => None,
        };
        format!(
            "{}: {} × {}{} = {} a week",
            self.label,
            self.quantity,
            pounds(self.rate.decimal()),
            then.unwrap_or_default(),
            pounds(weekly)
        )
    }
}

fn times(a: Decimal, b: Decimal) -> Result<Decimal, AmountError> {
    a.checked_mul(b).ok_or(AmountError::TooLarge)
}

/// Places to which a sum is settled after its divisions, so that parts that cannot be written down, such as
/// thirds, still add up to the whole that they are parts of. Twelve beyond those stored.
const SETTLED_PLACES: u32 = 16;

/// Pounds a week for all the lines, unrounded.
///
/// # Errors
/// The sum is beyond what can be calculated exactly: it cannot be, within the limits of this file.
pub fn weekly_price(lines: &[PriceLine]) -> Result<Decimal, AmountError> {
    let sum = lines
        .iter()
        .try_fold(Decimal::ZERO, |sum, line| sum.checked_add(line.weekly()?).ok_or(AmountError::TooLarge))?;
    Ok(sum.round_dp_with_strategy(SETTLED_PLACES, RoundingStrategy::MidpointAwayFromZero))
}

/// A year's value of a weekly price: 52 weeks.
///
/// # Errors
/// It is too large to be stored.
pub fn yearly(weekly: Decimal) -> Result<Money, AmountError> {
    whole(weekly, WEEKS_A_YEAR)
}

/// The value over a whole initial term of this many weeks.
///
/// # Errors
/// It is too large to be stored.
pub fn whole(weekly: Decimal, weeks: u32) -> Result<Money, AmountError> {
    Money::rounded(times(weekly, Decimal::from(weeks))?)
}

/// The lines of an offer, each quantity with its rate.
///
/// # Errors
/// As [`check_rates`].
pub fn price_lines(
    terms: &[LineTerms],
    quantities: &[LineQuantity],
    rates: &[LineRate],
) -> Result<Vec<PriceLine>, Refusal> {
    check_rates(terms, quantities, rates)?;
    Ok(quantities
        .iter()
        .filter_map(|asked| {
            let line = terms.iter().find(|line| line.key == asked.key)?;
            let rate = rates.iter().find(|rate| rate.key == asked.key)?.rate;
            Some(priced(line, asked.quantity, rate))
        })
        .collect())
}

/// A line at a rate.
pub fn priced(line: &LineTerms, quantity: Quantity, rate: Money) -> PriceLine {
    PriceLine {
        label: line.label.clone(),
        unit: line.unit,
        quantity,
        rate,
        sharing: None,
        over_weeks: None,
        floor: line.floor,
        ceiling: line.ceiling,
    }
}

/// Pounds a week for these quantities at the lowest and at the highest reference rates, unrounded; a fixed
/// rate counts for both. `None` where a line has neither, or is not of this category.
pub fn weekly_at_reference(terms: &[LineTerms], quantities: &[LineQuantity]) -> Option<(Decimal, Decimal)> {
    let at = |rate: fn(&LineTerms) -> Option<Money>| {
        let lines: Option<Vec<_>> = quantities
            .iter()
            .map(|asked| {
                let line = terms.iter().find(|line| line.key == asked.key)?;
                Some(priced(line, asked.quantity, line.fixed.or_else(|| rate(line))?))
            })
            .collect();
        weekly_price(&lines?).ok()
    };
    if quantities.is_empty() {
        return None;
    }
    Some((at(|line| line.reference_low)?, at(|line| line.reference_high)?))
}

/// Whether a package may ask for these quantities of a category's lines.
///
/// # Errors
/// `quantity_invalid` with every fault: none at all, a line the category lacks, a line named twice, or a
/// quantity that is not positive, finer than hundredths or above [`QUANTITY_MAX`].
pub fn check_quantities(terms: &[LineTerms], quantities: &[LineQuantity]) -> Result<(), Refusal> {
    let mut faults = Vec::new();
    if quantities.is_empty() {
        faults.push(Fault {
            field: "quantities".to_owned(),
            detail: "Say how much is needed of at least one price line.".to_owned(),
        });
    }
    let mut named = BTreeSet::new();
    for (i, LineQuantity { key, quantity }) in quantities.iter().enumerate() {
        let mut fault = |part: &str, detail: String| {
            faults.push(Fault { field: format!("quantities[{i}].{part}"), detail });
        };
        if !terms.iter().any(|line| line.key == *key) {
            fault("key", format!("This category has no price line “{key}”."));
        } else if !named.insert(key) {
            fault("key", format!("The price line “{key}” is named more than once."));
        }
        if *quantity <= Quantity::ZERO {
            fault("quantity", "A quantity must be more than 0.".to_owned());
        } else if quantity.decimal() > Decimal::from(QUANTITY_MAX) {
            fault("quantity", format!("A quantity can be at most {QUANTITY_MAX}."));
        } else if !quantity.has_at_most_places(PLACES_MAX) {
            fault("quantity", "A quantity can have at most 2 decimal places.".to_owned());
        }
    }
    Refusal::of_all(Code::QuantityInvalid, faults)
}

/// Whether these rates answer exactly the quantities asked for.
///
/// # Errors
/// Every fault, under the code of the first: `lines_mismatch` where there is not exactly one rate for each
/// quantity, `rate_invalid` where a rate is not positive, finer than pence or above [`RATE_MAX_POUNDS`],
/// `rate_fixed` where the authority sets another.
pub fn check_rates(
    terms: &[LineTerms],
    quantities: &[LineQuantity],
    rates: &[LineRate],
) -> Result<(), Refusal> {
    let mut faults = Vec::new();
    let mut named = BTreeSet::new();
    for (i, LineRate { key, rate }) in rates.iter().enumerate() {
        if !quantities.iter().any(|asked| asked.key == *key) {
            let detail = format!("This package does not ask for “{key}”.");
            faults.push((Code::LinesMismatch, format!("rates[{i}].key"), detail));
            continue;
        }
        if !named.insert(key) {
            let detail = format!("There is more than one rate for “{key}”.");
            faults.push((Code::LinesMismatch, format!("rates[{i}].key"), detail));
            continue;
        }
        let fixed = terms.iter().find(|line| line.key == *key).and_then(|line| line.fixed);
        if let Some((code, detail)) = rate_fault(fixed, *rate) {
            faults.push((code, format!("rates[{i}].rate"), detail));
        }
    }
    for asked in quantities.iter().filter(|asked| !named.contains(&asked.key)) {
        let label = terms.iter().find(|line| line.key == asked.key).map_or(&asked.key, |l| &l.label);
        let detail = format!("There is no rate for “{label}”.");
        faults.push((Code::LinesMismatch, "rates".to_owned(), detail));
    }
    let code = faults.first().map_or(Code::RateInvalid, |(code, ..)| *code);
    let faults = faults.into_iter().map(|(_, field, detail)| Fault { field, detail }).collect();
    Refusal::of_all(code, faults)
}

fn rate_fault(fixed: Option<Money>, rate: Money) -> Option<(Code, String)> {
    if let Some(fixed) = fixed {
        let set = pounds(fixed.decimal());
        return (rate != fixed)
            .then(|| (Code::RateFixed, format!("This rate is set at {set}: no other can be offered.")));
    }
    let detail = if rate <= Money::ZERO {
        "A rate must be more than £0.".to_owned()
    } else if rate.decimal() > Decimal::from(RATE_MAX_POUNDS) {
        format!("A rate can be at most {}.", pounds(Decimal::from(RATE_MAX_POUNDS)))
    } else if !rate.has_at_most_places(PLACES_MAX) {
        "A rate is in pounds and whole pence: at most 2 decimal places.".to_owned()
    } else {
        return None;
    };
    Some((Code::RateInvalid, detail))
}

/// Pounds for a person to read, such as `£1,125.25`: to the penny, or to four places where the pence are
/// not whole, with “about” where even those are not exact.
pub fn pounds(amount: Decimal) -> String {
    let exact = amount.normalize();
    let mut shown = exact.round_dp_with_strategy(4, RoundingStrategy::MidpointAwayFromZero).normalize();
    let about = if shown == exact { "" } else { "about " };
    shown.rescale(shown.scale().max(2));
    let digits = shown.abs().to_string();
    let (pounds, pence) = digits.split_once('.').unwrap_or((&digits, "00"));
    let mut grouped = String::new();
    for (i, digit) in pounds.chars().enumerate() {
        if i > 0 && (pounds.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if shown.is_sign_negative() && !shown.is_zero() { "−" } else { "" };
    format!("{about}{sign}£{grouped}.{pence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(unit: Unit, quantity: &str, rate: &str) -> PriceLine {
        PriceLine {
            label: "Support".to_owned(),
            unit,
            quantity: quantity.parse().unwrap(),
            rate: rate.parse().unwrap(),
            sharing: None,
            over_weeks: None,
            floor: None,
            ceiling: None,
        }
    }

    fn terms(key: &str, fixed: Option<&str>, reference: Option<(&str, &str)>) -> LineTerms {
        LineTerms {
            key: key.to_owned(),
            label: format!("The {key}"),
            unit: if key == "sleep_in" { Unit::SleepInNight } else { Unit::Hour },
            fixed: fixed.map(|m| m.parse().unwrap()),
            reference_low: reference.map(|(low, _)| low.parse().unwrap()),
            reference_high: reference.map(|(_, high)| high.parse().unwrap()),
            floor: None,
            ceiling: None,
        }
    }

    fn asked(key: &str, quantity: &str) -> LineQuantity {
        LineQuantity { key: key.to_owned(), quantity: quantity.parse().unwrap() }
    }

    fn offered(key: &str, rate: &str) -> LineRate {
        LineRate { key: key.to_owned(), rate: rate.parse().unwrap() }
    }

    fn fields(refusal: &Refusal) -> Vec<&str> {
        refusal.faults.iter().map(|fault| fault.field.as_str()).collect()
    }

    #[test]
    fn every_unit_has_its_price_by_the_week() {
        for (line, words) in [
            (line(Unit::Hour, "35", "14.75"), "Support: 35 × £14.75 = £516.25 a week"),
            (line(Unit::SleepInNight, "7", "87"), "Support: 7 × £87.00 = £609.00 a week"),
            (line(Unit::WakingNightHour, "70", "16.12"), "Support: 70 × £16.12 = £1,128.40 a week"),
            (line(Unit::Day, "5", "95"), "Support: 5 × £95.00 = £475.00 a week"),
            (line(Unit::TransportDay, "5", "10"), "Support: 5 × £10.00 = £50.00 a week"),
            (line(Unit::Mile, "12.5", "0.45"), "Support: 12.5 × £0.45 = £5.625 a week"),
            (line(Unit::SharedHour, "12", "15"), "Support: 12 × £15.00 = £180.00 a week"),
            (
                PriceLine { sharing: NonZeroU32::new(3), ..line(Unit::SharedHour, "12", "15") },
                "Support: 12 × £15.00 ÷ 3 people sharing = £60.00 a week",
            ),
            (
                line(Unit::Month, "1", "28"),
                "Support: 1 × £28.00 × 12 months ÷ 52 weeks = about £6.4615 a week",
            ),
            (line(Unit::OneOff, "1", "156"), "Support: 1 × £156.00 ÷ 52 weeks = £3.00 a week"),
            (
                PriceLine { over_weeks: NonZeroU32::new(104), ..line(Unit::OneOff, "1", "156") },
                "Support: 1 × £156.00 ÷ 104 weeks = £1.50 a week",
            ),
        ] {
            assert_eq!(line.words(line.weekly().unwrap()), words);
        }
    }

    #[test]
    fn the_typical_contracts_cost_what_the_papers_say() {
        let supported_living = [line(Unit::Hour, "45", "14.10"), line(Unit::SleepInNight, "7", "80")];
        let weekly = weekly_price(&supported_living).unwrap();
        assert_eq!(pounds(weekly), "£1,194.50");
        assert_eq!(yearly(weekly), "62114".parse());
        let day_opportunities = [line(Unit::Day, "5", "95"), line(Unit::TransportDay, "5", "10")];
        let weekly = weekly_price(&day_opportunities).unwrap();
        assert_eq!(pounds(weekly), "£525.00");
        assert_eq!(yearly(weekly), "27300".parse());
        assert_eq!(whole(weekly, 104), "54600".parse());
    }

    #[test]
    fn a_year_of_months_loses_nothing_to_the_weeks_between() {
        let weekly = weekly_price(&[line(Unit::Month, "1", "28")]).unwrap();
        assert_eq!(yearly(weekly), "336".parse());
    }

    #[test]
    fn a_sum_beyond_calculation_is_an_error_and_no_panic() {
        let vast = line(Unit::Hour, "900000000000000", "900000000000000");
        assert_eq!(weekly_price(&[vast]), Err(AmountError::TooLarge));
        assert_eq!(yearly(Decimal::MAX), Err(AmountError::TooLarge));
    }

    #[test]
    fn the_reference_rates_give_the_band_and_a_fixed_rate_counts_for_both() {
        let lines = [
            terms("hours", None, Some(("13.60", "14.75"))),
            terms("sleep_in", None, Some(("78", "87"))),
            terms("transport", Some("10"), None),
            terms("unpriced", None, None),
        ];
        let band = |quantities: &[LineQuantity]| {
            weekly_at_reference(&lines, quantities).map(|(low, high)| (pounds(low), pounds(high)))
        };
        let of = |low: &str, high: &str| Some((low.to_owned(), high.to_owned()));
        let package_k = [asked("hours", "35"), asked("sleep_in", "7")];
        assert_eq!(band(&package_k), of("£1,022.00", "£1,125.25"));
        assert_eq!(band(&[asked("hours", "1"), asked("transport", "2")]), of("£33.60", "£34.75"));
        for none in [&[asked("unpriced", "1")][..], &[asked("other", "1")], &[]] {
            assert_eq!(band(none), None);
        }
    }

    #[test]
    fn quantities_are_refused_with_all_their_faults_at_once() {
        let lines = [terms("hours", None, None), terms("sleep_in", None, None)];
        assert_eq!(check_quantities(&lines, &[asked("hours", "0.25")]), Ok(()));
        assert_eq!(check_quantities(&lines, &[asked("hours", "744")]), Ok(()));
        let refusal = check_quantities(
            &lines,
            &[asked("hours", "0"), asked("hours", "1"), asked("miles", "-2"), asked("sleep_in", "1.125")],
        )
        .unwrap_err();
        assert_eq!(refusal.code, Code::QuantityInvalid);
        assert_eq!(
            fields(&refusal),
            [
                "quantities[0].quantity",
                "quantities[1].key",
                "quantities[2].key",
                "quantities[2].quantity",
                "quantities[3].quantity",
            ]
        );
        assert_eq!(fields(&check_quantities(&lines, &[]).unwrap_err()), ["quantities"]);
        assert!(check_quantities(&lines, &[asked("hours", "744.01")]).is_err());
    }

    #[test]
    fn there_is_exactly_one_good_rate_for_each_quantity() {
        let lines =
            [terms("hours", None, None), terms("sleep_in", None, None), terms("transport", Some("10"), None)];
        let package = [asked("hours", "35"), asked("transport", "5")];
        let good = [offered("transport", "10.00"), offered("hours", "13.6")];
        assert_eq!(check_rates(&lines, &package, &good), Ok(()));
        let priced = price_lines(&lines, &package, &good).unwrap();
        assert_eq!(weekly_price(&priced).map(pounds).as_deref(), Ok("£526.00"));

        let refused = |rates: &[LineRate]| {
            let refusal = check_rates(&lines, &package, rates).unwrap_err();
            let fields = fields(&refusal).join(" ");
            (refusal.code, fields)
        };
        for (rates, code, at) in [
            (
                vec![offered("hours", "13.605"), offered("transport", "10")],
                Code::RateInvalid,
                "rates[0].rate",
            ),
            (
                vec![offered("hours", "0"), offered("transport", "9.99")],
                Code::RateInvalid,
                "rates[0].rate rates[1].rate",
            ),
            (vec![offered("transport", "9.99"), offered("hours", "13.60")], Code::RateFixed, "rates[0].rate"),
            (vec![offered("transport", "10")], Code::LinesMismatch, "rates"),
            (
                vec![offered("hours", "13.60"), offered("hours", "13.60"), offered("sleep_in", "80")],
                Code::LinesMismatch,
                "rates[1].key rates[2].key rates",
            ),
            (
                vec![offered("hours", "100000.01"), offered("transport", "10")],
                Code::RateInvalid,
                "rates[0].rate",
            ),
        ] {
            assert_eq!(refused(&rates), (code, at.to_owned()));
        }
    }

    #[test]
    fn pounds_are_grouped_and_never_hide_a_part_of_a_penny() {
        for (amount, words) in [
            ("0", "£0.00"),
            ("999.9", "£999.90"),
            ("1000", "£1,000.00"),
            ("-22000000", "−£22,000,000.00"),
            ("13.605", "£13.605"),
            ("6.46153846", "about £6.4615"),
        ] {
            assert_eq!(pounds(amount.parse().unwrap()), words);
        }
    }
}
