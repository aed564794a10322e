use super::*;
use entity::{
    award::Chain,
    enrolment::{Clarifications, Request, StandingMarks},
    inquiry::Grounds,
    market::MarketTerms,
};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn market(regime: Regime, award_notices: AwardNotices) -> market::Model {
    market::Model {
        id: MarketId::new(),
        authority_id: AuthorityId::new(),
        slug: "market".to_owned(),
        name: "Market".to_owned(),
        regime,
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
            award_notices,
            decide_prices_within_working_days: 5,
            extensions: Vec::new(),
            illustrative: Vec::new(),
            declarations: Vec::new(),
            evidence: Vec::new(),
        },
        definition_digest: String::new(),
    }
}

fn contract(of: &market::Model, awarded_at: &str) -> contract::Model {
    contract::Model {
        id: ContractId::new(),
        authority_id: of.authority_id,
        market_id: of.id,
        category_id: CategoryId::new(),
        provider_id: ProviderId::new(),
        package_id: PackageId::new(),
        route: AwardRoute::Competed,
        opportunity_id: Some(OpportunityId::new()),
        award_id: Some(AwardId::new()),
        direct_award_id: None,
        reference: "M-0001-C".to_owned(),
        starts_on: day("2027-01-11"),
        initial_term_weeks: 52,
        weekly_value: Money::ZERO,
        yearly_value: Money::ZERO,
        initial_term_value: Money::ZERO,
        approved_by: AccountId::new(),
        approval_reason: String::new(),
        rests_on: Chain(Vec::new()),
        awarded_at: at(awarded_at),
        entered_at: Some(awarded_at.parse().unwrap()),
        ended_on: None,
    }
}

fn noticed(of: &contract::Model, published_on: &str) -> notice::Model {
    notice::Model {
        id: NoticeId::new(),
        contract_id: of.id,
        published_on: day(published_on),
        reference: "2026/S 000-000001".to_owned(),
        link: "https://notices.example/1".to_owned(),
        recorded_by: AccountId::new(),
        recorded_at: at("2026-12-07T09:00:00Z"),
    }
}

#[test]
fn each_regime_wants_its_notice_by_its_day() {
    for (regime, practice, awarded, kind, due) in [
        (Regime::PcrDps, AwardNotices::Each, "2026-12-07T09:00:00Z", ClockKind::AwardNotice, "2027-01-06"),
        (
            Regime::PcrLtrDps,
            AwardNotices::Quarterly,
            "2026-10-01T09:00:00Z",
            ClockKind::AwardNotice,
            "2027-01-30",
        ),
        (
            Regime::PcrLtrDps,
            AwardNotices::Quarterly,
            "2026-12-31T23:59:59Z",
            ClockKind::AwardNotice,
            "2027-01-30",
        ),
        (
            Regime::PcrLtrDps,
            AwardNotices::Quarterly,
            "2027-01-01T00:00:00Z",
            ClockKind::AwardNotice,
            "2027-04-30",
        ),
        (
            Regime::Pa23DynamicMarket,
            AwardNotices::Each,
            "2026-11-21T09:00:00Z",
            ClockKind::ContractDetails,
            "2027-03-20",
        ),
        // Grouping is of the old law alone.
        (
            Regime::Pa23LightTouchFramework,
            AwardNotices::Quarterly,
            "2026-11-21T09:00:00Z",
            ClockKind::ContractDetails,
            "2027-03-20",
        ),
    ] {
        let market = market(regime, practice);
        let clocks = notices(&market, &[(contract(&market, awarded), None)]);
        assert_eq!(
            (clocks.len(), clocks[0].kind, clocks[0].due),
            (1, kind, Due::Day(day(due))),
            "{regime:?}"
        );
    }
}

#[test]
fn a_quarter_is_one_clock_that_is_met_with_the_last_of_its_notices() {
    let market = market(Regime::PcrLtrDps, AwardNotices::Quarterly);
    let (a, b) = (contract(&market, "2026-10-05T09:00:00Z"), contract(&market, "2026-12-07T09:00:00Z"));
    let next = contract(&market, "2027-01-04T09:00:00Z");
    let both = notices(&market, &[(a.clone(), None), (b.clone(), None), (next.clone(), None)]);
    assert_eq!(both.len(), 2);
    assert_eq!(both[0].contracts.len(), 2);
    let one = notices(&market, &[(b.clone(), None), (a.clone(), Some(noticed(&a, "2027-01-04")))]);
    assert_eq!((one[0].about, one[0].met, one[0].contracts.len()), (both[0].about, None, 1));
    let last = (b.clone(), Some(noticed(&b, "2027-01-30")));
    let done = notices(&market, &[(a.clone(), Some(noticed(&a, "2027-01-04"))), last]);
    assert_eq!(done[0].state(at("2027-02-01T09:00:00Z")), ClockState::Met);
    let late = notices(&market, &[(b.clone(), Some(noticed(&b, "2027-01-31")))]);
    assert_eq!(late[0].state(at("2027-02-01T09:00:00Z")), ClockState::MetLate);
}

#[test]
fn a_clock_runs_is_due_soon_is_overdue_and_is_met() {
    let due = Due::Day(day("2026-12-30"));
    for (now, said) in [
        // Five working days before: Christmas Day and the 28th do not count.
        ("2026-12-18T12:00:00Z", ClockState::Running),
        ("2026-12-20T23:59:59Z", ClockState::Running),
        ("2026-12-21T00:00:00Z", ClockState::DueSoon),
        ("2026-12-30T23:59:59.999Z", ClockState::DueSoon),
        ("2026-12-31T00:00:00Z", ClockState::Overdue),
    ] {
        assert_eq!(state(due, None, at(now)), said, "{now}");
    }
    let now = at("2027-02-01T09:00:00Z");
    assert_eq!(state(due, Some(at("2026-12-30T23:59:59.999Z")), now), ClockState::Met);
    assert_eq!(state(due, Some(at("2026-12-31T00:00:00Z")), now), ClockState::MetLate);
    let moment = Due::At(at("2026-12-07T17:00:00Z"));
    assert_eq!(state(moment, None, at("2026-12-07T16:59:59.999Z")), ClockState::DueSoon);
    assert_eq!(state(moment, None, at("2026-12-07T17:00:00Z")), ClockState::Overdue);
    // Past the years whose bank holidays are known, days are counted instead.
    assert_eq!(state(Due::Day(day("2031-02-08")), None, at("2031-02-01T09:00:00Z")), ClockState::DueSoon);
}

fn asked(answer_by: Option<&str>, answered_at: Option<&str>) -> inquiry::Model {
    inquiry::Model {
        id: InquiryId::new(),
        opportunity_id: OpportunityId::new(),
        bid_id: BidId::new(),
        provider_id: ProviderId::new(),
        kind: InquiryKind::AbnormallyLow,
        grounds: Grounds(Vec::new()),
        question: None,
        asked_by: None,
        asked_at: at("2026-12-07T09:00:00Z"),
        answer_by: answer_by.map(at),
        answer: None,
        answered_by: None,
        answered_at: answered_at.map(at),
        state: InquiryState::Asked,
        decided_by: None,
        decided_at: None,
        reason: None,
    }
}

#[test]
fn a_price_in_question_waits_for_its_answer_and_then_for_its_decision() {
    let market = market(Regime::PcrLtrDps, AwardNotices::Each);
    let opportunity = opportunity::Model {
        id: OpportunityId::new(),
        package_id: PackageId::new(),
        authority_id: market.authority_id,
        market_id: market.id,
        category_id: CategoryId::new(),
        number: 1,
        reference: "M-0001".to_owned(),
        title: String::new(),
        needs: String::new(),
        outward_code: "ST16".to_owned(),
        age_band: AgeBand::From25To39,
        quantities: entity::offer::Quantities(Vec::new()),
        starts_on: day("2027-01-11"),
        initial_term_weeks: 52,
        terms: entity::category::CategoryTerms {
            needs: String::new(),
            lines: Vec::new(),
            criteria: Vec::new(),
            quality_weight: Weight::ZERO,
            price_weight: Weight::ZERO,
            formula: entity::category::Formula::Fixed,
            quality_gate: None,
            weekly_floor: None,
            weekly_ceiling: None,
            abnormally_low: None,
            tie_break: Vec::new(),
            evaluators: 1,
            round: None,
        },
        lot_seed: String::new(),
        published_by: AccountId::new(),
        published_at: at("2026-12-01T09:00:00Z"),
        closes_at: at("2026-12-02T09:00:00Z"),
        closed_at: None,
        prices_opened_at: None,
        withdrawn_at: None,
        withdrawn_reason: None,
        award_id: None,
        awarded_at: None,
        bids: 0,
        standstill_ends_on: None,
        challenged_at: None,
        not_awarded_at: None,
    };
    let clock = |of: &inquiry::Model, now: &str| {
        let clock = inquiry(of, &opportunity, &market, at(now)).unwrap();
        (clock.kind, clock.due)
    };
    let by = "2026-12-09T17:00:00Z";
    let waits = asked(Some(by), None);
    assert_eq!(clock(&waits, "2026-12-08T09:00:00Z"), (ClockKind::PriceAnswer, Due::At(at(by))));
    // Unanswered, its decision is due five working days after the time for the answer; answered, after the answer.
    assert_eq!(clock(&waits, by), (ClockKind::PriceDecision, Due::Day(day("2026-12-16"))));
    let answered = asked(Some(by), Some("2026-12-08T09:00:00Z"));
    assert_eq!(
        clock(&answered, "2026-12-08T10:00:00Z"),
        (ClockKind::PriceDecision, Due::Day(day("2026-12-15")))
    );
}

#[test]
fn each_stage_of_a_term_is_reminded_of_once_and_a_new_term_anew() {
    let market = market(Regime::PcrDps, AwardNotices::Each);
    let mut of = enrolment::Model {
        id: EnrolmentId::new(),
        provider_id: ProviderId::new(),
        category_id: CategoryId::new(),
        standing: Standing::Applied,
        request: Request {
            declarations: Vec::new(),
            evidence: Vec::new(),
            answers: Vec::new(),
            questionnaire_id: None,
            responses: Vec::new(),
        },
        clarifications: Clarifications::default(),
        received_at: at("2026-12-14T15:00:00Z"),
        decide_by: day("2026-12-30"),
        extension_reason: None,
        decided_at: None,
        reasons: None,
        standing_marks: StandingMarks::default(),
    };
    let people = [AccountId::new()];
    let mut sent: Vec<clock_reminder::Model> = Vec::new();
    let mut look = |of: &enrolment::Model, now: &str| {
        let change = remind(&enrolment(of, &market), "Market".to_owned(), &people, &sent, at(now))?;
        for write in &change.writes {
            if let crate::domain::change::Write::Insert(crate::domain::change::Row::ClockReminder(row)) =
                write
            {
                sent.push(row.as_ref().clone());
            }
        }
        Some(change.letters[0].kind)
    };
    assert_eq!(look(&of, "2026-12-18T09:00:00Z"), None);
    assert_eq!(look(&of, "2026-12-22T09:00:00Z"), Some(LetterKind::ClockDueSoon));
    assert_eq!(look(&of, "2026-12-29T09:00:00Z"), None);
    of.decide_by = day("2027-01-07");
    assert_eq!(look(&of, "2026-12-29T09:00:00Z"), None, "it was extended");
    assert_eq!(look(&of, "2027-01-04T09:00:00Z"), Some(LetterKind::ClockDueSoon));
    assert_eq!(look(&of, "2027-01-08T00:00:00Z"), Some(LetterKind::ClockOverdue));
    assert_eq!(look(&of, "2027-01-09T09:00:00Z"), None);
    of.decided_at = Some(at("2027-01-09T10:00:00Z"));
    assert_eq!(look(&of, "2027-01-10T09:00:00Z"), None);
    // Where nobody is there to be told, it is told once somebody is.
    of.decided_at = None;
    assert!(
        remind(&enrolment(&of, &market), "Market".to_owned(), &[], &[], at("2027-01-10T09:00:00Z")).is_none()
    );
}

#[test]
fn a_notice_is_published_once_from_the_award_to_today_with_where_to_read_it() {
    let market = market(Regime::PcrDps, AwardNotices::Each);
    let of = contract(&market, "2026-12-07T09:00:00Z");
    let now = at("2026-12-09T09:00:00Z");
    let new = NewNotice {
        contract_ids: vec![of.id],
        published_on: day("2026-12-08"),
        reference: "2026/S 000-000001".to_owned(),
        link: "https://notices.example/1".to_owned(),
    };
    assert!(publish(&of, None, &new, AccountId::new(), now).is_ok());
    for (wrong, field) in [
        (NewNotice { published_on: day("2026-12-06"), ..new.clone() }, "published_on"),
        (NewNotice { published_on: day("2026-12-10"), ..new.clone() }, "published_on"),
        (NewNotice { reference: " ".to_owned(), ..new.clone() }, "reference"),
        (NewNotice { link: "notices.example".to_owned(), ..new.clone() }, "link"),
    ] {
        let refusal = publish(&of, None, &wrong, AccountId::new(), now).unwrap_err();
        assert_eq!((refusal.code, refusal.field.as_deref()), (Code::InvalidField, Some(field)));
    }
    let before = noticed(&of, "2026-12-08");
    let refusal = publish(&of, Some(&before), &new, AccountId::new(), now).unwrap_err();
    assert_eq!(refusal.code, Code::AlreadyPublished);
    assert!(
        check_covered(&[]).is_err()
            && check_covered(&[of.id, of.id]).is_err()
            && check_covered(&[of.id]).is_ok()
    );
}
