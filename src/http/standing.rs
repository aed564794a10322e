use super::{identity::*, request::*};
use crate::{
    actions::{Failure, standing},
    app::App,
    domain::{
        disclosure::standing::{StandingPage, StandingQueue},
        standing::{
            AppealAnswer, KeptOn, Lifting, MeasureDecision, NewMeasure, NewRepresentation, NewStop,
            Reinstating, UrgentStop,
        },
    },
};

pub async fn queue(app: &App, asked: Asked<Officer>) -> Result<StandingQueue, Failure> {
    standing::queue(app, &asked.actor).await
}

pub async fn show(app: &App, asked: Asked<SignedIn>) -> Result<StandingPage, Failure> {
    standing::show(app, &asked.actor, asked.parts.id()?).await
}

pub async fn stop_new_work(app: &App, command: Command<Deciding, NewStop>) -> Result<StandingPage, Failure> {
    let id = command.parts.id()?;
    standing::stop_new_work(app, &command.order, id, command.form).await?;
    standing::show(app, &command.actor, id).await
}

pub async fn lift_stop(app: &App, command: Command<Deciding, Lifting>) -> Result<StandingPage, Failure> {
    let id = command.parts.id()?;
    standing::lift_stop(app, &command.order, id, command.form).await?;
    standing::show(app, &command.actor, id).await
}

pub async fn propose(app: &App, command: Command<Deciding, NewMeasure>) -> Result<StandingPage, Failure> {
    let id = command.parts.id()?;
    standing::propose(app, &command.order, id, command.form).await?;
    standing::show(app, &command.actor, id).await
}

pub async fn stop_urgently(
    app: &App,
    command: Command<Deciding, UrgentStop>,
) -> Result<StandingPage, Failure> {
    let id = command.parts.id()?;
    standing::stop_urgently(app, &command.order, id, command.form).await?;
    standing::show(app, &command.actor, id).await
}

pub async fn decide(app: &App, command: Command<Deciding, MeasureDecision>) -> Result<StandingPage, Failure> {
    let id = command.parts.id()?;
    standing::decide(app, &command.order, id, command.form).await?;
    standing::show(app, &command.actor, id).await
}

pub async fn reinstate(app: &App, command: Command<Deciding, Reinstating>) -> Result<StandingPage, Failure> {
    let id = command.parts.id()?;
    standing::reinstate(app, &command.order, id, command.form).await?;
    standing::show(app, &command.actor, id).await
}

pub async fn review(app: &App, command: Command<Deciding, KeptOn>) -> Result<StandingPage, Failure> {
    let id = command.parts.id()?;
    standing::review(app, &command.order, id, command.form).await?;
    standing::show(app, &command.actor, id).await
}

pub async fn withdraw(
    app: &App,
    command: Command<ProviderAdministrator, Reason>,
) -> Result<StandingPage, Failure> {
    let id = command.parts.id()?;
    standing::withdraw(app, &command.order, id, command.form.reason).await?;
    standing::show(app, &command.actor, id).await
}

pub async fn represent(
    app: &App,
    command: Command<ProviderAdministrator, NewRepresentation>,
) -> Result<StandingPage, Failure> {
    let id = command.parts.id()?;
    standing::represent(app, &command.order, id, command.form).await?;
    standing::show(app, &command.actor, id).await
}

pub async fn answer_appeal(
    app: &App,
    command: Command<Deciding, AppealAnswer>,
) -> Result<StandingPage, Failure> {
    let id = command.parts.id()?;
    standing::answer_appeal(app, &command.order, id, command.form).await?;
    standing::show(app, &command.actor, id).await
}
