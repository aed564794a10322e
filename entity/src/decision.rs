//! A decision by members, on which delegations rest.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "decision")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DecisionId,
    pub market_id: MarketId,
    /// Whose members decided.
    pub authority_id: AuthorityId,
    pub slug: String,
    /// Who decided, such as Cabinet.
    pub body: String,
    pub taken_on: Day,
    pub title: String,
    /// Minute or recommendation.
    pub reference: String,
    /// Whether the public may read it; where not, it is exempt (Local Government Act 1972, Sch. 12A).
    pub public: bool,
    /// Where the paper is, as an `https` address.
    pub document: Option<String>,
    /// Who entered it in the product; nobody, where the market's definition did.
    pub entered_by: Option<AccountId>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
