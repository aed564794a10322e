//! Sealed bids and their drafts.

use super::{
    Act, Failure, Listed, Order, Page, act,
    opportunity::{Known, adverts, cards, for_provider},
};
use crate::{
    app::App,
    domain::{
        actor::{Actor, Office},
        bid::{self as rules, Act as BidAct, Bidding, Receipt, Submitted, receipt, yearly},
        change::Subject,
        disclosure::{
            bid::{self as shown, MyBid, OwnAnswers, ReceiptFacts},
            document::document,
            opportunity::{DraftSaved, OwnBid},
        },
        opportunity::{check_may_bid, check_open},
        paper::Paper,
        refusal::{Code, Refusal},
    },
    store,
};
use entity::{
    bid, draft,
    offer::{DraftOffer, NewOffer},
    opportunity,
    vocabulary::*,
};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

/// What a command to submit is answered with, now and when it is repeated.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Received(Receipt),
    /// Recorded as irregular, with the words of the refusal.
    Late(String),
}

/// What bidding looks at, as it stands under the opportunity's lock.
struct Held {
    known: Known,
    provider_id: ProviderId,
    now: Instant,
}

impl Held {
    async fn load(act: &mut Act<'_>, id: OpportunityId) -> Result<Self, Failure> {
        act.lock(id).await?;
        let now = act.now().await?;
        let provider_id = act.actor()?.provider()?;
        let known = for_provider(act.tx(), id, provider_id).await?;
        act.actor()?.check_category(known.opportunity.category_id)?;
        Ok(Self { known, provider_id, now })
    }

    fn bidding(&self) -> Bidding<'_> {
        Bidding {
            opportunity: &self.known.opportunity,
            provider_id: self.provider_id,
            standing: self.known.standing,
            with_request: self.known.with_request,
            before: self.known.bid.as_ref(),
        }
    }

    fn reference(&self) -> &str {
        &self.known.opportunity.reference
    }
}

/// Submits or revises a bid. A late one is recorded as irregular, then refused.
pub async fn submit(
    app: &App,
    order: &Order,
    id: OpportunityId,
    offer: NewOffer,
) -> Result<Receipt, Failure> {
    let answer = act(app, order, async |act| {
        let held = Held::load(act, id).await?;
        let attached = offer.attachments.iter().map(|one| one.document_id);
        let documents = store::document::own(act.tx(), held.provider_id, attached).await?;
        match rules::submit(&held.bidding(), order.by, offer, &documents, held.now)? {
            Submitted::Received(bid, change) => {
                act.record(change).await?;
                Ok(Answer::Received(receipt(submitted(&bid), &bid, held.reference())))
            }
            Submitted::Late(change) => {
                act.record(change).await?;
                let late = check_open(&held.known.opportunity, held.now).err().map(|r| r.detail.into_owned());
                Ok(Answer::Late(late.unwrap_or_default()))
            }
        }
    })
    .await?;
    match answer {
        Answer::Received(receipt) => Ok(receipt),
        Answer::Late(words) => Err(Refusal::new(
            Code::BidTooLate,
            format!("{words} Your bid came too late: it was not opened and does not count."),
        )
        .into()),
    }
}

const fn submitted(bid: &bid::Model) -> BidAct {
    if bid.version == 1 { BidAct::Submitted } else { BidAct::Revised }
}

/// Confirms a bid for the corrected advert.
pub async fn confirm(app: &App, order: &Order, id: OpportunityId) -> Result<Receipt, Failure> {
    act(app, order, async |act| {
        let held = Held::load(act, id).await?;
        let (bid, change) = rules::confirm(&held.bidding(), order.by, held.now)?;
        act.record(change).await?;
        Ok(receipt(BidAct::Confirmed, &bid, held.reference()))
    })
    .await
}

/// Takes a bid back before the deadline.
pub async fn withdraw(app: &App, order: &Order, id: OpportunityId) -> Result<Receipt, Failure> {
    act(app, order, async |act| {
        let held = Held::load(act, id).await?;
        let (bid, change) = rules::withdraw(&held.bidding(), held.now)?;
        act.record(change).await?;
        Ok(receipt(BidAct::Withdrawn, &bid, held.reference()))
    })
    .await
}

/// The most versions of a bid that are listed.
const VERSIONS_MAX: u64 = 200;
/// The earlier bids of a provider in which its own answers and rates are looked for.
const EARLIER_BIDS_MAX: u64 = 30;

/// A provider's own bid.
pub async fn show(app: &App, actor: &Actor, id: OpportunityId) -> Result<OwnBid, Failure> {
    let db = app.database.read();
    let Known { opportunity, bid, .. } = for_provider(db, id, actor.provider()?).await?;
    let Some(bid) = bid else {
        return Err(Refusal::not_found("bid").into());
    };
    own(app, &opportunity, bid).await
}

async fn own(app: &App, opportunity: &opportunity::Model, bid: bid::Model) -> Result<OwnBid, Failure> {
    let db = app.database.read();
    let kinds = ["bid_submitted", "bid_revised", "bid_confirmed", "bid_withdrawn"];
    let subject = Subject::from(opportunity.id);
    let events = store::event::of_provider(db, subject, bid.provider_id, &kinds, VERSIONS_MAX).await?;
    let amended = store::amendment::of(db, opportunity.id).await?;
    let corrected_at = amended.iter().find(|one| one.unsettles).map(|one| one.made_at);
    let mut versions = shown::improvements(&bid, &store::round::revisions_of(db, bid.id).await?);
    versions.extend(shown::versions(opportunity, &events, corrected_at));
    let attached = bid.offer.attachments.iter().map(|one| one.document_id);
    let documents = store::document::own(db, bid.provider_id, attached).await?;
    // The newest comes first, and is what the bid stands by.
    let last = versions.first().map_or_else(|| submitted(&bid), |newest| newest.act);
    Ok(OwnBid {
        bid_id: bid.id,
        version: bid.version,
        submitted_at: bid.received_at,
        withdrawn: bid.withdrawn_at.is_some(),
        unsettled: bid.unsettled_at.is_some(),
        receipt: receipt(last, &bid, &opportunity.reference),
        weekly_price: bid.weekly_price,
        yearly_price: yearly(bid.weekly_price),
        versions,
        documents: documents.iter().map(document).collect(),
        offer: bid.offer,
    })
}

/// The most letters of a reference that can be searched for.
const REFERENCE_MAX: usize = 40;

/// A provider's own bids, newest first.
pub async fn list(
    app: &App,
    actor: &Actor,
    reference: Option<&str>,
    page: Page,
) -> Result<Listed<MyBid>, Failure> {
    let db = app.database.read();
    let reference = reference.map(|r| r.trim().to_uppercase()).filter(|r| !r.is_empty());
    let fits = |r: &String| {
        r.chars().count() <= REFERENCE_MAX && r.chars().all(|c| c.is_alphanumeric() || "-/ .".contains(c))
    };
    if reference.as_ref().is_some_and(|r| !fits(r)) {
        let words = format!(
            "Search for at most {REFERENCE_MAX} letters, figures and hyphens of a reference, such as SL-0012."
        );
        return Err(Refusal::new(Code::InvalidField, words).at("reference").into());
    }
    let after = page.after.map(BidId);
    let (provider, categories) = whose(actor)?;
    let bids =
        store::bid::of_provider(db, provider, categories, reference.as_deref(), after, page.wanted()).await?;
    let found = store::opportunity::found(db, bids.iter().map(|b| b.opportunity_id), provider).await?;
    let cards = cards(app, actor, &adverts(app, found).await?, app.clock.now()).await?;
    let mut cards: std::collections::HashMap<_, _> = cards.into_iter().map(|card| (card.id, card)).collect();
    let listed = page.listed(
        bids,
        |bid| bid.id.0,
        |bid| cards.remove(&bid.opportunity_id).map(|card| shown::my_bid(card, &bid)),
    );
    Ok(Listed { items: listed.items.into_iter().flatten().collect(), next: listed.next })
}

/// For whom this person bids, and in which categories: in every one where none is listed.
fn whose(actor: &Actor) -> Result<(ProviderId, &[CategoryId]), Refusal> {
    let categories = match &actor.office {
        Office::Provider { categories, .. } => categories.0.as_slice(),
        Office::Officer { .. } => &[],
    };
    Ok((actor.provider()?, categories))
}

/// What a provider itself answered and offered before in the same market, to begin another bid with.
pub async fn own_answers(app: &App, actor: &Actor, id: OpportunityId) -> Result<OwnAnswers, Failure> {
    let db = app.database.read();
    let (provider, categories) = whose(actor)?;
    let Known { opportunity, .. } = for_provider(db, id, provider).await?;
    actor.check_category(opportunity.category_id)?;
    let earlier =
        store::bid::earlier(db, provider, opportunity.market_id, id, categories, EARLIER_BIDS_MAX).await?;
    let standing = store::standing_rates::of(db, provider, opportunity.category_id).await?;
    Ok(shown::own_answers(&opportunity, &earlier, standing))
}

/// A receipt to keep, and what to call its file.
pub struct ReceiptPaper {
    pub paper: Paper,
    /// Without an ending.
    pub name: String,
}

/// The receipt for a provider's own bid as it stands, with what was sent and every version.
pub async fn receipt_paper(app: &App, actor: &Actor, id: OpportunityId) -> Result<ReceiptPaper, Failure> {
    let db = app.database.read();
    let provider = actor.provider()?;
    let Known { opportunity, bid, .. } = for_provider(db, id, provider).await?;
    let Some(bid) = bid else {
        return Err(Refusal::not_found("bid").into());
    };
    let market = store::market::names(db, [opportunity.category_id]).await?.market(opportunity.market_id);
    let provider_name = store::account::provider(db, provider).await?.map(|p| p.name).unwrap_or_default();
    let name = format!("{}-bid-version-{}-receipt", opportunity.reference, bid.version);
    let own = own(app, &opportunity, bid).await?;
    let facts = ReceiptFacts { own: &own, of: &opportunity, market: &market, provider: &provider_name };
    Ok(ReceiptPaper { paper: shown::receipt_paper(&facts), name })
}

/// The longest draft, as stored, in bytes.
const DRAFT_BYTES_MAX: usize = 128 * 1024;
/// The most documents that a draft names: more than any market takes, because a draft may be wrong.
const DRAFT_ATTACHMENTS_MAX: usize = 50;

/// Saves a draft, unless somebody else has saved another since `revision`.
pub async fn save_draft(
    app: &App,
    order: &Order,
    id: OpportunityId,
    revision: Option<i32>,
    offer: DraftOffer,
) -> Result<DraftSaved, Failure> {
    let attached = offer.attachments.len();
    if serde_json::to_vec(&offer)?.len() > DRAFT_BYTES_MAX || attached > DRAFT_ATTACHMENTS_MAX {
        return Err(Refusal::new(Code::InvalidField, "This draft is too long to be saved.").into());
    }
    act(app, order, async |act| {
        act.lock(id).await?;
        let now = act.now().await?;
        let provider_id = act.actor()?.provider()?;
        let Known { opportunity, standing, with_request, .. } =
            for_provider(act.tx(), id, provider_id).await?;
        act.actor()?.check_category(opportunity.category_id)?;
        check_may_bid(standing, with_request)?;
        check_open(&opportunity, now)?;
        let before = store::bid::draft(act.tx(), id, provider_id).await?;
        let newest = before.map_or(0, |d| d.revision);
        if revision.is_some_and(|r| r != newest) {
            return Err(Refusal::new(
                Code::RevisionStale,
                "A colleague, or you in another window, saved this draft meanwhile: load it again.",
            )
            .into());
        }
        let saved =
            draft::Model { opportunity_id: id, provider_id, offer, revision: newest + 1, saved_at: now };
        store::record::save_draft(act.tx(), saved.clone()).await?;
        show_draft(act.tx(), provider_id, Some(saved)).await
    })
    .await
}

async fn show_draft(
    db: &impl ConnectionTrait,
    provider: ProviderId,
    draft: Option<draft::Model>,
) -> Result<DraftSaved, Failure> {
    let attached = draft.iter().flat_map(|d| &d.offer.attachments).map(|one| one.document_id);
    let documents = store::document::own(db, provider, attached).await?;
    Ok(DraftSaved {
        revision: draft.as_ref().map_or(0, |d| d.revision),
        saved_at: draft.as_ref().map(|d| d.saved_at),
        documents: documents.iter().map(document).collect(),
        draft: draft.map(|d| d.offer),
    })
}

/// A provider's own draft.
pub async fn draft(app: &App, actor: &Actor, id: OpportunityId) -> Result<DraftSaved, Failure> {
    let db = app.database.read();
    let provider = actor.provider()?;
    for_provider(db, id, provider).await?;
    show_draft(db, provider, store::bid::draft(db, id, provider).await?).await
}
