//! Writing a letter from what it was owed with. A context holds references, days, marks and paths: no personal
//! data and nothing that somebody typed freely, so neither does a letter. A market may word the subject, and what
//! stands before and after the facts, itself: see [`wording`](super::wording).

pub mod example;
pub mod fate;
mod kind;

pub use kind::{Kind, LINK, Placeholder, is_of_market, kind};

use super::wording::{self, Own};
use entity::{letter, vocabulary::*};
use minijinja::{AutoEscape, Environment, context, value::Serde};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::sync::LazyLock;

/// A template does not fit what the letter was owed with.
#[derive(Debug, thiserror::Error)]
#[error("letter {letter}: {why}")]
pub struct Unwritten {
    letter: LetterId,
    why: String,
}

/// A letter, ready to be posted.
#[derive(Clone, Debug)]
pub struct Written {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// On whose behalf a letter is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sender {
    pub authority: String,
    /// `#rrggbb`, at least 4.5:1 against white.
    pub colour: String,
    pub market: Option<String>,
    /// To whom providers turn with questions, where the market's definition says so.
    pub questions_to: Option<String>,
}

/// What a letter says, before it is laid out. It is kept with the letter, so that one that is sent again says the
/// same, whatever became of the wording since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    pub subject: String,
    /// What the link does.
    pub action: String,
    /// What happened, and what it means for the reader.
    pub opening: Vec<String>,
    /// What no wording of a market's own takes out.
    pub facts: Vec<Facts>,
    /// What to do next, and by when.
    pub closing: Vec<String>,
}

/// Facts under one heading.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    pub heading: Option<String>,
    pub rows: Vec<Fact>,
    pub lines: Vec<String>,
}

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    pub label: String,
    pub value: String,
}

const TEXT: &str = include_str!("letter/letter.txt");
const HTML: &str = include_str!("letter/letter.html");
const WORDS: &str = include_str!("letter/words.jinja");

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    templates.set_auto_escape_callback(|name| {
        if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None }
    });
    templates.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    templates.add_filter("plain", |figure: String| plain(&figure).to_owned());
    for (name, source) in [("words.jinja", WORDS), ("letter.txt", TEXT), ("letter.html", HTML)] {
        if let Err(why) = templates.add_template(name, source) {
            tracing::error!(template = name, failure = %why, "a template cannot be read");
        }
    }
    templates
});

/// A figure without the noughts that say nothing: `4.0000` is 4.
fn plain(figure: &str) -> &str {
    if figure.contains('.') { figure.trim_end_matches('0').trim_end_matches('.') } else { figure }
}

/// What a letter says: as it was kept, or else in the market's own wording, or else in the standard one.
///
/// # Errors
/// A template does not fit what the letter was owed with.
pub fn words(letter: &letter::Model, sender: &Sender, own: Option<&Own>) -> Result<Words, Unwritten> {
    if let Some(kept) = &letter.words {
        return serde_json::from_value(kept.clone())
            .map_err(|why| Unwritten { letter: letter.id, why: why.to_string() });
    }
    let context = facts_of(letter, sender);
    let standard = said(letter.kind, &context).map_err(|why| Unwritten { letter: letter.id, why })?;
    let Some(own) = own else { return Ok(standard) };
    let filled = |text: &str| wording::fill(text, &context);
    let paragraphs = |text: &str| paragraphs(text).map(&filled).collect();
    Ok(Words {
        subject: filled(&own.subject),
        opening: paragraphs(&own.opening),
        closing: paragraphs(&own.closing),
        ..standard
    })
}

/// The standard wording of a kind of letter, with its placeholders unfilled: where a market begins to word its own.
///
/// # Errors
/// The template is broken.
pub fn standard(of: LetterKind) -> Result<Own, Unwritten> {
    let mut letter = example::letter(of);
    if let Value::Object(context) = &mut letter.context {
        let named = |one: &Placeholder| (one.name.to_owned(), Value::String(format!("{{{}}}", one.name)));
        context.extend(kind(of).placeholders.iter().map(named));
    }
    let sender = Sender { authority: "{authority}".to_owned(), ..example::sender() };
    let Words { subject, opening, closing, .. } = words(&letter, &sender, None)?;
    Ok(Own { subject, opening: opening.join("\n\n"), closing: closing.join("\n\n") })
}

/// Writes a letter that says this. `public_url` begins its link.
///
/// # Errors
/// A template is broken.
pub fn lay_out(
    letter: &letter::Model,
    words: &Words,
    sender: &Sender,
    public_url: &str,
) -> Result<Written, Unwritten> {
    let path = letter.context.get("path").and_then(|p| p.as_str()).unwrap_or("/");
    let link = format!("{public_url}{path}");
    let around_links = |lines: &[String]| -> Vec<Vec<String>> {
        lines.iter().map(|line| line.split("{link}").map(str::to_owned).collect()).collect()
    };
    let render = |name: &str| -> Result<String, Unwritten> {
        TEMPLATES
            .get_template(name)
            .and_then(|template| {
                template.render(context! {
                    subject => &words.subject, action => &words.action, opening => around_links(&words.opening),
                    facts => Serde(&words.facts), closing => around_links(&words.closing),
                    sender => Serde(sender), link => &link,
                })
            })
            .map_err(|why| Unwritten { letter: letter.id, why: format!("{why:#}") })
    };
    Ok(Written { text: render("letter.txt")?, html: render("letter.html")?, subject: words.subject.clone() })
}

/// All that the words may name. No value breaks a line: lines are what words are read by.
fn facts_of(letter: &letter::Model, sender: &Sender) -> Value {
    let mut context = match &letter.context {
        Value::Object(context) => context.clone(),
        _ => Map::new(),
    };
    context.insert("kind".to_owned(), letter.kind.as_str().into());
    context.entry("authority").or_insert_with(|| sender.authority.clone().into());
    let mut context = Value::Object(context);
    on_one_line(&mut context);
    context
}

fn on_one_line(value: &mut Value) {
    match value {
        Value::String(text) if text.contains(char::is_control) => {
            *text = text.replace(char::is_control, " ");
        }
        Value::Array(items) => items.iter_mut().for_each(on_one_line),
        Value::Object(fields) => fields.values_mut().for_each(on_one_line),
        _ => {}
    }
}

/// The standard words, read from their lines.
fn said(kind: LetterKind, context: &Value) -> Result<Words, String> {
    let template = TEMPLATES.get_template("words.jinja").map_err(|why| format!("{why:#}"))?;
    let said = template.render(minijinja::Value::from(Serde(context))).map_err(|why| format!("{why:#}"))?;
    let mut lines = paragraphs(&said).map(str::to_owned);
    let (Some(subject), Some(action)) = (lines.next(), lines.next()) else {
        return Err(format!("{} has no words", kind.as_str()));
    };
    let rest: Vec<_> = lines.collect();
    let mut parts = rest.split(|line| line == "==");
    let opening = parts.next().unwrap_or_default().to_vec();
    let facts = gathered(parts.next().unwrap_or_default());
    let closing = parts.next().unwrap_or_default().to_vec();
    Ok(Words { subject, action, opening, facts, closing })
}

/// Lines with something on them.
fn paragraphs(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

fn gathered(lines: &[String]) -> Vec<Facts> {
    let mut groups: Vec<Facts> = Vec::new();
    for line in lines {
        if let Some(heading) = line.strip_prefix("# ") {
            groups.push(Facts { heading: Some(heading.to_owned()), ..Facts::default() });
            continue;
        }
        if groups.is_empty() {
            groups.push(Facts::default());
        }
        let Some(group) = groups.last_mut() else { continue };
        match line.split_once(" | ") {
            Some((label, value)) => {
                group.rows.push(Fact { label: label.to_owned(), value: value.to_owned() });
            }
            None => group.lines.push(line.clone()),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn written(letter: &letter::Model, own: Option<&Own>) -> Written {
        let sender = example::sender();
        let words = words(letter, &sender, own).expect("words");
        lay_out(letter, &words, &sender, "https://fairlot.example").expect("a letter")
    }

    #[test]
    fn every_kind_of_letter_is_written_with_what_it_is_about_and_a_link() {
        for &kind in LetterKind::ALL {
            let mut letter = example::letter(kind);
            letter.context["path"] = json!("/opportunities/x");
            letter.context["provider"] = json!("Other <Care>");
            letter.context["result"]["winner"]["provider_name"] = json!("Other <Care>");
            let written = written(&letter, None);
            assert!(!written.subject.is_empty(), "{kind:?}");
            for form in [&written.text, &written.html] {
                assert!(form.contains("https://fairlot.example/opportunities/x"), "{kind:?}");
                assert!(form.contains("Example Council"), "{kind:?} does not say from whom it is");
                let about = ["EX-0007", "Supported living", "Example Supported Living"];
                assert!(about.iter().any(|what| form.contains(what)), "{kind:?}");
                assert!(!form.contains("{{") && !form.contains("{link}") && !form.contains("=="), "{kind:?}");
            }
            assert!(!written.html.contains("Other <Care>"), "what is in a letter is escaped");
            assert!(!written.text.to_lowercase().contains("e-mail"), "{kind:?}");
        }
    }

    #[test]
    fn every_kind_of_letter_as_it_is_read() {
        let mut all = String::new();
        for &kind in LetterKind::ALL {
            let written = written(&example::letter(kind), None);
            all.push_str(&format!("──── {} ────\n{}\n", kind.as_str(), written.text));
        }
        insta::assert_snapshot!("every_kind_of_letter_as_text", all);
        let written = written(&example::letter(LetterKind::OutcomeTold), None);
        insta::assert_snapshot!("the_outcome_as_html", written.html);
    }

    #[test]
    fn the_standard_wording_filled_in_is_the_standard_letter() {
        for &kind in LetterKind::ALL {
            let letter = example::letter(kind);
            let own = standard(kind).expect("a wording");
            assert_eq!(written(&letter, Some(&own)).text, written(&letter, None).text, "{kind:?}");
        }
    }

    #[test]
    fn the_standard_wording_says_nothing_that_only_one_letter_may_say() {
        for &kind in LetterKind::ALL {
            let Own { subject, opening, closing } = standard(kind).expect("a wording");
            for (name, value) in example::context().as_object().expect("facts") {
                let Some(value) = value.as_str().filter(|_| name != "path") else { continue };
                for text in [&subject, &opening, &closing] {
                    assert!(
                        !text.contains(value),
                        "{kind:?} has {name}, which is no placeholder of it: {text}"
                    );
                }
            }
        }
    }

    #[test]
    fn what_a_market_words_itself_keeps_the_facts_the_link_and_the_sender() {
        let own = Own {
            subject: "About {reference}".to_owned(),
            opening: "First.\n\nSecond, see {link}.".to_owned(),
            closing: String::new(),
        };
        let written = written(&example::letter(LetterKind::OutcomeTold), Some(&own));
        assert_eq!(written.subject, "About EX-0007");
        for said in [
            "Second, see https://fairlot.example/.",
            "Your total: 81.9297",
            "Example Birch Care",
            "Example Council",
        ] {
            assert!(written.text.contains(said), "{said} is not in {}", written.text);
        }
        let link = "<a href=\"https://fairlot.example/\">https://fairlot.example/</a>";
        assert!(written.html.contains(link), "{}", written.html);
    }

    #[test]
    fn a_value_is_never_read_as_a_placeholder_or_as_lines_of_its_own() {
        let mut letter = example::letter(LetterKind::EnrolmentAdmitted);
        letter.context["provider"] = json!("{market}\n==\n# Care");
        let own = standard(letter.kind).expect("a wording");
        for own in [None, Some(&own)] {
            let written = written(&letter, own);
            assert!(
                written.text.contains("has admitted {market} == # Care to Supported living"),
                "{}",
                written.text
            );
        }
    }

    #[test]
    fn words_that_were_kept_are_said_again_whatever_the_wording_is_now() {
        let mut letter = example::letter(LetterKind::OpportunityWithdrawn);
        let first = words(&letter, &example::sender(), None).expect("words");
        letter.words = Some(serde_json::to_value(&first).expect("JSON"));
        let own = Own { subject: "Other".to_owned(), opening: "Other.".to_owned(), closing: String::new() };
        assert_eq!(words(&letter, &example::sender(), Some(&own)).expect("words"), first);
    }
}
