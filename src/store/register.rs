//! What the registers last said, what is due to be asked, and the concerns that follow from it.

use super::{account, budget, exclusion};
use crate::domain::register::{Enrolled, Facts};
use entity::{category, concern, enrolment, identifiers, market, register_reading, vocabulary::*};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};
use std::collections::HashMap;

/// The most readings or concerns of one provider that are looked at.
const OF_PROVIDER_MAX: u64 = 200;

/// The identifiers of a provider, beside those on its own row.
pub async fn identifiers(
    db: &impl ConnectionTrait,
    id: ProviderId,
) -> Result<Option<identifiers::Model>, DbErr> {
    identifiers::Entity::find_by_id(id).one(db).await
}

/// What the registers last said of a provider's numbers: of those that it gives now first.
pub async fn readings(
    db: &impl ConnectionTrait,
    id: ProviderId,
) -> Result<Vec<register_reading::Model>, DbErr> {
    register_reading::Entity::find()
        .filter(register_reading::Column::ProviderId.eq(id))
        .order_by_asc(register_reading::Column::DueAt.is_null())
        .order_by_asc(register_reading::Column::Entry)
        .order_by_asc(register_reading::Column::Number)
        .limit(OF_PROVIDER_MAX)
        .all(db)
        .await
}

const fn entries_of(register: Register) -> &'static [RegisterEntry] {
    match register {
        Register::Cqc => &[RegisterEntry::CqcProvider, RegisterEntry::CqcLocation],
        Register::CompaniesHouse => &[RegisterEntry::Company],
        Register::CharityCommission => &[RegisterEntry::Charity],
    }
}

/// What a register is due to be asked about, longest due first: numbers of providers that are in a market or wait to be.
/// With `of`, of this provider alone.
pub async fn due(
    db: &impl ConnectionTrait,
    register: Register,
    of: Option<ProviderId>,
    now: Instant,
    most: u64,
) -> Result<Vec<register_reading::Model>, DbErr> {
    let live = enrolment::Entity::find()
        .select_only()
        .column(enrolment::Column::ProviderId)
        .filter(enrolment::Column::Standing.is_not_in(OVER));
    let mut query = register_reading::Entity::find()
        .filter(register_reading::Column::DueAt.lte(now))
        .filter(register_reading::Column::Entry.is_in(entries_of(register).iter().copied()))
        .filter(register_reading::Column::ProviderId.in_subquery(live.into_query()));
    if let Some(of) = of {
        query = query.filter(register_reading::Column::ProviderId.eq(of));
    }
    query.order_by_asc(register_reading::Column::DueAt).limit(most).all(db).await
}

/// Standings under which nothing is expected of a provider any more.
pub const OVER: [Standing; 3] = [Standing::Refused, Standing::Removed, Standing::Withdrawn];

/// Until when a register wishes to be left alone, if it does now.
pub async fn paused_until(
    db: &impl ConnectionTrait,
    register: Register,
    now: Instant,
) -> Result<Option<Instant>, DbErr> {
    let row = register_reading::Entity::find()
        .filter(register_reading::Column::Entry.is_in(entries_of(register).iter().copied()))
        .filter(register_reading::Column::Failure.eq(CheckFailure::AskedTooOften))
        .filter(register_reading::Column::PausedUntil.gt(now))
        .order_by_desc(register_reading::Column::PausedUntil)
        .one(db)
        .await?;
    Ok(row.and_then(|row| row.paused_until))
}

/// One reading as it is now.
pub async fn reading(
    db: &impl ConnectionTrait,
    of: (ProviderId, RegisterEntry, String),
) -> Result<Option<register_reading::Model>, DbErr> {
    register_reading::Entity::find_by_id(of).one(db).await
}

/// What the rules look at when a register has answered about a number.
pub async fn facts(db: &impl ConnectionTrait, row: register_reading::Model) -> Result<Option<Facts>, DbErr> {
    let Some(provider) = account::provider(db, row.provider_id).await? else { return Ok(None) };
    let found = exclusion::enrolments(db, provider.id).await?;
    let categories = category::Entity::find()
        .filter(category::Column::Id.is_in(found.iter().map(|(of, _)| of.category_id)))
        .all(db)
        .await?;
    let markets = market::Entity::find()
        .filter(market::Column::Id.is_in(categories.iter().map(|c| c.market_id)))
        .all(db)
        .await?;
    let mut enrolments = Vec::new();
    for (of, authority_id) in found {
        let category = categories.iter().find(|c| c.id == of.category_id);
        let market = category.and_then(|c| markets.iter().find(|m| m.id == c.market_id));
        let (Some(category), Some(market)) = (category, market) else { continue };
        let mut officers = Vec::new();
        for id in budget::officers(db, authority_id, &[OfficerRole::Procurement]).await? {
            let open = concern::Entity::find()
                .filter(concern::Column::OwnerId.eq(id))
                .filter(concern::Column::ClosedAt.is_null())
                .count(db)
                .await?;
            officers.push((id, open));
        }
        let (market, category) = (market.name.clone(), category.name.clone());
        enrolments.push(Enrolled { row: of, authority_id, market, category, officers });
    }
    let known = concern::Entity::find()
        .filter(concern::Column::ProviderId.eq(provider.id))
        .filter(concern::Column::Entry.eq(row.entry))
        .filter(concern::Column::Number.eq(&row.number))
        .order_by_desc(concern::Column::Id)
        .limit(OF_PROVIDER_MAX)
        .all(db)
        .await?;
    Ok(Some(Facts { row, provider, enrolments, known }))
}

/// A concern.
pub async fn concern(db: &impl ConnectionTrait, id: ConcernId) -> Result<Option<concern::Model>, DbErr> {
    concern::Entity::find_by_id(id).one(db).await
}

/// An authority's concerns, newest first, from the one after `after`: those that are open, or those that are closed.
pub async fn concerns(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
    closed: bool,
    after: Option<ConcernId>,
    most: u64,
) -> Result<Vec<concern::Model>, DbErr> {
    let mut query =
        concern::Entity::find().filter(concern::Column::AuthorityId.eq(authority)).filter(if closed {
            concern::Column::ClosedAt.is_not_null()
        } else {
            concern::Column::ClosedAt.is_null()
        });
    if let Some(after) = after {
        query = query.filter(concern::Column::Id.lt(after));
    }
    query.order_by_desc(concern::Column::Id).limit(most).all(db).await
}

/// The concerns of an authority about one provider, newest first.
pub async fn concerns_about(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
    provider: ProviderId,
) -> Result<Vec<concern::Model>, DbErr> {
    concern::Entity::find()
        .filter(concern::Column::AuthorityId.eq(authority))
        .filter(concern::Column::ProviderId.eq(provider))
        .order_by_desc(concern::Column::Id)
        .limit(OF_PROVIDER_MAX)
        .all(db)
        .await
}

/// How many of an authority's concerns are open.
pub async fn open_count(db: &impl ConnectionTrait, authority: AuthorityId) -> Result<u64, DbErr> {
    concern::Entity::find()
        .filter(concern::Column::AuthorityId.eq(authority))
        .filter(concern::Column::ClosedAt.is_null())
        .count(db)
        .await
}

/// What officers know of these providers by name.
pub async fn names(
    db: &impl ConnectionTrait,
    of: &[concern::Model],
) -> Result<(HashMap<ProviderId, String>, HashMap<AccountId, String>), DbErr> {
    let providers = account::provider_names(db, of.iter().map(|row| row.provider_id)).await?;
    let people = of.iter().flat_map(|row| [row.owner_id, row.closed_by]).flatten();
    Ok((providers, account::names(db, people).await?))
}
