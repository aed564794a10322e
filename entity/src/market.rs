//! One purchasing system.

use crate::{json::kept_as_json, vocabulary::*};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "market")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MarketId,
    pub authority_id: AuthorityId,
    #[sea_orm(unique)]
    pub slug: String,
    pub name: String,
    pub regime: Regime,
    /// Providers may join from this day.
    pub joining_opens_on: Day,
    /// The market's last day, extensions taken up included.
    pub ends_on: Option<Day>,
    pub terms: MarketTerms,
    /// SHA-256 of the definition last imported.
    pub definition_digest: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The published terms of a market that no query asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarketTerms {
    pub summary: String,
    /// Published volumes, in words.
    pub volumes: String,
    /// To whom providers turn with questions: a team's mailbox or telephone number, never one person's. Letters say
    /// it. Definitions from before it was asked for have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub questions_to: Option<String>,
    /// Letters before the number in an opportunity's reference, such as `SL`.
    pub reference_prefix: String,
    pub awards_from: Day,
    pub bidding_window_hours_min: u32,
    pub decide_within_working_days: u32,
    pub decide_within_working_days_extended: u32,
    /// Whether nothing is decided on a request to join before a second person has read it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub second_reader: bool,
    /// How long those who are asked to approve have before a recommendation goes up.
    #[serde(default = "approve_within", skip_serializing_if = "is_approve_within")]
    pub approve_within_working_days: u32,
    /// Slugs of the posts that are told at once where an approval cannot wait.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub urgent_posts: Vec<String>,
    /// Whether several recommendations may be approved at once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub batch_approval: bool,
    /// A cap on members, where the regime allows one.
    pub members_max: Option<u32>,
    /// The yearly sum that members approved.
    pub spend_cap_yearly: Option<Money>,
    /// How award notices are published under PCR 2015.
    #[serde(default = "each")]
    pub award_notices: AwardNotices,
    /// The market's own term for a decision on a price in question, from its answer.
    #[serde(default = "five")]
    pub decide_prices_within_working_days: u32,
    /// How many working days pass between telling the outcome and entering the contract; nothing where there is no
    /// standstill.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standstill_working_days: Option<u32>,
    /// The longest term of an urgent award.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urgent_weeks_max: Option<u32>,
    /// Within how many days an urgent award is reviewed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urgent_review_days: Option<u32>,
    pub extensions: Vec<Extension>,
    /// Which of these terms are illustrative, in words.
    pub illustrative: Vec<String>,
    pub declarations: Vec<Wanted>,
    pub evidence: Vec<Wanted>,
}

/// What a market does that does not say: terms were kept before they could say it.
const fn each() -> AwardNotices {
    AwardNotices::Each
}

const fn five() -> u32 {
    5
}

/// The time to approve where a market does not say, in working days. It is not written, so that a definition from
/// before it could be said keeps its digest.
pub const APPROVE_WITHIN_WORKING_DAYS: u32 = 5;

const fn approve_within() -> u32 {
    APPROVE_WITHIN_WORKING_DAYS
}

const fn is_approve_within(days: &u32) -> bool {
    *days == APPROVE_WITHIN_WORKING_DAYS
}

/// A period by which the market was, or may be, extended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Extension {
    pub until: Day,
    /// The decision or notice that it rests on.
    pub basis: String,
    pub illustrative: bool,
}

/// A declaration or a piece of evidence that a request to join must contain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Wanted {
    pub id: String,
    pub words: String,
}

kept_as_json!(MarketTerms);
