//! Where a provider works from.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "base")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BaseId,
    pub provider_id: ProviderId,
    pub name: String,
    pub outward_code: String,
    pub added_at: Instant,
    pub removed_at: Option<Instant>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
