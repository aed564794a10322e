//! Choosing how one is told of new opportunities.

use super::{Failure, Order, act, opportunity::followed, team::choices};
use crate::{
    app::App,
    domain::{
        actor::Actor,
        alert::{self as rules, NewAlerts},
        disclosure::alert::{self as shown, AlertsView},
    },
    store,
};

/// Somebody of a provider chooses for themselves.
pub async fn choose(app: &App, order: &Order, new: NewAlerts) -> Result<(), Failure> {
    act(app, order, async |act| {
        let provider = act.actor()?.provider()?;
        act.lock(provider).await?;
        let now = act.now().await?;
        let offered = followed(act.tx(), act.actor()?).await?;
        let before = store::alert::of(act.tx(), order.by).await?;
        match rules::choose(provider, order.by, &offered, before.as_ref(), new, now)? {
            Some(change) => act.record(change).await,
            None => Ok(()),
        }
    })
    .await
}

/// How one is told now.
pub async fn show(app: &App, actor: &Actor) -> Result<AlertsView, Failure> {
    let db = app.database.read();
    let chosen = store::alert::of(db, actor.account_id).await?;
    let mut offered = followed(db, actor).await?;
    let kept = chosen.iter().flat_map(|chosen| &chosen.categories.0);
    let others: Vec<_> = kept.filter(|id| !offered.contains(id)).copied().collect();
    offered.extend(others);
    let bases = store::capacity::of(db, actor.provider()?).await?.bases;
    Ok(shown::alerts(chosen, choices(db, &offered).await?, &bases))
}
