//! Inviting colleagues, and saying what the people of a provider may do.

use super::{
    Act, Failure, Order,
    account::{check_address, check_person, hash},
    act, act_for_nobody,
};
use crate::{
    app::App,
    domain::{
        actor::Actor,
        disclosure::team::{self as shown, CategoryChoice, InvitationOffered, TeamView},
        refusal::{Code, Refusal},
        team::{self as rules, NewInvitation, NewPart, Team, TokenOf},
    },
    signature::{self, Purpose},
    store,
};
use entity::{account, invitation, letter, vocabulary::*};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The link of an invitation, as it came.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationLink {
    /// What stands behind the `#`.
    pub token: String,
}

/// How whoever was invited will sign in.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    pub token: String,
    pub name: String,
    /// 12 to 128 characters.
    pub password: String,
}

/// The token of one sending of an invitation: made from the server's secret whenever its letter is written, and kept
/// nowhere. No session is signed over such words, so neither can pass for the other.
fn token(app: &App, of: TokenOf) -> String {
    let words = format!("invitation {} sending {}", of.invitation_id, of.sent);
    signature::signature(&app.settings.session_secret, Purpose::Invitation, words.as_bytes())
}

fn digest(token: &str) -> String {
    format!("{:x}", Sha256::digest(token.as_bytes()))
}

/// Where the link of an invitation's letter leads; nothing for other letters. Behind the `#` a token is sent to no
/// server and stands in no log.
pub fn link(app: &App, of: &letter::Model) -> Result<Option<String>, Failure> {
    if of.kind != LetterKind::Invited {
        return Ok(None);
    }
    // Without one, as when a kind of letter is looked at, the link leads to the page alone.
    let Some(made_of) = of.context.get("token_of") else { return Ok(None) };
    let made_of = serde_json::from_value(made_of.clone())?;
    Ok(Some(format!("/invitation#{}", token(app, made_of))))
}

/// The team of an administrator, who is one still, under its lock.
async fn own(act: &mut Act<'_>) -> Result<Team, Failure> {
    let (provider, by) = (act.actor()?.provider()?, act.actor()?.account_id);
    act.lock(provider).await?;
    let now = act.now().await?;
    let team = store::team::of(act.tx(), provider, now).await?;
    let team = team.ok_or_else(|| Refusal::not_found("provider"))?;
    team.check_administers(by)?;
    Ok(team)
}

/// An administrator invites a colleague. One whose address is known already must act for nobody.
pub async fn invite(app: &App, order: &Order, new: NewInvitation) -> Result<(), Failure> {
    let id = InvitationId::new();
    let digest = digest(&token(app, TokenOf { invitation_id: id, sent: 1 }));
    let email = new.email.trim().to_lowercase();
    check_address("email", &email)?;
    act(app, order, async |act| {
        let team = own(act).await?;
        let now = act.now().await?;
        let known = store::account::by_email(act.tx(), &email).await?;
        if let Some(known) = &known
            && !team.people.iter().any(|person| person.account_id == known.id)
            && store::team::is_taken(act.tx(), known.id, Some(team.provider_id)).await?
        {
            // No more than this: for whom somebody acts is theirs.
            let words = "This address cannot be invited. Ask your colleague for another.";
            return Err(Refusal::new(Code::EmailTaken, words).at("email").into());
        }
        let account = known.unwrap_or_else(|| account::Model {
            id: AccountId::new(),
            email: email.clone(),
            name: email.clone(),
            // Nobody can sign in to it until the invitation is accepted.
            password: String::new(),
            created_at: now,
            sessions_since: now,
            signed_in_at: None,
        });
        let change = rules::invite(&team, account, new, (id, digest), order.by, now)?;
        act.record(change).await
    })
    .await
}

/// An administrator sends an invitation again.
pub async fn send_again(app: &App, order: &Order, id: InvitationId) -> Result<(), Failure> {
    act(app, order, async |act| {
        let team = own(act).await?;
        let now = act.now().await?;
        let sent = team.invitations.iter().find(|one| one.id == id).map_or(0, |one| one.sent);
        let digest = digest(&token(app, TokenOf { invitation_id: id, sent: sent + 1 }));
        act.record(rules::send_again(&team, id, digest, now)?).await
    })
    .await
}

/// An administrator takes an invitation back.
pub async fn withdraw(app: &App, order: &Order, id: InvitationId) -> Result<(), Failure> {
    act(app, order, async |act| {
        let team = own(act).await?;
        let now = act.now().await?;
        act.record(rules::withdraw(&team, id, now)?).await
    })
    .await
}

/// An administrator says anew what somebody may do.
pub async fn change(app: &App, order: &Order, id: AccountId, new: NewPart) -> Result<(), Failure> {
    act(app, order, async |act| {
        let team = own(act).await?;
        match rules::change(&team, id, new)? {
            Some(change) => act.record(change).await,
            None => Ok(()),
        }
    })
    .await
}

/// An administrator takes somebody away, or leaves.
pub async fn leave(app: &App, order: &Order, id: AccountId) -> Result<(), Failure> {
    act(app, order, async |act| {
        let team = own(act).await?;
        // Before their account is held: another provider's people are nobody's to hold.
        if team.people.iter().all(|person| person.account_id != id) {
            return Err(Refusal::not_found("person").into());
        }
        act.lock(id).await?;
        let now = act.now().await?;
        let Some(account) = store::team::accounts(act.tx(), [id]).await?.pop() else {
            return Err(Refusal::not_found("person").into());
        };
        for change in rules::leave(&team, account, now)? {
            act.record(change).await?;
        }
        Ok(())
    })
    .await
}

async fn offered(
    db: &impl ConnectionTrait,
    token: &str,
    now: Instant,
) -> Result<(invitation::Model, account::Model), Failure> {
    let missing = || {
        let words =
            "This link does not work any more, or is not whole. Ask whoever invited you to send it again.";
        Refusal::new(Code::NotFound, words)
    };
    let invitation = store::team::invitation(db, &digest(token)).await?.ok_or_else(missing)?;
    rules::check_open(&invitation, now)?;
    let account = store::team::accounts(db, [invitation.account_id]).await?.pop().ok_or_else(missing)?;
    if store::team::is_taken(db, account.id, Some(invitation.provider_id)).await? {
        let words = "This address is in use here already, so the invitation cannot be accepted. Sign in, or ask whoever invited you to use another address.";
        return Err(Refusal::new(Code::EmailTaken, words).into());
    }
    Ok((invitation, account))
}

/// What somebody who was invited is shown.
pub async fn show_invitation(app: &App, link: &InvitationLink) -> Result<InvitationOffered, Failure> {
    let db = app.database.read();
    let (invitation, account) = offered(db, &link.token, app.clock.now()).await?;
    let provider = store::account::provider(db, invitation.provider_id).await?;
    Ok(InvitationOffered {
        provider_name: provider.map(|p| p.name).unwrap_or_default(),
        email: account.email,
        role: invitation.role,
        expires_at: invitation.expires_at,
    })
}

/// Whoever has the letter accepts: they act for the provider from now on.
pub async fn accept(app: &App, how: Acceptance) -> Result<Actor, Failure> {
    check_person(&how.name, &how.password)?;
    // Before the password is worked on: that costs.
    offered(app.database.read(), &how.token, app.clock.now()).await?;
    let password = hash(how.password).await?;
    let token = how.token;
    act_for_nobody(app, async |act| {
        let Some(found) = store::team::invitation(act.tx(), &digest(&token)).await? else {
            return Err(Refusal::not_found("invitation").into());
        };
        act.lock(found.provider_id).await?;
        act.lock(found.account_id).await?;
        let now = act.now().await?;
        // Read again, now that both are held.
        let (invitation, account) = offered(act.tx(), &token, now).await?;
        let name = how.name.trim().to_owned();
        let account =
            account::Model { name, password, sessions_since: now, signed_in_at: Some(now), ..account };
        let id = account.id;
        act.record(rules::accept(&invitation, account, now)?).await?;
        let actor = store::account::actor(act.tx(), id).await?;
        actor.map(|(actor, _)| actor).ok_or_else(|| Refusal::not_found("person").into())
    })
    .await
}

/// The names of categories and of their markets, for choosing.
pub async fn choices(db: &impl ConnectionTrait, of: &[CategoryId]) -> Result<Vec<CategoryChoice>, Failure> {
    let names = store::market::names(db, of.iter().copied()).await?;
    let mut choices: Vec<_> = of
        .iter()
        .map(|&id| CategoryChoice {
            id,
            name: names.category(id),
            market_name: names.market_of(id).map(|market| names.market(market)).unwrap_or_default(),
        })
        .collect();
    choices.sort_by(|a, b| (&a.market_name, &a.name).cmp(&(&b.market_name, &b.name)));
    Ok(choices)
}

/// Who acts for one's provider.
pub async fn show(app: &App, actor: &Actor) -> Result<TeamView, Failure> {
    let db = app.database.read();
    let (provider, now) = (actor.provider()?, app.clock.now());
    let Some(team) = store::team::of(db, provider, now).await? else {
        return Err(Refusal::not_found("provider").into());
    };
    let people = team.people.iter().map(|p| p.account_id);
    let ids: Vec<_> = people.chain(team.invitations.iter().map(|i| i.account_id)).collect();
    let accounts = store::team::accounts(db, ids).await?.into_iter().map(|a| (a.id, a)).collect();
    let letters = store::team::letters(db, provider, team.invitations.iter().map(|i| i.account_id)).await?;
    let categories = choices(db, &team.categories).await?;
    Ok(shown::team(&team, &accounts, &letters, categories, now))
}
