//! Marking blind to price, opening prices, and the ranking.

use super::{Failure, Order, act, opportunity::for_officer};
use crate::{
    app::App,
    domain::{
        actor::Actor,
        award::{Bidder, Evaluated},
        disclosure::{
            award::{RankedBid, Ranking, RankingResult},
            opportunity::{self as shown, Evaluation, formula_words},
        },
        evaluation as rules,
        opportunity::stage,
        refusal::Refusal,
    },
    store,
};
use entity::{mark, opportunity, vocabulary::*};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

/// A mark for one answer of one bid.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMark {
    pub bid_id: BidId,
    pub criterion_id: String,
    pub mark: Mark,
    pub reason: String,
}

/// An evaluator marks one answer.
pub async fn give_mark(app: &App, order: &Order, id: OpportunityId, new: NewMark) -> Result<(), Failure> {
    act(app, order, async |act| {
        act.lock(id).await?;
        let now = act.now().await?;
        let authority = act.actor()?.authority()?;
        let opportunity = for_officer(act.tx(), id, authority).await?;
        let bids = store::bid::standing(act.tx(), &opportunity).await?;
        let Some(bid) = bids.iter().find(|b| b.id == new.bid_id) else {
            rules::check_marking(&opportunity, now)?;
            return Err(Refusal::not_found("bid").at("bid_id").into());
        };
        let marks = store::bid::marks(act.tx(), id).await?;
        let same = |m: &&mark::Model| {
            m.bid_id == bid.id && m.criterion_id == new.criterion_id && m.evaluator_id == order.by
        };
        let before = marks.iter().find(same);
        let NewMark { criterion_id, mark, reason, .. } = new;
        let change = rules::give_mark(&opportunity, bid, before, order.by, criterion_id, mark, reason, now)?;
        act.record(change).await
    })
    .await
}

/// A commissioner locks quality and opens prices.
pub async fn open_prices(app: &App, order: &Order, id: OpportunityId) -> Result<(), Failure> {
    act(app, order, async |act| {
        act.lock(id).await?;
        let now = act.now().await?;
        let authority = act.actor()?.authority()?;
        let opportunity = for_officer(act.tx(), id, authority).await?;
        let bids = store::bid::standing(act.tx(), &opportunity).await?;
        let marks = store::bid::marks(act.tx(), id).await?;
        let change = rules::open_prices(&opportunity, &bids, &marks, now)?;
        act.record(change).await
    })
    .await
}

/// The bids of an opportunity, blind, with the marks given so far.
pub async fn show(app: &App, actor: &Actor, id: OpportunityId) -> Result<Evaluation, Failure> {
    let db = app.database.read();
    let opportunity = for_officer(db, id, actor.authority()?).await?;
    let now = app.clock.now();
    rules::check_unsealed(&opportunity, now)?;
    let bids = store::bid::standing(db, &opportunity).await?;
    let marks = store::bid::marks(db, id).await?;
    let names = store::account::names(db, marks.iter().map(|m| m.evaluator_id)).await?;
    Ok(shown::evaluation(&opportunity, &bids, &marks, &names, actor, now))
}

/// An opportunity with its bids, marks and ranking. For use after prices have opened.
pub async fn evaluated(
    db: &impl ConnectionTrait,
    opportunity: opportunity::Model,
) -> Result<Evaluated, Failure> {
    let bids = store::bid::standing(db, &opportunity).await?;
    let marks = store::bid::marks(db, opportunity.id).await?;
    let outcome = rules::ranking(&opportunity, &bids, &marks)?;
    let providers: Vec<_> = bids.iter().map(|b| b.provider_id).collect();
    let names = store::account::provider_names(db, providers.iter().copied()).await?;
    let mut people = store::account::people_of(db, &providers).await?;
    let market = store::market::names(db, [opportunity.category_id]).await?;
    Ok(Evaluated {
        context: super::opportunity::context(&opportunity, &market),
        bidders: bids
            .into_iter()
            .map(|bid| Bidder {
                provider_name: names.get(&bid.provider_id).cloned().unwrap_or_default(),
                people: people.remove(&bid.provider_id).unwrap_or_default(),
                bid,
            })
            .collect(),
        marks,
        outcome,
        opportunity,
    })
}

/// The ranking with its arithmetic, the recommendation, and who may approve it.
pub async fn ranking(app: &App, actor: &Actor, id: OpportunityId) -> Result<Ranking, Failure> {
    let db = app.database.read();
    let opportunity = for_officer(db, id, actor.authority()?).await?;
    let now = app.clock.now();
    rules::check_priced(&opportunity, now)?;
    let mut can = shown::can(&opportunity, actor, now);
    can.retain(|verb| *verb == shown::OpportunityVerb::Recommend);
    can.extend(super::award::may_decide(app, actor, &opportunity).await?);
    let (recommendation, approvers) = super::award::standing(app, &opportunity).await?;
    let facts = evaluated(db, opportunity).await?;
    let shortlist = recommendation.as_ref().map(|r| r.shortlist.clone()).unwrap_or_default();
    let bids = facts
        .outcome
        .bids
        .iter()
        .filter_map(|ranked| {
            let bidder = facts.bidders.iter().find(|b| b.bid.id.to_string() == ranked.id)?;
            Some(RankedBid {
                bid_id: bidder.bid.id,
                provider_id: bidder.bid.provider_id,
                provider_name: bidder.provider_name.clone(),
                status: ranked.status,
                rank: ranked.rank,
                weekly_price: bidder.bid.weekly_price,
                yearly_price: crate::domain::bid::yearly(bidder.bid.weekly_price),
                quality: ranked.quality,
                price: ranked.price,
                total: ranked.total,
                value_for_money: ranked.value_for_money,
                starts_on: bidder.bid.offer.starts_on,
                explanation: ranked.explanation.clone(),
                shortlisted: shortlist.contains(&bidder.bid.id),
            })
        })
        .collect();
    let of = &facts.opportunity;
    Ok(Ranking {
        opportunity_id: of.id,
        reference: of.reference.clone(),
        title: of.title.clone(),
        stage: stage(of, now),
        result: RankingResult { bids, tie_breaks: facts.outcome.tie_breaks.clone() },
        formula_words: formula_words(&rules::resolved(of), of.terms.price_weight),
        recommendation,
        approvers,
        can,
    })
}
