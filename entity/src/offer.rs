//! The contents of a package and of a bid: quantities asked for, and the offer made for them.

use crate::{json::kept_as_json, vocabulary::*};
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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

/// Which of the provider's documents goes with the answer to a criterion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Attached {
    pub criterion_id: String,
    pub document_id: DocumentId,
}

/// A document as it was submitted with the answer to a criterion. What it is called stays with the document: those who
/// mark the answer do not see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    pub criterion_id: String,
    pub document_id: DocumentId,
    pub kind: DocumentKind,
    /// In bytes.
    pub size: i64,
    /// SHA-256 of its content, in hexadecimal: the digest of the offer covers it.
    pub digest: String,
}

/// An offer as it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOffer {
    pub rates: Vec<LineRate>,
    pub answers: Vec<Answer>,
    /// In the order in which they are shown.
    #[serde(default)]
    pub attachments: Vec<Attached>,
    pub starts_on: Day,
    /// Why a price outside the published limits should be accepted as an exception.
    #[serde(default)]
    pub exceptionality: Option<String>,
}

/// What a provider offers: sealed until the deadline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    pub rates: Vec<LineRate>,
    pub answers: Vec<Answer>,
    /// Not written where there is none, so that an offer from before there could be any keeps its digest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftOffer {
    #[serde(default)]
    pub rates: Vec<DraftRate>,
    #[serde(default)]
    pub answers: Vec<Answer>,
    #[serde(default)]
    pub attachments: Vec<Attached>,
    #[serde(default)]
    pub starts_on: Option<Day>,
    #[serde(default)]
    pub exceptionality: Option<String>,
}

kept_as_json!(Quantities, Offer, DraftOffer);
