//! A passport is its provider's. Officers see of it what was sent with a request, and what became of that.

use crate::domain::{
    actor::{Actor, Office},
    passport::{PASSPORT_WORDS_MAX, REFEREES_MAX, topic_guidance, topic_words},
};
use entity::{passport_answer, passport_answer::Referee, vocabulary::*};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// An enrolment that relies on an answer of the passport.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ReliedOn {
    pub enrolment_id: EnrolmentId,
    pub market_name: String,
    pub category_name: String,
    /// The council has not accepted what the passport says now.
    pub changed: bool,
}

/// A topic of the passport, answered or not.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PassportEntry {
    pub topic: PassportTopic,
    /// What the topic is called.
    pub words: String,
    pub guidance: String,
    pub answer: Option<String>,
    /// For references alone: who can speak for the provider.
    pub referees: Vec<Referee>,
    /// 0 where nothing was written yet.
    pub revision: i32,
    /// One's colleague, or oneself.
    pub answered_by: Option<String>,
    pub answered_at: Option<Instant>,
    pub relied_on: Vec<ReliedOn>,
}

/// What a provider answers once, for every market.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Passport {
    pub topics: Vec<PassportEntry>,
    /// The most words of an answer.
    pub words_max: u32,
    pub referees_max: usize,
    pub may_write: bool,
}

/// Where each topic is relied upon, with the revision that is.
pub struct Reliance {
    pub topic: PassportTopic,
    pub revision: i32,
    pub enrolment_id: EnrolmentId,
    pub market_name: String,
    pub category_name: String,
}

pub fn passport(
    answers: &[passport_answer::Model],
    reliances: &[Reliance],
    names: &HashMap<AccountId, String>,
    to: &Actor,
) -> Passport {
    let entry = |&topic: &PassportTopic| {
        let row = answers.iter().find(|row| row.topic == topic);
        let relied = reliances.iter().filter(|one| one.topic == topic).map(|one| ReliedOn {
            enrolment_id: one.enrolment_id,
            market_name: one.market_name.clone(),
            category_name: one.category_name.clone(),
            changed: row.is_some_and(|row| row.revision > one.revision),
        });
        PassportEntry {
            topic,
            words: topic_words(topic).to_owned(),
            guidance: topic_guidance(topic).to_owned(),
            answer: row.map(|row| row.answer.clone()),
            referees: row.and_then(|row| row.referees.clone()).unwrap_or_default().0,
            revision: row.map_or(0, |row| row.revision),
            answered_by: row.and_then(|row| names.get(&row.answered_by).cloned()),
            answered_at: row.map(|row| row.answered_at),
            relied_on: relied.collect(),
        }
    };
    Passport {
        topics: PassportTopic::ALL.iter().map(entry).collect(),
        words_max: PASSPORT_WORDS_MAX,
        referees_max: REFEREES_MAX,
        may_write: may_write(to),
    }
}

/// Whether this person may write for their provider.
pub fn may_write(person: &Actor) -> bool {
    matches!(person.office, Office::Provider { role, .. } if role != ProviderRole::Viewer)
}
