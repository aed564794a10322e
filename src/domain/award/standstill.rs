//! Standstill: between telling the outcome and entering the contract. It is voluntary for light touch (PCR 2015
//! reg 86(5)(c); Procurement Act 2023 s. 51(3)), and one that is held is kept: at least 8 working days, counting the
//! day of the notice (s. 51(5)). While it runs, a challenge may be recorded; then the contract waits until it is lifted, or
//! the award is set aside because the challenge was right.

use super::{
    Bidder,
    lifecycle::{self, Verb},
};
use crate::domain::{
    budget::{self, Held},
    calendar,
    change::Change,
    enrolment::check_words,
    event::Event,
    opportunity::OpportunityContext,
    refusal::{Code, Refusal},
};
use entity::{award, challenge, commitment, contract, opportunity, vocabulary::*};

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
        upheld: false,
    };
    let stopped = opportunity::Model { challenged_at: Some(now), ..opportunity.clone() };
    let event = Event::AwardChallenged { challenge_id: row.id, reason };
    Ok(Change::new(opportunity.id, event).insert(row).update(stopped))
}

/// Whoever recommended or approved an award does not say whether a challenge to it is right.
fn check_apart(by: AccountId, award: &award::Model) -> Result<(), Refusal> {
    if by == award.recommended_by || award.decided_by == Some(by) {
        let words =
            "You recommended or approved this award, so another person must decide on the challenge to it.";
        return Err(Refusal::new(Code::FourEyes, words));
    }
    Ok(())
}

/// What deciding on a challenge looks at.
pub struct Challenged<'a> {
    pub opportunity: &'a opportunity::Model,
    pub award: &'a award::Model,
    /// The challenge that stands.
    pub standing: Option<&'a challenge::Model>,
}

impl Challenged<'_> {
    /// The challenge as it stands once it is decided.
    fn decided(
        &self,
        verb: Verb,
        by: AccountId,
        reason: &str,
        now: Instant,
    ) -> Result<challenge::Model, Refusal> {
        lifecycle::allow(lifecycle::of_opportunity(self.opportunity, Some(self.award), now), verb)?;
        check_words("reason", reason)?;
        check_apart(by, self.award)?;
        let Some(standing) = self.standing else {
            return Err(Refusal::new(Code::NotChallenged, "No challenge stands here."));
        };
        Ok(challenge::Model {
            lifted_by: Some(by),
            lifted_at: Some(now),
            lifted_reason: Some(reason.to_owned()),
            upheld: verb == Verb::UpholdChallenge,
            ..standing.clone()
        })
    }
}

/// An officer lifts the challenge that stands. If the standstill has ended meanwhile, the contract can be entered.
///
/// # Errors
/// No challenge stands; four eyes; no reason.
pub fn lift(of: &Challenged<'_>, by: AccountId, reason: String, now: Instant) -> Result<Change, Refusal> {
    let lifted = of.decided(Verb::LiftChallenge, by, &reason, now)?;
    let free = opportunity::Model { challenged_at: None, ..of.opportunity.clone() };
    let event = Event::ChallengeLifted { challenge_id: lifted.id, reason };
    Ok(Change::new(free.id, event).update(lifted).update(free))
}

/// What setting an award aside gives back and whom it tells.
pub struct SettingAside<'a> {
    pub contract: &'a contract::Model,
    /// The authority's in this market, under their lock.
    pub budgets: &'a [Held],
    /// What the contract took of them.
    pub committed: &'a [commitment::Model],
    pub bidders: &'a [Bidder],
    pub context: &'a OpportunityContext,
}

/// An officer upholds the challenge that stands: no contract comes of the award, its money is free again, and everybody
/// who bid is told. The need is met by a new package.
///
/// # Errors
/// No challenge stands; four eyes; no reason.
pub fn uphold(
    of: &Challenged<'_>,
    aside: &SettingAside<'_>,
    by: AccountId,
    reason: String,
    now: Instant,
) -> Result<Change, Refusal> {
    let upheld = of.decided(Verb::UpholdChallenge, by, &reason, now)?;
    let event = Event::AwardSetAside { challenge_id: upheld.id, award_id: of.award.id, reason };
    let award = award::Model { state: AwardState::SetAside, ..of.award.clone() };
    let opportunity =
        opportunity::Model { challenged_at: None, not_awarded_at: Some(now), ..of.opportunity.clone() };
    // It ends before its first day: it costs nothing.
    let before = aside.contract.starts_on.plus_days(-1);
    let contract = contract::Model { ended_on: Some(before), ..aside.contract.clone() };
    let released = budget::release(aside.budgets, &contract, aside.committed);
    let mut change = released
        .onto(Change::new(opportunity.id, event))
        .update(upheld)
        .update(award)
        .update(opportunity)
        .update(contract);
    for bidder in aside.bidders {
        change = change.tell(LetterKind::AwardSetAside, &bidder.people, aside.context);
    }
    Ok(change)
}
