//! What is asked of a provider about the price of its bid: one that lies outside the published limits, or that looks
//! abnormally low. Kept for ever.

use crate::{json::kept_as_json, vocabulary::*};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inquiry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InquiryId,
    pub opportunity_id: OpportunityId,
    /// One inquiry for a bid.
    #[sea_orm(unique)]
    pub bid_id: BidId,
    pub provider_id: ProviderId,
    pub kind: InquiryKind,
    /// As they were when it was asked.
    pub grounds: Grounds,
    /// Nothing where the provider gave its reason with the bid.
    pub question: Option<String>,
    pub asked_by: Option<AccountId>,
    pub asked_at: Instant,
    /// Until when the provider may answer.
    pub answer_by: Option<Instant>,
    pub answer: Option<String>,
    pub answered_by: Option<AccountId>,
    pub answered_at: Option<Instant>,
    pub state: InquiryState,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<Instant>,
    pub reason: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Why a price is asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ground {
    pub kind: GroundKind,
    /// With its arithmetic, for officers: it may tell of other prices.
    pub words: String,
}

/// Everything that a price is asked about for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grounds(pub Vec<Ground>);

kept_as_json!(Grounds);
