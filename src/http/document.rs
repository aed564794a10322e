use super::{identity::*, request::*};
use crate::{
    actions::{Failure, Listed, document},
    app::App,
    domain::disclosure::document::Document,
};
use entity::vocabulary::*;

pub async fn upload(app: &App, sent: Upload<Bidder>) -> Result<Shown<Document>, Failure> {
    let id = document::upload(app, &sent.order, &sent.name, sent.content).await?;
    Ok(Shown::created(document::show(app, &sent.actor, id).await?))
}

pub async fn list(app: &App, asked: Asked<ProviderPerson, Part>) -> Result<Shown<Listed<Document>>, Failure> {
    Ok(Shown::listed(document::list(app, &asked.actor, asked.query.page()?).await?))
}

pub async fn content(app: &App, asked: Asked<ProviderPerson>) -> Result<Shown<Download>, Failure> {
    let (document, bytes) = document::content(app, &asked.actor, asked.parts.id()?).await?;
    Ok(kept(&document.name, document.kind, bytes))
}

/// A document to take away, under this name without an ending.
pub fn kept(name: &str, kind: DocumentKind, bytes: Vec<u8>) -> Shown<Download> {
    let (media_type, ending) = match kind {
        DocumentKind::Pdf => ("application/pdf", "pdf"),
        DocumentKind::Docx => {
            ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx")
        }
        DocumentKind::Xlsx => ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
        DocumentKind::Png => ("image/png", "png"),
        DocumentKind::Jpeg => ("image/jpeg", "jpg"),
    };
    Shown::file(File { name: format!("{name}.{ending}"), media_type, bytes })
}
