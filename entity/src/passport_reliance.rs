//! On which revision of a provider's passport a council relies for one enrolment: the one that was sent with the
//! request, until an officer accepts a newer one.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "passport_reliance")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub enrolment_id: EnrolmentId,
    /// Which request of the enrolment: that received then.
    #[sea_orm(primary_key, auto_increment = false)]
    pub received_at: Instant,
    #[sea_orm(primary_key, auto_increment = false)]
    pub topic: PassportTopic,
    pub revision: i32,
    /// Nobody, for the revision that was sent.
    pub accepted_by: Option<AccountId>,
    pub accepted_at: Option<Instant>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
