//! One thing that a request to join asks for, as far as it is written: who wrote it last, and how often it was.

use crate::{json::kept_as_json, vocabulary::*};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "application_answer")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub provider_id: ProviderId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub category_id: CategoryId,
    /// Such as `questions.staff`, `declarations.terms`, `evidence.cqc` or `answers.culture`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub field: String,
    pub answer: String,
    pub evidence: Option<DraftEvidence>,
    pub revision: i32,
    pub answered_by: AccountId,
    pub answered_at: Instant,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A piece of evidence still being written: anything may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftEvidence {
    #[serde(default)]
    pub reference: String,
    #[serde(default)]
    pub expires_on: Option<Day>,
    #[serde(default)]
    pub document_id: Option<DocumentId>,
}

kept_as_json!(DraftEvidence);
