//! Who sees to it that a legal clock is met, where somebody was named: an officer, a post or a role, exactly one of
//! the three. What the clock itself says is derived.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "clock_owner")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: ClockKind,
    /// What the clock is about: an enrolment, an inquiry, a contract, or awards grouped by a quarter.
    #[sea_orm(primary_key, auto_increment = false)]
    pub about: Uuid,
    pub account_id: Option<AccountId>,
    pub post_id: Option<PostId>,
    pub role: Option<OfficerRole>,
    pub assigned_by: AccountId,
    pub assigned_at: Instant,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
