//! What a new definition changes in a market that lives, and what of it the regime forbids.

use super::{
    MarketStage,
    definition::{BudgetDefinition, Definition, SPEND_CAP_YEARLY},
    law, stage,
};
use crate::domain::{
    pricing::pounds,
    refusal::{Code, Fault, Refusal},
};
use entity::{
    questionnaire::Questionnaire,
    vocabulary::{Day, Money, Regime},
};
use serde_json::Value;
use std::fmt::Display;

/// What a new definition changes, one sentence for each thing, for the market's history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    pub words: Vec<String>,
}

impl Changed {
    /// Whether the definitions are the same.
    pub fn is_nothing(&self) -> bool {
        self.words.is_empty()
    }
}

/// What changes when `new` replaces `old`. Both were read; `today` is the day in London.
///
/// # Errors
/// [`Code::RegimeForbids`], with a fault for everything that may not change: see
/// `docs/market-definition.md` for the list and its sources.
pub fn change(old: &Definition, new: &Definition, today: Day) -> Result<Changed, Refusal> {
    let mut faults = Vec::new();
    identity(old, new, &mut faults);
    if begun(old, today) {
        entry(old, new, &mut faults);
        cap_on_members(old, new, &mut faults);
        opening(old, new, today, &mut faults);
        categories(old, new, &mut faults);
    }
    validity(old, new, today, &mut faults);
    partners(old, new, &mut faults);
    spend(old, new, &mut faults);
    Refusal::of_all(Code::RegimeForbids, faults)?;
    let mut words = Vec::new();
    if old != new {
        differences("", &old.as_json(), &new.as_json(), &mut words);
    }
    Ok(Changed { words })
}

/// Whether providers could have joined by now: what was advertised to them then holds.
fn begun(old: &Definition, today: Day) -> bool {
    let market = &old.market;
    stage(market.regime, market.joining_opens_on, market.ends_on, today) != MarketStage::NotOpen
}

fn forbid(faults: &mut Vec<Fault>, field: &str, detail: impl Into<String>) {
    faults.push(Fault { field: field.to_owned(), detail: detail.into() });
}

/// By these a market, its opportunities and its contracts are known.
fn identity(old: &Definition, new: &Definition, faults: &mut Vec<Fault>) {
    let (was, is) = (&old.market, &new.market);
    for (field, was, is) in [
        ("authority.slug", &old.authority.slug, &new.authority.slug),
        ("market.slug", &was.slug, &is.slug),
        ("market.reference_prefix", &was.terms.reference_prefix, &is.terms.reference_prefix),
    ] {
        if was != is {
            let words =
                format!("The market is known by “{was}” and cannot become “{is}”: set up another market.");
            forbid(faults, field, words);
        }
    }
    if was.regime != is.regime {
        let words = format!(
            "The market was advertised as {} and cannot become {}: set up another market \
             (PCR 2015 regs 33, 34, 74–76; Procurement Act 2023 ss. 34–40, 45–49).",
            was.regime.as_str(),
            is.regime.as_str()
        );
        forbid(faults, "market.regime", words);
    }
}

/// Conditions of entry, once providers could have met them.
fn entry(old: &Definition, new: &Definition, faults: &mut Vec<Fault>) {
    let why = match old.market.regime {
        Regime::PcrDps => {
            "The conditions of entry to a DPS stay as they are while it lives (PCR 2015 reg 34)."
        }
        Regime::Pa23DynamicMarket => {
            "The conditions of membership of a dynamic market stay as they are while it lives \
             (Procurement Act 2023 s. 36(7))."
        }
        Regime::Pa23LightTouchFramework => {
            "The conditions of entry change with the next framework, not within one \
             (Procurement Act 2023 ss. 45–49)."
        }
        Regime::PcrFramework => {
            "The conditions of entry change with the next framework, not within one \
             (PCR 2015 reg 33)."
        }
        // As advertised (PCR 2015 regs 74–76); a single contract has no entry.
        Regime::PcrLtrDps | Regime::SingleContract => return,
    };
    let (was, is) = (&old.market.terms, &new.market.terms);
    if was.declarations != is.declarations {
        forbid(faults, "market.declarations", why);
    }
    if was.evidence != is.evidence {
        forbid(faults, "market.evidence", why);
    }
    if conditions(old) != conditions(new) {
        let words = format!("{why} Guidance alone may be worded anew.");
        forbid(faults, "questionnaire", words);
    }
}

/// What a questionnaire asks, without what only helps to answer it.
fn conditions(of: &Definition) -> Option<Questionnaire> {
    let mut asked = of.questionnaire.clone()?;
    for section in &mut asked.sections {
        section.guidance = None;
        for question in &mut section.questions {
            question.guidance = None;
        }
    }
    Some(asked)
}

fn cap_on_members(old: &Definition, new: &Definition, faults: &mut Vec<Fault>) {
    let (was, is) = (old.market.terms.members_max, new.market.terms.members_max);
    let Some(max) = is else {
        return;
    };
    let regime = old.market.regime;
    if let Some(why) = law::forbids_cap(regime) {
        forbid(faults, "market.members_max", why);
    } else if regime == Regime::PcrLtrDps && was.is_none_or(|was| max < was) {
        forbid(
            faults,
            "market.members_max",
            "A light touch DPS has only the cap on members that it was advertised with: it can be \
             raised or lifted, not set or lowered (PCR 2015 regs 74–76).",
        );
    }
}

/// A market that has opened is not shut again by moving its first day.
fn opening(old: &Definition, new: &Definition, today: Day, faults: &mut Vec<Fault>) {
    let (was, is) = (old.market.joining_opens_on, new.market.joining_opens_on);
    if is > today {
        let words = format!(
            "Providers could join from {was}, and that cannot be put off until {is} \
             (PCR 2015 reg 34; Procurement Act 2023 s. 36)."
        );
        forbid(faults, "market.joining_opens_on", words);
    }
}

/// Standings, opportunities and contracts name a category for good.
fn categories(old: &Definition, new: &Definition, faults: &mut Vec<Fault>) {
    for category in &old.categories {
        if !new.categories.iter().any(|c| c.slug == category.slug) {
            let words = format!(
                "The category “{}” cannot be removed once providers could join: the market was \
                 advertised with it (PCR 2015 reg 34; Procurement Act 2023 ss. 34–40).",
                category.slug
            );
            forbid(faults, "categories", words);
        }
    }
}

fn validity(old: &Definition, new: &Definition, today: Day, faults: &mut Vec<Fault>) {
    let (was, is) = (old.market.ends_on, new.market.ends_on);
    if was == is || today <= law::PCR_DPS_VALIDITY_FIXED_AFTER {
        return;
    }
    let extensions = &new.market.terms.extensions;
    let recorded = extensions.iter().any(|e| Some(e.until) == is);
    match old.market.regime {
        Regime::PcrDps => forbid(
            faults,
            "market.ends_on",
            "The validity of a DPS cannot be changed after 23 February 2026 (SI 2024/716).",
        ),
        Regime::PcrLtrDps if !recorded => forbid(
            faults,
            "market.ends_on",
            "The validity of a light touch DPS is treated as fixed after 23 February 2026 \
             (SI 2024/716), unless an extension until the new last day records the legal basis.",
        ),
        Regime::PcrLtrDps
        | Regime::PcrFramework
        | Regime::Pa23DynamicMarket
        | Regime::Pa23LightTouchFramework
        | Regime::SingleContract => {}
    }
}

/// Nobody who uses the market is put out of it: there may be people of theirs whose care was bought here.
fn partners(old: &Definition, new: &Definition, faults: &mut Vec<Fault>) {
    for was in old.partners.iter().filter(|was| !new.partners.iter().any(|p| p.slug == was.slug)) {
        let words = format!(
            "The partner “{}” stays: packages and contracts of theirs may rest on this market.",
            was.slug
        );
        forbid(faults, "partners", words);
    }
}

/// Spend that members approved is raised by the body that approved it, by a new recorded decision; and a budget stays
/// for as long as its contracts do.
fn spend(old: &Definition, new: &Definition, faults: &mut Vec<Fault>) {
    let budgets = new.every_budget();
    for was in old.every_budget() {
        let short = was.slug == SPEND_CAP_YEARLY;
        let field = if short { "market.spend_cap_yearly" } else { "budgets" };
        let Some(is) = budgets.iter().find(|budget| budget.slug == was.slug) else {
            let words = format!("The budget “{}” stays: contracts are committed to it.", was.slug);
            forbid(faults, field, words);
            continue;
        };
        if !short && (&was.authority, was.from, was.to) != (&is.authority, is.from, is.to) {
            let words = format!(
                "The budget “{}” keeps its authority and its period: give the money for another period as a budget of \
                 its own.",
                was.slug
            );
            forbid(faults, field, words);
        }
        for (what, before, after) in
            [("over the whole period", was.cap, is.cap), ("a year", was.cap_yearly, is.cap_yearly)]
        {
            if let Some(cap) = before
                && after.is_none_or(|after: Money| after > cap)
                && !decided_anew(old, new, &was, is)
            {
                let words = format!(
                    "The cap of {} {what} is raised or lifted only by the body that set it: give its new decision \
                     under [[decisions]]{}.",
                    pounds(cap.decimal()),
                    if short { "" } else { ", and name it as the budget's decision" }
                );
                forbid(faults, field, words);
            }
        }
    }
}

/// Whether the new definition has a decision that the old one had not, of the body that set the budget.
fn decided_anew(old: &Definition, new: &Definition, was: &BudgetDefinition, is: &BudgetDefinition) -> bool {
    let set_by = old.decisions.iter().find(|d| Some(&d.slug) == was.decision.as_ref());
    new.decisions.iter().any(|decision| {
        let known = old.decisions.iter().any(|d| d.slug == decision.slug);
        let same_body = match set_by {
            Some(before) if was.slug != SPEND_CAP_YEARLY => before.body == decision.body,
            // It names no decision of its own: any body whose decision the file had.
            _ => old.decisions.iter().any(|d| d.body == decision.body),
        };
        let named = was.slug == SPEND_CAP_YEARLY || is.decision.as_ref() == Some(&decision.slug);
        !known && same_body && named
    })
}

/// Says every difference between two definitions as JSON. It goes by what is there rather than by a
/// list of fields, so that nothing can change unsaid.
fn differences(place: &str, old: &Value, new: &Value, words: &mut Vec<String>) {
    match (old, new) {
        (Value::Object(was), Value::Object(is)) => {
            let added = is.iter().filter(|(key, _)| !was.contains_key(*key));
            for (key, _) in was.iter().chain(added) {
                let [old, new] = [was, is].map(|entries| entries.get(key).unwrap_or(&Value::Null));
                // Terms are a matter of rows, not of the file.
                let inner = match key.as_str() {
                    "terms" => place.to_owned(),
                    _ => beside(place, &key.replace('_', " ")),
                };
                differences(&inner, old, new, words);
            }
        }
        (Value::Array(was), Value::Array(is)) if was.iter().chain(is).all(|item| name_of(item).is_some()) => {
            items(place, was, is, words);
        }
        _ if old == new => {}
        _ => {
            let place = capital(place);
            match (shown(old), shown(new)) {
                (Some(was), Some(is)) => words.push(format!("{place} was {was}, is now {is}.")),
                _ => words.push(format!("{place} was reworded.")),
            }
        }
    }
}

/// Lists whose items have names: what came, what went, what changed, and whether the order did.
fn items(place: &str, was: &[Value], is: &[Value], words: &mut Vec<String>) {
    let named = |list: &[Value], name: &str| {
        let found = list.iter().find(|item| name_of(item).as_deref() == Some(name));
        found.cloned()
    };
    let names = |list: &[Value]| list.iter().filter_map(name_of).collect::<Vec<_>>();
    let (before, after) = (names(was), names(is));
    for name in &before {
        let place = format!("{} “{name}”", one_of(place));
        match (named(was, name), named(is, name)) {
            (Some(old), Some(new)) => differences(&place, &old, &new, words),
            _ => words.push(format!("{} was removed.", capital(&place))),
        }
    }
    for name in after.iter().filter(|name| !before.contains(name)) {
        words.push(format!("{} “{name}” was added.", capital(one_of(place))));
    }
    let kept = |names: &[String], others: &[String]| {
        let kept = names.iter().filter(|name| others.contains(name));
        kept.cloned().collect::<Vec<_>>()
    };
    if kept(&before, &after) != kept(&after, &before) {
        words.push(format!("{} stand in another order.", capital(place)));
    }
}

/// One item of a list, by the list's name.
fn one_of(list: &str) -> String {
    const NAMES: [(&str, &str); 14] = [
        ("categories", "category"),
        ("criteria", "criterion"),
        ("lines", "line"),
        ("decisions", "decision"),
        ("posts", "post"),
        ("holders", "holder"),
        ("delegations", "delegation"),
        ("declarations", "declaration"),
        ("extensions", "extension until"),
        ("partners", "partner"),
        ("budgets", "budget"),
        ("sections", "section"),
        ("questions", "question"),
        ("options", "option"),
    ];
    let found =
        NAMES.iter().find_map(|(many, one)| list.strip_suffix(many).map(|place| format!("{place}{one}")));
    found.unwrap_or_else(|| list.to_owned())
}

/// What an item of a list goes by.
fn name_of(item: &Value) -> Option<String> {
    let part = |key: &str| item.get(key).and_then(Value::as_str);
    // A person may hold a post more than once.
    if let (Some(email), Some(post), Some(from)) = (part("email"), part("post"), part("from")) {
        return Some(format!("{email}, {post}, {from}"));
    }
    let name = ["slug", "id", "key", "until"].iter().find_map(|key| part(key));
    name.map(str::to_owned)
}

/// A value for a person, unless it is too long to be read in a sentence.
fn shown(value: &Value) -> Option<String> {
    const CHARACTERS_MAX: usize = 100;
    let text = match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) => {
            let items: Option<Vec<_>> = items.iter().map(shown).collect();
            items?.join(", ")
        }
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Object(_) => return None,
    };
    (text.chars().count() <= CHARACTERS_MAX).then_some(text)
}

fn beside(place: &str, key: &str) -> String {
    match place {
        "" | "market" => key.to_owned(),
        _ => format!("{place}, {key}"),
    }
}

fn capital(text: impl Display) -> String {
    let text = text.to_string();
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
