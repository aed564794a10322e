//! How markets word their letters.

use entity::{vocabulary::*, wording};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// The newest versions of a market's wording of a kind of letter, newest first.
pub async fn versions(
    db: &impl ConnectionTrait,
    market: MarketId,
    kind: LetterKind,
    most: u64,
) -> Result<Vec<wording::Model>, DbErr> {
    wording::Entity::find()
        .filter(wording::Column::MarketId.eq(market))
        .filter(wording::Column::Kind.eq(kind))
        .order_by_desc(wording::Column::Version)
        .limit(most)
        .all(db)
        .await
}

/// The newest of them, if there is any.
pub async fn newest(
    db: &impl ConnectionTrait,
    market: MarketId,
    kind: LetterKind,
) -> Result<Option<wording::Model>, DbErr> {
    Ok(versions(db, market, kind, 1).await?.pop())
}
