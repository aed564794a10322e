//! The debarment list (Procurement Act 2023 s. 62) as it is read from a file, and which providers may be on it. Who may be
//! on it is put before a person: nothing is applied by itself, because names are shared and numbers mistyped.

use super::{change::Change, event::Event};
use entity::{debarment_entry, debarment_list, debarment_match, enrolment, provider, task, vocabulary::*};
use std::fmt;

/// The most entries of one list.
pub const ENTRIES_MAX: usize = 5_000;
/// The largest file, in bytes.
pub const LIST_BYTES_MAX: usize = 2 * 1024 * 1024;
/// The longest text in a field, in characters.
const FIELD_MAX: usize = 500;
/// The columns, named in the first line, in any order.
pub const COLUMNS: [&str; 6] =
    ["name", "companies_house_number", "mandatory", "ground", "debarred_on", "ends_on"];

/// One entry, as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Counted from 1, the line of the names of the columns.
    pub line: i32,
    pub name: String,
    /// Eight characters, padded with zeros.
    pub companies_house_number: Option<String>,
    pub mandatory: bool,
    pub ground: String,
    pub debarred_on: Day,
    pub ends_on: Option<Day>,
}

/// Something wrong in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    pub line: i32,
    pub field: String,
    pub detail: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.line, self.field, self.detail)
    }
}

/// The records of a file in comma-separated values (RFC 4180), each with the line on which it begins.
fn records(text: &str) -> Result<Vec<(i32, Vec<String>)>, Mistake> {
    let mut records = Vec::new();
    let (mut fields, mut field) = (Vec::new(), String::new());
    let (mut line, mut begun) = (1, 1);
    let (mut quoted, mut was_quoted) = (false, false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '\n' {
            line += 1;
        }
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                field.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if field.is_empty() && !was_quoted => (quoted, was_quoted) = (true, true),
            ',' if !quoted => {
                fields.push(std::mem::take(&mut field));
                was_quoted = false;
            }
            '\r' if !quoted && letters.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                fields.push(std::mem::take(&mut field));
                records.push((begun, std::mem::take(&mut fields)));
                (begun, was_quoted) = (line, false);
            }
            letter => field.push(letter),
        }
    }
    if quoted {
        return Err(Mistake {
            line: begun,
            field: "line".to_owned(),
            detail: "A quotation mark is not closed.".to_owned(),
        });
    }
    if !field.is_empty() || !fields.is_empty() {
        fields.push(field);
        records.push((begun, fields));
    }
    records.retain(|(_, fields)| fields.iter().any(|field| !field.trim().is_empty()));
    Ok(records)
}

/// A company's number as the register writes it: eight characters, padded with zeros.
fn company_number(text: &str) -> Option<String> {
    let text = text.trim().to_uppercase();
    let fits = (1..=8).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric());
    fits.then(|| format!("{text:0>8}"))
}

/// Reads a list, or names every mistake in it.
///
/// # Errors
/// Every mistake, by line.
pub fn read(text: &str) -> Result<Vec<Entry>, Vec<Mistake>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let records = records(text).map_err(|mistake| vec![mistake])?;
    let mut mistakes = Vec::new();
    let mut wrong = |line: i32, field: &str, detail: String| {
        mistakes.push(Mistake { line, field: field.to_owned(), detail });
    };
    let Some(((head_line, head), lines)) = records.split_first() else {
        wrong(1, "line", format!("The file is empty. Its first line is {}.", COLUMNS.join(",")));
        return Err(mistakes);
    };
    let head: Vec<_> = head.iter().map(|name| name.trim().to_lowercase()).collect();
    for column in COLUMNS {
        match head.iter().filter(|name| *name == column).count() {
            1 => {}
            0 => wrong(*head_line, column, "This column is missing.".to_owned()),
            _ => wrong(*head_line, column, "This column is there more than once.".to_owned()),
        }
    }
    for name in head.iter().filter(|name| !COLUMNS.contains(&name.as_str())) {
        wrong(*head_line, name, format!("There is no such column: they are {}.", COLUMNS.join(", ")));
    }
    if lines.len() > ENTRIES_MAX {
        wrong(*head_line, "line", format!("A list has {ENTRIES_MAX} entries at most."));
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let mut entries = Vec::new();
    for (line, fields) in lines {
        let before = mistakes.len();
        let mut wrong = |field: &str, detail: String| {
            mistakes.push(Mistake { line: *line, field: field.to_owned(), detail });
        };
        if fields.len() != head.len() {
            wrong("line", format!("It has {} fields, and there are {} columns.", fields.len(), head.len()));
            continue;
        }
        let of = |column: &str| {
            let place = head.iter().position(|name| name == column);
            place.and_then(|place| fields.get(place)).map(|field| field.trim()).unwrap_or_default()
        };
        for column in ["name", "ground"] {
            match of(column).chars().count() {
                0 => wrong(column, "This is empty.".to_owned()),
                1..=FIELD_MAX => {}
                _ => wrong(column, format!("This is longer than {FIELD_MAX} characters.")),
            }
        }
        let number = match of("companies_house_number") {
            "" => None,
            text => match company_number(text) {
                Some(number) => Some(number),
                None => {
                    wrong("companies_house_number", format!("“{text}” is no company’s number."));
                    None
                }
            },
        };
        let mandatory = match of("mandatory").to_lowercase().as_str() {
            "yes" | "true" => true,
            "no" | "false" => false,
            text => {
                wrong("mandatory", format!("“{text}” is neither yes nor no."));
                false
            }
        };
        let mut day = |column: &str, text: &str| -> Option<Day> {
            let read = text.parse().ok();
            if read.is_none() {
                wrong(column, format!("“{text}” is no day such as 2026-12-31."));
            }
            read
        };
        let debarred_on = day("debarred_on", of("debarred_on"));
        let ends_on = match of("ends_on") {
            "" => None,
            text => day("ends_on", text),
        };
        if let (Some(begins), Some(ends)) = (debarred_on, ends_on)
            && ends < begins
        {
            mistakes.push(Mistake {
                line: *line,
                field: "ends_on".to_owned(),
                detail: "It ends before it begins.".to_owned(),
            });
        }
        if let Some(debarred_on) = debarred_on
            && mistakes.len() == before
        {
            entries.push(Entry {
                line: *line,
                name: of("name").to_owned(),
                companies_house_number: number,
                mandatory,
                ground: of("ground").to_owned(),
                debarred_on,
                ends_on,
            });
        }
    }
    if mistakes.is_empty() { Ok(entries) } else { Err(mistakes) }
}

/// A name without what companies of one name differ in on paper alone.
fn bare(name: &str) -> String {
    const LEFT_OUT: [&str; 8] = ["the", "ltd", "limited", "plc", "llp", "cic", "uk", "co"];
    let words: String =
        name.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    words.split_whitespace().filter(|word| !LEFT_OUT.contains(word)).collect::<Vec<_>>().join(" ")
}

/// By what a provider may be this entry, if it may be.
pub fn matched(entry: &Entry, provider: &provider::Model) -> Option<MatchedBy> {
    let number = provider.companies_house_number.as_deref().and_then(company_number);
    if entry.companies_house_number.is_some() && entry.companies_house_number == number {
        return Some(MatchedBy::Identifier);
    }
    let name = bare(&provider.name);
    (!name.is_empty() && name == bare(&entry.name)).then_some(MatchedBy::Name)
}

/// A list as it is kept, with its entries.
pub fn import(
    dated: Day,
    digest: String,
    entries: &[Entry],
    now: Instant,
) -> (Change, Vec<debarment_entry::Model>) {
    let count = u32::try_from(entries.len()).unwrap_or(u32::MAX);
    let list = debarment_list::Model {
        id: DebarmentListId::new(),
        dated,
        digest,
        entries: i32::try_from(entries.len()).unwrap_or(i32::MAX),
        imported_at: now,
    };
    let rows: Vec<_> = entries
        .iter()
        .map(|entry| debarment_entry::Model {
            id: DebarmentEntryId::new(),
            list_id: list.id,
            line: entry.line,
            name: entry.name.clone(),
            companies_house_number: entry.companies_house_number.clone(),
            mandatory: entry.mandatory,
            ground: entry.ground.clone(),
            debarred_on: entry.debarred_on,
            ends_on: entry.ends_on,
        })
        .collect();
    let change = Change::new(list.id, Event::DebarmentListImported { dated, entries: count }).insert(list);
    let change = rows.iter().cloned().fold(change, Change::insert);
    (change, rows)
}

/// Puts a provider that may be on the list before the officers of an authority.
pub fn found(
    entry: &debarment_entry::Model,
    matched_by: MatchedBy,
    of: &enrolment::Model,
    authority_id: AuthorityId,
    now: Instant,
) -> Change {
    let task = task::Model {
        id: TaskId::new(),
        authority_id,
        kind: TaskKind::DebarmentMatch,
        subject_kind: SubjectKind::Enrolment,
        subject_id: of.id.0,
        letter_id: None,
        raised_at: now,
        done_at: None,
        done_by: None,
        outcome: None,
    };
    let row = debarment_match::Model {
        id: DebarmentMatchId::new(),
        entry_id: entry.id,
        provider_id: of.provider_id,
        enrolment_id: of.id,
        matched_by,
        task_id: task.id,
        found_at: now,
    };
    let event = Event::DebarmentMatched { debarment_match_id: row.id, matched_by };
    Change::new(of.id, event).insert(task).insert(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "name,companies_house_number,mandatory,ground,debarred_on,ends_on\n";

    #[test]
    fn a_list_is_read_with_quotes_and_lines_within_them() {
        let text = format!(
            "\u{feff}{HEAD}\"Example, \"\"Acorn\"\" Care\nLtd\",1234567,yes,Fraud,2026-01-02,2031-01-02\r\n\r\n\
             Example Birch,,no,Poor performance,2026-03-04,\n"
        );
        let entries = read(&text).unwrap();
        assert_eq!(entries[0].name, "Example, \"Acorn\" Care\nLtd");
        assert_eq!(entries[0].companies_house_number.as_deref(), Some("01234567"));
        assert_eq!((entries[0].line, entries[1].line), (2, 5));
        assert_eq!((entries[1].mandatory, entries[1].ends_on), (false, None));
    }

    #[test]
    fn every_mistake_is_named_with_its_line_and_field() {
        let text = format!(
            "{HEAD},123456789,perhaps,,2026-13-01,\nExample,,yes,Fraud,2026-02-01,2026-01-01\nShort,line\n"
        );
        let told: Vec<_> = read(&text).unwrap_err().iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(told.join("\n"));
        let told = read("name,number\n").unwrap_err();
        assert_eq!(told.len(), 6, "{told:?}");
        assert_eq!(read("").unwrap_err().len(), 1);
        assert_eq!(read(&format!("{HEAD}\"open,,,,,")).unwrap_err()[0].line, 2);
    }

    #[test]
    fn a_provider_is_found_by_its_number_or_its_bare_name_and_not_by_less() {
        let entry = read(&format!("{HEAD}The Example Acorn Care Limited,1234567,yes,Fraud,2026-01-02,\n"))
            .unwrap()
            .remove(0);
        let provider = |name: &str, number: Option<&str>| provider::Model {
            id: ProviderId::new(),
            name: name.to_owned(),
            companies_house_number: number.map(str::to_owned),
            cqc_provider_id: None,
            outward_code: "ST16".to_owned(),
            registered_at: Instant::from_milliseconds(0),
        };
        let by = |name, number| matched(&entry, &provider(name, number));
        assert_eq!(by("Another Name", Some("01234567")), Some(MatchedBy::Identifier));
        assert_eq!(by("EXAMPLE ACORN-CARE LTD.", Some("07654321")), Some(MatchedBy::Name));
        assert_eq!(by("Example Acorn", Some("07654321")), None);
        assert_eq!(by("Ltd", None), None);
    }
}
