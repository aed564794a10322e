//! A suspension, a removal or an urgent stop: proposed by one officer, and confirmed by another.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "measure")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MeasureId,
    pub enrolment_id: EnrolmentId,
    pub kind: MeasureKind,
    pub reason: String,
    /// Where the evidence lies, such as a report’s number.
    pub evidence: Option<String>,
    /// When somebody is to look at it again.
    pub review_on: Option<Day>,
    pub proposed_by: AccountId,
    pub proposed_at: Instant,
    /// An urgent stop: from when on it no longer holds unless a second person has confirmed it.
    pub due_at: Option<Instant>,
    /// A removal: until when the provider may say why not; it is not confirmed before.
    pub representations_until: Option<Instant>,
    pub outcome: Option<MeasureOutcome>,
    /// Nobody, where it lapsed or was overtaken by something else.
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<Instant>,
    pub decided_reason: Option<String>,
    /// When what it brought ended.
    pub ended_at: Option<Instant>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
