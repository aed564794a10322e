//! What providers have to spare.

use crate::domain::capacity::{BASES_MAX, FIGURES_MAX, Known};
use entity::{base, enrolment, spare_hours, vocabulary::*};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// The most figures of one category and place that are read at once.
const AREA_READ_MAX: u64 = 5_000;

/// The places that a provider works from now.
pub async fn bases(db: &impl ConnectionTrait, provider: ProviderId) -> Result<Vec<base::Model>, DbErr> {
    base::Entity::find()
        .filter(base::Column::ProviderId.eq(provider))
        .filter(base::Column::RemovedAt.is_null())
        .order_by_asc(base::Column::Id)
        .limit(BASES_MAX as u64)
        .all(db)
        .await
}

/// A provider's bases and figures.
pub async fn of(db: &impl ConnectionTrait, provider: ProviderId) -> Result<Known, DbErr> {
    let bases = bases(db, provider).await?;
    let figures = spare_hours::Entity::find()
        .filter(spare_hours::Column::ProviderId.eq(provider))
        .order_by_asc(spare_hours::Column::CategoryId)
        .order_by_asc(spare_hours::Column::OutwardCode)
        .limit(FIGURES_MAX as u64)
        .all(db)
        .await?;
    let enrolments = enrolment::Entity::find()
        .filter(enrolment::Column::ProviderId.eq(provider))
        .filter(enrolment::Column::Standing.is_in([Standing::Admitted, Standing::NoNewWork]))
        .order_by_asc(enrolment::Column::Id)
        .all(db)
        .await?;
    let categories = enrolments.into_iter().map(|enrolment| enrolment.category_id).collect();
    Ok(Known { provider_id: provider, bases, figures, categories })
}

/// What one provider published for a category and place.
pub async fn of_area(
    db: &impl ConnectionTrait,
    provider: ProviderId,
    category: CategoryId,
    outward_code: &str,
) -> Result<Vec<spare_hours::Model>, DbErr> {
    spare_hours::Entity::find()
        .filter(spare_hours::Column::ProviderId.eq(provider))
        .filter(spare_hours::Column::CategoryId.eq(category))
        .filter(spare_hours::Column::OutwardCode.eq(outward_code))
        .all(db)
        .await
}

/// What those who are admitted to a category published for a place.
pub async fn of_members(
    db: &impl ConnectionTrait,
    category: CategoryId,
    outward_code: &str,
) -> Result<Vec<spare_hours::Model>, DbErr> {
    let admitted = enrolment::Entity::find()
        .filter(enrolment::Column::CategoryId.eq(category))
        .filter(enrolment::Column::Standing.eq(Standing::Admitted))
        .all(db)
        .await?;
    spare_hours::Entity::find()
        .filter(spare_hours::Column::CategoryId.eq(category))
        .filter(spare_hours::Column::OutwardCode.eq(outward_code))
        .filter(spare_hours::Column::ProviderId.is_in(admitted.into_iter().map(|one| one.provider_id)))
        .order_by_asc(spare_hours::Column::ProviderId)
        .limit(AREA_READ_MAX)
        .all(db)
        .await
}
