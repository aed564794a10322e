//! The register of contracts.

use entity::{contract, vocabulary::*};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

pub async fn find(db: &impl ConnectionTrait, id: ContractId) -> Result<Option<contract::Model>, DbErr> {
    contract::Entity::find_by_id(id).one(db).await
}

/// Whose contracts to list.
pub enum Whose {
    Authority(AuthorityId),
    Provider(ProviderId),
}

/// Contracts, newest first, from the one after `after`.
pub async fn list(
    db: &impl ConnectionTrait,
    whose: Whose,
    after: Option<ContractId>,
    most: u64,
) -> Result<Vec<contract::Model>, DbErr> {
    let mut query = contract::Entity::find();
    query = match whose {
        Whose::Authority(id) => query.filter(contract::COLUMN.authority_id.eq(id)),
        Whose::Provider(id) => query.filter(contract::COLUMN.provider_id.eq(id)),
    };
    if let Some(after) = after {
        query = query.filter(contract::COLUMN.id.lt(after));
    }
    query.order_by_desc(contract::COLUMN.id).limit(most).all(db).await
}
