//! An entry in the register of contracts.

use crate::award::Chain;
use crate::vocabulary::*;
use sea_orm::entity::prelude::*;
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContractId,
    pub authority_id: AuthorityId,
    pub market_id: MarketId,
    pub category_id: CategoryId,
    pub provider_id: ProviderId,
    /// One award for each package, whichever way it came to be.
    #[sea_orm(unique)]
    pub package_id: PackageId,
    pub route: AwardRoute,
    /// Where it was advertised, with the award made of it…
    #[sea_orm(unique)]
    pub opportunity_id: Option<OpportunityId>,
    #[sea_orm(unique)]
    pub award_id: Option<AwardId>,
    /// …or the direct award: exactly one of the two.
    #[sea_orm(unique)]
    pub direct_award_id: Option<DirectAwardId>,
    #[sea_orm(unique)]
    pub reference: String,
    pub starts_on: Day,
    pub initial_term_weeks: i32,
    pub weekly_value: Money,
    pub yearly_value: Money,
    pub initial_term_value: Money,
    pub approved_by: AccountId,
    pub approval_reason: String,
    pub rests_on: Chain,
    pub awarded_at: Instant,
    /// When it entered the register: with the award, or when its standstill had ended.
    pub entered_at: Option<Instant>,
    /// Its last day, where a review ended it.
    pub ended_on: Option<Day>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
