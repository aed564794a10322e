use super::{identity::*, request::*};
use crate::{
    actions::{
        Failure, Listed,
        opportunity::{self, Board, Interest},
    },
    app::App,
    domain::{
        area::areas,
        board::{OwnState, Wanted},
        disclosure::opportunity::{Opportunity, WrittenCard},
    },
};
use entity::vocabulary::*;
use sea_orm::prelude::Uuid;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which opportunities.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct OnBoard {
    /// `live` or `closed`; all if not given.
    #[param(inline)]
    pub stage: Option<Board>,
    /// Outward codes, such as `ST16`, and postcode areas, such as `ST`, with commas between them.
    pub area: Option<String>,
    #[param(value_type = Option<String>, format = Uuid)]
    pub category: Option<CategoryId>,
    /// Hours of care a week, at least; nights slept in, days and miles do not count.
    pub hours_from: Option<u32>,
    /// Hours of care a week, at most.
    pub hours_to: Option<u32>,
    /// Care starts on this day or later.
    #[param(value_type = Option<String>, format = Date)]
    pub starts_from: Option<Day>,
    /// For providers: how it stands with one's own.
    #[param(inline)]
    pub state: Option<OwnState>,
    /// For providers: at most so many kilometres from a base of one's own, in a straight line between the middles of outward
    /// codes. Only where this server has a table of them.
    pub within_km: Option<u32>,
    /// The `next` of the part before.
    pub after: Option<Uuid>,
    /// 1 to 100; 50 if not given.
    pub page_size: Option<u64>,
}

pub async fn list(app: &App, asked: Asked<SignedIn, OnBoard>) -> Result<Shown<Listed<WrittenCard>>, Failure> {
    let asked_for = asked.query;
    let page = page(asked_for.after, asked_for.page_size)?;
    let wanted = Wanted {
        areas: match &asked_for.area {
            Some(named) => areas(named.split(','), "area")?,
            None => Vec::new(),
        },
        category: asked_for.category,
        hours_from: asked_for.hours_from,
        hours_to: asked_for.hours_to,
        starts_from: asked_for.starts_from,
        state: asked_for.state,
        within_km: asked_for.within_km,
    };
    Ok(Shown::listed(opportunity::list(app, &asked.actor, asked_for.stage, wanted, page).await?))
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
