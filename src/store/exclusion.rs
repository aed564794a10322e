//! Grounds for exclusion, lists of debarred suppliers, and providers that may be on them.

use entity::{
    category, debarment_entry, debarment_list, debarment_match, enrolment, exclusion, market, provider, task,
    vocabulary::*,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// The most matches of one enrolment that are shown.
const MATCHES_MAX: u64 = 50;
/// The most providers that are compared with a list.
const PROVIDERS_MAX: u64 = 100_000;

/// The grounds of an enrolment, oldest first.
pub async fn of(db: &impl ConnectionTrait, id: EnrolmentId) -> Result<Vec<exclusion::Model>, DbErr> {
    exclusion::Entity::find()
        .filter(exclusion::Column::EnrolmentId.eq(id))
        .order_by_asc(exclusion::Column::Id)
        .all(db)
        .await
}

/// The list of this day, or with these bytes.
pub async fn list(
    db: &impl ConnectionTrait,
    dated: Day,
    digest: &str,
) -> Result<Option<debarment_list::Model>, DbErr> {
    let condition = sea_orm::Condition::any()
        .add(debarment_list::Column::Dated.eq(dated))
        .add(debarment_list::Column::Digest.eq(digest));
    debarment_list::Entity::find().filter(condition).one(db).await
}

/// Every provider.
pub async fn providers(db: &impl ConnectionTrait) -> Result<Vec<provider::Model>, DbErr> {
    provider::Entity::find().order_by_asc(provider::Column::Id).limit(PROVIDERS_MAX).all(db).await
}

/// The enrolments of a provider that are not over, each with its authority: the oldest for each authority.
pub async fn enrolments(
    db: &impl ConnectionTrait,
    of: ProviderId,
) -> Result<Vec<(enrolment::Model, AuthorityId)>, DbErr> {
    let rows = enrolment::Entity::find()
        .filter(enrolment::Column::ProviderId.eq(of))
        .filter(enrolment::Column::Standing.is_not_in([
            Standing::Refused,
            Standing::Removed,
            Standing::Withdrawn,
        ]))
        .order_by_asc(enrolment::Column::Id)
        .all(db)
        .await?;
    let categories = category::Entity::find()
        .filter(category::Column::Id.is_in(rows.iter().map(|row| row.category_id)))
        .all(db)
        .await?;
    let markets = market::Entity::find()
        .filter(market::Column::Id.is_in(categories.iter().map(|c| c.market_id)))
        .all(db)
        .await?;
    let mut found: Vec<(enrolment::Model, AuthorityId)> = Vec::new();
    for row in rows {
        let category = categories.iter().find(|c| c.id == row.category_id);
        let market = category.and_then(|c| markets.iter().find(|m| m.id == c.market_id));
        if let Some(market) = market
            && !found.iter().any(|(_, authority)| *authority == market.authority_id)
        {
            found.push((row, market.authority_id));
        }
    }
    Ok(found)
}

/// A match with the entry that it is of, and the task that it raised.
pub type Matched = (debarment_match::Model, debarment_entry::Model, Option<task::Model>);

/// The matches of a provider with the lists, for the officers of an authority: newest first.
pub async fn matches(
    db: &impl ConnectionTrait,
    provider: ProviderId,
    authority: AuthorityId,
) -> Result<Vec<Matched>, DbErr> {
    let rows = debarment_match::Entity::find()
        .filter(debarment_match::Column::ProviderId.eq(provider))
        .order_by_desc(debarment_match::Column::Id)
        .limit(MATCHES_MAX)
        .all(db)
        .await?;
    let entries = debarment_entry::Entity::find()
        .filter(debarment_entry::Column::Id.is_in(rows.iter().map(|row| row.entry_id)))
        .all(db)
        .await?;
    let tasks = task::Entity::find()
        .filter(task::Column::Id.is_in(rows.iter().map(|row| row.task_id)))
        .filter(task::Column::AuthorityId.eq(authority))
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let task = tasks.iter().find(|task| task.id == row.task_id).cloned()?;
            let entry = entries.iter().find(|entry| entry.id == row.entry_id).cloned()?;
            Some((row, entry, Some(task)))
        })
        .collect())
}
