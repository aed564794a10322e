//! How a refusal or a failure is told over HTTP: as a problem (RFC 9457), on every 4xx and 5xx.

use crate::{
    actions::Failure,
    domain::refusal::{Fault as Wrong, Kind, Refusal},
    store::fault::Fault,
};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError, http::StatusCode};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A problem, as RFC 9457 writes it.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Problem {
    /// `/problems/` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    /// Stable, for programs.
    pub code: String,
    /// For the person.
    pub detail: String,
    /// Which field of the request it is about.
    pub field: Option<String>,
    /// Everything that is wrong, where more than one thing was looked for.
    #[serde(default)]
    pub problems: Vec<FieldProblem>,
}

/// One thing wrong.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FieldProblem {
    pub field: String,
    pub detail: String,
}

impl Problem {
    fn new(status: StatusCode, code: &str, detail: String) -> Self {
        Self {
            kind: format!("/problems/{code}"),
            title: status.canonical_reason().unwrap_or("Problem").to_owned(),
            status: status.as_u16(),
            code: code.to_owned(),
            detail,
            field: None,
            problems: Vec::new(),
        }
    }

    /// A problem that no rule raised, such as a method that a path does not have.
    pub fn of_status(status: StatusCode) -> Self {
        let (code, detail) = match status {
            StatusCode::NOT_FOUND => ("not_found", "There is nothing at this address."),
            StatusCode::METHOD_NOT_ALLOWED => ("method_not_allowed", "This cannot be done at this address."),
            StatusCode::PAYLOAD_TOO_LARGE => ("body_too_large", "The request is too large."),
            status if status.is_client_error() => ("malformed", "The request cannot be read."),
            _ => ("unexpected", "Something went wrong on our side. Nothing was changed. Please try again."),
        };
        Self::new(status, code, detail.to_owned())
    }

    /// What did not work on our side, and what to do about it.
    fn of_failure(failure: &Failure) -> Self {
        if matches!(failure, Failure::Unsure(_)) {
            return Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "outcome_unknown",
                "The database failed at the last moment: this was done, or it was not. Please try again: it is done once only."
                    .to_owned(),
            );
        }
        let (status, code, detail) = match failure.fault() {
            Some(Fault::Full) => (
                StatusCode::INSUFFICIENT_STORAGE,
                "storage_full",
                "The server’s disk is full. Nothing was changed. Please try again later.",
            ),
            Some(Fault::Disk) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "storage_failed",
                "The server’s disk does not work as it should. Nothing was changed. Please try again later.",
            ),
            Some(Fault::Away) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "database_away",
                "The database does not answer at the moment. Nothing was changed. Please try again in a minute.",
            ),
            None => return Self::of_status(StatusCode::INTERNAL_SERVER_ERROR),
        };
        Self::new(status, code, detail.to_owned())
    }

    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// As a response.
    pub fn response(&self) -> HttpResponse {
        HttpResponseBuilder::new(self.status())
            .insert_header(("content-type", "application/problem+json"))
            .insert_header(("cache-control", "no-store"))
            .body(serde_json::to_string(self).unwrap_or_default())
    }
}

const fn status_of(kind: Kind) -> StatusCode {
    match kind {
        Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::SignedOut => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Stale => StatusCode::PRECONDITION_FAILED,
        Kind::RevisionWanted => StatusCode::PRECONDITION_REQUIRED,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::TooOften => StatusCode::TOO_MANY_REQUESTS,
        Kind::Malformed => StatusCode::BAD_REQUEST,
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = status_of(refusal.code.kind());
        let told = |wrong: Wrong| FieldProblem { field: wrong.field, detail: wrong.detail };
        Self {
            field: refusal.field,
            problems: refusal.faults.into_iter().map(told).collect(),
            ..Self::new(status, refusal.code.as_str(), refusal.detail.into_owned())
        }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => refusal.into(),
            other => {
                tracing::error!(failure = %other, "a request failed");
                Self::of_failure(&other)
            }
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> HttpResponse {
        self.response()
    }
}
