//! Documents of providers; their content is in the [`vault`](super::vault).

use entity::{document, vocabulary::*};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

pub async fn find(db: &impl ConnectionTrait, id: DocumentId) -> Result<Option<document::Model>, DbErr> {
    document::Entity::find_by_id(id).one(db).await
}

/// How many a provider keeps.
pub async fn count(db: &impl ConnectionTrait, provider: ProviderId) -> Result<u64, DbErr> {
    kept(provider).count(db).await
}

/// What a provider keeps, newest first, from the one after `after`.
pub async fn list(
    db: &impl ConnectionTrait,
    provider: ProviderId,
    after: Option<DocumentId>,
    most: u64,
) -> Result<Vec<document::Model>, DbErr> {
    let mut query = kept(provider);
    if let Some(after) = after {
        query = query.filter(document::COLUMN.id.lt(after));
    }
    query.order_by_desc(document::COLUMN.id).limit(most).all(db).await
}

/// Of these, the ones that this provider keeps.
pub async fn kept_of(
    db: &impl ConnectionTrait,
    provider: ProviderId,
    ids: impl IntoIterator<Item = DocumentId>,
) -> Result<Vec<document::Model>, DbErr> {
    kept(provider).filter(document::COLUMN.id.is_in(ids)).all(db).await
}

/// These documents, withdrawn ones included.
pub async fn of_ids(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = DocumentId>,
) -> Result<Vec<document::Model>, DbErr> {
    document::Entity::find().filter(document::COLUMN.id.is_in(ids)).all(db).await
}

fn kept(provider: ProviderId) -> sea_orm::Select<document::Entity> {
    document::Entity::find()
        .filter(document::COLUMN.provider_id.eq(provider))
        .filter(document::COLUMN.withdrawn_at.is_null())
}
