//! A line of a list of debarred suppliers.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "debarment_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DebarmentEntryId,
    pub list_id: DebarmentListId,
    /// Its line in the file.
    pub line: i32,
    pub name: String,
    /// Eight characters, padded with zeros.
    pub companies_house_number: Option<String>,
    pub mandatory: bool,
    pub ground: String,
    pub debarred_on: Day,
    /// The day on which it is expected to end, if one is set.
    pub ends_on: Option<Day>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
