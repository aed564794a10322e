//! A version of how a market words a kind of letter. Kept for ever: letters name the one they were written with.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "wording")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WordingId,
    pub market_id: MarketId,
    pub kind: LetterKind,
    /// Counts from 1 within the market and the kind.
    pub version: i32,
    /// With placeholders; nothing in any of the three where the standard wording was restored.
    pub subject: Option<String>,
    /// Before the facts.
    pub opening: Option<String>,
    /// After the facts.
    pub closing: Option<String>,
    pub written_by: AccountId,
    pub written_at: Instant,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
