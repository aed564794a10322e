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
            package::{Package, PackageCard, PackageForm},
        },
        refusal::{Code, Refusal},
    },
};

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
