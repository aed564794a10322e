//! What a provider asks about an opportunity. Everybody reads the answer, unless it is the asker's own business. Kept
//! for ever.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "query")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: QueryId,
    pub opportunity_id: OpportunityId,
    pub provider_id: ProviderId,
    pub asked_by: AccountId,
    pub asked_at: Instant,
    /// In the asker's words: for its own people and for officers alone.
    pub asked: String,
    /// In the broker's words, for every provider; nothing where it was answered to the asker alone.
    pub question: Option<String>,
    pub answer: Option<String>,
    pub answered_by: Option<AccountId>,
    pub answered_at: Option<Instant>,
    /// Why it was answered to the asker alone: for officers.
    pub alone_because: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
