//! An evaluator's mark of one answer. Changes are kept in the events.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mark")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MarkId,
    pub opportunity_id: OpportunityId,
    pub bid_id: BidId,
    pub criterion_id: String,
    pub evaluator_id: AccountId,
    pub mark: Mark,
    pub reason: String,
    pub at: Instant,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
