//! What a decision on a recommendation looks at beside the award itself: the whole of a need that was split, what
//! follows from each decision, and what an approver should know without looking for it.

use super::{
    award::{Evaluated, check_holds, lifecycle},
    disclosure::budget::BudgetEffect,
    enrolment::check_words,
    inquiry::Flag,
    opportunity::OpportunityContext,
    package::{leaks, may_publish},
    pricing::pounds,
    refusal::{Code, Refusal},
    scoring::{Admissibility, Outcome},
};
use entity::{award, contract, inquiry, package, vocabulary::*};
use jiff::ToSpan;
use serde::{Deserialize, Serialize};

/// Months over which what one person's packages take from one provider is summed.
pub const NEED_MONTHS: i32 = 12;
/// The most recommendations that are approved at once.
pub const BATCH_MAX: usize = 50;
/// Care that starts within fewer days than this is told of as a risk.
pub const START_DAYS_MIN: i64 = 14;

/// What letters about an approval say: the same as of the opportunity, with a link straight to the decision.
pub fn context(of: &OpportunityContext, id: OpportunityId) -> OpportunityContext {
    OpportunityContext { path: format!("/approvals/{id}"), ..of.clone() }
}

/// A contract that meets part of the same need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NeedPart {
    pub contract_id: ContractId,
    pub reference: String,
    pub yearly_value: Money,
    /// Over its initial term.
    pub contract_value: Money,
    pub awarded_on: Day,
}

/// What a decision must reach to: this award, with what the same person's packages took from the same provider in the
/// year before. So a need is not split to stay under a limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Need {
    /// Awarded before, oldest first.
    pub parts: Vec<NeedPart>,
    /// By the year, with this award.
    pub yearly_value: Money,
    /// Over the initial terms, with this award.
    pub contract_value: Money,
}

impl Need {
    pub fn is_split(&self) -> bool {
        !self.parts.is_empty()
    }
}

/// The sum of a need, by the day of decision, of this award and of the contracts that were entered for others. The year ends with that day: what was awarded on the same day of the year
/// before no longer counts.
pub fn need(package: PackageId, contracts: &[contract::Model], yearly: Money, whole: Money, on: Day) -> Need {
    let counts = |awarded: Day| awarded <= on && awarded.0.saturating_add(NEED_MONTHS.months()) > on.0;
    let parts: Vec<_> = contracts
        .iter()
        .filter(|contract| contract.package_id != package && counts(contract.awarded_at.london_day()))
        .map(|contract| NeedPart {
            contract_id: contract.id,
            reference: contract.reference.clone(),
            yearly_value: contract.yearly_value,
            contract_value: contract.initial_term_value,
            awarded_on: contract.awarded_at.london_day(),
        })
        .collect();
    let sum = |this: Money, part: fn(&NeedPart) -> Money| {
        parts.iter().map(part).fold(this, |sum, one| {
            Money::from_ten_thousandths(sum.ten_thousandths().saturating_add(one.ten_thousandths()))
        })
    };
    let yearly_value = sum(yearly, |part| part.yearly_value);
    let contract_value = sum(whole, |part| part.contract_value);
    Need { parts, yearly_value, contract_value }
}

/// Says beside a refusal that what was looked at is a sum.
#[must_use]
pub fn of_split(mut refusal: Refusal, need: &Need) -> Refusal {
    if need.is_split() && refusal.code == Code::NoAuthority {
        let count = need.parts.len();
        let more = format!(
            " The sum counts {} for the same person with the same provider in the last {NEED_MONTHS} months.",
            if count == 1 { "another contract".to_owned() } else { format!("{count} other contracts") }
        );
        refusal.detail = format!("{}{more}", refusal.detail).into();
    }
    refusal
}

/// What can follow once a recommendation stands like this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It waits: it is approved, returned or declined, and nothing else.
    Decide,
    /// It ended well: nothing more is recommended.
    Nothing,
    /// Another may be made, whatever its reason.
    RecommendAgain,
    /// That route is closed: another needs a reason that was not given before.
    RecommendWithNewReason,
}

/// What follows from the state of a recommendation.
pub const fn next(state: AwardState) -> Next {
    match state {
        AwardState::Waiting => Next::Decide,
        AwardState::Approved | AwardState::SetAside => Next::Nothing,
        AwardState::Returned => Next::RecommendAgain,
        AwardState::Declined => Next::RecommendWithNewReason,
    }
}

/// A recommendation after one that was declined gives a reason that was not given before, whichever bid it is for: what
/// was declined is not simply put to somebody else.
///
/// # Errors
/// `reason_not_new`.
pub fn check_new_reason(earlier: &[award::Model], reason: &str) -> Result<(), Refusal> {
    let plain = |text: &str| {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
            .to_lowercase()
    };
    let declined = earlier.iter().any(|award| next(award.state) == Next::RecommendWithNewReason);
    let said_before = earlier.iter().any(|award| plain(&award.reason) == plain(reason));
    if declined && said_before {
        return Err(Refusal::new(
            Code::ReasonNotNew,
            "A recommendation for this was declined. Say what is new since, or have the opportunity withdrawn.",
        )
        .at("reason"));
    }
    Ok(())
}

/// A reason that anybody may read says nothing by which the person can be found.
///
/// # Errors
/// Too long; `advert_may_identify`, naming what was found.
pub fn check_public_reason(reason: Option<&str>, package: &package::Model) -> Result<(), Refusal> {
    let Some(reason) = reason else { return Ok(()) };
    check_words("public_reason", reason)?;
    // A provider's name may look like a person's: whoever writes it has looked.
    may_publish(&leaks("public_reason", reason), Some("written to be public"))?;
    if reason.to_lowercase().contains(&package.person_reference.to_lowercase()) {
        return Err(Refusal::new(
            Code::AdvertMayIdentify,
            "The public reason holds the person’s case number: leave it out.",
        )
        .at("public_reason"));
    }
    Ok(())
}

/// What about a request is told as a risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RiskKind {
    /// Which bids stand has changed.
    ResultChanged,
    ProviderStanding,
    DeclinedBefore,
    NotFirst,
    PreferenceNotFollowed,
    PriceQuestioned,
    SplitNeed,
    SingleBid,
    StartSoon,
    NearlyAtCap,
}

/// Something that an approver should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Risk {
    pub kind: RiskKind,
    pub words: String,
    /// Whether an approval is refused because of it.
    pub stops: bool,
}

/// What risks are looked for in.
pub struct Looked<'a> {
    pub award: &'a award::Model,
    pub facts: &'a Evaluated,
    /// The ranking of the bids that stand now.
    pub today: &'a Outcome,
    pub provider_name: &'a str,
    pub standing: Option<Standing>,
    pub need: &'a Need,
    pub budget: Option<&'a BudgetEffect>,
    /// Decided before, oldest first.
    pub earlier: &'a [award::Model],
    pub on: Day,
}

/// Everything that an approver should know, what stops the approval first.
pub fn risks(of: &Looked<'_>) -> Vec<Risk> {
    let mut risks = Vec::new();
    let mut say = |kind, stops, words: String| risks.push(Risk { kind, words, stops });
    if let Err(why) = check_holds(of.award, of.today) {
        say(RiskKind::ResultChanged, true, why.detail.into_owned());
    }
    if let Some(budget) = of.budget {
        if !budget.fits {
            say(RiskKind::NearlyAtCap, true, budget.words.clone());
        } else if let Some(level) = budget.closest.warning {
            say(
                RiskKind::NearlyAtCap,
                false,
                format!(
                    "With this, {level} % of what members approved for {} is reached.",
                    budget.closest.over
                ),
            );
        }
    }
    match of.standing {
        Some(Standing::Admitted) => {}
        Some(Standing::Suspended) => {
            say(
                RiskKind::ProviderStanding,
                false,
                format!("{} is suspended from this category.", of.provider_name),
            );
        }
        Some(Standing::NoNewWork) => {
            say(
                RiskKind::ProviderStanding,
                false,
                format!("{} gets no new work in this category for now.", of.provider_name),
            );
        }
        Some(
            Standing::Applied
            | Standing::Clarification
            | Standing::Refused
            | Standing::Removed
            | Standing::Withdrawn,
        )
        | None => {
            say(
                RiskKind::ProviderStanding,
                false,
                format!("{} is not admitted to this category.", of.provider_name),
            );
        }
    }
    for award in of.earlier.iter().filter(|award| award.state == AwardState::Declined) {
        let when = award.decided_at.map(Instant::in_words).unwrap_or_default();
        let why = award.decided_reason.clone().unwrap_or_default();
        say(RiskKind::DeclinedBefore, false, format!("A recommendation was declined on {when}: {why}"));
    }
    if !lifecycle::is_first(of.award) {
        let why = of.award.not_first_reason.as_deref().unwrap_or("no reason is kept");
        say(RiskKind::NotFirst, false, format!("This bid was not ranked first: {why}"));
    }
    if of.award.preference == Some(PreferenceKept::NotFollowed) {
        let why = of.award.preference_reason.as_deref().unwrap_or("no reason is kept");
        say(
            RiskKind::PreferenceNotFollowed,
            false,
            format!("What the person prefers is not followed: {why}"),
        );
    }
    for flag in &of.facts.flags {
        let inquiry = of.facts.inquiries.iter().find(|inquiry| inquiry.bid_id == flag.bid_id);
        say(RiskKind::PriceQuestioned, false, price_words(of, flag, inquiry));
    }
    if of.need.is_split() {
        say(
            RiskKind::SplitNeed,
            false,
            format!(
                "With {} for the same person in the last {NEED_MONTHS} months, the need comes to {} a year with this \
                 provider. Your authority is looked at for that sum.",
                if of.need.parts.len() == 1 {
                    "another contract".to_owned()
                } else {
                    format!("{} other contracts", of.need.parts.len())
                },
                pounds(of.need.yearly_value.decimal())
            ),
        );
    }
    let admissible = of.facts.outcome.bids.iter().filter(|b| b.status == Admissibility::Admissible).count();
    match (of.facts.outcome.bids.len(), admissible) {
        (1, _) => say(
            RiskKind::SingleBid,
            false,
            "There was one bid, so nothing to compare its price with.".to_owned(),
        ),
        (many, 1) => {
            say(RiskKind::SingleBid, false, format!("Of {many} bids one was admissible."));
        }
        _ => {}
    }
    if let Some(winner) = of.facts.bidder(of.award.bid_id) {
        let starts = winner.bid.offer.starts_on;
        if starts < of.on {
            say(
                RiskKind::StartSoon,
                false,
                format!("Care was to start on {}, which has passed.", starts.in_words()),
            );
        } else if starts < of.on.plus_days(START_DAYS_MIN) {
            let days = of.on.0.until(starts.0).map_or(0, |span| span.get_days());
            say(
                RiskKind::StartSoon,
                false,
                match days {
                    0 => "Care is to start today.".to_owned(),
                    1 => "Care is to start tomorrow.".to_owned(),
                    days => format!("Care is to start in {days} days, on {}.", starts.in_words()),
                },
            );
        }
    }
    risks.sort_by_key(|risk| !risk.stops);
    risks
}

fn price_words(of: &Looked<'_>, flag: &Flag, inquiry: Option<&inquiry::Model>) -> String {
    let name = of.facts.bidder(flag.bid_id).map_or("A bidder", |b| b.provider_name.as_str());
    let kind = match flag.kind {
        InquiryKind::Exceptionality => "bid outside the published limits",
        InquiryKind::AbnormallyLow => "has a price that looks abnormally low",
    };
    let decided = match inquiry.map(|inquiry| (inquiry.state, inquiry.reason.as_deref())) {
        Some((InquiryState::Accepted, Some(why))) => format!("It was accepted: {why}"),
        Some((InquiryState::Rejected, Some(why))) => format!("It was rejected: {why}"),
        _ => "It is not decided.".to_owned(),
    };
    format!("{name} {kind}. {decided}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::award::Chain;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn money(text: &str) -> Money {
        text.parse().unwrap()
    }

    fn contract(awarded_at: &str, yearly: &str) -> contract::Model {
        contract::Model {
            id: ContractId::new(),
            authority_id: AuthorityId::new(),
            market_id: MarketId::new(),
            category_id: CategoryId::new(),
            provider_id: ProviderId::new(),
            package_id: PackageId::new(),
            route: AwardRoute::Competed,
            opportunity_id: Some(OpportunityId::new()),
            award_id: Some(AwardId::new()),
            direct_award_id: None,
            reference: "SL-0001-C".to_owned(),
            starts_on: day("2026-01-05"),
            initial_term_weeks: 104,
            weekly_value: money("1000"),
            yearly_value: money(yearly),
            initial_term_value: money("104000"),
            approved_by: AccountId::new(),
            approval_reason: String::new(),
            rests_on: Chain(Vec::new()),
            awarded_at: awarded_at.parse().unwrap(),
            entered_at: Some(awarded_at.parse().unwrap()),
            ended_on: None,
        }
    }

    #[test]
    fn a_need_is_summed_over_the_twelve_months_that_end_with_the_day_of_decision() {
        let sum = |awarded: &str, on: &str| {
            let earlier = [contract(awarded, "40000")];
            need(PackageId::new(), &earlier, money("50000"), money("100000"), day(on)).yearly_value
        };
        assert_eq!(sum("2025-12-08T00:00:00Z", "2026-12-07"), money("90000"), "the first day of the year");
        assert_eq!(sum("2025-12-07T23:59:59Z", "2026-12-07"), money("50000"), "a day too long ago");
        assert_eq!(sum("2026-12-07T08:00:00Z", "2026-12-07"), money("90000"), "the same day");
        // The day is London's: half past eleven in the evening, UTC, is the next day in summer.
        assert_eq!(sum("2026-07-06T23:30:00Z", "2027-07-06"), money("90000"));
        assert_eq!(sum("2026-07-06T22:30:00Z", "2027-07-06"), money("50000"));
        // A year that begins on 29 February ends with the 28th.
        assert_eq!(sum("2028-02-29T09:00:00Z", "2029-02-27"), money("90000"));
        assert_eq!(sum("2028-02-29T09:00:00Z", "2029-02-28"), money("50000"));
    }

    #[test]
    fn the_whole_value_is_summed_too_and_a_need_of_one_part_is_that_part() {
        let alone = need(PackageId::new(), &[], money("50000"), money("100000"), day("2026-12-07"));
        assert!(!alone.is_split());
        assert_eq!((alone.yearly_value, alone.contract_value), (money("50000"), money("100000")));
        let earlier = [contract("2026-03-01T09:00:00Z", "40000"), contract("2026-06-01T09:00:00Z", "0.01")];
        let split = need(PackageId::new(), &earlier, money("50000"), money("100000"), day("2026-12-07"));
        assert_eq!((split.yearly_value, split.contract_value), (money("90000.01"), money("308000")));
        assert_eq!(split.parts.len(), 2);
        // Its own contract is no other part of the need, and what came later was not there yet.
        let own = need(earlier[0].package_id, &earlier, money("50000"), money("100000"), day("2026-03-01"));
        assert!(!own.is_split());
    }

    #[test]
    fn every_state_of_a_recommendation_says_what_can_follow() {
        let all: Vec<_> = AwardState::ALL.iter().map(|state| (state.as_str(), next(*state))).collect();
        assert_eq!(
            all,
            [
                ("waiting", Next::Decide),
                ("approved", Next::Nothing),
                ("returned", Next::RecommendAgain),
                ("declined", Next::RecommendWithNewReason),
                ("set_aside", Next::Nothing),
            ]
        );
    }
}
