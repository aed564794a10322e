//! Clocks that leap, on the real binary: `libfaketime` tells it another time than this machine's, and leaves its counter
//! alone. Time is never waited for, but for the seconds that a deadline is away.

use crate::{
    server::{SERVE, Served, ready_to_bid, set_up, start, with},
    setting::*,
};
use entity::vocabulary::Instant;
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
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
