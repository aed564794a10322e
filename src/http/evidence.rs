use super::{document::kept, enrolment::Reasons, identity::*, request::*};
use crate::{
    actions::{Failure, enrolment, evidence},
    app::App,
    domain::disclosure::enrolment::Enrolment,
};
use entity::enrolment::Evidence;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub async fn renew(
    app: &App,
    command: Command<ProviderAdministrator, Evidence>,
) -> Result<Shown<Enrolment>, Failure> {
    let id = command.parts.id()?;
    evidence::renew(app, &command.order, id, command.form).await?;
    Ok(Shown::created(enrolment::show(app, &command.actor, id).await?))
}

/// How many categories a piece of evidence was given for.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub struct GivenFor {
    pub categories: usize,
}

pub async fn give(
    app: &App,
    command: Command<ProviderAdministrator, Evidence>,
) -> Result<Shown<GivenFor>, Failure> {
    let categories = evidence::give(app, &command.order, command.form).await?;
    Ok(Shown::created(GivenFor { categories }))
}

pub async fn accept(app: &App, command: Command<Procurement, Reasons>) -> Result<Enrolment, Failure> {
    let id = evidence::accept(app, &command.order, command.parts.id()?, command.form.reasons).await?;
    enrolment::show(app, &command.actor, id).await
}

pub async fn refuse(app: &App, command: Command<Procurement, Reasons>) -> Result<Enrolment, Failure> {
    let id = evidence::refuse(app, &command.order, command.parts.id()?, command.form.reasons).await?;
    enrolment::show(app, &command.actor, id).await
}

pub async fn document(app: &App, asked: Asked<SignedIn>) -> Result<Shown<Download>, Failure> {
    let (document, bytes) = evidence::download(app, &asked.actor, asked.parts.id()?).await?;
    Ok(kept(&document.name, document.kind, bytes))
}
