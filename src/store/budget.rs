//! Budgets, their years, what contracts take of them, and the decisions that set them.

use super::Transaction;
use crate::domain::budget::{Cost, Held};
use entity::{
    authority, award, bid, budget, budget_decision, budget_year, commitment, contract, decision, market,
    officer, opportunity, vocabulary::*,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::HashMap;

/// The most contracts that a forecast looks at.
pub const CONTRACTS_MAX: u64 = 100_000;
/// The most recommendations that wait in a market.
const WAITING_MAX: u64 = 1_000;

pub async fn find(db: &impl ConnectionTrait, id: BudgetId) -> Result<Option<budget::Model>, DbErr> {
    budget::Entity::find_by_id(id).one(db).await
}

/// Those of a market, or of one authority in it, oldest period first.
pub async fn of(
    db: &impl ConnectionTrait,
    market: MarketId,
    authority: Option<AuthorityId>,
) -> Result<Vec<Held>, DbErr> {
    with_years(db, asked(market, authority).all(db).await?).await
}

fn asked(market: MarketId, authority: Option<AuthorityId>) -> sea_orm::Select<budget::Entity> {
    let mut query = budget::Entity::find().filter(budget::Column::MarketId.eq(market));
    if let Some(authority) = authority {
        query = query.filter(budget::Column::AuthorityId.eq(authority));
    }
    query.order_by_asc(budget::Column::BeginsOn).order_by_asc(budget::Column::Id)
}

async fn with_years(db: &impl ConnectionTrait, budgets: Vec<budget::Model>) -> Result<Vec<Held>, DbErr> {
    let years = budget_year::Entity::find()
        .filter(budget_year::Column::BudgetId.is_in(budgets.iter().map(|b| b.id)))
        .order_by_asc(budget_year::Column::BeginsOn)
        .all(db)
        .await?;
    let of = |id| years.iter().filter(|y| y.budget_id == id).cloned().collect();
    Ok(budgets.into_iter().map(|budget| Held { years: of(budget.id), budget }).collect())
}

/// An authority's budgets in a market, held until the transaction ends. Nor can the market get another meanwhile.
pub async fn locked(tx: &Transaction, market: MarketId, authority: AuthorityId) -> Result<Vec<Held>, DbErr> {
    if tx.get_database_backend() != DbBackend::Postgres {
        return of(tx, market, Some(authority)).await;
    }
    market::Entity::find_by_id(market).lock_shared().one(tx).await?;
    // Who waited here reads the rows as they are once the other is done.
    let mut budgets = budget::Entity::find()
        .filter(budget::Column::MarketId.eq(market))
        .filter(budget::Column::AuthorityId.eq(authority))
        .order_by_asc(budget::Column::Id)
        .lock_exclusive()
        .all(tx)
        .await?;
    budgets.sort_by_key(|b| (b.begins_on, b.id));
    with_years(tx, budgets).await
}

/// An authority's contracts in a market, oldest first; at most [`CONTRACTS_MAX`].
pub async fn contracts(
    db: &impl ConnectionTrait,
    market: MarketId,
    authority: AuthorityId,
) -> Result<Vec<contract::Model>, DbErr> {
    contract::Entity::find()
        .filter(contract::Column::MarketId.eq(market))
        .filter(contract::Column::AuthorityId.eq(authority))
        .filter(super::contract::stands())
        .order_by_asc(contract::Column::Id)
        .limit(CONTRACTS_MAX)
        .all(db)
        .await
}

/// What these contracts cost by year, oldest part first.
pub async fn commitments(
    db: &impl ConnectionTrait,
    contracts: impl IntoIterator<Item = ContractId>,
) -> Result<Vec<commitment::Model>, DbErr> {
    commitment::Entity::find()
        .filter(commitment::Column::ContractId.is_in(contracts))
        .order_by_asc(commitment::Column::ContractId)
        .order_by_asc(commitment::Column::BeginsOn)
        .all(db)
        .await
}

/// The cost of each recommendation of an authority that waits in a market.
pub async fn waiting(
    db: &impl ConnectionTrait,
    market: MarketId,
    authority: AuthorityId,
) -> Result<Vec<Cost>, DbErr> {
    let opportunities = opportunity::Entity::find()
        .filter(opportunity::Column::MarketId.eq(market))
        .filter(opportunity::Column::AuthorityId.eq(authority))
        .filter(opportunity::Column::AwardId.is_not_null())
        .filter(opportunity::Column::AwardedAt.is_null())
        .filter(opportunity::Column::WithdrawnAt.is_null())
        .order_by_asc(opportunity::Column::Id)
        .limit(WAITING_MAX)
        .all(db)
        .await?;
    let awards = award::Entity::find()
        .filter(award::Column::Id.is_in(opportunities.iter().filter_map(|o| o.award_id)))
        .filter(award::Column::State.eq(AwardState::Waiting))
        .all(db)
        .await?;
    let bids =
        bid::Entity::find().filter(bid::Column::Id.is_in(awards.iter().map(|a| a.bid_id))).all(db).await?;
    let bids: HashMap<_, _> = bids.into_iter().map(|b| (b.id, b)).collect();
    Ok(awards
        .iter()
        .filter_map(|award| {
            let of = opportunities.iter().find(|o| o.id == award.opportunity_id)?;
            let starts_on = bids.get(&award.bid_id).map_or(of.starts_on, |bid| bid.offer.starts_on);
            Some(Cost {
                starts_on,
                weeks: of.initial_term_weeks,
                whole: award.contract_value,
                ended_on: None,
            })
        })
        .collect())
}

/// The decisions that set a budget's figures, newest first, at most 100, each with the member decision if one is named.
pub async fn decisions(
    db: &impl ConnectionTrait,
    budget: BudgetId,
) -> Result<Vec<(budget_decision::Model, Option<decision::Model>)>, DbErr> {
    let rows = budget_decision::Entity::find()
        .filter(budget_decision::Column::BudgetId.eq(budget))
        .order_by_desc(budget_decision::Column::Id)
        .limit(100)
        .all(db)
        .await?;
    let decisions = decision::Entity::find()
        .filter(decision::Column::Id.is_in(rows.iter().filter_map(|row| row.decision_id)))
        .all(db)
        .await?;
    let of = |id: Option<DecisionId>| decisions.iter().find(|d| Some(d.id) == id).cloned();
    Ok(rows.into_iter().map(|row| (row.clone(), of(row.decision_id))).collect())
}

/// A member decision.
pub async fn decision(db: &impl ConnectionTrait, id: DecisionId) -> Result<Option<decision::Model>, DbErr> {
    decision::Entity::find_by_id(id).one(db).await
}

/// The authorities with these slugs.
pub async fn authorities(
    db: &impl ConnectionTrait,
    slugs: impl IntoIterator<Item = String>,
) -> Result<Vec<authority::Model>, DbErr> {
    authority::Entity::find().filter(authority::Column::Slug.is_in(slugs)).all(db).await
}

/// The officers of an authority who have one of these roles.
pub async fn officers(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
    roles: &[OfficerRole],
) -> Result<Vec<AccountId>, DbErr> {
    let rows = officer::Entity::find()
        .filter(officer::Column::AuthorityId.eq(authority))
        .filter(officer::Column::Role.is_in(roles.iter().copied()))
        .order_by_asc(officer::Column::AccountId)
        .all(db)
        .await?;
    let mut people: Vec<_> = rows.into_iter().map(|row| row.account_id).collect();
    people.dedup();
    Ok(people)
}
