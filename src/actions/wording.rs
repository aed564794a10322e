//! How a market words its letters.

use super::{Failure, Order, act, letter::sender};
use crate::{
    app::App,
    domain::{
        actor::Actor,
        disclosure::wording::{MarketLetters, letter_wording},
        letter::{self, Written, example},
        refusal::{Fault, Refusal},
        wording::{self as rules, NewWording, Own, Restoring, VERSIONS_SHOWN_MAX},
    },
    store,
};
use entity::{market, vocabulary::*};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

/// A kind of letter to look at: in these words, or else as the market words it now.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WordingTried {
    pub kind: LetterKind,
    #[serde(default)]
    pub words: Option<Own>,
}

/// A letter on fictitious facts, or everything for which it cannot be worded so: while somebody writes, that is no
/// failure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LetterPreview {
    pub letter: Option<PreviewedLetter>,
    pub problems: Vec<WordingProblem>,
}

/// A letter on fictitious facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PreviewedLetter {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// One thing that a letter may not say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WordingProblem {
    pub field: String,
    pub detail: String,
}

/// A market of the officer's authority.
async fn for_officer(
    db: &impl ConnectionTrait,
    id: MarketId,
    authority: AuthorityId,
) -> Result<market::Model, Failure> {
    let found = store::market::find(db, id).await?;
    found.filter(|market| market.authority_id == authority).ok_or_else(|| Refusal::not_found("market").into())
}

/// Every kind of letter of a market, with its wording and who worded it when.
pub async fn show(app: &App, actor: &Actor, id: MarketId) -> Result<MarketLetters, Failure> {
    let db = app.database.read();
    let market = for_officer(db, id, actor.authority()?).await?;
    let mut letters = Vec::new();
    for &kind in LetterKind::ALL.iter().filter(|&&kind| letter::is_of_market(kind)) {
        let versions = store::wording::versions(db, id, kind, VERSIONS_SHOWN_MAX).await?;
        let names = store::account::names(db, versions.iter().map(|version| version.written_by)).await?;
        let wording = letter_wording(kind, &versions, &names);
        letters.push(wording.map_err(|why| Failure::Broken(why.to_string()))?);
    }
    let can_change = actor.is(OfficerRole::Procurement);
    Ok(MarketLetters { market_id: id, market_name: market.name, letters, can_change })
}

/// How a letter would read, on fictitious facts.
pub async fn preview(
    app: &App,
    actor: &Actor,
    id: MarketId,
    tried: WordingTried,
) -> Result<LetterPreview, Failure> {
    let db = app.database.read();
    let authority_id = actor.authority()?;
    let market = for_officer(db, id, authority_id).await?;
    let own = match tried.words {
        Some(words) => {
            if let Err(refusal) = rules::check(tried.kind, &words) {
                let problem = |fault: Fault| WordingProblem { field: fault.field, detail: fault.detail };
                let problems = refusal.faults.into_iter().map(problem).collect();
                return Ok(LetterPreview { letter: None, problems });
            }
            Some(words)
        }
        None => store::wording::newest(db, id, tried.kind).await?.as_ref().and_then(rules::own),
    };
    let Some(authority) = store::account::authority(db, authority_id).await? else {
        return Err(Refusal::not_found("authority").into());
    };
    let (mut letter, sender) = (example::letter(tried.kind), sender(&market, &authority));
    letter.context["market"] = market.name.into();
    let words = letter::words(&letter, &sender, own.as_ref());
    let written = words.and_then(|words| letter::lay_out(&letter, &words, &sender, &app.settings.public_url));
    let written = written.map_err(|why| Failure::Broken(why.to_string()))?;
    let Written { subject, text, html } = written;
    Ok(LetterPreview { letter: Some(PreviewedLetter { subject, text, html }), problems: Vec::new() })
}

/// A procurement officer words a kind of letter.
pub async fn change(app: &App, order: &Order, id: MarketId, wanted: NewWording) -> Result<(), Failure> {
    act(app, order, async |act| {
        act.lock(id).await?;
        let now = act.now().await?;
        for_officer(act.tx(), id, act.actor()?.authority()?).await?;
        let newest = store::wording::newest(act.tx(), id, wanted.kind).await?;
        match rules::change(id, newest.as_ref(), wanted, order.by, now)? {
            Some(change) => act.record(change).await,
            None => Ok(()),
        }
    })
    .await
}

/// A procurement officer goes back to the standard wording of a kind of letter.
pub async fn restore(app: &App, order: &Order, id: MarketId, wanted: Restoring) -> Result<(), Failure> {
    act(app, order, async |act| {
        act.lock(id).await?;
        let now = act.now().await?;
        for_officer(act.tx(), id, act.actor()?.authority()?).await?;
        let newest = store::wording::newest(act.tx(), id, wanted.kind).await?;
        match rules::restore(id, newest.as_ref(), wanted, order.by, now)? {
            Some(change) => act.record(change).await,
            None => Ok(()),
        }
    })
    .await
}
