//! Figures: medians of rounds, beside those of a yardstick in the same rounds.

use crate::Outcome;
use serde::Serialize;
use std::{fs, path::Path};

/// Something measured in every round, and its yardstick in the same rounds.
#[derive(Serialize)]
pub struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
    baseline: &'static str,
    baseline_value: f64,
    /// `value` over `baseline_value`: of times, less is better; of rates, more.
    ratio: f64,
    /// What is to be known of the yardstick, such as why it has no value.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// The least and the greatest ratio of one round.
    #[serde(skip)]
    spread: (f64, f64),
}

#[derive(Default)]
pub struct Figures(Vec<Figure>);

impl Figures {
    /// Adds a figure from the same rounds of both.
    pub fn add(
        &mut self,
        name: impl Into<String>,
        unit: &'static str,
        values: &[f64],
        baseline: &'static str,
        baseline_values: &[f64],
    ) {
        let (value, baseline_value) = (median(values), median(baseline_values));
        let ratios = values.iter().zip(baseline_values).map(|(value, baseline)| value / baseline);
        let spread =
            ratios.fold((f64::INFINITY, 0.0_f64), |(least, most), ratio| (ratio.min(least), ratio.max(most)));
        let ratio = rounded(value / baseline_value);
        let (value, baseline_value) = (rounded(value), rounded(baseline_value));
        let (name, note) = (name.into(), None);
        self.0.push(Figure { name, value, unit, baseline, baseline_value, ratio, note, spread });
    }

    /// Adds a figure whose yardstick failed.
    pub fn failed(
        &mut self,
        name: impl Into<String>,
        unit: &'static str,
        values: &[f64],
        baseline: &'static str,
        why: &str,
    ) {
        self.add(name, unit, values, baseline, &[]);
        self.note(why);
    }

    /// Says something of the yardstick that was added last.
    pub fn note(&mut self, note: &str) {
        if let Some(figure) = self.0.last_mut() {
            figure.note = Some(note.to_owned());
        }
    }

    pub fn print(&self) {
        println!(
            "\n{:<44} {:>9} {:<6} {:<26} {:>9} {:>7}  in single rounds",
            "figure", "Fairlot", "", "beside", "", "ratio"
        );
        for figure in &self.0 {
            let single = match &figure.note {
                Some(note) => note.clone(),
                None => format!("{:.2} to {:.2}", figure.spread.0, figure.spread.1),
            };
            println!(
                "{:<44} {:>9} {:<6} {:<26} {:>9} {:>7.2}  {single}",
                figure.name, figure.value, figure.unit, figure.baseline, figure.baseline_value, figure.ratio,
            );
        }
        println!("Of a time a ratio below 1 is better than the yardstick; of a rate one above 1 is.");
    }

    pub fn write(&self, file: &Path) -> Outcome<()> {
        Ok(fs::write(file, serde_json::to_string_pretty(&self.0)? + "\n")?)
    }
}

/// The middle one: a round that something else disturbed does not count for more than another.
fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match (sorted.get(middle), sorted.get(middle.wrapping_sub(1))) {
        (Some(upper), Some(lower)) if sorted.len().is_multiple_of(2) => (upper + lower) / 2.0,
        (Some(value), _) => *value,
        (None, _) => f64::NAN,
    }
}

/// To hundredths: more would pretend.
fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
