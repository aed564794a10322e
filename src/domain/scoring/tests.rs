//! The figures of `docs/scoring.md` and of published rules, by hand.

use super::*;
use crate::domain::{
    pricing::PriceLine,
    refusal::{Code, Refusal},
};
use entity::{category::TieBreak, vocabulary::*};
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};
use std::num::NonZeroU32;

pub(super) fn criterion(id: &str, weight: &str, mark_min: Option<&str>) -> Criterion {
    Criterion {
        id: id.to_owned(),
        name: format!("{}{}", id[..1].to_uppercase(), &id[1..]),
        group: None,
        weight: weight.parse().unwrap(),
        mark_max: "5".parse().unwrap(),
        mark_min: mark_min.map(|m| m.parse().unwrap()),
    }
}

pub(super) fn model(quality: &str, price: &str, formula: Formula) -> Model {
    let criteria = if quality == "0" { vec![] } else { vec![criterion("care", quality, None)] };
    Model {
        quality_weight: quality.parse().unwrap(),
        price_weight: price.parse().unwrap(),
        formula,
        criteria,
        quality_gate: None,
        floor: None,
        ceiling: None,
        tie_break: vec![],
        lot_seed: None,
    }
}

pub(super) fn money(text: &str) -> Money {
    text.parse().unwrap()
}

pub(super) fn line(label: &str, unit: Unit, quantity: &str, rate: &str) -> PriceLine {
    PriceLine {
        label: label.to_owned(),
        unit,
        quantity: quantity.parse().unwrap(),
        rate: rate.parse().unwrap(),
        sharing: None,
        over_weeks: None,
        floor: None,
        ceiling: None,
    }
}

/// A bid of one day a week, with a mark for each criterion in order.
pub(super) fn bid(id: &str, weekly: &str, marks: &[&str]) -> Entry {
    Entry {
        id: id.to_owned(),
        lines: vec![line("Day", Unit::Day, "1", weekly)],
        marks: marks.iter().map(|mark| mark.parse().unwrap()).collect(),
        start: None,
        preferred: false,
        exceptionality: None,
    }
}

/// 35 hours and 7 sleep-ins a week.
pub(super) fn package_k(id: &str, hour: &str, night: &str, mark: &str) -> Entry {
    let lines = vec![
        line("Support hours", Unit::Hour, "35", hour),
        line("Sleep-in nights", Unit::SleepInNight, "7", night),
    ];
    Entry { lines, ..bid(id, "1", &[mark]) }
}

pub(super) fn abc() -> Vec<Entry> {
    vec![
        package_k("A", "13.60", "78", "3.2"),
        package_k("B", "14.75", "87", "4.4"),
        package_k("C", "14.10", "80", "4.0"),
    ]
}

pub(super) fn abcd() -> Vec<Entry> {
    let mut bids = abc();
    bids.push(bid("D", "800.00", &["1.0"]));
    bids
}

pub(super) fn evaluation(model: &Model, bids: &[Entry]) -> Evaluation {
    Evaluation::new(model.clone(), bids.to_vec()).unwrap()
}

pub(super) fn rank(model: &Model, bids: &[Entry]) -> Outcome {
    evaluation(model, bids).outcome()
}

/// Every bid as `A 78.4000`, in rank order.
fn totals(model: &Model, bids: &[Entry]) -> Vec<String> {
    let shown = |b: &Ranked| match b.total {
        Some(total) => format!("{} {total}", b.id),
        None => format!("{} out", b.id),
    };
    rank(model, bids).bids.iter().map(shown).collect()
}

fn ids(outcome: &Outcome) -> Vec<&str> {
    outcome.bids.iter().map(|b| b.id.as_str()).collect()
}

fn refused(model: &Model, bids: &[Entry]) -> Refusal {
    Evaluation::new(model.clone(), bids.to_vec()).unwrap_err()
}

fn fault_fields(model: &Model, bids: &[Entry]) -> Vec<String> {
    refused(model, bids).faults.into_iter().map(|fault| fault.field).collect()
}

fn band() -> Formula {
    Formula::Band { min: money("1022.00"), max: money("1125.25") }
}

#[test]
fn package_k_is_ranked_as_the_rules_work_it_out() {
    let lowest = || Formula::LowestRelative;
    for (model, bids, expected) in [
        (model("60", "40", lowest()), abc(), "B 89.1297, C 86.8040, A 78.4000"),
        (model("40", "60", lowest()), abc(), "C 90.2060, B 89.6946, A 85.6000"),
        (model("40", "60", lowest()), abcd(), "B 77.8572, C 77.5624, A 72.5667, D 68.0000"),
        (model("60", "40", band()), abc(), "A 78.4000, C 75.7966, B 52.8000"),
        (model("60", "40", Formula::PercentOverLowest), abc(), "B 88.7589, C 86.7671, A 78.4000"),
    ] {
        assert_eq!(totals(&model, &bids).join(", "), expected);
    }
}

#[test]
fn package_k_under_the_other_formulas() {
    let q = Formula::ProRataToQualification { qualification: money("1200") };
    assert_eq!(
        totals(&model("60", "40", q), &abc()),
        ["C 80.9213", "A 78.4000", "B 69.5978"],
        "40 × (1200 − 1053.50) ÷ (1200 − 1022) = 32.9213, and 16.7978 for B"
    );
    let benchmark = Formula::Benchmark { benchmark: money("1053.50") };
    assert_eq!(totals(&model("60", "40", benchmark), &abc()), ["B 90.2495", "C 88.0000", "A 78.4000"]);

    let outcome = rank(&model("60", "40", Formula::PricePerQualityPoint), &abc());
    let values: Vec<_> =
        outcome.bids.iter().map(|b| format!("{} {}", b.id, b.value_for_money.unwrap())).collect();
    assert_eq!(values, ["B 12.7869", "C 13.1688", "A 15.9688"]);
    assert!(outcome.bids.iter().all(|b| b.total.is_none() && b.price.is_none() && b.rank.is_some()));
    assert_eq!(
        outcome.bids[2].explanation[3..],
        [
            "Care: 3.2 of 5 × 60 = 38.4000",
            "Price: no marks; bids are ranked by what a per cent of quality costs",
            "Value for money: £1,022.00 ÷ 64 % of the quality weight = £15.9688 for each per cent",
        ]
    );

    let order = Formula::RankedList { order: ["C", "Z", "A"].map(str::to_owned).to_vec() };
    let outcome = rank(&model("60", "40", order), &abc());
    assert_eq!(ids(&outcome), ["C", "A", "B"]);
    let last = |n: usize| outcome.bids[n].explanation.last().unwrap().as_str();
    assert_eq!(
        (last(1), last(2)),
        ("Standing order: 3 of 3", "Standing order: not in it, so after those that are")
    );
}

#[test]
fn a_result_explains_itself_term_by_term() {
    let outcome = rank(&model("60", "40", Formula::LowestRelative), &abc());
    assert_eq!(
        outcome.bids[0].explanation,
        [
            "Support hours: 35 × £14.75 = £516.25 a week",
            "Sleep-in nights: 7 × £87.00 = £609.00 a week",
            "Weekly price: £1,125.25",
            "Care: 4.4 of 5 × 60 = 52.8000",
            "Price: 40 × £1,022.00 ÷ £1,125.25 = 36.3297",
            "Total: 52.8000 + 36.3297 = 89.1297",
        ]
    );
    assert_eq!(outcome.bids[0].rank, Some(1));
    assert_eq!(outcome.bids[0].weekly_price.to_string(), "1125.25");
    assert!(outcome.tie_breaks.is_empty());

    let price = |formula: Formula, id: &str| {
        let outcome = rank(&model("60", "40", formula), &abc());
        let bid = outcome.bids.into_iter().find(|b| b.id == id).unwrap();
        bid.explanation.into_iter().find(|line| line.starts_with(PRICE_MARKS)).unwrap()
    };
    assert_eq!(price(band(), "A"), "Price: £1,022.00 or less earns all 40.0000");
    assert_eq!(price(band(), "C"), "Price: 40 × (£1,125.25 − £1,053.50) ÷ (£1,125.25 − £1,022.00) = 27.7966");
    assert_eq!(price(band(), "B"), "Price: £1,125.25 or more earns 0.0000");
    assert_eq!(
        price(Formula::PercentOverLowest, "B"),
        "Price: 40 × (1 − (£1,125.25 − £1,022.00) ÷ £1,022.00) = 35.9589"
    );
    let q = |sum: &str| Formula::ProRataToQualification { qualification: money(sum) };
    assert_eq!(
        price(q("1200"), "C"),
        "Price: 40 × (£1,200.00 − £1,053.50) ÷ (£1,200.00 − £1,022.00) = 32.9213"
    );
    assert_eq!(price(q("1100"), "B"), "Price: £1,100.00 or more earns 0.0000");
    assert_eq!(price(q("1022"), "B"), "Price: no price is below £1,022.00, so each earns all 40.0000");
    let benchmark = || Formula::Benchmark { benchmark: money("1053.50") };
    assert_eq!(price(benchmark(), "C"), "Price: £1,053.50 or less earns all 40.0000");
    assert_eq!(price(benchmark(), "B"), "Price: 40 × £1,053.50 ÷ £1,125.25 = 37.4495");
}

/// The share of the price weight that each price earns, price alone deciding.
fn price_marks(formula: Formula, weight: &str, prices: &[&str]) -> Vec<String> {
    let quality = (Decimal::ONE_HUNDRED - weight.parse::<Decimal>().unwrap()).to_string();
    let model = model(&quality, weight, formula);
    let mark = |_: &Criterion| "5";
    let marks: Vec<_> = model.criteria.iter().map(mark).collect();
    let bids: Vec<_> = prices.iter().map(|price| bid(price, price, &marks)).collect();
    let outcome = rank(&model, &bids);
    let of = |price: &&str| outcome.bids.iter().find(|b| b.id == **price).unwrap().price.unwrap().to_string();
    prices.iter().map(of).collect()
}

#[test]
fn published_rules_for_price_come_out_as_published() {
    let lowest = Formula::LowestRelative;
    assert_eq!(
        price_marks(lowest.clone(), "100", &["15000", "10000", "30000"]),
        ["66.6667", "100.0000", "33.3333"]
    );
    assert_eq!(price_marks(lowest, "40", &["100", "105", "108"]), ["40.0000", "38.0952", "37.0370"]);
    let percent = Formula::PercentOverLowest;
    assert_eq!(price_marks(percent.clone(), "100", &["1000", "1100"]), ["100.0000", "90.0000"]);
    assert_eq!(price_marks(percent, "100", &["1000", "2000", "2500"]), ["100.0000", "0.0000", "0.0000"]);
    let q = |sum: &str| Formula::ProRataToQualification { qualification: money(sum) };
    assert_eq!(price_marks(q("1000"), "100", &["500", "750", "1200"]), ["100.0000", "50.0000", "0.0000"]);
    assert_eq!(price_marks(q("500"), "100", &["500", "750"]), ["100.0000", "100.0000"]);
    let benchmark = Formula::Benchmark { benchmark: money("100") };
    assert_eq!(price_marks(benchmark, "40", &["80", "100", "125"]), ["40.0000", "40.0000", "32.0000"]);
}

#[test]
fn every_unit_is_priced_by_the_week_without_losing_a_digit() {
    let shared = PriceLine { sharing: NonZeroU32::new(3), ..line("s", Unit::SharedHour, "10", "14.00") };
    let term = PriceLine { over_weeks: NonZeroU32::new(104), ..line("o", Unit::OneOff, "1", "156") };
    for (line, weekly, pence) in [
        (line("h", Unit::Hour, "35", "14.75"), "516.25", 51_625),
        (line("n", Unit::SleepInNight, "7", "87"), "609.00", 60_900),
        (line("w", Unit::WakingNightHour, "70", "16.12"), "1128.40", 112_840),
        (line("d", Unit::Day, "5", "95"), "475.00", 47_500),
        (line("t", Unit::TransportDay, "5", "10"), "50.00", 5_000),
        (line("m", Unit::Mile, "12.5", "0.45"), "5.625", 563),
        (shared, "46.6667", 4_667),
        (line("m", Unit::Month, "1", "28"), "6.4615", 646),
        (line("o", Unit::OneOff, "1", "156"), "3.00", 300),
        (term, "1.50", 150),
    ] {
        let exact = line.weekly().unwrap();
        let entry = Entry { lines: vec![line], ..bid("a", "1", &["5"]) };
        let ranked = rank(&model("60", "40", Formula::LowestRelative), &[entry]).bids.remove(0);
        assert_eq!((ranked.weekly_price.to_string().as_str(), ranked.weekly_pence), (weekly, pence));
        assert_eq!(ranked.weekly_price, Money::rounded(exact).unwrap());
    }
    // Three thirds of £10 and twelve months of £13 over 52 weeks are whole again.
    let thirds = PriceLine { sharing: NonZeroU32::new(3), ..line("s", Unit::SharedHour, "1", "10") };
    let lines = vec![thirds.clone(), thirds.clone(), thirds, line("m", Unit::Month, "1", "13")];
    let whole = Entry { lines, ..bid("whole", "1", &["5"]) };
    let outcome = rank(&model("60", "40", Formula::LowestRelative), &[whole, bid("other", "13", &["5"])]);
    assert_eq!(outcome.bids[0].total, outcome.bids[1].total);
    let whole = outcome.bids.iter().find(|b| b.id == "whole").unwrap();
    assert_eq!(whole.explanation[0], "s: 1 × £10.00 ÷ 3 people sharing = about £3.3333 a week");
    assert_eq!(whole.explanation[4], "Weekly price: £13.00");
}

#[test]
fn with_fixed_rates_quality_alone_decides() {
    let mut model = model("100", "0", Formula::Fixed);
    model.criteria = vec![criterion("care", "70", None), criterion("travel", "30", None)];
    let bids = [bid("a", "525", &["3", "5"]), bid("b", "525", &["4", "3"])];
    let outcome = rank(&model, &bids);
    assert_eq!(totals(&model, &bids), ["b 74.0000", "a 72.0000"]);
    assert_eq!(outcome.bids[0].price, None);
    assert_eq!(
        outcome.bids[0].explanation[1..],
        [
            "Weekly price: £525.00",
            "Care: 4 of 5 × 70 = 56.0000",
            "Travel: 3 of 5 × 30 = 18.0000",
            "Quality: 74.0000",
            "Price: the rates are set by the authority, so quality alone decides",
            "Total: 74.0000",
        ]
    );
}

#[test]
fn criteria_of_a_group_are_summed_for_the_reader() {
    let mut model = model("60", "40", Formula::LowestRelative);
    let part = |id: &str, weight: &str| Criterion {
        group: Some("Staffing".to_owned()),
        ..criterion(id, weight, None)
    };
    model.criteria = vec![part("rota", "15"), criterion("care", "25", None), part("training", "20")];
    let outcome = rank(&model, &[bid("a", "900", &["4", "5", "2.5"])]);
    assert_eq!(
        outcome.bids[0].explanation[2..7],
        [
            "Rota: 4 of 5 × 15 = 12.0000",
            "Care: 5 of 5 × 25 = 25.0000",
            "Training: 2.5 of 5 × 20 = 10.0000",
            "Staffing: 22.0000 of 35",
            "Quality: 47.0000",
        ]
    );
}

#[test]
fn a_bid_below_the_quality_gate_is_out_and_sets_no_price() {
    let mut wiltshire = model("60", "40", Formula::LowestRelative);
    wiltshire.quality_gate = Some("0.60".parse().unwrap());
    let bids = [bid("under", "500", &["2.995"]), bid("at", "1000", &["3"])];
    let outcome = rank(&wiltshire, &bids);
    assert_eq!(totals(&wiltshire, &bids), ["at 76.0000", "under out"]);
    let under = &outcome.bids[1];
    assert_eq!(
        (under.status, under.rank, under.price, under.quality.to_string()),
        (Admissibility::BelowGate, None, None, "35.9400".to_owned())
    );
    assert!(under.explanation.contains(
        &"Not admissible: quality is 35.9400 of 60, which is 59.9 %, and at least 60 % is needed (36.0000)."
            .to_owned()
    ));

    let mut peterborough = model("70", "30", Formula::LowestRelative);
    peterborough.quality_gate = Some("0.55".parse().unwrap());
    let bids = [bid("at", "900", &["2.75"]), bid("under", "900", &["2.7"])];
    assert_eq!(totals(&peterborough, &bids), ["at 68.5000", "under out"]);
}

#[test]
fn a_gate_that_thirds_reach_exactly_is_reached() {
    let mut model = model("10", "90", Formula::LowestRelative);
    model.criteria = vec![criterion("care", "5", None), criterion("travel", "5", None)];
    model.criteria.iter_mut().for_each(|c| c.mark_max = "3".parse().unwrap());
    model.quality_gate = Some("0.5".parse().unwrap());
    let outcome = rank(&model, &[bid("at", "900", &["1", "2"])]);
    assert_eq!(outcome.bids[0].total.unwrap().to_string(), "95.0000");
    assert_eq!(outcome.bids[0].explanation[2], "Care: 1 of 3 × 5 = 1.6667");
}

#[test]
fn a_mark_below_its_minimum_is_out_whatever_the_total() {
    let mut model = model("60", "40", Formula::LowestRelative);
    model.criteria = vec![criterion("care", "50", None), criterion("safeguarding", "10", Some("3"))];
    let bids = [bid("a", "900", &["5", "2"]), bid("b", "1000", &["1", "3"])];
    let outcome = rank(&model, &bids);
    assert_eq!(outcome.bids[1].status, Admissibility::BelowMinimumMark);
    assert_eq!(totals(&model, &bids), ["b 56.0000", "a out"]);
    assert!(
        outcome.bids[1]
            .explanation
            .contains(&"Not admissible: Safeguarding has 2, and at least 3 is needed.".to_owned())
    );
}

#[test]
fn a_price_cannot_be_divided_by_no_quality() {
    let model = model("60", "40", Formula::PricePerQualityPoint);
    let outcome = rank(&model, &[bid("none", "1", &["0"]), bid("some", "900", &["0.1"])]);
    assert_eq!(ids(&outcome), ["some", "none"]);
    assert_eq!((outcome.bids[1].status, outcome.bids[1].value_for_money), (Admissibility::BelowGate, None));
}

/// Cardiff's envelope: £16.12 and £22.72 an hour are within it.
#[test]
fn a_rate_outside_its_limits_needs_exceptionality() {
    let model = model("60", "40", Formula::LowestRelative);
    let cardiff = |rate: &str, exceptionality| {
        let line = PriceLine {
            floor: Some(money("16.12")),
            ceiling: Some(money("22.72")),
            ..line("Care", Unit::Hour, "10", rate)
        };
        Entry { lines: vec![line], exceptionality, ..bid(rate, "1", &["4"]) }
    };
    for (rate, status) in [
        ("16.11", Admissibility::BelowFloor),
        ("16.12", Admissibility::Admissible),
        ("22.72", Admissibility::Admissible),
        ("22.73", Admissibility::AboveCeiling),
    ] {
        for answer in [None, Some(Exceptionality::Asked), Some(Exceptionality::Rejected)] {
            assert_eq!(rank(&model, &[cardiff(rate, answer)]).bids[0].status, status, "{rate} {answer:?}");
        }
        let accepted = rank(&model, &[cardiff(rate, Some(Exceptionality::Accepted))]);
        assert_eq!(accepted.bids[0].status, Admissibility::Admissible, "{rate}");
    }
    let outcome = rank(&model, &[cardiff("16.11", None), cardiff("22.72", None)]);
    assert_eq!(outcome.bids[0].price.unwrap().to_string(), "40.0000", "a bid that is out sets no price");
    assert_eq!(
        outcome.bids[1].explanation[3..],
        [
            "Care: £16.11 is below the floor of £16.12",
            "Not admissible unless a reason for an exception is accepted.",
            "It has no price marks, and takes no part in the price formula.",
        ]
    );
}

#[test]
fn a_weekly_price_outside_its_limits_needs_exceptionality() {
    let mut model = model("60", "40", Formula::LowestRelative);
    (model.floor, model.ceiling) = (Some(money("900")), Some(money("1200")));
    let bids = ["899.99", "900", "1200", "1200.01"].map(|price| bid(price, price, &["4"]));
    let outcome = rank(&model, &bids);
    assert_eq!(ids(&outcome), ["900", "1200", "899.99", "1200.01"]);
    assert_eq!(outcome.bids[2].status, Admissibility::BelowFloor);
    assert_eq!(outcome.bids[3].status, Admissibility::AboveCeiling);
    assert!(
        outcome.bids[3]
            .explanation
            .contains(&"Weekly price: £1,200.01 is above the ceiling of £1,200.00".to_owned())
    );
}

#[test]
fn what_looks_abnormally_low_is_told_with_its_arithmetic() {
    let mut model = model("60", "40", Formula::LowestRelative);
    model.floor = Some(money("790"));
    let mut bids = abcd();
    bids.push(bid("E", "780", &["4"]));
    let signs = entity::category::AbnormallyLow {
        below_floor: true,
        under_median: Some("0.15".parse().unwrap()),
        employment_cost: Some(money("14.00")),
    };
    let flagged = abnormally_low::flagged(&evaluation(&model, &bids), &signs);
    let told: Vec<_> =
        flagged.iter().flat_map(|f| f.signs.iter().map(|s| format!("{} {}", f.bid, s.words))).collect();
    assert_eq!(
        told,
        [
            "A Support hours: £13.60 an hour is £0.40 below the £14.00 that employing somebody for it costs.",
            // The median of 800, 1022, 1053.50 and 1125.25 is 1037.75, and 85 % of it 882.0875.
            "D £800.00 a week is 22.91 % under the median of the admissible prices, £1,037.75: (£1,037.75 − £800.00) ÷ £1,037.75. More than 15 % is asked about.",
            "E £780.00 a week is below the floor of £790.00.",
            "E £780.00 a week is 24.84 % under the median of the admissible prices, £1,037.75: (£1,037.75 − £780.00) ÷ £1,037.75. More than 15 % is asked about.",
        ]
    );
    let at = |price: &str| {
        let bids = [bid("a", "1000", &["4"]), bid("b", "1000", &["4"]), bid("c", price, &["4"])];
        abnormally_low::flagged(
            &evaluation(&tests::model("60", "40", Formula::LowestRelative), &bids),
            &signs,
        )
        .len()
    };
    assert_eq!((at("850"), at("849.99")), (0, 1), "exactly 15 % is not more than 15 %");
}

/// Two bids with equal totals, alike but for what the test changes.
fn tied(step: TieBreak, change: impl Fn(&mut Entry)) -> (Model, [Entry; 2]) {
    let mut model = model("60", "40", Formula::LowestRelative);
    model.tie_break = vec![step];
    model.lot_seed = Some("a seed".to_owned());
    let mut bids = [bid("a", "1000", &["4"]), bid("b", "1000", &["4"])];
    change(&mut bids[1]);
    (model, bids)
}

#[test]
fn the_published_chain_separates_equal_totals() {
    let start = |text: &str| text.parse().ok();
    for (step, change, told) in [
        (
            TieBreak::Preference,
            Box::new(|b: &mut Entry| b.preferred = true) as Box<dyn Fn(&mut Entry)>,
            "Equal at 88.0000, by the person’s preference: b preferred, then a not preferred.",
        ),
        (
            TieBreak::Start,
            Box::new(move |b: &mut Entry| b.start = start("2026-12-07")),
            "Equal at 88.0000, by earlier confirmed start: b Monday 7 December 2026, then a no confirmed start.",
        ),
    ] {
        let (model, bids) = tied(step, change);
        let outcome = rank(&model, &bids);
        assert_eq!(outcome.tie_breaks, [told]);
        assert_eq!(
            outcome.bids.iter().map(|b| (b.id.as_str(), b.rank)).collect::<Vec<_>>(),
            [("b", Some(1)), ("a", Some(2))]
        );
    }
}

#[test]
fn quality_a_criterion_and_price_separate_what_the_total_does_not() {
    // 44 of quality and 32 of price against 36 and 40: both total 76.
    let mut model = model("60", "40", Formula::LowestRelative);
    model.criteria = vec![criterion("care", "40", None), criterion("travel", "20", None)];
    let dear = bid("dear", "1000", &["4", "3"]);
    let cheap = bid("cheap", "800", &["2", "5"]);
    for (chain, first) in [
        (vec![TieBreak::Quality], "dear"),
        (vec![TieBreak::Criterion("travel".to_owned()), TieBreak::Quality], "cheap"),
        (vec![TieBreak::Price], "cheap"),
    ] {
        model.tie_break = chain;
        let outcome = rank(&model, &[dear.clone(), cheap.clone()]);
        assert_eq!(outcome.bids[0].total, outcome.bids[1].total);
        assert_eq!(outcome.bids[0].id, first, "{:?}", model.tie_break);
        assert_eq!(outcome.bids[1].rank, Some(2));
    }
}

#[test]
fn a_lot_is_drawn_by_the_lowest_hash_of_seed_and_bid() {
    let (mut model, bids) = tied(TieBreak::Lot, |_| ());
    model.tie_break.insert(0, TieBreak::Price);
    let outcome = rank(&model, &bids);
    let hash = |id: &str| {
        let digest = Sha256::digest(format!("a seed:{id}"));
        digest.iter().map(|b| format!("{b:02x}")).collect::<String>()
    };
    let (first, second) = if hash("a") < hash("b") { ("a", "b") } else { ("b", "a") };
    assert_eq!(outcome.bids[0].id, first);
    assert_eq!(
        outcome.tie_breaks,
        [
            "Equal at 88.0000, by lower price: a £1,000.00, then b £1,000.00 (no difference).".to_owned(),
            format!(
                "Equal at 88.0000, by lot (lowest SHA-256 of “seed:bid id”): {first} {}, then {second} {}.",
                hash(first),
                hash(second)
            ),
        ]
    );
}

#[test]
fn a_chain_that_ends_in_equality_gives_equal_rank_and_says_so() {
    let (model, [a, b]) = tied(TieBreak::Price, |_| ());
    let c = bid("c", "1000", &["1"]);
    let outcome = rank(&model, &[c, b, a]);
    assert_eq!(
        outcome.bids.iter().map(|b| (b.id.as_str(), b.rank)).collect::<Vec<_>>(),
        [("a", Some(1)), ("b", Some(1)), ("c", Some(3))]
    );
    assert_eq!(
        outcome.tie_breaks[1],
        "Equal at 88.0000: nothing in the tie-break chain separates a and b, so they share a rank."
    );
}

#[test]
fn totals_that_differ_beyond_the_fourth_place_are_a_tie() {
    let mut model = model("60", "40", Formula::LowestRelative);
    model.tie_break = vec![TieBreak::Preference];
    let mut dearer = bid("dearer", "1000.0001", &["4"]);
    dearer.preferred = true;
    let outcome = rank(&model, &[bid("lower", "1000", &["4"]), dearer]);
    assert_eq!(outcome.bids[0].id, "dearer");
}

#[test]
fn half_of_the_last_place_is_rounded_away_from_zero_and_only_once() {
    let mut fixed = model("100", "0", Formula::Fixed);
    fixed.criteria[0].mark_max = "80".parse().unwrap();
    // 100 × 0.0001 ÷ 80 = 0.000125, half of the last place is 0.00005.
    for (mark, total) in [("0.0001", "0.0001"), ("0.0002", "0.0003"), ("0.0004", "0.0005")] {
        let outcome = rank(&fixed, &[bid("a", "1", &[mark])]);
        assert_eq!(outcome.bids[0].total.unwrap().to_string(), total, "{mark}");
    }
    // 33.33335 is half way and goes up; 33.333349999… would go up too, were it rounded twice.
    let lowest = Formula::LowestRelative;
    assert_eq!(price_marks(lowest.clone(), "100", &["666667", "2000000"]), ["100.0000", "33.3334"]);
    assert_eq!(price_marks(lowest, "100", &["666666.9999", "2000000"]), ["100.0000", "33.3333"]);
}

#[test]
fn a_model_that_does_not_add_up_ranks_nothing_and_says_everything_wrong() {
    let mut wrong = model("60", "30", Formula::Fixed);
    wrong.criteria = vec![criterion("care", "50", Some("6")), criterion("care", "5", None)];
    wrong.quality_gate = Some("60".parse().unwrap());
    (wrong.floor, wrong.ceiling) = (Some(money("2")), Some(money("1")));
    wrong.tie_break = vec![TieBreak::Criterion("travel".to_owned()), TieBreak::Lot];
    assert_eq!(
        fault_fields(&wrong, &[]),
        [
            "model.price_weight",
            "model.criteria[0].mark_min",
            "model.criteria[1].id",
            "model.criteria",
            "model.quality_gate",
            "model.price_weight",
            "model.floor",
            "model.tie_break[0]",
            "model.lot_seed",
        ]
    );
    let flat = Formula::Band { min: money("10"), max: money("10") };
    assert_eq!(fault_fields(&model("60", "40", flat), &[]), ["model.formula.min"]);
}

#[test]
fn a_bid_that_cannot_be_scored_is_refused_with_all_its_faults() {
    let bids = [
        bid("a", "0", &[]),
        bid("a", "100", &["5.1"]),
        bid("b", "1000000001", &["5", "1"]),
        Entry { lines: vec![], ..bid("c", "1", &["5"]) },
    ];
    assert_eq!(
        fault_fields(&model("60", "40", Formula::LowestRelative), &bids),
        [
            "bids[0].lines",
            "bids[0].marks.care",
            "bids[1].id",
            "bids[1].marks.care",
            "bids[2].lines",
            "bids[2].marks",
            "bids[3].lines",
        ]
    );
    let odd = |weeks| PriceLine { over_weeks: NonZeroU32::new(weeks), ..line("o", Unit::OneOff, "1", "1") };
    let primes = [907, 911, 919, 929, 937, 941, 947];
    let entry = Entry { lines: primes.map(odd).to_vec(), ..bid("a", "1", &["5"]) };
    let refusal = refused(&model("60", "40", Formula::LowestRelative), &[entry]);
    assert_eq!((refusal.code, refusal.field.as_deref()), (Code::InvalidField, Some("bids")));
}

#[test]
fn nothing_ranked_is_an_empty_outcome() {
    let outcome = rank(&model("60", "40", Formula::LowestRelative), &[]);
    assert_eq!(outcome, Outcome { bids: vec![], tie_breaks: vec![] });
}

#[test]
fn the_weights_at_which_first_place_changes_are_told() {
    let found = what_if::crossings(&evaluation(&model("60", "40", Formula::LowestRelative), &abc()));
    let told: Vec<_> = found
        .iter()
        .map(|c| format!("{} {} → {}", c.quality_weight, c.from.join("+"), c.to.join("+")))
        .collect();
    assert_eq!(told, ["15.7453 A → C", "43.6052 C → B"]);
    assert!(what_if::crossings(&evaluation(&model("100", "0", Formula::Fixed), &abc())).is_empty());
}

#[test]
fn what_each_other_formula_would_have_chosen_is_told() {
    let with = [band(), Formula::Benchmark { benchmark: money("1022") }];
    let evaluation = evaluation(&model("60", "40", Formula::LowestRelative), &abc());
    let told: Vec<_> = what_if::by_each_formula(&evaluation, &with)
        .into_iter()
        .map(|c| {
            format!("{} {}", c.formula.as_str(), c.first.map_or_else(|why| why, |first| first.join("+")))
        })
        .collect();
    assert_eq!(
        told,
        [
            "lowest_relative B",
            "percent_over_lowest B",
            "pro_rata_to_qualification What it is measured against is not given.",
            "band A",
            "price_per_quality_point B",
            "fixed B",
            "benchmark B",
            "ranked_list What it is measured against is not given.",
        ]
    );
}

#[test]
fn an_irrelevant_bid_that_changes_the_winner_is_made_plain() {
    let of =
        |bids: &[Entry]| what_if::irrelevant(&evaluation(&model("40", "60", Formula::LowestRelative), bids));
    assert_eq!(of(&abc()), []);
    let d = [what_if::Irrelevant { bid: "D".to_owned(), first: vec!["C".to_owned()] }];
    assert_eq!(of(&abcd()), d);

    // 60 × 100 ÷ 1,900 is less than the 3.2 by which B is better, 60 × 100 ÷ 1,500 is more.
    let q = Formula::ProRataToQualification { qualification: money("2000") };
    let bids = [bid("B", "600", &["4.4"]), bid("C", "500", &["4"]), bid("D", "100", &["0"])];
    assert_eq!(what_if::irrelevant(&evaluation(&model("40", "60", q), &bids)), d);
}

/// Package K as its JSON, one member a line.
const WRITTEN: &str = r#"{
  "model": {
    "quality_weight": "60", "price_weight": 40,
    "formula": {"name": "band", "min": "1022.00", "max": "1125.25"},
    "criteria": [{"id": "care", "weight": "40", "mark_max": "5", "mark_min": "2"}, {"id": "start", "weight": "20", "mark_max": "5"}],
    "quality_gate": "0.55", "floor": "900.00", "ceiling": "1200.00",
    "tie_break": ["quality", "criterion:care", "price", "start", "preference", "lot"], "lot_seed": "5f3c"
  },
  "bids": [
    {"id": "A", "lines": [{"unit": "hour", "quantity": "35", "rate": "13.60"}, {"unit": "sleep_in_night", "quantity": "7", "rate": "78.00"}],
     "marks": {"care": "3", "start": "4.5"}, "start": "2026-12-07", "preferred": false, "exceptionality": null}
  ]
}"#;

#[test]
fn an_evaluation_is_read_from_json_and_written_back_the_same() {
    let read = json::read(WRITTEN.as_bytes()).unwrap();
    assert_eq!(read.model().formula, band());
    assert_eq!(read.bids()[0].marks[1].to_string(), "4.5");
    let written = serde_json::to_vec(&read).unwrap();
    let again = json::read(&written).unwrap();
    assert_eq!(again, read);
    assert_eq!(serde_json::to_vec(&again).unwrap(), written);
    let result = serde_json::to_value(read.outcome()).unwrap();
    let bid = &result["bids"][0];
    for (member, value) in [
        ("id", "A"),
        ("status", "admissible"),
        ("weekly_price", "1022.00"),
        ("quality", "42.0000"),
        ("price", "40.0000"),
        ("total", "82.0000"),
    ] {
        assert_eq!(bid[member], value, "{member}");
    }
    assert_eq!(bid["rank"], 1);
    assert!(bid.get("value_for_money").is_none());
    assert_eq!(bid["explanation"][0], "Hour: 35 × £13.60 = £476.00 a week");
    assert_eq!(result["tie_breaks"], serde_json::json!([]));
}

fn json_mistakes(text: &str) -> Vec<String> {
    let refusal = json::read(text.as_bytes()).unwrap_err();
    assert_eq!(refusal.code, Code::InvalidField);
    refusal.faults.into_iter().map(|fault| fault.field).collect()
}

#[test]
fn every_mistake_in_the_json_is_told_at_once_with_its_path() {
    let text = WRITTEN
        .replace(r#""price_weight": 40"#, r#""price_weight": 30.5"#)
        .replace(r#""max": "1125.25""#, r#""most": "1125.25""#)
        .replace(r#""weight": "20""#, r#""weight": "10""#)
        .replace(r#""quality_gate": "0.55""#, r#""quality_gate": "1.55""#)
        .replace(r#""criterion:care""#, r#""criterion:car""#)
        .replace(r#""rate": "78.00""#, r#""rate": "seventy""#)
        .replace(r#""quantity": "35""#, r#""quantity": "0""#)
        .replace(r#""start": "4.5""#, r#""staff": "4.5""#)
        .replace(r#""start": "2026-12-07""#, r#""start": "2026-02-30""#)
        .replace(r#""preferred": false"#, r#""preferred": "no", "late": true"#)
        .replace(r#""exceptionality": null"#, r#""exceptionality": "perhaps""#);
    let mut found = json_mistakes(&text);
    found.sort();
    assert_eq!(
        found,
        [
            "bids[0].exceptionality",
            "bids[0].late",
            "bids[0].lines[0].quantity",
            "bids[0].lines[1].rate",
            "bids[0].marks.staff",
            "bids[0].marks.start",
            "bids[0].preferred",
            "bids[0].start",
            "model.criteria",
            "model.formula.max",
            "model.formula.most",
            "model.price_weight",
            "model.quality_gate",
            "model.tie_break[1]",
        ]
    );
}

#[test]
fn what_is_missing_or_of_another_kind_is_told_where_it_should_be() {
    assert_eq!(json_mistakes("{}"), ["model", "bids"]);
    assert_eq!(json_mistakes("[]"), [""]);
    assert_eq!(json_mistakes(r#"{"model": 1, "bids": [2], "more": 3}"#), ["model", "bids[0]", "more"]);
    let refusal = json::read(b"{").unwrap_err();
    assert_eq!(refusal.code, Code::Malformed);
}

#[test]
fn a_lot_without_a_seed_and_a_list_without_an_order_are_mistakes() {
    let text = WRITTEN.replace(r#", "lot_seed": "5f3c""#, "");
    assert_eq!(json_mistakes(&text), ["model.lot_seed"]);
    let band = r#"{"name": "band", "min": "1022.00", "max": "1125.25"}"#;
    let list = |members: &str| WRITTEN.replace(band, &format!(r#"{{"name": "ranked_list"{members}}}"#));
    assert_eq!(json_mistakes(&list("")), ["model.formula.order"]);
    assert_eq!(
        json_mistakes(&list(r#", "order": ["A", 1, "A"]"#)),
        ["model.formula.order[1]", "model.formula.order[2]"]
    );
    assert!(json::read(list(r#", "order": ["A"]"#).as_bytes()).is_ok());
    assert_eq!(json_mistakes(&WRITTEN.replace(r#""band""#, r#""bands""#)), ["model.formula.name"]);
}
