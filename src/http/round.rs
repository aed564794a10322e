use super::{identity::*, request::*};
use crate::{
    actions::{Failure, round},
    app::App,
    domain::{
        disclosure::round::Round,
        round::{Improvement, NewRound},
    },
};

pub async fn show(app: &App, asked: Asked<SignedIn>) -> Result<Round, Failure> {
    round::show(app, &asked.actor, asked.parts.id()?).await
}

pub async fn invite(app: &App, command: Command<Commissioner, NewRound>) -> Result<Round, Failure> {
    let id = command.parts.id()?;
    round::invite(app, &command.order, id, command.form).await?;
    round::show(app, &command.actor, id).await
}

pub async fn improve(app: &App, command: Command<Bidder, Improvement>) -> Result<Round, Failure> {
    let id = command.parts.id()?;
    round::improve(app, &command.order, id, command.form).await?;
    round::show(app, &command.actor, id).await
}

pub async fn pause(app: &App, command: Command<Commissioner, Reason>) -> Result<Round, Failure> {
    let id = command.parts.id()?;
    round::pause(app, &command.order, id, command.form.reason).await?;
    round::show(app, &command.actor, id).await
}

pub async fn resume(app: &App, command: Command<Commissioner, Nothing>) -> Result<Round, Failure> {
    let id = command.parts.id()?;
    round::resume(app, &command.order, id).await?;
    round::show(app, &command.actor, id).await
}
