//! What a market is divided into, with the terms on which its packages are bought.

use crate::{json::kept_as_json, offer::LineQuantity, vocabulary::*};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "category")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CategoryId,
    pub market_id: MarketId,
    pub slug: String,
    pub name: String,
    pub terms: CategoryTerms,
    /// What a new package starts from, where the market says.
    pub package_template: Option<PackageTemplate>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The terms of a category. An opportunity keeps a copy of those it was published under.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CategoryTerms {
    /// Whose needs it serves, in words.
    pub needs: String,
    pub lines: Vec<LineTerms>,
    pub criteria: Vec<Criterion>,
    /// With `price_weight`, sums to 100.
    pub quality_weight: Weight,
    pub price_weight: Weight,
    pub formula: Formula,
    /// The least share of the quality weight, such as 0.60.
    pub quality_gate: Option<Weight>,
    /// By the week: a bid below it, or above the ceiling, needs exceptionality.
    #[serde(default)]
    pub weekly_floor: Option<Money>,
    #[serde(default)]
    pub weekly_ceiling: Option<Money>,
    /// What makes a price look abnormally low.
    #[serde(default)]
    pub abnormally_low: Option<AbnormallyLow>,
    #[schema(value_type = Vec<String>)]
    pub tie_break: Vec<TieBreak>,
    /// How many evaluators must mark each opportunity, at least.
    #[serde(default = "one_evaluator")]
    pub evaluators: u32,
    /// On an opportunity: that a ranking round follows the evaluation, on these terms. In a category: that the authority
    /// may hold one. Not written where there is none, so that terms from before there could be one keep their digest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round: Option<RoundTerms>,
}

/// The terms of a ranking round (an electronic auction: PCR 2015 reg 35), announced with the advert. A bidder improves
/// its price lines alone, and sees its own rank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RoundTerms {
    /// The price lines that can be improved. Those that are not listed stay as they were bid.
    pub steps: Vec<LineStep>,
    /// From its opening to its end, in minutes.
    pub length_minutes: u32,
    /// An improvement within so many minutes of the end moves the end.
    pub last_minutes: u32,
    /// By then the end is so many minutes after the improvement.
    pub extension_minutes: u32,
    /// In minutes from its opening: the end moves no further than this.
    pub longest_minutes: u32,
    /// How often one bidder can improve.
    pub revisions_max: u32,
    /// The least time between two improvements by one bidder, in seconds.
    pub spacing_seconds: u32,
    /// Whether each bidder is told how many take part.
    pub announce_bidders: bool,
}

/// How a price line can be improved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LineStep {
    /// Which price line of the category.
    pub key: String,
    /// Per unit: the least by which a rate is lowered.
    pub step: Money,
    /// Per unit: a rate below it counts as if it were this, so that it helps nobody to go lower.
    pub floor: Option<Money>,
}

/// What a category asks for that does not say: terms were kept before they could say it.
const fn one_evaluator() -> u32 {
    1
}

/// What a new package of a category starts from: a broker changes whatever is different for this person. It is no term
/// of the market: no opportunity keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageTemplate {
    /// Beside the title's field; no title starts as another's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title_hint: Option<String>,
    /// What the pen picture starts as: what is to be said, and in which order.
    pub needs: String,
    /// Beside the field of the pen picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs_hint: Option<String>,
    /// The usual quantities.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<LineQuantity>,
    /// How many days from the day on which it is drafted care usually starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_in_days: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initial_term_weeks: Option<u32>,
}

/// A price line that a package may ask for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LineTerms {
    pub key: String,
    pub label: String,
    pub unit: Unit,
    /// Per unit, set by the authority: no other rate may be offered.
    pub fixed: Option<Money>,
    /// Per unit, the published reference rates.
    pub reference_low: Option<Money>,
    pub reference_high: Option<Money>,
    /// Per unit: a rate below it, or above the ceiling, needs exceptionality.
    #[serde(default)]
    pub floor: Option<Money>,
    #[serde(default)]
    pub ceiling: Option<Money>,
}

/// The signs by which a bid is flagged as abnormally low (PCR 2015 reg 69; Procurement Act 2023 s. 19). A flag
/// rejects nothing: the provider is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AbnormallyLow {
    /// A rate or the weekly price is below its floor.
    pub below_floor: bool,
    /// The share by which a weekly price may be under the median of the admissible, such as 0.15.
    pub under_median: Option<Weight>,
    /// Pounds an hour that employing somebody costs: no line that is counted in hours should be below it.
    pub employment_cost: Option<Money>,
}

/// A quality criterion: what is asked and how it is marked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Criterion {
    pub id: String,
    pub name: String,
    /// What it is a part of, where its weight is a share of a larger criterion's.
    #[serde(default)]
    pub group: Option<String>,
    pub question: String,
    /// Criteria weights sum to the quality weight.
    pub weight: Weight,
    pub mark_max: Mark,
    /// A bid with less is not admissible.
    pub mark_min: Option<Mark>,
    /// What each whole mark means, from 0.
    pub descriptors: Vec<String>,
    /// Answered and marked once, when a provider joins; that mark counts at each opportunity.
    #[serde(default)]
    pub standing: bool,
    /// How many documents may go with the answer. Not written where none may, so that a definition from before it could
    /// be said keeps its digest.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub attachments: u32,
}

const fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// How a price becomes marks, or decides without them. W is the price weight, L the lowest admissible weekly
/// price, p this bid's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "name", rename_all = "snake_case", deny_unknown_fields)]
pub enum Formula {
    /// W × L ÷ p.
    LowestRelative,
    /// W × max(0, 1 − (p − L) ÷ L).
    PercentOverLowest,
    /// W × (Q − p) ÷ (Q − L), in 0..W, with Q by the week. Without one of its own it is made from the package's
    /// quantities at the higher reference rates.
    ProRataToQualification { qualification: Option<Money> },
    /// W × clamp((max − p) ÷ (max − min), 0, 1), by the week. Without bounds of its own they are
    /// made from the package's quantities at the reference rates.
    Band { min: Option<Money>, max: Option<Money> },
    /// No marks: the lowest p ÷ (quality as a percentage of the quality weight) is first.
    PricePerQualityPoint,
    /// The authority sets the rates: quality alone decides.
    Fixed,
    /// W × B ÷ p, at most W, with B by the week. Without one of its own it is made from the package's
    /// quantities at the lower reference rates.
    Benchmark { benchmark: Option<Money> },
    /// No marks: the first in a standing order of providers that is able.
    RankedList { order: Vec<ProviderId> },
}

/// One step of the published chain that separates equal totals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum TieBreak {
    Quality,
    /// The higher mark on this criterion.
    Criterion(String),
    Price,
    Start,
    Preference,
    /// SHA-256 of `seed:bid id`, lowest first.
    Lot,
}

impl TryFrom<String> for TieBreak {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "quality" => Ok(Self::Quality),
            "price" => Ok(Self::Price),
            "start" => Ok(Self::Start),
            "preference" => Ok(Self::Preference),
            "lot" => Ok(Self::Lot),
            other => match other.strip_prefix("criterion:") {
                Some(id) if !id.is_empty() => Ok(Self::Criterion(id.to_owned())),
                _ => Err(format!(
                    "“{other}” is not one of quality, criterion:<id>, price, start, preference, lot"
                )),
            },
        }
    }
}

impl From<TieBreak> for String {
    fn from(step: TieBreak) -> String {
        match step {
            TieBreak::Quality => "quality".to_owned(),
            TieBreak::Criterion(id) => format!("criterion:{id}"),
            TieBreak::Price => "price".to_owned(),
            TieBreak::Start => "start".to_owned(),
            TieBreak::Preference => "preference".to_owned(),
            TieBreak::Lot => "lot".to_owned(),
        }
    }
}

kept_as_json!(CategoryTerms, PackageTemplate);
