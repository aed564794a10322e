//! The ranking, recommendations and approvals, for officers; contracts, for officers and their provider.

use super::{
    budget::{BudgetEffect, ContractBudget},
    comparison::{Others, PriceTerm, QualityTerm, WeeklyLimits},
    inquiry::PriceFlag,
    opportunity::OpportunityVerb,
};
use crate::domain::{opportunity::Stage, round::RoundStage, scoring::Admissibility};
use entity::{
    award::{self, ChainLink},
    challenge, contract, opportunity,
    vocabulary::*,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A bid in rank order, with every term of its score.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RankedBid {
    pub bid_id: BidId,
    pub provider_id: ProviderId,
    pub provider_name: String,
    pub status: Admissibility,
    pub rank: Option<u32>,
    pub weekly_price: Money,
    pub yearly_price: Money,
    pub quality: Score,
    pub price: Option<Score>,
    pub total: Option<Score>,
    /// Weekly pounds for each per cent of quality, where bids are ranked by that.
    pub value_for_money: Option<Money>,
    pub starts_on: Day,
    /// What each criterion earns it.
    pub quality_terms: Vec<QualityTerm>,
    /// Its lines, each against its limits and the other bids.
    pub price_terms: Vec<PriceTerm>,
    pub other_weekly_prices: Option<Others>,
    pub explanation: Vec<String>,
    pub shortlisted: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RankingResult {
    pub bids: Vec<RankedBid>,
    /// How equal totals were separated, in words.
    pub tie_breaks: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Recommendation {
    pub bid_id: BidId,
    pub provider_name: String,
    pub shortlist: Vec<BidId>,
    pub reason: String,
    pub recommended_by: String,
    pub recommended_at: Instant,
    pub yearly_value: Money,
    /// Over the initial term.
    pub contract_value: Money,
    pub state: AwardState,
    pub decided_by: Option<String>,
    pub decided_reason: Option<String>,
    pub decided_at: Option<Instant>,
    /// The rank that it was recommended at.
    pub rank: i32,
    /// Why not the bid that is first, where it is not.
    pub not_first_reason: Option<String>,
    /// How it stands to what the person prefers, where that is recorded.
    pub preference: Option<PreferenceKept>,
    /// Why the preference is not followed.
    pub preference_reason: Option<String>,
}

/// A post that might approve, with the chain that empowers it or why it cannot.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ApproverView {
    pub post_title: String,
    pub holders: Vec<String>,
    pub can: bool,
    pub chain: Vec<ChainLink>,
    pub why_not: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Ranking {
    pub opportunity_id: OpportunityId,
    pub reference: String,
    pub title: String,
    pub stage: Stage,
    /// Where its ranking round stands, where one was announced.
    pub round: Option<RoundStage>,
    pub result: RankingResult,
    pub quality_weight: Weight,
    pub price_weight: Weight,
    /// The quality that the gate asks for, in marks.
    pub least_quality: Option<Score>,
    pub weekly_limits: WeeklyLimits,
    pub formula_words: String,
    /// Prices to settle before an award can be recommended.
    pub flags: Vec<PriceFlag>,
    pub recommendation: Option<Recommendation>,
    /// What approving the recommendation that waits would do to the money that members approved.
    pub budget: Option<BudgetEffect>,
    /// What the person or family prefers, as the package has it.
    pub preference: Option<String>,
    /// Cheapest first.
    pub approvers: Vec<ApproverView>,
    pub can: Vec<OpportunityVerb>,
}

/// A recommendation that waits for a decision.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ApprovalCard {
    /// How the award came to be: by bids, or to a named provider without them.
    pub route: AwardRoute,
    /// The page on which it is decided.
    pub path: String,
    /// Nothing where there are no bids.
    pub opportunity_id: Option<OpportunityId>,
    pub reference: String,
    pub title: String,
    pub provider_name: String,
    pub yearly_value: Money,
    pub contract_value: Money,
    /// What approving it would do to the money that members approved.
    pub budget: Option<BudgetEffect>,
    /// Who recommended it, or proposed it where there are no bids.
    pub recommended_by: String,
    pub recommended_at: Instant,
    /// Whether the viewer may decide it.
    pub mine: bool,
    /// The last day that those asked have.
    pub due_on: Option<Day>,
    /// Whether it cannot wait.
    pub urgent: bool,
    /// Why it went up, if it did.
    pub escalated: Option<String>,
    /// Whether it may be approved with others at once.
    pub batch: bool,
    pub why_not: Option<String>,
}

/// Names of the people and the provider in a recommendation.
pub struct RecommendationNames {
    pub provider: String,
    pub recommended_by: String,
    pub decided_by: Option<String>,
}

pub fn recommendation(award: &award::Model, names: RecommendationNames) -> Recommendation {
    Recommendation {
        bid_id: award.bid_id,
        provider_name: names.provider,
        shortlist: award.shortlist.0.clone(),
        reason: award.reason.clone(),
        recommended_by: names.recommended_by,
        recommended_at: award.recommended_at,
        yearly_value: award.yearly_value,
        contract_value: award.contract_value,
        state: award.state,
        decided_by: names.decided_by,
        decided_reason: award.decided_reason.clone(),
        decided_at: award.decided_at,
        rank: award.rank.unwrap_or(1),
        not_first_reason: award.not_first_reason.clone(),
        preference: award.preference,
        preference_reason: award.preference_reason.clone(),
    }
}

/// A contract in the register.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ContractCard {
    pub id: ContractId,
    pub reference: String,
    pub market_name: String,
    pub category_name: String,
    pub provider_name: String,
    pub starts_on: Day,
    pub initial_term_weeks: i32,
    pub weekly_value: Money,
    pub yearly_value: Money,
    pub initial_term_value: Money,
    pub route: AwardRoute,
    pub awarded_at: Instant,
    /// When it entered the register; nothing while its standstill runs.
    pub entered_at: Option<Instant>,
    /// Its last day, where a review ended it.
    pub ended_on: Option<Day>,
}

/// A contract, whole. A provider sees its own without the approver's name and words.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Contract {
    #[serde(flatten)]
    pub card: ContractCard,
    /// Where it was advertised.
    pub opportunity_id: Option<OpportunityId>,
    pub opportunity_reference: Option<String>,
    /// Where it was awarded without bids; for officers.
    pub direct_award_id: Option<DirectAwardId>,
    pub direct_award_reference: Option<String>,
    /// For officers.
    pub standstill: Option<Standstill>,
    pub rests_on: Vec<ChainLink>,
    pub approved_by: Option<String>,
    pub approval_reason: Option<String>,
    /// Its cost by year, for officers.
    pub budget: Option<ContractBudget>,
}

/// A standstill, for officers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Standstill {
    /// The last day, which is still within it.
    pub ends_on: Day,
    /// Whether a challenge keeps the contract out of the register now.
    pub challenged: bool,
    /// The contract, entered or not.
    pub contract_id: Option<ContractId>,
    /// When the contract entered the register.
    pub entered_at: Option<Instant>,
    /// Oldest first.
    pub challenges: Vec<ChallengeView>,
}

/// A challenge to an award, for officers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ChallengeView {
    pub reason: String,
    pub raised_by: String,
    pub raised_at: Instant,
    pub lifted_by: Option<String>,
    pub lifted_at: Option<Instant>,
    pub lifted_reason: Option<String>,
    /// Whether it was upheld, so that the award was set aside.
    pub upheld: bool,
}

pub fn standstill(
    of: &opportunity::Model,
    ends_on: Day,
    challenges: &[challenge::Model],
    contract: Option<&contract::Model>,
    names: &HashMap<AccountId, String>,
) -> Standstill {
    let name = |id: AccountId| names.get(&id).cloned().unwrap_or_default();
    Standstill {
        ends_on,
        challenged: of.challenged_at.is_some(),
        contract_id: contract.map(|c| c.id),
        entered_at: contract.and_then(|c| c.entered_at),
        challenges: challenges
            .iter()
            .map(|c| ChallengeView {
                reason: c.reason.clone(),
                raised_by: name(c.raised_by),
                raised_at: c.raised_at,
                lifted_by: c.lifted_by.map(name),
                lifted_at: c.lifted_at,
                lifted_reason: c.lifted_reason.clone(),
                upheld: c.upheld,
            })
            .collect(),
    }
}

/// How an authority's packages ended: how many by each way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Outcomes {
    /// Awarded by competition to the first.
    pub competed: u64,
    /// Awarded by competition to another.
    pub not_first: u64,
    pub user_choice: u64,
    pub urgent: u64,
    pub direct_payment: u64,
    pub withdrawn: u64,
    /// Closed without a bid.
    pub unfilled: u64,
}

/// The names of a contract's market, category and provider.
pub struct ContractNames {
    pub market: String,
    pub category: String,
    pub provider: String,
}

pub fn contract_card(contract: &contract::Model, names: ContractNames) -> ContractCard {
    ContractCard {
        id: contract.id,
        reference: contract.reference.clone(),
        market_name: names.market,
        category_name: names.category,
        provider_name: names.provider,
        starts_on: contract.starts_on,
        initial_term_weeks: contract.initial_term_weeks,
        weekly_value: contract.weekly_value,
        yearly_value: contract.yearly_value,
        initial_term_value: contract.initial_term_value,
        route: contract.route,
        awarded_at: contract.awarded_at,
        entered_at: contract.entered_at,
        ended_on: contract.ended_on,
    }
}
