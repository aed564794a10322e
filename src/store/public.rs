//! What anybody may read: the register of contracts, and the decisions on those that entered it.

use super::search::{holds, named};
use entity::{authority, contract, vocabulary::*};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::HashMap;

fn register() -> sea_orm::Select<contract::Entity> {
    contract::Entity::find()
        .filter(contract::Column::EnteredAt.is_not_null())
        .filter(super::contract::stands())
}

/// Contracts of the register, newest first, from the one after `after`; those whose reference or provider holds these
/// words, where any are given.
pub async fn contracts(
    db: &impl ConnectionTrait,
    words: Option<&str>,
    after: Option<ContractId>,
    most: u64,
) -> Result<Vec<contract::Model>, DbErr> {
    let mut query = register();
    if let Some(words) = words {
        query = query.filter(
            Condition::any()
                .add(holds(contract::Column::Reference, words))
                .add(contract::Column::ProviderId.in_subquery(named(words))),
        );
    }
    if let Some(after) = after {
        query = query.filter(contract::Column::Id.lt(after));
    }
    query.order_by_desc(contract::Column::Id).limit(most).all(db).await
}

/// The same, of those that were awarded by bids: there is a record of each of these decisions.
pub async fn decided(
    db: &impl ConnectionTrait,
    after: Option<ContractId>,
    most: u64,
) -> Result<Vec<contract::Model>, DbErr> {
    let mut query = register().filter(contract::Column::AwardId.is_not_null());
    if let Some(after) = after {
        query = query.filter(contract::Column::Id.lt(after));
    }
    query.order_by_desc(contract::Column::Id).limit(most).all(db).await
}

/// The contract of an award, once it is in the register.
pub async fn of_award(db: &impl ConnectionTrait, id: AwardId) -> Result<Option<contract::Model>, DbErr> {
    register().filter(contract::Column::AwardId.eq(id)).one(db).await
}

/// How many contracts of each authority are in each category.
pub async fn in_categories(
    db: &impl ConnectionTrait,
    of: impl IntoIterator<Item = CategoryId>,
) -> Result<HashMap<(AuthorityId, CategoryId), u64>, DbErr> {
    #[derive(FromQueryResult)]
    struct Counted {
        authority_id: AuthorityId,
        category_id: CategoryId,
        many: i64,
    }
    let rows = register()
        .select_only()
        .column(contract::Column::AuthorityId)
        .column(contract::Column::CategoryId)
        .column_as(contract::Column::Id.count(), "many")
        .filter(contract::Column::CategoryId.is_in(of))
        .group_by(contract::Column::AuthorityId)
        .group_by(contract::Column::CategoryId)
        .into_model::<Counted>()
        .all(db)
        .await?;
    let counted =
        |row: Counted| ((row.authority_id, row.category_id), u64::try_from(row.many).unwrap_or_default());
    Ok(rows.into_iter().map(counted).collect())
}

/// How many contracts of an authority are in the register; of one route where it is given.
pub async fn count(
    db: &impl ConnectionTrait,
    of: AuthorityId,
    route: Option<AwardRoute>,
) -> Result<u64, DbErr> {
    let query = register().filter(contract::Column::AuthorityId.eq(of));
    match route {
        Some(route) => query.filter(contract::Column::Route.eq(route)).count(db).await,
        None => query.count(db).await,
    }
}

/// Every authority, by name.
pub async fn authorities(db: &impl ConnectionTrait) -> Result<Vec<authority::Model>, DbErr> {
    authority::Entity::find().order_by_asc(authority::Column::Name).all(db).await
}
