//! How people want to be told of new opportunities.

use entity::{alert, vocabulary::*};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use std::collections::HashMap;

/// What somebody chose, if they did.
pub async fn of(db: &impl ConnectionTrait, account: AccountId) -> Result<Option<alert::Model>, DbErr> {
    alert::Entity::find_by_id(account).one(db).await
}

/// What the people of these providers chose, as far as they did.
pub async fn of_providers(
    db: &impl ConnectionTrait,
    providers: impl IntoIterator<Item = ProviderId>,
) -> Result<HashMap<AccountId, alert::Model>, DbErr> {
    let rows = alert::Entity::find().filter(alert::Column::ProviderId.is_in(providers)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.account_id, row)).collect())
}
