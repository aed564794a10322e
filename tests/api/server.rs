//! The real binary: how it is set up and started, and what it says when it cannot start.

use crate::setting::*;
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, ExitStatus, Output, Stdio},
};

pub const SECRET: &str = "0123456789abcdef0123456789abcdef";
pub const PASSWORD: &str = "correct horse battery";

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

impl Served {
    /// Ends it without warning: SIGKILL.
    pub fn kill(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("ended");
    }

    /// Asks it to end.
    pub fn terminate(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("run").success());
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("its status")
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }
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
    let database = address(kind, folder).await;
    set_up_at(folder, &database);
    database
}

/// The same, in this database.
pub fn set_up_at(folder: &Path, database: &str) {
    let refused = with(folder, database, SERVE).output().expect("run");
    assert!(said(&refused).contains("run fairlot migrate first"), "{}", said(&refused));
    done(with(folder, database, &["migrate"]));
    let living = folder.join("living.toml");
    // Bidding that goes on while the test does.
    std::fs::write(&living, SUPPORTED_LIVING).expect("written");
    let file = living.display().to_string();
    assert!(done(with(folder, database, &["market", "import", &file])).contains("is set up"));
    assert!(done(with(folder, database, &["market", "import", &file])).contains("Nothing has changed"));
    let officer = |email: &str, roles: &str| {
        let mut child = with(
            folder,
            database,
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
}

/// Somebody who has signed in to a real server with a password.
pub async fn signed_in(base: &str, email: &str) -> Person {
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
