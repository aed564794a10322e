//! How a person of a provider wants to be told of new opportunities. Without a row, of every one at once.

use crate::{json::kept_as_json, person::Categories, vocabulary::*};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "alert")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    pub provider_id: ProviderId,
    /// Of which categories; of all, where none is listed.
    pub categories: Categories,
    /// Of which areas; of all, where none is listed.
    pub areas: Areas,
    /// At which hour in London, 0 to 23, one letter a day tells of all that is new; without it, each is told at once.
    pub digest_hour: Option<i32>,
    /// From which hour in London, 0 to 23, nothing new is told.
    pub quiet_from: Option<i32>,
    /// From which hour on it is told again.
    pub quiet_until: Option<i32>,
    pub chosen_at: Instant,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Outward codes, such as `ST16`, and postcode areas, such as `ST`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Areas(pub Vec<String>);

kept_as_json!(Areas);
