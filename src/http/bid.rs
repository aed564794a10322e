use super::{
    identity::*,
    record::{file, printed},
    request::*,
};
use crate::{
    actions::{Failure, Listed, bid},
    app::App,
    domain::{
        bid::Receipt,
        disclosure::{
            bid::{MyBid, OwnAnswers},
            opportunity::{DraftSaved, OwnBid},
        },
        paper,
    },
};
use entity::offer::{DraftOffer, NewOffer};
use sea_orm::prelude::Uuid;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which of its own bids.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct WhichBids {
    /// Letters of the opportunity's reference.
    pub reference: Option<String>,
    /// The `next` of the part before.
    pub after: Option<Uuid>,
    /// 1 to 100; 50 if not given.
    pub page_size: Option<u64>,
}

pub async fn list(
    app: &App,
    asked: Asked<ProviderPerson, WhichBids>,
) -> Result<Shown<Listed<MyBid>>, Failure> {
    let WhichBids { reference, after, page_size } = asked.query;
    Ok(Shown::listed(bid::list(app, &asked.actor, reference.as_deref(), page(after, page_size)?).await?))
}

pub async fn own_answers(app: &App, asked: Asked<Bidder>) -> Result<OwnAnswers, Failure> {
    bid::own_answers(app, &asked.actor, asked.parts.id()?).await
}

pub async fn receipt_html(app: &App, asked: Asked<ProviderPerson>) -> Result<Shown<Download>, Failure> {
    let found = bid::receipt_paper(app, &asked.actor, asked.parts.id()?).await?;
    let html = paper::html(&found.paper).map_err(|why| Failure::Broken(why.to_string()))?;
    Ok(file(format!("{}.html", found.name), "text/html; charset=utf-8", html.into_bytes()))
}

pub async fn receipt_pdf(app: &App, asked: Asked<ProviderPerson>) -> Result<Shown<Download>, Failure> {
    let found = bid::receipt_paper(app, &asked.actor, asked.parts.id()?).await?;
    Ok(file(format!("{}.pdf", found.name), "application/pdf", printed(found.paper).await?))
}

pub async fn draft(app: &App, asked: Asked<Bidder>) -> Result<Shown<DraftSaved>, Failure> {
    Ok(with_revision(bid::draft(app, &asked.actor, asked.parts.id()?).await?))
}

fn with_revision(saved: DraftSaved) -> Shown<DraftSaved> {
    let revision = saved.revision;
    Shown::from(saved).revision(revision)
}

pub async fn save_draft(
    app: &App,
    command: Command<Bidder, DraftOffer>,
) -> Result<Shown<DraftSaved>, Failure> {
    let (id, revision) = (command.parts.id()?, command.parts.revision()?);
    Ok(with_revision(bid::save_draft(app, &command.order, id, revision, command.form).await?))
}

pub async fn show(app: &App, asked: Asked<ProviderPerson>) -> Result<OwnBid, Failure> {
    bid::show(app, &asked.actor, asked.parts.id()?).await
}

pub async fn submit(app: &App, command: Command<Bidder, NewOffer>) -> Result<Shown<Receipt>, Failure> {
    let receipt = bid::submit(app, &command.order, command.parts.id()?, command.form).await?;
    Ok(Shown::created(receipt))
}

pub async fn confirm(app: &App, command: Command<Bidder, Nothing>) -> Result<Receipt, Failure> {
    bid::confirm(app, &command.order, command.parts.id()?).await
}

pub async fn withdraw(app: &App, command: Command<Bidder, Nothing>) -> Result<Receipt, Failure> {
    bid::withdraw(app, &command.order, command.parts.id()?).await
}
