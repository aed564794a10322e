//! Marks that an evaluator is still writing.

use crate::{json::kept_as_json, vocabulary::*};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mark_draft")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub opportunity_id: OpportunityId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub evaluator_id: AccountId,
    pub drafts: MarkDrafts,
    pub revision: i32,
    pub saved_at: Instant,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A mark still being written: anything may be missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkDraft {
    pub blind_id: BlindId,
    pub criterion_id: String,
    /// As it was typed.
    #[serde(default)]
    pub mark: String,
    #[serde(default)]
    pub reason: String,
}

/// Every mark that one evaluator is still writing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkDrafts(pub Vec<MarkDraft>);

kept_as_json!(MarkDrafts);
