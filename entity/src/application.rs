//! A request to join that a provider is still writing: one for a provider and a category, by all of its people. It
//! answers the version of the questionnaire that it was given when it was begun.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "application")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub provider_id: ProviderId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub category_id: CategoryId,
    /// Nothing where the market asked none when it was begun.
    pub questionnaire_id: Option<QuestionnaireId>,
    pub begun_by: AccountId,
    pub begun_at: Instant,
    /// Its answers stay, for a request after this one.
    pub sent_at: Option<Instant>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
