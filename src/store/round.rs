//! Ranking rounds, who takes part, and their improvements.

use entity::{opportunity, round, round_place, round_revision, vocabulary::*};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};

/// The one of an opportunity, once its bidders are invited.
pub async fn find(db: &impl ConnectionTrait, of: OpportunityId) -> Result<Option<round::Model>, DbErr> {
    round::Entity::find_by_id(of).one(db).await
}

/// Whoever was invited: each admissible bidder, in the order of their bids.
pub async fn places(db: &impl ConnectionTrait, of: OpportunityId) -> Result<Vec<round_place::Model>, DbErr> {
    round_place::Entity::find()
        .filter(round_place::Column::OpportunityId.eq(of))
        .order_by_asc(round_place::Column::BidId)
        .all(db)
        .await
}

/// A provider's own place, and how many take part.
pub async fn place(
    db: &impl ConnectionTrait,
    of: OpportunityId,
    provider: ProviderId,
) -> Result<Option<(round_place::Model, u64)>, DbErr> {
    let places = round_place::Entity::find().filter(round_place::Column::OpportunityId.eq(of));
    let own = places.clone().filter(round_place::Column::ProviderId.eq(provider)).one(db).await?;
    Ok(match own {
        Some(own) => Some((own, places.count(db).await?)),
        None => None,
    })
}

/// The rounds of a category that are not over, in which a provider takes part.
pub async fn running(
    db: &impl ConnectionTrait,
    category: CategoryId,
    provider: ProviderId,
) -> Result<Vec<OpportunityId>, DbErr> {
    let takes_part = round_place::Entity::find()
        .select_only()
        .column(round_place::Column::OpportunityId)
        .filter(round_place::Column::ProviderId.eq(provider));
    let of_category = opportunity::Entity::find()
        .select_only()
        .column(opportunity::Column::Id)
        .filter(opportunity::Column::CategoryId.eq(category));
    let rows = round::Entity::find()
        .filter(round::Column::ClosedAt.is_null())
        .filter(round::Column::OpportunityId.in_subquery(takes_part.into_query()))
        .filter(round::Column::OpportunityId.in_subquery(of_category.into_query()))
        .order_by_asc(round::Column::OpportunityId)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|round| round.opportunity_id).collect())
}

/// Every improvement, oldest first: at most 20 by each bidder.
pub async fn revisions(
    db: &impl ConnectionTrait,
    of: OpportunityId,
) -> Result<Vec<round_revision::Model>, DbErr> {
    round_revision::Entity::find()
        .filter(round_revision::Column::OpportunityId.eq(of))
        .order_by_asc(round_revision::Column::MadeAt)
        .order_by_asc(round_revision::Column::Id)
        .all(db)
        .await
}

/// Those of one bid, oldest first.
pub async fn revisions_of(
    db: &impl ConnectionTrait,
    bid: BidId,
) -> Result<Vec<round_revision::Model>, DbErr> {
    round_revision::Entity::find()
        .filter(round_revision::Column::BidId.eq(bid))
        .order_by_asc(round_revision::Column::Number)
        .all(db)
        .await
}

/// Those that have opened or closed at this instant without everybody having been told; at most 100.
pub async fn to_turn(db: &impl ConnectionTrait, now: Instant) -> Result<Vec<OpportunityId>, DbErr> {
    let standing = opportunity::Entity::find()
        .select_only()
        .column(opportunity::Column::Id)
        .filter(opportunity::Column::WithdrawnAt.is_null())
        .filter(opportunity::Column::NotAwardedAt.is_null())
        .into_query();
    let opens = Condition::all().add(round::Column::OpenedAt.is_null()).add(round::Column::OpensAt.lte(now));
    let closes =
        Condition::all().add(round::Column::ClosedAt.is_null()).add(round::Column::ClosesAt.lte(now));
    let rows = round::Entity::find()
        .filter(Condition::any().add(opens).add(closes))
        .filter(round::Column::PausedAt.is_null())
        .filter(round::Column::OpportunityId.in_subquery(standing))
        .order_by_asc(round::Column::ClosesAt)
        .limit(100)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|round| round.opportunity_id).collect())
}
