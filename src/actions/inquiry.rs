//! Questions about prices: asked and decided by commissioners, answered by the provider.

use super::{
    Failure, Order, act, evaluation::evaluated, opportunity::for_officer, opportunity::for_provider,
};
use crate::{
    app::App,
    domain::{
        award::Evaluated,
        change::Change,
        inquiry::{self as rules, PriceDecision, PriceQuestion},
        panel,
        refusal::Refusal,
    },
    store,
};
use entity::vocabulary::*;

/// Does one thing about a price, for a commissioner without an interest.
async fn change(
    app: &App,
    order: &Order,
    id: OpportunityId,
    decide: impl FnOnce(&Evaluated, Instant) -> Result<Change, Refusal>,
) -> Result<(), Failure> {
    act(app, order, async |act| {
        act.lock(id).await?;
        let now = act.now().await?;
        let authority = act.actor()?.authority()?;
        let opportunity = for_officer(act.tx(), id, authority).await?;
        panel::check_no_interest(&store::evaluation::declarations(act.tx(), id).await?, order.by)?;
        crate::domain::evaluation::check_priced(&opportunity, now)?;
        let facts = evaluated(act.tx(), opportunity).await?;
        act.record(decide(&facts, now)?).await
    })
    .await
}

/// A commissioner asks a provider to account for its price.
pub async fn ask(app: &App, order: &Order, id: OpportunityId, asked: PriceQuestion) -> Result<(), Failure> {
    change(app, order, id, |facts, now| {
        let Some(bidder) = facts.bidder(asked.bid_id) else {
            return Err(Refusal::not_found("bid").at("bid_id"));
        };
        let Evaluated { opportunity, flags, inquiries, context, .. } = facts;
        let whom = (&bidder.bid, bidder.people.as_slice());
        rules::ask(opportunity, flags, inquiries, whom, order.by, asked, context, now)
    })
    .await
}

/// A commissioner accepts or rejects a price.
pub async fn decide(app: &App, order: &Order, id: OpportunityId, said: PriceDecision) -> Result<(), Failure> {
    change(app, order, id, |facts, now| {
        let people = facts.bidder(said.bid_id).map(|b| b.people.as_slice()).unwrap_or_default();
        let Evaluated { opportunity, inquiries, context, .. } = facts;
        rules::decide(opportunity, inquiries, said, people, order.by, context, now)
    })
    .await
}

/// The provider accounts for its price.
pub async fn answer(app: &App, order: &Order, id: OpportunityId, words: String) -> Result<(), Failure> {
    act(app, order, async |act| {
        act.lock(id).await?;
        let now = act.now().await?;
        let provider = act.actor()?.provider()?;
        let known = for_provider(act.tx(), id, provider).await?;
        let names = store::market::names(act.tx(), [known.opportunity.category_id]).await?;
        let context = super::opportunity::context(&known.opportunity, &names);
        let inquiry = store::inquiry::own(act.tx(), id, provider).await?;
        let change = rules::answer(&known.opportunity, inquiry.as_ref(), order.by, words, &context, now)?;
        act.record(change).await
    })
    .await
}
