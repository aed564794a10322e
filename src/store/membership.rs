//! Who is in a market, and when requests to join it were decided.

use crate::domain::membership::{LOOKED_AT_MAX, MEMBERS, MEMBERS_SHOWN_MAX};
use entity::{enrolment, provider, vocabulary::*};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};

/// How many members a category has.
pub async fn count(db: &impl ConnectionTrait, of: CategoryId) -> Result<u64, DbErr> {
    enrolment::Entity::find()
        .filter(enrolment::Column::CategoryId.eq(of))
        .filter(enrolment::Column::Standing.is_in(MEMBERS))
        .count(db)
        .await
}

/// The names of a category's members, in order.
pub async fn names(db: &impl ConnectionTrait, of: CategoryId) -> Result<Vec<String>, DbErr> {
    let members = enrolment::Entity::find()
        .select_only()
        .column(enrolment::Column::ProviderId)
        .filter(enrolment::Column::CategoryId.eq(of))
        .filter(enrolment::Column::Standing.is_in(MEMBERS));
    let rows = provider::Entity::find()
        .filter(provider::Column::Id.in_subquery(members.into_query()))
        .order_by_asc(provider::Column::Name)
        .limit(MEMBERS_SHOWN_MAX)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

/// When the requests to join these categories that were decided since then came in and were decided.
pub async fn decided(
    db: &impl ConnectionTrait,
    of: &[CategoryId],
    since: Instant,
) -> Result<Vec<(Day, Day)>, DbErr> {
    let rows = enrolment::Entity::find()
        .filter(enrolment::Column::CategoryId.is_in(of.iter().copied()))
        .filter(enrolment::Column::DecidedAt.gte(since))
        .order_by_desc(enrolment::Column::DecidedAt)
        .limit(LOOKED_AT_MAX)
        .all(db)
        .await?;
    let days = |row: enrolment::Model| Some((row.received_at.london_day(), row.decided_at?.london_day()));
    Ok(rows.into_iter().filter_map(days).collect())
}
