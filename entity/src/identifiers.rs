//! The numbers under which others know a provider, beside those on its own row: as they are now.

use crate::{json::kept_as_json, vocabulary::*};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identifiers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub provider_id: ProviderId,
    /// Of England and Wales (`1234567` or `1234567-1`), Scotland (`SC012345`) or Northern Ireland (`NIC100001`).
    pub charity_number: Option<String>,
    /// Public Procurement Organisation Number: the identifier of the central digital platform, such as
    /// `PABC-1234-DEFG`.
    pub ppon: Option<String>,
    pub cqc_locations: Locations,
    pub changed_at: Instant,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The CQC’s ids of locations, such as `1-123456789`, in the order in which the provider gave them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Locations(pub Vec<String>);

kept_as_json!(Locations);
