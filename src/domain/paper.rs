//! Something that is read away from the site: its parts in reading order, from which the HTML (here) and the PDF
//! (`print`) are made, so that neither says what the other does not.

use entity::vocabulary::Instant;
use minijinja::{AutoEscape, Environment, context};
use serde::Serialize;
use std::sync::LazyLock;

/// A paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Paper {
    pub title: String,
    /// Above the title: who says it.
    pub caption: String,
    /// At the foot of every page, beside its number.
    pub foot: String,
    /// What it was made from stood so at this instant: never the time at which it was made.
    pub dated: Instant,
    pub parts: Vec<Part>,
}

/// A part of a paper. Words may hold several lines, each a paragraph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Part {
    Heading {
        level: Level,
        words: String,
    },
    Text {
        words: String,
    },
    /// What a word stands for, word by word.
    Pairs {
        pairs: Vec<(String, String)>,
    },
    Bullets {
        items: Vec<String>,
    },
    Steps {
        items: Vec<String>,
    },
    Table(Table),
}

/// How deep a heading is: the title alone is above all of them, and none is left out on the way down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Section,
    Under,
    Below,
}

/// A table. The first cell of a row says what the row is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Table {
    /// Nothing where the heading above it says the same.
    pub caption: Option<String>,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<String>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Column {
    pub label: String,
    pub numeric: bool,
}

impl Column {
    pub fn words(label: &str) -> Self {
        Self { label: label.to_owned(), numeric: false }
    }

    pub fn figures(label: &str) -> Self {
        Self { label: label.to_owned(), numeric: true }
    }
}

/// A template does not fit a paper.
#[derive(Debug, thiserror::Error)]
#[error("the paper cannot be written: {0:#}")]
pub struct Unwritten(#[from] minijinja::Error);

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    templates.set_auto_escape_callback(|_| AutoEscape::Html);
    templates.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    if let Err(why) = templates.add_template("paper.html", include_str!("paper/paper.html")) {
        tracing::error!(failure = %why, "a template cannot be read");
    }
    templates
});

/// The paper as a page of its own: nothing is fetched from elsewhere, and nothing in it runs.
///
/// # Errors
/// The template does not fit.
pub fn html(paper: &Paper) -> Result<String, Unwritten> {
    let paper = minijinja::Value::from(minijinja::value::Serde(paper));
    Ok(TEMPLATES.get_template("paper.html")?.render(context! { paper })?)
}
