//! Clocks that leap, on the real binary. `libfaketime` tells it another time than this machine's, and leaves its counter
//! alone; on PostgreSQL, whose clock is the database's, a function of the test's own says what time it is. Time is never
//! waited for, but for the seconds that a deadline is away.

use crate::{
    server::{SERVE, Served, ready_to_bid, set_up, start, with},
    setting::*,
};
use entity::vocabulary::Instant;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

/// As Debian installs it.
fn library() -> PathBuf {
    let folders = fs::read_dir("/usr/lib").expect("Debian's libraries");
    let mut found = folders
        .flatten()
        .map(|folder| folder.path().join("faketime/libfaketime.so.1"))
        .filter(|l| l.exists());
    found.next().expect("libfaketime: scripts/install-missing test installs it")
}

/// A server whose clock is what a file says, in milliseconds ahead of this machine's.
struct Led<'a> {
    folder: &'a Path,
    served: Served,
}

impl<'a> Led<'a> {
    fn serve(folder: &'a Path, database: &str, milliseconds: i64) -> Self {
        lead(folder, milliseconds);
        let mut command = with(folder, database, SERVE);
        command
            .env("LD_PRELOAD", library())
            .env("FAKETIME_TIMESTAMP_FILE", folder.join("lead"))
            .env("FAKETIME_NO_CACHE", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        Self { folder, served: start(command) }
    }

    fn leaps_to(&self, milliseconds: i64) {
        lead(self.folder, milliseconds);
    }

    async fn status(&self) -> Value {
        Person::at(&self.served.base).get("/api/status").await.ok()
    }

    async fn now(&self) -> Instant {
        instant(&self.status().await["now"])
    }

    async fn at_fault(&self) -> bool {
        // The status is what was known before it read the clock itself.
        self.status().await;
        self.status().await["clock_at_fault"].as_bool().expect("a truth")
    }

    fn person(&self, person: &Person) -> Person {
        Person { base: self.served.base.clone(), ..person.clone() }
    }
}

/// Renamed into its place, so that it is never read half written.
fn lead(folder: &Path, milliseconds: i64) {
    let seconds = format!(
        "{}{}.{:03}",
        if milliseconds < 0 { '-' } else { '+' },
        milliseconds.abs() / 1000,
        milliseconds.abs() % 1000
    );
    fs::write(folder.join("lead.new"), seconds).expect("written");
    fs::rename(folder.join("lead.new"), folder.join("lead")).expect("renamed");
}

fn instant(value: &Value) -> Instant {
    serde_json::from_value(value.clone()).expect("an instant")
}

const HOUR: i64 = 3_600_000;

#[actix_web::test]
async fn a_clock_that_leaps_refuses_nothing_timely_closes_nothing_and_takes_nothing_late() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let database = set_up(folder, Kind::Sqlite).await;
    let server = Led::serve(folder, &database, 0);
    let (acorn, id, offer) = ready_to_bid(&server.served.base).await;
    let (page, at) = (format!("/api/opportunities/{id}"), format!("/api/opportunities/{id}/bid"));
    let closes_at = instant(&acorn.get(&page).await.ok()["closes_at"]);
    acorn.post(&at, offer.clone()).await.ok();
    assert!(!server.at_fault().await);

    // Ahead, past the deadline, which is five hours away: it says so, and time goes on as it did.
    let before = server.now().await;
    server.leaps_to(6 * HOUR);
    assert!(server.at_fault().await);
    assert!(server.now().await.milliseconds() - before.milliseconds() < HOUR);
    assert_eq!(acorn.get(&page).await.ok()["stage"], "open");
    assert_eq!(acorn.post(&at, offer.clone()).await.ok()["version"], 2);
    // It is back.
    server.leaps_to(0);
    assert!(!server.at_fault().await);
    assert_eq!(acorn.post(&at, offer.clone()).await.ok()["version"], 3);
    let machine = server.now().await;
    drop(server);

    // Started again two seconds before the deadline. It passes, and the clock goes back an hour.
    let ahead = closes_at.milliseconds() - machine.milliseconds() - 2_000;
    let server = Led::serve(folder, &database, ahead);
    let acorn = server.person(&acorn);
    while server.now().await < closes_at {
        tokio::task::yield_now().await;
    }
    server.leaps_to(ahead - HOUR);
    acorn.post(&at, offer.clone()).await.refused(409, "bid_too_late");
    assert!(server.at_fault().await);
    assert!(server.now().await >= closes_at);
    let kept = acorn.get(&at).await.ok();
    assert_eq!(kept["version"], 3, "{kept}");
}

/// A database of a test's own whose clock is what its test says, in milliseconds ahead of the machine's. The function that
/// is asked for the time is looked for among the database's own first.
struct DatabaseClock(DatabaseConnection);

const OWN_CLOCK: &str = "
create table ahead (milliseconds bigint not null);
insert into ahead values (0);
create function clock_timestamp() returns timestamptz language sql volatile as $$
    select pg_catalog.clock_timestamp() + (select milliseconds from ahead) * interval '1 millisecond'
$$;
do $$ begin
    execute format('alter database %I set search_path = public, pg_catalog', current_database());
end $$;
";

impl DatabaseClock {
    async fn of(database: &str) -> Self {
        let own = sea_orm::Database::connect(database).await.expect("a connection");
        own.execute_unprepared(OWN_CLOCK).await.expect("a clock");
        own.close().await.expect("closed");
        // Who connects from now on asks this clock.
        Self(sea_orm::Database::connect(database).await.expect("a connection"))
    }

    async fn leaps_to(&self, milliseconds: i64) {
        let sql = format!("update ahead set milliseconds = {milliseconds}");
        self.0.execute_unprepared(&sql).await.expect("set");
    }

    async fn now(&self) -> i64 {
        let sql = "select (extract(epoch from clock_timestamp()) * 1000)::bigint as now";
        let row = self.0.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await;
        row.expect("an answer").expect("a row").try_get("", "now").expect("a number")
    }
}

/// Until the server, which looks a few times in a second, has seen how its clock is.
async fn until_at_fault(base: &str, is: bool) {
    let nobody = Person::at(base);
    for _ in 0..1_000 {
        if nobody.get("/api/status").await.ok()["clock_at_fault"] == is {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the clock that has leapt is not found out, or not believed when it is back");
}

#[actix_web::test]
async fn the_clock_of_a_database_that_leaps_is_not_believed_either() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let database = set_up(folder, Kind::Postgres).await;
    let clock = DatabaseClock::of(&database).await;
    let served = start(with(folder, &database, SERVE));
    let (acorn, id, offer) = ready_to_bid(&served.base).await;
    let (page, at) = (format!("/api/opportunities/{id}"), format!("/api/opportunities/{id}/bid"));
    let closes_at = instant(&acorn.get(&page).await.ok()["closes_at"]).milliseconds();
    let first = acorn.post(&at, offer.clone()).await.ok();
    until_at_fault(&served.base, false).await;

    // Ahead, past the deadline: time goes on as it did.
    clock.leaps_to(6 * HOUR).await;
    until_at_fault(&served.base, true).await;
    let second = acorn.post(&at, offer.clone()).await.ok();
    assert_eq!(second["version"], 2);
    let between =
        instant(&second["received_at"]).milliseconds() - instant(&first["received_at"]).milliseconds();
    assert!((0..HOUR).contains(&between), "{between}");
    assert_eq!(acorn.get(&page).await.ok()["stage"], "open");
    // It is back.
    clock.leaps_to(0).await;
    until_at_fault(&served.base, false).await;
    assert_eq!(acorn.post(&at, offer.clone()).await.ok()["version"], 3);
    drop(served);

    // Started again when the database is two seconds before the deadline, and the machine hours. It passes, and the
    // database's clock goes back an hour.
    let ahead = closes_at - clock.now().await - 2_000;
    clock.leaps_to(ahead).await;
    let served = start(with(folder, &database, SERVE));
    let acorn = Person { base: served.base.clone(), ..acorn };
    while clock.now().await < closes_at {
        tokio::task::yield_now().await;
    }
    clock.leaps_to(ahead - HOUR).await;
    acorn.post(&at, offer.clone()).await.refused(409, "bid_too_late");
    until_at_fault(&served.base, true).await;
    assert_eq!(acorn.get(&at).await.ok()["version"], 3);
}
