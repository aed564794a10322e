use super::*;
use entity::questionnaire::{AnswerOption, OnlyIf, QuestionSection};

fn question(id: &str, asks: Asks, only_if: Option<(&str, &[&str])>) -> AskedQuestion {
    AskedQuestion {
        id: id.to_owned(),
        words: format!("{id}?"),
        guidance: None,
        asks,
        only_if: only_if.map(|(question, is)| OnlyIf {
            question: question.to_owned(),
            is: is.iter().map(|one| (*one).to_owned()).collect(),
        }),
        scored: None,
        evidence: None,
        passport: None,
    }
}

fn options(ids: &[&str]) -> Vec<AnswerOption> {
    ids.iter().map(|id| AnswerOption { id: (*id).to_owned(), words: id.to_uppercase() }).collect()
}

/// A chain of conditions: transport, then vehicles, then lifts.
fn chain() -> Questionnaire {
    let yes_no = || Asks::YesNo { passes: None };
    let vehicles = Asks::Choice { options: options(&["own", "hired", "none"]), passes: Vec::new() };
    let questions = vec![
        question("transport", yes_no(), None),
        question("vehicles", vehicles, Some(("transport", &["yes"]))),
        question("lifts", yes_no(), Some(("vehicles", &["own", "hired"]))),
        question("staff", Asks::Number { least: None, most: None }, None),
    ];
    let section =
        QuestionSection { id: "all".to_owned(), title: "All".to_owned(), guidance: None, questions };
    Questionnaire { pass_share: None, sections: vec![section] }
}

fn asked_of(answers: &[(&str, &str)]) -> Vec<String> {
    let answers = answers.iter().copied().collect();
    asked(&chain(), &answers).into_iter().map(|one| one.id.clone()).collect()
}

#[test]
fn a_question_is_asked_while_its_condition_holds_and_so_does_that_condition_s_own() {
    assert_eq!(asked_of(&[]), ["transport", "staff"]);
    assert_eq!(asked_of(&[("transport", "yes")]), ["transport", "vehicles", "staff"]);
    assert_eq!(
        asked_of(&[("transport", "yes"), ("vehicles", "hired")]),
        ["transport", "vehicles", "lifts", "staff"]
    );
    assert_eq!(asked_of(&[("transport", "yes"), ("vehicles", "none")]), ["transport", "vehicles", "staff"]);
    // What was answered before transport became “no” asks nothing further.
    assert_eq!(
        asked_of(&[("transport", "no"), ("vehicles", "own"), ("lifts", "yes")]),
        ["transport", "staff"]
    );
}

#[test]
fn an_answer_is_what_its_question_asks_for() {
    let text = Asks::Text { words_max: 3 };
    let choice = Asks::Choice { options: options(&["a", "b"]), passes: Vec::new() };
    let number = Asks::Number { least: Some(1), most: Some(6) };
    for (asks, right, wrong) in [
        (Asks::YesNo { passes: None }, vec!["yes", "no", " yes "], vec!["", "Yes", "true", "maybe"]),
        (text, vec!["one", "one two  three", "a\nb c"], vec!["", "  ", "one two three four"]),
        (choice, vec!["a", "b"], vec!["", "c", "A"]),
        // Whether it passes is another matter.
        (number, vec!["0", "6", "7", "1000000000"], vec!["", "-1", "1.5", "1000000001", "six"]),
        (Asks::Date, vec!["2026-02-28"], vec!["", "2026-02-30", "28/02/2026"]),
    ] {
        let question = question("q", asks, None);
        for answer in right {
            assert_eq!(check(&question, answer), None, "{answer}");
        }
        for answer in wrong {
            let said = check(&question, answer).expect("a fault");
            assert!(said.ends_with("q?"), "{said}");
        }
    }
    let long = question("q", Asks::Text { words_max: ANSWER_WORDS_MAX }, None);
    assert!(check(&long, &"x".repeat(ANSWER_MAX)).is_none());
    assert!(check(&long, &"x".repeat(ANSWER_MAX + 1)).is_some());
}

#[test]
fn an_answer_passes_fails_or_is_not_judged() {
    use AnswerOutcome::*;
    let judged = |asks: Asks, answer: &str| outcome(&question("q", asks, None), answer);
    assert_eq!(judged(Asks::YesNo { passes: Some(false) }, "no"), Passes);
    assert_eq!(judged(Asks::YesNo { passes: Some(false) }, "yes"), Fails);
    assert_eq!(judged(Asks::YesNo { passes: None }, "yes"), NotJudged);
    let some = || Asks::Choice { options: options(&["a", "b", "c"]), passes: vec!["a".into(), "b".into()] };
    assert_eq!((judged(some(), "b"), judged(some(), "c")), (Passes, Fails));
    let any = Asks::Choice { options: options(&["a", "b"]), passes: Vec::new() };
    assert_eq!(judged(any, "b"), NotJudged);
    let bounded = || Asks::Number { least: Some(1), most: Some(6) };
    for (answer, expected) in [("0", Fails), ("1", Passes), ("6", Passes), ("7", Fails)] {
        assert_eq!(judged(bounded(), answer), expected, "{answer}");
    }
    assert_eq!(judged(Asks::Number { least: None, most: Some(6) }, "7"), Fails);
    assert_eq!(judged(Asks::Number { least: None, most: None }, "7"), NotJudged);
    assert_eq!(judged(Asks::Date, "2026-02-28"), NotJudged);
}

#[test]
fn what_passes_passes_whatever_is_asked() {
    for asks in [
        Asks::YesNo { passes: Some(true) },
        Asks::YesNo { passes: Some(false) },
        Asks::YesNo { passes: None },
        Asks::Text { words_max: 20 },
        Asks::Choice { options: options(&["a", "b"]), passes: vec!["b".into()] },
        Asks::Number { least: Some(20), most: None },
        Asks::Number { least: None, most: Some(3) },
        Asks::Date,
    ] {
        let question = question("q", asks, None);
        let answer = passing(&question);
        assert_eq!(check(&question, &answer), None);
        assert_ne!(outcome(&question, &answer), AnswerOutcome::Fails);
    }
}

fn given(id: &str, answer: &str) -> Given {
    Given {
        question_id: id.to_owned(),
        answer: answer.to_owned(),
        by: Some(AccountId::new()),
        at: Instant::from_milliseconds(5),
    }
}

#[test]
fn only_what_is_asked_is_sent_and_everything_wrong_is_told() {
    let (sent, faults) = responses(
        &chain(),
        &[given("transport", "no"), given("vehicles", "nonsense"), given("staff", " 7 ")],
        &[],
    );
    let sent: Vec<_> = sent.iter().map(|one| (one.question_id.as_str(), one.answer.as_str())).collect();
    assert_eq!((sent, faults), (vec![("transport", "no"), ("staff", "7")], Vec::new()));
    let (_, faults) = responses(
        &chain(),
        &[
            given("transport", "yes"),
            given("vehicles", "nonsense"),
            given("transport", "no"),
            given("x", "y"),
        ],
        &[],
    );
    let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["questions.transport", "questions.x", "questions.staff"]);
}

#[test]
fn the_passport_answers_where_nothing_else_is_written() {
    let mut of = chain();
    let mut safe = question("safe", Asks::Text { words_max: 3 }, None);
    safe.passport = Some(PassportTopic::SafeguardingPolicy);
    of.sections[0].questions = vec![safe];
    let revision = |revision, answer: &str| passport_answer::Model {
        provider_id: ProviderId::new(),
        topic: PassportTopic::SafeguardingPolicy,
        revision,
        answer: answer.to_owned(),
        referees: None,
        answered_by: AccountId::new(),
        answered_at: Instant::from_milliseconds(1),
    };
    let passport = [revision(1, "Old."), revision(2, "New words.")];
    let sent = |given: &[Given]| {
        let (sent, faults) = responses(&of, given, &passport);
        (sent[0].answer.clone(), sent[0].passport_revision, faults.len())
    };
    assert_eq!(sent(&[]), ("New words.".to_owned(), Some(2), 0));
    assert_eq!(sent(&[given("safe", " ")]), ("New words.".to_owned(), Some(2), 0));
    assert_eq!(sent(&[given("safe", "New words.")]), ("New words.".to_owned(), Some(2), 0));
    assert_eq!(sent(&[given("safe", "Our own.")]), ("Our own.".to_owned(), None, 0));
    // What is too long for this market is told, and not cut.
    let long = [revision(3, "Far too many words.")];
    assert_eq!(responses(&of, &[], &long).1[0].field, "questions.safe");
}
