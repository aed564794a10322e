//! A package is private: officers of its authority alone see it.

use super::{capacity::DeclaredCapacity, opportunity::AtReference};
use crate::domain::{
    actor::Actor,
    award::lifecycle::{self, State, Verb},
    package::{Leak, typed::Looked},
    pricing,
};
use entity::{category, direct_payment, offer::LineQuantity, package, vocabulary::*};
use rust_decimal::Decimal;
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

/// Something in a package, while it is typed, that would be refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PackageFault {
    /// Such as `title`, or `quantities[0].quantity`: the first line that was sent.
    pub field: String,
    pub detail: String,
}

/// What a package would cost at the published limits: at the lower and at the higher reference rates. Where the
/// authority sets the rates, both are the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CostAtLimits {
    pub weekly: AtReference,
    pub yearly: AtReference,
    /// Over the initial term, as far as that is typed.
    pub term: Option<AtReference>,
}

/// What is said of a package while it is typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PackageChecked {
    /// Everything typed so far that would be refused.
    pub faults: Vec<PackageFault>,
    /// The fields that are wanted and not typed yet.
    pub missing: Vec<String>,
    /// What in its words may identify the person.
    pub leaks: Vec<Leak>,
    /// How many admitted providers it would reach; nothing before the category is chosen.
    pub reaches: Option<u64>,
    /// What they declared to have to spare where it is; nothing before that is known.
    pub declared: Option<DeclaredCapacity>,
    /// Nothing where a line has no published limits, or no quantity can be read.
    pub cost: Option<CostAtLimits>,
}

/// Who would hear of a package, and what they declared.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    pub category: Option<category::Model>,
    pub reaches: Option<u64>,
    pub declared: Option<DeclaredCapacity>,
}

pub fn checked(found: Looked, reach: Reach) -> PackageChecked {
    let cost = reach.category.and_then(|category| cost(&category, &found.quantities, found.term_weeks));
    let fault =
        |fault: crate::domain::refusal::Fault| PackageFault { field: fault.field, detail: fault.detail };
    PackageChecked {
        faults: found.faults.into_iter().map(fault).collect(),
        missing: found.missing.into_iter().map(str::to_owned).collect(),
        leaks: found.leaks,
        reaches: reach.reaches,
        declared: reach.declared,
        cost,
    }
}

fn cost(category: &category::Model, asked: &[LineQuantity], weeks: Option<u32>) -> Option<CostAtLimits> {
    let (low, high) = pricing::weekly_at_reference(&category.terms.lines, asked)?;
    let both = |sum: &dyn Fn(Decimal) -> Result<Money, AmountError>| {
        Some(AtReference { low: sum(low).ok()?, high: sum(high).ok()? })
    };
    Some(CostAtLimits {
        weekly: both(&Money::rounded)?,
        yearly: both(&pricing::yearly)?,
        term: weeks.and_then(|weeks| both(&|weekly| pricing::whole(weekly, weeks))),
    })
}

/// What new packages of a category start from, if its market says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PackageTemplateView {
    pub start: Option<PackageStart>,
}

/// What a new package of a category starts from, as its market says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PackageStart {
    /// Beside the title's field.
    pub title_hint: Option<String>,
    pub needs: String,
    /// Beside the field of the pen picture.
    pub needs_hint: Option<String>,
    /// The usual quantities.
    pub quantities: Vec<LineQuantity>,
    /// When care would usually start, if it is drafted today.
    pub starts_on: Option<Day>,
    pub initial_term_weeks: Option<u32>,
}

pub fn start(of: category::PackageTemplate, today: Day) -> PackageStart {
    PackageStart {
        title_hint: of.title_hint,
        needs: of.needs,
        needs_hint: of.needs_hint,
        quantities: of.lines,
        starts_on: of.starts_in_days.map(|days| today.plus_days(i64::from(days))),
        initial_term_weeks: of.initial_term_weeks,
    }
}
