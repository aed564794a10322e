//! A decision by which members set the figures of a budget, as they stood from then on. Kept for ever.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "budget_decision")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BudgetDecisionId,
    pub budget_id: BudgetId,
    pub decision_id: Option<DecisionId>,
    pub cap: Option<Money>,
    pub cap_yearly: Option<Money>,
    pub guide_yearly: Option<Money>,
    /// Why, as the officer who recorded it wrote; nothing where the market's definition set it.
    pub reason: Option<String>,
    /// Where the paper or the minute can be read.
    pub document: Option<String>,
    pub recorded_by: Option<AccountId>,
    pub recorded_at: Instant,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
