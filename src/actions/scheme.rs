//! The scheme of delegation of a market: entering and revoking instruments, who holds which post, what the whole looks
//! like, and who could approve what.

use super::{Act, Failure, Order, act};
use crate::{
    app::App,
    domain::{
        actor::Actor,
        change::Change,
        delegation::{
            self as rules, Appointment, Asked, NewDecision, NewDelegation, NewPost, Revocation, Scheme,
            TenureEnd,
        },
        disclosure::scheme::{self as shown, Entered, SchemePage, WhoMayApprove},
        refusal::{Code, Refusal},
    },
    store,
};
use entity::{market, vocabulary::*};
use sea_orm::{ConnectionTrait, prelude::Uuid};

/// The most officers that are offered for a post.
pub const OFFICERS_MAX: u64 = 1_000;

/// A market of one's own authority.
async fn own(
    db: &impl ConnectionTrait,
    id: MarketId,
    authority: AuthorityId,
) -> Result<market::Model, Failure> {
    let found = store::market::find(db, id).await?.filter(|market| market.authority_id == authority);
    found.ok_or_else(|| Refusal::not_found("market").into())
}

/// What a change of the scheme looks at.
struct Facts {
    market: market::Model,
    scheme: Scheme,
    today: Day,
}

async fn facts(act: &mut Act<'_>, id: MarketId) -> Result<Facts, Failure> {
    act.lock(id).await?;
    let today = act.now().await?.london_day();
    let market = own(act.tx(), id, act.actor()?.authority()?).await?;
    let scheme = store::market::scheme(act.tx(), &market).await?;
    Ok(Facts { market, scheme, today })
}

/// Records a change of the scheme, and tells what is amiss because of it.
async fn entered(
    act: &mut Act<'_>,
    facts: Facts,
    (id, change): (impl Into<Uuid>, Change),
) -> Result<Entered, Failure> {
    let Facts { market, scheme, today } = facts;
    let before = rules::findings(&scheme, market.id, today);
    act.record(change).await?;
    let after = store::market::scheme(act.tx(), &market).await?;
    let findings = rules::new_findings(&before, rules::findings(&after, market.id, today));
    Ok(Entered { id: id.into(), findings })
}

/// A procurement officer enters a decision by members.
pub async fn enter_decision(
    app: &App,
    order: &Order,
    id: MarketId,
    new: NewDecision,
) -> Result<Entered, Failure> {
    act(app, order, async |act| {
        let facts = facts(act, id).await?;
        let decided = rules::enter_decision(&facts.scheme, id, order.by, new, facts.today)?;
        entered(act, facts, decided).await
    })
    .await
}

/// A procurement officer enters a delegation.
pub async fn enter_delegation(
    app: &App,
    order: &Order,
    id: MarketId,
    new: NewDelegation,
) -> Result<Entered, Failure> {
    act(app, order, async |act| {
        let facts = facts(act, id).await?;
        let decided = rules::enter_delegation(&facts.scheme, id, order.by, new, facts.today)?;
        entered(act, facts, decided).await
    })
    .await
}

/// A procurement officer revokes a delegation.
pub async fn revoke(app: &App, order: &Order, id: MarketId, said: Revocation) -> Result<Entered, Failure> {
    act(app, order, async |act| {
        let facts = facts(act, id).await?;
        let decided = rules::revoke(&facts.scheme, id, order.by, said)?;
        entered(act, facts, decided).await
    })
    .await
}

/// A procurement officer creates a post.
pub async fn create_post(app: &App, order: &Order, id: MarketId, new: NewPost) -> Result<Entered, Failure> {
    act(app, order, async |act| {
        let facts = facts(act, id).await?;
        let decided = rules::create_post(&facts.scheme, id, facts.market.authority_id, order.by, new)?;
        entered(act, facts, decided).await
    })
    .await
}

/// A procurement officer appoints somebody to a post.
pub async fn appoint(app: &App, order: &Order, id: MarketId, new: Appointment) -> Result<Entered, Failure> {
    act(app, order, async |act| {
        let facts = facts(act, id).await?;
        let officers = store::account::officers(act.tx(), facts.market.authority_id, OFFICERS_MAX).await?;
        let decided = rules::appoint(&facts.scheme, id, &officers, order.by, new)?;
        entered(act, facts, decided).await
    })
    .await
}

/// A procurement officer ends a tenure.
pub async fn end_tenure(app: &App, order: &Order, id: MarketId, said: TenureEnd) -> Result<Entered, Failure> {
    act(app, order, async |act| {
        let facts = facts(act, id).await?;
        let decided = rules::end_tenure(&facts.scheme, id, order.by, said)?;
        entered(act, facts, decided).await
    })
    .await
}

/// The whole scheme of a market on a day: today, where none is named.
pub async fn show(app: &App, actor: &Actor, id: MarketId, on: Option<Day>) -> Result<SchemePage, Failure> {
    let db = app.database.read();
    let market = own(db, id, actor.authority()?).await?;
    let Some(authority) = store::account::authority(db, market.authority_id).await? else {
        return Err(Refusal::not_found("authority").into());
    };
    let scheme = store::market::scheme(db, &market).await?;
    let may_change = actor.is(OfficerRole::Procurement);
    let officers = match may_change {
        true => store::account::officers(db, market.authority_id, OFFICERS_MAX).await?,
        false => Vec::new(),
    };
    let on = on.unwrap_or_else(|| app.clock.now().london_day());
    Ok(shown::page(&market, &authority, &scheme, on, may_change, officers))
}

/// A question of who could approve.
pub struct Supposition {
    pub yearly: Money,
    /// The same as the yearly value where it is left out.
    pub whole: Option<Money>,
    /// The market's first, where it is left out.
    pub category: Option<CategoryId>,
    pub kind: DecisionKind,
    /// Today, where it is left out.
    pub on: Option<Day>,
    /// Another day, to see beside it.
    pub also_on: Option<Day>,
}

/// Who could approve, on one day or on two.
pub async fn who_may_approve(
    app: &App,
    actor: &Actor,
    id: MarketId,
    supposed: Supposition,
) -> Result<WhoMayApprove, Failure> {
    let db = app.database.read();
    let market = own(db, id, actor.authority()?).await?;
    for (field, value) in [("yearly", Some(supposed.yearly)), ("whole", supposed.whole)] {
        if value.is_some_and(|value| value < Money::ZERO) {
            return Err(Refusal::new(Code::InvalidField, "A value is not less than nothing.")
                .at(field)
                .into());
        }
    }
    let categories = store::market::categories(db, [id]).await?;
    let category = match supposed.category {
        None => categories.first(),
        Some(wanted) => categories.iter().find(|category| category.id == wanted),
    };
    let Some(category) = category else {
        return Err(Refusal::not_found("category").at("category_id").into());
    };
    let scheme = store::market::scheme(db, &market).await?;
    let asked = Asked {
        kind: supposed.kind,
        market: id,
        category: category.id,
        on: supposed.on.unwrap_or_else(|| app.clock.now().london_day()),
        yearly: supposed.yearly,
        whole: supposed.whole.unwrap_or(supposed.yearly),
    };
    Ok(shown::who_may_approve(&market, &categories, &scheme, &asked, supposed.also_on))
}
