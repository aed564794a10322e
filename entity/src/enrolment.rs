//! A provider's standing in a category.

use crate::{json::kept_as_json, offer::Answer, vocabulary::*};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "enrolment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EnrolmentId,
    pub provider_id: ProviderId,
    pub category_id: CategoryId,
    pub standing: Standing,
    pub request: Request,
    pub clarifications: Clarifications,
    pub received_at: Instant,
    /// The last working day on which it may be decided (PCR 2015 reg 34(16)–(17)).
    pub decide_by: Day,
    pub extension_reason: Option<String>,
    pub decided_at: Option<Instant>,
    pub reasons: Option<String>,
    pub standing_marks: StandingMarks,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What a provider shows in proof, such as a certificate of insurance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Which of the evidence the market asks for.
    pub id: String,
    /// The certificate, policy or registration number.
    pub reference: String,
    pub expires_on: Option<Day>,
    /// The certificate itself, if the provider shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
}

/// A question put to the provider before its request is decided, and the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Clarification {
    pub question: String,
    pub asked_at: Instant,
    pub answer: Option<String>,
    pub answered_at: Option<Instant>,
}

/// What the provider sent with its request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The declarations affirmed.
    pub declarations: Vec<String>,
    pub evidence: Vec<Evidence>,
    /// To the criteria that are marked once, for every opportunity.
    #[serde(default)]
    pub answers: Vec<Answer>,
    /// The version of the market's questionnaire that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub questionnaire_id: Option<QuestionnaireId>,
    /// To the questions of that version that are asked of this provider.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub responses: Vec<Response>,
}

/// The answer to a question of the market's questionnaire, as it was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    pub question_id: String,
    pub answer: String,
    /// Nobody, where it was taken from the passport.
    pub answered_by: Option<AccountId>,
    pub answered_at: Instant,
    /// The revision of the provider's passport that says the same.
    pub passport_revision: Option<i32>,
}

/// Every clarification of a request, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clarifications(pub Vec<Clarification>);

/// The mark of an answer that the provider gave when it joined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandingMark {
    pub criterion_id: String,
    pub mark: Mark,
    pub reason: String,
    pub by: AccountId,
    pub at: Instant,
}

/// The standing marks of an enrolment as they are now; the events keep what they were.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandingMarks(pub Vec<StandingMark>);

kept_as_json!(Request, Clarifications, StandingMarks);
