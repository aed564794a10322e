//! The mark of an answer that counts: what the panel agreed, or what the provider's enrolment brought.

use crate::{json::kept_as_json, vocabulary::*};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agreed_mark")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AgreedMarkId,
    pub opportunity_id: OpportunityId,
    pub bid_id: BidId,
    pub criterion_id: String,
    pub mark: Mark,
    pub reason: String,
    pub basis: MarkBasis,
    /// The evaluators whose marks it rests on.
    pub rests_on: Evaluators,
    /// Who recorded the consensus, or gave the standing mark; nobody where evaluators gave the same mark.
    pub agreed_by: Option<AccountId>,
    pub at: Instant,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Evaluators, in the order of their ids.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluators(pub Vec<AccountId>);

kept_as_json!(Evaluators);
