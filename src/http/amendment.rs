use super::{identity::*, request::*};
use crate::{
    actions::{Failure, amendment, opportunity},
    app::App,
    domain::{
        amendment::{Correction, NewDeadline},
        disclosure::opportunity::Opportunity,
    },
};

pub async fn extend(app: &App, command: Command<Broker, NewDeadline>) -> Result<Opportunity, Failure> {
    let id = command.parts.id()?;
    amendment::extend(app, &command.order, id, command.form).await?;
    opportunity::show(app, &command.actor, id).await
}

pub async fn correct(app: &App, command: Command<Broker, Correction>) -> Result<Opportunity, Failure> {
    let id = command.parts.id()?;
    amendment::correct(app, &command.order, id, command.form).await?;
    opportunity::show(app, &command.actor, id).await
}
