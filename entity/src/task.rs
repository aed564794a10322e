//! What officers of an authority are to see to.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "task")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TaskId,
    pub authority_id: AuthorityId,
    pub kind: TaskKind,
    /// What it is about.
    pub subject_kind: SubjectKind,
    pub subject_id: Uuid,
    /// The letter that could not be delivered.
    pub letter_id: Option<LetterId>,
    pub raised_at: Instant,
    pub done_at: Option<Instant>,
    /// Nobody, where it was done by itself.
    pub done_by: Option<AccountId>,
    /// What was done about it, in words.
    pub outcome: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
