//! That somebody was reminded of a legal clock: once for each term and stage of it.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "clock_reminder")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: ClockKind,
    #[sea_orm(primary_key, auto_increment = false)]
    pub about: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub stage: ReminderStage,
    /// The end of the term: one that is extended is reminded of anew.
    #[sea_orm(primary_key, auto_increment = false)]
    pub due_at: Instant,
    pub reminded_at: Instant,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
