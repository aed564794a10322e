//! The register of contracts.

use entity::{contract, opportunity, package, vocabulary::*};
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

/// The most contracts of one person with one provider that are looked at: the newest of them.
const OF_PERSON_MAX: u64 = 500;

/// What an authority bought of a provider for one person, oldest first.
pub async fn of_person(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
    person_reference: &str,
    provider: ProviderId,
) -> Result<Vec<contract::Model>, DbErr> {
    let packages = package::Entity::find()
        .filter(package::COLUMN.authority_id.eq(authority))
        .filter(package::COLUMN.person_reference.eq(person_reference))
        .order_by_desc(package::COLUMN.id)
        .limit(OF_PERSON_MAX)
        .all(db)
        .await?;
    let opportunities = opportunity::Entity::find()
        .filter(opportunity::COLUMN.package_id.is_in(packages.into_iter().map(|p| p.id)))
        .filter(opportunity::COLUMN.awarded_at.is_not_null())
        .all(db)
        .await?;
    contract::Entity::find()
        .filter(contract::COLUMN.opportunity_id.is_in(opportunities.into_iter().map(|o| o.id)))
        .filter(contract::COLUMN.provider_id.eq(provider))
        .order_by_asc(contract::COLUMN.awarded_at)
        .limit(OF_PERSON_MAX)
        .all(db)
        .await
}
