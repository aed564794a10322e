//! Recommending, approving or returning, and telling everybody their outcome at the same time.

use super::{
    approval,
    bid::{over_weeks, yearly},
    change::Change,
    delegation,
    enrolment::check_words,
    evaluation::{agreed_marks, resolved},
    event::Event,
    inquiry::{Flag, check_settled},
    opportunity::{OpportunityContext, Stage, stage},
    pricing::pounds,
    record,
    refusal::{Code, Refusal},
    scoring::{Admissibility, Evaluation, Outcome, PRICE_MARKS, Ranked},
};
use entity::{
    agreed_mark,
    award::{self, Chain, Shortlist},
    bid, budget,
    category::{self, Formula},
    contract, inquiry, opportunity, package,
    vocabulary::*,
};
use serde::{Deserialize, Serialize};

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
        &approval::context(&facts.context, opportunity.id),
    );
    Ok(wanted
        .shortlist
        .iter()
        .filter_map(|id| facts.bidder(*id))
        .fold(change, |change, bidder| change.tell(LetterKind::Shortlisted, &bidder.people, &facts.context)))
}

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

pub(super) fn waiting(award: &award::Model) -> Result<(), Refusal> {
    match award.state {
        AwardState::Waiting => Ok(()),
        AwardState::Approved => Err(Refusal::new(Code::AlreadyAwarded, "This award was approved already.")),
        AwardState::Returned => {
            Err(Refusal::new(Code::NotRecommended, "This recommendation was returned already."))
        }
        AwardState::Declined => {
            Err(Refusal::new(Code::NotRecommended, "This recommendation was declined already."))
        }
    }
}

/// The evaluation that was recommended stands as it was kept, but it is approved only while its result holds of the
/// bids that stand now.
pub(super) fn check_holds(award: &award::Model, today: &Outcome) -> Result<(), Refusal> {
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
    authority: delegation::Authority,
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
        chain: Some(authority.chain),
        ..award.clone()
    };
    let reopened = opportunity::Model { award_id: None, ..facts.opportunity.clone() };
    let event = Event::AwardReturned { award_id: award.id, reason };
    Ok(Change::new(reopened.id, event).update(returned).update(reopened).on_authority(authority.title).tell(
        LetterKind::AwardReturned,
        &[award.recommended_by],
        &facts.context,
    ))
}

/// How a bid fared, for its provider alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BidOutcome {
    Won,
    NotWon,
    NotAdmissible,
}

/// The mark of one answer, with its reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OwnMark {
    pub criterion_id: String,
    pub name: String,
    pub mark: Score,
    pub mark_max: Mark,
    pub reasons: Vec<String>,
}

/// A provider's own marks and price position.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OwnFigures {
    pub marks: Vec<OwnMark>,
    pub quality: Score,
    pub price: Option<Score>,
    pub total: Option<Score>,
    pub rank: Option<u32>,
    pub weekly_price: Money,
    /// Such as `2nd lowest of 3`.
    pub price_position: String,
}

/// What every bidder is told of the winner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Winner {
    pub provider_name: String,
    pub quality: Score,
    pub price: Option<Score>,
    pub total: Option<Score>,
}

/// The outcome of one bid: on the page and in the letter alike, from the same ranking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OwnResult {
    pub outcome: BidOutcome,
    /// Why it was not admissible, if it was not.
    pub status: Admissibility,
    pub own: OwnFigures,
    pub winner: Winner,
    /// The arithmetic, in words.
    pub explanation: Vec<String>,
}

impl OwnResult {
    /// The same without what people wrote: reasons are read on the site, not in a letter.
    fn figures(mut self) -> Self {
        for mark in &mut self.own.marks {
            mark.reasons.clear();
        }
        self
    }
}

#[derive(Serialize)]
struct OutcomeContext {
    #[serde(flatten)]
    opportunity: OpportunityContext,
    result: OwnResult,
}

/// How this bid fared against the award, or nothing if it did not stand.
pub fn own_result(facts: &Evaluated, award: &award::Model, bid_id: BidId) -> Option<OwnResult> {
    let (ranked, winner) = (facts.ranked(bid_id)?, facts.ranked(award.bid_id)?);
    let agreed = agreed_marks(bid_id, &facts.marks);
    let entry = facts.evaluation.bids().iter().find(|entry| entry.id == ranked.id);
    let counted = |n: usize, criterion: &category::Criterion| match entry.and_then(|e| e.marks.get(n)) {
        Some(mark) => Some(mark.decimal()),
        // A bid that was kept out for its price is no part of the evaluation, but was marked like the others.
        None => agreed.get(&criterion.id).copied(),
    };
    let marks = facts
        .opportunity
        .terms
        .criteria
        .iter()
        .enumerate()
        .map(|(n, criterion)| OwnMark {
            criterion_id: criterion.id.clone(),
            name: criterion.name.clone(),
            mark: counted(n, criterion).and_then(|mark| Score::rounded(mark).ok()).unwrap_or_default(),
            mark_max: criterion.mark_max,
            reasons: facts
                .marks
                .iter()
                .filter(|m| m.bid_id == bid_id && m.criterion_id == criterion.id)
                .map(|m| m.reason.clone())
                .collect(),
        })
        .collect();
    Some(OwnResult {
        outcome: if bid_id == award.bid_id {
            BidOutcome::Won
        } else if ranked.status == Admissibility::Admissible {
            BidOutcome::NotWon
        } else {
            BidOutcome::NotAdmissible
        },
        status: ranked.status,
        own: OwnFigures {
            marks,
            quality: ranked.quality,
            price: ranked.price,
            total: ranked.total,
            rank: ranked.rank,
            weekly_price: ranked.weekly_price,
            price_position: price_position(&facts.outcome, ranked.weekly_price),
        },
        winner: Winner {
            provider_name: facts.bidder(award.bid_id)?.provider_name.clone(),
            quality: winner.quality,
            price: winner.price,
            total: winner.total,
        },
        explanation: explanation_for_provider(facts, ranked),
    })
}

/// The arithmetic without what another bid: where the formula takes the lowest price, that price is not told.
fn explanation_for_provider(facts: &Evaluated, ranked: &Ranked) -> Vec<String> {
    let weight = facts.opportunity.terms.price_weight;
    let how = match resolved(&facts.opportunity) {
        Formula::LowestRelative => format!("{weight} × the lowest admissible weekly price ÷ yours"),
        Formula::PercentOverLowest => {
            format!("{weight} × (1 − the share by which yours is above the lowest admissible weekly price)")
        }
        Formula::ProRataToQualification { qualification } => {
            let q = qualification.map(|q| pounds(q.decimal())).unwrap_or_default();
            format!(
                "{weight} × ({q} − your weekly price) ÷ ({q} − the lowest admissible), from 0 to {weight}"
            )
        }
        Formula::Band { .. }
        | Formula::PricePerQualityPoint
        | Formula::Fixed
        | Formula::Benchmark { .. }
        | Formula::RankedList { .. } => return ranked.explanation.clone(),
    };
    let told = |line: &String| match ranked.price {
        Some(price) if line.starts_with(PRICE_MARKS) => format!("{PRICE_MARKS} {how} = {price}"),
        _ => line.clone(),
    };
    ranked.explanation.iter().map(told).collect()
}

fn price_position(outcome: &Outcome, own: Money) -> String {
    let lower = outcome.bids.iter().filter(|b| b.weekly_price < own).count();
    let equal = outcome.bids.iter().filter(|b| b.weekly_price == own).count();
    let place = match lower + 1 {
        1 => "lowest".to_owned(),
        n => format!("{n}{} lowest", ordinal_ending(n)),
    };
    let shared = if equal > 1 { "equal " } else { "" };
    format!("{shared}{place} of {}", outcome.bids.len())
}

const fn ordinal_ending(n: usize) -> &'static str {
    match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    }
}
