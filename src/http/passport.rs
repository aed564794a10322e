use super::{identity::*, request::*};
use crate::{
    actions::{
        Failure, enrolment,
        passport::{self, PassportQuestion},
        questionnaire::{self, NewAnswerMark},
    },
    app::App,
    domain::{
        disclosure::{enrolment::Enrolment, passport::Passport},
        passport::{NewPassportAnswer, PassportAcceptance},
    },
};

pub async fn show(app: &App, asked: Asked<ProviderPerson>) -> Result<Passport, Failure> {
    passport::show(app, &asked.actor).await
}

pub async fn answer(app: &App, command: Command<Bidder, NewPassportAnswer>) -> Result<Passport, Failure> {
    passport::answer(app, &command.order, command.form).await?;
    passport::show(app, &command.actor).await
}

pub async fn accept(
    app: &App,
    command: Command<Procurement, PassportAcceptance>,
) -> Result<Enrolment, Failure> {
    let id = command.parts.id()?;
    passport::accept(app, &command.order, id, command.form).await?;
    enrolment::show(app, &command.actor, id).await
}

pub async fn ask(app: &App, command: Command<Procurement, PassportQuestion>) -> Result<Enrolment, Failure> {
    let id = command.parts.id()?;
    passport::ask(app, &command.order, id, command.form).await?;
    enrolment::show(app, &command.actor, id).await
}

pub async fn mark(app: &App, command: Command<Procurement, NewAnswerMark>) -> Result<Enrolment, Failure> {
    let id = command.parts.id()?;
    questionnaire::give_mark(app, &command.order, id, command.form).await?;
    enrolment::show(app, &command.actor, id).await
}
