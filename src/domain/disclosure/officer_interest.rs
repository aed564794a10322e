//! Officers' register of interests: each sees their own entries; procurement and auditors see all.

use entity::{officer_interest, provider, vocabulary::*};
use serde::{Deserialize, Serialize};

/// An entry of the register.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OfficerInterest {
    pub id: OfficerInterestId,
    pub officer_name: String,
    pub provider_id: ProviderId,
    pub provider_name: String,
    pub nature: String,
    pub since: Day,
    pub declared_at: Instant,
    pub ended_on: Option<Day>,
    pub ended_at: Option<Instant>,
}

/// A provider that an interest can be declared in.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProviderChoice {
    pub id: ProviderId,
    pub name: String,
}

/// The register as this officer may see it.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct InterestRegister {
    /// Their own, newest first.
    pub own: Vec<OfficerInterest>,
    /// Everybody's, newest first, for procurement and auditors.
    pub everybody: Option<Vec<OfficerInterest>>,
    /// Those who joined, or asked to join, a market of the authority.
    pub providers: Vec<ProviderChoice>,
}

pub fn entry(row: &officer_interest::Model, officer: String, provider: String) -> OfficerInterest {
    OfficerInterest {
        id: row.id,
        officer_name: officer,
        provider_id: row.provider_id,
        provider_name: provider,
        nature: row.nature.clone(),
        since: row.since,
        declared_at: row.declared_at,
        ended_on: row.ended_on,
        ended_at: row.ended_at,
    }
}

pub fn choice(row: &provider::Model) -> ProviderChoice {
    ProviderChoice { id: row.id, name: row.name.clone() }
}
