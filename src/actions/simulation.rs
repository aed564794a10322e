//! Asking what other weights, formulas and gates would have chosen. It changes nothing.

use super::{Failure, evaluation::evaluated, opportunity::for_officer, package::own};
use crate::{
    app::App,
    domain::{
        actor::Actor,
        disclosure::{
            simulation::{self as shown, Replay, SimulatedBids, Simulation},
            what_if::{WhatIf, what_if},
        },
        evaluation::{check_priced, is_marked, measures},
        panel,
        refusal::{Code, Refusal},
        scoring::FormulaName,
        simulation::{self as rules, Constructed, Past, Proposal},
    },
    store,
};
use entity::{
    category::{self, Formula},
    offer::LineQuantity,
    vocabulary::*,
};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A formula, with what it needs: what it lacks of its own comes from each package at the reference rates.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposedFormula {
    pub name: FormulaName,
    /// Pounds a week.
    #[serde(default)]
    pub qualification: Option<Money>,
    #[serde(default)]
    pub min: Option<Money>,
    #[serde(default)]
    pub max: Option<Money>,
    #[serde(default)]
    pub benchmark: Option<Money>,
    /// The market's own, where it is left out. Constructed bids stand in the order in which they are written.
    #[serde(default)]
    pub order: Vec<ProviderId>,
}

impl From<ProposedFormula> for Formula {
    fn from(asked: ProposedFormula) -> Self {
        let ProposedFormula { name, qualification, min, max, benchmark, order } = asked;
        match name {
            FormulaName::LowestRelative => Self::LowestRelative,
            FormulaName::PercentOverLowest => Self::PercentOverLowest,
            FormulaName::ProRataToQualification => Self::ProRataToQualification { qualification },
            FormulaName::Band => Self::Band { min, max },
            FormulaName::PricePerQualityPoint => Self::PricePerQualityPoint,
            FormulaName::Fixed => Self::Fixed,
            FormulaName::Benchmark => Self::Benchmark { benchmark },
            FormulaName::RankedList => Self::RankedList { order },
        }
    }
}

/// A bid made up to try a way of scoring.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConstructedBid {
    pub name: String,
    pub weekly_price: Money,
    /// By criterion.
    pub marks: BTreeMap<String, Mark>,
}

/// What is to be simulated.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSimulation {
    /// Whose opportunities are replayed, and by whose criteria constructed bids are marked; without it all of the
    /// market's are replayed.
    #[serde(default)]
    pub category_id: Option<CategoryId>,
    /// A package whose quantities at the reference rates constructed bids are measured against.
    #[serde(default)]
    pub package_id: Option<PackageId>,
    pub quality_weight: Weight,
    pub price_weight: Weight,
    pub formula: ProposedFormula,
    /// The least share of the quality weight, such as 0.6.
    #[serde(default)]
    pub quality_gate: Option<Weight>,
    /// Whether to replay the market's closed opportunities.
    #[serde(default)]
    pub replay: bool,
    /// Constructed bids.
    #[serde(default)]
    pub bids: Vec<ConstructedBid>,
}

/// What other weights, other formulas and fewer bids would have chosen.
pub async fn of_opportunity(app: &App, actor: &Actor, id: OpportunityId) -> Result<WhatIf, Failure> {
    let db = app.database.read();
    let opportunity = for_officer(db, id, actor.authority()?).await?;
    check_priced(&opportunity, app.clock.now())?;
    panel::check_no_interest(&store::evaluation::declarations(db, id).await?, actor.account_id)?;
    let facts = evaluated(db, opportunity).await?;
    let with = measures(&facts.opportunity.terms, &facts.opportunity.quantities.0);
    Ok(what_if(&facts.evaluation, &with, |id| {
        let bidder = facts.bidders.iter().find(|b| b.bid.id.to_string() == id);
        bidder.map(|b| b.provider_name.clone()).unwrap_or_default()
    }))
}

/// What a way of scoring would have chosen in a market of the officer's own authority.
pub async fn simulate(
    app: &App,
    actor: &Actor,
    market: MarketId,
    new: NewSimulation,
) -> Result<Simulation, Failure> {
    let db = app.database.read();
    let authority = actor.authority()?;
    let found = store::market::find(db, market).await?;
    if found.is_none_or(|market| market.authority_id != authority) {
        return Err(Refusal::not_found("market").into());
    }
    if !new.replay && new.bids.is_empty() {
        let words = "Choose to replay closed opportunities, or give bids to try.";
        return Err(Refusal::new(Code::InvalidField, words).at("replay").into());
    }
    let proposal = Proposal {
        quality_weight: new.quality_weight,
        price_weight: new.price_weight,
        formula: new.formula.into(),
        quality_gate: new.quality_gate,
    };
    proposal.check()?;
    let package = match new.package_id {
        Some(id) => Some(own(db, authority, id).await?),
        None => None,
    };
    let categories = store::market::categories(db, [market]).await?;
    let wanted = package.as_ref().map(|package| package.category_id).or(new.category_id);
    let category = match wanted {
        Some(id) => Some(
            (categories.iter().find(|category| category.id == id))
                .ok_or_else(|| Refusal::not_found("category").at("category_id"))?,
        ),
        None => None,
    };
    let constructed = if new.bids.is_empty() {
        None
    } else {
        let only = || categories.first().filter(|_| categories.len() == 1);
        let category = category.or_else(only).ok_or_else(|| {
            let words = "Choose the category by whose criteria these bids are marked.";
            Refusal::new(Code::InvalidField, words).at("category_id")
        })?;
        let quantities = package.map(|package| package.quantities.0).unwrap_or_default();
        Some(construct(category, &quantities, &proposal, new.bids)?)
    };
    let replay = match new.replay {
        true => Some(replay(app, db, actor, market, category, &categories, &proposal).await?),
        false => None,
    };
    Ok(Simulation { replay, constructed })
}

fn construct(
    category: &category::Model,
    quantities: &[LineQuantity],
    proposal: &Proposal,
    bids: Vec<ConstructedBid>,
) -> Result<SimulatedBids, Refusal> {
    let bids: Vec<_> = bids
        .into_iter()
        .map(|bid| Constructed { name: bid.name, weekly_price: bid.weekly_price, marks: bid.marks })
        .collect();
    let proposed = proposal.terms(&category.terms)?;
    let evaluation = rules::constructed(&proposed, quantities, &bids)?;
    let then = rules::constructed(&category.terms, quantities, &bids);
    let with = measures(&proposed, quantities);
    let what_if = what_if(&evaluation, &with, str::to_owned);
    let outcome = evaluation.outcome();
    Ok(shown::constructed(outcome, &rules::compare(then, Ok(evaluation)), what_if))
}

async fn replay(
    app: &App,
    db: &impl ConnectionTrait,
    actor: &Actor,
    market: MarketId,
    category: Option<&category::Model>,
    categories: &[category::Model],
    proposal: &Proposal,
) -> Result<Replay, Failure> {
    let now = app.clock.now();
    let most = rules::REPLAYED_MAX;
    let mut opportunities =
        store::opportunity::priced(db, market, category.map(|category| category.id), now, most + 1).await?;
    let mut more = opportunities.len() as u64 > most;
    opportunities.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    // Whoever declared an interest takes no part, here neither.
    let ids: Vec<_> = opportunities.iter().map(|o| o.id).collect();
    let barred = store::evaluation::interests_declared(db, actor.account_id, &ids).await?;
    let before = opportunities.len();
    opportunities.retain(|o| !barred.contains(&o.id));
    let left_out = u32::try_from(before - opportunities.len()).unwrap_or(u32::MAX);
    let mut past = Vec::new();
    let mut room = rules::REPLAYED_BIDS_MAX;
    for opportunity in opportunities {
        let count = u64::try_from(opportunity.bids).unwrap_or_default();
        if count > room {
            more = true;
            break;
        }
        room -= count;
        past.push(opportunity);
    }
    let ids: Vec<_> = past.iter().map(|o| o.id).collect();
    let mut bids = store::bid::of_all(db, &ids).await?;
    let mut marks = store::evaluation::agreed_marks_of(db, &ids).await?;
    let mut inquiries = store::inquiry::of_all(db, &ids).await?;
    let compared: Vec<_> = past
        .into_iter()
        .filter_map(|opportunity| {
            let (of, id) = (&opportunity, opportunity.id);
            let marks = marks.remove(&id).unwrap_or_default();
            let bids = bids.remove(&id).unwrap_or_default();
            let bids = bids.into_iter().filter(|bid| is_marked(of, bid, &marks));
            let inquiries = inquiries.remove(&id).unwrap_or_default();
            let past = Past { bids: bids.collect(), marks, inquiries, opportunity };
            let compared = past.compare(proposal);
            (!past.bids.is_empty()).then_some((past, compared))
        })
        .collect();
    let bidders = compared.iter().flat_map(|(past, _)| past.bids.iter().map(|bid| bid.provider_id));
    let bidders: BTreeSet<_> = bidders.collect();
    let providers = store::account::provider_names(db, bidders).await?;
    let name = |id| categories.iter().find(|c| c.id == id).map(|c| c.name.clone()).unwrap_or_default();
    Ok(shown::replay(&compared, &providers, name, left_out, more, now))
}
