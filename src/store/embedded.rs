//! SQLite within this process, asked on the thread that asks. A statement takes microseconds there; handing it to
//! another thread, and its answer back, takes several times as long. Only what waits for the disk, and what turns out to
//! be long, is handed on.

use super::PATIENCE;
use crate::domain::change::for_each_row;
use async_trait::async_trait;
use entity::{application_answer, draft, event, mark_draft, repeat, subject};
use rusqlite::{
    CachedStatement, Connection as Sqlite, ErrorCode, OpenFlags, StatementStatus,
    types::{Null, ToSqlOutput, ValueRef},
};
use sea_orm::{
    ColumnTrait, ColumnType, ConnectionTrait, DbBackend, DbErr, EntityTrait, ExecResult, IdenStatic,
    Iterable, ProxyDatabaseTrait, ProxyExecResult, ProxyRow, QueryResult, RuntimeErr, Statement, Value,
    prelude::Uuid,
    sqlx::{
        Error as SqlxError,
        error::{DatabaseError, ErrorKind},
    },
};
use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    error::Error,
    fmt,
    path::{Path, PathBuf},
    sync::{
        Arc, LazyLock, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::task::spawn_blocking;

/// How many statements a connection keeps prepared.
const PREPARED_MAX: usize = 500;
/// How many connections are kept while nobody uses them.
const IDLE_MAX: usize = 16;
/// A connection that writes keeps 16 MiB of pages (KiB, below nothing), because it writes to the same ones again and again;
/// and it copies the log into the file when that has grown to 4,000 pages (16 MiB): what changes a hundred times meanwhile
/// is copied once.
const WRITES_MUCH: &str = "pragma cache_size = -16384; pragma wal_autocheckpoint = 4000";
/// How many steps of SQLite's own a look may take on the thread that asks: a few milliseconds. What takes longer begins
/// anew where it holds nobody up.
const STEPS_MAX: i32 = 200_000;

/// Connections to one file: opened when they are needed, and kept.
#[derive(Clone)]
pub struct Connections(Arc<Shared>);

struct Shared {
    path: PathBuf,
    idle: Mutex<Vec<Open>>,
    /// Those that write, one after the other. What a connection has read of the file it forgets when another has written:
    /// a writer of its own knows it still.
    writers: Mutex<Vec<Open>>,
    /// One that nobody uses. SQLite removes its log when the last connection closes, and where the disk is full nobody
    /// could so much as read until there is room for another.
    _held: Mutex<Open>,
}

impl fmt::Debug for Connections {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "connections to {}", self.0.path.display())
    }
}

impl Connections {
    /// Opens the file, or makes it.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn open(path: &Path) -> Result<Self, DbErr> {
        let held = Mutex::new(Open::new(path).map_err(failed)?);
        let (idle, writers) = (Mutex::default(), Mutex::default());
        Ok(Self(Arc::new(Shared { path: path.to_owned(), idle, writers, _held: held })))
    }

    fn kept(&self, does: Does) -> MutexGuard<'_, Vec<Open>> {
        let kept = match does {
            Does::Read => &self.0.idle,
            Does::Write => &self.0.writers,
        };
        kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, does: Does) -> Result<Open, DbErr> {
        if let Some(kept) = self.kept(does).pop() {
            return Ok(kept);
        }
        let open = Open::new(&self.0.path).map_err(failed)?;
        if let Does::Write = does {
            open.sqlite.execute_batch(WRITES_MUCH).map_err(failed)?;
        }
        Ok(open)
    }

    fn give_back(&self, open: Open, does: Does) {
        let mut kept = self.kept(does);
        if kept.len() < IDLE_MAX {
            kept.push(open);
        }
    }

    /// Begins a transaction that writes from its beginning.
    ///
    /// # Errors
    /// Another process writes for too long, or the file cannot be used.
    pub async fn begin(&self) -> Result<Transaction, DbErr> {
        let mut open = self.take(Does::Write)?;
        let begun = open.begin_immediate(Duration::ZERO);
        let open = match begun {
            Err(why) if why.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                elsewhere(open, |open| open.begin_immediate(PATIENCE)).await?
            }
            begun => begun.map(|()| open).map_err(failed)?,
        };
        Ok(Transaction::new(self, open, Does::Write))
    }

    /// Begins a look at several things as they are at one moment.
    ///
    /// # Errors
    /// The file cannot be used.
    pub fn look(&self) -> Result<Transaction, DbErr> {
        let mut open = self.take(Does::Read)?;
        open.step("begin").map_err(failed)?;
        Ok(Transaction::new(self, open, Does::Read))
    }
}

/// What a connection is for.
#[derive(Clone, Copy)]
enum Does {
    Read,
    Write,
}

/// Does what may wait for the disk where that holds nobody up.
async fn elsewhere(
    mut open: Open,
    what: impl FnOnce(&mut Open) -> rusqlite::Result<()> + Send + 'static,
) -> Result<Open, DbErr> {
    let done = spawn_blocking(move || what(&mut open).map(|()| open)).await;
    done.map_err(|why| DbErr::Custom(why.to_string()))?.map_err(failed)
}

#[async_trait]
impl ProxyDatabaseTrait for Connections {
    async fn query(&self, asked: Statement) -> Result<Vec<ProxyRow>, DbErr> {
        let mut open = self.take(Does::Read)?;
        open.patient.store(false, Ordering::Relaxed);
        let answer = open.query(&asked, usize::MAX);
        open.patient.store(true, Ordering::Relaxed);
        if !answer.as_ref().is_err_and(was_interrupted) {
            self.give_back(open, Does::Read);
            return answer;
        }
        let home = self.clone();
        let asked_again = spawn_blocking(move || {
            let answer = open.query(&asked, usize::MAX);
            home.give_back(open, Does::Read);
            answer
        });
        asked_again.await.map_err(|why| DbErr::Custom(why.to_string()))?
    }

    async fn execute(&self, asked: Statement) -> Result<ProxyExecResult, DbErr> {
        let mut open = self.take(Does::Write)?;
        let done = open.execute(&asked).map_err(failed);
        self.give_back(open, Does::Write);
        done
    }
}

/// One connection, for the schema, whose changes go by transactions that sea-orm itself begins and ends. It asks nobody
/// how they ended, so the first mistake is kept and said afterwards.
#[derive(Clone)]
pub struct Changing(Arc<Mutex<(Open, Option<DbErr>)>>);

impl fmt::Debug for Changing {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("a connection for the schema")
    }
}

impl Changing {
    /// Takes one of the connections.
    ///
    /// # Errors
    /// The file cannot be used.
    pub fn new(connections: &Connections) -> Result<Self, DbErr> {
        Ok(Self(Arc::new(Mutex::new((connections.take(Does::Write)?, None)))))
    }

    fn held(&self) -> MutexGuard<'_, (Open, Option<DbErr>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn turn(&self, words: &str) {
        let (open, mistake) = &mut *self.held();
        if let Err(why) = open.step(words) {
            mistake.get_or_insert(failed(why));
        }
    }

    /// What went wrong where nobody asked.
    ///
    /// # Errors
    /// That.
    pub fn ended(&self) -> Result<(), DbErr> {
        self.held().1.take().map_or(Ok(()), Err)
    }
}

#[async_trait]
impl ProxyDatabaseTrait for Changing {
    async fn query(&self, asked: Statement) -> Result<Vec<ProxyRow>, DbErr> {
        self.held().0.query(&asked, usize::MAX)
    }

    async fn execute(&self, asked: Statement) -> Result<ProxyExecResult, DbErr> {
        self.held().0.execute(&asked).map_err(failed)
    }

    async fn begin(&self) {
        self.turn("begin immediate");
    }

    async fn commit(&self) {
        self.turn("commit");
    }

    async fn rollback(&self) {
        self.turn("rollback");
    }

    fn start_rollback(&self) {
        self.turn("rollback");
    }
}

/// An open connection.
struct Open {
    sqlite: Sqlite,
    /// What each statement answers.
    shapes: HashMap<String, Shape>,
    /// Whether it may take as long as it takes.
    patient: Arc<AtomicBool>,
}

/// The name of each column, and what is in it.
type Shape = Arc<[(String, Option<Holds>)]>;

impl Open {
    fn new(path: &Path) -> rusqlite::Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            // One at a time has it.
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let sqlite = Sqlite::open_with_flags(path, flags)?;
        sqlite.set_prepared_statement_cache_capacity(PREPARED_MAX);
        sqlite.busy_timeout(PATIENCE)?;
        // WAL with FULL: an acknowledged change survives a power cut (NORMAL would lose the newest). What a savepoint
        // would undo is kept in memory: a file of it costs more than all that is done.
        sqlite.execute_batch(
            "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; \
             pragma temp_store = memory",
        )?;
        let patient = Arc::new(AtomicBool::new(true));
        let heard = Arc::clone(&patient);
        sqlite.progress_handler(STEPS_MAX, Some(move || !heard.load(Ordering::Relaxed)))?;
        Ok(Self { sqlite, shapes: HashMap::new(), patient })
    }

    fn begin_immediate(&mut self, patience: Duration) -> rusqlite::Result<()> {
        self.sqlite.busy_timeout(patience)?;
        self.step("begin immediate")
    }

    /// A statement without values that answers nothing.
    fn step(&mut self, words: &str) -> rusqlite::Result<()> {
        self.sqlite.prepare_cached(words)?.execute([])?;
        Ok(())
    }

    fn execute(&mut self, asked: &Statement) -> rusqlite::Result<ProxyExecResult> {
        let rows_affected = match &asked.values {
            Some(values) if !values.0.is_empty() => {
                let mut prepared = self.sqlite.prepare_cached(&asked.sql)?;
                bind(&mut prepared, asked)?;
                prepared.raw_execute()?.try_into().unwrap_or_default()
            }
            // There may be several.
            _ => {
                self.sqlite.execute_batch(&asked.sql)?;
                self.sqlite.changes()
            }
        };
        let last_insert_id = self.sqlite.last_insert_rowid().try_into().unwrap_or_default();
        Ok(ProxyExecResult { last_insert_id, rows_affected })
    }

    /// The first rows that a statement answers.
    fn query(&mut self, asked: &Statement, most: usize) -> Result<Vec<ProxyRow>, DbErr> {
        let words = words(asked);
        let mut prepared = self.sqlite.prepare_cached(&words).map_err(failed)?;
        bind(&mut prepared, asked).map_err(failed)?;
        let shape = match self.shapes.get(&*words) {
            Some(shape) => Arc::clone(shape),
            None => {
                if self.shapes.len() >= PREPARED_MAX {
                    self.shapes.clear();
                }
                let shape = shape(&prepared);
                self.shapes.insert(words.into_owned(), Arc::clone(&shape));
                shape
            }
        };
        // Steps are counted over the whole life of a statement: this look begins at none.
        prepared.reset_status(StatementStatus::VmStep);
        let mut rows = prepared.raw_query();
        let mut found = Vec::new();
        while found.len() < most
            && let Some(row) = rows.next().map_err(failed)?
        {
            let mut values = BTreeMap::new();
            for (place, (name, holds)) in shape.iter().enumerate() {
                let read = row.get_ref(place).map_err(failed)?;
                values.insert(name.clone(), value(read, *holds).ok_or_else(|| unreadable(name))?);
            }
            found.push(ProxyRow::new(values));
        }
        Ok(found)
    }
}

/// A transaction under way. Dropping it undoes it.
pub struct Transaction {
    home: Connections,
    open: Mutex<Option<Open>>,
    does: Does,
}

impl Drop for Transaction {
    fn drop(&mut self) {
        let open = self.open.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut open) = open {
            // Unless SQLite itself has undone it. One that cannot be undone is not used again.
            if open.sqlite.is_autocommit() || open.step("rollback").is_ok() {
                self.home.give_back(open, self.does);
            }
        }
    }
}

impl Transaction {
    fn new(home: &Connections, open: Open, does: Does) -> Self {
        Self { home: home.clone(), open: Mutex::new(Some(open)), does }
    }

    fn with<T>(&self, what: impl FnOnce(&mut Open) -> Result<T, DbErr>) -> Result<T, DbErr> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        what(open.as_mut().ok_or_else(|| DbErr::Custom("the transaction has ended".to_owned()))?)
    }

    /// Keeps what was done: when this returns, it is on the disk.
    ///
    /// # Errors
    /// It is not kept.
    pub async fn commit(self) -> Result<(), DbErr> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner).take();
        let open = open.ok_or_else(|| DbErr::Custom("the transaction has ended".to_owned()))?;
        // Where this fails the connection is closed, which undoes what it may hold.
        let open = elsewhere(open, |open| open.step("commit")).await?;
        self.home.give_back(open, self.does);
        Ok(())
    }
}

#[async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        DbBackend::Sqlite
    }

    async fn execute_raw(&self, asked: Statement) -> Result<ExecResult, DbErr> {
        self.with(|open| Ok(open.execute(&asked).map_err(failed)?.into()))
    }

    async fn execute_unprepared(&self, words: &str) -> Result<ExecResult, DbErr> {
        self.execute_raw(Statement::from_string(DbBackend::Sqlite, words)).await
    }

    async fn query_one_raw(&self, asked: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.with(|open| Ok(open.query(&asked, 1)?.pop().map(QueryResult::from)))
    }

    async fn query_all_raw(&self, asked: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.with(|open| Ok(open.query(&asked, usize::MAX)?.into_iter().map(QueryResult::from).collect()))
    }
}

/// A statement's words, with its limit among them. SQLite plans with the value of a limit, and so would plan anew each
/// time that one is given as a value.
fn words(asked: &Statement) -> Cow<'_, str> {
    let last = asked.values.as_ref().and_then(|values| values.0.last());
    match (asked.sql.strip_suffix(" LIMIT ?"), last) {
        (Some(before), Some(Value::BigUnsigned(Some(most)))) => format!("{before} LIMIT {most}").into(),
        _ => asked.sql.as_str().into(),
    }
}

/// Places are numbered from the left, or say which value they take: `$2`.
fn bind(prepared: &mut CachedStatement<'_>, asked: &Statement) -> rusqlite::Result<()> {
    let values = asked.values.as_ref().map_or(&[][..], |values| values.0.as_slice());
    for place in 1..=prepared.parameter_count() {
        let named = prepared.parameter_name(place).and_then(|name| name.get(1..)?.parse().ok());
        let which: usize = named.unwrap_or(place);
        let value =
            values.get(which - 1).ok_or(rusqlite::Error::InvalidParameterCount(values.len(), which))?;
        prepared.raw_bind_parameter(place, bound(value)?)?;
    }
    Ok(())
}

fn bound(value: &Value) -> rusqlite::Result<ToSqlOutput<'_>> {
    Ok(match value {
        Value::Bool(Some(truth)) => ToSqlOutput::from(*truth),
        Value::Int(Some(number)) => ToSqlOutput::from(*number),
        Value::BigInt(Some(number)) => ToSqlOutput::from(*number),
        Value::BigUnsigned(Some(number)) => {
            let number = i64::try_from(*number);
            ToSqlOutput::from(number.map_err(|why| rusqlite::Error::ToSqlConversionFailure(why.into()))?)
        }
        Value::String(Some(text)) => ToSqlOutput::from(text.as_str()),
        Value::Bytes(Some(bytes)) => ToSqlOutput::from(bytes.as_slice()),
        Value::Uuid(Some(id)) => ToSqlOutput::from(id.as_bytes().as_slice()),
        Value::Json(Some(json)) => ToSqlOutput::from(json.to_string()),
        nothing if *nothing == nothing.as_null() => ToSqlOutput::from(Null),
        other => {
            let why = format!("{other:?} is not kept anywhere");
            return Err(rusqlite::Error::ToSqlConversionFailure(why.into()));
        }
    })
}

/// What is in a column, which SQLite itself does not tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    Truth,
    Number,
    LongNumber,
    Text,
    Bytes,
    Id,
    Json,
}

impl Holds {
    fn of(column: &ColumnType) -> Option<Self> {
        Some(match column {
            ColumnType::Boolean => Self::Truth,
            ColumnType::Integer => Self::Number,
            ColumnType::BigInteger => Self::LongNumber,
            // What is kept as binary JSON is read from its text by itself: see `entity::json`.
            ColumnType::String(_) | ColumnType::Text | ColumnType::Enum { .. } | ColumnType::JsonBinary => {
                Self::Text
            }
            ColumnType::Blob | ColumnType::Binary(_) | ColumnType::VarBinary(_) => Self::Bytes,
            ColumnType::Uuid => Self::Id,
            ColumnType::Json => Self::Json,
            _ => return None,
        })
    }
}

/// What each column of each table holds.
type Columns = HashMap<&'static str, HashMap<&'static str, Option<Holds>>>;

static COLUMNS: LazyLock<Columns> = LazyLock::new(|| {
    macro_rules! columns {
        ($($variant:ident($module:ident)),+) => {
            HashMap::from([
                $(columns_of(entity::$module::Entity),)+
                columns_of(application_answer::Entity),
                columns_of(draft::Entity),
                columns_of(event::Entity),
                columns_of(mark_draft::Entity),
                columns_of(repeat::Entity),
                columns_of(subject::Entity),
            ])
        };
    }
    for_each_row!(columns)
});

fn columns_of<E: EntityTrait>(table: E) -> (&'static str, HashMap<&'static str, Option<Holds>>) {
    let columns =
        E::Column::iter().map(|column| (column.as_str(), Holds::of(column.def().get_column_type())));
    (table.table_name(), columns.collect())
}

/// Of what is no column as it is, such as a count, nothing is known: numbers are long there.
fn shape(prepared: &CachedStatement<'_>) -> Shape {
    let columns = prepared.columns_with_metadata();
    let holds = |table: Option<&str>, column: Option<&str>| *COLUMNS.get(table?)?.get(column?)?;
    columns.iter().map(|c| (c.name().to_owned(), holds(c.table_name(), c.origin_name()))).collect()
}

/// A value as its column holds it; nothing where it cannot be that.
fn value(read: ValueRef<'_>, holds: Option<Holds>) -> Option<Value> {
    Some(match (read, holds) {
        (ValueRef::Null, _) => Value::String(None),
        (ValueRef::Integer(number), Some(Holds::Truth)) => Value::from(number != 0),
        (ValueRef::Integer(number), Some(Holds::Number)) => Value::from(i32::try_from(number).ok()?),
        (ValueRef::Integer(number), Some(Holds::LongNumber) | None) => Value::from(number),
        (ValueRef::Text(text), Some(Holds::Text) | None) => Value::from(str::from_utf8(text).ok()?),
        (ValueRef::Text(text), Some(Holds::Json)) => {
            Value::from(serde_json::from_slice::<serde_json::Value>(text).ok()?)
        }
        (ValueRef::Blob(bytes), Some(Holds::Id)) => Value::from(Uuid::from_slice(bytes).ok()?),
        // Migrations read columns that no entity has any more. What has the length of an id is one.
        (ValueRef::Blob(bytes), None) if bytes.len() == size_of::<Uuid>() => {
            Value::from(Uuid::from_slice(bytes).ok()?)
        }
        (ValueRef::Blob(bytes), Some(Holds::Bytes) | None) => Value::from(bytes.to_vec()),
        _ => return None,
    })
}

fn unreadable(column: &str) -> DbErr {
    DbErr::Type(format!("“{column}” holds something else than it should"))
}

/// What SQLite said, as errors of all databases are told apart.
#[derive(Debug)]
struct Said(rusqlite::Error);

fn failed(why: rusqlite::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(Arc::new(SqlxError::Database(Box::new(Said(why))))))
}

fn was_interrupted(why: &DbErr) -> bool {
    const INTERRUPTED: i32 = rusqlite::ffi::SQLITE_INTERRUPT;
    let DbErr::Exec(RuntimeErr::SqlxError(why)) = why else { return false };
    why.as_database_error().and_then(DatabaseError::code).is_some_and(|code| code == INTERRUPTED.to_string())
}

impl fmt::Display for Said {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(to)
    }
}

impl Error for Said {}

impl DatabaseError for Said {
    fn message(&self) -> &str {
        match &self.0 {
            rusqlite::Error::SqliteFailure(_, Some(words)) => words,
            _ => "SQLite could not do it",
        }
    }

    fn code(&self) -> Option<Cow<'_, str>> {
        self.0.sqlite_error().map(|error| error.extended_code.to_string().into())
    }

    fn as_error(&self) -> &(dyn Error + Send + Sync + 'static) {
        self
    }

    fn as_error_mut(&mut self) -> &mut (dyn Error + Send + Sync + 'static) {
        self
    }

    fn into_error(self: Box<Self>) -> Box<dyn Error + Send + Sync + 'static> {
        self
    }

    fn kind(&self) -> ErrorKind {
        use rusqlite::ffi::{
            SQLITE_CONSTRAINT_CHECK, SQLITE_CONSTRAINT_FOREIGNKEY, SQLITE_CONSTRAINT_NOTNULL,
            SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE,
        };
        match self.0.sqlite_error().map(|error| error.extended_code) {
            Some(SQLITE_CONSTRAINT_UNIQUE | SQLITE_CONSTRAINT_PRIMARYKEY) => ErrorKind::UniqueViolation,
            Some(SQLITE_CONSTRAINT_FOREIGNKEY) => ErrorKind::ForeignKeyViolation,
            Some(SQLITE_CONSTRAINT_NOTNULL) => ErrorKind::NotNullViolation,
            Some(SQLITE_CONSTRAINT_CHECK) => ErrorKind::CheckViolation,
            _ => ErrorKind::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use migration::{Migrator, MigratorTrait};
    use sea_orm::Database;

    #[tokio::test]
    async fn of_every_column_of_the_schema_it_is_known_what_it_holds() {
        let folder = tempfile::tempdir().expect("a folder");
        let connections = Connections::open(&folder.path().join("all.db")).expect("open");
        let proxy = Arc::new(Box::new(connections.clone()) as Box<dyn ProxyDatabaseTrait>);
        let db = Database::connect_proxy(DbBackend::Sqlite, proxy).await.expect("connected");
        Migrator::up(&db, None).await.expect("migrated");
        let columns = "select m.name as of_table, c.name as name, c.type as declared from sqlite_master m \
                       join pragma_table_info(m.name) c \
                       where m.type = 'table' and m.name not in ('seaql_migrations', 'sqlite_sequence')";
        let asked = Statement::from_string(DbBackend::Sqlite, columns);
        let rows = db.query_all_raw(asked).await.expect("columns");
        assert!(rows.len() > 700, "{}", rows.len());
        for row in rows {
            let text = |name: &str| row.try_get::<String>("", name).expect("text");
            let (table, column) = (text("of_table"), text("name"));
            let holds = COLUMNS.get(table.as_str()).and_then(|table| table.get(column.as_str()));
            let fits = match holds {
                Some(Some(Holds::Truth | Holds::Number | Holds::LongNumber)) => "INTEGER",
                Some(Some(Holds::Text | Holds::Json)) => "TEXT",
                Some(Some(Holds::Bytes | Holds::Id)) => "BLOB",
                Some(None) | None => "what an entity tells",
            };
            assert_eq!(text("declared").to_uppercase(), fits, "{table}.{column}");
        }
    }

    #[test]
    fn a_short_look_is_never_taken_for_a_long_one_however_often_it_is_asked() {
        const LOOKS: i32 = 20;
        let folder = tempfile::tempdir().expect("a folder");
        let mut open = Open::new(&folder.path().join("short.db")).expect("open");
        open.patient.store(false, Ordering::Relaxed);
        let rows = STEPS_MAX / LOOKS * 2 / 10;
        let count = |rows| {
            let words = format!(
                "with recursive n (i) as (values (1) union all select i + 1 from n where i < {rows}) select sum(i) from n"
            );
            Statement::from_string(DbBackend::Sqlite, words)
        };
        for look in 0..LOOKS {
            assert!(open.query(&count(rows), 1).is_ok(), "look {look}");
        }
        assert!(open.query(&count(STEPS_MAX), 1).is_err_and(|why| was_interrupted(&why)), "a long one");
    }

    #[tokio::test]
    async fn a_place_takes_the_value_that_it_names() {
        let folder = tempfile::tempdir().expect("a folder");
        let connections = Connections::open(&folder.path().join("named.db")).expect("open");
        let words = "select $2 as second, $1 as first, $2 as again";
        let asked = Statement::from_sql_and_values(DbBackend::Sqlite, words, [1_i64.into(), 2_i64.into()]);
        let rows = connections.query(asked).await.expect("answered");
        let read = ["first", "second", "again"].map(|name| rows[0].values[name].clone());
        assert_eq!(read, [1_i64, 2, 2].map(Value::from));
        let asked = Statement::from_sql_and_values(DbBackend::Sqlite, words, [1_i64.into()]);
        assert!(connections.query(asked).await.is_err(), "a value is missing");
    }

    #[tokio::test]
    async fn a_limit_is_among_the_words_so_that_a_statement_is_planned_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let connections = Connections::open(&folder.path().join("limits.db")).expect("open");
        let mut open = connections.take(Does::Read).expect("open");
        open.sqlite.execute_batch("create table number (n integer)").expect("made");
        open.sqlite.execute_batch("insert into number values (1), (2), (3)").expect("put");
        let mut many = |sql: &str, values: [Value; 2]| {
            let asked = Statement::from_sql_and_values(DbBackend::Sqlite, sql, values);
            open.query(&asked, usize::MAX).expect("answered").len()
        };
        let least = "SELECT n FROM number WHERE n >= ? ORDER BY n LIMIT ?";
        for (from, most, found) in [(1_i64, 2_u64, 2), (2, 5, 2), (3, 2, 1), (1, 0, 0)] {
            assert_eq!(many(least, [from.into(), most.into()]), found, "{from}, {most}");
        }
        assert_eq!(many("SELECT n FROM number LIMIT ? OFFSET ?", [3_u64.into(), 1_u64.into()]), 2);
        let planned_anew = |words: &str| {
            let kept = open.sqlite.prepare_cached(words).expect("prepared");
            kept.get_status(StatementStatus::RePrepare)
        };
        assert_eq!(planned_anew("SELECT n FROM number WHERE n >= ? ORDER BY n LIMIT 2"), 0);
        assert!(planned_anew("SELECT n FROM number LIMIT ? OFFSET ?") > 0, "it is what a value does");
    }

    #[tokio::test]
    async fn what_turns_out_to_be_long_is_answered_all_the_same() {
        let folder = tempfile::tempdir().expect("a folder");
        let connections = Connections::open(&folder.path().join("long.db")).expect("open");
        let words = "with recursive n (i) as (values (1) union all select i + 1 from n where i < 1000000) \
                     select count(*) as many from n";
        let asked = Statement::from_string(DbBackend::Sqlite, words);
        let mut open = connections.take(Does::Read).expect("open");
        open.patient.store(false, Ordering::Relaxed);
        assert!(was_interrupted(&open.query(&asked, 1).expect_err("it is long")));
        let rows = connections.query(asked).await.expect("answered");
        assert_eq!(rows[0].values["many"], Value::from(1_000_000_i64));
    }
}
