use super::{identity::*, request::*};
use crate::{
    actions::{
        Failure,
        clock::{self, NewOwner},
    },
    app::App,
    domain::{
        clock::NewNotice,
        disclosure::clock::ClockBoard,
        refusal::{Code, Refusal},
    },
};

pub async fn show(app: &App, asked: Asked<Officer>) -> Result<ClockBoard, Failure> {
    clock::show(app, &asked.actor).await
}

pub async fn assign(app: &App, command: Command<Assigning, NewOwner>) -> Result<ClockBoard, Failure> {
    let kind: String = command.parts.part("kind")?;
    let kind = kind.parse().map_err(|()| Refusal::new(Code::NotFound, "There is no such clock."))?;
    clock::assign(app, &command.order, kind, command.parts.id()?, command.form).await?;
    clock::show(app, &command.actor).await
}

pub async fn publish(app: &App, command: Command<Procurement, NewNotice>) -> Result<ClockBoard, Failure> {
    clock::publish(app, &command.order, command.form).await?;
    clock::show(app, &command.actor).await
}
