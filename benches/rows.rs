//! The yardstick of bidding: rows, each inserted in a transaction of its own, as durable as a bid, through bare
//! `sqlx`. It is what the database can keep at all on this disk, before anything is decided.

use crate::Outcome;
use sea_orm::sqlx::{
    self, PgPool, SqlitePool,
    postgres::PgPoolOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    path::Path,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

/// As many connections as Fairlot has.
const CONNECTIONS: u32 = 24;

/// Where rows go.
pub enum Rows {
    /// A file beside Fairlot's, through one connection, because SQLite takes one writer at a time.
    Sqlite(SqlitePool),
    /// A table in Fairlot's database.
    Postgres(PgPool),
}

impl Rows {
    pub async fn in_sqlite(file: &Path) -> Outcome<Self> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
        sqlx::query("create table kept (id integer primary key, body text not null)").execute(&pool).await?;
        Ok(Self::Sqlite(pool))
    }

    pub async fn in_postgres(url: &str) -> Outcome<Self> {
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).connect(url).await?;
        sqlx::query(
            "create table kept (id bigint generated always as identity primary key, body text not null)",
        )
        .execute(&pool)
        .await?;
        Ok(Self::Postgres(pool))
    }

    /// Inserts for a while, on every connection at once. Returns how many rows were kept within it.
    pub async fn insert(&self, body: &str, window: Duration) -> Outcome<u32> {
        const INSERT: &str = "insert into kept (body) values ($1)";
        let ends = Instant::now() + window;
        // The same words for two types that have no trait in common.
        macro_rules! insert {
            ($pool:expr, $connections:expr) => {{
                let mut connections = JoinSet::new();
                for _ in 0..$connections {
                    let (pool, body) = ($pool.clone(), body.to_owned());
                    connections.spawn(async move {
                        let mut connection = pool.acquire().await?;
                        let mut kept = 0;
                        while Instant::now() < ends {
                            sqlx::query(INSERT).bind(&body).execute(&mut *connection).await?;
                            kept += 1;
                        }
                        Ok::<u32, sqlx::Error>(kept)
                    });
                }
                connections
            }};
        }
        let mut connections = match self {
            Self::Sqlite(pool) => insert!(pool, 1),
            Self::Postgres(pool) => insert!(pool, CONNECTIONS),
        };
        let mut all = 0;
        while let Some(kept) = connections.join_next().await {
            all += kept??;
        }
        Ok(all)
    }
}
