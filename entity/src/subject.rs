//! What events are about: the lock that a change takes, and the number of the newest event.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "subject")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: SubjectKind,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The number of the newest event about it.
    pub event_number: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
