use super::*;
use crate::domain::refusal::{Code, Refusal};
use entity::{
    category::{Formula, TieBreak},
    market::Wanted,
    vocabulary::*,
};
use proptest::prelude::*;

const SUPPORTED_LIVING: &str = include_str!("../../../markets/staffordshire-supported-living.toml");
const DAY_OPPORTUNITIES: &str = include_str!("../../../markets/staffordshire-day-opportunities.toml");

fn supported_living() -> Definition {
    read(SUPPORTED_LIVING).unwrap()
}

fn day_opportunities() -> Definition {
    read(DAY_OPPORTUNITIES).unwrap()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

/// The file with one passage, which must be there, put another way everywhere.
fn with(text: &str, passage: &str, other: &str) -> String {
    assert!(text.contains(passage), "{passage} is not in the file");
    text.replace(passage, other)
}

/// Field and words of every mistake.
fn mistakes(text: &str) -> Vec<(String, String)> {
    let mistakes = read(text).unwrap_err();
    mistakes.into_iter().map(|m| (m.field, m.words)).collect()
}

/// The words of the mistake in this field, which is the only one in the file.
fn only_mistake(text: &str, field: &str) -> String {
    let found = mistakes(text);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].0, field);
    found[0].1.clone()
}

/// Supported Living under another regime.
fn under(regime: &str) -> String {
    with(SUPPORTED_LIVING, "\"pcr_ltr_dps\"", &format!("\"{regime}\""))
}

#[test]
fn both_definition_files_are_read_without_a_mistake() {
    for text in [SUPPORTED_LIVING, DAY_OPPORTUNITIES] {
        if let Err(mistakes) = read(text) {
            let all: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
            panic!("{}", all.join("\n"));
        }
    }
}

#[test]
fn supported_living_is_defined_by_its_published_figures() {
    let it = supported_living();
    assert_eq!(it.market.regime, Regime::PcrLtrDps);
    assert_eq!(it.market.ends_on, Some(day("2029-02-23")));
    assert_eq!(it.market.terms.spend_cap_yearly, Some(money("22000000")));
    assert_eq!(it.market.terms.bidding_window_hours_min, 4);
    let terms = &it.categories[0].terms;
    let rates: Vec<_> =
        terms.lines.iter().map(|l| (l.unit, l.fixed, l.reference_low, l.reference_high)).collect();
    assert_eq!(
        rates,
        [
            (Unit::Hour, None, Some(money("13.60")), Some(money("14.75"))),
            (Unit::SleepInNight, None, Some(money("78")), Some(money("87"))),
        ]
    );
    assert_eq!(terms.formula, Formula::Band { min: None, max: None });
    assert_eq!(terms.tie_break[1], TieBreak::Criterion("person-centred".to_owned()));
    assert_eq!(terms.evaluators, 2);
    assert!(terms.criteria.iter().all(|criterion| !criterion.standing));
    let limits: Vec<_> =
        it.delegations.iter().map(|d| (d.to_post.as_str(), d.limit_yearly, d.illustrative)).collect();
    assert_eq!(
        limits,
        [
            ("director", None, false),
            ("assistant-director", Some(money("150000")), true),
            ("lead-commissioner", Some(money("75000")), true),
        ]
    );
    assert!(matches!(
        it.giver("cabinet-2019-05-15"),
        Some(Giver::Decision(d)) if d.body == "Cabinet" && d.taken_on == day("2019-05-15")
    ));
    assert!(matches!(it.giver("director"), Some(Giver::Post(_))));
    assert_eq!(it.giver("nobody"), None);
}

#[test]
fn day_opportunities_are_defined_by_their_published_figures() {
    let it = day_opportunities();
    assert_eq!(it.market.terms.spend_cap_yearly, Some(money("5800000")));
    let fixed: Vec<Vec<_>> =
        it.categories.iter().map(|c| c.terms.lines.iter().filter_map(|l| l.fixed).collect()).collect();
    let rates = |day: &str| vec![money(day), money("6"), money("10")];
    assert_eq!(fixed, [rates("95"), rates("60"), rates("45")]);
    for category in &it.categories {
        assert_eq!(category.terms.evaluators, 1, "one where the file does not say");
        assert_eq!(category.terms.formula, Formula::Fixed);
        assert_eq!(category.terms.quality_weight.to_string(), "100");
    }
    let vacant = |slug: &str| it.holders.iter().all(|h| h.post != slug);
    assert!(vacant("banded-officer"));
    assert!(!vacant("lead-commissioner"));
}

#[test]
fn new_packages_start_from_the_typical_contract_that_was_published() {
    let quantities = |it: &Definition, at: usize| -> Vec<(String, String)> {
        let template = it.categories[at].package_template.as_ref().expect("a template");
        template.lines.iter().map(|line| (line.key.clone(), line.quantity.to_string())).collect()
    };
    let line = |key: &str, quantity: &str| (key.to_owned(), quantity.to_owned());
    assert_eq!(quantities(&supported_living(), 0), [line("support-hour", "45"), line("sleep-in-night", "7")]);
    let days = day_opportunities();
    assert_eq!(quantities(&days, 0), [line("day", "5"), line("transport-adapted", "5")]);
    // A file of before, without one, is read as before, and has the digest that it had.
    let at = SUPPORTED_LIVING.find("[categories.package_template]").unwrap();
    let end = SUPPORTED_LIVING.find("[[decisions]]").unwrap();
    let without = read(&format!("{}{}", &SUPPORTED_LIVING[..at], &SUPPORTED_LIVING[end..])).unwrap();
    assert_eq!(without.categories[0].package_template, None);
    assert!(!without.as_json().to_string().contains("package_template"));
}

#[test]
fn a_template_is_held_to_what_a_package_is() {
    let line = "key = \"support-hour\"\nquantity = 45";
    let at = "categories[0].package_template";
    let wrong = |other: &str| mistakes(&with(SUPPORTED_LIVING, line, other));
    let only = |other: &str, field: &str| {
        let found = wrong(other);
        assert_eq!((found.len(), found[0].0.as_str()), (1, format!("{at}.{field}").as_str()), "{found:#?}");
        found[0].1.clone()
    };
    for quantity in ["0", "-1", "745", "\"0.001\""] {
        let words = only(&format!("key = \"support-hour\"\nquantity = {quantity}"), "lines[0].quantity");
        assert!(words.contains("at most 744"), "{words}");
    }
    let words = only("key = \"moonlight\"\nquantity = 45", "lines[0].key");
    assert_eq!(words, "is “moonlight”, which is no line of this category: support-hour, sleep-in-night.");
    only("key = \"sleep-in-night\"\nquantity = 45", "lines[1].key");
    only("key = \"support-hour\"\nquantity = 4.5", "lines[0].quantity");
    only("key = \"support-hour\"", "lines[0].quantity");
    let needs = |words: &str| with(SUPPORTED_LIVING, "Nights:", words);
    let found = only_mistake(&needs("Daniel sleeps well:"), &format!("{at}.needs"));
    assert_eq!(found, "says “Daniel”, which may tell who somebody is: word it without.");
    only_mistake(&needs("Nights near ST16 2LH:"), &format!("{at}.needs"));
    only_mistake(&needs(&"x".repeat(4_000)), &format!("{at}.needs"));
    let days = |days: &str| with(SUPPORTED_LIVING, "starts_in_days = 42", days);
    only_mistake(&days("starts_in_days = 366"), &format!("{at}.starts_in_days"));
    only_mistake(&days("outcomes = \"More.\""), &format!("{at}.outcomes"));
}

#[test]
fn a_template_changes_while_a_market_lives_and_the_history_says_so() {
    let today = day("2026-12-07");
    let old = supported_living();
    let new = read(&with(SUPPORTED_LIVING, "starts_in_days = 42", "starts_in_days = 28")).unwrap();
    let words = change(&old, &new, today).unwrap().words;
    assert_eq!(words, ["Category “supported-living”, package template, starts in days was 42, is now 28."]);
}

#[test]
fn the_two_markets_share_their_authority_their_posts_and_their_holders() {
    let (one, other) = (supported_living(), day_opportunities());
    assert_eq!(one.authority, other.authority);
    assert_eq!(one.posts, other.posts);
    assert_eq!(one.holders, other.holders);
}

#[test]
fn the_same_file_read_twice_gives_the_same_digest() {
    let digest = supported_living().digest();
    assert_eq!(digest, supported_living().digest());
    assert_eq!(digest.len(), 64);
    let commented = with(SUPPORTED_LIVING, "[authority]", "# a comment\n[authority]");
    assert_eq!(read(&commented).unwrap().digest(), digest);
    let other = with(SUPPORTED_LIVING, "hours_min = 4", "hours_min = 0");
    assert_ne!(read(&other).unwrap().digest(), digest);
}

#[test]
fn a_definition_survives_json() {
    for it in [supported_living(), day_opportunities()] {
        let json = serde_json::to_string(&it).unwrap();
        assert_eq!(serde_json::from_str::<Definition>(&json).unwrap(), it);
    }
}

#[test]
fn a_light_touch_market_may_leave_the_bidding_window_to_each_opportunity() {
    let text = with(SUPPORTED_LIVING, "\nbidding_window_hours_min = 4\n", "\nbidding_window_hours_min = 0\n");
    assert_eq!(read(&text).unwrap().market.terms.bidding_window_hours_min, 0);
}

/// Every line that is followed by a comment has the mistakes that the comment names.
const MISTAKEN: &str = r##"
unknown = 1 #! unknown
[authority]
slug = "Staffordshire" #! authority.slug
name = "" #! authority.name
colour = "#777777" #! authority.colour
[market]
slug = "m"
name = "M"
regime = "dps" #! market.regime
reference_prefix = "sl" #! market.reference_prefix
summary = 3 #! market.summary
volumes = "v\tw" #! market.volumes
joining_opens_on = "2020-02-30" #! market.joining_opens_on
awards_from = 2020-03-01T10:00:00 #! market.awards_from
ends_on = 2030-01-01 #! market.ends_on
spend_cap_yearly = 22000000.00 #! market.spend_cap_yearly
bidding_window_hours_min = -1 #! market.bidding_window_hours_min
decide_within_working_days = 15
decide_within_working_days_extended = 15
illustrative = [
  "fine",
  4, #! market.illustrative[1]
]
[[market.extensions]]
until = 2028-01-01
basis = "a"
[[market.extensions]] #! market.extensions[1].basis
until = 2027-01-01 #! market.extensions[1].until
[[market.declarations]]
id = "same"
words = "w"
[[market.declarations]]
id = "same" #! market.declarations[1].id
words = "w"
[[categories]] #! categories[0].needs
slug = "one"
name = "One"
quality_weight = 50 #! categories[0].quality_weight categories[0].quality_weight
price_weight = 40
quality_gate = "1.5" #! categories[0].quality_gate
tie_break = [
  "quality",
  "criterion:nobody", #! categories[0].tie_break[1]
  "first", #! categories[0].tie_break[2]
  "lot",
  "quality", #! categories[0].tie_break[4]
  "price", #! categories[0].tie_break[5]
]
evaluators = 0 #! categories[0].evaluators
[categories.formula]
name = "band"
min = "10.00" #! categories[0].formula.min
[[categories.lines]]
key = "hour"
label = "Hour"
unit = "hours" #! categories[0].lines[0].unit
reference_low = "15.00" #! categories[0].lines[0].reference_low
reference_high = "14.00"
[[categories.lines]]
key = "hour" #! categories[0].lines[1].key
label = "Hour"
unit = "hour"
fixed = 13.60 #! categories[0].lines[1].fixed
[[categories.criteria]]
id = "a"
name = "A"
question = "?"
weight = 40
mark_max = 5
mark_min = 6 #! categories[0].criteria[0].mark_min
descriptors = ["none"] #! categories[0].criteria[0].descriptors
[[categories.criteria]]
id = "b"
name = "B"
question = "?"
weight = 20
mark_max = 5
wieght = 20 #! categories[0].criteria[1].wieght
standing = "yes" #! categories[0].criteria[1].standing
[[categories]]
slug = "one" #! categories[1].slug
name = "Two"
needs = "n"
quality_weight = 90
price_weight = 10 #! categories[1].price_weight
formula = { name = "fixed", min = "1.00" } #! categories[1].formula.min
tie_break = ["lot"]
[[categories.lines]] #! categories[1].lines[0].fixed
key = "day"
label = "Day"
unit = "day"
[[categories.criteria]]
id = "a"
name = "A"
question = "?"
weight = 89.5 #! categories[1].criteria[0].weight
mark_max = 5
[[decisions]]
slug = "cabinet"
body = "Cabinet"
taken_on = 2020-01-01
title = "T"
reference = "r"
public = "yes" #! decisions[0].public
[[posts]]
slug = "director"
title = "Director"
[[posts]]
slug = "cabinet" #! posts[1].slug
title = "Cabinet"
[[posts]]
slug = "lead"
title = "Lead"
[[posts]]
slug = "officer"
title = "Officer"
[[holders]]
post = "nobody" #! holders[0].post
email = "Lead@example" #! holders[0].email
tenure = "temporary" #! holders[0].tenure
from = 2021-01-01
to = 2020-01-01 #! holders[0].to
[[delegations]]
slug = "top"
from = "cabinet"
to_post = "director"
limit_yearly = "100.00"
may_pass_on = true
valid_from = 2019-01-01 #! delegations[0].valid_from
[[delegations]]
slug = "wide"
from = "director"
to_post = "lead"
limit_yearly = "200.00" #! delegations[1].limit_yearly
valid_from = 2020-01-01
valid_to = 2019-12-31 #! delegations[1].valid_to
revoked_on = 2019-12-31 #! delegations[1].revoked_on
[[delegations]]
slug = "no"
from = "lead" #! delegations[2].from
to_post = "officer"
valid_from = 2020-01-01
[[delegations]]
slug = "no" #! delegations[3].slug
from = "mayor" #! delegations[3].from
to_post = "clerk" #! delegations[3].to_post
valid_from = 2020-01-01
[[delegations]]
slug = "circle"
from = "officer" #! delegations[4].from
to_post = "lead"
valid_from = 2020-01-01
"##;

#[test]
fn a_file_full_of_mistakes_gives_every_one_with_its_line() {
    let mut expected = Vec::new();
    for (n, line) in MISTAKEN.lines().enumerate() {
        if let Some((_, fields)) = line.split_once(" #! ") {
            for field in fields.split(' ') {
                expected.push((n + 1, field.to_owned()));
            }
        }
    }
    let found: Vec<_> = read(MISTAKEN).unwrap_err().into_iter().map(|m| (m.line, m.field)).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_mistake_says_what_is_wanted() {
    for (passage, other, field, words) in [
        ("\"13.60\"", "13.60", "categories[0].lines[0].reference_low", "in quotes, such as \"13.60\""),
        ("\"13.60\"", "13", "categories[0].lines[0].reference_low", "in quotes, such as \"13.60\""),
        ("\"13.60\"", "\"£13.60\"", "categories[0].lines[0].reference_low", "is not a number"),
        (
            "unit = \"hour\"",
            "unit = \"hours\"",
            "categories[0].lines[0].unit",
            "hour, shared_hour, sleep_in_night",
        ),
        ("\"pcr_ltr_dps\"", "\"dps\"", "market.regime", "pcr_ltr_dps, pcr_dps, pcr_framework"),
        ("\"acting\"", "\"interim\"", "holders[3].tenure", "substantive, acting, absence_cover, job_share"),
        (
            "name = \"band\"",
            "name = \"cheapest\"",
            "categories[0].formula.name",
            "lowest_relative, percent_over_lowest, pro_rata_to_qualification, band",
        ),
        ("weight = 20\n", "weight = 20.0\n", "categories[0].criteria[0].weight", "a decimal in quotes"),
        ("attachments = 2", "attachments = 6", "categories[0].criteria[1].attachments", "from 0 to 5"),
        (
            "attachments = 2",
            "attachments = 2\nstanding = true",
            "categories[0].criteria[1].attachments",
            "answered with the request to join",
        ),
        (
            "mark_max = 5\ndescriptors",
            "mark_max = 5\nattachments = 5\ndescriptors",
            "categories[0].criteria[3].attachments",
            "together they are 10 at most",
        ),
        (
            "weight = 20\n",
            "weight = 21\n",
            "categories[0].quality_weight",
            "is 60, and the criteria's weights sum to 61.",
        ),
        (
            "price_weight = 40",
            "price_weight = 30",
            "categories[0].quality_weight",
            "makes 90; together they are 100",
        ),
        ("#6b1f4f", "#777777", "authority.colour", "4.47 to 1 with white; at least 4.5"),
        ("extended = 15", "extended = 9", "market.decide_within_working_days_extended", "not be fewer"),
        ("bidding_window_hours_min = 4\n", "", "market.bidding_window_hours_min", "is missing"),
        (
            "\"lot\"",
            "\"coin\"",
            "categories[0].tie_break[5]",
            "quality, criterion:<id>, price, start, preference, lot",
        ),
        ("ends_on = 2029-02-23", "ends_on = 2028-02-23", "market.ends_on", "none extends it until then"),
        ("ends_on = 2029-02-23\n", "", "market.ends_on", "only a dynamic market may be open-ended"),
    ] {
        let text = with(SUPPORTED_LIVING, passage, other);
        let found = read(&text).unwrap_err();
        let told = found.iter().find(|m| m.field == field && m.words.contains(words));
        assert!(told.is_some(), "{passage} → {other}: {found:#?}");
    }
}

#[test]
fn a_dark_enough_colour_is_accepted() {
    let text = with(SUPPORTED_LIVING, "#6b1f4f", "#767676");
    assert_eq!(read(&text).unwrap().authority.colour, "#767676");
}

#[test]
fn what_is_not_toml_is_told_by_line_and_field_with_the_mistakes_in_other_values() {
    let text = "[authority]\nslug = \"a\nname = 3\n[market]\njoining_opens_on = 2026-02-30\nslug = 4\n";
    let found: Vec<_> = read(text).unwrap_err().into_iter().map(|m| (m.line, m.field)).collect();
    let expected =
        [(2, "authority.slug"), (3, "authority.name"), (5, "market.joining_opens_on"), (6, "market.slug")];
    assert_eq!(found, expected.map(|(line, field)| (line, field.to_owned())));
}

#[test]
fn a_key_given_twice_is_a_mistake_on_its_second_line() {
    let text = with(SUPPORTED_LIVING, "slug = \"staffordshire\"\n", "slug = \"a\"\nslug = \"b\"\n");
    let found = read(&text).unwrap_err();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].line, found[0].field.as_str()), (7, "authority.slug"));
    assert!(found[0].words.contains("duplicate key"));
}

#[test]
fn an_empty_file_lacks_the_authority_the_market_and_a_category() {
    let fields: Vec<_> = mistakes("").into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["authority", "categories", "market"]);
}

#[test]
fn a_file_that_is_too_long_is_not_read() {
    let text = format!("{SUPPORTED_LIVING}{}", " ".repeat(FILE_BYTES_MAX));
    assert!(only_mistake(&text, "").contains("at most 262144"));
}

#[test]
fn a_list_that_is_too_long_is_a_mistake() {
    let posts = "[[posts]]\nslug = \"p\"\ntitle = \"P\"\n".repeat(101);
    let found = mistakes(&format!("{SUPPORTED_LIVING}{posts}"));
    assert_eq!(found[0].0, "posts");
    assert!(found[0].1.contains("has 105 items; from 0 to 100 are allowed"));
}

#[test]
fn no_more_mistakes_are_told_than_a_person_can_use() {
    let text: String = (0..5_000).map(|n| format!("k{n} = 1\n")).collect();
    let found = read(&text).unwrap_err();
    assert_eq!(found.len(), MISTAKES_MAX);
    assert!(found[MISTAKES_MAX - 1].words.contains("4004 mistakes more"));
}

#[test]
fn mistakes_make_one_refusal_with_a_fault_for_each() {
    let refusal = invalid(&read("").unwrap_err());
    assert_eq!(refusal.code, Code::DefinitionInvalid);
    assert_eq!(refusal.detail, "The market's definition has 3 mistakes.");
    assert_eq!(refusal.faults.len(), 3);
    assert!(refusal.faults[0].detail.starts_with("line 1: authority is missing"));
}

#[test]
fn fixed_rates_leave_no_price_to_weigh() {
    let text = with(DAY_OPPORTUNITIES, "price_weight = 0", "price_weight = 10");
    let found = mistakes(&text);
    assert!(found.iter().any(|(field, words)| field == "categories[0].price_weight"
        && words.contains("must be 0 with the formula fixed")));
    let text = with(DAY_OPPORTUNITIES, "fixed = \"95.00\"\n", "");
    let words = only_mistake(&text, "categories[0].lines[0].fixed");
    assert!(words.contains("every line has its rate"));
}

#[test]
fn a_band_needs_bounds_or_reference_rates() {
    let bare = with(SUPPORTED_LIVING, "reference_low = \"13.60\"\nreference_high = \"14.75\"\n", "");
    let words = only_mistake(&bare, "categories[0].lines[0].reference_low");
    assert!(words.contains("made from reference rates"));
    let bounded =
        with(&bare, "{ name = \"band\" }", "{ name = \"band\", min = \"1022.00\", max = \"1125.25\" }");
    assert!(read(&bounded).is_ok());
    let crossed = with(&bounded, "\"1125.25\"", "\"1022.00\"");
    let words = only_mistake(&crossed, "categories[0].formula.min");
    assert!(words.contains("not below max"));
    let text = with(DAY_OPPORTUNITIES, "{ name = \"fixed\" }", "{ name = \"band\" }");
    assert!(mistakes(&text).iter().any(|(_, words)| words.contains("prices cannot differ")));
}

#[test]
fn every_formula_is_read_with_what_it_needs() {
    let provider = "019a0000-0000-7000-8000-000000000001";
    let order = vec![provider.parse().unwrap()];
    for (members, formula) in [
        (r#"name = "lowest_relative""#.to_owned(), Formula::LowestRelative),
        (r#"name = "percent_over_lowest""#.to_owned(), Formula::PercentOverLowest),
        (
            r#"name = "pro_rata_to_qualification", qualification = "1200.00""#.to_owned(),
            Formula::ProRataToQualification { qualification: Some(money("1200")) },
        ),
        (
            r#"name = "pro_rata_to_qualification""#.to_owned(),
            Formula::ProRataToQualification { qualification: None },
        ),
        (r#"name = "price_per_quality_point""#.to_owned(), Formula::PricePerQualityPoint),
        (
            r#"name = "benchmark", benchmark = "1053.50""#.to_owned(),
            Formula::Benchmark { benchmark: Some(money("1053.50")) },
        ),
        (r#"name = "benchmark""#.to_owned(), Formula::Benchmark { benchmark: None }),
        (format!(r#"name = "ranked_list", order = ["{provider}"]"#), Formula::RankedList { order }),
    ] {
        let text = with(SUPPORTED_LIVING, r#"name = "band""#, &members);
        assert_eq!(read(&text).unwrap().categories[0].terms.formula, formula, "{members}");
    }
    let list =
        |order: &str| with(SUPPORTED_LIVING, r#"name = "band""#, &format!(r#"name = "ranked_list"{order}"#));
    assert!(only_mistake(&list(""), "categories[0].formula.order").contains("missing"));
    let words = only_mistake(&list(r#", order = ["Harbour Care"]"#), "categories[0].formula.order[0]");
    assert!(words.contains("a provider's id"));
    let twice = list(&format!(r#", order = ["{provider}", "{provider}"]"#));
    assert!(only_mistake(&twice, "categories[0].formula.order[1]").contains("and so is"));
}

#[test]
fn limits_groups_and_signs_of_an_abnormally_low_price_are_read_and_held_to_each_other() {
    let limits = "quality_weight = 60\nweekly_floor = \"900.00\"\nweekly_ceiling = \"1200.00\"\n\
                  abnormally_low = { below_floor = true, under_median = \"0.15\", employment_cost = \"12.71\" }\n";
    let plain = with(SUPPORTED_LIVING, "abnormally_low = { under_median = \"0.15\" } # illustrative\n", "");
    let text = with(&plain, "quality_weight = 60\n", limits);
    let text = with(&text, "unit = \"hour\"\n", "unit = \"hour\"\nfloor = \"12.00\"\nceiling = \"16.00\"\n");
    let text = with(
        &text,
        "name = \"Person-centred support\"\n",
        "name = \"Person-centred support\"\ngroup = \"Care\"\n",
    );
    let terms = read(&text).unwrap().categories.remove(0).terms;
    assert_eq!((terms.weekly_floor, terms.weekly_ceiling), (Some(money("900")), Some(money("1200"))));
    assert_eq!((terms.lines[0].floor, terms.lines[0].ceiling), (Some(money("12")), Some(money("16"))));
    assert_eq!(terms.criteria[0].group.as_deref(), Some("Care"));
    let signs = terms.abnormally_low.unwrap();
    assert!(signs.below_floor);
    assert_eq!(signs.under_median.unwrap().to_string(), "0.15");
    assert_eq!(signs.employment_cost, Some(money("12.71")));
    for (passage, other, field, words) in [
        ("\"1200.00\"", "\"899.00\"", "categories[0].weekly_floor", "above the ceiling"),
        ("ceiling = \"16.00\"", "ceiling = \"11.00\"", "categories[0].lines[0].floor", "above the ceiling"),
        ("\"0.15\"", "15", "categories[0].abnormally_low.under_median", "a share of the median"),
        ("weekly_floor = \"900.00\"\n", "weekly_floor = 900\n", "categories[0].weekly_floor", "in quotes"),
    ] {
        let told = only_mistake(&with(&text, passage, other), field);
        assert!(told.contains(words), "{told}");
    }
    let nothing = with(
        &plain,
        "quality_weight = 60\n",
        "quality_weight = 60\nabnormally_low = { below_floor = true }\n",
    );
    assert!(only_mistake(&nothing, "categories[0].abnormally_low.below_floor").contains("has a floor"));
}

#[test]
fn a_market_that_was_set_up_before_terms_were_added_is_not_changed_by_them() {
    let text = with(SUPPORTED_LIVING, "abnormally_low = { under_median = \"0.15\" } # illustrative\n", "");
    let definition = read(&text).unwrap();
    let mut stored = serde_json::to_value(&definition).unwrap();
    let newer = ["weekly_floor", "weekly_ceiling", "abnormally_low", "floor", "ceiling", "group"];
    let category = &mut stored["categories"][0]["terms"];
    let lists = ["lines", "criteria"].map(|list| category[list].as_array_mut().unwrap().len());
    let forget = |of: &mut serde_json::Value| {
        for term in newer {
            of.as_object_mut().unwrap().remove(term);
        }
    };
    forget(category);
    (0..lists[0]).for_each(|n| forget(&mut category["lines"][n]));
    (0..lists[1]).for_each(|n| forget(&mut category["criteria"][n]));
    let old: Definition = serde_json::from_value(stored).unwrap();
    assert_eq!(old.digest(), definition.digest());
}

#[test]
fn a_dps_and_a_dynamic_market_have_no_cap_on_members() {
    for (regime, source) in [("pcr_dps", "reg 34(6)"), ("pa23_dynamic_market", "s. 36(7)")] {
        let text = with(&under(regime), "awards_from", "members_max = 20\nawards_from");
        let found = mistakes(&text);
        let told = found.iter().find(|(field, _)| field == "market.members_max");
        assert!(told.unwrap().1.contains(source));
    }
    for regime in ["pcr_ltr_dps", "pcr_framework", "single_contract"] {
        let text = with(&under(regime), "awards_from", "members_max = 20\nawards_from");
        assert_eq!(read(&text).unwrap().market.terms.members_max, Some(20));
    }
}

#[test]
fn a_standstill_under_the_act_of_2023_is_at_least_8_working_days() {
    let standing = |regime: &str, days: u32| {
        with(&under(regime), "awards_from", &format!("standstill_working_days = {days}\nawards_from"))
    };
    for regime in ["pa23_dynamic_market", "pa23_light_touch_framework"] {
        let short = mistakes(&standing(regime, 7));
        let told = short.iter().find(|(field, _)| field == "market.standstill_working_days");
        assert!(told.unwrap().1.contains("s. 51(5)"), "{regime}");
        let enough = read(&standing(regime, 8)).err().unwrap_or_default();
        assert!(!enough.iter().any(|m| m.field == "market.standstill_working_days"), "{regime}");
    }
    // None is required for light touch, and a council under the Regulations may choose its own.
    assert_eq!(supported_living().market.terms.standstill_working_days, None);
    let own = read(&standing("pcr_ltr_dps", 5)).unwrap();
    assert_eq!(own.market.terms.standstill_working_days, Some(5));
}

#[test]
fn a_dps_decides_in_10_or_15_days_and_gives_10_days_to_bid() {
    let lawful = with(&under("pcr_dps"), "hours_min = 4", "hours_min = 240");
    assert!(read(&lawful).is_ok());
    let words =
        only_mistake(&with(&lawful, "hours_min = 240", "hours_min = 239"), "market.bidding_window_hours_min");
    assert!(words.contains("reg 34(11)"));
    let words = only_mistake(
        &with(&lawful, "working_days = 10", "working_days = 9"),
        "market.decide_within_working_days",
    );
    assert!(words.contains("reg 34(16)"));
    let words = only_mistake(
        &with(&lawful, "extended = 15", "extended = 20"),
        "market.decide_within_working_days_extended",
    );
    assert!(words.contains("reg 34(17)"));
    let unsaid = with(&lawful, "decide_within_working_days = 10\n", "");
    assert_eq!(read(&unsaid).unwrap().market.terms.decide_within_working_days, 10);
}

#[test]
fn a_dps_is_over_by_23_february_2029() {
    let lawful = with(&under("pcr_dps"), "hours_min = 4", "hours_min = 240");
    let words = only_mistake(&with(&lawful, "= 2029-02-23", "= 2029-02-24"), "market.ends_on");
    assert!(words.contains("SI 2024/716"));
}

#[test]
fn a_light_touch_dps_lives_longer_only_on_a_recorded_basis() {
    let longer = with(SUPPORTED_LIVING, "= 2029-02-23", "= 2030-02-23");
    assert!(read(&longer).is_ok());
    let unrecorded = with(SUPPORTED_LIVING, "ends_on = 2029-02-23", "ends_on = 2030-02-23");
    let found = mistakes(&unrecorded);
    assert!(
        found
            .iter()
            .any(|(field, words)| field == "market.ends_on" && words.contains("records the legal basis"))
    );
}

#[test]
fn a_light_touch_framework_lasts_eight_years_at_most() {
    let text = with(&under("pa23_light_touch_framework"), "2019-07-01", "2026-11-01");
    let lasting = |until: &str| {
        let from = text.find("[[market.extensions]]").unwrap();
        let to = text.find("[[market.declarations]]").unwrap();
        let text = format!("{}{}", &text[..from], &text[to..]);
        with(&text, "ends_on = 2029-02-23", &format!("ends_on = {until}"))
    };
    assert!(read(&lasting("2034-10-31")).is_ok());
    let words = only_mistake(&lasting("2034-11-01"), "market.ends_on");
    assert!(words.contains("s. 49"));
}

#[test]
fn only_a_dynamic_market_is_open_ended() {
    for regime in Regime::ALL {
        let text = under(regime.as_str());
        let from = text.find("[[market.extensions]]").unwrap();
        let to = text.find("[[market.declarations]]").unwrap();
        let text = format!("{}{}", &text[..from], &text[to..]);
        let text = with(&text, "ends_on = 2029-02-23\n", "");
        let found = read(&text).err().unwrap_or_default();
        let missed = found.iter().any(|m| m.field == "market.ends_on");
        assert_eq!(missed, *regime != Regime::Pa23DynamicMarket, "{regime:?}");
    }
}

#[test]
fn a_post_passes_on_no_more_than_it_has() {
    let limited =
        with(SUPPORTED_LIVING, "may_pass_on = true\n", "may_pass_on = true\nlimit_yearly = \"100000.00\"\n");
    let words = only_mistake(&limited, "delegations[1].limit_yearly");
    assert!(words.contains("is £150,000.00, wider than the £100,000.00 of “cabinet-to-director”"));
    let shut = with(SUPPORTED_LIVING, "may_pass_on = true\n", "");
    let fields: Vec<_> = mistakes(&shut).into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["delegations[1].from", "delegations[2].from"]);
    let ended = with(SUPPORTED_LIVING, "may_pass_on = true\n", "may_pass_on = true\nvalid_to = 2028-01-01\n");
    let fields: Vec<_> = mistakes(&ended).into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["delegations[1].valid_to", "delegations[2].valid_to"]);
    let second = format!(
        "{limited}\n[[delegations]]\nslug = \"more\"\nfrom = \"cabinet-2019-05-15\"\n\
         to_post = \"director\"\nmay_pass_on = true\nvalid_from = 2019-05-15\n"
    );
    assert!(read(&second).is_ok());
}

#[test]
fn a_delegation_is_limited_by_category_kind_and_level_and_passed_on_within_them() {
    let limited = |given: &str, passed: &str| {
        let text = with(SUPPORTED_LIVING, "may_pass_on = true\n", &format!("may_pass_on = true\n{given}\n"));
        let text = with(
            &text,
            "limit_yearly = \"150000.00\"\n",
            &format!("limit_yearly = \"150000.00\"\n{passed}\n"),
        );
        with(&text, "limit_yearly = \"75000.00\"\n", &format!("limit_yearly = \"75000.00\"\n{passed}\n"))
    };
    let all = "categories = [\"supported-living\"]\nkinds = [\"award\", \"extension\"]\nlevels = 2\n\
               conditions = \"After advice.\"\nrevoked_on = 2030-01-01\nrevoked_reason = \"Renewed.\"";
    let within = "categories = [\"supported-living\"]\nkinds = [\"award\"]\nmay_pass_on = true\nlevels = 1";
    let it = read(&limited(all, within)).unwrap();
    let first = &it.delegations[0];
    assert_eq!((first.levels, first.kinds.len(), first.categories.len()), (Some(2), 2, 1));
    assert_eq!(first.conditions.as_deref(), Some("After advice."));
    assert_eq!(first.revoked_reason.as_deref(), Some("Renewed."));
    for (given, passed, field) in [
        ("categories = [\"supported-living\"]", "", "categories"),
        ("kinds = [\"award\"]", "", "kinds"),
        ("kinds = [\"award\"]", "kinds = [\"award\", \"variation\"]", "kinds"),
        ("levels = 1", "may_pass_on = true", "may_pass_on"),
        ("levels = 2", "may_pass_on = true\nlevels = 2", "levels"),
    ] {
        let fields: Vec<_> = mistakes(&limited(given, passed)).into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, [format!("delegations[1].{field}"), format!("delegations[2].{field}")], "{given}");
    }
    let only = |given: &str| {
        let found =
            mistakes(&with(SUPPORTED_LIVING, "limit_yearly = \"150000.00\"\n", &format!("{given}\n")));
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].0.clone()
    };
    assert_eq!(only("categories = [\"elsewhere\"]"), "delegations[1].categories[0]");
    assert_eq!(only("kinds = [\"award\", \"award\"]"), "delegations[1].kinds[1]");
    assert_eq!(only("kinds = [\"gift\"]"), "delegations[1].kinds[0]");
    assert_eq!(only("levels = 1"), "delegations[1].levels");
    assert_eq!(only("revoked_reason = \"Why\""), "delegations[1].revoked_reason");
    let document = |address: &str| {
        with(
            SUPPORTED_LIVING,
            "[[posts]]\nslug = \"director\"",
            &format!(
                "[[decisions]]\nslug = \"d\"\nbody = \"Cabinet\"\ntaken_on = 2020-01-01\ntitle = \"T\"\nreference = \"R\"\ndocument = \"{address}\"\n\n[[posts]]\nslug = \"director\""
            ),
        )
    };
    assert!(read(&document("https://moderngov.staffordshire.gov.uk/a?b=1")).is_ok());
    assert_eq!(
        only_mistake(&document("http://a.example"), "decisions[1].document"),
        "must be a web address that begins with https://, of at most 500 characters."
    );
}

#[test]
fn a_file_that_says_nothing_of_the_newer_limits_is_the_definition_that_it_was() {
    let json = serde_json::to_value(supported_living()).unwrap();
    for newer in ["categories", "kinds", "levels", "conditions", "revoked_reason"] {
        assert!(json["delegations"].as_array().unwrap().iter().all(|d| d.get(newer).is_none()), "{newer}");
    }
    assert!(json["decisions"].as_array().unwrap().iter().all(|d| d.get("document").is_none()));
}

#[test]
fn power_does_not_go_round_in_a_circle() {
    let round = format!(
        "{}\n[[delegations]]\nslug = \"back\"\nfrom = \"lead-commissioner\"\n\
         to_post = \"director\"\nlimit_yearly = \"1.00\"\nvalid_from = 2020-01-01\n",
        with(SUPPORTED_LIVING, "\"75000.00\"\n", "\"75000.00\"\nmay_pass_on = true\n")
    );
    let words = only_mistake(&round, "delegations[3].from");
    assert!(words.contains("lead-commissioner → director → lead-commissioner"));
}

#[test]
fn a_person_holds_a_post_once_at_a_time() {
    let again = |from: &str| {
        format!(
            "{}\n[[holders]]\npost = \"director\"\nemail = \"director@staffordshire.example\"\n\
             tenure = \"acting\"\nfrom = {from}\n",
            with(
                SUPPORTED_LIVING,
                "email = \"director@staffordshire.example\"\n",
                "email = \"director@staffordshire.example\"\nto = 2025-03-31\n"
            )
        )
    };
    assert!(only_mistake(&again("2025-03-31"), "holders[4].email").contains("already"));
    assert!(read(&again("2025-04-01")).is_ok());
}

// Changes.

const LIVE: &str = "2026-09-01";

fn changed(old: &Definition, edit: impl FnOnce(&mut Definition)) -> Result<Changed, Refusal> {
    let mut new = old.clone();
    edit(&mut new);
    change(old, &new, day(LIVE))
}

fn forbidden(old: &Definition, edit: impl FnOnce(&mut Definition)) -> Vec<(String, String)> {
    let refusal = changed(old, edit).unwrap_err();
    assert_eq!(refusal.code, Code::RegimeForbids);
    let faults = refusal.faults.into_iter();
    faults.map(|fault| (fault.field, fault.detail)).collect()
}

fn live_under(regime: Regime) -> Definition {
    let mut it = supported_living();
    it.market.regime = regime;
    it
}

fn one_more_declaration(it: &mut Definition) {
    it.market.terms.declarations.push(Wanted { id: "new".to_owned(), words: "New.".to_owned() });
}

#[test]
fn the_same_definition_changes_nothing() {
    let it = supported_living();
    assert!(change(&it, &it, day(LIVE)).unwrap().is_nothing());
}

#[test]
fn what_a_change_changes_is_said_in_words() {
    let changed = changed(&supported_living(), |it| {
        it.authority.name = "Staffordshire".to_owned();
        it.market.terms.bidding_window_hours_min = 8;
        it.market.terms.summary = "Another.".to_owned();
        it.market.terms.members_max = None;
        let terms = &mut it.categories[0].terms;
        terms.lines[0].reference_high = Some(money("15.10"));
        terms.criteria.swap(0, 1);
        terms.tie_break = vec![TieBreak::Lot];
        it.delegations[2].limit_yearly = Some(money("60000"));
        it.holders.remove(3);
        it.posts[3].slug = "clerk".to_owned();
    })
    .unwrap();
    let mut words = changed.words;
    words.sort();
    assert_eq!(
        words,
        [
            "Authority, name was Staffordshire County Council, is now Staffordshire.",
            "Bidding window hours min was 4, is now 8.",
            "Category “supported-living”, criteria stand in another order.",
            "Category “supported-living”, line “support-hour”, reference high was 14.75, is now 15.10.",
            "Category “supported-living”, tie break was quality, criterion:person-centred, price, start, preference, lot, is now lot.",
            "Delegation “director-to-lead-commissioner”, limit yearly was 75000.00, is now 60000.00.",
            "Holder “second.lead.commissioner@staffordshire.example, lead-commissioner, 2025-09-01” was removed.",
            "Post “banded-officer” was removed.",
            "Post “clerk” was added.",
            "Summary was reworded.",
        ]
    );
}

#[test]
fn a_market_keeps_its_name_its_authority_and_its_regime_and_all_of_it_is_told_at_once() {
    let faults = forbidden(&supported_living(), |it| {
        it.authority.slug = "other".to_owned();
        it.market.slug = "other".to_owned();
        it.market.regime = Regime::Pa23DynamicMarket;
        it.market.terms.reference_prefix = "XX".to_owned();
        it.categories[0].slug = "other".to_owned();
    });
    let fields: Vec<_> = faults.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(
        fields,
        ["authority.slug", "market.slug", "market.reference_prefix", "market.regime", "categories"]
    );
}

#[test]
fn conditions_of_entry_hold_while_a_market_lives_where_its_regime_says_so() {
    for regime in Regime::ALL {
        let old = live_under(*regime);
        let source = match regime {
            Regime::PcrDps => Some("PCR 2015 reg 34"),
            Regime::Pa23DynamicMarket => Some("s. 36(7)"),
            Regime::Pa23LightTouchFramework => Some("ss. 45–49"),
            Regime::PcrFramework => Some("reg 33"),
            Regime::PcrLtrDps | Regime::SingleContract => None,
        };
        let result = changed(&old, one_more_declaration);
        assert_eq!(result.is_err(), source.is_some(), "{regime:?}");
        if let (Err(refusal), Some(source)) = (result, source) {
            assert_eq!(refusal.field.as_deref(), Some("market.declarations"));
            assert!(refusal.detail.contains(source));
        }
    }
    let faults = forbidden(&live_under(Regime::PcrDps), |it| {
        it.market.terms.evidence.clear();
    });
    assert_eq!(faults[0].0, "market.evidence");
}

#[test]
fn before_joining_opens_conditions_and_categories_may_still_change() {
    let mut old = live_under(Regime::PcrDps);
    old.market.joining_opens_on = day("2026-10-01");
    let result = changed(&old, |it| {
        one_more_declaration(it);
        it.categories[0].slug = "other".to_owned();
        it.market.joining_opens_on = day("2026-11-01");
    });
    assert!(result.is_ok());
}

#[test]
fn a_market_that_has_opened_is_not_put_off() {
    let faults = forbidden(&supported_living(), |it| {
        it.market.joining_opens_on = day("2026-09-02");
    });
    assert_eq!(faults[0].0, "market.joining_opens_on");
}

#[test]
fn a_cap_on_members_is_not_set_while_a_market_lives() {
    for (regime, source) in [
        (Regime::PcrDps, "reg 34(6)"),
        (Regime::Pa23DynamicMarket, "s. 36(7)"),
        (Regime::PcrLtrDps, "advertised"),
    ] {
        let faults = forbidden(&live_under(regime), |it| {
            it.market.terms.members_max = Some(20);
        });
        assert_eq!(faults[0].0, "market.members_max");
        assert!(faults[0].1.contains(source));
    }
    let mut capped = supported_living();
    capped.market.terms.members_max = Some(20);
    let to = |max| changed(&capped, |it| it.market.terms.members_max = max);
    assert!(to(Some(19)).is_err());
    assert!(to(Some(21)).is_ok());
    assert!(to(None).is_ok());
}

#[test]
fn the_validity_of_a_dps_is_fixed_after_23_february_2026() {
    let old = live_under(Regime::PcrDps);
    let mut new = old.clone();
    new.market.ends_on = Some(day("2028-02-23"));
    new.market.terms.extensions[2].until = day("2028-02-23");
    assert!(change(&old, &new, day("2026-02-23")).is_ok());
    let refusal = change(&old, &new, day("2026-02-24")).unwrap_err();
    assert!(refusal.detail.contains("SI 2024/716"));
}

#[test]
fn the_validity_of_a_light_touch_dps_changes_on_a_recorded_basis() {
    let old = supported_living();
    let last = Some(day("2028-02-23"));
    let faults = forbidden(&old, |it| it.market.ends_on = last);
    assert_eq!(faults[0].0, "market.ends_on");
    let recorded = changed(&old, |it| {
        it.market.ends_on = last;
        it.market.terms.extensions[2].until = day("2028-02-23");
    });
    assert!(recorded.is_ok());
}

#[test]
fn a_cap_on_spend_is_raised_only_by_a_new_decision_of_the_body_that_set_it() {
    let old = supported_living();
    let raise = |it: &mut Definition| it.market.terms.spend_cap_yearly = Some(money("23000000"));
    let faults = forbidden(&old, raise);
    assert_eq!(faults[0].0, "market.spend_cap_yearly");
    let by = |body: &str| {
        changed(&old, |it| {
            raise(it);
            let mut decision = it.decisions[0].clone();
            decision.slug = "new".to_owned();
            decision.body = body.to_owned();
            it.decisions.push(decision);
        })
    };
    assert!(by("Director").is_err());
    assert!(by("Cabinet").is_ok());
    assert!(changed(&old, |it| it.market.terms.spend_cap_yearly = Some(money("1"))).is_ok());
}

#[test]
fn a_market_is_not_open_then_open_then_ended() {
    let (opens, ends) = (day("2026-01-01"), Some(day("2026-12-31")));
    for (today, expected) in [
        ("2025-12-31", MarketStage::NotOpen),
        ("2026-01-01", MarketStage::Open),
        ("2026-12-31", MarketStage::Open),
        ("2027-01-01", MarketStage::Ended),
    ] {
        for regime in Regime::ALL {
            assert_eq!(stage(*regime, opens, ends, day(today)), expected);
        }
    }
}

#[test]
fn a_dps_is_over_at_the_end_of_23_february_2029_in_any_case() {
    let opens = day("2020-01-01");
    let at = |regime, ends: Option<&str>, today| stage(regime, opens, ends.map(day), day(today));
    for ends in [None, Some("2040-01-01")] {
        let dps = |today| at(Regime::PcrDps, ends, today);
        assert_eq!(dps("2029-02-23"), MarketStage::Open);
        assert_eq!(dps("2029-02-24"), MarketStage::Ended);
    }
    assert_eq!(at(Regime::PcrLtrDps, None, "2029-02-24"), MarketStage::Ended);
    let recorded = Some("2030-01-01");
    assert_eq!(at(Regime::PcrLtrDps, recorded, "2029-02-24"), MarketStage::Open);
    assert_eq!(at(Regime::Pa23DynamicMarket, None, "2040-01-01"), MarketStage::Open);
}

proptest! {
    #[test]
    fn reading_never_panics_on_arbitrary_text(text in any::<String>()) {
        let _ = read(&text);
    }

    #[test]
    fn reading_never_panics_on_a_file_in_toml_letters(
        text in "[\\[\\]a-c\"'=.,{}#\n 0-9:TZ-]{0,200}"
    ) {
        let _ = read(&text);
    }

    /// Lines of a good file are lost, doubled or cut short; the mistakes stay in order and in the file.
    #[test]
    fn a_damaged_file_is_read_or_told_of_in_line_order(
        damage in proptest::collection::vec((0_usize..600, 0_usize..4, 0_usize..40), 1..6)
    ) {
        let mut lines: Vec<String> = SUPPORTED_LIVING.lines().map(str::to_owned).collect();
        for (at, how, cut) in damage {
            let at = at % lines.len();
            match how {
                0 => { lines.remove(at); }
                1 => { let line = lines[at].clone(); lines.insert(at, line); }
                2 => lines[at] = lines[at].chars().take(cut).collect(),
                _ => lines[at] = lines[at].chars().skip(cut).collect(),
            }
        }
        if let Err(mistakes) = read(&lines.join("\n")) {
            prop_assert!(!mistakes.is_empty());
            prop_assert!(mistakes.is_sorted_by_key(|m| m.line));
            prop_assert!(mistakes.iter().all(|m| (1..=lines.len()).contains(&m.line)));
        }
    }
}

/// Every line that is followed by a comment has the mistakes that the comment names.
const MISASKED: &str = r##"
[questionnaire]
pass_share = "1.5" #! questionnaire.pass_share
[[questionnaire.sections]]
id = "check" #! questionnaire.sections[0].id
title = "" #! questionnaire.sections[0].title
[[questionnaire.sections.questions]]
id = "early"
words = "Early?"
kind = "yes_no"
only_if = { question = "late", is = ["yes"] } #! questionnaire.sections[0].questions[0].only_if.question
[[questionnaire.sections.questions]]
id = "itself"
words = "Itself?"
kind = "choice"
options = [{ id = "a", words = "A" }, { id = "a", words = "B" }] #! questionnaire.sections[0].questions[1].options[1].id
passes = ["c"] #! questionnaire.sections[0].questions[1].passes[0]
only_if = { question = "itself", is = ["a"] } #! questionnaire.sections[0].questions[1].only_if.question
[[questionnaire.sections.questions]]
id = "early" #! questionnaire.sections[0].questions[2].id
words = "Again?"
kind = "yesno" #! questionnaire.sections[0].questions[2].kind
[[questionnaire.sections.questions]]
id = "late"
words = "Late?"
kind = "text"
words_max = 5000 #! questionnaire.sections[0].questions[3].words_max
evidence = "nothing" #! questionnaire.sections[0].questions[3].evidence
[[questionnaire.sections.questions]]
id = "maybe"
words = "Maybe?"
kind = "yes_no"
mark_max = 5 #! questionnaire.sections[0].questions[4].mark_max
weight = 10
only_if = { question = "early", is = ["maybe"] } #! questionnaire.sections[0].questions[4].only_if.is[0]
[[questionnaire.sections.questions]]
id = "counted"
words = "How many?"
kind = "number"
least = 7 #! questionnaire.sections[0].questions[5].least
most = 6
only_if = { question = "late", is = ["much"] } #! questionnaire.sections[0].questions[5].only_if.question
[[questionnaire.sections.questions]]
id = "asked"
words = "Asked?"
kind = "date"
passport = "hobbies" #! questionnaire.sections[0].questions[6].passport
only_if = { question = "nobody", is = ["yes"] } #! questionnaire.sections[0].questions[6].only_if.question
[[questionnaire.sections.questions]]
id = "topic"
words = "Topic?"
kind = "yes_no"
passport = "training" #! questionnaire.sections[0].questions[7].passport
[[questionnaire.sections.questions]]
id = "cqc"
words = "Own?"
kind = "text"
words_max = 100
evidence = { words = "A paper." } #! questionnaire.sections[0].questions[8].evidence
passport = "training" #! questionnaire.sections[0].questions[8].passport
[[questionnaire.sections.questions]] #! questionnaire.sections[0].questions[9].weight
id = "marked"
words = "Marked?"
kind = "text"
words_max = 100
mark_max = 5
passes = true #! questionnaire.sections[0].questions[9].passes
"##;

/// Supported Living with another questionnaire, which stands from line 1 on.
fn asking(questionnaire: &str) -> String {
    let own = SUPPORTED_LIVING.find("[questionnaire]").unwrap();
    let after = SUPPORTED_LIVING.find("[[categories]]").unwrap();
    format!("{questionnaire}\n{}\n{}", &SUPPORTED_LIVING[..own], &SUPPORTED_LIVING[after..])
}

#[test]
fn a_questionnaire_full_of_mistakes_gives_every_one_with_its_line() {
    let mut expected = Vec::new();
    for (n, line) in MISASKED.lines().enumerate() {
        if let Some((_, fields)) = line.split_once(" #! ") {
            expected.extend(fields.split(' ').map(|field| (n + 1, field.to_owned())));
        }
    }
    let found: Vec<_> = read(&asking(MISASKED)).unwrap_err().into_iter().map(|m| (m.line, m.field)).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_questionnaire_has_no_more_questions_than_a_person_can_answer() {
    let question = |n| {
        format!("[[questionnaire.sections.questions]]\nid = \"q{n}\"\nwords = \"Q?\"\nkind = \"yes_no\"\n")
    };
    let with = |each: usize| {
        let section = |at: usize| {
            let questions: String = (0..each).map(|n| question(at * 100 + n)).collect();
            format!("[[questionnaire.sections]]\nid = \"s{at}\"\ntitle = \"S\"\n{questions}")
        };
        asking(&format!("[questionnaire]\n{}{}", section(1), section(2)))
    };
    assert!(read(&with(50)).is_ok());
    assert!(only_mistake(&with(51), "questionnaire.sections").contains("at most 100"));
}

#[test]
fn conditions_of_entry_hold_but_for_their_guidance_where_the_regime_says_so() {
    let sterner = |it: &mut Definition| {
        it.questionnaire.as_mut().unwrap().sections[0].questions[0].asks =
            entity::questionnaire::Asks::YesNo { passes: None };
    };
    for regime in
        [Regime::PcrDps, Regime::Pa23DynamicMarket, Regime::Pa23LightTouchFramework, Regime::PcrFramework]
    {
        let mut old = supported_living();
        old.market.regime = regime;
        let refusal = changed(&old, sterner).unwrap_err();
        assert_eq!((refusal.code, refusal.field.as_deref()), (Code::RegimeForbids, Some("questionnaire")));
        changed(&old, |it| it.questionnaire = None).unwrap_err();
        let told = changed(&old, |it| {
            let section = &mut it.questionnaire.as_mut().unwrap().sections[0];
            section.guidance = Some("Said more plainly.".to_owned());
            section.questions[0].guidance = None;
        });
        assert!(!told.unwrap().is_nothing());
    }
    // A light touch market changes as it was advertised, and its history says how.
    let words = changed(&supported_living(), sterner).unwrap().words;
    assert_eq!(words.len(), 1, "{words:?}");
    assert!(words[0].contains("question “regulated”"), "{words:?}");
}

/// Supported Living with this ranking round.
fn with_round(terms: &str, steps: &str) -> String {
    let template = "[categories.package_template]\n";
    with(SUPPORTED_LIVING, template, &format!("[categories.round]\n{terms}\n{steps}\n{template}"))
}

const LENGTHS: &str = "length_minutes = 60\nlongest_minutes = 90";
const HOURS: &str = "[[categories.round.steps]]\nkey = \"support-hour\"\nstep = \"0.05\"";

#[test]
fn a_ranking_round_is_read_and_what_is_left_out_is_as_the_simulation_found_best() {
    assert_eq!(supported_living().categories[0].terms.round, None);
    let round = read(&with_round(LENGTHS, HOURS)).unwrap().categories.remove(0).terms.round.unwrap();
    assert_eq!((round.revisions_max, round.spacing_seconds, round.announce_bidders), (10, 120, false));
    assert_eq!((round.last_minutes, round.extension_minutes), (5, 5));
    assert_eq!(round.steps[0].step, money("0.05"));
}

#[test]
fn a_ranking_round_needs_a_formula_that_tells_nobody_anothers_price_and_terms_that_fit() {
    let round = "categories[0].round";
    let text = with(&with_round(LENGTHS, HOURS), r#"name = "band""#, r#"name = "lowest_relative""#);
    assert!(only_mistake(&text, "categories[0].formula.name").contains("what others ask"));
    for (terms, steps, field) in [
        (LENGTHS, HOURS.replace("support-hour", "mile"), "steps[0].key"),
        (LENGTHS, format!("{HOURS}\n{HOURS}"), "steps[1].key"),
        (LENGTHS, HOURS.replace("0.05", "0.00"), "steps[0].step"),
        (LENGTHS, HOURS.replace("0.05", "0.005"), "steps[0].step"),
        ("length_minutes = 60\nlongest_minutes = 59", HOURS.to_owned(), "longest_minutes"),
    ] {
        only_mistake(&with_round(terms, &steps), &format!("{round}.{field}"));
    }
    let short = format!("{LENGTHS}\nlast_minutes = 10");
    assert!(only_mistake(&with_round(&short, HOURS), &format!("{round}.extension_minutes")).contains("less"));
}
