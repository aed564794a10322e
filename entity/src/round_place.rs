//! A bidder in a ranking round: how its bid came out of the first evaluation, and where it stands.

use crate::{json::kept_as_json, vocabulary::*};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "round_place")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub bid_id: BidId,
    pub opportunity_id: OpportunityId,
    pub provider_id: ProviderId,
    /// What its people were told with the invitation.
    pub first: FirstResult,
    pub rank: i32,
    /// How often it improved.
    pub revisions: i32,
    pub revised_at: Option<Instant>,
    /// Counts what it was told of its own place: the number of its newest message.
    pub told: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A bid's own figures in the first evaluation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FirstResult {
    pub rank: u32,
    pub quality: Score,
    pub price: Option<Score>,
    pub total: Option<Score>,
    pub weekly_price: Money,
}

kept_as_json!(FirstResult);
