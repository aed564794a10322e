//! Areas as providers name them: an outward code, such as `ST16`, or a postcode area, such as `ST`, which covers every
//! outward code that begins with it.

use super::{
    package::outward_code,
    refusal::{Code, Refusal},
};

/// The most areas that are named at once.
pub const AREAS_MAX: usize = 40;

/// The letters with which an outward code begins: its postcode area.
pub fn letters(code: &str) -> &str {
    let digits = code.find(|c: char| !c.is_ascii_alphabetic());
    digits.map_or(code, |at| code.get(..at).unwrap_or(code))
}

/// An area in capitals.
///
/// # Errors
/// It is neither an outward code nor a postcode area.
fn area(text: &str, field: &'static str) -> Result<String, Refusal> {
    let named = text.trim().to_uppercase();
    let is_area = (1..=2).contains(&named.len()) && named.bytes().all(|b| b.is_ascii_uppercase());
    if is_area {
        return Ok(named);
    }
    outward_code(&named).map_err(|_| {
        let words =
            "Enter the first half of postcodes, such as ST16, or their first letters, such as ST: no more of them.";
        Refusal::new(Code::InvalidField, words).at(field)
    })
}

/// These areas in capitals, each once and in order.
///
/// # Errors
/// One is no area; there are more than [`AREAS_MAX`].
pub fn areas<'a>(
    named: impl IntoIterator<Item = &'a str>,
    field: &'static str,
) -> Result<Vec<String>, Refusal> {
    let mut all = Vec::new();
    for text in named {
        all.push(area(text, field)?);
        if all.len() > AREAS_MAX {
            let words = format!("Name at most {AREAS_MAX} areas. The letters alone, such as ST, cover many.");
            return Err(Refusal::new(Code::InvalidField, words).at(field));
        }
    }
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// Whether one of these areas holds this outward code; where none is named, all do.
pub fn cover(areas: &[String], code: &str) -> bool {
    areas.is_empty() || areas.iter().any(|area| area == code || area == letters(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &[&str]) -> Vec<String> {
        areas(text.iter().copied(), "area").expect("areas")
    }

    #[test]
    fn letters_cover_every_outward_code_of_theirs_and_no_other() {
        let of = named(&["st", " WV1 "]);
        assert_eq!(of, ["ST", "WV1"]);
        for (code, covered) in
            [("ST16", true), ("ST1", true), ("WV1", true), ("WV10", false), ("S1", false), ("B1", false)]
        {
            assert_eq!(cover(&of, code), covered, "{code}");
        }
        // S is Sheffield, and not Stoke.
        assert!(!cover(&named(&["S"]), "ST16"));
        assert!(cover(&[], "ST16"));
    }

    #[test]
    fn no_more_of_a_postcode_is_taken_than_its_first_half() {
        for wrong in ["ST16 2AB", "ST162AB", "", "ABC", "1", "ST*"] {
            let refused = areas([wrong], "area").expect_err(wrong);
            assert_eq!(
                (refused.code, refused.field.as_deref()),
                (Code::InvalidField, Some("area")),
                "{wrong}"
            );
        }
        assert_eq!(named(&["ST", "st", "ST"]), ["ST"]);
        let many: Vec<_> = (0..=AREAS_MAX).map(|n| format!("ST{n}")).collect();
        assert!(areas(many.iter().map(String::as_str), "area").is_err());
    }
}
