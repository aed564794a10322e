//! Awards to a named provider, and the decisions on them.

use entity::{direct_award, vocabulary::*};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;

/// The most reviews that are read at once.
const REVIEWS_MAX: u64 = 200;

pub async fn find(
    db: &impl ConnectionTrait,
    id: DirectAwardId,
) -> Result<Option<direct_award::Model>, DbErr> {
    direct_award::Entity::find_by_id(id).one(db).await
}

/// The one of a package that was not returned.
pub async fn standing(
    db: &impl ConnectionTrait,
    package: PackageId,
) -> Result<Option<direct_award::Model>, DbErr> {
    direct_award::Entity::find()
        .filter(direct_award::Column::PackageId.eq(package))
        .filter(direct_award::Column::State.ne(AwardState::Returned))
        .one(db)
        .await
}

/// The same of several packages.
pub async fn of_packages(
    db: &impl ConnectionTrait,
    packages: impl IntoIterator<Item = PackageId>,
) -> Result<HashMap<PackageId, direct_award::Model>, DbErr> {
    let rows = direct_award::Entity::find()
        .filter(direct_award::Column::PackageId.is_in(packages))
        .filter(direct_award::Column::State.ne(AwardState::Returned))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.package_id, row)).collect())
}

/// An authority's, newest first, from the one after `after`.
pub async fn list(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
    after: Option<DirectAwardId>,
    most: u64,
) -> Result<Vec<direct_award::Model>, DbErr> {
    let mut query = direct_award::Entity::find().filter(direct_award::Column::AuthorityId.eq(authority));
    if let Some(after) = after {
        query = query.filter(direct_award::Column::Id.lt(after));
    }
    query.order_by_desc(direct_award::Column::Id).limit(most).all(db).await
}

/// Those of an authority that wait for a decision, oldest first, at most 100.
pub async fn waiting(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
) -> Result<Vec<direct_award::Model>, DbErr> {
    direct_award::Entity::find()
        .filter(direct_award::Column::AuthorityId.eq(authority))
        .filter(direct_award::Column::State.eq(AwardState::Waiting))
        .order_by_asc(direct_award::Column::Id)
        .limit(100)
        .all(db)
        .await
}

/// The urgent awards of an authority that wait for their review, the soonest due first.
pub async fn reviews_due(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
) -> Result<Vec<direct_award::Model>, DbErr> {
    direct_award::Entity::find()
        .filter(direct_award::Column::AuthorityId.eq(authority))
        .filter(direct_award::Column::ReviewDueOn.is_not_null())
        .filter(direct_award::Column::Review.is_null())
        .order_by_asc(direct_award::Column::ReviewDueOn)
        .order_by_asc(direct_award::Column::Id)
        .limit(REVIEWS_MAX)
        .all(db)
        .await
}

/// The next number in a market. Hold the market's lock.
pub async fn next_number(db: &impl ConnectionTrait, market: MarketId) -> Result<i32, DbErr> {
    let newest = direct_award::Entity::find()
        .filter(direct_award::Column::MarketId.eq(market))
        .order_by_desc(direct_award::Column::Number)
        .one(db)
        .await?;
    Ok(newest.map_or(1, |row| row.number + 1))
}
