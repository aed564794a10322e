//! Who sees to a request to join, and what second readers make of it: for officers of the authority alone.

use super::clock::{MayOwn, OwnerView, owner_view};
use crate::domain::{
    actor::Actor,
    clock,
    enrolment::{Facts, awaits_decision},
    reading::{of_this, wanted},
};
use entity::{clock_owner, vocabulary::*};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What one reader makes of it.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Reading {
    pub id: ReadingId,
    pub reader_name: String,
    /// Nothing where the reader came of their own accord.
    pub asked_at: Option<Instant>,
    pub view: Option<ReadingView>,
    pub reasons: Option<String>,
    pub read_at: Option<Instant>,
    /// Whether the viewer is the reader.
    pub mine: bool,
}

/// Who sees to a request, and who has read it.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Readings {
    pub owner: OwnerView,
    /// Whether it is the viewer's own to see to.
    pub mine: bool,
    /// Whether the viewer may say who sees to it.
    pub may_assign: bool,
    /// Whether the market decides nothing before a second person has read it.
    pub second_reader: bool,
    /// Of this request, in the order in which they were asked.
    pub readings: Vec<Reading>,
    /// Whether the viewer may read it, or ask somebody to.
    pub may_read: bool,
    /// The other procurement officers.
    pub colleagues: Vec<MayOwn>,
}

/// Names that readings are shown with.
pub struct ReadingNames {
    pub people: HashMap<AccountId, String>,
    pub posts: HashMap<PostId, String>,
}

pub fn readings(
    facts: &Facts,
    to: &Actor,
    owners: &[clock_owner::Model],
    staff: &HashMap<AccountId, Vec<OfficerRole>>,
    names: &ReadingNames,
) -> Readings {
    let clock = clock::owned(clock::enrolment(&facts.enrolment, &facts.market), owners);
    let owner = owner_view(clock.owner, &names.people, &names.posts);
    let waits = awaits_decision(facts.enrolment.standing);
    let mut colleagues: Vec<_> = staff
        .iter()
        .filter(|(id, roles)| **id != to.account_id && roles.contains(&OfficerRole::Procurement))
        .filter_map(|(id, _)| Some(MayOwn { id: id.0, words: names.people.get(id)?.clone() }))
        .collect();
    colleagues.sort_by(|a, b| (&a.words, a.id).cmp(&(&b.words, b.id)));
    Readings {
        mine: owner.account_id == Some(to.account_id),
        owner,
        may_assign: waits && (to.is(OfficerRole::Procurement) || to.is(OfficerRole::Commissioner)),
        second_reader: wanted(&facts.market.terms),
        readings: of_this(facts)
            .map(|one| Reading {
                id: one.id,
                reader_name: names.people.get(&one.reader_id).cloned().unwrap_or_default(),
                asked_at: one.asked_at,
                view: one.view,
                reasons: one.reasons.clone(),
                read_at: one.read_at,
                mine: one.reader_id == to.account_id,
            })
            .collect(),
        may_read: waits && to.is(OfficerRole::Procurement),
        colleagues,
    }
}
