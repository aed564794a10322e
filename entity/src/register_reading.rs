//! What a register said of a number when it last answered, and how asking it goes. The last good answer stays while the
//! register cannot be read.

use crate::{json::kept_as_json, vocabulary::*};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "register_reading")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub provider_id: ProviderId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry: RegisterEntry,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: String,
    /// The last good answer.
    pub reading: Option<Reading>,
    /// When that was.
    pub read_at: Option<Instant>,
    pub findings: Findings,
    /// When it was last asked, whatever came of it.
    pub tried_at: Option<Instant>,
    /// What went wrong since the last good answer.
    pub failure: Option<CheckFailure>,
    /// How often, one after the other.
    pub failures: i32,
    /// Until when the register wishes to be left alone: by everybody, not for this number alone.
    pub paused_until: Option<Instant>,
    /// When it is asked next; nothing for a number that the provider no longer gives.
    pub due_at: Option<Instant>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What is kept of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Of the provider, location, company or charity, as the register has it.
    pub name: String,
    pub state: RegisterState,
    /// The state in the register’s own words, such as `voluntary-arrangement`.
    pub status: String,
    /// The day of the deregistration, dissolution or removal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Day>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<CareRating>,
    /// The day of the rating.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rated_on: Option<Day>,
    /// Whether the rating was given to the service before, under another registration.
    #[serde(default)]
    pub inherited: bool,
    /// The CQC’s id of the provider to which a location belongs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_by: Option<String>,
}

/// What a register says that somebody is to look at, while it says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub kind: ConcernKind,
    /// When it was first read: the same thing later is another finding.
    pub since: Instant,
    /// For officers.
    pub words: String,
}

/// Every finding that stands, and the last rating that was a rating.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Findings {
    pub standing: Vec<Finding>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_rating: Option<CareRating>,
}

kept_as_json!(Reading, Findings);
