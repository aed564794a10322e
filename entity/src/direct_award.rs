//! An award to a named provider, without bids: to the one that the person chose, or an urgent one for a short time.
//! Proposed, decided, and, where it was urgent, reviewed.

use crate::offer::LineRate;
use crate::vocabulary::*;
use crate::{award::Chain, json::kept_as_json};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "direct_award")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DirectAwardId,
    pub package_id: PackageId,
    pub authority_id: AuthorityId,
    pub market_id: MarketId,
    pub category_id: CategoryId,
    /// Counts within the market.
    pub number: i32,
    /// Such as `SL-D0003`.
    #[sea_orm(unique)]
    pub reference: String,
    /// `user_choice` or `urgent`.
    pub route: AwardRoute,
    pub provider_id: ProviderId,
    /// The provider's standing in the category when it was proposed.
    pub standing: Option<Standing>,
    /// Why a provider that is not admitted may still be used.
    pub standing_reason: Option<String>,
    /// What the person prefers, as it stood in the package. For officers alone.
    pub preference: Option<String>,
    /// Why it is in the person's best interests, or why it cannot wait.
    pub reason: String,
    /// The legal basis, as it is recorded.
    pub basis: String,
    /// What was checked of the grounds for exclusion.
    pub exclusion_check: String,
    pub rates: Rates,
    pub starts_on: Day,
    pub term_weeks: i32,
    pub weekly_value: Money,
    /// Weekly × 52.
    pub yearly_value: Money,
    /// Weekly × the weeks of the term.
    pub contract_value: Money,
    pub proposed_by: AccountId,
    pub proposed_at: Instant,
    pub state: AwardState,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<Instant>,
    pub decided_reason: Option<String>,
    pub chain: Option<Chain>,
    /// By when an urgent award that was approved is reviewed.
    pub review_due_on: Option<Day>,
    pub review: Option<ReviewOutcome>,
    pub reviewed_by: Option<AccountId>,
    pub reviewed_at: Option<Instant>,
    pub review_reason: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A rate for each line of the package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rates(pub Vec<LineRate>);

kept_as_json!(Rates);
