//! The real binary: what it says when it cannot start, and what survives when it is killed.

use crate::setting::*;
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Output, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const PASSWORD: &str = "correct horse battery";

fn fairlot(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fairlot"));
    command.current_dir(folder).env_clear();
    command
}

/// A command of the real binary over this database.
pub fn with(folder: &Path, database: &str, arguments: &[&str]) -> Command {
    let mut command = fairlot(folder);
    command
        .args(arguments)
        .env("FAIRLOT_DATABASE", database)
        .env("FAIRLOT_PUBLIC_URL", "http://127.0.0.1")
        .env("FAIRLOT_SESSION_SECRET", SECRET)
        .env("FAIRLOT_DOCUMENTS_SECRET", SECRET);
    command
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[track_caller]
fn done(mut command: Command) -> String {
    let output = command.output().expect("run");
    assert!(output.status.success(), "{}", said(&output));
    said(&output)
}

/// A server of the real binary; killed when dropped.
pub struct Served {
    child: Child,
    pub base: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serve(folder: &Path, database: &str) -> Served {
    start(with(folder, database, SERVE))
}

/// Arguments of a server on a free port.
pub const SERVE: &[&str] = &["serve", "--listen", "127.0.0.1:0"];

/// A server, once it listens.
pub fn start(mut command: Command) -> Served {
    let mut child = command.stdout(Stdio::piped()).spawn().expect("started");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
    let base = line.trim().rsplit(' ').next().expect("an address").to_owned();
    Served { child, base }
}

/// A database with both markets, by the commands that an operator uses.
pub async fn set_up(folder: &Path, kind: Kind) -> String {
    let database = match kind {
        Kind::Sqlite => format!("sqlite://{}", folder.join("fairlot.db").display()),
        Kind::Postgres => address(kind, folder).await,
    };
    let refused = with(folder, &database, SERVE).output().expect("run");
    assert!(said(&refused).contains("run fairlot migrate first"), "{}", said(&refused));
    done(with(folder, &database, &["migrate"]));
    let living = folder.join("living.toml");
    // Bidding that goes on while the test does.
    std::fs::write(&living, SUPPORTED_LIVING).expect("written");
    let file = living.display().to_string();
    assert!(done(with(folder, &database, &["market", "import", &file])).contains("is set up"));
    assert!(done(with(folder, &database, &["market", "import", &file])).contains("Nothing has changed"));
    let officer = |email: &str, roles: &str| {
        let mut child = with(
            folder,
            &database,
            &[
                "officer",
                "--authority",
                "staffordshire",
                "--email",
                email,
                "--name",
                "An Officer",
                "--roles",
                roles,
            ],
        )
        .stdin(Stdio::piped())
        .spawn()
        .expect("started");
        child.stdin.take().expect("input").write_all(PASSWORD.as_bytes()).expect("written");
        assert!(child.wait().expect("ended").success());
    };
    officer("broker@staffordshire.example", "broker,procurement");
    database
}

/// Somebody who has signed in to a real server with a password.
async fn signed_in(base: &str, email: &str) -> Person {
    let nobody = Person::at(base);
    let form = json!({"email": email, "password": PASSWORD}).to_string();
    let me = nobody.send(Method::POST, "/api/session", Some(form), &[]).await.ok();
    Person { token: me["token"].as_str().expect("a token").to_owned(), ..nobody }
}

/// A provider admitted to Supported Living on a real server, and an opportunity open there.
pub async fn ready_to_bid(base: &str) -> (Person, String, Value) {
    let officer = signed_in(base, "broker@staffordshire.example").await;
    let nobody = Person::at(base);
    let form = json!({
        "name": "Acorn Example Care", "outward_code": "ST16",
        "person": {"name": "A Manager", "email": "manager@acorn.example", "password": PASSWORD},
    });
    let me = nobody.send(Method::POST, "/api/providers", Some(form.to_string()), &[]).await.ok();
    let acorn = Person { token: me["token"].as_str().expect("a token").to_owned(), ..nobody.clone() };
    let markets = nobody.get("/api/markets").await.ok();
    let page = nobody.get(&format!("/api/markets/{}", markets[0]["id"].as_str().expect("an id"))).await.ok();
    let category = page["categories"][0]["id"].as_str().expect("an id").to_owned();
    let form = application(&page, &category);
    let path = format!("/api/markets/{}/enrolments", page["id"].as_str().expect("an id"));
    let enrolment = acorn.post(&path, form).await.ok();
    let path = format!("/api/enrolments/{}/admit", enrolment["id"].as_str().expect("an id"));
    officer.post(&path, json!({"reasons": "All conditions are met."})).await.ok();
    let mut form = package_form(&page);
    form["starts_on"] = json!("2099-01-05");
    let package = officer.post("/api/packages", form).await.ok();
    let path = format!("/api/packages/{}/publish", package["id"].as_str().expect("an id"));
    let status = nobody.get("/api/status").await.ok();
    let now: entity::vocabulary::Instant = serde_json::from_value(status["now"].clone()).expect("an instant");
    let opportunity = officer.post(&path, json!({"closes_at": now.plus_seconds(5 * 3600)})).await.ok();
    let mut offer = offer(&page, "14.00", "78.00");
    offer["starts_on"] = json!("2099-01-05");
    (acorn, opportunity["id"].as_str().expect("an id").to_owned(), offer)
}

/// Kills the server without warning in the middle of bidding, and looks for every bid that was acknowledged.
async fn every_acknowledged_bid_is_there_after_kill_9(kind: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let database = set_up(folder.path(), kind).await;
    let mut served = serve(folder.path(), &database);
    let (acorn, id, offer) = ready_to_bid(&served.base).await;
    let at = format!("/api/opportunities/{id}/bid");
    for round in 0..4 {
        let acorn = Person { base: served.base.clone(), ..acorn.clone() };
        let acknowledged: Arc<Mutex<Vec<Value>>> = Arc::default();
        let stopped = Arc::new(AtomicBool::new(false));
        let bidding = (0..4).map(|_| {
            let (acorn, at, offer) = (acorn.clone(), at.clone(), offer.clone());
            let (acknowledged, stopped) = (acknowledged.clone(), stopped.clone());
            tokio::task::spawn_local(async move {
                while !stopped.load(Ordering::SeqCst) {
                    match acorn.try_post(&at, offer.clone()).await {
                        Some(reply) if reply.status.is_success() => {
                            acknowledged.lock().expect("unpoisoned").push(reply.body);
                        }
                        _ => break,
                    }
                }
            })
        });
        let bidding: Vec<_> = bidding.collect();
        while acknowledged.lock().expect("unpoisoned").len() < 10 + round * 5 {
            tokio::task::yield_now().await;
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        served.child.kill().expect("killed");
        stopped.store(true, Ordering::SeqCst);
        for task in bidding {
            task.await.expect("ended");
        }
        served.child.wait().expect("ended");
        served = serve(folder.path(), &database);
        let acorn = Person { base: served.base.clone(), ..acorn };
        let stands = acorn.get(&at).await.ok();
        let kept = kept_versions(&acorn, &id).await;
        for receipt in acknowledged.lock().expect("unpoisoned").iter() {
            let version = receipt["version"].as_i64().expect("a version");
            assert!(kept.contains(&version), "version {version} was acknowledged and is gone: {kept:?}");
            assert!(stands["version"].as_i64().expect("a version") >= version);
        }
    }
}

/// The versions of the bid that the history holds.
async fn kept_versions(acorn: &Person, id: &str) -> Vec<i64> {
    let (mut kept, mut after) = (Vec::new(), 0);
    loop {
        let part =
            acorn.get(&format!("/api/history/opportunity/{id}?page_size=100&after={after}")).await.ok();
        let items = Setting::items(&part);
        let Some(last) = items.last() else { return kept };
        after = last["number"].as_i64().expect("a number");
        for entry in items {
            let what = entry["what"].as_str().expect("words");
            let version: Option<i64> =
                what.split("(version ").nth(1).and_then(|v| v.trim_end_matches(')').parse().ok());
            kept.extend(version);
        }
    }
}

#[actix_web::test]
async fn every_acknowledged_bid_is_there_after_kill_9_on_sqlite() {
    every_acknowledged_bid_is_there_after_kill_9(Kind::Sqlite).await;
}

#[actix_web::test]
async fn every_acknowledged_bid_is_there_after_kill_9_on_postgres() {
    every_acknowledged_bid_is_there_after_kill_9(Kind::Postgres).await;
}

#[actix_web::test]
async fn told_to_stop_it_is_gone_within_five_seconds_with_sockets_open() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = set_up(folder.path(), Kind::Sqlite).await;
    let mut served = serve(folder.path(), &database);
    let (acorn, _, _) = ready_to_bid(&served.base).await;
    let mut sockets = Vec::new();
    for _ in 0..20 {
        sockets.push(socket::Socket::open(&served.base, &acorn.token).await);
    }
    let told = std::time::Instant::now();
    let pid = served.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("run").success());
    for socket in &mut sockets {
        assert_eq!(u16::from(socket.closed().await.expect("a reason").code), 1001);
    }
    let status = served.child.wait().expect("ended");
    assert!(status.success());
    assert!(told.elapsed().as_secs() < 5, "{:?}", told.elapsed());
}

#[test]
fn a_missing_or_unknown_setting_stops_the_start_and_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = fairlot(folder.path()).args(["serve"]).env("FAIRLOT_COLOUR", "red").output().expect("run");
    assert_eq!(output.status.code(), Some(2));
    for name in ["“colour”", "“database”", "“public_url”", "“session_secret”", "“documents_secret”"]
    {
        assert!(said(&output).contains(name), "{name} in {}", said(&output));
    }
    std::fs::write(folder.path().join("fairlot.toml"), "listne = \"127.0.0.1:1\"\n").expect("written");
    let output = fairlot(folder.path()).args(["migrate"]).output().expect("run");
    assert!(said(&output).contains("“listne”"), "{}", said(&output));
}

#[test]
fn every_mistake_in_a_definition_is_named_with_its_line_and_field() {
    let folder = tempfile::tempdir().expect("a folder");
    let wrong = SUPPORTED_LIVING
        .replace("bidding_window_hours_min = 4", "bidding_window_hours_min = \"four\"")
        .replace("spend_cap_yearly = \"22000000.00\"", "spend_cap_yearly = 22000000.005");
    let file = folder.path().join("wrong.toml");
    std::fs::write(&file, &wrong).expect("written");
    let output = fairlot(folder.path()).args(["market", "check", "wrong.toml"]).output().expect("run");
    assert_eq!(output.status.code(), Some(1));
    for key in ["bidding_window_hours_min", "spend_cap_yearly"] {
        let line = 1 + wrong.lines().position(|l| l.starts_with(key)).expect("the line");
        let named = said(&output).lines().any(|l| l.contains(&line.to_string()) && l.contains(key));
        assert!(named, "line {line}, {key}: {}", said(&output));
    }
    std::fs::write(&file, SUPPORTED_LIVING).expect("written");
    done({
        let mut command = fairlot(folder.path());
        command.args(["market", "check", "wrong.toml"]);
        command
    });
}

#[actix_web::test]
async fn a_password_that_is_guessed_too_often_is_not_asked_again() {
    let setting = Setting::begin(Kind::Sqlite).await;
    setting.market(SUPPORTED_LIVING).await;
    setting.provider("Acorn Example Care").await;
    let form = |password: &str| {
        Some(json!({"email": "manager@acorn-example-care.example", "password": password}).to_string())
    };
    let nobody = setting.nobody();
    let me = nobody.send(Method::POST, "/api/session", form(PASSWORD), &[]).await;
    let cookie = me.headers.get("set-cookie").expect("a cookie").to_str().expect("text").to_owned();
    for property in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(property), "{cookie}");
    }
    let mut codes = Vec::new();
    for _ in 0..12 {
        let reply = nobody.send(Method::POST, "/api/session", form("wrong password!"), &[]).await;
        codes.push(reply.status.as_u16());
    }
    assert_eq!(codes.first(), Some(&401));
    assert_eq!(codes.last(), Some(&429));
}
