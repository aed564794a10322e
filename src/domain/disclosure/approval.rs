//! One request for approval, on one page: everything that a decision needs, for officers of the authority who have no
//! interest in a bidder.

use super::{
    award::{ApproverView, Recommendation},
    budget::BudgetEffect,
    opportunity::OpportunityVerb,
};
use crate::domain::{
    approval::{Need, Risk},
    opportunity::Stage,
    scoring::Admissibility,
};
use entity::{award::ChainLink, vocabulary::*};
use serde::{Deserialize, Serialize};

/// A bid, in brief.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BriefBid {
    pub bid_id: BidId,
    pub provider_name: String,
    pub rank: Option<u32>,
    pub status: Admissibility,
    pub weekly_price: Money,
    pub total: Option<Score>,
    pub recommended: bool,
}

/// What the person or family prefers, and whether it is followed.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PreferenceView {
    pub words: String,
    /// Whether the award follows it; nothing with awards made before that was asked.
    pub kept: Option<PreferenceKept>,
    /// Why it is not followed.
    pub reason: Option<String>,
}

/// A decision that was made on a recommendation for this opportunity.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EarlierDecision {
    pub award_id: AwardId,
    pub provider_name: String,
    pub state: AwardState,
    pub decided_by: Option<String>,
    pub decided_at: Option<Instant>,
    pub reason: Option<String>,
    /// Whether its record can be read: it was kept from a certain version on.
    pub recorded: bool,
}

/// How a request was chased.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ChaseView {
    /// Titles of the posts that were asked, first to last.
    pub asked: Vec<String>,
    /// Why it cannot wait.
    pub urgent: Option<String>,
    /// The last day that those asked have.
    pub due_on: Option<Day>,
    pub overdue: bool,
    pub reminded_at: Option<Instant>,
    pub escalated_at: Option<Instant>,
    pub escalated_to: Option<String>,
    pub because: Option<String>,
    /// Who could not be asked, and why, in words.
    pub passed_over: Vec<String>,
}

/// On what authority the viewer may decide.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OwnAuthority {
    pub post_title: String,
    pub chain: Vec<ChainLink>,
}

/// A request for approval, or what became of it.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ApprovalRequest {
    pub opportunity_id: OpportunityId,
    pub award_id: AwardId,
    pub reference: String,
    pub title: String,
    pub market_name: String,
    pub category_name: String,
    pub stage: Stage,
    pub outward_code: String,
    pub starts_on: Day,
    pub initial_term_weeks: i32,
    pub weekly_value: Money,
    /// The newest.
    pub recommendation: Recommendation,
    pub budget: Option<BudgetEffect>,
    /// In rank order.
    pub bids: Vec<BriefBid>,
    pub preference: Option<PreferenceView>,
    /// What stops an approval first.
    pub risks: Vec<Risk>,
    pub need: Need,
    /// Nothing once it is decided.
    pub chase: Option<ChaseView>,
    /// Least power that suffices first.
    pub approvers: Vec<ApproverView>,
    /// Nothing where the viewer may not decide.
    pub authority: Option<OwnAuthority>,
    /// Why the viewer may not decide what waits.
    pub why_not: Option<String>,
    pub can: Vec<OpportunityVerb>,
    /// Every decision so far, oldest first.
    pub decisions: Vec<EarlierDecision>,
}

/// What became of one of several that were to be approved at once.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BatchOutcome {
    pub opportunity_id: OpportunityId,
    pub approved: bool,
    /// The code and the words of the refusal.
    pub code: Option<String>,
    pub why_not: Option<String>,
}
