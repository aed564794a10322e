//! Who is in a market, and how long it takes to decide on those who ask: for everybody.

use super::Failure;
use crate::{
    app::App,
    domain::{
        disclosure::membership::{CategoryMembers, Membership},
        membership::{LOOKED_BACK_DAYS, decision_times, publishes_members},
        refusal::Refusal,
    },
    store,
};
use entity::vocabulary::*;

/// The membership of a market as it is now.
pub async fn show(app: &App, id: MarketId) -> Result<Membership, Failure> {
    let db = app.database.read();
    let market = store::market::find(db, id).await?.ok_or_else(|| Refusal::not_found("market"))?;
    let (published, at) = (publishes_members(market.regime), app.clock.now());
    let rows = store::market::categories(db, [id]).await?;
    let since = at.plus_seconds(-LOOKED_BACK_DAYS * 86_400);
    let ids: Vec<_> = rows.iter().map(|category| category.id).collect();
    let requests = store::membership::decided(db, &ids, since).await?;
    let mut categories = Vec::new();
    for category in rows {
        categories.push(CategoryMembers {
            id: category.id,
            count: store::membership::count(db, category.id).await?,
            names: if published { store::membership::names(db, category.id).await? } else { Vec::new() },
            name: category.name,
        });
    }
    let (decided, times) = (requests.len() as u64, decision_times(&requests));
    Ok(Membership { published, categories, decided, times, at })
}
