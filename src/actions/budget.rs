//! The money that members approved: setting budgets up, recording a decision on one, and showing how far it goes.

use super::{Act, Failure, Order, act};
use crate::{
    app::App,
    domain::{
        actor::Actor,
        budget::{self as rules, Cost, Defined, Figures, Held, NewCap, Warned},
        disclosure::budget::{self as shown, BudgetEffect, BudgetFacts, ContractBudget, MarketBudget},
        market::Definition,
        refusal::Refusal,
    },
    store,
};
use entity::{award, contract, opportunity, vocabulary::*};
use sea_orm::ConnectionTrait;

/// Who is warned as an authority's money runs out.
pub const WARNED_ROLES: [OfficerRole; 2] = [OfficerRole::Commissioner, OfficerRole::Procurement];

/// Whom to warn of an authority's budgets in a market.
pub async fn warned(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
    market_name: String,
) -> Result<Warned, Failure> {
    Ok(Warned { market_name, officers: store::budget::officers(db, authority, &WARNED_ROLES).await? })
}

/// Sets up, or changes, the budgets of a market's definition; `old` is the one before. The market's own rows are
/// written already, so nobody enters a contract there meanwhile.
pub async fn define(
    act: &mut Act<'_>,
    market_id: MarketId,
    definition: &Definition,
    old: Option<&Definition>,
) -> Result<(), Failure> {
    let now = act.now().await?;
    let wanted = definition.every_budget();
    if wanted.is_empty() {
        return Ok(());
    }
    let before = old.map(Definition::every_budget).unwrap_or_default();
    let authorities =
        store::budget::authorities(act.tx(), wanted.iter().map(|b| b.authority.clone())).await?;
    let decisions = store::market::decisions(act.tx(), market_id).await?;
    for budget in wanted {
        let Some(authority) = authorities.iter().find(|a| a.slug == budget.authority) else {
            return Err(Failure::Broken(format!("no authority {}", budget.authority)));
        };
        let held = store::budget::locked(act.tx(), market_id, authority.id).await?;
        let contracts = store::budget::contracts(act.tx(), market_id, authority.id).await?;
        let (known, others): (Vec<_>, Vec<_>) =
            held.into_iter().partition(|held| held.budget.slug == budget.slug);
        let known = known.first();
        let decision = |slug: &String| decisions.iter().find(|d| d.slug == *slug).map(|d| d.id);
        let figures =
            Figures { cap: budget.cap, cap_yearly: budget.cap_yearly, guide_yearly: budget.guide_yearly };
        let figures_changed = before.iter().find(|b| b.slug == budget.slug).is_none_or(|b| {
            (b.cap, b.cap_yearly, b.guide_yearly) != (figures.cap, figures.cap_yearly, figures.guide_yearly)
        });
        let defined = Defined {
            market_id,
            authority_id: authority.id,
            slug: budget.slug,
            title: budget.title,
            // A period stays as it is.
            begins_on: known.map_or(budget.from, |k| k.budget.begins_on),
            ends_on: known.map_or(budget.to, |k| k.budget.ends_on),
            figures,
            decision_id: budget.decision.as_ref().and_then(decision),
            illustrative: budget.illustrative,
        };
        if let Some(change) = rules::define(known, &others, &defined, figures_changed, &contracts, now)? {
            act.record(change).await?;
        }
    }
    Ok(())
}

/// A budget of the officer's own authority, under its lock.
async fn own(act: &Act<'_>, id: BudgetId) -> Result<Held, Failure> {
    let authority = act.actor()?.authority()?;
    let found = store::budget::find(act.tx(), id).await?.filter(|b| b.authority_id == authority);
    let Some(found) = found else { return Err(Refusal::not_found("budget").into()) };
    let held = store::budget::locked(act.tx(), found.market_id, authority).await?;
    let own = held.into_iter().find(|held| held.budget.id == id);
    own.ok_or_else(|| Refusal::not_found("budget").into())
}

/// A procurement officer records the decision by which members changed a budget's figures.
pub async fn set_cap(app: &App, order: &Order, id: BudgetId, new: NewCap) -> Result<MarketId, Failure> {
    act(app, order, async |act| {
        let held = own(act, id).await?;
        let now = act.now().await?;
        let set_by = match held.budget.decision_id {
            Some(id) => store::budget::decision(act.tx(), id).await?,
            None => None,
        };
        let change = rules::set_cap(&held, set_by.as_ref(), new, order.by, now)?;
        act.record(change).await?;
        Ok(held.budget.market_id)
    })
    .await
}

/// A market's budgets, for its own officers; for a partner's officers, their own.
pub async fn show(app: &App, actor: &Actor, id: MarketId) -> Result<MarketBudget, Failure> {
    let db = app.database.read();
    let own = actor.authority()?;
    let Some(market) = store::market::find(db, id).await? else {
        return Err(Refusal::not_found("market").into());
    };
    let all = store::budget::of(db, id, None).await?;
    let mine = |held: &&Held| market.authority_id == own || held.budget.authority_id == own;
    let visible: Vec<_> = all.iter().filter(mine).collect();
    if visible.is_empty() && market.authority_id != own {
        return Err(Refusal::not_found("market").into());
    }
    let today = app.clock.now().london_day();
    let mut views = Vec::new();
    for held in visible {
        views.push(view(db, actor, held, &all, today).await?);
    }
    Ok(shown::of_market(&market, views))
}

async fn view(
    db: &impl ConnectionTrait,
    actor: &Actor,
    held: &Held,
    all: &[Held],
    today: Day,
) -> Result<shown::BudgetView, Failure> {
    let (market, authority_id) = (held.budget.market_id, held.budget.authority_id);
    let contracts = store::budget::contracts(db, market, authority_id).await?;
    let newest: Vec<_> = contracts.iter().rev().take(shown::CONTRACTS_SHOWN_MAX).collect();
    let commitments = store::budget::commitments(db, newest.iter().map(|c| c.id)).await?;
    let waiting = store::budget::waiting(db, market, authority_id).await?;
    let decisions = store::budget::decisions(db, held.budget.id).await?;
    let people = store::account::names(db, decisions.iter().filter_map(|(d, _)| d.recorded_by)).await?;
    let providers = store::account::provider_names(db, newest.iter().map(|c| c.provider_id)).await?;
    let authority = store::account::authority(db, authority_id).await?;
    let set_by = match held.budget.decision_id {
        Some(id) => store::budget::decision(db, id).await?.map(|d| d.body),
        None => None,
    };
    let own: Vec<_> = all.iter().filter(|h| h.budget.authority_id == authority_id).cloned().collect();
    Ok(shown::budget_view(&BudgetFacts {
        held,
        all: &own,
        authority_name: authority.map(|a| a.name).unwrap_or_default(),
        contracts: &contracts,
        commitments: &commitments,
        waiting: &waiting,
        decisions: &decisions,
        people: &people,
        providers: &providers,
        set_by,
        can_record: actor.is(OfficerRole::Procurement)
            && actor.authority().is_ok_and(|own| own == authority_id),
        today,
    }))
}

/// What approving a recommendation would do to the money that members approved; nothing where there is no budget.
pub async fn effect(
    db: &impl ConnectionTrait,
    of: &opportunity::Model,
    award: &award::Model,
) -> Result<Option<BudgetEffect>, Failure> {
    let bid = store::bid::find(db, award.bid_id).await?;
    let starts_on = bid.map_or(of.starts_on, |bid| bid.offer.starts_on);
    let cost = Cost { starts_on, weeks: of.initial_term_weeks, whole: award.contract_value, ended_on: None };
    effect_of(db, of.market_id, of.authority_id, cost).await
}

/// What a cost would do to the money that an authority's members approved; nothing where there is no budget.
pub async fn effect_of(
    db: &impl ConnectionTrait,
    market: MarketId,
    authority: AuthorityId,
    cost: Cost,
) -> Result<Option<BudgetEffect>, Failure> {
    let budgets = store::budget::of(db, market, Some(authority)).await?;
    Ok(if budgets.is_empty() { None } else { shown::effect(&budgets, cost) })
}

/// The same of the recommendation that waits, if one does.
pub async fn effect_of_waiting(
    db: &impl ConnectionTrait,
    of: &opportunity::Model,
) -> Result<Option<BudgetEffect>, Failure> {
    let award = match of.award_id {
        Some(id) => store::award::find(db, id).await?,
        None => None,
    };
    match award.filter(|award| award.state == AwardState::Waiting) {
        Some(award) => effect(db, of, &award).await,
        None => Ok(None),
    }
}

/// A contract's cost by year.
pub async fn of_contract(
    db: &impl ConnectionTrait,
    contract: &contract::Model,
) -> Result<Option<ContractBudget>, Failure> {
    let budgets = store::budget::of(db, contract.market_id, Some(contract.authority_id)).await?;
    let rows = store::budget::commitments(db, [contract.id]).await?;
    Ok(shown::of_contract(contract, &rows, &budgets))
}
