//! The people of a provider, for its administrators; and an invitation, for whoever has its link.

use crate::domain::team::{PEOPLE_MAX, SEND_WAIT_SECONDS, SENDS_MAX, Team};
use entity::{account, invitation, person, vocabulary::*};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Who acts for a provider, and who is asked to.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TeamView {
    pub provider_id: ProviderId,
    pub provider_name: String,
    /// By name.
    pub people: Vec<Colleague>,
    /// Those neither accepted nor withdrawn, oldest first.
    pub invitations: Vec<InvitationView>,
    /// Where somebody may be let bid.
    pub categories: Vec<CategoryChoice>,
    /// How many people there may be, with those who are invited.
    pub people_max: usize,
}

/// Somebody who acts for the provider.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Colleague {
    pub account_id: AccountId,
    pub name: String,
    pub email: String,
    pub role: ProviderRole,
    /// None: everywhere.
    pub categories: Vec<CategoryId>,
    pub signed_in_at: Option<Instant>,
    /// Whether they are the only administrator, who cannot be taken away.
    pub last_administrator: bool,
}

/// Somebody who is asked to act for the provider.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct InvitationView {
    pub id: InvitationId,
    pub email: String,
    pub role: ProviderRole,
    /// None: everywhere.
    pub categories: Vec<CategoryId>,
    pub sent_at: Instant,
    pub expires_at: Instant,
    /// Whether it is too old to be accepted.
    pub over: bool,
    /// Whether its letter came back, or could not be delivered.
    pub undeliverable: bool,
    /// From when on it can be sent again; nothing where it was sent too often.
    pub send_again_from: Option<Instant>,
}

/// A category of a market, by both names.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CategoryChoice {
    pub id: CategoryId,
    pub name: String,
    pub market_name: String,
}

/// What somebody who was invited is shown before they accept.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct InvitationOffered {
    pub provider_name: String,
    pub email: String,
    pub role: ProviderRole,
    pub expires_at: Instant,
}

pub fn team(
    team: &Team,
    accounts: &HashMap<AccountId, account::Model>,
    letters: &HashMap<AccountId, LetterState>,
    categories: Vec<CategoryChoice>,
    now: Instant,
) -> TeamView {
    let email = |id: AccountId| accounts.get(&id).map(|a| a.email.clone()).unwrap_or_default();
    let administrators = team.people.iter().filter(|p| p.role == ProviderRole::Administrator).count();
    let colleague = |person: &person::Model| {
        let account = accounts.get(&person.account_id);
        Colleague {
            account_id: person.account_id,
            name: account.map(|a| a.name.clone()).unwrap_or_default(),
            email: email(person.account_id),
            role: person.role,
            categories: person.categories.0.clone(),
            signed_in_at: account.and_then(|a| a.signed_in_at),
            last_administrator: administrators == 1 && person.role == ProviderRole::Administrator,
        }
    };
    let invited = |invitation: &invitation::Model| InvitationView {
        id: invitation.id,
        email: email(invitation.account_id),
        role: invitation.role,
        categories: invitation.categories.0.clone(),
        sent_at: invitation.sent_at,
        expires_at: invitation.expires_at,
        over: now >= invitation.expires_at,
        undeliverable: letters.get(&invitation.account_id) == Some(&LetterState::Undeliverable),
        send_again_from: (invitation.sent < SENDS_MAX)
            .then(|| invitation.sent_at.plus_seconds(SEND_WAIT_SECONDS)),
    };
    let mut people: Vec<_> = team.people.iter().map(colleague).collect();
    people.sort_by(|a, b| a.name.cmp(&b.name));
    TeamView {
        provider_id: team.provider_id,
        provider_name: team.provider_name.clone(),
        people,
        invitations: team.invitations.iter().map(invited).collect(),
        categories,
        people_max: PEOPLE_MAX,
    }
}
