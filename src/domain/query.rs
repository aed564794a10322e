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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        change::{Row, Write},
        opportunity::{context, example},
    };

    const HOUR: i64 = 3600;
    /// Tuesday 1 December 2026, nine in the morning.
    const PUBLISHED: Instant = Instant::from_milliseconds(1_796_115_600_000);

    fn open_for(hours: i64) -> opportunity::Model {
        example(PUBLISHED, PUBLISHED.plus_seconds(hours * HOUR))
    }

    fn query(of: &opportunity::Model, provider_id: ProviderId, answer: Option<&str>) -> query::Model {
        query::Model {
            id: QueryId::new(),
            opportunity_id: of.id,
            provider_id,
            asked_by: AccountId::new(),
            asked_at: PUBLISHED,
            asked: "Acorn asks: is there parking?".to_owned(),
            question: None,
            answer: answer.map(str::to_owned),
            answered_by: None,
            answered_at: None,
            alone_because: None,
        }
    }

    /// What comes of asking: nothing, or the refusal's code.
    fn asked(
        of: &opportunity::Model,
        (provider_id, queries): (ProviderId, &[query::Model]),
        question: &str,
        now: Instant,
    ) -> Result<Change, Code> {
        let context = context(of, "Market", "Category");
        let facts = Asking {
            opportunity: of,
            provider_id,
            standing: Some(Standing::Admitted),
            with_request: false,
            queries,
            brokers: &[AccountId::new()],
            context: &context,
        };
        let new = NewQuery { question: question.to_owned() };
        ask(&facts, AccountId::new(), new, now).map_err(|refusal| refusal.code)
    }

    fn answered(
        of: &opportunity::Model,
        query: &query::Model,
        said: QueryAnswer,
        now: Instant,
    ) -> Result<Change, Refusal> {
        let context = context(of, "Market", "Category");
        let told = [ProviderId::new(), query.provider_id].map(|id| (id, vec![AccountId::new()]));
        let asker = [AccountId::new()];
        let facts = Answering { opportunity: of, query, asker: &asker, told: &told, context: &context };
        answer(&facts, AccountId::new(), said, now)
    }

    fn said(question: Option<&str>, answer: &str, alone: Option<&str>) -> QueryAnswer {
        QueryAnswer {
            question: question.map(str::to_owned),
            answer: answer.to_owned(),
            alone_because: alone.map(str::to_owned),
            leaks_considered: None,
        }
    }

    fn row(change: &Change) -> query::Model {
        let found = change.writes.iter().find_map(|write| match write {
            Write::Insert(Row::Query(row)) | Write::Update(Row::Query(row)) => Some(query::Model::clone(row)),
            _ => None,
        });
        found.expect("a question")
    }

    #[test]
    fn questions_end_a_day_before_the_deadline_or_at_half_of_a_shorter_window() {
        for (window, until) in [(240, 216), (49, 25), (48, 24), (47, 23), (24, 12), (4, 2)] {
            let of = open_for(window);
            // Of an odd number of hours, half an hour counts.
            let half = PUBLISHED.plus_milliseconds(window * HOUR * 1000 / 2);
            let wanted = if window <= 48 { half } else { PUBLISHED.plus_seconds(until * HOUR) };
            assert_eq!(ask_until(&of), wanted, "{window} hours");
        }
    }

    #[test]
    fn the_last_question_is_taken_in_the_millisecond_before_they_end() {
        for window in [240, 4] {
            let of = open_for(window);
            let until = ask_until(&of);
            let ask_at = |now| asked(&of, (ProviderId::new(), &[]), "Is there parking?", now).err();
            assert_eq!(ask_at(PUBLISHED), None);
            assert_eq!(ask_at(until.plus_milliseconds(-1)), None, "{window}");
            assert_eq!(ask_at(until), Some(Code::AskedTooLate), "{window}");
            assert_eq!(ask_at(of.closes_at.plus_milliseconds(-1)), Some(Code::AskedTooLate), "{window}");
            assert_eq!(ask_at(of.closes_at), Some(Code::BidTooLate), "{window}");
        }
    }

    #[test]
    fn a_provider_has_ten_questions_that_wait_and_an_opportunity_takes_five_hundred() {
        let (of, own, other) = (open_for(240), ProviderId::new(), ProviderId::new());
        let ask = |queries: &[query::Model]| asked(&of, (own, queries), "Why?", PUBLISHED).err();
        let waiting = |id, many| vec![query(&of, id, None); many];
        assert_eq!(ask(&waiting(own, OPEN_MAX - 1)), None);
        assert_eq!(ask(&waiting(own, OPEN_MAX)), Some(Code::QueriesWait));
        // What was answered waits no more, and what another asked is none of one's own.
        let mut mixed = waiting(own, OPEN_MAX - 1);
        mixed.extend(vec![query(&of, own, Some("Yes.")); 20]);
        mixed.extend(waiting(other, 20));
        assert_eq!(ask(&mixed), None);
        assert_eq!(ask(&waiting(other, QUERIES_MAX - 1)), None);
        assert_eq!(ask(&waiting(other, QUERIES_MAX)), Some(Code::QueriesWait));
    }

    #[test]
    fn a_question_has_words_within_the_limit_and_nothing_that_has_a_form_of_its_own() {
        let of = open_for(240);
        let ask = |text: &str| asked(&of, (ProviderId::new(), &[]), text, PUBLISHED).err();
        assert_eq!(ask(&"x".repeat(QUESTION_MAX)), None);
        assert_eq!(ask(&"x".repeat(QUESTION_MAX + 1)), Some(Code::InvalidField));
        assert_eq!(ask("  "), Some(Code::InvalidField));
        assert_eq!(ask("Is it near ST16 2LH?"), Some(Code::AdvertMayIdentify));
        // A possible name is for the broker to look at.
        assert_eq!(ask("Does Daniel drive?"), None);
        // Whoever may not bid may not ask.
        let context = context(&of, "Market", "Category");
        let facts = Asking {
            opportunity: &of,
            provider_id: ProviderId::new(),
            standing: Some(Standing::Suspended),
            with_request: true,
            queries: &[],
            brokers: &[],
            context: &context,
        };
        let new = NewQuery { question: "Why?".to_owned() };
        assert_eq!(ask_refused(super::ask(&facts, AccountId::new(), new, PUBLISHED)), Some(Code::Suspended));
    }

    fn ask_refused(result: Result<Change, Refusal>) -> Option<Code> {
        result.err().map(|refusal| refusal.code)
    }

    #[test]
    fn answers_are_taken_until_bidding_closes_and_once() {
        let of = open_for(4);
        let waits = query(&of, ProviderId::new(), None);
        let publish = |query: &query::Model, now| {
            let said = said(Some("Is there parking?"), "Yes, for two cars.", None);
            ask_refused(answered(&of, query, said, now))
        };
        assert_eq!(publish(&waits, of.closes_at.plus_milliseconds(-1)), None);
        assert_eq!(publish(&waits, of.closes_at), Some(Code::BiddingOver));
        let done = query(&of, ProviderId::new(), Some("Yes."));
        assert_eq!(publish(&done, PUBLISHED), Some(Code::AlreadyAnswered));
    }

    #[test]
    fn an_answer_is_for_everybody_with_the_question_in_neutral_words_or_for_the_asker_alone_with_a_reason() {
        let of = open_for(240);
        let waits = query(&of, ProviderId::new(), None);
        let change = answered(&of, &waits, said(Some("Is there parking?"), "Yes.", None), PUBLISHED)
            .expect("published");
        assert_eq!((row(&change).question.as_deref(), change.letters.len()), (Some("Is there parking?"), 2));
        // Alone, nothing is kept that could be shown to others, whatever was sent.
        let change = answered(
            &of,
            &waits,
            said(Some("Is there parking?"), "Yes.", Some("It is about their own premises.")),
            PUBLISHED,
        )
        .expect("answered alone");
        assert_eq!((row(&change).question, change.letters.len()), (None, 1));
        let code = |said| ask_refused(answered(&of, &waits, said, PUBLISHED));
        assert_eq!(code(said(None, "Yes.", None)), Some(Code::InvalidField));
        assert_eq!(code(said(Some("Why?"), " ", None)), Some(Code::InvalidField));
        assert_eq!(code(said(None, "Yes.", Some(" "))), Some(Code::InvalidField));
        assert_eq!(code(said(Some("Does Daniel drive?"), "Yes.", None)), Some(Code::AdvertMayIdentify));
        assert_eq!(code(said(Some("Why?"), "Ring 01785 123456.", None)), Some(Code::AdvertMayIdentify));
    }
}
