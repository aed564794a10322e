//! The only writer. An event, the rows as they are from now on and the letters owed are written in the
//! transaction of the change, or not at all.

use super::writing::{self, Answers, Writing};
use crate::domain::change::{Change, Owed, Row, Subject, Write, for_each_row};
use entity::{
    application, application_answer, draft, event, letter, mark_draft, register_reading, repeat, subject,
    vocabulary::*,
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, IntoActiveModel, Iterable,
    ModelTrait, PrimaryKeyToColumn, QueryFilter, QueryOrder, QuerySelect, QueryTrait, StatementBuilder,
    sea_query::{Expr, ExprTrait, OnConflict, Query},
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

/// Writes a change: its rows, its event with the next number of its subject, and its letters. They go out with what else
/// the act writes; of what is [written](Writing::written), each event answers its number.
///
/// # Errors
/// The event cannot be told in words.
pub fn record(tx: &Writing, by: By, change: Change, now: Instant) -> Result<(), DbErr> {
    for write in change.writes {
        store(tx, write);
    }
    tx.write(next_number(tx, change.about));
    let body = serde_json::to_value(&change.event).map_err(|e| DbErr::Json(e.to_string()))?;
    let row = event::Model {
        id: EventId::new(),
        subject_kind: change.about.kind,
        subject_id: change.about.id,
        // Instead of it the number that its subject has just been given is written.
        number: 0,
        kind: change.event.kind().to_owned(),
        at: now,
        account_id: by.account_id,
        authority_id: by.authority_id,
        provider_id: by.provider_id,
        on_authority: change.on_authority,
        body,
    };
    tx.write(numbered(tx, row));
    owe(tx, change.about, change.letters, now);
    Ok(())
}

fn next_number(tx: &Writing, of: Subject) -> writing::Write {
    let next = Expr::col((subject::Entity, subject::Column::EventNumber)).add(1);
    let on_conflict = OnConflict::columns([subject::Column::Kind, subject::Column::Id])
        .value(subject::Column::EventNumber, next)
        .to_owned();
    let row = subject::ActiveModel { kind: Set(of.kind), id: Set(of.id), event_number: Set(1) };
    let mut query = subject::Entity::insert(row).on_conflict(on_conflict).into_query();
    query.returning_col(subject::Column::EventNumber);
    statement(tx, &query, Answers::Number)
}

/// Inserts an event with its subject's newest number.
fn numbered(tx: &Writing, row: event::Model) -> writing::Write {
    let newest = Query::select()
        .column(subject::Column::EventNumber)
        .from(subject::Entity)
        .and_where(subject::Column::Kind.eq(row.subject_kind))
        .and_where(subject::Column::Id.eq(row.subject_id))
        .to_owned();
    let values = event::Column::iter().map(|column| match column {
        event::Column::Number => newest.clone().into(),
        column => Expr::val(row.get(column)),
    });
    let query = Query::insert()
        .into_table(event::Entity)
        .columns(event::Column::iter())
        .values_panic(values)
        .to_owned();
    statement(tx, &query, Answers::Nothing)
}

fn owe(tx: &Writing, about: Subject, letters: Vec<Owed>, now: Instant) {
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
        let query = letter::Entity::insert_many(batch.to_vec()).into_query();
        tx.write(statement(tx, &query, Answers::Nothing));
    }
}

macro_rules! stored {
    ($($variant:ident($module:ident)),+) => {
        fn store(tx: &Writing, write: Write) {
            match write {
                $(
                    Write::Insert(Row::$variant(model)) => insert(tx, *model),
                    Write::Update(Row::$variant(model)) => update(tx, *model),
                    Write::Upsert(Row::$variant(model)) => upsert(tx, *model),
                )+
            }
        }
    };
}
for_each_row!(stored);

fn statement(tx: &Writing, query: &impl StatementBuilder, answers: Answers) -> writing::Write {
    writing::Write { statement: tx.get_database_backend().build(query), answers }
}

fn insert<M, A>(tx: &Writing, model: M)
where
    M: ModelTrait + IntoActiveModel<A>,
    A: ActiveModelTrait<Entity = M::Entity>,
{
    let query = M::Entity::insert(model.into_active_model()).into_query();
    tx.write(statement(tx, &query, Answers::Nothing));
}

fn update<M, A>(tx: &Writing, model: M)
where
    M: ModelTrait + IntoActiveModel<A>,
    A: ActiveModelTrait<Entity = M::Entity>,
{
    let keys = keys::<M>();
    let found = keys.iter().fold(Condition::all(), |found, key| found.add(key.eq(model.get(*key))));
    let whole = model.into_active_model().reset_all();
    let mut query = M::Entity::update_many().set(whole).filter(found).into_query();
    query.returning(Query::returning().columns(keys));
    tx.write(statement(tx, &query, Answers::Changed));
}

fn upsert<M, A>(tx: &Writing, model: M)
where
    M: ModelTrait + IntoActiveModel<A>,
    A: ActiveModelTrait<Entity = M::Entity>,
{
    let keys = keys::<M>();
    let others: Vec<_> = <M::Entity as EntityTrait>::Column::iter()
        .filter(|column| !keys.iter().any(|key| format!("{key:?}") == format!("{column:?}")))
        .collect();
    let mut conflict = OnConflict::columns(keys);
    if others.is_empty() {
        // A row that is nothing but its key stands already.
        conflict.do_nothing();
    } else {
        conflict.update_columns(others);
    }
    let query = M::Entity::insert(model.into_active_model()).on_conflict(conflict).into_query();
    tx.write(statement(tx, &query, Answers::Nothing));
}

fn keys<M: ModelTrait>() -> Vec<<M::Entity as EntityTrait>::Column> {
    <M::Entity as EntityTrait>::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column).collect()
}

/// Keeps the answer to a command, so that repeating it returns the same.
pub fn remember(
    tx: &Writing,
    account_id: AccountId,
    key: String,
    request_digest: String,
    answer: Value,
    at: Instant,
) {
    insert(tx, repeat::Model { account_id, key, request_digest, answer, at });
}

/// Saves a draft of a bid. A draft is nobody's business but its writer's, so it makes no event.
pub fn save_draft(tx: &Writing, draft: draft::Model) {
    upsert(tx, draft);
}

/// Saves the marks that an evaluator is still writing: nobody else's business either.
pub fn save_mark_draft(tx: &Writing, draft: mark_draft::Model) {
    upsert(tx, draft);
}

/// Begins a request to join, or begins it again after one that was sent. Until it is sent it is nobody's business but
/// its provider's.
pub fn begin_application(tx: &Writing, begun: application::Model) {
    upsert(tx, begun);
}

/// Saves one answer of a request to join that is still being written.
pub fn save_application_answer(tx: &Writing, answer: application_answer::Model) {
    upsert(tx, answer);
}

/// How many digests are claimed beside each letter of a batch.
const DIGESTS_MAX: u64 = 50;

/// Takes at most `most` letters that are due and that nobody else is posting, and holds them until `until`.
///
/// # Errors
/// The database says no.
pub async fn claim_letters(
    tx: &Writing,
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
    tx: &Writing,
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
pub async fn settle_letter(tx: &Writing, letter: letter::Model, claimed_until: Instant) -> Result<(), DbErr> {
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
    tx: &Writing,
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
pub fn settle_reading(tx: &Writing, row: register_reading::Model) {
    update(tx, row);
}
