//! A package is private: officers of its authority alone see it.

use crate::domain::package::Leak;
use entity::{offer::LineQuantity, package, vocabulary::*};
use serde::{Deserialize, Serialize};

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
    /// How many admitted providers it will reach.
    pub reaches: u64,
}

pub fn card(
    package: &package::Model,
    category_name: String,
    opportunity_id: Option<OpportunityId>,
) -> PackageCard {
    PackageCard {
        id: package.id,
        title: package.title.clone(),
        category_name,
        outward_code: package.outward_code.clone(),
        starts_on: package.starts_on,
        drafted_at: package.drafted_at,
        opportunity_id,
    }
}

pub fn whole(
    package: package::Model,
    drafted_by: String,
    leaks: Vec<Leak>,
    opportunity_id: Option<OpportunityId>,
    reaches: u64,
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
        opportunity_id,
        reaches,
    }
}
