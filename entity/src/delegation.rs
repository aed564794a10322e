//! Power to award, handed by a member decision, or by a post that has it, to a post.

use crate::{json::kept_as_json, vocabulary::*};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

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
    /// The categories that it covers; none listed: every category of the market.
    pub categories: Categories,
    /// What may be decided under it; none listed: everything.
    pub kinds: Kinds,
    pub may_pass_on: bool,
    /// How many delegations may follow one under another from it, where it may be passed on; nothing: any number.
    pub levels: Option<i32>,
    pub valid_from: Day,
    /// The last day.
    pub valid_to: Option<Day>,
    /// The first day on which it is no more.
    pub revoked_on: Option<Day>,
    /// Who revoked it in the product; nobody, where the market's definition did.
    pub revoked_by: Option<AccountId>,
    pub revoked_reason: Option<String>,
    /// On what conditions it is given, as the chain cites them.
    pub conditions: Option<String>,
    pub illustrative: bool,
    /// Who entered it in the product; nobody, where the market's definition did.
    pub entered_by: Option<AccountId>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Categories that a delegation is limited to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Categories(pub Vec<CategoryId>);

/// Kinds of decision that a delegation is limited to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kinds(pub Vec<DecisionKind>);

kept_as_json!(Categories, Kinds);
