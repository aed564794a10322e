//! What officers of an authority are to see to.

use super::{Failure, Listed, Order, Page, act};
use crate::{
    app::App,
    domain::{
        actor::Actor,
        change::Subject,
        disclosure::task::{self as shown, Task},
        refusal::Refusal,
        task as rules,
    },
    store,
};
use entity::{task as row, vocabulary::*};
use std::collections::HashMap;

/// The tasks of the officer's authority, newest first: those to do, or those that are done.
pub async fn list(app: &App, actor: &Actor, done: bool, page: Page) -> Result<Listed<Task>, Failure> {
    let authority = actor.authority()?;
    let after = page.after.map(TaskId);
    let rows = store::task::list(app.database.read(), authority, done, after, page.wanted()).await?;
    let mut views = views(app, actor, rows).await?;
    let next = views.len() as u64 > page.size;
    views.truncate(usize::try_from(page.size).unwrap_or(usize::MAX));
    let next = views.last().filter(|_| next).map(|last| last.id.0);
    Ok(Listed { items: views, next })
}

async fn views(app: &App, actor: &Actor, rows: Vec<row::Model>) -> Result<Vec<Task>, Failure> {
    let db = app.database.read();
    let letters = store::letter::rows(db, rows.iter().filter_map(|task| task.letter_id)).await?;
    let mut letters = super::letter::owed(app, actor, &letters).await?;
    let people = store::account::names(db, rows.iter().filter_map(|task| task.done_by)).await?;
    let mut names: HashMap<Subject, String> = HashMap::new();
    let mut tasks = Vec::new();
    for row in rows {
        let about = Subject { kind: row.subject_kind, id: row.subject_id };
        let name = match names.get(&about) {
            Some(name) => name.clone(),
            None => {
                let name = name_of(app, about).await?;
                names.insert(about, name.clone());
                name
            }
        };
        let letter = row.letter_id.and_then(|id| letters.remove(&id));
        let done_by = row.done_by.and_then(|id| people.get(&id).cloned());
        tasks.push(shown::task(row, name, letter, done_by));
    }
    Ok(tasks)
}

/// What officers know a subject by.
async fn name_of(app: &App, of: Subject) -> Result<String, Failure> {
    let db = app.database.read();
    let name = match of.kind {
        SubjectKind::Opportunity => {
            store::opportunity::find(db, OpportunityId(of.id)).await?.map(|found| found.reference)
        }
        SubjectKind::Contract => {
            store::contract::find(db, ContractId(of.id)).await?.map(|found| found.reference)
        }
        SubjectKind::Enrolment => store::enrolment::facts(db, EnrolmentId(of.id))
            .await?
            .map(|facts| format!("{} in {}", facts.provider_name, facts.category.name)),
        SubjectKind::Market => store::market::find(db, MarketId(of.id)).await?.map(|found| found.name),
        SubjectKind::Provider => {
            store::account::provider(db, ProviderId(of.id)).await?.map(|found| found.name)
        }
        _ => None,
    };
    Ok(name.unwrap_or_default())
}

/// A task of the officer's authority.
async fn for_officer(
    db: &impl sea_orm::ConnectionTrait,
    id: TaskId,
    authority: AuthorityId,
) -> Result<row::Model, Failure> {
    let found = store::task::find(db, id).await?;
    found.filter(|task| task.authority_id == authority).ok_or_else(|| Refusal::not_found("task").into())
}

/// An officer has seen to a task, and says how.
pub async fn done(app: &App, order: &Order, id: TaskId, outcome: String) -> Result<(), Failure> {
    act(app, order, async |act| {
        let authority = act.actor()?.authority()?;
        let task = for_officer(act.tx(), id, authority).await?;
        act.lock(Subject { kind: task.subject_kind, id: task.subject_id }).await?;
        let now = act.now().await?;
        let task = for_officer(act.tx(), id, authority).await?;
        act.record(rules::done(&task, outcome, order.by, now)?).await
    })
    .await
}

/// One task.
pub async fn show(app: &App, actor: &Actor, id: TaskId) -> Result<Task, Failure> {
    let task = for_officer(app.database.read(), id, actor.authority()?).await?;
    let mut views = views(app, actor, vec![task]).await?;
    views.pop().ok_or_else(|| Refusal::not_found("task").into())
}
