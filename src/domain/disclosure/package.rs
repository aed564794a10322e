//! A package is private: officers of its authority alone see it.

use super::capacity::DeclaredCapacity;
use crate::domain::{
    actor::Actor,
    award::lifecycle::{self, State, Verb},
    package::Leak,
};
use entity::{direct_payment, offer::LineQuantity, package, vocabulary::*};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What a broker writes.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PackageForm {
    pub category_id: CategoryId,
    /// The authority's own case number: never shown to providers.
    pub person_reference: String,
    pub title: String,
    /// The pen picture, shown to every member of the category.
    pub needs: String,
    /// The first half of a postcode, such as `ST16`.
    pub outward_code: String,
    pub age_band: AgeBand,
    /// Per week, by price line.
    pub quantities: Vec<LineQuantity>,
    pub starts_on: Day,
    pub initial_term_weeks: i32,
    /// What the person or family prefers: private.
    pub preference: Option<String>,
}

/// A package in a list.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PackageCard {
    pub id: PackageId,
    pub title: String,
    pub category_name: String,
    pub outward_code: String,
    pub starts_on: Day,
    pub drafted_at: Instant,
    pub opportunity_id: Option<OpportunityId>,
    /// The award to a named provider that stands, proposed or decided.
    pub direct_award_id: Option<DirectAwardId>,
    /// Whether the person chose a Direct Payment.
    pub direct_payment: bool,
}

/// That the person chose a Direct Payment, for officers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DirectPaymentView {
    pub provider_off_list: bool,
    pub reason: String,
    pub recorded_by: String,
    pub recorded_at: Instant,
}

pub fn direct_payment(of: direct_payment::Model, names: &HashMap<AccountId, String>) -> DirectPaymentView {
    DirectPaymentView {
        provider_off_list: of.provider_off_list,
        recorded_by: names.get(&of.recorded_by).cloned().unwrap_or_default(),
        reason: of.reason,
        recorded_at: of.recorded_at,
    }
}

/// A way that a package can go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    Advertise,
    /// To the provider that the person chose.
    UserChoice,
    Urgent,
    DirectPayment,
}

/// The ways that this officer may send a package now.
pub fn ways(state: State, officer: &Actor) -> Vec<Way> {
    let broker = officer.is(OfficerRole::Broker);
    let arranges = broker || officer.is(OfficerRole::Commissioner);
    [
        (Way::Advertise, Verb::Advertise, broker),
        (Way::UserChoice, Verb::ProposeChoice, arranges),
        (Way::Urgent, Verb::ProposeUrgent, arranges),
        (Way::DirectPayment, Verb::RecordDirectPayment, arranges),
    ]
    .into_iter()
    .filter(|(_, verb, may)| *may && lifecycle::allow(state, *verb).is_ok())
    .map(|(way, ..)| way)
    .collect()
}

/// A package, whole.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Package {
    pub id: PackageId,
    /// For `If-Match`.
    pub revision: i32,
    pub category_id: CategoryId,
    pub person_reference: String,
    pub title: String,
    pub needs: String,
    pub outward_code: String,
    pub age_band: AgeBand,
    pub quantities: Vec<LineQuantity>,
    pub starts_on: Day,
    pub initial_term_weeks: i32,
    pub preference: Option<String>,
    pub drafted_by: String,
    pub drafted_at: Instant,
    /// What in its words may identify the person.
    pub leaks: Vec<Leak>,
    pub opportunity_id: Option<OpportunityId>,
    /// The award to a named provider that stands, proposed or decided.
    pub direct_award_id: Option<DirectAwardId>,
    pub direct_payment: Option<DirectPaymentView>,
    /// The ways that it can go now.
    pub ways: Vec<Way>,
    /// How many admitted providers it will reach.
    pub reaches: u64,
    /// What they declared to have to spare where it is.
    pub declared: DeclaredCapacity,
}

/// Which way a package went.
#[derive(Clone, Debug, Default)]
pub struct Went {
    pub opportunity_id: Option<OpportunityId>,
    pub direct_award_id: Option<DirectAwardId>,
    pub direct_payment: Option<DirectPaymentView>,
    pub ways: Vec<Way>,
}

pub fn card(
    package: &package::Model,
    category_name: String,
    opportunity_id: Option<OpportunityId>,
    direct_award_id: Option<DirectAwardId>,
    direct_payment: bool,
) -> PackageCard {
    PackageCard {
        id: package.id,
        title: package.title.clone(),
        category_name,
        outward_code: package.outward_code.clone(),
        starts_on: package.starts_on,
        drafted_at: package.drafted_at,
        opportunity_id,
        direct_award_id,
        direct_payment,
    }
}

pub fn whole(
    package: package::Model,
    drafted_by: String,
    leaks: Vec<Leak>,
    went: Went,
    reaches: u64,
    declared: DeclaredCapacity,
) -> Package {
    Package {
        id: package.id,
        revision: package.revision,
        category_id: package.category_id,
        person_reference: package.person_reference,
        title: package.title,
        needs: package.needs,
        outward_code: package.outward_code,
        age_band: package.age_band,
        quantities: package.quantities.0,
        starts_on: package.starts_on,
        initial_term_weeks: package.initial_term_weeks,
        preference: package.preference,
        drafted_by,
        drafted_at: package.drafted_at,
        leaks,
        opportunity_id: went.opportunity_id,
        direct_award_id: went.direct_award_id,
        direct_payment: went.direct_payment,
        ways: went.ways,
        reaches,
        declared,
    }
}
