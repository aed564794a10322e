//! What the registers of others say of a provider: shown to itself and to the officers of every authority in whose markets
//! it is, and to no other provider. Concerns are the authority's own.

use crate::domain::{
    actor::{Actor, Office},
    identifier::commission_number,
    register::{READ_AGAIN_HOURS, concern_words, entries, failure_words, register_words},
};
use entity::{concern, identifiers, provider, register_reading, vocabulary::*};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The identifiers of a provider as they are now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProviderIdentifiers {
    pub companies_house_number: Option<String>,
    pub charity_number: Option<String>,
    pub ppon: Option<String>,
    pub cqc_provider_id: Option<String>,
    pub cqc_locations: Vec<String>,
}

/// What a register said of a number when it last answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RegisterSays {
    pub entry: RegisterEntry,
    /// The register's name.
    pub register: String,
    pub number: String,
    /// The register's own page about it.
    pub page: String,
    /// As the register has it; nothing while it was never read.
    pub name: Option<String>,
    pub state: Option<RegisterState>,
    /// The state in the register's own words.
    pub status: Option<String>,
    /// The day of the deregistration, dissolution or removal.
    pub since: Option<Day>,
    pub rating: Option<CareRating>,
    pub rated_on: Option<Day>,
    /// Whether the rating was given to the service before.
    pub inherited: bool,
    /// When it last answered; nothing while it never did.
    pub read_at: Option<Instant>,
    /// Whether that is longer ago than it should be: it cannot be read, or is not asked.
    pub stale: bool,
    /// Why it could not be read since.
    pub failure: Option<String>,
    /// When it was last asked.
    pub tried_at: Option<Instant>,
    /// Whether this register is asked here at all.
    pub asked: bool,
}

/// A provider's own organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Organisation {
    pub provider_id: ProviderId,
    pub name: String,
    pub identifiers: ProviderIdentifiers,
    pub may_change: bool,
    pub says: Vec<RegisterSays>,
    /// Registers that know one of these numbers and are not asked here, by name.
    pub unasked: Vec<String>,
}

/// What the registers say of a provider, for officers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProviderRegisters {
    pub provider_id: ProviderId,
    pub provider_name: String,
    pub says: Vec<RegisterSays>,
    /// Registers that know one of these numbers and are not asked here, by name.
    pub unasked: Vec<String>,
    /// Whether the viewer may have them asked at once.
    pub may_check: bool,
    /// Of the viewer's authority, newest first.
    pub concerns: Vec<Concern>,
}

/// What a register says of a provider that an officer is to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Concern {
    pub id: ConcernId,
    pub provider_name: String,
    /// Where the provider's standing is decided.
    pub enrolment_id: EnrolmentId,
    pub kind: ConcernKind,
    /// The kind in words.
    pub title: String,
    /// The register's name.
    pub register: String,
    pub number: String,
    /// What was read.
    pub words: String,
    /// When it was first read.
    pub found_at: Instant,
    /// Who sees to it.
    pub owner: Option<String>,
    /// Whether that is the viewer.
    pub mine: bool,
    pub closed_at: Option<Instant>,
    pub closed_by: Option<String>,
    pub reason: Option<String>,
    pub may_take: bool,
    pub may_close: bool,
}

/// Where a register shows a number to everybody.
fn page(entry: RegisterEntry, number: &str) -> String {
    match entry {
        RegisterEntry::CqcProvider => format!("https://www.cqc.org.uk/provider/{number}"),
        RegisterEntry::CqcLocation => format!("https://www.cqc.org.uk/location/{number}"),
        RegisterEntry::Company => {
            format!("https://find-and-update.company-information.service.gov.uk/company/{number}")
        }
        RegisterEntry::Charity => {
            let number = commission_number(number).map_or(number, |(number, _)| number);
            format!(
                "https://register-of-charities.charitycommission.gov.uk/charity-search/-/charity-details/{number}"
            )
        }
    }
}

/// After so many hours an answer is old: two days were missed.
const STALE_HOURS: i64 = 2 * READ_AGAIN_HOURS;

/// What the registers say of the numbers that the provider gives now.
pub fn says(rows: &[register_reading::Model], asked: &[Register], now: Instant) -> Vec<RegisterSays> {
    let given = rows.iter().filter(|row| row.due_at.is_some());
    given
        .map(|row| {
            let is_asked = asked.contains(&row.entry.register());
            let old = now.plus_seconds(-STALE_HOURS * 3600);
            let reading = row.reading.as_ref();
            RegisterSays {
                entry: row.entry,
                register: register_words(row.entry.register()).to_owned(),
                number: row.number.clone(),
                page: page(row.entry, &row.number),
                name: reading.map(|reading| reading.name.clone()).filter(|name| !name.is_empty()),
                state: reading.map(|reading| reading.state),
                status: reading.map(|reading| reading.status.clone()).filter(|status| !status.is_empty()),
                since: reading.and_then(|reading| reading.since),
                rating: reading.and_then(|reading| reading.rating),
                rated_on: reading.and_then(|reading| reading.rated_on),
                inherited: reading.is_some_and(|reading| reading.inherited),
                read_at: row.read_at,
                stale: row.failure.is_some() || row.read_at.is_some_and(|at| at < old),
                failure: row.failure.filter(|_| is_asked).map(|failure| failure_words(failure).to_owned()),
                tried_at: row.tried_at,
                asked: is_asked,
            }
        })
        .collect()
}

/// The registers that know one of the numbers and are not asked here, by name.
pub fn unasked(rows: &[register_reading::Model], asked: &[Register]) -> Vec<String> {
    let knows =
        |register: Register| rows.iter().any(|row| row.due_at.is_some() && row.entry.register() == register);
    let all = Register::ALL.iter().copied();
    all.filter(|register| !asked.contains(register) && knows(*register))
        .map(|register| register_words(register).to_owned())
        .collect()
}

/// A provider's own organisation, for its people.
pub fn organisation(
    of: &provider::Model,
    identifiers: Option<identifiers::Model>,
    rows: &[register_reading::Model],
    asked: &[Register],
    actor: &Actor,
    now: Instant,
) -> Organisation {
    // A number that was given before the registers were asked has no row yet: nothing is shown of it.
    let wanted = entries(of, identifiers.as_ref());
    let rows: Vec<_> = rows
        .iter()
        .filter(|row| wanted.iter().any(|(entry, number)| row.entry == *entry && row.number == *number))
        .cloned()
        .collect();
    let (charity_number, ppon, locations) = identifiers
        .map(|known| (known.charity_number, known.ppon, known.cqc_locations.0))
        .unwrap_or_default();
    Organisation {
        provider_id: of.id,
        name: of.name.clone(),
        identifiers: ProviderIdentifiers {
            companies_house_number: of.companies_house_number.clone(),
            charity_number,
            ppon,
            cqc_provider_id: of.cqc_provider_id.clone(),
            cqc_locations: locations,
        },
        may_change: matches!(actor.office, Office::Provider { role: ProviderRole::Administrator, .. }),
        says: says(&rows, asked, now),
        unasked: unasked(&rows, asked),
    }
}

/// Whether it is an officer who decides about standings.
pub fn decides(actor: &Actor) -> bool {
    actor.is(OfficerRole::Commissioner) || actor.is(OfficerRole::Procurement)
}

/// A concern, for the officers of its authority.
pub fn concern(
    row: concern::Model,
    to: &Actor,
    providers: &HashMap<ProviderId, String>,
    people: &HashMap<AccountId, String>,
) -> Concern {
    let mine = row.owner_id == Some(to.account_id);
    let open = row.closed_at.is_none();
    let name = |id: Option<AccountId>| id.and_then(|id| people.get(&id).cloned());
    Concern {
        id: row.id,
        provider_name: providers.get(&row.provider_id).cloned().unwrap_or_default(),
        enrolment_id: row.enrolment_id,
        kind: row.kind,
        title: concern_words(row.kind).to_owned(),
        register: register_words(row.entry.register()).to_owned(),
        number: row.number,
        words: row.words,
        found_at: row.found_at,
        owner: name(row.owner_id),
        mine,
        closed_at: row.closed_at,
        closed_by: name(row.closed_by),
        reason: row.reason,
        may_take: open && !mine && decides(to),
        may_close: open && mine && decides(to),
    }
}
