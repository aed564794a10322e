use super::*;
use crate::domain::questionnaire::Answered;
use entity::{
    category,
    category::{CategoryTerms, Formula},
    enrolment::{Clarifications, Request, StandingMarks},
    market,
    market::MarketTerms,
};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

/// Monday.
const NOW: &str = "2026-12-07T10:00:00Z";

fn facts(standing: Standing) -> Facts {
    let market = market::Model {
        id: MarketId::new(),
        authority_id: AuthorityId::new(),
        slug: "market".to_owned(),
        name: "Market".to_owned(),
        regime: Regime::PcrDps,
        joining_opens_on: day("2026-01-01"),
        ends_on: None,
        terms: MarketTerms {
            summary: String::new(),
            volumes: String::new(),
            reference_prefix: "M".to_owned(),
            awards_from: day("2026-01-01"),
            bidding_window_hours_min: 0,
            decide_within_working_days: 10,
            decide_within_working_days_extended: 15,
            second_reader: false,
            members_max: None,
            questions_to: None,
            approve_within_working_days: 5,
            urgent_posts: Vec::new(),
            batch_approval: false,
            standstill_working_days: None,
            urgent_weeks_max: None,
            urgent_review_days: None,
            spend_cap_yearly: None,
            award_notices: AwardNotices::Each,
            decide_prices_within_working_days: 5,
            extensions: Vec::new(),
            illustrative: Vec::new(),
            declarations: Vec::new(),
            evidence: Vec::new(),
        },
        definition_digest: String::new(),
    };
    let category = category::Model {
        id: CategoryId::new(),
        market_id: market.id,
        slug: "category".to_owned(),
        name: "Category".to_owned(),
        terms: CategoryTerms {
            needs: String::new(),
            lines: Vec::new(),
            criteria: Vec::new(),
            quality_weight: "60".parse().unwrap(),
            price_weight: "40".parse().unwrap(),
            formula: Formula::LowestRelative,
            quality_gate: None,
            weekly_floor: None,
            weekly_ceiling: None,
            abnormally_low: None,
            tie_break: Vec::new(),
            evaluators: 1,
            round: None,
        },
        package_template: None,
    };
    let enrolment = enrolment_row::Model {
        id: EnrolmentId::new(),
        provider_id: ProviderId::new(),
        category_id: category.id,
        standing,
        request: Request {
            declarations: Vec::new(),
            evidence: Vec::new(),
            answers: Vec::new(),
            questionnaire_id: None,
            responses: Vec::new(),
        },
        clarifications: Clarifications::default(),
        received_at: at("2026-11-02T10:00:00Z"),
        decide_by: day("2026-11-16"),
        extension_reason: None,
        decided_at: Some(at("2026-11-03T10:00:00Z")),
        reasons: None,
        standing_marks: StandingMarks::default(),
    };
    Facts {
        of: enrolment::Facts {
            enrolment,
            market,
            category,
            provider_name: "Acorn Example Care".to_owned(),
            evidence: Vec::new(),
            documents: Vec::new(),
            readings: Vec::new(),
            answered: Answered::default(),
            people: vec![AccountId::new()],
        },
        stops: Vec::new(),
        proposed: Vec::new(),
        in_force: None,
        representations: Vec::new(),
        served: 1,
        served_task: None,
        officers: vec![AccountId::new(), AccountId::new()],
    }
}

/// The facts as they are once a change is recorded.
fn after(mut facts: Facts, change: &Change) -> Facts {
    for write in &change.writes {
        let (Write::Insert(row) | Write::Update(row) | Write::Upsert(row)) = write;
        match row {
            Row::Enrolment(row) => facts.of.enrolment = row.as_ref().clone(),
            Row::StandingStop(row) => {
                facts.stops.retain(|stop| stop.id != row.id);
                facts.stops.extend(row.ended_at.is_none().then(|| row.as_ref().clone()));
            }
            Row::Measure(row) => {
                facts.proposed.retain(|m| m.id != row.id);
                facts.in_force = facts.in_force.filter(|m| m.id != row.id);
                match row.outcome {
                    None => facts.proposed.push(row.as_ref().clone()),
                    Some(_) if row.ended_at.is_none() => facts.in_force = Some(row.as_ref().clone()),
                    Some(_) => {}
                }
            }
            Row::Representation(row) => {
                facts.representations.retain(|r| r.id != row.id);
                facts.representations.push(row.as_ref().clone());
            }
            Row::Task(row) => facts.served_task = row.done_at.is_none().then(|| row.as_ref().clone()),
            _ => {}
        }
    }
    facts
}

fn kept_row(change: &Change) -> &standing_change::Model {
    let found = change.writes.iter().find_map(|write| match write {
        Write::Insert(Row::StandingChange(row)) => Some(row.as_ref()),
        _ => None,
    });
    found.expect("a change of a standing keeps what it was and became")
}

fn new_stop(reason: &str) -> NewStop {
    NewStop { reason: reason.to_owned(), evidence: Some("QV-1".to_owned()), review_on: day("2027-01-04") }
}

fn urgent() -> UrgentStop {
    UrgentStop { reason: "Somebody was hurt.".to_owned(), evidence: None }
}

fn said(measure: &measure::Model, confirm: bool) -> MeasureDecision {
    MeasureDecision {
        measure_id: measure.id,
        confirm,
        reason: "So.".to_owned(),
        review_on: (measure.kind != MeasureKind::Removal).then(|| day("2027-01-04")),
    }
}

#[test]
fn new_work_comes_back_only_when_the_last_cause_has_ended() {
    let (by, now) = (AccountId::new(), at(NOW));
    let change = stop_new_work(&facts(Standing::Admitted), new_stop("No manager."), by, now).unwrap();
    let row = kept_row(&change);
    assert_eq!((row.was, row.became), (Standing::Admitted, Standing::NoNewWork));
    assert_eq!((row.reason.as_str(), row.evidence.as_deref()), ("No manager.", Some("QV-1")));
    assert_eq!((row.made_by, row.review_on), (Some(by), Some(day("2027-01-04"))));
    let one = after(facts(Standing::Admitted), &change);
    // The clock adds a cause, once; and another piece of evidence is another cause.
    let expired = |facts: &Facts, id: &str| stop_for_evidence(facts, id, "Expired.".to_owned(), None, now);
    let change = expired(&one, "insurance").unwrap();
    assert_eq!(kept_row(&change).made_by, None);
    let two = after(one, &change);
    assert!(expired(&two, "insurance").is_none());
    let change = expired(&two, "registration").unwrap();
    let three = after(two, &change);
    assert_eq!(three.stops.len(), 3);
    // An officer ends what an officer began, and not what rests on evidence.
    let refusal =
        lift_stop(&three, Lifting { stop_id: three.stops[1].id, reason: "So.".to_owned() }, by, now);
    assert_eq!(refusal.unwrap_err().code, Code::StopOfEvidence);
    let lifting = Lifting { stop_id: three.stops[0].id, reason: "There is a manager.".to_owned() };
    let change = lift_stop(&three, lifting, by, now).unwrap();
    assert_eq!(kept_row(&change).became, Standing::NoNewWork);
    assert!(change.letters.is_empty(), "nothing has changed for the provider");
    let two = after(three, &change);
    let renewed =
        |facts: &Facts, id: &str| lift_for_evidence(facts, id, "Renewed.".to_owned(), Some(by), now);
    let change = renewed(&two, "registration").unwrap();
    assert_eq!(kept_row(&change).became, Standing::NoNewWork);
    let one = after(two, &change);
    assert!(renewed(&one, "registration").is_none());
    let change = renewed(&one, "insurance").unwrap();
    assert_eq!(kept_row(&change).became, Standing::Admitted);
    assert_eq!(change.letters[0].kind, LetterKind::EnrolmentReinstated);
}

#[test]
fn what_expires_under_a_suspension_outlasts_it() {
    let (by, now) = (AccountId::new(), at(NOW));
    let suspended = facts(Standing::Suspended);
    let change = stop_for_evidence(&suspended, "insurance", "Expired.".to_owned(), None, now).unwrap();
    assert_eq!(kept_row(&change).became, Standing::Suspended);
    let suspended = after(suspended, &change);
    let said = Reinstating { reason: "Cleared.".to_owned(), evidence: None };
    let change = reinstate(&suspended, said, by, now).unwrap();
    assert_eq!(kept_row(&change).became, Standing::NoNewWork);
    // And what is renewed under a suspension ends no suspension.
    let change = lift_for_evidence(&suspended, "insurance", "Renewed.".to_owned(), None, now).unwrap();
    assert_eq!(kept_row(&change).became, Standing::Suspended);
    // Nobody who is not in is stopped.
    for standing in [Standing::Applied, Standing::Refused, Standing::Removed, Standing::Withdrawn] {
        assert!(stop_for_evidence(&facts(standing), "insurance", "Expired.".to_owned(), None, now).is_none());
    }
}

#[test]
fn a_suspension_is_confirmed_by_somebody_else_alone() {
    let (first, second, now) = (AccountId::new(), AccountId::new(), at(NOW));
    let admitted = facts(Standing::Admitted);
    let new = NewMeasure {
        kind: MeasureKind::Suspension,
        reason: "Missed calls.".to_owned(),
        evidence: None,
        review_on: Some(day("2027-01-04")),
    };
    let undated = NewMeasure { review_on: None, ..new.clone() };
    assert_eq!(propose(&admitted, undated, first, now).unwrap_err().field.as_deref(), Some("review_on"));
    let change = propose(&admitted, new.clone(), first, now).unwrap();
    assert!(
        change.letters.iter().all(|l| l.kind == LetterKind::SecondPersonWanted),
        "the provider is not told of what is only proposed"
    );
    let waiting = after(admitted, &change);
    assert_eq!(waiting.of.enrolment.standing, Standing::Admitted);
    assert_eq!(propose(&waiting, new, second, now).unwrap_err().code, Code::MeasureStands);
    let said = said(&waiting.proposed[0], true);
    assert_eq!(decide(&waiting, said.clone(), first, now).unwrap_err().code, Code::FourEyes);
    let change = decide(&waiting, said.clone(), second, now).unwrap();
    let row = kept_row(&change);
    assert_eq!((row.became, row.made_by), (Standing::Suspended, Some(second)));
    assert_eq!(row.reason, "Missed calls.");
    let suspended = after(waiting, &change);
    assert!(suspended.served_task.is_some(), "whom it serves is looked after");
    assert_eq!(decide(&suspended, said, second, now).unwrap_err().code, Code::AlreadyDecided);
}

#[test]
fn an_urgent_stop_holds_at_once_and_lapses_to_the_millisecond() {
    let (first, second, now) = (AccountId::new(), AccountId::new(), at(NOW));
    let change = stop_urgently(&facts(Standing::Admitted), urgent(), first, now).unwrap();
    assert_eq!(kept_row(&change).became, Standing::Suspended);
    let stopped = after(facts(Standing::Admitted), &change);
    let confirm = said(stopped.urgent().unwrap(), true);
    let (last, over) = (now.plus_milliseconds(24 * 3_600_000 - 1), now.plus_milliseconds(24 * 3_600_000));
    assert_eq!(decide(&stopped, confirm.clone(), first, now).unwrap_err().code, Code::FourEyes);
    assert!(decide(&stopped, confirm.clone(), second, last).is_ok());
    assert!(lapse(&stopped, last).is_none());
    assert_eq!(decide(&stopped, confirm, second, over).unwrap_err().code, Code::ConfirmedTooLate);
    let change = lapse(&stopped, over).unwrap();
    let row = kept_row(&change);
    assert_eq!((row.was, row.became, row.made_by), (Standing::Suspended, Standing::Admitted, None));
    let kinds: Vec<_> = change.letters.iter().map(|l| l.kind).collect();
    assert!(
        kinds.contains(&LetterKind::EnrolmentReinstated) && kinds.contains(&LetterKind::UrgentStopLapsed)
    );
    let back = after(stopped, &change);
    assert!(back.proposed.is_empty() && back.served_task.is_none() && lapse(&back, over).is_none());
    // One under a cause goes back under it.
    let held = after(
        facts(Standing::Admitted),
        &stop_new_work(&facts(Standing::Admitted), new_stop("No manager."), first, now).unwrap(),
    );
    let change = stop_urgently(&held, urgent(), first, now).unwrap();
    let held = after(held, &change);
    let change = lapse(&held, over).unwrap();
    assert_eq!(kept_row(&change).became, Standing::NoNewWork);
    assert!(change.letters.iter().all(|l| l.kind != LetterKind::EnrolmentReinstated));
}

#[test]
fn nothing_is_removed_before_the_provider_could_say_why_not() {
    let (first, second, now) = (AccountId::new(), AccountId::new(), at(NOW));
    let admitted = facts(Standing::Admitted);
    let person = admitted.of.people[0];
    let words = |kind| NewRepresentation { kind, words: "We have mended it.".to_owned() };
    let nothing = represent(&admitted, words(RepresentationKind::Representation), person, now);
    assert_eq!(nothing.unwrap_err().code, Code::StandingForbids);
    let new = NewMeasure {
        kind: MeasureKind::Removal,
        reason: "Missed calls.".to_owned(),
        evidence: None,
        review_on: None,
    };
    let change = propose(&admitted, new, first, now).unwrap();
    assert!(change.letters.iter().any(|l| l.kind == LetterKind::RemovalProposed && l.to == person));
    let waiting = after(admitted, &change);
    // Ten working days from Monday 7 December 2026 end with Monday 21 December.
    let until = waiting.proposed[0].representations_until.unwrap();
    assert_eq!(until, at("2026-12-22T00:00:00Z"));
    let change = represent(&waiting, words(RepresentationKind::Representation), person, now).unwrap();
    let waiting = after(waiting, &change);
    assert_eq!(waiting.representations[0].measure_id, Some(waiting.proposed[0].id));
    let said = said(&waiting.proposed[0], true);
    let early = decide(&waiting, said.clone(), second, until.plus_milliseconds(-1));
    assert_eq!(early.unwrap_err().code, Code::RepresentationsOpen);
    assert_eq!(decide(&waiting, said.clone(), first, until).unwrap_err().code, Code::FourEyes);
    let change = decide(&waiting, said, second, until).unwrap();
    let removed = after(waiting, &change);
    assert_eq!(removed.of.enrolment.standing, Standing::Removed);
    // Back by an appeal that somebody else upheld, or not at all.
    let back = || Reinstating { reason: "The appeal was upheld.".to_owned(), evidence: None };
    assert_eq!(reinstate(&removed, back(), first, until).unwrap_err().code, Code::AppealNotUpheld);
    let change = represent(&removed, words(RepresentationKind::Appeal), person, until).unwrap();
    let removed = after(removed, &change);
    let again = represent(&removed, words(RepresentationKind::Appeal), person, until);
    assert_eq!(again.unwrap_err().code, Code::AppealStands);
    let answer = |upheld| AppealAnswer {
        representation_id: removed.representations[1].id,
        upheld,
        answer: "The plan is kept.".to_owned(),
    };
    for involved in [first, second] {
        assert_eq!(answer_appeal(&removed, answer(true), involved, until).unwrap_err().code, Code::FourEyes);
    }
    let no = answer_appeal(&removed, answer(false), AccountId::new(), until).unwrap();
    let yes = answer_appeal(&removed, answer(true), AccountId::new(), until).unwrap();
    let not_upheld = after(removed, &no);
    assert_eq!(reinstate(&not_upheld, back(), first, until).unwrap_err().code, Code::AppealNotUpheld);
    let upheld = after(not_upheld, &yes);
    assert_eq!(kept_row(&reinstate(&upheld, back(), first, until).unwrap()).became, Standing::Admitted);
}

#[test]
fn whoever_leaves_ends_all_that_waits_about_it() {
    let (first, now) = (AccountId::new(), at(NOW));
    let change = stop_new_work(&facts(Standing::Admitted), new_stop("No manager."), first, now).unwrap();
    let held = after(facts(Standing::Admitted), &change);
    let change = stop_urgently(&held, urgent(), first, now).unwrap();
    let held = after(held, &change);
    let change = withdraw(&held, "We close.".to_owned(), held.of.people[0], now).unwrap();
    let gone = after(held, &change);
    assert_eq!(gone.of.enrolment.standing, Standing::Withdrawn);
    assert!(gone.stops.is_empty() && gone.proposed.is_empty() && gone.in_force.is_none());
    assert!(lapse(&gone, now.plus_seconds(90_000)).is_none());
    // A request that is taken back waits for no decision.
    let mut asked = facts(Standing::Applied);
    asked.of.enrolment.decided_at = None;
    let change = withdraw(&asked, "Not now.".to_owned(), asked.of.people[0], now).unwrap();
    assert_eq!(after(asked, &change).of.enrolment.decided_at, Some(now));
}

#[test]
fn a_review_keeps_what_holds_until_another_day() {
    let (by, now) = (AccountId::new(), at(NOW));
    let change = stop_new_work(&facts(Standing::Admitted), new_stop("No manager."), by, now).unwrap();
    let held = after(facts(Standing::Admitted), &change);
    let clocked = Clocked { enrolment: &held.of.enrolment, market: held.of.market.id };
    assert_eq!(clocked.of_stop(&held.stops[0]).unwrap().due, Due::Day(day("2027-01-04")));
    let kept = |review_on| KeptOn { id: held.stops[0].id.0, reason: "Still none.".to_owned(), review_on };
    for wrong in ["2026-12-07", "2027-12-09"] {
        assert_eq!(review(&held, kept(day(wrong)), by, now).unwrap_err().field.as_deref(), Some("review_on"));
    }
    let change = review(&held, kept(day("2027-02-01")), by, now).unwrap();
    assert_eq!(kept_row(&change).became, Standing::NoNewWork);
    let held = after(held, &change);
    assert_eq!(held.stops[0].review_on, Some(day("2027-02-01")));
}
