//! What officers of an authority are to see to, raised by something that went wrong.

use super::{
    change::{Change, Subject},
    enrolment::check_words,
    event::Event,
    refusal::{Code, Refusal},
};
use entity::{letter, task, vocabulary::*};

/// What to do about a kind of task.
pub const fn to_do(kind: TaskKind) -> &'static str {
    match kind {
        TaskKind::LetterUndeliverable => {
            "Find out whether the address still holds, and tell the reader another way if time is short. Once the \
             address works, send the letter again: that closes the task."
        }
        TaskKind::EvidenceRenewed => {
            "The provider has given evidence again. Look at it, then accept or refuse it with your reasons: that \
             closes the task."
        }
        TaskKind::EvidenceExpired => {
            "Evidence that this provider was admitted on has expired, and the provider was told. When it gives newer \
             evidence and you accept that, the task closes by itself."
        }
        TaskKind::PeopleServed => {
            "The provider was stopped, but goes on serving people under contracts. They are listed on the page of its \
             standing: make sure that each of them is safe and well looked after, and write what you did."
        }
        TaskKind::DebarmentMatch => {
            "A provider may be on the debarment list: compare the two on the page of its standing. If it is the same, \
             raise it there as a ground for exclusion. Write whether it is the same, and how you know."
        }
        TaskKind::PassportChanged => {
            "The provider changed an answer that your market relies on. Read what it says now on the page of its \
             enrolment, then accept it for your market or ask about it: accepting closes the task."
        }
    }
}

/// A letter could not be delivered.
pub fn of_letter(letter: &letter::Model, authority: AuthorityId, now: Instant) -> task::Model {
    task::Model {
        id: TaskId::new(),
        authority_id: authority,
        kind: TaskKind::LetterUndeliverable,
        subject_kind: letter.subject_kind,
        subject_id: letter.subject_id,
        letter_id: Some(letter.id),
        raised_at: now,
        done_at: None,
        done_by: None,
        outcome: None,
    }
}

/// Something that officers see to themselves.
pub fn raised(kind: TaskKind, about: Subject, authority: AuthorityId, now: Instant) -> task::Model {
    task::Model {
        id: TaskId::new(),
        authority_id: authority,
        kind,
        subject_kind: about.kind,
        subject_id: about.id,
        letter_id: None,
        raised_at: now,
        done_at: None,
        done_by: None,
        outcome: None,
    }
}

/// The task, done by what happened.
pub fn closed(task: task::Model, outcome: &str, now: Instant) -> task::Model {
    task::Model { done_at: Some(now), done_by: None, outcome: Some(outcome.to_owned()), ..task }
}

/// An officer has seen to it, and says how.
///
/// # Errors
/// It was done already; nothing is said.
pub fn done(task: &task::Model, outcome: String, by: AccountId, now: Instant) -> Result<Change, Refusal> {
    if task.done_at.is_some() {
        return Err(Refusal::new(Code::AlreadyDone, "Somebody has seen to this already."));
    }
    check_words("outcome", &outcome)?;
    Ok(finished(task.clone(), Some(by), outcome, now))
}

/// What it was raised for is no longer so.
pub fn done_by_itself(task: task::Model, outcome: &str, now: Instant) -> Change {
    finished(task, None, outcome.to_owned(), now)
}

fn finished(task: task::Model, by: Option<AccountId>, outcome: String, now: Instant) -> Change {
    let about = Subject { kind: task.subject_kind, id: task.subject_id };
    let event = Event::TaskDone { task_id: task.id, task: task.kind };
    let done = task::Model { done_at: Some(now), done_by: by, outcome: Some(outcome), ..task };
    Change::new(about, event).update(done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::letter::example;

    #[test]
    fn a_task_is_done_once_and_with_what() {
        let now = Instant::from_milliseconds(5);
        let task = of_letter(&example::letter(LetterKind::Shortlisted), AuthorityId::new(), now);
        let by = AccountId::new();
        assert_eq!(done(&task, " ".to_owned(), by, now).expect_err("no words").code, Code::InvalidField);
        assert!(done(&task, "Rang them.".to_owned(), by, now).is_ok());
        let before = task::Model { done_at: Some(now), ..task };
        assert_eq!(done(&before, "Again.".to_owned(), by, now).expect_err("twice").code, Code::AlreadyDone);
    }
}
