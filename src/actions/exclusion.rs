//! Grounds for exclusion, and the debarment list.

use super::{Act, Failure, Order, act, act_for_nobody};
use crate::{
    app::App,
    domain::{
        change::Change,
        debarment::{self, Entry},
        disclosure::enrolment::visible,
        enrolment::Facts,
        exclusion::{self as rules, GroundAnswer, GroundDecision, NewGround},
        refusal::{Code, Refusal},
    },
    store::{self, standing::DECIDING},
};
use entity::{exclusion, vocabulary::*};

/// Does one thing about a ground, by whoever may see the enrolment.
async fn change(
    app: &App,
    order: &Order,
    id: EnrolmentId,
    decide: impl FnOnce(&Facts, &[exclusion::Model], &[AccountId], Instant) -> Result<Change, Refusal>,
) -> Result<(), Failure> {
    act(app, order, async |act: &mut Act<'_>| {
        act.lock(id).await?;
        let now = act.now().await?;
        let facts = store::enrolment::facts(act.tx(), id).await?;
        let actor = act.actor()?;
        let Some(facts) = facts.filter(|facts| visible(facts, actor)) else {
            return Err(Refusal::not_found("enrolment").into());
        };
        let known = store::exclusion::of(act.tx(), id).await?;
        let officers = store::budget::officers(act.tx(), facts.market.authority_id, &DECIDING).await?;
        act.record(decide(&facts, &known, &officers, now)?).await
    })
    .await
}

/// A provider declares a ground (`own`), or an officer raises one.
pub async fn raise(
    app: &App,
    order: &Order,
    id: EnrolmentId,
    new: NewGround,
    own: bool,
) -> Result<(), Failure> {
    change(app, order, id, |facts, known, officers, now| {
        rules::raise(facts, known, new, own, order.by, officers, now)
    })
    .await
}

/// The provider answers a ground.
pub async fn answer(app: &App, order: &Order, id: EnrolmentId, said: GroundAnswer) -> Result<(), Failure> {
    change(app, order, id, |facts, known, officers, now| {
        rules::answer(facts, known, said, order.by, officers, now)
    })
    .await
}

/// An officer decides on a ground.
pub async fn decide(app: &App, order: &Order, id: EnrolmentId, said: GroundDecision) -> Result<(), Failure> {
    change(app, order, id, |facts, known, _, now| rules::decide(facts, known, said, order.by, now)).await
}

/// What an import of a debarment list came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListImported {
    /// This list was imported before.
    Before,
    /// So many providers may be on it, each put before the officers of an authority.
    Matches(usize),
}

/// Imports a debarment list, and puts providers that may be on it before the officers of every authority in whose markets
/// they are. It changes nobody's standing.
///
/// # Errors
/// Another list of that day was imported.
pub async fn import_list(
    app: &App,
    dated: Day,
    digest: String,
    entries: &[Entry],
) -> Result<ListImported, Failure> {
    act_for_nobody(app, async |act| {
        let now = act.now().await?;
        if let Some(before) = store::exclusion::list(act.tx(), dated, &digest).await? {
            if before.digest == digest {
                return Ok(ListImported::Before);
            }
            return Err(Refusal::new(
                Code::ListInvalid,
                format!("Another list of {} was imported already.", dated.in_words()),
            )
            .into());
        }
        let (change, rows) = debarment::import(dated, digest, entries, now);
        act.record(change).await?;
        let today = now.london_day();
        let mut found = Vec::new();
        for provider in store::exclusion::providers(act.tx()).await? {
            for (entry, row) in entries.iter().zip(&rows) {
                let over = entry.ends_on.is_some_and(|last| last < today);
                if let Some(matched_by) = debarment::matched(entry, &provider).filter(|_| !over) {
                    found.push((provider.id, row, matched_by));
                }
            }
        }
        let mut matches = 0;
        for (provider, entry, matched_by) in found {
            for (enrolment, authority) in store::exclusion::enrolments(act.tx(), provider).await? {
                // What a person has been asked about stands on the next list too.
                let before = store::exclusion::matches(act.tx(), provider, authority).await?;
                let same = before.iter().any(|(_, e, _)| {
                    (&e.name, &e.companies_house_number, e.debarred_on)
                        == (&entry.name, &entry.companies_house_number, entry.debarred_on)
                });
                if same {
                    continue;
                }
                act.lock(enrolment.id).await?;
                act.record(debarment::found(entry, matched_by, &enrolment, authority, now)).await?;
                matches += 1;
            }
        }
        Ok(ListImported::Matches(matches))
    })
    .await
}
