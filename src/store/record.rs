//! The only writer. An event, the rows as they are from now on and the letters owed are written in the
//! transaction of the change, or not at all.

use super::Transaction;
use crate::domain::change::{Change, Owed, Row, Subject, Write, for_each_row};
use entity::{
    application, application_answer, draft, event, letter, mark_draft, register_reading, repeat,
    vocabulary::*,
};
use futures_util::{FutureExt, future::BoxFuture};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, IdenStatic, IntoActiveModel,
    Iterable, ModelTrait, PrimaryKeyToColumn, QueryFilter, QueryOrder, QuerySelect, Statement,
    sea_query::{Expr, OnConflict},
};
use serde_json::Value;
use std::collections::BTreeSet;

/// On whose behalf a change is made: nobody's, if the clock makes it.
#[derive(Clone, Copy, Default)]
pub struct By {
    pub account_id: Option<AccountId>,
    pub authority_id: Option<AuthorityId>,
    pub provider_id: Option<ProviderId>,
}

/// Writes a change: its rows, its event with the next number of its subject, and its letters.
/// Returns the event's number.
///
/// # Errors
/// A constraint of the schema, or the database, says no; nothing stands.
pub async fn record(tx: &Transaction, by: By, change: Change, now: Instant) -> Result<i64, DbErr> {
    for write in change.writes {
        debug_assert!(
            advertised(&write).is_none_or(|id| change.about == id.into()),
            "an advert changes with an event about its opportunity: it is kept in memory by that number"
        );
        store(tx, write).await?;
    }
    let number = next_number(tx, change.about).await?;
    let body = serde_json::to_value(&change.event).map_err(|e| DbErr::Json(e.to_string()))?;
    let row = event::Model {
        id: EventId::new(),
        subject_kind: change.about.kind,
        subject_id: change.about.id,
        number,
        kind: change.event.kind().to_owned(),
        at: now,
        account_id: by.account_id,
        authority_id: by.authority_id,
        provider_id: by.provider_id,
        on_authority: change.on_authority,
        body,
    };
    insert(tx, row).await?;
    owe(tx, change.about, change.letters, now).await?;
    Ok(number)
}

/// The opportunity of whose advert a part is written: see [`advert`](super::advert).
fn advertised(write: &Write) -> Option<OpportunityId> {
    let (Write::Insert(row) | Write::Update(row) | Write::Upsert(row)) = write;
    match row {
        Row::Opportunity(row) => Some(row.id),
        Row::Amendment(row) => Some(row.opportunity_id),
        Row::Query(row) => Some(row.opportunity_id),
        _ => None,
    }
}

async fn next_number(tx: &Transaction, of: Subject) -> Result<i64, DbErr> {
    let (kind, id) = (of.kind.as_str().into(), of.id.into());
    let sql = "insert into subject (kind, id, event_number) values ($1, $2, 1) \
               on conflict (kind, id) do update set event_number = subject.event_number + 1 \
               returning event_number";
    let asked = Statement::from_sql_and_values(tx.get_database_backend(), sql, [kind, id]);
    let row = tx.query_one_raw(asked).await?.ok_or_else(|| DbErr::RecordNotInserted)?;
    row.try_get("", "event_number")
}

async fn owe(tx: &Transaction, about: Subject, letters: Vec<Owed>, now: Instant) -> Result<(), DbErr> {
    let rows: Vec<_> = letters
        .into_iter()
        .map(|owed| {
            letter::Model {
                id: LetterId::new(),
                kind: owed.kind,
                account_id: owed.to,
                subject_kind: about.kind,
                subject_id: about.id,
                context: owed.context,
                state: LetterState::Owed,
                owed_at: now,
                attempts: 0,
                due_at: owed.due_at.unwrap_or(now),
                claimed_until: None,
                sent_at: None,
                last_failure: None,
                words: None,
                wording_id: None,
                resent: 0,
                resent_at: None,
            }
            .into_active_model()
        })
        .collect();
    // In batches below the databases' limits of parameters in one statement.
    for batch in rows.chunks(500) {
        letter::Entity::insert_many(batch.to_vec()).exec_without_returning(tx).await?;
    }
    Ok(())
}

macro_rules! stored {
    ($($variant:ident($module:ident)),+) => {
        // On the heap: of so many kinds of rows, the one that is written should not cost a thread's stack all of them.
        fn store(tx: &Transaction, write: Write) -> BoxFuture<'_, Result<(), DbErr>> {
            match write {
                $(
                    Write::Insert(Row::$variant(model)) => insert(tx, *model).boxed(),
                    Write::Update(Row::$variant(model)) => update(tx, *model).boxed(),
                    Write::Upsert(Row::$variant(model)) => upsert(tx, *model).boxed(),
                )+
            }
        }
    };
}
for_each_row!(stored);

async fn insert<M, A>(tx: &Transaction, model: M) -> Result<(), DbErr>
where
    M: ModelTrait + IntoActiveModel<A>,
    A: ActiveModelTrait<Entity = M::Entity>,
{
    M::Entity::insert(model.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}

async fn update<M, A>(tx: &Transaction, model: M) -> Result<(), DbErr>
where
    M: ModelTrait + IntoActiveModel<A>,
    A: ActiveModelTrait<Entity = M::Entity>,
{
    let mut whole = model.into_active_model();
    let mut found = Condition::all();
    for key in <M::Entity as EntityTrait>::PrimaryKey::iter() {
        let column = key.into_column();
        found = found.add(column.eq(whole.get(column).into_value().ok_or(DbErr::RecordNotUpdated)?));
    }
    let whole = {
        whole = whole.reset_all();
        whole
    };
    let done = M::Entity::update_many().set(whole).filter(found).exec(tx).await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(DbErr::RecordNotUpdated) }
}

async fn upsert<M, A>(tx: &Transaction, model: M) -> Result<(), DbErr>
where
    M: ModelTrait + IntoActiveModel<A>,
    A: ActiveModelTrait<Entity = M::Entity>,
{
    let keys: Vec<_> =
        <M::Entity as EntityTrait>::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column).collect();
    let others: Vec<_> = <M::Entity as EntityTrait>::Column::iter()
        .filter(|column| !keys.iter().any(|key| key.as_str() == column.as_str()))
        .collect();
    let mut conflict = OnConflict::columns(keys);
    if others.is_empty() {
        // A row that is nothing but its key stands already.
        conflict.do_nothing();
    } else {
        conflict.update_columns(others);
    }
    M::Entity::insert(model.into_active_model()).on_conflict(conflict).exec_without_returning(tx).await?;
    Ok(())
}

/// Keeps the answer to a command, so that repeating it returns the same.
///
/// # Errors
/// The database says no.
pub async fn remember(
    tx: &Transaction,
    account_id: AccountId,
    key: String,
    request_digest: String,
    answer: Value,
    at: Instant,
) -> Result<(), DbErr> {
    insert(tx, repeat::Model { account_id, key, request_digest, answer, at }).await
}

/// Saves a draft of a bid. A draft is nobody's business but its writer's, so it makes no event.
///
/// # Errors
/// The database says no.
pub async fn save_draft(tx: &Transaction, draft: draft::Model) -> Result<(), DbErr> {
    upsert(tx, draft).await
}

/// Saves the marks that an evaluator is still writing: nobody else's business either.
///
/// # Errors
/// The database says no.
pub async fn save_mark_draft(tx: &Transaction, draft: mark_draft::Model) -> Result<(), DbErr> {
    upsert(tx, draft).await
}

/// Begins a request to join, or begins it again after one that was sent. Until it is sent it is nobody's business but
/// its provider's.
///
/// # Errors
/// The database says no.
pub async fn begin_application(tx: &Transaction, begun: application::Model) -> Result<(), DbErr> {
    upsert(tx, begun).await
}

/// Saves one answer of a request to join that is still being written.
///
/// # Errors
/// The database says no.
pub async fn save_application_answer(
    tx: &Transaction,
    answer: application_answer::Model,
) -> Result<(), DbErr> {
    upsert(tx, answer).await
}

/// How many digests are claimed beside each letter of a batch.
const DIGESTS_MAX: u64 = 50;

/// Takes at most `most` letters that are due and that nobody else is posting, and holds them until `until`.
///
/// # Errors
/// The database says no.
pub async fn claim_letters(
    tx: &Transaction,
    now: Instant,
    until: Instant,
    most: u64,
) -> Result<Vec<letter::Model>, DbErr> {
    let due = letter::Entity::find()
        .filter(letter::Column::State.is_in([LetterState::Owed, LetterState::Deferred]))
        .filter(letter::Column::DueAt.lte(now))
        .filter(
            Condition::any()
                .add(letter::Column::ClaimedUntil.is_null())
                .add(letter::Column::ClaimedUntil.lt(now)),
        )
        .order_by_asc(letter::Column::DueAt)
        .limit(most);
    let due = match tx.get_database_backend() {
        DbBackend::Postgres => due.lock_with_behavior(
            sea_orm::sea_query::LockType::Update,
            sea_orm::sea_query::LockBehavior::SkipLocked,
        ),
        _ => due,
    };
    let mut letters = due.all(tx).await?;
    letters.extend(digests_with(tx, &letters, now, most).await?);
    letter::Entity::update_many()
        .col_expr(letter::Column::ClaimedUntil, Expr::value(until))
        .filter(letter::Column::Id.is_in(letters.iter().map(|l| l.id)))
        .exec(tx)
        .await?;
    Ok(letters)
}

/// The digests that are due beside these letters to the same people, so that each person gets one: at most
/// [`DIGESTS_MAX`].
async fn digests_with(
    tx: &Transaction,
    letters: &[letter::Model],
    now: Instant,
    most: u64,
) -> Result<Vec<letter::Model>, DbErr> {
    let digests = letters.iter().filter(|letter| letter.kind == LetterKind::OpportunityDigest);
    let people: BTreeSet<_> = digests.map(|letter| letter.account_id).collect();
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let others = letter::Entity::find()
        .filter(letter::Column::State.is_in([LetterState::Owed, LetterState::Deferred]))
        .filter(letter::Column::Kind.eq(LetterKind::OpportunityDigest))
        .filter(letter::Column::AccountId.is_in(people))
        .filter(letter::Column::DueAt.lte(now))
        .filter(letter::Column::Id.is_not_in(letters.iter().map(|letter| letter.id)))
        .filter(
            Condition::any()
                .add(letter::Column::ClaimedUntil.is_null())
                .add(letter::Column::ClaimedUntil.lt(now)),
        )
        .order_by_asc(letter::Column::Id)
        .limit(most.saturating_mul(DIGESTS_MAX));
    let others = match tx.get_database_backend() {
        DbBackend::Postgres => others.lock_with_behavior(
            sea_orm::sea_query::LockType::Update,
            sea_orm::sea_query::LockBehavior::SkipLocked,
        ),
        _ => others,
    };
    others.all(tx).await
}

/// Writes down how far a letter came, if this claim on it still holds.
///
/// # Errors
/// The database says no.
pub async fn settle_letter(
    tx: &Transaction,
    letter: letter::Model,
    claimed_until: Instant,
) -> Result<(), DbErr> {
    let id = letter.id;
    letter::Entity::update_many()
        .set(letter::ActiveModel {
            state: Set(letter.state),
            attempts: Set(letter.attempts),
            due_at: Set(letter.due_at),
            claimed_until: Set(None),
            sent_at: Set(letter.sent_at),
            last_failure: Set(letter.last_failure),
            words: Set(letter.words),
            wording_id: Set(letter.wording_id),
            ..Default::default()
        })
        .filter(letter::Column::Id.eq(id))
        .filter(letter::Column::ClaimedUntil.eq(claimed_until))
        .exec(tx)
        .await?;
    Ok(())
}

/// Takes a number that is due to be asked about, and holds it until `until`; whether it was there to take. Asking changes
/// nothing, so it makes no event.
///
/// # Errors
/// The database says no.
pub async fn claim_reading(
    tx: &Transaction,
    of: &register_reading::Model,
    now: Instant,
    until: Instant,
) -> Result<bool, DbErr> {
    let done = register_reading::Entity::update_many()
        .col_expr(register_reading::Column::DueAt, Expr::value(until))
        .filter(register_reading::Column::ProviderId.eq(of.provider_id))
        .filter(register_reading::Column::Entry.eq(of.entry))
        .filter(register_reading::Column::Number.eq(&of.number))
        .filter(register_reading::Column::DueAt.lte(now))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Writes down that a register was asked, and said the same or nothing: nothing has changed, so it makes no event.
///
/// # Errors
/// The database says no.
pub async fn settle_reading(tx: &Transaction, row: register_reading::Model) -> Result<(), DbErr> {
    update(tx, row).await
}
