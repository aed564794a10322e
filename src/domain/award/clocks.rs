//! What is due because of an award, by when, and by which rule: for the board of clocks.

use crate::domain::opportunity::{Stage, stage};
use entity::{direct_award, opportunity, vocabulary::*};

/// Something that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// In words, with its reference.
    pub what: String,
    pub reference: String,
    /// The last day on which it is in time.
    pub due_on: Day,
    /// Where it comes from, in words.
    pub rule: &'static str,
}

/// The review of an urgent award that was approved and not yet reviewed.
pub fn review(of: &direct_award::Model) -> Option<Due> {
    if of.review.is_some() || of.state != AwardState::Approved {
        return None;
    }
    Some(Due {
        what: format!("Review of the urgent award {}", of.reference),
        reference: of.reference.clone(),
        due_on: of.review_due_on?,
        rule: "An urgent award is reviewed afterwards, within the days that the market allows",
    })
}

/// The end of a standstill that runs now, or that a challenge holds up.
pub fn standstill(of: &opportunity::Model, now: Instant) -> Option<Due> {
    let what = match stage(of, now) {
        Stage::Standstill => format!("Standstill of {} ends", of.reference),
        Stage::Challenged => format!("Standstill of {} ends, and a challenge stands", of.reference),
        Stage::Open
        | Stage::Marking
        | Stage::Priced
        | Stage::Recommended
        | Stage::Awarded
        | Stage::Withdrawn
        | Stage::NotAwarded
        | Stage::Unfilled => return None,
    };
    Some(Due {
        what,
        reference: of.reference.clone(),
        due_on: of.standstill_ends_on?,
        rule: "Voluntary standstill, counting the day on which the outcome was told (Procurement Act 2023 s. 51(5))",
    })
}
