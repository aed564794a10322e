//! One person's need for care. Private: never shown to providers but through its advert.

use crate::offer::Quantities;
use crate::vocabulary::*;
use sea_orm::entity::prelude::*;
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "package")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PackageId,
    pub authority_id: AuthorityId,
    pub category_id: CategoryId,
    /// The authority's own case number: for officers alone.
    pub person_reference: String,
    pub title: String,
    /// The pen picture.
    pub needs: String,
    /// The first half of a postcode, such as `ST16`.
    pub outward_code: String,
    pub age_band: AgeBand,
    pub quantities: Quantities,
    pub starts_on: Day,
    pub initial_term_weeks: i32,
    /// What the person or family prefers: for officers alone.
    pub preference: Option<String>,
    pub drafted_by: AccountId,
    pub drafted_at: Instant,
    /// Counts edits, so that two people cannot overwrite each other.
    pub revision: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
