//! A live opportunity as its brokers watch it: how far the advert has come, and who has said what.

use crate::domain::{
    nudge,
    reoffer::{self, Suggestion},
};
use entity::{bid, interest, letter, nudge as nudge_row, opportunity, vocabulary::*};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// How many gave a reason for not bidding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CannotCount {
    pub because: CannotReason,
    pub count: u64,
}

/// For officers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Watch {
    /// Letters with the advert that were delivered.
    pub delivered: u64,
    /// Those that are still on their way.
    pub on_their_way: u64,
    pub undeliverable: u64,
    /// Why providers cannot bid, the commonest reason first.
    pub cannot: Vec<CannotCount>,
    /// The members that have said nothing, by name.
    pub silent: Vec<String>,
    /// When they were reminded.
    pub reminded_at: Vec<Instant>,
    /// Whether they may be reminded now.
    pub may_remind: bool,
    /// What to offer otherwise, where nothing came.
    pub suggestions: Vec<Suggestion>,
}

/// What watching looks at.
pub struct Watched<'a> {
    pub opportunity: &'a opportunity::Model,
    pub members: &'a [(ProviderId, Vec<AccountId>)],
    pub interests: &'a [interest::Model],
    /// Every bid, withdrawn or not.
    pub bids: &'a [bid::Model],
    pub letters: &'a [letter::Model],
    pub nudges: &'a [nudge_row::Model],
    pub names: &'a HashMap<ProviderId, String>,
}

pub fn watch(of: &Watched<'_>, now: Instant) -> Watch {
    let silent = nudge::silent(of.members, of.interests, of.bids);
    let grouped = reoffer::grouped(of.interests);
    let adverts = |states: &[LetterState]| {
        let of_these = of.letters.iter().filter(|letter| {
            matches!(letter.kind, LetterKind::OpportunityPublished | LetterKind::OpportunityDigest)
                && states.contains(&letter.state)
        });
        of_these.count() as u64
    };
    Watch {
        delivered: adverts(&[LetterState::Sent]),
        on_their_way: adverts(&[LetterState::Owed, LetterState::Deferred]),
        undeliverable: adverts(&[LetterState::Undeliverable]),
        may_remind: nudge::check_may_nudge(of.opportunity, of.nudges, silent.len(), now).is_ok(),
        silent: silent.iter().filter_map(|(id, _)| of.names.get(id).cloned()).collect(),
        reminded_at: of.nudges.iter().map(|nudge| nudge.made_at).collect(),
        suggestions: match reoffer::is_due(of.opportunity, now) {
            true => reoffer::suggestions(&grouped),
            false => Vec::new(),
        },
        cannot: grouped.into_iter().map(|(because, count)| CannotCount { because, count }).collect(),
    }
}
