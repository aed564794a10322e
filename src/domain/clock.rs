//! Every legal clock: what is due, by when, under which rule, by whom, and whether it was met. Nothing of this is
//! stored but who owns a clock and which notices were published: the rest is derived from what was decided and when.

use super::{
    calendar,
    change::{Change, Subject},
    chase,
    direct_award::{decide_by, path},
    enrolment::check_words,
    event::Event,
    opportunity::{Stage, stage},
    refusal::{Code, Refusal},
};
use entity::{
    clock_owner, clock_reminder, contract, direct_award, enrolment, inquiry, market, notice, opportunity,
    vocabulary::*,
};
use sea_orm::prelude::Uuid;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// So many working days ahead a clock is due soon.
pub const SOON_WORKING_DAYS: u32 = 5;
/// Where bank holidays are not known yet, so many days ahead.
const SOON_DAYS: i64 = 7;
/// The most contracts that one notice covers.
pub const NOTICE_CONTRACTS_MAX: usize = 100;
/// The longest reference or link of a notice, in characters.
pub const LINE_MAX: usize = 500;

/// When something is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// By the end of this day, in London.
    Day(Day),
    /// Before this instant.
    At(Instant),
}

impl Due {
    /// Late is whatever is done at or after this instant.
    pub fn instant(self) -> Instant {
        match self {
            Self::Day(day) => day.end_in_london(),
            Self::At(instant) => instant,
        }
    }

    pub fn day(self) -> Day {
        match self {
            Self::Day(day) => day,
            Self::At(instant) => instant.london_day(),
        }
    }

    /// For a person to read, in London.
    pub fn words(self) -> String {
        match self {
            Self::Day(day) => day.in_words(),
            Self::At(instant) => instant.in_words(),
        }
    }
}

/// Who sees to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    Officer(AccountId),
    Post(PostId),
    Role(OfficerRole),
}

/// A legal clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    pub kind: ClockKind,
    /// By this it is known, with its kind.
    pub about: Uuid,
    /// Its events are about this.
    pub subject: Subject,
    pub market_id: MarketId,
    /// Of the opportunity or the contract, or what else it goes by.
    pub reference: String,
    /// The category; nothing for several.
    pub category_id: Option<CategoryId>,
    /// The provider whom it concerns; nothing for several.
    pub provider_id: Option<ProviderId>,
    pub due: Due,
    pub law: String,
    pub path: String,
    pub owner: Owner,
    /// When it was met.
    pub met: Option<Instant>,
    /// Those whose notice is wanted.
    pub contracts: Vec<(ContractId, String)>,
}

/// What a clock says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockState {
    Overdue,
    DueSoon,
    Running,
    Met,
    /// Done, but after its time.
    MetLate,
}

/// What a clock says now.
pub fn state(due: Due, met: Option<Instant>, now: Instant) -> ClockState {
    match met {
        Some(met) if met < due.instant() => ClockState::Met,
        Some(_) => ClockState::MetLate,
        None if now >= due.instant() => ClockState::Overdue,
        None if due.day() <= soon(now.london_day()) => ClockState::DueSoon,
        None => ClockState::Running,
    }
}

/// The last day that is soon.
fn soon(today: Day) -> Day {
    calendar::working_days_after(today, SOON_WORKING_DAYS).unwrap_or_else(|_| today.plus_days(SOON_DAYS))
}

impl Clock {
    pub fn state(&self, now: Instant) -> ClockState {
        state(self.due, self.met, now)
    }

    /// Which reminder is owed now, if one is.
    pub fn reminder(&self, now: Instant) -> Option<ReminderStage> {
        match (self.state(now), self.kind) {
            (ClockState::Overdue, _) => Some(ReminderStage::Overdue),
            // Due within days from the start, of which those who can decide it were told: they hear again when it is late.
            (ClockState::DueSoon, ClockKind::DirectAward) => None,
            (ClockState::DueSoon, _) => Some(ReminderStage::DueSoon),
            (ClockState::Running | ClockState::Met | ClockState::MetLate, _) => None,
        }
    }

    /// A request to join that nobody decided in time goes up: whoever it was given to, the procurement officers and the
    /// commissioners are told.
    pub fn escalates_to(&self, now: Instant) -> &'static [OfficerRole] {
        match (self.kind, self.state(now)) {
            (ClockKind::EnrolmentDecision, ClockState::Overdue) => {
                &[OfficerRole::Procurement, OfficerRole::Commissioner]
            }
            _ => &[],
        }
    }
}

/// What is wanted, in words.
pub const fn kind_words(kind: ClockKind) -> &'static str {
    match kind {
        ClockKind::EnrolmentDecision => "Decide a request to join",
        ClockKind::PriceAnswer => "The provider accounts for its price",
        ClockKind::PriceDecision => "Decide on a price in question",
        ClockKind::AwardNotice => "Publish the award notice",
        ClockKind::ContractDetails => "Publish the contract details notice",
        ClockKind::Standstill => "The standstill ends",
        ClockKind::DirectAward => "Decide on an award without bids",
        ClockKind::UrgentReview => "Review an urgent award",
        ClockKind::StandingReview => "Look again at what keeps a provider from new work",
        ClockKind::StopConfirmation => "Confirm an urgent stop, as a second person",
    }
}

/// A request to join is decided in time (PCR 2015 reg 34(16)–(17); otherwise as the market advertised).
pub fn enrolment(of: &enrolment::Model, market: &market::Model) -> Clock {
    let terms = &market.terms;
    let days = match of.extension_reason {
        None => terms.decide_within_working_days,
        Some(_) => terms.decide_within_working_days_extended,
    };
    let law = match (market.regime, &of.extension_reason) {
        (Regime::PcrDps, None) => format!("PCR 2015 reg 34(16): {days} working days"),
        (Regime::PcrDps, Some(_)) => {
            format!("PCR 2015 reg 34(17): {days} working days, with a recorded reason")
        }
        (Regime::PcrLtrDps, _) => {
            format!(
                "PCR 2015 regs 74–76, after reg 34(16)–(17): {days} working days, as this market advertised"
            )
        }
        (Regime::Pa23DynamicMarket, _) => {
            format!(
                "Procurement Act 2023 s. 36: a reasonable time, {days} working days as this market advertised"
            )
        }
        (Regime::PcrFramework | Regime::Pa23LightTouchFramework | Regime::SingleContract, _) => {
            format!("{days} working days, as this market advertised")
        }
    };
    Clock {
        kind: ClockKind::EnrolmentDecision,
        about: of.id.0,
        subject: of.id.into(),
        market_id: market.id,
        reference: String::new(),
        category_id: Some(of.category_id),
        provider_id: Some(of.provider_id),
        due: Due::Day(of.decide_by),
        law,
        path: format!("/enrolments/{}", of.id),
        owner: Owner::Role(OfficerRole::Procurement),
        met: of.decided_at,
        contracts: Vec::new(),
    }
}

/// The clock of a price in question: first the provider's answer, then the decision on it. No day is set in law for
/// either: the one was given with the question, the other is the market's own.
pub fn inquiry(
    of: &inquiry::Model,
    opportunity: &opportunity::Model,
    market: &market::Model,
    now: Instant,
) -> Option<Clock> {
    let asked = of.answer_by.filter(|by| of.answered_at.is_none() && of.decided_at.is_none() && now < *by);
    let days = market.terms.decide_prices_within_working_days;
    let (kind, due, law) = match asked {
        Some(by) => (
            ClockKind::PriceAnswer,
            Due::At(by),
            "PCR 2015 reg 69; Procurement Act 2023 s. 19: asked before anything is rejected; the time was given with \
             the question"
                .to_owned(),
        ),
        None => {
            let since = of.answered_at.or(of.answer_by).unwrap_or(of.asked_at).london_day();
            let by = calendar::working_days_after(since, days).ok()?;
            let law = format!(
                "PCR 2015 reg 69; Procurement Act 2023 s. 19: decided on the answer; {days} working days, this \
                 market’s own term"
            );
            (ClockKind::PriceDecision, Due::Day(by), law)
        }
    };
    Some(Clock {
        kind,
        about: of.id.0,
        subject: opportunity.id.into(),
        market_id: market.id,
        reference: opportunity.reference.clone(),
        category_id: Some(opportunity.category_id),
        provider_id: Some(of.provider_id),
        due,
        law,
        path: format!("/opportunities/{}/ranking", opportunity.id),
        owner: of.asked_by.map_or(Owner::Role(OfficerRole::Commissioner), Owner::Officer),
        met: of.decided_at,
        contracts: Vec::new(),
    })
}

/// A voluntary standstill that runs now, or that a challenge holds up.
pub fn running(of: &opportunity::Model, now: Instant) -> Option<Clock> {
    match stage(of, now) {
        Stage::Standstill => Some(standstill(of, of.standstill_ends_on?, None)),
        Stage::Challenged => {
            let clock = standstill(of, of.standstill_ends_on?, None);
            Some(Clock { law: format!("{}. A challenge stands: it is lifted first", clock.law), ..clock })
        }
        Stage::Open
        | Stage::Marking
        | Stage::Priced
        | Stage::Recommended
        | Stage::SetAside
        | Stage::Awarded
        | Stage::Withdrawn
        | Stage::NotAwarded
        | Stage::Unfilled => None,
    }
}

/// An award to a named provider is decided in the time that the market gives for every award; first of all by `first`,
/// the post with the least power that suffices.
pub fn direct_award(
    of: &direct_award::Model,
    market: &market::Model,
    first: Option<PostId>,
) -> Option<Clock> {
    if of.state != AwardState::Waiting {
        return None;
    }
    let days = match of.route {
        AwardRoute::Urgent => chase::URGENT_WORKING_DAYS,
        AwardRoute::UserChoice | AwardRoute::Competed | AwardRoute::NotFirst => {
            market.terms.approve_within_working_days
        }
    };
    Some(Clock {
        kind: ClockKind::DirectAward,
        about: of.id.0,
        subject: of.package_id.into(),
        market_id: of.market_id,
        reference: of.reference.clone(),
        category_id: Some(of.category_id),
        provider_id: Some(of.provider_id),
        due: Due::Day(decide_by(of, &market.terms)?),
        law: format!(
            "The market’s own term for an approval: {days} working {}",
            if days == 1 { "day" } else { "days" }
        ),
        path: path(of.id),
        owner: first.map_or(Owner::Role(OfficerRole::Commissioner), Owner::Post),
        met: None,
        contracts: Vec::new(),
    })
}

/// The review of an urgent award, within the days that its market allows.
pub fn review(of: &direct_award::Model) -> Option<Clock> {
    if of.review.is_some() || of.state != AwardState::Approved {
        return None;
    }
    Some(Clock {
        kind: ClockKind::UrgentReview,
        about: of.id.0,
        subject: of.package_id.into(),
        market_id: of.market_id,
        reference: of.reference.clone(),
        category_id: Some(of.category_id),
        provider_id: Some(of.provider_id),
        due: Due::Day(of.review_due_on?),
        law: "The market’s own rule: an urgent award is reviewed afterwards, by somebody who did not approve it"
            .to_owned(),
        path: path(of.id),
        owner: Owner::Role(OfficerRole::Commissioner),
        met: None,
        contracts: Vec::new(),
    })
}

/// A voluntary standstill that runs until the end of a day (Procurement Act 2023 s. 51(5): at least 8 working days,
/// the day of the notice counted).
pub fn standstill(of: &opportunity::Model, last_day: Day, over: Option<Instant>) -> Clock {
    Clock {
        kind: ClockKind::Standstill,
        about: of.id.0,
        subject: of.id.into(),
        market_id: of.market_id,
        reference: of.reference.clone(),
        category_id: Some(of.category_id),
        provider_id: None,
        due: Due::Day(last_day),
        law: "PCR 2015 reg 86(5)(c); Procurement Act 2023 s. 51: a voluntary standstill, as this market chose; under the \
              Act of at least 8 working days, the day of the notice counted"
            .to_owned(),
        path: format!("/opportunities/{}", of.id),
        owner: Owner::Role(OfficerRole::Procurement),
        met: over,
        contracts: Vec::new(),
    }
}

/// Which notice a contract of a market wants, by when, and under which rule; with whether it is grouped by quarter.
fn notice_due(market: &market::Model, entered: Day) -> (ClockKind, Day, String, bool) {
    let quarterly = market.terms.award_notices == AwardNotices::Quarterly;
    let reg = match market.regime {
        Regime::PcrDps => "reg 50(5)",
        Regime::PcrLtrDps => "reg 75(3)–(4)",
        Regime::PcrFramework | Regime::SingleContract => "regs 50 and 75",
        Regime::Pa23DynamicMarket | Regime::Pa23LightTouchFramework => {
            let law = "Procurement Act 2023 s. 53(1): within 120 days for a light touch contract, the day on which it \
                       was entered counted"
                .to_owned();
            return (ClockKind::ContractDetails, calendar::contract_details_due(entered), law, false);
        }
    };
    if quarterly {
        let law = format!("PCR 2015 {reg}: grouped by quarter, within 30 days of its end");
        (ClockKind::AwardNotice, calendar::quarterly_notice_due(entered), law, true)
    } else {
        let law = format!("PCR 2015 {reg}: within 30 days of the award");
        (ClockKind::AwardNotice, calendar::award_notice_due(entered), law, false)
    }
}

/// The awards of a market and a quarter go by one id, whichever of them are still without a notice.
fn of_quarter(market: MarketId, last: Day) -> Uuid {
    let digest = Sha256::digest(format!("{market} {last}").as_bytes());
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(digest) {
        *to = from;
    }
    Uuid::from_bytes(bytes)
}

/// The notices that a market's contracts want: each its own, or those of a quarter together. A notice that covers a
/// group is met when the last of it is.
pub fn notices(market: &market::Model, contracts: &[(contract::Model, Option<notice::Model>)]) -> Vec<Clock> {
    let mut clocks: Vec<Clock> = Vec::new();
    for (contract, notice) in contracts.iter().filter(|(c, _)| c.market_id == market.id) {
        // A contract that waits for the end of a standstill is awarded, but not entered yet.
        let under_2023_act =
            matches!(market.regime, Regime::Pa23DynamicMarket | Regime::Pa23LightTouchFramework);
        let from = match contract.entered_at {
            Some(entered) if under_2023_act => entered,
            None if under_2023_act => continue,
            Some(_) | None => contract.awarded_at,
        };
        let entered = from.london_day();
        let (kind, due, law, grouped) = notice_due(market, entered);
        // To the day: it is met within the day on which it was published.
        let met = notice.as_ref().map(|n| n.published_on.end_in_london().plus_milliseconds(-1));
        let wanted = match notice {
            None => vec![(contract.id, contract.reference.clone())],
            Some(_) => Vec::new(),
        };
        let last = calendar::quarter_ends(entered);
        let about = if grouped { of_quarter(market.id, last) } else { contract.id.0 };
        if grouped && let Some(group) = clocks.iter_mut().find(|clock| clock.about == about) {
            group.met = group.met.zip(met).map(|(a, b)| a.max(b));
            group.contracts.extend(wanted);
            continue;
        }
        clocks.push(Clock {
            kind,
            about,
            subject: if grouped { market.id.into() } else { contract.id.into() },
            market_id: market.id,
            reference: match grouped {
                true => format!("Awards of the quarter ending {}", super::budget::plain(last)),
                false => contract.reference.clone(),
            },
            category_id: (!grouped).then_some(contract.category_id),
            provider_id: (!grouped).then_some(contract.provider_id),
            due: Due::Day(due),
            law,
            path: if grouped { "/contracts".to_owned() } else { format!("/contracts/{}", contract.id) },
            owner: Owner::Role(OfficerRole::Procurement),
            met,
            contracts: wanted,
        });
    }
    clocks
}

/// Gives a clock the owner who was named, if one was.
pub fn owned(mut clock: Clock, owners: &[clock_owner::Model]) -> Clock {
    let owner = owners.iter().find(|o| o.kind == clock.kind && o.about == clock.about).and_then(named);
    clock.owner = owner.unwrap_or(clock.owner);
    clock
}

/// Who was named.
pub fn named(owner: &clock_owner::Model) -> Option<Owner> {
    match (owner.account_id, owner.post_id, owner.role) {
        (Some(id), _, _) => Some(Owner::Officer(id)),
        (_, Some(id), _) => Some(Owner::Post(id)),
        (_, _, Some(role)) => Some(Owner::Role(role)),
        (None, None, None) => None,
    }
}

/// Names who sees to a clock.
///
/// # Errors
/// It was met already; it has this owner already.
pub fn assign(
    clock: &Clock,
    owner: Owner,
    words: String,
    by: AccountId,
    now: Instant,
) -> Result<Change, Refusal> {
    if clock.met.is_some() {
        return Err(Refusal::new(Code::AlreadyDecided, "This was done already: it needs no owner any more."));
    }
    if clock.owner == owner {
        return Err(
            Refusal::new(Code::InvalidField, "It is theirs already: choose somebody else.").at("owner")
        );
    }
    let row = clock_owner::Model {
        kind: clock.kind,
        about: clock.about,
        account_id: if let Owner::Officer(id) = owner { Some(id) } else { None },
        post_id: if let Owner::Post(id) = owner { Some(id) } else { None },
        role: if let Owner::Role(role) = owner { Some(role) } else { None },
        assigned_by: by,
        assigned_at: now,
    };
    Ok(Change::new(clock.subject, Event::ClockAssigned { clock: clock.kind, owner: words }).upsert(row))
}

/// A notice as a procurement officer says it was published.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewNotice {
    /// The contracts that it covers.
    pub contract_ids: Vec<ContractId>,
    pub published_on: Day,
    /// Its number where it was published.
    pub reference: String,
    /// Where it can be read: an https address.
    pub link: String,
}

/// How many contracts a notice may cover, each once.
///
/// # Errors
/// None, too many, or one twice.
pub fn check_covered(contracts: &[ContractId]) -> Result<(), Refusal> {
    let mut once = contracts.to_vec();
    once.sort();
    once.dedup();
    if once.len() == contracts.len() && (1..=NOTICE_CONTRACTS_MAX).contains(&contracts.len()) {
        return Ok(());
    }
    let words =
        format!("Choose the contracts that the notice covers: from 1 to {NOTICE_CONTRACTS_MAX}, each once.");
    Err(Refusal::new(Code::InvalidField, words).at("contract_ids"))
}

/// Records that a contract's notice was published.
///
/// # Errors
/// It has one; a day to come, or before the award; no reference, or no address.
pub fn publish(
    contract: &contract::Model,
    before: Option<&notice::Model>,
    new: &NewNotice,
    by: AccountId,
    now: Instant,
) -> Result<Change, Refusal> {
    if let Some(before) = before {
        return Err(Refusal::new(
            Code::AlreadyPublished,
            format!(
                "The notice of {} was published on {}.",
                contract.reference,
                before.published_on.in_words()
            ),
        )
        .at("contract_ids"));
    }
    if new.published_on > now.london_day() || new.published_on < contract.awarded_at.london_day() {
        return Err(Refusal::new(
            Code::InvalidField,
            format!("Enter the day of publication: from the award of {} to today.", contract.reference),
        )
        .at("published_on"));
    }
    for (field, text) in [("reference", &new.reference), ("link", &new.link)] {
        check_words(field, text)?;
        if text.trim().chars().count() > LINE_MAX || text.chars().any(char::is_control) {
            let words = format!("Enter at most {LINE_MAX} characters, on one line.");
            return Err(Refusal::new(Code::InvalidField, words).at(field));
        }
    }
    if !new.link.trim().starts_with("https://") {
        return Err(
            Refusal::new(Code::InvalidField, "Enter an address that begins with https://.").at("link")
        );
    }
    let row = notice::Model {
        id: NoticeId::new(),
        contract_id: contract.id,
        published_on: new.published_on,
        reference: new.reference.trim().to_owned(),
        link: new.link.trim().to_owned(),
        recorded_by: by,
        recorded_at: now,
    };
    let event = Event::NoticePublished {
        notice_id: row.id,
        published_on: row.published_on,
        reference: row.reference.clone(),
        link: row.link.clone(),
    };
    Ok(Change::new(contract.id, event).insert(row))
}

/// What a reminder says: no name of a person or of what they wrote.
#[derive(Clone, Debug, Serialize)]
pub struct ReminderContext {
    /// What is wanted.
    pub wanted: String,
    pub reference: String,
    pub market: String,
    pub due: String,
    pub law: String,
    pub path: String,
}

/// Whether the owner of a clock is to be reminded now, and was not yet.
pub fn wants_reminder(clock: &Clock, before: &[clock_reminder::Model], now: Instant) -> bool {
    let due_at = clock.due.instant();
    clock.reminder(now).is_some_and(|stage| {
        !before
            .iter()
            .any(|r| (r.kind, r.about, r.stage, r.due_at) == (clock.kind, clock.about, stage, due_at))
    })
}

/// Reminds the owner of a clock that is due soon or overdue, once; nothing where that was done, or where nobody is
/// there to be told.
pub fn remind(
    clock: &Clock,
    market_name: String,
    owners: &[AccountId],
    before: &[clock_reminder::Model],
    now: Instant,
) -> Option<Change> {
    let stage = clock.reminder(now)?;
    if owners.is_empty() || !wants_reminder(clock, before, now) {
        return None;
    }
    let due_at = clock.due.instant();
    let row = clock_reminder::Model { kind: clock.kind, about: clock.about, stage, due_at, reminded_at: now };
    let kind = match stage {
        ReminderStage::DueSoon => LetterKind::ClockDueSoon,
        ReminderStage::Overdue => LetterKind::ClockOverdue,
    };
    let context = ReminderContext {
        wanted: kind_words(clock.kind).to_owned(),
        reference: clock.reference.clone(),
        market: market_name,
        due: clock.due.words(),
        law: clock.law.clone(),
        path: "/clocks".to_owned(),
    };
    let event = Event::ClockReminded { clock: clock.kind, stage, due: clock.due.words() };
    Some(Change::new(clock.subject, event).insert(row).tell(kind, owners, &context))
}

#[cfg(test)]
#[path = "clock/tests.rs"]
mod tests;
