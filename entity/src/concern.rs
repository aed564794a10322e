//! What a register says of a provider, put before the officers of an authority: once for each finding. It changes no
//! standing.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "concern")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ConcernId,
    pub authority_id: AuthorityId,
    pub provider_id: ProviderId,
    /// Where its standing is decided: the oldest of the authority's enrolments that are not over.
    pub enrolment_id: EnrolmentId,
    pub entry: RegisterEntry,
    pub number: String,
    pub kind: ConcernKind,
    /// When the register first said it: with the entry, the number and the kind it makes the finding.
    pub found_at: Instant,
    /// What was read.
    pub words: String,
    pub raised_at: Instant,
    /// Who sees to it; nobody where the authority has no procurement officer.
    pub owner_id: Option<AccountId>,
    pub closed_by: Option<AccountId>,
    pub closed_at: Option<Instant>,
    pub reason: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
