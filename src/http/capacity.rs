use super::{identity::*, request::*};
use crate::{
    actions::{Failure, capacity},
    app::App,
    domain::{
        capacity::{NewBase, NewCapacity},
        disclosure::capacity::CapacityView,
    },
};

pub async fn show(app: &App, asked: Asked<ProviderPerson>) -> Result<CapacityView, Failure> {
    capacity::show(app, &asked.actor).await
}

pub async fn publish(app: &App, command: Command<Bidder, NewCapacity>) -> Result<CapacityView, Failure> {
    capacity::publish(app, &command.order, command.form).await?;
    capacity::show(app, &command.actor).await
}

pub async fn confirm(app: &App, command: Command<Bidder, Nothing>) -> Result<CapacityView, Failure> {
    capacity::confirm(app, &command.order).await?;
    capacity::show(app, &command.actor).await
}

pub async fn add_base(
    app: &App,
    command: Command<ProviderAdministrator, NewBase>,
) -> Result<Shown<CapacityView>, Failure> {
    capacity::add_base(app, &command.order, command.form).await?;
    Ok(Shown::created(capacity::show(app, &command.actor).await?))
}

pub async fn remove_base(
    app: &App,
    command: Command<ProviderAdministrator, Nothing>,
) -> Result<CapacityView, Failure> {
    capacity::remove_base(app, &command.order, command.parts.id()?).await?;
    capacity::show(app, &command.actor).await
}
