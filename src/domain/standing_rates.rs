//! Standing rates: what a provider usually asks for the lines of a category, to begin bids with. A bid is what its
//! provider sends, whatever it began with; so nothing rests on these, and no officer sees them.

use super::{
    change::Change,
    event::Event,
    pricing::check_rates,
    refusal::{Code, Fault, Refusal},
};
use entity::{
    category,
    offer::{LineQuantity, LineRate},
    standing_rates::{self, Rates},
    vocabulary::*,
};
use serde::{Deserialize, Serialize};

/// What a provider sets for one category, in place of what it set before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStandingRates {
    /// Those that it has; none, to have none any more.
    pub rates: Vec<LineRate>,
}

/// A provider sets its standing rates for a category. `member` says whether it may bid there. Returns nothing where they
/// are what they were.
///
/// # Errors
/// The category is not one in which it bids; `lines_mismatch`, `rate_fixed`, `rate_invalid`: a line that is not there or
/// is there twice, a rate that the council sets, or one that nobody could offer.
pub fn set(
    provider: ProviderId,
    category: &category::Model,
    member: bool,
    before: Option<&standing_rates::Model>,
    new: NewStandingRates,
    by: AccountId,
    now: Instant,
) -> Result<Option<Change>, Refusal> {
    if !member {
        return Err(Refusal::not_found("category"));
    }
    let lines = &category.terms.lines;
    let mut faults = Vec::new();
    let mut code = Code::RateFixed;
    for (n, rate) in new.rates.iter().enumerate() {
        let detail = match lines.iter().find(|line| line.key == rate.key) {
            Some(line) if line.fixed.is_none() => continue,
            Some(line) => format!("The council sets the rate for “{}”: leave it out.", line.label),
            None => {
                code = Code::LinesMismatch;
                format!("“{}” is not a price line of this category.", rate.key)
            }
        };
        faults.push(Fault { field: format!("rates[{n}].key"), detail });
    }
    Refusal::of_all(code, faults)?;
    let own = lines.iter().filter(|line| new.rates.iter().any(|rate| rate.key == line.key));
    let own: Vec<_> =
        own.map(|line| LineQuantity { key: line.key.clone(), quantity: Quantity::ZERO }).collect();
    check_rates(lines, &own, &new.rates)?;
    if before.map_or(new.rates.is_empty(), |before| before.rates.0 == new.rates) {
        return Ok(None);
    }
    let row = standing_rates::Model {
        provider_id: provider,
        category_id: category.id,
        rates: Rates(new.rates),
        set_by: by,
        set_at: now,
    };
    let event = Event::StandingRatesSet { category_id: category.id };
    Ok(Some(Change::new(provider, event).upsert(row)))
}
