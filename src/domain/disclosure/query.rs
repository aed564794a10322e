//! Questions about an opportunity: what is published names nobody; the asker reads its own words; officers read all.

use crate::domain::query::ask_until;
use entity::{opportunity, query, vocabulary::*};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A question and its answer, for everybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PublishedQuery {
    pub question: String,
    pub answer: String,
    pub answered_at: Instant,
}

/// A question of the provider itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OwnQuery {
    pub asked: String,
    pub asked_at: Instant,
    pub answer: Option<String>,
    pub answered_at: Option<Instant>,
    /// Whether it was answered to this provider alone.
    pub alone: bool,
}

/// A question, for officers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct QueryView {
    pub id: QueryId,
    pub provider_name: String,
    pub asked: String,
    pub asked_at: Instant,
    /// As it was published.
    pub question: Option<String>,
    pub answer: Option<String>,
    pub answered_by: Option<String>,
    pub answered_at: Option<Instant>,
    /// Why it was answered to the asker alone.
    pub alone_because: Option<String>,
}

/// What was asked about an opportunity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Queries {
    /// Until when questions are taken.
    pub ask_until: Instant,
    /// What everybody reads, newest first.
    pub published: Vec<PublishedQuery>,
    /// What this provider asked, newest first.
    pub own: Vec<OwnQuery>,
    /// For officers: everything, what waits first.
    pub all: Vec<QueryView>,
}

/// An opportunity about which questions wait, for officers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct QueriesWaiting {
    pub opportunity_id: OpportunityId,
    pub reference: String,
    pub title: String,
    pub closes_at: Instant,
    pub waiting: u64,
}

fn published(queries: &[query::Model]) -> Vec<PublishedQuery> {
    let mut published: Vec<_> = queries
        .iter()
        .filter_map(|query| {
            Some(PublishedQuery {
                question: query.question.clone()?,
                answer: query.answer.clone()?,
                answered_at: query.answered_at?,
            })
        })
        .collect();
    published.sort_by_key(|query| std::cmp::Reverse(query.answered_at));
    published
}

/// For a provider: what is published, and what it asked itself.
pub fn for_provider(of: &opportunity::Model, queries: &[query::Model], provider: ProviderId) -> Queries {
    let own = queries.iter().rev().filter(|query| query.provider_id == provider).map(|query| OwnQuery {
        asked: query.asked.clone(),
        asked_at: query.asked_at,
        answer: query.answer.clone(),
        answered_at: query.answered_at,
        alone: query.alone_because.is_some(),
    });
    Queries { ask_until: ask_until(of), published: published(queries), own: own.collect(), all: Vec::new() }
}

/// For officers: everything.
pub fn for_officers(
    of: &opportunity::Model,
    queries: &[query::Model],
    providers: &HashMap<ProviderId, String>,
    people: &HashMap<AccountId, String>,
) -> Queries {
    let mut all: Vec<_> = queries
        .iter()
        .map(|query| QueryView {
            id: query.id,
            provider_name: providers.get(&query.provider_id).cloned().unwrap_or_default(),
            asked: query.asked.clone(),
            asked_at: query.asked_at,
            question: query.question.clone(),
            answer: query.answer.clone(),
            answered_by: query.answered_by.and_then(|id| people.get(&id).cloned()),
            answered_at: query.answered_at,
            alone_because: query.alone_because.clone(),
        })
        .collect();
    all.sort_by_key(|query| query.answer.is_some());
    Queries { ask_until: ask_until(of), published: published(queries), own: Vec::new(), all }
}

pub fn waiting(of: &opportunity::Model, waiting: usize) -> QueriesWaiting {
    QueriesWaiting {
        opportunity_id: of.id,
        reference: of.reference.clone(),
        title: of.title.clone(),
        closes_at: of.closes_at,
        waiting: waiting as u64,
    }
}
