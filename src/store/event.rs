//! What happened.

use crate::domain::change::Subject;
use entity::{event, subject, vocabulary::*};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::HashMap;

/// The events of a subject after a number, oldest first.
pub async fn after(
    db: &impl ConnectionTrait,
    of: Subject,
    number: i64,
    most: u64,
) -> Result<Vec<event::Model>, DbErr> {
    event::Entity::find()
        .filter(event::Column::SubjectKind.eq(of.kind))
        .filter(event::Column::SubjectId.eq(of.id))
        .filter(event::Column::Number.gt(number))
        .order_by_asc(event::Column::Number)
        .limit(most)
        .all(db)
        .await
}

/// Some of an opportunity's events: those after a number, up to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub of: OpportunityId,
    pub after: i64,
    pub up_to: i64,
}

/// The events of some spans, those of each opportunity oldest first: without what other providers did, where they are for
/// one.
pub async fn of_spans(
    db: &impl ConnectionTrait,
    spans: &[Span],
    provider: Option<ProviderId>,
) -> Result<Vec<event::Model>, DbErr> {
    let within = |span: &Span| {
        Condition::all()
            .add(event::Column::SubjectId.eq(span.of.0))
            .add(event::Column::Number.gt(span.after))
            .add(event::Column::Number.lte(span.up_to))
    };
    let mut query = event::Entity::find()
        .filter(event::Column::SubjectKind.eq(SubjectKind::Opportunity))
        .filter(spans.iter().map(within).fold(Condition::any(), Condition::add));
    if let Some(provider) = provider {
        let own = event::Column::ProviderId.eq(provider);
        query = query.filter(Condition::any().add(event::Column::ProviderId.is_null()).add(own));
    }
    query.order_by_asc(event::Column::SubjectId).order_by_asc(event::Column::Number).all(db).await
}

/// What a provider itself did to a subject, of these kinds, newest first.
pub async fn of_provider(
    db: &impl ConnectionTrait,
    of: Subject,
    provider: ProviderId,
    kinds: &[&str],
    most: u64,
) -> Result<Vec<event::Model>, DbErr> {
    event::Entity::find()
        .filter(event::Column::SubjectKind.eq(of.kind))
        .filter(event::Column::SubjectId.eq(of.id))
        .filter(event::Column::ProviderId.eq(provider))
        .filter(event::Column::Kind.is_in(kinds.iter().copied()))
        .order_by_desc(event::Column::Number)
        .limit(most)
        .all(db)
        .await
}

/// The number of a subject's newest event recorded before an instant, or 0.
pub async fn newest_before(db: &impl ConnectionTrait, of: Subject, instant: Instant) -> Result<i64, DbErr> {
    let newest = event::Entity::find()
        .filter(event::Column::SubjectKind.eq(of.kind))
        .filter(event::Column::SubjectId.eq(of.id))
        .filter(event::Column::At.lt(instant))
        .order_by_desc(event::Column::Number)
        .one(db)
        .await?;
    Ok(newest.map_or(0, |e| e.number))
}

/// The number of a subject's newest event, or 0.
pub async fn newest(db: &impl ConnectionTrait, of: Subject) -> Result<i64, DbErr> {
    let found = subject::Entity::find_by_id((of.kind, of.id)).one(db).await?;
    Ok(found.map_or(0, |subject| subject.event_number))
}

/// The number of each opportunity's newest event.
pub async fn numbers(
    db: &impl ConnectionTrait,
    opportunities: &[OpportunityId],
) -> Result<HashMap<OpportunityId, i64>, DbErr> {
    let rows = subject::Entity::find()
        .filter(subject::Column::Kind.eq(SubjectKind::Opportunity))
        .filter(subject::Column::Id.is_in(opportunities.iter().map(|o| o.0)))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|s| (OpportunityId(s.id), s.event_number)).collect())
}
