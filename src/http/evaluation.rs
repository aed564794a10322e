use super::{identity::*, request::*};
use crate::{
    actions::{
        Failure,
        evaluation::{self, NewMark},
    },
    app::App,
    domain::disclosure::{award::Ranking, opportunity::Evaluation},
};

pub async fn show(app: &App, asked: Asked<Evaluating>) -> Result<Evaluation, Failure> {
    evaluation::show(app, &asked.actor, asked.parts.id()?).await
}

pub async fn give_mark(app: &App, command: Command<Evaluator, NewMark>) -> Result<Evaluation, Failure> {
    let id = command.parts.id()?;
    evaluation::give_mark(app, &command.order, id, command.form).await?;
    evaluation::show(app, &command.actor, id).await
}

pub async fn open_prices(app: &App, command: Command<Commissioner, Nothing>) -> Result<Ranking, Failure> {
    let id = command.parts.id()?;
    evaluation::open_prices(app, &command.order, id).await?;
    evaluation::ranking(app, &command.actor, id).await
}

pub async fn ranking(app: &App, asked: Asked<Evaluating>) -> Result<Ranking, Failure> {
    evaluation::ranking(app, &asked.actor, asked.parts.id()?).await
}
