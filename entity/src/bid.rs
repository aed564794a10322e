//! What a provider submitted: its latest version counts. Earlier versions stand in the events.

use crate::offer::Offer;
use crate::vocabulary::*;
use sea_orm::entity::prelude::*;
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bid")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BidId,
    pub opportunity_id: OpportunityId,
    pub provider_id: ProviderId,
    pub version: i32,
    pub offer: Offer,
    /// Each week, to four places.
    pub weekly_price: Money,
    /// SHA-256 of the offer as stored.
    pub digest: String,
    pub received_at: Instant,
    pub submitted_by: AccountId,
    pub withdrawn_at: Option<Instant>,
    /// Since when a correction of the advert keeps it from counting, until it is confirmed or revised.
    pub unsettled_at: Option<Instant>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
