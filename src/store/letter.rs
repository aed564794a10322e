//! Letters owed and sent.

use crate::domain::change::Subject;
use entity::{account, letter, vocabulary::*};
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
        query = query.filter(letter::COLUMN.id.lt(after));
    }
    let letters = query.order_by_desc(letter::COLUMN.id).limit(most).all(db).await?;
    let people = account::Entity::find()
        .filter(account::COLUMN.id.is_in(letters.iter().map(|l| l.account_id)))
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
        .filter(letter::COLUMN.subject_kind.eq(subject.kind))
        .filter(letter::COLUMN.subject_id.eq(subject.id))
        .order_by_desc(letter::COLUMN.id)
        .limit(LETTERS_MAX)
        .all(db)
        .await?;
    letters.reverse();
    Ok(letters)
}

/// When the next letter is due, if one waits.
pub async fn next_due(db: &impl ConnectionTrait) -> Result<Option<Instant>, DbErr> {
    let next = letter::Entity::find()
        .filter(letter::COLUMN.state.is_in([LetterState::Owed, LetterState::Deferred]))
        .order_by_asc(letter::COLUMN.due_at)
        .one(db)
        .await?;
    Ok(next.map(|l| l.due_at))
}
