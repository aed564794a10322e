//! Standing rates, for the provider that set them alone. No officer's view holds any of it.

use super::team::CategoryChoice;
use entity::{
    category::{self, LineTerms},
    offer::LineRate,
    standing_rates,
    vocabulary::*,
};
use serde::{Deserialize, Serialize};

/// What a provider usually asks, category by category.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct StandingRatesView {
    /// Those in which the viewer may bid, by market and name.
    pub categories: Vec<StandingRatesOf>,
}

/// What it usually asks in one category.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct StandingRatesOf {
    pub category_id: CategoryId,
    pub category_name: String,
    pub market_name: String,
    /// Every line of the category; those with a fixed rate are not the provider's to choose.
    pub lines: Vec<LineTerms>,
    pub rates: Vec<LineRate>,
    /// When they were set last; nothing where they never were.
    pub set_at: Option<Instant>,
}

/// One's own standing rates in these categories.
pub fn standing_rates(
    choices: Vec<CategoryChoice>,
    categories: &[category::Model],
    set: &[standing_rates::Model],
) -> StandingRatesView {
    let of = |choice: CategoryChoice| {
        let category = categories.iter().find(|category| category.id == choice.id)?;
        let set = set.iter().find(|row| row.category_id == choice.id);
        Some(StandingRatesOf {
            category_id: choice.id,
            category_name: choice.name,
            market_name: choice.market_name,
            lines: category.terms.lines.clone(),
            rates: set.map(|row| row.rates.0.clone()).unwrap_or_default(),
            set_at: set.map(|row| row.set_at),
        })
    };
    StandingRatesView { categories: choices.into_iter().filter_map(of).collect() }
}
