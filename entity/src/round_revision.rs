//! One improvement of a bid in a ranking round. Kept for ever.

use crate::{json::kept_as_json, offer::LineRate, vocabulary::*};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "round_revision")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RoundRevisionId,
    pub opportunity_id: OpportunityId,
    pub bid_id: BidId,
    /// Counts the bid's improvements, from 1.
    pub number: i32,
    /// Every rate of the bid from then on.
    pub rates: Rates,
    /// Each week, to four places.
    pub weekly_price: Money,
    /// SHA-256 of the offer from then on, as stored.
    pub digest: String,
    pub made_by: AccountId,
    pub made_at: Instant,
    /// Where the bid stood after it.
    pub rank: i32,
    /// Until when the round went on after it.
    pub closes_at: Instant,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// All the rates of a bid.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rates(pub Vec<LineRate>);

kept_as_json!(Rates);
