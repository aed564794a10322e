//! Sealed bids. A bid counts if the whole of it was received before the deadline by the server's clock, read
//! inside the transaction that stores it. Until then it can be revised; the latest version counts.

use super::{
    attachment,
    change::Change,
    enrolment::{WORDS_MAX, check_answers},
    event::Event,
    opportunity::{check_may_bid, check_open},
    pricing,
    refusal::{Code, Fault, Refusal},
    round,
};
use entity::{
    bid, document,
    offer::{NewOffer, Offer},
    opportunity,
    vocabulary::*,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What a receipt is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    Submitted,
    Revised,
    /// For a corrected advert.
    Confirmed,
    /// In a ranking round.
    Improved,
    Withdrawn,
}

/// Proof, for the provider to keep, of what was received and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Receipt {
    pub act: Act,
    pub bid_id: BidId,
    /// The opportunity's reference.
    pub reference: String,
    pub version: i32,
    /// By the server's clock.
    pub received_at: Instant,
    /// SHA-256 of the offer as stored.
    pub digest: String,
    pub weekly_price: Money,
    /// Weekly × 52.
    pub yearly_price: Money,
}

/// The receipt for a bid as it now stands.
pub fn receipt(act: Act, bid: &bid::Model, reference: &str) -> Receipt {
    Receipt {
        act,
        bid_id: bid.id,
        reference: reference.to_owned(),
        version: bid.version,
        received_at: bid.received_at,
        digest: bid.digest.clone(),
        weekly_price: bid.weekly_price,
        yearly_price: yearly(bid.weekly_price),
    }
}

/// Weekly × 52.
pub const fn yearly(weekly: Money) -> Money {
    over_weeks(weekly, 52)
}

/// Weekly × this many weeks.
pub const fn over_weeks(weekly: Money, weeks: i32) -> Money {
    Money::from_ten_thousandths(weekly.ten_thousandths().saturating_mul(weeks as i64))
}

/// What bidding looks at.
pub struct Bidding<'a> {
    pub opportunity: &'a opportunity::Model,
    pub provider_id: ProviderId,
    pub standing: Option<Standing>,
    /// Whether the market takes bids with requests to join.
    pub with_request: bool,
    /// The provider's bid so far.
    pub before: Option<&'a bid::Model>,
}

/// What became of a bid that was sent.
pub enum Submitted {
    Received(Box<bid::Model>, Change),
    /// At or after the deadline: irregular, recorded, never opened.
    Late(Change),
}

/// Submits or revises a bid. `documents` are those that its provider keeps, among those that it attaches.
///
/// # Errors
/// Not admitted, or suspended; withdrawn; lines, rates, answers, documents or start date that do not fit.
/// Being late is no error here: it is recorded, and then refused.
pub fn submit(
    facts: &Bidding<'_>,
    by: AccountId,
    new: NewOffer,
    documents: &[document::Model],
    now: Instant,
) -> Result<Submitted, Refusal> {
    let opportunity = facts.opportunity;
    check_may_bid(facts.standing, facts.with_request)?;
    if let Err(refusal) = check_open(opportunity, now) {
        return match refusal.code {
            Code::BidTooLate => Ok(Submitted::Late(Change::new(
                opportunity.id,
                Event::LateBidRefused { received_at: now, closed_at: opportunity.closes_at },
            ))),
            _ => Err(refusal),
        };
    }
    let offer = attachment::offered(new, documents)?;
    check_offer(opportunity, &offer)?;
    let weekly = weekly(opportunity, &offer)?;
    let digest = digest(&offer);
    let bid = bid::Model {
        id: facts.before.map_or_else(BidId::new, |b| b.id),
        opportunity_id: opportunity.id,
        provider_id: facts.provider_id,
        version: facts.before.map_or(1, |b| b.version + 1),
        offer: offer.clone(),
        weekly_price: weekly,
        digest: digest.clone(),
        received_at: now,
        submitted_by: by,
        withdrawn_at: None,
        unsettled_at: None,
    };
    let (bid_id, version) = (bid.id, bid.version);
    let submitted_anew = facts.before.is_none_or(|b| b.withdrawn_at.is_some());
    let counts_anew = facts.before.is_none_or(|b| !counts(b));
    let event = if submitted_anew {
        Event::BidSubmitted { bid_id, version, offer, digest }
    } else {
        Event::BidRevised { bid_id, version, offer, digest }
    };
    let mut change = Change::new(opportunity.id, event).upsert(bid.clone());
    if counts_anew {
        change = change.update(counted(opportunity, 1));
    }
    Ok(Submitted::Received(Box::new(bid), change))
}

/// Takes a bid back before the deadline. It may be submitted again.
///
/// # Errors
/// Closed; no bid stands.
pub fn withdraw(facts: &Bidding<'_>, now: Instant) -> Result<(bid::Model, Change), Refusal> {
    check_open(facts.opportunity, now)?;
    let Some(standing) = facts.before.filter(|b| b.withdrawn_at.is_none()) else {
        return Err(Refusal::new(Code::NoBid, "You have no bid to withdraw."));
    };
    let bid =
        bid::Model { withdrawn_at: Some(now), unsettled_at: None, received_at: now, ..standing.clone() };
    let event = Event::BidWithdrawn { bid_id: bid.id, version: bid.version };
    let mut change = Change::new(facts.opportunity.id, event).update(bid.clone());
    if counts(standing) {
        change = change.update(counted(facts.opportunity, -1));
    }
    Ok((bid, change))
}

/// The provider says that its bid holds for the corrected advert: the same offer, at what it comes to now.
///
/// # Errors
/// Not admitted, or suspended; closed; nothing to confirm; the offer no longer fits, so it is to be revised.
pub fn confirm(facts: &Bidding<'_>, by: AccountId, now: Instant) -> Result<(bid::Model, Change), Refusal> {
    let opportunity = facts.opportunity;
    check_may_bid(facts.standing, facts.with_request)?;
    check_open(opportunity, now)?;
    let before = facts.before.filter(|b| b.withdrawn_at.is_none() && b.unsettled_at.is_some());
    let Some(before) = before else {
        return Err(Refusal::new(Code::NothingToConfirm, "You have no bid here that waits to be confirmed."));
    };
    check_offer(opportunity, &before.offer)?;
    let bid = bid::Model {
        weekly_price: weekly(opportunity, &before.offer)?,
        received_at: now,
        submitted_by: by,
        unsettled_at: None,
        ..before.clone()
    };
    let event = Event::BidConfirmed { bid_id: bid.id, version: bid.version, digest: bid.digest.clone() };
    let change = Change::new(opportunity.id, event).update(bid.clone()).update(counted(opportunity, 1));
    Ok((bid, change))
}

/// Whether a bid is in: not withdrawn, and not waiting to be confirmed after a correction.
const fn counts(bid: &bid::Model) -> bool {
    bid.withdrawn_at.is_none() && bid.unsettled_at.is_none()
}

/// What an offer comes to each week for what is advertised now.
fn weekly(opportunity: &opportunity::Model, offer: &Offer) -> Result<Money, Refusal> {
    let lines = pricing::price_lines(&opportunity.terms.lines, &opportunity.quantities.0, &offer.rates)?;
    pricing::weekly_price(&lines)
        .and_then(Money::rounded)
        .map_err(|why| Refusal::new(Code::RateInvalid, format!("The weekly price {why}.")))
}

fn counted(opportunity: &opportunity::Model, by: i32) -> opportunity::Model {
    opportunity::Model { bids: opportunity.bids + by, ..opportunity.clone() }
}

/// SHA-256 of the offer as stored.
pub(super) fn digest(offer: &Offer) -> String {
    // An offer is strings and numbers, which always serialise.
    let bytes = serde_json::to_vec(offer).unwrap_or_default();
    format!("{:x}", Sha256::digest(bytes))
}

fn check_offer(opportunity: &opportunity::Model, offer: &Offer) -> Result<(), Refusal> {
    let asked = opportunity.terms.criteria.iter().filter(|criterion| !criterion.standing);
    let mut faults = check_answers(asked, &offer.answers).err().map(|r| r.faults).unwrap_or_default();
    if let Some(words) = &offer.exceptionality
        && (words.trim().is_empty() || words.chars().count() > WORDS_MAX)
    {
        faults.push(Fault {
            field: "exceptionality".to_owned(),
            detail: format!(
                "Say in at most {WORDS_MAX} characters why your price is an exception, or leave it out."
            ),
        });
    }
    if offer.starts_on < opportunity.closes_at.london_day() {
        faults.push(Fault {
            field: "starts_on".to_owned(),
            detail: "Enter a start date that is not before the deadline.".to_owned(),
        });
    }
    if offer.starts_on > opportunity.starts_on.plus_days(366) {
        faults.push(Fault {
            field: "starts_on".to_owned(),
            detail: "Enter a start date within a year of the day on which care is wanted.".to_owned(),
        });
    }
    Refusal::of_all(Code::AnswerMissing, faults)?;
    Refusal::of_all(Code::PriceOutsideLimits, round::under_floor(opportunity, offer))?;
    attachment::check(&opportunity.terms.criteria, &offer.attachments)
}
