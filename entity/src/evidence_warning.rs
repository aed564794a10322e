//! That a provider was warned of evidence that expires: once for each piece and stage.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "evidence_warning")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub evidence_id: EvidenceId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub stage: ExpiryStage,
    pub warned_at: Instant,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
