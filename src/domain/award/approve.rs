//! Approving a recommendation, or turning it down.

use super::{
    Evaluated, Involved, check_four_eyes,
    lifecycle::{self, Verb},
    outcome::{OutcomeContext, own_result},
    standstill::{ends_on, entered},
};
use crate::domain::{
    approval,
    budget::{self, Held, Warned},
    change::Change,
    delegation,
    enrolment::check_words,
    event::Event,
    refusal::{Code, Refusal},
    scoring::Outcome,
};
use entity::{
    award::{self, Chain},
    contract, opportunity, package,
    vocabulary::*,
};

/// What the approval of an award rests on.
pub struct Approving<'a> {
    pub award: &'a award::Model,
    pub package: &'a package::Model,
    /// The approver's authority that day, for this value.
    pub chain: Chain,
    pub post_title: String,
    /// The ranking of the bids that stand now.
    pub today: &'a Outcome,
    /// The authority's in this market, under their lock.
    pub budgets: &'a [Held],
    /// Whom to warn as they run out.
    pub warned: &'a Warned,
    pub involved: &'a Involved,
    /// The market's standstill, if it has one.
    pub standstill_working_days: Option<u32>,
}

/// The evaluation that was recommended stands as it was kept, but it is approved only while the rank that was
/// recommended holds among the bids that stand now.
pub(in crate::domain) fn check_holds(award: &award::Model, today: &Outcome) -> Result<(), Refusal> {
    let recommended = award.rank.unwrap_or(1);
    match today.bids.iter().find(|ranked| ranked.id == award.bid_id.to_string()) {
        Some(ranked) if ranked.rank.and_then(|rank| i32::try_from(rank).ok()) == Some(recommended) => Ok(()),
        Some(_) if recommended == 1 => Err(Refusal::new(
            Code::NotFirst,
            "Since this was recommended, which bids stand has changed, and another is first: return the \
             recommendation.",
        )),
        Some(_) => Err(Refusal::new(
            Code::RankChanged,
            "Since this was recommended, which bids stand has changed, and with it the rank of this bid: return the \
             recommendation.",
        )),
        None => Err(Refusal::new(
            Code::BidInadmissible,
            "The recommended bid no longer stands: return the recommendation.",
        )),
    }
}

/// What an approval leads to.
pub struct Approved {
    pub contract: contract::Model,
    /// Of the opportunity; and, where nothing keeps it out, of the contract that enters the register.
    pub changes: Vec<Change>,
}

/// Approves: every bidder is told, the cost is committed, and the contract enters the register, at once or when the
/// market's standstill has ended.
///
/// # Errors
/// Decided already; four eyes; the cost does not fit under a cap in a year in which it falls; no reason.
pub fn approve(
    facts: &Evaluated,
    approving: Approving<'_>,
    by: AccountId,
    reason: String,
    now: Instant,
) -> Result<Approved, Refusal> {
    let (award, opportunity) = (approving.award, &facts.opportunity);
    lifecycle::allow(lifecycle::of_opportunity(opportunity, Some(award), now), Verb::Approve)?;
    check_words("reason", &reason)?;
    check_four_eyes(by, approving.package, approving.involved, award)?;
    check_holds(award, approving.today)?;
    let Some(winner) = facts.bidder(award.bid_id) else { return Err(Refusal::not_found("bid")) };
    // The outcome is told today, and the day on which it is told counts.
    let standstill_ends_on = approving.standstill_working_days.map(|days| ends_on(now, days)).transpose()?;
    let contract = contract::Model {
        id: ContractId::new(),
        authority_id: opportunity.authority_id,
        market_id: opportunity.market_id,
        category_id: opportunity.category_id,
        provider_id: award.provider_id,
        package_id: opportunity.package_id,
        route: if lifecycle::is_first(award) { AwardRoute::Competed } else { AwardRoute::NotFirst },
        opportunity_id: Some(opportunity.id),
        award_id: Some(award.id),
        direct_award_id: None,
        reference: format!("{}-C", opportunity.reference),
        starts_on: winner.bid.offer.starts_on,
        initial_term_weeks: opportunity.initial_term_weeks,
        weekly_value: award.weekly_value,
        yearly_value: award.yearly_value,
        initial_term_value: award.contract_value,
        approved_by: by,
        approval_reason: reason.clone(),
        rests_on: approving.chain.clone(),
        awarded_at: now,
        entered_at: standstill_ends_on.is_none().then_some(now),
        ended_on: None,
    };
    let committing = budget::commit(approving.budgets, &contract, approving.warned)?;
    let approved = award::Model {
        state: AwardState::Approved,
        decided_by: Some(by),
        decided_at: Some(now),
        decided_reason: Some(reason.clone()),
        chain: Some(approving.chain),
        ..award.clone()
    };
    let awarded = opportunity::Model { awarded_at: Some(now), standstill_ends_on, ..opportunity.clone() };
    let event = Event::AwardApproved {
        award_id: award.id,
        provider_id: award.provider_id,
        reason,
        standstill_ends_on,
    };
    let mut change = Change::new(opportunity.id, event)
        .update(approved)
        .update(awarded)
        .on_authority(approving.post_title.clone());
    for bidder in &facts.bidders {
        let kind = if bidder.bid.id == award.bid_id { LetterKind::AwardWon } else { LetterKind::OutcomeTold };
        if let Some(result) = own_result(facts, award, bidder.bid.id) {
            let context = OutcomeContext {
                opportunity: facts.context.clone(),
                result: result.figures(),
                standstill_ends: standstill_ends_on.map(Day::in_words),
            };
            change = change.tell(kind, &bidder.people, &context);
        }
    }
    if standstill_ends_on.is_some() {
        // It stands as awarded, so that there is no second, and enters the register when the standstill has ended.
        let (change, warnings) = committing.onto(change.insert(contract.clone()));
        return Ok(Approved { changes: [change].into_iter().chain(warnings).collect(), contract });
    }
    let entered = Change::new(contract.id, entered(&contract))
        .insert(contract.clone())
        .on_authority(approving.post_title);
    let (entered, warnings) = committing.onto(entered);
    Ok(Approved { contract, changes: [change, entered].into_iter().chain(warnings).collect() })
}

/// How a recommendation is turned down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TurnedDown {
    /// Another may be made, whatever its reason.
    Returned,
    /// That route is closed: the opportunity can be recommended anew with a new reason, or withdrawn; no other bid comes
    /// in its place by itself.
    Declined,
}

impl TurnedDown {
    /// As the recommendation stands from then on.
    pub const fn state(self) -> AwardState {
        match self {
            Self::Returned => AwardState::Returned,
            Self::Declined => AwardState::Declined,
        }
    }
}

/// What turning a recommendation down rests on.
pub struct TurningDown<'a> {
    pub how: TurnedDown,
    pub award: &'a award::Model,
    pub package: &'a package::Model,
    pub involved: &'a Involved,
    /// The decider's authority that day, for this value.
    pub authority: delegation::Authority,
}

/// Turns a recommendation down, with a reason.
///
/// # Errors
/// Decided already; four eyes; no reason.
pub fn turn_down(
    facts: &Evaluated,
    down: TurningDown<'_>,
    by: AccountId,
    reason: String,
    now: Instant,
) -> Result<Change, Refusal> {
    let TurningDown { how, award, package, involved, authority } = down;
    let verb = match how {
        TurnedDown::Returned => Verb::Return,
        TurnedDown::Declined => Verb::Decline,
    };
    lifecycle::allow(lifecycle::of_opportunity(&facts.opportunity, Some(award), now), verb)?;
    check_words("reason", &reason)?;
    check_four_eyes(by, package, involved, award)?;
    let decided = award::Model {
        state: how.state(),
        decided_by: Some(by),
        decided_at: Some(now),
        decided_reason: Some(reason.clone()),
        chain: Some(authority.chain),
        ..award.clone()
    };
    let reopened = opportunity::Model { award_id: None, ..facts.opportunity.clone() };
    let award_id = award.id;
    let (event, letter, context) = match how {
        TurnedDown::Returned => {
            (Event::AwardReturned { award_id, reason }, LetterKind::AwardReturned, facts.context.clone())
        }
        TurnedDown::Declined => (
            Event::AwardDeclined { award_id, reason },
            LetterKind::AwardDeclined,
            approval::context(&facts.context, reopened.id),
        ),
    };
    Ok(Change::new(reopened.id, event).update(decided).update(reopened).on_authority(authority.title).tell(
        letter,
        &[award.recommended_by],
        &context,
    ))
}
