//! A person of a provider, and what they may do there.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "person")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    pub provider_id: ProviderId,
    pub role: ProviderRole,
}

impl ActiveModelBehavior for ActiveModel {}
