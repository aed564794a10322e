//! A challenge that was raised while a standstill ran: until it is lifted, the contract does not enter the register.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "challenge")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ChallengeId,
    pub opportunity_id: OpportunityId,
    pub reason: String,
    pub raised_by: AccountId,
    pub raised_at: Instant,
    pub lifted_by: Option<AccountId>,
    pub lifted_at: Option<Instant>,
    pub lifted_reason: Option<String>,
    /// Whether it was right, so that the award was set aside.
    pub upheld: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
