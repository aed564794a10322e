//! The yearly sum that members approved for a market, and how much of it contracts take.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "budget")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub market_id: MarketId,
    pub cap_yearly: Money,
    /// Never above the cap: the schema holds it too.
    pub committed_yearly: Money,
}

impl ActiveModelBehavior for ActiveModel {}
