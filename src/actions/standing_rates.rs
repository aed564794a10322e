//! Setting and reading a provider's own standing rates.

use super::{Failure, Order, act, opportunity::followed, team::choices};
use crate::{
    app::App,
    domain::{
        actor::Actor,
        disclosure::standing_rates::{self as shown, StandingRatesView},
        refusal::Refusal,
        standing_rates::{self as rules, NewStandingRates},
    },
    store,
};
use entity::vocabulary::*;

/// Whoever may bid in a category says what its provider usually asks there.
pub async fn set(app: &App, order: &Order, id: CategoryId, new: NewStandingRates) -> Result<(), Failure> {
    act(app, order, async |act| {
        let provider = act.actor()?.provider()?;
        act.lock(provider).await?;
        let now = act.now().await?;
        act.actor()?.check_category(id)?;
        let found = store::market::category(act.tx(), id).await?;
        let (category, _) = found.ok_or_else(|| Refusal::not_found("category"))?;
        let member = followed(act.tx(), act.actor()?).await?.contains(&id);
        let before = store::standing_rates::of(act.tx(), provider, id).await?;
        match rules::set(provider, &category, member, before.as_ref(), new, order.by, now)? {
            Some(change) => act.record(change).await,
            None => Ok(()),
        }
    })
    .await
}

/// A provider's own, in every category in which this person may bid for it.
pub async fn show(app: &App, actor: &Actor) -> Result<StandingRatesView, Failure> {
    let db = app.database.read();
    let categories = followed(db, actor).await?;
    let (known, set) = store::standing_rates::all_of(db, actor.provider()?, &categories).await?;
    Ok(shown::standing_rates(choices(db, &categories).await?, &known, &set))
}
