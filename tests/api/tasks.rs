//! Letters followed to their end: those that do not arrive raise a task, and are sent again.

use crate::{
    disclosure::elsewhere,
    on_both,
    setting::{smtp::*, *},
};
use entity::vocabulary::*;
use fairlot::{
    actions::letter::{self, Bounced},
    settings::Mail,
};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    io::Write,
    process::{Command, Stdio},
};

async fn with_smtp(kind: Kind, smtp: &Smtp) -> Setting {
    let url = format!("smtp://{}", smtp.address);
    let setting = Setting::with_mail(kind, |_| Mail::Smtp(url)).await;
    setting.market(SUPPORTED_LIVING).await;
    setting
}

/// Where the letters about the only enrolment are read.
async fn about_enrolment(setting: &Setting) -> String {
    let enrolments = setting.procurement().await.get("/api/enrolments").await.ok();
    format!("/api/letters?about=enrolment:{}", Setting::items(&enrolments)[0]["id"].as_str().expect("an id"))
}

/// The only letter there, once it is in this state.
async fn once(setting: &Setting, path: &str, state: &str) -> Value {
    let officer = setting.procurement().await;
    for _ in 0..400 {
        let letters = officer.get(path).await.ok();
        if let [letter] = Setting::items(&letters).as_slice()
            && letter["state"] == state
        {
            return letter.clone();
        }
        setting.app.post.notify_one();
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("{}", officer.get(path).await.ok());
}

fn message_id(letter: &str) -> &str {
    letter.lines().find(|line| line.starts_with("Message-ID")).expect("an id").trim()
}

/// What a mail system sends back, with the headers of the letter.
fn report(letter: &str, action: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mail.example\r\nTo: no-reply@fairlot.example\r\nSubject: Undelivered Mail\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example\r\n\r\n\
         Final-Recipient: rfc822; manager@acorn-example-care.example\r\nAction: {action}\r\nStatus: 5.1.1\r\n\
         Diagnostic-Code: smtp; 550 5.1.1 manager@acorn-example-care.example unknown\r\n\r\n\
         --b\r\nContent-Type: message/rfc822\r\n\r\n{letter}\r\n--b--\r\n"
    )
}

async fn a_letter_refused_for_good_raises_a_task_and_sent_again_closes_it(kind: Kind) {
    let smtp = Smtp::start(Manner::Refuses).await;
    let setting = with_smtp(kind, &smtp).await;
    setting.market(&elsewhere()).await;
    let procurement = setting.procurement().await;
    let mut listening = setting.listening(&procurement, &HashMap::new()).await;
    let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
    let mut theirs = setting.listening(&acorn, &HashMap::new()).await;
    let path = about_enrolment(&setting).await;
    let letter = once(&setting, &path, "undeliverable").await;
    assert_eq!(
        (&letter["to"], &letter["to_officer"], &letter["attempts"]),
        (&json!("Acorn Example Care"), &json!(false), &json!(1))
    );
    assert!(letter["failure"].as_str().expect("words").contains("refused it for good"), "{letter}");
    assert_eq!(letter["can_resend"], true);
    listening.event("letter_undeliverable").await;

    let tasks = procurement.get("/api/tasks").await.ok();
    let [task] = Setting::items(&tasks).as_slice() else { panic!("{tasks}") };
    assert_eq!((&task["kind"], &task["subject"]), (&json!("letter_undeliverable"), &json!("enrolment")));
    assert_eq!(task["subject_name"], "Acorn Example Care in Supported living");
    assert_eq!(task["letter"]["id"], letter["id"]);
    for private in ["@", "nobody here", "Manager"] {
        assert!(!tasks.to_string().contains(private) && !letter.to_string().contains(private), "{private}");
    }

    // Refused again, it stays one task; and a letter is not sent again and again.
    let resend = format!("/api/letters/{}/resend", letter["id"].as_str().expect("an id"));
    setting.evaluator().await.post(&resend, json!({})).await.refused(403, "role_needed");
    acorn.post(&resend, json!({})).await.refused(403, "role_needed");
    let stranger = setting.officer_of("elsewhere", "everything@elsewhere.example", OfficerRole::ALL).await;
    stranger.post(&resend, json!({})).await.refused(404, "not_found");
    stranger.get(&path).await.refused(404, "not_found");
    assert_eq!(stranger.get("/api/tasks").await.ok()["items"], json!([]));
    let done = format!("/api/tasks/{}/done", task["id"].as_str().expect("an id"));
    stranger.post(&done, json!({"outcome": "Seen to."})).await.refused(404, "not_found");
    setting.wind_minutes(1);
    let key = new_key();
    let owed = procurement.post_with(&resend, json!({}), &key).await.ok();
    assert_eq!((&owed["resent"], &owed["can_resend"]), (&json!(1), &json!(false)));
    once(&setting, &path, "undeliverable").await;
    procurement.post_with(&resend, json!({}), &key).await.ok();
    procurement.post(&resend, json!({})).await.refused(429, "resent_too_often");
    assert_eq!(Setting::items(&procurement.get("/api/tasks").await.ok()).len(), 1);

    // Taken, it has the words and the id that it had, and the task is done by itself.
    smtp.set(Manner::Takes);
    setting.wind_minutes(5);
    procurement.post(&resend, json!({})).await.ok();
    let sent = once(&setting, &path, "sent").await;
    assert_eq!((&sent["resent"], &sent["failure"]), (&json!(2), &json!(null)));
    let id = format!("<{}@fairlot.example>", letter["id"].as_str().expect("an id"));
    assert!(message_id(&smtp.letters()[0]).contains(&id));
    assert_eq!(procurement.get("/api/tasks").await.ok()["items"], json!([]));
    let done = procurement.get("/api/tasks?done=true").await.ok();
    assert_eq!(done["items"][0]["outcome"], "The letter was sent again, and was taken.");
    assert_eq!(done["items"][0]["done_by"], json!(null));

    // Officers read it in the history; the provider is told of its standing, and of no letter.
    let enrolment = path.rsplit(':').next().expect("an id");
    let history = procurement.get(&format!("/api/history/enrolment/{enrolment}")).await.ok();
    let kinds: Vec<_> =
        Setting::items(&history).iter().map(|entry| entry["kind"].as_str().expect("a kind")).collect();
    assert_eq!(
        kinds,
        [
            "enrolment_applied",
            "enrolment_admitted",
            "letter_undeliverable",
            "letter_resent",
            "letter_undeliverable",
            "letter_resent",
            "task_done",
        ]
    );
    let own = acorn.get(&format!("/api/history/enrolment/{enrolment}")).await.ok();
    assert_eq!(Setting::items(&own).len(), 2, "{own}");
    procurement
        .post(&format!("/api/enrolments/{enrolment}/urgent-stop"), json!({"reason": "Review."}))
        .await
        .ok();
    loop {
        let heard = theirs.message().await["kind"].as_str().unwrap_or_default().to_owned();
        assert!(!heard.starts_with("letter_") && !heard.starts_with("task_"), "the provider heard {heard}");
        if heard == "urgently_stopped" {
            break;
        }
    }
}

#[actix_web::test]
async fn a_letter_refused_for_good_raises_a_task_on_sqlite() {
    a_letter_refused_for_good_raises_a_task_and_sent_again_closes_it(Kind::Sqlite).await;
}

#[actix_web::test]
async fn a_letter_refused_for_good_raises_a_task_on_postgres() {
    a_letter_refused_for_good_raises_a_task_and_sent_again_closes_it(Kind::Postgres).await;
}

async fn a_letter_that_comes_back_raises_a_task_and_an_officer_sees_to_it(kind: Kind) {
    let smtp = Smtp::start(Manner::Takes).await;
    let setting = with_smtp(kind, &smtp).await;
    let procurement = setting.procurement().await;
    setting.admitted("Acorn Example Care", "Supported Living").await;
    let path = about_enrolment(&setting).await;
    once(&setting, &path, "sent").await;
    let letter = smtp.letters()[0].clone();
    let bounced =
        async |message: String| letter::bounced(&setting.app, message.as_bytes()).await.expect("taken");

    // Late is not lost; what is about something else is let be.
    assert!(matches!(bounced(report(&letter, "delayed")).await, Bounced::Nothing(_)));
    assert!(matches!(
        bounced(report(&letter.replace(message_id(&letter), "Message-ID: <x@y>"), "failed")).await,
        Bounced::Nothing(_)
    ));
    let nobodys = report(
        &letter.replace(message_id(&letter), &format!("Message-ID: <{}@y>", LetterId::new())),
        "failed",
    );
    assert!(matches!(bounced(nobodys).await, Bounced::Nothing(_)));
    assert_eq!(procurement.get("/api/tasks").await.ok()["items"], json!([]));
    assert_eq!(bounced(report(&letter, "failed")).await, Bounced::Taken);
    assert!(matches!(bounced(report(&letter, "failed")).await, Bounced::Nothing(_)), "it came back already");
    let back = once(&setting, &path, "undeliverable").await;
    assert_eq!(back["failure"], "There is no such address.");
    assert!(back["sent_at"].is_string(), "it had left");

    let tasks = procurement.get("/api/tasks").await.ok();
    let [task] = Setting::items(&tasks).as_slice() else { panic!("{tasks}") };
    let done = format!("/api/tasks/{}/done", task["id"].as_str().expect("an id"));
    let outcome = json!({"outcome": "Rang the office: a new address is coming."});
    setting.lead_commissioner().await.post(&done, outcome.clone()).await.refused(403, "role_needed");
    procurement.post(&done, json!({"outcome": " "})).await.refused(422, "invalid_field");
    let seen = procurement.post(&done, outcome.clone()).await.ok();
    assert_eq!(
        (&seen["outcome"], &seen["done_by"]),
        (&outcome["outcome"], &json!("procurement@staffordshire.example"))
    );
    procurement.post(&done, outcome).await.refused(409, "already_done");
    assert_eq!(procurement.get("/api/tasks").await.ok()["items"], json!([]));
    for statement in ["update task set outcome = 'x'", "delete from task"] {
        let tx = setting.app.database.begin().await.expect("begun");
        assert!(tx.execute_unprepared(statement).await.is_err(), "{statement}");
        tx.rollback().await.expect("rolled back");
    }

    // Sent again and come back again, it is a task again.
    setting.wind_minutes(6);
    let resend = format!("/api/letters/{}/resend", back["id"].as_str().expect("an id"));
    procurement.post(&resend, json!({})).await.ok();
    once(&setting, &path, "sent").await;
    assert_eq!(bounced(report(&letter, "failed")).await, Bounced::Taken);
    assert_eq!(Setting::items(&procurement.get("/api/tasks").await.ok()).len(), 1);
}

#[actix_web::test]
async fn a_letter_that_comes_back_raises_a_task_on_sqlite() {
    a_letter_that_comes_back_raises_a_task_and_an_officer_sees_to_it(Kind::Sqlite).await;
}

#[actix_web::test]
async fn a_letter_that_comes_back_raises_a_task_on_postgres() {
    a_letter_that_comes_back_raises_a_task_and_an_officer_sees_to_it(Kind::Postgres).await;
}

on_both! {
    async fn letters_are_shown_beside_what_they_are_about(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        setting.market(&elsewhere()).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let birch = setting.admitted("Birch Example Care", "Supported Living").await;
        let id = setting.priced(&[(&acorn, "13.60", "78.00", "4"), (&birch, "14.00", "80.00", "3")]).await;
        setting.recommended(&id).await;
        let approver = setting.second_commissioner().await;
        let contract = approver.post(&format!("/api/opportunities/{id}/approve"), json!({"reason": "Yes."})).await.ok();
        let broker = setting.broker().await;
        let package = broker.get(&format!("/api/opportunities/{id}")).await.ok()["officers"]["package_id"].clone();
        let of = |kind: &str, id: &Value| format!("/api/letters?about={kind}:{}", id.as_str().expect("an id"));
        let (on_opportunity, on_package, on_contract) =
            (of("opportunity", &json!(id)), of("package", &package), of("contract", &contract["id"]));
        let letters = broker.get(&on_opportunity).await.ok();
        let whom = |kind: &str| {
            let mut names: Vec<_> = Setting::items(&letters).iter().filter(|one| one["kind"] == kind)
                .map(|one| one["to"].as_str().expect("a name").to_owned()).collect();
            names.sort();
            names
        };
        assert_eq!(whom("opportunity_published"), ["Acorn Example Care", "Birch Example Care"]);
        assert_eq!(whom("award_won"), ["Acorn Example Care"]);
        assert_eq!(whom("outcome_told"), ["Birch Example Care"]);
        assert!(whom("approval_wanted").iter().any(|name| name.contains("second.lead.commissioner")), "{letters}");
        // They may be posted meanwhile: which they are is what counts.
        let ids = |list: &Value| Setting::items(list).iter().map(|one| one["id"].clone()).collect::<Vec<_>>();
        assert_eq!(ids(&broker.get(&on_package).await.ok()), ids(&letters));
        assert_eq!(ids(&broker.get(&on_contract).await.ok()), ids(&letters));
        let part = broker.get(&format!("{on_opportunity}&page_size=2")).await.ok();
        assert_eq!((Setting::items(&part).len(), part["next"].is_string()), (2, true));

        // An auditor reads and sends nothing again; a provider reads none of it.
        let auditor = setting.officer("auditor@staffordshire.example", &[OfficerRole::Auditor]).await;
        assert!(Setting::items(&auditor.get(&on_opportunity).await.ok()).iter().all(|one| one["can_resend"] == false));
        acorn.get(&on_opportunity).await.refused(403, "role_needed");
        let stranger = setting.officer_of("elsewhere", "everything@elsewhere.example", OfficerRole::ALL).await;
        for path in [&on_opportunity, &on_package, &on_contract] {
            stranger.get(path).await.refused(404, "not_found");
        }
        for nonsense in ["opportunity", "opportunity:x", "nothing:019afdb2-0000-7000-8000-000000000001"] {
            broker.get(&format!("/api/letters?about={nonsense}")).await.refused(422, "invalid_field");
        }
        broker.get(&of("account", &json!(id))).await.refused(404, "not_found");
    }
}

/// As a mail system runs it.
fn bounce(database: &str, message: &str) -> (Option<i32>, String) {
    let mut running = Command::new(env!("CARGO_BIN_EXE_fairlot"))
        .args(["bounce", "--database", database])
        .env("FAIRLOT_PUBLIC_URL", "http://fairlot.example")
        .env("FAIRLOT_SESSION_SECRET", "0123456789abcdef0123456789abcdef")
        .env("FAIRLOT_DOCUMENTS_SECRET", "fedcba9876543210fedcba9876543210")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    running.stdin.take().expect("its input").write_all(message.as_bytes()).expect("it reads");
    let ended = running.wait_with_output().expect("it ends");
    (ended.status.code(), String::from_utf8_lossy(&ended.stdout).into_owned())
}

#[actix_web::test]
async fn a_mail_system_hands_over_what_came_back() {
    let smtp = Smtp::start(Manner::Takes).await;
    let setting = with_smtp(Kind::Sqlite, &smtp).await;
    setting.admitted("Acorn Example Care", "Supported Living").await;
    let path = about_enrolment(&setting).await;
    once(&setting, &path, "sent").await;
    let database = format!("sqlite://{}", setting.folder.path().join("fairlot.db").display());
    let report = report(&smtp.letters()[0], "failed");
    assert_eq!(bounce(&database, "Subject: Hello\r\n\r\nHello.").0, Some(0), "anything else is let be");
    // Where the database cannot be reached, the mail system keeps it.
    assert_eq!(bounce("sqlite:///nowhere/at/all.db", &report).0, Some(75));
    let (code, said) = bounce(&database, &report);
    assert_eq!((code, said.trim()), (Some(0), "A letter came back: a task is raised."));
    once(&setting, &path, "undeliverable").await;
}
