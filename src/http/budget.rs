use super::{identity::*, request::*};
use crate::{
    actions::{Failure, budget},
    app::App,
    domain::{budget::NewCap, disclosure::budget::MarketBudget},
};

pub async fn show(app: &App, asked: Asked<Officer>) -> Result<MarketBudget, Failure> {
    budget::show(app, &asked.actor, asked.parts.id()?).await
}

pub async fn set_cap(app: &App, command: Command<Procurement, NewCap>) -> Result<MarketBudget, Failure> {
    let id = command.parts.id()?;
    let market = budget::set_cap(app, &command.order, id, command.form).await?;
    budget::show(app, &command.actor, market).await
}
