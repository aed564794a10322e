//! The evidence of an enrolment: renewing it, accepting and refusing it, reading its documents, and warning before it
//! expires.

use super::{Act, Failure, Order, act, act_again, act_for_nobody, standing};
use crate::{
    app::App,
    domain::{
        actor::{Actor, Need},
        change::{Change, Subject},
        disclosure::enrolment::visible,
        enrolment::Facts,
        evidence as rules,
        refusal::Refusal,
    },
    store,
};
use entity::{document, enrolment::Evidence, task, vocabulary::*};
use sea_orm::ConnectionTrait;

/// Of how many pieces at each stage one look warns; the next look goes on.
const WARNED_MAX: u64 = 100;

fn not_found() -> Failure {
    Refusal::not_found("evidence").into()
}

/// An enrolment that this person may see.
async fn facts(db: &impl ConnectionTrait, id: EnrolmentId, actor: &Actor) -> Result<Facts, Failure> {
    let found = store::enrolment::facts(db, id).await?;
    found.filter(|facts| visible(facts, actor)).ok_or_else(|| Refusal::not_found("enrolment").into())
}

/// Of which enrolment a piece is.
async fn enrolment_of(db: &impl ConnectionTrait, id: EvidenceId) -> Result<EnrolmentId, Failure> {
    Ok(store::evidence::find(db, id).await?.ok_or_else(not_found)?.enrolment_id)
}

/// The tasks that stand because of an enrolment.
async fn open(act: &Act<'_>, id: EnrolmentId) -> Result<Vec<task::Model>, Failure> {
    Ok(store::task::open_about(act.tx(), Subject::from(id)).await?)
}

/// The provider gives a newer piece of evidence.
pub async fn renew(app: &App, order: &Order, id: EnrolmentId, given: Evidence) -> Result<(), Failure> {
    act(app, order, async |act| {
        act.lock(id).await?;
        let now = act.now().await?;
        let facts = facts(act.tx(), id, act.actor()?).await?;
        let provider = facts.enrolment.provider_id;
        let documents = store::document::ids_of_provider(act.tx(), provider, given.document_id).await?;
        let open = open(act, id).await?;
        act.record(rules::renew(&facts, given, &documents, &open, now)?).await
    })
    .await
}

/// The provider gives a piece of evidence wherever it is asked for: each council accepts it for itself. Returns for how
/// many categories it was given.
pub async fn give(app: &App, order: &Order, given: Evidence) -> Result<usize, Failure> {
    act(app, order, async |act| {
        let provider = act.actor()?.provider()?;
        let enrolments = store::enrolment::of_provider(act.tx(), provider).await?;
        let mut ids: Vec<_> = enrolments.iter().map(|one| one.id).collect();
        ids.sort();
        for id in &ids {
            act.lock(*id).await?;
        }
        let now = act.now().await?;
        let documents = store::document::ids_of_provider(act.tx(), provider, given.document_id).await?;
        let mut times = 0;
        for id in ids {
            let facts = facts(act.tx(), id, act.actor()?).await?;
            if !rules::takes(&facts, &given.id) {
                continue;
            }
            let open = open(act, id).await?;
            act.record(rules::renew(&facts, given.clone(), &documents, &open, now)?).await?;
            times += 1;
        }
        if times == 0 {
            return Err(rules::asked_nowhere(&given.id).into());
        }
        Ok(times)
    })
    .await
}

/// Decides on a piece of evidence, by an officer of the market's authority.
async fn decide(
    act: &mut Act<'_>,
    id: EvidenceId,
    decide: impl FnOnce(&Facts, &[task::Model], Instant) -> Result<Change, Refusal>,
) -> Result<Facts, Failure> {
    let enrolment = enrolment_of(act.tx(), id).await?;
    act.lock(enrolment).await?;
    let now = act.now().await?;
    let facts = facts(act.tx(), enrolment, act.actor()?).await?;
    let open = open(act, enrolment).await?;
    act.record(decide(&facts, &open, now)?).await?;
    Ok(facts)
}

/// A procurement officer accepts a piece of evidence; where an older one had expired, new work begins again. Returns
/// its enrolment.
pub async fn accept(
    app: &App,
    order: &Order,
    id: EvidenceId,
    reasons: String,
) -> Result<EnrolmentId, Failure> {
    act(app, order, async |act| {
        let accept = |facts: &Facts, open: &[_], now| rules::accept(facts, id, &reasons, open, now);
        let facts = decide(act, id, accept).await?;
        let enrolment = facts.enrolment.id;
        if let Some((wanted, why)) = rules::renewed(&facts, id) {
            standing::lift_for_evidence(act, enrolment, wanted, why, Some(order.by)).await?;
        }
        Ok(enrolment)
    })
    .await
}

/// A procurement officer refuses a piece of evidence. Returns its enrolment.
pub async fn refuse(
    app: &App,
    order: &Order,
    id: EvidenceId,
    reasons: String,
) -> Result<EnrolmentId, Failure> {
    act(app, order, async |act| {
        let refuse = |facts: &Facts, open: &[_], now| rules::refuse(facts, id, &reasons, open, now);
        Ok(decide(act, id, refuse).await?.enrolment.id)
    })
    .await
}

/// The document of a piece of evidence, with its content. That it was read goes into the history.
pub async fn download(
    app: &App,
    actor: &Actor,
    id: EvidenceId,
) -> Result<(document::Model, Vec<u8>), Failure> {
    let enrolment = enrolment_of(app.database.read(), id).await?;
    let known = facts(app.database.read(), enrolment, actor).await?;
    let (document, _) = rules::download(&known, id)?;
    // Decrypted before anything is locked; and nobody has read what cannot be had.
    let content = app.vault.fetch(document.digest.clone()).await?;
    act_again(app, actor.account_id, Need::SignedIn, async |act| {
        act.lock(enrolment).await?;
        let facts = facts(act.tx(), enrolment, act.actor()?).await?;
        let (document, change) = rules::download(&facts, id)?;
        let document = document.clone();
        act.record(change).await?;
        Ok(document)
    })
    .await
    .map(|document| (document, content))
}

/// Warns providers of evidence that expires soon, or that has, once for each stage; what has expired stops new work.
/// Returns of how many pieces.
pub async fn warn_due(app: &App) -> Result<usize, Failure> {
    let today = app.clock.now().london_day();
    let mut warned = 0;
    for stage in ExpiryStage::ALL {
        for piece in store::evidence::due(app.database.read(), *stage, today, WARNED_MAX).await? {
            let done = act_for_nobody(app, async |act| {
                act.lock(piece.enrolment_id).await?;
                let now = act.now().await?;
                let Some(facts) = store::enrolment::facts(act.tx(), piece.enrolment_id).await? else {
                    return Ok(false);
                };
                let before = store::evidence::warned(act.tx(), piece.id).await?;
                let open = open(act, piece.enrolment_id).await?;
                let Some(change) = rules::warn(&facts, piece.id, &before, &open, now) else {
                    return Ok(false);
                };
                act.record(change).await?;
                if let Some((wanted, why)) = rules::expired(&facts, piece.id, now) {
                    standing::stop_for_evidence(act, piece.enrolment_id, wanted, why, None).await?;
                }
                Ok(true)
            })
            .await?;
            warned += usize::from(done);
        }
    }
    Ok(warned)
}
