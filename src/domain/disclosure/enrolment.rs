//! An enrolment is seen by its provider and by the officers of the market's authority.

use super::{
    document::{self, Document},
    questionnaire::{AnsweredQuestionnaire, answered},
};
use crate::domain::{
    actor::{Actor, Office},
    enrolment::{Facts, awaits_decision, standing_criteria},
    evidence::{self as proof, EvidenceCondition},
    passport::awaits_answer,
    standing::{Verb, may},
};
use entity::{category::Criterion, enrolment, enrolment::Clarification, evidence, vocabulary::*};
use serde::{Deserialize, Serialize};

/// An enrolment in a list.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EnrolmentCard {
    pub id: EnrolmentId,
    pub market_id: MarketId,
    pub market_name: String,
    pub category_id: CategoryId,
    pub category_name: String,
    pub provider_id: ProviderId,
    pub provider_name: String,
    pub standing: Standing,
    pub received_at: Instant,
    /// The end, in London, of the last day on which it may be decided.
    pub decide_by: Instant,
    pub decide_by_day: Day,
    /// Ten, or fifteen once extended with a reason.
    pub working_days: u32,
    pub overdue: bool,
    pub decided_at: Option<Instant>,
    /// For officers: to whom it was given; nothing where it is for any procurement officer to see to.
    pub owner: Option<String>,
}

/// A declaration affirmed, in the market's words.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Declared {
    pub id: String,
    pub words: String,
}

/// A piece of evidence that was given.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EvidencePiece {
    pub id: EvidenceId,
    pub reference: String,
    /// The last day on which it holds.
    pub expires_on: Option<Day>,
    /// The certificate itself, if the provider showed it.
    pub document: Option<Document>,
    pub given_at: Instant,
    pub state: EvidenceState,
    /// Why it was accepted or refused.
    pub reasons: Option<String>,
    pub decided_at: Option<Instant>,
}

/// Evidence that the market asks for, and what was given of it.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EvidenceAsked {
    /// Which of the evidence the market asks for.
    pub id: String,
    pub words: String,
    pub condition: EvidenceCondition,
    /// The piece that counts.
    pub counts: Option<EvidencePiece>,
    /// A newer piece than the one that counts: it waits, or it was refused.
    pub newer: Option<EvidencePiece>,
}

/// A standing mark, with its reason.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct StandingMarkView {
    pub mark: Mark,
    pub reason: String,
    pub at: Instant,
}

/// A criterion that is answered and marked once, with the answer and its mark.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct StandingAnswer {
    pub criterion: Criterion,
    pub answer: Option<String>,
    /// The provider sees it once its request was decided.
    pub mark: Option<StandingMarkView>,
}

/// An enrolment, whole.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Enrolment {
    pub id: EnrolmentId,
    pub market_id: MarketId,
    pub market_name: String,
    pub category_id: CategoryId,
    pub category_name: String,
    pub provider_id: ProviderId,
    pub provider_name: String,
    pub standing: Standing,
    pub received_at: Instant,
    pub decide_by: Instant,
    pub decide_by_day: Day,
    pub working_days: u32,
    pub overdue: bool,
    pub decided_at: Option<Instant>,
    pub declarations: Vec<Declared>,
    pub evidence: Vec<EvidenceAsked>,
    /// Whether the viewer may give evidence anew.
    pub may_give_evidence: bool,
    /// Whether the viewer may accept and refuse evidence.
    pub may_decide_evidence: bool,
    pub clarification: Vec<Clarification>,
    pub extension_reason: Option<String>,
    pub reasons: Option<String>,
    /// What is answered and marked once, for every opportunity.
    pub standing_answers: Vec<StandingAnswer>,
    /// Its answers to the market's questionnaire, in the version that it was given.
    pub questionnaire: Option<AnsweredQuestionnaire>,
    /// What the viewer may do now.
    pub can: Vec<Verb>,
}

/// Whether this person may see it.
pub fn visible(facts: &Facts, to: &Actor) -> bool {
    match to.office {
        Office::Officer { authority_id, .. } => authority_id == facts.market.authority_id,
        Office::Provider { provider_id, .. } => provider_id == facts.enrolment.provider_id,
    }
}

/// What a card is made of besides the row.
pub struct CardNames {
    pub market_id: MarketId,
    pub market_name: String,
    pub category_name: String,
    pub provider_name: String,
    pub working_days: u32,
    pub owner: Option<String>,
}

pub fn card(enrolment: &enrolment::Model, names: CardNames, now: Instant) -> EnrolmentCard {
    let decide_by = enrolment.decide_by.end_in_london();
    EnrolmentCard {
        id: enrolment.id,
        market_id: names.market_id,
        market_name: names.market_name,
        category_id: enrolment.category_id,
        category_name: names.category_name,
        provider_id: enrolment.provider_id,
        provider_name: names.provider_name,
        standing: enrolment.standing,
        received_at: enrolment.received_at,
        decide_by,
        decide_by_day: enrolment.decide_by,
        working_days: names.working_days,
        overdue: awaits_decision(enrolment.standing) && now >= decide_by,
        decided_at: enrolment.decided_at,
        owner: names.owner,
    }
}

/// How many working days there are to decide.
pub fn working_days(enrolment: &enrolment::Model, market: &entity::market::Model) -> u32 {
    match enrolment.extension_reason {
        Some(_) => market.terms.decide_within_working_days_extended,
        None => market.terms.decide_within_working_days,
    }
}

pub fn whole(facts: &Facts, to: &Actor, now: Instant) -> Enrolment {
    let enrolment = &facts.enrolment;
    let terms = &facts.market.terms;
    let words = |wanted: &[entity::market::Wanted], id: &str| {
        wanted.iter().find(|w| w.id == id).map(|w| w.words.clone()).unwrap_or_default()
    };
    let decide_by = enrolment.decide_by.end_in_london();
    Enrolment {
        id: enrolment.id,
        market_id: facts.market.id,
        market_name: facts.market.name.clone(),
        category_id: facts.category.id,
        category_name: facts.category.name.clone(),
        provider_id: enrolment.provider_id,
        provider_name: facts.provider_name.clone(),
        standing: enrolment.standing,
        received_at: enrolment.received_at,
        decide_by,
        decide_by_day: enrolment.decide_by,
        working_days: working_days(enrolment, &facts.market),
        overdue: awaits_decision(enrolment.standing) && now >= decide_by,
        decided_at: enrolment.decided_at,
        declarations: enrolment
            .request
            .declarations
            .iter()
            .map(|id| Declared { id: id.clone(), words: words(&terms.declarations, id) })
            .collect(),
        evidence: evidence_asked(facts, now),
        may_give_evidence: match &to.office {
            Office::Provider { role, .. } => {
                *role == ProviderRole::Administrator && proof::may_renew(enrolment.standing)
            }
            Office::Officer { .. } => false,
        },
        may_decide_evidence: to.is(OfficerRole::Procurement),
        clarification: enrolment.clarifications.0.clone(),
        extension_reason: enrolment.extension_reason.clone(),
        reasons: enrolment.reasons.clone(),
        standing_answers: standing_answers(facts, to),
        questionnaire: answered(facts, to, !awaits_decision(enrolment.standing)),
        can: can(facts, to),
    }
}

/// What the market asks for now, in its order.
fn evidence_asked(facts: &Facts, now: Instant) -> Vec<EvidenceAsked> {
    let pieces = &facts.evidence;
    let shown = |piece: &evidence::Model| EvidencePiece {
        id: piece.id,
        reference: piece.reference.clone(),
        expires_on: piece.expires_on,
        document: facts.documents.iter().find(|d| Some(d.id) == piece.document_id).map(document::document),
        given_at: piece.given_at,
        state: piece.state,
        reasons: piece.reasons.clone(),
        decided_at: piece.decided_at,
    };
    let asked = facts.wanted();
    let asked = asked.iter().map(|wanted| {
        let counts = proof::counting(pieces, &wanted.id);
        let newest = proof::newest(pieces, &wanted.id);
        EvidenceAsked {
            id: wanted.id.clone(),
            words: wanted.words.clone(),
            condition: proof::condition(pieces, &wanted.id, now.london_day()),
            counts: counts.map(shown),
            newer: newest.filter(|newest| newest.state != EvidenceState::Accepted).map(shown),
        }
    });
    asked.collect()
}

fn standing_answers(facts: &Facts, to: &Actor) -> Vec<StandingAnswer> {
    let enrolment = &facts.enrolment;
    let shown = to.authority().is_ok() || !awaits_decision(enrolment.standing);
    standing_criteria(&facts.category)
        .map(|criterion| {
            let answer = enrolment.request.answers.iter().find(|a| a.criterion_id == criterion.id);
            let mark = enrolment.standing_marks.0.iter().find(|m| m.criterion_id == criterion.id);
            StandingAnswer {
                criterion: criterion.clone(),
                answer: answer.map(|a| a.answer.clone()),
                mark: mark.filter(|_| shown).map(|m| StandingMarkView {
                    mark: m.mark,
                    reason: m.reason.clone(),
                    at: m.at,
                }),
            }
        })
        .collect()
}

/// Joining alone: what stops a provider that was admitted has a page of its own.
fn can(facts: &Facts, to: &Actor) -> Vec<Verb> {
    const JOINING: [Verb; 6] = [Verb::Ask, Verb::Answer, Verb::Extend, Verb::Admit, Verb::Refuse, Verb::Mark];
    let allowed = |verb: &Verb| {
        (may(facts.enrolment.standing, *verb) || (*verb == Verb::Answer && awaits_answer(&facts.enrolment)))
            && !(*verb == Verb::Extend && facts.enrolment.extension_reason.is_some())
            && !(*verb == Verb::Mark && standing_criteria(&facts.category).next().is_none())
            && match (verb, &to.office) {
                (Verb::Answer, Office::Provider { role, .. }) => *role == ProviderRole::Administrator,
                (Verb::Answer, Office::Officer { .. }) | (_, Office::Provider { .. }) => false,
                (_, Office::Officer { .. }) => to.is(OfficerRole::Procurement),
            }
    };
    JOINING.into_iter().filter(allowed).collect()
}
