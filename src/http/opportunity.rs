use super::{identity::*, request::*};
use crate::{
    actions::{
        Failure, Listed,
        opportunity::{self, Board, Interest},
    },
    app::App,
    domain::disclosure::opportunity::{Opportunity, OpportunityCard},
};
use sea_orm::prelude::Uuid;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which opportunities.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct OnBoard {
    /// `live` or `closed`; all if not given.
    #[param(inline)]
    pub stage: Option<Board>,
    /// The `next` of the part before.
    pub after: Option<Uuid>,
    /// 1 to 100; 50 if not given.
    pub page_size: Option<u64>,
}

pub async fn list(
    app: &App,
    asked: Asked<SignedIn, OnBoard>,
) -> Result<Shown<Listed<OpportunityCard>>, Failure> {
    let page = page(asked.query.after, asked.query.page_size)?;
    Ok(Shown::listed(opportunity::list(app, &asked.actor, asked.query.stage, page).await?))
}

pub async fn show(app: &App, asked: Asked<SignedIn>) -> Result<Opportunity, Failure> {
    opportunity::show(app, &asked.actor, asked.parts.id()?).await
}

pub async fn declare_interest(app: &App, command: Command<Bidder, Interest>) -> Result<Interest, Failure> {
    opportunity::declare_interest(app, &command.order, command.parts.id()?, command.form).await
}

pub async fn nudge(app: &App, command: Command<Broker, Nothing>) -> Result<Opportunity, Failure> {
    let id = command.parts.id()?;
    crate::actions::nudge::nudge(app, &command.order, id).await?;
    opportunity::show(app, &command.actor, id).await
}

pub async fn withdraw(app: &App, command: Command<Broker, Reason>) -> Result<Opportunity, Failure> {
    let id = command.parts.id()?;
    opportunity::withdraw(app, &command.order, id, command.form.reason).await?;
    opportunity::show(app, &command.actor, id).await
}
