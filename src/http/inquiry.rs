use super::{enrolment::AnswerGiven, identity::*, request::*};
use crate::{
    actions::{Failure, evaluation, inquiry, opportunity},
    app::App,
    domain::{
        disclosure::{award::Ranking, opportunity::Opportunity},
        inquiry::{PriceDecision, PriceQuestion},
    },
};

pub async fn ask(app: &App, command: Command<Commissioner, PriceQuestion>) -> Result<Ranking, Failure> {
    let id = command.parts.id()?;
    inquiry::ask(app, &command.order, id, command.form).await?;
    evaluation::ranking(app, &command.actor, id).await
}

pub async fn answer(app: &App, command: Command<Bidder, AnswerGiven>) -> Result<Opportunity, Failure> {
    let id = command.parts.id()?;
    inquiry::answer(app, &command.order, id, command.form.answer).await?;
    opportunity::show(app, &command.actor, id).await
}

pub async fn decide(app: &App, command: Command<Commissioner, PriceDecision>) -> Result<Ranking, Failure> {
    let id = command.parts.id()?;
    inquiry::decide(app, &command.order, id, command.form).await?;
    evaluation::ranking(app, &command.actor, id).await
}
