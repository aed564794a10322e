use super::{identity::*, request::*};
use crate::{
    actions::{
        Failure, Listed,
        enrolment::{self, Application, NewStandingMark, Queue},
    },
    app::App,
    domain::disclosure::enrolment::{Enrolment, EnrolmentCard},
};
use entity::vocabulary::*;
use sea_orm::prelude::Uuid;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A question to clear something up.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    pub question: String,
}

/// Its answer.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerGiven {
    pub answer: String,
}

/// The reasons for a decision: the provider reads them.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reasons {
    pub reasons: String,
}

/// Enrolments of one standing, or all.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct OfStanding {
    pub standing: Option<Standing>,
    /// Of those that wait for a decision, for officers: `waiting`, `mine`, `nobodys` or `to_read`.
    #[param(inline)]
    pub queue: Option<Queue>,
    /// The `next` of the part before.
    pub after: Option<Uuid>,
    /// 1 to 100; 50 if not given.
    pub page_size: Option<u64>,
}

pub async fn apply(
    app: &App,
    command: Command<ProviderAdministrator, Application>,
) -> Result<Shown<Enrolment>, Failure> {
    let id = enrolment::apply(app, &command.order, command.parts.id()?, command.form).await?;
    Ok(Shown::created(enrolment::show(app, &command.actor, id).await?))
}

pub async fn list(
    app: &App,
    asked: Asked<SignedIn, OfStanding>,
) -> Result<Shown<Listed<EnrolmentCard>>, Failure> {
    let page = page(asked.query.after, asked.query.page_size)?;
    Ok(Shown::listed(
        enrolment::list(app, &asked.actor, asked.query.standing, asked.query.queue, page).await?,
    ))
}

pub async fn show(app: &App, asked: Asked<SignedIn>) -> Result<Enrolment, Failure> {
    enrolment::show(app, &asked.actor, asked.parts.id()?).await
}

pub async fn ask(app: &App, command: Command<Procurement, Question>) -> Result<Enrolment, Failure> {
    let id = command.parts.id()?;
    enrolment::ask(app, &command.order, id, command.form.question).await?;
    enrolment::show(app, &command.actor, id).await
}

pub async fn answer(
    app: &App,
    command: Command<ProviderAdministrator, AnswerGiven>,
) -> Result<Enrolment, Failure> {
    let id = command.parts.id()?;
    enrolment::answer(app, &command.order, id, command.form.answer).await?;
    enrolment::show(app, &command.actor, id).await
}

pub async fn extend(app: &App, command: Command<Procurement, Reason>) -> Result<Enrolment, Failure> {
    let id = command.parts.id()?;
    enrolment::extend(app, &command.order, id, command.form.reason).await?;
    enrolment::show(app, &command.actor, id).await
}

pub async fn admit(app: &App, command: Command<Procurement, Reasons>) -> Result<Enrolment, Failure> {
    let id = command.parts.id()?;
    enrolment::admit(app, &command.order, id, command.form.reasons).await?;
    enrolment::show(app, &command.actor, id).await
}

pub async fn refuse(app: &App, command: Command<Procurement, Reasons>) -> Result<Enrolment, Failure> {
    let id = command.parts.id()?;
    enrolment::refuse(app, &command.order, id, command.form.reasons).await?;
    enrolment::show(app, &command.actor, id).await
}

pub async fn give_standing_mark(
    app: &App,
    command: Command<Procurement, NewStandingMark>,
) -> Result<Enrolment, Failure> {
    let id = command.parts.id()?;
    enrolment::give_standing_mark(app, &command.order, id, command.form).await?;
    enrolment::show(app, &command.actor, id).await
}
