//! Whom recommendations were put to, how they were chased, and the records of decisions.

use entity::{approval, award, chase, vocabulary::*};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// The most recommendations that are looked at in one round of chasing: the oldest of them.
pub const CHASED_MAX: u64 = 1_000;

pub async fn chase(db: &impl ConnectionTrait, of: AwardId) -> Result<Option<chase::Model>, DbErr> {
    chase::Entity::find_by_id(of).one(db).await
}

/// Every recommendation that waits, of whichever authority, oldest first, with how it was chased.
pub async fn waiting(db: &impl ConnectionTrait) -> Result<Vec<(award::Model, Option<chase::Model>)>, DbErr> {
    let awards = award::Entity::find()
        .filter(award::Column::State.eq(AwardState::Waiting))
        .order_by_asc(award::Column::Id)
        .limit(CHASED_MAX)
        .all(db)
        .await?;
    let mut chases = chase::Entity::find()
        .filter(chase::Column::AwardId.is_in(awards.iter().map(|a| a.id)))
        .all(db)
        .await?;
    Ok(awards
        .into_iter()
        .map(|award| {
            let found = chases.iter().position(|chase| chase.award_id == award.id);
            (award, found.map(|at| chases.swap_remove(at)))
        })
        .collect())
}

/// The record of one decision.
pub async fn record(db: &impl ConnectionTrait, of: AwardId) -> Result<Option<approval::Model>, DbErr> {
    approval::Entity::find_by_id(of).one(db).await
}
