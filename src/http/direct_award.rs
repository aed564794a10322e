use super::{identity::*, request::*};
use crate::{
    actions::{Failure, Listed, award, direct_award, opportunity, package},
    app::App,
    domain::{
        direct_award::{NewDirectAward, NewReview},
        direct_payment::NewDirectPayment,
        disclosure::{
            award::{Contract, Outcomes},
            direct_award::{DirectAward, DirectAwardCard, Naming},
            opportunity::Opportunity,
            package::Package,
        },
    },
};

pub async fn naming(app: &App, asked: Asked<Arranging>) -> Result<Naming, Failure> {
    direct_award::naming(app, &asked.actor, asked.parts.id()?).await
}

pub async fn propose(
    app: &App,
    command: Command<Arranging, NewDirectAward>,
) -> Result<Shown<DirectAward>, Failure> {
    let id = direct_award::propose(app, &command.order, command.parts.id()?, command.form).await?;
    Ok(Shown::created(direct_award::show(app, &command.actor, id).await?))
}

pub async fn list(app: &App, asked: Asked<Officer, Part>) -> Result<Shown<Listed<DirectAwardCard>>, Failure> {
    Ok(Shown::listed(direct_award::list(app, &asked.actor, asked.query.page()?).await?))
}

pub async fn reviews(app: &App, asked: Asked<Officer>) -> Result<Vec<DirectAwardCard>, Failure> {
    direct_award::reviews(app, &asked.actor).await
}

pub async fn show(app: &App, asked: Asked<Officer>) -> Result<DirectAward, Failure> {
    direct_award::show(app, &asked.actor, asked.parts.id()?).await
}

pub async fn approve(
    app: &App,
    Confirmed(command): Confirmed<Officer, Reason>,
) -> Result<Shown<Contract>, Failure> {
    let id = command.parts.id()?;
    let contract = direct_award::approve(app, &command.order, id, command.form.reason).await?;
    Ok(Shown::created(award::contract(app, &command.actor, contract).await?))
}

pub async fn hand_back(
    app: &App,
    Confirmed(command): Confirmed<Officer, Reason>,
) -> Result<DirectAward, Failure> {
    let id = command.parts.id()?;
    direct_award::hand_back(app, &command.order, id, command.form.reason).await?;
    direct_award::show(app, &command.actor, id).await
}

pub async fn review(
    app: &App,
    Confirmed(command): Confirmed<Officer, NewReview>,
) -> Result<DirectAward, Failure> {
    let id = command.parts.id()?;
    direct_award::review(app, &command.order, id, command.form).await?;
    direct_award::show(app, &command.actor, id).await
}

pub async fn record_payment(
    app: &App,
    command: Command<Arranging, NewDirectPayment>,
) -> Result<Package, Failure> {
    let id = command.parts.id()?;
    package::record_direct_payment(app, &command.order, id, command.form).await?;
    package::show(app, &command.actor, id).await
}

pub async fn challenge(app: &App, command: Command<Challenging, Reason>) -> Result<Opportunity, Failure> {
    let id = command.parts.id()?;
    award::challenge(app, &command.order, id, command.form.reason).await?;
    opportunity::show(app, &command.actor, id).await
}

pub async fn lift_challenge(
    app: &App,
    command: Command<Challenging, Reason>,
) -> Result<Opportunity, Failure> {
    let id = command.parts.id()?;
    award::lift_challenge(app, &command.order, id, command.form.reason).await?;
    opportunity::show(app, &command.actor, id).await
}

pub async fn outcomes(app: &App, asked: Asked<Officer>) -> Result<Outcomes, Failure> {
    award::outcomes(app, &asked.actor).await
}
