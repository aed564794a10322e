//! What a definition must hold to as a whole: sums, references, the order of days, the chain of
//! authority, and what its regime lets it be.

use super::{definition::*, questions};
use crate::domain::{
    attachment::ATTACHMENTS_MAX,
    budget::YEARS_MAX,
    package::leaks,
    pricing::{PLACES_MAX, QUANTITY_MAX, pounds},
};
use entity::{
    category::{CategoryTerms, Formula, PackageTemplate, TieBreak},
    vocabulary::*,
};
use jiff::{ToSpan, civil::date};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// The last day of every DPS under PCR 2015 (SI 2024/716).
pub const PCR_DPS_LAST_DAY: Day = Day(date(2029, 2, 23));
/// After this day the validity of a DPS under PCR 2015 cannot be changed (SI 2024/716).
pub const PCR_DPS_VALIDITY_FIXED_AFTER: Day = Day(date(2026, 2, 23));
/// Ten days, the shortest time for bids under PCR 2015 reg 34(11).
const PCR_DPS_BIDDING_HOURS_MIN: u32 = 240;

/// The shortest voluntary standstill, in working days (Procurement Act 2023 s. 51(5)).
const STANDSTILL_WORKING_DAYS_MIN: u32 = 8;

/// A market's last day, once the law has had its say.
pub(super) fn last_day(regime: Regime, ends_on: Option<Day>) -> Option<Day> {
    match regime {
        Regime::PcrDps => Some(ends_on.map_or(PCR_DPS_LAST_DAY, |last| last.min(PCR_DPS_LAST_DAY))),
        // A later last day rests on a recorded basis, or it was not read.
        Regime::PcrLtrDps => ends_on.or(Some(PCR_DPS_LAST_DAY)),
        Regime::PcrFramework
        | Regime::Pa23DynamicMarket
        | Regime::Pa23LightTouchFramework
        | Regime::SingleContract => ends_on,
    }
}

/// Why the regime forbids a cap on members, if it does.
pub(super) fn forbids_cap(regime: Regime) -> Option<&'static str> {
    match regime {
        Regime::PcrDps => Some(
            "A DPS admits every provider that meets its conditions: no cap on members \
             (PCR 2015 reg 34(6)).",
        ),
        Regime::Pa23DynamicMarket => Some(
            "A dynamic market admits every provider that meets its conditions: no cap on members \
             (Procurement Act 2023 s. 36(7)).",
        ),
        Regime::PcrLtrDps
        | Regime::PcrFramework
        | Regime::Pa23LightTouchFramework
        | Regime::SingleContract => None,
    }
}

/// Something found wrong in what was read.
pub(super) struct Finding {
    pub field: String,
    pub words: String,
    /// The other fields without which nothing can be said. `posts[]` is the list itself, without
    /// what its items hold.
    rests_on: Vec<String>,
}

impl Finding {
    /// Whether it cannot be relied upon when this field could not be read.
    pub fn rests_on(&self, unreadable: &str) -> bool {
        std::iter::once(&self.field)
            .chain(&self.rests_on)
            .any(|path| encloses(unreadable, path) || encloses(path, unreadable))
    }
}

/// Whether `inner` is `outer`, or stands in it.
fn encloses(outer: &str, inner: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

#[derive(Default)]
pub(super) struct Findings(Vec<Finding>);

impl Findings {
    /// Says it of `field`; it rests on the others as well.
    pub fn say(&mut self, field: String, rests_on: &[&str], words: impl Into<String>) {
        self.0.push(Finding {
            field,
            words: words.into(),
            rests_on: rests_on.iter().map(|path| (*path).to_owned()).collect(),
        });
    }

    /// The later of two days comes before the earlier.
    fn order(&mut self, earlier: (&str, Day), later: (&str, Option<Day>)) {
        let ((first, from), (second, Some(to))) = (earlier, later) else {
            return;
        };
        if to < from {
            let words = format!("is {to}, before {first} ({from}).");
            self.say(second.to_owned(), &[first], words);
        }
    }

    /// Two of a list go by one name.
    pub fn unique<'a>(&mut self, list: &str, key: &str, names: impl Iterator<Item = &'a str>) {
        let mut seen: Vec<&str> = Vec::new();
        for (n, name) in names.enumerate() {
            if let Some(first) = seen.iter().position(|other| *other == name) {
                let first = format!("{list}[{first}].{key}");
                let words = format!("is “{name}”, and so is {first}.");
                self.say(format!("{list}[{n}].{key}"), &[&first], words);
            }
            seen.push(name);
        }
    }
}

/// Everything wrong with a definition as a whole.
pub(super) fn findings(it: &Definition) -> Vec<Finding> {
    let mut found = Findings::default();
    days(it, &mut found);
    regime(it, &mut found);
    standstill(it, &mut found);
    let terms = &it.market.terms;
    let ids = |list: &'static str, of: &[_], found: &mut Findings| {
        let of: &[entity::market::Wanted] = of;
        found.unique(list, "id", of.iter().map(|w| w.id.as_str()));
    };
    ids("market.declarations", &terms.declarations, &mut found);
    ids("market.evidence", &terms.evidence, &mut found);
    let slugs = it.categories.iter().map(|c| c.slug.as_str());
    found.unique("categories", "slug", slugs);
    for (n, category) in it.categories.iter().enumerate() {
        let at = format!("categories[{n}]");
        lines(&at, &category.terms, &mut found);
        weights(&at, &category.terms, &mut found);
        price(&at, &category.terms, &mut found);
        round(&at, &category.terms, &mut found);
        flags(&at, &category.terms, &mut found);
        tie_break(&at, &category.terms, &mut found);
        if let Some(of) = &category.package_template {
            template(&at, &category.terms, of, &mut found);
        }
    }
    questions::findings(it, &mut found);
    chain(it, &mut found);
    budgets(it, &mut found);
    found.0
}

fn days(it: &Definition, found: &mut Findings) {
    let opens = ("market.joining_opens_on", it.market.joining_opens_on);
    let awards = ("market.awards_from", it.market.terms.awards_from);
    found.order(opens, (awards.0, Some(awards.1)));
    found.order(awards, ("market.ends_on", it.market.ends_on));
    let mut before = (opens.0.to_owned(), opens.1);
    let extensions = &it.market.terms.extensions;
    for (n, extension) in extensions.iter().enumerate() {
        let until = format!("market.extensions[{n}].until");
        if extension.until <= before.1 {
            let words = format!(
                "is {}, and {} is {}: extensions stand in order, each later than the last.",
                extension.until, before.0, before.1
            );
            found.say(until.clone(), &[&before.0], words);
        }
        before = (until, extension.until);
    }
    let untils: Vec<_> = extensions.iter().map(|e| e.until).collect();
    let rests = each("market.extensions", untils.len(), &["until"]);
    match (it.market.ends_on, untils.first()) {
        (None, Some(_)) => found.say(
            "market.extensions".to_owned(),
            &["market.ends_on"],
            "extends a market that has no last day: give ends_on.",
        ),
        (Some(last), Some(first)) if last >= *first && !untils.contains(&last) => found.say(
            "market.ends_on".to_owned(),
            &refs(&rests),
            format!("is {last}, later than the first extension, and none extends it until then."),
        ),
        _ => {}
    }
}

/// What the regime lets a market be.
fn regime(it: &Definition, found: &mut Findings) {
    let regime = it.market.regime;
    let terms = &it.market.terms;
    let rests = ["market.regime"];
    if let (Some(why), Some(_)) = (forbids_cap(regime), terms.members_max) {
        let words = format!("cannot be. {why}");
        found.say("market.members_max".to_owned(), &rests, words);
    }
    if regime == Regime::PcrDps {
        if terms.decide_within_working_days != 10 {
            found.say(
                "market.decide_within_working_days".to_owned(),
                &rests,
                "must be 10: a request to join a DPS is decided within 10 working days of receipt \
                 (PCR 2015 reg 34(16)).",
            );
        }
        if terms.decide_within_working_days_extended != 15 {
            found.say(
                "market.decide_within_working_days_extended".to_owned(),
                &rests,
                "must be 15: with a recorded reason, a request to join a DPS is decided within 15 \
                 working days of receipt (PCR 2015 reg 34(17)).",
            );
        }
        if terms.bidding_window_hours_min < PCR_DPS_BIDDING_HOURS_MIN {
            found.say(
                "market.bidding_window_hours_min".to_owned(),
                &rests,
                "must be at least 240: bidders in a DPS have at least 10 days \
                 (PCR 2015 reg 34(11)).",
            );
        }
    } else if terms.decide_within_working_days_extended < terms.decide_within_working_days {
        found.say(
            "market.decide_within_working_days_extended".to_owned(),
            &["market.decide_within_working_days", "market.regime"],
            "must not be fewer than decide_within_working_days.",
        );
    }
    validity(it, found);
}

/// A standstill is a choice for light touch, but one that is chosen is at least 8 working days, counting the day of the
/// notice (Procurement Act 2023 s. 51(3), (5)).
fn standstill(it: &Definition, found: &mut Findings) {
    let Some(days) = it.market.terms.standstill_working_days else { return };
    match it.market.regime {
        Regime::Pa23DynamicMarket | Regime::Pa23LightTouchFramework if days < STANDSTILL_WORKING_DAYS_MIN => {
            found.say(
                "market.standstill_working_days".to_owned(),
                &["market.regime"],
                format!(
                    "is {days}: a voluntary standstill is at least {STANDSTILL_WORKING_DAYS_MIN} working days \
                     (Procurement Act 2023 s. 51(5))."
                ),
            );
        }
        Regime::Pa23DynamicMarket
        | Regime::Pa23LightTouchFramework
        | Regime::PcrLtrDps
        | Regime::PcrDps
        | Regime::PcrFramework
        | Regime::SingleContract => {}
    }
}

fn validity(it: &Definition, found: &mut Findings) {
    let field = "market.ends_on".to_owned();
    let rests = ["market.regime"];
    let Some(last) = it.market.ends_on else {
        if it.market.regime != Regime::Pa23DynamicMarket {
            found.say(
                field,
                &rests,
                "is missing: only a dynamic market may be open-ended \
                 (Procurement Act 2023 ss. 34–40).",
            );
        }
        return;
    };
    let extensions = &it.market.terms.extensions;
    let recorded = extensions.iter().any(|e| e.until == last);
    let mut untils = each("market.extensions", extensions.len(), &["until"]);
    untils.push("market.regime".to_owned());
    match it.market.regime {
        Regime::PcrDps if last > PCR_DPS_LAST_DAY => found.say(
            field,
            &rests,
            format!(
                "is {last}: a DPS is over at the end of {PCR_DPS_LAST_DAY}, 23 February 2029 \
                 (SI 2024/716)."
            ),
        ),
        Regime::PcrLtrDps if last > PCR_DPS_LAST_DAY && !recorded => found.say(
            field,
            &refs(&untils),
            format!(
                "is {last}: a light touch DPS is treated as over at the end of \
                 {PCR_DPS_LAST_DAY}, 23 February 2029 (SI 2024/716), unless an extension until \
                 {last} records the legal basis."
            ),
        ),
        Regime::Pa23LightTouchFramework => {
            let from = it.market.terms.awards_from;
            // Eight years that begin on a day end with the day before it.
            let longest = from.0.saturating_add(8.years()).saturating_sub(1.day());
            if last.0 > longest {
                found.say(
                    field,
                    &["market.regime", "market.awards_from"],
                    format!(
                        "is {last}: an open framework that begins on {from} ends by {longest}, \
                         within eight years (Procurement Act 2023 s. 49)."
                    ),
                );
            }
        }
        Regime::PcrDps
        | Regime::PcrLtrDps
        | Regime::PcrFramework
        | Regime::Pa23DynamicMarket
        | Regime::SingleContract => {}
    }
}

fn lines(at: &str, terms: &CategoryTerms, found: &mut Findings) {
    let list = format!("{at}.lines");
    found.unique(&list, "key", terms.lines.iter().map(|l| l.key.as_str()));
    for (n, line) in terms.lines.iter().enumerate() {
        let place = |key: &str| format!("{list}[{n}].{key}");
        let (fixed, low, high) = (place("fixed"), place("reference_low"), place("reference_high"));
        let all = [fixed.as_str(), &low, &high];
        match (line.fixed, line.reference_low, line.reference_high) {
            (Some(_), None, None) | (None, None, None) => {}
            (Some(_), _, _) => found.say(
                fixed.clone(),
                &all,
                "stands beside reference rates: a line has a fixed rate or a range, not both.",
            ),
            (None, Some(from), Some(to)) if from < to => {}
            (None, Some(from), Some(to)) => {
                found.say(low.clone(), &all, format!("is {from}, which is not below reference_high ({to})."))
            }
            (None, Some(_), None) => {
                found.say(low.clone(), &all, "stands alone: give reference_high too.");
            }
            (None, None, Some(_)) => {
                found.say(high.clone(), &all, "stands alone: give reference_low too.");
            }
        }
        let (floor, ceiling) = (place("floor"), place("ceiling"));
        limits((&floor, line.floor), (&ceiling, line.ceiling), found);
        for (field, limit) in [(&floor, line.floor), (&ceiling, line.ceiling)] {
            if limit.is_some() && line.fixed.is_some() {
                let words = "stands beside a fixed rate: no other rate can be offered, so nothing limits it.";
                found.say(field.clone(), &[&fixed], words);
            }
        }
    }
}

/// What a new package starts from is held to what a package is: its lines, its quantities, and nobody named.
fn template(at: &str, terms: &CategoryTerms, of: &PackageTemplate, found: &mut Findings) {
    let list = format!("{at}.package_template.lines");
    found.unique(&list, "key", of.lines.iter().map(|line| line.key.as_str()));
    let known: Vec<_> = terms.lines.iter().map(|line| line.key.as_str()).collect();
    let rests = each(&format!("{at}.lines"), terms.lines.len(), &["key"]);
    for (n, line) in of.lines.iter().enumerate() {
        if !known.contains(&line.key.as_str()) {
            let words =
                format!("is “{}”, which is no line of this category: {}.", line.key, known.join(", "));
            found.say(format!("{list}[{n}].key"), &refs(&rests), words);
        }
        let plausible = line.quantity > Quantity::ZERO
            && line.quantity.decimal() <= Decimal::from(QUANTITY_MAX)
            && line.quantity.has_at_most_places(PLACES_MAX);
        if !plausible {
            let words = format!(
                "must be more than 0 and at most {QUANTITY_MAX}, with at most {PLACES_MAX} decimal places."
            );
            found.say(format!("{list}[{n}].quantity"), &[], words);
        }
    }
    let texts = [
        ("title_hint", of.title_hint.as_deref()),
        ("needs", Some(&of.needs)),
        ("needs_hint", of.needs_hint.as_deref()),
    ];
    for (key, text) in texts {
        for leak in leaks(key, text.unwrap_or_default()) {
            let words = format!("says “{}”, which may tell who somebody is: word it without.", leak.text);
            found.say(format!("{at}.package_template.{key}"), &[], words);
        }
    }
}

fn limits(floor: (&str, Option<Money>), ceiling: (&str, Option<Money>), found: &mut Findings) {
    if let (Some(least), Some(most)) = (floor.1, ceiling.1)
        && least > most
    {
        found.say(floor.0.to_owned(), &[ceiling.0], format!("is {least}, above the ceiling ({most})."));
    }
}

/// The limits of the weekly price, and what makes it look abnormally low.
fn flags(at: &str, terms: &CategoryTerms, found: &mut Findings) {
    let (floor, ceiling) = (format!("{at}.weekly_floor"), format!("{at}.weekly_ceiling"));
    limits((&floor, terms.weekly_floor), (&ceiling, terms.weekly_ceiling), found);
    let Some(flags) = &terms.abnormally_low else {
        return;
    };
    let place = |key: &str| format!("{at}.abnormally_low.{key}");
    if flags.below_floor
        && terms.weekly_floor.is_none()
        && terms.lines.iter().all(|line| line.floor.is_none())
    {
        let mut rests = each(&format!("{at}.lines"), terms.lines.len(), &["floor"]);
        rests.push(floor);
        let words = "is true, and neither the category nor a line has a floor.";
        found.say(place("below_floor"), &refs(&rests), words);
    }
    if flags.under_median.is_some_and(|share| share <= Weight::ZERO || share.decimal() >= Decimal::ONE) {
        let words = "must be a share of the median above 0 and below 1, such as \"0.15\".";
        found.say(place("under_median"), &[], words);
    }
    let hourly = |line: &entity::category::LineTerms| line.unit.is_hourly();
    if flags.employment_cost.is_some() && !terms.lines.iter().any(hourly) {
        let rests = each(&format!("{at}.lines"), terms.lines.len(), &["unit"]);
        let words = "is by the hour, and no line is counted in hours.";
        found.say(place("employment_cost"), &refs(&rests), words);
    }
}

fn weights(at: &str, terms: &CategoryTerms, found: &mut Findings) {
    let (quality, price) = (format!("{at}.quality_weight"), format!("{at}.price_weight"));
    let hundred = Weight::from_ten_thousandths(1_000_000);
    for (field, weight) in [(&quality, terms.quality_weight), (&price, terms.price_weight)] {
        if weight < Weight::ZERO || weight > hundred {
            found.say(field.clone(), &[], "must be from 0 to 100.");
        }
    }
    let both = terms.quality_weight.decimal() + terms.price_weight.decimal();
    if both != Decimal::ONE_HUNDRED {
        let words = format!(
            "is {}, which with price_weight ({}) makes {}; together they are 100.",
            terms.quality_weight,
            terms.price_weight,
            both.normalize()
        );
        found.say(quality.clone(), &[&price], words);
    }
    let list = format!("{at}.criteria");
    found.unique(&list, "id", terms.criteria.iter().map(|c| c.id.as_str()));
    let mut attachments = 0;
    let mut rests = vec![format!("{list}[]")];
    let mut sum = Decimal::ZERO;
    for (n, criterion) in terms.criteria.iter().enumerate() {
        let place = |key: &str| format!("{list}[{n}].{key}");
        sum += criterion.weight.decimal();
        rests.push(place("weight"));
        if criterion.weight <= Weight::ZERO || criterion.weight > hundred {
            found.say(place("weight"), &[], "must be more than 0 and at most 100.");
        }
        let max = place("mark_max");
        if criterion.mark_max <= Mark::ZERO || criterion.mark_max.decimal() > Decimal::ONE_HUNDRED {
            found.say(max.clone(), &[], "must be more than 0 and at most 100.");
        }
        match criterion.mark_min {
            Some(min) if min < Mark::ZERO => {
                found.say(place("mark_min"), &[], "must not be below 0.");
            }
            Some(min) if min > criterion.mark_max => {
                let words = format!("is {min}, above mark_max ({}).", criterion.mark_max);
                found.say(place("mark_min"), &[&max], words);
            }
            _ => {}
        }
        attachments += criterion.attachments;
        if criterion.attachments > 0 && attachments > ATTACHMENTS_MAX {
            let words = format!(
                "makes {attachments} documents with a bid; together they are {ATTACHMENTS_MAX} at most."
            );
            found.say(place("attachments"), &[], words);
        }
        if criterion.standing && criterion.attachments > 0 {
            let words =
                "goes with no answer of a bid: a standing criterion is answered with the request to join.";
            found.say(place("attachments"), &[&place("standing")], words);
        }
        let wanted = criterion.mark_max.decimal().floor() + Decimal::ONE;
        let given = criterion.descriptors.len();
        if given > 0 && Decimal::from(given) != wanted {
            let words = format!(
                "has {given} items: one for each whole mark from 0 to {} makes {wanted}.",
                criterion.mark_max
            );
            found.say(place("descriptors"), &[&max], words);
        }
    }
    if sum != terms.quality_weight.decimal() {
        let words =
            format!("is {}, and the criteria's weights sum to {}.", terms.quality_weight, sum.normalize());
        found.say(quality, &refs(&rests), words);
    }
    if let Some(gate) = terms.quality_gate
        && (gate < Weight::ZERO || gate.decimal() > Decimal::ONE)
    {
        found.say(
            format!("{at}.quality_gate"),
            &[],
            "must be a share of the quality weight from 0 to 1, such as \"0.60\".",
        );
    }
}

/// The formula against the weights and the rates.
fn price(at: &str, terms: &CategoryTerms, found: &mut Findings) {
    let (formula, weight) = (format!("{at}.formula"), format!("{at}.price_weight"));
    let name = format!("{formula}.name");
    let line = |n: usize, key: &str| format!("{at}.lines[{n}].{key}");
    match &terms.formula {
        Formula::Fixed => {
            if terms.price_weight != Weight::ZERO {
                let words = "must be 0 with the formula fixed: quality alone decides, at 100.";
                found.say(weight, &[&name], words);
            }
            for (n, _) in terms.lines.iter().enumerate().filter(|(_, l)| l.fixed.is_none()) {
                let words = "is missing: with the formula fixed every line has its rate.";
                found.say(line(n, "fixed"), &[&name], words);
            }
            return;
        }
        Formula::LowestRelative | Formula::PercentOverLowest => {}
        Formula::ProRataToQualification { qualification: Some(_) }
        | Formula::Benchmark { benchmark: Some(_) } => {}
        Formula::ProRataToQualification { qualification: None } => {
            wants_reference(at, terms, "pro_rata_to_qualification", found);
        }
        Formula::Benchmark { benchmark: None } => {
            wants_reference(at, terms, "benchmark", found);
        }
        Formula::Band { min: Some(min), max: Some(max) } => {
            let ends = [format!("{formula}.min"), format!("{formula}.max")];
            if min >= max {
                let words = format!("is {min}, which is not below max ({max}).");
                found.say(ends[0].clone(), &[&ends[1]], words);
            }
        }
        Formula::Band { min: None, max: None } => {
            wants_reference(at, terms, "band", found);
        }
        Formula::Band { min, .. } => {
            let (given, other) = if min.is_some() { ("min", "max") } else { ("max", "min") };
            let (given, other_field) = (format!("{formula}.{given}"), format!("{formula}.{other}"));
            let words = format!("stands alone: give {other} too, or neither.");
            found.say(given, &[&other_field], words);
        }
        Formula::PricePerQualityPoint => {
            if terms.quality_weight == Weight::ZERO {
                let words = "must be more than 0: each price is divided by its quality.";
                found.say(format!("{at}.quality_weight"), &[&name], words);
            }
            return;
        }
        Formula::RankedList { order } => {
            for (n, id) in order.iter().enumerate() {
                let earlier = order.get(..n).unwrap_or_default();
                if let Some(first) = earlier.iter().position(|other| other == id) {
                    let first = format!("{formula}.order[{first}]");
                    let words = format!("is {id}, and so is {first}.");
                    found.say(format!("{formula}.order[{n}]"), &[&first], words);
                }
            }
            return;
        }
    }
    if terms.price_weight == Weight::ZERO {
        let words = "must be fixed, price_per_quality_point or ranked_list: the price weight is 0, so no price \
                     earns marks.";
        found.say(name, &[&weight], words);
    }
}

/// A ranking round (PCR 2015 reg 35): of rates that providers offer, by a formula under which a bid's own figures tell
/// nothing of another's price.
fn round(at: &str, terms: &CategoryTerms, found: &mut Findings) {
    let Some(round) = &terms.round else { return };
    let place = |key: &str| format!("{at}.round.{key}");
    let name = format!("{at}.formula.name");
    if !matches!(
        terms.formula,
        Formula::Band { .. } | Formula::Benchmark { .. } | Formula::PricePerQualityPoint
    ) {
        let words = "must be band, benchmark or price_per_quality_point where there is a ranking round: with \
                     another, the price marks that a bidder is told with its invitation would tell it what others ask.";
        found.say(name, &[&place("steps")], words);
    }
    for (n, step) in round.steps.iter().enumerate() {
        let step_place = |key: &str| format!("{at}.round.steps[{n}].{key}");
        let Some((line_number, line)) = terms.lines.iter().enumerate().find(|(_, line)| line.key == step.key)
        else {
            let keys = each(&format!("{at}.lines"), terms.lines.len(), &["key"]);
            let words = format!("names a price line “{}” that this category does not have.", step.key);
            found.say(step_place("key"), &refs(&keys), words);
            continue;
        };
        let earlier = round.steps.get(..n).unwrap_or_default();
        if let Some(first) = earlier.iter().position(|other| other.key == step.key) {
            let first = format!("{at}.round.steps[{first}].key");
            found.say(step_place("key"), &[&first], format!("is “{}”, and so is {first}.", step.key));
        }
        if line.fixed.is_some() {
            let fixed = format!("{at}.lines[{line_number}].fixed");
            found.say(step_place("key"), &[&fixed], "has a fixed rate, which nobody can improve.");
        }
        if step.step <= Money::ZERO || !step.step.has_at_most_places(2) {
            found.say(step_place("step"), &[], "must be more than 0, in whole pence.");
        }
        if step.floor.is_some_and(|floor| floor <= Money::ZERO || !floor.has_at_most_places(2)) {
            found.say(step_place("floor"), &[], "must be more than 0, in whole pence.");
        }
    }
    let mut order = |less: (&str, u32), more: (&str, u32)| {
        if less.1 > more.1 {
            let words = format!("is {}, which is less than {} ({}).", more.1, less.0, less.1);
            found.say(place(more.0), &[&place(less.0)], words);
        }
    };
    order(("last_minutes", round.last_minutes), ("length_minutes", round.length_minutes));
    order(("last_minutes", round.last_minutes), ("extension_minutes", round.extension_minutes));
    order(("length_minutes", round.length_minutes), ("longest_minutes", round.longest_minutes));
}

/// A formula without bounds of its own takes them from the reference rates.
fn wants_reference(at: &str, terms: &CategoryTerms, formula_name: &str, found: &mut Findings) {
    let formula = format!("{at}.formula");
    let name = format!("{formula}.name");
    let bounds = ["min", "max", "qualification", "benchmark"].map(|key| format!("{formula}.{key}"));
    let line = |n: usize, key: &str| format!("{at}.lines[{n}].{key}");
    let open = |l: &&entity::category::LineTerms| l.fixed.is_none();
    for (n, _) in terms
        .lines
        .iter()
        .enumerate()
        .filter(|(_, l)| open(l) && l.reference_low.is_none() && l.reference_high.is_none())
    {
        let mut rests = vec![line(n, "fixed"), line(n, "reference_high"), name.clone()];
        rests.extend(bounds.clone());
        let words = format!(
            "is missing: a {formula_name} without bounds of its own is made from reference rates, \
             so every line has them or a fixed rate."
        );
        found.say(line(n, "reference_low"), &refs(&rests), words);
    }
    if terms.lines.iter().filter(open).count() == 0 {
        let mut rests =
            each(&format!("{at}.lines"), terms.lines.len(), &["fixed", "reference_low", "reference_high"]);
        rests.extend(bounds);
        let words =
            format!("is {formula_name}, but every rate is fixed and prices cannot differ: use fixed.");
        found.say(name, &refs(&rests), words);
    }
}

fn tie_break(at: &str, terms: &CategoryTerms, found: &mut Findings) {
    let ids = each(&format!("{at}.criteria"), terms.criteria.len(), &["id"]);
    for (n, step) in terms.tie_break.iter().enumerate() {
        let field = format!("{at}.tie_break[{n}]");
        let earlier = terms.tie_break.get(..n).unwrap_or_default();
        if let TieBreak::Criterion(id) = step
            && !terms.criteria.iter().any(|c| c.id == *id)
        {
            let words = format!("names a criterion “{id}” that this category does not have.");
            found.say(field.clone(), &refs(&ids), words);
        }
        let before = |other: &TieBreak| {
            let found = earlier.iter().rposition(|step| step == other)?;
            Some(format!("{at}.tie_break[{found}]"))
        };
        if let Some(twice) = before(step) {
            found.say(field, &[&twice], "stands in the chain twice.");
        } else if let Some(lot) = before(&TieBreak::Lot) {
            found.say(field, &[&lot], "comes after lot, which leaves no tie.");
        }
    }
}

/// Decisions, posts, holders and delegations.
/// Budgets: whose, for when, resting on what; and never two of one authority for one day, so that each day's cost has
/// one that bears it.
fn budgets(it: &Definition, found: &mut Findings) {
    found.unique("partners", "slug", it.partners.iter().map(|p| p.slug.as_str()));
    for (n, partner) in it.partners.iter().enumerate().filter(|(_, p)| p.slug == it.authority.slug) {
        let words = format!("is “{}”, the market's own authority.", partner.slug);
        found.say(format!("partners[{n}].slug"), &["authority.slug"], words);
    }
    found.unique("budgets", "slug", it.budgets.iter().map(|b| b.slug.as_str()));
    let partners = each("partners", it.partners.len(), &["slug"]);
    let decisions = each("decisions", it.decisions.len(), &["slug"]);
    for (n, budget) in it.budgets.iter().enumerate() {
        let place = |key: &str| format!("budgets[{n}].{key}");
        if budget.slug == SPEND_CAP_YEARLY {
            let words = format!("is “{SPEND_CAP_YEARLY}”, which is kept for market.spend_cap_yearly.");
            found.say(place("slug"), &[], words);
        }
        let known =
            budget.authority == it.authority.slug || it.partners.iter().any(|p| p.slug == budget.authority);
        if !known {
            let mut rests = refs(&partners);
            rests.push("authority.slug");
            let words =
                format!("is “{}”, neither the market's authority nor one of the partners.", budget.authority);
            found.say(place("authority"), &rests, words);
        }
        if let Some(slug) = &budget.decision {
            match it.decisions.iter().position(|d| d.slug == *slug) {
                None => {
                    let words = format!("is “{slug}”, which is none of the decisions.");
                    found.say(place("decision"), &refs(&decisions), words);
                }
                Some(n) => {
                    let whose = it.decisions.get(n).and_then(|d| d.authority.as_ref());
                    if whose.unwrap_or(&it.authority.slug) != &budget.authority {
                        let words = format!("is “{slug}”, which the members of another authority took.");
                        let whose = format!("decisions[{n}].authority");
                        found.say(place("decision"), &[&whose, &place("authority")], words);
                    }
                }
            }
        }
        let (from, to, cap, cap_yearly) = (place("from"), place("to"), place("cap"), place("cap_yearly"));
        found.order((&from, budget.from), (&to, budget.to));
        if budget.cap.is_none() && budget.cap_yearly.is_none() {
            let words = "is missing: a budget has a cap over its whole period, or by the year, or both.";
            found.say(cap.clone(), &[&cap_yearly], words);
        }
        if budget.cap.is_some() && budget.to.is_none() {
            let words = "is missing: a cap over the whole period wants its last day.";
            found.say(to.clone(), &[&cap], words);
        }
        if let Some(last) = budget.to
            && last.0 >= budget.from.0.saturating_add(YEARS_MAX.years())
        {
            found.say(to.clone(), &[&from], format!("is {last}: a budget lasts at most {YEARS_MAX} years."));
        }
        let earlier = it.budgets.iter().take(n).position(|other| {
            other.authority == budget.authority
                && other.to.is_none_or(|to| to >= budget.from)
                && budget.to.is_none_or(|to| to >= other.from)
        });
        if let Some(other) = earlier {
            let other = format!("budgets[{other}]");
            let words = format!(
                "is {}, within the period of {other}: an authority has one budget for a day.",
                budget.from
            );
            found.say(from.clone(), &[&other, &to], words);
        }
        if it.market.terms.spend_cap_yearly.is_some() && budget.authority == it.authority.slug {
            let words =
                "is the market's authority, which has market.spend_cap_yearly already: give one of the two.";
            found.say(place("authority"), &["market.spend_cap_yearly"], words);
        }
    }
}

fn chain(it: &Definition, found: &mut Findings) {
    found.unique("decisions", "slug", it.decisions.iter().map(|d| d.slug.as_str()));
    found.unique("posts", "slug", it.posts.iter().map(|p| p.slug.as_str()));
    found.unique("delegations", "slug", it.delegations.iter().map(|d| d.slug.as_str()));
    let partners = each("partners", it.partners.len(), &["slug"]);
    for (n, decision) in it.decisions.iter().enumerate() {
        if let Some(slug) = &decision.authority
            && !it.partners.iter().any(|p| p.slug == *slug)
        {
            let words = format!("is “{slug}”, which is none of the partners.");
            found.say(format!("decisions[{n}].authority"), &refs(&partners), words);
        }
    }
    for (n, post) in it.posts.iter().enumerate() {
        if let Some(other) = it.decisions.iter().position(|d| d.slug == post.slug) {
            let other = format!("decisions[{other}].slug");
            let words =
                format!("is “{}”, and so is {other}: a delegation could not tell them apart.", post.slug);
            found.say(format!("posts[{n}].slug"), &[&other], words);
        }
    }
    let posts = each("posts", it.posts.len(), &["slug"]);
    let is_post = |slug: &str| it.posts.iter().any(|p| p.slug == slug);
    for (n, post) in it.market.terms.urgent_posts.iter().enumerate() {
        if !is_post(post) {
            let words = format!("is “{post}”, which is none of the posts.");
            found.say(format!("market.urgent_posts[{n}]"), &refs(&posts), words);
        }
    }
    for (n, holder) in it.holders.iter().enumerate() {
        let at = format!("holders[{n}]");
        if !is_post(&holder.post) {
            let words = format!("is “{}”, which is none of the posts.", holder.post);
            found.say(format!("{at}.post"), &refs(&posts), words);
        }
        let from = format!("{at}.from");
        found.order((&from, holder.from), (&format!("{at}.to"), holder.to));
        let before = it.holders.iter().take(n).position(|other| {
            (&other.post, &other.email) == (&holder.post, &holder.email)
                && other.to.is_none_or(|to| to >= holder.from)
                && holder.to.is_none_or(|to| to >= other.from)
        });
        if let Some(before) = before {
            let before = format!("holders[{before}]");
            let words = format!("is {}, who by {before} holds the post already.", holder.email);
            found.say(format!("{at}.email"), &[&before, &at], words);
        }
    }
    let mut givers = each("decisions", it.decisions.len(), &["slug"]);
    givers.extend(posts.clone());
    for (n, delegation) in it.delegations.iter().enumerate() {
        let at = format!("delegations[{n}]");
        if !is_post(&delegation.to_post) {
            let words = format!("is “{}”, which is none of the posts.", delegation.to_post);
            found.say(format!("{at}.to_post"), &refs(&posts), words);
        }
        let from = (format!("{at}.valid_from"), delegation.valid_from);
        let from = (from.0.as_str(), from.1);
        found.order(from, (&format!("{at}.valid_to"), delegation.valid_to));
        found.order(from, (&format!("{at}.revoked_on"), delegation.revoked_on));
        covered(it, &at, delegation, found);
        match it.giver(&delegation.from) {
            None => {
                let words = format!("is “{}”, which is neither a decision nor a post.", delegation.from);
                found.say(format!("{at}.from"), &refs(&givers), words);
            }
            Some(Giver::Decision(decision)) => {
                let taken = it.decisions.iter().position(|d| d == decision).unwrap_or(0);
                let taken = (format!("decisions[{taken}].taken_on"), decision.taken_on);
                found.order((&taken.0, taken.1), (from.0, Some(from.1)));
                if decision.authority.is_some() {
                    let words = "is a decision of a partner's members, who delegate to posts of their own: the \
                                 partner's officers enter that in the product.";
                    found.say(format!("{at}.from"), &[], words);
                }
            }
            Some(Giver::Post(_)) => passed_on(it, n, delegation, found),
        }
    }
}

/// What a delegation is limited to, how far it may be passed on and why it was revoked, each by itself.
fn covered(it: &Definition, at: &str, given: &DelegationDefinition, found: &mut Findings) {
    let known = each("categories", it.categories.len(), &["slug"]);
    for (place, slug) in given.categories.iter().enumerate() {
        let field = format!("{at}.categories[{place}]");
        if !it.categories.iter().any(|c| c.slug == *slug) {
            found.say(field, &refs(&known), format!("is “{slug}”, which is none of the categories."));
        } else if given.categories.iter().take(place).any(|before| before == slug) {
            found.say(field, &[], format!("is “{slug}”, which is listed already."));
        }
    }
    for (place, kind) in given.kinds.iter().enumerate() {
        if given.kinds.iter().take(place).any(|before| before == kind) {
            let words = format!("is “{}”, which is listed already.", kind.as_str());
            found.say(format!("{at}.kinds[{place}]"), &[], words);
        }
    }
    if given.levels.is_some() && !given.may_pass_on {
        let words = "says how far it may be passed on, and may_pass_on is false.";
        found.say(format!("{at}.levels"), &[&format!("{at}.may_pass_on")], words);
    }
    if given.revoked_reason.is_some() && given.revoked_on.is_none() {
        let words = "says why it was revoked, and revoked_on does not say when.";
        found.say(format!("{at}.revoked_reason"), &[&format!("{at}.revoked_on")], words);
    }
}

/// These fields of each item, and `list[]`, the list itself.
fn each(list: &str, length: usize, keys: &[&str]) -> Vec<String> {
    (0..length)
        .flat_map(|n| keys.iter().map(move |key| format!("{list}[{n}].{key}")))
        .chain([format!("{list}[]")])
        .collect()
}

fn refs(fields: &[String]) -> Vec<&str> {
    fields.iter().map(String::as_str).collect()
}

/// A post passes on no more than one delegation gave it, and only if that one lets it.
fn passed_on(it: &Definition, n: usize, given: &DelegationDefinition, found: &mut Findings) {
    let at = format!("delegations[{n}]");
    let from = format!("{at}.from");
    let count = it.delegations.len();
    if let Some(circle) = circle(it, n) {
        let rests = each("delegations", count, &["from", "to_post"]);
        let words = format!("closes a circle: {circle}. Power comes from a decision by members.");
        found.say(from, &refs(&rests), words);
        return;
    }
    let mut rests = each("delegations", count, &["to_post"]);
    let post = &given.from;
    let held: Vec<_> = (0..).zip(&it.delegations).filter(|(_, other)| other.to_post == *post).collect();
    if held.is_empty() {
        let words = format!("is the post “{post}”, to which nothing is delegated.");
        found.say(from, &refs(&rests), words);
        return;
    }
    rests.push(from.clone());
    rests.extend(held.iter().map(|(held, _)| format!("delegations[{held}]")));
    if !held.iter().any(|(_, other)| other.may_pass_on) {
        let words = format!("is the post “{post}”, which may not pass on what it has.");
        found.say(from, &refs(&rests), words);
        return;
    }
    // Where several give the post power, one of them covers it all; if none does, what is told is
    // where this one goes beyond the first.
    let beyond: Vec<_> =
        held.iter().filter(|(_, other)| other.may_pass_on).map(|(_, other)| widened(other, given)).collect();
    if beyond.iter().all(|wider| !wider.is_empty()) {
        for (key, words) in beyond.into_iter().take(1).flatten() {
            found.say(format!("{at}.{key}"), &refs(&rests), words);
        }
    }
}

/// In what `given` goes beyond `held`: the key, and the words.
fn widened(held: &DelegationDefinition, given: &DelegationDefinition) -> Vec<(&'static str, String)> {
    let mut wider = Vec::new();
    for (key, most, asked) in [
        ("limit_yearly", held.limit_yearly, given.limit_yearly),
        ("limit_contract", held.limit_contract, given.limit_contract),
    ] {
        if let Some(most) = most
            && asked.is_none_or(|asked| asked > most)
        {
            let asked = asked.map_or("not limited".to_owned(), |sum| pounds(sum.decimal()));
            let words = format!("is {asked}, wider than the {} of “{}”.", pounds(most.decimal()), held.slug);
            wider.push((key, words));
        }
    }
    let within = held.categories.is_empty()
        || !given.categories.is_empty() && given.categories.iter().all(|c| held.categories.contains(c));
    if !within {
        let words = format!("go beyond those of “{}”: {}.", held.slug, held.categories.join(", "));
        wider.push(("categories", words));
    }
    let within = held.kinds.is_empty()
        || !given.kinds.is_empty() && given.kinds.iter().all(|k| held.kinds.contains(k));
    if !within {
        let kinds: Vec<_> = held.kinds.iter().map(|kind| kind.as_str()).collect();
        wider.push(("kinds", format!("go beyond those of “{}”: {}.", held.slug, kinds.join(", "))));
    }
    if let Some(most) = held.levels
        && given.may_pass_on
        && given.levels.is_none_or(|levels| levels >= most)
    {
        let key = if given.levels.is_some() { "levels" } else { "may_pass_on" };
        let words = match most {
            1 => format!("passes on what “{}” lets be passed on once.", held.slug),
            _ => format!("must be fewer than the {most} levels of “{}”.", held.slug),
        };
        wider.push((key, words));
    }
    if given.valid_from < held.valid_from {
        let words = format!("is {}, before “{}” begins on {}.", given.valid_from, held.slug, held.valid_from);
        wider.push(("valid_from", words));
    }
    if let Some(last) = held.valid_to
        && given.valid_to.is_none_or(|to| to > last)
    {
        let asked = given.valid_to.map_or("open".to_owned(), |to| to.to_string());
        let words = format!("is {asked}, and “{}” ends on {last}.", held.slug);
        wider.push(("valid_to", words));
    }
    wider
}

/// The circle that this delegation closes with those before it, so that each is told once.
fn circle(it: &Definition, n: usize) -> Option<String> {
    let closing = it.delegations.get(n)?;
    let before = it.delegations.get(..n)?;
    let mut ways = vec![vec![closing.to_post.as_str()]];
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop() {
        let post = way.last().copied()?;
        if post == closing.from {
            let mut names = vec![closing.from.as_str()];
            names.extend(way);
            return Some(names.join(" → "));
        }
        if seen.insert(post) {
            for next in before.iter().filter(|d| d.from == post) {
                let mut longer = way.clone();
                longer.push(&next.to_post);
                ways.push(longer);
            }
        }
    }
    None
}
