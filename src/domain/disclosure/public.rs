//! What anybody may read of contracts and decisions. Each contract is for one person, so what could be put together with
//! other knowledge is left out or made coarse: no place, no need, no age, no hours; the month instead of the day; and the
//! category only where several people are in it.

use crate::domain::{
    approval_record::{self, Decided},
    budget::Cost,
    csv,
    figures::percent,
    membership::DecisionTimes,
    paper::{Paper, Part},
    refusal::Refusal,
};
use entity::{contract, vocabulary::*};
use serde::{Deserialize, Serialize};

/// A category is named from this number of an authority's contracts in it on: with fewer it tells of the person what
/// they need. The same number holds for adverts (small cells).
pub const TOLD_FROM: u64 = 5;
/// How many stand on a page.
pub const PAGE_SIZE: u64 = 50;
/// The most contracts in the open data: the newest.
pub const OPEN_DATA_MAX: u64 = 10_000;

/// The names that a contract is shown with.
pub struct PublicNames {
    pub authority: String,
    pub market: String,
    pub category: String,
    pub provider: String,
    /// How many contracts its authority has in its category.
    pub in_category: u64,
}

/// A contract in the public register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PublicContract {
    pub reference: String,
    pub authority_name: String,
    pub market_name: String,
    /// Nothing where fewer than 5 contracts of the authority are in it.
    pub category_name: Option<String>,
    pub provider_name: String,
    /// The month, such as `2027-01`.
    pub starts: String,
    /// The month of its last day.
    pub ends: String,
    pub yearly_value: Money,
    pub route: AwardRoute,
}

/// The name of a category, where enough people are in it.
fn told(category: String, in_category: u64) -> Option<String> {
    (in_category >= TOLD_FROM).then_some(category)
}

fn month(day: Day) -> String {
    day.0.strftime("%Y-%m").to_string()
}

pub fn contract(of: &contract::Model, names: PublicNames) -> PublicContract {
    PublicContract {
        reference: of.reference.clone(),
        authority_name: names.authority,
        market_name: names.market,
        category_name: told(names.category, names.in_category),
        provider_name: names.provider,
        starts: month(of.starts_on),
        ends: month(Cost::of(of).ends_on()),
        yearly_value: of.yearly_value,
        route: of.route,
    }
}

/// How an award came to be, in words.
pub const fn route_words(route: AwardRoute) -> &'static str {
    match route {
        AwardRoute::Competed => "Bids: the best bid",
        AwardRoute::NotFirst => "Bids: another bid, with a reason",
        AwardRoute::UserChoice => "No bids: the person’s own choice",
        AwardRoute::Urgent => "No bids: care could not wait",
    }
}

/// The register as open data.
pub fn csv(contracts: &[PublicContract]) -> String {
    let header = [
        "reference",
        "authority",
        "market",
        "category",
        "provider",
        "starts",
        "ends",
        "yearly_value",
        "route",
    ];
    let rows = contracts.iter().map(|one| {
        vec![
            one.reference.clone(),
            one.authority_name.clone(),
            one.market_name.clone(),
            one.category_name.clone().unwrap_or_default(),
            one.provider_name.clone(),
            one.starts.clone(),
            one.ends.clone(),
            one.yearly_value.to_string(),
            one.route.as_str().to_owned(),
        ]
    });
    csv::write(header, rows)
}

/// The public record of a decision as anybody reads it on the site: without the place, and without the category where
/// few people are in it.
///
/// # Errors
/// `not_public`: only an approved award is published.
pub fn decision(of: &Decided, in_category: u64) -> Result<Paper, Refusal> {
    let mut paper = approval_record::public(of)?;
    for part in &mut paper.parts {
        if let Part::Pairs { pairs } = part {
            pairs.retain(|(label, _)| label != "Place" && (label != "Category" || in_category >= TOLD_FROM));
        }
    }
    Ok(paper)
}

/// How long an authority's market took to decide on requests to join.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joining {
    pub market_name: String,
    /// In the last twelve months.
    pub decided: u64,
    pub times: Option<DecisionTimes>,
}

/// How an authority's markets came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicOutcomes {
    pub authority_name: String,
    pub joining: Vec<Joining>,
    /// Contracts in the register.
    pub contracts: u64,
    /// Of these, urgent ones.
    pub urgent: u64,
    /// Awards by bids in the last twelve months, as far as it is known whether the lowest price won.
    pub by_bids: u64,
    /// The share of those that the lowest price won, per cent; nothing of fewer than 5.
    pub lowest_share: Option<String>,
}

/// The share that the lowest price won, where there are enough to say it of none of them.
pub fn lowest_share(lowest: usize, of: usize) -> Option<String> {
    if (of as u64) < TOLD_FROM {
        return None;
    }
    percent(lowest as i128, of as i128)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_is_named_from_five_contracts_on() {
        assert_eq!(told("Autism".to_owned(), 4), None);
        assert_eq!(told("Autism".to_owned(), 5), Some("Autism".to_owned()));
    }

    #[test]
    fn a_share_is_told_of_five_awards_and_more() {
        assert_eq!(lowest_share(2, 4), None);
        assert_eq!(lowest_share(2, 5), Some("40.0".to_owned()));
        assert_eq!(lowest_share(2, 6), Some("33.3".to_owned()));
    }
}
