//! Who sends a request: a signed session in a cookie for browsers, or as a bearer for programs. It says which
//! account, and nothing of what that account may do: roles are read from the database each time.

use crate::{
    actions::Failure,
    app::App,
    domain::{
        actor::{Actor, Need},
        refusal::{Code, Refusal},
    },
    signature::{self, Purpose},
    store,
};
use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
    http::header,
};
use entity::vocabulary::*;
use serde::{Deserialize, Serialize};

/// The cookie's name.
pub const COOKIE: &str = "fairlot_session";
/// How long a session lasts, in hours.
pub const SESSION_HOURS: i64 = 12;

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: AccountId,
    /// Milliseconds: signing out ends every session begun before.
    begun: i64,
    /// Seconds.
    exp: i64,
    /// Milliseconds: when the person last gave their password; nothing where they never did.
    #[serde(default)]
    confirmed: Option<i64>,
}

/// A session for this account, signed; nobody has given a password in it.
///
/// # Errors
/// The signature could not be made.
pub fn session(app: &App, account: AccountId) -> Result<String, Failure> {
    session_confirmed(app, account, None)
}

/// A session in which the person gave their password at this moment.
///
/// # Errors
/// The signature could not be made.
pub fn session_confirmed(
    app: &App,
    account: AccountId,
    confirmed_at: Option<Instant>,
) -> Result<String, Failure> {
    let now = app.clock.now();
    sign(
        app,
        &Claims {
            sub: account,
            begun: now.milliseconds(),
            exp: now.milliseconds() / 1000 + SESSION_HOURS * 3600,
            confirmed: confirmed_at.map(Instant::milliseconds),
        },
    )
}

/// The session of this request, in which the person has just given their password. It ends when it would have.
///
/// # Errors
/// `signed_out`; the signature could not be made.
pub fn confirmed_now(app: &App, request: &HttpRequest) -> Result<String, Failure> {
    let claims = Claims { confirmed: Some(app.clock.now().milliseconds()), ..claims(app, request)? };
    sign(app, &claims)
}

fn sign(app: &App, claims: &Claims) -> Result<String, Failure> {
    let claims = serde_json::to_vec(claims)?;
    Ok(signature::sign(&app.settings.session_secret, Purpose::Session, &claims))
}

/// The cookie that holds a session; an empty one ends it.
pub fn cookie(app: &App, session: &str) -> Cookie<'static> {
    let lasts = if session.is_empty() { Duration::ZERO } else { Duration::hours(SESSION_HOURS) };
    Cookie::build(COOKIE, session.to_owned())
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(app.settings.public_url.starts_with("https://"))
        .max_age(lasts)
        .finish()
}

/// Who sends this request.
///
/// # Errors
/// `signed_out` without a session that holds; `foreign_origin` where another site makes a browser send it.
pub async fn actor(app: &App, request: &HttpRequest) -> Result<Actor, Failure> {
    Ok(actor_confirmed(app, request).await?.0)
}

/// The same, with when they last gave their password.
///
/// # Errors
/// As of [`actor`].
pub async fn actor_confirmed(app: &App, request: &HttpRequest) -> Result<(Actor, Option<Instant>), Failure> {
    let claims = claims(app, request)?;
    let found = store::account::actor(app.database.read(), claims.sub).await?;
    match found {
        Some((actor, account)) if claims.begun >= account.sessions_since.milliseconds() => {
            Ok((actor, claims.confirmed.map(Instant::from_milliseconds)))
        }
        _ => Err(signed_out().into()),
    }
}

fn claims(app: &App, request: &HttpRequest) -> Result<Claims, Failure> {
    let bearer = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    let token = match bearer {
        Some(token) => token.to_owned(),
        None => {
            let cookie = request.cookie(COOKIE).ok_or_else(signed_out)?;
            check_origin(app, request)?;
            cookie.value().to_owned()
        }
    };
    let claims =
        signature::signed(&app.settings.session_secret, Purpose::Session, &token).ok_or_else(signed_out)?;
    let claims: Claims = serde_json::from_slice(&claims).map_err(|_| signed_out())?;
    if app.clock.now().milliseconds() / 1000 >= claims.exp {
        return Err(signed_out().into());
    }
    Ok(claims)
}

fn signed_out() -> Refusal {
    Refusal::new(Code::SignedOut, "You are signed out: sign in, then try again.")
}

/// A browser says where a request comes from; it must be this site.
///
/// # Errors
/// `foreign_origin`.
pub fn check_origin(app: &App, request: &HttpRequest) -> Result<(), Refusal> {
    let Some(origin) = request.headers().get(header::ORIGIN) else {
        return Ok(());
    };
    let origin = origin.to_str().unwrap_or_default();
    let host = request.headers().get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or_default();
    let own_host = origin.split_once("://").is_some_and(|(_, rest)| !host.is_empty() && rest == host);
    if own_host || origin == app.settings.public_url {
        return Ok(());
    }
    Err(Refusal::new(Code::ForeignOrigin, "This request came from another site, so it was not carried out."))
}

/// A kind of person, as a route asks for.
pub trait Person: 'static {
    const NEED: Need;
}

macro_rules! people {
    ($($(#[$doc:meta])* $name:ident = $need:expr),+ $(,)?) => {$(
        $(#[$doc])*
        pub struct $name;

        impl Person for $name {
            const NEED: Need = $need;
        }
    )+};
}

people! {
    /// Anyone with an account.
    SignedIn = Need::SignedIn,
    /// Any officer of an authority.
    Officer = Need::Officer(&[]),
    Broker = Need::Officer(&[OfficerRole::Broker]),
    Evaluator = Need::Officer(&[OfficerRole::Evaluator]),
    Commissioner = Need::Officer(&[OfficerRole::Commissioner]),
    Procurement = Need::Officer(&[OfficerRole::Procurement]),
    /// Those who read an evaluation.
    Evaluating =
        Need::Officer(&[OfficerRole::Evaluator, OfficerRole::Commissioner, OfficerRole::Auditor]),
    /// Those who may record a consensus; which of them, the panel decides.
    Moderator = Need::Officer(&[OfficerRole::Evaluator, OfficerRole::Commissioner]),
    /// Those who choose, or advise on, how bids are scored.
    Simulating =
        Need::Officer(&[OfficerRole::Broker, OfficerRole::Commissioner, OfficerRole::Procurement]),
    /// Those who may have a letter sent again.
    Posting =
        Need::Officer(&[OfficerRole::Broker, OfficerRole::Commissioner, OfficerRole::Procurement]),
    /// Those who look after what letters say and whether they arrive.
    Lettering = Need::Officer(&[OfficerRole::Commissioner, OfficerRole::Procurement]),
    /// Those who decide about standings.
    Deciding = Need::Officer(&[OfficerRole::Commissioner, OfficerRole::Procurement]),
    /// Those who say who sees to a legal clock.
    Assigning = Need::Officer(&[OfficerRole::Commissioner, OfficerRole::Procurement]),
    /// Those who look after how markets go.
    Managing =
        Need::Officer(&[OfficerRole::Commissioner, OfficerRole::Procurement, OfficerRole::Auditor]),
    /// Those who arrange care by another way than bids.
    Arranging = Need::Officer(&[OfficerRole::Broker, OfficerRole::Commissioner]),
    /// Those who record that an award is challenged.
    Challenging = Need::Officer(&[OfficerRole::Commissioner, OfficerRole::Procurement]),
    /// Any person of a provider.
    ProviderPerson = Need::Provider(&[
        ProviderRole::Administrator,
        ProviderRole::Bidder,
        ProviderRole::Viewer,
    ]),
    /// Those of a provider who may bid.
    Bidder = Need::Provider(&[ProviderRole::Administrator, ProviderRole::Bidder]),
    ProviderAdministrator = Need::Provider(&[ProviderRole::Administrator]),
}
