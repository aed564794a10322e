//! Setting a market up from its definition, and showing it.

use super::{Failure, act_for_nobody};
use crate::{
    app::App,
    domain::{
        change::Change,
        disclosure::market::{self as shown, Market, MarketCard},
        event::Event,
        market::{self as rules, Definition, Giver, HolderDefinition},
        refusal::Refusal,
    },
    store,
};
use entity::{
    account, authority, category, decision, definition, delegation, holder, market, partner, post,
    questionnaire, vocabulary::*,
};
use std::collections::HashMap;

/// What an import did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Imported {
    /// A market that was not there before.
    New,
    /// What changed, in words.
    Changed(Vec<String>),
    /// The same definition as before.
    Nothing,
}

/// Sets a market up, or changes it as far as its regime allows. The same definition again changes nothing.
pub async fn import(app: &App, definition: &Definition) -> Result<Imported, Failure> {
    act_for_nobody(app, async |act| {
        let now = act.now().await?;
        let today = now.london_day();
        let before = store::market::by_slug(act.tx(), &definition.market.slug).await?;
        if let Some(before) = &before {
            act.lock(before.id).await?;
        }
        let known = known(act.tx(), definition, before.as_ref()).await?;
        let mut ended = Vec::new();
        let imported = match &before {
            None => Imported::New,
            Some(before) => {
                let Some(old) = &known.definition else {
                    return Err(Failure::Broken(format!("the market {} has no definition", before.slug)));
                };
                // Not by the digest that was stored: terms that are newer than it would make a difference.
                if old.digest() == definition.digest() {
                    return Ok(Imported::Nothing);
                }
                let mut words = rules::change(old, definition, today)?.words;
                ended = gone(act.tx(), old, definition, &known, before, today).await?;
                words.extend(kept(definition, &known));
                Imported::Changed(words)
            }
        };
        let words = match &imported {
            Imported::Changed(words) => words.clone(),
            Imported::New | Imported::Nothing => Vec::new(),
        };
        let change = rows(definition, &known, before.as_ref(), words, now)?;
        let market_id = MarketId(change.about.id);
        act.record(ended.into_iter().fold(change, Change::update)).await?;
        super::budget::define(act, market_id, definition, known.definition.as_ref()).await?;
        Ok(imported)
    })
    .await
}

/// What is in the database already, by slug or address.
struct Known {
    /// What the market was set up from.
    definition: Option<Definition>,
    authority: Option<authority::Model>,
    categories: Vec<category::Model>,
    scheme: store::market::SchemeRows,
    /// Those of partners too.
    decisions: Vec<decision::Model>,
    accounts: HashMap<String, AccountId>,
    partners: Vec<authority::Model>,
    questionnaire: Option<questionnaire::Model>,
}

async fn known(
    db: &impl sea_orm::ConnectionTrait,
    definition: &Definition,
    before: Option<&market::Model>,
) -> Result<Known, Failure> {
    let authority = store::market::authority_by_slug(db, &definition.authority.slug).await?;
    let market_id = before.map(|m| m.id).unwrap_or_default();
    let authority_id = authority.as_ref().map(|a| a.id).unwrap_or_default();
    let emails = definition.holders.iter().map(|h| h.email.clone());
    let held = store::market::definition(db, market_id).await?;
    Ok(Known {
        definition: held.map(serde_json::from_value).transpose()?,
        categories: store::market::categories(db, [market_id]).await?,
        scheme: store::market::scheme_rows(db, market_id, authority_id).await?,
        decisions: store::market::decisions(db, market_id).await?,
        accounts: store::market::accounts_by_email(db, emails).await?,
        questionnaire: store::questionnaire::current(db, market_id).await?,
        partners: store::budget::authorities(db, definition.partners.iter().map(|p| p.slug.clone())).await?,
        authority,
    })
}

/// What was entered or ended in the product and stands, whatever the file says, in words for the history.
fn kept(of: &Definition, known: &Known) -> Vec<String> {
    let scheme = &known.scheme;
    let entered = scheme.delegations.iter().filter(|d| d.entered_by.is_some()).count()
        + scheme.decisions.iter().filter(|d| d.entered_by.is_some()).count();
    let mut words = Vec::new();
    if entered > 0 {
        let what = if entered == 1 { "instrument was" } else { "instruments were" };
        words.push(format!("{entered} {what} entered in the product and stay as they are."));
    }
    for one in &of.delegations {
        let found = scheme.delegations.iter().find(|d| d.slug == one.slug && d.revoked_by.is_some());
        if let Some(revoked) = found.and_then(|d| d.revoked_on)
            && one.revoked_on.is_none_or(|day| revoked < day)
        {
            let day = revoked.in_words();
            words.push(format!(
                "Delegation “{}” was revoked in the product from {day}, and stays so.",
                one.slug
            ));
        }
    }
    let ended = scheme.holders.iter().filter(|h| h.ended_by.is_some()).count();
    if ended > 0 {
        words.push(format!("Tenures ended in the product: {ended}, which stay so."));
    }
    words
}

/// Tenures that the file named before and names no more end before today, unless another market's file names them.
async fn gone(
    db: &impl sea_orm::ConnectionTrait,
    old: &Definition,
    new: &Definition,
    known: &Known,
    market: &market::Model,
    today: Day,
) -> Result<Vec<holder::Model>, Failure> {
    let names = |of: &Definition, one: &HolderDefinition| {
        of.holders.iter().any(|h| (&h.post, &h.email, h.from) == (&one.post, &one.email, one.from))
    };
    let mut gone: Vec<_> = old.holders.iter().filter(|one| !names(new, one)).collect();
    if gone.is_empty() {
        return Ok(Vec::new());
    }
    for other in store::market::all(db).await? {
        if other.authority_id == market.authority_id
            && other.id != market.id
            && let Some(other) = store::market::definition(db, other.id).await?
        {
            let other: Definition = serde_json::from_value(other)?;
            gone.retain(|one| !names(&other, one));
        }
    }
    let accounts = store::market::accounts_by_email(db, gone.iter().map(|h| h.email.clone())).await?;
    let scheme = &known.scheme;
    let rows = gone.into_iter().filter_map(|one| {
        let post = scheme.posts.iter().find(|p| p.slug == one.post)?.id;
        let account = accounts.get(&one.email)?;
        let row = scheme
            .holders
            .iter()
            .find(|h| (h.post_id, h.account_id, h.from) == (post, *account, one.from))?;
        let goes_on = row.to.is_none_or(|last| last >= today);
        let before = today.plus_days(-1).max(row.from.plus_days(-1));
        goes_on.then(|| holder::Model { to: Some(before), ..row.clone() })
    });
    Ok(rows.collect())
}

/// The rows of a definition: those that are known keep their ids.
fn rows(
    of: &Definition,
    known: &Known,
    before: Option<&market::Model>,
    words: Vec<String>,
    now: Instant,
) -> Result<Change, Failure> {
    let authority_id = known.authority.as_ref().map_or_else(AuthorityId::new, |a| a.id);
    let market_id = before.map_or_else(MarketId::new, |m| m.id);
    let mut change = Change::new(market_id, Event::MarketImported { changes: words })
        .upsert(authority::Model {
            id: authority_id,
            slug: of.authority.slug.clone(),
            name: of.authority.name.clone(),
            colour: of.authority.colour.clone(),
        })
        .upsert(market::Model {
            id: market_id,
            authority_id,
            slug: of.market.slug.clone(),
            name: of.market.name.clone(),
            regime: of.market.regime,
            joining_opens_on: of.market.joining_opens_on,
            ends_on: of.market.ends_on,
            terms: of.market.terms.clone(),
            definition_digest: of.digest(),
        })
        .upsert(definition::Model { market_id, content: serde_json::to_value(of)? });
    change = asked(change, of, known, market_id, now);
    let mut categories = HashMap::new();
    for one in &of.categories {
        let found = known.categories.iter().find(|c| c.slug == one.slug);
        let id = found.map_or_else(CategoryId::new, |c| c.id);
        categories.insert(one.slug.as_str(), id);
        change = change.upsert(category::Model {
            id,
            market_id,
            slug: one.slug.clone(),
            name: one.name.clone(),
            terms: one.terms.clone(),
            package_template: one.package_template.clone(),
        });
    }
    // Another authority's name and colour are its own to say; here it is only known by them.
    let mut authorities = HashMap::from([(of.authority.slug.as_str(), authority_id)]);
    for one in &of.partners {
        let found = known.partners.iter().find(|a| a.slug == one.slug);
        let id = found.map_or_else(AuthorityId::new, |a| a.id);
        authorities.insert(one.slug.as_str(), id);
        if found.is_none() {
            change = change.insert(authority::Model {
                id,
                slug: one.slug.clone(),
                name: one.name.clone(),
                colour: one.colour.clone(),
            });
        }
        change = change.upsert(partner::Model { market_id, authority_id: id });
    }
    scheme_rows(change, of, known, &categories, &authorities, market_id, now)
}

/// A questionnaire that is another than before is a new version; those who began before answer theirs.
fn asked(change: Change, of: &Definition, known: &Known, market_id: MarketId, now: Instant) -> Change {
    let asked = of.questionnaire.clone().unwrap_or_default();
    let before = known.questionnaire.as_ref();
    if before.map_or(asked.sections.is_empty(), |before| before.content == asked) {
        return change;
    }
    change.insert(questionnaire::Model {
        id: QuestionnaireId::new(),
        market_id,
        version: before.map_or(1, |before| before.version + 1),
        content: asked,
        since: now,
    })
}

/// Decisions, posts, holders and delegations. What a definition no longer names is ended, never deleted: past
/// approvals cite it.
fn scheme_rows(
    mut change: Change,
    of: &Definition,
    known: &Known,
    categories: &HashMap<&str, CategoryId>,
    authorities: &HashMap<&str, AuthorityId>,
    market_id: MarketId,
    now: Instant,
) -> Result<Change, Failure> {
    let today = now.london_day();
    let authority = |slug: &str| {
        authorities.get(slug).copied().ok_or_else(|| Failure::Broken(format!("no authority {slug}")))
    };
    let authority_id = authority(&of.authority.slug)?;
    let mut decisions = HashMap::new();
    for one in &of.decisions {
        let found = known.decisions.iter().find(|d| d.slug == one.slug);
        let id = found.map_or_else(DecisionId::new, |d| d.id);
        decisions.insert(one.slug.as_str(), id);
        change = change.upsert(decision::Model {
            id,
            market_id,
            authority_id: authority(one.authority.as_ref().unwrap_or(&of.authority.slug))?,
            slug: one.slug.clone(),
            body: one.body.clone(),
            taken_on: one.taken_on,
            title: one.title.clone(),
            reference: one.reference.clone(),
            public: one.public,
            document: one.document.clone(),
            entered_by: None,
        });
    }
    let mut posts = HashMap::new();
    for one in &of.posts {
        let found = known.scheme.posts.iter().find(|p| p.slug == one.slug);
        let id = found.map_or_else(PostId::new, |p| p.id);
        posts.insert(one.slug.as_str(), id);
        change = change.upsert(post::Model {
            id,
            authority_id,
            slug: one.slug.clone(),
            title: one.title.clone(),
            entered_by: found.and_then(|p| p.entered_by),
        });
    }
    let named =
        |slug: &str| posts.get(slug).copied().ok_or_else(|| Failure::Broken(format!("no post {slug}")));
    let mut accounts = known.accounts.clone();
    for one in &of.holders {
        let account_id = match accounts.get(&one.email) {
            Some(id) => *id,
            None => {
                // Nobody can sign in to it until an officer's account is opened with this address.
                let account = account::Model {
                    id: AccountId::new(),
                    email: one.email.clone(),
                    name: one.email.clone(),
                    password: String::new(),
                    created_at: now,
                    sessions_since: now,
                    signed_in_at: None,
                };
                let id = account.id;
                accounts.insert(one.email.clone(), id);
                change = change.insert(account);
                id
            }
        };
        let post_id = named(&one.post)?;
        let same =
            |h: &&holder::Model| h.post_id == post_id && h.account_id == account_id && h.from == one.from;
        let found = known.scheme.holders.iter().find(same);
        // What was ended in the product stays ended.
        let ended = found.filter(|h| h.ended_by.is_some());
        change = change.upsert(holder::Model {
            id: found.map_or_else(HolderId::new, |h| h.id),
            post_id,
            account_id,
            tenure: one.tenure,
            from: one.from,
            to: [one.to, ended.and_then(|h| h.to)].into_iter().flatten().min(),
            entered_by: found.and_then(|h| h.entered_by),
            ended_by: ended.and_then(|h| h.ended_by),
        });
    }
    for one in &of.delegations {
        let found = known.scheme.delegations.iter().find(|d| d.slug == one.slug);
        let (from_decision_id, from_post_id) = match of.giver(&one.from) {
            Some(Giver::Decision(decision)) => (decisions.get(decision.slug.as_str()).copied(), None),
            Some(Giver::Post(post)) => (None, Some(named(&post.slug)?)),
            None => return Err(Failure::Broken(format!("nobody delegates as {}", one.from))),
        };
        let covered = one.categories.iter().filter_map(|slug| categories.get(slug.as_str()).copied());
        // What was revoked in the product stays revoked, from the earlier of two days.
        let revoked = found.filter(|d| {
            d.revoked_by.is_some()
                && one.revoked_on.is_none_or(|day| d.revoked_on.is_some_and(|before| before < day))
        });
        change = change.upsert(delegation::Model {
            id: found.map_or_else(DelegationId::new, |d| d.id),
            market_id,
            slug: one.slug.clone(),
            from_decision_id,
            from_post_id,
            to_post_id: named(&one.to_post)?,
            limit_yearly: one.limit_yearly,
            limit_contract: one.limit_contract,
            categories: delegation::Categories(covered.collect()),
            kinds: delegation::Kinds(one.kinds.clone()),
            may_pass_on: one.may_pass_on,
            levels: one.levels.and_then(|levels| i32::try_from(levels).ok()),
            valid_from: one.valid_from,
            valid_to: one.valid_to,
            revoked_on: revoked.map_or(one.revoked_on, |d| d.revoked_on),
            revoked_by: revoked.and_then(|d| d.revoked_by),
            revoked_reason: revoked.map_or_else(|| one.revoked_reason.clone(), |d| d.revoked_reason.clone()),
            conditions: one.conditions.clone(),
            illustrative: one.illustrative,
            entered_by: None,
        });
    }
    for gone in &known.scheme.delegations {
        if gone.revoked_on.is_none()
            && gone.entered_by.is_none()
            && !of.delegations.iter().any(|d| d.slug == gone.slug)
        {
            change = change.update(delegation::Model { revoked_on: Some(today), ..gone.clone() });
        }
    }
    Ok(change)
}

/// A market that an authority uses: its own, or one of which it is a partner.
pub(super) async fn used(
    db: &impl sea_orm::ConnectionTrait,
    id: MarketId,
    authority: AuthorityId,
) -> Result<market::Model, Failure> {
    match store::market::find(db, id).await? {
        Some(market) if store::market::used_by(db, &market, authority).await? => Ok(market),
        _ => Err(Refusal::not_found("market").into()),
    }
}

/// Every market.
pub async fn list(app: &App) -> Result<Vec<MarketCard>, Failure> {
    let db = app.database.read();
    let today = app.clock.now().london_day();
    let markets = store::market::all(db).await?;
    let categories = store::market::categories(db, markets.iter().map(|m| m.id)).await?;
    let partners = store::market::partners(db, markets.iter().map(|m| m.id)).await?;
    let mut cards = Vec::new();
    for market in &markets {
        let partners =
            partners.iter().filter(|(id, _)| *id == market.id).map(|(_, name)| name.clone()).collect();
        if let Some(authority) = store::account::authority(db, market.authority_id).await? {
            cards.push(shown::card(market, &authority, &categories, partners, today));
        }
    }
    Ok(cards)
}

/// One market with its terms.
pub async fn show(app: &App, id: MarketId) -> Result<Market, Failure> {
    let db = app.database.read();
    let Some(market) = store::market::find(db, id).await? else {
        return Err(Refusal::not_found("market").into());
    };
    let Some(authority) = store::account::authority(db, market.authority_id).await? else {
        return Err(Refusal::not_found("authority").into());
    };
    let categories = store::market::categories(db, [id]).await?;
    let partners = store::market::partners(db, [id]).await?.into_iter().map(|(_, name)| name).collect();
    let scheme = store::market::scheme(db, &market, market.authority_id).await?;
    let asked = store::questionnaire::current(db, id).await?;
    let today = app.clock.now().london_day();
    Ok(shown::whole(&market, &authority, &categories, &scheme, partners, asked.as_ref(), today))
}
