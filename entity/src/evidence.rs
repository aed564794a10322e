//! A piece of evidence of an enrolment, given with the request or renewed since. What was given is never changed: it
//! is accepted, refused, or superseded by a newer piece.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "evidence")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EvidenceId,
    pub enrolment_id: EnrolmentId,
    /// Which of the evidence the market asks for.
    pub wanted: String,
    /// The certificate, policy or registration number.
    pub reference: String,
    /// The last day on which it holds.
    pub expires_on: Option<Day>,
    /// The certificate itself, if the provider shows it.
    pub document_id: Option<DocumentId>,
    pub given_at: Instant,
    pub state: EvidenceState,
    /// Why it was accepted or refused.
    pub reasons: Option<String>,
    pub decided_at: Option<Instant>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
