//! An award to a named provider, without bids: to the one that the person chose, or an urgent one for a short time.
//!
//! User choice (Procurement Act 2023 s. 41 and Sch. 5 paras 15–17): the person's preference is recorded, the award is in
//! their best interests, and the provider is not excluded. Under the Regulations of 2015 a council has its own recorded
//! basis, which is kept with the award. Urgent: care must begin before the ordinary way can end; the award is short, and
//! somebody else than who approved it reviews it afterwards.

use super::{
    award::{
        lifecycle::{self, State, Verb},
        standstill::entered,
    },
    bid::{over_weeks, yearly},
    budget::{self, Held, Warned},
    change::Change,
    chase, delegation,
    enrolment::check_words,
    event::Event,
    inquiry::crossed,
    market::MarketStage,
    pricing,
    refusal::{Code, Fault, Refusal},
};
use entity::{
    award::Chain,
    category, commitment, contract,
    direct_award::{self, Rates},
    market::{self, MarketTerms},
    offer::LineRate,
    package,
    vocabulary::*,
};
use serde::{Deserialize, Serialize};

/// The longest urgent award in weeks, where the market says nothing else.
pub const URGENT_WEEKS_MAX: u32 = 12;

/// Within how many days an urgent award is reviewed, where the market says nothing else.
pub const URGENT_REVIEW_DAYS: u32 = 28;

/// How far before today care may have begun under an urgent award that is proposed now, in days.
pub const URGENT_BEGUN_DAYS_MAX: i64 = 7;

/// The furthest ahead that a direct award may begin, in days.
pub const BEGINS_DAYS_MAX: i64 = 366;

/// The longest term of a direct award, in weeks: as of a package.
pub const TERM_WEEKS_MAX: i32 = 520;

/// What an officer proposes.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDirectAward {
    /// `user_choice` or `urgent`.
    pub route: AwardRoute,
    pub provider_id: ProviderId,
    /// Why it is in the person's best interests, or why it cannot wait.
    pub reason: String,
    /// The council's recorded basis, where the law under which the market stands has none of its own.
    #[serde(default)]
    pub basis: Option<String>,
    /// What was checked of the grounds for exclusion.
    pub exclusion_check: String,
    /// Why a provider that is not admitted may still be used.
    #[serde(default)]
    pub standing_reason: Option<String>,
    pub rates: Vec<LineRate>,
    pub starts_on: Day,
    pub term_weeks: i32,
}

/// What proposing looks at.
pub struct Proposing<'a> {
    pub package: &'a package::Model,
    pub state: State,
    pub market: &'a market::Model,
    pub stage: MarketStage,
    pub category: &'a category::Model,
    /// The provider's standing in the category.
    pub standing: Option<Standing>,
    /// The next number of a direct award in the market.
    pub number: i32,
    pub now: Instant,
}

/// The longest urgent award in this market, in weeks.
pub fn urgent_weeks_max(of: &market::Model) -> u32 {
    of.terms.urgent_weeks_max.unwrap_or(URGENT_WEEKS_MAX)
}

/// Within how many days an urgent award of this market is reviewed.
pub fn urgent_review_days(of: &market::Model) -> u32 {
    of.terms.urgent_review_days.unwrap_or(URGENT_REVIEW_DAYS)
}

/// The law's own basis for a direct award of this kind, where it has one.
pub const fn basis_in_law(regime: Regime, route: AwardRoute) -> Option<&'static str> {
    match (regime, route) {
        (Regime::Pa23DynamicMarket | Regime::Pa23LightTouchFramework, AwardRoute::UserChoice) => {
            Some("User choice contract (Procurement Act 2023 s. 41 and Sch. 5 paras 15–17)")
        }
        (Regime::Pa23DynamicMarket | Regime::Pa23LightTouchFramework, AwardRoute::Urgent) => {
            Some("Urgency (Procurement Act 2023 s. 41 and Sch. 5 para 13)")
        }
        (
            Regime::Pa23DynamicMarket
            | Regime::Pa23LightTouchFramework
            | Regime::PcrLtrDps
            | Regime::PcrDps
            | Regime::PcrFramework
            | Regime::SingleContract,
            _,
        ) => None,
    }
}

/// Whether a provider of this standing may be used, and the reason that is kept with it.
///
/// # Errors
/// It is suspended or refused; it is not admitted, and nothing says why it may be used; an urgent award to one that is
/// not admitted.
fn check_provider(
    standing: Option<Standing>,
    route: AwardRoute,
    reason: Option<String>,
) -> Result<Option<String>, Refusal> {
    let excluded = |words: &'static str| Err(Refusal::new(Code::ProviderExcluded, words).at("provider_id"));
    let reason = reason.filter(|words| !words.trim().is_empty());
    match (standing, route) {
        (Some(Standing::Suspended), _) => excluded(
            "This provider is suspended from the category, so no award can go to it. A person who wants it all the same \
             may take a Direct Payment.",
        ),
        (Some(Standing::NoNewWork), _) => excluded(
            "This provider gets no new work in the category for now, so no award can go to it. A person who wants it all \
             the same may take a Direct Payment.",
        ),
        (Some(Standing::Removed), _) => excluded(
            "This provider was removed from the category, so no award can go to it. A person who wants it all the same \
             may take a Direct Payment.",
        ),
        (Some(Standing::Refused), _) => excluded(
            "This provider was refused admission to the category, so no award can go to it. A person who wants it all \
             the same may take a Direct Payment.",
        ),
        (Some(Standing::Admitted), _) => match reason {
            None => Ok(None),
            Some(_) => Err(Refusal::new(
                Code::InvalidField,
                "This provider is admitted: leave out why it may be used.",
            )
            .at("standing_reason")),
        },
        (
            Some(Standing::Applied | Standing::Clarification | Standing::Withdrawn) | None,
            AwardRoute::Urgent,
        ) => excluded(
            "An urgent award goes to an admitted provider, whose evidence was looked at before: choose one that is \
             admitted.",
        ),
        (Some(Standing::Applied | Standing::Clarification | Standing::Withdrawn) | None, _) => match reason {
            Some(words) => {
                check_words("standing_reason", &words)?;
                Ok(Some(words))
            }
            None => Err(Refusal::new(
                Code::StandingReasonMissing,
                "This provider is not admitted to the category: record why it may still be used.",
            )
            .at("standing_reason")),
        },
    }
}

/// An officer proposes an award to a named provider; those who may approve it are told.
///
/// # Errors
/// The package goes another way; the market has ended; a field that cannot be; the provider may not be used; rates
/// outside the published limits; a term that is too long; for user choice, no preference on record.
pub fn propose(
    facts: &Proposing<'_>,
    approvers: impl FnOnce(&direct_award::Model) -> Vec<AccountId>,
    by: AccountId,
    new: NewDirectAward,
) -> Result<(direct_award::Model, Change), Refusal> {
    let (package, now) = (facts.package, facts.now);
    let verb = match new.route {
        AwardRoute::UserChoice => Verb::ProposeChoice,
        AwardRoute::Urgent => Verb::ProposeUrgent,
        AwardRoute::Competed | AwardRoute::NotFirst => {
            return Err(Refusal::new(
                Code::InvalidField,
                "An award without bids is either the person’s choice or urgent.",
            )
            .at("route"));
        }
    };
    lifecycle::allow(facts.state, verb)?;
    match facts.stage {
        MarketStage::Open => {}
        MarketStage::NotOpen => {
            return Err(Refusal::new(Code::MarketNotOpen, "This market is not open yet."));
        }
        MarketStage::Ended => {
            return Err(Refusal::new(Code::MarketEnded, "This market has ended: it takes no new awards."));
        }
    }
    let preference = package.preference.clone().filter(|words| !words.trim().is_empty());
    if new.route == AwardRoute::UserChoice && preference.is_none() {
        return Err(Refusal::new(
            Code::PreferenceMissing,
            "Record in the package what the person prefers, before an award rests on it.",
        ));
    }
    check_words("reason", &new.reason)?;
    check_words("exclusion_check", &new.exclusion_check)?;
    let standing_reason = check_provider(facts.standing, new.route, new.standing_reason.clone())?;
    let basis = check_basis(facts.market.regime, new.route, new.basis.clone())?;
    check_term(facts, &new)?;
    let lines = pricing::price_lines(&facts.category.terms.lines, &package.quantities.0, &new.rates)?;
    check_limits(&lines, facts.category)?;
    let weekly = pricing::weekly_price(&lines)
        .and_then(Money::rounded)
        .map_err(|why| Refusal::new(Code::RateInvalid, format!("The weekly price {why}.")))?;
    let row = direct_award::Model {
        id: DirectAwardId::new(),
        package_id: package.id,
        authority_id: package.authority_id,
        market_id: facts.market.id,
        category_id: facts.category.id,
        number: facts.number,
        reference: format!("{}-D{:04}", facts.market.terms.reference_prefix, facts.number),
        route: new.route,
        provider_id: new.provider_id,
        standing: facts.standing,
        standing_reason,
        preference,
        reason: new.reason,
        basis,
        exclusion_check: new.exclusion_check,
        rates: Rates(new.rates),
        starts_on: new.starts_on,
        term_weeks: new.term_weeks,
        weekly_value: weekly,
        yearly_value: yearly(weekly),
        contract_value: over_weeks(weekly, new.term_weeks),
        proposed_by: by,
        proposed_at: now,
        state: AwardState::Waiting,
        decided_by: None,
        decided_at: None,
        decided_reason: None,
        chain: None,
        review_due_on: None,
        review: None,
        reviewed_by: None,
        reviewed_at: None,
        review_reason: None,
    };
    let event = Event::DirectAwardProposed {
        direct_award_id: row.id,
        route: row.route,
        provider_id: row.provider_id,
        yearly_value: row.yearly_value,
        contract_value: row.contract_value,
    };
    let context = context(&row, &facts.market.name, &facts.category.name);
    let told = approvers(&row);
    let change =
        Change::new(package.id, event).insert(row.clone()).tell(LetterKind::ApprovalWanted, &told, &context);
    Ok((row, change))
}

/// The law's basis, or the council's own where the law under which the market stands has none.
fn check_basis(regime: Regime, route: AwardRoute, given: Option<String>) -> Result<String, Refusal> {
    let given = given.filter(|words| !words.trim().is_empty());
    match (basis_in_law(regime, route), given) {
        (Some(law), None) => Ok(law.to_owned()),
        (law, Some(words)) => {
            check_words("basis", &words)?;
            Ok(law.map_or_else(|| words.clone(), |law| format!("{law}. {words}")))
        }
        (None, None) => Err(Refusal::new(
            Code::BasisMissing,
            "The law under which this market stands names no such award: record the council’s own basis for it, such \
             as its standing orders or a legal opinion.",
        )
        .at("basis")),
    }
}

fn check_term(facts: &Proposing<'_>, new: &NewDirectAward) -> Result<(), Refusal> {
    let today = facts.now.london_day();
    let earliest = match new.route {
        AwardRoute::Urgent => today.plus_days(-URGENT_BEGUN_DAYS_MAX),
        AwardRoute::UserChoice | AwardRoute::Competed | AwardRoute::NotFirst => today,
    };
    if new.starts_on < earliest || new.starts_on > today.plus_days(BEGINS_DAYS_MAX) {
        return Err(Refusal::new(
            Code::InvalidField,
            format!(
                "Care can start from {} to {}.",
                earliest.in_words(),
                today.plus_days(BEGINS_DAYS_MAX).in_words()
            ),
        )
        .at("starts_on"));
    }
    if !(1..=TERM_WEEKS_MAX).contains(&new.term_weeks) {
        return Err(Refusal::new(
            Code::InvalidField,
            format!("The term is from 1 to {TERM_WEEKS_MAX} weeks: every contract has one."),
        )
        .at("term_weeks"));
    }
    let most = urgent_weeks_max(facts.market);
    if new.route == AwardRoute::Urgent && u32::try_from(new.term_weeks).is_ok_and(|weeks| weeks > most) {
        return Err(Refusal::new(
            Code::TermTooLong,
            format!(
                "An urgent award is for at most {most} weeks in this market. For what follows, write a package of its \
                 own and advertise it."
            ),
        )
        .at("term_weeks"));
    }
    Ok(())
}

/// The published limits hold: the way for a price outside them is a bid that is asked about, not an award without bids.
fn check_limits(lines: &[pricing::PriceLine], category: &category::Model) -> Result<(), Refusal> {
    let faults: Vec<_> = crossed(lines, &category.terms)
        .into_iter()
        .map(|ground| Fault { field: "rates".to_owned(), detail: ground.words })
        .collect();
    if faults.is_empty() {
        return Ok(());
    }
    let words: Vec<_> = faults.iter().map(|fault| fault.detail.as_str()).collect();
    let mut refusal = Refusal::new(
        Code::PriceOutsideLimits,
        format!(
            "{} Without bids there is no exception to the published limits: agree rates within them, or advertise the \
             package.",
            words.join(" ")
        ),
    )
    .at("rates");
    refusal.faults = faults;
    Err(refusal)
}

/// What letters about a direct award say: nothing of the person.
#[derive(Clone, Serialize)]
pub struct DirectContext {
    pub reference: String,
    pub market: String,
    pub category: String,
    /// The last day of a contract that was ended, in words.
    pub last_day: Option<String>,
    /// Path on the site.
    pub path: String,
}

/// Where a direct award is read and decided.
pub fn path(id: DirectAwardId) -> String {
    format!("/direct-awards/{id}")
}

/// The last day to decide on one that waits: those who can have as long as for a recommendation. Nothing where the
/// calendar of bank holidays ends.
pub fn decide_by(of: &direct_award::Model, terms: &MarketTerms) -> Option<Day> {
    let urgent = of.route == AwardRoute::Urgent;
    chase::deadlines(of.proposed_at, urgent, terms, 0).map(|due| due.due_on)
}

fn context(of: &direct_award::Model, market: &str, category: &str) -> DirectContext {
    DirectContext {
        reference: of.reference.clone(),
        market: market.to_owned(),
        category: category.to_owned(),
        last_day: None,
        path: path(of.id),
    }
}

/// What deciding on a proposal looks at.
pub struct Deciding<'a> {
    pub award: &'a direct_award::Model,
    pub state: State,
    pub package: &'a package::Model,
    pub market: &'a market::Model,
    pub category: &'a category::Model,
    /// The provider's standing now.
    pub standing: Option<Standing>,
    /// The provider's people.
    pub people: &'a [AccountId],
    /// Whose register of interests names the provider.
    pub interested: &'a [AccountId],
    /// In which post, and on what authority.
    pub post_title: String,
    pub chain: Chain,
    /// The authority's in this market, under their lock.
    pub budgets: &'a [Held],
    /// Whom to warn as they run out.
    pub warned: &'a Warned,
}

/// Whoever decides must be somebody else than whoever drafted the package or proposed the award, and have no interest
/// in the provider.
///
/// # Errors
/// `interest_in_provider`; `four_eyes`, saying which.
pub fn check_four_eyes(
    by: AccountId,
    package: &package::Model,
    award: &direct_award::Model,
    interested: &[AccountId],
) -> Result<(), Refusal> {
    if interested.contains(&by) {
        return Err(Refusal::new(
            Code::InterestInProvider,
            "Your register of interests names the provider, so another person must decide.",
        ));
    }
    let parts = delegation::Parts {
        drafted_by: package.drafted_by,
        markers: &[],
        openers: &[],
        conflicted: &[],
        recommended_by: award.proposed_by,
    };
    delegation::check_four_eyes(by, &parts)
}

/// Approves: the contract enters the register, its cost is committed and the provider is told. An urgent award is to be
/// reviewed by a day.
///
/// # Errors
/// Decided already; four eyes; the provider's standing has changed so that it may not be used; the cap; no reason.
pub fn approve(
    facts: Deciding<'_>,
    by: AccountId,
    reason: String,
    now: Instant,
) -> Result<(contract::Model, Vec<Change>), Refusal> {
    lifecycle::allow(facts.state, Verb::ApproveDirect)?;
    let award = facts.award;
    check_words("reason", &reason)?;
    check_four_eyes(by, facts.package, award, facts.interested)?;
    // One that was admitted then may not be now: what was recorded of its standing would not be enough.
    if facts.standing != Some(Standing::Admitted) {
        check_provider(facts.standing, award.route, award.standing_reason.clone())?;
    }
    let contract = contract::Model {
        id: ContractId::new(),
        authority_id: award.authority_id,
        market_id: award.market_id,
        category_id: award.category_id,
        provider_id: award.provider_id,
        package_id: award.package_id,
        route: award.route,
        opportunity_id: None,
        award_id: None,
        direct_award_id: Some(award.id),
        reference: format!("{}-C", award.reference),
        starts_on: award.starts_on,
        initial_term_weeks: award.term_weeks,
        weekly_value: award.weekly_value,
        yearly_value: award.yearly_value,
        initial_term_value: award.contract_value,
        approved_by: by,
        approval_reason: reason.clone(),
        rests_on: facts.chain.clone(),
        awarded_at: now,
        entered_at: Some(now),
        ended_on: None,
    };
    let committing = budget::commit(facts.budgets, &contract, facts.warned)?;
    let review_due_on = match award.route {
        AwardRoute::Urgent => Some(now.london_day().plus_days(i64::from(urgent_review_days(facts.market)))),
        AwardRoute::UserChoice | AwardRoute::Competed | AwardRoute::NotFirst => None,
    };
    let approved = direct_award::Model {
        state: AwardState::Approved,
        decided_by: Some(by),
        decided_at: Some(now),
        decided_reason: Some(reason),
        chain: Some(facts.chain),
        review_due_on,
        ..award.clone()
    };
    let event = Event::DirectAwardApproved {
        direct_award_id: award.id,
        provider_id: award.provider_id,
        review_due_on,
    };
    let mut context = context(award, &facts.market.name, &facts.category.name);
    context.path = format!("/contracts/{}", contract.id);
    let change = Change::new(award.package_id, event)
        .update(approved)
        .on_authority(facts.post_title.clone())
        .tell(LetterKind::DirectAwardMade, facts.people, &context);
    let entered =
        Change::new(contract.id, entered(&contract)).insert(contract.clone()).on_authority(facts.post_title);
    let (entered, warnings) = committing.onto(entered);
    Ok((contract, [change, entered].into_iter().chain(warnings).collect()))
}

/// Sends a proposal back with a reason; the package may go another way, or the same again.
///
/// # Errors
/// Decided already; four eyes; no reason.
pub fn hand_back(
    facts: &Deciding<'_>,
    by: AccountId,
    reason: String,
    now: Instant,
) -> Result<Change, Refusal> {
    lifecycle::allow(facts.state, Verb::ReturnDirect)?;
    let award = facts.award;
    check_words("reason", &reason)?;
    check_four_eyes(by, facts.package, award, facts.interested)?;
    let returned = direct_award::Model {
        state: AwardState::Returned,
        decided_by: Some(by),
        decided_at: Some(now),
        decided_reason: Some(reason.clone()),
        ..award.clone()
    };
    let event = Event::DirectAwardReturned { direct_award_id: award.id, reason };
    Ok(Change::new(award.package_id, event).update(returned).on_authority(facts.post_title.clone()).tell(
        LetterKind::AwardReturned,
        &[award.proposed_by],
        &context(award, &facts.market.name, &facts.category.name),
    ))
}

/// What a reviewer decides of an urgent award.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReview {
    pub outcome: ReviewOutcome,
    pub reason: String,
    /// The contract's last day, where it is ended.
    #[serde(default)]
    pub last_day: Option<Day>,
}

/// Whoever reviews must be somebody else than whoever approved.
///
/// # Errors
/// `four_eyes`.
pub fn check_reviewer(by: AccountId, award: &direct_award::Model) -> Result<(), Refusal> {
    if award.decided_by == Some(by) {
        let words = "You approved this award, so another person must review it.";
        return Err(Refusal::new(Code::FourEyes, words));
    }
    Ok(())
}

/// Somebody else than who approved it reviews an urgent award: it stands to the end of its term, or ends earlier.
///
/// # Errors
/// No review is due; the reviewer approved or proposed it; no reason; a last day that cannot be.
pub fn review(
    facts: &Deciding<'_>,
    contract: &contract::Model,
    committed: &[commitment::Model],
    by: AccountId,
    new: NewReview,
    now: Instant,
) -> Result<Vec<Change>, Refusal> {
    lifecycle::allow(facts.state, Verb::Review)?;
    let award = facts.award;
    check_words("reason", &new.reason)?;
    check_reviewer(by, award)?;
    check_four_eyes(by, facts.package, award, facts.interested)?;
    let ended_on = last_day(contract, &new, now)?;
    let reviewed = direct_award::Model {
        review: Some(new.outcome),
        reviewed_by: Some(by),
        reviewed_at: Some(now),
        review_reason: Some(new.reason),
        ..award.clone()
    };
    let event = Event::UrgentAwardReviewed { direct_award_id: award.id, outcome: new.outcome };
    let change = Change::new(award.package_id, event).update(reviewed).on_authority(facts.post_title.clone());
    let Some(last_day) = ended_on else { return Ok(vec![change]) };
    let mut context = context(award, &facts.market.name, &facts.category.name);
    context.path = format!("/contracts/{}", contract.id);
    context.last_day = Some(last_day.in_words());
    let ended = contract::Model { ended_on: Some(last_day), ..contract.clone() };
    // What is no longer spent is free for others.
    let released = budget::release(facts.budgets, &ended, committed);
    let ended = released
        .onto(Change::new(contract.id, Event::ContractEnded { last_day }).update(ended))
        .on_authority(facts.post_title.clone())
        .tell(LetterKind::DirectAwardEnded, facts.people, &context);
    Ok(vec![change, ended])
}

/// The last day of a contract that a review ends, from today and within its term.
fn last_day(contract: &contract::Model, new: &NewReview, now: Instant) -> Result<Option<Day>, Refusal> {
    let today = now.london_day();
    let term_ends = contract.starts_on.plus_days(i64::from(contract.initial_term_weeks) * 7 - 1);
    match (new.outcome, new.last_day) {
        (ReviewOutcome::Confirmed, None) => Ok(None),
        (ReviewOutcome::Confirmed, Some(_)) => Err(Refusal::new(
            Code::InvalidField,
            "An award that is confirmed stands to the end of its term: leave out the last day.",
        )
        .at("last_day")),
        (ReviewOutcome::Ended, Some(day)) if today <= day && day <= term_ends.max(today) => Ok(Some(day)),
        (ReviewOutcome::Ended, _) => Err(Refusal::new(
            Code::InvalidField,
            format!(
                "Enter the last day of the contract, from today to the end of its term, {}.",
                term_ends.in_words()
            ),
        )
        .at("last_day")),
    }
}
