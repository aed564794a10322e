//! A package as advertised for bids: what was published is kept as it was.

use crate::vocabulary::*;
use crate::{category::CategoryTerms, offer::Quantities};
use sea_orm::entity::prelude::*;
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "opportunity")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OpportunityId,
    #[sea_orm(unique)]
    pub package_id: PackageId,
    pub authority_id: AuthorityId,
    pub market_id: MarketId,
    pub category_id: CategoryId,
    /// Counts within the market.
    pub number: i32,
    /// Such as `SL-0007`.
    #[sea_orm(unique)]
    pub reference: String,
    pub title: String,
    pub needs: String,
    pub outward_code: String,
    pub age_band: AgeBand,
    pub quantities: Quantities,
    pub starts_on: Day,
    pub initial_term_weeks: i32,
    /// The terms it was published under.
    pub terms: CategoryTerms,
    /// The secret from which a lot is drawn; its hash was published with the advert.
    pub lot_seed: String,
    pub published_by: AccountId,
    pub published_at: Instant,
    /// A bid at or after this instant is late.
    pub closes_at: Instant,
    /// When the clock told everybody that bidding had closed. What may be done follows `closes_at`, not this.
    pub closed_at: Option<Instant>,
    pub prices_opened_at: Option<Instant>,
    pub withdrawn_at: Option<Instant>,
    pub withdrawn_reason: Option<String>,
    /// The recommendation that waits or was approved.
    pub award_id: Option<AwardId>,
    pub awarded_at: Option<Instant>,
    /// The last day of its standstill, where the market has one. Until then the contract does not enter the register.
    pub standstill_ends_on: Option<Day>,
    /// Since when a challenge keeps the contract out of the register.
    pub challenged_at: Option<Instant>,
    /// When it was recorded that the person chose another way, or a challenge upheld, so that no contract is made.
    pub not_awarded_at: Option<Instant>,
    /// How many providers have bid.
    pub bids: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
