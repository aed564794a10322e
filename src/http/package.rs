use super::{identity::*, request::*};
use crate::{
    actions::{
        Failure, Listed, opportunity,
        package::{self, Publication},
    },
    app::App,
    domain::{
        disclosure::{
            opportunity::Opportunity,
            package::{Package, PackageCard, PackageChecked, PackageForm, PackageTemplateView},
        },
        package::typed::PackageTyped,
        refusal::{Code, Refusal},
    },
};
use entity::vocabulary::AccountId;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::{num::NonZeroU32, sync::LazyLock};

/// Checks while typing by one officer: sixty at once, then one a second.
static CHECKS: LazyLock<DefaultKeyedRateLimiter<AccountId>> =
    LazyLock::new(|| RateLimiter::keyed(Quota::per_minute(const { NonZeroU32::MIN.saturating_add(59) })));

pub async fn list(app: &App, asked: Asked<Officer, Part>) -> Result<Shown<Listed<PackageCard>>, Failure> {
    Ok(Shown::listed(package::list(app, &asked.actor, asked.query.page()?).await?))
}

fn shown(package: Package) -> Shown<Package> {
    let revision = package.revision;
    Shown::from(package).revision(revision)
}

pub async fn draft(app: &App, command: Command<Broker, PackageForm>) -> Result<Shown<Package>, Failure> {
    let id = package::draft(app, &command.order, command.form).await?;
    let package = package::show(app, &command.actor, id).await?;
    let revision = package.revision;
    Ok(Shown::created(package).revision(revision))
}

pub async fn check(app: &App, posed: Posed<Broker, PackageTyped>) -> Result<PackageChecked, Failure> {
    CHECKS.retain_recent();
    CHECKS.check_key(&posed.actor.account_id).map_err(|_| {
        let words = "Too many checks in a minute. Wait a moment, then go on: what you typed is checked when you save it.";
        Refusal::new(Code::TooManyAttempts, words)
    })?;
    package::check(app, &posed.actor, posed.form).await
}

pub async fn template(app: &App, asked: Asked<Broker>) -> Result<PackageTemplateView, Failure> {
    package::template(app, &asked.actor, asked.parts.id()?).await
}

pub async fn show(app: &App, asked: Asked<Officer>) -> Result<Shown<Package>, Failure> {
    Ok(shown(package::show(app, &asked.actor, asked.parts.id()?).await?))
}

pub async fn revise(app: &App, command: Command<Broker, PackageForm>) -> Result<Shown<Package>, Failure> {
    let id = command.parts.id()?;
    let Some(revision) = command.parts.revision()? else {
        return Err(Refusal::new(Code::RevisionMissing, "Say which revision you change, in If-Match.")
            .at("If-Match")
            .into());
    };
    package::revise(app, &command.order, id, revision, command.form).await?;
    Ok(shown(package::show(app, &command.actor, id).await?))
}

pub async fn publish(
    app: &App,
    command: Command<Broker, Publication>,
) -> Result<Shown<Opportunity>, Failure> {
    let id = package::publish(app, &command.order, command.parts.id()?, command.form).await?;
    Ok(Shown::created(opportunity::show(app, &command.actor, id).await?))
}
