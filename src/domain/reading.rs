//! A second pair of eyes on a request to join: a procurement officer reads it and says what they make of it, before
//! another decides. Where the market wants it, nothing is decided without.

use super::{
    change::Change,
    enrolment::{Facts, awaits_decision, check_words},
    event::Event,
    refusal::{Code, Refusal},
};
use entity::{market::MarketTerms, reading, vocabulary::*};

/// The most readers of one request.
pub const READERS_MAX: usize = 10;

/// Those readings that are of the request as it now stands.
pub fn of_this(facts: &Facts) -> impl Iterator<Item = &reading::Model> {
    facts.readings.iter().filter(|one| one.received_at == facts.enrolment.received_at)
}

fn check_waiting(facts: &Facts) -> Result<(), Refusal> {
    if awaits_decision(facts.enrolment.standing) {
        return Ok(());
    }
    Err(Refusal::new(
        Code::StandingForbids,
        "This request does not wait for a decision: nobody reads it any more.",
    ))
}

/// A procurement officer asks a colleague to read a request.
///
/// # Errors
/// It does not wait for a decision; oneself, or nobody who decides on requests; asked before; too many.
pub fn ask(
    facts: &Facts,
    reader: AccountId,
    roles: &[OfficerRole],
    by: AccountId,
    now: Instant,
) -> Result<Change, Refusal> {
    check_waiting(facts)?;
    let wrong = |words: &'static str| Refusal::new(Code::InvalidField, words).at("reader_id");
    if reader == by {
        return Err(wrong("Choose a colleague: you can read it without being asked."));
    }
    if !roles.contains(&OfficerRole::Procurement) {
        return Err(wrong("Choose a procurement officer of your authority."));
    }
    if of_this(facts).any(|one| one.reader_id == reader) {
        return Err(wrong("This colleague was asked, or has read it, already."));
    }
    if of_this(facts).count() >= READERS_MAX {
        return Err(wrong("Ten colleagues read it already: decide on what they say."));
    }
    let row = reading::Model {
        id: ReadingId::new(),
        enrolment_id: facts.enrolment.id,
        received_at: facts.enrolment.received_at,
        reader_id: reader,
        asked_by: Some(by),
        asked_at: Some(now),
        view: None,
        reasons: None,
        read_at: None,
    };
    let event = Event::SecondReaderAsked { reading_id: row.id, reader_id: reader };
    let change = Change::new(facts.enrolment.id, event).insert(row);
    Ok(change.tell(LetterKind::ReadingWanted, &[reader], &facts.context()))
}

/// A reader says whether they would admit or refuse, and why. Until the decision it can be said otherwise. Nothing where
/// it was said before in these words.
///
/// # Errors
/// It does not wait for a decision; no reasons; too many readers.
pub fn read(
    facts: &Facts,
    by: AccountId,
    view: ReadingView,
    reasons: String,
    now: Instant,
) -> Result<Option<Change>, Refusal> {
    check_waiting(facts)?;
    check_words("reasons", &reasons)?;
    let before = of_this(facts).find(|one| one.reader_id == by);
    if before.is_none() && of_this(facts).count() >= READERS_MAX {
        return Err(Refusal::new(
            Code::StandingForbids,
            "Ten people read it already: decide on what they say.",
        ));
    }
    if before.is_some_and(|b| b.view == Some(view) && b.reasons.as_ref() == Some(&reasons)) {
        return Ok(None);
    }
    let row = before.cloned().unwrap_or_else(|| reading::Model {
        id: ReadingId::new(),
        enrolment_id: facts.enrolment.id,
        received_at: facts.enrolment.received_at,
        reader_id: by,
        asked_by: None,
        asked_at: None,
        view: None,
        reasons: None,
        read_at: None,
    });
    let row = reading::Model { view: Some(view), reasons: Some(reasons.clone()), read_at: Some(now), ..row };
    let event = Event::RequestRead { reading_id: row.id, view, reasons };
    Ok(Some(Change::new(facts.enrolment.id, event).upsert(row)))
}

/// Where the market wants a second reader, somebody else has said what they make of this request.
///
/// # Errors
/// `second_reader_needed`.
pub fn check_read(facts: &Facts, by: AccountId) -> Result<(), Refusal> {
    if !wanted(&facts.market.terms) || of_this(facts).any(|one| one.view.is_some() && one.reader_id != by) {
        return Ok(());
    }
    Err(Refusal::new(
        Code::SecondReaderNeeded,
        "In this market a second person reads each request before it is decided. Ask a colleague to read this one; once \
         they have said what they make of it, you can decide.",
    ))
}

/// Whether the market wants a second reader.
pub const fn wanted(terms: &MarketTerms) -> bool {
    terms.second_reader
}
