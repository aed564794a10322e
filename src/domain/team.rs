//! The people of a provider. Its administrators invite colleagues, say what they may do and where, and take that away;
//! whoever leaves is out at once, everywhere. There is always an administrator.

use super::{
    change::Change,
    event::Event,
    refusal::{Code, Refusal},
};
use entity::{
    account, invitation,
    person::{self, Categories},
    vocabulary::*,
};
use serde::{Deserialize, Serialize};

/// The most people of a provider, with those who are invited.
pub const PEOPLE_MAX: usize = 100;
/// For how many days an invitation can be accepted.
pub const INVITATION_DAYS: i64 = 7;
/// How often an invitation is sent.
pub const SENDS_MAX: i32 = 5;
/// How long must pass before an invitation is sent again, in seconds.
pub const SEND_WAIT_SECONDS: i64 = 300;
/// How many colleagues a provider invites within a day: each is a letter to an address that anybody may type.
pub const INVITATIONS_A_DAY_MAX: u64 = 30;

/// What somebody may do for their provider.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPart {
    pub role: ProviderRole,
    /// Where they bid and are written to; everywhere, where none is listed.
    #[serde(default)]
    pub categories: Vec<CategoryId>,
}

/// A colleague who is asked to act for the provider.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    pub email: String,
    pub role: ProviderRole,
    /// Where they bid and are written to; everywhere, where none is listed.
    #[serde(default)]
    pub categories: Vec<CategoryId>,
}

/// A provider's people, under its lock.
#[derive(Clone, Debug)]
pub struct Team {
    pub provider_id: ProviderId,
    pub provider_name: String,
    /// Those who act for it.
    pub people: Vec<person::Model>,
    /// Those neither accepted nor withdrawn; some may be too old by now.
    pub invitations: Vec<invitation::Model>,
    /// The categories that the provider asked to join.
    pub categories: Vec<CategoryId>,
    /// How many it invited within the last day.
    pub invited_today: u64,
}

/// What letters to a provider's people about themselves say.
#[derive(Clone, Debug, Serialize)]
struct TeamContext {
    provider: String,
    /// The last whole day on which it can be accepted, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_day: Option<String>,
    /// Of which invitation, and of which sending, its token is made when the letter is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    token_of: Option<TokenOf>,
    path: String,
}

/// What the token in an invitation's link is made of, together with the server's secret. So no token lies in the
/// database, and each letter has its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenOf {
    pub invitation_id: InvitationId,
    /// The first sending is number 1.
    pub sent: i32,
}

/// The people of one provider who are written to about a category: whoever may bid there. Where that is nobody, its
/// administrators: a letter never goes unread because of how colleagues share their work.
pub fn readers(people: &[person::Model], category: CategoryId) -> Vec<AccountId> {
    let act =
        || people.iter().filter(|person| person.left_at.is_none() && person.role != ProviderRole::Viewer);
    let covering: Vec<_> =
        act().filter(|person| person.categories.cover(category)).map(|person| person.account_id).collect();
    if !covering.is_empty() {
        return covering;
    }
    act()
        .filter(|person| person.role == ProviderRole::Administrator)
        .map(|person| person.account_id)
        .collect()
}

impl Team {
    fn check_categories(&self, mut categories: Vec<CategoryId>) -> Result<Categories, Refusal> {
        categories.sort_unstable();
        categories.dedup();
        if categories.iter().all(|one| self.categories.contains(one)) {
            return Ok(Categories(categories));
        }
        let words = "Choose among the categories that your organisation has asked to join.";
        Err(Refusal::new(Code::InvalidField, words).at("categories"))
    }

    fn person(&self, id: AccountId) -> Result<&person::Model, Refusal> {
        self.people.iter().find(|person| person.account_id == id).ok_or_else(|| Refusal::not_found("person"))
    }

    fn invitation(&self, id: InvitationId) -> Result<&invitation::Model, Refusal> {
        self.invitations.iter().find(|one| one.id == id).ok_or_else(|| Refusal::not_found("invitation"))
    }

    /// Whether this person is an administrator of it still: somebody may have taken them away while they waited for
    /// the lock.
    ///
    /// # Errors
    /// `role_needed`.
    pub fn check_administers(&self, by: AccountId) -> Result<(), Refusal> {
        match self.person(by) {
            Ok(person) if person.role == ProviderRole::Administrator => Ok(()),
            _ => Err(Refusal::new(Code::RoleNeeded, "You are no longer an administrator here.")),
        }
    }

    /// A provider without an administrator could let nobody in and nobody out.
    fn check_administered_without(&self, id: AccountId) -> Result<(), Refusal> {
        let another = |p: &person::Model| p.account_id != id && p.role == ProviderRole::Administrator;
        if self.people.iter().any(another) {
            return Ok(());
        }
        Err(Refusal::new(
            Code::LastAdministrator,
            "This is your organisation’s only administrator. Make somebody else an administrator first.",
        ))
    }

    /// What the letter of an invitation says.
    fn context(&self, of: &invitation::Model) -> TeamContext {
        TeamContext {
            provider: self.provider_name.clone(),
            last_day: Some(of.expires_at.london_day().plus_days(-1).in_words()),
            token_of: Some(TokenOf { invitation_id: of.id, sent: of.sent }),
            path: "/invitation".to_owned(),
        }
    }
}

/// Invites somebody whose account, new or known, acts for nobody. `id` is what the invitation will be called, and
/// `digest` the SHA-256 of its token.
///
/// # Errors
/// They are a colleague, or invited, already; there is no room; too many were invited; categories of others.
pub fn invite(
    team: &Team,
    account: account::Model,
    new: NewInvitation,
    (id, digest): (InvitationId, String),
    by: AccountId,
    now: Instant,
) -> Result<Change, Refusal> {
    let categories = team.check_categories(new.categories)?;
    if team.people.iter().any(|person| person.account_id == account.id) {
        let words = "This address is one of your colleagues’ already.";
        return Err(Refusal::new(Code::AlreadyInvited, words).at("email"));
    }
    if team.invitations.iter().any(|invitation| invitation.account_id == account.id) {
        let words = "This person is invited already. Send the invitation again, or withdraw it.";
        return Err(Refusal::new(Code::AlreadyInvited, words).at("email"));
    }
    if team.people.len() + team.invitations.len() >= PEOPLE_MAX {
        let words = format!(
            "At most {PEOPLE_MAX} people act for an organisation, with those who are invited. Take somebody away, or withdraw an invitation."
        );
        return Err(Refusal::new(Code::TeamFull, words).at("email"));
    }
    if team.invited_today >= INVITATIONS_A_DAY_MAX {
        let words =
            format!("At most {INVITATIONS_A_DAY_MAX} people are invited within a day. Go on tomorrow.");
        return Err(Refusal::new(Code::InvitedTooOften, words));
    }
    let row = invitation::Model {
        id,
        provider_id: team.provider_id,
        account_id: account.id,
        role: new.role,
        categories,
        token_digest: digest,
        sent: 1,
        invited_by: by,
        invited_at: now,
        sent_at: now,
        expires_at: now.plus_seconds(INVITATION_DAYS * 24 * 3600),
        accepted_at: None,
        withdrawn_at: None,
    };
    let event = Event::ColleagueInvited { invitation_id: row.id, role: row.role };
    let (to, context) = (account.id, team.context(&row));
    Ok(Change::new(team.provider_id, event).upsert(account).insert(row).tell(
        LetterKind::Invited,
        &[to],
        &context,
    ))
}

/// Sends an invitation again, for as long as the first time, with a new token: the link in the letter before no longer
/// works. `digest` is the SHA-256 of that token.
///
/// # Errors
/// It is not one that can be accepted; it was sent just now, or too often.
pub fn send_again(team: &Team, id: InvitationId, digest: String, now: Instant) -> Result<Change, Refusal> {
    let row = team.invitation(id)?;
    if row.sent >= SENDS_MAX {
        let words =
            format!("This invitation was sent {SENDS_MAX} times. Withdraw it, and check the address.");
        return Err(Refusal::new(Code::InvitedTooOften, words));
    }
    if now < row.sent_at.plus_seconds(SEND_WAIT_SECONDS) {
        let words = format!("This invitation was sent just now. Wait {} minutes.", SEND_WAIT_SECONDS / 60);
        return Err(Refusal::new(Code::InvitedTooOften, words));
    }
    let again = invitation::Model {
        token_digest: digest,
        sent: row.sent + 1,
        sent_at: now,
        expires_at: now.plus_seconds(INVITATION_DAYS * 24 * 3600),
        ..row.clone()
    };
    let event = Event::InvitationSentAgain { invitation_id: id };
    let (to, context) = (again.account_id, team.context(&again));
    Ok(Change::new(team.provider_id, event).update(again).tell(LetterKind::Invited, &[to], &context))
}

/// Takes an invitation back: its link no longer works.
///
/// # Errors
/// It is not one that can be accepted.
pub fn withdraw(team: &Team, id: InvitationId, now: Instant) -> Result<Change, Refusal> {
    let row = team.invitation(id)?;
    let event = Event::InvitationWithdrawn { invitation_id: id };
    Ok(Change::new(team.provider_id, event)
        .update(invitation::Model { withdrawn_at: Some(now), ..row.clone() }))
}

/// Whether an invitation can be accepted now.
///
/// # Errors
/// It was accepted, withdrawn, or is too old.
pub fn check_open(invitation: &invitation::Model, now: Instant) -> Result<(), Refusal> {
    let words = if invitation.accepted_at.is_some() {
        "This invitation was accepted already. Sign in."
    } else if invitation.withdrawn_at.is_some() {
        "This invitation was withdrawn. Ask whoever invited you."
    } else if now >= invitation.expires_at {
        "This invitation is too old. Ask whoever invited you to send it again."
    } else {
        return Ok(());
    };
    Err(Refusal::new(Code::InvitationOver, words))
}

/// Whoever was invited acts for the provider from now on. `account` holds the name and the password that they chose.
///
/// # Errors
/// As [`check_open`].
pub fn accept(
    invitation: &invitation::Model,
    account: account::Model,
    now: Instant,
) -> Result<Change, Refusal> {
    check_open(invitation, now)?;
    let person = person::Model {
        account_id: account.id,
        provider_id: invitation.provider_id,
        role: invitation.role,
        categories: invitation.categories.clone(),
        left_at: None,
    };
    let event = Event::ColleagueJoined { colleague_id: account.id, role: person.role };
    Ok(Change::new(invitation.provider_id, event)
        .update(invitation::Model { accepted_at: Some(now), ..invitation.clone() })
        .update(account)
        .upsert(person))
}

/// Says anew what somebody may do; nothing where that is what they may do already.
///
/// # Errors
/// They are not of the provider; nobody would be its administrator; categories of others.
pub fn change(team: &Team, id: AccountId, new: NewPart) -> Result<Option<Change>, Refusal> {
    let person = team.person(id)?;
    if new.role != ProviderRole::Administrator {
        team.check_administered_without(id)?;
    }
    let categories = team.check_categories(new.categories)?;
    let part = person::Model { role: new.role, categories, ..person.clone() };
    if part == *person {
        return Ok(None);
    }
    let event =
        Event::ColleagueChanged { colleague_id: id, role: part.role, categories: part.categories.0.clone() };
    Ok(Some(Change::new(team.provider_id, event).update(part)))
}

/// Somebody leaves: they no longer act for the provider, and their sessions end. The provider's change, and their own
/// account's. What is owed to them by then is dropped by the post.
///
/// # Errors
/// They are not of the provider; nobody would be its administrator.
pub fn leave(team: &Team, account: account::Model, now: Instant) -> Result<[Change; 2], Refusal> {
    let person = team.person(account.id)?;
    team.check_administered_without(account.id)?;
    let event = Event::ColleagueLeft { colleague_id: account.id };
    let context = TeamContext {
        provider: team.provider_name.clone(),
        last_day: None,
        token_of: None,
        path: "/".to_owned(),
    };
    let gone = Change::new(team.provider_id, event)
        .update(person::Model { left_at: Some(now), ..person.clone() })
        .tell(LetterKind::ColleagueLeft, &[account.id], &context);
    let account = account::Model { sessions_since: now, ..account };
    Ok([gone, Change::new(account.id, Event::SignedOut).update(account)])
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_milliseconds(1_800_000_000_000);

    fn person(role: ProviderRole, categories: &[CategoryId]) -> person::Model {
        person::Model {
            account_id: AccountId::new(),
            provider_id: ProviderId::new(),
            role,
            categories: Categories(categories.to_vec()),
            left_at: None,
        }
    }

    fn account(id: AccountId) -> account::Model {
        account::Model {
            id,
            email: "somebody@acorn.example".to_owned(),
            name: "Somebody".to_owned(),
            password: String::new(),
            created_at: NOW,
            sessions_since: NOW,
            signed_in_at: None,
        }
    }

    fn team(people: Vec<person::Model>) -> Team {
        Team {
            provider_id: ProviderId::new(),
            provider_name: "Acorn Example Care".to_owned(),
            people,
            invitations: Vec::new(),
            categories: vec![CategoryId::new()],
            invited_today: 0,
        }
    }

    fn invitation(team: &Team) -> invitation::Model {
        invitation::Model {
            id: InvitationId::new(),
            provider_id: team.provider_id,
            account_id: AccountId::new(),
            role: ProviderRole::Bidder,
            categories: Categories::default(),
            token_digest: String::new(),
            sent: 1,
            invited_by: AccountId::new(),
            invited_at: NOW,
            sent_at: NOW,
            expires_at: NOW.plus_seconds(INVITATION_DAYS * 86_400),
            accepted_at: None,
            withdrawn_at: None,
        }
    }

    fn asked(role: ProviderRole) -> NewInvitation {
        NewInvitation { email: "somebody@acorn.example".to_owned(), role, categories: Vec::new() }
    }

    fn invited(team: &Team, account: account::Model) -> Result<Change, Code> {
        let (by, called) = (AccountId::new(), (InvitationId::new(), "digest".to_owned()));
        invite(team, account, asked(ProviderRole::Viewer), called, by, NOW).map_err(|refusal| refusal.code)
    }

    #[test]
    fn letters_go_to_those_who_may_bid_there_and_to_administrators_where_nobody_may() {
        let (here, elsewhere) = (CategoryId::new(), CategoryId::new());
        let everywhere = person(ProviderRole::Bidder, &[]);
        let only_here = person(ProviderRole::Bidder, &[here]);
        let viewer = person(ProviderRole::Viewer, &[]);
        let gone = person::Model { left_at: Some(NOW), ..person(ProviderRole::Administrator, &[]) };
        let administrator = person(ProviderRole::Administrator, &[here]);
        let ids = |people: &[&person::Model]| people.iter().map(|p| p.account_id).collect::<Vec<_>>();
        let all = [&everywhere, &only_here, &viewer, &gone, &administrator].map(Clone::clone);
        assert_eq!(readers(&all, here), ids(&[&everywhere, &only_here, &administrator]));
        assert_eq!(readers(&all, elsewhere), ids(&[&everywhere]));
        let nobody = [only_here, viewer, gone, administrator.clone()];
        assert_eq!(readers(&nobody, elsewhere), ids(&[&administrator]));
    }

    #[test]
    fn a_provider_is_never_without_an_administrator() {
        let (one, other) = (person(ProviderRole::Administrator, &[]), person(ProviderRole::Bidder, &[]));
        let alone = team(vec![one.clone(), other.clone()]);
        let code = |refusal: Refusal| refusal.code;
        let viewer = || NewPart { role: ProviderRole::Viewer, categories: Vec::new() };
        assert_eq!(
            change(&alone, one.account_id, viewer()).map_err(code).err(),
            Some(Code::LastAdministrator)
        );
        let left = leave(&alone, account(one.account_id), NOW);
        assert_eq!(left.map_err(code).err(), Some(Code::LastAdministrator));
        assert!(leave(&alone, account(other.account_id), NOW).is_ok());
        let two = team(vec![one.clone(), person(ProviderRole::Administrator, &[])]);
        assert!(leave(&two, account(one.account_id), NOW).is_ok());
        assert_eq!(alone.check_administers(other.account_id).map_err(code), Err(Code::RoleNeeded));
        assert_eq!(alone.check_administers(AccountId::new()).map_err(code), Err(Code::RoleNeeded));
        assert_eq!(alone.check_administers(one.account_id), Ok(()));
    }

    #[test]
    fn nobody_is_invited_twice_past_the_room_there_is_or_to_another_provider_s_categories() {
        let mut known = team(vec![person(ProviderRole::Administrator, &[])]);
        let outstanding = invitation(&known);
        known.invitations.push(outstanding.clone());
        assert!(invited(&known, account(AccountId::new())).is_ok());
        for id in [outstanding.account_id, known.people[0].account_id] {
            assert_eq!(invited(&known, account(id)).err(), Some(Code::AlreadyInvited));
        }
        let theirs = NewInvitation { categories: vec![CategoryId::new()], ..asked(ProviderRole::Bidder) };
        let called = (InvitationId::new(), "digest".to_owned());
        let refused = invite(&known, account(AccountId::new()), theirs, called, AccountId::new(), NOW);
        assert_eq!(refused.expect_err("another's").field.as_deref(), Some("categories"));
        let busy = Team { invited_today: INVITATIONS_A_DAY_MAX, ..known.clone() };
        assert_eq!(invited(&busy, account(AccountId::new())).err(), Some(Code::InvitedTooOften));
        known.invitations = vec![outstanding; PEOPLE_MAX - 1];
        assert_eq!(invited(&known, account(AccountId::new())).err(), Some(Code::TeamFull));
        known.invitations.pop();
        assert!(invited(&known, account(AccountId::new())).is_ok());
    }

    #[test]
    fn an_invitation_holds_for_seven_days_to_the_millisecond_and_is_used_once() {
        let open = invitation(&team(Vec::new()));
        let code = |row: &invitation::Model, now| check_open(row, now).map_err(|refusal| refusal.code);
        assert_eq!(code(&open, open.expires_at.plus_milliseconds(-1)), Ok(()));
        assert_eq!(code(&open, open.expires_at), Err(Code::InvitationOver));
        let used = invitation::Model { accepted_at: Some(NOW), ..open.clone() };
        assert_eq!(code(&used, NOW), Err(Code::InvitationOver));
        let withdrawn = invitation::Model { withdrawn_at: Some(NOW), ..open };
        assert_eq!(code(&withdrawn, NOW), Err(Code::InvitationOver));
    }

    #[test]
    fn an_invitation_is_sent_again_not_too_soon_and_not_too_often() {
        let mut known = team(Vec::new());
        let row = invitation(&known);
        known.invitations.push(row.clone());
        let code = |known: &Team, now| {
            send_again(known, row.id, "new".to_owned(), now).map(|_| ()).map_err(|refusal| refusal.code)
        };
        let later = NOW.plus_seconds(SEND_WAIT_SECONDS);
        assert_eq!(code(&known, later.plus_milliseconds(-1)), Err(Code::InvitedTooOften));
        assert_eq!(code(&known, later), Ok(()));
        // One that is too old is begun anew.
        assert_eq!(code(&known, row.expires_at.plus_seconds(1)), Ok(()));
        known.invitations[0].sent = SENDS_MAX;
        assert_eq!(code(&known, later), Err(Code::InvitedTooOften));
    }
}
