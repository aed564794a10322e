//! A reminder to every provider that had said nothing of an opportunity.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "nudge")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NudgeId,
    pub opportunity_id: OpportunityId,
    pub made_by: AccountId,
    pub made_at: Instant,
    /// How many providers were reminded.
    pub told: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
