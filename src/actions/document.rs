//! Keeping documents, showing them, and withdrawing them.

use super::{Failure, Listed, Order, Page, act};
use crate::{
    app::App,
    domain::{
        actor::{Actor, Office},
        disclosure::document::{self as shown, Document},
        document::{self as rules, Inspected},
        refusal::Refusal,
    },
    store::{self, vault::Shut},
};
use entity::{document, vocabulary::*};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

/// How many documents are inspected at once: each may take 100 MB of unpacking, and a core.
const INSPECTED_AT_ONCE_MAX: usize = 2;
static INSPECTING: Semaphore = Semaphore::const_new(INSPECTED_AT_ONCE_MAX);

impl From<Shut> for Failure {
    fn from(why: Shut) -> Self {
        Self::Broken(why.to_string())
    }
}

/// A provider uploads a document. What is refused leaves nothing behind: it is inspected before anything is kept.
pub async fn upload(app: &App, order: &Order, name: &str, content: Vec<u8>) -> Result<DocumentId, Failure> {
    let (kind, digest, content) = inspect(content).await?;
    let size = i64::try_from(content.len()).map_err(|_| rules::too_large())?;
    let inspected = Inspected { kind, name: rules::name(name), size, digest: digest.clone() };
    act(app, order, async |act| {
        let provider = act.actor()?.provider()?;
        act.lock(provider).await?;
        let now = act.now().await?;
        let kept = store::document::count(act.tx(), provider).await?;
        let (row, change) = rules::upload(provider, kept, inspected, order.by, now)?;
        act.record(change).await?;
        // Before the commit: a row whose content is missing would be worse than content without a row.
        app.vault.keep(digest, content).await?;
        Ok(row.id)
    })
    .await
}

async fn inspect(content: Vec<u8>) -> Result<(DocumentKind, String, Vec<u8>), Failure> {
    let broken = |why: &dyn std::error::Error| Failure::Broken(why.to_string());
    let _turn = INSPECTING.acquire().await.map_err(|why| broken(&why))?;
    let inspected = tokio::task::spawn_blocking(move || {
        let kind = rules::inspect(&content)?;
        Ok::<_, Refusal>((kind, format!("{:x}", Sha256::digest(&content)), content))
    });
    Ok(inspected.await.map_err(|why| broken(&why))??)
}

/// Its provider no longer shows it.
pub async fn withdraw(app: &App, order: &Order, id: DocumentId) -> Result<(), Failure> {
    act(app, order, async |act| {
        let provider = act.actor()?.provider()?;
        act.lock(provider).await?;
        let now = act.now().await?;
        let found = store::document::find(act.tx(), id).await?;
        let Some(document) = found.filter(|document| document.provider_id == provider) else {
            return Err(Refusal::not_found("document").into());
        };
        act.record(rules::withdraw(&document, now)?).await
    })
    .await
}

/// A document that this person may read.
async fn readable(app: &App, actor: &Actor, id: DocumentId) -> Result<document::Model, Failure> {
    let db = app.database.read();
    let Some(document) = store::document::find(db, id).await? else {
        return Err(Refusal::not_found("document").into());
    };
    let shown_to = match actor.office {
        Office::Officer { authority_id, .. } => {
            store::enrolment::with(db, document.provider_id, authority_id).await?
        }
        Office::Provider { .. } => Vec::new(),
    };
    if shown::may_read(&document, &actor.office, &shown_to) {
        Ok(document)
    } else {
        Err(Refusal::not_found("document").into())
    }
}

/// One document, without its content.
pub async fn show(app: &App, actor: &Actor, id: DocumentId) -> Result<Document, Failure> {
    Ok(shown::document(&readable(app, actor, id).await?))
}

/// A document's content.
pub async fn content(app: &App, actor: &Actor, id: DocumentId) -> Result<(Document, Vec<u8>), Failure> {
    let document = readable(app, actor, id).await?;
    let content = app.vault.fetch(document.digest.clone()).await?;
    Ok((shown::document(&document), content))
}

/// What a provider keeps, newest first.
pub async fn list(app: &App, actor: &Actor, page: Page) -> Result<Listed<Document>, Failure> {
    let after = page.after.map(DocumentId);
    let rows = store::document::list(app.database.read(), actor.provider()?, after, page.wanted()).await?;
    Ok(page.listed(rows, |row| row.id.0, |row| shown::document(&row)))
}
