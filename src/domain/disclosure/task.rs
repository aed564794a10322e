//! What officers of an authority are to see to.

use super::letter::OwedLetter;
use crate::domain::task::to_do;
use entity::{task, vocabulary::*};
use sea_orm::prelude::Uuid;
use serde::{Deserialize, Serialize};

/// A task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Task {
    pub id: TaskId,
    pub kind: TaskKind,
    /// What it is about.
    pub subject: SubjectKind,
    pub subject_id: Uuid,
    /// Such as an opportunity's reference, or a provider's name.
    pub subject_name: String,
    /// What to do.
    pub to_do: String,
    /// The letter that did not arrive, if it is about one.
    pub letter: Option<OwedLetter>,
    pub raised_at: Instant,
    pub done_at: Option<Instant>,
    /// Nobody, where it was done by itself.
    pub done_by: Option<String>,
    /// What was done about it.
    pub outcome: Option<String>,
}

pub fn task(
    row: task::Model,
    subject_name: String,
    letter: Option<OwedLetter>,
    done_by: Option<String>,
) -> Task {
    Task {
        id: row.id,
        kind: row.kind,
        subject: row.subject_kind,
        subject_id: row.subject_id,
        subject_name,
        to_do: to_do(row.kind).to_owned(),
        letter,
        raised_at: row.raised_at,
        done_at: row.done_at,
        done_by,
        outcome: row.outcome,
    }
}
