//! What becomes of a letter once it is owed: it arrives, it cannot be delivered, it is sent again.

use super::super::{
    alert::LISTED_MAX,
    change::{Change, Subject},
    event::Event,
    opportunity::{Stage, stage},
    refusal::{Code, Refusal},
    task,
};
use entity::{letter, opportunity, person, task as task_row, vocabulary::*};

/// How often a letter is sent again by hand.
pub const RESENDS_MAX: i32 = 10;
/// How long must pass before a letter is sent once more, in seconds.
pub const RESEND_WAIT_SECONDS: i64 = 300;

/// What a letter is about.
pub const fn subject(of: &letter::Model) -> Subject {
    Subject { kind: of.subject_kind, id: of.subject_id }
}

/// A letter will not arrive: an officer is to see to it. `letter` is the row as it is from now on; `open` is the task
/// that stands because of it already; where nobody's market owes it, there is nobody to see to it.
pub fn undeliverable(
    letter: letter::Model,
    authority: Option<AuthorityId>,
    open: Option<&task_row::Model>,
    bounced: bool,
    now: Instant,
) -> Change {
    let event = Event::LetterUndeliverable { letter_id: letter.id, letter: letter.kind, bounced };
    let raised = match (authority, open) {
        (Some(authority), None) => Some(task::of_letter(&letter, authority, now)),
        _ => None,
    };
    let change = Change::new(subject(&letter), event).update(letter);
    match raised {
        Some(raised) => change.insert(raised),
        None => change,
    }
}

/// A mail server that had taken a letter sent it back.
///
/// # Errors
/// Nothing is to be done: the letter is no longer out, because it is sent again or was sent back before.
pub fn bounced(
    letter: letter::Model,
    why: String,
    authority: Option<AuthorityId>,
    open: Option<&task_row::Model>,
    now: Instant,
) -> Option<Change> {
    if letter.state != LetterState::Sent {
        return None;
    }
    let back = letter::Model {
        state: LetterState::Undeliverable,
        last_failure: Some(why),
        claimed_until: None,
        ..letter
    };
    Some(undeliverable(back, authority, open, true, now))
}

/// A letter that was sent again has left: its task is done.
pub fn sent_again(letter: letter::Model, open: task_row::Model, now: Instant) -> Change {
    task::done_by_itself(open, "The letter was sent again, and was taken.", now).update(letter)
}

/// An officer has a letter sent again, with the same words and the same `Message-ID`.
///
/// # Errors
/// It is on its way; it was sent again just now, or too often.
pub fn resend(letter: &letter::Model, now: Instant) -> Result<Change, Refusal> {
    check_resend(letter, now)?;
    let event = Event::LetterResent { letter_id: letter.id, letter: letter.kind };
    let owed = letter::Model {
        state: LetterState::Owed,
        attempts: 0,
        due_at: now,
        claimed_until: None,
        last_failure: None,
        resent: letter.resent + 1,
        resent_at: Some(now),
        ..letter.clone()
    };
    Ok(Change::new(subject(letter), event).update(owed))
}

/// Whether a letter has nobody to go to any longer: its reader has left the provider. What tells them so, and what asks
/// them back, is for them.
pub fn is_for_nobody(letter: &letter::Model, reader: Option<&person::Model>) -> bool {
    let for_them = matches!(letter.kind, LetterKind::Invited | LetterKind::ColleagueLeft);
    reader.is_some_and(|reader| reader.left_at.is_some()) && !for_them
}

/// Whether a letter of a new opportunity, held because its reader chose so, comes too late: bids are no longer taken.
/// One that a mail server kept waiting is sent all the same, as everybody else's is.
pub fn is_over(letter: &letter::Model, of: Option<&opportunity::Model>, now: Instant) -> bool {
    let held = match letter.kind {
        LetterKind::OpportunityDigest => letter.resent == 0,
        LetterKind::OpportunityPublished => {
            letter.attempts == 0 && letter.due_at > letter.owed_at && letter.resent == 0
        }
        _ => false,
    };
    held && of.is_none_or(|of| stage(of, now) != Stage::Open)
}

/// What one person's digests say as one: `first` for all of them, each of which was owed for one opportunity.
#[must_use]
pub fn together(first: letter::Model, others: &[letter::Model]) -> letter::Model {
    let mut whole = first;
    let mut all = Vec::new();
    for one in std::iter::once(&whole).chain(others) {
        all.extend(one.context["opportunities"].as_array().into_iter().flatten().cloned());
    }
    let more = all.len().saturating_sub(LISTED_MAX);
    all.truncate(LISTED_MAX);
    whole.context["opportunities"] = all.into();
    whole.context["more"] = more.into();
    // It says what is open now, whatever it said when it could not be delivered.
    whole.words = None;
    whole
}

/// Whether a letter may be sent again now.
///
/// # Errors
/// As [`resend`].
pub fn check_resend(letter: &letter::Model, now: Instant) -> Result<(), Refusal> {
    if matches!(letter.state, LetterState::Owed | LetterState::Deferred) {
        return Err(Refusal::new(
            Code::LetterOnItsWay,
            "This letter is on its way: it is tried until it leaves.",
        ));
    }
    if letter.state == LetterState::Dropped {
        let words = "This letter is not sent: whoever it was for no longer acts there, or chose to read it at an hour by which bids were no longer taken.";
        return Err(Refusal::new(Code::ReaderLeft, words));
    }
    if letter.resent >= RESENDS_MAX {
        return Err(Refusal::new(
            Code::ResentTooOften,
            format!("This letter was sent again {RESENDS_MAX} times: reach its reader another way."),
        ));
    }
    let next = letter.resent_at.map(|at| at.plus_seconds(RESEND_WAIT_SECONDS));
    if next.is_some_and(|next| now < next) {
        return Err(Refusal::new(
            Code::ResentTooOften,
            format!("This letter was sent again just now: wait {} minutes.", RESEND_WAIT_SECONDS / 60),
        ));
    }
    Ok(())
}

/// What went wrong last, for people. What the mail server said stays in the row: it may hold an address.
pub fn failure_words(failure: &str) -> &'static str {
    let code = |text: &str| failure.contains(text);
    let bounced = failure.starts_with(super::super::bounce::PREFIX);
    if failure.starts_with("letter ") {
        "It could not be written: tell whoever runs Fairlot."
    } else if [
        "5.1.1",
        "5.1.10",
        "5.1.2",
        "5.1.3",
        "5.1.6",
        "the address cannot be read",
        "its addressee is gone",
    ]
    .iter()
    .any(|one| code(one))
    {
        "There is no such address."
    } else if code("5.2.2") || code("4.2.2") {
        "The mailbox is full."
    } else if code("5.2.1") || code("4.2.1") {
        "The mailbox is closed."
    } else if code("5.3.4") || code("5.2.3") {
        "The mail server found the letter too large."
    } else if code("5.7.") {
        "The mail server does not take our letters."
    } else if ["550", "551", "553", "permanent"].iter().any(|one| code(one)) {
        "The mail server refused it for good: perhaps there is no such address."
    } else if bounced {
        "The mail server took it, and sent it back later."
    } else if code("5.") || code("552") || code("554") {
        "The mail server refused it for good."
    } else {
        "The mail server was away, busy or too slow."
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::letter::example;

    fn letter(state: LetterState) -> letter::Model {
        letter::Model { state, ..example::letter(LetterKind::OutcomeTold) }
    }

    const NOW: Instant = Instant::from_milliseconds(1_000_000_000);

    #[test]
    fn a_letter_is_sent_again_from_the_end_of_its_way_alone_and_not_too_often() {
        let way = Some(Code::LetterOnItsWay);
        let said = [way, way, None, None, Some(Code::ReaderLeft)];
        for (&state, said) in LetterState::ALL.iter().zip(said) {
            let refused = resend(&letter(state), NOW).err().map(|refusal| refusal.code);
            assert_eq!(refused, said, "{state:?}");
        }
        let just_now = letter::Model { resent: 1, resent_at: Some(NOW), ..letter(LetterState::Sent) };
        let wait = NOW.plus_seconds(RESEND_WAIT_SECONDS);
        assert_eq!(
            check_resend(&just_now, wait.plus_milliseconds(-1)).expect_err("too soon").code,
            Code::ResentTooOften
        );
        assert_eq!(check_resend(&just_now, wait), Ok(()));
        let often = letter::Model { resent: RESENDS_MAX, ..just_now };
        assert_eq!(
            check_resend(&often, wait.plus_seconds(86_400)).expect_err("too often").code,
            Code::ResentTooOften
        );
    }

    #[test]
    fn only_a_letter_that_is_out_comes_back() {
        let authority = Some(AuthorityId::new());
        for (&state, may) in LetterState::ALL.iter().zip([false, false, true, false, false]) {
            let change = bounced(letter(state), "bounced: 5.1.1".to_owned(), authority, None, NOW);
            assert_eq!(change.is_some(), may, "{state:?}");
            assert_eq!(change.map_or(0, |change| change.writes.len()), if may { 2 } else { 0 });
        }
    }

    #[test]
    fn a_letter_goes_to_nobody_who_has_left_but_for_what_says_so_and_what_asks_them_back() {
        let reader = |left_at| person::Model {
            account_id: AccountId::new(),
            provider_id: ProviderId::new(),
            role: ProviderRole::Bidder,
            categories: person::Categories::default(),
            left_at,
        };
        let (here, gone) = (reader(None), reader(Some(NOW)));
        for &kind in LetterKind::ALL {
            let letter = letter::Model { kind, ..letter(LetterState::Owed) };
            assert!(!is_for_nobody(&letter, None) && !is_for_nobody(&letter, Some(&here)), "{kind:?}");
            let for_them = matches!(kind, LetterKind::Invited | LetterKind::ColleagueLeft);
            assert_eq!(is_for_nobody(&letter, Some(&gone)), !for_them, "{kind:?}");
        }
    }

    #[test]
    fn only_what_was_held_by_choice_is_dropped_when_bids_are_over() {
        // There is no such opportunity any longer: that is as good as over.
        let over = |letter: &letter::Model| is_over(letter, None, NOW);
        let published = letter::Model { kind: LetterKind::OpportunityPublished, ..letter(LetterState::Owed) };
        assert!(!over(&published), "everybody else's goes, however late");
        let held = letter::Model { due_at: NOW, ..published };
        assert!(over(&held));
        assert!(!over(&letter::Model { attempts: 1, ..held.clone() }), "a mail server kept it waiting");
        assert!(!over(&letter::Model { resent: 1, ..held }), "an officer has it sent again");
        for &kind in LetterKind::ALL {
            let other = letter::Model { kind, due_at: NOW, ..letter(LetterState::Owed) };
            let of_new = matches!(kind, LetterKind::OpportunityPublished | LetterKind::OpportunityDigest);
            assert_eq!(over(&other), of_new, "{kind:?}");
        }
    }

    #[test]
    fn digests_become_one_that_lists_so_many_and_counts_the_rest() {
        let one = letter::Model {
            context: serde_json::json!({"opportunities": [{"reference": "EX-0001"}], "path": "/opportunities"}),
            words: Some(serde_json::json!({})),
            ..letter(LetterState::Owed)
        };
        let others = vec![one.clone(); LISTED_MAX + 1];
        let whole = together(one, &others);
        assert_eq!(whole.context["opportunities"].as_array().map(Vec::len), Some(LISTED_MAX));
        assert_eq!(whole.context["more"], 2);
        assert_eq!(whole.words, None);
    }

    #[test]
    fn one_task_stands_for_a_letter_however_often_it_fails() {
        let authority = AuthorityId::new();
        let letter = letter(LetterState::Undeliverable);
        let open = task::of_letter(&letter, authority, NOW);
        assert_eq!(undeliverable(letter.clone(), Some(authority), Some(&open), false, NOW).writes.len(), 1);
        assert_eq!(undeliverable(letter, Some(authority), None, false, NOW).writes.len(), 2);
    }

    #[test]
    fn what_went_wrong_is_said_plainly_and_without_an_address() {
        for (failure, words) in [
            ("permanent error (550): 5.1.1 <x@y.example> unknown", "no such address"),
            ("letter 0: undefined value", "could not be written"),
            ("its addressee is gone", "no such address"),
            ("bounced: 5.2.2", "full"),
            ("bounced: 5.7.1", "does not take our letters"),
            ("bounced", "sent it back later"),
            ("permanent error (550): nobody here", "for good"),
            ("transient error (451): later", "away, busy or too slow"),
            ("no answer in time", "away, busy or too slow"),
        ] {
            assert!(failure_words(failure).contains(words), "{failure}: {}", failure_words(failure));
        }
    }
}
