//! Asking about a price that lies outside the published limits, or that looks abnormally low (PCR 2015 reg 69;
//! Procurement Act 2023 s. 19): flagged, asked, answered, decided with reasons. Nothing is rejected unasked.

use super::{
    change::Change,
    enrolment::check_words,
    event::Event,
    opportunity::{OpportunityContext, Stage, stage},
    pricing::{self, PriceLine, pounds},
    refusal::{Code, Refusal},
    scoring::{
        Admissibility, Evaluation, Exceptionality,
        abnormally_low::{self, SignKind},
    },
};
use entity::{
    bid,
    category::CategoryTerms,
    inquiry::{self, Ground, Grounds},
    opportunity,
    vocabulary::*,
};
use serde::{Deserialize, Serialize};

/// The least time that a provider has to answer, in hours.
pub const ANSWER_HOURS_MIN: i64 = 24;
/// The longest, in days.
pub const ANSWER_DAYS_MAX: i64 = 30;

/// A bid whose price must be settled before an award can be recommended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    pub bid_id: BidId,
    pub kind: InquiryKind,
    pub grounds: Vec<Ground>,
}

/// The bids, of those in this evaluation, whose prices must be settled, in the order given. A bid whose quality keeps
/// it out is not asked about its price. One outside the limits is asked why it should be an exception, whatever else
/// its price looks like.
pub fn flags(evaluation: &Evaluation, terms: &CategoryTerms, bids: &[&bid::Model]) -> Vec<Flag> {
    let outcome = evaluation.outcome();
    let signs = match &terms.abnormally_low {
        Some(by) => abnormally_low::flagged(evaluation, by),
        None => Vec::new(),
    };
    let flag = |bid: &&bid::Model| {
        let id = bid.id.to_string();
        let ranked = outcome.bids.iter().find(|ranked| ranked.id == id)?;
        if matches!(ranked.status, Admissibility::BelowGate | Admissibility::BelowMinimumMark) {
            return None;
        }
        let entry = evaluation.bids().iter().find(|entry| entry.id == id)?;
        let mut grounds = crossed(&entry.lines, terms);
        let kind = match grounds.is_empty() {
            true => InquiryKind::AbnormallyLow,
            false => InquiryKind::Exceptionality,
        };
        let signs = signs.iter().filter(|flagged| flagged.bid == id).flat_map(|flagged| &flagged.signs);
        let more = signs.filter_map(|sign| {
            let kind = match sign.kind {
                // A limit that is crossed is named already.
                SignKind::BelowFloor => return None,
                SignKind::UnderMedian => GroundKind::UnderMedian,
                SignKind::BelowEmploymentCost => GroundKind::BelowEmploymentCost,
            };
            Some(Ground { kind, words: sign.words.clone() })
        });
        grounds.extend(more);
        (!grounds.is_empty()).then_some(Flag { bid_id: bid.id, kind, grounds })
    };
    bids.iter().filter_map(flag).collect()
}

/// The published limits that these lines cross, by the unit and by the week. A price on a limit does not cross it.
pub fn crossed(lines: &[PriceLine], terms: &CategoryTerms) -> Vec<Ground> {
    let mut grounds = Vec::new();
    let mut compare =
        |what: &str, price: rust_decimal::Decimal, floor: Option<Money>, ceiling: Option<Money>| {
            if let Some(floor) = floor.map(Money::decimal).filter(|floor| price < *floor) {
                let words = format!("{what}: {} is below the floor of {}.", pounds(price), pounds(floor));
                grounds.push(Ground { kind: GroundKind::BelowFloor, words });
            }
            if let Some(ceiling) = ceiling.map(Money::decimal).filter(|ceiling| price > *ceiling) {
                let words = format!("{what}: {} is above the ceiling of {}.", pounds(price), pounds(ceiling));
                grounds.push(Ground { kind: GroundKind::AboveCeiling, words });
            }
        };
    for line in lines {
        compare(&line.label, line.rate.decimal(), line.floor, line.ceiling);
    }
    if let Ok(weekly) = pricing::weekly_price(lines) {
        compare("Weekly price", weekly, terms.weekly_floor, terms.weekly_ceiling);
    }
    grounds
}

/// How the price of a bid outside the limits stands, as scoring looks at it.
pub fn exceptionality(inquiries: &[inquiry::Model], bid: BidId) -> Option<Exceptionality> {
    let inquiry = inquiries.iter().find(|i| i.bid_id == bid && i.kind == InquiryKind::Exceptionality)?;
    Some(match inquiry.state {
        InquiryState::Asked | InquiryState::Answered => Exceptionality::Asked,
        InquiryState::Accepted => Exceptionality::Accepted,
        InquiryState::Rejected => Exceptionality::Rejected,
    })
}

/// Whether a bid was rejected because its price was abnormally low and its explanation did not account for it: then
/// it is disregarded, and influences nobody (s. 19(3)).
pub fn is_rejected(inquiries: &[inquiry::Model], bid: BidId) -> bool {
    inquiries
        .iter()
        .any(|i| i.bid_id == bid && i.kind == InquiryKind::AbnormallyLow && i.state == InquiryState::Rejected)
}

/// Whether every flagged price is decided. Until then a recommendation would rest on a price in question.
///
/// # Errors
/// `prices_in_question`.
pub fn check_settled(flags: &[Flag], inquiries: &[inquiry::Model]) -> Result<(), Refusal> {
    let decided = |bid| inquiries.iter().any(|i| i.bid_id == bid && i.decided_at.is_some());
    match flags.iter().filter(|flag| !decided(flag.bid_id)).count() {
        0 => Ok(()),
        1 => Err(open("One price is still in question: ask about it, and decide.")),
        n => Err(open(format!("{n} prices are still in question: ask about them, and decide."))),
    }
}

fn open(words: impl Into<std::borrow::Cow<'static, str>>) -> Refusal {
    Refusal::new(Code::PricesInQuestion, words)
}

/// What is asked of a provider.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceQuestion {
    pub bid_id: BidId,
    pub question: String,
    pub answer_by: Instant,
}

/// Asks a provider to account for its price.
///
/// # Errors
/// Not the time; nothing about this price to ask; asked before; no question; too little or too much time to answer.
pub fn ask(
    of: &opportunity::Model,
    flags: &[Flag],
    inquiries: &[inquiry::Model],
    (bid, people): (&bid::Model, &[AccountId]),
    by: AccountId,
    asked: PriceQuestion,
    context: &OpportunityContext,
    now: Instant,
) -> Result<Change, Refusal> {
    check_priced(of, now)?;
    if inquiries.iter().any(|i| i.bid_id == bid.id) {
        let words =
            "This provider was asked about its price, or gave its reason with its bid: decide on that.";
        return Err(Refusal::new(Code::InquiryStands, words).at("bid_id"));
    }
    let Some(flag) = flags.iter().find(|flag| flag.bid_id == bid.id) else {
        let words = "Nothing about this price calls for a question: it is within the limits, and shows none of the \
                     market's signs of an abnormally low price.";
        return Err(Refusal::new(Code::NothingToAsk, words).at("bid_id"));
    };
    check_words("question", &asked.question)?;
    check_answer_by(asked.answer_by, now)?;
    let row = inquiry::Model {
        id: InquiryId::new(),
        opportunity_id: of.id,
        bid_id: bid.id,
        provider_id: bid.provider_id,
        kind: flag.kind,
        grounds: Grounds(flag.grounds.clone()),
        question: Some(asked.question),
        asked_by: Some(by),
        asked_at: now,
        answer_by: Some(asked.answer_by),
        answer: None,
        answered_by: None,
        answered_at: None,
        state: InquiryState::Asked,
        decided_by: None,
        decided_at: None,
        reason: None,
    };
    let event = Event::PriceQuestioned {
        inquiry_id: row.id,
        provider_id: row.provider_id,
        inquiry: row.kind,
        answer_by: asked.answer_by,
    };
    let context = InquiryContext { opportunity: context, answer_by: asked.answer_by.in_words() };
    Ok(Change::new(of.id, event).insert(row).tell(LetterKind::PriceQuestioned, people, &context))
}

/// What letters about a question say.
#[derive(Serialize)]
struct InquiryContext<'a> {
    #[serde(flatten)]
    opportunity: &'a OpportunityContext,
    /// In words, in London.
    answer_by: String,
}

fn check_answer_by(answer_by: Instant, now: Instant) -> Result<(), Refusal> {
    let hours = |n: i64| now.plus_seconds(n * 3600);
    if answer_by < hours(ANSWER_HOURS_MIN) || answer_by > hours(ANSWER_DAYS_MAX * 24) {
        return Err(Refusal::new(
            Code::InvalidField,
            format!(
                "Give the provider from {ANSWER_HOURS_MIN} hours to {ANSWER_DAYS_MAX} days to answer: a time from {} \
                 to {}.",
                hours(ANSWER_HOURS_MIN).in_words(),
                hours(ANSWER_DAYS_MAX * 24).in_words()
            ),
        )
        .at("answer_by"));
    }
    Ok(())
}

/// The inquiries that are answered already when prices open: of bids outside the limits that came with a reason.
pub fn given_with_bids(of: &opportunity::Model, bids: &[bid::Model], now: Instant) -> Vec<inquiry::Model> {
    let given = |bid: &bid::Model| {
        let answer = bid.offer.exceptionality.clone()?;
        let lines = pricing::price_lines(&of.terms.lines, &of.quantities.0, &bid.offer.rates).ok()?;
        let grounds = crossed(&lines, &of.terms);
        (!grounds.is_empty()).then(|| inquiry::Model {
            id: InquiryId::new(),
            opportunity_id: of.id,
            bid_id: bid.id,
            provider_id: bid.provider_id,
            kind: InquiryKind::Exceptionality,
            grounds: Grounds(grounds),
            question: None,
            asked_by: None,
            asked_at: now,
            answer_by: None,
            answer: Some(answer),
            answered_by: Some(bid.submitted_by),
            answered_at: Some(bid.received_at),
            state: InquiryState::Answered,
            decided_by: None,
            decided_at: None,
            reason: None,
        })
    };
    bids.iter().filter_map(given).collect()
}

/// The provider accounts for its price, once, within the time that it was given.
///
/// # Errors
/// It was not asked; it answered before; too late; no answer.
pub fn answer(
    of: &opportunity::Model,
    inquiry: Option<&inquiry::Model>,
    by: AccountId,
    words: String,
    context: &OpportunityContext,
    now: Instant,
) -> Result<Change, Refusal> {
    let Some(inquiry) = inquiry else {
        return Err(Refusal::not_found("question"));
    };
    if inquiry.answer.is_some() {
        return Err(Refusal::new(Code::AlreadyAnswered, "You have answered this question already."));
    }
    if inquiry.decided_at.is_some() {
        return Err(Refusal::new(Code::AlreadyDecided, "This was decided already."));
    }
    if let Some(answer_by) = inquiry.answer_by.filter(|answer_by| now >= *answer_by) {
        let words = format!("The time to answer ended at {}.", answer_by.in_words());
        return Err(Refusal::new(Code::AnswerTooLate, words));
    }
    check_words("answer", &words)?;
    let row = inquiry::Model {
        answer: Some(words),
        answered_by: Some(by),
        answered_at: Some(now),
        state: InquiryState::Answered,
        ..inquiry.clone()
    };
    let event = Event::PriceExplained { inquiry_id: row.id, provider_id: row.provider_id };
    let asker: Vec<_> = row.asked_by.into_iter().collect();
    Ok(Change::new(of.id, event).update(row).tell(LetterKind::PriceExplained, &asker, context))
}

/// What an officer decides of a price.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceDecision {
    pub bid_id: BidId,
    pub accept: bool,
    pub reason: String,
}

/// Accepts or rejects a price, with the reason.
///
/// # Errors
/// Not the time; not asked; decided before; rejected before it was answered, and before the time to answer ended; no
/// reason.
pub fn decide(
    of: &opportunity::Model,
    inquiries: &[inquiry::Model],
    decision: PriceDecision,
    people: &[AccountId],
    by: AccountId,
    context: &OpportunityContext,
    now: Instant,
) -> Result<Change, Refusal> {
    check_priced(of, now)?;
    let Some(inquiry) = inquiries.iter().find(|i| i.bid_id == decision.bid_id) else {
        return Err(not_answered("Ask the provider first: no price is decided on unasked."));
    };
    if inquiry.decided_at.is_some() {
        return Err(Refusal::new(Code::AlreadyDecided, "This price was decided on already."));
    }
    if inquiry.answer.is_none()
        && let Some(answer_by) = inquiry.answer_by.filter(|answer_by| now < *answer_by)
    {
        let until = answer_by.in_words();
        return Err(not_answered(format!("The provider has until {until} to answer: decide after that.")));
    }
    check_words("reason", &decision.reason)?;
    let state = if decision.accept { InquiryState::Accepted } else { InquiryState::Rejected };
    let row = inquiry::Model {
        state,
        decided_by: Some(by),
        decided_at: Some(now),
        reason: Some(decision.reason.clone()),
        ..inquiry.clone()
    };
    let event = Event::PriceDecided {
        inquiry_id: row.id,
        provider_id: row.provider_id,
        accepted: decision.accept,
        reason: decision.reason,
    };
    Ok(Change::new(of.id, event).update(row).tell(LetterKind::PriceDecided, people, context))
}

fn not_answered(words: impl Into<std::borrow::Cow<'static, str>>) -> Refusal {
    Refusal::new(Code::NotAnswered, words)
}

fn check_priced(of: &opportunity::Model, now: Instant) -> Result<(), Refusal> {
    match stage(of, now) {
        Stage::Priced => Ok(()),
        Stage::Recommended | Stage::Standstill | Stage::Challenged | Stage::Awarded | Stage::NotAwarded => {
            Err(Refusal::new(
                Code::AlreadyRecommended,
                "An award has been recommended: prices were settled before that.",
            ))
        }
        Stage::Open | Stage::Marking | Stage::Withdrawn | Stage::Unfilled => Err(Refusal::new(
            Code::PricesAreSealed,
            "Prices can be asked about only while they are open and no award is recommended.",
        )),
    }
}
