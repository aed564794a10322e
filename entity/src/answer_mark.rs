//! The mark of a scored answer of a request to join. A request that is made again is marked anew.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "answer_mark")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub enrolment_id: EnrolmentId,
    /// Which request of the enrolment: that received then.
    #[sea_orm(primary_key, auto_increment = false)]
    pub received_at: Instant,
    #[sea_orm(primary_key, auto_increment = false)]
    pub question_id: String,
    pub mark: Mark,
    pub reason: String,
    pub given_by: AccountId,
    pub given_at: Instant,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
