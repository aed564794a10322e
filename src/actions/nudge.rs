//! Reminding providers that have said nothing, and watching what they say.

use super::{Failure, Order, act, opportunity::context, opportunity::for_officer};
use crate::{
    app::App,
    domain::{
        disclosure::watch::{self as shown, Watch, Watched},
        nudge as rules,
    },
    store,
};
use entity::{interest, opportunity, vocabulary::*};

/// A broker reminds every provider that has said nothing.
pub async fn nudge(app: &App, order: &Order, id: OpportunityId) -> Result<(), Failure> {
    act(app, order, async |act| {
        act.lock(id).await?;
        let now = act.now().await?;
        let authority = act.actor()?.authority()?;
        let opportunity = for_officer(act.tx(), id, authority).await?;
        let members = store::enrolment::members(act.tx(), opportunity.category_id).await?;
        let interests = store::opportunity::interests(act.tx(), &[id]).await?;
        let bids = store::bid::every(act.tx(), id).await?;
        let before = store::nudge::of(act.tx(), id).await?;
        let names = store::market::names(act.tx(), [opportunity.category_id]).await?;
        let silent = rules::silent(&members, &interests, &bids);
        let context = context(&opportunity, &names);
        let change = rules::nudge(&opportunity, &before, &silent, order.by, &context, now)?;
        act.record(change).await
    })
    .await
}

/// An opportunity as its brokers watch it.
pub async fn watch(
    app: &App,
    opportunity: &opportunity::Model,
    interests: &[interest::Model],
    now: Instant,
) -> Result<Watch, Failure> {
    let db = app.database.read();
    let members = store::enrolment::members(db, opportunity.category_id).await?;
    let names = store::account::provider_names(db, members.iter().map(|(id, _)| *id)).await?;
    let watched = Watched {
        opportunity,
        members: &members,
        interests,
        bids: &store::bid::every(db, opportunity.id).await?,
        letters: &store::letter::about(db, opportunity.id.into()).await?,
        nudges: &store::nudge::of(db, opportunity.id).await?,
        names: &names,
    };
    Ok(shown::watch(&watched, now))
}
