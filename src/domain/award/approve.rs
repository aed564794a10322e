//! Approving a recommendation, or sending it back.

use super::{
    Evaluated, Involved, check_four_eyes,
    outcome::{OutcomeContext, own_result},
    waiting,
};
use crate::domain::{
    change::Change,
    delegation,
    enrolment::check_words,
    event::Event,
    refusal::{Code, Refusal},
    scoring::Outcome,
};
use entity::{
    award::{self, Chain},
    budget, contract, opportunity, package,
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
    /// Under its lock.
    pub budget: Option<&'a budget::Model>,
    pub involved: &'a Involved,
}

/// The evaluation that was recommended stands as it was kept, but it is approved only while its result holds of the
/// bids that stand now.
fn check_holds(award: &award::Model, today: &Outcome) -> Result<(), Refusal> {
    match today.bids.iter().find(|ranked| ranked.id == award.bid_id.to_string()) {
        Some(ranked) if ranked.rank == Some(1) => Ok(()),
        Some(_) => Err(Refusal::new(
            Code::NotFirst,
            "Since this was recommended, which bids stand has changed, and another is first: return the \
             recommendation.",
        )),
        None => Err(Refusal::new(
            Code::BidInadmissible,
            "The recommended bid no longer stands: return the recommendation.",
        )),
    }
}

/// Approves: the contract enters the register, its cost is committed, and every bidder is told.
///
/// # Errors
/// Decided already; four eyes; the yearly value does not fit under the cap; no reason.
pub fn approve(
    facts: &Evaluated,
    approving: Approving<'_>,
    by: AccountId,
    reason: String,
    now: Instant,
) -> Result<(contract::Model, [Change; 2]), Refusal> {
    let (award, opportunity) = (approving.award, &facts.opportunity);
    waiting(award)?;
    check_words("reason", &reason)?;
    check_four_eyes(by, approving.package, approving.involved, award)?;
    let committed = match approving.budget {
        None => None,
        Some(budget) => {
            delegation::check_cap(budget.committed_yearly, award.yearly_value, budget.cap_yearly)?;
            let sum = budget.committed_yearly.ten_thousandths() + award.yearly_value.ten_thousandths();
            Some(budget::Model { committed_yearly: Money::from_ten_thousandths(sum), ..budget.clone() })
        }
    };
    check_holds(award, approving.today)?;
    let Some(winner) = facts.bidder(award.bid_id) else { return Err(Refusal::not_found("bid")) };
    let contract = contract::Model {
        id: ContractId::new(),
        authority_id: opportunity.authority_id,
        market_id: opportunity.market_id,
        category_id: opportunity.category_id,
        provider_id: award.provider_id,
        opportunity_id: opportunity.id,
        award_id: award.id,
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
    };
    let approved = award::Model {
        state: AwardState::Approved,
        decided_by: Some(by),
        decided_at: Some(now),
        decided_reason: Some(reason.clone()),
        chain: Some(approving.chain),
        ..award.clone()
    };
    let awarded = opportunity::Model { awarded_at: Some(now), ..opportunity.clone() };
    let event = Event::AwardApproved { award_id: award.id, provider_id: award.provider_id, reason };
    let mut change = Change::new(opportunity.id, event)
        .update(approved)
        .update(awarded)
        .on_authority(approving.post_title.clone());
    if let Some(budget) = committed {
        change = change.update(budget);
    }
    for bidder in &facts.bidders {
        let kind = if bidder.bid.id == award.bid_id { LetterKind::AwardWon } else { LetterKind::OutcomeTold };
        if let Some(result) = own_result(facts, award, bidder.bid.id) {
            let context = OutcomeContext { opportunity: facts.context.clone(), result: result.figures() };
            change = change.tell(kind, &bidder.people, &context);
        }
    }
    let entered = Event::ContractEntered {
        opportunity_id: opportunity.id,
        yearly_value: contract.yearly_value,
        initial_term_value: contract.initial_term_value,
    };
    let entered =
        Change::new(contract.id, entered).insert(contract.clone()).on_authority(approving.post_title);
    Ok((contract, [change, entered]))
}

/// Sends a recommendation back with a reason; another may be made.
///
/// # Errors
/// Decided already; four eyes; no reason.
pub fn hand_back(
    facts: &Evaluated,
    award: &award::Model,
    package: &package::Model,
    involved: &Involved,
    post_title: String,
    by: AccountId,
    reason: String,
    now: Instant,
) -> Result<Change, Refusal> {
    waiting(award)?;
    check_words("reason", &reason)?;
    check_four_eyes(by, package, involved, award)?;
    let returned = award::Model {
        state: AwardState::Returned,
        decided_by: Some(by),
        decided_at: Some(now),
        decided_reason: Some(reason.clone()),
        ..award.clone()
    };
    let reopened = opportunity::Model { award_id: None, ..facts.opportunity.clone() };
    let event = Event::AwardReturned { award_id: award.id, reason };
    Ok(Change::new(reopened.id, event).update(returned).update(reopened).on_authority(post_title).tell(
        LetterKind::AwardReturned,
        &[award.recommended_by],
        &facts.context,
    ))
}
