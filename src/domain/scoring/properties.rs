//! What holds of every model and every set of bids.

use super::{
    tests::{bid, criterion, money, rank},
    *,
};
use crate::domain::pricing::{PriceLine, weekly_price};
use entity::{category::TieBreak, vocabulary::*};
use proptest::prelude::*;
use rust_decimal::{Decimal, RoundingStrategy};
use std::num::NonZeroU32;

fn any_line() -> impl Strategy<Value = PriceLine> {
    let shared = (2_u32..5).prop_map(|people| (Unit::SharedHour, NonZeroU32::new(people), None));
    let one_off = prop::sample::select(vec![26, 52, 104, 99])
        .prop_map(|weeks| (Unit::OneOff, None, NonZeroU32::new(weeks)));
    let unit = prop_oneof![
        4 => Just((Unit::Hour, None, None)),
        1 => Just((Unit::SleepInNight, None, None)),
        1 => Just((Unit::Month, None, None)),
        1 => shared,
        1 => one_off,
    ];
    (unit, 1_i64..20_000, 1_i64..10_000).prop_map(|((unit, sharing, over_weeks), quantity, pence)| {
        PriceLine {
            label: "A line".to_owned(),
            unit,
            quantity: Quantity::from_ten_thousandths(quantity * 100),
            rate: Money::from_ten_thousandths(pence * 100),
            sharing,
            over_weeks,
            floor: None,
            ceiling: None,
        }
    })
}

fn any_bid() -> impl Strategy<Value = Entry> {
    let lines = prop_oneof![
        // Few prices, so that many are equal.
        (1_i64..6).prop_map(|hundreds| bid("", &(hundreds * 100).to_string(), &[]).lines),
        prop::collection::vec(any_line(), 1..4),
    ];
    let mark = || (0_i64..=10).prop_map(|halves| Mark::from_ten_thousandths(halves * 5_000));
    let exceptionality = prop::option::of(prop::sample::select(Exceptionality::ALL));
    (lines, mark(), mark(), any::<bool>(), prop::option::of(1_i8..28), exceptionality).prop_map(
        |(lines, care, travel, preferred, day, exceptionality)| Entry {
            id: String::new(),
            lines,
            marks: vec![care, travel],
            start: day.map(|day| Day(jiff::civil::date(2026, 12, day))),
            preferred,
            exceptionality,
        },
    )
}

fn any_bids() -> impl Strategy<Value = Vec<Entry>> {
    prop::collection::vec(any_bid(), 1..9).prop_map(|mut bids| {
        for (n, bid) in bids.iter_mut().enumerate() {
            bid.id = format!("bid {n}");
        }
        bids
    })
}

fn any_formula() -> impl Strategy<Value = Formula> {
    let sum = || (1_i64..2_000).prop_map(|pounds| money(&pounds.to_string()));
    let band = (0_i64..1_000, 1_i64..2_000).prop_map(|(min, span)| Formula::Band {
        min: money(&min.to_string()),
        max: money(&(min + span).to_string()),
    });
    let order = prop::sample::subsequence((0..9).collect::<Vec<_>>(), 0..9)
        .prop_shuffle()
        .prop_map(|order| Formula::RankedList { order: order.iter().map(|n| format!("bid {n}")).collect() });
    prop_oneof![
        Just(Formula::LowestRelative),
        Just(Formula::PercentOverLowest),
        sum().prop_map(|qualification| Formula::ProRataToQualification { qualification }),
        band,
        Just(Formula::PricePerQualityPoint),
        sum().prop_map(|benchmark| Formula::Benchmark { benchmark }),
        order,
    ]
}

fn any_model() -> impl Strategy<Value = Model> {
    let chain = prop::sample::subsequence(
        vec![TieBreak::Quality, TieBreak::Start, TieBreak::Preference, TieBreak::Price, TieBreak::Lot],
        0..=5,
    )
    .prop_shuffle();
    let gate = prop::option::of(0_i64..=10_000);
    let limits = prop::option::of(1_i64..500);
    (1_i64..100, 0_i64..=100, any_formula(), gate, limits, chain, 1_i64..8).prop_map(
        |(quality, share, formula, gate, floor, tie_break, max)| {
            let care = quality * 100 * share;
            let weighs = |id: &str, weight: i64, least: Option<&str>| Criterion {
                weight: Weight::from_ten_thousandths(weight),
                mark_max: Mark::from_ten_thousandths((4 + max) * 10_000),
                ..criterion(id, "0", least)
            };
            Model {
                quality_weight: Weight::from_ten_thousandths(quality * 10_000),
                price_weight: Weight::from_ten_thousandths((100 - quality) * 10_000),
                formula,
                criteria: vec![
                    weighs("care", care, None),
                    weighs("travel", quality * 10_000 - care, Some("0.5")),
                ],
                quality_gate: gate.map(Weight::from_ten_thousandths),
                floor: floor.map(|pounds| money(&pounds.to_string())),
                ceiling: floor.map(|pounds| money(&(pounds * 10).to_string())),
                tie_break,
                lot_seed: Some("seed".to_owned()),
            }
        },
    )
}

/// A model by whose formula a bid's price can change what another earns, and which keeps nobody out.
fn any_open_model() -> impl Strategy<Value = Model> {
    let formula = prop_oneof![
        Just(Formula::LowestRelative),
        Just(Formula::PercentOverLowest),
        (300_i64..900)
            .prop_map(|pounds| Formula::ProRataToQualification { qualification: money(&pounds.to_string()) }),
    ];
    (any_model(), formula).prop_map(|(model, formula)| Model {
        formula,
        criteria: model.criteria.into_iter().map(|c| Criterion { mark_min: None, ..c }).collect(),
        quality_gate: None,
        floor: None,
        ceiling: None,
        ..model
    })
}

fn admissible(outcome: &Outcome) -> Vec<Ranked> {
    outcome.bids.iter().filter(|b| b.status == Admissibility::Admissible).cloned().collect()
}

/// To twenty places, which is what a division in decimals is exact to.
fn settled(value: Decimal) -> Decimal {
    value.round_dp_with_strategy(20, RoundingStrategy::MidpointAwayFromZero)
}

/// A total worked out another way: in decimals, from the formula as the rules write it.
fn total_in_decimals(model: &Model, entry: &Entry, lowest: Decimal) -> Option<Decimal> {
    let quality: Decimal = model
        .criteria
        .iter()
        .zip(&entry.marks)
        .map(|(c, mark)| settled(c.weight.decimal() * mark.decimal() / c.mark_max.decimal()))
        .sum();
    let (w, p) = (model.price_weight.decimal(), weekly_price(&entry.lines).unwrap());
    let nothing = Decimal::ZERO;
    let price = match &model.formula {
        Formula::LowestRelative => w * lowest / p,
        Formula::PercentOverLowest => w * (Decimal::ONE - (p - lowest) / lowest).max(nothing),
        Formula::ProRataToQualification { qualification } if qualification.decimal() <= lowest => w,
        Formula::ProRataToQualification { qualification } => {
            let q = qualification.decimal();
            (w * (q - p) / (q - lowest)).clamp(nothing, w)
        }
        Formula::Band { min, max } => {
            (w * (max.decimal() - p) / (max.decimal() - min.decimal())).clamp(nothing, w)
        }
        Formula::Benchmark { benchmark } => (w * benchmark.decimal() / p).min(w),
        Formula::PricePerQualityPoint | Formula::Fixed | Formula::RankedList { .. } => return None,
    };
    Some(quality + settled(price))
}

proptest! {
    #[test]
    fn the_order_in_which_bids_are_given_changes_nothing(
        model in any_model(),
        (bids, shuffled) in any_bids().prop_flat_map(|b| (Just(b.clone()), Just(b).prop_shuffle())),
    ) {
        let (one, other) = (rank(&model, &bids), rank(&model, &shuffled));
        prop_assert_eq!(admissible(&one), admissible(&other));
        prop_assert_eq!(one.tie_breaks, other.tie_breaks);
    }

    #[test]
    fn an_inadmissible_bid_influences_nobody(model in any_model(), bids in any_bids()) {
        let all = rank(&model, &bids);
        let kept = admissible(&all);
        let without: Vec<_> = bids.into_iter().filter(|b| kept.iter().any(|k| k.id == b.id)).collect();
        let alone = rank(&model, &without);
        prop_assert_eq!(kept, alone.bids);
        prop_assert_eq!(all.tie_breaks, alone.tie_breaks);
    }

    #[test]
    fn at_equal_quality_a_dearer_bid_never_ranks_higher(mut model in any_model(), mut bids in any_bids()) {
        prop_assume!(!matches!(model.formula, Formula::RankedList { .. }));
        model.tie_break = vec![TieBreak::Price];
        let marks = bids[0].marks.clone();
        bids.iter_mut().for_each(|b| b.marks = marks.clone());
        for pair in admissible(&rank(&model, &bids)).windows(2) {
            prop_assert!(pair[0].weekly_price <= pair[1].weekly_price);
            prop_assert!(pair[0].total >= pair[1].total);
            prop_assert!(pair[0].value_for_money <= pair[1].value_for_money);
        }
    }

    #[test]
    fn the_weights_are_spent_exactly_and_never_overspent(model in any_model(), mut bids in any_bids()) {
        bids[0].marks = model.criteria.iter().map(|c| c.mark_max).collect();
        let outcome = rank(&model, &bids);
        let best = outcome.bids.iter().find(|b| b.id == "bid 0").unwrap();
        prop_assert_eq!(best.quality.decimal(), model.quality_weight.decimal());
        let ranked = admissible(&outcome);
        let lowest = ranked.iter().min_by_key(|b| b.weekly_price).filter(|_| model.formula.name().depends_on_lowest());
        if let Some(lowest) = lowest {
            prop_assert_eq!(lowest.price.unwrap().decimal(), model.price_weight.decimal());
        }
        for b in ranked.iter().filter(|b| b.total.is_some()) {
            let price = b.price.unwrap_or_default().decimal();
            prop_assert!(price >= Decimal::ZERO && price <= model.price_weight.decimal());
            prop_assert!(b.quality.decimal() <= model.quality_weight.decimal());
            let apart = (b.total.unwrap().decimal() - b.quality.decimal() - price).abs();
            prop_assert!(apart <= Decimal::new(1, 4));
        }
    }

    #[test]
    fn whole_numbers_come_to_what_decimals_come_to(model in any_model(), bids in any_bids()) {
        let ranked = admissible(&rank(&model, &bids));
        let entries: Vec<_> = ranked.iter().map(|r| bids.iter().find(|b| b.id == r.id).unwrap()).collect();
        let lowest = entries.iter().map(|b| weekly_price(&b.lines).unwrap()).min().unwrap_or_default();
        for (ranked, entry) in ranked.iter().zip(entries) {
            let total = total_in_decimals(&model, entry, lowest).map(|t| Score::rounded(settled(t)).unwrap());
            prop_assert_eq!(ranked.total, total);
            prop_assert_eq!(ranked.weekly_price, Money::rounded(weekly_price(&entry.lines).unwrap()).unwrap());
        }
    }

    #[test]
    fn a_changed_price_is_ranked_again_as_all_would_be(
        model in any_model(),
        bids in any_bids(),
        which in any::<prop::sample::Index>(),
        pence in 1_i64..90_000,
    ) {
        let which = which.index(bids.len());
        let mut evaluation = Evaluation::new(model.clone(), bids.clone()).unwrap();
        let mut ranking = evaluation.rank();
        let mut lines = bids[which].lines.clone();
        lines[0].rate = Money::from_ten_thousandths(pence * 100);
        evaluation.reprice(&mut ranking, which, lines.clone()).unwrap();
        let mut changed = bids;
        changed[which].lines = lines;
        let again = Evaluation::new(model, changed).unwrap();
        prop_assert_eq!(ranking, again.rank());
        prop_assert_eq!(evaluation, again);
    }

    #[test]
    fn an_evaluation_survives_its_json(model in any_model(), bids in any_bids()) {
        let evaluation = Evaluation::new(model, bids).unwrap();
        let written = serde_json::to_vec(&evaluation).unwrap();
        let read = json::read(&written).unwrap();
        prop_assert_eq!(serde_json::to_vec(&read).unwrap(), written);
        prop_assert_eq!(serde_json::to_vec(&read.outcome()).unwrap(), serde_json::to_vec(&evaluation.outcome()).unwrap());
        prop_assert_eq!(read, evaluation);
    }

    #[test]
    fn only_a_bid_that_changes_the_winner_is_called_irrelevant(
        model in prop_oneof![any_model(), any_open_model()],
        bids in any_bids(),
    ) {
        let first = |bids: &[Entry]| -> Vec<String> {
            let outcome = rank(&model, bids);
            outcome.bids.into_iter().filter(|b| b.rank == Some(1)).map(|b| b.id).collect()
        };
        let winners = first(&bids);
        let mut expected = Vec::new();
        for (n, bid) in bids.iter().enumerate().filter(|(_, bid)| !winners.contains(&bid.id)) {
            let mut others = bids.clone();
            others.remove(n);
            let without = first(&others);
            if without != winners {
                expected.push(what_if::Irrelevant { bid: bid.id.clone(), first: without });
            }
        }
        prop_assert_eq!(what_if::irrelevant(&Evaluation::new(model.clone(), bids).unwrap()), expected);
    }

    #[test]
    fn between_two_crossings_the_bid_that_is_said_to_be_first_is(
        mut model in any_open_model(),
        bids in any_bids(),
    ) {
        // One criterion with all the weight, so that it can be any.
        let weigh = |model: &mut Model, quality: Weight| {
            model.quality_weight = quality;
            model.price_weight = Weight::exactly(Decimal::ONE_HUNDRED - quality.decimal()).unwrap();
            model.criteria[0].weight = quality;
            model.criteria[1].weight = Weight::ZERO;
        };
        let quality = model.quality_weight;
        weigh(&mut model, quality);
        let crossings = what_if::crossings(&Evaluation::new(model.clone(), bids.clone()).unwrap());
        let mut ends = vec![Decimal::ZERO];
        ends.extend(crossings.iter().map(|c| c.quality_weight.decimal()));
        ends.push(Decimal::ONE_HUNDRED);
        for (n, pair) in ends.windows(2).enumerate().filter(|(_, pair)| pair[1] - pair[0] > Decimal::new(1, 2)) {
            // In the middle between two crossings, to four places.
            weigh(&mut model, Weight::rounded((pair[0] + pair[1]) / Decimal::TWO).unwrap());
            let outcome = rank(&model, &bids);
            let best = outcome.bids[0].total;
            let first: Vec<_> = outcome.bids.iter().filter(|b| b.total == best).map(|b| &b.id).collect();
            let told = if n == 0 { crossings.first().map(|c| &c.from) } else { Some(&crossings[n - 1].to) };
            for id in told.into_iter().flatten() {
                prop_assert!(first.contains(&id), "{id} between {} and {}: {first:?}", pair[0], pair[1]);
            }
        }
    }
}
