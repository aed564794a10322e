use super::{identity::*, request::*};
use crate::{
    actions::{Failure, Listed, identifier, register},
    app::App,
    domain::{
        disclosure::register::{Concern, Organisation, ProviderRegisters},
        identifier::NewIdentifiers,
    },
};
use sea_orm::prelude::Uuid;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which concerns to list.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct WhichConcerns {
    /// Those that are closed, rather than those that are open.
    #[serde(default)]
    pub closed: bool,
    /// The `next` of the part before.
    pub after: Option<Uuid>,
    /// 1 to 100; 50 if not given.
    pub page_size: Option<u64>,
}

pub async fn organisation(app: &App, asked: Asked<ProviderPerson>) -> Result<Organisation, Failure> {
    identifier::show(app, &asked.actor).await
}

pub async fn identify(
    app: &App,
    command: Command<ProviderAdministrator, NewIdentifiers>,
) -> Result<Organisation, Failure> {
    identifier::change(app, &command.order, command.form).await?;
    identifier::show(app, &command.actor).await
}

pub async fn show(app: &App, asked: Asked<Officer>) -> Result<ProviderRegisters, Failure> {
    register::show(app, &asked.actor, asked.parts.id()?).await
}

pub async fn check(app: &App, command: Command<Deciding, Nothing>) -> Result<ProviderRegisters, Failure> {
    let id = command.parts.id()?;
    register::ask_again(app, &command.order, &command.actor, id).await?;
    register::show(app, &command.actor, id).await
}

pub async fn concerns(
    app: &App,
    asked: Asked<Officer, WhichConcerns>,
) -> Result<Shown<Listed<Concern>>, Failure> {
    let WhichConcerns { closed, after, page_size } = asked.query;
    Ok(Shown::listed(register::list(app, &asked.actor, closed, page(after, page_size)?).await?))
}

pub async fn take(app: &App, command: Command<Deciding, Nothing>) -> Result<Concern, Failure> {
    let id = command.parts.id()?;
    register::take(app, &command.order, id).await?;
    register::one(app, &command.actor, id).await
}

pub async fn close(app: &App, command: Command<Deciding, Reason>) -> Result<Concern, Failure> {
    let id = command.parts.id()?;
    register::close(app, &command.order, id, command.form.reason).await?;
    register::one(app, &command.actor, id).await
}
