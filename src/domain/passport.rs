//! The passport: what a provider answers once, for every market. What was sent with a request is frozen; a later change
//! tells each council that relied on it, and each accepts it for itself.

use super::{
    change::{Change, Subject},
    enrolment::{CLARIFICATIONS_MAX, Facts, check_words},
    event::Event,
    evidence::is_watched,
    questionnaire::{ANSWER_MAX, newest},
    refusal::{Code, Fault, Refusal},
    standing::{Verb, may},
    task as tasks,
};
use entity::{
    enrolment,
    enrolment::Clarification,
    passport_answer,
    passport_answer::{Referee, Referees},
    passport_reliance,
    questionnaire::Questionnaire,
    task,
    vocabulary::*,
};
use serde::{Deserialize, Serialize};

/// The most words of an answer: as many as a question may allow at most.
pub const PASSPORT_WORDS_MAX: u32 = super::questionnaire::ANSWER_WORDS_MAX;
/// The most revisions of one topic.
pub const REVISIONS_MAX: i32 = 1_000;
/// The most referees that a provider names.
pub const REFEREES_MAX: usize = 6;
/// The most characters of each thing that is said of a referee.
pub const REFEREE_CHARS_MAX: usize = 200;

/// A provider answers a topic of its passport, or changes its answer.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPassportAnswer {
    pub topic: PassportTopic,
    /// The revision that its writer saw; 0 where nothing was written yet.
    pub revision: i32,
    /// In words, for every topic but references.
    #[serde(default)]
    pub answer: String,
    /// Who can speak for the provider, for references alone.
    #[serde(default)]
    pub referees: Vec<Referee>,
}

/// An officer accepts what a passport says now, for this market alone.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PassportAcceptance {
    pub topic: PassportTopic,
    /// The revision that the officer read.
    pub revision: i32,
}

/// What a topic is called.
pub const fn topic_words(topic: PassportTopic) -> &'static str {
    match topic {
        PassportTopic::Organisation => "Your organisation",
        PassportTopic::SafeguardingPolicy => "Safeguarding adults",
        PassportTopic::Recruitment => "Safer recruitment",
        PassportTopic::Training => "Training and supervision",
        PassportTopic::HealthAndSafetyPolicy => "Health and safety",
        PassportTopic::ComplaintsPolicy => "Complaints",
        PassportTopic::BusinessContinuity => "Business continuity",
        PassportTopic::Equality => "Equality, diversity and inclusion",
        PassportTopic::DataProtection => "Data protection",
        PassportTopic::ModernSlavery => "Modern slavery",
        PassportTopic::QualityAssurance => "Quality assurance",
        PassportTopic::Environment => "The environment",
        PassportTopic::References => "Organisations that can speak for you",
        PassportTopic::Disputes => "Disputes and contracts ended early",
    }
}

/// What helps to answer a topic.
pub const fn topic_guidance(topic: PassportTopic) -> &'static str {
    match topic {
        PassportTopic::Organisation => "Who you are, what you do and for how long you have done it.",
        PassportTopic::SafeguardingPolicy => {
            "How you keep adults safe: who is responsible, how concerns are raised, and how often the policy is reviewed."
        }
        PassportTopic::Recruitment => {
            "How you check people before they start: references, the right to work, and the Disclosure and Barring Service."
        }
        PassportTopic::Training => "What staff learn before they work alone, and how they are supervised.",
        PassportTopic::HealthAndSafetyPolicy => {
            "How you assess risks, for the people you support and for your staff."
        }
        PassportTopic::ComplaintsPolicy => {
            "How people complain, how soon they hear, and what you have learnt from it."
        }
        PassportTopic::BusinessContinuity => {
            "How support goes on in bad weather, in an outbreak, or when staff are short."
        }
        PassportTopic::Equality => "How you treat people fairly, those you support and those you employ.",
        PassportTopic::DataProtection => {
            "How you keep what you know of people safe, and who is responsible for it."
        }
        PassportTopic::ModernSlavery => {
            "What you do against modern slavery, among your own staff and your suppliers."
        }
        PassportTopic::QualityAssurance => {
            "How you know that your support is good, and what you do where it is not."
        }
        PassportTopic::Environment => "What you do to travel less, waste less and use less.",
        PassportTopic::References => {
            "Who buys or bought support from you, and can say how it went. Name no person, and nobody whom you support."
        }
        PassportTopic::Disputes => {
            "What was ended early or went to dispute in the last three years, and what you changed."
        }
    }
}

/// Where a provider's passport is relied upon, and with what.
pub struct Relied {
    pub facts: Facts,
    /// The tasks that stand because of the enrolment.
    pub open: Vec<task::Model>,
}

/// Whether a request or a standing is one for which answers still matter.
pub const fn matters(standing: Standing) -> bool {
    match standing {
        Standing::Applied
        | Standing::Clarification
        | Standing::Admitted
        | Standing::NoNewWork
        | Standing::Suspended => true,
        Standing::Refused | Standing::Removed | Standing::Withdrawn => false,
    }
}

/// Adds on which revisions of the passport a request relies.
pub fn with_request(change: Change, enrolment: &enrolment::Model, asked: &Questionnaire) -> Change {
    let mut relied: Vec<(PassportTopic, i32)> = Vec::new();
    for response in &enrolment.request.responses {
        let question = super::questionnaire::find(asked, &response.question_id);
        let topic = question.and_then(|question| question.passport);
        if let (Some(topic), Some(revision)) = (topic, response.passport_revision)
            && !relied.iter().any(|(known, _)| *known == topic)
        {
            relied.push((topic, revision));
        }
    }
    relied.into_iter().fold(change, |change, (topic, revision)| {
        change.insert(passport_reliance::Model {
            enrolment_id: enrolment.id,
            received_at: enrolment.received_at,
            topic,
            revision,
            accepted_by: None,
            accepted_at: None,
        })
    })
}

/// What somebody typed as an answer in words.
fn written(answer: &str) -> Result<String, Refusal> {
    let answer = answer.trim();
    let (words, length) = (answer.split_whitespace().count(), answer.chars().count());
    if words == 0 {
        return Err(Refusal::new(Code::InvalidField, "Enter your answer.").at("answer"));
    }
    if words > PASSPORT_WORDS_MAX as usize || length > ANSWER_MAX {
        return Err(Refusal::new(
            Code::InvalidField,
            format!(
                "Shorten your answer to {PASSPORT_WORDS_MAX} words and {ANSWER_MAX} characters; it has {words} and \
                 {length}."
            ),
        )
        .at("answer"));
    }
    Ok(answer.to_owned())
}

/// The referees that somebody typed, without what stands before and after. Whether addresses are such is not looked at.
///
/// # Errors
/// There is none, or too many; something is empty or too long.
fn named(referees: &[Referee]) -> Result<Vec<Referee>, Refusal> {
    if !(1..=REFEREES_MAX).contains(&referees.len()) {
        let words = format!("Name between one and {REFEREES_MAX} organisations that can speak for you.");
        return Err(Refusal::new(Code::InvalidField, words).at("referees"));
    }
    let mut faults = Vec::new();
    for (at, one) in referees.iter().enumerate() {
        for (field, text, wanted) in [
            ("organisation", &one.organisation, "the name of the organisation"),
            ("service", &one.service, "what you do or did for it"),
            ("role", &one.role, "the role to write to"),
            ("email", &one.email, "an email address"),
        ] {
            if !(1..=REFEREE_CHARS_MAX).contains(&text.trim().chars().count()) || text.trim().contains('\n') {
                let detail =
                    format!("Enter {wanted}, in at most {REFEREE_CHARS_MAX} characters on one line.");
                faults.push(Fault { field: format!("referees[{at}].{field}"), detail });
            }
        }
    }
    Refusal::of_all(Code::InvalidField, faults)?;
    let trimmed = |text: &String| text.trim().to_owned();
    Ok(referees
        .iter()
        .map(|one| Referee {
            organisation: trimmed(&one.organisation),
            service: trimmed(&one.service),
            role: trimmed(&one.role),
            email: trimmed(&one.email).to_lowercase(),
        })
        .collect())
}

/// As a request to join says it.
fn in_words(referees: &[Referee]) -> String {
    let line = |one: &Referee| {
        format!("{}: {}. Write to: {}, {}", one.organisation, one.service, one.role, one.email)
    };
    referees.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The provider answers a topic, or changes its answer: each council that relied on it is told, by an event and a task.
/// The first change is the provider's own; the others are of the enrolments that rely on it. None, where it says the same
/// as before.
///
/// # Errors
/// It is empty or too long; somebody changed it meanwhile; it was changed too often.
pub fn answer(
    provider: ProviderId,
    before: Option<&passport_answer::Model>,
    relied: &[Relied],
    new: NewPassportAnswer,
    by: AccountId,
    now: Instant,
) -> Result<Vec<Change>, Refusal> {
    let (answer, referees) = if new.topic == PassportTopic::References {
        if !new.answer.trim().is_empty() {
            let words = "References are organisations, each by itself: leave this empty.";
            return Err(Refusal::new(Code::InvalidField, words).at("answer"));
        }
        let referees = named(&new.referees)?;
        (in_words(&referees), Some(Referees(referees)))
    } else if new.referees.is_empty() {
        (written(&new.answer)?, None)
    } else {
        let words = "Only the topic of references names organisations that can speak for you.";
        return Err(Refusal::new(Code::InvalidField, words).at("referees"));
    };
    let revision = before.map_or(0, |before| before.revision);
    if new.revision != revision {
        return Err(Refusal::new(
            Code::RevisionStale,
            "A colleague, or you in another window, changed this answer meanwhile: load it again.",
        )
        .at("revision"));
    }
    if before.is_some_and(|before| before.answer == answer) {
        return Ok(Vec::new());
    }
    if revision >= REVISIONS_MAX {
        return Err(Refusal::new(
            Code::StandingForbids,
            format!("This answer was changed {REVISIONS_MAX} times, which is the most."),
        ));
    }
    let row = passport_answer::Model {
        provider_id: provider,
        topic: new.topic,
        revision: revision + 1,
        answer,
        referees,
        answered_by: by,
        answered_at: now,
    };
    let event = Event::PassportAnswered { topic: new.topic, revision: row.revision };
    let mut changes = vec![Change::new(provider, event).insert(row)];
    for one in relied {
        let enrolment = &one.facts.enrolment;
        let relies = one.facts.answered.reliances.iter().any(|reliance| reliance.topic == new.topic);
        if !relies || !matters(enrolment.standing) {
            continue;
        }
        let change = Change::new(enrolment.id, Event::PassportChanged { topic: new.topic });
        let stands = one.open.iter().any(|task| task.kind == TaskKind::PassportChanged);
        let about = Subject::from(enrolment.id);
        changes.push(if stands {
            change
        } else {
            let authority = one.facts.market.authority_id;
            change.insert(tasks::raised(TaskKind::PassportChanged, about, authority, now))
        });
    }
    Ok(changes)
}

/// On which topics the passport says something newer than what the market relies on.
pub fn changed(facts: &Facts) -> impl Iterator<Item = (&passport_reliance::Model, &passport_answer::Model)> {
    facts.answered.reliances.iter().filter_map(|reliance| {
        let newest = newest(&facts.answered.passport, reliance.topic)?;
        (newest.revision > reliance.revision).then_some((reliance, newest))
    })
}

/// A procurement officer accepts what the passport says now. When nothing newer is left, the task is done.
///
/// # Errors
/// Nothing newer is there; the provider changed it again since it was read.
pub fn accept(
    facts: &Facts,
    given: &PassportAcceptance,
    open: &[task::Model],
    by: AccountId,
    now: Instant,
) -> Result<Change, Refusal> {
    let found = changed(facts).find(|(reliance, _)| reliance.topic == given.topic);
    let Some((reliance, newest)) = found else {
        return Err(Refusal::new(
            Code::AlreadyDecided,
            "The passport says nothing newer on this than what the market relies on. Load the page again.",
        )
        .at("topic"));
    };
    if newest.revision != given.revision {
        return Err(Refusal::new(
            Code::RevisionStale,
            "The provider changed this answer again: load the page and read what it says now.",
        )
        .at("revision"));
    }
    let row = passport_reliance::Model {
        revision: newest.revision,
        accepted_by: Some(by),
        accepted_at: Some(now),
        ..reliance.clone()
    };
    let change = Change::new(facts.enrolment.id, Event::PassportAccepted { topic: given.topic }).update(row);
    if changed(facts).count() > 1 {
        return Ok(change);
    }
    let done = open.iter().filter(|task| task.kind == TaskKind::PassportChanged);
    Ok(done.fold(change, |change, task| {
        change.update(tasks::closed(task.clone(), "What the passport says now was accepted.", now))
    }))
}

/// A procurement officer asks about what the passport says now. A provider that was admitted stays so while it answers.
///
/// # Errors
/// Nothing newer is there; a question waits for its answer already; too many were asked; the question is empty.
pub fn ask(facts: &Facts, topic: PassportTopic, question: String, now: Instant) -> Result<Change, Refusal> {
    if !changed(facts).any(|(reliance, _)| reliance.topic == topic) {
        return Err(Refusal::new(
            Code::NothingToAsk,
            "The passport says nothing newer on this than what the market relies on. Load the page again.",
        )
        .at("topic"));
    }
    check_words("question", &question)?;
    let mut enrolment = facts.enrolment.clone();
    if awaits_answer(&enrolment) || enrolment.clarifications.0.len() >= CLARIFICATIONS_MAX {
        return Err(Refusal::new(
            Code::StandingForbids,
            format!(
                "A question waits for its answer, or {CLARIFICATIONS_MAX} were asked, which is the most. Accept it, or \
                 write to the provider."
            ),
        ));
    }
    if may(enrolment.standing, Verb::Ask) {
        enrolment.standing = Standing::Clarification;
    }
    let question = format!("{}: {}", topic_words(topic), question.trim());
    enrolment.clarifications.0.push(Clarification {
        question: question.clone(),
        asked_at: now,
        answer: None,
        answered_at: None,
    });
    let change = Change::new(enrolment.id, Event::ClarificationAsked { question }).update(enrolment);
    Ok(change.tell(LetterKind::ClarificationAsked, &facts.people, &facts.context()))
}

/// Whether the last question is not answered yet, whatever the standing.
pub fn awaits_answer(enrolment: &enrolment::Model) -> bool {
    // What was not answered before the decision is overtaken by it.
    let asked_since = |asked_at| enrolment.decided_at.is_none_or(|decided_at| asked_at >= decided_at);
    let last = enrolment.clarifications.0.last();
    last.is_some_and(|last| last.answer.is_none() && asked_since(last.asked_at))
        && (is_watched(enrolment.standing) || enrolment.standing == Standing::Clarification)
}
