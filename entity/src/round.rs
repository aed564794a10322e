//! The ranking round of an opportunity, from the moment that its bidders are invited. Its terms stand with the
//! opportunity's.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ranking_round")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub opportunity_id: OpportunityId,
    pub invited_by: AccountId,
    pub invited_at: Instant,
    pub opens_at: Instant,
    /// An improvement at or after this instant is late. Moved later by improvements in the last minutes, and by pauses.
    pub closes_at: Instant,
    /// The end moves no further than this, but for the time that a pause took.
    pub latest_at: Instant,
    /// Since when it is paused.
    pub paused_at: Option<Instant>,
    pub paused_by: Option<AccountId>,
    /// For every bidder to read.
    pub paused_reason: Option<String>,
    /// When the clock told that it had opened, and that it had closed. What may be done follows the instants above.
    pub opened_at: Option<Instant>,
    pub closed_at: Option<Instant>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
