//! An evaluator who has begun to mark an opportunity's answers, and so is on its panel.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "panellist")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub opportunity_id: OpportunityId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub evaluator_id: AccountId,
    pub begun_at: Instant,
    /// From then on their marks are locked.
    pub finished_at: Option<Instant>,
    /// A commissioner let them go before they had finished: their marks do not count.
    pub released_at: Option<Instant>,
    pub released_by: Option<AccountId>,
    pub released_reason: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
