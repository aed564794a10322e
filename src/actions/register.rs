//! The registers of others: asking what is due, having it asked at once, and the concerns that follow.

use super::{Act, Failure, Listed, Order, Page, act, act_for_nobody};
use crate::{
    app::App,
    domain::{
        actor::Actor,
        change::Change,
        disclosure::{
            enrolment::visible,
            register::{self as shown, Concern, ProviderRegisters},
        },
        refusal::Refusal,
        register::{self as rules, Answered, CLAIM_SECONDS},
    },
    store::{self, registers::Unanswered},
};
use entity::{concern, register_reading, vocabulary::*};
use futures_util::future::join_all;

/// How many numbers one look asks a register about; the next look goes on.
const ASKED_MAX: u64 = 100;

/// Asks the registers about every number that is due. Returns how many were asked about.
pub async fn check_due(app: &App) -> Result<usize, Failure> {
    check(app, None).await
}

/// Each register by itself, one question after the other: one that fails keeps no other waiting.
async fn check(app: &App, of: Option<ProviderId>) -> Result<usize, Failure> {
    let registers = app.registers.asked();
    let asked = join_all(registers.into_iter().map(|register| check_register(app, register, of))).await;
    asked.into_iter().sum()
}

async fn check_register(app: &App, register: Register, of: Option<ProviderId>) -> Result<usize, Failure> {
    let db = app.database.read();
    let now = app.clock.now();
    if store::register::paused_until(db, register, now).await?.is_some() {
        return Ok(0);
    }
    let mut asked = 0;
    for row in store::register::due(db, register, of, now, ASKED_MAX).await? {
        if !claim(app, &row).await? {
            continue;
        }
        // No transaction is held while somebody else's machine thinks.
        let answer = app.registers.ask(row.entry, &row.number, app.clock.now()).await;
        // An answer that cannot be read is about one number; whatever else fails, the next question would too.
        let fails = answer
            .as_ref()
            .err()
            .map(|why| why.failure)
            .is_some_and(|failure| !matches!(failure, CheckFailure::Unreadable | CheckFailure::TooLarge));
        hear(app, &row, answer).await?;
        asked += 1;
        if fails {
            break;
        }
    }
    Ok(asked)
}

/// Takes a number to ask about it, so that no other node does.
async fn claim(app: &App, row: &register_reading::Model) -> Result<bool, Failure> {
    act_for_nobody(app, async |act| {
        let now = act.now().await?;
        let until = now.plus_seconds(CLAIM_SECONDS);
        Ok(store::record::claim_reading(act.tx(), row, now, until).await?)
    })
    .await
}

/// What came of asking is kept, and put before officers where it raises a concern.
///
/// # Errors
/// The database does not answer.
pub async fn hear(
    app: &App,
    of: &register_reading::Model,
    answer: Result<Answered, Unanswered>,
) -> Result<(), Failure> {
    let wait = answer.as_ref().err().and_then(|why| why.wait_seconds);
    let answer = answer.map_err(|why| why.failure);
    let answer = answer.and_then(|answered| rules::read(of.entry, &of.number, &answered));
    act_for_nobody(app, async |act: &mut Act<'_>| {
        let mut enrolments = store::exclusion::enrolments(act.tx(), of.provider_id).await?;
        enrolments.sort_by_key(|(row, _)| row.id);
        for (row, _) in &enrolments {
            act.lock(row.id).await?;
        }
        act.lock(of.provider_id).await?;
        let now = act.now().await?;
        let key = (of.provider_id, of.entry, of.number.clone());
        let row = store::register::reading(act.tx(), key).await?;
        // Meanwhile the provider may have given another number.
        let Some(row) = row.filter(|row| row.due_at.is_some()) else { return Ok(()) };
        let Some(facts) = store::register::facts(act.tx(), row).await? else { return Ok(()) };
        let heard = rules::heard(&facts, answer.clone(), wait, now);
        match heard.read {
            Some(change) => act.record(change).await?,
            None => store::record::settle_reading(act.tx(), heard.row).await?,
        }
        for change in heard.raised {
            act.record(change).await?;
        }
        Ok(())
    })
    .await
}

/// The enrolment's provider, where the enrolment is of the officer's authority.
async fn provider_of(app: &App, actor: &Actor, id: EnrolmentId) -> Result<(ProviderId, String), Failure> {
    let facts = store::enrolment::facts(app.database.read(), id).await?;
    match facts.filter(|facts| visible(facts, actor)) {
        Some(facts) => Ok((facts.enrolment.provider_id, facts.provider_name)),
        None => Err(Refusal::not_found("enrolment").into()),
    }
}

/// An officer has the registers asked about a provider at once. Returns when they have been.
pub async fn ask_again(app: &App, order: &Order, actor: &Actor, id: EnrolmentId) -> Result<(), Failure> {
    let (provider, _) = provider_of(app, actor, id).await?;
    act(app, order, async |act| {
        act.lock(provider).await?;
        let now = act.now().await?;
        let rows = store::register::readings(act.tx(), provider).await?;
        act.record(rules::ask_again(provider, &rows, &app.registers.asked(), now)?).await
    })
    .await?;
    check(app, Some(provider)).await.map(|_| ())
}

/// What the registers say of an enrolment's provider, and the authority's concerns about it.
pub async fn show(app: &App, actor: &Actor, id: EnrolmentId) -> Result<ProviderRegisters, Failure> {
    let db = app.database.read();
    let (provider_id, provider_name) = provider_of(app, actor, id).await?;
    let readings = store::register::readings(db, provider_id).await?;
    let rows = store::register::concerns_about(db, actor.authority()?, provider_id).await?;
    let asked = app.registers.asked();
    Ok(ProviderRegisters {
        provider_id,
        provider_name,
        says: shown::says(&readings, &asked, app.clock.now()),
        unasked: shown::unasked(&readings, &asked),
        may_check: shown::decides(actor) && !readings.is_empty() && !asked.is_empty(),
        concerns: views(app, actor, rows).await?,
    })
}

async fn views(app: &App, actor: &Actor, rows: Vec<concern::Model>) -> Result<Vec<Concern>, Failure> {
    let (providers, people) = store::register::names(app.database.read(), &rows).await?;
    Ok(rows.into_iter().map(|row| shown::concern(row, actor, &providers, &people)).collect())
}

/// The concerns of the officer's authority, newest first: those that are open, or those that are closed.
pub async fn list(app: &App, actor: &Actor, closed: bool, page: Page) -> Result<Listed<Concern>, Failure> {
    let db = app.database.read();
    let after = page.after.map(ConcernId);
    let rows = store::register::concerns(db, actor.authority()?, closed, after, page.wanted()).await?;
    let views = views(app, actor, rows).await?;
    Ok(page.listed(views, |view| view.id.0, |view| view))
}

/// Does one thing to a concern of the officer's authority.
async fn change(
    app: &App,
    order: &Order,
    id: ConcernId,
    decide: impl FnOnce(&concern::Model, Instant) -> Result<Change, Refusal>,
) -> Result<(), Failure> {
    act(app, order, async |act: &mut Act<'_>| {
        let authority = act.actor()?.authority()?;
        let known = for_authority(act, id, authority).await?;
        act.lock(known.enrolment_id).await?;
        let now = act.now().await?;
        let row = for_authority(act, id, authority).await?;
        act.record(decide(&row, now)?).await
    })
    .await
}

async fn for_authority(act: &Act<'_>, id: ConcernId, of: AuthorityId) -> Result<concern::Model, Failure> {
    let found = store::register::concern(act.tx(), id).await?;
    found.filter(|row| row.authority_id == of).ok_or_else(|| Refusal::not_found("concern").into())
}

/// An officer makes a concern theirs to see to.
pub async fn take(app: &App, order: &Order, id: ConcernId) -> Result<(), Failure> {
    change(app, order, id, |row, _| rules::take(row, order.by)).await
}

/// Its owner closes a concern, with a reason.
pub async fn close(app: &App, order: &Order, id: ConcernId, reason: String) -> Result<(), Failure> {
    change(app, order, id, |row, now| rules::close(row, reason, order.by, now)).await
}

/// A concern, as the officer sees it.
pub async fn one(app: &App, actor: &Actor, id: ConcernId) -> Result<Concern, Failure> {
    let authority = actor.authority()?;
    let found = store::register::concern(app.database.read(), id).await?;
    let found = found.filter(|row| row.authority_id == authority);
    let row = found.ok_or_else(|| Refusal::not_found("concern"))?;
    let mut views = views(app, actor, vec![row]).await?;
    views.pop().ok_or_else(|| Refusal::not_found("concern").into())
}
