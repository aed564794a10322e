//! An officer's interest in a provider, on the register of interests: it holds for everything that the provider
//! takes part in, until it ends.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "officer_interest")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OfficerInterestId,
    pub authority_id: AuthorityId,
    /// Whose interest it is.
    pub account_id: AccountId,
    pub provider_id: ProviderId,
    /// What it is, in words; read by the officer, by procurement and by auditors alone.
    pub nature: String,
    /// Its first day.
    pub since: Day,
    pub declared_at: Instant,
    /// Its last day; without one it goes on.
    pub ended_on: Option<Day>,
    pub ended_at: Option<Instant>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
