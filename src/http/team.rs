use super::{account::begin, identity::*, request::*};
use crate::{
    actions::{
        Failure,
        account::Me,
        team::{self, Acceptance, InvitationLink},
    },
    app::App,
    domain::{
        disclosure::team::{InvitationOffered, TeamView},
        team::{NewInvitation, NewPart},
    },
};

pub async fn show(app: &App, asked: Asked<ProviderAdministrator>) -> Result<TeamView, Failure> {
    team::show(app, &asked.actor).await
}

pub async fn invite(
    app: &App,
    command: Command<ProviderAdministrator, NewInvitation>,
) -> Result<Shown<TeamView>, Failure> {
    team::invite(app, &command.order, command.form).await?;
    Ok(Shown::created(team::show(app, &command.actor).await?))
}

pub async fn send_again(
    app: &App,
    command: Command<ProviderAdministrator, Nothing>,
) -> Result<TeamView, Failure> {
    team::send_again(app, &command.order, command.parts.id()?).await?;
    team::show(app, &command.actor).await
}

pub async fn withdraw(
    app: &App,
    command: Command<ProviderAdministrator, Nothing>,
) -> Result<TeamView, Failure> {
    team::withdraw(app, &command.order, command.parts.id()?).await?;
    team::show(app, &command.actor).await
}

pub async fn change(app: &App, command: Command<ProviderAdministrator, NewPart>) -> Result<Nothing, Failure> {
    team::change(app, &command.order, command.parts.id()?, command.form).await?;
    Ok(Nothing {})
}

pub async fn leave(app: &App, command: Command<ProviderAdministrator, Nothing>) -> Result<Nothing, Failure> {
    team::leave(app, &command.order, command.parts.id()?).await?;
    Ok(Nothing {})
}

pub async fn invitation(app: &App, asked: Open<InvitationLink>) -> Result<InvitationOffered, Failure> {
    team::show_invitation(app, &asked.form).await
}

pub async fn accept(app: &App, asked: Open<Acceptance>) -> Result<Shown<Me>, Failure> {
    let actor = team::accept(app, asked.form).await?;
    let (me, cookie) = begin(app, &actor, true).await?;
    Ok(Shown::created(me).cookie(cookie))
}
