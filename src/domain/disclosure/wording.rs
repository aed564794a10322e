//! How a market words its letters, for the officers who choose the words.

use crate::domain::{
    letter::{self, Unwritten},
    record::letter_words,
    wording::{self as rules, Own},
};
use entity::{vocabulary::*, wording};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A part of a wording that is filled in for each letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PlaceholderView {
    /// As it is written, such as `{reference}`.
    pub written: String,
    pub means: String,
    /// Whether the wording must have it.
    pub wanted: bool,
}

/// Who worded a letter when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WordingVersion {
    pub version: i32,
    /// Nothing where the standard wording was restored.
    pub words: Option<Own>,
    pub written_by: String,
    pub written_at: Instant,
}

/// A kind of letter, and how the market words it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LetterWording {
    pub kind: LetterKind,
    /// What it is, in words.
    pub what: String,
    /// Who reads it.
    pub reader: String,
    /// Because of what it is owed.
    pub when: String,
    pub placeholders: Vec<PlaceholderView>,
    pub standard: Own,
    /// The market's own words, where it has any.
    pub own: Option<Own>,
    /// The newest version, or 0.
    pub version: i32,
    /// Newest first.
    pub versions: Vec<WordingVersion>,
}

/// How a market words its letters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MarketLetters {
    pub market_id: MarketId,
    pub market_name: String,
    pub letters: Vec<LetterWording>,
    /// Whether the viewer may word them.
    pub can_change: bool,
}

/// A kind of letter, with the newest versions of its wording, newest first.
///
/// # Errors
/// The standard wording is broken.
pub fn letter_wording(
    kind: LetterKind,
    versions: &[wording::Model],
    names: &HashMap<AccountId, String>,
) -> Result<LetterWording, Unwritten> {
    let known = letter::kind(kind);
    let newest = versions.first();
    Ok(LetterWording {
        kind,
        what: letter_words(kind).to_owned(),
        reader: known.reader.to_owned(),
        when: known.when.to_owned(),
        placeholders: known
            .placeholders
            .iter()
            .map(|one| PlaceholderView {
                written: format!("{{{}}}", one.name),
                means: one.means.to_owned(),
                wanted: known.wanted.contains(&one.name),
            })
            .collect(),
        standard: letter::standard(kind)?,
        own: newest.and_then(rules::own),
        version: newest.map_or(0, |newest| newest.version),
        versions: versions
            .iter()
            .map(|row| WordingVersion {
                version: row.version,
                words: rules::own(row),
                written_by: names.get(&row.written_by).cloned().unwrap_or_default(),
                written_at: row.written_at,
            })
            .collect(),
    })
}
