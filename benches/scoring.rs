//! Scoring and ranking, exactly, beside Python doing the same on the same bids: `decimal`, pandas, and numpy in
//! floating-point numbers.

use crate::{Outcome, figures::Figures, python, world::empty_folder};
use entity::{category::TieBreak, vocabulary::*};
use fairlot::domain::{
    pricing::PriceLine,
    scoring::{Criterion, Entry, Evaluation, Formula, Model, Ranking},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    fs,
    hint::black_box,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

const SIZES: [usize; 4] = [10, 100, 1_000, ALL];
/// The same bids at every size, as so many evaluations of that size: ten that are ranked over and over would be
/// learnt by heart, and no bid is ranked twice in its life but by mistake.
const ALL: usize = 100_000;
/// Among how many bids one price changes.
const AMONG: usize = 1_000;
/// Rounds that count, and rounds before them that do not.
const ROUNDS: usize = 15;
const WARM_UPS: usize = 2;
/// How long each works in a round, at least; the slow ones work once.
const WORK: Duration = Duration::from_millis(20);
const PEERS: [(&str, &str); 3] =
    [("pandas", "pandas"), ("decimal", "Python decimal"), ("numpy", "numpy, floats")];

/// Measures all of them in turn, every round.
pub fn measure(folder: &Path, figures: &mut Figures) -> Outcome<()> {
    println!("scoring: setting up …");
    empty_folder(folder)?;
    let mut python = Python::start(folder.parent().ok_or("no folder")?)?;
    let mut each = Vec::new();
    for size in SIZES {
        println!("scoring: {size} bids …");
        let sets: Vec<_> = Bids::invented(ALL).0.chunks(size).map(|set| Bids(set.to_vec())).collect();
        let evaluations = sets
            .iter()
            .map(|set| Evaluation::new(model(), set.entries()))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|why| format!("{why:?}"))?;
        let (Some(bids), Some(evaluation)) = (sets.first(), evaluations.first()) else {
            return Err("no bids".into());
        };
        let file = folder.join(format!("{size}.json"));
        fs::write(&file, bids.columns().to_string())?;
        python.ask(&json!({"load": file}))?;
        compare(evaluation, &mut python)?;

        let mut own = Vec::new();
        let mut peers: [Vec<f64>; PEERS.len()] = Default::default();
        let times = PEERS.map(|(which, _)| python.times(which));
        for round in 0..WARM_UPS + ROUNDS {
            let all = seconds(|| evaluations.iter().for_each(|one| drop(black_box(one.rank()))));
            let took = all / evaluations.len() as f64;
            let mut others = Vec::new();
            for ((which, _), times) in PEERS.iter().zip(&times) {
                others.push(python.run(which, *times.as_ref().map_err(ToString::to_string)?)?);
            }
            if round >= WARM_UPS {
                own.push(took * 1e6);
                peers.iter_mut().zip(others).for_each(|(of, took)| of.push(took * 1e6));
            }
        }
        for ((_, name), peer) in PEERS.iter().zip(&peers) {
            figures.add(format!("ranking {size} bids"), "µs", &own, name, peer);
        }
        each.push(own.into_iter().map(|took| took * 1e3 / size as f64).collect::<Vec<_>>());
    }
    let [ten, .., most] = each.as_slice() else {
        return Err("too few sizes".into());
    };
    figures.add("a bid of 100,000", "ns", most, "a bid of 10", ten);
    repricing(figures)
}

/// One price changes among many: of a bid whose price is not the lowest, and of the one whose is.
fn repricing(figures: &mut Figures) -> Outcome<()> {
    let bids = Bids::invented(AMONG);
    let mut evaluation = Evaluation::new(model(), bids.entries()).map_err(|why| format!("{why:?}"))?;
    let mut ranking = evaluation.rank();
    let weekly = |n: usize| evaluation.figures(&ranking, n).map(|of| of.weekly_pence);
    let middle = ranking.places.get(AMONG / 2).ok_or("too few bids")?.bid as usize;
    let lowest = ranking.places.iter().map(|place| place.bid as usize).min_by_key(|n| weekly(*n));
    for (name, bid) in [
        ("one changed price of 1,000", middle),
        ("one changed price of 1,000, the lowest", lowest.ok_or("no bid")?),
    ] {
        let (mut changed, mut all) = (Vec::new(), Vec::new());
        for round in 0..WARM_UPS + ROUNDS {
            let took = reprice(&mut evaluation, &mut ranking, bid)?;
            let whole = seconds(|| evaluation.rank());
            if round >= WARM_UPS {
                changed.push(took * 1e6);
                all.push(whole * 1e6);
            }
        }
        if ranking != evaluation.rank() {
            return Err("a changed price was not ranked as all are".into());
        }
        figures.add(name, "µs", &changed, "ranking all of them", &all);
    }
    Ok(())
}

/// Seconds for one change, of many that go down by a penny and up again.
fn reprice(evaluation: &mut Evaluation, ranking: &mut Ranking, bid: usize) -> Outcome<f64> {
    let lines = evaluation.bids().get(bid).ok_or("no such bid")?.lines.clone();
    let mut lower = lines.clone();
    for line in lower.iter_mut().take(1) {
        line.rate = Money::from_ten_thousandths(line.rate.ten_thousandths() - 100);
    }
    const CHANGES: usize = 1_000;
    // Made beforehand: what is timed is the ranking.
    let changes: Vec<_> = [lower, lines].into_iter().cycle().take(CHANGES).collect();
    let began = Instant::now();
    for lines in changes {
        evaluation.reprice(black_box(ranking), bid, lines).map_err(|why| format!("{why:?}"))?;
    }
    Ok(began.elapsed().as_secs_f64() / CHANGES as f64)
}

/// Seconds that one run takes, of as many as fit the time.
fn seconds<T>(run: impl Fn() -> T) -> f64 {
    let began = Instant::now();
    let mut times = 0_u32;
    while times == 0 || began.elapsed() < WORK {
        // The clock is asked once for several.
        for _ in 0..8 {
            black_box(run());
            times += 1;
            if began.elapsed() > WORK {
                break;
            }
        }
    }
    began.elapsed().as_secs_f64() / f64::from(times)
}

/// 35 hours and 7 nights; 40 and 20 of 60 for quality, marks of 5, at least 40 % of it; 40 for price.
fn model() -> Model {
    let criterion = |id: &str, weight: i64| Criterion {
        id: id.to_owned(),
        name: id.to_owned(),
        group: None,
        weight: Weight::from_ten_thousandths(weight * 10_000),
        mark_max: Mark::from_ten_thousandths(50_000),
        mark_min: None,
    };
    Model {
        quality_weight: Weight::from_ten_thousandths(600_000),
        price_weight: Weight::from_ten_thousandths(400_000),
        formula: Formula::LowestRelative,
        criteria: vec![criterion("care", 40), criterion("travel", 20)],
        quality_gate: Some(Weight::from_ten_thousandths(4_000)),
        floor: None,
        ceiling: None,
        tie_break: vec![TieBreak::Quality, TieBreak::Price],
        lot_seed: None,
    }
}

/// Bids as numbers: rates in pence, marks in tenths.
struct Bids(Vec<[i64; 4]>);

impl Bids {
    /// The same in every run, and the first of more are the same as fewer.
    fn invented(size: usize) -> Self {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut below = |most: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            i64::try_from(state % most).unwrap_or_default()
        };
        Self((0..size).map(|_| [1_300 + below(300), 7_500 + below(1_500), below(51), below(51)]).collect())
    }

    fn entries(&self) -> Vec<Entry> {
        let line = |label: &str, unit, quantity: i64, pence: i64| PriceLine {
            label: label.to_owned(),
            unit,
            quantity: Quantity::from_ten_thousandths(quantity * 10_000),
            rate: Money::from_ten_thousandths(pence * 100),
            sharing: None,
            over_weeks: None,
            floor: None,
            ceiling: None,
        };
        let entry = |(n, [hour, night, care, travel]): (usize, &[i64; 4])| Entry {
            // In order as text, as they are as numbers.
            id: format!("bid {n:06}"),
            lines: vec![line("Hours", Unit::Hour, 35, *hour), line("Nights", Unit::SleepInNight, 7, *night)],
            marks: [care, travel].map(|mark| Mark::from_ten_thousandths(mark * 1_000)).to_vec(),
            start: None,
            preferred: false,
            exceptionality: None,
        };
        self.0.iter().enumerate().map(entry).collect()
    }

    /// For Python: a list of decimals for each of the four.
    fn columns(&self) -> Value {
        let column = |n: usize, places: u32| -> Vec<String> {
            let value = |bid: &[i64; 4]| bid.get(n).copied().unwrap_or_default();
            self.0.iter().map(|bid| rust_decimal::Decimal::new(value(bid), places).to_string()).collect()
        };
        json!({"hour": column(0, 2), "night": column(1, 2), "care": column(2, 1), "travel": column(3, 1)})
    }
}

/// Whether all rank alike: exact decimals must; of floating-point numbers it is told how many ranks differ.
fn compare(evaluation: &Evaluation, python: &mut Python) -> Outcome<()> {
    let places = evaluation.rank().places;
    let own: Vec<_> = places.iter().map(|place| (place.bid, place.rank)).collect();
    for (which, name) in PEERS {
        let theirs = python.result(which)?;
        if which == "decimal" && own != theirs {
            return Err("Fairlot and Python's decimal do not rank alike".into());
        }
        let ranks: std::collections::HashMap<_, _> = theirs.into_iter().collect();
        let differ = own.iter().filter(|(bid, rank)| ranks.get(bid) != Some(rank)).count();
        if differ > 0 {
            println!("scoring: {name} ranks {differ} of {} admissible bids otherwise", own.len());
        }
    }
    Ok(())
}

/// The Python that is measured beside, with its packages as they are pinned.
struct Python {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Drop for Python {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[derive(Deserialize)]
struct Took {
    seconds: f64,
}

#[derive(Deserialize)]
struct Ranks {
    order: Vec<u32>,
    ranks: Vec<u32>,
}

impl Python {
    fn start(folder: &Path) -> Outcome<Self> {
        let program = python::installed(folder)?;
        let mut child = Command::new(program)
            .arg(python::peer("scoring.py"))
            // One thread each, as Fairlot has.
            .env("OMP_NUM_THREADS", "1")
            .env("OPENBLAS_NUM_THREADS", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let (input, output) = (input.ok_or("no input")?, BufReader::new(output.ok_or("no output")?));
        Ok(Self { child, input, output })
    }

    fn ask(&mut self, command: &Value) -> Outcome<String> {
        writeln!(self.input, "{command}")?;
        self.input.flush()?;
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        if line.is_empty() { Err("Python ended".into()) } else { Ok(line) }
    }

    /// Seconds that one of so many runs takes.
    fn run(&mut self, which: &str, times: u32) -> Outcome<f64> {
        let took: Took = serde_json::from_str(&self.ask(&json!({"run": which, "times": times}))?)?;
        Ok(took.seconds / f64::from(times))
    }

    /// How many runs fit the time of a round.
    fn times(&mut self, which: &str) -> Outcome<u32> {
        let one = self.run(which, 1)?.min(self.run(which, 1)?);
        Ok((WORK.as_secs_f64() / one).ceil().clamp(1.0, 100_000.0) as u32)
    }

    /// The admissible bids in rank order, each with its rank.
    fn result(&mut self, which: &str) -> Outcome<Vec<(u32, u32)>> {
        let Ranks { order, ranks } = serde_json::from_str(&self.ask(&json!({"result": which}))?)?;
        Ok(order.into_iter().zip(ranks).collect())
    }
}
