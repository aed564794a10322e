//! The register of contracts.

use entity::{contract, opportunity, package, vocabulary::*};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, ExprTrait, Query},
};

pub async fn find(db: &impl ConnectionTrait, id: ContractId) -> Result<Option<contract::Model>, DbErr> {
    contract::Entity::find_by_id(id).one(db).await
}

/// Whose contracts to list.
pub enum Whose {
    Authority(AuthorityId),
    Provider(ProviderId),
}

/// The contract of an award that was advertised, entered or not.
pub async fn of_opportunity(
    db: &impl ConnectionTrait,
    of: OpportunityId,
) -> Result<Option<contract::Model>, DbErr> {
    contract::Entity::find().filter(contract::Column::OpportunityId.eq(of)).one(db).await
}

/// The contract of a direct award.
pub async fn of_direct_award(
    db: &impl ConnectionTrait,
    of: DirectAwardId,
) -> Result<Option<contract::Model>, DbErr> {
    contract::Entity::find().filter(contract::Column::DirectAwardId.eq(of)).one(db).await
}

/// The opportunities whose contract has not entered the register, though their standstill ended before this day and no
/// challenge stands; the longest ended first, at most 100.
pub async fn to_enter(db: &impl ConnectionTrait, today: Day) -> Result<Vec<OpportunityId>, DbErr> {
    let waiting = Query::select()
        .column(contract::Column::OpportunityId)
        .from(contract::Entity)
        .and_where(contract::Column::EnteredAt.is_null())
        .to_owned();
    let rows = opportunity::Entity::find()
        .filter(opportunity::Column::Id.in_subquery(waiting))
        .filter(opportunity::Column::StandstillEndsOn.lt(today))
        .filter(opportunity::Column::ChallengedAt.is_null())
        .filter(opportunity::Column::NotAwardedAt.is_null())
        .order_by_asc(opportunity::Column::StandstillEndsOn)
        .limit(100)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Those that were not ended before they began: their award was not set aside.
pub(super) fn stands() -> Condition {
    Condition::any()
        .add(contract::Column::EndedOn.is_null())
        .add(Expr::col(contract::Column::EndedOn).gte(Expr::col(contract::Column::StartsOn)))
}

/// How many awards an authority has made this way.
pub async fn count(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
    route: AwardRoute,
) -> Result<u64, DbErr> {
    contract::Entity::find()
        .filter(contract::Column::AuthorityId.eq(authority))
        .filter(contract::Column::Route.eq(route))
        .filter(stands())
        .count(db)
        .await
}

/// Contracts in the register, newest first, from the one after `after`.
pub async fn list(
    db: &impl ConnectionTrait,
    whose: Whose,
    after: Option<ContractId>,
    most: u64,
) -> Result<Vec<contract::Model>, DbErr> {
    let mut query = contract::Entity::find().filter(contract::Column::EnteredAt.is_not_null());
    query = match whose {
        Whose::Authority(id) => query.filter(contract::Column::AuthorityId.eq(id)),
        Whose::Provider(id) => query.filter(contract::Column::ProviderId.eq(id)),
    };
    if let Some(after) = after {
        query = query.filter(contract::Column::Id.lt(after));
    }
    query.order_by_desc(contract::Column::Id).limit(most).all(db).await
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
        .filter(package::Column::AuthorityId.eq(authority))
        .filter(package::Column::PersonReference.eq(person_reference))
        .order_by_desc(package::Column::Id)
        .limit(OF_PERSON_MAX)
        .all(db)
        .await?;
    contract::Entity::find()
        .filter(contract::Column::PackageId.is_in(packages.into_iter().map(|p| p.id)))
        .filter(contract::Column::ProviderId.eq(provider))
        .filter(stands())
        .order_by_asc(contract::Column::AwardedAt)
        .limit(OF_PERSON_MAX)
        .all(db)
        .await
}
