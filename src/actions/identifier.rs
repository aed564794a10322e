//! The numbers under which others know a provider.

use super::{Failure, Order, act};
use crate::{
    app::App,
    domain::{
        actor::Actor,
        disclosure::register::{self as shown, Organisation},
        identifier::{self as rules, NewIdentifiers},
        refusal::Refusal,
    },
    store,
};

/// The provider gives or changes them.
pub async fn change(app: &App, order: &Order, new: NewIdentifiers) -> Result<(), Failure> {
    act(app, order, async |act| {
        let id = act.actor()?.provider()?;
        act.lock(id).await?;
        let now = act.now().await?;
        let provider = store::account::provider(act.tx(), id).await?;
        let provider = provider.ok_or_else(|| Refusal::not_found("provider"))?;
        let before = store::register::identifiers(act.tx(), id).await?;
        let readings = store::register::readings(act.tx(), id).await?;
        act.record(rules::change(&provider, before.as_ref(), &readings, &new, now)?).await
    })
    .await
}

/// The person's own organisation: its identifiers, and what the registers say of them.
pub async fn show(app: &App, actor: &Actor) -> Result<Organisation, Failure> {
    let db = app.database.read();
    let id = actor.provider()?;
    let provider = store::account::provider(db, id).await?.ok_or_else(|| Refusal::not_found("provider"))?;
    let identifiers = store::register::identifiers(db, id).await?;
    let readings = store::register::readings(db, id).await?;
    let asked = app.registers.asked();
    Ok(shown::organisation(&provider, identifiers, &readings, &asked, actor, app.clock.now()))
}
