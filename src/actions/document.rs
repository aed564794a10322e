//! Keeping documents, listing them, and sweeping up what a crash left behind.

use super::{Failure, Listed, Order, Page, act};
use crate::{
    app::App,
    domain::{
        actor::Actor,
        disclosure::document::{self as shown, Document},
        document::{self as rules, DOCUMENTS_DAYS, Inspected},
        refusal::Refusal,
    },
    store,
};
use entity::{document, vocabulary::*};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

/// How many documents are inspected at once: each may take 100 MB of unpacking, and a core.
const INSPECTED_AT_ONCE_MAX: usize = 2;
static INSPECTING: Semaphore = Semaphore::const_new(INSPECTED_AT_ONCE_MAX);

/// For so long content without a document is left alone: its upload may be under way.
pub const SWEPT_AFTER_SECONDS: i64 = 3600;

/// Of how many pieces of content one question to the database asks.
const ASKED_AT_ONCE: usize = 500;

/// A provider uploads a document. What is refused leaves nothing behind: it is inspected before anything is kept. The
/// same content again is the same document.
pub async fn upload(app: &App, order: &Order, name: &str, content: Vec<u8>) -> Result<DocumentId, Failure> {
    let (kind, digest, content) = inspect(content).await?;
    let size = i64::try_from(content.len()).map_err(|_| rules::too_large())?;
    let inspected = Inspected { kind, name: rules::name(name), size, digest: digest.clone() };
    // Encrypted and written before the database is held, because a disk is slow.
    let ready = app.vault.ready(digest, content, app.clock.now()).await?;
    act(app, order, async |act| {
        let provider = act.actor()?.provider()?;
        act.lock(provider).await?;
        let now = act.now().await?;
        if let Some(before) = store::document::of_content(act.tx(), provider, &inspected.digest).await? {
            ready.keep().await?;
            return Ok(before.id);
        }
        let since = now.plus_seconds(-DOCUMENTS_DAYS * 86_400);
        let uploaded = store::document::count_since(act.tx(), provider, since).await?;
        let (row, change) = rules::upload(provider, uploaded, inspected, order.by, now)?;
        act.record(change).await?;
        // Before the commit: a row whose content is missing would be worse than content without a row.
        ready.keep().await?;
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

/// One of the provider's own documents, without its content.
pub async fn show(app: &App, actor: &Actor, id: DocumentId) -> Result<Document, Failure> {
    let found = store::document::of_provider(app.database.read(), actor.provider()?, id).await?;
    Ok(shown::document(&found.ok_or_else(|| Refusal::not_found("document"))?))
}

/// One of the provider's own documents, with its content.
pub async fn content(
    app: &App,
    actor: &Actor,
    id: DocumentId,
) -> Result<(document::Model, Vec<u8>), Failure> {
    let found = store::document::of_provider(app.database.read(), actor.provider()?, id).await?;
    let document = found.ok_or_else(|| Refusal::not_found("document"))?;
    let content = app.vault.fetch(document.digest.clone()).await?;
    Ok((document, content))
}

/// What a provider uploaded, newest first.
pub async fn list(app: &App, actor: &Actor, page: Page) -> Result<Listed<Document>, Failure> {
    let after = page.after.map(DocumentId);
    let rows = store::document::list(app.database.read(), actor.provider()?, after, page.wanted()).await?;
    Ok(page.listed(rows, |row| row.id.0, |row| shown::document(&row)))
}

/// Removes content that no document names and files that were never finished, which is what a crash leaves behind.
/// Returns how many files.
pub async fn sweep(app: &App) -> Result<usize, Failure> {
    let before = app.clock.now().plus_seconds(-SWEPT_AFTER_SECONDS);
    let mut swept = 0;
    for shelf in 0..=u8::MAX {
        let old = app.vault.kept_before(shelf, before).await?;
        for digests in old.chunks(ASKED_AT_ONCE) {
            let known = store::document::known(app.database.read(), digests).await?;
            let unknown: Vec<_> = digests.iter().filter(|one| !known.contains(*one)).cloned().collect();
            swept += app.vault.remove(unknown, before).await?;
        }
        swept += app.vault.remove_unfinished(shelf, before).await?;
    }
    Ok(swept)
}
