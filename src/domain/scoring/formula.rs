//! How a price becomes marks, or decides without them.

use super::{Model, units::Units};
use entity::vocabulary::Money;
use serde::{Deserialize, Serialize};

/// A formula with everything that it needs. W is the price weight, L the lowest admissible weekly price, p this
/// bid's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum Formula {
    /// W × L ÷ p.
    LowestRelative,
    /// W × max(0, 1 − (p − L) ÷ L).
    PercentOverLowest,
    /// W × (Q − p) ÷ (Q − L), in 0..W, by the week. Where Q is not above L it separates nobody: all have W.
    ProRataToQualification { qualification: Money },
    /// W × clamp((max − p) ÷ (max − min), 0, 1), by the week.
    Band { min: Money, max: Money },
    /// No marks: the lowest p ÷ (quality as a percentage of the quality weight) is first.
    PricePerQualityPoint,
    /// No price marks: the authority sets the rates.
    Fixed,
    /// W × B ÷ p, at most W, by the week.
    Benchmark { benchmark: Money },
    /// No marks: a standing order of bids, by id. The first that is admissible is first; bids that are not on it
    /// come after those that are.
    RankedList { order: Vec<String> },
}

macro_rules! names {
    ($($variant:ident = $text:literal),+ $(,)?) => {
        /// A formula without what it needs.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum FormulaName { $($variant),+ }

        impl FormulaName {
            /// Every one of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// As it is stored and sent.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl Formula {
            pub const fn name(&self) -> FormulaName {
                match self { $(Self::$variant { .. } => FormulaName::$variant),+ }
            }
        }
    };
}

names! {
    LowestRelative = "lowest_relative",
    PercentOverLowest = "percent_over_lowest",
    ProRataToQualification = "pro_rata_to_qualification",
    Band = "band",
    PricePerQualityPoint = "price_per_quality_point",
    Fixed = "fixed",
    Benchmark = "benchmark",
    RankedList = "ranked_list",
}

impl FormulaName {
    /// Whether another bid's price changes what a bid earns.
    pub const fn depends_on_lowest(self) -> bool {
        match self {
            Self::LowestRelative | Self::PercentOverLowest | Self::ProRataToQualification => true,
            Self::Band | Self::PricePerQualityPoint | Self::Fixed | Self::Benchmark | Self::RankedList => {
                false
            }
        }
    }

    /// Whether bids are ranked by the total of their marks.
    pub const fn has_total(self) -> bool {
        !matches!(self, Self::PricePerQualityPoint | Self::RankedList)
    }
}

/// A share of the price weight, from 0 to 1, as a fraction.
pub(super) type Share = (i128, i128);

/// A formula's parameters as whole numbers, ready to be applied to many prices.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shares {
    LowestRelative {
        lowest: i128,
    },
    PercentOverLowest {
        lowest: i128,
    },
    ProRata {
        qualification: i128,
        lowest: i128,
    },
    Band {
        min: i128,
        max: i128,
    },
    Benchmark {
        benchmark: i128,
    },
    /// No marks for price.
    None,
}

impl Shares {
    /// `lowest` is the lowest admissible price.
    pub fn of(model: &Model, units: &Units, lowest: i128) -> Self {
        match model.formula {
            Formula::LowestRelative => Self::LowestRelative { lowest },
            Formula::PercentOverLowest => Self::PercentOverLowest { lowest },
            Formula::ProRataToQualification { qualification } => {
                Self::ProRata { qualification: units.money(qualification), lowest }
            }
            Formula::Band { min, max } => Self::Band { min: units.money(min), max: units.money(max) },
            Formula::Benchmark { benchmark } => Self::Benchmark { benchmark: units.money(benchmark) },
            Formula::PricePerQualityPoint | Formula::Fixed | Formula::RankedList { .. } => Self::None,
        }
    }

    /// The share of the price weight that this price earns; `None` where price earns no marks. Prices are more
    /// than 0, and none is below the lowest.
    pub fn earned(self, price: i128) -> Option<Share> {
        Some(match self {
            Self::LowestRelative { lowest } => (lowest, price),
            Self::PercentOverLowest { lowest } => ((2 * lowest - price).max(0), lowest),
            Self::ProRata { qualification, lowest } if qualification <= lowest => (1, 1),
            Self::ProRata { qualification, lowest } => {
                ((qualification - price).max(0), qualification - lowest)
            }
            Self::Band { min, max } => ((max - price.clamp(min, max)), max - min),
            Self::Benchmark { benchmark } => (benchmark.min(price), price),
            Self::None => return None,
        })
    }
}
