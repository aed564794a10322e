//! Whom a recommendation was put to, and how it was chased.

use crate::{json::kept_as_json, vocabulary::*};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "chase")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub award_id: AwardId,
    /// The posts that were asked, in the order in which they were.
    pub asked: AskedPosts,
    /// Why it cannot wait, where whoever recommended said so.
    pub urgent: Option<String>,
    /// When those asked were last reminded; nothing once another post is asked.
    pub reminded_at: Option<Instant>,
    /// When it last went up.
    pub escalated_at: Option<Instant>,
    /// The title of the post to which it went up.
    pub escalated_to: Option<String>,
    /// Why it did, in words.
    pub because: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Posts that were asked to decide.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedPosts(pub Vec<PostId>);

kept_as_json!(AskedPosts);
