//! What a contract costs in one year of a budget, or outside every budget. The parts of a contract are exactly its
//! whole.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "commitment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub contract_id: ContractId,
    /// The first day of this part.
    #[sea_orm(primary_key, auto_increment = false)]
    pub begins_on: Day,
    /// The last day of this part.
    pub ends_on: Day,
    pub amount: Money,
    /// With `year_begins_on`, the year that bears it; neither where it lies outside every budget.
    pub budget_id: Option<BudgetId>,
    pub year_begins_on: Option<Day>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
