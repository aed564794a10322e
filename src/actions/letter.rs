//! The letters sent, for the demonstration to show.

use super::{Failure, Listed, Page, account::demo_only};
use crate::{
    app::App,
    domain::{letter, refusal::Refusal},
    store,
};
use entity::vocabulary::*;
use serde::{Deserialize, Serialize};

/// A letter in a list.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LetterCard {
    pub id: LetterId,
    pub kind: LetterKind,
    /// The address.
    pub to: String,
    pub subject: String,
    pub state: LetterState,
    pub owed_at: Instant,
    pub sent_at: Option<Instant>,
}

/// A letter, whole.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Letter {
    #[serde(flatten)]
    pub card: LetterCard,
    pub text: String,
    pub html: String,
}

fn show_one(app: &App, row: &entity::letter::Model, to: &entity::account::Model) -> Result<Letter, Failure> {
    let written = letter::write(row, &app.settings.public_url).map_err(|e| Failure::Broken(e.to_string()))?;
    Ok(Letter {
        card: LetterCard {
            id: row.id,
            kind: row.kind,
            to: to.email.clone(),
            subject: written.subject,
            state: row.state,
            owed_at: row.owed_at,
            sent_at: row.sent_at,
        },
        text: written.text,
        html: written.html,
    })
}

/// The letters of a demonstration, newest first.
pub async fn list(app: &App, page: Page) -> Result<Listed<LetterCard>, Failure> {
    demo_only(app)?;
    let rows = store::letter::list(app.database.read(), page.after.map(LetterId), page.wanted()).await?;
    let cards = rows
        .iter()
        .map(|(letter, to)| Ok(show_one(app, letter, to)?.card))
        .collect::<Result<Vec<_>, Failure>>()?;
    Ok(page.listed(cards, |card| card.id.0, |card| card))
}

/// One letter of a demonstration.
pub async fn show(app: &App, id: LetterId) -> Result<Letter, Failure> {
    demo_only(app)?;
    match store::letter::find(app.database.read(), id).await? {
        Some((letter, to)) => show_one(app, &letter, &to),
        None => Err(Refusal::not_found("letter").into()),
    }
}
