//! Every route, and who may use it: checked in as a table, so that a new route, or a wider door, is seen.

use crate::setting::*;
use entity::vocabulary::OfficerRole;
use reqwest::Method;
use sea_orm::prelude::Uuid;

#[actix_web::test]
async fn every_route_lets_in_whom_the_table_says() {
    let setting = Setting::begin(Kind::Sqlite).await;
    setting.market(SUPPORTED_LIVING).await;
    let mut people = vec![("signed out", setting.nobody())];
    for role in OfficerRole::ALL {
        let email = format!("{}@staffordshire.example", role.as_str());
        people.push((role.as_str(), setting.officer(&email, &[*role]).await));
    }
    let provider = setting.provider("Acorn Example Care").await;
    people.push(("provider", provider));
    let mut table = format!("{:<52}", "");
    for (who, _) in &people {
        table.push_str(&format!(" {who:<12}"));
    }
    for route in fairlot::http::described() {
        // Nothing that it names is there: who may not come in is turned away before that is looked at.
        let nowhere = Uuid::nil().to_string();
        let path = route.path.replace("{id}", &nowhere).replace("{kind}", "opportunity");
        let method: Method = route.method.to_uppercase().parse().expect("a method");
        table.push_str(&format!("\n{:<52}", format!("{} {}", route.method, route.path)));
        for (_, person) in &people {
            // A command under no key: it goes no further than who may give it.
            let reply = person.send(method.clone(), &path, None, &[]).await;
            let turned_away = matches!(reply.body["code"].as_str(), Some("signed_out" | "role_needed"));
            table.push_str(&format!(" {:<12}", if turned_away { "✘" } else { "✔" }));
        }
    }
    let table: Vec<_> = table.lines().map(str::trim_end).collect();
    insta::assert_snapshot!(table.join("\n"));
}

#[actix_web::test]
async fn every_route_of_the_document_answers_and_every_answer_to_nonsense_is_a_problem() {
    let setting = Setting::begin(Kind::Sqlite).await;
    let document = setting.nobody().get("/api/openapi.json").await.ok();
    let routes: usize = document["paths"]
        .as_object()
        .expect("paths")
        .values()
        .map(|p| p.as_object().expect("methods").len())
        .sum();
    assert_eq!(routes, fairlot::http::described().len());
    assert_eq!(document["openapi"], "3.1.0");
    for (method, path) in [
        ("GET", "/api/live"),
        ("POST", "/api/live"),
        ("DELETE", "/api/markets"),
        ("GET", "/api/markets/not-an-id"),
        ("GET", "/api"),
    ] {
        let reply = setting.nobody().send(method.parse().expect("a method"), path, None, &[]).await;
        assert!(reply.status.is_client_error(), "{method} {path}: {}", reply.status);
        assert_eq!(
            reply.headers.get("content-type").expect("a type"),
            "application/problem+json",
            "{method} {path}"
        );
    }
}
