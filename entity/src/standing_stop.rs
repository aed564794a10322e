//! One cause for which a provider gets no new work in a category. Several may hold at once: it ends with the last.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "standing_stop")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StopId,
    pub enrolment_id: EnrolmentId,
    pub cause: StopCause,
    /// Which piece of evidence expired.
    pub evidence_id: Option<String>,
    pub reason: String,
    /// Where the evidence lies, such as a report’s number.
    pub evidence: Option<String>,
    /// Nobody, where the clock began it.
    pub begun_by: Option<AccountId>,
    pub begun_at: Instant,
    pub review_on: Option<Day>,
    pub ended_by: Option<AccountId>,
    pub ended_at: Option<Instant>,
    pub ended_reason: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
