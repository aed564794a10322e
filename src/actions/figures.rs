//! How an authority's markets go, in figures, for those who look after them.

use super::Failure;
use crate::{
    app::App,
    domain::{
        actor::Actor,
        approval_record as records,
        budget::Cost,
        evaluation::agreed_marks,
        figures::{self as rules, Allowed, Bought, Facts, Figure, Period, Sought, Won},
        opportunity::stage,
    },
    store,
};
use entity::{market, opportunity, vocabulary::*};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What is asked for: a market, or all of them; from one day to another.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted {
    pub market: Option<MarketId>,
    pub since: Option<Day>,
    pub until: Option<Day>,
}

/// A market that figures can be asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MarketChoice {
    pub id: MarketId,
    pub name: String,
}

/// Every figure of an authority, for these days.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Figures {
    pub since: Day,
    pub until: Day,
    /// Nothing for all of them.
    pub market_id: Option<MarketId>,
    pub markets: Vec<MarketChoice>,
    /// Whether there is more than is counted: then the newest are.
    pub cut: bool,
    pub figures: Vec<Figure>,
    /// As of when.
    pub at: Instant,
}

/// What was read for them.
struct Read {
    period: Period,
    now: Instant,
    sought: Vec<Sought>,
    won: Vec<Won>,
    bought: Vec<Bought>,
    allowed: Vec<Allowed>,
    payments: u64,
    standings: Vec<(Standing, u64)>,
    clocks: Vec<crate::domain::clock::Clock>,
    cut: bool,
}

impl Read {
    fn figure(&self, kind: FigureKind) -> Figure {
        let facts = Facts {
            period: self.period,
            now: self.now,
            sought: &self.sought,
            won: &self.won,
            bought: &self.bought,
            allowed: &self.allowed,
            payments: self.payments,
            standings: &self.standings,
            clocks: &self.clocks,
        };
        rules::figure(kind, &facts)
    }
}

/// Every figure.
pub async fn show(app: &App, actor: &Actor, wanted: Wanted) -> Result<Figures, Failure> {
    let markets = markets(app.database.read(), actor.authority()?).await?;
    let read = read(app, actor, wanted, &markets).await?;
    Ok(Figures {
        since: read.period.since,
        until: read.period.until,
        market_id: wanted.market,
        markets: markets.into_iter().map(|m| MarketChoice { id: m.id, name: m.name }).collect(),
        cut: read.cut,
        figures: FigureKind::ALL.iter().map(|kind| read.figure(*kind)).collect(),
        at: read.now,
    })
}

/// One figure for a spreadsheet.
pub async fn csv(app: &App, actor: &Actor, wanted: Wanted, kind: FigureKind) -> Result<String, Failure> {
    let markets = markets(app.database.read(), actor.authority()?).await?;
    Ok(read(app, actor, wanted, &markets).await?.figure(kind).csv())
}

/// The markets that an authority buys in.
async fn markets(db: &impl ConnectionTrait, authority: AuthorityId) -> Result<Vec<market::Model>, Failure> {
    let mut used = Vec::new();
    for market in store::market::all(db).await? {
        if store::market::used_by(db, &market, authority).await? {
            used.push(market);
        }
    }
    Ok(used)
}

async fn read(app: &App, actor: &Actor, wanted: Wanted, markets: &[market::Model]) -> Result<Read, Failure> {
    let db = app.database.read();
    let (authority, now) = (actor.authority()?, app.clock.now());
    if let Some(market) = wanted.market {
        super::market::used(db, market, authority).await?;
    }
    let period = Period::of(wanted.since, wanted.until, now.london_day())?;
    let published = store::figures::published(db, authority, wanted.market, period).await?;
    let awarded = store::figures::awarded(db, authority, wanted.market, period).await?;
    let contracts = store::figures::contracts(db, authority, wanted.market).await?;
    let full = |len: usize, most: u64| len as u64 >= most;
    let cut = full(published.len().max(awarded.len()), rules::OPPORTUNITIES_MAX)
        || full(contracts.len(), rules::CONTRACTS_MAX);
    let names = store::account::provider_names(db, contracts.iter().map(|c| c.provider_id)).await?;
    let bought = contracts.iter().map(|contract| Bought {
        provider: names.get(&contract.provider_id).cloned().unwrap_or_default(),
        route: contract.route,
        awarded_at: contract.awarded_at,
        starts_on: contract.starts_on,
        ends_on: Cost::of(contract).ends_on(),
        yearly_value: contract.yearly_value,
    });
    let mut allowed = Vec::new();
    for market in markets.iter().filter(|market| wanted.market.is_none_or(|id| id == market.id)) {
        for held in store::budget::of(db, market.id, Some(authority)).await? {
            let of = held.budget;
            allowed.extend(of.cap_yearly.map(|yearly| Allowed {
                begins_on: of.begins_on,
                ends_on: of.ends_on,
                yearly,
            }));
        }
    }
    let mut clocks = super::clock::every(db, authority, now).await?;
    clocks.retain(|clock| wanted.market.is_none_or(|id| id == clock.market_id));
    Ok(Read {
        period,
        now,
        sought: sought(db, &published, now).await?,
        won: won(db, &awarded).await?,
        bought: bought.collect(),
        allowed,
        payments: store::figures::payments(db, authority, wanted.market, period).await?,
        standings: store::figures::standings(db, authority, wanted.market).await?,
        clocks,
        cut,
    })
}

async fn sought(
    db: &impl ConnectionTrait,
    of: &[opportunity::Model],
    now: Instant,
) -> Result<Vec<Sought>, Failure> {
    let ids: Vec<_> = of.iter().map(|one| one.id).collect();
    let first = store::figures::first_bids(db, &ids).await?;
    let mut cannot: HashMap<_, Vec<_>> = HashMap::new();
    for (id, reason) in store::figures::cannot_bid(db, &ids).await? {
        cannot.entry(id).or_default().push(reason);
    }
    let shown = of.iter().map(|one| Sought {
        stage: stage(one, now),
        published_at: one.published_at,
        closes_at: one.closes_at,
        first_bid_at: first.get(&one.id).copied(),
        awarded_at: one.awarded_at,
        bids: u32::try_from(one.bids).unwrap_or_default(),
        cannot: cannot.remove(&one.id).unwrap_or_default(),
    });
    Ok(shown.collect())
}

/// The awards of these adverts, each with the prices that could be chosen and the quality of its winner.
pub(super) async fn won(db: &impl ConnectionTrait, of: &[opportunity::Model]) -> Result<Vec<Won>, Failure> {
    let ids: Vec<_> = of.iter().filter_map(|one| one.award_id).collect();
    let awards = store::figures::awards(db, ids.iter().copied()).await?;
    let kept = store::figures::records(db, ids.iter().copied()).await?;
    let marks = store::figures::marks(db, awards.values().map(|award| award.bid_id)).await?;
    let mut by_bid: HashMap<BidId, Vec<_>> = HashMap::new();
    for mark in marks {
        by_bid.entry(mark.bid_id).or_default().push(mark);
    }
    let names = store::market::names(db, of.iter().map(|one| one.category_id)).await?;
    let mut won = Vec::new();
    for one in of {
        let Some(award) = one.award_id.and_then(|id| awards.get(&id)) else { continue };
        let decided = kept.get(&award.id).map(records::read).transpose()?;
        let prices = decided.map(|decided| {
            let ranked = decided.alternatives.into_iter().filter(|bid| bid.rank.is_some());
            ranked.map(|bid| bid.weekly_price).collect()
        });
        let given = by_bid.get(&award.bid_id).map(Vec::as_slice).unwrap_or_default();
        won.push(Won {
            category: names.category(one.category_id),
            weekly_price: award.weekly_value,
            prices: prices.unwrap_or_default(),
            quality: rules::quality_share(&one.terms, &agreed_marks(award.bid_id, given)),
        });
    }
    Ok(won)
}
