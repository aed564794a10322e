//! Areas as providers name them: an outward code, such as `ST16`, or a postcode area, such as `ST`, which covers every
//! outward code that begins with it. Where an operator gives a table of the middles of outward codes, how far apart two of
//! them are.

use super::{
    package::outward_code,
    refusal::{Code, Refusal},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};

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

/// The middle of an outward code, on WGS 84.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Middle {
    /// In millionths of a degree north.
    pub latitude: i32,
    /// In millionths of a degree east; west of Greenwich is below 0.
    pub longitude: i32,
}

/// The mean radius of the Earth in kilometres (International Union of Geodesy and Geophysics).
const EARTH_KM: f64 = 6_371.008_8;

/// Whole kilometres between two middles in a straight line: the great circle, by the haversine formula. The roads are
/// longer; a middle is as good as its table. Ten lines: the libraries for this bring far more than they are needed for.
pub fn kilometres(one: Middle, other: Middle) -> u32 {
    let radians = |millionths: i32| (f64::from(millionths) / 1e6).to_radians();
    let (from, to) = (radians(one.latitude), radians(other.latitude));
    let half = |a: f64, b: f64| ((b - a) / 2.0).sin().powi(2);
    let haversine =
        half(from, to) + from.cos() * to.cos() * half(radians(one.longitude), radians(other.longitude));
    let km = 2.0 * EARTH_KM * haversine.sqrt().min(1.0).asin();
    // At most half way round the Earth.
    km.round() as u32
}

/// Whole kilometres from a place to the nearest of these middles; nothing, where one or the other is not known.
pub fn nearest(place: Option<Middle>, of: &[Middle]) -> Option<u32> {
    let place = place?;
    of.iter().map(|middle| kilometres(place, *middle)).min()
}

/// The most lines of a table of outward codes: the United Kingdom has some 3,000.
pub const OUTWARD_CODES_MAX: usize = 5_000;
/// The most mistakes of a table that are told.
pub const TABLE_MISTAKES_MAX: usize = 50;
/// The columns of a table that are read; others are left alone.
const COLUMNS: [&str; 3] = ["outcode", "latitude", "longitude"];
/// Degrees north and east between which the United Kingdom, the Isle of Man and the Channel Islands lie. What was never
/// measured stands at 0 or at 99.999999 in the published files, and is outside.
const NORTH: (f64, f64) = (49.0, 61.0);
const EAST: (f64, f64) = (-9.0, 2.5);

/// The middles of outward codes, as an operator gives them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Middles(BTreeMap<String, Middle>);

/// One thing wrong in a table of outward codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableMistake {
    /// Counted from 1.
    pub line: usize,
    pub field: String,
    pub detail: String,
}

impl fmt::Display for TableMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.line, self.field, self.detail)
    }
}

impl Middles {
    pub fn of(&self, code: &str) -> Option<Middle> {
        self.0.get(code).copied()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads a table: comma-separated values, with the names of the columns in the first line.
    ///
    /// # Errors
    /// Every mistake, by line, at most [`TABLE_MISTAKES_MAX`].
    pub fn read(text: &str) -> Result<Self, Vec<TableMistake>> {
        let mut mistakes = Vec::new();
        let mut wrong = |line: usize, field: &str, detail: String| {
            mistakes.push(TableMistake { line, field: field.to_owned(), detail });
        };
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let cells = |line: &str| -> Vec<String> {
            // Codes and numbers hold no commas: quotation marks are only round them.
            line.split(',').map(|cell| cell.trim().trim_matches('"').trim().to_owned()).collect()
        };
        let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let head = lines.next().map(|(at, line)| (at + 1, cells(&line.to_lowercase()))).unwrap_or_default();
        let mut places = Vec::new();
        for column in COLUMNS {
            match head.1.iter().position(|name| name == column) {
                Some(place) => places.push(place),
                None => wrong(
                    head.0.max(1),
                    column,
                    format!("This column is missing. The first line names {}.", COLUMNS.join(",")),
                ),
            }
        }
        let &[code_at, latitude_at, longitude_at] = places.as_slice() else { return Err(mistakes) };
        let mut found = BTreeMap::new();
        for (n, (at, line)) in lines.enumerate() {
            let at = at + 1;
            if n >= OUTWARD_CODES_MAX {
                wrong(at, "outcode", format!("At most {OUTWARD_CODES_MAX} outward codes are read."));
                break;
            }
            let cells = cells(line);
            let cell = |at: usize| cells.get(at).map(String::as_str).unwrap_or_default();
            let code = outward_code(cell(code_at));
            if code.is_err() {
                let detail = "Give the first half of a postcode, such as ST16, and no more of it.";
                wrong(at, "outcode", detail.to_owned());
            }
            let mut degrees = |place: usize, field: &str, (least, most): (f64, f64), such_as: &str| {
                let read = cell(place).parse::<f64>().ok().filter(|n| (least..=most).contains(n));
                if read.is_none() {
                    let detail = format!(
                        "Give decimal degrees from {least} to {most}, such as {such_as}: a place in the United Kingdom."
                    );
                    wrong(at, field, detail);
                }
                read.map(|degrees| (degrees * 1e6).round() as i32)
            };
            let latitude = degrees(latitude_at, "latitude", NORTH, "52.81");
            let longitude = degrees(longitude_at, "longitude", EAST, "-2.12");
            if let (Ok(code), Some(latitude), Some(longitude)) = (code, latitude, longitude)
                && found.insert(code.clone(), Middle { latitude, longitude }).is_some()
            {
                wrong(at, "outcode", format!("{code} is there more than once."));
            }
        }
        if mistakes.is_empty() {
            return Ok(Self(found));
        }
        mistakes.sort_by_key(|mistake| mistake.line);
        mistakes.truncate(TABLE_MISTAKES_MAX);
        Err(mistakes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "outcode,latitude,longitude\nST16,52.82,-2.12\nWV1,52.588,-2.127\nM1,53.478,-2.236\n";

    #[test]
    fn a_distance_is_along_the_great_circle_in_whole_kilometres_either_way() {
        let at = |latitude, longitude| Middle { latitude, longitude };
        // A degree of a meridian is 111.19 km of this sphere, and a degree of the 60th parallel about half of one.
        assert_eq!(kilometres(at(52_000_000, 0), at(53_000_000, 0)), 111);
        assert_eq!(kilometres(at(60_000_000, 0), at(60_000_000, 1_000_000)), 56);
        // London to Edinburgh, by their stations: some 531 km.
        let (london, edinburgh) = (at(51_530_000, -124_000), at(55_952_000, -3_190_000));
        assert_eq!(kilometres(london, edinburgh), 531);
        assert_eq!(kilometres(edinburgh, london), 531);
        assert_eq!(kilometres(london, london), 0);
        // Half way round, where rounding could leave the sine's domain.
        assert_eq!(kilometres(at(0, 0), at(0, 180_000_000)), 20_015);
    }

    #[test]
    fn the_nearest_of_several_bases_counts_and_what_is_not_known_has_no_distance() {
        let table = Middles::read(TABLE).expect("a table");
        let of = |code| table.of(code);
        let bases: Vec<_> = ["M1", "WV1"].iter().filter_map(|code| of(code)).collect();
        assert_eq!(nearest(of("ST16"), &bases), Some(26));
        assert_eq!(nearest(of("WV1"), &bases), Some(0));
        assert_eq!((nearest(of("ZE1"), &bases), nearest(of("ST16"), &[])), (None, None));
    }

    #[test]
    fn a_table_is_read_whatever_else_is_in_it() {
        let other = "\u{feff}id,Outcode,\"Longitude\",Latitude\r\n1,\" st16 \",-2.12,52.82\r\n\r\n2,WV1,-2.127,52.588\r\n3,M1,-2.236,53.478\r\n";
        assert_eq!(Middles::read(other), Middles::read(TABLE));
        assert_eq!(Middles::read(TABLE).map(|table| table.len()), Ok(3));
    }

    #[test]
    fn every_mistake_in_a_table_is_told_with_its_line_and_field() {
        let told = |text: &str| -> Vec<(usize, String)> {
            let mistakes = Middles::read(text).expect_err("mistakes");
            mistakes.into_iter().map(|mistake| (mistake.line, mistake.field)).collect()
        };
        let at = |line, field: &str| (line, field.to_owned());
        assert_eq!(told(""), [at(1, "outcode"), at(1, "latitude"), at(1, "longitude")]);
        assert_eq!(told("outcode,lat,longitude\nST16,52.82,-2.12\n"), [at(1, "latitude")]);
        let wrong = "outcode,latitude,longitude\nST16 2LH,52.82,-2.12\n\nST17,99.999999,0\nST18,-2.08,52.81\nST19,,x\nST20,52.8,-2.3\nst20,52.8,-2.3\nST21\n";
        assert_eq!(
            told(wrong),
            [
                at(2, "outcode"),
                at(4, "latitude"),
                at(5, "latitude"),
                at(5, "longitude"),
                at(6, "latitude"),
                at(6, "longitude"),
                at(8, "outcode"),
                at(9, "latitude"),
                at(9, "longitude"),
            ]
        );
        let long = format!("outcode,latitude,longitude\n{}", "x,y,z\n".repeat(OUTWARD_CODES_MAX + 1));
        assert_eq!(told(&long).len(), TABLE_MISTAKES_MAX);
    }

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
