//! Shortlisting and recommending.

use super::Evaluated;
use crate::domain::{
    bid::{over_weeks, yearly},
    change::Change,
    enrolment::check_words,
    event::Event,
    inquiry::check_settled,
    opportunity::{Stage, stage},
    record,
    refusal::{Code, Refusal},
    scoring::Admissibility,
};
use entity::{
    award::{self, Shortlist},
    opportunity,
    vocabulary::*,
};

/// What a commissioner recommends.
pub struct Recommending {
    pub bid_id: BidId,
    pub shortlist: Vec<BidId>,
    pub reason: String,
}

/// The commissioner shortlists and recommends; the shortlisted and those who may approve are told.
///
/// # Errors
/// Prices are not open; a recommendation stands already; the bid is not admissible, not first, or not on the
/// shortlist; no reason.
pub fn recommend(
    facts: &Evaluated,
    approvers: &[AccountId],
    by: AccountId,
    wanted: Recommending,
    now: Instant,
) -> Result<Change, Refusal> {
    let opportunity = &facts.opportunity;
    match stage(opportunity, now) {
        Stage::Priced => {}
        Stage::Recommended => {
            return Err(Refusal::new(
                Code::AlreadyRecommended,
                "A recommendation is already waiting for approval.",
            ));
        }
        Stage::Awarded => {
            return Err(Refusal::new(Code::AlreadyAwarded, "This opportunity was awarded."));
        }
        Stage::Open | Stage::Marking | Stage::Withdrawn | Stage::Unfilled => {
            return Err(Refusal::new(
                Code::PricesAreSealed,
                "An award can be recommended only after the prices are opened.",
            ));
        }
    }
    check_settled(&facts.flags, &facts.inquiries)?;
    check_words("reason", &wanted.reason)?;
    let (Some(bidder), Some(ranked)) = (facts.bidder(wanted.bid_id), facts.ranked(wanted.bid_id)) else {
        return Err(Refusal::not_found("bid").at("bid_id"));
    };
    if ranked.status != Admissibility::Admissible {
        return Err(Refusal::new(
            Code::BidInadmissible,
            "This bid is not admissible, so it cannot be awarded.",
        )
        .at("bid_id"));
    }
    if ranked.rank != Some(1) {
        return Err(Refusal::new(Code::NotFirst, "Only the bid that is ranked first can be recommended.")
            .at("bid_id"));
    }
    if !wanted.shortlist.contains(&wanted.bid_id) {
        return Err(Refusal::new(Code::InvalidField, "The bid that you recommend must be on the shortlist.")
            .at("shortlist"));
    }
    for id in &wanted.shortlist {
        let admissible = facts.ranked(*id).is_some_and(|r| r.status == Admissibility::Admissible);
        if !admissible {
            return Err(Refusal::new(
                Code::BidInadmissible,
                "The shortlist may hold only admissible bids of this opportunity.",
            )
            .at("shortlist"));
        }
    }
    // From the result that is kept, like every figure that anybody is told from now on.
    let weekly = ranked.weekly_price;
    let kept = record::keep(opportunity, &facts.evaluation)?;
    let row = award::Model {
        id: AwardId::new(),
        opportunity_id: opportunity.id,
        bid_id: bidder.bid.id,
        provider_id: bidder.bid.provider_id,
        shortlist: Shortlist(wanted.shortlist.clone()),
        reason: wanted.reason.clone(),
        weekly_value: weekly,
        yearly_value: yearly(weekly),
        contract_value: over_weeks(weekly, opportunity.initial_term_weeks),
        recommended_by: by,
        recommended_at: now,
        state: AwardState::Waiting,
        decided_by: None,
        decided_at: None,
        decided_reason: None,
        chain: None,
        evaluation: Some(kept.evaluation),
        evaluation_digest: Some(kept.evaluation_digest.clone()),
        requirement: Some(kept.requirement),
    };
    let event = Event::AwardRecommended {
        award_id: row.id,
        bid_id: row.bid_id,
        shortlist: wanted.shortlist.clone(),
        reason: wanted.reason,
        yearly_value: row.yearly_value,
        contract_value: row.contract_value,
        evaluation_digest: Some(kept.evaluation_digest),
    };
    let recommended = opportunity::Model { award_id: Some(row.id), ..opportunity.clone() };
    let change = Change::new(opportunity.id, event).insert(row).update(recommended).tell(
        LetterKind::ApprovalWanted,
        approvers,
        &facts.context,
    );
    Ok(wanted
        .shortlist
        .iter()
        .filter_map(|id| facts.bidder(*id))
        .fold(change, |change, bidder| change.tell(LetterKind::Shortlisted, &bidder.people, &facts.context)))
}
