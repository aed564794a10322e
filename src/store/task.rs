//! What officers are to see to.

use crate::domain::change::Subject;
use entity::{task, vocabulary::*};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// The most tasks of one subject that are looked at: there is one of a kind.
const OPEN_MAX: u64 = 100;

pub async fn find(db: &impl ConnectionTrait, id: TaskId) -> Result<Option<task::Model>, DbErr> {
    task::Entity::find_by_id(id).one(db).await
}

/// The task that stands because of a letter, until it is done.
pub async fn open_of(db: &impl ConnectionTrait, letter: LetterId) -> Result<Option<task::Model>, DbErr> {
    task::Entity::find()
        .filter(task::Column::LetterId.eq(letter))
        .filter(task::Column::DoneAt.is_null())
        .one(db)
        .await
}

/// The tasks that stand because of a subject itself, not of a letter about it.
pub async fn open_about(db: &impl ConnectionTrait, about: Subject) -> Result<Vec<task::Model>, DbErr> {
    task::Entity::find()
        .filter(task::Column::SubjectKind.eq(about.kind))
        .filter(task::Column::SubjectId.eq(about.id))
        .filter(task::Column::LetterId.is_null())
        .filter(task::Column::DoneAt.is_null())
        .limit(OPEN_MAX)
        .all(db)
        .await
}

/// An authority's tasks, newest first, from the one after `after`: those to do, or those that are done.
pub async fn list(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
    done: bool,
    after: Option<TaskId>,
    most: u64,
) -> Result<Vec<task::Model>, DbErr> {
    let mut query = task::Entity::find().filter(task::Column::AuthorityId.eq(authority)).filter(if done {
        task::Column::DoneAt.is_not_null()
    } else {
        task::Column::DoneAt.is_null()
    });
    if let Some(after) = after {
        query = query.filter(task::Column::Id.lt(after));
    }
    query.order_by_desc(task::Column::Id).limit(most).all(db).await
}
