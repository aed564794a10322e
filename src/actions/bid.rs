//! Sealed bids and their drafts.

use super::{
    Failure, Order, act,
    opportunity::{Known, for_provider},
};
use crate::{
    app::App,
    domain::{
        actor::Actor,
        bid::{self as rules, Act as BidAct, Bidding, Receipt, Submitted, receipt, yearly},
        disclosure::opportunity::{DraftSaved, OwnBid},
        opportunity::{check_may_bid, check_open},
        refusal::{Code, Refusal},
    },
    store,
};
use entity::{
    bid, draft,
    offer::{DraftOffer, Offer},
    vocabulary::*,
};
use serde::{Deserialize, Serialize};

/// What a command to submit is answered with, now and when it is repeated.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Received(Receipt),
    /// Recorded as irregular, with the words of the refusal.
    Late(String),
}

/// Submits or revises a bid. A late one is recorded as irregular, then refused.
pub async fn submit(app: &App, order: &Order, id: OpportunityId, offer: Offer) -> Result<Receipt, Failure> {
    let answer = act(app, order, async |act| {
        act.lock(id).await?;
        let now = act.now().await?;
        let provider_id = act.actor()?.provider()?;
        let Known { opportunity, standing, with_request, bid: before } =
            for_provider(act.tx(), id, provider_id).await?;
        act.actor()?.check_category(opportunity.category_id)?;
        let facts = Bidding {
            opportunity: &opportunity,
            provider_id,
            standing,
            with_request,
            before: before.as_ref(),
        };
        match rules::submit(&facts, order.by, offer, now)? {
            Submitted::Received(bid, change) => {
                act.record(change).await?;
                Ok(Answer::Received(receipt(submitted(&bid), &bid, &opportunity.reference)))
            }
            Submitted::Late(change) => {
                act.record(change).await?;
                let late = check_open(&opportunity, now).err().map(|r| r.detail.into_owned());
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
        act.lock(id).await?;
        let now = act.now().await?;
        let provider_id = act.actor()?.provider()?;
        let Known { opportunity, standing, with_request, bid: before } =
            for_provider(act.tx(), id, provider_id).await?;
        act.actor()?.check_category(opportunity.category_id)?;
        let facts = Bidding {
            opportunity: &opportunity,
            provider_id,
            standing,
            with_request,
            before: before.as_ref(),
        };
        let (bid, change) = rules::confirm(&facts, order.by, now)?;
        act.record(change).await?;
        Ok(receipt(BidAct::Confirmed, &bid, &opportunity.reference))
    })
    .await
}

/// Takes a bid back before the deadline.
pub async fn withdraw(app: &App, order: &Order, id: OpportunityId) -> Result<Receipt, Failure> {
    act(app, order, async |act| {
        act.lock(id).await?;
        let now = act.now().await?;
        let provider_id = act.actor()?.provider()?;
        let Known { opportunity, standing, with_request, bid: before } =
            for_provider(act.tx(), id, provider_id).await?;
        act.actor()?.check_category(opportunity.category_id)?;
        let facts = Bidding {
            opportunity: &opportunity,
            provider_id,
            standing,
            with_request,
            before: before.as_ref(),
        };
        let (bid, change) = rules::withdraw(&facts, now)?;
        act.record(change).await?;
        Ok(receipt(BidAct::Withdrawn, &bid, &opportunity.reference))
    })
    .await
}

/// A provider's own bid.
pub async fn show(app: &App, actor: &Actor, id: OpportunityId) -> Result<OwnBid, Failure> {
    let db = app.database.read();
    let provider = actor.provider()?;
    let Known { opportunity, bid, .. } = for_provider(db, id, provider).await?;
    let Some(bid) = bid else {
        return Err(Refusal::not_found("bid").into());
    };
    let last = if bid.withdrawn_at.is_some() { BidAct::Withdrawn } else { submitted(&bid) };
    Ok(OwnBid {
        bid_id: bid.id,
        version: bid.version,
        submitted_at: bid.received_at,
        withdrawn: bid.withdrawn_at.is_some(),
        unsettled: bid.unsettled_at.is_some(),
        receipt: receipt(last, &bid, &opportunity.reference),
        weekly_price: bid.weekly_price,
        yearly_price: yearly(bid.weekly_price),
        offer: bid.offer,
    })
}

/// The longest draft, as stored, in bytes.
const DRAFT_BYTES_MAX: usize = 128 * 1024;

/// Saves a draft, unless somebody else has saved another since `revision`.
pub async fn save_draft(
    app: &App,
    order: &Order,
    id: OpportunityId,
    revision: Option<i32>,
    offer: DraftOffer,
) -> Result<DraftSaved, Failure> {
    if serde_json::to_vec(&offer)?.len() > DRAFT_BYTES_MAX {
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
        Ok(show_draft(Some(saved)))
    })
    .await
}

fn show_draft(draft: Option<draft::Model>) -> DraftSaved {
    DraftSaved {
        revision: draft.as_ref().map_or(0, |d| d.revision),
        saved_at: draft.as_ref().map(|d| d.saved_at),
        draft: draft.map(|d| d.offer),
    }
}

/// A provider's own draft.
pub async fn draft(app: &App, actor: &Actor, id: OpportunityId) -> Result<DraftSaved, Failure> {
    let db = app.database.read();
    let provider = actor.provider()?;
    for_provider(db, id, provider).await?;
    Ok(show_draft(store::bid::draft(db, id, provider).await?))
}
