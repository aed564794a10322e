//! Floor 2, the facts: the only queries, on two databases with one code. `record` is the only writer.

pub mod account;
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
pub mod enrolment;
pub mod evaluation;
pub mod event;
pub mod evidence;
pub mod exclusion;
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
use entity::{subject, vocabulary::*};
use migration::{Migrator, MigratorTrait};
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database as SeaDatabase, DatabaseConnection,
    DatabaseTransaction, DbBackend, DbErr, EntityTrait, IsolationLevel, QuerySelect, SqliteTransactionMode,
    Statement, TransactionOptions, TransactionTrait,
    sqlx::{
        Connection,
        sqlite::{SqliteJournalMode, SqliteSynchronous},
    },
};
use std::time::Duration;
use writing::{Writer, Writing};

/// How long a request waits for a connection before it is told that the server is busy.
const PATIENCE: Duration = Duration::from_secs(20);

/// How many statements each SQLite connection keeps prepared: what an act writes goes out as one, so there are many.
const PREPARED_MAX: usize = 500;

/// How many connections read, and on PostgreSQL how many change, at a time.
const READERS: u32 = 8;
const WRITERS: u32 = 24;

/// Connections to one database.
#[derive(Clone)]
pub struct Database {
    read: DatabaseConnection,
    write: Write,
}

#[derive(Clone)]
enum Write {
    /// PostgreSQL: many at once, each in a transaction of its own.
    Each(DatabaseConnection),
    /// SQLite takes one writer at a time, so it has a connection of its own.
    InTurn(Writer),
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
                options.max_connections(connections).acquire_timeout(PATIENCE).sqlx_logging(false);
                SeaDatabase::connect(options).await
            };
            // Apart, so that those who wait for a lock never keep those who only read from a connection.
            return Ok(Self { read: pool(READERS).await?, write: Write::Each(pool(WRITERS).await?) });
        }
        let write = SeaDatabase::connect(sqlite_writer(url)).await?;
        let read = SeaDatabase::connect(sqlite(url, READERS)).await?;
        Ok(Self { read, write: Write::InTurn(Writer::new(write)) })
    }

    /// Brings the schema up to date.
    ///
    /// # Errors
    /// A migration failed; the database is as it was before it.
    pub async fn migrate(&self) -> Result<(), DbErr> {
        let connection = match &self.write {
            Write::Each(connection) => connection,
            Write::InTurn(writer) => writer.connection(),
        };
        Migrator::up(connection, None).await
    }

    /// Whether the schema is up to date, and the database answers.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn ready(&self) -> Result<bool, DbErr> {
        Ok(Migrator::get_pending_migrations(&self.read).await?.is_empty())
    }

    /// For reading.
    pub const fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    /// Begins a look at several things as they are at one moment. On SQLite whoever looks makes nobody wait.
    ///
    /// # Errors
    /// The database does not answer in time.
    pub async fn look(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = match self.read.get_database_backend() {
            DbBackend::Postgres => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..TransactionOptions::default()
            },
            _ => TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred),
                ..TransactionOptions::default()
            },
        };
        self.read.begin_with_options(options).await
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
            Write::InTurn(writer) => writer.begin().await,
        }
    }
}

/// A transaction that writes from its beginning, so that it need not wait for another once it has read.
fn immediate() -> TransactionOptions {
    TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    }
}

fn sqlite_writer(url: &str) -> ConnectOptions {
    let mut options = sqlite(url, 1);
    // Where SQLite itself ended a transaction, because the disk is full, say, its connection cannot begin another.
    options.map_sqlx_sqlite_pool_opts(|pool| {
        pool.after_release(|connection, _| {
            Box::pin(async move {
                // What undoes a transaction may still be on its way.
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        })
    });
    options
}

fn sqlite(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(format!("{url}?mode=rwc"));
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(PATIENCE)
        .sqlx_logging(false)
        // It is this program's own thread: it is there.
        .test_before_acquire(false)
        // WAL with FULL: an acknowledged change survives a power cut (NORMAL would lose the newest).
        .map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                // What a savepoint would undo is kept in memory: a file of it costs more than all that is done.
                .pragma("temp_store", "memory")
                .statement_cache_capacity(PREPARED_MAX)
                .busy_timeout(PATIENCE)
        });
    options
}

/// Holds a subject until the transaction ends: whoever else would change it waits. Take locks in the order
/// market, enrolment, package, opportunity, provider, budget.
///
/// # Errors
/// The database does not answer.
pub async fn lock(tx: &Writing, subject: Subject) -> Result<(), DbErr> {
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
