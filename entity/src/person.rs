//! A person of a provider, and what they may do there.

use crate::{json::kept_as_json, vocabulary::*};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "person")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    pub provider_id: ProviderId,
    pub role: ProviderRole,
    pub categories: Categories,
    /// Since when they no longer act for the provider. Who acted for it before stays known.
    pub left_at: Option<Instant>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Where somebody bids for their provider and is written to: in these categories, or in every one where none is
/// listed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Categories(pub Vec<CategoryId>);

impl Categories {
    /// Whether this category is among them.
    pub fn cover(&self, category: CategoryId) -> bool {
        self.0.is_empty() || self.0.contains(&category)
    }
}

kept_as_json!(Categories);
