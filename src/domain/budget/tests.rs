use super::*;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

fn budget(begins_on: &str, ends_on: Option<&str>, figures: [Option<&str>; 3]) -> Held {
    let [cap, cap_yearly, guide_yearly] = figures.map(|f| f.map(money));
    Held {
        budget: budget::Model {
            id: BudgetId::new(),
            market_id: MarketId::new(),
            authority_id: AuthorityId::new(),
            slug: "city".to_owned(),
            title: "Direct Payment Support Service".to_owned(),
            begins_on: day(begins_on),
            ends_on: ends_on.map(day),
            cap,
            cap_yearly,
            guide_yearly,
            committed: Money::ZERO,
            warned: 0,
            decision_id: None,
            illustrative: false,
        },
        years: Vec::new(),
    }
}

/// Nottingham City: up to £2,284,000 over four years, £571,000 a year as a guide (Commissioning and Procurement
/// Executive Committee, 10 March 2020, item 53).
fn nottingham() -> Held {
    budget("2026-04-01", Some("2030-03-31"), [Some("2284000"), None, Some("571000")])
}

fn contract(starts_on: &str, weeks: i32, weekly: &str) -> contract::Model {
    let weekly = money(weekly);
    contract::Model {
        id: ContractId::new(),
        authority_id: AuthorityId::new(),
        market_id: MarketId::new(),
        category_id: CategoryId::new(),
        provider_id: ProviderId::new(),
        package_id: PackageId::new(),
        route: AwardRoute::Competed,
        opportunity_id: Some(OpportunityId::new()),
        award_id: Some(AwardId::new()),
        direct_award_id: None,
        reference: "SL-0001-C".to_owned(),
        starts_on: day(starts_on),
        initial_term_weeks: weeks,
        weekly_value: weekly,
        yearly_value: crate::domain::bid::yearly(weekly),
        initial_term_value: crate::domain::bid::over_weeks(weekly, weeks),
        approved_by: AccountId::new(),
        approval_reason: String::new(),
        rests_on: entity::award::Chain(Vec::new()),
        awarded_at: Instant::from_milliseconds(0),
        entered_at: None,
        ended_on: None,
    }
}

fn split(held: &[&Held], cost: Cost) -> Vec<(String, String, String, bool)> {
    let parts = parts(held.iter().map(|h| &h.budget), cost);
    parts
        .iter()
        .map(|p| (p.from.to_string(), p.to.to_string(), p.amount.to_string(), p.year.is_some()))
        .collect()
}

/// As an approval leaves a budget.
fn committed(held: &Held, done: Committing) -> Held {
    let mut after = held.clone();
    for budget in done.budgets {
        after.budget = budget;
    }
    for year in done.years {
        after.years.retain(|known| known.begins_on != year.begins_on);
        after.years.push(year);
    }
    after
}

#[test]
fn a_contract_is_committed_to_the_financial_years_in_which_it_falls() {
    let held = budget("2019-04-01", None, [None, Some("22000000"), None]);
    // £1,022 a week is £146 a day: 80, 366 and 282 days.
    let of = Cost::of(&contract("2027-01-11", 104, "1022"));
    assert_eq!(
        split(&[&held], of),
        [
            ("2027-01-11", "2027-03-31", "11680.00", true),
            ("2027-04-01", "2028-03-31", "53436.00", true),
            ("2028-04-01", "2029-01-07", "41172.00", true),
        ]
        .map(|(a, b, c, d)| (a.to_owned(), b.to_owned(), c.to_owned(), d))
    );
}

#[test]
fn ending_a_contract_early_gives_back_what_falls_after_and_touches_nothing_before() {
    // Cannot be split evenly into days, so that rounding would show.
    let whole = contract("2027-01-11", 104, "1022.37");
    let open = [budget("2019-04-01", None, [None, Some("22000000"), None])];
    let taken = commit(&open, &whole, &Warned::default()).unwrap();
    let mut held = open;
    (held[0].budget, held[0].years) = (taken.budgets[0].clone(), taken.years.clone());
    for ended in ["2027-01-11", "2027-03-31", "2027-04-01", "2027-11-05", "2029-01-06", "2029-01-07"] {
        let early = contract::Model { ended_on: Some(day(ended)), ..whole.clone() };
        let left = parts([&held[0].budget], Cost::of(&early));
        let released = release(&held, &early, &taken.parts);
        let now = |row: &commitment::Model| {
            let changed = released.parts.iter().find(|part| part.begins_on == row.begins_on);
            changed.unwrap_or(row).amount
        };
        for row in &taken.parts {
            let kept = left.iter().find(|part| part.from == row.begins_on).map_or(Money::ZERO, |p| p.amount);
            assert_eq!(now(row), kept, "{ended}");
            assert!(
                row.ends_on > day(ended) || now(row) == row.amount,
                "what was over by {ended} has changed"
            );
        }
        let sum_now = sum(taken.parts.iter().map(now));
        let budget = released.budgets.first().unwrap_or(&held[0].budget);
        assert_eq!(budget.committed, sum_now, "{ended}");
        for year in &held[0].years {
            let own = taken.parts.iter().filter(|row| row.year_begins_on == Some(year.begins_on));
            let changed = released.years.iter().find(|row| row.begins_on == year.begins_on);
            assert_eq!(changed.unwrap_or(year).committed, sum(own.map(now)), "{ended}");
        }
        // Another look at the same contract, such as by a budget that begins later, comes to the same.
        assert_eq!(sum_now, sum(left.iter().map(|part| part.amount)));
    }
}

#[test]
fn the_parts_are_exactly_the_whole_to_the_penny_wherever_the_years_fall() {
    let mut seed = 1_u64;
    let mut next = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    for _ in 0..20_000 {
        let begins = day("2020-02-29").plus_days(i64::try_from(next(2_000)).unwrap());
        let length = i64::try_from(next(3_000)).unwrap();
        let mut first = nottingham();
        (first.budget.begins_on, first.budget.ends_on) = (begins, Some(begins.plus_days(length)));
        let mut second = nottingham();
        second.budget.begins_on = begins.plus_days(length + 1 + i64::try_from(next(400)).unwrap());
        second.budget.ends_on = None;
        let cost = Cost {
            starts_on: begins.plus_days(i64::try_from(next(3_000)).unwrap() - 500),
            weeks: i32::try_from(1 + next(520)).unwrap(),
            whole: Money::from_ten_thousandths(i64::try_from(next(9_000_000_000)).unwrap()),
            ended_on: None,
        };
        let parts = parts([&first.budget, &second.budget], cost);
        assert_eq!(sum(parts.iter().map(|p| p.amount)), cost.whole);
        assert_eq!((parts[0].from, parts[parts.len() - 1].to), (cost.starts_on, cost.ends_on()));
        for pair in parts.windows(2) {
            assert_eq!(pair[0].to.plus_days(1), pair[1].from);
            assert!(pair[0].amount.has_at_most_places(2), "whole pence but for the last part");
        }
        // Each part lies in one year of one budget, or in none.
        for part in &parts {
            let ends =
                [&first, &second].map(|h| (year_of(&h.budget, part.from), year_of(&h.budget, part.to)));
            assert!(ends.iter().all(|(from, to)| from == to));
            assert_eq!(part.year.is_some(), ends.iter().any(|(from, _)| from.is_some()));
        }
    }
}

#[test]
fn years_begin_on_the_anniversary_even_of_a_leap_day_and_end_with_the_budget() {
    let held = budget("2024-02-29", Some("2026-06-30"), [Some("1000"), None, None]);
    let year =
        |text| year_of(&held.budget, day(text)).map(|y| (y.begins_on.to_string(), y.ends_on.to_string()));
    let is = |from: &str, to: &str| Some((from.to_owned(), to.to_owned()));
    assert_eq!(year("2024-02-28"), None);
    assert_eq!(year("2024-02-29"), is("2024-02-29", "2025-02-27"));
    assert_eq!(year("2025-02-28"), is("2025-02-28", "2026-02-27"));
    assert_eq!(year("2026-06-30"), is("2026-02-28", "2026-06-30"));
    assert_eq!(year("2026-07-01"), None);
}

#[test]
fn a_contract_may_outlive_what_was_approved_but_not_begin_outside_it() {
    let held = nottingham();
    // 48 of 52 weeks lie beyond 31 March 2030.
    let outlives = contract("2030-03-04", 52, "700");
    let done = commit(std::slice::from_ref(&held), &outlives, &Warned::default()).unwrap();
    let parts: Vec<_> = done.parts.iter().map(|p| (p.amount.to_string(), p.budget_id.is_some())).collect();
    assert_eq!(parts, [("2800.00".to_owned(), true), ("33600.00".to_owned(), false)]);
    assert_eq!(done.budgets[0].committed, money("2800"), "what lies outside takes nothing of the budget");
    for starts_on in ["2026-03-31", "2030-04-01"] {
        let refusal =
            commit(std::slice::from_ref(&held), &contract(starts_on, 52, "700"), &Warned::default()).err();
        let refusal = refusal.expect("refused");
        assert_eq!(refusal.code, Code::CapExceeded);
        assert!(refusal.detail.contains("from 1 April 2026 to 31 March 2030"), "{refusal}");
    }
    // Where members approved no sum at all there is none to hold.
    assert!(commit(&[], &contract("2030-04-01", 52, "700"), &Warned::default()).unwrap().budgets.is_empty());
}

#[test]
fn the_cap_holds_to_the_penny_over_the_period_and_the_guide_does_not_hold() {
    let mut held = nottingham();
    held.budget.committed = money("2247600");
    held.years = vec![];
    let fits = contract("2026-12-07", 52, "700");
    let done = commit(std::slice::from_ref(&held), &fits, &Warned::default()).unwrap();
    assert_eq!(done.budgets[0].committed, money("2284000"));
    held.budget.committed = money("2247600.01");
    let refusal = commit(std::slice::from_ref(&held), &fits, &Warned::default()).err().expect("refused");
    assert_eq!(refusal.code, Code::CapExceeded);
    assert_eq!(
        refusal.detail,
        "Members approved £2,284,000.00 over the whole period. £2,247,600.01 is committed, and £36,400.00 more would \
         be £0.01 over. Only the body that set it can raise the cap, by a new decision."
    );
    // One contract of £600,000 in a year is beyond the guide of £571,000, and is warned about alone.
    let over_guide = contract("2026-04-01", 52, "12000");
    let done = commit(&[nottingham()], &over_guide, &Warned::default()).unwrap();
    assert_eq!(done.years[0].warned, 100);
}

#[test]
fn a_yearly_cap_holds_in_each_year_by_itself() {
    let held = budget("2026-04-01", None, [None, Some("53436"), None]);
    let first = contract("2027-01-11", 104, "1022");
    let after = committed(&held, commit(std::slice::from_ref(&held), &first, &Warned::default()).unwrap());
    // 2027/28 is full to the penny; what falls into other years alone still fits.
    let refusal =
        commit(std::slice::from_ref(&after), &contract("2028-03-31", 1, "0.07"), &Warned::default()).err();
    let refusal = refusal.expect("refused");
    assert!(refusal.detail.contains("for 1 April 2027 to 31 March 2028"), "{refusal}");
    assert!(commit(&[after], &contract("2028-04-01", 12, "1022"), &Warned::default()).is_ok());
}

#[test]
fn each_threshold_is_warned_of_once() {
    let warned =
        Warned { market_name: "Market".to_owned(), officers: vec![AccountId::new(), AccountId::new()] };
    let mut held = budget("2026-04-01", Some("2027-03-31"), [Some("1000"), None, None]);
    let mut told = Vec::new();
    for pounds in ["799.99", "0.01", "50", "49.99", "0.01", "99.99", "0.01"] {
        let mut next = contract("2026-06-01", 1, "1");
        next.initial_term_value = money(pounds);
        let done = commit(std::slice::from_ref(&held), &next, &warned).unwrap();
        told.push(
            done.warnings
                .iter()
                .map(|change| match change.event {
                    Event::CapWarned { level, .. } => (level, change.letters.len()),
                    _ => panic!("a warning"),
                })
                .collect::<Vec<_>>(),
        );
        held = committed(&held, done);
    }
    assert_eq!(told, [vec![], vec![(80, 2)], vec![], vec![], vec![(90, 2)], vec![], vec![(100, 2)]]);
    assert_eq!(held.budget.committed, money("1000"));
}

fn cabinet() -> decision::Model {
    decision::Model {
        id: DecisionId::new(),
        market_id: MarketId::new(),
        slug: "committee-2020".to_owned(),
        body: "Commissioning and Procurement Executive Committee".to_owned(),
        taken_on: day("2020-03-10"),
        title: "Direct Payment Support Service".to_owned(),
        reference: "Item 53".to_owned(),
        public: true,
        document: None,
        entered_by: None,
    }
}

fn new_cap(cap: &str) -> NewCap {
    NewCap {
        body: "commissioning and procurement executive committee ".to_owned(),
        taken_on: day("2026-12-01"),
        title: "More for Direct Payment support".to_owned(),
        reference: "Item 12".to_owned(),
        document: "https://council.example/papers/12".to_owned(),
        public: true,
        cap: Some(money(cap)),
        cap_yearly: None,
        guide_yearly: None,
        reason: "More people than were expected.".to_owned(),
    }
}

#[test]
fn only_the_body_that_set_a_cap_changes_it_and_never_below_what_is_committed() {
    let now: Instant = "2026-12-07T09:00:00Z".parse().unwrap();
    let mut held = nottingham();
    held.budget.committed = money("2284000");
    held.budget.warned = 100;
    let by = AccountId::new();
    let set = |new: NewCap| set_cap(&held, Some(&cabinet()), new, by, now);
    let change = set(new_cap("2700000")).unwrap();
    assert_eq!(change.writes.len(), 3, "the decision, the budget and the history");
    let crate::domain::change::Write::Update(crate::domain::change::Row::Budget(after)) = &change.writes[1]
    else {
        panic!("a budget")
    };
    assert_eq!(
        (after.cap, after.warned),
        (Some(money("2700000")), 80),
        "what is reached already is not told again"
    );
    for (change, code, field) in [
        (NewCap { body: "Full Council".to_owned(), ..new_cap("2700000") }, Code::WrongBody, "body"),
        (new_cap("2283999.99"), Code::CapBelowCommitted, "cap"),
        (new_cap("2284000"), Code::InvalidField, "cap"),
        (new_cap("2700000.001"), Code::InvalidField, "cap"),
        (new_cap("0"), Code::InvalidField, "cap"),
        (NewCap { cap_yearly: Some(money("9")), ..new_cap("2700000") }, Code::InvalidField, "cap_yearly"),
        (NewCap { taken_on: day("2026-12-08"), ..new_cap("2700000") }, Code::InvalidField, "taken_on"),
        (NewCap { taken_on: day("2020-03-09"), ..new_cap("2700000") }, Code::InvalidField, "taken_on"),
        (NewCap { document: "http://x".to_owned(), ..new_cap("2700000") }, Code::InvalidField, "document"),
        (NewCap { reference: " ".to_owned(), ..new_cap("2700000") }, Code::InvalidField, "reference"),
        (NewCap { reason: String::new(), ..new_cap("2700000") }, Code::InvalidField, "reason"),
    ] {
        let refusal = set(change).unwrap_err();
        assert_eq!((refusal.code, refusal.field.as_deref()), (code, Some(field)), "{refusal}");
    }
}

#[test]
fn a_new_budget_takes_up_what_contracts_cost_in_its_period() {
    let now = Instant::from_milliseconds(0);
    let first = nottingham();
    let stands = contract("2030-03-04", 52, "700");
    let defined = |cap: &str| Defined {
        market_id: first.budget.market_id,
        authority_id: first.budget.authority_id,
        slug: "next".to_owned(),
        title: "The next four years".to_owned(),
        begins_on: day("2030-04-01"),
        ends_on: Some(day("2034-03-31")),
        figures: Figures { cap: Some(money(cap)), cap_yearly: None, guide_yearly: None },
        decision_id: None,
        illustrative: true,
    };
    let all = [stands];
    let change =
        define(None, std::slice::from_ref(&first), &defined("33600"), true, &all, now).unwrap().unwrap();
    let written: Vec<_> = change
        .writes
        .iter()
        .filter_map(|write| match write {
            crate::domain::change::Write::Upsert(crate::domain::change::Row::Commitment(row)) => {
                Some((row.amount.to_string(), row.budget_id == Some(first.budget.id)))
            }
            _ => None,
        })
        .collect();
    assert_eq!(written, [("2800.00".to_owned(), true), ("33600.00".to_owned(), false)]);
    let refusal =
        define(None, std::slice::from_ref(&first), &defined("33599.99"), true, &all, now).unwrap_err();
    assert_eq!(refusal.code, Code::CapBelowCommitted);
}

#[test]
fn the_forecast_is_what_is_committed_and_what_waits_and_says_what_ends() {
    let mut held = budget("2026-04-01", Some("2028-03-31"), [Some("100000"), None, None]);
    // £100 a day, over on 31 March 2027 but for a day.
    let ending = contract("2026-04-01", 52, "700");
    held = committed(&held, commit(std::slice::from_ref(&held), &ending, &Warned::default()).unwrap());
    let waiting = Cost { starts_on: day("2027-03-25"), weeks: 2, whole: money("1400"), ended_on: None };
    let years = forecast(&held, &[ending], &[waiting], day("2026-12-07"));
    let shown: Vec<_> =
        years.iter().map(|y| [y.committed, y.waiting, y.released].map(|m| m.to_string())).collect();
    // A year of 52 weeks is a day short; the next has 366 days.
    assert_eq!(shown, [["36400.00", "700.00", "100.00"], ["0.00", "700.00", "36600.00"]]);
}
