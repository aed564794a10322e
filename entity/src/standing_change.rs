//! One change of a provider’s standing in a category, kept for ever: from what to what, why and by whom.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "standing_change")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StandingChangeId,
    pub enrolment_id: EnrolmentId,
    pub step: StandingStep,
    pub was: Standing,
    pub became: Standing,
    pub reason: String,
    /// Where the evidence lies, such as a report’s number.
    pub evidence: Option<String>,
    /// Nobody, where the clock did it.
    pub made_by: Option<AccountId>,
    pub made_at: Instant,
    pub review_on: Option<Day>,
    pub stop_id: Option<StopId>,
    pub measure_id: Option<MeasureId>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
