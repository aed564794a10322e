//! What a provider answers once, for every market. Each revision is kept: councils accepted one of them.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "passport_answer")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub provider_id: ProviderId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub topic: PassportTopic,
    /// Counted from 1 within the topic.
    #[sea_orm(primary_key, auto_increment = false)]
    pub revision: i32,
    pub answer: String,
    pub answered_by: AccountId,
    pub answered_at: Instant,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
