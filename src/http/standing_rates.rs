use super::{identity::*, request::*};
use crate::{
    actions::{Failure, standing_rates},
    app::App,
    domain::{disclosure::standing_rates::StandingRatesView, standing_rates::NewStandingRates},
};

pub async fn show(app: &App, asked: Asked<Bidder>) -> Result<StandingRatesView, Failure> {
    standing_rates::show(app, &asked.actor).await
}

pub async fn set(
    app: &App,
    command: Command<Bidder, NewStandingRates>,
) -> Result<StandingRatesView, Failure> {
    standing_rates::set(app, &command.order, command.parts.id()?, command.form).await?;
    standing_rates::show(app, &command.actor).await
}
