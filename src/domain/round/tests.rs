use super::*;
use entity::{
    category::Formula,
    offer::{LineQuantity, Offer, Quantities},
};

pub(super) fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

/// Package K: 35 hours and 7 sleep-ins a week, with a round on both lines.
pub(super) fn package_k() -> row::Model {
    let mut of = opportunity::example(at("2026-12-01T09:00:00Z"), at("2026-12-02T09:00:00Z"));
    let line = |key: &str, unit, low: &str, high: &str| LineTerms {
        key: key.to_owned(),
        label: key.to_owned(),
        unit,
        fixed: None,
        reference_low: Some(money(low)),
        reference_high: Some(money(high)),
        floor: None,
        ceiling: None,
    };
    of.terms.lines =
        vec![line("hour", Unit::Hour, "13.60", "14.75"), line("night", Unit::SleepInNight, "78.00", "87.00")];
    of.terms.formula = Formula::Band { min: None, max: None };
    let quantity = |key: &str, n: &str| LineQuantity { key: key.to_owned(), quantity: n.parse().unwrap() };
    of.quantities = Quantities(vec![quantity("hour", "35"), quantity("night", "7")]);
    of.prices_opened_at = Some(at("2026-12-03T09:00:00Z"));
    of.terms.round = Some(RoundTerms {
        steps: vec![
            LineStep { key: "hour".to_owned(), step: money("0.05"), floor: Some(money("13.60")) },
            LineStep { key: "night".to_owned(), step: money("0.50"), floor: Some(money("78.00")) },
        ],
        length_minutes: 60,
        last_minutes: 5,
        extension_minutes: 5,
        longest_minutes: 120,
        revisions_max: 10,
        spacing_seconds: 120,
        announce_bidders: false,
    });
    of
}

pub(super) fn bid(of: &row::Model, hour: &str, night: &str) -> bid::Model {
    let rate = |key: &str, rate: &str| LineRate { key: key.to_owned(), rate: money(rate) };
    let offer = Offer {
        rates: vec![rate("hour", hour), rate("night", night)],
        answers: Vec::new(),
        attachments: Vec::new(),
        starts_on: of.starts_on,
        exceptionality: None,
    };
    let lines = pricing::price_lines(&of.terms.lines, &of.quantities.0, &offer.rates).unwrap();
    bid::Model {
        id: BidId::new(),
        opportunity_id: of.id,
        provider_id: ProviderId::new(),
        version: 1,
        weekly_price: pricing::weekly_price(&lines).and_then(Money::rounded).unwrap(),
        offer,
        digest: String::new(),
        received_at: of.published_at,
        submitted_by: AccountId::new(),
        withdrawn_at: None,
        unsettled_at: None,
    }
}

pub(super) fn place(of: &row::Model, bid: &bid::Model) -> round_place::Model {
    round_place::Model {
        bid_id: bid.id,
        opportunity_id: of.id,
        provider_id: bid.provider_id,
        first: FirstResult {
            rank: 2,
            quality: Score::ZERO,
            price: None,
            total: None,
            weekly_price: bid.weekly_price,
        },
        rank: 2,
        revisions: 0,
        revised_at: None,
        told: 1,
    }
}

fn round(of: &row::Model) -> round::Model {
    round::Model {
        opportunity_id: of.id,
        invited_by: AccountId::new(),
        invited_at: at("2026-12-07T09:00:00Z"),
        opens_at: at("2026-12-10T09:00:00Z"),
        closes_at: at("2026-12-10T10:00:00Z"),
        latest_at: at("2026-12-10T11:00:00Z"),
        paused_at: None,
        paused_by: None,
        paused_reason: None,
        opened_at: None,
        closed_at: None,
    }
}

fn rates(rates: &[(&str, &str)]) -> Vec<LineRate> {
    rates.iter().map(|(key, rate)| LineRate { key: (*key).to_owned(), rate: money(rate) }).collect()
}

fn refused(rates_: &[(&str, &str)]) -> (Code, Option<String>) {
    let of = package_k();
    let terms = of.terms.round.clone().unwrap();
    let refusal = improved(&of, &terms, &bid(&of, "14.10", "80.00"), &rates(rates_)).unwrap_err();
    (refusal.code, refusal.field)
}

#[test]
fn bidders_have_two_working_days_notice_whatever_the_weekend_and_the_holidays() {
    for (invited, earliest_) in [
        ("2026-12-07T09:00:00Z", "2026-12-09T09:00:00Z"),
        // A Friday: Monday and Tuesday.
        ("2026-12-11T16:30:00Z", "2026-12-15T16:30:00Z"),
        // Christmas Eve, a Thursday: Friday and Monday are bank holidays.
        ("2026-12-24T09:00:00Z", "2026-12-30T09:00:00Z"),
    ] {
        assert_eq!(earliest(at(invited)).unwrap(), at(earliest_), "{invited}");
        assert!(check_opens(at(earliest_), at(invited)).is_ok());
        let refusal = check_opens(at(earliest_).plus_milliseconds(-1), at(invited)).unwrap_err();
        assert_eq!((refusal.code, refusal.field.as_deref()), (Code::RoundTooSoon, Some("opens_at")));
    }
    let late = at("2026-12-07T09:00:00Z").plus_seconds(31 * DAY);
    assert_eq!(check_opens(late, at("2026-12-07T09:00:00Z")).unwrap_err().code, Code::InvalidField);
}

#[test]
fn where_a_round_stands_follows_what_was_decided_and_the_clock() {
    let (of, round) = (package_k(), round(&package_k()));
    let on = |time: &str| at(&format!("2026-12-10T{time}Z"));
    let of_ = |round: &round::Model, time| stage(&of, Some(round), on(time)).unwrap();
    assert_eq!(stage(&of, None, on("09:00:00")), Some(RoundStage::Announced));
    for (time, stands) in [
        ("08:59:59.999", RoundStage::Invited),
        ("09:00:00", RoundStage::Open),
        ("09:59:59.999", RoundStage::Open),
        ("10:00:00", RoundStage::Closed),
    ] {
        assert_eq!(of_(&round, time), stands, "{time}");
    }
    let paused = round::Model { paused_at: Some(on("09:30:00")), ..round.clone() };
    // Nothing closes while it is paused.
    assert_eq!(of_(&paused, "12:00:00"), RoundStage::Paused);
    let withdrawn = row::Model { withdrawn_at: Some(on("09:45:00")), ..of.clone() };
    assert_eq!(stage(&withdrawn, Some(&round), on("12:00:00")), Some(RoundStage::CalledOff));
    let withdrawn = row::Model { withdrawn_at: Some(on("11:45:00")), ..of.clone() };
    assert_eq!(stage(&withdrawn, Some(&round), on("12:00:00")), Some(RoundStage::Closed));
    let awarded = row::Model { award_id: Some(AwardId::new()), ..of.clone() };
    assert_eq!(stage(&awarded, None, on("12:00:00")), Some(RoundStage::NotHeld));
    // The clock goes back by a moment after everybody was told.
    let told =
        round::Model { opened_at: Some(on("10:00:00")), closed_at: Some(round.closes_at), ..round.clone() };
    let moment_before = round.closes_at.plus_milliseconds(-900);
    assert_eq!(stage(&of, Some(&told), moment_before), Some(RoundStage::Closed));
    let begun = round::Model { opened_at: Some(round.opens_at), ..round.clone() };
    assert_eq!(stage(&of, Some(&begun), round.opens_at.plus_milliseconds(-900)), Some(RoundStage::Open));
    let none = row::Model { terms: opt_in(&of.terms, &of.quantities.0, false).unwrap(), ..of };
    assert_eq!(stage(&none, None, on("12:00:00")), None);
}

#[test]
fn a_round_is_held_only_where_the_category_has_one_and_something_can_be_improved() {
    let of = package_k();
    assert_eq!(opt_in(&of.terms, &of.quantities.0, true).unwrap(), of.terms);
    assert_eq!(opt_in(&of.terms, &of.quantities.0, false).unwrap().round, None);
    let without = CategoryTerms { round: None, ..of.terms.clone() };
    assert_eq!(opt_in(&without, &of.quantities.0, true).unwrap_err().code, Code::RoundNotOffered);
    let other = [LineQuantity { key: "mile".to_owned(), quantity: "3".parse().unwrap() }];
    assert_eq!(opt_in(&of.terms, &other, true).unwrap_err().code, Code::RoundNotOffered);
}

#[test]
fn a_rate_is_lowered_by_its_step_or_more_and_the_others_stay() {
    let of = package_k();
    let terms = of.terms.round.clone().unwrap();
    let before = bid(&of, "14.10", "80.00");
    let after = improved(&of, &terms, &before, &rates(&[("hour", "14.05")])).unwrap();
    assert_eq!(after.weekly_price, money("1051.75"));
    assert_eq!(after.offer.rates, rates(&[("hour", "14.05"), ("night", "80.00")]));
    assert_eq!((after.version, after.id, after.received_at), (2, before.id, before.received_at));
    // To the penny: one less than the step is none; what is repeated is no improvement of its line.
    assert_eq!(refused(&[("hour", "14.06")]), (Code::StepTooSmall, Some("rates[0].rate".to_owned())));
    assert_eq!(refused(&[("hour", "14.20")]).0, Code::StepTooSmall);
    assert_eq!(refused(&[("hour", "14.10")]), (Code::NothingImproved, Some("rates".to_owned())));
    assert_eq!(refused(&[]).0, Code::NothingImproved);
    assert_eq!(refused(&[("night", "79.50"), ("hour", "14.09")]).1.as_deref(), Some("rates[1].rate"));
    // On the floor is allowed, under it helps nobody.
    assert!(improved(&of, &terms, &before, &rates(&[("hour", "13.60")])).is_ok());
    assert_eq!(refused(&[("hour", "13.59")]).0, Code::PriceOutsideLimits);
    assert_eq!(refused(&[("hour", "13.955")]).0, Code::RateInvalid);
    assert_eq!(refused(&[("mile", "1.00")]).0, Code::LinesMismatch);
    assert_eq!(refused(&[("hour", "14.00"), ("hour", "13.90")]).0, Code::LinesMismatch);
}

#[test]
fn a_line_without_a_step_stays_as_it_was_bid() {
    let mut of = package_k();
    let terms = of.terms.round.as_mut().unwrap();
    terms.steps.remove(1);
    let terms = terms.clone();
    let refusal =
        improved(&of, &terms, &bid(&of, "14.10", "80.00"), &rates(&[("night", "79.00")])).unwrap_err();
    assert_eq!(refusal.code, Code::RateFixed);
    let fixed = LineTerms { fixed: Some(money("80.00")), ..of.terms.lines[1].clone() };
    assert_eq!(highest_lawful(&fixed, None, money("80.00")), None);
}

#[test]
fn a_line_goes_down_to_the_floor_and_no_further() {
    let of = package_k();
    let (line, terms) = (&of.terms.lines[0], of.terms.round.clone().unwrap());
    let highest = |own: &str| highest_lawful(line, step_of(&terms, "hour"), money(own));
    assert_eq!(highest("14.10"), Some(money("14.05")));
    assert_eq!(highest("13.65"), Some(money("13.60")));
    assert_eq!(highest("13.64"), None);
    // The market's own floor holds too: no exception is made in a round.
    let limited = LineTerms { floor: Some(money("14.00")), ..line.clone() };
    assert_eq!(highest_lawful(&limited, step_of(&terms, "hour"), money("14.04")), None);
    assert!(check_rate(&limited, step_of(&terms, "hour"), money("14.10"), money("14.00")).is_ok());
    let (code, _) =
        check_rate(&limited, step_of(&terms, "hour"), money("14.10"), money("13.99")).unwrap_err();
    assert_eq!(code, Code::PriceOutsideLimits);
}

#[test]
fn an_improvement_in_the_last_minutes_moves_the_end_and_never_past_the_latest() {
    let of = package_k();
    let terms = of.terms.round.clone().unwrap();
    let on = |time: &str| at(&format!("2026-12-10T{time}Z"));
    let moved = |round: &round::Model, time| extended(&terms, round, on(time)).map(|r| r.closes_at);
    let plain = round(&of);
    assert_eq!(moved(&plain, "09:54:59.999"), None);
    // At the fifth minute before the end it would end no later than it does.
    assert_eq!(moved(&plain, "09:55:00"), None);
    assert_eq!(moved(&plain, "09:55:00.001"), Some(on("10:00:00.001")));
    assert_eq!(moved(&plain, "09:59:59.999"), Some(on("10:04:59.999")));
    let late = round::Model { closes_at: on("10:58:00"), ..plain.clone() };
    assert_eq!(moved(&late, "10:57:30"), Some(on("11:00:00")));
    let last = round::Model { closes_at: on("11:00:00"), ..plain };
    assert_eq!(moved(&last, "10:59:59"), None);
}

#[test]
fn a_bidder_improves_so_often_and_not_at_once_again() {
    let of = package_k();
    let terms = of.terms.round.clone().unwrap();
    let bid = bid(&of, "14.10", "80.00");
    let now = at("2026-12-10T09:30:00Z");
    let fresh = place(&of, &bid);
    assert!(check_may_improve(&terms, &fresh, now).is_ok());
    let once = round_place::Model { revisions: 1, revised_at: Some(now), ..fresh.clone() };
    let refusal = check_may_improve(&terms, &once, now.plus_milliseconds(119_999)).unwrap_err();
    assert_eq!(refusal.code, Code::RevisedTooSoon);
    assert!(refusal.detail.contains("in 1 second."), "{refusal}");
    assert!(check_may_improve(&terms, &once, now.plus_seconds(120)).is_ok());
    let spent = round_place::Model { revisions: 10, revised_at: None, ..fresh };
    assert_eq!(check_may_improve(&terms, &spent, now).unwrap_err().code, Code::RevisionsSpent);
}

#[test]
fn a_bid_under_what_helps_is_refused_when_it_is_made() {
    let of = package_k();
    assert!(under_floor(&of, &bid(&of, "13.60", "78.00").offer).is_empty());
    let faults = under_floor(&of, &bid(&of, "13.60", "77.99").offer);
    assert_eq!(faults.iter().map(|fault| fault.field.as_str()).collect::<Vec<_>>(), ["rates[1].rate"]);
}
