//! Changing a live advert for everybody at once.

use super::{Act, Failure, Order, act, opportunity::for_officer, package::own};
use crate::{
    app::App,
    domain::{
        amendment::{self as rules, Amending, Correction, NewDeadline},
        change::Change,
        refusal::Refusal,
    },
    store,
};
use entity::{amendment, bid, category, market, opportunity, package, vocabulary::*};

/// What amending an opportunity looks at, as it stands under its lock.
struct Facts {
    opportunity: opportunity::Model,
    package: package::Model,
    market: market::Model,
    category: category::Model,
    before: Vec<amendment::Model>,
    bids: Vec<bid::Model>,
    told: Vec<(ProviderId, Vec<AccountId>)>,
    now: Instant,
}

impl Facts {
    async fn load(act: &mut Act<'_>, id: OpportunityId) -> Result<Self, Failure> {
        let authority = act.actor()?.authority()?;
        let package = for_officer(act.tx(), id, authority).await?.package_id;
        act.lock(package).await?;
        act.lock(id).await?;
        let now = act.now().await?;
        // Read again, now that they are held.
        let opportunity = for_officer(act.tx(), id, authority).await?;
        let package = own(act.tx(), authority, package).await?;
        let Some((category, market)) = store::market::category(act.tx(), opportunity.category_id).await?
        else {
            return Err(Refusal::not_found("category").into());
        };
        let bids = store::bid::not_withdrawn(act.tx(), id).await?;
        let told = told(act.tx(), &opportunity, &bids).await?;
        let before = store::amendment::of(act.tx(), id).await?;
        Ok(Self { opportunity, package, market, category, before, bids, told, now })
    }

    fn amending(&self) -> Amending<'_> {
        Amending {
            opportunity: &self.opportunity,
            package: &self.package,
            market: &self.market,
            category: &self.category,
            before: self.before.len(),
            bids: &self.bids,
            told: &self.told,
        }
    }
}

/// Everybody who is to hear of what becomes of an advert: the members of its category, and whoever else has bid, such as
/// one that is suspended or whose request to join waits.
pub async fn told(
    db: &impl sea_orm::ConnectionTrait,
    of: &opportunity::Model,
    bids: &[bid::Model],
) -> Result<Vec<(ProviderId, Vec<AccountId>)>, Failure> {
    let mut told = store::enrolment::members(db, of.category_id).await?;
    let others: Vec<_> = bids
        .iter()
        .map(|bid| bid.provider_id)
        .filter(|id| told.iter().all(|(member, _)| member != id))
        .collect();
    let mut people = store::account::people_of(db, &others, of.category_id).await?;
    told.extend(others.into_iter().map(|id| (id, people.remove(&id).unwrap_or_default())));
    Ok(told)
}

async fn amend(
    app: &App,
    order: &Order,
    id: OpportunityId,
    decide: impl FnOnce(&Amending<'_>, Instant) -> Result<Change, Refusal>,
) -> Result<(), Failure> {
    act(app, order, async |act| {
        let facts = Facts::load(act, id).await?;
        let change = decide(&facts.amending(), facts.now)?;
        act.record(change).await
    })
    .await
}

/// A broker moves the deadline later.
pub async fn extend(
    app: &App,
    order: &Order,
    id: OpportunityId,
    extension: NewDeadline,
) -> Result<(), Failure> {
    amend(app, order, id, |facts, now| rules::extend(facts, order.by, extension, now)).await
}

/// A broker corrects the advert.
pub async fn correct(
    app: &App,
    order: &Order,
    id: OpportunityId,
    correction: Correction,
) -> Result<(), Failure> {
    amend(app, order, id, |facts, now| rules::correct(facts, order.by, correction, now)).await
}
