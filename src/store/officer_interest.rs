//! Officers' register of interests in providers.

use entity::{bid, category, enrolment, market, officer_interest, provider, vocabulary::*};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// The most entries of a register, and the most providers to choose from, that are shown at once.
pub const SHOWN_MAX: u64 = 1_000;

pub async fn find(
    db: &impl ConnectionTrait,
    id: OfficerInterestId,
) -> Result<Option<officer_interest::Model>, DbErr> {
    officer_interest::Entity::find_by_id(id).one(db).await
}

/// What an officer has on the register, newest first.
pub async fn own(
    db: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Vec<officer_interest::Model>, DbErr> {
    officer_interest::Entity::find()
        .filter(officer_interest::Column::AccountId.eq(account))
        .order_by_desc(officer_interest::Column::Id)
        .limit(SHOWN_MAX)
        .all(db)
        .await
}

/// The whole register of an authority, newest first.
pub async fn all(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
) -> Result<Vec<officer_interest::Model>, DbErr> {
    officer_interest::Entity::find()
        .filter(officer_interest::Column::AuthorityId.eq(authority))
        .order_by_desc(officer_interest::Column::Id)
        .limit(SHOWN_MAX)
        .all(db)
        .await
}

/// Every interest in one of these providers, ended or not, oldest first.
pub async fn in_providers(
    db: &impl ConnectionTrait,
    providers: &[ProviderId],
) -> Result<Vec<officer_interest::Model>, DbErr> {
    if providers.is_empty() {
        return Ok(Vec::new());
    }
    officer_interest::Entity::find()
        .filter(officer_interest::Column::ProviderId.is_in(providers.iter().copied()))
        .order_by_asc(officer_interest::Column::Id)
        .all(db)
        .await
}

/// Whoever bid for an opportunity, whether the bid stands or not.
pub async fn bidders(db: &impl ConnectionTrait, of: OpportunityId) -> Result<Vec<ProviderId>, DbErr> {
    let rows = bid::Entity::find().filter(bid::Column::OpportunityId.eq(of)).all(db).await?;
    Ok(rows.into_iter().map(|b| b.provider_id).collect())
}

/// Every provider that asked to join a market of the authority, by name.
pub async fn providers(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
) -> Result<Vec<provider::Model>, DbErr> {
    let markets = market::Entity::find().filter(market::Column::AuthorityId.eq(authority)).all(db).await?;
    let categories = category::Entity::find()
        .filter(category::Column::MarketId.is_in(markets.into_iter().map(|m| m.id)))
        .all(db)
        .await?;
    let mut known: Vec<_> = enrolment::Entity::find()
        .filter(enrolment::Column::CategoryId.is_in(categories.into_iter().map(|c| c.id)))
        .all(db)
        .await?
        .into_iter()
        .map(|e| e.provider_id)
        .collect();
    known.sort();
    known.dedup();
    provider::Entity::find()
        .filter(provider::Column::Id.is_in(known))
        .order_by_asc(provider::Column::Name)
        .limit(SHOWN_MAX)
        .all(db)
        .await
}
