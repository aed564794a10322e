//! Evaluations: declarations, the panel, marks and those that count. What of them may be read, and when, is for the
//! rules to say.

use super::{bid, officer_interest};
use crate::domain::{evaluation::Facts, officer_interest::as_declared};
use entity::{agreed_mark, declaration, enrolment, event, mark_draft, opportunity, panellist, vocabulary::*};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{HashMap, HashSet};

/// An opportunity under evaluation, whole.
pub async fn facts(db: &impl ConnectionTrait, opportunity: opportunity::Model) -> Result<Facts, DbErr> {
    let id = opportunity.id;
    let bids = bid::standing(db, &opportunity).await?;
    let enrolments = match opportunity.terms.criteria.iter().any(|c| c.standing) {
        false => Vec::new(),
        true => {
            enrolment::Entity::find()
                .filter(enrolment::Column::CategoryId.eq(opportunity.category_id))
                .filter(enrolment::Column::ProviderId.is_in(bids.iter().map(|b| b.provider_id)))
                .all(db)
                .await?
        }
    };
    Ok(Facts {
        requests: bid::requests(db, &opportunity).await?.len(),
        declarations: declarations(db, id).await?,
        panel: panellist::Entity::find()
            .filter(panellist::Column::OpportunityId.eq(id))
            .order_by_asc(panellist::Column::BegunAt)
            .order_by_asc(panellist::Column::EvaluatorId)
            .all(db)
            .await?,
        marks: bid::marks(db, id).await?,
        agreed: agreed_marks(db, id).await?,
        standing_marks: enrolments
            .into_iter()
            .flat_map(|e| e.standing_marks.0.into_iter().map(move |mark| (e.provider_id, mark)))
            .collect(),
        bids,
        opportunity,
    })
}

/// What officers declared of an opportunity, oldest first. What stands in the register of interests of one of its
/// bidders counts as declared.
pub async fn declarations(
    db: &impl ConnectionTrait,
    of: OpportunityId,
) -> Result<Vec<declaration::Model>, DbErr> {
    let mut declared = declaration::Entity::find()
        .filter(declaration::Column::OpportunityId.eq(of))
        .order_by_asc(declaration::Column::At)
        .order_by_asc(declaration::Column::Id)
        .all(db)
        .await?;
    let bidders = officer_interest::bidders(db, of).await?;
    let registered = officer_interest::in_providers(db, &bidders).await?;
    if !registered.is_empty()
        && let Some(opportunity) = opportunity::Entity::find_by_id(of).one(db).await?
    {
        declared.extend(registered.iter().filter_map(|row| as_declared(row, &opportunity)));
        declared.sort_by_key(|d| (d.at, d.id));
    }
    Ok(declared)
}

/// Whoever opened an opportunity's prices.
pub async fn openers(db: &impl ConnectionTrait, of: OpportunityId) -> Result<Vec<AccountId>, DbErr> {
    let opened = events(db, of, &["prices_opened"]).await?;
    Ok(opened.into_iter().filter_map(|event| event.account_id).collect())
}

/// The marks that count, as far as they are recorded.
pub async fn agreed_marks(
    db: &impl ConnectionTrait,
    of: OpportunityId,
) -> Result<Vec<agreed_mark::Model>, DbErr> {
    agreed_mark::Entity::find()
        .filter(agreed_mark::Column::OpportunityId.eq(of))
        .order_by_asc(agreed_mark::Column::Id)
        .all(db)
        .await
}

/// Those of one bid.
pub async fn agreed_marks_for(
    db: &impl ConnectionTrait,
    bid: BidId,
) -> Result<Vec<agreed_mark::Model>, DbErr> {
    agreed_mark::Entity::find()
        .filter(agreed_mark::Column::BidId.eq(bid))
        .order_by_asc(agreed_mark::Column::Id)
        .all(db)
        .await
}

/// Those of several opportunities.
pub async fn agreed_marks_of(
    db: &impl ConnectionTrait,
    opportunities: &[OpportunityId],
) -> Result<HashMap<OpportunityId, Vec<agreed_mark::Model>>, DbErr> {
    let rows = agreed_mark::Entity::find()
        .filter(agreed_mark::Column::OpportunityId.is_in(opportunities.iter().copied()))
        .order_by_asc(agreed_mark::Column::Id)
        .all(db)
        .await?;
    let mut all: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        all.entry(row.opportunity_id).or_default().push(row);
    }
    Ok(all)
}

/// In which of these opportunities somebody declared an interest in a bidder.
pub async fn interests_declared(
    db: &impl ConnectionTrait,
    who: AccountId,
    opportunities: &[OpportunityId],
) -> Result<HashSet<OpportunityId>, DbErr> {
    let rows = declaration::Entity::find()
        .filter(declaration::Column::AccountId.eq(who))
        .filter(declaration::Column::Interest.is_not_null())
        .filter(declaration::Column::OpportunityId.is_in(opportunities.iter().copied()))
        .all(db)
        .await?;
    let mut all: HashSet<_> = rows.into_iter().map(|d| d.opportunity_id).collect();
    let own = officer_interest::own(db, who).await?;
    if !own.is_empty() {
        let found = opportunity::Entity::find()
            .filter(opportunity::Column::Id.is_in(opportunities.iter().copied()))
            .all(db)
            .await?;
        for of in found {
            let bidders = officer_interest::bidders(db, of.id).await?;
            if own.iter().any(|row| bidders.contains(&row.provider_id) && as_declared(row, &of).is_some()) {
                all.insert(of.id);
            }
        }
    }
    Ok(all)
}

/// Everybody who had a part in an opportunity's marks: evaluators, whoever recorded a consensus, and whoever gave
/// a standing mark that counts.
pub async fn markers(db: &impl ConnectionTrait, of: OpportunityId) -> Result<Vec<AccountId>, DbErr> {
    let marks = bid::marks(db, of).await?;
    let agreed = agreed_marks(db, of).await?;
    let mut all: Vec<_> = marks
        .into_iter()
        .map(|m| m.evaluator_id)
        .chain(agreed.into_iter().filter_map(|a| a.agreed_by))
        .collect();
    all.sort();
    all.dedup();
    Ok(all)
}

/// What an evaluator is still writing.
pub async fn mark_draft(
    db: &impl ConnectionTrait,
    of: OpportunityId,
    evaluator: AccountId,
) -> Result<Option<mark_draft::Model>, DbErr> {
    mark_draft::Entity::find_by_id((of, evaluator)).one(db).await
}

/// The most events of marks that are read at once: the newest of them.
const MARK_EVENTS_MAX: u64 = 5_000;

/// Every time that a mark or a consensus was recorded, oldest first.
pub async fn mark_events(db: &impl ConnectionTrait, of: OpportunityId) -> Result<Vec<event::Model>, DbErr> {
    events(db, of, &["mark_given", "consensus_recorded"]).await
}

/// Every decision on a recommendation, oldest first.
pub async fn decisions(db: &impl ConnectionTrait, of: OpportunityId) -> Result<Vec<event::Model>, DbErr> {
    events(db, of, &["award_approved", "award_returned", "award_declined"]).await
}

async fn events(
    db: &impl ConnectionTrait,
    of: OpportunityId,
    kinds: &[&str],
) -> Result<Vec<event::Model>, DbErr> {
    let mut events = event::Entity::find()
        .filter(event::Column::SubjectKind.eq(SubjectKind::Opportunity))
        .filter(event::Column::SubjectId.eq(of.0))
        .filter(event::Column::Kind.is_in(kinds.iter().copied()))
        .order_by_desc(event::Column::Number)
        .limit(MARK_EVENTS_MAX)
        .all(db)
        .await?;
    events.reverse();
    Ok(events)
}
