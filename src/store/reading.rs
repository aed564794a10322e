//! Second readings of requests to join.

use entity::{reading, vocabulary::*};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

/// Every reading of an enrolment's requests, in the order in which they were asked for.
pub async fn of(db: &impl ConnectionTrait, id: EnrolmentId) -> Result<Vec<reading::Model>, DbErr> {
    reading::Entity::find()
        .filter(reading::Column::EnrolmentId.eq(id))
        .order_by_asc(reading::Column::Id)
        .all(db)
        .await
}
