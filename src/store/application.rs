//! Requests to join that are still being written.

use entity::{application, application_answer, vocabulary::*};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// The most requests of one provider that are listed.
const LISTED_MAX: u64 = 100;
/// The most answers of one request: a market has no more fields, in all of its versions that one draft may have seen.
const ANSWERS_MAX: u64 = 2_000;

pub async fn find(
    db: &impl ConnectionTrait,
    provider: ProviderId,
    category: CategoryId,
) -> Result<Option<application::Model>, DbErr> {
    application::Entity::find_by_id((provider, category)).one(db).await
}

/// What is written of it so far, whether or not it is still asked.
pub async fn answers(
    db: &impl ConnectionTrait,
    provider: ProviderId,
    category: CategoryId,
) -> Result<Vec<application_answer::Model>, DbErr> {
    application_answer::Entity::find()
        .filter(application_answer::Column::ProviderId.eq(provider))
        .filter(application_answer::Column::CategoryId.eq(category))
        .order_by_asc(application_answer::Column::Field)
        .limit(ANSWERS_MAX)
        .all(db)
        .await
}

/// Those that a provider has begun and not sent, newest first.
pub async fn unsent(
    db: &impl ConnectionTrait,
    provider: ProviderId,
) -> Result<Vec<application::Model>, DbErr> {
    application::Entity::find()
        .filter(application::Column::ProviderId.eq(provider))
        .filter(application::Column::SentAt.is_null())
        .order_by_desc(application::Column::BegunAt)
        .limit(LISTED_MAX)
        .all(db)
        .await
}
