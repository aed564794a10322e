//! Inquiries into the prices of bids.

use entity::{inquiry, vocabulary::*};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use std::collections::HashMap;

/// Those of an opportunity, oldest first.
pub async fn of(db: &impl ConnectionTrait, opportunity: OpportunityId) -> Result<Vec<inquiry::Model>, DbErr> {
    inquiry::Entity::find()
        .filter(inquiry::Column::OpportunityId.eq(opportunity))
        .order_by_asc(inquiry::Column::Id)
        .all(db)
        .await
}

/// Those of several opportunities.
pub async fn of_all(
    db: &impl ConnectionTrait,
    opportunities: &[OpportunityId],
) -> Result<HashMap<OpportunityId, Vec<inquiry::Model>>, DbErr> {
    let rows = inquiry::Entity::find()
        .filter(inquiry::Column::OpportunityId.is_in(opportunities.iter().copied()))
        .order_by_asc(inquiry::Column::Id)
        .all(db)
        .await?;
    let mut all: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        all.entry(row.opportunity_id).or_default().push(row);
    }
    Ok(all)
}

/// The one into a provider's own bid.
pub async fn own(
    db: &impl ConnectionTrait,
    opportunity: OpportunityId,
    provider: ProviderId,
) -> Result<Option<inquiry::Model>, DbErr> {
    inquiry::Entity::find()
        .filter(inquiry::Column::OpportunityId.eq(opportunity))
        .filter(inquiry::Column::ProviderId.eq(provider))
        .one(db)
        .await
}
