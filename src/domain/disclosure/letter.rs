//! Letters owed because of something, for officers: to whom and how far, never an address or what a mail server said.

use crate::domain::{letter::fate, record::letter_words};
use entity::{letter, vocabulary::*};
use serde::{Deserialize, Serialize};

/// A letter, as officers see it beside what it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OwedLetter {
    pub id: LetterId,
    pub kind: LetterKind,
    /// What it is, in words.
    pub what: String,
    /// A provider's name, or an officer's.
    pub to: String,
    /// Whether that is an officer of the authority.
    pub to_officer: bool,
    pub state: LetterState,
    pub owed_at: Instant,
    /// When it last left, if it did.
    pub sent_at: Option<Instant>,
    /// How often it was tried since it was owed, or since it was last sent again.
    pub attempts: i32,
    /// When it is tried next, while it waits.
    pub next_try_at: Option<Instant>,
    /// What went wrong last, in plain words.
    pub failure: Option<String>,
    /// How often an officer had it sent again.
    pub resent: i32,
    pub resent_at: Option<Instant>,
    /// Whether the viewer may have it sent again now.
    pub can_resend: bool,
}

/// To whom a letter goes, as it may be named.
pub enum Reader {
    Provider(String),
    Officer(String),
    /// Whoever it was acts for nobody here any longer.
    Nobody,
}

pub fn owed(letter: &letter::Model, to: Reader, may_resend: bool, now: Instant) -> OwedLetter {
    let waits = matches!(letter.state, LetterState::Owed | LetterState::Deferred);
    let to_officer = matches!(to, Reader::Officer(_));
    OwedLetter {
        id: letter.id,
        kind: letter.kind,
        what: letter_words(letter.kind).to_owned(),
        to: match to {
            Reader::Provider(name) | Reader::Officer(name) => name,
            Reader::Nobody => "Somebody who no longer acts here".to_owned(),
        },
        to_officer,
        state: letter.state,
        owed_at: letter.owed_at,
        sent_at: letter.sent_at,
        attempts: letter.attempts,
        next_try_at: waits.then_some(letter.due_at),
        failure: letter.last_failure.as_deref().map(|failure| fate::failure_words(failure).to_owned()),
        resent: letter.resent,
        resent_at: letter.resent_at,
        can_resend: may_resend && fate::check_resend(letter, now).is_ok(),
    }
}
