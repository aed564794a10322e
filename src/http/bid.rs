use super::{identity::*, request::*};
use crate::{
    actions::{Failure, bid},
    app::App,
    domain::{
        bid::Receipt,
        disclosure::opportunity::{DraftSaved, OwnBid},
    },
};
use entity::offer::{DraftOffer, Offer};

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

pub async fn submit(app: &App, command: Command<Bidder, Offer>) -> Result<Shown<Receipt>, Failure> {
    let receipt = bid::submit(app, &command.order, command.parts.id()?, command.form).await?;
    Ok(Shown::created(receipt))
}

pub async fn confirm(app: &App, command: Command<Bidder, Nothing>) -> Result<Receipt, Failure> {
    bid::confirm(app, &command.order, command.parts.id()?).await
}

pub async fn withdraw(app: &App, command: Command<Bidder, Nothing>) -> Result<Receipt, Failure> {
    bid::withdraw(app, &command.order, command.parts.id()?).await
}
