//! A market's own wording of a letter: plain text with placeholders from a list, and nothing of a template's
//! language. What it may not say is refused when it is written, so that nothing is found out when a letter is posted.

use super::{
    change::Change,
    event::Event,
    letter::{Kind, LINK, is_of_market, kind},
    package::{LeakKind, leaks},
    refusal::{Code, Fault, Refusal},
};
use entity::{vocabulary::*, wording};
use regex::Regex;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::LazyLock;

/// Characters in a subject.
pub const SUBJECT_MAX: usize = 150;
/// Characters before the facts, and after them.
pub const PART_MAX: usize = 2_000;
/// Versions of a letter's wording that are shown, the newest.
pub const VERSIONS_SHOWN_MAX: u64 = 20;

/// How a market words a kind of letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Own {
    /// One line.
    pub subject: String,
    /// What happened, and what it means for the reader: paragraphs, with an empty line between them.
    pub opening: String,
    /// What to do next, and by when: paragraphs; it may be empty.
    pub closing: String,
}

/// A market's own wording, to be used from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWording {
    pub kind: LetterKind,
    pub subject: String,
    pub opening: String,
    pub closing: String,
    /// The version that it follows, 0 if there is none.
    pub after_version: i32,
}

/// Which letter goes back to the standard wording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Restoring {
    pub kind: LetterKind,
    /// The version that it follows.
    pub after_version: i32,
}

/// The market's own words of a version: nothing where the standard wording was restored.
pub fn own(version: &wording::Model) -> Option<Own> {
    let wording::Model { subject, opening, closing, .. } = version;
    match (subject, opening, closing) {
        (Some(subject), Some(opening), Some(closing)) => {
            Some(Own { subject: subject.clone(), opening: opening.clone(), closing: closing.clone() })
        }
        _ => None,
    }
}

/// Text with its placeholders filled in, once: what is filled in is never looked at again. `{link}` is left to
/// the layout, which knows where it leads.
pub fn fill(text: &str, context: &Value) -> String {
    let mut filled = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let named = after.split_once('}').filter(|(name, _)| *name != LINK.name);
        match named.and_then(|(name, after)| Some((context.get(name)?, after))) {
            Some((value, after)) => {
                match value {
                    Value::Null => {}
                    Value::String(text) => filled.push_str(text),
                    other => filled.push_str(&other.to_string()),
                }
                rest = after;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

#[expect(clippy::expect_used, reason = "every pattern is a constant, and the tests use each of them")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern")
}

/// What cannot be seen, and can turn round how other words are read.
const UNSEEN: &[char] = &[
    '\u{200b}', '\u{200c}', '\u{200d}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}',
    '\u{202d}', '\u{202e}', '\u{2060}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}', '\u{feff}',
];

/// What a mail program makes a link of by itself: an address of a page, or anything like `example.org`.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:[a-z][a-z0-9+.-]*://|www\.|mailto:|tel:)[^\s]*|\b[\p{L}\d-]{2,}(?:\.[\p{L}\d-]+)*\.\p{L}{2,}(?:/[^\s]*)?",
    )
});

/// Whether a letter of this kind may be worded so.
///
/// # Errors
/// `wording_invalid`, with everything that is wrong, each with its field and where in it.
pub fn check(of: LetterKind, wanted: &Own) -> Result<(), Refusal> {
    if !is_of_market(of) {
        let words = "No market words this kind of letter: it comes from a provider to its own people.";
        return Err(Refusal::new(Code::WordingInvalid, words).at("kind"));
    }
    let kind = kind(of);
    let Own { subject, opening, closing } = wanted;
    let mut faults = Vec::new();
    for (field, text, most, empty) in [
        ("subject", subject, SUBJECT_MAX, Some("Enter a subject.")),
        ("opening", opening, PART_MAX, Some("Enter what stands before the facts.")),
        ("closing", closing, PART_MAX, None),
    ] {
        let mut fault = |detail: String| faults.push(Fault { field: field.to_owned(), detail });
        let length = text.chars().count();
        match empty {
            Some(words) if text.trim().is_empty() => fault(words.to_owned()),
            _ if length > most => {
                fault(format!("This has {length} characters; {most} are allowed."));
            }
            _ => {}
        }
        if field == "subject" && text.trim().lines().count() > 1 {
            fault("The subject is one line.".to_owned());
        }
        for (number, line) in text.lines().enumerate() {
            let place = if field == "subject" { String::new() } else { format!("Line {}: ", number + 1) };
            for wrong in wrong_in(&kind, line) {
                fault(format!("{place}{wrong}"));
            }
        }
    }
    for name in kind.wanted {
        let written = format!("{{{name}}}");
        if ![subject, opening, closing].iter().any(|text| text.contains(&written)) {
            faults.push(Fault {
                field: "opening".to_owned(),
                detail: format!("{written} must be there, in the subject, before or after the facts."),
            });
        }
    }
    Refusal::of_all(Code::WordingInvalid, faults)
}

/// Everything on one line that may not be there.
fn wrong_in(kind: &Kind, line: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut rest = line;
    // What is left once placeholders are taken out, so that they are no part of what is looked for below.
    let mut plain = String::new();
    while let Some(at) = rest.find(['{', '}']) {
        let (before, after) = rest.split_at(at);
        plain.push_str(before);
        let named = after.strip_prefix('{').and_then(|inner| inner.split_once('}'));
        match named.filter(|(name, _)| !name.contains('{')) {
            Some((name, after)) if kind.placeholders.iter().any(|one| one.name == name) => {
                plain.push_str("xx");
                rest = after;
            }
            Some((name, after)) => {
                let may: Vec<_> = kind.placeholders.iter().map(|one| format!("{{{}}}", one.name)).collect();
                wrong.push(format!(
                    "“{{{name}}}” is no placeholder of this letter. You can use {}.",
                    may.join(", ")
                ));
                rest = after;
            }
            None => {
                wrong.push("Curly brackets stand round placeholders alone, such as {category}.".to_owned());
                rest = after.get(1..).unwrap_or_default();
            }
        }
    }
    plain.push_str(rest);
    if plain.contains(['<', '>']) {
        wrong.push("Write plain text: “<” and “>” are not taken.".to_owned());
    }
    if plain.contains(|c: char| (c.is_control() && c != '\t') || UNSEEN.contains(&c)) {
        wrong.push("There is a character here that cannot be printed.".to_owned());
    }
    let found = leaks("", &plain);
    wrong.extend(found.iter().map(|leak| format!("“{}”: {}", leak.text, advice(leak.kind))));
    for address in ADDRESS.find_iter(&plain).map(|found| found.as_str()) {
        if !found.iter().any(|leak| leak.text.contains(address)) {
            wrong.push(format!(
                "“{address}” would become a link: the only one is {{link}}. After a full stop, leave a space."
            ));
        }
    }
    wrong
}

/// What to do about words that look like personal data.
const fn advice(kind: LeakKind) -> &'static str {
    match kind {
        LeakKind::Name => "this may be somebody’s name. Name a team instead.",
        LeakKind::Postcode => "this may be a full postcode. Leave it out.",
        LeakKind::DateOfBirth => "this may be a date of birth. Leave it out.",
        LeakKind::Phone => {
            "this may be a telephone number. Whom to ask is in the market’s definition (questions_to)."
        }
        LeakKind::Email => {
            "this may be an email address. Whom to ask is in the market’s definition (questions_to)."
        }
        LeakKind::NhsNumber => "this may be an NHS number. Leave it out.",
    }
}

/// A procurement officer words a letter. Nothing happens where it says so already.
///
/// # Errors
/// `wording_invalid`; `revision_stale` where somebody else worded it meanwhile.
pub fn change(
    market: MarketId,
    newest: Option<&wording::Model>,
    wanted: NewWording,
    by: AccountId,
    now: Instant,
) -> Result<Option<Change>, Refusal> {
    check_version(newest, wanted.after_version)?;
    let NewWording { kind, subject, opening, closing, .. } = wanted;
    let words = Own { subject: tidy(&subject), opening: tidy(&opening), closing: tidy(&closing) };
    check(kind, &words)?;
    if newest.and_then(own).as_ref() == Some(&words) {
        return Ok(None);
    }
    Ok(Some(version(market, newest, kind, Some(words), by, now)))
}

/// A procurement officer goes back to the standard wording. Nothing happens where it stands.
///
/// # Errors
/// `revision_stale` where somebody else worded it meanwhile.
pub fn restore(
    market: MarketId,
    newest: Option<&wording::Model>,
    wanted: Restoring,
    by: AccountId,
    now: Instant,
) -> Result<Option<Change>, Refusal> {
    check_version(newest, wanted.after_version)?;
    Ok(newest.and_then(own).map(|_| version(market, newest, wanted.kind, None, by, now)))
}

fn check_version(newest: Option<&wording::Model>, after: i32) -> Result<(), Refusal> {
    if newest.map_or(0, |newest| newest.version) == after {
        return Ok(());
    }
    Err(Refusal::new(
        Code::RevisionStale,
        "Somebody else worded this letter meanwhile: load it again, then make your change.",
    ))
}

fn version(
    market: MarketId,
    newest: Option<&wording::Model>,
    kind: LetterKind,
    words: Option<Own>,
    by: AccountId,
    now: Instant,
) -> Change {
    let version = newest.map_or(0, |newest| newest.version) + 1;
    let event = match words {
        Some(_) => Event::WordingChanged { letter: kind, version },
        None => Event::WordingRestored { letter: kind, version },
    };
    let (subject, opening, closing) = match words {
        Some(Own { subject, opening, closing }) => (Some(subject), Some(opening), Some(closing)),
        None => (None, None, None),
    };
    Change::new(market, event).insert(wording::Model {
        id: WordingId::new(),
        market_id: market,
        kind,
        version,
        subject,
        opening,
        closing,
        written_by: by,
        written_at: now,
    })
}

/// Without spaces at the ends, and with one kind of line's end.
fn tidy(text: &str) -> String {
    text.trim().replace("\r\n", "\n").lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::letter::standard;
    use serde_json::json;

    fn wrong(opening: &str) -> Vec<String> {
        let wanted = Own {
            subject: "About {reference}".to_owned(),
            opening: opening.to_owned(),
            closing: String::new(),
        };
        match check(LetterKind::OutcomeTold, &wanted) {
            Ok(()) => Vec::new(),
            Err(refusal) => {
                assert_eq!(refusal.code, Code::WordingInvalid);
                refusal.faults.into_iter().map(|fault| format!("{}: {}", fault.field, fault.detail)).collect()
            }
        }
    }

    #[test]
    fn every_standard_wording_could_have_been_written_by_a_market() {
        for &kind in LetterKind::ALL {
            let own = standard(kind).expect("a wording");
            if !is_of_market(kind) {
                assert_eq!(check(kind, &own).map_err(|refusal| refusal.field), Err(Some("kind".to_owned())));
                continue;
            }
            assert_eq!(check(kind, &own), Ok(()), "{kind:?}: {own:?}");
        }
    }

    #[test]
    fn placeholders_are_those_of_the_letter_and_nothing_of_a_template() {
        assert_eq!(wrong("Your bid in {category}, see {link}."), [""; 0]);
        assert_eq!(
            wrong("Fine.\n\nHello {name}"),
            [
                "opening: Line 3: “{name}” is no placeholder of this letter. You can use {reference}, {category}, \
              {market}, {authority}, {outward_code}, {closes_at}, {link}."
            ]
        );
        // An answer's deadline is known where a question was asked, and not here.
        assert_eq!(wrong("{answer_by}").len(), 1);
        for template in
            ["{{ reference }}", "{% if x %}", "{# note #}", "{reference", "reference}", "{ reference }", "{}"]
        {
            assert!(!wrong(template).is_empty(), "{template} was taken");
        }
    }

    #[test]
    fn html_links_and_personal_data_are_refused_where_they_stand() {
        for (text, said) in [
            ("<b>Important</b>", "plain text"),
            ("See https://elsewhere.example/x", "would become a link"),
            ("See www.elsewhere.example", "would become a link"),
            ("See elsewhere.org.uk for more", "would become a link"),
            ("javascript://x", "would become a link"),
            ("The end.Then more", "leave a space"),
            ("In {market}.Then more", "leave a space"),
            ("Write to team@council.example", "email address"),
            ("Ring 01785 123456", "telephone number"),
            ("Ask Mrs Jane Smith", "somebody’s name"),
            ("Come to ST16 2DH", "full postcode"),
            ("A bell \u{7} rings", "cannot be printed"),
            ("Turned \u{202e}round", "cannot be printed"),
        ] {
            let wrong = wrong(&format!("Line one.\n{text}"));
            assert!(wrong.len() == 1 && wrong[0].starts_with("opening: Line 2: "), "{text}: {wrong:?}");
            assert!(wrong[0].contains(said), "{text}: {wrong:?}");
        }
        for fine in ["Bids, e.g. yours, are in. At 5 p.m. it ends.", "Marks of 4.5 are good."] {
            assert_eq!(wrong(fine), [""; 0], "{fine}");
        }
    }

    #[test]
    fn what_the_reader_must_know_must_be_there_and_lengths_are_limited() {
        let mut own = standard(LetterKind::PriceQuestioned).expect("a wording");
        own.closing = "Answer on the site.".to_owned();
        let refusal = check(LetterKind::PriceQuestioned, &own).expect_err("no deadline");
        assert!(refusal.detail.contains("{answer_by} must be there"), "{refusal}");
        let long = Own { subject: format!("{{reference}}{}", "x".repeat(140)), ..own.clone() };
        let fields = |own: &Own| match check(LetterKind::PriceExplained, own) {
            Ok(()) => Vec::new(),
            Err(refusal) => refusal.faults.into_iter().map(|f| f.field).collect::<Vec<_>>(),
        };
        assert_eq!(fields(&long), ["subject"]);
        assert_eq!(fields(&Own { subject: "Two\nlines {reference}".to_owned(), ..own.clone() }), ["subject"]);
        assert_eq!(fields(&Own { subject: " ".to_owned(), ..own.clone() }), ["subject"]);
        assert_eq!(fields(&Own { opening: "x".repeat(PART_MAX + 1), ..own.clone() }), ["opening"]);
        assert_eq!(fields(&Own { opening: "x".repeat(PART_MAX), ..own }), [""; 0]);
    }

    #[test]
    fn filling_in_looks_at_nothing_twice() {
        let context = json!({"a": "{b}", "b": "{a}", "n": 3, "nothing": null});
        assert_eq!(
            fill("{a} and {b}, {c}, {n}{nothing}, {link}, {", &context),
            "{b} and {a}, {c}, 3, {link}, {"
        );
    }

    #[test]
    fn a_version_follows_the_one_that_was_read_and_says_something_new() {
        let (market, by, now) = (MarketId::new(), AccountId::new(), Instant::from_milliseconds(1));
        let standard = standard(LetterKind::Shortlisted).expect("a wording");
        let wanted = |subject: &str, after_version| NewWording {
            kind: LetterKind::Shortlisted,
            subject: subject.to_owned(),
            opening: standard.opening.clone(),
            closing: standard.closing.clone(),
            after_version,
        };
        let row = |change: Change| match change.writes.into_iter().next() {
            Some(crate::domain::change::Write::Insert(crate::domain::change::Row::Wording(row))) => *row,
            other => panic!("{other:?}"),
        };
        let first = row(change(market, None, wanted(" About {reference} ", 0), by, now)
            .expect("taken")
            .expect("new"));
        assert_eq!((first.version, first.subject.as_deref()), (1, Some("About {reference}")));
        assert_eq!(
            change(market, Some(&first), wanted("About {reference}", 1), by, now).expect("taken").map(row),
            None
        );
        let stale = change(market, Some(&first), wanted("Other {reference}", 0), by, now).expect_err("stale");
        assert_eq!(stale.code, Code::RevisionStale);
        let restoring = Restoring { kind: LetterKind::Shortlisted, after_version: 1 };
        let second = row(restore(market, Some(&first), restoring, by, now).expect("taken").expect("new"));
        assert_eq!((second.version, second.subject.as_deref()), (2, None));
        let again = Restoring { after_version: 2, ..restoring };
        assert_eq!(restore(market, Some(&second), again, by, now).expect("taken").map(row), None);
    }
}
