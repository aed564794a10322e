//! Bids, drafts of bids, and marks. What of them may be read, and when, is for the rules to say.

use entity::{bid, draft, enrolment, mark, opportunity, vocabulary::*};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use std::collections::HashMap;

pub async fn find(db: &impl ConnectionTrait, id: BidId) -> Result<Option<bid::Model>, DbErr> {
    bid::Entity::find_by_id(id).one(db).await
}

/// A provider's bid, withdrawn or not.
pub async fn of(
    db: &impl ConnectionTrait,
    opportunity: OpportunityId,
    provider: ProviderId,
) -> Result<Option<bid::Model>, DbErr> {
    bid::Entity::find()
        .filter(bid::Column::OpportunityId.eq(opportunity))
        .filter(bid::Column::ProviderId.eq(provider))
        .one(db)
        .await
}

/// A provider's own bids, newest first, from the one after `after`: in these categories where any are listed, for
/// opportunities whose reference holds these letters.
pub async fn of_provider(
    db: &impl ConnectionTrait,
    provider: ProviderId,
    categories: &[CategoryId],
    reference: Option<&str>,
    after: Option<BidId>,
    most: u64,
) -> Result<Vec<bid::Model>, DbErr> {
    let mut query = bid::Entity::find().filter(bid::Column::ProviderId.eq(provider));
    let mut wanted = opportunity::Entity::find().select_only().column(opportunity::Column::Id);
    if !categories.is_empty() {
        wanted = wanted.filter(opportunity::Column::CategoryId.is_in(categories.iter().copied()));
    }
    if let Some(reference) = reference {
        wanted = wanted.filter(opportunity::Column::Reference.contains(reference));
    }
    if !categories.is_empty() || reference.is_some() {
        query = query.filter(bid::Column::OpportunityId.in_subquery(wanted.into_query()));
    }
    if let Some(after) = after {
        query = query.filter(bid::Column::Id.lt(after));
    }
    query.order_by_desc(bid::Column::Id).limit(most).all(db).await
}

/// What a provider itself submitted for other opportunities of a market, newest first: in these categories where any
/// are listed.
pub async fn earlier(
    db: &impl ConnectionTrait,
    provider: ProviderId,
    market: MarketId,
    not: OpportunityId,
    categories: &[CategoryId],
    most: u64,
) -> Result<Vec<(bid::Model, opportunity::Model)>, DbErr> {
    let mut of_market = opportunity::Entity::find()
        .select_only()
        .column(opportunity::Column::Id)
        .filter(opportunity::Column::MarketId.eq(market))
        .filter(opportunity::Column::Id.ne(not));
    if !categories.is_empty() {
        of_market = of_market.filter(opportunity::Column::CategoryId.is_in(categories.iter().copied()));
    }
    let bids = bid::Entity::find()
        .filter(bid::Column::ProviderId.eq(provider))
        .filter(bid::Column::OpportunityId.in_subquery(of_market.into_query()))
        .order_by_desc(bid::Column::ReceivedAt)
        .order_by_desc(bid::Column::Id)
        .limit(most)
        .all(db)
        .await?;
    let mut of = super::opportunity::all(db, bids.iter().map(|b| b.opportunity_id)).await?;
    Ok(bids.into_iter().filter_map(|bid| of.remove(&bid.opportunity_id).map(|of| (bid, of))).collect())
}

/// The bids for these opportunities that were not withdrawn and need no confirmation, oldest first.
pub async fn of_all(
    db: &impl ConnectionTrait,
    opportunities: &[OpportunityId],
) -> Result<HashMap<OpportunityId, Vec<bid::Model>>, DbErr> {
    let rows = bid::Entity::find()
        .filter(bid::Column::OpportunityId.is_in(opportunities.iter().copied()))
        .filter(bid::Column::WithdrawnAt.is_null())
        .filter(bid::Column::UnsettledAt.is_null())
        .order_by_asc(bid::Column::Id)
        .all(db)
        .await?;
    let mut all: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        all.entry(row.opportunity_id).or_default().push(row);
    }
    Ok(all)
}

/// The bids that stand: not withdrawn, not waiting to be confirmed after a correction, and of providers admitted to the
/// category now. The bid of a provider suspended meanwhile is held, not deleted; so is one that came with a request to
/// join, until that is decided. Whoever asked after the deadline comes too late for it.
pub async fn standing(
    db: &impl ConnectionTrait,
    opportunity: &opportunity::Model,
) -> Result<Vec<bid::Model>, DbErr> {
    let admitted = enrolment::Entity::find()
        .select_only()
        .column(enrolment::Column::ProviderId)
        .filter(enrolment::Column::CategoryId.eq(opportunity.category_id))
        .filter(enrolment::Column::Standing.eq(Standing::Admitted))
        .filter(enrolment::Column::ReceivedAt.lt(opportunity.closes_at))
        .into_query();
    bid::Entity::find()
        .filter(bid::Column::OpportunityId.eq(opportunity.id))
        .filter(bid::Column::WithdrawnAt.is_null())
        .filter(bid::Column::UnsettledAt.is_null())
        .filter(bid::Column::ProviderId.in_subquery(admitted))
        .order_by_asc(bid::Column::Id)
        .all(db)
        .await
}

/// The requests to join that came with bids for it and wait for a decision.
pub async fn requests(
    db: &impl ConnectionTrait,
    opportunity: &opportunity::Model,
) -> Result<Vec<enrolment::Model>, DbErr> {
    // One that was not confirmed after a correction does not count, whatever is decided of the request.
    let mut bids = not_withdrawn(db, opportunity.id).await?;
    bids.retain(|bid| bid.unsettled_at.is_none());
    enrolment::Entity::find()
        .filter(enrolment::Column::CategoryId.eq(opportunity.category_id))
        .filter(enrolment::Column::Standing.is_in([Standing::Applied, Standing::Clarification]))
        .filter(enrolment::Column::ReceivedAt.lt(opportunity.closes_at))
        .filter(enrolment::Column::ProviderId.is_in(bids.into_iter().map(|bid| bid.provider_id)))
        .order_by_asc(enrolment::Column::DecideBy)
        .all(db)
        .await
}

/// Every bid, withdrawn or of a provider suspended since, oldest first.
pub async fn every(db: &impl ConnectionTrait, opportunity: OpportunityId) -> Result<Vec<bid::Model>, DbErr> {
    bid::Entity::find()
        .filter(bid::Column::OpportunityId.eq(opportunity))
        .order_by_asc(bid::Column::Id)
        .all(db)
        .await
}

/// The bids that were not withdrawn, in the order in which they came, whether they count or not.
pub async fn not_withdrawn(
    db: &impl ConnectionTrait,
    opportunity: OpportunityId,
) -> Result<Vec<bid::Model>, DbErr> {
    bid::Entity::find()
        .filter(bid::Column::OpportunityId.eq(opportunity))
        .filter(bid::Column::WithdrawnAt.is_null())
        .order_by_asc(bid::Column::ReceivedAt)
        .all(db)
        .await
}

/// Who has bid and not withdrawn, oldest first: never what.
pub async fn bidders(
    db: &impl ConnectionTrait,
    opportunity: OpportunityId,
) -> Result<Vec<(ProviderId, Instant)>, DbErr> {
    let rows = not_withdrawn(db, opportunity).await?;
    Ok(rows.into_iter().map(|b| (b.provider_id, b.received_at)).collect())
}

pub async fn draft(
    db: &impl ConnectionTrait,
    opportunity: OpportunityId,
    provider: ProviderId,
) -> Result<Option<draft::Model>, DbErr> {
    draft::Entity::find_by_id((opportunity, provider)).one(db).await
}

/// The marks given so far, oldest first.
pub async fn marks(db: &impl ConnectionTrait, opportunity: OpportunityId) -> Result<Vec<mark::Model>, DbErr> {
    mark::Entity::find()
        .filter(mark::Column::OpportunityId.eq(opportunity))
        .order_by_asc(mark::Column::Id)
        .all(db)
        .await
}
