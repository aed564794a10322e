//! Letters: owed with the change, posted after it, over real SMTP, and without personal data.

use crate::setting::{smtp::*, *};
use fairlot::{app::App, mail::post, settings::Mail};
use serde_json::json;

/// Waits, while the post's own loop works, until so many letters have arrived.
async fn arrived(smtp: &Smtp, app: &App, wanted: usize) -> Vec<String> {
    for _ in 0..600 {
        let letters = smtp.letters();
        if letters.len() >= wanted {
            return letters;
        }
        app.post.notify_one();
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("{} letters of {wanted} arrived", smtp.letters().len());
}

async fn with_smtp(kind: Kind, smtp: &Smtp) -> Setting {
    let url = format!("smtp://{}", smtp.address);
    Setting::with_mail(kind, |_| Mail::Smtp(url)).await
}

async fn everybody_is_told(kind: Kind) {
    let smtp = Smtp::start(Manner::Takes).await;
    let setting = with_smtp(kind, &smtp).await;
    setting.market(SUPPORTED_LIVING).await;
    let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
    let birch = setting.admitted("Birch Example Care", "Supported Living").await;
    // Two admissions, and the opportunity to both.
    let approver = setting.second_commissioner().await;
    let id = setting.priced(&[(&acorn, "13.60", "78.00", "4"), (&birch, "14.00", "80.00", "3")]).await;
    arrived(&smtp, &setting.app, 4).await;
    setting.recommended(&id).await;
    approver
        .post(&format!("/api/opportunities/{id}/approve"), json!({"reason": "Private words."}))
        .await
        .ok();
    // The shortlisted, the one who is asked first to approve (not the recommender), the winner and the other.
    let letters = arrived(&smtp, &setting.app, 8).await;
    let to = |address: &str, subject: &str| {
        letters.iter().filter(|l| l.contains(&format!("To: {address}")) && l.contains(subject)).count()
    };
    assert_eq!(to("manager@acorn-example-care.example", "Your bid for SL-0001 is on the shortlist"), 1);
    assert_eq!(to("manager@birch-example-care.example", "Your bid for SL-0001 is on the shortlist"), 0);
    assert_eq!(to("second.lead.commissioner@staffordshire.example", "Your approval is wanted: SL-0001"), 1);
    assert_eq!(to("lead.commissioner@staffordshire.example", "Your approval is wanted: SL-0001"), 0);
    assert_eq!(to("manager@acorn-example-care.example", "You are awarded SL-0001"), 1);
    assert_eq!(to("manager@birch-example-care.example", "The outcome of SL-0001"), 1);
    let outcome = letters.iter().find(|l| l.contains("The outcome of SL-0001")).expect("the letter");
    let joined = outcome.replace("=\r\n", "").replace("=E2=80=99", "’");
    for said in
        ["Acorn Example Care", "Your total", "2nd lowest of 2", "text/html", &format!("/opportunities/{id}")]
    {
        assert!(joined.contains(said), "{said} is not in {joined}");
    }
    // Nothing that anybody typed freely, and nobody's name.
    for letter in &letters {
        for private in
            ["cooking", "Private words", "CASE-1", "Manager", "Clear, with an example", "£1,", "1022.00"]
        {
            assert!(!letter.contains(private), "{private} is in {letter}");
        }
    }
}

#[actix_web::test]
async fn everybody_is_told_on_sqlite() {
    everybody_is_told(Kind::Sqlite).await;
}

#[actix_web::test]
async fn everybody_is_told_on_postgres() {
    everybody_is_told(Kind::Postgres).await;
}

async fn bidding_goes_on_while_smtp_is_down_and_the_letters_go_when_it_is_back(kind: Kind) {
    let smtp = Smtp::start(Manner::Takes).await;
    let address = smtp.address;
    drop(smtp);
    let url = format!("smtp://{address}");
    let setting = Setting::with_mail(kind, |_| Mail::Smtp(url)).await;
    setting.market(SUPPORTED_LIVING).await;
    let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
    let id = setting.published().await;
    acorn.post(&format!("/api/opportunities/{id}/bid"), setting.offer("14.00", "78.00").await).await.ok();
    // Both letters are tried, deferred, and tried again once their wait is over.
    let post = post::Post::of(&setting.app.settings).expect("a post");
    let mut deferred = 0;
    for _ in 0..400 {
        post::post_due(&setting.app, &post).await.expect("tried");
        let list =
            fairlot::store::letter::list(setting.app.database.read(), None, 10).await.expect("letters");
        deferred = list.iter().filter(|(l, _)| l.last_failure.is_some()).count();
        if deferred == 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    assert_eq!(deferred, 2);
    let smtp = Smtp::again(address, Manner::Busy).await;
    setting.wind_minutes(5);
    for _ in 0..20 {
        post::post_due(&setting.app, &post).await.expect("tried");
    }
    assert_eq!(smtp.letters().len(), 0, "451 is no refusal, but no delivery either");
    smtp.set(Manner::Takes);
    setting.wind_minutes(180);
    let letters = arrived(&smtp, &setting.app, 2).await;
    let ids: std::collections::HashSet<_> = letters
        .iter()
        .map(|l| l.lines().find(|line| line.starts_with("Message-ID")).expect("an id"))
        .collect();
    assert_eq!(ids.len(), 2);
}

#[actix_web::test]
async fn letters_wait_for_smtp_on_sqlite() {
    bidding_goes_on_while_smtp_is_down_and_the_letters_go_when_it_is_back(Kind::Sqlite).await;
}

#[actix_web::test]
async fn letters_wait_for_smtp_on_postgres() {
    bidding_goes_on_while_smtp_is_down_and_the_letters_go_when_it_is_back(Kind::Postgres).await;
}

#[actix_web::test]
async fn an_address_that_the_server_refuses_for_good_is_undeliverable() {
    let smtp = Smtp::start(Manner::Refuses).await;
    let setting = with_smtp(Kind::Sqlite, &smtp).await;
    setting.market(SUPPORTED_LIVING).await;
    setting.admitted("Acorn Example Care", "Supported Living").await;
    let mut states = Vec::new();
    for _ in 0..400 {
        let list =
            fairlot::store::letter::list(setting.app.database.read(), None, 10).await.expect("letters");
        states = list.iter().map(|(l, _)| l.state.as_str()).collect();
        if states == ["undeliverable"] {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    assert_eq!(states, ["undeliverable"]);
}

#[actix_web::test]
async fn letters_go_into_a_folder_unless_told_otherwise() {
    let setting = Setting::begin(Kind::Sqlite).await;
    setting.market(SUPPORTED_LIVING).await;
    setting.admitted("Acorn Example Care", "Supported Living").await;
    let folder = setting.folder.path().join("letters");
    let mut files = 0;
    for _ in 0..400 {
        files = std::fs::read_dir(&folder).expect("the folder").count();
        if files == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    assert_eq!(files, 1);
}
