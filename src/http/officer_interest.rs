use super::{identity::*, request::*};
use crate::{
    actions::{Failure, officer_interest},
    app::App,
    domain::{disclosure::officer_interest::InterestRegister, officer_interest::NewOfficerInterest},
};
use entity::vocabulary::Day;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The last day of an interest.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LastDay {
    pub on: Day,
}

pub async fn register(app: &App, asked: Asked<Officer>) -> Result<InterestRegister, Failure> {
    officer_interest::register(app, &asked.actor).await
}

pub async fn declare(
    app: &App,
    command: Command<Officer, NewOfficerInterest>,
) -> Result<Shown<InterestRegister>, Failure> {
    officer_interest::declare(app, &command.order, command.form).await?;
    Ok(Shown::created(officer_interest::register(app, &command.actor).await?))
}

pub async fn end(app: &App, command: Command<Officer, LastDay>) -> Result<InterestRegister, Failure> {
    officer_interest::end(app, &command.order, command.parts.id()?, command.form.on).await?;
    officer_interest::register(app, &command.actor).await
}
