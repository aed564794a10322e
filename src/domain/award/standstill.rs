//! Standstill: between telling the outcome and entering the contract. It is voluntary for light touch (PCR 2015
//! reg 86(5)(c); Procurement Act 2023 s. 51(3)), and one that is held is kept: at least 8 working days, counting the
//! day of the notice (s. 51(5)). While it runs, a challenge may be recorded; then the contract waits until it is lifted.

use super::lifecycle::{self, Verb};
use crate::domain::{
    calendar,
    change::Change,
    enrolment::check_words,
    event::Event,
    opportunity::OpportunityContext,
    refusal::{Code, Refusal},
};
use entity::{challenge, contract, opportunity, vocabulary::*};

/// The last day of a standstill whose outcome is told now.
///
/// # Errors
/// The calendar does not reach so far.
pub fn ends_on(now: Instant, working_days: u32) -> Result<Day, Refusal> {
    calendar::standstill_ends(now.london_day(), working_days)
        .map_err(|why| Refusal::new(Code::DefinitionInvalid, why.to_string()))
}

/// The event of a contract that enters the register.
pub(in crate::domain) fn entered(contract: &contract::Model) -> Event {
    Event::ContractEntered {
        opportunity_id: contract.opportunity_id,
        yearly_value: contract.yearly_value,
        initial_term_value: contract.initial_term_value,
    }
}

/// The clock enters a contract whose standstill has ended; nothing where it is not due.
pub fn enter(
    opportunity: &opportunity::Model,
    contract: &contract::Model,
    winner: &[AccountId],
    context: &OpportunityContext,
    now: Instant,
) -> Option<[Change; 2]> {
    let state = lifecycle::of_opportunity(opportunity, None, now);
    if contract.entered_at.is_some() || lifecycle::allow(state, Verb::Enter).is_err() {
        return None;
    }
    let row = contract::Model { entered_at: Some(now), ..contract.clone() };
    let ended = Change::new(opportunity.id, Event::StandstillEnded).tell(
        LetterKind::ContractEntered,
        winner,
        context,
    );
    Some([ended, Change::new(row.id, entered(&row)).update(row)])
}

/// An officer records a challenge: the contract is not entered until it is lifted.
///
/// # Errors
/// No standstill is running, or it is challenged already; no reason.
pub fn challenge(
    opportunity: &opportunity::Model,
    by: AccountId,
    reason: String,
    now: Instant,
) -> Result<Change, Refusal> {
    lifecycle::allow(lifecycle::of_opportunity(opportunity, None, now), Verb::Challenge)?;
    check_words("reason", &reason)?;
    let row = challenge::Model {
        id: ChallengeId::new(),
        opportunity_id: opportunity.id,
        reason: reason.clone(),
        raised_by: by,
        raised_at: now,
        lifted_by: None,
        lifted_at: None,
        lifted_reason: None,
    };
    let stopped = opportunity::Model { challenged_at: Some(now), ..opportunity.clone() };
    let event = Event::AwardChallenged { challenge_id: row.id, reason };
    Ok(Change::new(opportunity.id, event).insert(row).update(stopped))
}

/// An officer lifts the challenge that stands. If the standstill has ended meanwhile, the contract can be entered.
///
/// # Errors
/// No challenge stands; no reason.
pub fn lift(
    opportunity: &opportunity::Model,
    standing: Option<&challenge::Model>,
    by: AccountId,
    reason: String,
    now: Instant,
) -> Result<Change, Refusal> {
    lifecycle::allow(lifecycle::of_opportunity(opportunity, None, now), Verb::LiftChallenge)?;
    check_words("reason", &reason)?;
    let Some(standing) = standing else {
        return Err(Refusal::new(Code::NotChallenged, "No challenge stands here."));
    };
    let lifted = challenge::Model {
        lifted_by: Some(by),
        lifted_at: Some(now),
        lifted_reason: Some(reason.clone()),
        ..standing.clone()
    };
    let free = opportunity::Model { challenged_at: None, ..opportunity.clone() };
    let event = Event::ChallengeLifted { challenge_id: standing.id, reason };
    Ok(Change::new(opportunity.id, event).update(lifted).update(free))
}
