//! The contents of a package and of a bid: quantities asked for, and the offer made for them.

use crate::vocabulary::*;
use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};

/// How many units of a price line a week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineQuantity {
    /// Which price line of the category.
    pub key: String,
    pub quantity: Quantity,
}

/// All the lines of a package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Quantities(pub Vec<LineQuantity>);

/// The rate offered for a price line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineRate {
    pub key: String,
    /// Per unit, in pounds and whole pence.
    pub rate: Money,
}

/// The answer to a quality criterion's question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    pub criterion_id: String,
    pub answer: String,
}

/// What a provider offers: sealed until the deadline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    pub rates: Vec<LineRate>,
    pub answers: Vec<Answer>,
    pub starts_on: Day,
    /// Why a price outside the published limits should be accepted as an exception.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exceptionality: Option<String>,
}

/// A rate still being typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftRate {
    pub key: String,
    pub rate: String,
}

/// An offer still being written: anything may be missing.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult, utoipa::ToSchema,
)]
#[serde(deny_unknown_fields)]
pub struct DraftOffer {
    #[serde(default)]
    pub rates: Vec<DraftRate>,
    #[serde(default)]
    pub answers: Vec<Answer>,
    #[serde(default)]
    pub starts_on: Option<Day>,
    #[serde(default)]
    pub exceptionality: Option<String>,
}
