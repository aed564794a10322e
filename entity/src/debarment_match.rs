//! A provider that may be on a list of debarred suppliers: for a person to look at, and nothing more.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "debarment_match")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DebarmentMatchId,
    pub entry_id: DebarmentEntryId,
    pub provider_id: ProviderId,
    pub enrolment_id: EnrolmentId,
    pub matched_by: MatchedBy,
    pub task_id: TaskId,
    pub found_at: Instant,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
