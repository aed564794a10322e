//! That a person chose a Direct Payment, so that the council makes no award. Private to the authority's officers.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "direct_payment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub package_id: PackageId,
    pub authority_id: AuthorityId,
    /// As which it was advertised, if it was.
    #[sea_orm(unique)]
    pub opportunity_id: Option<OpportunityId>,
    /// Whether the person wants a provider that has not joined the market.
    pub provider_off_list: bool,
    /// In words, for officers.
    pub reason: String,
    pub recorded_by: AccountId,
    pub recorded_at: Instant,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
