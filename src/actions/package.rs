//! Writing a package, and publishing it.

use super::{Failure, Listed, Order, Page, act};
use crate::{
    app::App,
    domain::{
        actor::Actor,
        award::lifecycle::{self, State, Verb, Ways},
        direct_payment::{self as payments_rules, Choosing, NewDirectPayment},
        disclosure::{
            market::stage,
            package::{
                self as shown, Package, PackageCard, PackageChecked, PackageForm, PackageTemplateView, Reach,
                Went,
            },
        },
        opportunity::{self as rules, Publishing},
        package::{
            self,
            typed::{PackageTyped, look},
        },
        refusal::Refusal,
    },
    store,
};
use entity::{award, category, direct_award, direct_payment, opportunity, package as row, vocabulary::*};
use rand::Rng;
use serde::{Deserialize, Serialize};

/// A category of a market that the officer's authority uses.
pub async fn usable_category(
    db: &impl sea_orm::ConnectionTrait,
    authority: AuthorityId,
    id: CategoryId,
) -> Result<(category::Model, entity::market::Model), Failure> {
    match store::market::category(db, id).await? {
        Some((category, market)) if store::market::used_by(db, &market, authority).await? => {
            Ok((category, market))
        }
        _ => Err(Refusal::not_found("category").at("category_id").into()),
    }
}

/// A broker writes a package.
pub async fn draft(app: &App, order: &Order, form: PackageForm) -> Result<PackageId, Failure> {
    act(app, order, async |act| {
        let now = act.now().await?;
        let (authority, by) = (act.actor()?.authority()?, order.by);
        let (category, _) = usable_category(act.tx(), authority, form.category_id).await?;
        let change = package::draft(&category, authority, by, form, now)?;
        let id = PackageId(change.about.id);
        act.record(change).await?;
        Ok(id)
    })
    .await
}

/// What would be said of a package as far as it is typed: what would be refused, whom it would reach, what it would cost.
/// Nothing of it is kept.
pub async fn check(app: &App, actor: &Actor, typed: PackageTyped) -> Result<PackageChecked, Failure> {
    let db = app.database.read();
    let (authority, now) = (actor.authority()?, app.clock.now());
    let usable = match typed.category_id {
        Some(id) => Some(usable_category(db, authority, id).await?),
        None => None,
    };
    let found = look(usable.as_ref().map(|(category, _)| category), &typed, now);
    let mut reach = Reach::default();
    if let Some((category, market)) = usable {
        reach.reaches = Some(store::enrolment::members_count(db, category.id).await?);
        if let Some(code) = &found.outward_code {
            let declared =
                super::capacity::declared(db, authority, &market, (category.id, code), now).await?;
            reach.declared = Some(declared);
        }
        reach.category = Some(category);
    }
    Ok(shown::checked(found, reach))
}

/// What a new package of a category starts from, if its market says.
pub async fn template(app: &App, actor: &Actor, id: CategoryId) -> Result<PackageTemplateView, Failure> {
    let (category, _) = usable_category(app.database.read(), actor.authority()?, id).await?;
    let today = app.clock.now().london_day();
    let start = category.package_template.map(|template| shown::start(template, today));
    Ok(PackageTemplateView { start })
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
        let (category, _) = usable_category(act.tx(), authority, form.category_id).await?;
        let state = Gone::of(act.tx(), id).await?.state(now);
        lifecycle::allow(state, Verb::Revise)?;
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

/// The ways that a package has gone so far.
pub struct Gone {
    pub opportunity: Option<opportunity::Model>,
    /// The recommendation that stands on it.
    pub award: Option<award::Model>,
    /// The direct award that was not returned.
    pub direct: Option<direct_award::Model>,
    pub payment: Option<direct_payment::Model>,
}

impl Gone {
    pub async fn of(db: &impl sea_orm::ConnectionTrait, id: PackageId) -> Result<Self, Failure> {
        let published = store::opportunity::of_packages(db, [id]).await?.remove(&id);
        let opportunity = match published {
            Some(id) => store::opportunity::find(db, id).await?,
            None => None,
        };
        let award = match opportunity.as_ref().and_then(|of| of.award_id) {
            Some(id) => store::award::find(db, id).await?,
            None => None,
        };
        let direct = store::direct_award::standing(db, id).await?;
        Ok(Self { opportunity, award, direct, payment: store::direct_payment::of(db, id).await? })
    }

    /// Where the package stands at this moment.
    pub fn state(&self, now: Instant) -> State {
        let ways = Ways {
            opportunity: self.opportunity.as_ref(),
            award: self.award.as_ref(),
            direct: self.direct.as_ref(),
            payment: self.payment.as_ref(),
        };
        lifecycle::state(&ways, now)
    }
}

/// When bidding closes, and why a possible name was let stand.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    pub closes_at: Instant,
    #[serde(default)]
    pub leaks_considered: Option<String>,
    /// That a ranking round follows the evaluation, on the category's terms.
    #[serde(default)]
    pub ranking_round: bool,
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
        let market = store::package::market_of(act.tx(), authority, id).await?;
        act.lock(market.ok_or_else(|| Refusal::not_found("package"))?).await?;
        act.lock(id).await?;
        let now = act.now().await?;
        // Read now that they are held.
        let package = own(act.tx(), authority, id).await?;
        let (category, market) = usable_category(act.tx(), authority, package.category_id).await?;
        let members = store::enrolment::members(act.tx(), category.id).await?;
        let told = members.iter().map(|(provider, _)| *provider);
        let alerts = store::alert::of_providers(act.tx(), told).await?;
        let facts = Publishing {
            stage: stage(&market, now.london_day()),
            state: Gone::of(act.tx(), id).await?.state(now),
            number: store::opportunity::next_number(act.tx(), market.id).await?,
            leaks: &package::leaks_of(&package),
            members: &members,
            alerts: &alerts,
            lot_seed,
            ranking_round: publication.ranking_round,
            package: &package,
            market: &market,
            category: &category,
        };
        let Publication { closes_at, leaks_considered, .. } = publication;
        let (opportunity, change) = rules::publish(facts, order.by, closes_at, leaks_considered, now)?;
        act.record(change).await?;
        Ok(opportunity.id)
    })
    .await
}

/// An officer records that the person chose a Direct Payment: no award is made, and whoever bid is told so.
pub async fn record_direct_payment(
    app: &App,
    order: &Order,
    id: PackageId,
    new: NewDirectPayment,
) -> Result<(), Failure> {
    act(app, order, async |act| {
        let authority = act.actor()?.authority()?;
        own(act.tx(), authority, id).await?;
        act.lock(id).await?;
        // What is advertised of a package that is held stays so.
        let published = store::opportunity::of_packages(act.tx(), [id]).await?.remove(&id);
        if let Some(opportunity) = published {
            act.lock(opportunity).await?;
        }
        let now = act.now().await?;
        let package = own(act.tx(), authority, id).await?;
        let gone = Gone::of(act.tx(), id).await?;
        let state = gone.state(now);
        let opportunity = match &gone.opportunity {
            Some(of) if of.withdrawn_at.is_none() => {
                let bidders = store::bid::bidders(act.tx(), of.id).await?;
                let bidders: Vec<_> = bidders.into_iter().map(|(provider, _)| provider).collect();
                let people = store::account::people_of(act.tx(), &bidders, of.category_id).await?;
                let people = bidders.iter().filter_map(|id| people.get(id)).flatten().copied().collect();
                let names = store::market::names(act.tx(), [of.category_id]).await?;
                Some((of, people, super::opportunity::context(of, &names)))
            }
            _ => None,
        };
        let facts = Choosing { package: &package, state, opportunity };
        let change = payments_rules::record(facts, order.by, new, now)?;
        act.record(change).await
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
    let (authority, now) = (actor.authority()?, app.clock.now());
    let package = own(db, authority, id).await?;
    let gone = Gone::of(db, id).await?;
    let people = gone.payment.iter().map(|payment| payment.recorded_by).chain([package.drafted_by]);
    let names = store::account::names(db, people).await?;
    let state = gone.state(now);
    let went = Went {
        opportunity_id: gone.opportunity.map(|of| of.id),
        direct_award_id: gone.direct.map(|direct| direct.id),
        direct_payment: gone.payment.map(|payment| shown::direct_payment(payment, &names)),
        ways: shown::ways(state, actor),
    };
    let reaches = store::enrolment::members_count(db, package.category_id).await?;
    let Some((_, market)) = store::market::category(db, package.category_id).await? else {
        return Err(Refusal::not_found("category").into());
    };
    let declared =
        super::capacity::declared(db, authority, &market, (package.category_id, &package.outward_code), now)
            .await?;
    let leaks = package::leaks_of(&package);
    let drafted_by = names.get(&package.drafted_by).cloned().unwrap_or_default();
    Ok(shown::whole(package, drafted_by, leaks, went, reaches, declared))
}

/// An authority's packages, newest first.
pub async fn list(app: &App, actor: &Actor, page: Page) -> Result<Listed<PackageCard>, Failure> {
    let db = app.database.read();
    let after = page.after.map(PackageId);
    let rows = store::package::list(db, actor.authority()?, after, page.wanted()).await?;
    let names = store::market::names(db, rows.iter().map(|p| p.category_id)).await?;
    let published = store::opportunity::of_packages(db, rows.iter().map(|p| p.id)).await?;
    let direct = store::direct_award::of_packages(db, rows.iter().map(|p| p.id)).await?;
    let payments = store::direct_payment::of_packages(db, rows.iter().map(|p| p.id)).await?;
    Ok(page.listed(
        rows,
        |row| row.id.0,
        |row| {
            let category = names.category(row.category_id);
            let (opportunity, direct) = (published.get(&row.id).copied(), direct.get(&row.id).map(|d| d.id));
            shown::card(&row, category, opportunity, direct, payments.contains_key(&row.id))
        },
    ))
}
