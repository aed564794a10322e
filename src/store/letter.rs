//! Letters owed and sent.

use crate::domain::change::Subject;
use entity::{account, enrolment, letter, market, vocabulary::*};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

pub async fn find(
    db: &impl ConnectionTrait,
    id: LetterId,
) -> Result<Option<(letter::Model, account::Model)>, DbErr> {
    let Some(letter) = letter::Entity::find_by_id(id).one(db).await? else { return Ok(None) };
    let to = account::Entity::find_by_id(letter.account_id).one(db).await?;
    Ok(to.map(|to| (letter, to)))
}

/// Letters with their addressees, newest first, from the one after `after`.
pub async fn list(
    db: &impl ConnectionTrait,
    after: Option<LetterId>,
    most: u64,
) -> Result<Vec<(letter::Model, account::Model)>, DbErr> {
    let mut query = letter::Entity::find();
    if let Some(after) = after {
        query = query.filter(letter::Column::Id.lt(after));
    }
    let letters = query.order_by_desc(letter::Column::Id).limit(most).all(db).await?;
    let people = account::Entity::find()
        .filter(account::Column::Id.is_in(letters.iter().map(|l| l.account_id)))
        .all(db)
        .await?;
    Ok(letters
        .into_iter()
        .filter_map(|letter| {
            let to = people.iter().find(|p| p.id == letter.account_id)?.clone();
            Some((letter, to))
        })
        .collect())
}

/// The most letters of one subject that are read at once: the newest of them.
const LETTERS_MAX: u64 = 5_000;

/// The letters about a subject, oldest first.
pub async fn about(db: &impl ConnectionTrait, subject: Subject) -> Result<Vec<letter::Model>, DbErr> {
    let mut letters = letter::Entity::find()
        .filter(letter::Column::SubjectKind.eq(subject.kind))
        .filter(letter::Column::SubjectId.eq(subject.id))
        .order_by_desc(letter::Column::Id)
        .limit(LETTERS_MAX)
        .all(db)
        .await?;
    letters.reverse();
    Ok(letters)
}

/// A letter alone.
pub async fn row(db: &impl ConnectionTrait, id: LetterId) -> Result<Option<letter::Model>, DbErr> {
    letter::Entity::find_by_id(id).one(db).await
}

/// These letters.
pub async fn rows(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = LetterId>,
) -> Result<Vec<letter::Model>, DbErr> {
    letter::Entity::find().filter(letter::Column::Id.is_in(ids)).all(db).await
}

/// A part of the letters about these subjects, newest first, from the one after `after`.
pub async fn part_about(
    db: &impl ConnectionTrait,
    subjects: &[Subject],
    after: Option<LetterId>,
    most: u64,
) -> Result<Vec<letter::Model>, DbErr> {
    // An id is one subject's alone, whatever its kind.
    let mut query =
        letter::Entity::find().filter(letter::Column::SubjectId.is_in(subjects.iter().map(|s| s.id)));
    if let Some(after) = after {
        query = query.filter(letter::Column::Id.lt(after));
    }
    query.order_by_desc(letter::Column::Id).limit(most).all(db).await
}

/// In which market something happened, and whose it is: letters of it are that authority's.
pub async fn sender_of(
    db: &impl ConnectionTrait,
    of: Subject,
) -> Result<Option<(market::Model, AuthorityId)>, DbErr> {
    // Whose it is, where it need not be the market's own authority's.
    let (market, authority) = match of.kind {
        SubjectKind::Account | SubjectKind::Provider | SubjectKind::DebarmentList => return Ok(None),
        SubjectKind::Market => (Some(MarketId(of.id)), None),
        SubjectKind::Enrolment => {
            let found = enrolment::Entity::find_by_id(EnrolmentId(of.id)).one(db).await?;
            (market_of_category(db, found.map(|found| found.category_id)).await?, None)
        }
        SubjectKind::Package => {
            let found = super::package::find(db, PackageId(of.id)).await?;
            let authority = found.as_ref().map(|found| found.authority_id);
            (market_of_category(db, found.map(|found| found.category_id)).await?, authority)
        }
        SubjectKind::Budget => super::budget::find(db, BudgetId(of.id))
            .await?
            .map(|found| (found.market_id, found.authority_id))
            .unzip(),
        SubjectKind::Opportunity | SubjectKind::Round => super::opportunity::find(db, OpportunityId(of.id))
            .await?
            .map(|found| (found.market_id, found.authority_id))
            .unzip(),
        SubjectKind::Contract => super::contract::find(db, ContractId(of.id))
            .await?
            .map(|found| (found.market_id, found.authority_id))
            .unzip(),
    };
    let Some(id) = market else { return Ok(None) };
    let market = super::market::find(db, id).await?;
    Ok(market.map(|market| {
        let own = market.authority_id;
        (market, authority.unwrap_or(own))
    }))
}

async fn market_of_category(
    db: &impl ConnectionTrait,
    category: Option<CategoryId>,
) -> Result<Option<MarketId>, DbErr> {
    match category {
        Some(category) => Ok(super::market::category(db, category).await?.map(|(_, market)| market.id)),
        None => Ok(None),
    }
}

/// When the next letter is due, if one waits.
pub async fn next_due(db: &impl ConnectionTrait) -> Result<Option<Instant>, DbErr> {
    let next = letter::Entity::find()
        .filter(letter::Column::State.is_in([LetterState::Owed, LetterState::Deferred]))
        .order_by_asc(letter::Column::DueAt)
        .one(db)
        .await?;
    Ok(next.map(|l| l.due_at))
}
