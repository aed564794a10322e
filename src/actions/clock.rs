//! Legal clocks: the board, naming owners, marking notices as published, and reminding.

use super::{Act, Failure, Order, act, act_for_nobody};
use crate::{
    app::App,
    domain::{
        actor::Actor,
        clock::{self as rules, Clock, NewNotice, Owner},
        disclosure::clock::{self as shown, ClockBoard, ClockNames, MayOwn},
        refusal::{Code, Refusal},
    },
    store,
};
use entity::vocabulary::*;
use sea_orm::{ConnectionTrait, prelude::Uuid};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// For so many days what was met is still shown.
const SHOWN_DAYS: i64 = 30;

/// How many clocks of an authority one look reminds of; the next look goes on.
const REMINDED_MAX: usize = 100;

/// How many clocks are reminded of in one transaction: the clocks are read again in each.
const REMINDED_AT_ONCE: usize = 25;

/// Who is to see to a clock: exactly one of the three.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOwner {
    #[serde(default)]
    pub account_id: Option<AccountId>,
    #[serde(default)]
    pub post_id: Option<PostId>,
    #[serde(default)]
    pub role: Option<OfficerRole>,
}

/// Every clock of an authority with its owner, what is due first at the top.
pub(super) async fn every(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
    now: Instant,
) -> Result<Vec<Clock>, Failure> {
    let since = now.plus_seconds(-SHOWN_DAYS * 86_400);
    let mut clocks = Vec::new();
    for (enrolment, market) in store::clock::enrolments(db, authority, since).await? {
        clocks.push(rules::enrolment(&enrolment, &market));
    }
    for (inquiry, opportunity, market) in store::clock::inquiries(db, authority, since).await? {
        clocks.extend(rules::inquiry(&inquiry, &opportunity, &market, now));
    }
    let (contracts, markets) = store::clock::contracts(db, authority, since.london_day()).await?;
    for market in &markets {
        clocks.extend(rules::notices(market, &contracts));
    }
    let standstills = store::opportunity::in_standstill(db, authority).await?;
    clocks.extend(standstills.iter().filter_map(|of| rules::running(of, now)));
    clocks.extend(super::direct_award::clocks(db, authority, now).await?);
    clocks.extend(store::direct_award::reviews_due(db, authority).await?.iter().filter_map(rules::review));
    clocks.extend(super::standing::clocks(db, authority).await?);
    let owners = store::clock::owners(db, clocks.iter().map(|clock| clock.about)).await?;
    let mut clocks: Vec<_> = clocks.into_iter().map(|clock| rules::owned(clock, &owners)).collect();
    clocks.sort_by_key(|clock| (clock.met.is_some(), clock.due.instant(), clock.about));
    Ok(clocks)
}

async fn names(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
    clocks: &[Clock],
) -> Result<ClockNames, Failure> {
    let people = store::clock::officers(db, authority).await?;
    let owners = clocks.iter().filter_map(|clock| match clock.owner {
        Owner::Officer(id) => Some(id),
        Owner::Post(_) | Owner::Role(_) => None,
    });
    let categories = store::market::names(db, clocks.iter().filter_map(|clock| clock.category_id)).await?;
    let markets = store::market::all(db).await?;
    Ok(ClockNames {
        markets: markets.into_iter().map(|m| (m.id, m.name)).collect(),
        categories: clocks
            .iter()
            .filter_map(|c| c.category_id)
            .map(|id| (id, categories.category(id)))
            .collect(),
        providers: store::account::provider_names(db, clocks.iter().filter_map(|c| c.provider_id)).await?,
        people: store::account::names(db, people.into_keys().chain(owners)).await?,
        posts: store::clock::posts(db, authority).await?.into_iter().map(|p| (p.id, p.title)).collect(),
    })
}

/// Every legal clock of the officer's authority.
pub async fn show(app: &App, actor: &Actor) -> Result<ClockBoard, Failure> {
    let db = app.database.read();
    let (authority, now) = (actor.authority()?, app.clock.now());
    let clocks = every(db, authority, now).await?;
    let names = names(db, authority, &clocks).await?;
    let staff = store::clock::officers(db, authority).await?;
    let mut officers: Vec<_> = staff
        .keys()
        .filter_map(|id| Some(MayOwn { id: id.0, words: names.people.get(id)?.clone() }))
        .collect();
    officers.sort_by(|a, b| (&a.words, a.id).cmp(&(&b.words, b.id)));
    let posts = store::clock::posts(db, authority).await?;
    Ok(ClockBoard {
        clocks: clocks.iter().map(|clock| shown::clock(clock, &names, now)).collect(),
        officers,
        posts: posts.into_iter().map(|p| MayOwn { id: p.id.0, words: p.title }).collect(),
        may_assign: actor.is(OfficerRole::Commissioner) || actor.is(OfficerRole::Procurement),
        may_publish: actor.is(OfficerRole::Procurement),
    })
}

/// One of the three, of the officer's own authority.
async fn owner(db: &impl ConnectionTrait, authority: AuthorityId, new: &NewOwner) -> Result<Owner, Failure> {
    let nobody = || {
        Refusal::new(Code::InvalidField, "Choose one officer, post or role of your authority.").at("owner")
    };
    let found = match (new.account_id, new.post_id, new.role) {
        (Some(id), None, None) => {
            store::clock::officers(db, authority).await?.contains_key(&id).then_some(Owner::Officer(id))
        }
        (None, Some(id), None) => {
            store::clock::posts(db, authority).await?.iter().any(|p| p.id == id).then_some(Owner::Post(id))
        }
        (None, None, Some(role)) => Some(Owner::Role(role)),
        _ => None,
    };
    Ok(found.ok_or_else(nobody)?)
}

/// A commissioner or a procurement officer names who sees to a clock.
pub async fn assign(
    app: &App,
    order: &Order,
    kind: ClockKind,
    id: Uuid,
    new: NewOwner,
) -> Result<(), Failure> {
    act(app, order, async |act| {
        let authority = act.actor()?.authority()?;
        let known = |clock: &Clock| clock.kind == kind && clock.about == id;
        let now = act.now().await?;
        // Found first, to know what to hold; then again, as it is under the lock.
        let found = every(act.tx(), authority, now).await?.into_iter().find(known);
        let Some(found) = found else { return Err(Refusal::not_found("clock").into()) };
        act.lock(found.subject).await?;
        let clock = every(act.tx(), authority, now).await?.into_iter().find(known);
        let Some(clock) = clock else { return Err(Refusal::not_found("clock").into()) };
        let owner = owner(act.tx(), authority, &new).await?;
        let names = names(act.tx(), authority, std::slice::from_ref(&clock)).await?;
        // Events name people by id alone: a history shows the name of a post or a role.
        let words = match owner {
            Owner::Officer(_) => "an officer".to_owned(),
            Owner::Post(_) | Owner::Role(_) => shown::owner_words(owner, &names.people, &names.posts),
        };
        act.record(rules::assign(&clock, owner, words, order.by, now)?).await
    })
    .await
}

/// A procurement officer marks a notice as published, for each contract that it covers.
pub async fn publish(app: &App, order: &Order, new: NewNotice) -> Result<(), Failure> {
    act(app, order, async |act| {
        let authority = act.actor()?.authority()?;
        rules::check_covered(&new.contract_ids)?;
        let mut ids = new.contract_ids.clone();
        ids.sort();
        for id in &ids {
            act.lock(*id).await?;
        }
        let now = act.now().await?;
        for id in ids {
            let found = store::contract::find(act.tx(), id).await?;
            let Some(contract) = found.filter(|c| c.authority_id == authority) else {
                return Err(Refusal::not_found("contract").at("contract_ids").into());
            };
            let before = store::clock::notice(act.tx(), id).await?;
            act.record(rules::publish(&contract, before.as_ref(), &new, order.by, now)?).await?;
        }
        Ok(())
    })
    .await
}

/// Who is told of a clock: its owner, and once it is overdue those whom that is for to know besides.
async fn told(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
    clock: &Clock,
    now: Instant,
) -> Result<Vec<AccountId>, Failure> {
    let mut told = match clock.owner {
        Owner::Officer(id) => vec![id],
        Owner::Post(id) => store::clock::holders(db, id, now.london_day()).await?,
        Owner::Role(role) => store::budget::officers(db, authority, &[role]).await?,
    };
    let above = clock.escalates_to(now);
    if !above.is_empty() {
        told.extend(store::budget::officers(db, authority, above).await?);
    }
    told.sort();
    told.dedup();
    Ok(told)
}

/// Reminds of these clocks, as they are under their locks. Returns of how many.
async fn remind(
    act: &mut Act<'_>,
    authority: AuthorityId,
    wanted: &[Clock],
    markets: &HashMap<MarketId, String>,
) -> Result<usize, Failure> {
    for clock in wanted {
        act.lock(clock.subject).await?;
    }
    let now = act.now().await?;
    let mut clocks = every(act.tx(), authority, now).await?;
    clocks.retain(|clock| wanted.iter().any(|one| (one.kind, one.about) == (clock.kind, clock.about)));
    let before = store::clock::reminders(act.tx(), clocks.iter().map(|clock| clock.about)).await?;
    let mut reminded = 0;
    for clock in clocks {
        let owners = told(act.tx(), authority, &clock, now).await?;
        let market = markets.get(&clock.market_id).cloned().unwrap_or_default();
        if let Some(change) = rules::remind(&clock, market, &owners, &before, now) {
            act.record(change).await?;
            reminded += 1;
        }
    }
    Ok(reminded)
}

/// Reminds the owners of clocks that are due soon or overdue, once each. Returns how many clocks that were.
pub async fn remind_due(app: &App) -> Result<usize, Failure> {
    let db = app.database.read();
    let now = app.clock.now();
    let mut reminded = 0;
    for authority in store::clock::authorities(db).await? {
        let mut due = every(db, authority, now).await?;
        due.retain(|clock| clock.reminder(now).is_some());
        if due.is_empty() {
            continue;
        }
        let before = store::clock::reminders(db, due.iter().map(|clock| clock.about)).await?;
        let markets = names(db, authority, &[]).await?.markets;
        let mut wanted = Vec::new();
        for clock in due.into_iter().filter(|clock| rules::wants_reminder(clock, &before, now)) {
            // A look without a lock spares those whom nobody is there to hear of the transaction.
            if wanted.len() < REMINDED_MAX && !told(db, authority, &clock, now).await?.is_empty() {
                wanted.push(clock);
            }
        }
        // Locks are taken in one order by everybody.
        wanted.sort_by_key(|clock| clock.subject);
        for some in wanted.chunks(REMINDED_AT_ONCE) {
            reminded += act_for_nobody(app, async |act| remind(act, authority, some, &markets).await).await?;
        }
    }
    Ok(reminded)
}
