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
use entity::{account, officer, person, provider, vocabulary::*};
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
        Office::Provider { provider_id, role } => {
            let row = store::account::provider(db, *provider_id).await?;
            provider = Some(MeProvider {
                provider_id: *provider_id,
                provider_name: row.map(|p| p.name).unwrap_or_default(),
                role: *role,
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

/// A provider registers itself; whoever does is its administrator.
pub async fn register(app: &App, new: NewProvider) -> Result<Actor, Failure> {
    let (company, cqc) = check(&new)?;
    let email = new.person.email.trim().to_lowercase();
    if store::account::by_email(app.database.read(), &email).await?.is_some() {
        return Err(taken());
    }
    let password = hash(new.person.password).await?;
    act_for_nobody(app, async |act| {
        let now = act.now().await?;
        if store::account::by_email(act.tx(), &email).await?.is_some() {
            return Err(taken());
        }
        let account = account::Model {
            id: AccountId::new(),
            email: email.clone(),
            name: new.person.name.trim().to_owned(),
            password,
            created_at: now,
            sessions_since: now,
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
        let person = person::Model { account_id: account.id, provider_id: provider.id, role };
        let actor = Actor {
            account_id: account.id,
            name: account.name.clone(),
            email: account.email.clone(),
            office: Office::Provider { provider_id: provider.id, role },
        };
        let person_of = provider.id;
        let event = Event::ProviderRegistered { name: provider.name.clone() };
        let numbers = register::entries(&provider, None);
        let change = Change::new(provider.id, event).insert(account).insert(provider).insert(person);
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

/// Checks everything, and reads the numbers.
fn check(new: &NewProvider) -> Result<(Option<String>, Option<String>), Refusal> {
    let mut faults = Vec::new();
    let mut want = |ok: bool, field: &str, detail: &str| {
        if !ok {
            faults.push(Fault { field: field.to_owned(), detail: detail.to_owned() });
        }
    };
    let named = |text: &str| (1..=120).contains(&text.trim().chars().count());
    want(named(&new.name), "name", "Enter the provider's name, in at most 120 characters.");
    want(named(&new.person.name), "person.name", "Enter your name, in at most 120 characters.");
    want(
        outward_code(&new.outward_code).is_ok(),
        "outward_code",
        "Enter the first half of your postcode, such as ST16.",
    );
    want(
        new.person.email.len() <= 254 && new.person.email.trim().parse::<lettre::Address>().is_ok(),
        "person.email",
        "Enter an email address, such as name@example.org.",
    );
    want(
        PASSWORD_LENGTHS.contains(&new.person.password.chars().count()),
        "person.password",
        "Choose a password of 12 to 128 characters.",
    );
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
    actor
        .map(|(actor, _)| actor)
        .ok_or_else(|| Refusal::new(Code::SignInFailed, "The email address or the password is wrong.").into())
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

async fn hash(password: String) -> Result<String, Failure> {
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
    found.map(|(actor, _)| actor).ok_or_else(|| Refusal::not_found("person").into())
}

/// Refuses outside a demonstration, as if it were not there.
pub fn demo_only(app: &App) -> Result<(), Refusal> {
    if app.settings.demo { Ok(()) } else { Err(Refusal::not_found("page")) }
}
