//! Questions about prices: for officers with their grounds, for the provider asked without what other bids cost.

use crate::domain::inquiry::Flag;
use entity::{inquiry, vocabulary::*};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A price that must be settled before an award can be recommended, for officers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PriceFlag {
    pub bid_id: BidId,
    pub provider_name: String,
    pub kind: InquiryKind,
    /// With their arithmetic.
    pub grounds: Vec<String>,
    /// What was asked, answered and decided, if the provider was asked or gave its reason with the bid.
    pub inquiry: Option<Inquiry>,
}

/// An inquiry into a price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Inquiry {
    pub state: InquiryState,
    /// Nothing where the provider gave its reason with the bid.
    pub question: Option<String>,
    pub asked_by: Option<String>,
    pub asked_at: Instant,
    pub answer_by: Option<Instant>,
    pub answer: Option<String>,
    pub answered_at: Option<Instant>,
    pub decided_by: Option<String>,
    pub decided_at: Option<Instant>,
    pub reason: Option<String>,
}

/// The same for the provider asked: officers are not named, nor what others bid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OwnInquiry {
    pub kind: InquiryKind,
    /// In words that tell of no other price.
    pub grounds: Vec<String>,
    pub state: InquiryState,
    pub question: Option<String>,
    pub asked_at: Instant,
    pub answer_by: Option<Instant>,
    pub answer: Option<String>,
    pub answered_at: Option<Instant>,
    pub decided_at: Option<Instant>,
    pub reason: Option<String>,
    pub may_answer: bool,
}

pub fn flag(
    flag: Flag,
    inquiry: Option<&inquiry::Model>,
    provider_name: String,
    people: &HashMap<AccountId, String>,
) -> PriceFlag {
    let name = |id: Option<AccountId>| id.and_then(|id| people.get(&id).cloned());
    PriceFlag {
        bid_id: flag.bid_id,
        provider_name,
        kind: flag.kind,
        grounds: flag.grounds.into_iter().map(|ground| ground.words).collect(),
        inquiry: inquiry.map(|i| Inquiry {
            state: i.state,
            question: i.question.clone(),
            asked_by: name(i.asked_by),
            asked_at: i.asked_at,
            answer_by: i.answer_by,
            answer: i.answer.clone(),
            answered_at: i.answered_at,
            decided_by: name(i.decided_by),
            decided_at: i.decided_at,
            reason: i.reason.clone(),
        }),
    }
}

pub fn own(inquiry: &inquiry::Model, now: Instant) -> OwnInquiry {
    let words = |kind: GroundKind, words: &str| match kind {
        // These look at this bid and at what was published.
        GroundKind::BelowFloor | GroundKind::AboveCeiling | GroundKind::BelowEmploymentCost => {
            words.to_owned()
        }
        GroundKind::UnderMedian => "Your price is well under those of the other bids.".to_owned(),
    };
    OwnInquiry {
        kind: inquiry.kind,
        grounds: inquiry.grounds.0.iter().map(|ground| words(ground.kind, &ground.words)).collect(),
        state: inquiry.state,
        question: inquiry.question.clone(),
        asked_at: inquiry.asked_at,
        answer_by: inquiry.answer_by,
        answer: inquiry.answer.clone(),
        answered_at: inquiry.answered_at,
        decided_at: inquiry.decided_at,
        reason: inquiry.reason.clone(),
        may_answer: inquiry.state == InquiryState::Asked && inquiry.answer_by.is_some_and(|by| now < by),
    }
}
