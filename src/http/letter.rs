use super::{identity::*, request::*};
use crate::{
    actions::{Failure, Listed, letter},
    app::App,
    domain::{
        change::Subject,
        disclosure::letter::OwedLetter,
        refusal::{Code, Refusal},
    },
};
use sea_orm::prelude::Uuid;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which letters to list.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct AboutWhat {
    /// What they are about: the kind of subject and its id, such as `opportunity:019afdb2-…`.
    pub about: String,
    /// The `next` of the part before.
    pub after: Option<Uuid>,
    /// 1 to 100; 50 if not given.
    pub page_size: Option<u64>,
}

impl AboutWhat {
    fn subject(&self) -> Result<Subject, Refusal> {
        let parts = self.about.split_once(':');
        let subject =
            parts.and_then(|(kind, id)| Some(Subject { kind: kind.parse().ok()?, id: id.parse().ok()? }));
        subject.ok_or_else(|| {
            let words = "Say what the letters are about: a kind and an id, such as opportunity:019afdb2-….";
            Refusal::new(Code::InvalidField, words).at("about")
        })
    }
}

pub async fn about(
    app: &App,
    asked: Asked<Officer, AboutWhat>,
) -> Result<Shown<Listed<OwedLetter>>, Failure> {
    let page = page(asked.query.after, asked.query.page_size)?;
    Ok(Shown::listed(letter::about(app, &asked.actor, asked.query.subject()?, page).await?))
}

pub async fn resend(app: &App, command: Command<Posting, Nothing>) -> Result<OwedLetter, Failure> {
    let id = command.parts.id()?;
    letter::resend(app, &command.order, id).await?;
    letter::one(app, &command.actor, id).await
}
