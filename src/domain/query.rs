//! Questions about an opportunity, and their answers: published to every provider at once without the asker's name, so
//! that nobody bids knowing more than another (PCR 2015 reg 18(1); Procurement Act 2023 s. 12(2)).

use super::{
    change::Change,
    enrolment::check_words,
    event::Event,
    opportunity::{OpportunityContext, check_may_bid, check_open},
    package::{Leak, leaks, may_publish},
    refusal::{Code, Refusal},
};
use entity::{opportunity, query, vocabulary::*};
use serde::{Deserialize, Serialize};

/// How many questions of one provider about one opportunity may wait for an answer.
pub const OPEN_MAX: usize = 10;
/// How many questions one opportunity takes.
pub const QUERIES_MAX: usize = 500;
/// The longest question, in characters.
pub const QUESTION_MAX: usize = 1000;
/// How long before the deadline questions end, in hours, where the window is not shorter than twice that.
const QUIET_HOURS: i64 = 24;

/// What a provider asks.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewQuery {
    pub question: String,
}

/// What a broker answers.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QueryAnswer {
    /// The question as every provider is to read it. Not wanted where the answer goes to the asker alone.
    #[serde(default)]
    pub question: Option<String>,
    pub answer: String,
    /// Why it is the asker's own business, so that it alone is answered.
    #[serde(default)]
    pub alone_because: Option<String>,
    /// Why a possible name may stand.
    #[serde(default)]
    pub leaks_considered: Option<String>,
}

/// Until when questions are taken: a day before the deadline, or half of the window if that is shorter, so that an
/// answer can still change a bid.
pub fn ask_until(of: &opportunity::Model) -> Instant {
    let window = of.closes_at.milliseconds() - of.published_at.milliseconds();
    let quiet = (QUIET_HOURS * 3_600_000).min(window / 2);
    of.closes_at.plus_milliseconds(-quiet)
}

/// What asking looks at.
pub struct Asking<'a> {
    pub opportunity: &'a opportunity::Model,
    pub provider_id: ProviderId,
    pub standing: Option<Standing>,
    /// Whether the market takes bids with requests to join.
    pub with_request: bool,
    /// Every question about it so far.
    pub queries: &'a [query::Model],
    pub brokers: &'a [AccountId],
    pub context: &'a OpportunityContext,
}

/// A provider asks about an opportunity.
///
/// # Errors
/// Not one that may bid; closed, or too late to ask; ten of its questions wait; no words, too many, or words that say
/// who the person is.
pub fn ask(facts: &Asking<'_>, by: AccountId, new: NewQuery, now: Instant) -> Result<Change, Refusal> {
    let of = facts.opportunity;
    check_may_bid(facts.standing, facts.with_request)?;
    check_open(of, now)?;
    let until = ask_until(of);
    if now >= until {
        return Err(Refusal::new(
            Code::AskedTooLate,
            format!("Questions were taken until {}, so that answers leave time to bid.", until.in_words()),
        ));
    }
    let waiting = |query: &&query::Model| query.provider_id == facts.provider_id && query.answer.is_none();
    if facts.queries.iter().filter(waiting).count() >= OPEN_MAX {
        return Err(Refusal::new(
            Code::QueriesWait,
            format!("{OPEN_MAX} of your questions wait for an answer: ask again when one is answered."),
        ));
    }
    if facts.queries.len() >= QUERIES_MAX {
        return Err(Refusal::new(
            Code::QueriesWait,
            format!("{QUERIES_MAX} questions were asked about this opportunity: it takes no more."),
        ));
    }
    check_question(&new.question)?;
    // A possible name is the broker's to look at; what has a form of its own is nobody's to write.
    let sure: Vec<Leak> =
        leaks("question", &new.question).into_iter().filter(|leak| !leak.kind.may_be_considered()).collect();
    may_publish(&sure, None)?;
    let row = query::Model {
        id: QueryId::new(),
        opportunity_id: of.id,
        provider_id: facts.provider_id,
        asked_by: by,
        asked_at: now,
        asked: new.question,
        question: None,
        answer: None,
        answered_by: None,
        answered_at: None,
        alone_because: None,
    };
    let event = Event::QueryAsked { query_id: row.id };
    Ok(Change::new(of.id, event).insert(row).tell(LetterKind::QueryAsked, facts.brokers, facts.context))
}

/// What answering looks at.
pub struct Answering<'a> {
    pub opportunity: &'a opportunity::Model,
    pub query: &'a query::Model,
    /// The people of the provider that asked.
    pub asker: &'a [AccountId],
    /// Every provider that was told of it or has bid, with its people.
    pub told: &'a [(ProviderId, Vec<AccountId>)],
    pub context: &'a OpportunityContext,
}

/// A broker answers: to everybody at once, or for a recorded reason to the asker alone.
///
/// # Errors
/// Closed; answered already; no question or answer, too long a one, or one that may identify the person.
pub fn answer(
    facts: &Answering<'_>,
    by: AccountId,
    said: QueryAnswer,
    now: Instant,
) -> Result<Change, Refusal> {
    let (of, query) = (facts.opportunity, facts.query);
    check_open(of, now).map_err(|closed| match closed.code {
        Code::BidTooLate => Refusal::new(
            Code::BiddingOver,
            "Bidding has closed, so an answer would come too late for any bid.",
        ),
        _ => closed,
    })?;
    if query.answer.is_some() {
        return Err(Refusal::new(Code::AlreadyAnswered, "This question is answered already."));
    }
    check_words("answer", &said.answer)?;
    let mut found = leaks("answer", &said.answer);
    let question = match (&said.alone_because, said.question) {
        (Some(because), _) => {
            check_words("alone_because", because)?;
            None
        }
        (None, question) => {
            let question = question.unwrap_or_default();
            check_question(&question)?;
            found.extend(leaks("question", &question));
            Some(question)
        }
    };
    may_publish(&found, said.leaks_considered.as_deref())?;
    let alone = said.alone_because.clone();
    let row = query::Model {
        question,
        answer: Some(said.answer),
        answered_by: Some(by),
        answered_at: Some(now),
        alone_because: said.alone_because,
        ..query.clone()
    };
    Ok(match alone {
        Some(reason) => {
            let event = Event::QueryAnsweredAlone {
                query_id: row.id,
                provider_id: row.provider_id,
                reason,
                leaks_considered: said.leaks_considered,
            };
            Change::new(of.id, event).update(row).tell(
                LetterKind::QueryAnsweredAlone,
                facts.asker,
                facts.context,
            )
        }
        None => {
            let event = Event::QueryPublished { query_id: row.id, leaks_considered: said.leaks_considered };
            facts.told.iter().fold(Change::new(of.id, event).update(row), |change, (_, people)| {
                change.tell(LetterKind::QueryPublished, people, facts.context)
            })
        }
    })
}

fn check_question(text: &str) -> Result<(), Refusal> {
    let length = text.trim().chars().count();
    if (1..=QUESTION_MAX).contains(&length) {
        return Ok(());
    }
    Err(Refusal::new(
        Code::InvalidField,
        format!("Enter the question, in at most {QUESTION_MAX} characters."),
    )
    .at("question"))
}
