//! The people of a provider, and those whom it invited.

use crate::domain::{change::Subject, team::Team};
use entity::{account, enrolment, holder, invitation, letter, officer, person, vocabulary::*};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::HashMap;

/// The most people and invitations that are read at once: more than there can be.
const PEOPLE_READ_MAX: u64 = 500;

/// A provider's people as of now; nothing if there is no such provider.
pub async fn of(
    db: &impl ConnectionTrait,
    provider: ProviderId,
    now: Instant,
) -> Result<Option<Team>, DbErr> {
    let Some(row) = super::account::provider(db, provider).await? else { return Ok(None) };
    let people = person::Entity::find()
        .filter(person::Column::ProviderId.eq(provider))
        .filter(person::Column::LeftAt.is_null())
        .order_by_asc(person::Column::AccountId)
        .limit(PEOPLE_READ_MAX)
        .all(db)
        .await?;
    let invitations = invitation::Entity::find()
        .filter(invitation::Column::ProviderId.eq(provider))
        .filter(invitation::Column::AcceptedAt.is_null())
        .filter(invitation::Column::WithdrawnAt.is_null())
        .order_by_asc(invitation::Column::Id)
        .limit(PEOPLE_READ_MAX)
        .all(db)
        .await?;
    let invited_today = invitation::Entity::find()
        .filter(invitation::Column::ProviderId.eq(provider))
        .filter(invitation::Column::InvitedAt.gt(now.plus_seconds(-86_400)))
        .count(db)
        .await?;
    let asked = enrolment::Entity::find()
        .filter(enrolment::Column::ProviderId.eq(provider))
        .order_by_asc(enrolment::Column::Id)
        .limit(PEOPLE_READ_MAX)
        .all(db)
        .await?;
    Ok(Some(Team {
        provider_id: provider,
        provider_name: row.name,
        people,
        invitations,
        categories: asked.into_iter().map(|enrolment| enrolment.category_id).collect(),
        invited_today,
    }))
}

/// The invitation whose newest token has this digest.
pub async fn invitation(
    db: &impl ConnectionTrait,
    token_digest: &str,
) -> Result<Option<invitation::Model>, DbErr> {
    invitation::Entity::find().filter(invitation::Column::TokenDigest.eq(token_digest)).one(db).await
}

/// A person of a provider, whether they act for it still or have left.
pub async fn person(db: &impl ConnectionTrait, id: AccountId) -> Result<Option<person::Model>, DbErr> {
    person::Entity::find_by_id(id).one(db).await
}

/// Whether an account acts for somebody, holds a post, or has ever acted for another provider than this: then this
/// provider cannot take it on. Whose letters and bids are somebody's stays what it was.
pub async fn is_taken(
    db: &impl ConnectionTrait,
    id: AccountId,
    by_other_than: Option<ProviderId>,
) -> Result<bool, DbErr> {
    if let Some(person) = person(db, id).await?
        && (person.left_at.is_none() || Some(person.provider_id) != by_other_than)
    {
        return Ok(true);
    }
    Ok(officer::Entity::find().filter(officer::Column::AccountId.eq(id)).count(db).await? > 0
        || holder::Entity::find().filter(holder::Column::AccountId.eq(id)).count(db).await? > 0)
}

/// These accounts.
pub async fn accounts(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = AccountId>,
) -> Result<Vec<account::Model>, DbErr> {
    account::Entity::find().filter(account::Column::Id.is_in(ids)).all(db).await
}

/// How far the newest letter of each of these invitations has come.
pub async fn letters(
    db: &impl ConnectionTrait,
    provider: ProviderId,
    to: impl IntoIterator<Item = AccountId>,
) -> Result<HashMap<AccountId, LetterState>, DbErr> {
    let of = Subject::from(provider);
    let rows = letter::Entity::find()
        .filter(letter::Column::SubjectId.eq(of.id))
        .filter(letter::Column::Kind.eq(LetterKind::Invited))
        .filter(letter::Column::AccountId.is_in(to))
        .order_by_desc(letter::Column::Id)
        .limit(PEOPLE_READ_MAX)
        .all(db)
        .await?;
    // The oldest first, so that the newest stays.
    Ok(rows.into_iter().rev().map(|row| (row.account_id, row.state)).collect())
}
