//! Standing: who is in which category, and requests that wait for a decision.

use super::{account, document, evidence, market, questionnaire, reading};
use crate::domain::{enrolment::Facts, market::bids_with_request};
use entity::{category, clock_owner, enrolment, market as market_row, reading as reading_row, vocabulary::*};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, Order,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use std::collections::HashMap;

pub async fn find(db: &impl ConnectionTrait, id: EnrolmentId) -> Result<Option<enrolment::Model>, DbErr> {
    enrolment::Entity::find_by_id(id).one(db).await
}

/// An enrolment with its market, category, evidence and the provider's people.
pub async fn facts(db: &impl ConnectionTrait, id: EnrolmentId) -> Result<Option<Facts>, DbErr> {
    let Some(enrolment) = find(db, id).await? else { return Ok(None) };
    let Some((category, market)) = market::category(db, enrolment.category_id).await? else {
        return Ok(None);
    };
    let provider_id = enrolment.provider_id;
    let provider_name = account::provider(db, provider_id).await?.map(|p| p.name).unwrap_or_default();
    let people = account::people_of(db, &[provider_id], enrolment.category_id).await?;
    let people = people.into_values().next().unwrap_or_default();
    let evidence = evidence::of(db, id).await?;
    let documents = document::of_ids(db, evidence.iter().filter_map(|piece| piece.document_id)).await?;
    let readings = reading::of(db, id).await?;
    let answered = questionnaire::answered(db, &enrolment).await?;
    Ok(Some(Facts {
        enrolment,
        market,
        category,
        provider_name,
        people,
        evidence,
        documents,
        readings,
        answered,
    }))
}

/// A provider's enrolment in a category, whatever its standing.
pub async fn of(
    db: &impl ConnectionTrait,
    provider: ProviderId,
    category: CategoryId,
) -> Result<Option<enrolment::Model>, DbErr> {
    enrolment::Entity::find()
        .filter(enrolment::Column::ProviderId.eq(provider))
        .filter(enrolment::Column::CategoryId.eq(category))
        .one(db)
        .await
}

/// The most enrolments of one provider that are looked at together.
const OF_PROVIDER_MAX: u64 = 1_000;

/// Every enrolment of a provider.
pub async fn of_provider(
    db: &impl ConnectionTrait,
    provider: ProviderId,
) -> Result<Vec<enrolment::Model>, DbErr> {
    enrolment::Entity::find()
        .filter(enrolment::Column::ProviderId.eq(provider))
        .order_by_asc(enrolment::Column::Id)
        .limit(OF_PROVIDER_MAX)
        .all(db)
        .await
}

/// A provider's standing in a category.
pub async fn standing(
    db: &impl ConnectionTrait,
    provider: ProviderId,
    category: CategoryId,
) -> Result<Option<Standing>, DbErr> {
    Ok(of(db, provider, category).await?.map(|e| e.standing))
}

/// The providers admitted to a category, with their people.
pub async fn members(
    db: &impl ConnectionTrait,
    category: CategoryId,
) -> Result<Vec<(ProviderId, Vec<AccountId>)>, DbErr> {
    #[derive(FromQueryResult)]
    struct Member {
        provider_id: ProviderId,
    }

    let admitted: Vec<_> = enrolment::Entity::find()
        .select_only()
        .column(enrolment::Column::ProviderId)
        .filter(enrolment::Column::CategoryId.eq(category))
        .filter(enrolment::Column::Standing.eq(Standing::Admitted))
        .order_by_asc(enrolment::Column::Id)
        .into_model::<Member>()
        .all(db)
        .await?
        .into_iter()
        .map(|member| member.provider_id)
        .collect();
    let mut people = account::people_of(db, &admitted, category).await?;
    Ok(admitted.into_iter().map(|p| (p, people.remove(&p).unwrap_or_default())).collect())
}

/// How many are admitted to a category.
pub async fn members_count(db: &impl ConnectionTrait, category: CategoryId) -> Result<u64, DbErr> {
    enrolment::Entity::find()
        .filter(enrolment::Column::CategoryId.eq(category))
        .filter(enrolment::Column::Standing.eq(Standing::Admitted))
        .count(db)
        .await
}

/// How many are admitted to each of these categories; nothing where nobody is.
pub async fn members_counts(
    db: &impl ConnectionTrait,
    categories: impl IntoIterator<Item = CategoryId>,
) -> Result<HashMap<CategoryId, u64>, DbErr> {
    #[derive(FromQueryResult)]
    struct Counted {
        category_id: CategoryId,
        members: i64,
    }

    let counted = enrolment::Entity::find()
        .select_only()
        .column(enrolment::Column::CategoryId)
        .column_as(enrolment::Column::Id.count(), "members")
        .filter(enrolment::Column::CategoryId.is_in(categories))
        .filter(enrolment::Column::Standing.eq(Standing::Admitted))
        .group_by(enrolment::Column::CategoryId)
        .into_model::<Counted>()
        .all(db)
        .await?;
    Ok(counted.into_iter().map(|one| (one.category_id, one.members.unsigned_abs())).collect())
}

/// The categories whose opportunities a provider sees: those to which it is admitted; and where bids are taken with
/// requests to join, those where its request waits.
pub async fn categories_of(
    db: &impl ConnectionTrait,
    provider: ProviderId,
) -> Result<Vec<CategoryId>, DbErr> {
    #[derive(FromQueryResult)]
    struct Place {
        category_id: CategoryId,
        standing: Standing,
        regime: Regime,
    }

    let of_category = enrolment::Entity::belongs_to(category::Entity)
        .from(enrolment::Column::CategoryId)
        .to(category::Column::Id);
    let places = enrolment::Entity::find()
        .select_only()
        .columns([enrolment::Column::CategoryId, enrolment::Column::Standing])
        .column(market_row::Column::Regime)
        .join(JoinType::InnerJoin, of_category.into())
        .join(JoinType::InnerJoin, market::of_market().into())
        .filter(enrolment::Column::ProviderId.eq(provider))
        .filter(enrolment::Column::Standing.is_in([
            Standing::Admitted,
            Standing::Applied,
            Standing::Clarification,
        ]))
        .into_model::<Place>()
        .all(db)
        .await?;
    let sees = |place: &Place| place.standing == Standing::Admitted || bids_with_request(place.regime);
    Ok(places.into_iter().filter(sees).map(|place| place.category_id).collect())
}

/// Whose enrolments to list.
pub enum Whose {
    Provider(ProviderId),
    Authority(AuthorityId),
}

/// Which of an authority's requests an officer looks for: of those that wait for a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    /// All that wait.
    Waiting,
    /// Those given to this officer.
    Of(AccountId),
    /// Those given to nobody.
    Nobodys,
    /// Those that this officer was asked to read, and has not.
    ToRead(AccountId),
}

/// What is given to somebody: one officer, or anybody at all.
fn given(to: Option<AccountId>) -> sea_orm::sea_query::SelectStatement {
    let mut query = clock_owner::Entity::find()
        .select_only()
        .column(clock_owner::Column::About)
        .filter(clock_owner::Column::Kind.eq(ClockKind::EnrolmentDecision));
    if let Some(to) = to {
        query = query.filter(clock_owner::Column::AccountId.eq(to));
    }
    query.into_query()
}

/// Enrolments, from the one after `after`: first those that wait for a decision, what is due first at the top.
pub async fn list(
    db: &impl ConnectionTrait,
    whose: Whose,
    standing: Option<Standing>,
    queue: Option<Queue>,
    after: Option<EnrolmentId>,
    most: u64,
) -> Result<Vec<enrolment::Model>, DbErr> {
    let mut query = enrolment::Entity::find();
    query = match whose {
        Whose::Provider(id) => query.filter(enrolment::Column::ProviderId.eq(id)),
        Whose::Authority(id) => {
            let markets: Vec<_> = market_row::Entity::find()
                .filter(market_row::Column::AuthorityId.eq(id))
                .all(db)
                .await?
                .into_iter()
                .map(|m| m.id)
                .collect();
            let categories: Vec<_> = category::Entity::find()
                .filter(category::Column::MarketId.is_in(markets))
                .all(db)
                .await?
                .into_iter()
                .map(|c| c.id)
                .collect();
            query.filter(enrolment::Column::CategoryId.is_in(categories))
        }
    };
    if let Some(standing) = standing {
        query = query.filter(enrolment::Column::Standing.eq(standing));
    }
    if let Some(queue) = queue {
        query = query.filter(enrolment::Column::DecidedAt.is_null());
        query = match queue {
            Queue::Waiting => query,
            Queue::Of(id) => query.filter(enrolment::Column::Id.in_subquery(given(Some(id)))),
            Queue::Nobodys => query.filter(enrolment::Column::Id.not_in_subquery(given(None))),
            Queue::ToRead(id) => query.filter(
                enrolment::Column::Id.in_subquery(
                    reading_row::Entity::find()
                        .select_only()
                        .column(reading_row::Column::EnrolmentId)
                        .filter(reading_row::Column::ReaderId.eq(id))
                        .filter(reading_row::Column::View.is_null())
                        .into_query(),
                ),
            ),
        };
    }
    let decided = enrolment::Column::DecidedAt.is_not_null();
    if let Some(after) = after
        && let Some(last) = find(db, after).await?
    {
        let later = Condition::any().add(enrolment::Column::DecideBy.gt(last.decide_by)).add(
            Condition::all()
                .add(enrolment::Column::DecideBy.eq(last.decide_by))
                .add(enrolment::Column::Id.gt(last.id)),
        );
        query = query.filter(match last.decided_at {
            // Then the rest of those that wait, then those that are decided.
            None => Condition::any()
                .add(Condition::all().add(enrolment::Column::DecidedAt.is_null()).add(later))
                .add(decided.clone()),
            Some(_) => Condition::all().add(decided.clone()).add(later),
        });
    }
    query
        .order_by(decided, Order::Asc)
        .order_by_asc(enrolment::Column::DecideBy)
        .order_by_asc(enrolment::Column::Id)
        .limit(most)
        .all(db)
        .await
}

/// The enrolments of these providers in a category.
pub async fn of_providers(
    db: &impl ConnectionTrait,
    category: CategoryId,
    providers: impl IntoIterator<Item = ProviderId>,
) -> Result<HashMap<ProviderId, enrolment::Model>, DbErr> {
    let rows = enrolment::Entity::find()
        .filter(enrolment::Column::CategoryId.eq(category))
        .filter(enrolment::Column::ProviderId.is_in(providers))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.provider_id, row)).collect())
}
