use fairlot::store::Database;
use sea_orm::{ConnectionTrait, prelude::Uuid};
use std::path::Path;
use tokio::sync::OnceCell;

/// Which of the two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// The PostgreSQL that the tests' own script has started.
#[expect(clippy::disallowed_methods, reason = "the script that starts it says here where it is")]
pub fn postgres() -> String {
    std::env::var("TEST_POSTGRES")
        .expect("TEST_POSTGRES is not set: run the tests with scripts/with-postgres cargo test, or make test")
}

/// The address of a PostgreSQL database of this name, made as a copy of another.
async fn create(name: &str, template: &str) -> String {
    let server = postgres();
    let (base, _) = server.rsplit_once('/').expect("an address with a database");
    let connection = sea_orm::Database::connect(&server).await.expect("PostgreSQL answers");
    let sentence = format!("create database {name} template {template} strategy file_copy");
    connection.execute_unprepared(&sentence).await.expect("a database");
    connection.close().await.expect("closed");
    format!("{base}/{name}")
}

async fn migrate(address: &str) {
    let database = Database::connect(address).await.expect("a connection");
    database.migrate().await.expect("migrated");
    // What is still beside the file of an SQLite database comes into it when the last connection is closed.
    database.read().clone().close().await.expect("closed");
}

/// The address of a new, empty database.
pub async fn address(kind: Kind, folder: &Path) -> String {
    match kind {
        Kind::Sqlite => format!("sqlite://{}", folder.join("fairlot.db").display()),
        Kind::Postgres => create(&name(), "template1").await,
    }
}

fn name() -> String {
    format!("test_{}", Uuid::new_v4().simple())
}

/// The address of a new database, migrated: a copy of one that was migrated once, since each test has its own.
pub async fn fresh(kind: Kind, folder: &Path) -> String {
    static SQLITE: OnceCell<Vec<u8>> = OnceCell::const_new();
    static POSTGRES: OnceCell<String> = OnceCell::const_new();
    match kind {
        Kind::Sqlite => {
            let migrated = SQLITE.get_or_init(async || {
                let folder = tempfile::tempdir().expect("a folder");
                let file = folder.path().join("migrated.db");
                migrate(&format!("sqlite://{}", file.display())).await;
                std::fs::read(file).expect("the database")
            });
            std::fs::write(folder.join("fairlot.db"), migrated.await).expect("a copy");
            address(kind, folder).await
        }
        Kind::Postgres => {
            let migrated = POSTGRES.get_or_init(async || {
                let name = name();
                migrate(&create(&name, "template1").await).await;
                name
            });
            create(&name(), migrated.await).await
        }
    }
}
