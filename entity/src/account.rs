//! A person who can sign in.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccountId,
    /// Lower case; one account per address.
    #[sea_orm(unique)]
    pub email: String,
    pub name: String,
    /// Argon2id, in PHC form.
    pub password: String,
    pub created_at: Instant,
    /// Sessions made before this no longer hold: signing out ends them everywhere.
    pub sessions_since: Instant,
    /// When the person last signed in, if they did since this is kept.
    pub signed_in_at: Option<Instant>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
