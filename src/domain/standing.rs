//! Standing: what stops a provider that was admitted to a category, on what evidence, by whom, and how it ends (PCR 2015
//! regs 34(21), 57; Procurement Act 2023 ss. 36–37, 57–58). Each change is kept with what it was, what it became, the
//! reason, the evidence, its author and its review date. A suspension and a removal need two officers; an urgent stop
//! holds at once, and lapses unless a second person confirms it within a day; nothing is removed before the provider
//! could say why not (Procurement Act 2023 s. 37).

pub mod lifecycle;

pub use lifecycle::{Answer, Verb, allow, answer, may};

use super::{
    calendar,
    change::{Change, Row, Write},
    clock::{Clock, Due, Owner},
    enrolment::{self, check_words},
    event::Event,
    refusal::{Code, Refusal},
};
use entity::{
    enrolment as enrolment_row, measure, representation, standing_change, standing_stop, task, vocabulary::*,
};
use sea_orm::prelude::Uuid;
use serde::{Deserialize, Serialize};

/// For so many hours an urgent stop holds without a second person.
pub const CONFIRM_HOURS_MAX: i64 = 24;
/// So many working days a provider has to say why it should not be removed (Procurement Act 2023 s. 37: a reasonable
/// opportunity).
pub const REPRESENTATION_WORKING_DAYS: u32 = 10;
/// A review date is at most so many days ahead.
pub const REVIEW_DAYS_MAX: i64 = 366;
/// The most causes that stop one provider in one category at a time.
pub const STOPS_MAX: usize = 20;
/// The most that a provider says of its standing in one category.
pub const REPRESENTATIONS_MAX: usize = 50;
/// The longest reference to evidence, in characters.
pub const EVIDENCE_MAX: usize = 500;

/// A standing with all that holds it as it is.
pub struct Facts {
    pub of: enrolment::Facts,
    /// The causes that stop new work now.
    pub stops: Vec<standing_stop::Model>,
    /// What waits for a second person.
    pub proposed: Vec<measure::Model>,
    /// The confirmed suspension or removal under which it stands.
    pub in_force: Option<measure::Model>,
    /// What the provider said, oldest first.
    pub representations: Vec<representation::Model>,
    /// How many people it serves in the category now.
    pub served: usize,
    /// The task to look after them, while it is not done.
    pub served_task: Option<task::Model>,
    /// Those of the authority who may decide.
    pub officers: Vec<AccountId>,
}

/// An officer stops new work.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStop {
    /// The provider reads it.
    pub reason: String,
    /// Where the evidence lies, such as a report's number.
    #[serde(default)]
    pub evidence: Option<String>,
    pub review_on: Day,
}

/// The end of a cause.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Lifting {
    pub stop_id: StopId,
    pub reason: String,
}

/// A suspension or a removal, proposed.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMeasure {
    /// `suspension` or `removal`.
    pub kind: MeasureKind,
    /// The provider reads it: at once for a removal, once it is confirmed for a suspension.
    pub reason: String,
    #[serde(default)]
    pub evidence: Option<String>,
    /// Of a suspension: when somebody is to look at it again.
    #[serde(default)]
    pub review_on: Option<Day>,
}

/// An urgent stop.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UrgentStop {
    pub reason: String,
    #[serde(default)]
    pub evidence: Option<String>,
}

/// What a second person decides of a measure.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeasureDecision {
    pub measure_id: MeasureId,
    pub confirm: bool,
    pub reason: String,
    /// Wanted where an urgent stop is confirmed.
    #[serde(default)]
    pub review_on: Option<Day>,
}

/// A suspension ends, or a removal after an appeal.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reinstating {
    pub reason: String,
    #[serde(default)]
    pub evidence: Option<String>,
}

/// A cause or a suspension was looked at, and is kept.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeptOn {
    /// The cause or the measure.
    pub id: Uuid,
    pub reason: String,
    pub review_on: Day,
}

/// What a provider says of its standing.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRepresentation {
    pub kind: RepresentationKind,
    pub words: String,
}

/// What an officer answers to an appeal.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AppealAnswer {
    pub representation_id: RepresentationId,
    pub upheld: bool,
    pub answer: String,
}

/// What letters about a standing say.
#[derive(Serialize)]
struct StandingContext {
    market: String,
    category: String,
    provider: String,
    path: String,
    /// Until when the provider may say why not, or a second person confirm.
    until: String,
}

/// What is kept of a change besides what it was and became.
#[derive(Default)]
struct Kept {
    reason: String,
    evidence: Option<String>,
    review_on: Option<Day>,
    stop_id: Option<StopId>,
    measure_id: Option<MeasureId>,
}

/// Everything that an officer must write, and how much of it.
fn check_reason(reason: &str, evidence: Option<&String>) -> Result<(), Refusal> {
    check_words("reason", reason)?;
    match evidence.map(|words| words.trim().chars().count()) {
        None | Some(1..=EVIDENCE_MAX) => Ok(()),
        Some(_) => Err(Refusal::new(
            Code::InvalidField,
            format!("Say in at most {EVIDENCE_MAX} characters where the evidence lies, or leave it out."),
        )
        .at("evidence")),
    }
}

fn check_review(review_on: Day, now: Instant) -> Result<(), Refusal> {
    let today = now.london_day();
    if review_on > today && review_on <= today.plus_days(REVIEW_DAYS_MAX) {
        return Ok(());
    }
    let words = format!(
        "Enter when it is to be looked at again: a day after today, by {} at the latest.",
        today.plus_days(REVIEW_DAYS_MAX).in_words()
    );
    Err(Refusal::new(Code::InvalidField, words).at("review_on"))
}

fn wanted(review_on: Option<Day>, now: Instant) -> Result<Day, Refusal> {
    let Some(day) = review_on else {
        return Err(
            Refusal::new(Code::InvalidField, "Enter when it is to be looked at again.").at("review_on")
        );
    };
    check_review(day, now)?;
    Ok(day)
}

impl Facts {
    fn standing(&self) -> Standing {
        self.of.enrolment.standing
    }

    /// What it is when no suspension holds it any more.
    fn restored(&self) -> Standing {
        if self.stops.is_empty() { Standing::Admitted } else { Standing::NoNewWork }
    }

    /// The urgent stop that waits for a second person.
    pub fn urgent(&self) -> Option<&measure::Model> {
        self.proposed.iter().find(|m| m.kind == MeasureKind::UrgentStop)
    }

    fn changed(
        &self,
        event: Event,
        step: StandingStep,
        became: Standing,
        kept: Kept,
        by: Option<AccountId>,
        now: Instant,
    ) -> Change {
        let before = &self.of.enrolment;
        let change = Change::new(before.id, event).insert(standing_change::Model {
            id: StandingChangeId::new(),
            enrolment_id: before.id,
            step,
            was: before.standing,
            became,
            reason: kept.reason,
            evidence: kept.evidence,
            made_by: by,
            made_at: now,
            review_on: kept.review_on,
            stop_id: kept.stop_id,
            measure_id: kept.measure_id,
        });
        if became == before.standing {
            return change;
        }
        change.update(enrolment_row::Model { standing: became, ..before.clone() })
    }

    fn tell(&self, change: Change, kind: LetterKind, to: &[AccountId], until: Option<String>) -> Change {
        let context = StandingContext {
            market: self.of.market.name.clone(),
            category: self.of.category.name.clone(),
            provider: self.of.provider_name.clone(),
            path: format!("/enrolments/{}/standing", self.of.enrolment.id),
            until: until.unwrap_or_default(),
        };
        change.tell(kind, to, &context)
    }

    fn tell_provider(&self, change: Change, kind: LetterKind) -> Change {
        self.tell(change, kind, &self.of.people, None)
    }

    /// Officers who may see to it, but for whoever does it now.
    fn tell_officers(
        &self,
        change: Change,
        kind: LetterKind,
        but: Option<AccountId>,
        until: Option<String>,
    ) -> Change {
        let others: Vec<_> = self.officers.iter().copied().filter(|id| Some(*id) != but).collect();
        self.tell(change, kind, &others, until)
    }

    /// What the provider is told when nothing but this changes for it.
    fn tell_restored(&self, change: Change, became: Standing) -> Change {
        let kind = match became {
            Standing::NoNewWork => LetterKind::NoNewWorkBegun,
            _ => LetterKind::EnrolmentReinstated,
        };
        self.tell_provider(change, kind)
    }

    /// Those whom it serves are to be looked after, while it is out of new work by a measure.
    fn look_after(&self, change: Change, now: Instant) -> Change {
        if self.served == 0 || self.served_task.is_some() {
            return change;
        }
        change.insert(task::Model {
            id: TaskId::new(),
            authority_id: self.of.market.authority_id,
            kind: TaskKind::PeopleServed,
            subject_kind: SubjectKind::Enrolment,
            subject_id: self.of.enrolment.id.0,
            letter_id: None,
            raised_at: now,
            done_at: None,
            done_by: None,
            outcome: None,
        })
    }

    /// The task to look after them closes by itself when the measure ends.
    fn looked_after(&self, change: Change, now: Instant) -> Change {
        match &self.served_task {
            None => change,
            Some(task) => change.update(task::Model {
                done_at: Some(now),
                outcome: Some("Closed by itself: what had stopped the provider has ended.".to_owned()),
                ..task.clone()
            }),
        }
    }

    /// Whatever else was proposed is overtaken.
    fn overtake(
        &self,
        change: Change,
        which: impl Fn(&measure::Model) -> bool,
        why: &str,
        now: Instant,
    ) -> Change {
        self.proposed.iter().filter(|m| which(m)).fold(change, |change, m| {
            change.update(measure::Model {
                outcome: Some(MeasureOutcome::Overtaken),
                decided_at: Some(now),
                decided_reason: Some(why.to_owned()),
                ended_at: Some(now),
                ..m.clone()
            })
        })
    }

    /// What held it as it was ends.
    fn end_in_force(&self, change: Change, now: Instant) -> Change {
        match &self.in_force {
            None => change,
            Some(m) => change.update(measure::Model { ended_at: Some(now), ..m.clone() }),
        }
    }

    fn end_stops(&self, change: Change, why: &str, now: Instant) -> Change {
        self.stops.iter().fold(change, |change, stop| {
            change.update(standing_stop::Model {
                ended_at: Some(now),
                ended_reason: Some(why.to_owned()),
                ..stop.clone()
            })
        })
    }
}

/// The end of a day, in words.
pub fn end_of(until: Instant) -> String {
    format!("the end of {}", until.plus_milliseconds(-1).london_day().in_words())
}

/// Keeps the change of standing that an act of joining made, if it made one: the rules of joining know nothing of it.
#[must_use]
pub fn kept(change: Change, before: Option<Standing>, by: Option<AccountId>, now: Instant) -> Change {
    let after = change.writes.iter().find_map(|write| match write {
        Write::Insert(Row::Enrolment(row))
        | Write::Update(Row::Enrolment(row))
        | Write::Upsert(Row::Enrolment(row)) => Some((row.id, row.standing)),
        _ => None,
    });
    let Some((enrolment_id, became)) = after else { return change };
    if before == Some(became) {
        return change;
    }
    let (step, reason) = match &change.event {
        Event::EnrolmentAdmitted { reasons } => (StandingStep::Admitted, reasons.clone()),
        Event::EnrolmentRefused { reasons } => (StandingStep::Refused, reasons.clone()),
        Event::ClarificationAsked { .. } => {
            (StandingStep::ClarificationAsked, "A question was asked.".to_owned())
        }
        Event::ClarificationAnswered => {
            (StandingStep::ClarificationAnswered, "The question was answered.".to_owned())
        }
        _ => (StandingStep::Applied, "The provider asked to join.".to_owned()),
    };
    change.insert(standing_change::Model {
        id: StandingChangeId::new(),
        enrolment_id,
        step,
        was: before.unwrap_or(Standing::Applied),
        became,
        reason,
        evidence: None,
        made_by: by,
        made_at: now,
        review_on: None,
        stop_id: None,
        measure_id: None,
    })
}

/// An officer stops new work, for a cause of its own.
///
/// # Errors
/// The standing does not allow it; too many causes; no reason, or no review date.
pub fn stop_new_work(facts: &Facts, new: NewStop, by: AccountId, now: Instant) -> Result<Change, Refusal> {
    allow(facts.standing(), Verb::StopNewWork)?;
    check_reason(&new.reason, new.evidence.as_ref())?;
    check_review(new.review_on, now)?;
    if facts.stops.len() >= STOPS_MAX {
        return Err(Refusal::new(
            Code::StandingForbids,
            format!("{STOPS_MAX} causes keep this provider from new work already: end one first."),
        ));
    }
    let stop = standing_stop::Model {
        id: StopId::new(),
        enrolment_id: facts.of.enrolment.id,
        cause: StopCause::Officer,
        evidence_id: None,
        reason: new.reason.clone(),
        evidence: new.evidence.clone(),
        begun_by: Some(by),
        begun_at: now,
        review_on: Some(new.review_on),
        ended_by: None,
        ended_at: None,
        ended_reason: None,
    };
    let kept = Kept {
        reason: new.reason,
        evidence: new.evidence,
        review_on: Some(new.review_on),
        ..Kept::default()
    };
    Ok(begin(facts, stop, kept, Some(by), now))
}

fn begin(
    facts: &Facts,
    stop: standing_stop::Model,
    kept: Kept,
    by: Option<AccountId>,
    now: Instant,
) -> Change {
    let event = Event::NoNewWorkBegun { stop_id: stop.id, cause: stop.cause, reason: stop.reason.clone() };
    let became = match facts.standing() {
        Standing::Suspended => Standing::Suspended,
        _ => Standing::NoNewWork,
    };
    let kept = Kept { stop_id: Some(stop.id), ..kept };
    // The cause is written first: what was changed because of it points to it.
    let mut change = facts.changed(event, StandingStep::NoNewWorkBegun, became, kept, by, now);
    change.writes.insert(0, Write::Insert(stop.into()));
    facts.tell_provider(change, LetterKind::NoNewWorkBegun)
}

/// The clock stops new work because a piece of evidence has expired; nothing where it stopped it already, or where there
/// is nothing to stop. `reason` is what the provider reads, and `evidence_id` says which piece it is.
pub fn stop_for_evidence(
    facts: &Facts,
    evidence_id: &str,
    reason: String,
    evidence: Option<String>,
    now: Instant,
) -> Option<Change> {
    let stands = facts.stops.iter().any(|stop| stop.evidence_id.as_deref() == Some(evidence_id));
    if stands || !may(facts.standing(), Verb::StopForEvidence) {
        return None;
    }
    let stop = standing_stop::Model {
        id: StopId::new(),
        enrolment_id: facts.of.enrolment.id,
        cause: StopCause::EvidenceExpired,
        evidence_id: Some(evidence_id.to_owned()),
        reason: reason.clone(),
        evidence: evidence.clone(),
        begun_by: None,
        begun_at: now,
        review_on: None,
        ended_by: None,
        ended_at: None,
        ended_reason: None,
    };
    Some(begin(facts, stop, Kept { reason, evidence, ..Kept::default() }, None, now))
}

/// The renewed evidence was accepted, by `by`: that cause ends. Nothing where it stopped nothing.
pub fn lift_for_evidence(
    facts: &Facts,
    evidence_id: &str,
    reason: String,
    by: Option<AccountId>,
    now: Instant,
) -> Option<Change> {
    let stop = facts.stops.iter().find(|stop| stop.evidence_id.as_deref() == Some(evidence_id))?;
    Some(lift(facts, stop, reason, by, now))
}

/// An officer ends a cause that an officer began.
///
/// # Errors
/// Nothing is stopped; no such cause; it is about evidence; no reason.
pub fn lift_stop(facts: &Facts, said: Lifting, by: AccountId, now: Instant) -> Result<Change, Refusal> {
    allow(facts.standing(), Verb::LiftStop)?;
    let Some(stop) = facts.stops.iter().find(|stop| stop.id == said.stop_id) else {
        return Err(Refusal::not_found("cause").at("stop_id"));
    };
    if stop.cause == StopCause::EvidenceExpired {
        return Err(Refusal::new(
            Code::StopOfEvidence,
            "This ends by itself when the renewed evidence is accepted.",
        )
        .at("stop_id"));
    }
    check_words("reason", &said.reason)?;
    Ok(lift(facts, stop, said.reason, Some(by), now))
}

/// It ends with the last cause, and under a suspension with that.
fn lift(
    facts: &Facts,
    stop: &standing_stop::Model,
    reason: String,
    by: Option<AccountId>,
    now: Instant,
) -> Change {
    let last = facts.stops.len() == 1;
    let became = match facts.standing() {
        Standing::NoNewWork if last => Standing::Admitted,
        other => other,
    };
    let event = Event::NoNewWorkEnded { stop_id: stop.id, reason: reason.clone() };
    let kept = Kept { reason: reason.clone(), stop_id: Some(stop.id), ..Kept::default() };
    let change = facts.changed(event, StandingStep::NoNewWorkEnded, became, kept, by, now).update(
        standing_stop::Model {
            ended_by: by,
            ended_at: Some(now),
            ended_reason: Some(reason),
            ..stop.clone()
        },
    );
    if became == Standing::Admitted {
        return facts.tell_provider(change, LetterKind::EnrolmentReinstated);
    }
    change
}

/// An officer proposes a suspension or a removal: a second person confirms it.
///
/// # Errors
/// The standing does not allow it; one is proposed already; no reason; a suspension without a review date.
pub fn propose(facts: &Facts, new: NewMeasure, by: AccountId, now: Instant) -> Result<Change, Refusal> {
    let (verb, review_on, until) = match new.kind {
        MeasureKind::Suspension => (Verb::ProposeSuspension, Some(wanted(new.review_on, now)), None),
        MeasureKind::Removal => {
            let last = calendar::working_days_after(now.london_day(), REPRESENTATION_WORKING_DAYS)
                .map_err(|why| Refusal::new(Code::DefinitionInvalid, why.to_string()))?;
            (Verb::ProposeRemoval, None, Some(last.end_in_london()))
        }
        MeasureKind::UrgentStop => {
            let words = "Choose a suspension or a removal: an urgent stop is not proposed, it is made.";
            return Err(Refusal::new(Code::InvalidField, words).at("kind"));
        }
    };
    allow(facts.standing(), verb)?;
    check_reason(&new.reason, new.evidence.as_ref())?;
    let review_on = review_on.transpose()?;
    if facts.proposed.iter().any(|m| m.kind == new.kind) {
        return Err(Refusal::new(
            Code::MeasureStands,
            "This is proposed already, and waits for a second person.",
        ));
    }
    let row = measure::Model {
        id: MeasureId::new(),
        enrolment_id: facts.of.enrolment.id,
        kind: new.kind,
        reason: new.reason,
        evidence: new.evidence,
        review_on,
        proposed_by: by,
        proposed_at: now,
        due_at: None,
        representations_until: until,
        outcome: None,
        decided_by: None,
        decided_at: None,
        decided_reason: None,
        ended_at: None,
    };
    let event = Event::MeasureProposed { measure_id: row.id, measure: row.kind, reason: row.reason.clone() };
    let change = Change::new(row.enrolment_id, event).insert(row);
    let change = facts.tell_officers(change, LetterKind::SecondPersonWanted, Some(by), None);
    Ok(match until {
        None => change,
        Some(until) => facts.tell(change, LetterKind::RemovalProposed, &facts.of.people, Some(end_of(until))),
    })
}

/// Stops a provider at once. A second person confirms it within a day, or it lapses.
///
/// # Errors
/// The standing does not allow it; no reason.
pub fn stop_urgently(facts: &Facts, new: UrgentStop, by: AccountId, now: Instant) -> Result<Change, Refusal> {
    allow(facts.standing(), Verb::StopUrgently)?;
    check_reason(&new.reason, new.evidence.as_ref())?;
    let due_at = now.plus_seconds(CONFIRM_HOURS_MAX * 3600);
    let row = measure::Model {
        id: MeasureId::new(),
        enrolment_id: facts.of.enrolment.id,
        kind: MeasureKind::UrgentStop,
        reason: new.reason.clone(),
        evidence: new.evidence.clone(),
        review_on: None,
        proposed_by: by,
        proposed_at: now,
        due_at: Some(due_at),
        representations_until: None,
        outcome: None,
        decided_by: None,
        decided_at: None,
        decided_reason: None,
        ended_at: None,
    };
    let event = Event::UrgentlyStopped { measure_id: row.id, reason: new.reason.clone(), confirm_by: due_at };
    let kept =
        Kept { reason: new.reason, evidence: new.evidence, measure_id: Some(row.id), ..Kept::default() };
    let mut change =
        facts.changed(event, StandingStep::UrgentlyStopped, Standing::Suspended, kept, Some(by), now);
    change.writes.insert(0, Write::Insert(row.into()));
    let change = facts.look_after(change, now);
    let change = facts.tell_provider(change, LetterKind::UrgentlyStopped);
    Ok(facts.tell_officers(change, LetterKind::SecondPersonWanted, Some(by), Some(due_at.in_words())))
}

/// Somebody decides on what waits. Whoever proposed it may take it back, and never confirm it.
///
/// # Errors
/// Nothing waits; it was decided already; four eyes; too late; before the provider could say why not; no reason.
pub fn decide(facts: &Facts, said: MeasureDecision, by: AccountId, now: Instant) -> Result<Change, Refusal> {
    allow(facts.standing(), if said.confirm { Verb::Confirm } else { Verb::TurnDown })?;
    let Some(measure) = facts.proposed.iter().find(|m| m.id == said.measure_id) else {
        return Err(Refusal::new(Code::AlreadyDecided, "This does not wait for a decision any more."));
    };
    check_words("reason", &said.reason)?;
    if said.confirm {
        confirm(facts, measure, said, by, now)
    } else {
        turn_down(facts, measure, said, by, now)
    }
}

fn confirm(
    facts: &Facts,
    measure: &measure::Model,
    said: MeasureDecision,
    by: AccountId,
    now: Instant,
) -> Result<Change, Refusal> {
    if measure.proposed_by == by {
        return Err(Refusal::new(
            Code::FourEyes,
            "You proposed this, so somebody else decides whether it is confirmed.",
        ));
    }
    if let Some(due) = measure.due_at.filter(|due| now >= *due) {
        return Err(Refusal::new(
            Code::ConfirmedTooLate,
            format!(
                "An urgent stop is confirmed within {CONFIRM_HOURS_MAX} hours. This one lapsed at {}: propose a \
                 suspension.",
                due.in_words()
            ),
        ));
    }
    if let Some(until) = measure.representations_until.filter(|until| now < *until) {
        return Err(Refusal::new(
            Code::RepresentationsOpen,
            format!("The provider may say why not until {}: decide after that.", end_of(until)),
        ));
    }
    let review_on = match measure.kind {
        MeasureKind::UrgentStop => Some(wanted(said.review_on, now)?),
        MeasureKind::Suspension => match said.review_on {
            None => measure.review_on,
            Some(day) => Some(wanted(Some(day), now)?),
        },
        MeasureKind::Removal => None,
    };
    let row = measure::Model {
        review_on,
        outcome: Some(MeasureOutcome::Confirmed),
        decided_by: Some(by),
        decided_at: Some(now),
        decided_reason: Some(said.reason),
        ..measure.clone()
    };
    let reasons = measure.reason.clone();
    let kept = Kept {
        reason: reasons.clone(),
        evidence: measure.evidence.clone(),
        review_on,
        measure_id: Some(row.id),
        ..Kept::default()
    };
    let id = row.id;
    let (event, step, became, letter) = match measure.kind {
        MeasureKind::Suspension => {
            allow(facts.standing(), Verb::ProposeSuspension)?;
            let event = Event::EnrolmentSuspended { reasons };
            (event, StandingStep::Suspended, Standing::Suspended, LetterKind::EnrolmentSuspended)
        }
        MeasureKind::UrgentStop => {
            let event = Event::UrgentStopConfirmed { measure_id: id };
            (event, StandingStep::UrgentStopConfirmed, Standing::Suspended, LetterKind::EnrolmentSuspended)
        }
        MeasureKind::Removal => {
            let event = Event::EnrolmentRemoved { reasons };
            (event, StandingStep::Removed, Standing::Removed, LetterKind::EnrolmentRemoved)
        }
    };
    let change = facts.changed(event, step, became, kept, Some(by), now).update(row);
    let change = match measure.kind {
        MeasureKind::Removal => {
            let change = facts.overtake(change, |m| m.id != id, "The provider was removed.", now);
            facts.end_stops(facts.end_in_force(change, now), "The provider was removed.", now)
        }
        MeasureKind::Suspension | MeasureKind::UrgentStop => {
            let suspends = |m: &measure::Model| m.id != id && m.kind != MeasureKind::Removal;
            facts.overtake(change, suspends, "The provider was suspended.", now)
        }
    };
    Ok(facts.tell_provider(facts.look_after(change, now), letter))
}

fn turn_down(
    facts: &Facts,
    measure: &measure::Model,
    said: MeasureDecision,
    by: AccountId,
    now: Instant,
) -> Result<Change, Refusal> {
    let row = measure::Model {
        outcome: Some(MeasureOutcome::TurnedDown),
        decided_by: Some(by),
        decided_at: Some(now),
        decided_reason: Some(said.reason.clone()),
        ended_at: Some(now),
        ..measure.clone()
    };
    let event =
        Event::MeasureTurnedDown { measure_id: row.id, measure: row.kind, reason: said.reason.clone() };
    if measure.kind == MeasureKind::UrgentStop {
        let kept = Kept { reason: said.reason, measure_id: Some(row.id), ..Kept::default() };
        let became = facts.restored();
        let step = StandingStep::UrgentStopTurnedDown;
        let change = facts.changed(event, step, became, kept, Some(by), now).update(row);
        return Ok(facts.tell_restored(facts.looked_after(change, now), became));
    }
    let change = Change::new(row.enrolment_id, event).update(row);
    Ok(match measure.kind {
        // It was told of that alone.
        MeasureKind::Removal => facts.tell_provider(change, LetterKind::RemovalDropped),
        MeasureKind::Suspension | MeasureKind::UrgentStop => change,
    })
}

/// The clock lifts an urgent stop that nobody confirmed in time.
pub fn lapse(facts: &Facts, now: Instant) -> Option<Change> {
    let measure = facts.urgent().filter(|m| m.due_at.is_some_and(|due| now >= due))?;
    if !may(facts.standing(), Verb::Lapse) {
        return None;
    }
    let reason = format!("Nobody confirmed the urgent stop within {CONFIRM_HOURS_MAX} hours.");
    let row = measure::Model {
        outcome: Some(MeasureOutcome::Lapsed),
        decided_at: Some(now),
        decided_reason: Some(reason.clone()),
        ended_at: Some(now),
        ..measure.clone()
    };
    let event = Event::UrgentStopLapsed { measure_id: row.id };
    let kept = Kept { reason, measure_id: Some(row.id), ..Kept::default() };
    let became = facts.restored();
    let change = facts.changed(event, StandingStep::UrgentStopLapsed, became, kept, None, now).update(row);
    let change = facts.tell_restored(facts.looked_after(change, now), became);
    Some(facts.tell_officers(change, LetterKind::UrgentStopLapsed, None, None))
}

/// A suspension ends; or a removal, after an appeal against it was upheld.
///
/// # Errors
/// The standing does not allow it; no appeal was upheld; no reason.
pub fn reinstate(facts: &Facts, said: Reinstating, by: AccountId, now: Instant) -> Result<Change, Refusal> {
    allow(facts.standing(), Verb::Reinstate)?;
    check_reason(&said.reason, said.evidence.as_ref())?;
    if answer(facts.standing(), Verb::Reinstate) == Answer::OnAppeal {
        let against = facts.in_force.as_ref().map(|m| m.id);
        let upheld = |r: &representation::Model| r.upheld == Some(true) && r.measure_id == against;
        if against.is_none() || !facts.representations.iter().any(upheld) {
            return Err(Refusal::new(
                Code::AppealNotUpheld,
                "A provider that was removed comes back on an appeal that was upheld, or by asking to join again.",
            ));
        }
    }
    let became = facts.restored();
    let event = Event::EnrolmentReinstated { reasons: said.reason.clone() };
    let kept = Kept { reason: said.reason, evidence: said.evidence, ..Kept::default() };
    let change = facts.changed(event, StandingStep::Reinstated, became, kept, Some(by), now);
    let change = facts.overtake(change, |_| true, "The provider was reinstated.", now);
    let change = facts.looked_after(facts.end_in_force(change, now), now);
    Ok(facts.tell_restored(change, became))
}

/// A cause or a suspension was looked at on its review date, and is kept until another.
///
/// # Errors
/// Nothing waits for a review; no such cause or suspension; no reason, or no review date.
pub fn review(facts: &Facts, said: KeptOn, by: AccountId, now: Instant) -> Result<Change, Refusal> {
    allow(facts.standing(), Verb::Review)?;
    check_words("reason", &said.reason)?;
    check_review(said.review_on, now)?;
    let stop = facts.stops.iter().find(|stop| stop.id.0 == said.id && stop.cause == StopCause::Officer);
    let measure = facts.in_force.iter().find(|m| m.id.0 == said.id && m.kind != MeasureKind::Removal);
    let kept = Kept {
        reason: said.reason.clone(),
        review_on: Some(said.review_on),
        stop_id: stop.map(|stop| stop.id),
        measure_id: measure.map(|m| m.id),
        ..Kept::default()
    };
    let event = Event::StandingReviewed { reason: said.reason, review_on: said.review_on };
    let change = facts.changed(event, StandingStep::Reviewed, facts.standing(), kept, Some(by), now);
    let review_on = Some(said.review_on);
    match (stop, measure) {
        (Some(stop), _) => Ok(change.update(standing_stop::Model { review_on, ..stop.clone() })),
        (None, Some(m)) => Ok(change.update(measure::Model { review_on, ..m.clone() })),
        (None, None) => Err(Refusal::not_found("cause or suspension").at("id")),
    }
}

/// The provider leaves the category. Contracts that it holds are not ended by it.
///
/// # Errors
/// It is not in it; no reason.
pub fn withdraw(facts: &Facts, reason: String, by: AccountId, now: Instant) -> Result<Change, Refusal> {
    allow(facts.standing(), Verb::Withdraw)?;
    check_words("reason", &reason)?;
    let words = "The provider left the category.";
    let event = Event::EnrolmentWithdrawn { reason: reason.clone() };
    let kept = Kept { reason, ..Kept::default() };
    let mut change = facts.changed(event, StandingStep::Withdrawn, Standing::Withdrawn, kept, Some(by), now);
    // A request that is taken back waits for no decision any more.
    for write in &mut change.writes {
        if let Write::Update(Row::Enrolment(row)) = write {
            row.decided_at = row.decided_at.or(Some(now));
        }
    }
    let change = facts.overtake(change, |_| true, words, now);
    let change = facts.end_stops(facts.end_in_force(change, now), words, now);
    Ok(facts.tell_officers(change, LetterKind::EnrolmentWithdrawn, None, None))
}

/// The provider says why not, or appeals. Its words are kept.
///
/// # Errors
/// There is nothing to speak to; it has said as much as is taken; an appeal waits already; no words.
pub fn represent(
    facts: &Facts,
    new: NewRepresentation,
    by: AccountId,
    now: Instant,
) -> Result<Change, Refusal> {
    let verb = match new.kind {
        RepresentationKind::Representation => Verb::Represent,
        RepresentationKind::Appeal => Verb::Appeal,
    };
    allow(facts.standing(), verb)?;
    check_words("words", &new.words)?;
    let removal = facts.proposed.iter().find(|m| m.kind == MeasureKind::Removal);
    if verb == Verb::Represent && facts.standing() == Standing::Admitted && removal.is_none() {
        return Err(Refusal::new(
            Code::StandingForbids,
            "Nothing is proposed or decided against you here, so there is nothing to answer.",
        ));
    }
    if verb == Verb::Appeal
        && facts.representations.iter().any(|r| r.kind == new.kind && r.answered_at.is_none())
    {
        return Err(Refusal::new(Code::AppealStands, "Your appeal is waiting for its answer."));
    }
    if facts.representations.len() >= REPRESENTATIONS_MAX {
        return Err(Refusal::new(
            Code::StandingForbids,
            format!("{REPRESENTATIONS_MAX} statements of yours are kept here, and no more are taken."),
        ));
    }
    let against = match verb {
        Verb::Represent => removal.or_else(|| facts.urgent()).or(facts.in_force.as_ref()),
        _ => facts.in_force.as_ref().or_else(|| facts.urgent()),
    };
    let row = representation::Model {
        id: RepresentationId::new(),
        enrolment_id: facts.of.enrolment.id,
        measure_id: against.map(|m| m.id),
        kind: new.kind,
        standing: facts.standing(),
        words: new.words,
        made_by: by,
        made_at: now,
        upheld: None,
        answer: None,
        answered_by: None,
        answered_at: None,
    };
    let event = Event::RepresentationMade { representation_id: row.id, representation: row.kind };
    let change = Change::new(row.enrolment_id, event).insert(row);
    Ok(facts.tell_officers(change, LetterKind::RepresentationMade, None, None))
}

/// An officer who took no part in what is appealed against answers the appeal.
///
/// # Errors
/// No such appeal; it was answered already; four eyes; no answer.
pub fn answer_appeal(
    facts: &Facts,
    said: AppealAnswer,
    by: AccountId,
    now: Instant,
) -> Result<Change, Refusal> {
    allow(facts.standing(), Verb::AnswerAppeal)?;
    let found = facts
        .representations
        .iter()
        .find(|r| r.id == said.representation_id && r.kind == RepresentationKind::Appeal);
    let Some(appeal) = found else { return Err(Refusal::not_found("appeal").at("representation_id")) };
    if appeal.answered_at.is_some() {
        return Err(Refusal::new(Code::AlreadyAnswered, "This appeal was answered already."));
    }
    check_words("answer", &said.answer)?;
    let measures = facts.in_force.iter().chain(&facts.proposed).filter(|m| Some(m.id) == appeal.measure_id);
    let involved = measures
        .flat_map(|m| [Some(m.proposed_by), m.decided_by])
        .chain(facts.stops.iter().map(|stop| stop.begun_by))
        .any(|who| who == Some(by));
    if involved {
        return Err(Refusal::new(
            Code::FourEyes,
            "You took part in what is appealed against, so somebody else answers.",
        ));
    }
    let row = representation::Model {
        upheld: Some(said.upheld),
        answer: Some(said.answer),
        answered_by: Some(by),
        answered_at: Some(now),
        ..appeal.clone()
    };
    let event = Event::AppealAnswered { representation_id: row.id, upheld: said.upheld };
    let change = Change::new(row.enrolment_id, event).update(row);
    Ok(facts.tell_provider(change, LetterKind::AppealAnswered))
}

/// What the clock of a standing is made of.
pub struct Clocked<'a> {
    pub enrolment: &'a enrolment_row::Model,
    pub market: MarketId,
}

impl Clocked<'_> {
    fn clock(&self, kind: ClockKind, about: Uuid, due: Due, law: &str, met: Option<Instant>) -> Clock {
        Clock {
            kind,
            about,
            subject: self.enrolment.id.into(),
            market_id: self.market,
            reference: String::new(),
            category_id: Some(self.enrolment.category_id),
            provider_id: Some(self.enrolment.provider_id),
            due,
            law: law.to_owned(),
            path: format!("/enrolments/{}/standing", self.enrolment.id),
            owner: Owner::Role(OfficerRole::Procurement),
            met,
            contracts: Vec::new(),
        }
    }

    /// The review of a cause, for as long as it holds.
    pub fn of_stop(&self, stop: &standing_stop::Model) -> Option<Clock> {
        let law = "The market’s own rule: what keeps a provider from new work is looked at again on its review date";
        let due = Due::Day(stop.review_on.filter(|_| stop.ended_at.is_none())?);
        Some(self.clock(ClockKind::StandingReview, stop.id.0, due, law, None))
    }

    /// The confirmation of an urgent stop, and then the review of a suspension.
    pub fn of_measure(&self, of: &measure::Model) -> Option<Clock> {
        match (of.outcome, of.due_at) {
            (None, Some(due)) => {
                let law = "The market’s own rule: an urgent stop is confirmed by a second person within a day, or it lapses";
                Some(self.clock(ClockKind::StopConfirmation, of.id.0, Due::At(due), law, None))
            }
            (Some(MeasureOutcome::Confirmed), _) if of.ended_at.is_none() => {
                let law = "The market’s own rule: a suspension is looked at again on its review date";
                Some(self.clock(ClockKind::StandingReview, of.id.0, Due::Day(of.review_on?), law, None))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
