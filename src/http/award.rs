use super::{identity::*, request::*};
use crate::{
    actions::{
        Failure, Listed, approval,
        award::{self, NewApproval, NewRecommendation},
        evaluation,
    },
    app::App,
    domain::{
        award::TurnedDown,
        disclosure::award::{ApprovalCard, Contract, ContractCard, Ranking},
    },
};

pub async fn recommend(
    app: &App,
    command: Command<Commissioner, NewRecommendation>,
) -> Result<Ranking, Failure> {
    let id = command.parts.id()?;
    award::recommend(app, &command.order, id, command.form).await?;
    evaluation::ranking(app, &command.actor, id).await
}

pub async fn waiting(app: &App, asked: Asked<Officer>) -> Result<Vec<ApprovalCard>, Failure> {
    award::waiting(app, &asked.actor).await
}

pub async fn approve(
    app: &App,
    Confirmed(command): Confirmed<Officer, NewApproval>,
) -> Result<Shown<Contract>, Failure> {
    let id = command.parts.id()?;
    let contract = award::approve(app, &command.order, id, command.form).await?;
    Ok(Shown::created(award::contract(app, &command.actor, contract).await?))
}

pub async fn hand_back(
    app: &App,
    Confirmed(command): Confirmed<Officer, Reason>,
) -> Result<Ranking, Failure> {
    let id = command.parts.id()?;
    approval::turn_down(app, &command.order, id, TurnedDown::Returned, command.form.reason).await?;
    evaluation::ranking(app, &command.actor, id).await
}

pub async fn contracts(
    app: &App,
    asked: Asked<SignedIn, Part>,
) -> Result<Shown<Listed<ContractCard>>, Failure> {
    Ok(Shown::listed(award::contracts(app, &asked.actor, asked.query.page()?).await?))
}

pub async fn contract(app: &App, asked: Asked<SignedIn>) -> Result<Contract, Failure> {
    award::contract(app, &asked.actor, asked.parts.id()?).await
}
