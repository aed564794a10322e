//! Working days in England and Wales: Monday to Friday less the bank holidays.
//!
//! Bank holidays are dated data and not a formula, because a proclamation can add or move one (Banking and
//! Financial Dealings Act 1971, s. 1 and Sch. 1). Where the data end, the answer is an error and never a guess.

use entity::vocabulary::Day;
use jiff::{ToSpan, civil::Date};

/// A month and a day of it.
type MonthDay = (i8, i8);

/// Each year's bank holidays as they are kept, substitute days included. Christmas Day and Boxing Day are
/// here on weekdays only: at a weekend the substitute stands instead.
const BANK_HOLIDAYS: [(i16, [MonthDay; 8]); 6] = [
    (2025, [(1, 1), (4, 18), (4, 21), (5, 5), (5, 26), (8, 25), (12, 25), (12, 26)]),
    // 28 December for Boxing Day, a Saturday.
    (2026, [(1, 1), (4, 3), (4, 6), (5, 4), (5, 25), (8, 31), (12, 25), (12, 28)]),
    // 27 and 28 December for Christmas Day, a Saturday, and Boxing Day, a Sunday.
    (2027, [(1, 1), (3, 26), (3, 29), (5, 3), (5, 31), (8, 30), (12, 27), (12, 28)]),
    // 3 January for New Year's Day, a Saturday.
    (2028, [(1, 3), (4, 14), (4, 17), (5, 1), (5, 29), (8, 28), (12, 25), (12, 26)]),
    (2029, [(1, 1), (3, 30), (4, 2), (5, 7), (5, 28), (8, 27), (12, 25), (12, 26)]),
    (2030, [(1, 1), (4, 19), (4, 22), (5, 6), (5, 27), (8, 26), (12, 25), (12, 26)]),
];

/// The first year whose bank holidays are known.
pub const FIRST_YEAR: i16 = BANK_HOLIDAYS[0].0;

/// The last year whose bank holidays are known.
pub const LAST_YEAR: i16 = BANK_HOLIDAYS[BANK_HOLIDAYS.len() - 1].0;

/// A day of a year whose bank holidays are not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "Bank holidays are known from {FIRST_YEAR} to {LAST_YEAR}: whether {} is a working day is not known.",
    .day.in_words()
)]
pub struct OutsideCalendar {
    /// The first such day that was come upon.
    pub day: Day,
}

/// Whether the day is neither a Saturday, a Sunday nor a bank holiday.
///
/// # Errors
/// The bank holidays of that year are not known.
pub fn is_working_day(day: Day) -> Result<bool, OutsideCalendar> {
    let (year, month_day) = (day.0.year(), (day.0.month(), day.0.day()));
    let (_, holidays) =
        BANK_HOLIDAYS.iter().find(|(known, _)| *known == year).ok_or(OutsideCalendar { day })?;
    let weekend = day.0.weekday().to_monday_one_offset() > 5;
    Ok(!weekend && !holidays.contains(&month_day))
}

/// The `n`th working day after the day of receipt, which is not counted itself: a request to join is decided
/// by then (PCR 2015 reg 34(16)–(17): 10 working days, or 15 with a recorded reason). With `n` 0, that day.
///
/// # Errors
/// The count runs past the years whose bank holidays are known.
pub fn working_days_after(received: Day, n: u32) -> Result<Day, OutsideCalendar> {
    let mut day = received;
    let mut left = n;
    while left > 0 {
        day = day.plus_days(1);
        if is_working_day(day)? {
            left -= 1;
        }
    }
    Ok(day)
}

/// The last day for the notice of an award: 30 days after it (PCR 2015 regs 50(1), 75(3)).
pub fn award_notice_due(awarded: Day) -> Day {
    awarded.plus_days(30)
}

/// The last day of the quarter of the calendar year in which a day lies.
pub fn quarter_ends(day: Day) -> Day {
    let first_month = (day.0.month() - 1) / 3 * 3 + 1;
    let first = Date::new(day.0.year(), first_month, 1).unwrap_or(day.0);
    Day(first.saturating_add(3.months()).saturating_sub(1.day()))
}

/// The last day for the notices of a quarter's awards, grouped: 30 days after its end (PCR 2015 regs 50(5), 75(4)).
pub fn quarterly_notice_due(awarded: Day) -> Day {
    quarter_ends(awarded).plus_days(30)
}

/// The last day for the contract details notice of a light touch contract: the 120th, the day on which it was entered
/// being the first (Procurement Act 2023 s. 53(1)).
pub fn contract_details_due(entered: Day) -> Day {
    entered.plus_days(119)
}

/// The last day of a standstill of this many working days that is begun by telling the outcome on `from`, which counts
/// as the first where it is a working day (Procurement Act 2023 s. 51(5)). The day itself is still within it.
///
/// # Errors
/// The count runs past the years whose bank holidays are known.
pub fn standstill_ends(from: Day, working_days: u32) -> Result<Day, OutsideCalendar> {
    let counted = u32::from(is_working_day(from)?);
    working_days_after(from, working_days.saturating_sub(counted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_request_is_decided_within_ten_working_days_or_fifteen_with_a_reason() {
        for (received, n, decided_by) in [
            ("2026-12-14", 10, "2026-12-30"),
            ("2026-12-14", 15, "2027-01-07"),
            // Received at a weekend, or on a holiday: the count begins on the next working day.
            ("2026-12-12", 10, "2026-12-29"),
            ("2026-12-25", 1, "2026-12-29"),
            // Over Easter 2027 and both the holidays of May.
            ("2027-03-25", 1, "2027-03-30"),
            ("2027-04-30", 20, "2027-06-01"),
            // New Year's Day 2028 is kept on Monday the 3rd.
            ("2027-12-24", 5, "2028-01-05"),
            ("2026-12-14", 0, "2026-12-14"),
        ] {
            assert_eq!(
                working_days_after(day(received), n),
                Ok(day(decided_by)),
                "{n} working days from {received}"
            );
        }
    }

    #[test]
    fn notices_are_due_by_the_published_days() {
        assert_eq!(contract_details_due(day("2026-11-21")), day("2027-03-20"));
        assert_eq!(award_notice_due(day("2026-12-07")), day("2027-01-06"));
        for (awarded, ends, due) in [
            ("2026-12-31", "2026-12-31", "2027-01-30"),
            ("2026-10-01", "2026-12-31", "2027-01-30"),
            ("2027-01-01", "2027-03-31", "2027-04-30"),
            ("2027-06-30", "2027-06-30", "2027-07-30"),
            ("2027-07-01", "2027-09-30", "2027-10-30"),
        ] {
            assert_eq!(
                (quarter_ends(day(awarded)), quarterly_notice_due(day(awarded))),
                (day(ends), day(due))
            );
        }
    }

    #[test]
    fn a_standstill_counts_the_day_of_the_notice_and_ends_with_its_last_day() {
        for (begun, n, ends) in [
            ("2026-12-18", 8, "2026-12-31"),
            ("2026-12-07", 8, "2026-12-16"),
            ("2026-12-07", 10, "2026-12-18"),
            // Begun on a Saturday, and on Christmas Day: the count begins on the next working day.
            ("2026-12-12", 8, "2026-12-23"),
            ("2026-12-25", 1, "2026-12-29"),
            ("2026-12-07", 1, "2026-12-07"),
        ] {
            assert_eq!(standstill_ends(day(begun), n), Ok(day(ends)), "{n} working days begun on {begun}");
        }
        assert!(standstill_ends(day("2030-12-30"), 8).is_err());
    }

    #[test]
    fn past_the_last_known_year_there_is_an_error_and_no_date() {
        let error = working_days_after(day("2030-12-20"), 10).unwrap_err();
        assert_eq!(error, OutsideCalendar { day: day("2031-01-01") });
        assert_eq!(
            error.to_string(),
            "Bank holidays are known from 2025 to 2030: whether Wednesday 1 January 2031 is a working day is not known."
        );
        assert!(is_working_day(day("2024-12-31")).is_err());
        assert_eq!(working_days_after(day("2030-12-20"), 5), Ok(day("2030-12-31")));
    }

    #[test]
    fn weekends_and_substitute_days_are_not_working_days() {
        for (text, working) in [
            ("2026-12-26", false),
            ("2026-12-28", false),
            ("2026-12-29", true),
            ("2027-12-27", false),
            ("2027-12-28", false),
            ("2028-01-03", false),
            ("2028-01-04", true),
            ("2026-12-13", false),
        ] {
            assert_eq!(is_working_day(day(text)), Ok(working), "{text}");
        }
    }

    /// Gauss's reckoning of Easter Sunday, as (month, day).
    fn easter(year: i32) -> Day {
        let (a, b, c) = (year % 19, year / 100, year % 100);
        let moon = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
        let sunday = (32 + 2 * (b % 4) + 2 * (c / 4) - moon - c % 4) % 7;
        let late = (a + 11 * moon + 22 * sunday) / 451;
        let n = moon + sunday - 7 * late + 114;
        day(&format!("{year}-{:02}-{:02}", n / 31, n % 31 + 1))
    }

    #[test]
    fn the_data_are_what_the_act_works_out_at_with_nothing_proclaimed() {
        let weekday = |d: Day| d.0.weekday().to_monday_one_offset();
        let monday_from = |d: Day| d.plus_days(i64::from((8 - weekday(d)) % 7));
        for (year, holidays) in BANK_HOLIDAYS {
            let on = |month_day: &str| day(&format!("{year}-{month_day}"));
            let after_weekend = |d: Day| if weekday(d) > 5 { monday_from(d) } else { d };
            let (christmas, boxing) = match weekday(on("12-25")) {
                5 => (on("12-25"), on("12-28")),
                6 | 7 => (on("12-27"), on(if weekday(on("12-25")) == 6 { "12-28" } else { "12-26" })),
                _ => (on("12-25"), on("12-26")),
            };
            let easter = easter(i32::from(year));
            let mut expected = vec![
                after_weekend(on("01-01")),
                easter.plus_days(-2),
                easter.plus_days(1),
                monday_from(on("05-01")),
                monday_from(on("05-25")),
                monday_from(on("08-25")),
                christmas,
                boxing,
            ];
            expected.sort();
            let known: Vec<_> = holidays.iter().map(|(month, d)| on(&format!("{month:02}-{d:02}"))).collect();
            assert_eq!(known, expected, "{year}");
        }
    }
}
