//! What anybody may read, signed in or not: the register of contracts, decisions, and how the markets came out.

use super::{Failure, figures::won, membership};
use crate::{
    app::App,
    domain::{
        approval_record as records,
        disclosure::{
            public::{
                self as shown, Joining, OPEN_DATA_MAX, PAGE_SIZE, PublicContract, PublicNames, PublicOutcomes,
            },
            search::searched,
        },
        figures::{Period, lowest},
        opportunity::{Stage, stage},
        paper::Paper,
        refusal::Refusal,
    },
    store,
};
use entity::{contract, vocabulary::*};
use sea_orm::ConnectionTrait;
use std::collections::HashMap;

/// Part of the register, and where the next begins.
pub struct Part<T> {
    pub items: Vec<T>,
    pub next: Option<ContractId>,
}

impl<T> Part<T> {
    fn of(mut rows: Vec<contract::Model>) -> (Vec<contract::Model>, Option<ContractId>) {
        let size = usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().filter(|_| more).map(|row| row.id);
        (rows, next)
    }
}

/// The register, newest first; what holds these words in its reference or its provider's name, where any are given.
///
/// # Errors
/// `invalid_field`: words that are too short or too long.
pub async fn contracts(
    app: &App,
    words: &str,
    after: Option<ContractId>,
) -> Result<Part<PublicContract>, Failure> {
    let db = app.database.read();
    let words = if words.trim().is_empty() { None } else { Some(searched(words)?) };
    let rows = store::public::contracts(db, words, after, PAGE_SIZE + 1).await?;
    let (rows, next) = Part::<PublicContract>::of(rows);
    Ok(Part { items: show(db, &rows).await?, next })
}

/// The whole register as open data.
pub async fn csv(app: &App) -> Result<String, Failure> {
    let db = app.database.read();
    let rows = store::public::contracts(db, None, None, OPEN_DATA_MAX).await?;
    Ok(shown::csv(&show(db, &rows).await?))
}

async fn show(db: &impl ConnectionTrait, rows: &[contract::Model]) -> Result<Vec<PublicContract>, Failure> {
    let names = store::market::names(db, rows.iter().map(|row| row.category_id)).await?;
    let providers = store::account::provider_names(db, rows.iter().map(|row| row.provider_id)).await?;
    let counted = store::public::in_categories(db, rows.iter().map(|row| row.category_id)).await?;
    let authorities = store::public::authorities(db).await?;
    let authorities: HashMap<_, _> = authorities.into_iter().map(|of| (of.id, of.name)).collect();
    let shown = rows.iter().map(|row| {
        let names = PublicNames {
            authority: authorities.get(&row.authority_id).cloned().unwrap_or_default(),
            market: names.market(row.market_id),
            category: names.category(row.category_id),
            provider: providers.get(&row.provider_id).cloned().unwrap_or_default(),
            in_category: counted.get(&(row.authority_id, row.category_id)).copied().unwrap_or_default(),
        };
        shown::contract(row, names)
    });
    Ok(shown.collect())
}

/// A decision in the list of those that anybody may read.
pub struct PublicDecision {
    pub award_id: AwardId,
    pub contract: PublicContract,
    pub decided_on: Day,
}

/// The decisions on awards by bids whose contract is in the register, newest first. While a standstill or a challenge
/// runs there is none: the bidders are told first.
pub async fn decisions(app: &App, after: Option<ContractId>) -> Result<Part<PublicDecision>, Failure> {
    let db = app.database.read();
    let rows = store::public::decided(db, after, PAGE_SIZE + 1).await?;
    let (rows, next) = Part::<PublicDecision>::of(rows);
    let shown = show(db, &rows).await?;
    let both = rows.iter().zip(shown).filter_map(|(row, contract)| {
        Some(PublicDecision { award_id: row.award_id?, contract, decided_on: row.awarded_at.london_day() })
    });
    Ok(Part { items: both.collect(), next })
}

/// The public record of a decision, as a paper.
///
/// # Errors
/// `not_found` where there is none, or the public may not read it yet.
pub async fn decision(app: &App, id: AwardId) -> Result<Paper, Failure> {
    let db = app.database.read();
    let missing = || Refusal::not_found("decision");
    let contract = store::public::of_award(db, id).await?.ok_or_else(missing)?;
    let kept = store::approval::record(db, id).await?.ok_or_else(missing)?;
    let counted = store::public::in_categories(db, [contract.category_id]).await?;
    let many = counted.get(&(contract.authority_id, contract.category_id)).copied().unwrap_or_default();
    Ok(shown::decision(&records::read(&kept)?, many)?)
}

/// How each authority's markets came out.
pub async fn outcomes(app: &App) -> Result<Vec<PublicOutcomes>, Failure> {
    let db = app.database.read();
    let now = app.clock.now();
    let period = Period::of(None, None, now.london_day())?;
    let markets = store::market::all(db).await?;
    let mut all = Vec::new();
    for authority in store::public::authorities(db).await? {
        let mut joining = Vec::new();
        for market in markets.iter().filter(|market| market.authority_id == authority.id) {
            let of = membership::show(app, market.id).await?;
            joining.push(Joining { market_name: market.name.clone(), decided: of.decided, times: of.times });
        }
        let mut awarded = store::figures::awarded(db, authority.id, None, period).await?;
        // What is still in its standstill is nobody's to know but the bidders'.
        awarded.retain(|of| stage(of, now) == Stage::Awarded);
        let (low, told) = lowest(&won(db, &awarded).await?);
        all.push(PublicOutcomes {
            authority_name: authority.name,
            joining,
            contracts: store::public::count(db, authority.id, None).await?,
            urgent: store::public::count(db, authority.id, Some(AwardRoute::Urgent)).await?,
            by_bids: told as u64,
            lowest_share: shown::lowest_share(low, told),
        });
    }
    Ok(all)
}
