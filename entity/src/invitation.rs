//! That an administrator of a provider asked somebody to act for it.

use crate::{person::Categories, vocabulary::*};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invitation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InvitationId,
    pub provider_id: ProviderId,
    /// The account it is for, which acts for nobody until it is accepted.
    pub account_id: AccountId,
    pub role: ProviderRole,
    pub categories: Categories,
    /// SHA-256 of the token in the newest letter: the token itself is kept nowhere.
    #[sea_orm(unique)]
    pub token_digest: String,
    /// How often it was sent. Each letter has a token of its own.
    pub sent: i32,
    pub invited_by: AccountId,
    pub invited_at: Instant,
    pub sent_at: Instant,
    /// It can be accepted before this instant.
    pub expires_at: Instant,
    pub accepted_at: Option<Instant>,
    pub withdrawn_at: Option<Instant>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
