//! Exact amounts. Each is an integer of ten-thousandths, in the program and in both databases:
//! SQLite has no decimal type, and its floats lose digits (see `docs/decisions.md`).

use rust_decimal::Decimal;
use sea_orm::DeriveValueType;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

const PLACES: u32 = 4;

/// Why a text or a decimal is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Not digits with at most one decimal point.
    #[error("is not a number such as 12.50")]
    NotANumber,
    /// More decimal places than can be kept exactly.
    #[error("has more than {PLACES} decimal places")]
    TooFine,
    /// Beyond nine hundred million million.
    #[error("is too large")]
    TooLarge,
}

macro_rules! amounts {
    ($($(#[$doc:meta])* $name:ident shows $shown:literal places),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType,
        )]
        pub struct $name(i64);

        impl $name {
            /// Nothing.
            pub const ZERO: Self = Self(0);

            /// The amount as ten-thousandths of its unit, as it is stored.
            pub const fn ten_thousandths(self) -> i64 {
                self.0
            }

            /// From ten-thousandths of its unit.
            pub const fn from_ten_thousandths(n: i64) -> Self {
                Self(n)
            }

            /// The same amount, for calculation.
            pub fn decimal(self) -> Decimal {
                Decimal::new(self.0, PLACES)
            }

            /// Exactly this decimal.
            ///
            /// # Errors
            /// Refuses what ten-thousandths cannot hold exactly.
            pub fn exactly(value: Decimal) -> Result<Self, AmountError> {
                let value = value.normalize();
                if value.scale() > PLACES {
                    return Err(AmountError::TooFine);
                }
                Self::rounded(value)
            }

            /// This decimal to four places, half away from zero.
            ///
            /// # Errors
            /// Refuses what is too large to be stored.
            pub fn rounded(value: Decimal) -> Result<Self, AmountError> {
                let mut value = value.round_dp_with_strategy(
                    PLACES,
                    rust_decimal::RoundingStrategy::MidpointAwayFromZero,
                );
                if value.abs() > Decimal::from(900_000_000_000_000_i64) {
                    return Err(AmountError::TooLarge);
                }
                value.rescale(PLACES);
                i64::try_from(value.mantissa()).map(Self).map_err(|_| AmountError::TooLarge)
            }

            /// Whether it can be written with this many decimal places.
            pub fn has_at_most_places(self, places: u32) -> bool {
                self.decimal().normalize().scale() <= places
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let value = self.decimal().normalize();
                let places = value.scale().max($shown) as usize;
                write!(f, "{value:.places$}")
            }
        }

        impl FromStr for $name {
            type Err = AmountError;

            fn from_str(text: &str) -> Result<Self, AmountError> {
                let digits = text.strip_prefix('-').unwrap_or(text);
                let plain = !digits.is_empty()
                    && digits.len() <= 24
                    && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
                if !plain {
                    return Err(AmountError::NotANumber);
                }
                Decimal::from_str_exact(text)
                    .map_err(|_| AmountError::NotANumber)
                    .and_then(Self::exactly)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
                text.parse().map_err(|why| serde::de::Error::custom(format!("“{text}” {why}")))
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .description(Some("An exact decimal, as a string"))
                    .build()
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}
    )+};
}

amounts! {
    /// Pounds sterling.
    Money shows 2 places,
    /// How many of a unit a week.
    Quantity shows 0 places,
    /// A weight out of 100, or a share of one.
    Weight shows 0 places,
    /// An evaluator's mark, 0 to the criterion's highest.
    Mark shows 0 places,
    /// Weighted marks: of quality, of price, or their total out of 100. Published to four places.
    Score shows 4 places,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_and_written_without_losing_a_digit() {
        for (text, written) in
            [("13.6", "13.60"), ("0.0001", "0.0001"), ("-2", "-2.00"), ("62114.00", "62114.00")]
        {
            assert_eq!(text.parse::<Money>().map(|m| m.to_string()), Ok(written.to_owned()));
        }
        assert_eq!("89.1297".parse::<Score>().map(|s| s.to_string()), Ok("89.1297".to_owned()));
        assert_eq!("7".parse::<Quantity>().map(|q| q.to_string()), Ok("7".to_owned()));
    }

    #[test]
    fn what_is_no_exact_amount_is_refused() {
        for (text, why) in [
            ("1e3", AmountError::NotANumber),
            ("", AmountError::NotANumber),
            ("£5", AmountError::NotANumber),
            ("1.2.3", AmountError::NotANumber),
            ("0.00001", AmountError::TooFine),
            ("99999999999999999", AmountError::TooLarge),
        ] {
            assert_eq!(text.parse::<Money>(), Err(why), "{text}");
        }
    }
}
