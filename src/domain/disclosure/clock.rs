//! Legal clocks, for officers of the authority.

use crate::domain::clock::{Clock, ClockState, Due, Owner, kind_words};
use entity::vocabulary::*;
use sea_orm::prelude::Uuid;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Who sees to a clock.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OwnerView {
    /// A person's name, a post's title or a role.
    pub words: String,
    pub account_id: Option<AccountId>,
    pub post_id: Option<PostId>,
    pub role: Option<OfficerRole>,
}

/// A contract that wants a notice.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NoticeWanted {
    pub id: ContractId,
    pub reference: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ClockView {
    pub kind: ClockKind,
    /// With the kind, what it is known by.
    pub id: Uuid,
    /// What is wanted, in words.
    pub wanted: String,
    pub reference: Option<String>,
    pub market_name: String,
    pub category_name: Option<String>,
    pub provider_name: Option<String>,
    /// Until the end of this day, in London; nothing where an instant is set.
    pub due_on: Option<Day>,
    /// Whatever is done from this instant on is late.
    pub due_at: Instant,
    pub law: String,
    pub owner: OwnerView,
    pub state: ClockState,
    pub met_at: Option<Instant>,
    /// Where it is done.
    pub path: String,
    /// The contracts whose notice is wanted.
    pub contracts: Vec<NoticeWanted>,
}

/// Somebody, or a post, that can own a clock.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MayOwn {
    pub id: Uuid,
    pub words: String,
}

/// Every legal clock of an authority, what is due first at the top.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ClockBoard {
    pub clocks: Vec<ClockView>,
    pub officers: Vec<MayOwn>,
    pub posts: Vec<MayOwn>,
    pub may_assign: bool,
    pub may_publish: bool,
}

/// Names that a clock is shown with.
pub struct ClockNames {
    pub markets: HashMap<MarketId, String>,
    pub categories: HashMap<CategoryId, String>,
    pub providers: HashMap<ProviderId, String>,
    pub people: HashMap<AccountId, String>,
    pub posts: HashMap<PostId, String>,
}

/// An owner in words.
pub fn owner_words(
    owner: Owner,
    people: &HashMap<AccountId, String>,
    posts: &HashMap<PostId, String>,
) -> String {
    let gone = || "Somebody who is no longer here".to_owned();
    match owner {
        Owner::Officer(id) => people.get(&id).cloned().unwrap_or_else(gone),
        Owner::Post(id) => posts.get(&id).cloned().unwrap_or_else(gone),
        Owner::Role(role) => role_words(role).to_owned(),
    }
}

/// An owner, by name.
pub fn owner_view(
    owner: Owner,
    people: &HashMap<AccountId, String>,
    posts: &HashMap<PostId, String>,
) -> OwnerView {
    let (account_id, post_id, role) = match owner {
        Owner::Officer(id) => (Some(id), None, None),
        Owner::Post(id) => (None, Some(id), None),
        Owner::Role(role) => (None, None, Some(role)),
    };
    OwnerView { words: owner_words(owner, people, posts), account_id, post_id, role }
}

const fn role_words(role: OfficerRole) -> &'static str {
    match role {
        OfficerRole::Broker => "Brokers",
        OfficerRole::Evaluator => "Evaluators",
        OfficerRole::Commissioner => "Commissioners",
        OfficerRole::Procurement => "Procurement officers",
        OfficerRole::Auditor => "Auditors",
    }
}

pub fn clock(of: &Clock, names: &ClockNames, now: Instant) -> ClockView {
    ClockView {
        kind: of.kind,
        id: of.about,
        wanted: kind_words(of.kind).to_owned(),
        reference: Some(of.reference.clone()).filter(|r| !r.is_empty()),
        market_name: names.markets.get(&of.market_id).cloned().unwrap_or_default(),
        category_name: of.category_id.and_then(|id| names.categories.get(&id).cloned()),
        provider_name: of.provider_id.and_then(|id| names.providers.get(&id).cloned()),
        due_on: if let Due::Day(day) = of.due { Some(day) } else { None },
        due_at: of.due.instant(),
        law: of.law.clone(),
        owner: owner_view(of.owner, &names.people, &names.posts),
        state: of.state(now),
        met_at: of.met,
        path: of.path.clone(),
        contracts: of
            .contracts
            .iter()
            .map(|(id, reference)| NoticeWanted { id: *id, reference: reference.clone() })
            .collect(),
    }
}
