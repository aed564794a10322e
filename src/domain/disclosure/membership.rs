//! What everybody may know of joining a market, signed in or not.

use crate::domain::membership::DecisionTimes;
use entity::vocabulary::*;
use serde::{Deserialize, Serialize};

/// The members of a category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CategoryMembers {
    pub id: CategoryId,
    pub name: String,
    pub count: u64,
    /// Their names, the first 1,000, where the regime publishes them; none otherwise.
    pub names: Vec<String>,
}

/// Who is in a market, and how long it has taken to decide on those who asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Membership {
    /// Whether the regime publishes who is in.
    pub published: bool,
    pub categories: Vec<CategoryMembers>,
    /// How many requests were decided in the last twelve months.
    pub decided: u64,
    /// Nothing while there are fewer than five.
    pub times: Option<DecisionTimes>,
    /// As of when.
    pub at: Instant,
}
