use super::{identity::*, request::*};
use crate::{
    actions::{
        Failure,
        wording::{self, LetterPreview, WordingTried},
    },
    app::App,
    domain::{
        disclosure::wording::MarketLetters,
        wording::{NewWording, Restoring},
    },
};

pub async fn show(app: &App, asked: Asked<Lettering>) -> Result<MarketLetters, Failure> {
    wording::show(app, &asked.actor, asked.parts.id()?).await
}

pub async fn preview(app: &App, posed: Posed<Lettering, WordingTried>) -> Result<LetterPreview, Failure> {
    wording::preview(app, &posed.actor, posed.parts.id()?, posed.form).await
}

pub async fn change(app: &App, command: Command<Procurement, NewWording>) -> Result<MarketLetters, Failure> {
    let id = command.parts.id()?;
    wording::change(app, &command.order, id, command.form).await?;
    wording::show(app, &command.actor, id).await
}

pub async fn restore(app: &App, command: Command<Procurement, Restoring>) -> Result<MarketLetters, Failure> {
    let id = command.parts.id()?;
    wording::restore(app, &command.order, id, command.form).await?;
    wording::show(app, &command.actor, id).await
}
