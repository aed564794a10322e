//! Reminders to providers that had said nothing.

use entity::{nudge, vocabulary::*};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

/// Those of an opportunity, oldest first: there are never more than two.
pub async fn of(db: &impl ConnectionTrait, opportunity: OpportunityId) -> Result<Vec<nudge::Model>, DbErr> {
    nudge::Entity::find()
        .filter(nudge::Column::OpportunityId.eq(opportunity))
        .order_by_asc(nudge::Column::Id)
        .all(db)
        .await
}
