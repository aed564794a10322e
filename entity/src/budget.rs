//! A sum that members approved for an authority in a market: over a period, by the year, or both; and how much of it
//! contracts take.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "budget")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BudgetId,
    pub market_id: MarketId,
    /// Whose members approved it.
    pub authority_id: AuthorityId,
    /// Names it within its market.
    pub slug: String,
    pub title: String,
    /// Its years begin on this day and on each anniversary.
    pub begins_on: Day,
    /// The last day; without one it goes on.
    pub ends_on: Option<Day>,
    /// The most over the whole period. It is held.
    pub cap: Option<Money>,
    /// The most in each year. It is held.
    pub cap_yearly: Option<Money>,
    /// What members expect in each year: warned about, not held.
    pub guide_yearly: Option<Money>,
    /// Of the whole period. Never above the cap: the schema holds it too.
    pub committed: Money,
    /// The highest share of the cap, in per cent, that was warned of.
    pub warned: i32,
    /// The decision on which its figures rest now.
    pub decision_id: Option<DecisionId>,
    pub illustrative: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
