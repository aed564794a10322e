use super::{identity::*, request::*};
use crate::{
    actions::{
        Failure,
        scheme::{self, Supposition},
    },
    app::App,
    domain::{
        delegation::{Appointment, NewDecision, NewDelegation, NewPost, Revocation, TenureEnd},
        disclosure::scheme::{Entered, SchemePage, WhoMayApprove},
    },
};
use entity::vocabulary::*;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which day.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct OnDay {
    /// Today, if not given.
    pub on: Option<Day>,
}

/// What would have to be approved, and when.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Supposed {
    /// Pounds a year.
    pub yearly: Money,
    /// Pounds over the whole initial term; the yearly value, if not given.
    pub whole: Option<Money>,
    /// The market's first, if not given.
    pub category_id: Option<CategoryId>,
    /// An award, if not given.
    pub kind: Option<DecisionKind>,
    /// Today, if not given.
    pub on: Option<Day>,
    /// Another day, beside it.
    pub also_on: Option<Day>,
}

pub async fn show(app: &App, asked: Asked<Officer, OnDay>) -> Result<SchemePage, Failure> {
    scheme::show(app, &asked.actor, asked.parts.id()?, asked.query.on).await
}

pub async fn enter_decision(
    app: &App,
    command: Command<Procurement, NewDecision>,
) -> Result<Shown<Entered>, Failure> {
    let id = command.parts.id()?;
    Ok(Shown::created(scheme::enter_decision(app, &command.order, id, command.form).await?))
}

pub async fn enter_delegation(
    app: &App,
    command: Command<Procurement, NewDelegation>,
) -> Result<Shown<Entered>, Failure> {
    let id = command.parts.id()?;
    Ok(Shown::created(scheme::enter_delegation(app, &command.order, id, command.form).await?))
}

pub async fn revoke(app: &App, command: Command<Procurement, Revocation>) -> Result<Entered, Failure> {
    scheme::revoke(app, &command.order, command.parts.id()?, command.form).await
}

pub async fn create_post(
    app: &App,
    command: Command<Procurement, NewPost>,
) -> Result<Shown<Entered>, Failure> {
    let id = command.parts.id()?;
    Ok(Shown::created(scheme::create_post(app, &command.order, id, command.form).await?))
}

pub async fn appoint(
    app: &App,
    command: Command<Procurement, Appointment>,
) -> Result<Shown<Entered>, Failure> {
    let id = command.parts.id()?;
    Ok(Shown::created(scheme::appoint(app, &command.order, id, command.form).await?))
}

pub async fn end_tenure(app: &App, command: Command<Procurement, TenureEnd>) -> Result<Entered, Failure> {
    scheme::end_tenure(app, &command.order, command.parts.id()?, command.form).await
}

pub async fn who_may_approve(app: &App, asked: Asked<Officer, Supposed>) -> Result<WhoMayApprove, Failure> {
    let Supposed { yearly, whole, category_id: category, kind, on, also_on } = asked.query;
    let kind = kind.unwrap_or(DecisionKind::Award);
    let supposed = Supposition { yearly, whole, category, kind, on, also_on };
    scheme::who_may_approve(app, &asked.actor, asked.parts.id()?, supposed).await
}
