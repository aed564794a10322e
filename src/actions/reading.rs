//! Second readings of requests to join.

use super::{Failure, Order, act};
use crate::{
    app::App,
    domain::{
        actor::Actor,
        disclosure::{
            enrolment as shown_enrolment,
            reading::{self as shown, Readings},
        },
        enrolment::Facts,
        reading as rules,
        refusal::Refusal,
    },
    store,
};
use entity::vocabulary::*;
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

/// Who is to read a request as a second person.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReader {
    pub reader_id: AccountId,
}

/// What a second reader makes of a request.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReading {
    pub view: ReadingView,
    pub reasons: String,
}

async fn facts(db: &impl ConnectionTrait, actor: &Actor, id: EnrolmentId) -> Result<Facts, Failure> {
    let facts = store::enrolment::facts(db, id).await?;
    let mine = |facts: &Facts| actor.authority().is_ok() && shown_enrolment::visible(facts, actor);
    Ok(facts.filter(mine).ok_or_else(|| Refusal::not_found("enrolment"))?)
}

/// A procurement officer asks a colleague to read a request.
pub async fn ask(app: &App, order: &Order, id: EnrolmentId, new: NewReader) -> Result<(), Failure> {
    act(app, order, async |act| {
        act.lock(id).await?;
        let now = act.now().await?;
        let facts = facts(act.tx(), act.actor()?, id).await?;
        let staff = store::clock::officers(act.tx(), facts.market.authority_id).await?;
        let roles = staff.get(&new.reader_id).map_or(&[][..], Vec::as_slice);
        act.record(rules::ask(&facts, new.reader_id, roles, order.by, now)?).await
    })
    .await
}

/// A procurement officer says what they make of a request, asked or not.
pub async fn read(app: &App, order: &Order, id: EnrolmentId, new: NewReading) -> Result<(), Failure> {
    act(app, order, async |act| {
        act.lock(id).await?;
        let now = act.now().await?;
        let facts = facts(act.tx(), act.actor()?, id).await?;
        match rules::read(&facts, order.by, new.view, new.reasons, now)? {
            Some(change) => act.record(change).await,
            None => Ok(()),
        }
    })
    .await
}

/// Who sees to a request, who has read it, and whom one may ask.
pub async fn show(app: &App, actor: &Actor, id: EnrolmentId) -> Result<Readings, Failure> {
    let db = app.database.read();
    let facts = facts(db, actor, id).await?;
    let staff = store::clock::officers(db, facts.market.authority_id).await?;
    let owners = store::clock::owners(db, [id.0]).await?;
    let people = staff.keys().copied().chain(facts.readings.iter().map(|one| one.reader_id));
    let people = people.chain(owners.iter().filter_map(|owner| owner.account_id));
    let names = store::account::names(db, people).await?;
    let posts = store::clock::posts(db, facts.market.authority_id).await?;
    let posts = posts.into_iter().map(|post| (post.id, post.title)).collect();
    Ok(shown::readings(&facts, actor, &owners, &staff, &shown::ReadingNames { people: names, posts }))
}
