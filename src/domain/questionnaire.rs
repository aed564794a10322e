//! The questions that a market asks of those who want to join: which of them are asked of whom, whether an answer can
//! be, whether it meets the market's conditions, and what its marks come to. Conditions of entry are the same for
//! everybody and known beforehand (PCR 2015 regs 18, 34, 58, 76; Procurement Act 2023 s. 36).

use super::{
    change::Change,
    enrolment::{Facts, check_words},
    event::Event,
    refusal::{Code, Fault, Refusal},
    standing::{Verb, allow},
};
use entity::{
    answer_mark,
    enrolment::Response,
    market::Wanted,
    passport_answer, passport_reliance, questionnaire,
    questionnaire::{AskedQuestion, Asks, Questionnaire},
    vocabulary::*,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The most sections of a questionnaire.
pub const SECTIONS_MAX: usize = 20;
/// The most questions of a questionnaire.
pub const QUESTIONS_MAX: usize = 100;
/// The most options of a question.
pub const OPTIONS_MAX: usize = 20;
/// The most words that a question may allow for its answer.
pub const ANSWER_WORDS_MAX: u32 = 1_000;
/// The longest answer, in characters.
pub const ANSWER_MAX: usize = 8_000;
/// The highest number that is an answer.
pub const NUMBER_MAX: u32 = 1_000_000_000;
/// Ids of sections that every request to join has besides those of the questionnaire.
pub const SECTIONS_RESERVED: [&str; 4] = ["declarations", "evidence", "answers", "check"];

pub const YES: &str = "yes";
pub const NO: &str = "no";

/// What is known of a request's answers besides the request itself.
#[derive(Clone, Debug, Default)]
pub struct Answered {
    /// The version that it answers.
    pub questionnaire: Option<questionnaire::Model>,
    /// The marks of this request's scored answers.
    pub marks: Vec<answer_mark::Model>,
    /// On which revisions of the passport the market relies.
    pub reliances: Vec<passport_reliance::Model>,
    /// Of each topic that it relies on, the revision it relies on and the newest.
    pub passport: Vec<passport_answer::Model>,
}

/// Whether an answer meets the market's conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnswerOutcome {
    Passes,
    Fails,
    /// Nothing is laid down that it could fail.
    NotJudged,
}

/// What the marks come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scored {
    /// Weighted marks, on which it is judged.
    pub total: Decimal,
    /// The weight of all scored questions that were asked.
    pub of: Decimal,
    /// Whether every one of them has its mark.
    pub complete: bool,
}

/// Every question, in order.
pub fn questions(of: &Questionnaire) -> impl Iterator<Item = &AskedQuestion> {
    of.sections.iter().flat_map(|section| &section.questions)
}

pub fn find<'q>(of: &'q Questionnaire, id: &str) -> Option<&'q AskedQuestion> {
    questions(of).find(|question| question.id == id)
}

/// The questions that are asked of somebody with these answers. A condition looks only at a question that is itself
/// asked: an answer that no longer counts asks nothing further.
pub fn asked<'q>(of: &'q Questionnaire, answers: &HashMap<&str, &str>) -> Vec<&'q AskedQuestion> {
    let mut found: Vec<&AskedQuestion> = Vec::new();
    for question in questions(of) {
        let applies = question.only_if.as_ref().is_none_or(|only| {
            found.iter().any(|before| before.id == only.question)
                && answers
                    .get(only.question.as_str())
                    .is_some_and(|answer| only.is.iter().any(|is| is == answer.trim()))
        });
        if applies {
            found.push(question);
        }
    }
    found
}

/// What is wrong with an answer, in a sentence for whoever gave it.
pub fn check(question: &AskedQuestion, answer: &str) -> Option<String> {
    let answer = answer.trim();
    if answer.is_empty() {
        return Some(format!("Answer this: {}", question.words));
    }
    if answer.chars().count() > ANSWER_MAX {
        return Some(format!("Shorten this answer to {ANSWER_MAX} characters: {}", question.words));
    }
    match &question.asks {
        Asks::YesNo { .. } if answer != YES && answer != NO => {
            Some(format!("Choose yes or no: {}", question.words))
        }
        Asks::Text { words_max } => {
            let words = answer.split_whitespace().count();
            (words > *words_max as usize).then(|| {
                format!("Shorten this answer to {words_max} words; it has {words}: {}", question.words)
            })
        }
        Asks::Choice { options, .. } if !options.iter().any(|option| option.id == answer) => {
            Some(format!("Choose one of the answers: {}", question.words))
        }
        Asks::Number { .. } if !answer.parse::<u32>().is_ok_and(|number| number <= NUMBER_MAX) => {
            Some(format!("Enter a whole number from 0 to {NUMBER_MAX}, such as 12: {}", question.words))
        }
        Asks::Date if answer.parse::<Day>().is_err() => {
            Some(format!("Enter a day in the calendar, such as 2026-12-07: {}", question.words))
        }
        Asks::YesNo { .. } | Asks::Choice { .. } | Asks::Number { .. } | Asks::Date => None,
    }
}

/// Whether an answer meets the market's conditions.
pub fn outcome(question: &AskedQuestion, answer: &str) -> AnswerOutcome {
    let judged = |passes| if passes { AnswerOutcome::Passes } else { AnswerOutcome::Fails };
    match &question.asks {
        Asks::YesNo { passes: Some(passes) } => judged(answer == if *passes { YES } else { NO }),
        Asks::Choice { passes, .. } if !passes.is_empty() => judged(passes.iter().any(|id| id == answer)),
        Asks::Number { least, most } if least.is_some() || most.is_some() => {
            judged(answer.parse::<u32>().is_ok_and(|number| {
                least.is_none_or(|least| number >= least) && most.is_none_or(|most| number <= most)
            }))
        }
        Asks::YesNo { .. } | Asks::Text { .. } | Asks::Choice { .. } | Asks::Number { .. } | Asks::Date => {
            AnswerOutcome::NotJudged
        }
    }
}

/// An answer that passes, whatever is true: for data that nobody gave.
pub fn passing(question: &AskedQuestion) -> String {
    match &question.asks {
        Asks::YesNo { passes: Some(true) } => YES.to_owned(),
        Asks::YesNo { .. } => NO.to_owned(),
        Asks::Text { .. } => "This is how we do it, and how we know.".to_owned(),
        Asks::Choice { options, passes } => {
            let first = passes.first().or_else(|| options.first().map(|option| &option.id));
            first.cloned().unwrap_or_default()
        }
        Asks::Number { least, most } => least.or(*most).unwrap_or(12).to_string(),
        Asks::Date => "2019-07-01".to_owned(),
    }
}

/// An answer as a person reads it.
pub fn in_words(question: &AskedQuestion, answer: &str) -> String {
    match &question.asks {
        Asks::YesNo { .. } if answer == YES => "Yes".to_owned(),
        Asks::YesNo { .. } if answer == NO => "No".to_owned(),
        Asks::Choice { options, .. } => options
            .iter()
            .find(|option| option.id == answer)
            .map_or_else(|| answer.to_owned(), |option| option.words.clone()),
        Asks::Date => answer.parse::<Day>().map_or_else(|_| answer.to_owned(), Day::in_words),
        Asks::YesNo { .. } | Asks::Text { .. } | Asks::Number { .. } => answer.to_owned(),
    }
}

/// The evidence of their own that these questions want.
pub fn evidence_of<'q>(
    asked: impl IntoIterator<Item = &'q AskedQuestion>,
) -> impl Iterator<Item = (Wanted, bool)> {
    asked.into_iter().filter_map(|question| {
        let evidence = question.evidence.as_ref()?;
        let words = evidence.words.clone()?;
        Some((Wanted { id: evidence.id.clone(), words }, evidence.expires))
    })
}

/// An answer as it comes in: from a draft, from a program, or out of the passport.
#[derive(Clone, Debug)]
pub struct Given {
    pub question_id: String,
    pub answer: String,
    pub by: Option<AccountId>,
    pub at: Instant,
}

/// The newest revision of a topic.
pub fn newest(passport: &[passport_answer::Model], topic: PassportTopic) -> Option<&passport_answer::Model> {
    passport.iter().filter(|one| one.topic == topic).max_by_key(|one| one.revision)
}

/// The answers that are sent, out of those that were given and the passport, with everything that is wrong. An answer
/// to a question that is not asked of this provider is not sent.
pub fn responses(
    of: &Questionnaire,
    given: &[Given],
    passport: &[passport_answer::Model],
) -> (Vec<Response>, Vec<Fault>) {
    let mut faults = Vec::new();
    let mut answers: HashMap<&str, &str> = HashMap::new();
    for one in given {
        let field = format!("questions.{}", one.question_id);
        if find(of, &one.question_id).is_none() {
            let detail = format!("“{}” is not a question that is asked here.", one.question_id);
            faults.push(Fault { field, detail });
        } else if answers.insert(&one.question_id, one.answer.trim()).is_some() {
            faults.push(Fault { field, detail: "Answer this once.".to_owned() });
        }
    }
    let mut sent = Vec::new();
    for question in asked(of, &answers) {
        let own = given.iter().find(|one| one.question_id == question.id && !one.answer.trim().is_empty());
        let known = question.passport.and_then(|topic| newest(passport, topic));
        let response = match (own, known) {
            (Some(own), known) => Response {
                question_id: question.id.clone(),
                answer: own.answer.trim().to_owned(),
                answered_by: own.by,
                answered_at: own.at,
                passport_revision: known.filter(|k| k.answer == own.answer.trim()).map(|k| k.revision),
            },
            (None, Some(known)) => Response {
                question_id: question.id.clone(),
                answer: known.answer.clone(),
                answered_by: None,
                answered_at: known.answered_at,
                passport_revision: Some(known.revision),
            },
            (None, None) => {
                let detail = check(question, "").unwrap_or_default();
                faults.push(Fault { field: format!("questions.{}", question.id), detail });
                continue;
            }
        };
        if let Some(detail) = check(question, &response.answer) {
            faults.push(Fault { field: format!("questions.{}", question.id), detail });
        }
        sent.push(response);
    }
    (sent, faults)
}

/// The questions that a request was asked, with its answers.
pub fn answered(facts: &Facts) -> Vec<(&AskedQuestion, &Response)> {
    let Some(questionnaire) = &facts.answered.questionnaire else { return Vec::new() };
    let responses = &facts.enrolment.request.responses;
    questions(&questionnaire.content)
        .filter_map(|question| {
            let response = responses.iter().find(|response| response.question_id == question.id)?;
            Some((question, response))
        })
        .collect()
}

/// What the marks so far come to.
pub fn score(facts: &Facts) -> Scored {
    let mut scored = Scored { total: Decimal::ZERO, of: Decimal::ZERO, complete: true };
    for (question, _) in answered(facts) {
        let Some(terms) = &question.scored else { continue };
        scored.of += terms.weight.decimal();
        match facts.answered.marks.iter().find(|mark| mark.question_id == question.id) {
            // A definition's highest mark is more than 0.
            Some(given) => {
                let share = given.mark.decimal().checked_div(terms.mark_max.decimal());
                scored.total += terms.weight.decimal() * share.unwrap_or_default();
            }
            None => scored.complete = false,
        }
    }
    scored
}

impl Scored {
    /// Whether the total reaches this share of the weight. Judged before it is rounded.
    pub fn reaches(&self, share: Weight) -> bool {
        self.total >= self.of * share.decimal()
    }
}

/// Whether the answers, and their marks, let a provider be admitted.
///
/// # Errors
/// An answer does not meet the market's conditions; a mark is missing; the marks do not suffice.
pub fn check_admissible(facts: &Facts) -> Result<(), Refusal> {
    let answered = answered(facts);
    for (question, response) in &answered {
        if outcome(question, &response.answer) == AnswerOutcome::Fails {
            return Err(Refusal::new(
                Code::AnswerFails,
                format!(
                    "The answer “{}” does not meet the market's conditions: {} Refuse the request and say so, so \
                     that the provider can ask again.",
                    in_words(question, &response.answer),
                    question.words
                ),
            )
            .at(format!("questions.{}", question.id)));
        }
    }
    for (question, _) in &answered {
        let Some(terms) = &question.scored else { continue };
        let field = format!("questions.{}", question.id);
        let given = facts.answered.marks.iter().find(|mark| mark.question_id == question.id);
        let Some(given) = given else {
            return Err(Refusal::new(
                Code::AnswerMarkMissing,
                format!("Mark this answer first: {}", question.words),
            )
            .at(field));
        };
        if let Some(least) = terms.mark_min.filter(|least| given.mark < *least) {
            return Err(Refusal::new(
                Code::PassMarkMissed,
                format!(
                    "This answer has {} of {}, and the market asks for at least {least}: {}",
                    given.mark, terms.mark_max, question.words
                ),
            )
            .at(field));
        }
    }
    let pass = facts.answered.questionnaire.as_ref().and_then(|one| one.content.pass_share);
    let scored = score(facts);
    match pass {
        Some(share) if !scored.reaches(share) => Err(Refusal::new(
            Code::PassMarkMissed,
            format!(
                "The answers have {} of {} weighted marks together, and the market asks for at least {}.",
                scored.total.round_dp(4).normalize(),
                scored.of.normalize(),
                (scored.of * share.decimal()).round_dp(4).normalize()
            ),
        )),
        Some(_) | None => Ok(()),
    }
}

/// A procurement officer marks a scored answer, or changes its mark, with a reason. Nothing where nothing is new.
///
/// # Errors
/// The standing does not allow it; no such scored question was asked; a mark that cannot be; no reason.
pub fn give_mark(
    facts: &Facts,
    by: AccountId,
    question_id: &str,
    mark: Mark,
    reason: String,
    now: Instant,
) -> Result<Option<Change>, Refusal> {
    // A request that was decided is not marked any more.
    allow(facts.enrolment.standing, Verb::Admit)?;
    let answered = answered(facts);
    let found = answered.iter().find(|(question, _)| question.id == question_id);
    let Some((question, terms)) = found.and_then(|(q, _)| q.scored.as_ref().map(|terms| (*q, terms))) else {
        return Err(Refusal::new(
            Code::MarkInvalid,
            format!("“{question_id}” is not a question whose answer is marked here."),
        )
        .at("question_id"));
    };
    if mark < Mark::ZERO || mark > terms.mark_max || !mark.has_at_most_places(1) {
        return Err(Refusal::new(
            Code::MarkInvalid,
            format!("Give a mark from 0 to {}, in tenths at most.", terms.mark_max),
        )
        .at("mark"));
    }
    check_words("reason", &reason)?;
    let before = facts.answered.marks.iter().find(|mark| mark.question_id == question_id);
    if before.is_some_and(|b| b.mark == mark && b.reason == reason) {
        return Ok(None);
    }
    let event = Event::AnswerMarkGiven {
        question_id: question_id.to_owned(),
        question: question.words.clone(),
        mark,
        reason: reason.clone(),
        before: before.map(|b| b.mark),
    };
    let row = answer_mark::Model {
        enrolment_id: facts.enrolment.id,
        received_at: facts.enrolment.received_at,
        question_id: question_id.to_owned(),
        mark,
        reason,
        given_by: by,
        given_at: now,
    };
    Ok(Some(Change::new(facts.enrolment.id, event).upsert(row)))
}

#[cfg(test)]
mod tests;
