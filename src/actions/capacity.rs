//! What a provider has to spare: its bases, and its spare hours.

use super::{Act, Failure, Order, act, team::choices};
use crate::{
    app::App,
    domain::{
        actor::Actor,
        capacity::{self as rules, Known, NewBase, NewCapacity},
        disclosure::capacity::{self as shown, CapacityView, DeclaredCapacity, FigureView},
    },
    store,
};
use entity::{market, opportunity, vocabulary::*};
use sea_orm::ConnectionTrait;

async fn own(act: &mut Act<'_>) -> Result<Known, Failure> {
    let provider = act.actor()?.provider()?;
    act.lock(provider).await?;
    Ok(store::capacity::of(act.tx(), provider).await?)
}

/// An administrator adds a base.
pub async fn add_base(app: &App, order: &Order, new: NewBase) -> Result<(), Failure> {
    act(app, order, async |act| {
        let known = own(act).await?;
        let now = act.now().await?;
        act.record(rules::add_base(&known, new, now)?).await
    })
    .await
}

/// An administrator takes a base off.
pub async fn remove_base(app: &App, order: &Order, id: BaseId) -> Result<(), Failure> {
    act(app, order, async |act| {
        let known = own(act).await?;
        let now = act.now().await?;
        act.record(rules::remove_base(&known, id, now)?).await
    })
    .await
}

/// Whoever may bid in a category publishes what there is to spare.
pub async fn publish(app: &App, order: &Order, new: NewCapacity) -> Result<(), Failure> {
    act(app, order, async |act| {
        let known = own(act).await?;
        let now = act.now().await?;
        act.actor()?.check_category(new.category_id)?;
        act.record(rules::publish(&known, new, order.by, now)?).await
    })
    .await
}

/// Whoever may bid confirms everything that was published in their categories.
pub async fn confirm(app: &App, order: &Order) -> Result<(), Failure> {
    act(app, order, async |act| {
        let mut known = own(act).await?;
        let now = act.now().await?;
        let actor = act.actor()?;
        known.figures.retain(|figure| actor.check_category(figure.category_id).is_ok());
        act.record(rules::confirm(&known, order.by, now)?).await
    })
    .await
}

/// A provider's own capacity.
pub async fn show(app: &App, actor: &Actor) -> Result<CapacityView, Failure> {
    let db = app.database.read();
    let known = store::capacity::of(db, actor.provider()?).await?;
    let mut open = known.categories.clone();
    open.retain(|id| actor.check_category(*id).is_ok());
    let categories = choices(db, &open).await?;
    let mut named: Vec<_> = known.figures.iter().map(|figure| figure.category_id).collect();
    named.sort_unstable();
    named.dedup();
    let names = choices(db, &named).await?.into_iter().map(|one| (one.id, (one.name, one.market_name)));
    let middles = |code: &str| app.middle(code);
    Ok(shown::capacity(&known, categories, &names.collect(), middles, app.clock.now()))
}

/// What a provider itself published where an opportunity is.
pub async fn fit(
    db: &impl ConnectionTrait,
    provider: ProviderId,
    of: &opportunity::Model,
    now: Instant,
) -> Result<Vec<FigureView>, Failure> {
    let figures = store::capacity::of_area(db, provider, of.category_id, &of.outward_code).await?;
    Ok(shown::fit(&figures, now))
}

/// What is declared for a category and a place, for officers of an authority that uses the market.
pub async fn declared(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
    market: &market::Model,
    (category, outward_code): (CategoryId, &str),
    now: Instant,
) -> Result<DeclaredCapacity, Failure> {
    let figures = store::capacity::of_members(db, category, outward_code).await?;
    let names = if market.authority_id == authority {
        Some(store::account::provider_names(db, figures.iter().map(|figure| figure.provider_id)).await?)
    } else {
        None
    };
    Ok(shown::declared(outward_code, &figures, names.as_ref(), now))
}
