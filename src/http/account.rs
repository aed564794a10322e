use super::{identity, identity::SignedIn, request::*};
use crate::{
    actions::{
        Failure,
        account::{self, DemoPerson, Me, NewProvider},
    },
    app::App,
    domain::{
        actor::Actor,
        refusal::{Code, Refusal},
    },
};
use entity::vocabulary::AccountId;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use serde::{Deserialize, Serialize};
use std::{num::NonZeroU32, sync::LazyLock};
use utoipa::ToSchema;

/// Sign-ins for one address: ten at once, then one every six seconds.
static SIGN_INS: LazyLock<DefaultKeyedRateLimiter<String>> =
    LazyLock::new(|| RateLimiter::keyed(Quota::per_minute(const { NonZeroU32::MIN.saturating_add(9) })));

/// Who signs in.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    pub email: String,
    pub password: String,
}

/// Whom to become, in a demonstration.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DemoChoice {
    pub account_id: AccountId,
}

/// Confirming that it is still the same person.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    /// Left out by people of a demonstration, who have none.
    #[serde(default)]
    pub password: Option<String>,
}

pub async fn begin(
    app: &App,
    actor: &Actor,
    gave_password: bool,
) -> Result<(Me, actix_web::cookie::Cookie<'static>), Failure> {
    let confirmed_at = gave_password.then(|| app.clock.now());
    let session = identity::session_confirmed(app, actor.account_id, confirmed_at)?;
    shown(app, actor, session).await
}

async fn shown(
    app: &App,
    actor: &Actor,
    session: String,
) -> Result<(Me, actix_web::cookie::Cookie<'static>), Failure> {
    let cookie = identity::cookie(app, &session);
    let me = Me { token: Some(session), ..account::me(app, actor).await? };
    Ok((me, cookie))
}

pub async fn sign_in(app: &App, asked: Open<Credentials>) -> Result<Shown<Me>, Failure> {
    let Credentials { email, password } = asked.form;
    attempt(&email)?;
    let actor = account::sign_in(app, &email, password).await?;
    let (me, cookie) = begin(app, &actor, true).await?;
    Ok(Shown::from(me).cookie(cookie))
}

/// Counts an attempt to give the password of this address.
fn attempt(email: &str) -> Result<(), Refusal> {
    SIGN_INS.retain_recent();
    SIGN_INS.check_key(&email.to_lowercase()).map_err(|_| {
        Refusal::new(
            Code::TooManyAttempts,
            "Too many attempts to sign in with this address: wait a minute, then try again.",
        )
    })
}

/// The person gives their password again: the session counts as confirmed from now.
pub async fn confirm(app: &App, asked: Posed<SignedIn, Confirmation>) -> Result<Shown<Me>, Failure> {
    attempt(&asked.actor.email)?;
    account::confirm(app, &asked.actor, asked.form.password).await?;
    let session = identity::confirmed_now(app, asked.parts.request())?;
    let (me, cookie) = shown(app, &asked.actor, session).await?;
    Ok(Shown::from(me).cookie(cookie))
}

/// Who is signed in, if anybody is: that nobody is, is an answer and no failure.
pub async fn me(app: &App, asked: Open) -> Result<Option<Me>, Failure> {
    match asked.parts.actor(app).await {
        Ok(actor) => account::me(app, &actor).await.map(Some),
        Err(Failure::Refused(refusal)) if refusal.code == Code::SignedOut => Ok(None),
        Err(other) => Err(other),
    }
}

pub async fn sign_out(app: &App, command: Command<SignedIn, Nothing>) -> Result<Shown<Nothing>, Failure> {
    account::sign_out(app, &command.order).await?;
    Ok(Shown::from(Nothing {}).cookie(identity::cookie(app, "")))
}

pub async fn register(app: &App, asked: Open<NewProvider>) -> Result<Shown<Me>, Failure> {
    let actor = account::register(app, asked.form).await?;
    let (me, cookie) = begin(app, &actor, true).await?;
    Ok(Shown::created(me).cookie(cookie))
}

pub async fn demo_people(app: &App, _: Open) -> Result<Vec<DemoPerson>, Failure> {
    account::demo_people(app).await
}

pub async fn demo_sign_in(app: &App, asked: Open<DemoChoice>) -> Result<Shown<Me>, Failure> {
    let actor = account::demo_sign_in(app, asked.form.account_id).await?;
    let (me, cookie) = begin(app, &actor, false).await?;
    Ok(Shown::from(me).cookie(cookie))
}
