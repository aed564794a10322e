//! What a provider says against what is proposed or was decided about its standing, in its own words.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "representation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RepresentationId,
    pub enrolment_id: EnrolmentId,
    /// Against this, where it is a measure.
    pub measure_id: Option<MeasureId>,
    pub kind: RepresentationKind,
    /// The standing at that moment.
    pub standing: Standing,
    pub words: String,
    pub made_by: AccountId,
    pub made_at: Instant,
    /// Of an appeal.
    pub upheld: Option<bool>,
    pub answer: Option<String>,
    pub answered_by: Option<AccountId>,
    pub answered_at: Option<Instant>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
