//! Questions about prices: asked and decided by commissioners, answered by the provider.

use super::{
    Act, Failure, Order, act, evaluation::evaluated, opportunity::for_officer, opportunity::for_provider,
};
use crate::{
    app::App,
    domain::{
        award::Evaluated,
        bid::{over_weeks, yearly},
        delegation,
        inquiry::{self as rules, PriceDecision, PriceQuestion},
        panel,
        refusal::Refusal,
        round,
    },
    store,
};
use entity::vocabulary::*;

/// What a commissioner without an interest knows who does something about a price.
async fn facts(act: &mut Act<'_>, id: OpportunityId, by: AccountId) -> Result<(Evaluated, Instant), Failure> {
    act.lock(id).await?;
    let now = act.now().await?;
    let authority = act.actor()?.authority()?;
    let opportunity = for_officer(act.tx(), id, authority).await?;
    panel::check_no_interest(&store::evaluation::declarations(act.tx(), id).await?, by)?;
    crate::domain::evaluation::check_priced(&opportunity, now)?;
    let round = store::round::find(act.tx(), id).await?;
    round::check_not_running(round::stage(&opportunity, round.as_ref(), now))?;
    Ok((evaluated(act.tx(), opportunity).await?, now))
}

/// A commissioner asks a provider to account for its price.
pub async fn ask(app: &App, order: &Order, id: OpportunityId, asked: PriceQuestion) -> Result<(), Failure> {
    act(app, order, async |act| {
        let (facts, now) = facts(act, id, order.by).await?;
        let Some(bidder) = facts.bidder(asked.bid_id) else {
            return Err(Refusal::not_found("bid").at("bid_id").into());
        };
        let Evaluated { opportunity, flags, inquiries, context, .. } = &facts;
        let whom = (&bidder.bid, bidder.people.as_slice());
        let change = rules::ask(opportunity, flags, inquiries, whom, order.by, asked, context, now)?;
        act.record(change).await
    })
    .await
}

/// A commissioner accepts or rejects a price. An exception from the published limits is accepted under the scheme of
/// delegation, as the kind of decision that it is.
pub async fn decide(app: &App, order: &Order, id: OpportunityId, said: PriceDecision) -> Result<(), Failure> {
    act(app, order, async |act| {
        let (facts, now) = facts(act, id, order.by).await?;
        let Evaluated { opportunity, inquiries, context, .. } = &facts;
        let bidder = facts.bidder(said.bid_id);
        let post = match bidder {
            Some(bidder) if said.accept && rules::is_exceptional(inquiries, said.bid_id) => {
                let Some(market) = store::market::find(act.tx(), opportunity.market_id).await? else {
                    return Err(Refusal::not_found("market").into());
                };
                let scheme = store::market::scheme(act.tx(), &market, opportunity.authority_id).await?;
                let weekly = bidder.bid.weekly_price;
                let asked = delegation::Asked {
                    kind: DecisionKind::Exceptionality,
                    market: market.id,
                    category: opportunity.category_id,
                    on: now.london_day(),
                    yearly: yearly(weekly),
                    whole: over_weeks(weekly, opportunity.initial_term_weeks),
                };
                Some(delegation::authority_of(&scheme, order.by, &asked)?.title)
            }
            _ => None,
        };
        let people = bidder.map(|b| b.people.as_slice()).unwrap_or_default();
        let change = rules::decide(opportunity, inquiries, said, people, order.by, context, now)?;
        act.record(match post {
            Some(post) => change.on_authority(post),
            None => change,
        })
        .await
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
        act.actor()?.check_category(known.opportunity.category_id)?;
        let names = store::market::names(act.tx(), [known.opportunity.category_id]).await?;
        let context = super::opportunity::context(&known.opportunity, &names);
        let inquiry = store::inquiry::own(act.tx(), id, provider).await?;
        let change = rules::answer(&known.opportunity, inquiry.as_ref(), order.by, words, &context, now)?;
        act.record(change).await
    })
    .await
}
