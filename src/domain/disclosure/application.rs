//! A request to join that is still being written is its provider's, and nobody else's.

use super::{document::Document, market::category, passport::may_write};
use crate::domain::{
    actor::{Actor, Office},
    application::{Asking, Section, SectionState, Written, is_about, state, wrong},
    enrolment::Applying,
    questionnaire::newest,
};
use entity::{
    application, application_answer, application_answer::DraftEvidence, authority, category::Criterion,
    document, questionnaire::AskedQuestion, vocabulary::*,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What one field of a request asks for.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FieldAsks {
    Declaration { words: String },
    Evidence { words: String, expires: bool },
    Criterion { criterion: Criterion },
    Question { question: AskedQuestion },
}

/// What is wrong with a request as it stands, by field.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FieldFault {
    pub field: String,
    pub detail: String,
}

/// Evidence that the provider gave for another category: it is sent where nothing is written here.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct GivenElsewhere {
    pub market_name: String,
    pub reference: String,
    /// The last day on which it holds.
    pub expires_on: Option<Day>,
    pub document: Option<Document>,
}

/// One field of a request, with what is written in it.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ApplicationField {
    /// Such as `questions.staff`, `declarations.terms`, `evidence.cqc` or `answers.culture`.
    pub field: String,
    pub asks: FieldAsks,
    /// Whether it is asked, as the answers stand. What is not is kept, and is not sent.
    pub applies: bool,
    pub answer: String,
    pub evidence: Option<DraftEvidence>,
    /// The document named in the evidence.
    pub document: Option<Document>,
    /// 0 where nothing was written yet.
    pub revision: i32,
    /// One's colleague, or oneself.
    pub answered_by: Option<String>,
    pub answered_at: Option<Instant>,
    /// What the passport says, which is sent where nothing is written here.
    pub passport: Option<String>,
    pub elsewhere: Option<GivenElsewhere>,
    /// What is wrong with it as it stands.
    pub wrong: Vec<FieldFault>,
}

/// A page of a request.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ApplicationSection {
    pub id: String,
    pub title: String,
    pub guidance: Option<String>,
    pub state: SectionState,
    pub fields: Vec<ApplicationField>,
}

/// A request to join as its provider's people write it.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ApplicationPage {
    pub market_id: MarketId,
    pub market_name: String,
    pub authority_name: String,
    pub authority_colour: String,
    pub category_id: CategoryId,
    pub category_name: String,
    pub needs: String,
    pub decide_within_working_days: u32,
    pub decide_within_working_days_extended: u32,
    /// The version of the questionnaire that it answers.
    pub version: Option<i32>,
    pub begun_at: Option<Instant>,
    /// The enrolment, if the provider has asked to join before.
    pub enrolment_id: Option<EnrolmentId>,
    /// Why nothing can be sent now, whatever is written.
    pub closed: Option<String>,
    pub sections: Vec<ApplicationSection>,
    pub may_write: bool,
    /// Whether the viewer may send it: an administrator of the provider.
    pub may_send: bool,
}

/// A request that was begun and not sent, in a list.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ApplicationCard {
    pub market_id: MarketId,
    pub market_name: String,
    pub category_id: CategoryId,
    pub category_name: String,
    pub begun_at: Instant,
}

/// One answer, as it is saved now.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AnswerSaved {
    pub field: String,
    pub revision: i32,
    pub at: Instant,
}

/// What a page of a request is made of besides the facts on which it is judged.
pub struct Known<'a> {
    pub authority: &'a authority::Model,
    pub application: Option<&'a application::Model>,
    pub answers: &'a [application_answer::Model],
    pub names: &'a HashMap<AccountId, String>,
    pub documents: &'a [document::Model],
    /// Of the categories for which evidence was given.
    pub markets: HashMap<CategoryId, String>,
    pub closed: Option<String>,
}

pub fn saved(row: &application_answer::Model) -> AnswerSaved {
    AnswerSaved { field: row.field.clone(), revision: row.revision, at: row.answered_at }
}

pub fn page(
    facts: &Applying<'_>,
    written: &Written,
    sections: &[Section<'_>],
    known: &Known<'_>,
    to: &Actor,
    today: Day,
) -> ApplicationPage {
    let wrong = wrong(facts, written, today);
    let begun = known.application.filter(|one| one.sent_at.is_none());
    let shown = sections.iter().map(|section| ApplicationSection {
        id: section.id.to_owned(),
        title: section.title.to_owned(),
        guidance: section.guidance.map(str::to_owned),
        state: state(section, known.answers, &wrong),
        fields: section
            .fields
            .iter()
            .map(|one| {
                let row = known.answers.iter().find(|row| row.field == one.field);
                let evidence = row.and_then(|row| row.evidence.clone());
                let document_id = evidence.as_ref().and_then(|given| given.document_id);
                let faults = wrong.iter().filter(|(_, fault)| is_about(fault, &one.field));
                ApplicationField {
                    field: one.field.clone(),
                    asks: asks(&one.asking),
                    applies: one.applies,
                    answer: row.map(|row| row.answer.clone()).unwrap_or_default(),
                    document: known
                        .documents
                        .iter()
                        .find(|document| Some(document.id) == document_id)
                        .map(super::document::document),
                    evidence,
                    revision: row.map_or(0, |row| row.revision),
                    answered_by: row.and_then(|row| known.names.get(&row.answered_by).cloned()),
                    answered_at: row.map(|row| row.answered_at),
                    passport: match one.asking {
                        Asking::Question(question) => question
                            .passport
                            .and_then(|topic| newest(facts.passport, topic))
                            .map(|row| row.answer.clone()),
                        Asking::Declaration { .. } | Asking::Evidence { .. } | Asking::Criterion(_) => None,
                    },
                    elsewhere: match one.asking {
                        Asking::Evidence { id, .. } => elsewhere(facts, id, known),
                        Asking::Declaration { .. } | Asking::Question(_) | Asking::Criterion(_) => None,
                    },
                    wrong: faults
                        .map(|(_, fault)| FieldFault {
                            field: fault.field.clone(),
                            detail: fault.detail.clone(),
                        })
                        .collect(),
                }
            })
            .collect(),
    });
    ApplicationPage {
        market_id: facts.market.id,
        market_name: facts.market.name.clone(),
        authority_name: known.authority.name.clone(),
        authority_colour: known.authority.colour.clone(),
        category_id: facts.category.id,
        category_name: facts.category.name.clone(),
        needs: category(facts.category).terms.needs,
        decide_within_working_days: facts.market.terms.decide_within_working_days,
        decide_within_working_days_extended: facts.market.terms.decide_within_working_days_extended,
        version: facts.questionnaire.map(|version| version.version),
        begun_at: begun.map(|one| one.begun_at),
        enrolment_id: facts.before.map(|before| before.id),
        closed: known.closed.clone(),
        sections: shown.collect(),
        may_write: may_write(to),
        may_send: matches!(to.office, Office::Provider { role: ProviderRole::Administrator, .. }),
    }
}

fn elsewhere(facts: &Applying<'_>, id: &str, known: &Known<'_>) -> Option<GivenElsewhere> {
    let (piece, category) = facts.given_elsewhere(id)?;
    let document = known.documents.iter().find(|document| Some(document.id) == piece.document_id);
    Some(GivenElsewhere {
        market_name: known.markets.get(category).cloned().unwrap_or_default(),
        reference: piece.reference.clone(),
        expires_on: piece.expires_on,
        document: document.map(super::document::document),
    })
}

fn asks(asking: &Asking<'_>) -> FieldAsks {
    match asking {
        Asking::Declaration { words, .. } => FieldAsks::Declaration { words: (*words).to_owned() },
        Asking::Evidence { words, expires, .. } => {
            FieldAsks::Evidence { words: (*words).to_owned(), expires: *expires }
        }
        Asking::Criterion(criterion) => FieldAsks::Criterion { criterion: (*criterion).clone() },
        Asking::Question(question) => FieldAsks::Question { question: (*question).clone() },
    }
}
