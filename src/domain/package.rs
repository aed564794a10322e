//! What an advert may say of a person: nothing by which they can be found.
//!
//! An advert is pseudonymised and still special category data (UK GDPR Arts 4(5), 5(1)(c) and 9), read by
//! every member of the category. So its words are searched for leaks before they are published. What has a
//! form of its own (a full postcode, a telephone number) is refused outright. Names are found by a list and
//! by the words around them, which errs both ways: a person looks, and records why a word may stay.

pub mod typed;

use super::{
    change::Change,
    disclosure::package::PackageForm,
    event::Event,
    pricing,
    refusal::{Code, Fault, Refusal},
};
use entity::{category, offer::Quantities, package, vocabulary::*};
use regex::{Captures, Regex};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::LazyLock,
};

/// What was found.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum LeakKind {
    Name,
    Postcode,
    DateOfBirth,
    Phone,
    Email,
    NhsNumber,
}

impl LeakKind {
    /// What to do about it.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Name => {
                "This may be a name. Write “the person” or “a relative”, or record why it may stay."
            }
            Self::Postcode => "This may be a full postcode. Give no more than the first half, such as ST16.",
            Self::DateOfBirth => "This may be a date of birth. The age band says enough.",
            Self::Phone => "This may be a telephone number. Leave it out: questions go through the advert.",
            Self::Email => "This may be an email address. Leave it out: questions go through the advert.",
            Self::NhsNumber => "This may be an NHS number. Leave it out.",
        }
    }

    /// Whether a person who has looked may let it stand.
    pub const fn may_be_considered(self) -> bool {
        matches!(self, Self::Name)
    }
}

/// Words that may identify the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Leak {
    pub kind: LeakKind,
    /// Where it stands, such as `needs`.
    pub field: String,
    /// The words found.
    pub text: String,
    pub advice: String,
}

/// Everything in the text that may identify the person, in the order in which it stands there; what is
/// repeated is told once.
pub fn leaks(field: &str, text: &str) -> Vec<Leak> {
    let mut search = Search { rest: text.to_owned(), well_known: well_known(text), found: Vec::new() };
    search.emails();
    search.nhs_numbers();
    search.times();
    search.dates_of_birth();
    search.phones();
    search.postcodes();
    search.names();

    search.found.sort_by_key(|(kind, range)| (range.start, *kind));
    let mut told = BTreeSet::new();
    search
        .found
        .into_iter()
        .filter_map(|(kind, range)| Some((kind, text.get(range)?.trim())))
        .filter(|(kind, text)| told.insert((*kind, text.to_lowercase())))
        .map(|(kind, text)| Leak {
            kind,
            field: field.to_owned(),
            text: text.to_owned(),
            advice: kind.advice().to_owned(),
        })
        .collect()
}

/// Whether an advert with these leaks may be published. Names alone may stand, where somebody has recorded
/// why.
///
/// # Errors
/// `advert_may_identify`, with every leak that stops it.
pub fn may_publish(leaks: &[Leak], considered: Option<&str>) -> Result<(), Refusal> {
    let considered = considered.is_some_and(|reason| !reason.trim().is_empty());
    let faults = leaks
        .iter()
        .filter(|leak| !(considered && leak.kind.may_be_considered()))
        .map(|leak| Fault {
            field: leak.field.clone(), detail: format!("“{}”: {}", leak.text, leak.advice)
        })
        .collect();
    Refusal::of_all(Code::AdvertMayIdentify, faults)
}

/// The outward half of a postcode, in capitals: `ST16`.
///
/// # Errors
/// `advert_may_identify` for a full postcode, `invalid_field` for what is no outward code.
pub fn outward_code(text: &str) -> Result<String, Refusal> {
    let code = text.trim().to_uppercase();
    let (code_of, detail) = if OUTWARD.is_match(&code) {
        return Ok(code);
    } else if POSTCODE.is_match(&code) {
        (Code::AdvertMayIdentify, LeakKind::Postcode.advice())
    } else {
        (Code::InvalidField, "Give the first half of a postcode, such as ST16.")
    };
    Err(Refusal::new(code_of, detail).at("outward_code"))
}

#[expect(clippy::expect_used, reason = "every pattern is a constant, and the tests use each of them")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern")
}

const MONTH: &str =
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?:uary|ruary|ch|il|ust|ember|ober)?\.?";

static EMAIL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)[\p{L}\d._%+'-]+\s?(?:@|[(\[]\s?at\s?[)\]])\s?[\p{L}\d-]+(?:\.[\p{L}\d-]+)+")
});

/// Only the letters that the Post Office uses in each place, so that fewer other things look like one.
static POSTCODE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)\b[A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]?[ \x{a0}\t.-]{0,3}\d[ABD-HJLNP-UW-Z]{2}\b")
});

/// What ends like a postcode and is none: `group B1, 2nd floor`, `level E2 3hr`.
const NO_INWARD_CODE: &[&str] = &["1st", "2nd", "3rd", "hr"];

static OUTWARD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d{1,2}|\d[A-HJKPSTUW]|[A-HK-Y]\d[ABEHMNPRVWXY])$")
});

static PHONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?:\+[ \x{a0}]?44|\b0)(?:[ \x{a0}\t().–-]{0,3}\d){8,13}\b|\b7\d{3}[ -]?\d{3}[ -]?\d{3}\b")
});

/// `0700-1500`, `07.00 – 15.00`: the hours of a visit.
static TIMES: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b[0-2]\d[.:]?[0-5]\d\s?[-–]\s?[0-2]\d[.:]?[0-5]\d\b"));

static TEN_DIGITS: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b[1-9]\d{2}[\s.-]?\d{3}[\s.-]?\d{4}\b"));

static NHS_LABELLED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)\bNHS\s*(?:no\.?|number|num\.?|id|#)?\s*(?:is|:|-)?\s*(?P<number>\d(?:[\s.-]?\d){9})\b")
});

/// A whole date, day, month and year, in the ways that people write it; the year is the group that matched.
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    let (day, month, year) =
        (r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?", r"(?:0?[1-9]|1[0-2])", r"((?:19|20)\d\d)");
    let separator = r"(?:\s?[/.-]\s?|\s)";
    let ways = [
        format!(r"\d{{1,2}}{separator}\d{{1,2}}{separator}{year}"),
        format!(r"{year}[/.-]\d{{1,2}}[/.-]\d{{1,2}}"),
        format!(r"{day}(?:\s+of)?[\s-]*{MONTH},?[\s-]*{year}"),
        format!(r"{MONTH}\s+{day},?\s+{year}"),
        // With two digits of a year, only what is punctuated alike throughout: `07.00-09` is no date.
        format!(r"{day}/{month}/(\d\d)"),
        format!(r"{day}\.{month}\.(\d\d)"),
        format!(r"{day}-(?:{month}|{MONTH})-(\d\d)"),
        format!(r"{day}\s+{MONTH}\s+['’](\d\d)"),
    ];
    pattern(&format!(r"(?i)\b(?:{})\b", ways.join("|")))
});

/// Words that speak of a birth, and the date or the year that follows.
static BIRTH: LazyLock<Regex> = LazyLock::new(|| {
    let (day, year) = (r"\d{1,2}(?:st|nd|rd|th)?", r"(?:[\s/.,-]*['’]?(?:(?:19|20)\d\d|\d\d))?");
    let ways = [
        format!(r"{day}(?:\s+of)?[\s-]*{MONTH}{year}"),
        format!(r"{MONTH}\s+{day}{year}"),
        format!(r"\d{{1,2}}\s?[/.-]\s?\d{{1,2}}{year}"),
        r"\d{1,2}\s\d{1,2}\s(?:(?:19|20)\d\d|\d\d)".to_owned(),
        r"(?:19|20)\d\d".to_owned(),
        r"\d{6}(?:\d\d)?".to_owned(),
    ];
    let before = [
        r"(?:d\.?\s?o\.?\s?b\b\.?|date\s+of\s+birth|birth\s?date|birthday|born)(?:\s+(?:is|was|on|in|the|falls)\b|[\s:,(-])*",
        r"(?:turn(?:s|ed|ing)?|will\s+be)\s+\d{1,3}\s+(?:years\s+old\s+)?on\s+(?:the\s+)?",
    ];
    pattern(&format!(r"(?i)\b(?:{})(?:{})\b", before.join("|"), ways.join("|")))
});

/// `Mr Smith`, `Mrs A. Patel`, `Dr Jones`. `MS` is left alone: it is an illness.
static TITLE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:(?i:mr|mrs|dr|prof|rev|revd)|Ms|Miss|Mx|Professor|Reverend|Sir|Dame)\.?\s+(?:\p{Lu}\.?\s+){0,2}(?P<name>\p{Lu}[\p{L}'’-]+)|\b(?i:mr|mrs)\.?\s+\p{Ll}[\p{L}'’-]+",
    )
});

/// `her son Daniel`, `their social worker, Zofia`: a capital where a sentence has none.
static RELATION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:son|daughter|mother|mum|mam|father|dad|parents|brother|sister|wife|husband|partner|spouse|girlfriend|boyfriend|fiancée?|grandmother|grandfather|gran|nan|granddad|grandad|grandson|granddaughter|aunt|auntie|uncle|niece|nephew|cousin|friend|neighbour|carer|worker|advocate|landlord|landlady|housemate|flatmate)s?(?:\s+(?:is|was|called|named))?(?:,\s*|\s*\(|\s+)(?P<name>\p{Lu}\p{Ll}[\p{L}'’-]*)",
    )
});

/// `called Daniel`, `her name is Zofia`.
static CALLED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"\b(?i:called|named|known\s+as|nicknamed|name\s+is|name['’]s|name:)\s+["'“‘]?(?P<name>\p{Lu}\p{Ll}[\p{L}'’-]*)"#,
    )
});

static WORD: LazyLock<Regex> = LazyLock::new(|| pattern(r"\p{L}[\p{L}'’-]*"));

/// Nobody born later is an adult before 2031: a whole date up to this year is taken for a date of birth, and
/// a later one for a date of the care.
const BIRTH_YEAR_MAX: u32 = 2012;

/// Two digits of a year: `31` to `99` are of the last century.
const LAST_CENTURY_FROM: u32 = 31;

/// How sure it is that a word is a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sureness {
    /// A name wherever it stands.
    Name,
    /// A word as well.
    Word,
    /// A place, a month or a brand as well.
    Place,
}

/// Common first names in lower case.
static FIRST_NAMES: LazyLock<BTreeMap<String, Sureness>> = LazyLock::new(|| {
    include_str!("first_names.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace)
        .map(|entry| {
            let sureness = match entry.chars().next_back() {
                Some('?') => Sureness::Word,
                Some('~') => Sureness::Place,
                _ => Sureness::Name,
            };
            (entry.trim_end_matches(['?', '~']).to_lowercase(), sureness)
        })
        .collect()
});

/// Words in capitals that follow a relation or a name without being one.
const NOT_NAMES: &str = "\
    Adult African And April Arabic Asian Assessment Assistant August Bengali Board Braille \
    British Bulgarian But Cantonese Care Carers Catholic Chinese Christian Christmas \
    Commissioner Community Council Daily Day December Direct During Each Easter English European \
    Every Family Farsi February For French Friday From German Greek Gujarati He Health Her Hindi \
    Hindu His Home Housing If In Indian Irish Is It Italian January Jewish July June Kurdish \
    Lead Learning Makaton Mandarin March May Mental Monday Muslim Must Needs Night No November \
    October Of Our Outreach Pakistani Panel Pathway Pension Persian Personal Plan Please Polish \
    Portuguese Project Provider Punjabi Romanian Russian Saturday Scottish September Service \
    Services Shared She Sign Sikh Social Somali Spanish Staff Sunday Support Supported Team The \
    Their There They This Thursday To Transport Tuesday Turkish Ukrainian Urdu Visits Wednesday \
    Welsh When Who Will With Young";

/// What follows a name that is a place's or an organisation's.
const PLACE_WORDS: &str = "\
    academy association avenue bank borough bridge cathedral center centre charity church clinic \
    close club college common council county court crescent day disease drive estate farm fields \
    foundation gardens green group grove hall heath hill homes hospice hospital house island \
    lane library limited lodge ltd market mews mosque park place plc road room rooms scale \
    scheme school services society square station street surgery syndrome temple terrace test \
    theatre tower training trust unit university view villa ward way wood";

/// What goes before a name that is a saint's, a ruler's or a hospital's.
const DEDICATIONS: &[&str] = &["st", "saint", "king", "queen", "prince", "princess", "duke"];

/// People whom an advert may well name, none of them the person.
const WELL_KNOWN: &[&str] = &[
    "doctor who",
    "dr who",
    "father christmas",
    "florence nightingale",
    "harry potter",
    "jack russell",
    "john lewis",
    "leonard cheshire",
    "marie curie",
    "mary seacole",
    "oliver mcgowan",
    "peppa pig",
    "postman pat",
    "sue ryder",
    "thomas the tank",
];

/// What only a person does: the verb that follows tells `Grace enjoys` from `grace and favour`.
const PERSON_VERBS: &str = "\
    attends becomes communicates dislikes eats enjoys feels finds goes hates likes lives loves \
    moved needs prefers requires says sleeps speaks struggles suffers understands uses walks \
    wants wishes";

/// The search of one text.
struct Search {
    /// The text, with what was found blanked out, so that nothing is found as two things.
    rest: String,
    /// Where somebody well known is named, by their first or by their second name.
    well_known: Vec<Range<usize>>,
    found: Vec<(LeakKind, Range<usize>)>,
}

impl Search {
    fn take(&mut self, kind: Option<LeakKind>, range: Range<usize>) {
        self.rest.replace_range(range.clone(), &" ".repeat(range.len()));
        self.found.extend(kind.map(|kind| (kind, range)));
    }

    fn take_all(&mut self, kind: LeakKind, pattern: &Regex, is: impl Fn(&str) -> bool) {
        let found: Vec<_> =
            pattern.find_iter(&self.rest).filter(|m| is(m.as_str())).map(|m| m.range()).collect();
        for range in found {
            self.take(Some(kind), range);
        }
    }

    fn emails(&mut self) {
        self.take_all(LeakKind::Email, &EMAIL, |_| true);
    }

    fn nhs_numbers(&mut self) {
        self.take_all(LeakKind::NhsNumber, &NHS_LABELLED, |_| true);
        self.take_all(LeakKind::NhsNumber, &TEN_DIGITS, |text| is_nhs_number(&digits(text)));
    }

    fn postcodes(&mut self) {
        self.take_all(LeakKind::Postcode, &POSTCODE, |text| {
            let counts = NO_INWARD_CODE.iter().any(|end| text.ends_with(end));
            !(counts && text.starts_with(char::is_uppercase))
        });
    }

    fn phones(&mut self) {
        self.take_all(LeakKind::Phone, &PHONE, |text| {
            let dialled = digits(text);
            let national = match dialled.strip_prefix("0044") {
                Some(rest) => rest,
                None if text.starts_with('+') => dialled.get(2..).unwrap_or_default(),
                None => &dialled,
            };
            let national = national.strip_prefix('0').unwrap_or(national);
            (9..=10).contains(&national.len())
        });
    }

    /// Hours are blanked: their digits are neither a date nor a telephone number. Digits before them make
    /// them a part of something longer.
    fn times(&mut self) {
        let times: Vec<_> = TIMES.find_iter(&self.rest).map(|m| m.range()).collect();
        for range in times {
            let before = self.rest.get(..range.start).unwrap_or_default().trim_end();
            if !before.ends_with(|c: char| c.is_ascii_digit() || c == '-') {
                self.take(None, range);
            }
        }
    }

    /// Dates that are not of a birth are blanked too: their digits are no telephone number.
    fn dates_of_birth(&mut self) {
        self.take_all(LeakKind::DateOfBirth, &BIRTH, |_| true);
        let dates: Vec<_> = DATE
            .captures_iter(&self.rest)
            .filter_map(|date| Some((date.get(0)?.range(), is_early(&date))))
            .collect();
        for (range, early) in dates {
            self.take(early.then_some(LeakKind::DateOfBirth), range);
        }
    }

    fn names(&mut self) {
        let mut names: Vec<Range<usize>> = TITLE
            .captures_iter(&self.rest)
            .filter(|c| c.name("name").is_none_or(|name| !is_not_name(name.as_str())))
            .filter_map(|c| Some(c.get(0)?.range()))
            .filter(|range| !self.is_well_known(range))
            .collect();
        for around in [&RELATION, &CALLED] {
            names.extend(
                around
                    .captures_iter(&self.rest)
                    .filter_map(|c| c.name("name"))
                    .filter(|m| !is_not_name(bare(m.as_str())))
                    .map(|m| m.start()..m.start() + bare(m.as_str()).len())
                    .filter(|range| !self.of_a_place(range) && !self.is_well_known(range)),
            );
        }
        names.extend(WORD.find_iter(&self.rest).filter_map(|m| self.first_name(m.range())));
        names.sort_by_key(|range| (range.start, range.end));
        for range in names {
            // One stretch of text is one leak: `Mrs Jane Smith` is not three.
            match self.found.last_mut() {
                Some((LeakKind::Name, last)) if range.start < last.end => {
                    last.end = last.end.max(range.end);
                }
                _ => self.found.push((LeakKind::Name, range)),
            }
        }
    }

    /// The stretch that a word of the list begins, if it is taken for a name.
    fn first_name(&self, word: Range<usize>) -> Option<Range<usize>> {
        let text = bare(self.rest.get(word.clone())?);
        let first = text.split('-').next().unwrap_or(text);
        let listed = |name: &str| FIRST_NAMES.get(&name.to_lowercase()).copied();
        let sureness = listed(text).or_else(|| listed(first))?;
        let range = word.start..word.start + text.len();
        let capital = is_capitalised(text);
        let does = self.words_after(&range).next().is_some_and(|next| lists(PERSON_VERBS, next));
        let is_name = match sureness {
            Sureness::Name => true,
            Sureness::Word => capital && (does || !self.begins_sentence(&range)),
            Sureness::Place => capital && does,
        };
        if !is_name || self.of_a_place(&range) || self.is_well_known(&range) {
            return None;
        }
        Some(range.start..self.surname_end(&range))
    }

    /// The end of a surname that follows, or of the first name.
    fn surname_end(&self, first: &Range<usize>) -> usize {
        let after = self.rest.get(first.end..).unwrap_or_default();
        after
            .strip_prefix(' ')
            .and_then(|next| WORD.find(next).filter(|m| m.start() == 0))
            .map(|m| bare(m.as_str()))
            .filter(|next| is_capitalised(next) && !is_not_name(next))
            .map_or(first.end, |surname| first.end + 1 + surname.len())
    }

    fn words_after(&self, range: &Range<usize>) -> impl Iterator<Item = &str> {
        let after = self.rest.get(range.end..).unwrap_or_default();
        let after = after.split(['.', ',', ';', ':', '\n', '!', '?', '(']).next().unwrap_or_default();
        after.split_whitespace().filter(|word| !matches!(*word, "'s" | "’s"))
    }

    /// `Victoria Road`, `Douglas Bader Centre`, `St Mary’s`, `Queen Elizabeth Hospital`.
    fn of_a_place(&self, range: &Range<usize>) -> bool {
        let before = self.rest.get(..range.start).unwrap_or_default().trim_end_matches(' ');
        let last = before.rsplit(|c: char| !c.is_alphabetic() && c != '.').next().unwrap_or_default();
        if DEDICATIONS.contains(&last.trim_end_matches('.').to_lowercase().as_str()) {
            return true;
        }
        self.words_after(range)
            .take(3)
            .take_while(|word| is_capitalised(word))
            .any(|word| lists(PLACE_WORDS, &word.to_lowercase()))
    }

    fn is_well_known(&self, range: &Range<usize>) -> bool {
        self.well_known.iter().any(|known| known.start < range.end && range.start < known.end)
    }

    fn begins_sentence(&self, range: &Range<usize>) -> bool {
        let before = self.rest.get(..range.start).unwrap_or_default();
        let before = before.trim_end_matches([' ', '"', '“', '‘', '\'', '(', '*', '\t']);
        before.is_empty() || before.ends_with(['.', '!', '?', ':', ';', '\n', '\r', '•', '-', '–', '—'])
    }
}

fn well_known(text: &str) -> Vec<Range<usize>> {
    let lower = text.to_ascii_lowercase();
    WELL_KNOWN
        .iter()
        .flat_map(|known| lower.match_indices(known))
        .map(|(at, known)| at..at + known.len())
        .collect()
}

/// Whether a word stands in a list of words with spaces between.
fn lists(words: &str, word: &str) -> bool {
    words.split(' ').any(|listed| listed == word)
}

fn is_not_name(word: &str) -> bool {
    lists(NOT_NAMES, word)
}

/// A word without the possessive: `Daniel’s` is Daniel.
fn bare(word: &str) -> &str {
    let word = word.trim_end_matches(['\'', '’', '-']);
    word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word)
}

/// A capital and then small letters.
fn is_capitalised(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.any(char::is_lowercase)
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Ten digits of which the last checks the others, modulo 11 (NHS Data Dictionary, NHS NUMBER).
fn is_nhs_number(number: &str) -> bool {
    let digits: Vec<u32> = number.chars().filter_map(|c| c.to_digit(10)).collect();
    let [first @ .., check] = digits.as_slice() else {
        return false;
    };
    let sum: u32 = first.iter().zip((2..=10).rev()).map(|(digit, weight)| digit * weight).sum();
    first.len() == 9 && (11 - sum % 11) % 11 == *check
}

/// Whether a date is one on which an adult may have been born.
fn is_early(date: &Captures<'_>) -> bool {
    date.iter().skip(1).flatten().next().and_then(|year| year.as_str().parse::<u32>().ok()).is_some_and(
        |year| match year {
            0..LAST_CENTURY_FROM => year + 2000 <= BIRTH_YEAR_MAX,
            LAST_CENTURY_FROM..100 => true,
            _ => year <= BIRTH_YEAR_MAX,
        },
    )
}

/// The longest title, in characters.
pub const TITLE_MAX: usize = 120;
/// The longest pen picture, in characters.
pub const NEEDS_MAX: usize = 4000;
/// The longest case number, in characters.
pub const REFERENCE_MAX: usize = 60;
/// The longest initial term, in weeks: ten years.
pub const TERM_WEEKS_MAX: i32 = 520;

/// What in a package's published words may identify the person.
pub fn leaks_of(package: &package::Model) -> Vec<Leak> {
    let mut found = leaks("title", &package.title);
    found.extend(leaks("needs", &package.needs));
    found
}

/// A broker writes a package.
///
/// # Errors
/// Every field that is missing, too long or out of bounds; quantities that do not fit the category.
pub fn draft(
    category: &category::Model,
    authority_id: AuthorityId,
    by: AccountId,
    form: PackageForm,
    now: Instant,
) -> Result<Change, Refusal> {
    let outward_code = check(category, &form, now)?;
    let package = package::Model {
        id: PackageId::new(),
        authority_id,
        category_id: form.category_id,
        person_reference: form.person_reference,
        title: form.title,
        needs: form.needs,
        outward_code,
        age_band: form.age_band,
        quantities: Quantities(form.quantities),
        starts_on: form.starts_on,
        initial_term_weeks: form.initial_term_weeks,
        preference: form.preference,
        drafted_by: by,
        drafted_at: now,
        revision: 1,
    };
    Ok(Change::new(package.id, Event::PackageDrafted).insert(package))
}

/// A broker changes a package, unless somebody else has changed it since `revision`.
///
/// # Errors
/// As [`draft`], and `revision_stale`.
pub fn revise(
    category: &category::Model,
    before: &package::Model,
    revision: i32,
    form: PackageForm,
    now: Instant,
) -> Result<Change, Refusal> {
    if revision != before.revision {
        return Err(Refusal::new(
            Code::RevisionStale,
            "Somebody else changed this package meanwhile: load it again, then make your change.",
        ));
    }
    let outward_code = check(category, &form, now)?;
    let package = package::Model {
        category_id: form.category_id,
        person_reference: form.person_reference,
        title: form.title,
        needs: form.needs,
        outward_code,
        age_band: form.age_band,
        quantities: Quantities(form.quantities),
        starts_on: form.starts_on,
        initial_term_weeks: form.initial_term_weeks,
        preference: form.preference,
        revision: before.revision + 1,
        ..before.clone()
    };
    let event = Event::PackageRevised { revision: package.revision };
    Ok(Change::new(package.id, event).update(package))
}

fn within(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.trim().chars().count())
}

fn unless(ok: bool, field: &str, detail: impl FnOnce() -> String) -> Option<Fault> {
    (!ok).then(|| Fault { field: field.to_owned(), detail: detail() })
}

fn wrong_title(text: &str) -> Option<Fault> {
    unless(within(text, TITLE_MAX), "title", || format!("Enter a title, in at most {TITLE_MAX} characters."))
}

fn wrong_needs(text: &str) -> Option<Fault> {
    unless(within(text, NEEDS_MAX), "needs", || {
        format!("Say what is needed, in at most {NEEDS_MAX} characters.")
    })
}

fn wrong_reference(text: &str) -> Option<Fault> {
    unless(within(text, REFERENCE_MAX), "person_reference", || {
        format!("Enter your own case number, in at most {REFERENCE_MAX} characters.")
    })
}

fn wrong_preference(text: Option<&str>) -> Option<Fault> {
    unless(text.is_none_or(|text| text.chars().count() <= NEEDS_MAX), "preference", || {
        format!("Say what the person prefers in at most {NEEDS_MAX} characters.")
    })
}

fn wrong_term(weeks: i32) -> Option<Fault> {
    unless((1..=TERM_WEEKS_MAX).contains(&weeks), "initial_term_weeks", || {
        format!("Enter an initial term of 1 to {TERM_WEEKS_MAX} weeks.")
    })
}

fn wrong_start(day: Day, now: Instant) -> Option<Fault> {
    unless(day >= now.london_day(), "starts_on", || "Enter a start date that is not in the past.".to_owned())
}

/// Whether a package, or an advert that is corrected, says what it must. Returns the outward code in capitals.
pub(super) fn check(category: &category::Model, form: &PackageForm, now: Instant) -> Result<String, Refusal> {
    let wrong = [
        wrong_title(&form.title),
        wrong_needs(&form.needs),
        wrong_reference(&form.person_reference),
        wrong_preference(form.preference.as_deref()),
        wrong_term(form.initial_term_weeks),
        wrong_start(form.starts_on, now),
    ];
    let faults = wrong.into_iter().flatten().collect();
    Refusal::of_all(Code::InvalidField, faults)?;
    pricing::check_quantities(&category.terms.lines, &form.quantities)?;
    outward_code(&form.outward_code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(LeakKind, String)> {
        leaks("needs", text).into_iter().map(|leak| (leak.kind, leak.text)).collect()
    }

    fn assert_found(kind: LeakKind, cases: &[(&str, &str)]) {
        for (text, leak) in cases {
            assert_eq!(found(text), [(kind, (*leak).to_owned())], "{text}");
        }
    }

    #[test]
    fn a_pen_picture_that_gives_nobody_away_has_no_leaks() {
        for text in [
            "A man in his thirties with a learning disability and autism. He enjoys swimming and football, and needs 35 hours of support and 7 sleep-in nights a week in Stafford (ST16).",
            "Support is needed from 4 January 2027, 07:00-15:00 and 0700-1500, with 2:1 support at times. Will the provider drive? May need transport. Mark each visit in the log.",
            "She has Down's syndrome, Parkinson's disease and MS. MS Society advice applies. Speaks Polish; her mother speaks English. Her mother English, her father Polish.",
            "Attends St Mary's Church and the Victoria Road day centre, near the Queen Elizabeth Hospital and Thomas Street. Oliver McGowan Training is required.",
            "Staffordshire County Council, Cabinet of 15 January 2020. Contract review 12/01/2027 or 12/01/27, then 2028-04-01. April, May and June are busy; Christmas 2026 too.",
            "Rates of £13.60 to £14.75 an hour and £78 a night; 45 h at £14.10 + 7 nights = £1,194.50; 52 weeks, 104 visits, reference SL-0007.",
            "Born with cerebral palsy; needs 2 staff. Makaton and PECS are used. From 01-02-2026 14 hours a week. Reg 34(16) applies.",
            "With good will and hope, in summer, the rose garden and a robin; carol singing; a grant; to drive a dale and a glen. Grace at meals. Hope for the best.",
            "His social worker, the GP and his sister meet each Monday. Her brother Is abroad. The house is called Oak House. A service called Supported Living.",
            "Needs to miss no meals. Dr appointments. The person, their partner and Team agree. Ratio 1:3 on 5 days. Up to 744 hours. Ask about Jan and Feb rotas.",
            "Hours are 07.00-09.30 35 times and 0700-1500 35 hours; 10.30-12.00. They will be 35 on 12 days.",
            "Group B1 2nd floor, level E2 3hr, flat A1. 3rd visit. See the Dr. He will say.",
            "Watches Doctor Who and Harry Potter, walks a Jack Russell, shops at John Lewis.",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn a_full_postcode_is_found_however_it_is_written() {
        assert_found(
            LeakKind::Postcode,
            &[
                ("Lives at ST16 3AA.", "ST16 3AA"),
                ("near st163aa please", "st163aa"),
                ("SW1A-1AA", "SW1A-1AA"),
                ("M1  1AE is the flat", "M1  1AE"),
                ("EC1A\u{a0}1BB", "EC1A\u{a0}1BB"),
            ],
        );
        for text in ["ST16", "Room B12", "A50 road, 2 miles", "P1 2CV ratio"] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn a_date_of_birth_is_found_by_its_year_or_by_the_words_before_it() {
        assert_found(
            LeakKind::DateOfBirth,
            &[
                ("03/05/1984", "03/05/1984"),
                ("3.5.84", "3.5.84"),
                ("1984-05-03", "1984-05-03"),
                ("on 3rd of May 1984 he", "3rd of May 1984"),
                ("May 3, 1984", "May 3, 1984"),
                ("03-MAY-84", "03-MAY-84"),
                ("3 May ’84", "3 May ’84"),
                ("03 05 1984", "03 05 1984"),
                ("DOB: 030584", "DOB: 030584"),
                ("d.o.b. 3/5/1984", "d.o.b. 3/5/1984"),
                ("Date of birth 3 September 1950", "Date of birth 3 September 1950"),
                ("born on 3 May", "born on 3 May"),
                ("She was born in 1961 and", "born in 1961"),
                ("birthday is the 12th of March", "birthday is the 12th of March"),
                ("turns 40 on 3 May", "turns 40 on 3 May"),
            ],
        );
    }

    #[test]
    fn a_telephone_number_is_found_however_it_is_spaced() {
        assert_found(
            LeakKind::Phone,
            &[
                ("Ring 01785 223121.", "01785 223121"),
                ("(01785) 22 31 21", "01785) 22 31 21"),
                ("07700 900123 after six", "07700 900123"),
                ("07700-900-123", "07700-900-123"),
                ("+44 7700 900123", "+44 7700 900123"),
                ("+44 (0)1785 223121", "+44 (0)1785 223121"),
                ("0044 7700 900123", "0044 7700 900123"),
                ("7700 900123", "7700 900123"),
                ("020 7946 0018", "020 7946 0018"),
                ("020 1946-0018", "020 1946-0018"),
                ("0700-1500 01785 223121", "01785 223121"),
            ],
        );
    }

    #[test]
    fn an_email_address_and_an_nhs_number_are_found() {
        assert_found(
            LeakKind::Email,
            &[
                ("write to daniel.smith@example.org please", "daniel.smith@example.org"),
                ("d.smith (at) example.co.uk", "d.smith (at) example.co.uk"),
            ],
        );
        assert_found(
            LeakKind::NhsNumber,
            &[
                ("943 476 5919", "943 476 5919"),
                ("her number 9434765919 is", "9434765919"),
                ("NHS No: 123 456 7890", "NHS No: 123 456 7890"),
            ],
        );
        assert_eq!(found("invoice 9434765918"), [], "the check digit is wrong");
    }

    #[test]
    fn names_are_found_by_the_list_and_by_the_words_around_them() {
        assert_found(
            LeakKind::Name,
            &[
                ("Daniel enjoys swimming.", "Daniel"),
                ("daniel enjoys swimming.", "daniel"),
                ("DANIEL ENJOYS SWIMMING.", "DANIEL"),
                ("Support for Daniel Smith at home", "Daniel Smith"),
                ("It is Daniel’s house", "Daniel"),
                ("Anne-Marie is happy", "Anne-Marie"),
                ("Lives with her son Daniel.", "Daniel"),
                ("her son Zbigniew visits", "Zbigniew"),
                ("his social worker, Xanthe, knows", "Xanthe"),
                ("prefers to be called Zed", "Zed"),
                ("Her name is Oluwaseun", "Oluwaseun"),
                ("Mr Smith needs help", "Mr Smith"),
                ("mrs jones needs help", "mrs jones"),
                ("See Dr A. Okonkwo first", "Dr A. Okonkwo"),
                ("Mrs Jane Smith lives alone", "Mrs Jane Smith"),
                ("Grace enjoys music.", "Grace"),
                ("He goes out with Will twice", "Will"),
                ("June likes gardening.", "June"),
                ("Mohammed and the team", "Mohammed"),
            ],
        );
        assert_eq!(
            found("Daniel and Priya. Daniel sings; DANIEL dances."),
            [(LeakKind::Name, "Daniel".to_owned()), (LeakKind::Name, "Priya".to_owned())]
        );
    }

    #[test]
    fn everything_is_found_in_one_text_in_its_order() {
        let kinds: Vec<_> =
            found("Mr Smith, born 3 May 1961, of ST16 3AA, 01785 223121, a@example.org, NHS 943 476 5919.")
                .into_iter()
                .map(|(kind, _)| kind)
                .collect();
        assert_eq!(
            kinds,
            [
                LeakKind::Name,
                LeakKind::DateOfBirth,
                LeakKind::Postcode,
                LeakKind::Phone,
                LeakKind::Email,
                LeakKind::NhsNumber
            ]
        );
    }

    #[test]
    fn odd_text_is_searched_without_harm() {
        for text in ["", "   ", "’’’--", "İ Ǆ ß 👩‍🦽 O’Brien’s", "0000000000000000000000", "Daniel’"]
        {
            let _ = leaks("title", text);
        }
    }

    #[test]
    fn only_names_may_be_let_through_and_only_with_a_reason() {
        let name = leaks("needs", "He goes out with Will twice");
        let both = leaks("title", "Daniel, ST16 3AA");
        assert_eq!(may_publish(&[], None), Ok(()));
        assert_eq!(may_publish(&name, Some("Will is the name of the bus.")), Ok(()));
        for (leaks, considered, stopped) in
            [(&name, None, 1), (&name, Some("  "), 1), (&both, None, 2), (&both, Some("A place."), 1)]
        {
            let refusal = may_publish(leaks, considered).unwrap_err();
            assert_eq!(refusal.code, Code::AdvertMayIdentify);
            assert_eq!(refusal.faults.len(), stopped);
        }
        let refusal = may_publish(&both, Some("A place.")).unwrap_err();
        assert_eq!(
            (refusal.field.as_deref(), refusal.detail.as_ref()),
            (
                Some("title"),
                "“ST16 3AA”: This may be a full postcode. Give no more than the first half, such as ST16."
            )
        );
    }

    #[test]
    fn an_outward_code_is_the_first_half_of_a_postcode_and_no_more() {
        for (text, code) in
            [("ST16", "ST16"), (" st16 ", "ST16"), ("M1", "M1"), ("EC1A", "EC1A"), ("W1A", "W1A")]
        {
            assert_eq!(outward_code(text), Ok(code.to_owned()));
        }
        for (text, code) in [
            ("ST16 3AA", Code::AdvertMayIdentify),
            ("st163aa", Code::AdvertMayIdentify),
            ("ST", Code::InvalidField),
            ("", Code::InvalidField),
            ("Stafford", Code::InvalidField),
            ("ST16 3", Code::InvalidField),
        ] {
            assert_eq!(outward_code(text).unwrap_err().code, code, "{text}");
        }
    }

    #[test]
    fn kinds_are_written_in_snake_case() {
        let leak = &leaks("needs", "1984-05-03")[0];
        let json = serde_json::to_value(leak).unwrap();
        assert_eq!(json["kind"], "date_of_birth");
        assert_eq!(serde_json::to_value(LeakKind::NhsNumber).unwrap(), "nhs_number");
    }
}
