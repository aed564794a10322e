//! What figures are made of: an authority's adverts, awards and contracts, within bounds.

use crate::domain::figures::{CONTRACTS_MAX, OPPORTUNITIES_MAX, Period};
use entity::{
    agreed_mark, approval, award, category, contract, direct_payment, enrolment, event, interest, market,
    opportunity, package, vocabulary::*,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, prelude::Uuid,
};
use std::collections::HashMap;

fn of_authority(authority: AuthorityId, market: Option<MarketId>) -> sea_orm::Select<opportunity::Entity> {
    let query = opportunity::Entity::find().filter(opportunity::Column::AuthorityId.eq(authority));
    match market {
        Some(market) => query.filter(opportunity::Column::MarketId.eq(market)),
        None => query,
    }
}

/// Adverts that were published within the period; of one market where it is given.
pub async fn published(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
    market: Option<MarketId>,
    period: Period,
) -> Result<Vec<opportunity::Model>, DbErr> {
    of_authority(authority, market)
        .filter(opportunity::Column::PublishedAt.gte(period.begins()))
        .filter(opportunity::Column::PublishedAt.lt(period.ends()))
        .order_by_desc(opportunity::Column::Id)
        .limit(OPPORTUNITIES_MAX)
        .all(db)
        .await
}

/// Adverts whose award was approved within the period and was not set aside.
pub async fn awarded(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
    market: Option<MarketId>,
    period: Period,
) -> Result<Vec<opportunity::Model>, DbErr> {
    of_authority(authority, market)
        .filter(opportunity::Column::AwardedAt.gte(period.begins()))
        .filter(opportunity::Column::AwardedAt.lt(period.ends()))
        .filter(opportunity::Column::NotAwardedAt.is_null())
        .filter(opportunity::Column::WithdrawnAt.is_null())
        .order_by_desc(opportunity::Column::Id)
        .limit(OPPORTUNITIES_MAX)
        .all(db)
        .await
}

/// When the first bid for each of these came in, whatever became of it.
pub async fn first_bids(
    db: &impl ConnectionTrait,
    of: &[OpportunityId],
) -> Result<HashMap<OpportunityId, Instant>, DbErr> {
    #[derive(FromQueryResult)]
    struct First {
        subject_id: Uuid,
        first: Instant,
    }
    let rows = event::Entity::find()
        .select_only()
        .column(event::Column::SubjectId)
        .column_as(event::Column::At.min(), "first")
        .filter(event::Column::SubjectKind.eq(SubjectKind::Opportunity))
        .filter(event::Column::SubjectId.is_in(of.iter().map(|id| id.0)))
        .filter(event::Column::Kind.eq("bid_submitted"))
        .group_by(event::Column::SubjectId)
        .into_model::<First>()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (OpportunityId(row.subject_id), row.first)).collect())
}

/// Why providers said that they cannot bid for these.
pub async fn cannot_bid(
    db: &impl ConnectionTrait,
    of: &[OpportunityId],
) -> Result<Vec<(OpportunityId, String)>, DbErr> {
    let rows = interest::Entity::find()
        .filter(interest::Column::OpportunityId.is_in(of.iter().copied()))
        .filter(interest::Column::Kind.eq(InterestKind::CannotBid))
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(|row| Some((row.opportunity_id, row.reason?))).collect())
}

/// These awards.
pub async fn awards(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = AwardId>,
) -> Result<HashMap<AwardId, award::Model>, DbErr> {
    let rows = award::Entity::find().filter(award::Column::Id.is_in(ids)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// The records of these decisions, as far as they were kept.
pub async fn records(
    db: &impl ConnectionTrait,
    of: impl IntoIterator<Item = AwardId>,
) -> Result<HashMap<AwardId, approval::Model>, DbErr> {
    let rows = approval::Entity::find().filter(approval::Column::AwardId.is_in(of)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.award_id, row)).collect())
}

/// The marks that count of these bids.
pub async fn marks(
    db: &impl ConnectionTrait,
    of: impl IntoIterator<Item = BidId>,
) -> Result<Vec<agreed_mark::Model>, DbErr> {
    agreed_mark::Entity::find().filter(agreed_mark::Column::BidId.is_in(of)).all(db).await
}

/// The contracts of the register that an authority has; of one market where it is given. Newest first.
pub async fn contracts(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
    market: Option<MarketId>,
) -> Result<Vec<contract::Model>, DbErr> {
    let mut query = contract::Entity::find()
        .filter(contract::Column::AuthorityId.eq(authority))
        .filter(contract::Column::EnteredAt.is_not_null())
        .filter(super::contract::stands());
    if let Some(market) = market {
        query = query.filter(contract::Column::MarketId.eq(market));
    }
    query.order_by_desc(contract::Column::Id).limit(CONTRACTS_MAX).all(db).await
}

/// How many Direct Payments were recorded within the period; of one market's categories where it is given.
pub async fn payments(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
    market: Option<MarketId>,
    period: Period,
) -> Result<u64, DbErr> {
    let mut query = direct_payment::Entity::find()
        .filter(direct_payment::Column::AuthorityId.eq(authority))
        .filter(direct_payment::Column::RecordedAt.gte(period.begins()))
        .filter(direct_payment::Column::RecordedAt.lt(period.ends()));
    if let Some(market) = market {
        let categories = category::Entity::find()
            .select_only()
            .column(category::Column::Id)
            .filter(category::Column::MarketId.eq(market));
        let packages = package::Entity::find()
            .select_only()
            .column(package::Column::Id)
            .filter(package::Column::AuthorityId.eq(authority))
            .filter(package::Column::CategoryId.in_subquery(categories.into_query()));
        query = query.filter(direct_payment::Column::PackageId.in_subquery(packages.into_query()));
    }
    query.count(db).await
}

/// How many enrolments stand how, in the markets that an authority runs.
pub async fn standings(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
    of: Option<MarketId>,
) -> Result<Vec<(Standing, u64)>, DbErr> {
    let mut markets = market::Entity::find()
        .select_only()
        .column(market::Column::Id)
        .filter(market::Column::AuthorityId.eq(authority));
    if let Some(of) = of {
        markets = markets.filter(market::Column::Id.eq(of));
    }
    let categories = category::Entity::find()
        .select_only()
        .column(category::Column::Id)
        .filter(category::Column::MarketId.in_subquery(markets.into_query()));
    #[derive(FromQueryResult)]
    struct Counted {
        standing: Standing,
        many: i64,
    }
    let rows = enrolment::Entity::find()
        .select_only()
        .column(enrolment::Column::Standing)
        .column_as(enrolment::Column::Id.count(), "many")
        .filter(enrolment::Column::CategoryId.in_subquery(categories.into_query()))
        .group_by(enrolment::Column::Standing)
        .into_model::<Counted>()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.standing, u64::try_from(row.many).unwrap_or_default())).collect())
}
