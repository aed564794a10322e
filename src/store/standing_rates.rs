//! What providers usually ask. Every question is for one provider's own.

use entity::{category, standing_rates, vocabulary::*};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

/// A provider's own, in one category.
pub async fn of(
    db: &impl ConnectionTrait,
    provider: ProviderId,
    category: CategoryId,
) -> Result<Option<standing_rates::Model>, DbErr> {
    standing_rates::Entity::find_by_id((provider, category)).one(db).await
}

/// A provider's own in these categories, with the categories.
pub async fn all_of(
    db: &impl ConnectionTrait,
    provider: ProviderId,
    categories: &[CategoryId],
) -> Result<(Vec<category::Model>, Vec<standing_rates::Model>), DbErr> {
    let set = standing_rates::Entity::find()
        .filter(standing_rates::Column::ProviderId.eq(provider))
        .filter(standing_rates::Column::CategoryId.is_in(categories.iter().copied()))
        .all(db)
        .await?;
    let known = category::Entity::find()
        .filter(category::Column::Id.is_in(categories.iter().copied()))
        .all(db)
        .await?;
    Ok((known, set))
}
