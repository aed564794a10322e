//! Registering, signing in and out.

use super::{Failure, Order, act, act_for_nobody};
use crate::{
    app::App,
    domain::{
        actor::{Actor, Office},
        change::Change,
        event::Event,
        identifier,
        package::outward_code,
        refusal::{Code, Fault, Refusal},
        register,
    },
    store,
};
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use entity::{
    account, officer,
    person::{self, Categories},
    provider,
    vocabulary::*,
};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

/// Hashing one password takes tens of milliseconds of a processor and 19 MiB: at most two at a time.
static HASHING: Semaphore = Semaphore::const_new(2);

/// The shortest and longest password, in characters.
pub const PASSWORD_LENGTHS: std::ops::RangeInclusive<usize> = 12..=128;

/// The person who registers a provider.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPerson {
    pub name: String,
    pub email: String,
    /// 12 to 128 characters.
    pub password: String,
}

/// A provider registering itself.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProvider {
    pub name: String,
    #[serde(default)]
    pub companies_house_number: Option<String>,
    #[serde(default)]
    pub cqc_provider_id: Option<String>,
    pub outward_code: String,
    pub person: NewPerson,
}

/// The signed-in person.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Me {
    pub account_id: AccountId,
    pub name: String,
    pub email: String,
    /// The server's clock.
    pub now: Instant,
    pub demo: bool,
    pub officer: Option<MeOfficer>,
    pub provider: Option<MeProvider>,
    /// For programs, at sign-in alone.
    pub token: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MeOfficer {
    pub authority_id: AuthorityId,
    pub authority_name: String,
    pub authority_colour: String,
    pub roles: Vec<OfficerRole>,
    /// Titles of the posts held today.
    pub posts: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MeProvider {
    pub provider_id: ProviderId,
    pub provider_name: String,
    pub role: ProviderRole,
    /// Where they bid and are written to; everywhere, where none is listed.
    pub categories: Vec<CategoryId>,
}

/// What the signed-in person is shown of themselves.
pub async fn me(app: &App, actor: &Actor) -> Result<Me, Failure> {
    let db = app.database.read();
    let now = app.clock.now();
    let (mut officer, mut provider) = (None, None);
    match &actor.office {
        Office::Officer { authority_id, roles } => {
            let authority = store::account::authority(db, *authority_id)
                .await?
                .ok_or_else(|| Refusal::not_found("authority"))?;
            officer = Some(MeOfficer {
                authority_id: *authority_id,
                authority_name: authority.name,
                authority_colour: authority.colour,
                roles: roles.clone(),
                posts: store::market::posts_held(db, actor.account_id, now.london_day()).await?,
            });
        }
        Office::Provider { provider_id, role, categories } => {
            let row = store::account::provider(db, *provider_id).await?;
            provider = Some(MeProvider {
                provider_id: *provider_id,
                provider_name: row.map(|p| p.name).unwrap_or_default(),
                role: *role,
                categories: categories.0.clone(),
            });
        }
    }
    Ok(Me {
        account_id: actor.account_id,
        name: actor.name.clone(),
        email: actor.email.clone(),
        now,
        demo: app.settings.demo,
        officer,
        provider,
        token: None,
    })
}

/// The account of whoever registers with this address: none yet, or one that nobody has ever signed in to and that acts
/// for nobody, because somebody else only invited it.
///
/// # Errors
/// `email_taken`.
async fn registering(
    db: &impl sea_orm::ConnectionTrait,
    email: &str,
) -> Result<Option<account::Model>, Failure> {
    let Some(known) = store::account::by_email(db, email).await? else { return Ok(None) };
    if !known.password.is_empty() || store::team::is_taken(db, known.id, None).await? {
        return Err(taken());
    }
    Ok(Some(known))
}

/// A provider registers itself; whoever does is its administrator.
pub async fn register(app: &App, new: NewProvider) -> Result<Actor, Failure> {
    let (company, cqc) = check(&new)?;
    let email = new.person.email.trim().to_lowercase();
    registering(app.database.read(), &email).await?;
    let password = hash(new.person.password).await?;
    act_for_nobody(app, async |act| {
        if let Some(invited) = registering(act.tx(), &email).await? {
            act.lock(invited.id).await?;
        }
        let now = act.now().await?;
        // Read again, now that it is held.
        let invited = registering(act.tx(), &email).await?;
        let account = account::Model {
            id: invited.as_ref().map_or_else(AccountId::new, |account| account.id),
            email: email.clone(),
            name: new.person.name.trim().to_owned(),
            password,
            created_at: invited.map_or(now, |account| account.created_at),
            sessions_since: now,
            signed_in_at: Some(now),
        };
        let provider = provider::Model {
            id: ProviderId::new(),
            name: new.name.trim().to_owned(),
            companies_house_number: company.clone(),
            cqc_provider_id: cqc.clone(),
            outward_code: new.outward_code.trim().to_uppercase(),
            registered_at: now,
        };
        let role = ProviderRole::Administrator;
        let person = person::Model {
            account_id: account.id,
            provider_id: provider.id,
            role,
            categories: Categories::default(),
            left_at: None,
        };
        let actor = Actor {
            account_id: account.id,
            name: account.name.clone(),
            email: account.email.clone(),
            office: Office::Provider {
                provider_id: provider.id,
                role,
                categories: person.categories.clone(),
            },
        };
        let person_of = provider.id;
        let event = Event::ProviderRegistered { name: provider.name.clone() };
        let numbers = register::entries(&provider, None);
        let change = Change::new(provider.id, event).upsert(account).insert(provider).insert(person);
        let change = numbers.into_iter().fold(change, |change, (entry, number)| {
            change.insert(identifier::unread(person_of, entry, number, now))
        });
        act.record(change).await?;
        Ok(actor)
    })
    .await
}

fn taken() -> Failure {
    Refusal::new(Code::EmailTaken, "There is an account with this email address: sign in.")
        .at("person.email")
        .into()
}

const NAME_WANTED: &str = "Enter your name, in at most 120 characters.";
const ADDRESS_WANTED: &str = "Enter an email address, such as name@example.org.";
const PASSWORD_WANTED: &str = "Choose a password of 12 to 128 characters.";

fn named(text: &str) -> bool {
    (1..=120).contains(&text.trim().chars().count())
}

fn is_address(text: &str) -> bool {
    text.len() <= 254 && text.trim().parse::<lettre::Address>().is_ok()
}

/// Whether this is an email address.
///
/// # Errors
/// `invalid_field`, at this field.
pub(super) fn check_address(field: &str, text: &str) -> Result<(), Refusal> {
    if is_address(text) {
        return Ok(());
    }
    Err(Refusal::new(Code::InvalidField, ADDRESS_WANTED).at(field))
}

/// Whether somebody may be called this, and sign in with this password.
///
/// # Errors
/// `invalid_field`, with both where both are wrong.
pub(super) fn check_person(name: &str, password: &str) -> Result<(), Refusal> {
    let fault = |field: &str, detail: &str| Fault { field: field.to_owned(), detail: detail.to_owned() };
    let mut faults = Vec::new();
    if !named(name) {
        faults.push(fault("name", NAME_WANTED));
    }
    if !PASSWORD_LENGTHS.contains(&password.chars().count()) {
        faults.push(fault("password", PASSWORD_WANTED));
    }
    Refusal::of_all(Code::InvalidField, faults)
}

/// Checks everything, and reads the numbers.
fn check(new: &NewProvider) -> Result<(Option<String>, Option<String>), Refusal> {
    let mut faults = Vec::new();
    let mut want = |ok: bool, field: &str, detail: &str| {
        if !ok {
            faults.push(Fault { field: field.to_owned(), detail: detail.to_owned() });
        }
    };
    want(named(&new.name), "name", "Enter the provider's name, in at most 120 characters.");
    want(named(&new.person.name), "person.name", NAME_WANTED);
    want(
        outward_code(&new.outward_code).is_ok(),
        "outward_code",
        "Enter the first half of your postcode, such as ST16.",
    );
    want(is_address(&new.person.email), "person.email", ADDRESS_WANTED);
    want(PASSWORD_LENGTHS.contains(&new.person.password.chars().count()), "person.password", PASSWORD_WANTED);
    let (company, cqc) = (new.companies_house_number.as_deref(), new.cqc_provider_id.as_deref());
    let read = identifier::at_registration(company, cqc, &mut faults);
    Refusal::of_all(Code::InvalidField, faults)?;
    Ok(read)
}

/// Who this address and password are, or a refusal that does not say which was wrong.
pub async fn sign_in(app: &App, email: &str, password: String) -> Result<Actor, Failure> {
    let account = store::account::by_email(app.database.read(), email).await?;
    // An unknown address costs the same time as a wrong password.
    let known = account.as_ref().map(|a| a.password.clone()).unwrap_or_default();
    let right = verify(known, password).await?;
    let actor = match account {
        Some(account) if right => store::account::actor(app.database.read(), account.id).await?,
        _ => None,
    };
    let Some((actor, _)) = actor else {
        return Err(Refusal::new(Code::SignInFailed, "The email address or the password is wrong.").into());
    };
    signed_in(app, actor.account_id).await?;
    Ok(actor)
}

/// Notes that somebody signed in.
async fn signed_in(app: &App, id: AccountId) -> Result<(), Failure> {
    act_for_nobody(app, async |act| {
        act.lock(id).await?;
        let now = act.now().await?;
        if let Some((_, account)) = store::account::actor(act.tx(), id).await? {
            let account = account::Model { signed_in_at: Some(now), ..account };
            act.record(Change::new(id, Event::SignedIn).update(account)).await?;
        }
        Ok(())
    })
    .await
}

/// Whether this password is the person's own. In a demonstration, people who have none need none.
pub async fn confirm(app: &App, actor: &Actor, password: Option<String>) -> Result<(), Failure> {
    let known = store::account::by_email(app.database.read(), &actor.email).await?;
    let known = known.map(|account| account.password).unwrap_or_default();
    let Some(password) = password.filter(|given| !given.is_empty()) else {
        // One click signs anybody in to a demonstration: one click confirms it.
        if app.settings.demo {
            return Ok(());
        }
        return Err(Refusal::new(Code::PasswordWrong, "Enter your password.").at("password").into());
    };
    if verify(known, password).await? {
        return Ok(());
    }
    Err(Refusal::new(Code::PasswordWrong, "This is not your password.").at("password").into())
}

/// Ends every session of the person, on every device.
pub async fn sign_out(app: &App, order: &Order) -> Result<(), Failure> {
    act(app, order, async |act| {
        act.lock(order.by).await?;
        let now = act.now().await?;
        let found = store::account::actor(act.tx(), order.by).await?;
        if let Some((_, account)) = found {
            let account = account::Model { sessions_since: now, ..account };
            act.record(Change::new(account.id, Event::SignedOut).update(account)).await?;
        }
        Ok(())
    })
    .await
}

/// Opens an officer's account, or adds to its roles. Without a password nobody can sign in to it.
pub async fn open_officer(
    app: &App,
    authority_id: AuthorityId,
    name: &str,
    email: &str,
    password: Option<String>,
    roles: &[OfficerRole],
) -> Result<AccountId, Failure> {
    let password = match password {
        Some(password) => Some(hash(password).await?),
        None => None,
    };
    act_for_nobody(app, async |act| {
        let now = act.now().await?;
        let before = store::account::by_email(act.tx(), email).await?;
        let account = account::Model {
            id: before.as_ref().map_or_else(AccountId::new, |a| a.id),
            email: email.trim().to_lowercase(),
            name: name.to_owned(),
            // A new password ends the sessions begun with the old.
            sessions_since: match &before {
                Some(before) if password.is_none() => before.sessions_since,
                _ => now,
            },
            created_at: before.as_ref().map_or(now, |a| a.created_at),
            signed_in_at: before.as_ref().and_then(|a| a.signed_in_at),
            password: password.or_else(|| before.map(|a| a.password)).unwrap_or_default(),
        };
        let id = account.id;
        let change = Change::new(id, Event::AccountOpened).upsert(account);
        let change = roles.iter().fold(change, |change, &role| {
            change.upsert(officer::Model { account_id: id, authority_id, role })
        });
        act.record(change).await?;
        Ok(id)
    })
    .await
}

pub(super) async fn hash(password: String) -> Result<String, Failure> {
    let _turn = HASHING.acquire().await.map_err(|e| Failure::Broken(e.to_string()))?;
    tokio::task::spawn_blocking(move || {
        Argon2::default()
            .hash_password(password.as_bytes())
            .map(|hash| hash.to_string())
            .map_err(|e| Failure::Broken(e.to_string()))
    })
    .await
    .map_err(|e| Failure::Broken(e.to_string()))?
}

/// Something to compare with when there is no such account.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ib2R5$wU5i1aZL8sXnH6VvGQ0Q0o0eGJ0hUj1cYkq6sQnM8mE";

async fn verify(known: String, password: String) -> Result<bool, Failure> {
    let _turn = HASHING.acquire().await.map_err(|e| Failure::Broken(e.to_string()))?;
    tokio::task::spawn_blocking(move || {
        let known = if known.is_empty() { NOBODY } else { &known };
        PasswordHash::new(known)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    })
    .await
    .map_err(|e| Failure::Broken(e.to_string()))
}

/// A person of the demonstration.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DemoPerson {
    pub account_id: AccountId,
    pub name: String,
    /// Such as `Broker, Staffordshire County Council`.
    pub role: String,
    /// `Officers` or `Providers`.
    pub group: String,
}

/// Everybody that one click signs in as. In a demonstration alone.
pub async fn demo_people(app: &App) -> Result<Vec<DemoPerson>, Failure> {
    demo_only(app)?;
    let db = app.database.read();
    let mut people = Vec::new();
    for account in store::account::everybody(db).await? {
        let Some((actor, _)) = store::account::actor(db, account.id).await? else { continue };
        let me = me(app, &actor).await?;
        let (group, role) = match (me.officer, me.provider) {
            (Some(officer), _) => {
                let roles = officer.roles.iter().map(|r| r.as_str().to_owned());
                let mut words = officer.posts.into_iter().chain(roles).collect::<Vec<_>>().join(", ");
                if let Some(first) = words.get_mut(..1) {
                    first.make_ascii_uppercase();
                }
                ("Officers", format!("{words}, {}", officer.authority_name))
            }
            (None, Some(provider)) => {
                ("Providers", format!("{}, {}", provider.provider_name, provider.role.as_str()))
            }
            (None, None) => continue,
        };
        people.push(DemoPerson { account_id: account.id, name: account.name, role, group: group.to_owned() });
    }
    Ok(people)
}

/// Becomes a person of the demonstration. In a demonstration alone.
pub async fn demo_sign_in(app: &App, id: AccountId) -> Result<Actor, Failure> {
    demo_only(app)?;
    let found = store::account::actor(app.database.read(), id).await?;
    let (actor, _) = found.ok_or_else(|| Refusal::not_found("person"))?;
    signed_in(app, id).await?;
    Ok(actor)
}

/// Refuses outside a demonstration, as if it were not there.
pub fn demo_only(app: &App) -> Result<(), Refusal> {
    if app.settings.demo { Ok(()) } else { Err(Refusal::not_found("page")) }
}
