//! Power to award, handed by a member decision, or by a post that has it, to a post.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "delegation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DelegationId,
    pub market_id: MarketId,
    pub slug: String,
    /// Handed down by this decision…
    pub from_decision_id: Option<DecisionId>,
    /// …or by this post: exactly one of the two.
    pub from_post_id: Option<PostId>,
    pub to_post_id: PostId,
    /// The highest yearly value it covers.
    pub limit_yearly: Option<Money>,
    /// The highest value over the whole initial term it covers.
    pub limit_contract: Option<Money>,
    pub may_pass_on: bool,
    pub valid_from: Day,
    /// The last day.
    pub valid_to: Option<Day>,
    pub revoked_on: Option<Day>,
    pub illustrative: bool,
}

impl ActiveModelBehavior for ActiveModel {}
