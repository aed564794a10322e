//! A market as it is defined: the file it is set up from, what the law of its regime lets it be,
//! what may change while it lives, and whether it is open.
//!
//! The file is described in `docs/market-definition.md`. [`read`] tells every mistake in it at once;
//! [`change`] says what of a new definition the regime forbids.

mod change;
mod definition;
mod law;
mod questions;
mod reading;

#[cfg(test)]
mod tests;

pub use change::{Changed, change};
pub use definition::*;
pub use law::{PCR_DPS_LAST_DAY, PCR_DPS_VALIDITY_FIXED_AFTER};
pub use reading::{FILE_BYTES_MAX, MISTAKES_MAX, Mistake, invalid, read};

use entity::vocabulary::{Day, Regime};
use serde::{Deserialize, Serialize};

/// Where a market stands in its life.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum MarketStage {
    /// Providers cannot join yet.
    NotOpen,
    /// Providers may join, and opportunities may be published.
    Open,
    /// It takes no new opportunities; its contracts live on.
    Ended,
}

/// Whether a provider may bid while its request to join waits for a decision: a dynamic market considers the request
/// that comes with a bid (Procurement Act 2023 s. 34(4)).
pub const fn bids_with_request(regime: Regime) -> bool {
    match regime {
        Regime::Pa23DynamicMarket => true,
        Regime::PcrLtrDps
        | Regime::PcrDps
        | Regime::PcrFramework
        | Regime::Pa23LightTouchFramework
        | Regime::SingleContract => false,
    }
}

/// Where a market stands on `today`, the day it is in London.
///
/// A DPS under PCR 2015 reg 34 is over at the end of 23 February 2029 whatever its own last day
/// (SI 2024/716); so is a light touch one whose last day was never recorded.
pub fn stage(regime: Regime, joining_opens_on: Day, ends_on: Option<Day>, today: Day) -> MarketStage {
    let over = law::last_day(regime, ends_on).is_some_and(|last| today > last);
    match (today >= joining_opens_on, over) {
        (_, true) => MarketStage::Ended,
        (true, false) => MarketStage::Open,
        (false, false) => MarketStage::NotOpen,
    }
}
