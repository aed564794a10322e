//! Documents of providers; their content is in the [`vault`](super::vault).

use entity::{document, vocabulary::*};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::HashSet;

/// A provider's own document.
pub async fn of_provider(
    db: &impl ConnectionTrait,
    provider: ProviderId,
    id: DocumentId,
) -> Result<Option<document::Model>, DbErr> {
    document::Entity::find_by_id(id).filter(document::Column::ProviderId.eq(provider)).one(db).await
}

/// What a provider uploaded before with this content.
pub async fn of_content(
    db: &impl ConnectionTrait,
    provider: ProviderId,
    digest: &str,
) -> Result<Option<document::Model>, DbErr> {
    document::Entity::find()
        .filter(document::Column::ProviderId.eq(provider))
        .filter(document::Column::Digest.eq(digest))
        .one(db)
        .await
}

/// How many a provider uploaded since.
pub async fn count_since(
    db: &impl ConnectionTrait,
    provider: ProviderId,
    since: Instant,
) -> Result<u64, DbErr> {
    document::Entity::find()
        .filter(document::Column::ProviderId.eq(provider))
        .filter(document::Column::UploadedAt.gt(since))
        .count(db)
        .await
}

/// A provider's documents, newest first, from the one after `after`.
pub async fn list(
    db: &impl ConnectionTrait,
    provider: ProviderId,
    after: Option<DocumentId>,
    most: u64,
) -> Result<Vec<document::Model>, DbErr> {
    let mut query = document::Entity::find().filter(document::Column::ProviderId.eq(provider));
    if let Some(after) = after {
        query = query.filter(document::Column::Id.lt(after));
    }
    query.order_by_desc(document::Column::Id).limit(most).all(db).await
}

/// Of these, the ones that are this provider's, whole.
pub async fn own(
    db: &impl ConnectionTrait,
    provider: ProviderId,
    ids: impl IntoIterator<Item = DocumentId>,
) -> Result<Vec<document::Model>, DbErr> {
    let ids: Vec<_> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    document::Entity::find()
        .filter(document::Column::ProviderId.eq(provider))
        .filter(document::Column::Id.is_in(ids))
        .all(db)
        .await
}

/// Of these, the ones that are this provider's.
pub async fn ids_of_provider(
    db: &impl ConnectionTrait,
    provider: ProviderId,
    ids: impl IntoIterator<Item = DocumentId>,
) -> Result<Vec<DocumentId>, DbErr> {
    let rows = document::Entity::find()
        .filter(document::Column::ProviderId.eq(provider))
        .filter(document::Column::Id.is_in(ids))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// These documents.
pub async fn of_ids(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = DocumentId>,
) -> Result<Vec<document::Model>, DbErr> {
    document::Entity::find().filter(document::Column::Id.is_in(ids)).all(db).await
}

/// Of these digests, the ones that belong to a document.
pub async fn known(db: &impl ConnectionTrait, digests: &[String]) -> Result<HashSet<String>, DbErr> {
    let rows = document::Entity::find().filter(document::Column::Digest.is_in(digests)).all(db).await?;
    Ok(rows.into_iter().map(|row| row.digest).collect())
}
