//! Mail owed. It is written from `context` when it is posted.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "letter")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LetterId,
    pub kind: LetterKind,
    pub account_id: AccountId,
    pub subject_kind: SubjectKind,
    pub subject_id: Uuid,
    /// What the letter says: references, days, marks and a link; no personal data.
    pub context: Json,
    pub state: LetterState,
    pub owed_at: Instant,
    pub attempts: i32,
    /// Not before this instant.
    pub due_at: Instant,
    /// Whoever posts it holds it until then.
    pub claimed_until: Option<Instant>,
    pub sent_at: Option<Instant>,
    /// As the mail system said it: it may hold an address, so nobody is shown it as it is.
    pub last_failure: Option<String>,
    /// What it says, from its first attempt on: sent again, it says the same.
    pub words: Option<Json>,
    /// The market's own wording that it was written with; nothing where that was the standard one.
    pub wording_id: Option<WordingId>,
    /// How often an officer had it sent again.
    pub resent: i32,
    pub resent_at: Option<Instant>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
