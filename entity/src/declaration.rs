//! What an officer has declared of their interests in the bidders of an opportunity. Kept for ever.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "declaration")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DeclarationId,
    pub opportunity_id: OpportunityId,
    pub account_id: AccountId,
    /// The interest, in their words; nothing where they have none.
    pub interest: Option<String>,
    pub at: Instant,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
