use super::*;
use crate::domain::identifier::unread;
use entity::enrolment::{Clarifications, Request, StandingMarks};

const LOCATION: &str = "1-200000001";

macro_rules! recorded {
    ($name:literal) => {
        include_bytes!(concat!("../../../tests/registers/", $name))
    };
}

fn location(body: &[u8]) -> Reading {
    read(RegisterEntry::CqcLocation, LOCATION, &Answered::Body(body.to_vec())).expect("a reading")
}

fn company(body: &[u8]) -> Result<Reading, CheckFailure> {
    read(RegisterEntry::Company, "00000001", &Answered::Body(body.to_vec()))
}

#[test]
fn a_rating_is_read_from_either_place_and_in_either_spelling() {
    for (body, rating, on) in [
        (&recorded!("cqc-location-good.json")[..], CareRating::Good, "2025-03-04"),
        (
            recorded!("cqc-location-older-requires-improvement.json"),
            CareRating::RequiresImprovement,
            "2026-11-30",
        ),
        (
            recorded!("cqc-location-newer-requires-improvement.json"),
            CareRating::RequiresImprovement,
            "2026-11-28",
        ),
        // Of several services, the lowest.
        (recorded!("cqc-location-inadequate.json"), CareRating::Inadequate, "2026-12-08"),
    ] {
        let reading = location(body);
        assert_eq!((reading.rating, reading.rated_on), (Some(rating), Some(on.parse().expect("a day"))));
        assert!(!reading.inherited);
    }
    assert!(location(recorded!("cqc-location-inherited.json")).inherited);
}

#[test]
fn the_newer_of_an_inspection_and_an_assessment_counts() {
    let of = |report: &str, assessed: &str| {
        let body = serde_json::json!({
            "locationId": LOCATION, "providerId": "1-100000001", "name": "Acorn Example House",
            "registrationStatus": "Registered",
            "currentRatings": {"overall": {"rating": "Good", "reportDate": report}},
            "assessment": [{"ratings": {"asgRatings": [{"rating": "Inadequate", "assessmentDate": assessed}]}}],
        });
        location(body.to_string().as_bytes()).rating
    };
    assert_eq!(of("2025-01-01", "2026-01-01"), Some(CareRating::Inadequate));
    assert_eq!(of("2026-01-01", "2025-01-01"), Some(CareRating::Good));
}

#[test]
fn what_is_not_a_rating_is_none_and_what_is_unknown_is_not_guessed_at() {
    let of = |rating: &str| {
        let body = serde_json::json!({
            "locationId": LOCATION, "providerId": "1-100000001", "name": "Acorn Example House",
            "registrationStatus": "Registered", "currentRatings": {"overall": {"rating": rating}},
        });
        read(RegisterEntry::CqcLocation, LOCATION, &Answered::Body(body.to_string().into_bytes()))
            .map(|reading| reading.rating)
    };
    assert_eq!(of("Inspected but not rated"), Ok(None));
    assert_eq!(of("No published rating"), Ok(None));
    assert_eq!(of("REQUIRES IMPROVEMENT"), Ok(Some(CareRating::RequiresImprovement)));
    assert_eq!(of("Excellent"), Err(CheckFailure::Unreadable));
}

#[test]
fn every_status_of_a_company_is_understood_and_an_answer_about_another_is_not() {
    let with = |status: &str| {
        let body = serde_json::json!({
            "company_name": "ACORN EXAMPLE CARE LIMITED", "company_number": "00000001", "company_status": status,
        });
        company(body.to_string().as_bytes()).map(|reading| reading.state)
    };
    for status in ["active", "open", "registered"] {
        assert_eq!(with(status), Ok(RegisterState::Listed), "{status}");
    }
    for status in
        ["liquidation", "receivership", "administration", "voluntary-arrangement", "insolvency-proceedings"]
    {
        assert_eq!(with(status), Ok(RegisterState::Insolvent), "{status}");
    }
    for status in ["dissolved", "converted-closed", "closed", "removed"] {
        assert_eq!(with(status), Ok(RegisterState::Ended), "{status}");
    }
    assert_eq!(with("merged"), Err(CheckFailure::Unreadable));
    let body = Answered::Body(recorded!("company-active.json").to_vec());
    assert_eq!(read(RegisterEntry::Company, "00000002", &body), Err(CheckFailure::Unreadable));
}

#[test]
fn nonsense_is_not_read() {
    let good = String::from_utf8(recorded!("company-active.json").to_vec()).expect("text");
    for body in [
        String::new(),
        "<html><body>Service unavailable</body></html>".to_owned(),
        good[..good.len() / 2].to_owned(),
        good.replace("company_status", "status"),
        good.replace("\"active\"", "7"),
        format!("[{good}]"),
        "null".to_owned(),
    ] {
        assert_eq!(company(body.as_bytes()), Err(CheckFailure::Unreadable), "{body}");
    }
}

#[test]
fn a_register_says_in_seconds_or_by_the_clock_for_how_long_to_wait() {
    let now: Instant = "2026-12-07T09:00:00Z".parse().expect("an instant");
    assert_eq!(retry_after("120", now), Some(120));
    assert_eq!(retry_after("Mon, 07 Dec 2026 09:05:00 GMT", now), Some(301));
    assert_eq!(retry_after("Mon, 07 Dec 2026 08:05:00 GMT", now), Some(1));
    assert_eq!(retry_after("99999999", now), Some(PAUSE_HOURS_MAX * 3600));
    assert_eq!(retry_after("soon", now), None);
}

fn enrolled(officers: &[(AccountId, u64)]) -> Enrolled {
    let now = Instant::from_milliseconds(0);
    Enrolled {
        row: enrolment::Model {
            id: EnrolmentId::new(),
            provider_id: ProviderId::new(),
            category_id: CategoryId::new(),
            standing: Standing::Admitted,
            request: Request {
                declarations: Vec::new(),
                evidence: Vec::new(),
                answers: Vec::new(),
                questionnaire_id: None,
                responses: Vec::new(),
            },
            clarifications: Clarifications::default(),
            received_at: now,
            decide_by: now.london_day(),
            extension_reason: None,
            decided_at: None,
            reasons: None,
            standing_marks: StandingMarks::default(),
        },
        authority_id: AuthorityId::new(),
        market: "Example Supported Living".to_owned(),
        category: "Supported living".to_owned(),
        officers: officers.to_vec(),
    }
}

fn facts(enrolments: Vec<Enrolled>) -> Facts {
    let now = Instant::from_milliseconds(0);
    let provider = provider::Model {
        id: ProviderId::new(),
        name: "Acorn Example Care".to_owned(),
        companies_house_number: None,
        cqc_provider_id: Some("1-100000001".to_owned()),
        outward_code: "ST16".to_owned(),
        registered_at: now,
    };
    let row = unread(provider.id, RegisterEntry::CqcLocation, LOCATION.to_owned(), now);
    Facts { row, provider, enrolments, known: Vec::new() }
}

/// The register answers, and what is kept is kept. The kinds of concern raised.
fn hears(facts: &mut Facts, reading: &Reading, day: i64) -> Vec<ConcernKind> {
    let now = Instant::from_milliseconds(day * 86_400_000);
    let heard = heard(facts, Ok(reading.clone()), None, now);
    let different = facts.row.reading.as_ref() != Some(reading);
    assert_eq!(heard.read.is_some(), different, "an event when it says something else, and only then");
    facts.row = heard.row;
    let mut kinds = Vec::new();
    for change in heard.raised {
        for write in change.writes {
            if let crate::domain::change::Write::Insert(crate::domain::change::Row::Concern(row)) = write {
                kinds.push(row.kind);
                facts.known.push(*row);
            }
        }
    }
    kinds
}

fn rated_as(rating: CareRating) -> Reading {
    Reading { rating: Some(rating), ..location(recorded!("cqc-location-good.json")) }
}

#[test]
fn a_rating_that_falls_is_a_concern_once_and_another_fall_is_another() {
    use CareRating::{Good, Inadequate, Outstanding, RequiresImprovement};
    let mut facts = facts(vec![enrolled(&[])]);
    let fell = vec![ConcernKind::RatingFell];
    assert_eq!(hears(&mut facts, &rated_as(Good), 1), []);
    assert_eq!(hears(&mut facts, &rated_as(RequiresImprovement), 2), fell);
    assert_eq!(hears(&mut facts, &rated_as(RequiresImprovement), 3), []);
    assert_eq!(hears(&mut facts, &rated_as(Inadequate), 4), fell);
    assert_eq!(hears(&mut facts, &rated_as(Inadequate), 5), []);
    assert_eq!(hears(&mut facts, &rated_as(Outstanding), 6), []);
    // In between the register had no rating at all.
    assert_eq!(hears(&mut facts, &Reading { rating: None, ..rated_as(Good) }, 7), []);
    assert_eq!(hears(&mut facts, &rated_as(Good), 8), fell);
}

#[test]
fn what_was_found_of_the_service_before_is_no_concern_about_this_provider() {
    let mut facts = facts(vec![enrolled(&[])]);
    let inherited = location(recorded!("cqc-location-inherited.json"));
    assert_eq!(hears(&mut facts, &inherited, 1), []);
    // The same, but its own.
    assert_eq!(
        hears(&mut facts, &Reading { inherited: false, ..inherited }, 2),
        [ConcernKind::RatedInadequate]
    );
    let mut fresh = self::facts(vec![enrolled(&[])]);
    assert_eq!(hears(&mut fresh, &rated_as(CareRating::Inadequate), 1), [ConcernKind::RatedInadequate]);
    assert_eq!(hears(&mut fresh, &rated_as(CareRating::Inadequate), 2), []);
}

#[test]
fn a_deregistration_and_a_location_of_another_provider_are_concerns() {
    let mut facts = facts(vec![enrolled(&[])]);
    let ended = location(recorded!("cqc-location-deregistered.json"));
    assert_eq!(hears(&mut facts, &ended, 1), [ConcernKind::Deregistered]);
    assert_eq!(hears(&mut facts, &ended, 2), []);
    let sold = Reading { held_by: Some("1-999999999".to_owned()), ..rated_as(CareRating::Good) };
    assert_eq!(hears(&mut facts, &sold, 3), [ConcernKind::HeldByAnother]);
    assert_eq!(hears(&mut facts, &sold, 4), []);
}

#[test]
fn an_insolvency_that_turns_into_another_is_another_finding() {
    let mut facts = facts(vec![enrolled(&[])]);
    facts.row.entry = RegisterEntry::Company;
    let of = |state, status: &str| Reading {
        state,
        status: status.to_owned(),
        ..company(recorded!("company-active.json")).expect("a reading")
    };
    let kinds = [
        (of(RegisterState::Listed, "active"), None),
        (of(RegisterState::Insolvent, "voluntary-arrangement"), Some(ConcernKind::Insolvent)),
        (of(RegisterState::Insolvent, "voluntary-arrangement"), None),
        (of(RegisterState::Insolvent, "liquidation"), Some(ConcernKind::Insolvent)),
        (of(RegisterState::Listed, "active"), None),
        (of(RegisterState::Insolvent, "liquidation"), Some(ConcernKind::Insolvent)),
        (of(RegisterState::Ended, "dissolved"), Some(ConcernKind::Dissolved)),
    ];
    for (day, (reading, wanted)) in (1..).zip(kinds) {
        assert_eq!(hears(&mut facts, &reading, day), wanted.into_iter().collect::<Vec<_>>(), "day {day}");
    }
}

#[test]
fn every_authority_is_told_of_a_finding_that_stands_and_whoever_has_least_to_do_sees_to_it() {
    let (busy, idle) = (AccountId::new(), AccountId::new());
    let mut facts = facts(vec![enrolled(&[(busy, 3), (idle, 1)])]);
    let ended = location(recorded!("cqc-location-deregistered.json"));
    hears(&mut facts, &ended, 1);
    assert_eq!(facts.known[0].owner_id, Some(idle));
    // Another authority, which it asked to join later.
    facts.enrolments.push(enrolled(&[]));
    assert_eq!(hears(&mut facts, &ended, 2), [ConcernKind::Deregistered]);
    assert_eq!(facts.known[1].owner_id, None);
    assert_eq!(hears(&mut facts, &ended, 3), []);
}

#[test]
fn after_failures_it_is_asked_less_and_less_often_and_the_last_answer_stays() {
    let mut facts = facts(vec![enrolled(&[])]);
    hears(&mut facts, &rated_as(CareRating::Good), 1);
    let read = facts.row.clone();
    let now = Instant::from_milliseconds(2 * 86_400_000);
    let mut waits = Vec::new();
    for _ in 0..6 {
        let heard = heard(&facts, Err(CheckFailure::Unreachable), None, now);
        assert!(heard.read.is_none() && heard.raised.is_empty());
        facts.row = heard.row;
        let due = facts.row.due_at.expect("it is tried again");
        waits.push((due.milliseconds() - now.milliseconds()) / 60_000);
        assert_eq!((&facts.row.reading, facts.row.read_at), (&read.reading, read.read_at));
    }
    assert_eq!(waits, [15, 60, 240, 720, 1440, 1440]);
    let heard = heard(&facts, Err(CheckFailure::AskedTooOften), Some(3600 * 24), now);
    assert_eq!(heard.row.paused_until, Some(now.plus_seconds(3600 * 24)));
}

#[test]
fn its_owner_closes_a_concern_with_a_reason_and_once() {
    let (owner, other) = (AccountId::new(), AccountId::new());
    let mut facts = facts(vec![enrolled(&[(owner, 0)])]);
    hears(&mut facts, &location(recorded!("cqc-location-deregistered.json")), 1);
    let concern = facts.known.remove(0);
    let now = Instant::from_milliseconds(1);
    let code = |done: Result<Change, Refusal>| done.map(|_| ()).map_err(|refusal| refusal.code);
    let said = || "It moved to new premises.".to_owned();
    assert_eq!(code(close(&concern, said(), other, now)), Err(Code::NotYourConcern));
    assert_eq!(code(close(&concern, " ".to_owned(), owner, now)), Err(Code::InvalidField));
    assert_eq!(code(take(&concern, owner)), Err(Code::AlreadyDone));
    assert_eq!(code(take(&concern, other)), Ok(()));
    assert_eq!(code(close(&concern, said(), owner, now)), Ok(()));
    let closed = concern::Model { closed_at: Some(now), ..concern };
    assert_eq!(code(close(&closed, said(), owner, now)), Err(Code::AlreadyDone));
    assert_eq!(code(take(&closed, other)), Err(Code::AlreadyDone));
}

#[test]
fn an_officer_asks_again_when_there_is_something_to_ask_and_not_at_once_again() {
    let mut facts = facts(Vec::new());
    let id = facts.provider.id;
    let now = Instant::from_milliseconds(1_000_000);
    let code = |rows: &[register_reading::Model], asked: &[Register], now| {
        ask_again(id, rows, asked, now).map(|change| change.writes.len()).map_err(|refusal| refusal.code)
    };
    assert_eq!(code(&[], Register::ALL, now), Err(Code::NothingToCheck));
    let row = facts.row.clone();
    assert_eq!(code(std::slice::from_ref(&row), &[], now), Err(Code::RegisterNotAsked));
    assert_eq!(
        code(std::slice::from_ref(&row), &[Register::CompaniesHouse], now),
        Err(Code::RegisterNotAsked)
    );
    assert_eq!(code(std::slice::from_ref(&row), Register::ALL, now), Ok(1));
    facts.row.tried_at = Some(now);
    let rows = [facts.row];
    let almost = now.plus_milliseconds(ASK_AGAIN_SECONDS * 1000 - 1);
    assert_eq!(code(&rows, Register::ALL, almost), Err(Code::CheckedJustNow));
    assert_eq!(code(&rows, Register::ALL, now.plus_seconds(ASK_AGAIN_SECONDS)), Ok(1));
}
