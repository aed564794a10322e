use super::{identity::*, request::*};
use crate::{
    actions::{Failure, application, enrolment},
    app::App,
    domain::{
        application::NewDraftAnswer,
        disclosure::{
            application::{AnswerSaved, ApplicationCard, ApplicationPage},
            enrolment::Enrolment,
        },
    },
};

pub async fn list(app: &App, asked: Asked<ProviderPerson>) -> Result<Vec<ApplicationCard>, Failure> {
    application::list(app, &asked.actor).await
}

pub async fn show(app: &App, asked: Asked<ProviderPerson>) -> Result<ApplicationPage, Failure> {
    application::show(app, &asked.actor, asked.parts.id()?).await
}

pub async fn save(app: &App, command: Command<Bidder, NewDraftAnswer>) -> Result<AnswerSaved, Failure> {
    application::save(app, &command.order, command.parts.id()?, command.form).await
}

pub async fn send(
    app: &App,
    command: Command<ProviderAdministrator, Nothing>,
) -> Result<Shown<Enrolment>, Failure> {
    let id = application::send(app, &command.order, command.parts.id()?).await?;
    Ok(Shown::created(enrolment::show(app, &command.actor, id).await?))
}
