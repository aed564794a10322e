use super::{identity::*, request::*};
use crate::{
    actions::{Failure, exclusion, standing},
    app::App,
    domain::{
        disclosure::standing::StandingPage,
        exclusion::{GroundAnswer, GroundDecision, NewGround},
    },
};

pub async fn declare(
    app: &App,
    command: Command<ProviderAdministrator, NewGround>,
) -> Result<StandingPage, Failure> {
    let id = command.parts.id()?;
    exclusion::raise(app, &command.order, id, command.form, true).await?;
    standing::show(app, &command.actor, id).await
}

pub async fn raise(app: &App, command: Command<Deciding, NewGround>) -> Result<StandingPage, Failure> {
    let id = command.parts.id()?;
    exclusion::raise(app, &command.order, id, command.form, false).await?;
    standing::show(app, &command.actor, id).await
}

pub async fn answer(
    app: &App,
    command: Command<ProviderAdministrator, GroundAnswer>,
) -> Result<StandingPage, Failure> {
    let id = command.parts.id()?;
    exclusion::answer(app, &command.order, id, command.form).await?;
    standing::show(app, &command.actor, id).await
}

pub async fn decide(app: &App, command: Command<Deciding, GroundDecision>) -> Result<StandingPage, Failure> {
    let id = command.parts.id()?;
    exclusion::decide(app, &command.order, id, command.form).await?;
    standing::show(app, &command.actor, id).await
}
