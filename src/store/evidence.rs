//! The evidence of enrolments, piece by piece, and who was warned of what expires.

use crate::domain::evidence::{PIECES_MAX, days_before, is_watched};
use entity::{enrolment, evidence, evidence_warning, vocabulary::*};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use std::collections::HashMap;

/// Among how many pieces of its other categories the newest of each kind are looked for.
const ELSEWHERE_MAX: u64 = 2_000;

pub async fn find(db: &impl ConnectionTrait, id: EvidenceId) -> Result<Option<evidence::Model>, DbErr> {
    evidence::Entity::find_by_id(id).one(db).await
}

/// Every piece of an enrolment, in the order in which they were given.
pub async fn of(db: &impl ConnectionTrait, enrolment: EnrolmentId) -> Result<Vec<evidence::Model>, DbErr> {
    evidence::Entity::find()
        .filter(evidence::Column::EnrolmentId.eq(enrolment))
        .order_by_asc(evidence::Column::GivenAt)
        .order_by_asc(evidence::Column::Id)
        // A request to join may add to what is there.
        .limit(2 * PIECES_MAX as u64)
        .all(db)
        .await
}

/// The newest piece of each kind that a provider gave for its other categories and that was not refused there, with
/// the category, newest first.
pub async fn given_elsewhere(
    db: &impl ConnectionTrait,
    provider: ProviderId,
    category: CategoryId,
) -> Result<Vec<(evidence::Model, CategoryId)>, DbErr> {
    let others = enrolment::Entity::find()
        .filter(enrolment::Column::ProviderId.eq(provider))
        .filter(enrolment::Column::CategoryId.ne(category))
        .all(db)
        .await?;
    let categories: HashMap<_, _> = others.iter().map(|one| (one.id, one.category_id)).collect();
    let pieces = evidence::Entity::find()
        .filter(evidence::Column::EnrolmentId.is_in(categories.keys().copied()))
        .filter(evidence::Column::State.is_in([EvidenceState::Given, EvidenceState::Accepted]))
        .order_by_desc(evidence::Column::GivenAt)
        .order_by_desc(evidence::Column::Id)
        .limit(ELSEWHERE_MAX)
        .all(db)
        .await?;
    let mut newest: Vec<(evidence::Model, CategoryId)> = Vec::new();
    for piece in pieces {
        if let Some(category) = categories.get(&piece.enrolment_id)
            && !newest.iter().any(|(one, _)| one.wanted == piece.wanted)
        {
            newest.push((piece, *category));
        }
    }
    Ok(newest)
}

/// Pieces that count, are at this stage today, and of which nobody was warned at it: what expires first comes first.
pub async fn due(
    db: &impl ConnectionTrait,
    stage: ExpiryStage,
    today: Day,
    most: u64,
) -> Result<Vec<evidence::Model>, DbErr> {
    let warned = evidence_warning::Entity::find()
        .select_only()
        .column(evidence_warning::Column::EvidenceId)
        .filter(evidence_warning::Column::Stage.eq(stage))
        .into_query();
    let watched = Standing::ALL.iter().copied().filter(|standing| is_watched(*standing));
    let watched = enrolment::Entity::find()
        .select_only()
        .column(enrolment::Column::Id)
        .filter(enrolment::Column::Standing.is_in(watched))
        .into_query();
    let mut query = evidence::Entity::find()
        .filter(evidence::Column::State.eq(EvidenceState::Accepted))
        .filter(evidence::Column::ExpiresOn.lte(today.plus_days(days_before(stage))));
    if let Some(nearer) = nearer(stage) {
        query = query.filter(evidence::Column::ExpiresOn.gt(today.plus_days(days_before(nearer))));
    }
    query
        .filter(evidence::Column::Id.not_in_subquery(warned))
        .filter(evidence::Column::EnrolmentId.in_subquery(watched))
        .order_by_asc(evidence::Column::ExpiresOn)
        .order_by_asc(evidence::Column::Id)
        .limit(most)
        .all(db)
        .await
}

const fn nearer(stage: ExpiryStage) -> Option<ExpiryStage> {
    match stage {
        ExpiryStage::Sixty => Some(ExpiryStage::Thirty),
        ExpiryStage::Thirty => Some(ExpiryStage::Seven),
        ExpiryStage::Seven => Some(ExpiryStage::Expired),
        ExpiryStage::Expired => None,
    }
}

/// At which stages somebody was warned of a piece.
pub async fn warned(db: &impl ConnectionTrait, id: EvidenceId) -> Result<Vec<ExpiryStage>, DbErr> {
    let rows = evidence_warning::Entity::find().filter(evidence_warning::Column::EvidenceId.eq(id));
    Ok(rows.all(db).await?.into_iter().map(|row| row.stage).collect())
}
