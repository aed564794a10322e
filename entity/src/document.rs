//! A file that a provider shows in proof. Its content lies outside the database, under its digest.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "document")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DocumentId,
    pub provider_id: ProviderId,
    /// What its content is, whatever it was called.
    pub kind: DocumentKind,
    /// What its provider calls it, without an ending.
    pub name: String,
    /// In bytes.
    pub size: i64,
    /// SHA-256 of the content, in hexadecimal.
    pub digest: String,
    pub uploaded_by: AccountId,
    pub uploaded_at: Instant,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
