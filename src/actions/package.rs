//! Writing a package, and publishing it.

use super::{Failure, Listed, Order, Page, act};
use crate::{
    app::App,
    domain::{
        actor::Actor,
        disclosure::{
            market::stage,
            package::{self as shown, Package, PackageCard, PackageForm},
        },
        opportunity::{self as rules, Publishing},
        package,
        refusal::{Code, Refusal},
    },
    store,
};
use entity::{category, package as row, vocabulary::*};
use rand::Rng;
use serde::{Deserialize, Serialize};

/// A category of the officer's own authority.
async fn own_category(
    db: &impl sea_orm::ConnectionTrait,
    authority: AuthorityId,
    id: CategoryId,
) -> Result<(category::Model, entity::market::Model), Failure> {
    let found = store::market::category(db, id).await?;
    found
        .filter(|(_, market)| market.authority_id == authority)
        .ok_or_else(|| Refusal::not_found("category").at("category_id").into())
}

/// A broker writes a package.
pub async fn draft(app: &App, order: &Order, form: PackageForm) -> Result<PackageId, Failure> {
    act(app, order, async |act| {
        let now = act.now().await?;
        let (authority, by) = (act.actor()?.authority()?, order.by);
        let (category, _) = own_category(act.tx(), authority, form.category_id).await?;
        let change = package::draft(&category, authority, by, form, now)?;
        let id = PackageId(change.about.id);
        act.record(change).await?;
        Ok(id)
    })
    .await
}

/// A broker changes a package that nobody else has changed meanwhile, before it is published.
pub async fn revise(
    app: &App,
    order: &Order,
    id: PackageId,
    revision: i32,
    form: PackageForm,
) -> Result<(), Failure> {
    act(app, order, async |act| {
        act.lock(id).await?;
        let now = act.now().await?;
        let authority = act.actor()?.authority()?;
        let before = own(act.tx(), authority, id).await?;
        let (category, _) = own_category(act.tx(), authority, form.category_id).await?;
        let published = store::opportunity::of_packages(act.tx(), [id]).await?.contains_key(&id);
        if published {
            return Err(Refusal::new(
                Code::AlreadyPublished,
                "This package is published: it cannot be changed any more.",
            )
            .into());
        }
        let change = package::revise(&category, &before, revision, form, now)?;
        act.record(change).await
    })
    .await
}

/// A package of the officer's own authority.
pub async fn own(
    db: &impl sea_orm::ConnectionTrait,
    authority: AuthorityId,
    id: PackageId,
) -> Result<row::Model, Failure> {
    let found = store::package::find(db, id).await?;
    found
        .filter(|package| package.authority_id == authority)
        .ok_or_else(|| Refusal::not_found("package").into())
}

/// When bidding closes, and why a possible name was let stand.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    pub closes_at: Instant,
    #[serde(default)]
    pub leaks_considered: Option<String>,
}

/// Publishes a package to every admitted provider of its category.
pub async fn publish(
    app: &App,
    order: &Order,
    id: PackageId,
    publication: Publication,
) -> Result<OpportunityId, Failure> {
    let lot_seed = seed();
    act(app, order, async |act| {
        let authority = act.actor()?.authority()?;
        let of = own(act.tx(), authority, id).await?;
        let (_, market) = own_category(act.tx(), authority, of.category_id).await?;
        act.lock(market.id).await?;
        act.lock(id).await?;
        let now = act.now().await?;
        // Read again, now that they are held.
        let package = own(act.tx(), authority, id).await?;
        let (category, market) = own_category(act.tx(), authority, package.category_id).await?;
        let members = store::enrolment::members(act.tx(), category.id).await?;
        let facts = Publishing {
            stage: stage(&market, now.london_day()),
            published: store::opportunity::of_packages(act.tx(), [id]).await?.contains_key(&id),
            number: store::opportunity::next_number(act.tx(), market.id).await?,
            leaks: &package::leaks_of(&package),
            members: &members,
            lot_seed,
            package: &package,
            market: &market,
            category: &category,
        };
        let Publication { closes_at, leaks_considered } = publication;
        let (opportunity, change) = rules::publish(facts, order.by, closes_at, leaks_considered, now)?;
        act.record(change).await?;
        Ok(opportunity.id)
    })
    .await
}

/// From the operating system's randomness, through a generator meant for secrets.
fn seed() -> String {
    format!("{:032x}", rand::rng().random::<u128>())
}

/// One package.
pub async fn show(app: &App, actor: &Actor, id: PackageId) -> Result<Package, Failure> {
    let db = app.database.read();
    let package = own(db, actor.authority()?, id).await?;
    let names = store::account::names(db, [package.drafted_by]).await?;
    let opportunity = store::opportunity::of_packages(db, [id]).await?.remove(&id);
    let reaches = store::enrolment::members_count(db, package.category_id).await?;
    let leaks = package::leaks_of(&package);
    let drafted_by = names.get(&package.drafted_by).cloned().unwrap_or_default();
    Ok(shown::whole(package, drafted_by, leaks, opportunity, reaches))
}

/// An authority's packages, newest first.
pub async fn list(app: &App, actor: &Actor, page: Page) -> Result<Listed<PackageCard>, Failure> {
    let db = app.database.read();
    let after = page.after.map(PackageId);
    let rows = store::package::list(db, actor.authority()?, after, page.wanted()).await?;
    let names = store::market::names(db, rows.iter().map(|p| p.category_id)).await?;
    let published = store::opportunity::of_packages(db, rows.iter().map(|p| p.id)).await?;
    Ok(page.listed(
        rows,
        |row| row.id.0,
        |row| shown::card(&row, names.category(row.category_id), published.get(&row.id).copied()),
    ))
}
