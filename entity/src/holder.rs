//! A person's tenure of a post.

use crate::vocabulary::*;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "holder")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: HolderId,
    pub post_id: PostId,
    pub account_id: AccountId,
    pub tenure: Tenure,
    pub from: Day,
    /// The last day; without one it goes on.
    pub to: Option<Day>,
    /// Who entered it in the product; nobody, where a market's definition did.
    pub entered_by: Option<AccountId>,
    /// Who ended it in the product before its time.
    pub ended_by: Option<AccountId>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
