//! What holds a standing as it is, what waits for a second person, and whom it touches.

use super::{account, budget, enrolment as enrolments};
use crate::domain::standing::{Clocked, Facts, REPRESENTATIONS_MAX, STOPS_MAX};
use entity::{
    award, bid, category, contract, enrolment, market, measure, opportunity, representation, standing_change,
    standing_stop, task, vocabulary::*,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use std::collections::HashMap;

/// The most of one kind that the queue, the clocks or a page of a standing look at.
pub const LISTED_MAX: u64 = 200;

/// Who decides about standings.
pub const DECIDING: [OfficerRole; 2] = [OfficerRole::Commissioner, OfficerRole::Procurement];

/// A standing with all that holds it as it is, at this moment.
pub async fn facts(db: &impl ConnectionTrait, id: EnrolmentId, now: Instant) -> Result<Option<Facts>, DbErr> {
    let Some(of) = enrolments::facts(db, id).await? else { return Ok(None) };
    let stops = standing_stop::Entity::find()
        .filter(standing_stop::Column::EnrolmentId.eq(id))
        .filter(standing_stop::Column::EndedAt.is_null())
        .order_by_asc(standing_stop::Column::Id)
        // Evidence may stop it besides what officers may begin.
        .limit(STOPS_MAX as u64 * 10)
        .all(db)
        .await?;
    let measures = measure::Entity::find()
        .filter(measure::Column::EnrolmentId.eq(id))
        .filter(measure::Column::EndedAt.is_null())
        .order_by_asc(measure::Column::Id)
        .all(db)
        .await?;
    let representations = representation::Entity::find()
        .filter(representation::Column::EnrolmentId.eq(id))
        .order_by_asc(representation::Column::Id)
        .limit(REPRESENTATIONS_MAX as u64)
        .all(db)
        .await?;
    let authority = of.market.authority_id;
    let served = served(db, &of.enrolment, authority, now).await?.len();
    let served_task = task::Entity::find()
        .filter(task::Column::Kind.eq(TaskKind::PeopleServed))
        .filter(task::Column::SubjectKind.eq(SubjectKind::Enrolment))
        .filter(task::Column::SubjectId.eq(id.0))
        .filter(task::Column::DoneAt.is_null())
        .one(db)
        .await?;
    let (in_force, proposed): (Vec<_>, Vec<_>) = measures.into_iter().partition(|m| m.outcome.is_some());
    Ok(Some(Facts {
        officers: budget::officers(db, authority, &DECIDING).await?,
        // A removal outlives a new request to join in the rows, and not in what it means.
        in_force: in_force
            .into_iter()
            .next_back()
            .filter(|_| matches!(of.enrolment.standing, Standing::Suspended | Standing::Removed)),
        of,
        stops,
        proposed,
        representations,
        served,
        served_task,
    }))
}

/// The contracts under which it serves people in the category now: begun or to begin, and neither ended nor past their
/// initial term.
pub async fn served(
    db: &impl ConnectionTrait,
    of: &enrolment::Model,
    authority: AuthorityId,
    now: Instant,
) -> Result<Vec<contract::Model>, DbErr> {
    let today = now.london_day();
    let rows = contract::Entity::find()
        .filter(contract::Column::AuthorityId.eq(authority))
        .filter(contract::Column::ProviderId.eq(of.provider_id))
        .filter(contract::Column::CategoryId.eq(of.category_id))
        .filter(super::contract::stands())
        .filter(
            Condition::any()
                .add(contract::Column::EndedOn.is_null())
                .add(contract::Column::EndedOn.gte(today)),
        )
        .order_by_desc(contract::Column::AwardedAt)
        .limit(LISTED_MAX)
        .all(db)
        .await?;
    let over = |c: &contract::Model| c.starts_on.plus_days(i64::from(c.initial_term_weeks) * 7) < today;
    Ok(rows.into_iter().filter(|c| !over(c)).collect())
}

/// Everything that changed a standing, newest first.
pub async fn changes(
    db: &impl ConnectionTrait,
    id: EnrolmentId,
) -> Result<Vec<standing_change::Model>, DbErr> {
    standing_change::Entity::find()
        .filter(standing_change::Column::EnrolmentId.eq(id))
        .order_by_desc(standing_change::Column::Id)
        .limit(LISTED_MAX)
        .all(db)
        .await
}

/// A bid of the provider that was not withdrawn, for an opportunity of the category that is not over.
pub struct TouchedBid {
    pub opportunity: opportunity::Model,
    pub bid: bid::Model,
    /// The recommendation that stands on the opportunity.
    pub award: Option<award::Model>,
}

/// Those bids, newest first.
pub async fn touched(db: &impl ConnectionTrait, of: &enrolment::Model) -> Result<Vec<TouchedBid>, DbErr> {
    let open = opportunity::Entity::find()
        .filter(opportunity::Column::CategoryId.eq(of.category_id))
        .filter(opportunity::Column::WithdrawnAt.is_null())
        .filter(opportunity::Column::NotAwardedAt.is_null())
        .filter(opportunity::Column::AwardedAt.is_null())
        .order_by_desc(opportunity::Column::Id)
        .limit(1000)
        .all(db)
        .await?;
    let bids = bid::Entity::find()
        .filter(bid::Column::ProviderId.eq(of.provider_id))
        .filter(bid::Column::WithdrawnAt.is_null())
        .filter(bid::Column::OpportunityId.is_in(open.iter().map(|o| o.id)))
        .order_by_desc(bid::Column::Id)
        .limit(LISTED_MAX)
        .all(db)
        .await?;
    let awards = award::Entity::find()
        .filter(award::Column::Id.is_in(open.iter().filter_map(|o| o.award_id)))
        .all(db)
        .await?;
    Ok(bids
        .into_iter()
        .filter_map(|bid| {
            let opportunity = open.iter().find(|o| o.id == bid.opportunity_id)?.clone();
            let award = awards.iter().find(|a| Some(a.id) == opportunity.award_id).cloned();
            Some(TouchedBid { opportunity, bid, award })
        })
        .collect())
}

/// How many opportunities of a category are open for bids now.
pub async fn live_count(db: &impl ConnectionTrait, category: CategoryId, now: Instant) -> Result<u64, DbErr> {
    opportunity::Entity::find()
        .filter(opportunity::Column::CategoryId.eq(category))
        .filter(opportunity::Column::ClosesAt.gt(now))
        .filter(opportunity::Column::WithdrawnAt.is_null())
        .filter(opportunity::Column::NotAwardedAt.is_null())
        .count(db)
        .await
}

/// The urgent stops that nobody confirmed in time, and whose standing they hold.
pub async fn to_lapse(db: &impl ConnectionTrait, now: Instant) -> Result<Vec<EnrolmentId>, DbErr> {
    let rows = measure::Entity::find()
        .filter(measure::Column::DecidedAt.is_null())
        .filter(measure::Column::DueAt.lte(now))
        .order_by_asc(measure::Column::DueAt)
        .limit(100)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|m| m.enrolment_id).collect())
}

/// Everything about an authority's standings that waits for somebody.
#[derive(Default)]
pub struct Waiting {
    pub enrolments: HashMap<EnrolmentId, (enrolment::Model, category::Model, market::Model)>,
    /// Proposed, or in force.
    pub measures: Vec<measure::Model>,
    /// That hold.
    pub stops: Vec<standing_stop::Model>,
    /// Not answered.
    pub appeals: Vec<representation::Model>,
}

impl Waiting {
    /// With what a clock of it is made of.
    pub fn clocked(&self, id: EnrolmentId) -> Option<Clocked<'_>> {
        let (enrolment, _, market) = self.enrolments.get(&id)?;
        Some(Clocked { enrolment, market: market.id })
    }
}

/// That of an authority, oldest first.
pub async fn waiting(db: &impl ConnectionTrait, authority: AuthorityId) -> Result<Waiting, DbErr> {
    let markets = market::Entity::find().filter(market::Column::AuthorityId.eq(authority)).all(db).await?;
    let categories = category::Entity::find()
        .filter(category::Column::MarketId.is_in(markets.iter().map(|m| m.id)))
        .all(db)
        .await?;
    let enrolled = enrolment::Entity::find()
        .select_only()
        .column(enrolment::Column::Id)
        .filter(enrolment::Column::CategoryId.is_in(categories.iter().map(|c| c.id)));
    let own = || sea_orm::QueryTrait::into_query(enrolled.clone());
    let measures = measure::Entity::find()
        .filter(measure::Column::EnrolmentId.in_subquery(own()))
        .filter(measure::Column::EndedAt.is_null())
        .order_by_asc(measure::Column::Id)
        .limit(LISTED_MAX)
        .all(db)
        .await?;
    let stops = standing_stop::Entity::find()
        .filter(standing_stop::Column::EnrolmentId.in_subquery(own()))
        .filter(standing_stop::Column::EndedAt.is_null())
        .order_by_asc(standing_stop::Column::Id)
        .limit(LISTED_MAX)
        .all(db)
        .await?;
    let appeals = representation::Entity::find()
        .filter(representation::Column::EnrolmentId.in_subquery(own()))
        .filter(representation::Column::Kind.eq(RepresentationKind::Appeal))
        .filter(representation::Column::AnsweredAt.is_null())
        .order_by_asc(representation::Column::Id)
        .limit(LISTED_MAX)
        .all(db)
        .await?;
    let ids = (measures.iter().map(|m| m.enrolment_id))
        .chain(stops.iter().map(|s| s.enrolment_id))
        .chain(appeals.iter().map(|a| a.enrolment_id));
    let rows = enrolment::Entity::find().filter(enrolment::Column::Id.is_in(ids)).all(db).await?;
    let enrolments = rows
        .into_iter()
        .filter_map(|row| {
            let category = categories.iter().find(|c| c.id == row.category_id)?;
            let market = markets.iter().find(|m| m.id == category.market_id)?;
            Some((row.id, (row, category.clone(), market.clone())))
        })
        .collect();
    Ok(Waiting { enrolments, measures, stops, appeals })
}

/// The names of providers that wait.
pub async fn provider_names(
    db: &impl ConnectionTrait,
    waiting: &Waiting,
) -> Result<HashMap<ProviderId, String>, DbErr> {
    account::provider_names(db, waiting.enrolments.values().map(|(row, _, _)| row.provider_id)).await
}
