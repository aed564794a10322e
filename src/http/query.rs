use super::{identity::*, request::*};
use crate::{
    actions::{Failure, opportunity, query},
    app::App,
    domain::{
        disclosure::{opportunity::Opportunity, query::QueriesWaiting},
        query::{NewQuery, QueryAnswer},
    },
};

pub async fn ask(app: &App, command: Command<Bidder, NewQuery>) -> Result<Opportunity, Failure> {
    let id = command.parts.id()?;
    query::ask(app, &command.order, id, command.form).await?;
    opportunity::show(app, &command.actor, id).await
}

pub async fn answer(app: &App, command: Command<Broker, QueryAnswer>) -> Result<Opportunity, Failure> {
    let of = query::answer(app, &command.order, command.parts.id()?, command.form).await?;
    opportunity::show(app, &command.actor, of).await
}

pub async fn waiting(app: &App, asked: Asked<Officer>) -> Result<Vec<QueriesWaiting>, Failure> {
    query::waiting(app, &asked.actor).await
}
