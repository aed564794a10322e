//! Packages: private to the authority's officers.

use entity::{package, vocabulary::*};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

pub async fn find(db: &impl ConnectionTrait, id: PackageId) -> Result<Option<package::Model>, DbErr> {
    package::Entity::find_by_id(id).one(db).await
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
