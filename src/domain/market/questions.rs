//! What a questionnaire must hold to as a whole: ids that are there once, conditions on questions that come before, marks
//! that can be reached, and evidence and topics that fit the answer.

use super::{definition::Definition, law::Findings};
use crate::domain::questionnaire::{NO, QUESTIONS_MAX, SECTIONS_RESERVED, YES};
use entity::{
    questionnaire::{AskedQuestion, Asks, OnlyIf, QuestionScore, Questionnaire},
    vocabulary::{Mark, PassportTopic, Weight},
};
use rust_decimal::Decimal;

/// A question at its place in the file.
struct At<'q> {
    path: String,
    question: &'q AskedQuestion,
}

/// Everything wrong with the questionnaire of a definition.
pub(super) fn findings(it: &Definition, found: &mut Findings) {
    let Some(questionnaire) = &it.questionnaire else { return };
    let list = "questionnaire.sections";
    found.unique(list, "id", questionnaire.sections.iter().map(|section| section.id.as_str()));
    let mut all: Vec<At<'_>> = Vec::new();
    for (n, section) in questionnaire.sections.iter().enumerate() {
        if SECTIONS_RESERVED.contains(&section.id.as_str()) {
            let words = format!(
                "is “{}”, which every request has besides: {} are taken.",
                section.id,
                SECTIONS_RESERVED.join(", ")
            );
            found.say(format!("{list}[{n}].id"), &[], words);
        }
        for (m, question) in section.questions.iter().enumerate() {
            all.push(At { path: format!("{list}[{n}].questions[{m}]"), question });
        }
    }
    if all.len() > QUESTIONS_MAX {
        let words = format!("has {} questions; at most {QUESTIONS_MAX} are allowed in all.", all.len());
        found.say("questionnaire.sections".to_owned(), &[], words);
    }
    for (n, one) in all.iter().enumerate() {
        let (before, after) = all.split_at(n);
        let place = |key: &str| format!("{}.{key}", one.path);
        if let Some(first) = before.iter().find(|other| other.question.id == one.question.id) {
            let first = format!("{}.id", first.path);
            let words = format!("is “{}”, and so is {first}.", one.question.id);
            found.say(place("id"), &[&first], words);
        }
        options(one, found);
        if let Some(only) = &one.question.only_if {
            condition(one, only, before, after, found);
        }
        if let Some(scored) = &one.question.scored {
            score(one, scored, found);
        }
        evidence(one, it, found);
        if let Some(topic) = one.question.passport {
            passport(one, topic, before, found);
        }
    }
    pass_share(questionnaire, found);
}

/// Options that are there once, and those that pass among them; a number that can be.
fn options(one: &At<'_>, found: &mut Findings) {
    let place = |key: &str| format!("{}.{key}", one.path);
    match &one.question.asks {
        Asks::Choice { options, passes } => {
            found.unique(&place("options"), "id", options.iter().map(|option| option.id.as_str()));
            for (n, id) in passes.iter().enumerate() {
                if !options.iter().any(|option| option.id == *id) {
                    let field = format!("{}[{n}]", place("passes"));
                    found.say(field, &[&place("options")], format!("is “{id}”, which is no option here."));
                }
            }
        }
        Asks::Number { least: Some(least), most: Some(most) } if least > most => {
            found.say(place("least"), &[&place("most")], format!("is {least}, more than most ({most})."));
        }
        Asks::YesNo { .. } | Asks::Text { .. } | Asks::Number { .. } | Asks::Date => {}
    }
}

/// A condition looks at a question that comes before, so that none can go round in a circle.
fn condition(one: &At<'_>, only: &OnlyIf, before: &[At<'_>], after: &[At<'_>], found: &mut Findings) {
    let field = format!("{}.only_if.question", one.path);
    let Some(other) = before.iter().find(|other| other.question.id == only.question) else {
        let words = match after.iter().find(|other| other.question.id == only.question) {
            Some(other) if other.path == one.path => {
                "is the question itself: a condition looks at one that comes before.".to_owned()
            }
            Some(other) => format!(
                "is “{}”, which comes later ({}): a condition looks at one that comes before.",
                only.question, other.path
            ),
            None => format!("is “{}”, and no question has this id.", only.question),
        };
        found.say(field, &[], words);
        return;
    };
    let known: Vec<&str> = match &other.question.asks {
        Asks::YesNo { .. } => vec![YES, NO],
        Asks::Choice { options, .. } => options.iter().map(|option| option.id.as_str()).collect(),
        Asks::Text { .. } | Asks::Number { .. } | Asks::Date => {
            let words = format!(
                "is “{}”, whose answer is not chosen from a list: a condition looks at yes_no or choice.",
                only.question
            );
            found.say(field, &[&format!("{}.kind", other.path)], words);
            return;
        }
    };
    for (n, answer) in only.is.iter().enumerate() {
        if !known.contains(&answer.as_str()) {
            let field = format!("{}.only_if.is[{n}]", one.path);
            let words =
                format!("is “{answer}”; the answers to “{}” are {}.", only.question, known.join(", "));
            let (kind, options) = (format!("{}.kind", other.path), format!("{}.options", other.path));
            found.say(field, &[&kind, &options], words);
        }
    }
}

/// Marks that can be given, for an answer that is written.
fn score(one: &At<'_>, scored: &QuestionScore, found: &mut Findings) {
    let place = |key: &str| format!("{}.{key}", one.path);
    if !matches!(one.question.asks, Asks::Text { .. }) {
        found.say(
            place("mark_max"),
            &[&place("kind")],
            "stands with an answer that is not text: only text is marked.",
        );
    }
    if scored.mark_max <= Mark::ZERO || scored.mark_max.decimal() > Decimal::ONE_HUNDRED {
        found.say(place("mark_max"), &[], "must be more than 0 and at most 100.");
    }
    if scored.weight <= Weight::ZERO || scored.weight.decimal() > Decimal::ONE_HUNDRED {
        found.say(place("weight"), &[], "must be more than 0 and at most 100.");
    }
    if scored.mark_min.is_some_and(|least| least < Mark::ZERO || least > scored.mark_max) {
        found.say(
            place("mark_min"),
            &[&place("mark_max")],
            format!("must be from 0 to mark_max ({}).", scored.mark_max),
        );
    }
}

/// Evidence that is the market's, or of the question's own under an id that is free.
fn evidence(one: &At<'_>, it: &Definition, found: &mut Findings) {
    let Some(evidence) = &one.question.evidence else { return };
    let wanted = &it.market.terms.evidence;
    let is_there = wanted.iter().any(|wanted| wanted.id == evidence.id);
    let field = format!("{}.evidence", one.path);
    match (&evidence.words, is_there) {
        (None, false) => {
            let words = format!("is “{}”, which is not among the market's evidence.", evidence.id);
            found.say(field, &["market.evidence"], words);
        }
        (Some(_), true) => found.say(
            field,
            &["market.evidence", &format!("{}.id", one.path)],
            format!(
                "is of the question's own, and the market has evidence called “{}” already: give the question another id.",
                evidence.id
            ),
        ),
        (None, true) | (Some(_), false) => {}
    }
}

/// What is answered once for every market is a written answer, and is asked once in each.
fn passport(one: &At<'_>, topic: PassportTopic, before: &[At<'_>], found: &mut Findings) {
    let field = format!("{}.passport", one.path);
    if !matches!(one.question.asks, Asks::Text { .. }) {
        let kind = format!("{}.kind", one.path);
        found.say(
            field.clone(),
            &[&kind],
            "stands with an answer that is not text: a passport holds written answers.",
        );
    }
    if let Some(first) = before.iter().find(|other| other.question.passport == Some(topic)) {
        let words = format!("is “{}”, which {} asks for already.", topic.as_str(), first.path);
        found.say(field, &[&first.path], words);
    }
}

fn pass_share(of: &Questionnaire, found: &mut Findings) {
    let Some(share) = of.pass_share else { return };
    let field = "questionnaire.pass_share".to_owned();
    if share <= Weight::ZERO || share.decimal() > Decimal::ONE {
        found.say(field, &[], "must be a share above 0 and at most 1, such as \"0.60\".");
    } else if !of.sections.iter().flat_map(|section| &section.questions).any(|one| one.scored.is_some()) {
        found.say(field, &["questionnaire.sections"], "is given, and no answer is marked.");
    }
}
