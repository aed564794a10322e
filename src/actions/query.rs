//! Questions about an opportunity: asked by providers, answered by brokers.

use super::{
    Failure, Order, act,
    amendment::told,
    opportunity::{Known, context, for_officer, for_provider},
};
use crate::{
    app::App,
    domain::{
        actor::{Actor, Office},
        disclosure::query::{self as shown, Queries, QueriesWaiting},
        query::{self as rules, Answering, Asking, NewQuery, QueryAnswer},
        refusal::Refusal,
    },
    store,
};
use entity::{opportunity, query, vocabulary::*};

/// A provider asks about an opportunity.
pub async fn ask(app: &App, order: &Order, id: OpportunityId, new: NewQuery) -> Result<(), Failure> {
    act(app, order, async |act| {
        act.lock(id).await?;
        let now = act.now().await?;
        let provider_id = act.actor()?.provider()?;
        let Known { opportunity, standing, with_request, .. } =
            for_provider(act.tx(), id, provider_id).await?;
        act.actor()?.check_category(opportunity.category_id)?;
        let queries = store::query::of(act.tx(), id).await?;
        let names = store::market::names(act.tx(), [opportunity.category_id]).await?;
        let brokers =
            store::budget::officers(act.tx(), opportunity.authority_id, &[OfficerRole::Broker]).await?;
        let facts = Asking {
            opportunity: &opportunity,
            provider_id,
            standing,
            with_request,
            queries: &queries,
            brokers: &brokers,
            context: &context(&opportunity, &names),
        };
        let change = rules::ask(&facts, order.by, new, now)?;
        act.record(change).await
    })
    .await
}

/// A broker answers. Returns of which opportunity.
pub async fn answer(
    app: &App,
    order: &Order,
    id: QueryId,
    said: QueryAnswer,
) -> Result<OpportunityId, Failure> {
    act(app, order, async |act| {
        let authority = act.actor()?.authority()?;
        let Some(query) = store::query::find(act.tx(), id).await? else {
            return Err(Refusal::not_found("question").into());
        };
        act.lock(query.opportunity_id).await?;
        let now = act.now().await?;
        // Read again, now that it is held; of another authority, it is not there.
        let opportunity = for_officer(act.tx(), query.opportunity_id, authority)
            .await
            .map_err(|_| Refusal::not_found("question"))?;
        let Some(query) = store::query::find(act.tx(), id).await? else {
            return Err(Refusal::not_found("question").into());
        };
        let bids = store::bid::not_withdrawn(act.tx(), opportunity.id).await?;
        let told = told(act.tx(), &opportunity, &bids).await?;
        let asker =
            store::account::people_of(act.tx(), &[query.provider_id], opportunity.category_id).await?;
        let asker = asker.into_values().next().unwrap_or_default();
        let names = store::market::names(act.tx(), [opportunity.category_id]).await?;
        let facts = Answering {
            opportunity: &opportunity,
            query: &query,
            asker: &asker,
            told: &told,
            context: &context(&opportunity, &names),
        };
        let change = rules::answer(&facts, order.by, said, now)?;
        act.record(change).await?;
        Ok(opportunity.id)
    })
    .await
}

/// What was asked about an opportunity, as far as this person may read it.
pub async fn of(
    app: &App,
    actor: &Actor,
    opportunity: &opportunity::Model,
    queries: &[query::Model],
) -> Result<Queries, Failure> {
    Ok(match actor.office {
        Office::Provider { provider_id, .. } => shown::for_provider(opportunity, queries, provider_id),
        Office::Officer { .. } => {
            let db = app.database.read();
            let providers = store::account::provider_names(db, queries.iter().map(|q| q.provider_id)).await?;
            let people = store::account::names(db, queries.iter().filter_map(|q| q.answered_by)).await?;
            shown::for_officers(opportunity, queries, &providers, &people)
        }
    })
}

/// The opportunities of an authority about which questions wait.
pub async fn waiting(app: &App, actor: &Actor) -> Result<Vec<QueriesWaiting>, Failure> {
    let rows = store::query::waiting(app.database.read(), actor.authority()?, app.clock.now()).await?;
    Ok(rows.iter().map(|(of, waiting)| shown::waiting(of, *waiting)).collect())
}
