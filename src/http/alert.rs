use super::{identity::*, request::*};
use crate::{
    actions::{Failure, alert},
    app::App,
    domain::{alert::NewAlerts, disclosure::alert::AlertsView},
};

pub async fn show(app: &App, asked: Asked<Bidder>) -> Result<AlertsView, Failure> {
    alert::show(app, &asked.actor).await
}

pub async fn choose(app: &App, command: Command<Bidder, NewAlerts>) -> Result<AlertsView, Failure> {
    alert::choose(app, &command.order, command.form).await?;
    alert::show(app, &command.actor).await
}
