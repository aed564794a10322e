//! The spare hours a week that a provider publishes, for a category, an outward code and a time of the week.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "spare_hours")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub provider_id: ProviderId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub category_id: CategoryId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub outward_code: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub band: TimeBand,
    /// Hours a week; nought where it took them back.
    pub hours: Quantity,
    /// When somebody of the provider last said so: figures lapse.
    pub confirmed_at: Instant,
    pub confirmed_by: AccountId,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
