//! What was changed of adverts since they were published.

use entity::{amendment, vocabulary::*};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// The amendments of an opportunity, newest first; at most 50, which a deadline that moves by the hour could reach.
pub async fn of(
    db: &impl ConnectionTrait,
    opportunity: OpportunityId,
) -> Result<Vec<amendment::Model>, DbErr> {
    amendment::Entity::find()
        .filter(amendment::Column::OpportunityId.eq(opportunity))
        .order_by_desc(amendment::Column::Id)
        .limit(crate::domain::amendment::AMENDMENTS_MAX as u64)
        .all(db)
        .await
}
