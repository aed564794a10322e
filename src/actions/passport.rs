//! The passport: answering it once for every market, and each council's accepting what it says now.

use super::{Act, Failure, Order, account::check_address, act};
use crate::{
    app::App,
    domain::{
        actor::Actor,
        change::{Change, Subject},
        disclosure::{
            enrolment::visible,
            passport::{self as shown, Passport, Reliance},
        },
        enrolment::Facts,
        passport::{self as rules, NewPassportAnswer, PassportAcceptance, Relied, matters},
        refusal::{Code, Refusal},
        standing::kept,
    },
    store,
};
use entity::{task, vocabulary::*};
use serde::{Deserialize, Serialize};

/// A question about what a passport says now.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PassportQuestion {
    pub topic: PassportTopic,
    pub question: String,
}

/// A provider's passport.
pub async fn show(app: &App, actor: &Actor) -> Result<Passport, Failure> {
    let db = app.database.read();
    let provider = actor.provider()?;
    let answers = store::questionnaire::passport(db, provider).await?;
    let names = store::account::names(db, answers.iter().map(|row| row.answered_by)).await?;
    let mut enrolments = store::enrolment::of_provider(db, provider).await?;
    enrolments.retain(|one| matters(one.standing));
    let categories = store::market::names(db, enrolments.iter().map(|one| one.category_id)).await?;
    let rows = store::questionnaire::reliances(db, enrolments.iter().map(|one| one.id)).await?;
    let relied = rows.iter().filter_map(|row| {
        let of = enrolments.iter().find(|e| e.id == row.enrolment_id && e.received_at == row.received_at)?;
        let market = categories.market_of(of.category_id)?;
        Some(Reliance {
            topic: row.topic,
            revision: row.revision,
            enrolment_id: of.id,
            market_name: categories.market(market),
            category_name: categories.category(of.category_id),
        })
    });
    let relied: Vec<_> = relied.collect();
    Ok(shown::passport(&answers, &relied, &names, actor))
}

/// The provider answers a topic, or changes its answer.
pub async fn answer(app: &App, order: &Order, new: NewPassportAnswer) -> Result<(), Failure> {
    for (at, referee) in new.referees.iter().enumerate() {
        check_address(&format!("referees[{at}].email"), &referee.email)?;
    }
    act(app, order, async |act| {
        let provider = act.actor()?.provider()?;
        let locked = relying(act, provider, new.topic).await?;
        for id in &locked {
            act.lock(*id).await?;
        }
        act.lock(provider).await?;
        let now = act.now().await?;
        // A request that was sent meanwhile would come after the provider in the order of locks.
        let after = relying(act, provider, new.topic).await?;
        if after.iter().any(|id| !locked.contains(id)) {
            return Err(Refusal::new(
                Code::DoneMeanwhile,
                "A request was sent at the same moment: save your answer again.",
            )
            .into());
        }
        let mut relied = Vec::new();
        for id in after {
            if let Some(facts) = store::enrolment::facts(act.tx(), id).await? {
                relied.push(Relied { open: open(act, id).await?, facts });
            }
        }
        let before = store::questionnaire::passport(act.tx(), provider).await?;
        let before = before.iter().find(|row| row.topic == new.topic);
        for change in rules::answer(provider, before, &relied, new, order.by, now)? {
            act.record(change).await?;
        }
        Ok(())
    })
    .await
}

/// The enrolments that rely on a topic, in the order in which they are locked.
async fn relying(
    act: &Act<'_>,
    provider: ProviderId,
    topic: PassportTopic,
) -> Result<Vec<EnrolmentId>, Failure> {
    let all = store::enrolment::of_provider(act.tx(), provider).await?;
    let rows = store::questionnaire::reliances(act.tx(), all.iter().map(|one| one.id)).await?;
    let mut ids: Vec<_> =
        rows.into_iter().filter(|row| row.topic == topic).map(|row| row.enrolment_id).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

async fn open(act: &Act<'_>, id: EnrolmentId) -> Result<Vec<task::Model>, Failure> {
    Ok(store::task::open_about(act.tx(), Subject::from(id)).await?)
}

async fn decide(
    app: &App,
    order: &Order,
    id: EnrolmentId,
    decide: impl FnOnce(&Facts, &[task::Model], Instant) -> Result<Change, Refusal>,
) -> Result<(), Failure> {
    act(app, order, async |act: &mut Act<'_>| {
        act.lock(id).await?;
        let now = act.now().await?;
        let facts = store::enrolment::facts(act.tx(), id).await?;
        let actor = act.actor()?;
        let Some(facts) = facts.filter(|facts| visible(facts, actor)) else {
            return Err(Refusal::not_found("enrolment").into());
        };
        let open = open(act, id).await?;
        let change = decide(&facts, &open, now)?;
        act.record(kept(change, Some(facts.enrolment.standing), Some(order.by), now)).await
    })
    .await
}

/// A procurement officer accepts what a passport says now, for this market alone.
pub async fn accept(
    app: &App,
    order: &Order,
    id: EnrolmentId,
    given: PassportAcceptance,
) -> Result<(), Failure> {
    decide(app, order, id, |facts, open, now| rules::accept(facts, &given, open, order.by, now)).await
}

/// A procurement officer asks about what a passport says now.
pub async fn ask(app: &App, order: &Order, id: EnrolmentId, new: PassportQuestion) -> Result<(), Failure> {
    decide(app, order, id, |facts, _, now| rules::ask(facts, new.topic, new.question, now)).await
}
