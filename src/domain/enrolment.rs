//! Joining at any time (PCR 2015 regs 34(15)–(17); Procurement Act 2023 s. 36). What comes after is in
//! [`standing`](super::standing).

use super::{
    application::Written,
    calendar,
    change::Change,
    evaluation::check_mark,
    event::Event,
    evidence as proof,
    market::MarketStage,
    passport,
    questionnaire::{self, Answered},
    reading::check_read,
    refusal::{Code, Fault, Refusal},
    standing::{Verb, allow},
};
use entity::{
    category,
    category::Criterion,
    document, enrolment,
    enrolment::{Clarification, Clarifications, Evidence, Request, Response, StandingMark, StandingMarks},
    evidence, market,
    market::Wanted,
    offer::Answer,
    passport_answer, questionnaire as questionnaire_row,
    questionnaire::Questionnaire,
    reading,
    vocabulary::*,
};
use serde::Serialize;

/// The longest question, answer or reason, in characters.
pub const WORDS_MAX: usize = 4000;
/// The most clarifications of one request.
pub const CLARIFICATIONS_MAX: usize = 20;

/// Words that must be there, and not too many.
pub fn check_words(field: &str, text: &str) -> Result<(), Refusal> {
    let length = text.trim().chars().count();
    if length == 0 {
        return Err(Refusal::new(Code::InvalidField, "Enter your reasons or your answer here.").at(field));
    }
    if length > WORDS_MAX {
        return Err(Refusal::new(
            Code::InvalidField,
            format!("This has {length} characters; {WORDS_MAX} are allowed."),
        )
        .at(field));
    }
    Ok(())
}

/// What the rules of joining look at.
pub struct Applying<'a> {
    pub market: &'a market::Model,
    pub stage: MarketStage,
    pub category: &'a category::Model,
    pub provider_id: ProviderId,
    /// Its standing so far, if it asked before.
    pub before: Option<&'a enrolment::Model>,
    /// How many are admitted to the category.
    pub members: u32,
    /// Of the documents that it names, those that it keeps.
    pub documents: &'a [DocumentId],
    /// What it gave with an earlier request.
    pub evidence: &'a [evidence::Model],
    /// The newest of each kind that it gave for its other categories.
    pub elsewhere: &'a [(evidence::Model, CategoryId)],
    pub today: Day,
    /// The version of the market's questionnaire that it answers.
    pub questionnaire: Option<&'a questionnaire_row::Model>,
    /// The newest revision of each topic of its passport.
    pub passport: &'a [passport_answer::Model],
}

impl Applying<'_> {
    /// What it gave for another category, and holds still: the same serves here, where nothing else is written. Each
    /// council accepts it for itself.
    pub fn given_elsewhere(&self, wanted: &str) -> Option<&(evidence::Model, CategoryId)> {
        let holds = |piece: &evidence::Model| piece.expires_on.is_none_or(|last| last >= self.today);
        self.elsewhere.iter().find(|(piece, _)| piece.wanted == wanted && holds(piece))
    }
}

/// Whether a provider may ask to join a category now.
///
/// # Errors
/// The market is not open; a cap on members is reached; it has asked already.
pub fn check_may_apply(facts: &Applying<'_>) -> Result<(), Refusal> {
    match facts.stage {
        MarketStage::Open => {}
        MarketStage::NotOpen => {
            return Err(Refusal::new(
                Code::MarketNotOpen,
                format!("Joining opens on {}.", facts.market.joining_opens_on.in_words()),
            ));
        }
        MarketStage::Ended => {
            return Err(Refusal::new(Code::MarketEnded, "This market has ended: nobody can join it."));
        }
    }
    if facts.market.terms.members_max.is_some_and(|most| facts.members >= most) {
        return Err(Refusal::new(
            Code::MarketFull,
            "This category has as many providers as its notice allows.",
        ));
    }
    match facts.before {
        Some(before) => allow(before.standing, Verb::Apply),
        None => Ok(()),
    }
}

/// A provider asks to join a category. Its answers, and on which revisions of its passport they rest, are frozen.
///
/// # Errors
/// The market is not open; a cap on members is reached; it has asked already; a declaration, a piece of evidence or an
/// answer is missing, cannot be, or is out of date: all of it is told at once, by field.
pub fn apply(facts: &Applying<'_>, written: Written, now: Instant) -> Result<Change, Refusal> {
    check_may_apply(facts)?;
    let (responses, wrong) = faults(facts, &written, now.london_day());
    if let Some((code, _)) = wrong.first() {
        let code = *code;
        Refusal::of_all(code, wrong.into_iter().map(|(_, fault)| fault).collect())?;
    }
    let decide_by = decide_by(now.london_day(), facts.market.terms.decide_within_working_days)?;
    let enrolment = enrolment::Model {
        id: facts.before.map_or_else(EnrolmentId::new, |e| e.id),
        provider_id: facts.provider_id,
        category_id: facts.category.id,
        standing: Standing::Applied,
        request: Request {
            declarations: written.declarations,
            evidence: written.evidence,
            answers: written.answers,
            questionnaire_id: facts.questionnaire.map(|version| version.id),
            responses,
        },
        clarifications: Clarifications::default(),
        received_at: now,
        decide_by,
        extension_reason: None,
        decided_at: None,
        reasons: None,
        // New answers are marked anew.
        standing_marks: StandingMarks::default(),
    };
    let event = Event::EnrolmentApplied { category_id: facts.category.id };
    let change = Change::new(enrolment.id, event).upsert(enrolment.clone());
    let change = match facts.questionnaire {
        Some(version) => passport::with_request(change, &enrolment, &version.content),
        None => change,
    };
    Ok(proof::with_request(change, enrolment.id, &enrolment.request.evidence, facts.evidence, now))
}

/// The last working day on which a request received on this day may be decided (PCR 2015 reg 34(16)–(17)).
fn decide_by(received: Day, working_days: u32) -> Result<Day, Refusal> {
    calendar::working_days_after(received, working_days)
        .map_err(|why| Refusal::new(Code::DefinitionInvalid, why.to_string()))
}

/// What a piece of evidence is called in a request.
pub const REQUEST_EVIDENCE: &str = "evidence";

/// The answers that a request sends to the market's questionnaire, and everything that is wrong with the request, each
/// with the code under which it is refused.
pub fn faults(facts: &Applying<'_>, written: &Written, today: Day) -> (Vec<Response>, Vec<(Code, Fault)>) {
    let terms = &facts.market.terms;
    let mut found = declaration_faults(terms, &written.declarations);
    let (responses, questions) = match facts.questionnaire {
        Some(version) => questionnaire::responses(&version.content, &written.questions, facts.passport),
        None => questionnaire::responses(&Questionnaire::default(), &written.questions, facts.passport),
    };
    let asked =
        facts.questionnaire.into_iter().flat_map(|version| questionnaire::questions(&version.content));
    let asked = asked.filter(|question| {
        let answered = responses.iter().any(|response| response.question_id == question.id);
        let field = format!("questions.{}", question.id);
        answered || questions.iter().any(|fault| fault.field == field)
    });
    let own: Vec<_> = questionnaire::evidence_of(asked).collect();
    let wanted = terms.evidence.iter().map(|wanted| (wanted, false));
    let wanted: Vec<_> = wanted.chain(own.iter().map(|(wanted, expires)| (wanted, *expires))).collect();
    let evidence = evidence_faults(&wanted, &written.evidence, facts.documents, today);
    found.extend(evidence.into_iter().map(|fault| (Code::EvidenceMissing, fault)));
    let answers = answer_faults(standing_criteria(facts.category), &written.answers);
    found.extend(answers.into_iter().chain(questions).map(|fault| (Code::AnswerMissing, fault)));
    (responses, found)
}

fn declaration_faults(terms: &market::MarketTerms, given: &[String]) -> Vec<(Code, Fault)> {
    let missing = terms.declarations.iter().filter(|wanted| !given.contains(&wanted.id)).map(|wanted| {
        let detail = format!("Declare this, or say why you cannot: {}", wanted.words);
        (Code::DeclarationMissing, Fault { field: format!("declarations.{}", wanted.id), detail })
    });
    let unknown = given.iter().filter(|id| !terms.declarations.iter().any(|wanted| wanted.id == **id));
    let unknown = unknown.map(|id| {
        let detail = format!("“{id}” is not a declaration that this market asks for.");
        (Code::InvalidField, Fault { field: "declarations".to_owned(), detail })
    });
    missing.chain(unknown).collect()
}

/// `wanted` says of each piece whether its last day must be given.
fn evidence_faults(
    wanted: &[(&Wanted, bool)],
    given: &[Evidence],
    documents: &[DocumentId],
    today: Day,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (wanted, expires) in wanted {
        let own: Vec<_> = given.iter().filter(|e| e.id == wanted.id).collect();
        let field = |name: &str| format!("{REQUEST_EVIDENCE}.{}.{name}", wanted.id);
        let [evidence] = own.as_slice() else {
            faults.push(Fault {
                field: format!("{REQUEST_EVIDENCE}.{}", wanted.id),
                detail: format!("Give this evidence, once: {}", wanted.words),
            });
            continue;
        };
        if *expires && evidence.expires_on.is_none() {
            let detail = format!("Enter the day on which this ends: {}", wanted.words);
            faults.push(Fault { field: field("expires_on"), detail });
        }
        faults.extend(proof::check(evidence, documents, field, today));
    }
    for evidence in given {
        if !wanted.iter().any(|(wanted, _)| wanted.id == evidence.id) {
            faults.push(Fault {
                field: REQUEST_EVIDENCE.to_owned(),
                detail: format!("“{}” is not evidence that this market asks for.", evidence.id),
            });
        }
    }
    faults
}

/// An answer to every criterion of these that is asked, once, and to none that is not.
///
/// # Errors
/// `answer_missing`, with a fault for each.
pub fn check_answers<'a>(
    asked: impl IntoIterator<Item = &'a Criterion> + Clone,
    answers: &[Answer],
) -> Result<(), Refusal> {
    Refusal::of_all(Code::AnswerMissing, answer_faults(asked, answers))
}

fn answer_faults<'a>(
    asked: impl IntoIterator<Item = &'a Criterion> + Clone,
    answers: &[Answer],
) -> Vec<Fault> {
    let mut faults = Vec::new();
    for criterion in asked.clone() {
        let given: Vec<_> = answers.iter().filter(|a| a.criterion_id == criterion.id).collect();
        let field = format!("answers.{}", criterion.id);
        match given.as_slice() {
            [answer] if answer.answer.trim().is_empty() => {
                faults.push(Fault { field, detail: format!("Answer “{}”.", criterion.name) });
            }
            [answer] if answer.answer.chars().count() > WORDS_MAX => faults.push(Fault {
                field,
                detail: format!("The answer to “{}” is longer than {WORDS_MAX} characters.", criterion.name),
            }),
            [_] => {}
            _ => faults.push(Fault { field, detail: format!("Answer “{}” once.", criterion.name) }),
        }
    }
    for answer in answers {
        if !asked.clone().into_iter().any(|c| c.id == answer.criterion_id) {
            faults.push(Fault {
                field: "answers".to_owned(),
                detail: format!("“{}” is not a question that is asked here.", answer.criterion_id),
            });
        }
    }
    faults
}

/// The criteria that are answered and marked once, when a provider joins.
pub fn standing_criteria(category: &category::Model) -> impl Iterator<Item = &Criterion> + Clone {
    category.terms.criteria.iter().filter(|criterion| criterion.standing)
}

/// Whether a request waits for a decision.
pub const fn awaits_decision(standing: Standing) -> bool {
    matches!(standing, Standing::Applied | Standing::Clarification)
}

/// What letters about an enrolment say.
#[derive(Serialize)]
pub struct EnrolmentContext {
    pub market: String,
    pub category: String,
    pub provider: String,
    /// Path on the site.
    pub path: String,
}

/// An enrolment with those who are told of what happens to it.
pub struct Facts {
    pub enrolment: enrolment::Model,
    pub market: market::Model,
    pub category: category::Model,
    pub provider_name: String,
    /// The provider's people.
    pub people: Vec<AccountId>,
    /// Every piece of evidence, in the order in which they were given.
    pub evidence: Vec<evidence::Model>,
    /// The documents that were shown with it.
    pub documents: Vec<document::Model>,
    /// What second readers made of this request, and of those before it.
    pub readings: Vec<reading::Model>,
    /// What is known of its answers to the market's questionnaire.
    pub answered: Answered,
}

impl Facts {
    /// What every letter about it says.
    pub fn context(&self) -> EnrolmentContext {
        EnrolmentContext {
            market: self.market.name.clone(),
            category: self.category.name.clone(),
            provider: self.provider_name.clone(),
            path: format!("/enrolments/{}", self.enrolment.id),
        }
    }

    /// The evidence that the market wants of this provider: what it wants of everybody, and what comes with the answers.
    pub fn wanted(&self) -> Vec<Wanted> {
        let asked = questionnaire::answered(self).into_iter().map(|(question, _)| question);
        let own = questionnaire::evidence_of(asked).map(|(wanted, _)| wanted);
        self.market.terms.evidence.iter().cloned().chain(own).collect()
    }

    fn tell(&self, change: Change, kind: LetterKind) -> Change {
        change.tell(kind, &self.people, &self.context())
    }

    fn decided(&self, standing: Standing, reasons: String, now: Instant) -> enrolment::Model {
        enrolment::Model { standing, decided_at: Some(now), reasons: Some(reasons), ..self.enrolment.clone() }
    }
}

/// A procurement officer asks for clarification. The clock does not stop.
///
/// # Errors
/// The standing does not allow it; the question is empty or too long.
pub fn ask(facts: &Facts, question: String, now: Instant) -> Result<Change, Refusal> {
    allow(facts.enrolment.standing, Verb::Ask)?;
    check_words("question", &question)?;
    let mut enrolment = facts.enrolment.clone();
    if enrolment.clarifications.0.len() >= CLARIFICATIONS_MAX {
        return Err(Refusal::new(
            Code::StandingForbids,
            format!("{CLARIFICATIONS_MAX} clarifications have been asked: decide on what you have."),
        ));
    }
    enrolment.standing = Standing::Clarification;
    enrolment.clarifications.0.push(Clarification {
        question: question.clone(),
        asked_at: now,
        answer: None,
        answered_at: None,
    });
    let change = Change::new(enrolment.id, Event::ClarificationAsked { question }).update(enrolment);
    Ok(facts.tell(change, LetterKind::ClarificationAsked))
}

/// The provider answers. One that was admitted stays so.
///
/// # Errors
/// No clarification is waiting; the answer is empty or too long.
pub fn answer(facts: &Facts, answer: String, now: Instant) -> Result<Change, Refusal> {
    if !passport::awaits_answer(&facts.enrolment) {
        allow(facts.enrolment.standing, Verb::Answer)?;
    }
    check_words("answer", &answer)?;
    let mut enrolment = facts.enrolment.clone();
    if enrolment.standing == Standing::Clarification {
        enrolment.standing = Standing::Applied;
    }
    if let Some(last) = enrolment.clarifications.0.last_mut() {
        last.answer = Some(answer);
        last.answered_at = Some(now);
    }
    Ok(Change::new(enrolment.id, Event::ClarificationAnswered).update(enrolment))
}

/// Fifteen working days in place of ten, with a recorded reason (PCR 2015 reg 34(17)).
///
/// # Errors
/// It was extended before; no reason is given.
pub fn extend(facts: &Facts, reason: String) -> Result<Change, Refusal> {
    allow(facts.enrolment.standing, Verb::Extend)?;
    check_words("reason", &reason)?;
    if facts.enrolment.extension_reason.is_some() {
        return Err(Refusal::new(
            Code::StandingForbids,
            "The time to decide has been extended once already (PCR 2015 reg 34(17)).",
        ));
    }
    let mut enrolment = facts.enrolment.clone();
    let received = enrolment.received_at.london_day();
    let days = facts.market.terms.decide_within_working_days_extended;
    enrolment.decide_by = decide_by(received, days)?;
    enrolment.extension_reason = Some(reason.clone());
    let event = Event::EnrolmentExtended { reason, decide_by: enrolment.decide_by };
    Ok(Change::new(enrolment.id, event).update(enrolment))
}

/// Into the category: from now on it sees and may bid for what is live.
///
/// # Errors
/// The standing does not allow it; no reasons are given; no second person has read it, where the market wants one; a
/// standing mark is missing; an answer does not meet the market's conditions, or its marks do not suffice; evidence was
/// refused, or has expired.
pub fn admit(facts: &Facts, by: AccountId, reasons: String, now: Instant) -> Result<Change, Refusal> {
    allow(facts.enrolment.standing, Verb::Admit)?;
    check_words("reasons", &reasons)?;
    check_read(facts, by)?;
    for criterion in standing_criteria(&facts.category) {
        if !facts.enrolment.standing_marks.0.iter().any(|m| m.criterion_id == criterion.id) {
            return Err(Refusal::new(
                Code::StandingMarkMissing,
                format!(
                    "Give the standing mark for “{}” first: it counts at each opportunity.",
                    criterion.name
                ),
            ));
        }
    }
    questionnaire::check_admissible(facts)?;
    let enrolment = facts.decided(Standing::Admitted, reasons.clone(), now);
    let event = Event::EnrolmentAdmitted { reasons: reasons.clone() };
    let change = Change::new(enrolment.id, event).update(enrolment);
    let change = proof::with_admission(change, facts, &reasons, now)?;
    Ok(facts.tell(change, LetterKind::EnrolmentAdmitted))
}

/// Not admitted, with reasons.
///
/// # Errors
/// The standing does not allow it; no reasons are given; no second person has read it, where the market wants one.
pub fn refuse(facts: &Facts, by: AccountId, reasons: String, now: Instant) -> Result<Change, Refusal> {
    allow(facts.enrolment.standing, Verb::Refuse)?;
    check_words("reasons", &reasons)?;
    check_read(facts, by)?;
    let enrolment = facts.decided(Standing::Refused, reasons.clone(), now);
    let change = Change::new(enrolment.id, Event::EnrolmentRefused { reasons }).update(enrolment);
    Ok(facts.tell(change, LetterKind::EnrolmentRefused))
}

/// A procurement officer marks a standing answer, or changes its mark, with a reason. It counts at each
/// opportunity whose prices open from now on.
///
/// # Errors
/// The standing does not allow it; no such standing criterion; a mark that cannot be; no reason.
pub fn give_standing_mark(
    facts: &Facts,
    by: AccountId,
    criterion_id: &str,
    mark: Mark,
    reason: String,
    now: Instant,
) -> Result<Option<Change>, Refusal> {
    allow(facts.enrolment.standing, Verb::Mark)?;
    let Some(criterion) = standing_criteria(&facts.category).find(|c| c.id == criterion_id) else {
        return Err(Refusal::new(
            Code::MarkInvalid,
            format!("“{criterion_id}” is not a criterion of this category that has a standing mark."),
        )
        .at("criterion_id"));
    };
    check_mark(criterion, mark)?;
    check_words("reason", &reason)?;
    let mut enrolment = facts.enrolment.clone();
    let marks = &mut enrolment.standing_marks.0;
    let before = marks.iter().find(|m| m.criterion_id == criterion.id).cloned();
    if before.as_ref().is_some_and(|b| b.mark == mark && b.reason == reason) {
        return Ok(None);
    }
    marks.retain(|m| m.criterion_id != criterion.id);
    marks.push(StandingMark {
        criterion_id: criterion.id.clone(),
        mark,
        reason: reason.clone(),
        by,
        at: now,
    });
    let event = Event::StandingMarkGiven {
        criterion_id: criterion.id.clone(),
        criterion: criterion.name.clone(),
        mark,
        reason,
        before: before.map(|b| b.mark),
    };
    Ok(Some(Change::new(enrolment.id, event).update(enrolment)))
}
