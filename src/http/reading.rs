use super::{identity::*, request::*};
use crate::{
    actions::{
        Failure,
        reading::{self, NewReader, NewReading},
    },
    app::App,
    domain::disclosure::reading::Readings,
};

pub async fn show(app: &App, asked: Asked<Officer>) -> Result<Readings, Failure> {
    reading::show(app, &asked.actor, asked.parts.id()?).await
}

pub async fn ask(app: &App, command: Command<Procurement, NewReader>) -> Result<Readings, Failure> {
    let id = command.parts.id()?;
    reading::ask(app, &command.order, id, command.form).await?;
    reading::show(app, &command.actor, id).await
}

pub async fn read(app: &App, command: Command<Procurement, NewReading>) -> Result<Readings, Failure> {
    let id = command.parts.id()?;
    reading::read(app, &command.order, id, command.form).await?;
    reading::show(app, &command.actor, id).await
}
