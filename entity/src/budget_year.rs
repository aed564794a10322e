//! One year of a budget, and how much contracts take of it.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "budget_year")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub budget_id: BudgetId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub begins_on: Day,
    /// The last day.
    pub ends_on: Day,
    /// The budget's yearly cap, here so that the schema holds it too.
    pub cap: Option<Money>,
    pub committed: Money,
    /// The highest share of the yearly cap, or of the guide where there is none, in per cent, that was warned of.
    pub warned: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
