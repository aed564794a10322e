//! The evidence of an enrolment, piece by piece: each council accepts it for itself, the provider renews it, and it is
//! warned before evidence expires.

use super::{
    change::{Change, Subject},
    enrolment::{EnrolmentContext, Facts, check_words},
    event::Event,
    refusal::{Code, Fault, Refusal},
    task as tasks,
};
use entity::{
    document, enrolment::Evidence, evidence, evidence_warning, market::Wanted, task, vocabulary::*,
};
use serde::{Deserialize, Serialize};

/// The longest reference, in characters.
pub const REFERENCE_MAX: usize = 200;
/// The most pieces of one enrolment, renewals counted.
pub const PIECES_MAX: usize = 500;

/// What can be said of something that the market asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceCondition {
    /// Never given: the market asks for it since.
    Missing,
    /// Given, and not decided yet.
    Waiting,
    Refused,
    InDate,
    /// It expires within 60 days.
    Expiring,
    Expired,
}

/// How near its end evidence is on a day; nothing while that is more than 60 days off. It holds to the end of its last
/// day.
pub fn stage(expires_on: Day, today: Day) -> Option<ExpiryStage> {
    use ExpiryStage::*;
    if expires_on < today {
        return Some(Expired);
    }
    [Seven, Thirty, Sixty].into_iter().find(|stage| expires_on <= today.plus_days(days_before(*stage)))
}

/// From so many days ahead.
pub const fn days_before(stage: ExpiryStage) -> i64 {
    match stage {
        ExpiryStage::Sixty => 60,
        ExpiryStage::Thirty => 30,
        ExpiryStage::Seven => 7,
        ExpiryStage::Expired => -1,
    }
}

/// Whether evidence is watched: of those who were admitted, whatever stops them now.
pub const fn is_watched(standing: Standing) -> bool {
    match standing {
        Standing::Admitted | Standing::NoNewWork | Standing::Suspended => true,
        Standing::Applied
        | Standing::Clarification
        | Standing::Refused
        | Standing::Removed
        | Standing::Withdrawn => false,
    }
}

/// Whether the provider may give newer evidence.
pub const fn may_renew(standing: Standing) -> bool {
    match standing {
        Standing::Applied
        | Standing::Clarification
        | Standing::Admitted
        | Standing::NoNewWork
        | Standing::Suspended => true,
        Standing::Refused | Standing::Removed | Standing::Withdrawn => false,
    }
}

/// The piece that counts: the one that was accepted.
pub fn counting<'a>(pieces: &'a [evidence::Model], wanted: &str) -> Option<&'a evidence::Model> {
    pieces.iter().find(|piece| piece.wanted == wanted && piece.state == EvidenceState::Accepted)
}

/// The piece that waits for a decision.
pub fn waiting<'a>(pieces: &'a [evidence::Model], wanted: &str) -> Option<&'a evidence::Model> {
    pieces.iter().find(|piece| piece.wanted == wanted && piece.state == EvidenceState::Given)
}

/// The newest piece. They come in the order in which they were given.
pub fn newest<'a>(pieces: &'a [evidence::Model], wanted: &str) -> Option<&'a evidence::Model> {
    pieces.iter().rev().find(|piece| piece.wanted == wanted && piece.state != EvidenceState::Superseded)
}

/// Whether some of what counts has expired.
pub fn has_expired<'a>(pieces: impl IntoIterator<Item = &'a evidence::Model>, today: Day) -> bool {
    let mut counting = pieces.into_iter().filter(|piece| piece.state == EvidenceState::Accepted);
    counting.any(|piece| piece.expires_on.is_some_and(|day| day < today))
}

/// What can be said of something that the market asks for.
pub fn condition(pieces: &[evidence::Model], wanted: &str, today: Day) -> EvidenceCondition {
    if let Some(piece) = counting(pieces, wanted) {
        return match piece.expires_on.and_then(|day| stage(day, today)) {
            None => EvidenceCondition::InDate,
            Some(ExpiryStage::Expired) => EvidenceCondition::Expired,
            Some(ExpiryStage::Sixty | ExpiryStage::Thirty | ExpiryStage::Seven) => {
                EvidenceCondition::Expiring
            }
        };
    }
    match newest(pieces, wanted).map(|piece| piece.state) {
        Some(EvidenceState::Given) => EvidenceCondition::Waiting,
        Some(EvidenceState::Refused) => EvidenceCondition::Refused,
        Some(EvidenceState::Accepted | EvidenceState::Superseded) | None => EvidenceCondition::Missing,
    }
}

/// What is wrong with a piece that is given. `field` names its fields; `documents` are those that its provider keeps.
pub fn check(
    given: &Evidence,
    documents: &[DocumentId],
    field: impl Fn(&str) -> String,
    today: Day,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |name: &str, detail: &str| {
        faults.push(Fault { field: field(name), detail: detail.to_owned() });
    };
    let length = given.reference.trim().chars().count();
    if length == 0 || length > REFERENCE_MAX {
        fault("reference", "Enter its number or name, in at most 200 characters.");
    }
    if given.document_id.is_some_and(|id| !documents.contains(&id)) {
        fault("document_id", "This document is not one that you keep here: upload it again.");
    }
    if given.expires_on.is_some_and(|day| day < today) {
        fault("expires_on", "This has expired: give one that is in date.");
    }
    faults
}

/// A piece as it is given.
fn piece(of: EnrolmentId, given: Evidence, now: Instant) -> evidence::Model {
    evidence::Model {
        id: EvidenceId::new(),
        enrolment_id: of,
        wanted: given.id,
        reference: given.reference.trim().to_owned(),
        expires_on: given.expires_on,
        document_id: given.document_id,
        given_at: now,
        state: EvidenceState::Given,
        reasons: None,
        decided_at: None,
    }
}

fn superseded(piece: &evidence::Model) -> evidence::Model {
    evidence::Model { state: EvidenceState::Superseded, ..piece.clone() }
}

fn decided(piece: &evidence::Model, state: EvidenceState, reasons: &str, now: Instant) -> evidence::Model {
    evidence::Model { state, reasons: Some(reasons.to_owned()), decided_at: Some(now), ..piece.clone() }
}

/// Adds what came with a request to join, in place of what came with the one before it.
pub fn with_request(
    change: Change,
    of: EnrolmentId,
    given: &[Evidence],
    before: &[evidence::Model],
    now: Instant,
) -> Change {
    let waiting = before.iter().filter(|piece| piece.state == EvidenceState::Given);
    let change = waiting.fold(change, |change, piece| change.update(superseded(piece)));
    given.iter().fold(change, |change, given| change.insert(piece(of, given.clone(), now)))
}

/// Adds that what waits is accepted, because the provider is admitted on it.
///
/// # Errors
/// `evidence_refused`, `evidence_expired`: some of it was refused, or has expired since it was given.
pub fn with_admission(change: Change, facts: &Facts, reasons: &str, now: Instant) -> Result<Change, Refusal> {
    let pieces = &facts.evidence;
    let today = now.london_day();
    facts.wanted().iter().try_fold(change, |change, wanted| {
        let Some(newest) = newest(pieces, &wanted.id) else { return Ok(change) };
        if newest.state == EvidenceState::Refused {
            return Err(Refusal::new(
                Code::EvidenceRefused,
                format!(
                    "This evidence was refused, and the provider has not given it again: {}",
                    wanted.words
                ),
            ));
        }
        if newest.expires_on.is_some_and(|day| day < today) {
            return Err(Refusal::new(
                Code::EvidenceExpired,
                format!(
                    "This evidence has expired since it was given, so ask for a newer one: {}",
                    wanted.words
                ),
            ));
        }
        if newest.state == EvidenceState::Accepted {
            return Ok(change);
        }
        let change = match counting(pieces, &wanted.id) {
            Some(before) => change.update(superseded(before)),
            None => change,
        };
        Ok(change.update(decided(newest, EvidenceState::Accepted, reasons, now)))
    })
}

/// What the market calls it.
fn words(facts: &Facts, wanted: &str) -> String {
    let found = facts.wanted().into_iter().find(|one| one.id == wanted);
    found.map_or_else(|| wanted.to_owned(), |one: Wanted| one.words)
}

/// What letters about evidence say.
#[derive(Serialize)]
struct EvidenceContext {
    #[serde(flatten)]
    enrolment: EnrolmentContext,
    evidence: String,
    /// Its last day, in words.
    expires: Option<String>,
}

fn tell(change: Change, facts: &Facts, piece: &evidence::Model, kind: LetterKind) -> Change {
    let mut enrolment = facts.context();
    enrolment.path.push_str("/evidence");
    let evidence = words(facts, &piece.wanted);
    let expires = piece.expires_on.map(Day::in_words);
    change.tell(kind, &facts.people, &EvidenceContext { enrolment, evidence, expires })
}

/// Adds a task for the officers, unless one of its kind stands.
fn raise(change: Change, facts: &Facts, open: &[task::Model], kind: TaskKind, now: Instant) -> Change {
    if open.iter().any(|task| task.kind == kind) {
        return change;
    }
    let about = Subject::from(facts.enrolment.id);
    change.insert(tasks::raised(kind, about, facts.market.authority_id, now))
}

/// Adds that the tasks of a kind are done.
fn close(change: Change, open: &[task::Model], kind: TaskKind, outcome: &str, now: Instant) -> Change {
    let of_kind = open.iter().filter(|task| task.kind == kind);
    of_kind.fold(change, |change, task| change.update(tasks::closed(task.clone(), outcome, now)))
}

/// Whether evidence of this kind can be given here.
pub fn takes(facts: &Facts, wanted: &str) -> bool {
    may_renew(facts.enrolment.standing) && facts.wanted().iter().any(|one| one.id == wanted)
}

/// No category that the provider is in, or has asked to join, asks for it.
pub fn asked_nowhere(wanted: &str) -> Refusal {
    let words = format!("“{wanted}” is not evidence that any of your categories asks for.");
    Refusal::new(Code::InvalidField, words).at("id")
}

/// The provider gives a newer piece, or another in place of one that was refused. What was accepted counts until this
/// is. `open` are the tasks that stand because of the enrolment.
///
/// # Errors
/// The standing does not allow it; the market does not ask for it; its reference, day or document cannot be; there
/// are [`PIECES_MAX`] already.
pub fn renew(
    facts: &Facts,
    given: Evidence,
    documents: &[DocumentId],
    open: &[task::Model],
    now: Instant,
) -> Result<Change, Refusal> {
    let enrolment = &facts.enrolment;
    if !may_renew(enrolment.standing) {
        return Err(Refusal::new(
            Code::StandingForbids,
            "Evidence is given for a request that waits, or by a provider that was admitted.",
        ));
    }
    if facts.evidence.len() >= PIECES_MAX {
        return Err(Refusal::new(
            Code::StandingForbids,
            format!(
                "{PIECES_MAX} pieces of evidence were given here, which is the most: write to the council."
            ),
        ));
    }
    if !facts.wanted().iter().any(|wanted| wanted.id == given.id) {
        return Err(Refusal::new(
            Code::InvalidField,
            format!("“{}” is not evidence that this market asks for.", given.id),
        )
        .at("id"));
    }
    Refusal::of_all(Code::InvalidField, check(&given, documents, str::to_owned, now.london_day()))?;
    let piece = piece(enrolment.id, given, now);
    let event = Event::EvidenceRenewed {
        evidence_id: piece.id,
        evidence: words(facts, &piece.wanted),
        expires_on: piece.expires_on,
    };
    let mut change = Change::new(enrolment.id, event);
    if let Some(before) = waiting(&facts.evidence, &piece.wanted) {
        change = change.update(superseded(before));
    }
    change = change.insert(piece);
    // While a request waits, its evidence is looked at with it.
    Ok(match is_watched(enrolment.standing) {
        true => raise(change, facts, open, TaskKind::EvidenceRenewed, now),
        false => change,
    })
}

fn undecided(facts: &Facts, id: EvidenceId) -> Result<&evidence::Model, Refusal> {
    let found = facts.evidence.iter().find(|piece| piece.id == id);
    let piece = found.ok_or_else(|| Refusal::not_found("evidence"))?;
    if piece.state == EvidenceState::Given {
        return Ok(piece);
    }
    Err(Refusal::new(
        Code::EvidenceNotWaiting,
        match piece.state {
            EvidenceState::Superseded => "The provider has given newer evidence: decide on that.",
            EvidenceState::Given | EvidenceState::Accepted | EvidenceState::Refused => {
                "This evidence was decided on already. Load the page again."
            }
        },
    ))
}

/// Whether a piece would be the last to be decided.
fn is_last(facts: &Facts, piece: &evidence::Model) -> bool {
    !facts.evidence.iter().any(|other| other.id != piece.id && other.state == EvidenceState::Given)
}

/// A procurement officer accepts a piece: from now on it counts, for this market alone.
///
/// # Errors
/// It does not wait for a decision; it has expired meanwhile; no reasons are given.
pub fn accept(
    facts: &Facts,
    id: EvidenceId,
    reasons: &str,
    open: &[task::Model],
    now: Instant,
) -> Result<Change, Refusal> {
    let piece = undecided(facts, id)?;
    check_words("reasons", reasons)?;
    let today = now.london_day();
    if piece.expires_on.is_some_and(|day| day < today) {
        return Err(Refusal::new(
            Code::EvidenceExpired,
            "This has expired since it was given: refuse it, so that the provider gives a newer one.",
        ));
    }
    let event = Event::EvidenceAccepted {
        evidence_id: id,
        evidence: words(facts, &piece.wanted),
        reasons: reasons.to_owned(),
    };
    let mut change = Change::new(facts.enrolment.id, event);
    if let Some(before) = counting(&facts.evidence, &piece.wanted) {
        change = change.update(superseded(before));
    }
    change = change.update(decided(piece, EvidenceState::Accepted, reasons, now));
    if is_last(facts, piece) {
        change = close(change, open, TaskKind::EvidenceRenewed, "It was decided on.", now);
    }
    if !has_expired(facts.evidence.iter().filter(|other| other.wanted != piece.wanted), today) {
        change = close(change, open, TaskKind::EvidenceExpired, "Newer evidence was accepted.", now);
    }
    Ok(match is_watched(facts.enrolment.standing) {
        true => tell(change, facts, piece, LetterKind::EvidenceAccepted),
        // The decision on its request tells it.
        false => change,
    })
}

/// A procurement officer refuses a piece, with reasons. What was accepted before still counts.
///
/// # Errors
/// It does not wait for a decision; no reasons are given.
pub fn refuse(
    facts: &Facts,
    id: EvidenceId,
    reasons: &str,
    open: &[task::Model],
    now: Instant,
) -> Result<Change, Refusal> {
    let piece = undecided(facts, id)?;
    check_words("reasons", reasons)?;
    let event = Event::EvidenceRefused {
        evidence_id: id,
        evidence: words(facts, &piece.wanted),
        reasons: reasons.to_owned(),
    };
    let mut change =
        Change::new(facts.enrolment.id, event).update(decided(piece, EvidenceState::Refused, reasons, now));
    if is_last(facts, piece) {
        change = close(change, open, TaskKind::EvidenceRenewed, "It was decided on.", now);
    }
    Ok(tell(change, facts, piece, LetterKind::EvidenceRefused))
}

/// The provider is told that evidence which counts expires soon, or that it has: once for each stage. Nothing where
/// that was done, or nothing is due.
pub fn warn(
    facts: &Facts,
    id: EvidenceId,
    warned: &[ExpiryStage],
    open: &[task::Model],
    now: Instant,
) -> Option<Change> {
    let piece = facts.evidence.iter().find(|p| p.id == id && p.state == EvidenceState::Accepted)?;
    let expires_on = piece.expires_on?;
    let stage = stage(expires_on, now.london_day())?;
    if !is_watched(facts.enrolment.standing) || warned.contains(&stage) {
        return None;
    }
    let event =
        Event::EvidenceWarned { evidence_id: id, evidence: words(facts, &piece.wanted), stage, expires_on };
    let change = Change::new(facts.enrolment.id, event).insert(evidence_warning::Model {
        evidence_id: id,
        stage,
        warned_at: now,
    });
    Some(match stage {
        ExpiryStage::Expired => {
            let change = raise(change, facts, open, TaskKind::EvidenceExpired, now);
            tell(change, facts, piece, LetterKind::EvidenceExpired)
        }
        ExpiryStage::Sixty | ExpiryStage::Thirty | ExpiryStage::Seven => {
            tell(change, facts, piece, LetterKind::EvidenceExpiring)
        }
    })
}

/// Which evidence stops new work because it has expired, and why in words, for the provider to read; nothing while it
/// holds.
pub fn expired(facts: &Facts, id: EvidenceId, now: Instant) -> Option<(&str, String)> {
    let piece = facts.evidence.iter().find(|p| p.id == id && p.state == EvidenceState::Accepted)?;
    let last = piece.expires_on.filter(|day| *day < now.london_day())?;
    let why = format!("Evidence expired on {}: {}", last.in_words(), words(facts, &piece.wanted));
    Some((&piece.wanted, why))
}

/// Which evidence no longer stops new work because this piece is accepted, and why in words.
pub fn renewed(facts: &Facts, id: EvidenceId) -> Option<(&str, String)> {
    let piece = facts.evidence.iter().find(|piece| piece.id == id)?;
    Some((&piece.wanted, format!("Newer evidence was accepted: {}", words(facts, &piece.wanted))))
}

/// Somebody reads the document of a piece: which one, and that it was read.
///
/// # Errors
/// There is no such piece, or none was shown with it.
pub fn download(facts: &Facts, id: EvidenceId) -> Result<(&document::Model, Change), Refusal> {
    let piece = facts.evidence.iter().find(|piece| piece.id == id);
    let document = piece.and_then(|piece| facts.documents.iter().find(|d| Some(d.id) == piece.document_id));
    let (Some(piece), Some(document)) = (piece, document) else {
        return Err(Refusal::not_found("document"));
    };
    let event = Event::DocumentDownloaded {
        document_id: document.id,
        evidence_id: id,
        evidence: words(facts, &piece.wanted),
    };
    Ok((document, Change::new(facts.enrolment.id, event)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn of(wanted: &str, state: EvidenceState, expires_on: Option<&str>) -> evidence::Model {
        let now = Instant::from_milliseconds(0);
        let given = Evidence {
            id: wanted.to_owned(),
            reference: "R-1".to_owned(),
            expires_on: expires_on.map(day),
            document_id: None,
        };
        evidence::Model { state, ..piece(EnrolmentId::new(), given, now) }
    }

    #[test]
    fn a_provider_is_warned_at_60_30_and_7_days_and_evidence_holds_to_the_end_of_its_last_day() {
        let last = day("2027-03-31");
        for (today, due) in [
            ("2027-01-29", None),
            ("2027-01-30", Some(ExpiryStage::Sixty)),
            ("2027-02-28", Some(ExpiryStage::Sixty)),
            ("2027-03-01", Some(ExpiryStage::Thirty)),
            ("2027-03-23", Some(ExpiryStage::Thirty)),
            ("2027-03-24", Some(ExpiryStage::Seven)),
            ("2027-03-31", Some(ExpiryStage::Seven)),
            ("2027-04-01", Some(ExpiryStage::Expired)),
        ] {
            assert_eq!(stage(last, day(today)), due, "on {today}");
        }
    }

    #[test]
    fn what_was_accepted_counts_until_what_is_newer_is_accepted() {
        use EvidenceState::*;
        let today = day("2027-01-01");
        for (pieces, said) in [
            (vec![], EvidenceCondition::Missing),
            (vec![of("a", Given, None)], EvidenceCondition::Waiting),
            (vec![of("a", Refused, None)], EvidenceCondition::Refused),
            (vec![of("a", Refused, None), of("a", Given, None)], EvidenceCondition::Waiting),
            (vec![of("a", Superseded, None)], EvidenceCondition::Missing),
            (vec![of("a", Accepted, None), of("a", Given, None)], EvidenceCondition::InDate),
            (
                vec![of("a", Accepted, Some("2027-01-20")), of("a", Refused, None)],
                EvidenceCondition::Expiring,
            ),
            (
                vec![of("a", Accepted, Some("2026-12-31")), of("b", Accepted, None)],
                EvidenceCondition::Expired,
            ),
        ] {
            assert_eq!(condition(&pieces, "a", today), said, "{pieces:?}");
        }
        assert!(has_expired(&[of("a", Accepted, Some("2026-12-31"))], today));
        assert!(!has_expired(&[of("a", Accepted, Some("2027-01-01"))], today));
        assert!(!has_expired(&[of("a", Superseded, Some("2026-12-31"))], today));
    }

    #[test]
    fn everything_wrong_with_a_piece_is_named() {
        let kept = DocumentId::new();
        let mut given = Evidence {
            id: "insurance".to_owned(),
            reference: "P-1".to_owned(),
            expires_on: Some(day("2027-01-01")),
            document_id: Some(kept),
        };
        let fields = |given: &Evidence| -> Vec<String> {
            let faults = check(given, &[kept], str::to_owned, day("2027-01-01"));
            faults.into_iter().map(|fault| fault.field).collect()
        };
        assert!(fields(&given).is_empty());
        given.reference = "x".repeat(REFERENCE_MAX + 1);
        given.expires_on = Some(day("2026-12-31"));
        given.document_id = Some(DocumentId::new());
        assert_eq!(fields(&given), ["reference", "document_id", "expires_on"]);
    }
}
