//! The registers of others: the Care Quality Commission's, Companies House and the Charity Commission's. What is read of
//! their answers, when each is asked again, and what of it raises a concern. A concern is put before officers; it changes
//! no standing by itself.

use super::{
    change::{Change, Subject},
    enrolment::check_words,
    event::Event,
    identifier::commission_number,
    refusal::{Code, Refusal},
};
use entity::{
    concern, enrolment, identifiers, provider,
    register_reading::{self, Finding, Findings, Reading},
    vocabulary::*,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::time::Duration;

/// A register is asked about a number again so many hours after it answered.
pub const READ_AGAIN_HOURS: i64 = 24;
/// After a failure it is asked again after so many minutes: longer each time, as far as a day.
pub const TRY_AGAIN_MINUTES: [i64; 5] = [15, 60, 4 * 60, 12 * 60, 24 * 60];
/// An officer may have it asked again so many seconds after it was last asked.
pub const ASK_AGAIN_SECONDS: i64 = 60;
/// Whoever asks holds a number for so many seconds: after that, another node may ask.
pub const CLAIM_SECONDS: i64 = 300;
/// A register's wish to be left alone is kept for so many hours at most.
pub const PAUSE_HOURS_MAX: i64 = 24;
/// The largest answer that is read, in bytes.
pub const ANSWER_BYTES_MAX: usize = 1024 * 1024;
/// The longest name or status of an answer that is kept, in characters.
pub const KEPT_MAX: usize = 200;
/// How long a register may take to answer.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Where a register is, and the key with which it is asked. Without a key it is not asked.
#[derive(Clone)]
pub struct Source {
    /// Without a slash at the end.
    pub url: String,
    pub key: Option<String>,
}

/// Where the registers are.
#[derive(Clone)]
pub struct Sources {
    pub cqc: Source,
    pub companies_house: Source,
    pub charity_commission: Source,
    pub patience: Duration,
}

impl Default for Sources {
    /// Where they publish them, without keys: none is asked.
    fn default() -> Self {
        let at = |url: &str| Source { url: url.to_owned(), key: None };
        Self {
            cqc: at("https://api.service.cqc.org.uk/public/v1"),
            companies_house: at("https://api.company-information.service.gov.uk"),
            charity_commission: at("https://api.charitycommission.gov.uk/register/api"),
            patience: PATIENCE,
        }
    }
}

impl Sources {
    /// Where one of them is.
    pub const fn of(&self, register: Register) -> &Source {
        match register {
            Register::Cqc => &self.cqc,
            Register::CompaniesHouse => &self.companies_house,
            Register::CharityCommission => &self.charity_commission,
        }
    }

    /// Those that are asked.
    pub fn asked(&self) -> Vec<Register> {
        Register::ALL.iter().copied().filter(|register| self.of(*register).key.is_some()).collect()
    }
}

/// The path below a register's address at which it answers about a number.
pub fn path(entry: RegisterEntry, number: &str) -> String {
    match entry {
        RegisterEntry::CqcProvider => format!("providers/{number}"),
        RegisterEntry::CqcLocation => format!("locations/{number}"),
        RegisterEntry::Company => format!("company/{number}"),
        RegisterEntry::Charity => {
            let (number, linked) = commission_number(number).unwrap_or((number, "0"));
            format!("charitydetails/{number}/{linked}")
        }
    }
}

/// Everything of a provider that a register is asked about.
pub fn entries(
    of: &provider::Model,
    identifiers: Option<&identifiers::Model>,
) -> Vec<(RegisterEntry, String)> {
    let charity = identifiers.and_then(|known| known.charity_number.clone());
    let locations = identifiers.map(|known| known.cqc_locations.0.clone()).unwrap_or_default();
    let cqc = of.cqc_provider_id.clone().map(|number| (RegisterEntry::CqcProvider, number));
    let company = of.companies_house_number.clone().map(|number| (RegisterEntry::Company, number));
    // Charities of Scotland and Northern Ireland are on registers that are not asked.
    let charity = charity.filter(|n| commission_number(n).is_some()).map(|n| (RegisterEntry::Charity, n));
    let locations = locations.into_iter().map(|number| (RegisterEntry::CqcLocation, number));
    cqc.into_iter().chain(locations).chain(company).chain(charity).collect()
}

/// What a register answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answered {
    Body(Vec<u8>),
    /// It knows nobody of that number.
    NotFound,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CqcProvider {
    provider_id: String,
    name: String,
    registration_status: String,
    deregistration_date: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CqcLocation {
    location_id: String,
    provider_id: String,
    name: String,
    registration_status: String,
    deregistration_date: Option<String>,
    current_ratings: Option<CurrentRatings>,
    assessment: Option<Vec<Assessment>>,
}

#[derive(Deserialize)]
struct CurrentRatings {
    overall: Option<Overall>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Overall {
    rating: Option<String>,
    report_date: Option<String>,
    /// There where the rating was given to another registration.
    organisation_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Assessment {
    assessment_plan_published_date_time: Option<String>,
    ratings: Option<AssessmentRatings>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AssessmentRatings {
    asg_ratings: Option<Vec<GroupRating>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GroupRating {
    /// Of the service within the location.
    name: Option<String>,
    rating: Option<String>,
    status: Option<String>,
    assessment_plan_status: Option<String>,
    assessment_date: Option<String>,
    organisation_id: Option<String>,
}

#[derive(Deserialize)]
struct Company {
    company_name: String,
    company_number: String,
    company_status: String,
    company_status_detail: Option<String>,
    date_of_cessation: Option<String>,
}

#[derive(Deserialize)]
struct Charity {
    reg_charity_number: i64,
    group_subsid_suffix: i64,
    charity_name: String,
    reg_status: String,
    date_of_removal: Option<String>,
    insolvent: Option<bool>,
    in_administration: Option<bool>,
}

fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, CheckFailure> {
    serde_json::from_slice(body).map_err(|_| CheckFailure::Unreadable)
}

/// A day, with or without a time after it; nothing for an empty text.
fn day(text: Option<&String>) -> Result<Option<Day>, CheckFailure> {
    let Some(text) = text.map(|text| text.trim()).filter(|text| !text.is_empty()) else { return Ok(None) };
    let first = text.get(..10).ok_or(CheckFailure::Unreadable)?;
    first.parse().map(Some).map_err(|_| CheckFailure::Unreadable)
}

fn kept(text: &str) -> String {
    text.trim().chars().take(KEPT_MAX).collect()
}

/// The answer must be about the number that was asked.
fn same(asked: &str, answered: &str) -> Result<(), CheckFailure> {
    if asked.eq_ignore_ascii_case(answered.trim()) { Ok(()) } else { Err(CheckFailure::Unreadable) }
}

/// A rating, however it is spelt; nothing where the CQC has not rated.
fn care_rating(text: Option<&String>) -> Result<Option<CareRating>, CheckFailure> {
    let Some(text) = text.map(|text| text.trim().to_lowercase()) else { return Ok(None) };
    Ok(Some(match text.as_str() {
        "outstanding" => CareRating::Outstanding,
        "good" => CareRating::Good,
        "requires improvement" => CareRating::RequiresImprovement,
        "inadequate" => CareRating::Inadequate,
        ""
        | "inspected but not rated"
        | "not yet inspected"
        | "no published rating"
        | "not rated"
        | "no approved rating"
        | "insufficient evidence to rate"
        | "not applicable"
        | "n/a" => return Ok(None),
        text if text.starts_with("evidence requirements") => return Ok(None),
        _ => return Err(CheckFailure::Unreadable),
    }))
}

struct Rated {
    rating: CareRating,
    on: Option<Day>,
    inherited: bool,
}

/// The rating of a location. It stands in one of two places, by when it was given; where it stands in both, the newer
/// counts. A location with several services has a rating for each in the newer place: the lowest counts.
fn rated(location: &CqcLocation) -> Result<Option<Rated>, CheckFailure> {
    let other = |id: &Option<String>| {
        id.as_ref().is_some_and(|id| !id.trim().is_empty() && !id.eq_ignore_ascii_case(&location.location_id))
    };
    let overall = location.current_ratings.as_ref().and_then(|ratings| ratings.overall.as_ref());
    let older = match overall {
        Some(overall) => care_rating(overall.rating.as_ref())?.map(|rating| (rating, overall)),
        None => None,
    };
    let older = match older {
        Some((rating, of)) => {
            let on = day(of.report_date.as_ref())?;
            Some(Rated { rating, on, inherited: other(&of.organisation_id) })
        }
        None => None,
    };
    let mut newest: Vec<(Option<&String>, Rated)> = Vec::new();
    for assessment in location.assessment.iter().flatten() {
        let groups = assessment.ratings.as_ref().and_then(|ratings| ratings.asg_ratings.as_ref());
        for group in groups.into_iter().flatten() {
            let is = |text: &Option<String>, wanted: &str| {
                text.as_ref().is_none_or(|text| text.eq_ignore_ascii_case(wanted))
            };
            if !is(&group.status, "current") || !is(&group.assessment_plan_status, "active") {
                continue;
            }
            let Some(rating) = care_rating(group.rating.as_ref())? else { continue };
            let published = assessment.assessment_plan_published_date_time.as_ref();
            let on = day(group.assessment_date.as_ref().or(published))?;
            let found = Rated { rating, on, inherited: other(&group.organisation_id) };
            match newest.iter_mut().find(|(name, _)| *name == group.name.as_ref()) {
                Some((_, before)) if before.on < found.on => *before = found,
                Some(_) => {}
                None => newest.push((group.name.as_ref(), found)),
            }
        }
    }
    let newer = newest.into_iter().map(|(_, rated)| rated).max_by_key(|rated| (rated.rating, rated.on));
    Ok(match (older, newer) {
        (Some(older), Some(newer)) if older.on > newer.on => Some(older),
        (older, newer) => newer.or(older),
    })
}

fn cqc_state(status: &str) -> Result<RegisterState, CheckFailure> {
    match status.trim().to_lowercase().as_str() {
        "registered" => Ok(RegisterState::Listed),
        "deregistered" => Ok(RegisterState::Ended),
        _ => Err(CheckFailure::Unreadable),
    }
}

/// The status of a company (the register's own list).
fn company_state(status: &str) -> Result<RegisterState, CheckFailure> {
    match status.trim().to_lowercase().as_str() {
        "active" | "open" | "registered" => Ok(RegisterState::Listed),
        "liquidation"
        | "receivership"
        | "administration"
        | "voluntary-arrangement"
        | "insolvency-proceedings" => Ok(RegisterState::Insolvent),
        "dissolved" | "converted-closed" | "closed" | "removed" => Ok(RegisterState::Ended),
        _ => Err(CheckFailure::Unreadable),
    }
}

/// Reads an answer. A shape that is not known, a field that is missing, words that are not known: none of it is guessed
/// at.
///
/// # Errors
/// It cannot be understood, or is about something else.
pub fn read(entry: RegisterEntry, number: &str, answered: &Answered) -> Result<Reading, CheckFailure> {
    let Answered::Body(body) = answered else {
        return Ok(Reading {
            name: String::new(),
            state: RegisterState::Unknown,
            status: String::new(),
            since: None,
            rating: None,
            rated_on: None,
            inherited: false,
            held_by: None,
        });
    };
    let plain = |name: &str, state, status: &str, since| Reading {
        name: kept(name),
        state,
        status: kept(status),
        since,
        rating: None,
        rated_on: None,
        inherited: false,
        held_by: None,
    };
    match entry {
        RegisterEntry::CqcProvider => {
            let of: CqcProvider = json(body)?;
            same(number, &of.provider_id)?;
            let since = day(of.deregistration_date.as_ref())?;
            Ok(plain(&of.name, cqc_state(&of.registration_status)?, &of.registration_status, since))
        }
        RegisterEntry::CqcLocation => {
            let of: CqcLocation = json(body)?;
            same(number, &of.location_id)?;
            let since = day(of.deregistration_date.as_ref())?;
            let rated = rated(&of)?;
            let read = plain(&of.name, cqc_state(&of.registration_status)?, &of.registration_status, since);
            Ok(Reading {
                rating: rated.as_ref().map(|rated| rated.rating),
                rated_on: rated.as_ref().and_then(|rated| rated.on),
                inherited: rated.is_some_and(|rated| rated.inherited),
                held_by: Some(kept(&of.provider_id)),
                ..read
            })
        }
        RegisterEntry::Company => {
            let of: Company = json(body)?;
            same(number, &of.company_number)?;
            let status = match of.company_status_detail.as_deref().map(str::trim) {
                None | Some("") => of.company_status.clone(),
                Some(detail) => format!("{} ({detail})", of.company_status),
            };
            let since = day(of.date_of_cessation.as_ref())?;
            Ok(plain(&of.company_name, company_state(&of.company_status)?, &status, since))
        }
        RegisterEntry::Charity => {
            let of: Charity = json(body)?;
            let (asked, linked) = commission_number(number).ok_or(CheckFailure::Unreadable)?;
            same(asked, &of.reg_charity_number.to_string())?;
            same(linked, &of.group_subsid_suffix.to_string())?;
            let (state, status) = match of.reg_status.trim().to_lowercase().as_str() {
                "r" | "registered" if of.insolvent == Some(true) => (RegisterState::Insolvent, "insolvent"),
                "r" | "registered" if of.in_administration == Some(true) => {
                    (RegisterState::Insolvent, "in administration")
                }
                "r" | "registered" => (RegisterState::Listed, "registered"),
                "rm" | "removed" => (RegisterState::Ended, "removed"),
                _ => return Err(CheckFailure::Unreadable),
            };
            Ok(plain(&of.charity_name, state, status, day(of.date_of_removal.as_ref())?))
        }
    }
}

/// For how many seconds a register wishes to be left alone: a number of them, or the time until then (RFC 9110 §10.2.3).
pub fn retry_after(text: &str, now: Instant) -> Option<i64> {
    let text = text.trim();
    let seconds = match text.parse::<u32>() {
        Ok(seconds) => i64::from(seconds),
        Err(_) => {
            let then = jiff::fmt::rfc2822::parse(text).ok()?.timestamp().as_millisecond();
            (then - now.milliseconds()).div_euclid(1000) + 1
        }
    };
    Some(seconds.clamp(1, PAUSE_HOURS_MAX * 3600))
}

/// A register's name.
pub const fn register_words(register: Register) -> &'static str {
    match register {
        Register::Cqc => "Care Quality Commission",
        Register::CompaniesHouse => "Companies House",
        Register::CharityCommission => "Charity Commission",
    }
}

/// What a register is asked about.
pub const fn entry_words(entry: RegisterEntry) -> &'static str {
    match entry {
        RegisterEntry::CqcProvider => "provider",
        RegisterEntry::CqcLocation => "location",
        RegisterEntry::Company => "company",
        RegisterEntry::Charity => "charity",
    }
}

/// A rating as the CQC words it.
pub const fn rating_words(rating: CareRating) -> &'static str {
    match rating {
        CareRating::Outstanding => "Outstanding",
        CareRating::Good => "Good",
        CareRating::RequiresImprovement => "Requires improvement",
        CareRating::Inadequate => "Inadequate",
    }
}

/// Why a register could not be read, in words.
pub const fn failure_words(failure: CheckFailure) -> &'static str {
    match failure {
        CheckFailure::Unreachable => "It could not be reached.",
        CheckFailure::TimedOut => "It did not answer in time.",
        CheckFailure::AskedTooOften => "It asked us to wait before we ask again.",
        CheckFailure::KeyRefused => "It did not accept our key.",
        CheckFailure::OutOfOrder => "It said that something is wrong with it.",
        CheckFailure::Unreadable => "Its answer could not be understood.",
        CheckFailure::TooLarge => "Its answer was too large to read.",
    }
}

/// What a concern is about, in words.
pub const fn concern_words(kind: ConcernKind) -> &'static str {
    match kind {
        ConcernKind::RatingFell => "A rating fell",
        ConcernKind::RatedInadequate => "Rated Inadequate",
        ConcernKind::Deregistered => "Deregistered",
        ConcernKind::Insolvent => "Insolvency",
        ConcernKind::Dissolved => "Company dissolved",
        ConcernKind::CharityRemoved => "Charity removed",
        ConcernKind::NotOnRegister => "Not on the register",
        ConcernKind::HeldByAnother => "Location of another provider",
    }
}

/// What a register says, in a sentence without a name.
pub fn reading_words(entry: RegisterEntry, number: &str, reading: &Reading) -> String {
    let (register, what) = (register_words(entry.register()), entry_words(entry));
    if reading.state == RegisterState::Unknown {
        return format!("{register}: no {what} has the number {number}");
    }
    let since = reading.since.map_or_else(String::new, |on| format!(", {}", on.in_words()));
    let rating = reading.rating.map_or_else(String::new, |rating| {
        let on = reading.rated_on.map_or_else(String::new, |on| format!(" on {}", on.in_words()));
        let inherited = if reading.inherited { ", inherited from the service before" } else { "" };
        format!("; rated {}{on}{inherited}", rating_words(rating))
    });
    format!("{register}: {what} {number} is {}{since}{rating}", reading.status.to_lowercase())
}

/// What of an answer somebody is to look at. A finding that was there before stays the same finding.
fn findings(
    row: &register_reading::Model,
    own_provider_id: Option<&str>,
    reading: &Reading,
    now: Instant,
) -> Findings {
    let (entry, number, before) = (row.entry, &row.number, &row.findings);
    let what = entry_words(entry);
    let same_status = row.reading.as_ref().is_some_and(|last| last.status == reading.status);
    let mut standing = Vec::new();
    let mut find = |kind: ConcernKind, words: String| {
        let known = before.standing.iter().find(|finding| finding.kind == kind);
        // From an arrangement into liquidation is another finding, though both are of insolvency.
        let known = known.filter(|_| kind != ConcernKind::Insolvent || same_status);
        standing.push(known.cloned().unwrap_or(Finding { kind, since: now, words }));
    };
    let since = reading.since.map_or_else(String::new, |on| format!(", {}", on.in_words()));
    let named = format!("{what} {number}, {}", reading.name);
    let register = register_words(entry.register());
    match (reading.state, entry) {
        (RegisterState::Listed, _) => {}
        (RegisterState::Unknown, _) => {
            find(ConcernKind::NotOnRegister, format!("{register} has no {what} of the number {number}."));
        }
        (RegisterState::Insolvent, _) => find(
            ConcernKind::Insolvent,
            format!("{register} says of the {named}: {}.", reading.status.to_lowercase()),
        ),
        (RegisterState::Ended, RegisterEntry::CqcProvider | RegisterEntry::CqcLocation) => {
            find(ConcernKind::Deregistered, format!("{register} says of the {named}: deregistered{since}."));
        }
        (RegisterState::Ended, RegisterEntry::Company) => find(
            ConcernKind::Dissolved,
            format!("{register} says of the {named}: {}{since}.", reading.status.to_lowercase()),
        ),
        (RegisterState::Ended, RegisterEntry::Charity) => {
            find(ConcernKind::CharityRemoved, format!("{register} says of the {named}: removed{since}."));
        }
    }
    // A location that is no longer registered keeps its last rating: that it is deregistered says more.
    if let Some(rating) = reading.rating.filter(|_| reading.state == RegisterState::Listed) {
        let on = reading.rated_on.map_or_else(String::new, |on| format!(" on {}", on.in_words()));
        // What was found of another's care is not this provider's.
        let own = !reading.inherited;
        let still = before.last_rating == Some(rating);
        let known = |kind| before.standing.iter().any(|finding| finding.kind == kind);
        // An inherited rating says nothing of its own: what is found of it after that is a first finding.
        let inherited_before = row.reading.as_ref().is_some_and(|last| last.inherited);
        match before.last_rating {
            Some(last) if own && rating > last => {
                // Another fall is another finding, though one stands.
                standing.push(Finding {
                    kind: ConcernKind::RatingFell,
                    since: now,
                    words: format!(
                        "{register} rated the {named}, {}{on}. Before, it was {}.",
                        rating_words(rating),
                        rating_words(last)
                    ),
                });
            }
            Some(_) if still && known(ConcernKind::RatingFell) => {
                standing.extend(before.standing.iter().find(|f| f.kind == ConcernKind::RatingFell).cloned());
            }
            Some(_) if still && known(ConcernKind::RatedInadequate) => standing
                .extend(before.standing.iter().find(|f| f.kind == ConcernKind::RatedInadequate).cloned()),
            last if own && rating == CareRating::Inadequate && (last.is_none() || inherited_before) => {
                standing.push(Finding {
                    kind: ConcernKind::RatedInadequate,
                    since: now,
                    words: format!("{register} rated the {named}, Inadequate{on}."),
                })
            }
            Some(_) | None => {}
        }
    }
    if let (RegisterEntry::CqcLocation, Some(holder), Some(own)) = (entry, &reading.held_by, own_provider_id)
        && !holder.eq_ignore_ascii_case(own)
    {
        let words =
            format!("{register} says that the {named}, belongs to the provider {holder}, not to {own}.");
        let known = before.standing.iter().find(|finding| finding.kind == ConcernKind::HeldByAnother);
        standing.push(known.cloned().unwrap_or(Finding {
            kind: ConcernKind::HeldByAnother,
            since: now,
            words,
        }));
    }
    Findings { standing, last_rating: reading.rating.or(before.last_rating) }
}

/// What the rules of registers look at.
pub struct Facts {
    pub row: register_reading::Model,
    pub provider: provider::Model,
    /// Its enrolments that are not over: the oldest for each authority, with the names of market and category.
    pub enrolments: Vec<Enrolled>,
    /// The concerns that were raised about this number.
    pub known: Vec<concern::Model>,
}

/// An enrolment that is not over.
pub struct Enrolled {
    pub row: enrolment::Model,
    pub authority_id: AuthorityId,
    pub market: String,
    pub category: String,
    /// The procurement officers of the authority, each with how many concerns are theirs to see to.
    pub officers: Vec<(AccountId, u64)>,
}

/// What came of asking.
pub struct Heard {
    /// The row as it is from now on.
    pub row: register_reading::Model,
    /// What is recorded where something is different; the row goes with it. Otherwise the row alone is kept.
    pub read: Option<Change>,
    /// A change for each authority and finding that it has not seen.
    pub raised: Vec<Change>,
}

/// The context of a letter about a concern.
#[derive(Serialize)]
struct ConcernContext {
    market: String,
    category: String,
    provider: String,
    path: String,
}

/// A register answered, or did not.
pub fn heard(
    facts: &Facts,
    answer: Result<Reading, CheckFailure>,
    wait_seconds: Option<i64>,
    now: Instant,
) -> Heard {
    let reading = match answer {
        Ok(reading) => reading,
        Err(failure) => {
            let row = failed(&facts.row, failure, wait_seconds, now);
            return Heard { row, read: None, raised: Vec::new() };
        }
    };
    let different = facts.row.reading.as_ref() != Some(&reading);
    let findings = findings(&facts.row, facts.provider.cqc_provider_id.as_deref(), &reading, now);
    let words = reading_words(facts.row.entry, &facts.row.number, &reading);
    let row = register_reading::Model {
        reading: Some(reading),
        read_at: Some(now),
        findings,
        tried_at: Some(now),
        failure: None,
        failures: 0,
        paused_until: None,
        due_at: Some(now.plus_seconds(READ_AGAIN_HOURS * 3600)),
        ..facts.row.clone()
    };
    let read = different.then(|| {
        let event = Event::RegisterRead { entry: row.entry, words };
        Change::new(row.provider_id, event).update(row.clone())
    });
    let mut raised = Vec::new();
    for of in &facts.enrolments {
        for finding in &row.findings.standing {
            if !facts.known.iter().any(|known| known.authority_id == of.authority_id && is(known, finding)) {
                raised.push(raise(facts, of, finding, now));
            }
        }
    }
    Heard { row, read, raised }
}

fn is(known: &concern::Model, finding: &Finding) -> bool {
    known.kind == finding.kind && known.found_at == finding.since
}

fn failed(
    row: &register_reading::Model,
    failure: CheckFailure,
    wait_seconds: Option<i64>,
    now: Instant,
) -> register_reading::Model {
    let before = usize::try_from(row.failures).unwrap_or(0);
    let minutes = TRY_AGAIN_MINUTES[before.min(TRY_AGAIN_MINUTES.len() - 1)];
    let wait = wait_seconds.unwrap_or(0).max(minutes * 60);
    // Where it does not say for how long, the time after which it is tried again is the pause.
    let paused = failure == CheckFailure::AskedTooOften;
    let pause = wait_seconds.unwrap_or(minutes * 60);
    register_reading::Model {
        tried_at: Some(now),
        failure: Some(failure),
        failures: row.failures.saturating_add(1),
        paused_until: paused.then(|| now.plus_seconds(pause)),
        due_at: Some(now.plus_seconds(wait)),
        ..row.clone()
    }
}

fn raise(facts: &Facts, of: &Enrolled, finding: &Finding, now: Instant) -> Change {
    // Whoever has the fewest to see to.
    let owner = of.officers.iter().min_by_key(|(id, open)| (*open, *id)).map(|(id, _)| *id);
    let row = concern::Model {
        id: ConcernId::new(),
        authority_id: of.authority_id,
        provider_id: facts.provider.id,
        enrolment_id: of.row.id,
        entry: facts.row.entry,
        number: facts.row.number.clone(),
        kind: finding.kind,
        found_at: finding.since,
        words: finding.words.clone(),
        raised_at: now,
        owner_id: owner,
        closed_by: None,
        closed_at: None,
        reason: None,
    };
    let context = ConcernContext {
        market: of.market.clone(),
        category: of.category.clone(),
        provider: facts.provider.name.clone(),
        path: "/concerns".to_owned(),
    };
    let event = Event::ConcernRaised { concern_id: row.id, concern: row.kind };
    let told: Vec<_> = owner.into_iter().collect();
    Change::new(of.row.id, event).insert(row).tell(LetterKind::ConcernRaised, &told, &context)
}

/// An officer has the registers asked again at once.
///
/// # Errors
/// No register is asked here; the provider gave no number; all were asked just now.
pub fn ask_again(
    id: ProviderId,
    rows: &[register_reading::Model],
    asked: &[Register],
    now: Instant,
) -> Result<Change, Refusal> {
    let known: Vec<_> = rows.iter().filter(|row| row.due_at.is_some()).collect();
    if known.is_empty() {
        return Err(Refusal::new(
            Code::NothingToCheck,
            "This provider has given no number of the Care Quality Commission, Companies House or the Charity Commission.",
        ));
    }
    let known: Vec<_> = known.into_iter().filter(|row| asked.contains(&row.entry.register())).collect();
    if known.is_empty() {
        return Err(Refusal::new(
            Code::RegisterNotAsked,
            "None of the registers is asked here: whoever runs Fairlot has set no key for them.",
        ));
    }
    let since = now.plus_seconds(-ASK_AGAIN_SECONDS);
    let due: Vec<_> = known.into_iter().filter(|row| row.tried_at.is_none_or(|at| at <= since)).collect();
    if due.is_empty() {
        return Err(Refusal::new(
            Code::CheckedJustNow,
            format!("The registers were asked just now: try again in {ASK_AGAIN_SECONDS} seconds."),
        ));
    }
    let change = Change::new(id, Event::RegistersAsked);
    Ok(due.into_iter().fold(change, |change, row| {
        change.update(register_reading::Model { due_at: Some(now), ..row.clone() })
    }))
}

/// An officer makes a concern theirs to see to.
///
/// # Errors
/// It is closed, or theirs already.
pub fn take(concern: &concern::Model, by: AccountId) -> Result<Change, Refusal> {
    open(concern)?;
    if concern.owner_id == Some(by) {
        return Err(Refusal::new(Code::AlreadyDone, "This concern is yours already."));
    }
    let event = Event::ConcernTaken { concern_id: concern.id, concern: concern.kind };
    let row = concern::Model { owner_id: Some(by), ..concern.clone() };
    Ok(Change::new(Subject::from(concern.enrolment_id), event).update(row))
}

/// Its owner closes a concern, with a reason. The standing is as it was.
///
/// # Errors
/// It is closed already; it is another officer's; no reason.
pub fn close(
    concern: &concern::Model,
    reason: String,
    by: AccountId,
    now: Instant,
) -> Result<Change, Refusal> {
    open(concern)?;
    if concern.owner_id != Some(by) {
        return Err(Refusal::new(
            Code::NotYourConcern,
            "Another officer sees to this concern: make it yours first, then close it.",
        ));
    }
    check_words("reason", &reason)?;
    let event = Event::ConcernClosed {
        concern_id: concern.id,
        concern: concern.kind,
        reason: reason.trim().to_owned(),
    };
    let row = concern::Model {
        closed_by: Some(by),
        closed_at: Some(now),
        reason: Some(reason.trim().to_owned()),
        ..concern.clone()
    };
    Ok(Change::new(concern.enrolment_id, event).update(row))
}

fn open(concern: &concern::Model) -> Result<(), Refusal> {
    if concern.closed_at.is_some() {
        return Err(Refusal::new(Code::AlreadyDone, "This concern is closed already."));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
