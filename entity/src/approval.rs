//! The record of a decision on a recommendation, as everything stood when it was made. It says nothing of the person
//! whose care it is, so that it can be kept when their details no longer may be.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "approval")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub award_id: AwardId,
    pub opportunity_id: OpportunityId,
    /// As JSON, word for word.
    pub record: String,
    /// SHA-256 of `record`.
    pub digest: String,
    pub at: Instant,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
