//! A notice of an award that was published, for one contract; one publication may cover several.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoticeId,
    /// One for each contract.
    #[sea_orm(unique)]
    pub contract_id: ContractId,
    pub published_on: Day,
    /// Its number where it was published.
    pub reference: String,
    /// Where it can be read.
    pub link: String,
    pub recorded_by: AccountId,
    pub recorded_at: Instant,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
