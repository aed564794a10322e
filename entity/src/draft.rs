//! A bid still being written.

use crate::offer::DraftOffer;
use crate::vocabulary::*;
use sea_orm::entity::prelude::*;
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "draft")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub opportunity_id: OpportunityId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub provider_id: ProviderId,
    pub offer: DraftOffer,
    pub revision: i32,
    pub saved_at: Instant,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
