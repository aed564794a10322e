//! The yardstick of bidding: rows, each inserted in a transaction of its own, as durable as a bid, through the bare
//! driver. It is what the database can keep at all on this disk, before anything is decided.

use crate::{Outcome, sync::Sync};
use rusqlite::Connection;
use sea_orm::sqlx::{self, PgPool, postgres::PgPoolOptions};
use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};
use tokio::{runtime::Runtime, task::JoinSet};

/// As many connections as Fairlot has.
const CONNECTIONS: u32 = 24;
const INSERT: &str = "insert into kept (body) values ($1)";
/// Makes this program insert rows into the SQLite file that the next argument names.
pub const ARGUMENT: &str = "rows";

/// Where rows go.
pub enum Rows {
    /// A file beside Fairlot's, by a process of its own, as Fairlot is one.
    Sqlite(Inserting),
    /// A table in Fairlot's database.
    Postgres { pool: PgPool, body: String },
}

/// A process that inserts rows. It ends when its input does.
pub struct Inserting {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Drop for Inserting {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Rows {
    pub fn in_sqlite(file: &Path, body: &str, sync: &Sync) -> Outcome<Self> {
        let mut command = Command::new(env::current_exe()?);
        command.arg(ARGUMENT).arg(file).stdin(Stdio::piped()).stdout(Stdio::piped());
        sync.rule(&mut command);
        let mut child = command.spawn()?;
        let mut input = child.stdin.take().ok_or("no input")?;
        let output = BufReader::new(child.stdout.take().ok_or("no output")?);
        writeln!(input, "{body}")?;
        Ok(Self::Sqlite(Inserting { child, input, output }))
    }

    pub async fn in_postgres(url: &str, body: &str) -> Outcome<Self> {
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).connect(url).await?;
        sqlx::query(
            "create table kept (id bigint generated always as identity primary key, body text not null)",
        )
        .execute(&pool)
        .await?;
        Ok(Self::Postgres { pool, body: body.to_owned() })
    }

    /// Inserts for a while, on every connection at once. Returns how many rows were kept within it.
    pub fn insert(&mut self, runtime: &Runtime, window: Duration) -> Outcome<u32> {
        match self {
            Self::Postgres { pool, body } => runtime.block_on(insert_in_postgres(pool, body, window)),
            Self::Sqlite(Inserting { input, output, .. }) => {
                writeln!(input, "{}", window.as_millis())?;
                let mut kept = String::new();
                output.read_line(&mut kept)?;
                Ok(kept.trim().parse()?)
            }
        }
    }
}

async fn insert_in_postgres(pool: &PgPool, body: &str, window: Duration) -> Outcome<u32> {
    let ends = Instant::now() + window;
    let mut connections = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (pool, body) = (pool.clone(), body.to_owned());
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
    let mut all = 0;
    while let Some(kept) = connections.join_next().await {
        all += kept??;
    }
    Ok(all)
}

/// Inserts, through one connection, because SQLite takes one writer at a time. The first line of its input is what each
/// row holds; each after it for how many milliseconds to insert. It answers how many rows were kept.
pub fn serve(file: &str) -> Outcome<()> {
    let mut input = std::io::stdin().lines();
    let body = input.next().ok_or("nothing to insert")??;
    let connection = Connection::open(file)?;
    connection.execute_batch(
        "pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -16384;
         pragma wal_autocheckpoint = 4000;
         create table kept (id integer primary key, body text not null)",
    )?;
    let mut insert = connection.prepare(INSERT)?;
    for asked in input {
        let ends = Instant::now() + Duration::from_millis(asked?.parse()?);
        let mut kept = 0_u32;
        while Instant::now() < ends {
            insert.execute([&body])?;
            kept += 1;
        }
        println!("{kept}");
    }
    Ok(())
}
