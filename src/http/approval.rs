use super::{
    identity::*,
    record::{file, printed},
    request::*,
};
use crate::{
    actions::{
        Failure,
        approval::{self, NewBatch},
    },
    app::App,
    domain::{
        award::TurnedDown,
        disclosure::approval::{ApprovalRequest, BatchOutcome},
    },
};

pub async fn show(app: &App, asked: Asked<Officer>) -> Result<ApprovalRequest, Failure> {
    approval::show(app, &asked.actor, asked.parts.id()?).await
}

pub async fn decline(
    app: &App,
    Confirmed(command): Confirmed<Officer, Reason>,
) -> Result<ApprovalRequest, Failure> {
    let id = command.parts.id()?;
    approval::turn_down(app, &command.order, id, TurnedDown::Declined, command.form.reason).await?;
    approval::show(app, &command.actor, id).await
}

pub async fn approve_batch(
    app: &App,
    Confirmed(command): Confirmed<Officer, NewBatch>,
) -> Result<Vec<BatchOutcome>, Failure> {
    approval::approve_batch(app, &command.order, &command.actor, command.form).await
}

pub async fn html(app: &App, asked: Asked<Officer>) -> Result<Shown<Download>, Failure> {
    as_html(app, asked, false).await
}

pub async fn pdf(app: &App, asked: Asked<Officer>) -> Result<Shown<Download>, Failure> {
    as_pdf(app, asked, false).await
}

pub async fn public_html(app: &App, asked: Asked<Officer>) -> Result<Shown<Download>, Failure> {
    as_html(app, asked, true).await
}

pub async fn public_pdf(app: &App, asked: Asked<Officer>) -> Result<Shown<Download>, Failure> {
    as_pdf(app, asked, true).await
}

async fn as_html(app: &App, asked: Asked<Officer>, public: bool) -> Result<Shown<Download>, Failure> {
    let (name, paper) = approval::paper(app, &asked.actor, asked.parts.id()?, public).await?;
    let page = approval::html(&paper)?;
    Ok(file(format!("{name}.html"), "text/html; charset=utf-8", page.into_bytes()))
}

async fn as_pdf(app: &App, asked: Asked<Officer>, public: bool) -> Result<Shown<Download>, Failure> {
    let (name, paper) = approval::paper(app, &asked.actor, asked.parts.id()?, public).await?;
    Ok(file(format!("{name}.pdf"), "application/pdf", printed(paper).await?))
}
