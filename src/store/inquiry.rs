//! Inquiries into the prices of bids.

use entity::{inquiry, vocabulary::*};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

/// Those of an opportunity, oldest first.
pub async fn of(db: &impl ConnectionTrait, opportunity: OpportunityId) -> Result<Vec<inquiry::Model>, DbErr> {
    inquiry::Entity::find()
        .filter(inquiry::COLUMN.opportunity_id.eq(opportunity))
        .order_by_asc(inquiry::COLUMN.id)
        .all(db)
        .await
}

/// The one into a provider's own bid.
pub async fn own(
    db: &impl ConnectionTrait,
    opportunity: OpportunityId,
    provider: ProviderId,
) -> Result<Option<inquiry::Model>, DbErr> {
    inquiry::Entity::find()
        .filter(inquiry::COLUMN.opportunity_id.eq(opportunity))
        .filter(inquiry::COLUMN.provider_id.eq(provider))
        .one(db)
        .await
}
