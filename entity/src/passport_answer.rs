//! What a provider answers once, for every market. Each revision is kept: councils accepted one of them.

use crate::{json::kept_as_json, vocabulary::*};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

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
    /// In words. Where referees are named, they are in it, a line each.
    pub answer: String,
    /// Who can speak for the provider, where the topic asks for that.
    pub referees: Option<Referees>,
    pub answered_by: AccountId,
    pub answered_at: Instant,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// An organisation that can speak for a provider. No person is named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Referee {
    pub organisation: String,
    /// What it buys or bought from the provider, such as “supported living for eight people, since 2021”.
    pub service: String,
    /// The role to write to, such as “commissioning team”.
    pub role: String,
    pub email: String,
}

/// Every referee that a provider names, in its own order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referees(pub Vec<Referee>);

kept_as_json!(Referees);
