//! A package as advertised for bids: publishing, interest, closing, withdrawing.

use super::{
    alert::{self, Told},
    award::lifecycle::{self, Verb},
    change::Change,
    enrolment::check_words,
    event::Event,
    market::MarketStage,
    package::{self, Leak},
    refusal::{Code, Refusal},
    round,
};
use entity::{
    alert as alert_row, category, interest, market, opportunity, package as package_row, vocabulary::*,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// The longest that an opportunity may be open, in days.
pub const OPEN_DAYS_MAX: i64 = 183;

/// Where an opportunity stands, derived from what was decided and from the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Bids are taken until the deadline.
    Open,
    /// The deadline has passed; answers are marked blind to price.
    Marking,
    /// Quality is locked and prices are open.
    Priced,
    /// A recommendation waits for approval.
    Recommended,
    /// Approved, and everybody is told; the contract enters the register when the standstill has ended.
    Standstill,
    /// The same, with a challenge that keeps the contract out of the register.
    Challenged,
    /// A challenge was upheld: everybody is told that no contract comes of the award.
    SetAside,
    Awarded,
    Withdrawn,
    /// The person chose another way: no award is made.
    NotAwarded,
    /// The deadline passed without a bid.
    Unfilled,
}

impl Stage {
    /// Whether an award was approved and every bidder told, whatever becomes of its standstill.
    pub const fn is_told(self) -> bool {
        match self {
            Self::Standstill | Self::Challenged | Self::SetAside | Self::Awarded => true,
            Self::Open
            | Self::Marking
            | Self::Priced
            | Self::Recommended
            | Self::Withdrawn
            | Self::NotAwarded
            | Self::Unfilled => false,
        }
    }
}

/// The stage of an opportunity at this moment.
pub fn stage(of: &opportunity::Model, now: Instant) -> Stage {
    if of.withdrawn_at.is_some() {
        Stage::Withdrawn
    } else if of.not_awarded_at.is_some() {
        if of.awarded_at.is_some() { Stage::SetAside } else { Stage::NotAwarded }
    } else if of.awarded_at.is_some() {
        match of.standstill_ends_on {
            Some(_) if of.challenged_at.is_some() => Stage::Challenged,
            // The last day is within it.
            Some(last) if now.london_day() <= last => Stage::Standstill,
            Some(_) | None => Stage::Awarded,
        }
    } else if of.award_id.is_some() {
        Stage::Recommended
    } else if of.prices_opened_at.is_some() {
        Stage::Priced
    } else if !is_over(of, now) {
        Stage::Open
    } else if of.bids == 0 {
        Stage::Unfilled
    } else {
        Stage::Marking
    }
}

/// Whether bidding is over: its deadline has passed, or everybody was told that it has. A clock that is then set back by
/// a moment opens nothing again.
fn is_over(of: &opportunity::Model, now: Instant) -> bool {
    of.closed_at.is_some() || now >= of.closes_at
}

/// What letters about an opportunity say: nothing about the person but the outward code.
#[derive(Clone, Serialize)]
pub struct OpportunityContext {
    pub reference: String,
    pub market: String,
    pub category: String,
    pub outward_code: String,
    /// In words, in London.
    pub closes_at: String,
    /// Path on the site.
    pub path: String,
}

/// SHA-256 of the seed from which a lot would be drawn: published with the advert, so that the seed cannot be
/// chosen once bids are known.
pub fn lot_seed_hash(opportunity: &opportunity::Model) -> String {
    format!("{:x}", Sha256::digest(opportunity.lot_seed.as_bytes()))
}

/// What letters about this opportunity say.
pub fn context(
    opportunity: &opportunity::Model,
    market_name: &str,
    category_name: &str,
) -> OpportunityContext {
    OpportunityContext {
        reference: opportunity.reference.clone(),
        market: market_name.to_owned(),
        category: category_name.to_owned(),
        outward_code: opportunity.outward_code.clone(),
        closes_at: opportunity.closes_at.in_words(),
        path: format!("/opportunities/{}", opportunity.id),
    }
}

/// What publishing looks at.
pub struct Publishing<'a> {
    pub package: &'a package_row::Model,
    pub market: &'a market::Model,
    pub stage: MarketStage,
    pub category: &'a category::Model,
    /// Where the package stands now.
    pub state: lifecycle::State,
    /// The next number in the market.
    pub number: i32,
    pub leaks: &'a [Leak],
    /// Every admitted provider of the category, with its people.
    pub members: &'a [(ProviderId, Vec<AccountId>)],
    /// How these people chose to be told, as far as they did.
    pub alerts: &'a HashMap<AccountId, alert_row::Model>,
    /// Secret until prices open.
    pub lot_seed: String,
    /// Whether a ranking round is to follow the evaluation.
    pub ranking_round: bool,
}

/// Advertises a package to every member of its category, at once (PCR 2015 reg 34(21)).
///
/// # Errors
/// Published before; the market takes no new opportunities; the advert may identify the person; the deadline
/// leaves less than the market's least window; care would start before the deadline; no ranking round can be held.
pub fn publish(
    facts: Publishing<'_>,
    by: AccountId,
    closes_at: Instant,
    leaks_considered: Option<String>,
    now: Instant,
) -> Result<(opportunity::Model, Change), Refusal> {
    lifecycle::allow(facts.state, Verb::Advertise)?;
    match facts.stage {
        MarketStage::Open => {}
        MarketStage::NotOpen => {
            return Err(Refusal::new(Code::MarketNotOpen, "This market is not open yet."));
        }
        MarketStage::Ended => {
            return Err(Refusal::new(
                Code::MarketEnded,
                "This market has ended: it takes no new opportunities.",
            ));
        }
    }
    package::may_publish(facts.leaks, leaks_considered.as_deref())?;
    check_deadline(facts.market, facts.package, closes_at, now)?;
    let package = facts.package;
    let opportunity = opportunity::Model {
        id: OpportunityId::new(),
        package_id: package.id,
        authority_id: package.authority_id,
        market_id: facts.market.id,
        category_id: facts.category.id,
        number: facts.number,
        reference: format!("{}-{:04}", facts.market.terms.reference_prefix, facts.number),
        title: package.title.clone(),
        needs: package.needs.clone(),
        outward_code: package.outward_code.clone(),
        age_band: package.age_band,
        quantities: package.quantities.clone(),
        starts_on: package.starts_on,
        initial_term_weeks: package.initial_term_weeks,
        terms: round::opt_in(&facts.category.terms, &package.quantities.0, facts.ranking_round)?,
        lot_seed: facts.lot_seed,
        published_by: by,
        published_at: now,
        closes_at,
        closed_at: None,
        prices_opened_at: None,
        withdrawn_at: None,
        withdrawn_reason: None,
        award_id: None,
        awarded_at: None,
        standstill_ends_on: None,
        challenged_at: None,
        not_awarded_at: None,
        bids: 0,
    };
    let event = Event::OpportunityPublished {
        closes_at,
        leaks_considered,
        lot_seed_hash: lot_seed_hash(&opportunity),
        told: u32::try_from(facts.members.len()).unwrap_or(u32::MAX),
    };
    let context = context(&opportunity, &facts.market.name, &facts.category.name);
    let mut change = Change::new(opportunity.id, event).insert(opportunity.clone());
    for &person in facts.members.iter().flat_map(|(_, people)| people) {
        let chosen = facts.alerts.get(&person);
        change = match alert::told(chosen, opportunity.category_id, &opportunity.outward_code, now) {
            Told::At(at) => change.tell_at(LetterKind::OpportunityPublished, person, &context, at),
            Told::InDigest(at) => {
                change.tell_at(LetterKind::OpportunityDigest, person, &alert::digest(&context), at)
            }
            Told::OnBoard => change,
        };
    }
    Ok((opportunity, change))
}

fn check_deadline(
    market: &market::Model,
    package: &package_row::Model,
    closes_at: Instant,
    now: Instant,
) -> Result<(), Refusal> {
    let hours = i64::from(market.terms.bidding_window_hours_min);
    let earliest = now.plus_seconds(hours * 3600);
    if closes_at <= now {
        return Err(Refusal::new(Code::DeadlineTooSoon, "The deadline is in the past.").at("closes_at"));
    }
    if closes_at < earliest {
        return Err(Refusal::new(
            Code::DeadlineTooSoon,
            format!(
                "This market leaves providers at least {hours} hours to bid: the deadline can be {} at the earliest.",
                earliest.in_words()
            ),
        )
        .at("closes_at"));
    }
    if closes_at > now.plus_seconds(OPEN_DAYS_MAX * 86_400) {
        return Err(Refusal::new(
            Code::InvalidField,
            format!("The deadline is more than {OPEN_DAYS_MAX} days away."),
        )
        .at("closes_at"));
    }
    if package.starts_on < closes_at.london_day() {
        return Err(Refusal::new(
            Code::StartTooSoon,
            format!(
                "Care is to start on {}, before the deadline: change one or the other.",
                package.starts_on.in_words()
            ),
        )
        .at("closes_at"));
    }
    Ok(())
}

/// Whether a provider may bid in an opportunity's category: admitted, or with a request that waits where the market
/// takes bids with requests.
///
/// # Errors
/// `suspended` or `not_admitted`.
pub fn check_may_bid(standing: Option<Standing>, with_request: bool) -> Result<(), Refusal> {
    match standing {
        Some(Standing::Admitted) => Ok(()),
        Some(Standing::Applied | Standing::Clarification) if with_request => Ok(()),
        Some(Standing::Suspended) => Err(Refusal::new(
            Code::Suspended,
            "You are suspended from this category, so you cannot bid. A bid that you submitted before is kept sealed.",
        )),
        Some(Standing::NoNewWork) => Err(Refusal::new(
            Code::NoNewWork,
            "You get no new work in this category for now, so you cannot bid. A bid that you submitted before is kept \
             sealed. The page of your standing says what to do.",
        )),
        Some(
            Standing::Applied
            | Standing::Clarification
            | Standing::Refused
            | Standing::Removed
            | Standing::Withdrawn,
        )
        | None => Err(Refusal::new(
            Code::NotAdmitted,
            "You are not admitted to this category, so you cannot bid in it.",
        )),
    }
}

/// Bids and interest are taken until the deadline, by the server's clock.
///
/// # Errors
/// `opportunity_withdrawn`, or `bid_too_late` from the deadline on, to the millisecond.
pub fn check_open(opportunity: &opportunity::Model, now: Instant) -> Result<(), Refusal> {
    if opportunity.withdrawn_at.is_some() {
        return Err(Refusal::new(Code::OpportunityWithdrawn, "This opportunity was withdrawn."));
    }
    if opportunity.not_awarded_at.is_some() {
        return Err(Refusal::new(Code::NoAwardMade, "No award is made of this opportunity: it is closed."));
    }
    if is_over(opportunity, now) {
        return Err(Refusal::new(
            Code::BidTooLate,
            format!("Bidding closed at {}.", opportunity.closes_at.in_words()),
        ));
    }
    Ok(())
}

/// A provider says that it has seen the opportunity, will bid, or cannot.
///
/// # Errors
/// Not a member; closed; `cannot_bid` without a reason; a step back to `seen`.
pub fn declare_interest(
    opportunity: &opportunity::Model,
    provider_id: ProviderId,
    (standing, with_request): (Option<Standing>, bool),
    before: Option<&interest::Model>,
    kind: InterestKind,
    (reason, because): (Option<String>, Option<CannotReason>),
    now: Instant,
) -> Result<Option<Change>, Refusal> {
    check_may_bid(standing, with_request)?;
    // Opening the page again is no news, and tells nothing new.
    if kind == InterestKind::Seen && before.is_some() {
        return Ok(None);
    }
    check_open(opportunity, now)?;
    let (reason, because) = match kind {
        InterestKind::CannotBid => {
            let reason = reason.unwrap_or_default();
            check_words("reason", &reason)?;
            (Some(reason), because)
        }
        InterestKind::Seen | InterestKind::WillBid => (None, None),
    };
    if before.is_some_and(|b| b.kind == kind && b.reason == reason && b.because == because) {
        return Ok(None);
    }
    let row = interest::Model {
        opportunity_id: opportunity.id,
        provider_id,
        kind,
        reason: reason.clone(),
        because,
        at: now,
    };
    let event = Event::InterestDeclared { interest: kind, reason, because };
    Ok(Some(Change::new(opportunity.id, event).upsert(row)))
}

/// The clock tells everybody that bidding has closed. Nothing depends on it: the deadline alone decides.
pub fn close(opportunity: &opportunity::Model, now: Instant) -> Option<Change> {
    let over = opportunity.withdrawn_at.is_some() || opportunity.not_awarded_at.is_some();
    let due = opportunity.closed_at.is_none() && !over && now >= opportunity.closes_at;
    due.then(|| {
        let closed = opportunity::Model { closed_at: Some(now), ..opportunity.clone() };
        Change::new(closed.id, Event::BiddingClosed { bids: closed.bids }).update(closed)
    })
}

/// Takes an opportunity back, for every provider at once, with a reason.
///
/// # Errors
/// It was awarded or withdrawn; no reason is given.
pub fn withdraw(
    opportunity: &opportunity::Model,
    members: &[(ProviderId, Vec<AccountId>)],
    context: &OpportunityContext,
    reason: String,
    now: Instant,
) -> Result<Change, Refusal> {
    check_words("reason", &reason)?;
    lifecycle::allow(lifecycle::of_opportunity(opportunity, None, now), Verb::Withdraw)?;
    let withdrawn = opportunity::Model {
        withdrawn_at: Some(now),
        withdrawn_reason: Some(reason.clone()),
        ..opportunity.clone()
    };
    let change = Change::new(withdrawn.id, Event::OpportunityWithdrawn { reason }).update(withdrawn);
    Ok(members
        .iter()
        .fold(change, |change, (_, people)| change.tell(LetterKind::OpportunityWithdrawn, people, context)))
}

/// An opportunity for tests of what is done with one: advertised and closing at these instants.
#[cfg(test)]
pub(crate) fn example(published_at: Instant, closes_at: Instant) -> opportunity::Model {
    opportunity::Model {
        id: OpportunityId::new(),
        package_id: PackageId::new(),
        authority_id: AuthorityId::new(),
        market_id: MarketId::new(),
        category_id: CategoryId::new(),
        number: 7,
        reference: "EX-0007".to_owned(),
        title: "Support at home".to_owned(),
        needs: "Help with cooking.".to_owned(),
        outward_code: "ST16".to_owned(),
        age_band: AgeBand::From25To39,
        quantities: entity::offer::Quantities::default(),
        starts_on: closes_at.london_day().plus_days(30),
        initial_term_weeks: 52,
        terms: category::CategoryTerms {
            needs: String::new(),
            lines: Vec::new(),
            criteria: Vec::new(),
            quality_weight: Weight::ZERO,
            price_weight: Weight::ZERO,
            formula: category::Formula::Fixed,
            quality_gate: None,
            weekly_floor: None,
            weekly_ceiling: None,
            abnormally_low: None,
            tie_break: Vec::new(),
            evaluators: 1,
            round: None,
        },
        lot_seed: String::new(),
        published_by: AccountId::new(),
        published_at,
        closes_at,
        closed_at: None,
        prices_opened_at: None,
        withdrawn_at: None,
        withdrawn_reason: None,
        award_id: None,
        awarded_at: None,
        standstill_ends_on: None,
        challenged_at: None,
        not_awarded_at: None,
        bids: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_was_told_is_closed_stays_closed_when_the_clock_is_set_back() {
        let deadline: Instant = "2026-12-07T13:00:00Z".parse().unwrap();
        let open = example(deadline.plus_seconds(-4 * 3600), deadline);
        let before = deadline.plus_milliseconds(-1);
        assert!(check_open(&open, before).is_ok());
        assert_eq!(stage(&open, before), Stage::Open);
        assert_eq!(check_open(&open, deadline).unwrap_err().code, Code::BidTooLate);
        assert!(close(&open, before).is_none());
        let told = opportunity::Model { closed_at: Some(deadline), ..open };
        assert_eq!(check_open(&told, before).unwrap_err().code, Code::BidTooLate);
        assert_eq!(stage(&told, before), Stage::Unfilled);
        assert!(close(&told, deadline).is_none());
    }
}
