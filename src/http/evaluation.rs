use super::{document::kept, identity::*, request::*};
use crate::{
    actions::{
        Failure,
        evaluation::{self, NewDeclaration, NewMark, NewMarkDrafts, Release},
    },
    app::App,
    domain::disclosure::{
        award::Ranking,
        evaluation::{DeclarationPage, Evaluation, MarkDraftsSaved},
    },
};

pub async fn declaration(app: &App, asked: Asked<Officer>) -> Result<DeclarationPage, Failure> {
    evaluation::declaration(app, &asked.actor, asked.parts.id()?).await
}

pub async fn declare(
    app: &App,
    command: Command<Officer, NewDeclaration>,
) -> Result<DeclarationPage, Failure> {
    let id = command.parts.id()?;
    evaluation::declare(app, &command.order, id, command.form).await?;
    evaluation::declaration(app, &command.actor, id).await
}

pub async fn show(app: &App, asked: Asked<Evaluating>) -> Result<Evaluation, Failure> {
    evaluation::show(app, &asked.actor, asked.parts.id()?).await
}

pub async fn attachment(app: &App, asked: Asked<Evaluating>) -> Result<Shown<Download>, Failure> {
    let (id, which) = (asked.parts.id()?, asked.parts.part("attachment")?);
    let found = evaluation::attachment(app, &asked.actor, id, which).await?;
    Ok(kept(&found.name, found.kind, found.content))
}

pub async fn give_mark(app: &App, command: Command<Evaluator, NewMark>) -> Result<Evaluation, Failure> {
    let id = command.parts.id()?;
    evaluation::give_mark(app, &command.order, id, command.form).await?;
    evaluation::show(app, &command.actor, id).await
}

pub async fn save_drafts(
    app: &App,
    command: Command<Evaluator, NewMarkDrafts>,
) -> Result<Shown<MarkDraftsSaved>, Failure> {
    let (id, revision) = (command.parts.id()?, command.parts.revision()?);
    let saved = evaluation::save_drafts(app, &command.order, id, revision, command.form).await?;
    let revision = saved.revision;
    Ok(Shown::from(saved).revision(revision))
}

pub async fn finish(app: &App, command: Command<Evaluator, Nothing>) -> Result<Evaluation, Failure> {
    let id = command.parts.id()?;
    evaluation::finish(app, &command.order, id).await?;
    evaluation::show(app, &command.actor, id).await
}

pub async fn release(app: &App, command: Command<Commissioner, Release>) -> Result<Evaluation, Failure> {
    let id = command.parts.id()?;
    evaluation::release(app, &command.order, id, command.form).await?;
    evaluation::show(app, &command.actor, id).await
}

pub async fn moderate(app: &App, command: Command<Moderator, NewMark>) -> Result<Evaluation, Failure> {
    let id = command.parts.id()?;
    evaluation::moderate(app, &command.order, id, command.form).await?;
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
