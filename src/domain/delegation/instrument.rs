//! Entering and revoking instruments, and who holds which post. What gives more than was had, or goes round in a
//! circle, is refused; whatever else is amiss is told with it ([`super::findings`]).

use super::{
    Holder, Scheme,
    finding::{circle, widened},
    listed,
};
use crate::domain::{
    change::Change,
    enrolment::check_words,
    event::Event,
    refusal::{Code, Fault, Refusal},
};
use entity::{decision, delegation, holder, post, vocabulary::*};
use serde::{Deserialize, Serialize};

/// How many levels a delegation may be passed on by, at most, where it says how many.
pub const LEVELS_MAX: u32 = 20;
/// Characters in a title, a body's name or a post's.
const TITLE_MAX: usize = 120;
/// Characters in a reference or in conditions.
const SENTENCE_MAX: usize = 600;
/// Characters in the address of a document.
const DOCUMENT_MAX: usize = 500;
/// Decisions and delegations of one market; posts of one authority, and their holders.
const DECISIONS_MAX: usize = 300;
const DELEGATIONS_MAX: usize = 500;
const POSTS_MAX: usize = 300;
const HOLDERS_MAX: usize = 2_000;

/// What the address of a document must be, to be read after “must be”.
pub const DOCUMENT_WORDS: &str = "a web address that begins with https://, of at most 500 characters";

/// Whether a text can be the address of a document.
pub fn is_document(text: &str) -> bool {
    let host = text.strip_prefix("https://").and_then(|rest| rest.split(['/', '?', '#']).next());
    host.is_some_and(|host| host.contains('.') && !host.contains('@'))
        && text.len() <= DOCUMENT_MAX
        && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte))
}

/// A decision by members, to be entered.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDecision {
    /// Who decided, such as Cabinet.
    pub body: String,
    pub taken_on: Day,
    pub title: String,
    /// Minute or recommendation.
    pub reference: String,
    /// Whether the public may read it.
    pub public: bool,
    /// The paper's `https` address.
    #[serde(default)]
    pub document: Option<String>,
}

/// A delegation, to be entered. It comes from a decision or from a post: one of the two.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDelegation {
    #[serde(default)]
    pub from_decision_id: Option<DecisionId>,
    #[serde(default)]
    pub from_post_id: Option<PostId>,
    pub to_post_id: PostId,
    /// The highest yearly value it covers; none: no limit of its own.
    #[serde(default)]
    pub limit_yearly: Option<Money>,
    /// The highest value over the whole initial term it covers.
    #[serde(default)]
    pub limit_contract: Option<Money>,
    /// None listed: every category of the market.
    #[serde(default)]
    pub categories: Vec<CategoryId>,
    /// None listed: every kind of decision.
    #[serde(default)]
    pub kinds: Vec<DecisionKind>,
    #[serde(default)]
    pub may_pass_on: bool,
    /// How many delegations may follow one under another from it; nothing: any number.
    #[serde(default)]
    pub levels: Option<i32>,
    pub valid_from: Day,
    /// The last day.
    #[serde(default)]
    pub valid_to: Option<Day>,
    /// As the chain cites them.
    #[serde(default)]
    pub conditions: Option<String>,
    pub reason: String,
}

/// The end of a delegation before its time.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Revocation {
    pub delegation_id: DelegationId,
    /// The first day on which it is no more.
    pub revoked_on: Day,
    pub reason: String,
}

/// A post, to be created.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPost {
    pub title: String,
    pub reason: String,
}

/// Somebody who is to hold a post.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Appointment {
    pub post_id: PostId,
    /// An officer of the authority.
    pub account_id: AccountId,
    pub tenure: Tenure,
    pub from: Day,
    /// The last day; without one it goes on.
    #[serde(default)]
    pub to: Option<Day>,
    pub reason: String,
}

/// The end of a tenure before its time.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TenureEnd {
    pub holder_id: HolderId,
    pub last_day: Day,
    pub reason: String,
}

fn invalid(field: &str, words: impl Into<std::borrow::Cow<'static, str>>) -> Refusal {
    Refusal::new(Code::InvalidField, words).at(field)
}

fn check_text(field: &str, text: &str, characters_max: usize) -> Result<(), Refusal> {
    let length = text.trim().chars().count();
    if length == 0 {
        return Err(invalid(field, "Enter something here."));
    }
    if length > characters_max {
        return Err(invalid(field, format!("This has {length} characters; {characters_max} are allowed.")));
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(invalid(field, "This holds control characters: type it anew."));
    }
    Ok(())
}

fn check_room(have: usize, most: usize, what: &str) -> Result<(), Refusal> {
    if have < most {
        return Ok(());
    }
    let words = format!("There are {most} {what} here already, which is as many as are kept.");
    Err(Refusal::new(Code::SchemeFull, words))
}

/// A slug that no definition file can have: there they begin with a letter.
fn next_slug<'a>(taken: impl Iterator<Item = &'a str>, today: Day) -> String {
    let day = today.to_string();
    let most = taken
        .filter_map(|slug| slug.strip_prefix(day.as_str())?.strip_prefix('/')?.parse::<u32>().ok())
        .max()
        .unwrap_or(0);
    format!("{day}/{}", most.saturating_add(1))
}

/// Enters a decision by members.
///
/// # Errors
/// A field says what it may not; it was taken after today; there is no room.
pub fn enter_decision(
    scheme: &Scheme,
    market: MarketId,
    by: AccountId,
    new: NewDecision,
    today: Day,
) -> Result<(DecisionId, Change), Refusal> {
    check_text("body", &new.body, TITLE_MAX)?;
    check_text("title", &new.title, TITLE_MAX)?;
    check_text("reference", &new.reference, SENTENCE_MAX)?;
    if new.taken_on > today {
        return Err(invalid("taken_on", "Enter a decision once it was taken: this day is still to come."));
    }
    if new.document.as_deref().is_some_and(|address| !is_document(address)) {
        return Err(invalid("document", format!("The address of the document must be {DOCUMENT_WORDS}.")));
    }
    check_room(scheme.decisions.len(), DECISIONS_MAX, "decisions")?;
    let row = decision::Model {
        id: DecisionId::new(),
        market_id: market,
        slug: next_slug(scheme.decisions.iter().map(|d| d.slug.as_str()), today),
        body: new.body.trim().to_owned(),
        taken_on: new.taken_on,
        title: new.title.trim().to_owned(),
        reference: new.reference.trim().to_owned(),
        public: new.public,
        document: new.document,
        entered_by: Some(by),
    };
    let event = Event::DecisionEntered {
        decision_id: row.id,
        body: row.body.clone(),
        reference: row.reference.clone(),
    };
    Ok((row.id, Change::new(market, event).insert(row)))
}

/// Enters a delegation.
///
/// # Errors
/// A field says what it may not; it goes round in a circle (`delegation_circular`) or passes on more than its giver
/// has (`delegation_widens`); whoever enters it holds the post that it empowers (`four_eyes`).
pub fn enter_delegation(
    scheme: &Scheme,
    market: MarketId,
    by: AccountId,
    new: NewDelegation,
    today: Day,
) -> Result<(DelegationId, Change), Refusal> {
    check_words("reason", &new.reason)?;
    check_fields(scheme, market, &new)?;
    check_room(scheme.delegations.len(), DELEGATIONS_MAX, "delegations")?;
    if scheme.holds_or_will(by, new.to_post_id, today) {
        return Err(Refusal::new(
            Code::FourEyes,
            "You hold the post that this empowers, so another officer must enter it.",
        )
        .at("to_post_id"));
    }
    let mut categories = new.categories.clone();
    categories.sort();
    categories.dedup();
    let mut kinds = new.kinds.clone();
    kinds.sort();
    kinds.dedup();
    let row = delegation::Model {
        id: DelegationId::new(),
        market_id: market,
        slug: next_slug(scheme.delegations.iter().map(|d| d.slug.as_str()), today),
        from_decision_id: new.from_decision_id,
        from_post_id: new.from_post_id,
        to_post_id: new.to_post_id,
        limit_yearly: new.limit_yearly,
        limit_contract: new.limit_contract,
        categories: delegation::Categories(categories),
        kinds: delegation::Kinds(kinds),
        may_pass_on: new.may_pass_on,
        levels: new.levels,
        valid_from: new.valid_from,
        valid_to: new.valid_to,
        revoked_on: None,
        revoked_by: None,
        revoked_reason: None,
        conditions: new.conditions.map(|words| words.trim().to_owned()),
        illustrative: false,
        entered_by: Some(by),
    };
    check_source(scheme, &row, today)?;
    let words = scheme.cite_delegation(&row);
    let event = Event::DelegationEntered { delegation_id: row.id, words, reason: new.reason };
    Ok((row.id, Change::new(market, event).insert(row)))
}

fn check_fields(scheme: &Scheme, market: MarketId, new: &NewDelegation) -> Result<(), Refusal> {
    match (new.from_decision_id, new.from_post_id) {
        (Some(id), None) => {
            if !scheme.decisions.iter().any(|d| d.id == id && d.market_id == market) {
                return Err(Refusal::not_found("decision").at("from_decision_id"));
            }
        }
        (None, Some(id)) => scheme.check_post(id, "from_post_id")?,
        _ => {
            return Err(invalid(
                "from_decision_id",
                "Say which decision or which post it comes from: one of them.",
            ));
        }
    }
    scheme.check_post(new.to_post_id, "to_post_id")?;
    for (field, limit) in [("limit_yearly", new.limit_yearly), ("limit_contract", new.limit_contract)] {
        if limit.is_some_and(|limit| limit <= Money::ZERO) {
            return Err(invalid(field, "A limit is more than nothing. Leave it out where there is none."));
        }
    }
    if new.categories.iter().any(|id| !scheme.categories.contains_key(id)) {
        return Err(Refusal::not_found("category").at("categories"));
    }
    match new.levels {
        Some(_) if !new.may_pass_on => {
            return Err(invalid("levels", "It says how far it may be passed on, but not that it may be."));
        }
        Some(levels) if !u32::try_from(levels).is_ok_and(|n| (1..=LEVELS_MAX).contains(&n)) => {
            return Err(invalid("levels", format!("Enter a whole number from 1 to {LEVELS_MAX}.")));
        }
        _ => {}
    }
    if new.valid_to.is_some_and(|last| last < new.valid_from) {
        return Err(invalid("valid_to", "The last day comes before the first."));
    }
    match &new.conditions {
        Some(words) => check_text("conditions", words, SENTENCE_MAX),
        None => Ok(()),
    }
}

/// A post passes on no more than one delegation gives it, and power goes round in no circle.
fn check_source(scheme: &Scheme, row: &delegation::Model, today: Day) -> Result<(), Refusal> {
    let Some(giver) = row.from_post_id else { return Ok(()) };
    if let Some(round) = circle(scheme, row, today) {
        let words = format!(
            "This would go round in a circle: {}. Power comes from a decision by members, and from above.",
            scheme.round(&round)
        );
        return Err(Refusal::new(Code::DelegationCircular, words).at("from_post_id"));
    }
    let the = scheme.the(giver);
    let held: Vec<_> = scheme
        .delegated_to(giver, row.market_id)
        .filter(|d| d.revoked_on.is_none_or(|day| day > today) && d.valid_to.is_none_or(|last| last >= today))
        .collect();
    // Of several, what is told is where it goes least beyond one that may be passed on.
    let least = held
        .into_iter()
        .map(|held| (!held.may_pass_on, widened(scheme, held, row)))
        .min_by_key(|(shut, wider)| (*shut, wider.len()))
        .map(|(_, wider)| wider);
    match least {
        None => {
            let words = format!(
                "This would pass on more than was handed down: nothing in force is delegated to {the} in this market."
            );
            Err(Refusal::new(Code::DelegationWidens, words).at("from_post_id"))
        }
        Some(wider) if !wider.is_empty() => {
            let why: Vec<_> = wider.iter().map(|(_, words)| words.clone()).collect();
            let words = format!("This would pass on more than {the} has: {}.", listed(&why));
            let faults = wider
                .into_iter()
                .map(|(field, words)| Fault { field: field.to_owned(), detail: format!("{words}.") })
                .collect::<Vec<_>>();
            let field = faults.first().map(|fault| fault.field.clone());
            Err(Refusal { field, faults, ..Refusal::new(Code::DelegationWidens, words) })
        }
        Some(_) => Ok(()),
    }
}

/// Revokes a delegation from a day on. What was approved under it before cites it as it stood.
///
/// # Errors
/// No reason; the day is before it begins; it was revoked from as early a day already.
pub fn revoke(
    scheme: &Scheme,
    market: MarketId,
    by: AccountId,
    said: Revocation,
) -> Result<(DelegationId, Change), Refusal> {
    check_words("reason", &said.reason)?;
    let row = scheme.delegations.iter().find(|d| d.id == said.delegation_id && d.market_id == market);
    let Some(row) = row else { return Err(Refusal::not_found("delegation").at("delegation_id")) };
    let day = said.revoked_on;
    if row.revoked_on.is_some_and(|before| before <= day) {
        let before = row.revoked_on.unwrap_or(day).in_words();
        return Err(Refusal::new(Code::AlreadyRevoked, format!("It was revoked from {before} already.")));
    }
    if day < row.valid_from {
        let words = format!("It begins on {}: it cannot be revoked before.", row.valid_from.in_words());
        return Err(invalid("revoked_on", words));
    }
    if row.valid_to.is_some_and(|last| last < day) {
        return Err(invalid("revoked_on", "By that day it has ended by itself."));
    }
    let words = scheme.cite_delegation(row);
    let event = Event::DelegationRevoked {
        delegation_id: row.id,
        words,
        revoked_on: day,
        reason: said.reason.clone(),
    };
    let revoked = delegation::Model {
        revoked_on: Some(day),
        revoked_by: Some(by),
        revoked_reason: Some(said.reason),
        ..row.clone()
    };
    Ok((row.id, Change::new(market, event).update(revoked)))
}

/// Creates a post. It belongs to the authority, so every market of its can delegate to it; its event stands in the
/// history of the market where it was created.
///
/// # Errors
/// No title or reason; another post has the title.
pub fn create_post(
    scheme: &Scheme,
    market: MarketId,
    authority: AuthorityId,
    by: AccountId,
    new: NewPost,
) -> Result<(PostId, Change), Refusal> {
    check_words("reason", &new.reason)?;
    check_text("title", &new.title, TITLE_MAX)?;
    let title = new.title.trim().to_owned();
    let slug = slug_of(&title);
    if slug.is_empty() {
        return Err(invalid("title", "The title must hold letters."));
    }
    if scheme.posts.iter().any(|p| p.slug == slug || p.title.eq_ignore_ascii_case(&title)) {
        return Err(Refusal::new(Code::PostExists, "There is a post with this title.").at("title"));
    }
    check_room(scheme.posts.len(), POSTS_MAX, "posts")?;
    let row = post::Model { id: PostId::new(), authority_id: authority, slug, title, entered_by: Some(by) };
    let event = Event::PostCreated { post_id: row.id, post: row.title.clone(), reason: new.reason };
    Ok((row.id, Change::new(market, event).insert(row)))
}

/// `Team Manager (North)` is `team-manager-north`.
fn slug_of(title: &str) -> String {
    let words = title.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let slug = words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-");
    slug.trim_start_matches(|c: char| !c.is_ascii_lowercase()).chars().take(60).collect()
}

/// Appoints an officer to a post.
///
/// # Errors
/// Nobody appoints themselves (`four_eyes`), and nobody holds a post twice at once; days; no reason.
pub fn appoint(
    scheme: &Scheme,
    market: MarketId,
    officers: &[(AccountId, String)],
    by: AccountId,
    new: Appointment,
) -> Result<(HolderId, Change), Refusal> {
    check_words("reason", &new.reason)?;
    scheme.check_post(new.post_id, "post_id")?;
    if !officers.iter().any(|(id, _)| *id == new.account_id) {
        return Err(Refusal::not_found("officer").at("account_id"));
    }
    if new.account_id == by {
        let words = "Nobody appoints themselves: another officer must enter this.";
        return Err(Refusal::new(Code::FourEyes, words).at("account_id"));
    }
    if new.to.is_some_and(|last| last < new.from) {
        return Err(invalid("to", "The last day comes before the first."));
    }
    let held = scheme.holders.iter().map(|h| &h.row).find(|row| {
        (row.account_id, row.post_id) == (new.account_id, new.post_id)
            && row.to.is_none_or(|last| last >= new.from)
            && new.to.is_none_or(|last| last >= row.from)
            // A tenure that was ended before it began.
            && row.to.is_none_or(|last| last >= row.from)
    });
    if let Some(held) = held {
        let to = held.to.map_or_else(String::new, |last| format!(" to {}", last.in_words()));
        let words = format!("They hold this post already, from {}{to}.", held.from.in_words());
        return Err(Refusal::new(Code::PostHeld, words).at("account_id"));
    }
    check_room(scheme.holders.len(), HOLDERS_MAX, "tenures")?;
    let row = holder::Model {
        id: HolderId::new(),
        post_id: new.post_id,
        account_id: new.account_id,
        tenure: new.tenure,
        from: new.from,
        to: new.to,
        entered_by: Some(by),
        ended_by: None,
    };
    let event = Event::HolderAppointed {
        holder_id: row.id,
        post: scheme.title(row.post_id),
        appointed_id: row.account_id,
        tenure: row.tenure,
        from: row.from,
        to: row.to,
        reason: new.reason,
    };
    Ok((row.id, Change::new(market, event).insert(row)))
}

/// Ends a tenure after a day.
///
/// # Errors
/// No reason; it has ended by then already; the day is before it began.
pub fn end_tenure(
    scheme: &Scheme,
    market: MarketId,
    by: AccountId,
    said: TenureEnd,
) -> Result<(HolderId, Change), Refusal> {
    check_words("reason", &said.reason)?;
    let held = scheme.holders.iter().find(|held| held.row.id == said.holder_id);
    let Some(Holder { row, .. }) = held else { return Err(Refusal::not_found("tenure").at("holder_id")) };
    if row.to.is_some_and(|last| last <= said.last_day) {
        return Err(Refusal::new(Code::AlreadyEnded, "By that day it has ended already.").at("last_day"));
    }
    // The day before it begins stands for never.
    if said.last_day < row.from.plus_days(-1) {
        let words = format!("It began on {}: it cannot end before.", row.from.in_words());
        return Err(invalid("last_day", words));
    }
    let event = Event::TenureEnded {
        holder_id: row.id,
        post: scheme.title(row.post_id),
        appointed_id: row.account_id,
        last_day: said.last_day,
        reason: said.reason,
    };
    let ended = holder::Model { to: Some(said.last_day), ended_by: Some(by), ..row.clone() };
    Ok((row.id, Change::new(market, event).update(ended)))
}

impl Scheme {
    fn check_post(&self, id: PostId, field: &str) -> Result<(), Refusal> {
        if self.posts.iter().any(|post| post.id == id) {
            return Ok(());
        }
        Err(Refusal::not_found("post").at(field))
    }

    /// Whether a person holds a post on a day or is to hold it after.
    fn holds_or_will(&self, account: AccountId, post: PostId, on: Day) -> bool {
        self.holders.iter().any(|held| {
            (held.row.account_id, held.row.post_id) == (account, post)
                && held.row.to.is_none_or(|last| last >= on)
        })
    }
}

#[cfg(test)]
mod tests;
