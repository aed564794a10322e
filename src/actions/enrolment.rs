//! Joining at any time, and standing.

use super::{
    Act, Failure, Listed, Order, Page, act,
    application::{Loaded, at_once, load},
};
use crate::{
    app::App,
    domain::{
        actor::{Actor, Office},
        application::Written,
        change::Change,
        clock::named,
        disclosure::{
            clock::owner_view,
            enrolment::{self as shown, CardNames, Enrolment, EnrolmentCard},
        },
        enrolment::{self as rules, Facts},
        exclusion::check_admissible,
        refusal::Refusal,
        standing::kept,
    },
    store,
};
use entity::{application, clock_owner, enrolment, enrolment::Evidence, offer::Answer, vocabulary::*};
use sea_orm::{ConnectionTrait, prelude::Uuid};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A request to join a category.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Application {
    pub category_id: CategoryId,
    /// The declarations affirmed: every one that the market asks for.
    pub declarations: Vec<String>,
    pub evidence: Vec<Evidence>,
    /// To every criterion that is answered once, when joining.
    #[serde(default)]
    pub answers: Vec<Answer>,
    /// To the questions of the market's questionnaire that are asked of this provider. What the provider's passport
    /// answers may be left out.
    #[serde(default)]
    pub questions: Vec<NewResponse>,
}

/// The answer to a question of the market's questionnaire: `yes` or `no`, the id of an option, digits, a day such as
/// 2026-12-07, or words.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewResponse {
    pub question_id: String,
    pub answer: String,
}

/// The mark of an answer that the provider gave when it joined.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStandingMark {
    pub criterion_id: String,
    pub mark: Mark,
    pub reason: String,
}

/// A provider asks to join a category of a market.
pub async fn apply(
    app: &App,
    order: &Order,
    market_id: MarketId,
    application: Application,
) -> Result<EnrolmentId, Failure> {
    act(app, order, async |act| {
        let provider_id = act.actor()?.provider()?;
        let named: Vec<_> = application.evidence.iter().filter_map(|one| one.document_id).collect();
        let category = application.category_id;
        join(act, order.by, provider_id, category, Some((market_id, named)), false, |_, now| {
            Ok(at_once(application, order.by, now))
        })
        .await
    })
    .await
}

/// Joins a category, with what was written: the one way in, whether it was written over days or comes all at once.
/// `named` is the market in which the category must be, and the documents that are named.
pub(super) async fn join(
    act: &mut Act<'_>,
    by: AccountId,
    provider_id: ProviderId,
    category: CategoryId,
    named: Option<(MarketId, Vec<DocumentId>)>,
    draft: bool,
    written: impl FnOnce(&Loaded, Instant) -> Result<Written, Failure>,
) -> Result<EnrolmentId, Failure> {
    let (market_id, documents) = match named {
        Some(named) => named,
        None => {
            let found = store::market::category(act.tx(), category).await?;
            let (_, market) = found.ok_or_else(|| Refusal::not_found("category"))?;
            (market.id, Vec::new())
        }
    };
    act.lock(market_id).await?;
    if let Some(before) = store::enrolment::of(act.tx(), provider_id, category).await? {
        act.lock(before.id).await?;
    }
    // What is sent is what the passport and the draft say now.
    act.lock(provider_id).await?;
    let now = act.now().await?;
    let loaded = load(act.tx(), provider_id, category, draft, documents).await?;
    if loaded.market.id != market_id {
        return Err(Refusal::not_found("category").at("category_id").into());
    }
    let written = written(&loaded, now)?;
    let change = rules::apply(&loaded.facts(now), written, now)?;
    let mut change = kept(change, loaded.before.as_ref().map(|e| e.standing), Some(by), now);
    // What came all at once leaves nothing to be sent of a draft.
    let begun = match &loaded.application {
        Some(begun) => Some(begun.clone()),
        None => store::application::find(act.tx(), provider_id, category).await?,
    };
    if let Some(begun) = begun {
        change = change.update(application::Model { sent_at: Some(now), ..begun });
    }
    let id = EnrolmentId(change.about.id);
    act.record(change).await?;
    Ok(id)
}

/// Does one thing to an enrolment, by whoever may see it.
async fn change(
    app: &App,
    order: &Order,
    id: EnrolmentId,
    decide: impl FnOnce(&Facts, Instant) -> Result<Change, Refusal>,
) -> Result<(), Failure> {
    change_if_new(app, order, id, |facts, now| decide(facts, now).map(Some)).await
}

/// The same, where it may be that nothing is new.
pub(super) async fn change_if_new(
    app: &App,
    order: &Order,
    id: EnrolmentId,
    decide: impl FnOnce(&Facts, Instant) -> Result<Option<Change>, Refusal>,
) -> Result<(), Failure> {
    act(app, order, async |act: &mut Act<'_>| {
        act.lock(id).await?;
        let now = act.now().await?;
        let facts = store::enrolment::facts(act.tx(), id).await?;
        let actor = act.actor()?;
        let Some(facts) = facts.filter(|facts| shown::visible(facts, actor)) else {
            return Err(Refusal::not_found("enrolment").into());
        };
        match decide(&facts, now)? {
            Some(change) => {
                let before = Some(facts.enrolment.standing);
                act.record(kept(change, before, Some(order.by), now)).await
            }
            None => Ok(()),
        }
    })
    .await
}

pub async fn ask(app: &App, order: &Order, id: EnrolmentId, question: String) -> Result<(), Failure> {
    change(app, order, id, |facts, now| rules::ask(facts, question, now)).await
}

pub async fn answer(app: &App, order: &Order, id: EnrolmentId, answer: String) -> Result<(), Failure> {
    change(app, order, id, |facts, now| rules::answer(facts, answer, now)).await
}

pub async fn extend(app: &App, order: &Order, id: EnrolmentId, reason: String) -> Result<(), Failure> {
    change(app, order, id, |facts, _| rules::extend(facts, reason)).await
}

pub async fn admit(app: &App, order: &Order, id: EnrolmentId, reasons: String) -> Result<(), Failure> {
    act(app, order, async |act: &mut Act<'_>| {
        act.lock(id).await?;
        let now = act.now().await?;
        let facts = store::enrolment::facts(act.tx(), id).await?;
        let actor = act.actor()?;
        let Some(facts) = facts.filter(|facts| shown::visible(facts, actor)) else {
            return Err(Refusal::not_found("enrolment").into());
        };
        let change = rules::admit(&facts, order.by, reasons, now)?;
        let grounds = store::exclusion::of(act.tx(), id).await?;
        check_admissible(&grounds, facts.market.regime, now.london_day())?;
        act.record(kept(change, Some(facts.enrolment.standing), Some(order.by), now)).await
    })
    .await
}

pub async fn refuse(app: &App, order: &Order, id: EnrolmentId, reasons: String) -> Result<(), Failure> {
    change(app, order, id, |facts, now| rules::refuse(facts, order.by, reasons, now)).await
}

/// A procurement officer marks a standing answer, or changes its mark.
pub async fn give_standing_mark(
    app: &App,
    order: &Order,
    id: EnrolmentId,
    new: NewStandingMark,
) -> Result<(), Failure> {
    let NewStandingMark { criterion_id, mark, reason } = new;
    change_if_new(app, order, id, |facts, now| {
        rules::give_standing_mark(facts, order.by, &criterion_id, mark, reason, now)
    })
    .await
}

/// One enrolment.
pub async fn show(app: &App, actor: &Actor, id: EnrolmentId) -> Result<Enrolment, Failure> {
    let facts = store::enrolment::facts(app.database.read(), id).await?;
    match facts.filter(|facts| shown::visible(facts, actor)) {
        Some(facts) => Ok(shown::whole(&facts, actor, app.clock.now())),
        None => Err(Refusal::not_found("enrolment").into()),
    }
}

/// To whom each of these was given, in words; nothing where it was given to nobody.
async fn owner_words(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
    rows: &[enrolment::Model],
) -> Result<HashMap<Uuid, String>, Failure> {
    let given = store::clock::owners(db, rows.iter().map(|row| row.id.0)).await?;
    let people = store::account::names(db, given.iter().filter_map(|one| one.account_id)).await?;
    let posts =
        store::clock::posts(db, authority).await?.into_iter().map(|post| (post.id, post.title)).collect();
    let words = |one: &clock_owner::Model| Some(owner_view(named(one)?, &people, &posts).words);
    Ok(given.iter().filter_map(|one| Some((one.about, words(one)?))).collect())
}

/// Which of the requests that wait for a decision an officer looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Queue {
    Waiting,
    Mine,
    Nobodys,
    /// Those that a colleague asked one to read.
    ToRead,
}

/// A provider's own enrolments, or those of an authority's markets; what is due first comes first.
pub async fn list(
    app: &App,
    actor: &Actor,
    standing: Option<Standing>,
    queue: Option<Queue>,
    page: Page,
) -> Result<Listed<EnrolmentCard>, Failure> {
    let db = app.database.read();
    let whose = match actor.office {
        Office::Provider { provider_id, .. } => store::enrolment::Whose::Provider(provider_id),
        Office::Officer { authority_id, .. } => store::enrolment::Whose::Authority(authority_id),
    };
    let queue = queue.map(|queue| match queue {
        Queue::Waiting => store::enrolment::Queue::Waiting,
        Queue::Mine => store::enrolment::Queue::Of(actor.account_id),
        Queue::Nobodys => store::enrolment::Queue::Nobodys,
        Queue::ToRead => store::enrolment::Queue::ToRead(actor.account_id),
    });
    let after = page.after.map(EnrolmentId);
    let rows = store::enrolment::list(db, whose, standing, queue, after, page.wanted()).await?;
    let owners = match actor.office {
        Office::Officer { authority_id, .. } => owner_words(db, authority_id, &rows).await?,
        Office::Provider { .. } => HashMap::new(),
    };
    let names = store::market::names(db, rows.iter().map(|e| e.category_id)).await?;
    let providers = store::account::provider_names(db, rows.iter().map(|e| e.provider_id)).await?;
    let markets = store::market::all(db).await?;
    let now = app.clock.now();
    Ok(page.listed(
        rows,
        |row| row.id.0,
        |row| {
            let market = names.market_of(row.category_id).unwrap_or_default();
            let terms = markets.iter().find(|m| m.id == market);
            let card_names = CardNames {
                market_id: market,
                market_name: names.market(market),
                category_name: names.category(row.category_id),
                provider_name: providers.get(&row.provider_id).cloned().unwrap_or_default(),
                working_days: terms.map_or(0, |market| shown::working_days(&row, market)),
                owner: owners.get(&row.id.0).cloned(),
            };
            shown::card(&row, card_names, now)
        },
    ))
}
