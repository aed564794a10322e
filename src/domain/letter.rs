//! Writing a letter from what it was owed with. A context holds references, days, marks and paths: no personal
//! data and nothing that somebody typed freely, so neither does a letter.

use entity::{letter, vocabulary::*};
use minijinja::{AutoEscape, Environment, context};
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

const TEXT: &str = include_str!("letter/letter.txt");
const HTML: &str = include_str!("letter/letter.html");
const WORDS: &str = include_str!("letter/words.jinja");

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    templates.set_auto_escape_callback(|name| {
        if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None }
    });
    templates.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    for (name, source) in [("words.jinja", WORDS), ("letter.txt", TEXT), ("letter.html", HTML)] {
        if let Err(why) = templates.add_template(name, source) {
            tracing::error!(template = name, failure = %why, "a template cannot be read");
        }
    }
    templates
});

/// Writes a letter. `public_url` begins its links.
///
/// # Errors
/// A template does not fit what the letter was owed with.
pub fn write(letter: &letter::Model, public_url: &str) -> Result<Written, Unwritten> {
    let broken = |why: minijinja::Error| Unwritten { letter: letter.id, why: format!("{why:#}") };
    let words = TEMPLATES.get_template("words.jinja").map_err(broken)?;
    let facts = context! { kind => letter.kind.as_str(), ..minijinja::Value::from(minijinja::value::Serde(&letter.context)) };
    let said = words.render(facts).map_err(broken)?;
    // The words come as lines: the subject, the action's words, then paragraphs.
    let mut lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
    let subject = lines.next().unwrap_or_default().to_owned();
    let action = lines.next().unwrap_or_default().to_owned();
    let paragraphs: Vec<String> = lines.map(str::to_owned).collect();
    let path = letter.context.get("path").and_then(|p| p.as_str()).unwrap_or("/");
    let link = format!("{public_url}{path}");
    let render = |name: &str| -> Result<String, Unwritten> {
        let template = TEMPLATES.get_template(name).map_err(broken)?;
        template
            .render(
                context! { subject => &subject, action => &action, paragraphs => &paragraphs, link => &link },
            )
            .map_err(broken)
    };
    Ok(Written { text: render("letter.txt")?, html: render("letter.html")?, subject })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_kind_of_letter_is_written_with_its_reference_and_a_link() {
        for &kind in LetterKind::ALL {
            let score = json!({
                "marks": [{"criterion_id": "care", "name": "Care", "mark": "4.0000", "mark_max": "5", "reasons": []}],
                "quality": "52.8000", "price": "36.3297", "total": "89.1297", "rank": 1,
                "weekly_price": "1125.25", "price_position": "2nd lowest of 3"
            });
            let letter = letter::Model {
                id: LetterId::new(),
                kind,
                account_id: AccountId::new(),
                subject_kind: SubjectKind::Opportunity,
                subject_id: OpportunityId::new().0,
                context: json!({
                    "reference": "SL-0007", "market": "Supported Living", "category": "Supported living",
                    "provider": "Example Care", "outward_code": "ST16", "closes_at": "7 December 2026, 5:00pm GMT", "answer_by": "10 December 2026, 5:00pm GMT",
                    "decide_by": "Monday 14 December 2026", "because": "Nobody decided in time.",
                    "path": "/opportunities/x",
                    "result": {"outcome": "not_won", "status": "admissible", "own": score, "explanation": [],
                        "winner": {"provider_name": "Other <Care>", "quality": "50.0000", "price": "40.0000", "total": "90.0000"}},
                }),
                state: LetterState::Owed,
                owed_at: Instant::from_milliseconds(0),
                attempts: 0,
                due_at: Instant::from_milliseconds(0),
                claimed_until: None,
                sent_at: None,
                last_failure: None,
            };
            let written = write(&letter, "https://fairlot.example").expect("a letter");
            assert!(!written.subject.is_empty(), "{kind:?}");
            assert!(written.text.contains("https://fairlot.example/opportunities/x"), "{kind:?}");
            assert!(written.html.contains("https://fairlot.example/opportunities/x"), "{kind:?}");
            assert!(!written.html.contains("Other <Care>"), "what is in a letter is escaped");
            assert!(
                written.text.contains("SL-0007") || written.text.contains("Supported Living"),
                "{kind:?}"
            );
        }
    }
}
