//! Marking the answers to a market's questionnaire.

use super::{Failure, Order, enrolment::change_if_new};
use crate::{app::App, domain::questionnaire as rules};
use entity::vocabulary::*;
use serde::{Deserialize, Serialize};

/// The mark of an answer to the market's questionnaire.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAnswerMark {
    pub question_id: String,
    pub mark: Mark,
    /// The provider reads it, once its request was decided.
    pub reason: String,
}

/// A procurement officer marks an answer, or changes its mark.
pub async fn give_mark(app: &App, order: &Order, id: EnrolmentId, new: NewAnswerMark) -> Result<(), Failure> {
    let NewAnswerMark { question_id, mark, reason } = new;
    change_if_new(app, order, id, |facts, now| {
        rules::give_mark(facts, order.by, &question_id, mark, reason, now)
    })
    .await
}
