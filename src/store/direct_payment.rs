//! Direct Payments chosen instead of an award.

use entity::{direct_payment, vocabulary::*};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter};
use std::collections::HashMap;

pub async fn of(
    db: &impl ConnectionTrait,
    package: PackageId,
) -> Result<Option<direct_payment::Model>, DbErr> {
    direct_payment::Entity::find_by_id(package).one(db).await
}

/// Those of these packages.
pub async fn of_packages(
    db: &impl ConnectionTrait,
    packages: impl IntoIterator<Item = PackageId>,
) -> Result<HashMap<PackageId, direct_payment::Model>, DbErr> {
    let rows = direct_payment::Entity::find()
        .filter(direct_payment::Column::PackageId.is_in(packages))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.package_id, row)).collect())
}

/// How many an authority has recorded.
pub async fn count(db: &impl ConnectionTrait, authority: AuthorityId) -> Result<u64, DbErr> {
    direct_payment::Entity::find().filter(direct_payment::Column::AuthorityId.eq(authority)).count(db).await
}
