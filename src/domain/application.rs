//! A request to join while it is still being written, by several people over days: what can be written, whose writing
//! is not lost, and how far each section has come. What is sent is judged by the rules of joining, and by no others.

use super::{
    enrolment::{Applying, REQUEST_EVIDENCE, WORDS_MAX, faults, standing_criteria},
    evidence::REFERENCE_MAX,
    questionnaire::{self, ANSWER_MAX, Given, YES},
    refusal::{Code, Fault, Refusal},
};
use entity::{
    application, application_answer,
    application_answer::DraftEvidence,
    enrolment::Evidence,
    offer::Answer,
    questionnaire::{AskedQuestion, Questionnaire},
    vocabulary::*,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What somebody writes of a request to join.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDraftAnswer {
    /// Such as `questions.staff`, `declarations.terms`, `evidence.cqc` or `answers.culture`.
    pub field: String,
    /// The revision that its writer saw; 0 where nothing was written yet.
    pub revision: i32,
    /// Of a declaration: `yes`, or nothing.
    #[serde(default)]
    pub answer: String,
    /// Of a piece of evidence.
    #[serde(default)]
    pub evidence: Option<DraftEvidence>,
}

/// Everything that a request to join consists of, whoever wrote it and however it comes in.
#[derive(Clone, Debug, Default)]
pub struct Written {
    pub declarations: Vec<String>,
    pub evidence: Vec<Evidence>,
    pub answers: Vec<Answer>,
    pub questions: Vec<Given>,
}

/// How far a section has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SectionState {
    NotStarted,
    InProgress,
    Completed,
}

/// One thing that a request asks for.
#[derive(Clone, Debug)]
pub enum Asking<'a> {
    Declaration { id: &'a str, words: &'a str },
    Evidence { id: &'a str, words: &'a str, expires: bool },
    Criterion(&'a entity::category::Criterion),
    Question(&'a AskedQuestion),
}

/// A thing that a request asks for, at its place.
#[derive(Clone, Debug)]
pub struct Field<'a> {
    pub field: String,
    pub asking: Asking<'a>,
    /// Whether it is asked, as the answers stand.
    pub applies: bool,
}

/// A page of the request.
#[derive(Clone, Debug)]
pub struct Section<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub guidance: Option<&'a str>,
    pub fields: Vec<Field<'a>>,
}

/// The kinds of fields, as the part before the point.
const QUESTIONS: &str = "questions";
const DECLARATIONS: &str = "declarations";
const ANSWERS: &str = "answers";

fn field(kind: &str, id: &str) -> String {
    format!("{kind}.{id}")
}

/// What a request asks for, section by section: the market's declarations, the sections of its questionnaire, the
/// evidence that no question wants, and what is answered once for every opportunity.
pub fn sections<'a>(facts: &'a Applying<'a>, written: &Written) -> Vec<Section<'a>> {
    let terms = &facts.market.terms;
    let nothing = &NOTHING;
    let questionnaire = facts.questionnaire.map_or(nothing, |version| &version.content);
    let answers: HashMap<&str, &str> =
        written.questions.iter().map(|one| (one.question_id.as_str(), one.answer.as_str())).collect();
    let asked = questionnaire::asked(questionnaire, &answers);
    let wanted = |id: &str| terms.evidence.iter().find(|one| one.id == id);
    let mut sections = Vec::new();
    if !terms.declarations.is_empty() {
        let fields = terms.declarations.iter().map(|one| Field {
            field: field(DECLARATIONS, &one.id),
            asking: Asking::Declaration { id: &one.id, words: &one.words },
            applies: true,
        });
        sections.push(Section {
            id: DECLARATIONS,
            title: "Declarations",
            guidance: Some("Tick each one that is true of your organisation."),
            fields: fields.collect(),
        });
    }
    let mut with_questions = Vec::new();
    for section in &questionnaire.sections {
        let mut fields = Vec::new();
        for question in &section.questions {
            let applies = asked.iter().any(|one| one.id == question.id);
            fields.push(Field {
                field: field(QUESTIONS, &question.id),
                asking: Asking::Question(question),
                applies,
            });
            let Some(evidence) = &question.evidence else { continue };
            // What the market asks for in any case is asked for once, whether or not the question is.
            let (words, applies) = match (&evidence.words, wanted(&evidence.id)) {
                (Some(own), _) => (own, applies),
                (None, Some(wanted)) if !with_questions.contains(&evidence.id.as_str()) => {
                    with_questions.push(&evidence.id);
                    (&wanted.words, true)
                }
                (None, _) => continue,
            };
            fields.push(Field {
                field: field(REQUEST_EVIDENCE, &evidence.id),
                asking: Asking::Evidence { id: &evidence.id, words, expires: evidence.expires },
                applies,
            });
        }
        let (title, guidance) = (section.title.as_str(), section.guidance.as_deref());
        sections.push(Section { id: &section.id, title, guidance, fields });
    }
    let rest = terms.evidence.iter().filter(|one| !with_questions.contains(&one.id.as_str()));
    let evidence: Vec<_> = rest
        .map(|one| Field {
            field: field(REQUEST_EVIDENCE, &one.id),
            asking: Asking::Evidence { id: &one.id, words: &one.words, expires: false },
            applies: true,
        })
        .collect();
    if !evidence.is_empty() {
        sections.push(Section { id: REQUEST_EVIDENCE, title: "Evidence", guidance: None, fields: evidence });
    }
    let standing: Vec<_> = standing_criteria(facts.category)
        .map(|criterion| Field {
            field: field(ANSWERS, &criterion.id),
            asking: Asking::Criterion(criterion),
            applies: true,
        })
        .collect();
    if !standing.is_empty() {
        sections.push(Section {
            id: ANSWERS,
            title: "Answered once, for every opportunity",
            guidance: Some(
                "The council gives each answer a mark before it admits you, and that mark counts at every opportunity.",
            ),
            fields: standing,
        });
    }
    sections
}

static NOTHING: Questionnaire = Questionnaire { pass_share: None, sections: Vec::new() };

/// What a draft comes to as a request. What is not asked any more stays in the draft and is not sent.
pub fn written(facts: &Applying<'_>, answers: &[application_answer::Model]) -> Written {
    let mut written = Written::default();
    let filled = |row: &&application_answer::Model| !row.answer.trim().is_empty();
    for row in answers {
        let Some((kind, id)) = row.field.split_once('.') else { continue };
        let known = facts.questionnaire.is_some_and(|one| questionnaire::find(&one.content, id).is_some());
        if kind == QUESTIONS && known && filled(&row) {
            written.questions.push(Given {
                question_id: id.to_owned(),
                answer: row.answer.clone(),
                by: Some(row.answered_by),
                at: row.answered_at,
            });
        }
    }
    for section in sections(facts, &written.clone()) {
        for asked in section.fields.iter().filter(|one| one.applies) {
            let row = answers.iter().find(|row| row.field == asked.field);
            if let Asking::Evidence { id, .. } = asked.asking {
                written.evidence.extend(evidence(facts, id, row));
                continue;
            }
            let Some(row) = row else { continue };
            match asked.asking {
                Asking::Declaration { id, .. } if row.answer == YES => {
                    written.declarations.push(id.to_owned())
                }
                Asking::Criterion(criterion) if filled(&row) => {
                    let answer = row.answer.trim().to_owned();
                    written.answers.push(Answer { criterion_id: criterion.id.clone(), answer });
                }
                Asking::Declaration { .. }
                | Asking::Evidence { .. }
                | Asking::Criterion(_)
                | Asking::Question(_) => {}
            }
        }
    }
    written
}

/// A piece of evidence as it is written, or as it was given for another category.
fn evidence(facts: &Applying<'_>, id: &str, row: Option<&application_answer::Model>) -> Option<Evidence> {
    let own = row.and_then(|row| row.evidence.clone()).filter(|given| *given != DraftEvidence::default());
    if let Some(DraftEvidence { reference, expires_on, document_id }) = own {
        return Some(Evidence { id: id.to_owned(), reference, expires_on, document_id });
    }
    let (piece, _) = facts.given_elsewhere(id)?;
    Some(Evidence {
        id: id.to_owned(),
        reference: piece.reference.clone(),
        expires_on: piece.expires_on,
        document_id: piece.document_id,
    })
}

/// Whether a fault is about a field, or about a part of it.
pub fn is_about(fault: &Fault, field: &str) -> bool {
    fault.field.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// How far a section has come, given everything that is wrong with the request as it stands.
pub fn state(
    section: &Section<'_>,
    answers: &[application_answer::Model],
    wrong: &[(Code, Fault)],
) -> SectionState {
    let mut asked = section.fields.iter().filter(|field| field.applies);
    if !asked.clone().any(|one| wrong.iter().any(|(_, fault)| is_about(fault, &one.field))) {
        return SectionState::Completed;
    }
    let begun = |row: &application_answer::Model| {
        !row.answer.trim().is_empty()
            || row.evidence.as_ref().is_some_and(|given| *given != DraftEvidence::default())
    };
    let any = asked.any(|one| answers.iter().any(|row| row.field == one.field && begun(row)));
    if any { SectionState::InProgress } else { SectionState::NotStarted }
}

/// Everything that stands in the way of sending a draft.
pub fn wrong(facts: &Applying<'_>, written: &Written, today: Day) -> Vec<(Code, Fault)> {
    faults(facts, written, today).1
}

/// Somebody writes one answer of a request. It is refused where a colleague has written it since it was read: nothing
/// is lost, because both are shown then.
///
/// # Errors
/// No such field is asked for; it is too long; somebody wrote it meanwhile.
pub fn save(
    facts: &Applying<'_>,
    new: NewDraftAnswer,
    before: Option<&application_answer::Model>,
    by: AccountId,
    now: Instant,
) -> Result<application_answer::Model, Refusal> {
    let sections = sections(facts, &Written::default());
    let found = sections.iter().flat_map(|section| &section.fields).find(|one| one.field == new.field);
    let Some(found) = found else {
        return Err(Refusal::new(
            Code::InvalidField,
            format!("“{}” is not asked for here. Load the page again.", new.field),
        )
        .at("field"));
    };
    let is_evidence = matches!(found.asking, Asking::Evidence { .. });
    let most = match found.asking {
        Asking::Criterion(_) => WORDS_MAX,
        Asking::Declaration { .. } | Asking::Evidence { .. } | Asking::Question(_) => ANSWER_MAX,
    };
    let length = new.answer.chars().count();
    if length > most {
        return Err(Refusal::new(
            Code::InvalidField,
            format!("This has {length} characters; {most} are kept at most. Shorten it."),
        )
        .at("answer"));
    }
    if new.evidence.is_some() != is_evidence || (is_evidence && !new.answer.is_empty()) {
        return Err(Refusal::new(
            Code::InvalidField,
            "Evidence is a reference, a last day and a document; everything else is an answer.",
        )
        .at(if is_evidence { "evidence" } else { "answer" }));
    }
    if new.evidence.as_ref().is_some_and(|given| given.reference.chars().count() > REFERENCE_MAX) {
        return Err(Refusal::new(
            Code::InvalidField,
            format!("A reference has at most {REFERENCE_MAX} characters."),
        )
        .at("evidence.reference"));
    }
    let named = new.evidence.as_ref().and_then(|given| given.document_id);
    if named.is_some_and(|id| !facts.documents.contains(&id)) {
        let words = "This document is not one that you keep here: upload it again.";
        return Err(Refusal::new(Code::InvalidField, words).at("evidence.document_id"));
    }
    let newest = before.map_or(0, |before| before.revision);
    if new.revision != newest {
        return Err(Refusal::new(
            Code::RevisionStale,
            "A colleague, or you in another window, wrote this answer meanwhile: look at both, and choose.",
        )
        .at("revision"));
    }
    Ok(application_answer::Model {
        provider_id: facts.provider_id,
        category_id: facts.category.id,
        field: new.field,
        answer: new.answer,
        evidence: new.evidence,
        revision: newest + 1,
        answered_by: by,
        answered_at: now,
    })
}

/// A request is begun, with the questionnaire as it is now; or begun again, where the last one was sent.
pub fn begin(facts: &Applying<'_>, by: AccountId, now: Instant) -> application::Model {
    application::Model {
        provider_id: facts.provider_id,
        category_id: facts.category.id,
        questionnaire_id: facts.questionnaire.map(|version| version.id),
        begun_by: by,
        begun_at: now,
        sent_at: None,
    }
}
