//! What providers ask about opportunities.

use crate::domain::query::QUERIES_MAX;
use entity::{opportunity, query, vocabulary::*};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

pub async fn find(db: &impl ConnectionTrait, id: QueryId) -> Result<Option<query::Model>, DbErr> {
    query::Entity::find_by_id(id).one(db).await
}

/// Those of an opportunity, oldest first; no more are taken than [`QUERIES_MAX`].
pub async fn of(db: &impl ConnectionTrait, opportunity: OpportunityId) -> Result<Vec<query::Model>, DbErr> {
    query::Entity::find()
        .filter(query::Column::OpportunityId.eq(opportunity))
        .order_by_asc(query::Column::Id)
        .limit(QUERIES_MAX as u64)
        .all(db)
        .await
}

/// The open opportunities of an authority, and the questions about them that wait for an answer, what closes first at
/// the top: at most 200 opportunities.
pub async fn waiting(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
    now: Instant,
) -> Result<Vec<(opportunity::Model, usize)>, DbErr> {
    let open = opportunity::Entity::find()
        .filter(opportunity::Column::AuthorityId.eq(authority))
        .filter(opportunity::Column::ClosesAt.gt(now))
        .filter(opportunity::Column::WithdrawnAt.is_null())
        .filter(opportunity::Column::NotAwardedAt.is_null())
        .order_by_asc(opportunity::Column::ClosesAt)
        .limit(1_000)
        .all(db)
        .await?;
    let asked = query::Entity::find()
        .filter(query::Column::OpportunityId.is_in(open.iter().map(|of| of.id)))
        .filter(query::Column::AnsweredAt.is_null())
        .limit(10_000)
        .all(db)
        .await?;
    let many = |id| asked.iter().filter(|query| query.opportunity_id == id).count();
    Ok(open
        .into_iter()
        .map(|of| (many(of.id), of))
        .filter(|(n, _)| *n > 0)
        .map(|(n, of)| (of, n))
        .take(200)
        .collect())
}
