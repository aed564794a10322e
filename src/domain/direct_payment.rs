//! A Direct Payment chosen instead: the person buys their own care (Care Act 2014 ss. 31–33), so the council makes no
//! award. It is an outcome like any other, recorded, and bidders are told that no award was made, never why. So may a
//! person who wants a provider that has not joined the market.

use super::{
    award::lifecycle::{self, State, Verb},
    change::Change,
    enrolment::check_words,
    event::Event,
    opportunity::OpportunityContext,
    refusal::Refusal,
};
use entity::{direct_payment, opportunity, package, vocabulary::*};
use serde::{Deserialize, Serialize};

/// What an officer records.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDirectPayment {
    /// Whether the person wants a provider that has not joined the market.
    pub provider_off_list: bool,
    /// In words, for officers alone.
    pub reason: String,
}

/// What recording looks at.
pub struct Choosing<'a> {
    pub package: &'a package::Model,
    pub state: State,
    /// As which it is advertised and not withdrawn, with whoever bid and what letters say.
    pub opportunity: Option<(&'a opportunity::Model, Vec<AccountId>, OpportunityContext)>,
}

/// An officer records that the person chose a Direct Payment.
///
/// # Errors
/// A recommendation or a proposal waits; the package is awarded; it was recorded before; no reason.
pub fn record(
    facts: Choosing<'_>,
    by: AccountId,
    new: NewDirectPayment,
    now: Instant,
) -> Result<Change, Refusal> {
    lifecycle::allow(facts.state, Verb::RecordDirectPayment)?;
    check_words("reason", &new.reason)?;
    let row = direct_payment::Model {
        package_id: facts.package.id,
        authority_id: facts.package.authority_id,
        opportunity_id: facts.opportunity.as_ref().map(|(of, ..)| of.id),
        provider_off_list: new.provider_off_list,
        reason: new.reason,
        recorded_by: by,
        recorded_at: now,
    };
    let event = Event::DirectPaymentChosen { provider_off_list: new.provider_off_list };
    Ok(match facts.opportunity {
        None => Change::new(facts.package.id, event).insert(row),
        Some((of, bidders, context)) => {
            let over = opportunity::Model { not_awarded_at: Some(now), ..of.clone() };
            Change::new(of.id, event).insert(row).update(over).tell(
                LetterKind::NoAwardMade,
                &bidders,
                &context,
            )
        }
    })
}
