//! A market's questionnaire is public. The answers to it are seen with the enrolment, by its provider and by the officers
//! of the market's authority, as they were sent and in the version that was answered.

use super::enrolment::StandingMarkView;
use crate::domain::{
    actor::Actor,
    enrolment::Facts,
    passport::topic_words,
    questionnaire::{self as rules, AnswerOutcome, newest},
};
use entity::{
    enrolment::Response, passport_answer, questionnaire, questionnaire::AskedQuestion,
    questionnaire::Questionnaire, vocabulary::*,
};
use serde::{Deserialize, Serialize};

/// What a market asks of those who begin now.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MarketQuestionnaire {
    pub id: QuestionnaireId,
    pub version: i32,
    pub since: Instant,
    pub content: Questionnaire,
}

/// A revision of an answer of the passport.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PassportText {
    pub revision: i32,
    pub answer: String,
    pub at: Instant,
}

/// How an answer that was taken from the passport stands to it now.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PassportOfAnswer {
    pub topic: PassportTopic,
    /// What the topic is called.
    pub words: String,
    /// What the council accepted since, where that is other than what was sent.
    pub accepted: Option<PassportText>,
    /// What the passport says now, where that is newer than what the council relies on.
    pub newer: Option<PassportText>,
}

/// A question with its answer.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AnsweredQuestion {
    pub question: AskedQuestion,
    /// As a person reads it.
    pub answer: String,
    pub answered_at: Instant,
    pub outcome: AnswerOutcome,
    /// The provider sees it once its request was decided.
    pub mark: Option<StandingMarkView>,
    pub passport: Option<PassportOfAnswer>,
}

/// A section with the questions that were asked of this provider.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AnsweredSection {
    pub id: String,
    pub title: String,
    pub questions: Vec<AnsweredQuestion>,
}

/// What the marks come to.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AnswersScore {
    /// Weighted marks, to four places.
    pub total: Score,
    /// The weight of all marked questions.
    pub of: Score,
    /// The least total that admits.
    pub least: Option<Score>,
    /// Whether every answer has its mark.
    pub complete: bool,
    pub reached: bool,
}

/// A questionnaire with the answers of one request.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AnsweredQuestionnaire {
    pub version: i32,
    pub sections: Vec<AnsweredSection>,
    /// Nothing where no answer is marked; the provider sees it once its request was decided.
    pub score: Option<AnswersScore>,
    /// The question whose answer fails the market's conditions: nobody is admitted with one.
    pub failing: Vec<String>,
    /// Whether the viewer may mark answers.
    pub may_mark: bool,
    /// Whether the viewer may accept what the passport says now, or ask about it.
    pub may_accept_passport: bool,
}

pub fn of_market(row: &questionnaire::Model) -> Option<MarketQuestionnaire> {
    let nothing = row.content.sections.is_empty();
    (!nothing).then(|| MarketQuestionnaire {
        id: row.id,
        version: row.version,
        since: row.since,
        content: row.content.clone(),
    })
}

/// The answers of an enrolment's request; `decided`: whether it no longer waits for its decision.
pub fn answered(facts: &Facts, to: &Actor, decided: bool) -> Option<AnsweredQuestionnaire> {
    let version = facts.answered.questionnaire.as_ref()?;
    let all = rules::answered(facts);
    let shown = to.authority().is_ok() || decided;
    let procurement = to.is(OfficerRole::Procurement);
    let sections = version.content.sections.iter().map(|section| AnsweredSection {
        id: section.id.clone(),
        title: section.title.clone(),
        questions: all
            .iter()
            .filter(|(question, _)| section.questions.iter().any(|one| one.id == question.id))
            .map(|(question, response)| answer(facts, question, response, shown))
            .collect(),
    });
    let marked = all.iter().any(|(question, _)| question.scored.is_some());
    let failing =
        all.iter().filter(|(question, one)| rules::outcome(question, &one.answer) == AnswerOutcome::Fails);
    Some(AnsweredQuestionnaire {
        version: version.version,
        sections: sections.filter(|section| !section.questions.is_empty()).collect(),
        score: (marked && shown).then(|| score(facts, version.content.pass_share)).flatten(),
        failing: failing.map(|(question, _)| question.words.clone()).collect(),
        may_mark: procurement && marked && !decided,
        may_accept_passport: procurement && crate::domain::passport::matters(facts.enrolment.standing),
    })
}

fn score(facts: &Facts, pass: Option<Weight>) -> Option<AnswersScore> {
    let scored = rules::score(facts);
    Some(AnswersScore {
        total: Score::rounded(scored.total).ok()?,
        of: Score::rounded(scored.of).ok()?,
        least: pass.and_then(|share| Score::rounded(scored.of * share.decimal()).ok()),
        complete: scored.complete,
        reached: pass.is_none_or(|share| scored.reaches(share)),
    })
}

fn answer(facts: &Facts, question: &AskedQuestion, response: &Response, shown: bool) -> AnsweredQuestion {
    let mark = facts.answered.marks.iter().find(|mark| mark.question_id == question.id);
    AnsweredQuestion {
        question: question.clone(),
        answer: rules::in_words(question, &response.answer),
        answered_at: response.answered_at,
        outcome: rules::outcome(question, &response.answer),
        mark: mark.filter(|_| shown).map(|mark| StandingMarkView {
            mark: mark.mark,
            reason: mark.reason.clone(),
            at: mark.given_at,
        }),
        passport: question.passport.and_then(|topic| passport(facts, topic, response)),
    }
}

fn passport(facts: &Facts, topic: PassportTopic, response: &Response) -> Option<PassportOfAnswer> {
    let reliance = facts.answered.reliances.iter().find(|one| one.topic == topic)?;
    let known = &facts.answered.passport;
    let text = |row: &passport_answer::Model| PassportText {
        revision: row.revision,
        answer: row.answer.clone(),
        at: row.answered_at,
    };
    let relied = known.iter().find(|row| row.topic == topic && row.revision == reliance.revision);
    Some(PassportOfAnswer {
        topic,
        words: topic_words(topic).to_owned(),
        accepted: relied.filter(|row| Some(row.revision) != response.passport_revision).map(text),
        newer: newest(known, topic).filter(|row| row.revision > reliance.revision).map(text),
    })
}
