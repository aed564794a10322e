use super::{failure::Problem, identity::SignedIn, request::*};
use crate::{
    actions::{
        Failure, Listed, history as histories,
        letter::{self, Letter, LetterCard},
    },
    app::App,
    domain::{
        disclosure::HistoryEntry,
        refusal::{Code, Refusal},
    },
};
use actix_web::{HttpResponse, http::StatusCode, web::Data};
use entity::vocabulary::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What server this is.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Status {
    /// By the server's clock.
    pub now: Instant,
    /// The server's clock has leapt and is not back: nothing closes or opens until it is.
    pub clock_at_fault: bool,
    /// One click signs in as anybody.
    pub demo: bool,
    pub version: String,
}

/// Which part of a history.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct After {
    /// The number of the last event seen.
    pub after: Option<i64>,
    /// 1 to 100; 100 if not given.
    pub page_size: Option<u64>,
}

pub async fn show(app: &App, _: Open) -> Result<Status, Failure> {
    Ok(Status {
        now: app.clock.now(),
        clock_at_fault: app.clock.at_fault(),
        demo: app.settings.demo,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

pub async fn letters(app: &App, asked: Open<Nothing, Part>) -> Result<Shown<Listed<LetterCard>>, Failure> {
    Ok(Shown::listed(letter::list(app, asked.query.page()?).await?))
}

pub async fn letter(app: &App, asked: Open) -> Result<Letter, Failure> {
    letter::show(app, asked.parts.id()?).await
}

pub async fn history(app: &App, asked: Asked<SignedIn, After>) -> Result<Listed<HistoryEntry>, Failure> {
    let kind: String = asked.parts.part("kind")?;
    let kind = kind.parse().map_err(|()| Refusal::new(Code::NotFound, "There is no such history."))?;
    let page = page(None, asked.query.page_size.or(Some(100)))?;
    let after = asked.query.after.unwrap_or_default();
    histories::list(app, &asked.actor, kind, asked.parts.id()?, after, page.size).await
}

/// Whether the process answers at all.
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({ "status": "alive" }))
}

/// Whether the process can serve: the database answers and its schema is up to date.
pub async fn ready(app: Data<App>) -> HttpResponse {
    match app.database.ready().await {
        Ok(true) => HttpResponse::Ok().json(serde_json::json!({ "status": "ready" })),
        Ok(false) | Err(_) => Problem::of_status(StatusCode::SERVICE_UNAVAILABLE).response(),
    }
}
