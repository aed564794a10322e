//! A change of an advert after it was published, told to everybody at once: a later deadline, or corrected words. Kept
//! for ever.

use crate::{json::kept_as_json, vocabulary::*};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "amendment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AmendmentId,
    pub opportunity_id: OpportunityId,
    pub made_by: AccountId,
    pub made_at: Instant,
    /// For everybody to read.
    pub reason: String,
    pub closes_at_before: Instant,
    /// From then on; the same as before where only words were corrected.
    pub closes_at: Instant,
    /// Nothing where only the deadline was moved.
    pub changes: Changes,
    /// Whether bids from before it count only once they are confirmed or revised.
    pub unsettles: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What an advert said, and says from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Corrected {
    /// Such as `needs`.
    pub field: String,
    pub before: String,
    pub after: String,
}

/// Everything that an amendment corrected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes(pub Vec<Corrected>);

kept_as_json!(Changes);
