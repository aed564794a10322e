//! What a market asks of those who want to join, in one of its versions. A version is never changed: a request answers
//! the one that it was given.

use crate::{json::kept_as_json, vocabulary::*};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "questionnaire")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: QuestionnaireId,
    pub market_id: MarketId,
    /// Counted from 1 within the market.
    pub version: i32,
    pub content: Questionnaire,
    /// It is given to those who begin from then on.
    pub since: Instant,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Sections of questions, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Questionnaire {
    /// The least share of the weight of all scored questions that admits, such as 0.60.
    #[serde(default)]
    pub pass_share: Option<Weight>,
    pub sections: Vec<QuestionSection>,
}

/// Questions that stand on one page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct QuestionSection {
    pub id: String,
    pub title: String,
    #[serde(default)]
    pub guidance: Option<String>,
    pub questions: Vec<AskedQuestion>,
}

/// One question. Answers are text: `yes` or `no`, the id of an option, digits, or a day such as 2026-12-07.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AskedQuestion {
    pub id: String,
    pub words: String,
    #[serde(default)]
    pub guidance: Option<String>,
    pub asks: Asks,
    /// It is asked only of those who answered an earlier question so.
    #[serde(default)]
    pub only_if: Option<OnlyIf>,
    /// Marked by procurement officers before they admit.
    #[serde(default)]
    pub scored: Option<QuestionScore>,
    /// Evidence that is wanted with the answer.
    #[serde(default)]
    pub evidence: Option<QuestionEvidence>,
    /// What a provider answers once, for every market.
    #[serde(default)]
    pub passport: Option<PassportTopic>,
}

/// What kind of answer a question wants, and which answers meet the market's conditions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Asks {
    YesNo {
        /// The answer that passes, where only one does.
        passes: Option<bool>,
    },
    Text {
        words_max: u32,
    },
    Choice {
        options: Vec<AnswerOption>,
        /// Ids of the options that pass; none listed: every one.
        passes: Vec<String>,
    },
    /// A whole number.
    Number {
        /// Less does not pass.
        least: Option<u32>,
        /// More does not pass.
        most: Option<u32>,
    },
    /// A day.
    Date,
}

/// What may be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AnswerOption {
    pub id: String,
    pub words: String,
}

/// The answers to an earlier question with which this one is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OnlyIf {
    pub question: String,
    pub is: Vec<String>,
}

/// How an answer is marked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct QuestionScore {
    pub weight: Weight,
    pub mark_max: Mark,
    /// With less a provider is not admitted.
    #[serde(default)]
    pub mark_min: Option<Mark>,
}

/// A piece of evidence that is wanted with an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct QuestionEvidence {
    /// One that the market asks for in any case, or the question's own id.
    pub id: String,
    /// Of a piece of the question's own: what it is.
    #[serde(default)]
    pub words: Option<String>,
    /// Of a piece of the question's own: whether its last day must be given.
    #[serde(default)]
    pub expires: bool,
}

kept_as_json!(Questionnaire);
