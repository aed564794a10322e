//! Instants and days. An instant is stored as milliseconds, so that both databases sort and compare
//! it alike and what was compared is what is stored; a day is stored as `2026-12-07`.

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use sea_orm::{DbErr, DeriveValueType, TryFromU64, sea_query::ValueTypeErr};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// A moment, to the millisecond, by the server's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct Instant(i64);

impl Instant {
    /// Milliseconds since 1 January 1970, UTC.
    pub const fn milliseconds(self) -> i64 {
        self.0
    }

    /// From milliseconds since 1 January 1970, UTC.
    pub const fn from_milliseconds(ms: i64) -> Self {
        Self(ms)
    }

    /// This many milliseconds later (or, if negative, earlier).
    #[must_use]
    pub const fn plus_milliseconds(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// This many seconds later.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        self.plus_milliseconds(seconds.saturating_mul(1000))
    }

    fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::MAX)
    }

    /// The day it is in London at this moment.
    pub fn london_day(self) -> Day {
        Day(self.timestamp().to_zoned(london()).date())
    }

    /// For a receipt: `7 December 2026, 17:00:00 GMT`.
    pub fn to_the_second(self) -> String {
        self.timestamp().to_zoned(london()).strftime("%-d %B %Y, %H:%M:%S %Z").to_string()
    }

    /// The hour that London's clocks show at this moment, 0 to 23.
    pub fn london_hour(self) -> i32 {
        self.timestamp().to_zoned(london()).hour().into()
    }

    /// For a person to read: `7 December 2026, 5:00pm GMT`.
    pub fn in_words(self) -> String {
        self.timestamp().to_zoned(london()).strftime("%-d %B %Y, %-I:%M%P %Z").to_string()
    }
}

/// The zone of every deadline that people read.
fn london() -> TimeZone {
    TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC)
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.timestamp())
    }
}

impl FromStr for Instant {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<Timestamp>().map(|t| Self(t.as_millisecond()))
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        text.parse().map_err(|_| {
            serde::de::Error::custom(format!("“{text}” is not a time such as 2026-12-07T17:00:00Z"))
        })
    }
}

/// A day in the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
#[sea_orm(value_type = "String")]
pub struct Day(pub Date);

impl Day {
    /// For a person to read: `Monday 7 December 2026`.
    pub fn in_words(self) -> String {
        self.0.strftime("%A %-d %B %Y").to_string()
    }

    /// The first instant of the day after, in London: a day's time is up at this instant.
    pub fn end_in_london(self) -> Instant {
        self.0
            .saturating_add(1.day())
            .to_zoned(london())
            .map(|z| Instant(z.timestamp().as_millisecond()))
            .unwrap_or(Instant(i64::MAX))
    }

    /// When London's clocks strike this hour, 0 to 23, on this day. The hour that is left out in spring is struck with
    /// the next; of the hour that comes twice in autumn, the first is meant.
    pub fn hour_in_london(self, hour: i32) -> Instant {
        let hour = i8::try_from(hour.clamp(0, 23)).unwrap_or_default();
        self.0
            .at(hour, 0, 0, 0)
            .to_zoned(london())
            .map(|z| Instant(z.timestamp().as_millisecond()))
            .unwrap_or(Instant(i64::MAX))
    }

    /// This many days later.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(days.days()))
    }
}

// A day may be a part of a key; it is never a number.
impl TryFromU64 for Day {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64("Day"))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Day {
    type Err = ValueTypeErr;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let exact = text.len() == 10;
        text.parse().ok().filter(|_| exact).map(Self).ok_or(ValueTypeErr)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        text.parse()
            .map_err(|_| serde::de::Error::custom(format!("“{text}” is not a day such as 2026-12-07")))
    }
}

macro_rules! string_schema {
    ($name:ident, $format:ident, $words:literal) => {
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .format(Some(utoipa::openapi::SchemaFormat::KnownFormat(
                        utoipa::openapi::KnownFormat::$format,
                    )))
                    .description(Some($words))
                    .build()
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}
    };
}

string_schema!(Instant, DateTime, "An instant, UTC, to the millisecond");
string_schema!(Day, Date, "A calendar day");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_to_the_millisecond_and_read_back() {
        let instant: Instant = "2026-12-07T17:00:00.005Z".parse().unwrap();
        assert_eq!(instant.to_string(), "2026-12-07T17:00:00.005Z");
        assert_eq!(Instant::from_milliseconds(0).to_string(), "1970-01-01T00:00:00.000Z");
    }

    #[test]
    fn people_read_times_in_london_with_the_zone() {
        let winter: Instant = "2026-12-07T17:00:00Z".parse().unwrap();
        let summer: Instant = "2026-07-07T16:00:00Z".parse().unwrap();
        assert_eq!(winter.in_words(), "7 December 2026, 5:00pm GMT");
        assert_eq!(summer.in_words(), "7 July 2026, 5:00pm BST");
    }

    #[test]
    fn a_day_ends_at_midnight_in_london_whatever_the_clocks_do() {
        let summer: Day = "2026-07-07".parse().unwrap();
        assert_eq!(summer.end_in_london().to_string(), "2026-07-07T23:00:00.000Z");
        let clocks_go_back: Day = "2026-10-25".parse().unwrap();
        assert_eq!(clocks_go_back.end_in_london().to_string(), "2026-10-26T00:00:00.000Z");
    }
}
