use super::{identity::*, request::*};
use crate::{
    actions::{Failure, Listed, document},
    app::App,
    domain::disclosure::document::Document,
};
use entity::vocabulary::*;
use serde::Deserialize;
use utoipa::IntoParams;

/// What the provider calls the document it sends.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Called {
    /// The file's name.
    pub name: String,
}

pub async fn upload(app: &App, command: Upload<Bidder, Called>) -> Result<Shown<Document>, Failure> {
    let id = document::upload(app, &command.order, &command.query.name, command.content).await?;
    Ok(Shown::created(document::show(app, &command.actor, id).await?))
}

pub async fn list(app: &App, asked: Asked<ProviderPerson, Part>) -> Result<Shown<Listed<Document>>, Failure> {
    Ok(Shown::listed(document::list(app, &asked.actor, asked.query.page()?).await?))
}

pub async fn show(app: &App, asked: Asked<SignedIn>) -> Result<Document, Failure> {
    document::show(app, &asked.actor, asked.parts.id()?).await
}

pub async fn content(app: &App, asked: Asked<SignedIn>) -> Result<Shown<Download>, Failure> {
    let (document, bytes) = document::content(app, &asked.actor, asked.parts.id()?).await?;
    let (media_type, ending) = match document.kind {
        DocumentKind::Pdf => ("application/pdf", "pdf"),
        DocumentKind::Docx => {
            ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx")
        }
        DocumentKind::Png => ("image/png", "png"),
        DocumentKind::Jpeg => ("image/jpeg", "jpg"),
    };
    // A header holds plain letters; the whole name is on the page.
    let name: String = document.name.chars().map(|c| if c.is_ascii() { c } else { '_' }).collect();
    Ok(Shown::file(File { name: format!("{name}.{ending}"), media_type, bytes }))
}

pub async fn withdraw(app: &App, command: Command<Bidder, Nothing>) -> Result<Document, Failure> {
    let id = command.parts.id()?;
    document::withdraw(app, &command.order, id).await?;
    document::show(app, &command.actor, id).await
}
