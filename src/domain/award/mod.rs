//! Recommending, approving or returning, and telling everybody their outcome at the same time.

mod approve;
pub mod clocks;
pub mod lifecycle;
mod outcome;
mod recommend;
pub mod standstill;

pub use approve::{Approved, Approving, approve, hand_back};
pub use outcome::{BidOutcome, OwnFigures, OwnMark, OwnResult, Winner, own_result};
pub use recommend::{NOT_FIRST_REASON_MIN, PreferenceAnswer, Recommending, recommend};

use super::{
    delegation,
    inquiry::Flag,
    opportunity::OpportunityContext,
    refusal::Refusal,
    scoring::{Evaluation, Outcome, Ranked},
};
use entity::{agreed_mark, award, bid, inquiry, opportunity, package, vocabulary::*};

/// A bid that stands, with who submitted it.
pub struct Bidder {
    pub bid: bid::Model,
    pub provider_name: String,
    /// The provider's people.
    pub people: Vec<AccountId>,
}

/// An evaluated opportunity.
pub struct Evaluated {
    pub opportunity: opportunity::Model,
    pub context: OpportunityContext,
    pub bidders: Vec<Bidder>,
    /// The marks that count.
    pub marks: Vec<agreed_mark::Model>,
    /// Everything that the ranking depends on.
    pub evaluation: Evaluation,
    pub outcome: Outcome,
    /// Prices to settle before an award is recommended, and what was asked and decided of them.
    pub flags: Vec<Flag>,
    pub inquiries: Vec<inquiry::Model>,
}

/// Those whose part in an opportunity keeps them from deciding on its award.
pub struct Involved {
    /// Whoever had a part in its marks.
    pub markers: Vec<AccountId>,
    /// Whoever declared an interest in a bidder.
    pub conflicted: Vec<AccountId>,
}

impl Involved {
    pub fn contains(&self, who: AccountId) -> bool {
        self.markers.contains(&who) || self.conflicted.contains(&who)
    }
}

impl Evaluated {
    pub fn bidder(&self, id: BidId) -> Option<&Bidder> {
        self.bidders.iter().find(|b| b.bid.id == id)
    }

    fn ranked(&self, id: BidId) -> Option<&Ranked> {
        let id = id.to_string();
        self.outcome.bids.iter().find(|r| r.id == id)
    }
}

/// Whoever decides must be somebody else than whoever drafted, marked, declared an interest or recommended.
///
/// # Errors
/// `four_eyes`, saying which.
pub fn check_four_eyes(
    by: AccountId,
    package: &package::Model,
    involved: &Involved,
    award: &award::Model,
) -> Result<(), Refusal> {
    let Involved { markers, conflicted } = involved;
    delegation::check_four_eyes(by, package.drafted_by, markers, conflicted, award.recommended_by)
}
