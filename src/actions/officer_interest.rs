//! An officer keeps their own entries in the register of interests; procurement and auditors read all of it.

use super::{Failure, Order, act};
use crate::{
    app::App,
    domain::{
        actor::Actor,
        disclosure::officer_interest::{self as shown, InterestRegister, OfficerInterest},
        officer_interest::{self as rules, NewOfficerInterest},
        refusal::Refusal,
    },
    store,
};
use entity::{officer_interest, vocabulary::*};

/// An officer declares an interest in a provider.
pub async fn declare(app: &App, order: &Order, new: NewOfficerInterest) -> Result<(), Failure> {
    act(app, order, async |act| {
        act.lock(order.by).await?;
        let now = act.now().await?;
        let authority = act.actor()?.authority()?;
        let known = store::officer_interest::providers(act.tx(), authority).await?;
        if !known.iter().any(|provider| provider.id == new.provider_id) {
            return Err(Refusal::not_found("provider").at("provider_id").into());
        }
        let own = store::officer_interest::own(act.tx(), order.by).await?;
        act.record(rules::declare(&own, authority, order.by, new, now)?).await
    })
    .await
}

/// An officer ends an interest of theirs.
pub async fn end(app: &App, order: &Order, id: OfficerInterestId, on: Day) -> Result<(), Failure> {
    act(app, order, async |act| {
        act.lock(order.by).await?;
        let now = act.now().await?;
        let found = store::officer_interest::find(act.tx(), id).await?;
        let own = found.filter(|row| row.account_id == order.by);
        let row = own.ok_or_else(|| Refusal::not_found("interest"))?;
        act.record(rules::end(&row, on, now)?).await
    })
    .await
}

/// The register as this officer may see it.
pub async fn register(app: &App, actor: &Actor) -> Result<InterestRegister, Failure> {
    let db = app.database.read();
    let authority = actor.authority()?;
    let own = store::officer_interest::own(db, actor.account_id).await?;
    let reads_all = actor.is(OfficerRole::Procurement) || actor.is(OfficerRole::Auditor);
    let all = if reads_all { Some(store::officer_interest::all(db, authority).await?) } else { None };
    let rows = || own.iter().chain(all.iter().flatten());
    let people = store::account::names(db, rows().map(|row| row.account_id)).await?;
    let providers = store::account::provider_names(db, rows().map(|row| row.provider_id)).await?;
    let entry = |row: &officer_interest::Model| -> OfficerInterest {
        let officer = people.get(&row.account_id).cloned().unwrap_or_default();
        shown::entry(row, officer, providers.get(&row.provider_id).cloned().unwrap_or_default())
    };
    let known = store::officer_interest::providers(db, authority).await?;
    Ok(InterestRegister {
        own: own.iter().map(entry).collect(),
        everybody: all.as_ref().map(|all| all.iter().map(entry).collect()),
        providers: known.iter().map(shown::choice).collect(),
    })
}
