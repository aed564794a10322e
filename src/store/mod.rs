//! Floor 2, the facts: the only queries, on two databases with one code. `record` is the only writer.

pub mod account;
pub mod advert;
pub mod alert;
pub mod amendment;
pub mod application;
pub mod approval;
pub mod award;
pub mod bid;
pub mod budget;
pub mod capacity;
pub mod clock;
pub mod contract;
pub mod direct_award;
pub mod direct_payment;
pub mod document;
mod embedded;
pub mod enrolment;
pub mod evaluation;
pub mod event;
pub mod evidence;
pub mod exclusion;
pub mod fault;
pub mod figures;
pub mod inquiry;
pub mod letter;
pub mod market;
pub mod membership;
pub mod nudge;
pub mod officer_interest;
pub mod opportunity;
pub mod package;
pub mod public;
pub mod query;
pub mod questionnaire;
pub mod reading;
pub mod record;
pub mod register;
pub mod registers;
pub mod round;
pub mod search;
pub mod standing;
pub mod standing_rates;
pub mod task;
pub mod team;
pub mod vault;
pub mod wording;
pub mod writing;

use crate::{domain::change::Subject, time::Clock};
use advert::Adverts;
use async_trait::async_trait;
use embedded::{Changing, Connections};
use entity::{subject, vocabulary::*};
use migration::{Migrator, MigratorTrait};
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database as SeaDatabase, DatabaseConnection,
    DatabaseTransaction, DbBackend, DbErr, EntityTrait, ExecResult, IsolationLevel, ProxyDatabaseTrait,
    QueryResult, QuerySelect, RuntimeErr, Statement, TransactionOptions, TransactionTrait,
    sqlx::error::DatabaseError,
};
use std::{path::Path, sync::Arc, time::Duration};
use writing::{Writer, Writing};

/// How long a request waits for a connection before it is told that the server is busy.
const PATIENCE: Duration = Duration::from_secs(20);

/// How many connections read, and on PostgreSQL how many change, at a time.
const READERS: u32 = 8;
const WRITERS: u32 = 24;

/// A connection to PostgreSQL that nobody used for so long is tried before it is used. Each is tried when it is given back.
const TRIED_AFTER: Duration = Duration::from_secs(1);

/// A transaction under way. Dropping it undoes it.
pub enum Transaction {
    Postgres(DatabaseTransaction),
    /// Perhaps shared with others, one after another.
    Sqlite(Arc<embedded::Transaction>),
}

/// The same, on whichever database it is.
macro_rules! on_either {
    ($transaction:expr, $tx:ident => $done:expr) => {
        match $transaction {
            Transaction::Postgres($tx) => $done,
            Transaction::Sqlite($tx) => $done,
        }
    };
}

impl Transaction {
    /// Keeps what was done, or ends a look.
    ///
    /// # Errors
    /// It is not kept.
    pub async fn commit(self) -> Result<(), DbErr> {
        match self {
            Self::Postgres(tx) => tx.commit().await,
            // Who shares it commits it together.
            Self::Sqlite(tx) => match Arc::into_inner(tx) {
                Some(tx) => tx.commit().await,
                None => Ok(()),
            },
        }
    }

    /// Undoes what was done.
    ///
    /// # Errors
    /// The database does not answer; it is not kept.
    pub async fn rollback(self) -> Result<(), DbErr> {
        match self {
            Self::Postgres(tx) => tx.rollback().await,
            Self::Sqlite(_) => Ok(()),
        }
    }
}

#[async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        on_either!(self, tx => tx.get_database_backend())
    }

    async fn execute_raw(&self, asked: Statement) -> Result<ExecResult, DbErr> {
        on_either!(self, tx => tx.execute_raw(asked).await)
    }

    async fn execute_unprepared(&self, words: &str) -> Result<ExecResult, DbErr> {
        on_either!(self, tx => tx.execute_unprepared(words).await)
    }

    async fn query_one_raw(&self, asked: Statement) -> Result<Option<QueryResult>, DbErr> {
        on_either!(self, tx => tx.query_one_raw(asked).await)
    }

    async fn query_all_raw(&self, asked: Statement) -> Result<Vec<QueryResult>, DbErr> {
        on_either!(self, tx => tx.query_all_raw(asked).await)
    }
}

/// Connections to one database.
#[derive(Clone)]
pub struct Database {
    read: DatabaseConnection,
    write: Write,
    adverts: Adverts,
}

#[derive(Clone)]
enum Write {
    /// PostgreSQL: many at once, each in a transaction of its own.
    Each(DatabaseConnection),
    /// SQLite takes one writer at a time.
    InTurn(Connections, Writer),
}

impl Database {
    /// Connects to `sqlite://PATH` (made if it is not there) or `postgres://…`.
    ///
    /// # Errors
    /// The database cannot be reached or opened.
    pub async fn connect(url: &str) -> Result<Self, DbErr> {
        if url.starts_with("postgres") {
            let pool = async |connections| {
                let mut options = ConnectOptions::new(url);
                options
                    .max_connections(connections)
                    .acquire_timeout(PATIENCE)
                    .test_before_acquire_if_idle_for(TRIED_AFTER)
                    .sqlx_logging(false);
                SeaDatabase::connect(options).await
            };
            // Apart, so that those who wait for a lock never keep those who only read from a connection.
            let (read, write) = (pool(READERS).await?, Write::Each(pool(WRITERS).await?));
            return Ok(Self { read, write, adverts: Adverts::default() });
        }
        let file = Connections::open(Path::new(url.strip_prefix("sqlite://").unwrap_or(url)))?;
        let reading: Box<dyn ProxyDatabaseTrait> = Box::new(file.clone());
        let read = SeaDatabase::connect_proxy(DbBackend::Sqlite, Arc::new(reading)).await?;
        let write = Write::InTurn(file.clone(), Writer::new(file));
        Ok(Self { read, write, adverts: Adverts::default() })
    }

    /// Brings the schema up to date.
    ///
    /// # Errors
    /// A migration failed; the database is as it was before it.
    pub async fn migrate(&self) -> Result<(), DbErr> {
        self.migrate_by(None).await
    }

    /// Makes the next changes of the schema, so many at most.
    ///
    /// # Errors
    /// As of [`migrate`](Self::migrate).
    pub async fn migrate_by(&self, most: Option<u32>) -> Result<(), DbErr> {
        match &self.write {
            Write::Each(connection) => Migrator::up(connection, most).await,
            Write::InTurn(file, _) => {
                let changing = Changing::new(file)?;
                let connection: Box<dyn ProxyDatabaseTrait> = Box::new(changing.clone());
                let connection = SeaDatabase::connect_proxy(DbBackend::Sqlite, Arc::new(connection)).await?;
                let made = Migrator::up(&connection, most).await;
                changing.ended().and(made)
            }
        }
    }

    /// Whether the schema is up to date, and the database answers.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn ready(&self) -> Result<bool, DbErr> {
        Ok(Migrator::get_pending_migrations(&self.read).await?.is_empty())
    }

    /// Settings of PostgreSQL that are off, and without which it acknowledges what a crash takes: a bid with a receipt
    /// can be lost. SQLite has none of them, because the program sets its own.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn careless(&self) -> Result<Vec<String>, DbErr> {
        let backend = self.read.get_database_backend();
        if backend != DbBackend::Postgres {
            return Ok(Vec::new());
        }
        let words = "select name from pg_settings where setting = 'off' \
                     and name in ('fsync', 'full_page_writes', 'synchronous_commit') order by name";
        let rows = self.read.query_all_raw(Statement::from_string(backend, words)).await?;
        rows.iter().map(|row| row.try_get("", "name")).collect()
    }

    /// For reading.
    pub const fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    /// Begins a look at several things as they are at one moment. On SQLite whoever looks makes nobody wait.
    ///
    /// # Errors
    /// The database does not answer in time.
    pub async fn look(&self) -> Result<Transaction, DbErr> {
        match &self.write {
            Write::Each(_) => {
                let options = TransactionOptions {
                    isolation_level: Some(IsolationLevel::RepeatableRead),
                    access_mode: Some(AccessMode::ReadOnly),
                    ..TransactionOptions::default()
                };
                Ok(Transaction::Postgres(self.read.begin_with_options(options).await?))
            }
            Write::InTurn(file, _) => Ok(Transaction::Sqlite(Arc::new(file.look()?))),
        }
    }

    /// Begins a change. On SQLite it waits for its [turn](writing), and nobody else writes until it ends.
    ///
    /// # Errors
    /// The database does not answer in time.
    pub async fn begin(&self) -> Result<Writing, DbErr> {
        match &self.write {
            Write::Each(connection) => {
                Ok(Writing::alone(connection.begin_with_options(TransactionOptions::default()).await?))
            }
            Write::InTurn(_, writer) => writer.begin().await,
        }
    }
}

/// Whether it was refused because the schema takes only one of it.
pub fn was_there_already(why: &DbErr) -> bool {
    match why {
        DbErr::Exec(RuntimeErr::SqlxError(why)) | DbErr::Query(RuntimeErr::SqlxError(why)) => {
            why.as_database_error().is_some_and(DatabaseError::is_unique_violation)
        }
        _ => false,
    }
}

/// Holds a subject until the transaction ends: whoever else would change it waits. Take locks in the order
/// market, enrolment, package, opportunity, provider, budget.
///
/// # Errors
/// The database does not answer.
pub async fn lock(tx: &Transaction, subject: Subject) -> Result<(), DbErr> {
    // SQLite has one writer, so the whole database is held already.
    if tx.get_database_backend() == DbBackend::Postgres {
        subject::Entity::find_by_id((subject.kind, subject.id)).lock_exclusive().one(tx).await?;
    }
    Ok(())
}

/// Now: on SQLite by this machine's clock, on PostgreSQL by the database's, which all nodes share.
///
/// # Errors
/// The database does not answer.
pub async fn now(tx: &impl ConnectionTrait, clock: &Clock) -> Result<Instant, DbErr> {
    if tx.get_database_backend() != DbBackend::Postgres {
        return Ok(clock.now());
    }
    let asked = Statement::from_string(
        DbBackend::Postgres,
        "select (extract(epoch from clock_timestamp()) * 1000)::bigint as now",
    );
    let before = clock.before_asking();
    let row = tx
        .query_one_raw(asked)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("the database's clock".to_owned()))?;
    Ok(clock.of_database(before, Instant::from_milliseconds(row.try_get("", "now")?)))
}
