//! Awards to a named provider, for officers of the authority: with what the person prefers. The provider sees its
//! contract, never this.

use super::{award::ApproverView, budget::BudgetEffect};
use crate::domain::direct_award::{basis_in_law, urgent_review_days, urgent_weeks_max};
use entity::{
    award::ChainLink,
    category::{self, LineTerms},
    direct_award, enrolment, market, package, provider,
    vocabulary::*,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A line of the award.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AwardedLine {
    pub key: String,
    pub label: String,
    pub unit: Unit,
    /// Per week.
    pub quantity: Quantity,
    /// Per unit.
    pub rate: Money,
}

/// A line of a package, with what may be paid for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LineToPrice {
    /// Per week.
    pub quantity: Quantity,
    #[serde(flatten)]
    pub terms: LineTerms,
}

/// A provider that an award could name, with what is known for the check of exclusion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Nameable {
    pub id: ProviderId,
    pub name: String,
    /// Its standing in the package's category; nothing where it never asked to join.
    pub standing: Option<Standing>,
    /// What it declared when it asked to join, in words.
    pub declared: Vec<String>,
    /// What the market asks to be declared and it has not.
    pub not_declared: Vec<String>,
}

/// What an officer must know to propose an award to a named provider.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Naming {
    pub package_id: PackageId,
    pub title: String,
    pub market_name: String,
    pub category_name: String,
    pub starts_on: Day,
    pub initial_term_weeks: i32,
    pub preference: Option<String>,
    pub lines: Vec<LineToPrice>,
    pub weekly_floor: Option<Money>,
    pub weekly_ceiling: Option<Money>,
    /// The law's own basis for the person's choice; without it the council records its own.
    pub choice_basis: Option<String>,
    pub urgent_basis: Option<String>,
    pub urgent_weeks_max: u32,
    pub urgent_review_days: u32,
    /// By name.
    pub providers: Vec<Nameable>,
}

/// What a proposal's form is made of.
pub struct NamingFacts<'a> {
    pub package: &'a package::Model,
    pub market: &'a market::Model,
    pub category: &'a category::Model,
    pub providers: Vec<provider::Model>,
    pub enrolments: HashMap<ProviderId, enrolment::Model>,
}

pub fn naming(facts: NamingFacts<'_>) -> Naming {
    let NamingFacts { package, market, category, providers, enrolments } = facts;
    let asked = &market.terms.declarations;
    let basis = |route| basis_in_law(market.regime, route).map(str::to_owned);
    Naming {
        package_id: package.id,
        title: package.title.clone(),
        market_name: market.name.clone(),
        category_name: category.name.clone(),
        starts_on: package.starts_on,
        initial_term_weeks: package.initial_term_weeks,
        preference: package.preference.clone(),
        lines: lines(category, package)
            .map(|(quantity, terms)| LineToPrice { quantity, terms: terms.clone() })
            .collect(),
        weekly_floor: category.terms.weekly_floor,
        weekly_ceiling: category.terms.weekly_ceiling,
        choice_basis: basis(AwardRoute::UserChoice),
        urgent_basis: basis(AwardRoute::Urgent),
        urgent_weeks_max: urgent_weeks_max(market),
        urgent_review_days: urgent_review_days(market),
        providers: providers
            .into_iter()
            .map(|provider| {
                let enrolment = enrolments.get(&provider.id);
                let has = |id: &String| enrolment.is_some_and(|e| e.request.declarations.contains(id));
                let words = |declared: bool| {
                    let of = asked.iter().filter(|wanted| has(&wanted.id) == declared);
                    of.map(|wanted| wanted.words.clone()).collect()
                };
                Nameable {
                    id: provider.id,
                    standing: enrolment.map(|e| e.standing),
                    declared: words(true),
                    not_declared: words(false),
                    name: provider.name,
                }
            })
            .collect(),
    }
}

fn lines<'a>(
    category: &'a category::Model,
    package: &'a package::Model,
) -> impl Iterator<Item = (Quantity, &'a LineTerms)> {
    package.quantities.0.iter().filter_map(|asked| {
        let terms = category.terms.lines.iter().find(|line| line.key == asked.key)?;
        Some((asked.quantity, terms))
    })
}

/// What may be done with a direct award.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DirectVerb {
    Approve,
    Return,
    Review,
}

/// A direct award in a list.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DirectAwardCard {
    pub id: DirectAwardId,
    pub reference: String,
    pub route: AwardRoute,
    pub category_name: String,
    pub provider_name: String,
    pub starts_on: Day,
    pub term_weeks: i32,
    pub yearly_value: Money,
    pub contract_value: Money,
    pub state: AwardState,
    pub proposed_at: Instant,
    pub review_due_on: Option<Day>,
    pub review: Option<ReviewOutcome>,
    /// Whether its review should have been by now.
    pub overdue: bool,
}

/// A direct award, whole.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DirectAward {
    #[serde(flatten)]
    pub card: DirectAwardCard,
    pub package_id: PackageId,
    pub package_title: String,
    pub market_name: String,
    /// The provider's standing when it was proposed.
    pub standing: Option<Standing>,
    pub standing_reason: Option<String>,
    /// What the person prefers, as it stood in the package.
    pub preference: Option<String>,
    pub reason: String,
    pub basis: String,
    pub exclusion_check: String,
    pub lines: Vec<AwardedLine>,
    pub weekly_value: Money,
    pub proposed_by: String,
    pub decided_by: Option<String>,
    pub decided_at: Option<Instant>,
    pub decided_reason: Option<String>,
    /// On what authority it was approved.
    pub chain: Vec<ChainLink>,
    /// Who may approve it, cheapest first, while it waits.
    pub approvers: Vec<ApproverView>,
    pub reviewed_by: Option<String>,
    pub reviewed_at: Option<Instant>,
    pub review_reason: Option<String>,
    pub contract_id: Option<ContractId>,
    pub budget: Option<BudgetEffect>,
    pub can: Vec<DirectVerb>,
    /// Why the viewer may not decide, while it waits for a decision or a review.
    pub why_not: Option<String>,
}

/// What a direct award is shown with.
pub struct DirectNames<'a> {
    pub market: String,
    pub category: String,
    pub provider: String,
    pub people: &'a HashMap<AccountId, String>,
}

pub fn card(of: &direct_award::Model, category: String, provider: String, today: Day) -> DirectAwardCard {
    DirectAwardCard {
        id: of.id,
        reference: of.reference.clone(),
        route: of.route,
        category_name: category,
        provider_name: provider,
        starts_on: of.starts_on,
        term_weeks: of.term_weeks,
        yearly_value: of.yearly_value,
        contract_value: of.contract_value,
        state: of.state,
        proposed_at: of.proposed_at,
        review_due_on: of.review_due_on,
        review: of.review,
        overdue: of.review.is_none() && of.review_due_on.is_some_and(|due| due < today),
    }
}

/// What only the viewer and the moment decide.
pub struct Now {
    pub today: Day,
    pub approvers: Vec<ApproverView>,
    pub contract_id: Option<ContractId>,
    pub budget: Option<BudgetEffect>,
    pub can: Vec<DirectVerb>,
    pub why_not: Option<String>,
}

pub fn whole(
    of: direct_award::Model,
    package: &package::Model,
    category: &category::Model,
    names: DirectNames<'_>,
    now: Now,
) -> DirectAward {
    let name = |id: AccountId| names.people.get(&id).cloned().unwrap_or_default();
    let lines = lines(category, package)
        .filter_map(|(quantity, terms)| {
            let rate = of.rates.0.iter().find(|rate| rate.key == terms.key)?.rate;
            let (key, label) = (terms.key.clone(), terms.label.clone());
            Some(AwardedLine { key, label, unit: terms.unit, quantity, rate })
        })
        .collect();
    DirectAward {
        card: card(&of, names.category, names.provider, now.today),
        package_id: package.id,
        package_title: package.title.clone(),
        market_name: names.market,
        standing: of.standing,
        standing_reason: of.standing_reason,
        preference: of.preference,
        reason: of.reason,
        basis: of.basis,
        exclusion_check: of.exclusion_check,
        lines,
        weekly_value: of.weekly_value,
        proposed_by: name(of.proposed_by),
        decided_by: of.decided_by.map(name),
        decided_at: of.decided_at,
        decided_reason: of.decided_reason,
        chain: of.chain.map(|chain| chain.0).unwrap_or_default(),
        approvers: now.approvers,
        reviewed_by: of.reviewed_by.map(name),
        reviewed_at: of.reviewed_at,
        review_reason: of.review_reason,
        contract_id: now.contract_id,
        budget: now.budget,
        can: now.can,
        why_not: now.why_not,
    }
}
