//! What a search finds: what it is, what it is called, and where it leads.

use crate::domain::refusal::{Code, Refusal};
use serde::{Deserialize, Serialize};

/// The fewest characters that are searched for.
pub const SEARCHED_MIN: usize = 2;
/// The most characters that are searched for.
pub const SEARCHED_MAX: usize = 80;
/// The most that is found of each kind: the newest.
pub const FOUND_MAX: u64 = 20;

/// What something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FoundKind {
    Package,
    Opportunity,
    Contract,
    Provider,
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Found {
    pub kind: FoundKind,
    /// Its title or name.
    pub title: String,
    /// Its reference, or nothing where it has none.
    pub reference: Option<String>,
    /// Of what it is a part: its category or its provider.
    pub about: String,
    /// The page that it leads to.
    pub path: String,
}

/// What was found, of each kind the newest 20.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Search {
    pub found: Vec<Found>,
    /// Whether there is more of something than is shown.
    pub more: bool,
}

/// The words that are searched for, without the blanks around them.
///
/// # Errors
/// `invalid_field`: too short or too long.
pub fn searched(text: &str) -> Result<&str, Refusal> {
    let text = text.trim();
    let long = text.chars().count();
    if (SEARCHED_MIN..=SEARCHED_MAX).contains(&long) {
        return Ok(text);
    }
    let words = format!("Search for {SEARCHED_MIN} to {SEARCHED_MAX} characters.");
    Err(Refusal::new(Code::InvalidField, words).at("q"))
}
