//! Recommending, approving or returning, and telling everybody their outcome at the same time.

mod approve;
mod difference;
pub mod lifecycle;
mod outcome;
mod recommend;
pub mod standstill;

pub(super) use approve::check_holds;
pub use approve::{Approved, Approving, TurnedDown, TurningDown, approve, turn_down};
pub use difference::{Difference, MarkWanted, PriceWanted, difference, least_weekly};
pub use outcome::{BidOutcome, OwnFigures, OwnMark, OwnResult, Winner, own_result};
pub use recommend::{NOT_FIRST_REASON_MIN, PreferenceAnswer, Recommending, recommend};

use super::{
    delegation,
    inquiry::Flag,
    opportunity::OpportunityContext,
    refusal::{Code, Refusal},
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
#[derive(Clone, Debug, Default)]
pub struct Involved {
    /// Whoever had a part in its marks.
    pub markers: Vec<AccountId>,
    /// Whoever opened its prices.
    pub openers: Vec<AccountId>,
    /// Whoever declared an interest in a bidder.
    pub conflicted: Vec<AccountId>,
    /// Whose register of interests names the provider that is to have the award.
    pub interested: Vec<AccountId>,
}

impl Involved {
    pub fn contains(&self, who: AccountId) -> bool {
        [&self.markers, &self.openers, &self.conflicted, &self.interested]
            .iter()
            .any(|all| all.contains(&who))
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

/// Whoever decides must be somebody else than whoever drafted, marked, opened prices, has an interest or recommended.
///
/// # Errors
/// `interest_in_provider`; `four_eyes`, saying which.
pub fn check_four_eyes(
    by: AccountId,
    package: &package::Model,
    involved: &Involved,
    award: &award::Model,
) -> Result<(), Refusal> {
    if involved.interested.contains(&by) {
        return Err(Refusal::new(
            Code::InterestInProvider,
            "Your register of interests names the provider, so another person must decide.",
        ));
    }
    let parts = delegation::Parts {
        drafted_by: package.drafted_by,
        markers: &involved.markers,
        openers: &involved.openers,
        conflicted: &involved.conflicted,
        recommended_by: award.recommended_by,
    };
    delegation::check_four_eyes(by, &parts)
}
