//! A package while it is typed: what would be refused so far, what is still to be typed, and what may tell who the person
//! is. It is a question. Nothing is kept of it.

use super::{
    Leak, NEEDS_MAX, TITLE_MAX, leaks, outward_code, pricing, wrong_needs, wrong_preference, wrong_reference,
    wrong_start, wrong_term, wrong_title,
};
use crate::domain::refusal::{Fault, Refusal};
use entity::{
    category,
    offer::LineQuantity,
    vocabulary::{AgeBand, CategoryId, Day, Instant, Quantity},
};
use serde::{Deserialize, Serialize};

/// A package as far as it is typed. All of it is text, as it stands in the fields: what is half typed, such as `7.`, is no
/// mistake of whoever asks. What is left out, or blank, is not typed yet.
#[derive(Clone, Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PackageTyped {
    #[serde(default)]
    pub category_id: Option<CategoryId>,
    #[serde(default)]
    pub person_reference: Option<String>,
    #[serde(default)]
    pub title: Option<String>,
    #[serde(default)]
    pub needs: Option<String>,
    #[serde(default)]
    pub outward_code: Option<String>,
    #[serde(default)]
    pub age_band: Option<AgeBand>,
    #[serde(default)]
    pub quantities: Vec<LineTyped>,
    #[serde(default)]
    pub starts_on: Option<String>,
    #[serde(default)]
    pub initial_term_weeks: Option<String>,
    #[serde(default)]
    pub preference: Option<String>,
}

/// How much is asked of a price line, as far as it is typed.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineTyped {
    pub key: String,
    pub quantity: String,
}

/// What a look at a package while it is typed finds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// Everything typed that would be refused.
    pub faults: Vec<Fault>,
    /// The fields that are wanted and not typed yet.
    pub missing: Vec<&'static str>,
    pub leaks: Vec<Leak>,
    /// Where it is, if that can be read.
    pub outward_code: Option<String>,
    /// What is asked for, as far as it could be asked for.
    pub quantities: Vec<LineQuantity>,
    /// The initial term in weeks, if it can be read and may be.
    pub term_weeks: Option<u32>,
}

/// Looks at a package while it is typed. Without its category nothing is said of quantities.
pub fn look(category: Option<&category::Model>, typed: &PackageTyped, now: Instant) -> Looked {
    let mut found = Looked::default();
    let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    if category.is_none() {
        found.missing.push("category_id");
    }
    match given(&typed.person_reference) {
        Some(text) => found.faults.extend(wrong_reference(&text)),
        None => found.missing.push("person_reference"),
    }
    found.faults.extend(wrong_preference(typed.preference.as_deref()));
    match given(&typed.title) {
        Some(text) => {
            found.faults.extend(wrong_title(&text));
            found.leaks.extend(leaks("title", &beginning(&text, TITLE_MAX)));
        }
        None => found.missing.push("title"),
    }
    match given(&typed.needs) {
        Some(text) => {
            found.faults.extend(wrong_needs(&text));
            found.leaks.extend(leaks("needs", &beginning(&text, NEEDS_MAX)));
        }
        None => found.missing.push("needs"),
    }
    match given(&typed.outward_code) {
        Some(text) => match outward_code(&text) {
            Ok(code) => found.outward_code = Some(code),
            Err(refusal) => found.refused(refusal),
        },
        None => found.missing.push("outward_code"),
    }
    if typed.age_band.is_none() {
        found.missing.push("age_band");
    }
    if let Some(category) = category {
        found.quantities(category, &typed.quantities);
    }
    match given(&typed.starts_on).map(|text| text.trim().parse::<Day>()) {
        Some(Ok(day)) => found.faults.extend(wrong_start(day, now)),
        Some(Err(_)) => {
            found.fault("starts_on", "Enter the day on which care starts, such as 2026-12-14.".to_owned());
        }
        None => found.missing.push("starts_on"),
    }
    match given(&typed.initial_term_weeks).map(|text| text.trim().parse::<i32>()) {
        Some(weeks) => {
            // What is no number is as wrong as no weeks.
            let weeks = weeks.unwrap_or(0);
            let wrong = wrong_term(weeks);
            found.term_weeks = u32::try_from(weeks).ok().filter(|_| wrong.is_none());
            found.faults.extend(wrong);
        }
        None => found.missing.push("initial_term_weeks"),
    }
    found
}

/// No more of a text than may be written is searched, however much is sent.
fn beginning(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

impl Looked {
    fn fault(&mut self, field: impl Into<String>, detail: String) {
        self.faults.push(Fault { field: field.into(), detail });
    }

    fn refused(&mut self, refusal: Refusal) {
        if refusal.faults.is_empty() {
            self.fault(refusal.field.unwrap_or_default(), refusal.detail.into_owned());
        }
        self.faults.extend(refusal.faults);
    }

    fn quantities(&mut self, category: &category::Model, typed: &[LineTyped]) {
        // In the place of what cannot be read stands a quantity that may be asked for, so that the lines keep their
        // numbers; what is wrong with it is said here.
        let stand_in = Quantity::from_ten_thousandths(10_000);
        let mut asked = Vec::new();
        let mut unread = Vec::new();
        for (at, LineTyped { key, quantity }) in typed.iter().enumerate() {
            let text = quantity.trim();
            let read = text.parse::<Quantity>();
            if !text.is_empty() && read.is_err() {
                self.fault(
                    format!("quantities[{at}].quantity"),
                    "Enter a number, such as 35 or 7.5.".to_owned(),
                );
            }
            if read.is_err() {
                unread.push(at);
            }
            asked.push(LineQuantity { key: key.clone(), quantity: read.unwrap_or(stand_in) });
        }
        if typed.iter().all(|line| line.quantity.trim().is_empty()) {
            self.missing.push("quantities");
            return;
        }
        let wrong = pricing::check_quantities(&category.terms.lines, &asked);
        let wrong = wrong.err().map(|refusal| refusal.faults).unwrap_or_default();
        let is_right = |at: usize| {
            let own = format!("quantities[{at}].");
            !unread.contains(&at) && !wrong.iter().any(|fault| fault.field.starts_with(&own))
        };
        self.quantities =
            asked.into_iter().enumerate().filter(|(at, _)| is_right(*at)).map(|(_, line)| line).collect();
        self.faults.extend(wrong);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::{
        category::{CategoryTerms, Formula, LineTerms},
        vocabulary::{MarketId, Unit, Weight},
    };

    /// Monday 7 December 2026, nine in the morning.
    const NOW: Instant = Instant::from_milliseconds(1_796_634_000_000);

    fn category() -> category::Model {
        let line = |key: &str| LineTerms {
            key: key.to_owned(),
            label: key.to_owned(),
            unit: Unit::Hour,
            fixed: None,
            reference_low: None,
            reference_high: None,
            floor: None,
            ceiling: None,
        };
        category::Model {
            id: CategoryId::new(),
            market_id: MarketId::new(),
            slug: "care".to_owned(),
            name: "Care".to_owned(),
            terms: CategoryTerms {
                needs: String::new(),
                lines: vec![line("hour"), line("night"), line("mile")],
                criteria: Vec::new(),
                quality_weight: Weight::ZERO,
                price_weight: Weight::ZERO,
                formula: Formula::Fixed,
                quality_gate: None,
                weekly_floor: None,
                weekly_ceiling: None,
                abnormally_low: None,
                tie_break: Vec::new(),
                evaluators: 1,
                round: None,
            },
            package_template: None,
        }
    }

    fn typed() -> PackageTyped {
        let text = |text: &str| Some(text.to_owned());
        PackageTyped {
            category_id: Some(CategoryId::new()),
            person_reference: text("C-1"),
            title: text("Support at home"),
            needs: text("Help with cooking."),
            outward_code: text(" st16 "),
            age_band: Some(AgeBand::From18To24),
            quantities: lines(&[("hour", "35"), ("night", " 7.5 ")]),
            starts_on: text("2026-12-07"),
            initial_term_weeks: text("52"),
            preference: None,
        }
    }

    fn lines(lines: &[(&str, &str)]) -> Vec<LineTyped> {
        let line = |(key, quantity): &(&str, &str)| LineTyped {
            key: (*key).to_owned(),
            quantity: (*quantity).to_owned(),
        };
        lines.iter().map(line).collect()
    }

    fn fields(found: &Looked) -> Vec<&str> {
        found.faults.iter().map(|fault| fault.field.as_str()).collect()
    }

    #[test]
    fn a_package_that_would_be_taken_has_no_faults_and_is_read() {
        let found = look(Some(&category()), &typed(), NOW);
        assert_eq!((fields(&found), &found.missing), (vec![], &vec![]));
        assert_eq!(found.outward_code.as_deref(), Some("ST16"));
        assert_eq!(found.term_weeks, Some(52));
        let asked: Vec<_> = found.quantities.iter().map(|line| line.quantity.to_string()).collect();
        assert_eq!(asked, ["35", "7.5"]);
    }

    #[test]
    fn what_is_not_typed_yet_is_no_fault() {
        let blank = PackageTyped {
            title: Some("  ".to_owned()),
            quantities: lines(&[("hour", ""), ("night", " ")]),
            ..PackageTyped::default()
        };
        let found = look(Some(&category()), &blank, NOW);
        assert_eq!(fields(&found), Vec::<&str>::new());
        assert_eq!(
            found.missing,
            [
                "person_reference",
                "title",
                "needs",
                "outward_code",
                "age_band",
                "quantities",
                "starts_on",
                "initial_term_weeks"
            ]
        );
        assert_eq!(look(None, &blank, NOW).missing[0], "category_id");
    }

    #[test]
    fn every_fault_is_told_at_once_each_with_its_field() {
        let text = |text: &str| Some(text.to_owned());
        let wrong = PackageTyped {
            person_reference: text(&"x".repeat(61)),
            title: text(&"x".repeat(TITLE_MAX + 1)),
            needs: text(&"x".repeat(NEEDS_MAX + 1)),
            outward_code: text("ST16 2LH"),
            quantities: lines(&[("hour", "many"), ("moonlight", "1"), ("night", "-1"), ("mile", "")]),
            starts_on: text("2026-12-06"),
            initial_term_weeks: text("some"),
            preference: text(&"x".repeat(NEEDS_MAX + 1)),
            ..typed()
        };
        let found = look(Some(&category()), &wrong, NOW);
        assert_eq!(
            fields(&found),
            [
                "person_reference",
                "preference",
                "title",
                "needs",
                "outward_code",
                "quantities[0].quantity",
                "quantities[1].key",
                "quantities[2].quantity",
                "starts_on",
                "initial_term_weeks"
            ]
        );
        assert_eq!((found.outward_code, found.quantities.len(), found.term_weeks), (None, 0, None));
        // What is right beside what is wrong is still counted, and keeps its number.
        let half =
            PackageTyped { quantities: lines(&[("hour", "7h"), ("night", "7"), ("hour", "2")]), ..typed() };
        let found = look(Some(&category()), &half, NOW);
        assert_eq!(fields(&found), ["quantities[0].quantity", "quantities[2].key"]);
        assert_eq!(found.quantities.len(), 1);
    }

    #[test]
    fn leaks_are_found_while_they_are_typed_and_no_more_is_searched_than_may_be_written() {
        let text = |text: &str| Some(text.to_owned());
        let wordy =
            PackageTyped { title: text("Support for Daniel"), needs: text("Ring 01785 123456."), ..typed() };
        let found = look(None, &wordy, NOW);
        let fields: Vec<_> = found.leaks.iter().map(|leak| leak.field.as_str()).collect();
        assert_eq!(fields, ["title", "needs"]);
        let long = format!("{} Ring 01785 123456.", "x".repeat(NEEDS_MAX));
        assert_eq!(look(None, &PackageTyped { needs: Some(long), ..typed() }, NOW).leaks, []);
    }
}
