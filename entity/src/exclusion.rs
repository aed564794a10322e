//! A ground for exclusion that is declared by a provider or raised by an officer, what the provider says to it, and what was
//! decided (PCR 2015 reg 57; Procurement Act 2023 ss. 57–58, Schs 6–7).

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "exclusion")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ExclusionId,
    pub enrolment_id: EnrolmentId,
    pub ground: ExclusionGround,
    /// Declared by the provider itself.
    pub own: bool,
    /// What happened.
    pub facts: String,
    /// The day from which the look-back is counted: of the conviction or of the event.
    pub happened_on: Day,
    pub raised_by: AccountId,
    pub raised_at: Instant,
    /// What the provider says to it.
    pub words: Option<String>,
    /// What it has done so that it does not happen again, and where the evidence of that lies.
    pub self_cleaning: Option<String>,
    pub answered_by: Option<AccountId>,
    pub answered_at: Option<Instant>,
    pub outcome: Option<ExclusionOutcome>,
    pub reasons: Option<String>,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<Instant>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
