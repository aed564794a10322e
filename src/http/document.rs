use super::{identity::*, request::*};
use crate::{
    actions::{Failure, Listed, document},
    app::App,
    domain::disclosure::document::Document,
};

pub async fn upload(app: &App, sent: Upload<ProviderAdministrator>) -> Result<Shown<Document>, Failure> {
    let id = document::upload(app, &sent.order, &sent.name, sent.content).await?;
    Ok(Shown::created(document::show(app, &sent.actor, id).await?))
}

pub async fn list(app: &App, asked: Asked<ProviderPerson, Part>) -> Result<Shown<Listed<Document>>, Failure> {
    Ok(Shown::listed(document::list(app, &asked.actor, asked.query.page()?).await?))
}
