//! What happened: numbered without gaps within its subject, and never changed.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EventId,
    pub subject_kind: SubjectKind,
    pub subject_id: Uuid,
    pub number: i64,
    /// Such as `bid_submitted`.
    pub kind: String,
    pub at: Instant,
    /// Nobody, when the clock did it.
    pub account_id: Option<AccountId>,
    /// For whom the person acted.
    pub authority_id: Option<AuthorityId>,
    pub provider_id: Option<ProviderId>,
    /// On what authority, in words.
    pub on_authority: Option<String>,
    /// The event as `fairlot::domain::event` writes it.
    pub body: Json,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
