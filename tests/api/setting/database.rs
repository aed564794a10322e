use fairlot::store::Database;
use sea_orm::{ConnectionTrait, prelude::Uuid};
use std::path::Path;

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

/// The address of a new, empty database.
pub async fn address(kind: Kind, folder: &Path) -> String {
    match kind {
        Kind::Sqlite => format!("sqlite://{}", folder.join("fairlot.db").display()),
        Kind::Postgres => {
            let server = postgres();
            let name = format!("test_{}", Uuid::new_v4().simple());
            let (base, _) = server.rsplit_once('/').expect("an address with a database");
            let connection = sea_orm::Database::connect(&server).await.expect("PostgreSQL answers");
            connection.execute_unprepared(&format!("create database {name}")).await.expect("a database");
            connection.close().await.expect("closed");
            format!("{base}/{name}")
        }
    }
}

/// A new database, migrated.
pub async fn fresh(kind: Kind, folder: &Path) -> Database {
    let database = Database::connect(&address(kind, folder).await).await.expect("a connection");
    database.migrate().await.expect("migrated");
    database
}
