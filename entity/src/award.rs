//! A recommendation to award, and the decision on it.

use crate::{json::kept_as_json, vocabulary::*};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "award")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AwardId,
    pub opportunity_id: OpportunityId,
    pub bid_id: BidId,
    pub provider_id: ProviderId,
    pub shortlist: Shortlist,
    pub reason: String,
    pub weekly_value: Money,
    /// Weekly × 52.
    pub yearly_value: Money,
    /// Weekly × the weeks of the initial term.
    pub contract_value: Money,
    pub recommended_by: AccountId,
    pub recommended_at: Instant,
    pub state: AwardState,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<Instant>,
    pub decided_reason: Option<String>,
    pub chain: Option<Chain>,
    /// Everything that the figures rest on, as `fairlot score` reads it; nothing with awards made before it was kept.
    pub evaluation: Option<String>,
    /// SHA-256 of `evaluation`.
    pub evaluation_digest: Option<String>,
    /// The version and the terms that were published, as JSON.
    pub requirement: Option<String>,
    /// The rank that it was recommended at; nothing with awards made before others than the first could be.
    pub rank: Option<i32>,
    /// Why not the first, where it is not.
    pub not_first_reason: Option<String>,
    /// How it stands to what the person prefers, where that is recorded. For officers alone.
    pub preference: Option<PreferenceKept>,
    /// Why the preference is not followed.
    pub preference_reason: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Bids told that they are on the shortlist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortlist(pub Vec<BidId>);

/// One link of the chain on which a decision rests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ChainLink {
    pub kind: LinkKind,
    /// As it is cited.
    pub words: String,
}

/// What a link is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    Decision,
    Delegation,
    Holder,
}

/// The chain of authority as it stood when the decision was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chain(pub Vec<ChainLink>);

kept_as_json!(Shortlist, Chain);
