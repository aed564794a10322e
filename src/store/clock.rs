//! What legal clocks are derived from, and who owns them.

use entity::{
    authority, category, clock_owner, clock_reminder, contract, enrolment, holder, inquiry, market, notice,
    officer, opportunity, post, vocabulary::*,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, prelude::Uuid,
};
use std::{collections::HashMap, sync::Arc};

/// The most clocks of one kind that are looked at: those that are due first.
pub const CLOCKS_MAX: u64 = 1_000;

/// Every authority there is.
pub async fn authorities(db: &impl ConnectionTrait) -> Result<Vec<AuthorityId>, DbErr> {
    let rows = authority::Entity::find().order_by_asc(authority::Column::Id).all(db).await?;
    Ok(rows.into_iter().map(|a| a.id).collect())
}

/// Requests to join an authority's markets: those that wait, and those decided since.
pub async fn enrolments(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
    since: Instant,
) -> Result<Vec<(enrolment::Model, Arc<market::Model>)>, DbErr> {
    let markets = market::Entity::find().filter(market::Column::AuthorityId.eq(authority)).all(db).await?;
    let markets: Vec<_> = markets.into_iter().map(Arc::new).collect();
    #[derive(FromQueryResult)]
    struct Within {
        id: CategoryId,
        market_id: MarketId,
    }
    let categories = category::Entity::find()
        .select_only()
        .columns([category::Column::Id, category::Column::MarketId])
        .filter(category::Column::MarketId.is_in(markets.iter().map(|m| m.id)))
        .into_model::<Within>()
        .all(db)
        .await?;
    let rows = enrolment::Entity::find()
        .filter(enrolment::Column::CategoryId.is_in(categories.iter().map(|category| category.id)))
        .filter(
            Condition::any()
                .add(enrolment::Column::DecidedAt.is_null())
                .add(enrolment::Column::DecidedAt.gte(since)),
        )
        .order_by_asc(enrolment::Column::DecideBy)
        .order_by_asc(enrolment::Column::Id)
        .limit(CLOCKS_MAX)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let category = categories.iter().find(|category| category.id == row.category_id)?;
            let market = markets.iter().find(|m| m.id == category.market_id)?;
            Some((row, Arc::clone(market)))
        })
        .collect())
}

/// Prices in question in an authority's opportunities: those not decided, and those decided since.
pub async fn inquiries(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
    since: Instant,
) -> Result<Vec<(inquiry::Model, opportunity::Model, Arc<market::Model>)>, DbErr> {
    let own = opportunity::Entity::find()
        .select_only()
        .column(opportunity::Column::Id)
        .filter(opportunity::Column::AuthorityId.eq(authority))
        .filter(opportunity::Column::WithdrawnAt.is_null())
        .into_query();
    let rows = inquiry::Entity::find()
        .filter(inquiry::Column::OpportunityId.in_subquery(own))
        .filter(
            Condition::any()
                .add(inquiry::Column::DecidedAt.is_null())
                .add(inquiry::Column::DecidedAt.gte(since)),
        )
        .order_by_asc(inquiry::Column::Id)
        .limit(CLOCKS_MAX)
        .all(db)
        .await?;
    let opportunities = opportunity::Entity::find()
        .filter(opportunity::Column::Id.is_in(rows.iter().map(|r| r.opportunity_id)))
        .all(db)
        .await?;
    let markets = market::Entity::find()
        .filter(market::Column::Id.is_in(opportunities.iter().map(|o| o.market_id)))
        .all(db)
        .await?;
    let markets: Vec<_> = markets.into_iter().map(Arc::new).collect();
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let of = opportunities.iter().find(|o| o.id == row.opportunity_id)?;
            let market = markets.iter().find(|m| m.id == of.market_id)?;
            Some((row, of.clone(), Arc::clone(market)))
        })
        .collect())
}

/// A contract, and its notice if it was published.
pub type Noticed = (contract::Model, Option<notice::Model>);

/// An authority's contracts that want a notice, oldest first, and those whose notice was published since this day.
pub async fn contracts(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
    since: Day,
) -> Result<(Vec<Noticed>, Vec<market::Model>), DbErr> {
    let published = notice::Entity::find().select_only().column(notice::Column::ContractId).into_query();
    let wanting = contract::Entity::find()
        .filter(contract::Column::AuthorityId.eq(authority))
        .filter(contract::Column::Id.not_in_subquery(published))
        .filter(super::contract::stands())
        .order_by_asc(contract::Column::AwardedAt)
        .order_by_asc(contract::Column::Id)
        .limit(CLOCKS_MAX)
        .all(db)
        .await?;
    let recent = notice::Entity::find()
        .filter(notice::Column::PublishedOn.gte(since))
        .order_by_desc(notice::Column::PublishedOn)
        .limit(CLOCKS_MAX)
        .all(db)
        .await?;
    let noticed = contract::Entity::find()
        .filter(contract::Column::AuthorityId.eq(authority))
        .filter(contract::Column::Id.is_in(recent.iter().map(|n| n.contract_id)))
        .order_by_asc(contract::Column::Id)
        .all(db)
        .await?;
    let of = |id| recent.iter().find(|n| n.contract_id == id).cloned();
    let rows: Vec<_> = wanting
        .into_iter()
        .map(|contract| (contract, None))
        .chain(noticed.into_iter().map(|contract| (contract.clone(), of(contract.id))))
        .collect();
    let markets = market::Entity::find()
        .filter(market::Column::Id.is_in(rows.iter().map(|(c, _)| c.market_id)))
        .all(db)
        .await?;
    Ok((rows, markets))
}

/// The notice of a contract.
pub async fn notice(db: &impl ConnectionTrait, contract: ContractId) -> Result<Option<notice::Model>, DbErr> {
    notice::Entity::find().filter(notice::Column::ContractId.eq(contract)).one(db).await
}

/// Who was named as the owner of these clocks.
pub async fn owners(
    db: &impl ConnectionTrait,
    about: impl IntoIterator<Item = Uuid>,
) -> Result<Vec<clock_owner::Model>, DbErr> {
    clock_owner::Entity::find().filter(clock_owner::Column::About.is_in(about)).all(db).await
}

/// Which reminders of these clocks were sent.
pub async fn reminders(
    db: &impl ConnectionTrait,
    about: impl IntoIterator<Item = Uuid>,
) -> Result<Vec<clock_reminder::Model>, DbErr> {
    clock_reminder::Entity::find().filter(clock_reminder::Column::About.is_in(about)).all(db).await
}

/// The posts of an authority, by title.
pub async fn posts(db: &impl ConnectionTrait, authority: AuthorityId) -> Result<Vec<post::Model>, DbErr> {
    post::Entity::find()
        .filter(post::Column::AuthorityId.eq(authority))
        .order_by_asc(post::Column::Title)
        .all(db)
        .await
}

/// Who holds a post on a day.
pub async fn holders(db: &impl ConnectionTrait, post: PostId, on: Day) -> Result<Vec<AccountId>, DbErr> {
    let rows = holder::Entity::find()
        .filter(holder::Column::PostId.eq(post))
        .order_by_asc(holder::Column::Id)
        .all(db)
        .await?;
    let mut people: Vec<_> = rows
        .into_iter()
        .filter(|h| h.from <= on && h.to.is_none_or(|to| on <= to))
        .map(|h| h.account_id)
        .collect();
    people.sort();
    people.dedup();
    Ok(people)
}

/// The officers of an authority, each with their roles.
pub async fn officers(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
) -> Result<HashMap<AccountId, Vec<OfficerRole>>, DbErr> {
    let rows = officer::Entity::find().filter(officer::Column::AuthorityId.eq(authority)).all(db).await?;
    let mut people: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        people.entry(row.account_id).or_default().push(row.role);
    }
    Ok(people)
}
