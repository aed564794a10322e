//! Recommendations and the decisions on them.

use entity::{award, challenge, opportunity, vocabulary::*};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

pub async fn find(db: &impl ConnectionTrait, id: AwardId) -> Result<Option<award::Model>, DbErr> {
    award::Entity::find_by_id(id).one(db).await
}

/// The newest recommendation for an opportunity, returned ones included.
pub async fn newest(
    db: &impl ConnectionTrait,
    opportunity: OpportunityId,
) -> Result<Option<award::Model>, DbErr> {
    award::Entity::find()
        .filter(award::Column::OpportunityId.eq(opportunity))
        .order_by_desc(award::Column::Id)
        .one(db)
        .await
}

/// Every recommendation for an opportunity, oldest first; at most 100.
pub async fn every(
    db: &impl ConnectionTrait,
    opportunity: OpportunityId,
) -> Result<Vec<award::Model>, DbErr> {
    award::Entity::find()
        .filter(award::Column::OpportunityId.eq(opportunity))
        .order_by_asc(award::Column::Id)
        .limit(100)
        .all(db)
        .await
}

/// The recommendations of an authority that wait for a decision, oldest first, at most 100.
pub async fn waiting(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
) -> Result<Vec<(award::Model, opportunity::Model)>, DbErr> {
    let opportunities = opportunity::Entity::find()
        .filter(opportunity::Column::AuthorityId.eq(authority))
        .filter(opportunity::Column::AwardId.is_not_null())
        .filter(opportunity::Column::AwardedAt.is_null())
        .filter(opportunity::Column::WithdrawnAt.is_null())
        .order_by_asc(opportunity::Column::Id)
        .limit(100)
        .all(db)
        .await?;
    let awards = award::Entity::find()
        .filter(award::Column::Id.is_in(opportunities.iter().filter_map(|o| o.award_id)))
        .order_by_asc(award::Column::Id)
        .all(db)
        .await?;
    Ok(awards
        .into_iter()
        .filter_map(|award| {
            let of = opportunities.iter().find(|o| o.id == award.opportunity_id)?;
            Some((award, of.clone()))
        })
        .collect())
}

/// Every challenge to an award, oldest first; at most 100.
pub async fn challenges(
    db: &impl ConnectionTrait,
    of: OpportunityId,
) -> Result<Vec<challenge::Model>, DbErr> {
    challenge::Entity::find()
        .filter(challenge::Column::OpportunityId.eq(of))
        .order_by_asc(challenge::Column::Id)
        .limit(100)
        .all(db)
        .await
}
