//! The numbers under which others know a provider, each checked by its published form, and the change of them. A form is
//! all that is checked here: whether somebody of that number is there, the registers say
//! ([`register`](super::register)). The form of a PPON publishes no check character, so none is checked.

use super::{
    change::{Change, Row, Write},
    event::Event,
    refusal::{Code, Fault, Refusal},
    register::entries,
};
use entity::{identifiers, identifiers::Locations, provider, register_reading, vocabulary::*};
use serde::{Deserialize, Serialize};

/// The most locations of the CQC that one provider gives.
pub const LOCATIONS_MAX: usize = 20;

/// Companies House's prefixes: companies and partnerships by country, registered societies, charitable incorporated
/// organisations and others on its register.
const PREFIXES: [&str; 34] = [
    "AC", "CE", "CS", "FC", "FE", "GE", "GN", "GS", "IC", "IP", "LP", "NA", "NC", "NF", "NI", "NL", "NO",
    "NP", "NV", "OC", "OE", "PC", "RC", "RS", "SA", "SC", "SE", "SF", "SI", "SL", "SO", "SP", "SR", "NR",
];

/// The identifiers of a provider as it gives them; empty text for none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewIdentifiers {
    #[serde(default)]
    pub companies_house_number: String,
    #[serde(default)]
    pub charity_number: String,
    #[serde(default)]
    pub ppon: String,
    #[serde(default)]
    pub cqc_provider_id: String,
    /// At most 20.
    #[serde(default)]
    pub cqc_locations: Vec<String>,
}

/// What people type between the parts of a number.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_uppercase()
}

fn digits(text: &str, lengths: std::ops::RangeInclusive<usize>) -> bool {
    lengths.contains(&text.len()) && text.chars().all(|c| c.is_ascii_digit())
}

fn letters(text: &str, length: usize) -> bool {
    text.len() == length && text.chars().all(|c| c.is_ascii_uppercase())
}

/// A company's number as the register writes it: eight characters, padded with zeros after the prefix.
pub fn company(text: &str) -> Option<String> {
    let text = plain(text);
    if digits(&text, 1..=8) {
        let padded = format!("{text:0>8}");
        return (padded != "00000000").then_some(padded);
    }
    let (prefix, number) = text.split_at_checked(2)?;
    if !PREFIXES.contains(&prefix) {
        return None;
    }
    // Registered societies end in R, and Scottish ones in RS.
    if matches!(prefix, "IP" | "SP") && number.len() == 6 {
        let counted = number.strip_suffix("RS").or_else(|| number.strip_suffix('R')).unwrap_or(number);
        return digits(counted, 4..=6).then_some(text);
    }
    digits(number, 1..=6).then(|| format!("{prefix}{number:0>6}"))
}

/// A charity's number: of England and Wales, with the number of a linked charity if it is one; of Scotland; of Northern
/// Ireland.
pub fn charity(text: &str) -> Option<String> {
    let text = plain(text);
    if let Some(number) = text.strip_prefix("NIC") {
        return digits(number, 6..=6).then_some(text);
    }
    if let Some(number) = text.strip_prefix("SC") {
        return (digits(number, 6..=6) && number.starts_with('0')).then_some(text);
    }
    let (number, linked) = text.split_once('-').unwrap_or((&text, "1"));
    let fits = digits(number, 6..=7)
        && !number.starts_with('0')
        && digits(linked, 1..=3)
        && !linked.starts_with('0');
    fits.then_some(text)
}

/// A charity's number as the Charity Commission for England and Wales takes it: the number and the linked charity's, 0
/// for the main one. Nothing for charities that are on another register.
pub fn commission_number(charity: &str) -> Option<(&str, &str)> {
    let (number, linked) = charity.split_once('-').unwrap_or((charity, "0"));
    digits(number, 6..=7).then_some((number, linked))
}

/// A PPON as the central digital platform writes it: four letters, four digits and four letters. It may be given with
/// the name of its scheme before it.
pub fn ppon(text: &str) -> Option<String> {
    let text = plain(text);
    let own = text.strip_prefix("GB-PPON").map(|rest| rest.trim_start_matches([':', '-'])).unwrap_or(&text);
    let whole: String = own.split('-').collect();
    let (first, rest) = whole.split_at_checked(4)?;
    let (middle, last) = rest.split_at_checked(4)?;
    let parts = own.split('-').map(str::len).collect::<Vec<_>>();
    let fits = (parts == [4, 4, 4] || parts == [12])
        && letters(first, 4)
        && digits(middle, 4..=4)
        && letters(last, 4);
    fits.then(|| format!("{first}-{middle}-{last}"))
}

/// An id of the CQC, of a provider or of a location.
pub fn cqc(text: &str) -> Option<String> {
    let text = plain(text);
    text.strip_prefix("1-").is_some_and(|number| digits(number, 9..=11)).then_some(text)
}

/// What is wrong with a company's number.
pub const COMPANY_WORDS: &str = "Enter the Companies House number: eight characters, such as 01234567 or SC123456. Leave it empty if there is none.";
const CHARITY_WORDS: &str = "Enter the charity number: six or seven digits, such as 1234567 (and -1 for a linked \
                             charity); SC012345 in Scotland; NIC100001 in Northern Ireland.";
const PPON_WORDS: &str = "Enter the PPON as the central digital platform shows it: four letters, four digits, four letters, such as \
     PABC-1234-DEFG.";
/// What is wrong with a provider's id at the CQC.
pub const CQC_WORDS: &str = "Enter the CQC provider ID: 1- and 9 to 11 digits, such as 1-123456789.";
const LOCATION_WORDS: &str = "Enter the CQC location ID: 1- and 9 to 11 digits, such as 1-123456789.";

/// Reads an optional identifier: nothing for empty text.
fn wanted(
    faults: &mut Vec<Fault>,
    field: &str,
    text: &str,
    form: fn(&str) -> Option<String>,
    detail: &str,
) -> Option<String> {
    if text.trim().is_empty() {
        return None;
    }
    let read = form(text);
    if read.is_none() {
        faults.push(Fault { field: field.to_owned(), detail: detail.to_owned() });
    }
    read
}

/// Reads the two that a provider may give when it registers.
///
/// # Errors
/// Never: what is wrong goes into `faults`.
pub fn at_registration(
    company_number: Option<&str>,
    cqc_provider_id: Option<&str>,
    faults: &mut Vec<Fault>,
) -> (Option<String>, Option<String>) {
    (
        wanted(faults, "companies_house_number", company_number.unwrap_or_default(), company, COMPANY_WORDS),
        wanted(faults, "cqc_provider_id", cqc_provider_id.unwrap_or_default(), cqc, CQC_WORDS),
    )
}

/// A number that nothing is known of yet: it is asked about at once.
pub fn unread(
    provider_id: ProviderId,
    entry: RegisterEntry,
    number: String,
    now: Instant,
) -> register_reading::Model {
    register_reading::Model {
        provider_id,
        entry,
        number,
        reading: None,
        read_at: None,
        findings: register_reading::Findings::default(),
        tried_at: None,
        failure: None,
        failures: 0,
        paused_until: None,
        due_at: Some(now),
    }
}

/// A provider gives or changes its identifiers. What a register said of a number that stays, stays; a number that is no
/// longer given is asked about no more.
///
/// # Errors
/// Every identifier that has not its form; more locations than are taken; one given twice.
pub fn change(
    provider: &provider::Model,
    before: Option<&identifiers::Model>,
    readings: &[register_reading::Model],
    new: &NewIdentifiers,
    now: Instant,
) -> Result<Change, Refusal> {
    let mut faults = Vec::new();
    let provider = provider::Model {
        companies_house_number: wanted(
            &mut faults,
            "companies_house_number",
            &new.companies_house_number,
            company,
            COMPANY_WORDS,
        ),
        cqc_provider_id: wanted(&mut faults, "cqc_provider_id", &new.cqc_provider_id, cqc, CQC_WORDS),
        ..provider.clone()
    };
    let mut locations: Vec<String> = Vec::new();
    for (place, text) in new.cqc_locations.iter().enumerate() {
        let field = format!("cqc_locations[{place}]");
        if let Some(location) = wanted(&mut faults, &field, text, cqc, LOCATION_WORDS) {
            if locations.contains(&location) {
                let detail = format!("{location} is given twice.");
                faults.push(Fault { field, detail });
            } else {
                locations.push(location);
            }
        }
    }
    if locations.len() > LOCATIONS_MAX {
        let detail = format!("Give at most {LOCATIONS_MAX} locations.");
        faults.push(Fault { field: "cqc_locations".to_owned(), detail });
    }
    let row = identifiers::Model {
        provider_id: provider.id,
        charity_number: wanted(&mut faults, "charity_number", &new.charity_number, charity, CHARITY_WORDS),
        ppon: wanted(&mut faults, "ppon", &new.ppon, ppon, PPON_WORDS),
        cqc_locations: Locations(locations),
        changed_at: now,
    };
    Refusal::of_all(Code::InvalidField, faults)?;
    let changed = changed(&provider, &row, before, readings);
    let wanted = entries(&provider, Some(&row));
    let mut writes: Vec<Write> = Vec::new();
    for (entry, number) in &wanted {
        let known = readings.iter().find(|r| r.entry == *entry && r.number == *number);
        writes.push(match known {
            Some(known) if known.due_at.is_some() => continue,
            Some(known) => {
                Write::Update(Row::from(register_reading::Model { due_at: Some(now), ..known.clone() }))
            }
            None => Write::Insert(unread(provider.id, *entry, number.clone(), now).into()),
        });
    }
    for known in readings.iter().filter(|r| r.due_at.is_some()) {
        if !wanted.iter().any(|(entry, number)| known.entry == *entry && known.number == *number) {
            writes.push(Write::Update(register_reading::Model { due_at: None, ..known.clone() }.into()));
        }
    }
    let mut change =
        Change::new(provider.id, Event::IdentifiersChanged { changed }).update(provider).upsert(row);
    change.writes.extend(writes);
    Ok(change)
}

/// Which of them are different now, for the history.
fn changed(
    provider: &provider::Model,
    now: &identifiers::Model,
    before: Option<&identifiers::Model>,
    readings: &[register_reading::Model],
) -> Vec<String> {
    let asked = |entry, number: Option<&String>| {
        let before = readings.iter().find(|r| r.entry == entry && r.due_at.is_some()).map(|r| &r.number);
        before != number
    };
    let none = Locations::default();
    [
        ("Companies House number", asked(RegisterEntry::Company, provider.companies_house_number.as_ref())),
        ("CQC provider ID", asked(RegisterEntry::CqcProvider, provider.cqc_provider_id.as_ref())),
        ("charity number", before.and_then(|b| b.charity_number.as_ref()) != now.charity_number.as_ref()),
        ("PPON", before.and_then(|b| b.ppon.as_ref()) != now.ppon.as_ref()),
        ("CQC locations", before.map_or(&none, |b| &b.cqc_locations) != &now.cqc_locations),
    ]
    .into_iter()
    .filter(|(_, differs)| *differs)
    .map(|(name, _)| name.to_owned())
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_companys_number_has_eight_characters_and_is_padded() {
        for (typed, read) in [
            ("1234567", Some("01234567")),
            (" 01 234 567 ", Some("01234567")),
            ("7", Some("00000007")),
            ("sc123456", Some("SC123456")),
            ("NI 12345", Some("NI012345")),
            ("OC300001", Some("OC300001")),
            ("CE000001", Some("CE000001")),
            ("IP12345R", Some("IP12345R")),
            ("SP1234RS", Some("SP1234RS")),
            ("00000000", None),
            ("123456789", None),
            ("ZZ123456", None),
            ("SC1234567", None),
            ("SCABCDEF", None),
            ("12A45678", None),
            ("é", None),
        ] {
            assert_eq!(company(typed).as_deref(), read, "{typed}");
        }
    }

    #[test]
    fn a_charitys_number_is_of_one_of_three_registers() {
        for (typed, read) in [
            ("1234567", Some("1234567")),
            ("234 567", Some("234567")),
            ("1234567-1", Some("1234567-1")),
            ("sc012345", Some("SC012345")),
            ("NIC100001", Some("NIC100001")),
            ("12345", None),
            ("12345678", None),
            ("1234567-0", None),
            ("1234567-", None),
            ("SC123456", None),
            ("NI100001", None),
        ] {
            assert_eq!(charity(typed).as_deref(), read, "{typed}");
        }
        assert_eq!(commission_number("1234567"), Some(("1234567", "0")));
        assert_eq!(commission_number("1234567-2"), Some(("1234567", "2")));
        assert_eq!((commission_number("SC012345"), commission_number("NIC100001")), (None, None));
    }

    #[test]
    fn a_ppon_is_four_letters_four_digits_and_four_letters() {
        for (typed, read) in [
            ("PABC-1234-DEFG", Some("PABC-1234-DEFG")),
            ("pabc1234defg", Some("PABC-1234-DEFG")),
            ("GB-PPON-PABC-1234-DEFG", Some("PABC-1234-DEFG")),
            ("gb-ppon:PABC-1234-DEFG", Some("PABC-1234-DEFG")),
            ("PABC-123-DEFGH", None),
            ("PABC-1234-DEF", None),
            ("PAB1-1234-DEFG", None),
            ("PABC-12E4-DEFG", None),
            ("", None),
        ] {
            assert_eq!(ppon(typed).as_deref(), read, "{typed}");
        }
    }

    #[test]
    fn an_id_of_the_cqc_is_one_and_nine_to_eleven_digits() {
        for (typed, fits) in [
            ("1-123456789", true),
            (" 1-12345678901 ", true),
            ("1-12345678", false),
            ("1-123456789012", false),
            ("2-123456789", false),
            ("1123456789", false),
        ] {
            assert_eq!(cqc(typed).is_some(), fits, "{typed}");
        }
    }

    fn provider() -> provider::Model {
        provider::Model {
            id: ProviderId::new(),
            name: "Acorn Example Care".to_owned(),
            companies_house_number: Some("01234567".to_owned()),
            cqc_provider_id: None,
            outward_code: "ST16".to_owned(),
            registered_at: Instant::from_milliseconds(0),
        }
    }

    #[test]
    fn every_identifier_that_is_wrong_is_named_at_once() {
        let new = NewIdentifiers {
            companies_house_number: "12345678X".to_owned(),
            charity_number: "1".to_owned(),
            ppon: "X".to_owned(),
            cqc_provider_id: "1-1".to_owned(),
            cqc_locations: vec!["1-123456789".to_owned(), "1-123456789".to_owned(), "no".to_owned()],
        };
        let refused =
            change(&provider(), None, &[], &new, Instant::from_milliseconds(1)).expect_err("refused");
        let fields: Vec<_> = refused.faults.iter().map(|fault| fault.field.as_str()).collect();
        let all = [
            "companies_house_number",
            "cqc_provider_id",
            "cqc_locations[1]",
            "cqc_locations[2]",
            "charity_number",
            "ppon",
        ];
        assert_eq!(fields, all);
    }

    #[test]
    fn a_number_that_is_no_longer_given_is_asked_about_no_more_and_one_that_stays_keeps_its_answer() {
        let now = Instant::from_milliseconds(5);
        let provider = provider();
        let old =
            |entry, number: &str| unread(provider.id, entry, number.to_owned(), now.plus_milliseconds(-4));
        let readings =
            [old(RegisterEntry::Company, "01234567"), old(RegisterEntry::CqcLocation, "1-111111111")];
        let new = NewIdentifiers {
            companies_house_number: "1234567".to_owned(),
            cqc_locations: vec!["1-222222222".to_owned()],
            ..NewIdentifiers::default()
        };
        let change = change(&provider, None, &readings, &new, now).expect("a change");
        let of = |write: &Write| match write {
            Write::Insert(Row::RegisterReading(row)) => Some(("asked", row.number.clone(), row.due_at)),
            Write::Update(Row::RegisterReading(row)) => Some(("no more", row.number.clone(), row.due_at)),
            _ => None,
        };
        let readings: Vec<_> = change.writes.iter().filter_map(of).collect();
        let wanted =
            [("asked", "1-222222222".to_owned(), Some(now)), ("no more", "1-111111111".to_owned(), None)];
        assert_eq!(readings, wanted);
    }
}
