//! A list of debarred suppliers as it was imported (Procurement Act 2023 s. 62).

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "debarment_list")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DebarmentListId,
    /// The day of the list.
    pub dated: Day,
    /// SHA-256 of the file.
    pub digest: String,
    pub entries: i32,
    pub imported_at: Instant,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
