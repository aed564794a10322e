//! Packages: private to the authority's officers.

use entity::{category, package, vocabulary::*};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect,
};

pub async fn find(db: &impl ConnectionTrait, id: PackageId) -> Result<Option<package::Model>, DbErr> {
    package::Entity::find_by_id(id).one(db).await
}

/// The market in which one of an authority's packages is bought.
pub async fn market_of(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
    id: PackageId,
) -> Result<Option<MarketId>, DbErr> {
    #[derive(FromQueryResult)]
    struct Place {
        market_id: MarketId,
    }

    let of_category = package::Entity::belongs_to(category::Entity)
        .from(package::Column::CategoryId)
        .to(category::Column::Id);
    let place = package::Entity::find_by_id(id)
        .select_only()
        .column(category::Column::MarketId)
        .join(JoinType::InnerJoin, of_category.into())
        .filter(package::Column::AuthorityId.eq(authority))
        .into_model::<Place>()
        .one(db)
        .await?;
    Ok(place.map(|place| place.market_id))
}

/// An authority's packages, newest first, from the one after `after`.
pub async fn list(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
    after: Option<PackageId>,
    most: u64,
) -> Result<Vec<package::Model>, DbErr> {
    let mut query = package::Entity::find().filter(package::Column::AuthorityId.eq(authority));
    if let Some(after) = after {
        query = query.filter(package::Column::Id.lt(after));
    }
    query.order_by_desc(package::Column::Id).limit(most).all(db).await
}
