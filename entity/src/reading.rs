//! What a second reader makes of a request to join, before it is decided.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reading")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReadingId,
    pub enrolment_id: EnrolmentId,
    /// Which request it is of: a provider that was refused may ask again.
    pub received_at: Instant,
    pub reader_id: AccountId,
    /// Nobody, where the reader came of their own accord.
    pub asked_by: Option<AccountId>,
    pub asked_at: Option<Instant>,
    pub view: Option<ReadingView>,
    pub reasons: Option<String>,
    pub read_at: Option<Instant>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
