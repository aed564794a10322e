//! Every way that a package can go to an award, or to none, and what may be done on it: one total match. The rules ask
//! here first, so that what is printed of it is what holds.

use crate::domain::{
    opportunity::{Stage, stage},
    refusal::{Code, Refusal},
};
use entity::{award, direct_award, direct_payment, opportunity, vocabulary::*};

/// How far a package has come, whichever way it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Drafted,
    Open,
    Unfilled,
    Marking,
    Priced,
    /// The bid that is first is recommended.
    Recommended,
    /// Another is.
    NotFirstRecommended,
    Standstill,
    Challenged,
    /// By competition, with its contract in the register.
    Awarded,
    Withdrawn,
    ChoiceProposed,
    ChoiceAwarded,
    UrgentProposed,
    /// Its review is due.
    UrgentAwarded,
    UrgentConfirmed,
    UrgentEnded,
    DirectPayment,
}

impl State {
    /// Every one of them, in the order of a package's life.
    pub const ALL: [Self; 18] = [
        Self::Drafted,
        Self::Open,
        Self::Unfilled,
        Self::Marking,
        Self::Priced,
        Self::Recommended,
        Self::NotFirstRecommended,
        Self::Standstill,
        Self::Challenged,
        Self::Awarded,
        Self::Withdrawn,
        Self::ChoiceProposed,
        Self::ChoiceAwarded,
        Self::UrgentProposed,
        Self::UrgentAwarded,
        Self::UrgentConfirmed,
        Self::UrgentEnded,
        Self::DirectPayment,
    ];
}

/// What somebody, or the clock, does on the way to an award.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Revise,
    Advertise,
    Withdraw,
    Recommend,
    Approve,
    Return,
    Decline,
    Challenge,
    LiftChallenge,
    /// The clock's: the contract enters the register when the standstill has ended.
    Enter,
    ProposeChoice,
    ProposeUrgent,
    ApproveDirect,
    ReturnDirect,
    Review,
    RecordDirectPayment,
}

impl Verb {
    pub const ALL: [Self; 16] = [
        Self::Revise,
        Self::Advertise,
        Self::Withdraw,
        Self::Recommend,
        Self::Approve,
        Self::Return,
        Self::Decline,
        Self::Challenge,
        Self::LiftChallenge,
        Self::Enter,
        Self::ProposeChoice,
        Self::ProposeUrgent,
        Self::ApproveDirect,
        Self::ReturnDirect,
        Self::Review,
        Self::RecordDirectPayment,
    ];
}

/// What is answered to a verb in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Yes,
    /// By somebody one level above the least who could have.
    LevelUp,
    No(Code, &'static str),
}

/// What is known of the ways that a package goes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ways<'a> {
    pub opportunity: Option<&'a opportunity::Model>,
    /// The recommendation that stands on it.
    pub award: Option<&'a award::Model>,
    /// The direct award that was not returned.
    pub direct: Option<&'a direct_award::Model>,
    pub payment: Option<&'a direct_payment::Model>,
}

/// Where a package stands at this moment.
pub fn state(ways: &Ways<'_>, now: Instant) -> State {
    if ways.payment.is_some() {
        return State::DirectPayment;
    }
    if let Some(direct) = ways.direct {
        let urgent = direct.route == AwardRoute::Urgent;
        match (direct.state, urgent, direct.review) {
            (AwardState::Waiting, false, _) => return State::ChoiceProposed,
            (AwardState::Waiting, true, _) => return State::UrgentProposed,
            (AwardState::Approved, false, _) => return State::ChoiceAwarded,
            (AwardState::Approved, true, None) => return State::UrgentAwarded,
            (AwardState::Approved, true, Some(ReviewOutcome::Confirmed)) => return State::UrgentConfirmed,
            (AwardState::Approved, true, Some(ReviewOutcome::Ended)) => return State::UrgentEnded,
            // A proposal is returned, never declined.
            (AwardState::Returned | AwardState::Declined, _, _) => {}
        }
    }
    let Some(opportunity) = ways.opportunity else { return State::Drafted };
    match stage(opportunity, now) {
        Stage::Open => State::Open,
        Stage::Unfilled => State::Unfilled,
        Stage::Marking => State::Marking,
        Stage::Priced => State::Priced,
        Stage::Recommended if ways.award.is_some_and(|award| !is_first(award)) => State::NotFirstRecommended,
        Stage::Recommended => State::Recommended,
        Stage::Standstill => State::Standstill,
        Stage::Challenged => State::Challenged,
        Stage::Awarded => State::Awarded,
        Stage::Withdrawn => State::Withdrawn,
        Stage::NotAwarded => State::DirectPayment,
    }
}

/// Whether the bid that was recommended was ranked first then.
pub fn is_first(award: &award::Model) -> bool {
    award.rank.is_none_or(|rank| rank == 1)
}

/// The state of an opportunity, with the recommendation that stands on it.
pub fn of_opportunity(opportunity: &opportunity::Model, award: Option<&award::Model>, now: Instant) -> State {
    state(&Ways { opportunity: Some(opportunity), award, ..Ways::default() }, now)
}

/// Whether this may be done now.
///
/// # Errors
/// With the code and the words of the answer.
pub fn allow(state: State, verb: Verb) -> Result<(), Refusal> {
    match answer(state, verb) {
        Answer::Yes | Answer::LevelUp => Ok(()),
        Answer::No(code, words) => Err(Refusal::new(code, words)),
    }
}

const AWARDED: Answer = Answer::No(Code::AlreadyAwarded, "This package is awarded already.");
const NO_AWARD: Answer = Answer::No(
    Code::NoAwardMade,
    "The person chose a Direct Payment, so no award is made: nothing more can be done here.",
);
const WITHDRAWN: Answer = Answer::No(Code::OpportunityWithdrawn, "This opportunity was withdrawn already.");
const OTHERWISE: Answer =
    Answer::No(Code::AwardedOtherwise, "This package goes to a named provider, without being advertised.");
const PROPOSED: Answer = Answer::No(
    Code::AlreadyProposed,
    "An award to a named provider is proposed for this package: have it decided or returned first.",
);
const PUBLISHED: Answer = Answer::No(Code::AlreadyPublished, "This package is already published.");
const ADVERTISED: Answer =
    Answer::No(Code::Advertised, "This package is advertised: withdraw the opportunity first.");
const WAITING: Answer =
    Answer::No(Code::AlreadyRecommended, "An award is waiting for approval: have it returned first.");
const NOT_ADVERTISED: Answer = Answer::No(Code::NothingToAward, "This package is not advertised.");
const NOT_RECOMMENDED: Answer =
    Answer::No(Code::NotRecommended, "No recommendation waits for approval here.");
const NOT_PROPOSED: Answer =
    Answer::No(Code::NotProposed, "No award to a named provider waits for approval here.");
const NO_STANDSTILL: Answer =
    Answer::No(Code::NoStandstill, "No standstill is running here, so there is nothing to stop.");
const NO_REVIEW: Answer = Answer::No(Code::NoReviewDue, "No urgent award is waiting for its review here.");

/// What is answered to a verb in a state. One total match: a new way to an award must be thought about here.
pub const fn answer(state: State, verb: Verb) -> Answer {
    use Answer::Yes;
    use State::*;
    match verb {
        Verb::Revise => match state {
            Drafted => Yes,
            Open | Unfilled | Marking | Priced | Recommended | NotFirstRecommended | Standstill
            | Challenged | Awarded | Withdrawn => Answer::No(
                Code::AlreadyPublished,
                "This package is published: it cannot be changed any more.",
            ),
            ChoiceProposed | UrgentProposed => PROPOSED,
            ChoiceAwarded | UrgentAwarded | UrgentConfirmed | UrgentEnded => AWARDED,
            DirectPayment => NO_AWARD,
        },
        Verb::Advertise => match state {
            Drafted => Yes,
            Open | Unfilled | Marking | Priced | Recommended | NotFirstRecommended | Standstill
            | Challenged | Awarded | Withdrawn => PUBLISHED,
            ChoiceProposed | UrgentProposed => PROPOSED,
            ChoiceAwarded | UrgentAwarded | UrgentConfirmed | UrgentEnded => OTHERWISE,
            DirectPayment => NO_AWARD,
        },
        Verb::Withdraw => match state {
            Open | Unfilled | Marking | Priced => Yes,
            Recommended | NotFirstRecommended => WAITING,
            Standstill | Challenged | Awarded => AWARDED,
            Withdrawn => WITHDRAWN,
            Drafted | ChoiceProposed | ChoiceAwarded | UrgentProposed | UrgentAwarded | UrgentConfirmed
            | UrgentEnded => NOT_ADVERTISED,
            DirectPayment => NO_AWARD,
        },
        Verb::Recommend => match state {
            Priced => Yes,
            Recommended | NotFirstRecommended => {
                Answer::No(Code::AlreadyRecommended, "A recommendation is already waiting for approval.")
            }
            Standstill | Challenged | Awarded => AWARDED,
            Open | Unfilled | Marking | Withdrawn => Answer::No(
                Code::PricesAreSealed,
                "An award can be recommended only after the prices are opened.",
            ),
            Drafted | ChoiceProposed | ChoiceAwarded | UrgentProposed | UrgentAwarded | UrgentConfirmed
            | UrgentEnded => NOT_ADVERTISED,
            DirectPayment => NO_AWARD,
        },
        Verb::Approve | Verb::Return | Verb::Decline => match state {
            Recommended => Yes,
            NotFirstRecommended => Answer::LevelUp,
            Standstill | Challenged | Awarded => AWARDED,
            Drafted | Open | Unfilled | Marking | Priced | Withdrawn | ChoiceProposed | ChoiceAwarded
            | UrgentProposed | UrgentAwarded | UrgentConfirmed | UrgentEnded => NOT_RECOMMENDED,
            DirectPayment => NO_AWARD,
        },
        Verb::Challenge => match state {
            Standstill => Yes,
            Challenged => Answer::No(
                Code::AlreadyChallenged,
                "A challenge stands already: the contract is not entered until it is lifted.",
            ),
            Awarded => {
                Answer::No(Code::NoStandstill, "No standstill is running: the contract is in the register.")
            }
            Drafted | Open | Unfilled | Marking | Priced | Recommended | NotFirstRecommended | Withdrawn
            | ChoiceProposed | ChoiceAwarded | UrgentProposed | UrgentAwarded | UrgentConfirmed
            | UrgentEnded | DirectPayment => NO_STANDSTILL,
        },
        Verb::LiftChallenge => match state {
            Challenged => Yes,
            Drafted | Open | Unfilled | Marking | Priced | Recommended | NotFirstRecommended | Standstill
            | Awarded | Withdrawn | ChoiceProposed | ChoiceAwarded | UrgentProposed | UrgentAwarded
            | UrgentConfirmed | UrgentEnded | DirectPayment => {
                Answer::No(Code::NotChallenged, "No challenge stands here.")
            }
        },
        Verb::Enter => match state {
            // Only when its contract has not been entered yet: the rule looks.
            Awarded => Yes,
            Standstill => Answer::No(Code::NoStandstill, "The standstill is still running."),
            Challenged => Answer::No(Code::AlreadyChallenged, "A challenge stands."),
            Drafted | Open | Unfilled | Marking | Priced | Recommended | NotFirstRecommended | Withdrawn
            | ChoiceProposed | ChoiceAwarded | UrgentProposed | UrgentAwarded | UrgentConfirmed
            | UrgentEnded | DirectPayment => NOT_RECOMMENDED,
        },
        Verb::ProposeChoice | Verb::ProposeUrgent => match state {
            Drafted | Withdrawn => Yes,
            Open | Unfilled | Marking | Priced => ADVERTISED,
            Recommended | NotFirstRecommended => WAITING,
            Standstill | Challenged | Awarded | ChoiceAwarded | UrgentAwarded | UrgentConfirmed
            | UrgentEnded => AWARDED,
            ChoiceProposed | UrgentProposed => PROPOSED,
            DirectPayment => NO_AWARD,
        },
        Verb::ApproveDirect | Verb::ReturnDirect => match state {
            ChoiceProposed | UrgentProposed => Yes,
            ChoiceAwarded | UrgentAwarded | UrgentConfirmed | UrgentEnded => AWARDED,
            Drafted | Open | Unfilled | Marking | Priced | Recommended | NotFirstRecommended | Standstill
            | Challenged | Awarded | Withdrawn => NOT_PROPOSED,
            DirectPayment => NO_AWARD,
        },
        Verb::Review => match state {
            UrgentAwarded => Yes,
            UrgentConfirmed | UrgentEnded => {
                Answer::No(Code::NoReviewDue, "This urgent award was reviewed already.")
            }
            Drafted | Open | Unfilled | Marking | Priced | Recommended | NotFirstRecommended | Standstill
            | Challenged | Awarded | Withdrawn | ChoiceProposed | ChoiceAwarded | UrgentProposed
            | DirectPayment => NO_REVIEW,
        },
        Verb::RecordDirectPayment => match state {
            Drafted | Open | Unfilled | Marking | Priced | Withdrawn => Yes,
            Recommended | NotFirstRecommended => WAITING,
            ChoiceProposed | UrgentProposed => PROPOSED,
            Standstill | Challenged | Awarded | ChoiceAwarded | UrgentAwarded | UrgentConfirmed
            | UrgentEnded => AWARDED,
            DirectPayment => {
                Answer::No(Code::NoAwardMade, "A Direct Payment is recorded for this package already.")
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The whole matrix, as the rules answer. `up`: by somebody one level up.
    #[test]
    fn the_lifecycle_of_an_award_is_as_printed() {
        let mut lines = vec![format!(
            "{:<22}{}",
            "",
            Verb::ALL.map(|verb| format!("{:<22}", format!("{verb:?}"))).concat()
        )];
        for state in State::ALL {
            let cells = Verb::ALL.map(|verb| match answer(state, verb) {
                Answer::Yes => format!("{:<22}", "yes"),
                Answer::LevelUp => format!("{:<22}", "one level up"),
                Answer::No(code, _) => format!("{:<22}", code.as_str()),
            });
            lines.push(format!("{:<22}{}", format!("{state:?}"), cells.concat()));
        }
        let lines: Vec<_> = lines.iter().map(|line| line.trim_end()).collect();
        insta::assert_snapshot!(lines.join("\n"));
    }

    /// Nothing is awarded twice, whichever way it went.
    #[test]
    fn from_an_award_no_verb_leads_to_another() {
        use State::*;
        for state in
            [Standstill, Challenged, Awarded, ChoiceAwarded, UrgentAwarded, UrgentConfirmed, UrgentEnded]
        {
            for verb in [
                Verb::Advertise,
                Verb::Recommend,
                Verb::Approve,
                Verb::ProposeChoice,
                Verb::ProposeUrgent,
                Verb::ApproveDirect,
                Verb::RecordDirectPayment,
            ] {
                assert!(matches!(answer(state, verb), Answer::No(..)), "{state:?} {verb:?}");
            }
        }
    }
}
