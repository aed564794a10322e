//! Opportunities, and what providers have said of them.

use super::market::of_market;
use entity::{
    bid, category, contract, draft, enrolment, interest, market, opportunity, subject, vocabulary::*,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, RelationBuilder, Select, Value,
    sea_query::{Expr, ExprTrait, IntoCondition},
};
use std::collections::HashMap;

pub async fn find(db: &impl ConnectionTrait, id: OpportunityId) -> Result<Option<opportunity::Model>, DbErr> {
    opportunity::Entity::find_by_id(id).one(db).await
}

/// What a provider that would bid looks at.
pub struct Biddable {
    pub opportunity: opportunity::Model,
    /// Its own bid, withdrawn or not.
    pub bid: Option<bid::Model>,
    /// Of the market.
    pub regime: Regime,
    /// Its own, in the category; nothing where it never asked to join.
    pub standing: Option<Standing>,
}

/// An opportunity as a provider stands to it, in one question.
pub async fn biddable(
    db: &impl ConnectionTrait,
    id: OpportunityId,
    provider: ProviderId,
) -> Result<Option<Biddable>, DbErr> {
    let own_bid = opportunity::Entity::belongs_to(bid::Entity)
        .from(opportunity::Column::Id)
        .to(bid::Column::OpportunityId)
        .on_condition(move |_, of| {
            Expr::col((of, bid::Column::ProviderId)).eq(Value::from(provider)).into_condition()
        });
    let market = opportunity::Entity::belongs_to(market::Entity)
        .from(opportunity::Column::MarketId)
        .to(market::Column::Id);
    let asked = opportunity::Entity::find_by_id(id)
        .join(JoinType::InnerJoin, market.into())
        .join(JoinType::LeftJoin, own_bid.into())
        .join(JoinType::LeftJoin, own_standing(provider).into())
        .select_also(bid::Entity)
        .column_as(market::Column::Regime, "regime")
        .column_as(enrolment::Column::Standing, "standing");
    let Some(row) = db.query_one(asked.as_query()).await? else {
        return Ok(None);
    };
    Ok(Some(Biddable {
        opportunity: opportunity::Model::from_query_result(&row, "A_")?,
        bid: bid::Model::from_query_result_optional(&row, "B_")?,
        regime: row.try_get("", "regime")?,
        standing: row.try_get("", "standing")?,
    }))
}

/// From an opportunity to a provider's enrolment in its category.
fn own_standing(of: ProviderId) -> RelationBuilder<opportunity::Entity, enrolment::Entity> {
    opportunity::Entity::belongs_to(enrolment::Entity)
        .from(opportunity::Column::CategoryId)
        .to(enrolment::Column::CategoryId)
        .on_condition(move |_, row| {
            Expr::col((row, enrolment::Column::ProviderId)).eq(Value::from(of)).into_condition()
        })
}

/// These opportunities.
pub async fn all(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = OpportunityId>,
) -> Result<HashMap<OpportunityId, opportunity::Model>, DbErr> {
    let rows = opportunity::Entity::find().filter(opportunity::Column::Id.is_in(ids)).all(db).await?;
    Ok(rows.into_iter().map(|o| (o.id, o)).collect())
}

/// The opportunity as which a package was published.
pub async fn of_packages(
    db: &impl ConnectionTrait,
    packages: impl IntoIterator<Item = PackageId>,
) -> Result<HashMap<PackageId, OpportunityId>, DbErr> {
    let rows =
        opportunity::Entity::find().filter(opportunity::Column::PackageId.is_in(packages)).all(db).await?;
    Ok(rows.into_iter().map(|o| (o.package_id, o.id)).collect())
}

/// The next number in a market. Hold the market's lock.
pub async fn next_number(db: &impl ConnectionTrait, market: MarketId) -> Result<i32, DbErr> {
    let newest = opportunity::Entity::find()
        .filter(opportunity::Column::MarketId.eq(market))
        .order_by_desc(opportunity::Column::Number)
        .one(db)
        .await?;
    Ok(newest.map_or(1, |o| o.number + 1))
}

/// Whose opportunities to list.
pub enum Whose<'a> {
    Authority(AuthorityId),
    /// Those of the first categories, to which it is admitted, and those for which it has bid; these of the last alone,
    /// where any are listed.
    Provider(ProviderId, &'a [CategoryId], &'a [CategoryId]),
}

/// Which opportunities to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    All,
    /// Open for bids at this instant.
    Live(Instant),
    /// No longer open at this instant.
    Closed(Instant),
}

/// That there is an opportunity, as of which event, and what the provider that looks has said and sent about it: nothing
/// where an authority looks. Its [advert](super::advert) is read apart.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Found {
    pub id: OpportunityId,
    /// Of its newest event.
    pub number: i64,
    pub interest: Option<InterestKind>,
    /// Its bid, withdrawn or not; the next four are of it.
    pub bid_id: Option<BidId>,
    pub version: Option<i32>,
    pub received_at: Option<Instant>,
    pub withdrawn_at: Option<Instant>,
    pub unsettled_at: Option<Instant>,
    /// When its draft was saved last.
    pub saved_at: Option<Instant>,
}

impl Found {
    /// As an authority finds it, and a provider that has said and sent nothing.
    pub const fn without_own(id: OpportunityId, number: i64) -> Self {
        Self {
            id,
            number,
            interest: None,
            bid_id: None,
            version: None,
            received_at: None,
            withdrawn_at: None,
            unsettled_at: None,
            saved_at: None,
        }
    }

    /// Whether whoever looks has said and sent nothing.
    pub const fn has_no_own(&self) -> bool {
        self.interest.is_none() && self.bid_id.is_none() && self.saved_at.is_none()
    }
}

/// Opportunities with the numbers of their newest events.
fn numbered() -> Select<opportunity::Entity> {
    let newest = opportunity::Entity::belongs_to(subject::Entity)
        .from(opportunity::Column::Id)
        .to(subject::Column::Id)
        .on_condition(|_, of| {
            let kind = Value::from(SubjectKind::Opportunity);
            Expr::col((of, subject::Column::Kind)).eq(kind).into_condition()
        });
    let number = Expr::col((subject::Entity, subject::Column::EventNumber)).if_null(0_i64);
    opportunity::Entity::find()
        .select_only()
        .column(opportunity::Column::Id)
        .expr_as(number, "number")
        // From the left: what is looked for are opportunities.
        .join(JoinType::LeftJoin, newest.into())
}

/// The same, beside what a provider has said and sent, which is asked of each that is looked at: what it did in all the
/// years is much.
fn seen_by(provider: ProviderId) -> Select<opportunity::Entity> {
    macro_rules! own {
        ($of:ident) => {
            opportunity::Entity::belongs_to($of::Entity)
                .from(opportunity::Column::Id)
                .to($of::Column::OpportunityId)
                .on_condition(move |_, of| {
                    let provider = Value::from(provider);
                    Expr::col((of, $of::Column::ProviderId)).eq(provider).into_condition()
                })
        };
    }
    numbered()
        .join(JoinType::LeftJoin, own!(interest).into())
        .join(JoinType::LeftJoin, own!(bid).into())
        .join(JoinType::LeftJoin, own!(draft).into())
}

/// The same, with it.
fn with_own_of(provider: ProviderId) -> Select<opportunity::Entity> {
    seen_by(provider)
        .column_as(interest::Column::Kind, "interest")
        .column_as(bid::Column::Id, "bid_id")
        .column(bid::Column::Version)
        .column(bid::Column::ReceivedAt)
        .column_as(bid::Column::WithdrawnAt, "withdrawn_at")
        .column(bid::Column::UnsettledAt)
        .column(draft::Column::SavedAt)
}

/// What a provider has said and sent about these opportunities.
pub async fn found(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = OpportunityId>,
    provider: ProviderId,
) -> Result<Vec<Found>, DbErr> {
    with_own_of(provider).filter(opportunity::Column::Id.is_in(ids)).into_model().all(db).await
}

/// An opportunity at which a provider looks.
#[derive(FromQueryResult)]
pub struct LookedAt {
    #[sea_orm(nested)]
    pub found: Found,
    pub market_name: String,
    pub regime: Regime,
    pub category_id: CategoryId,
    pub category_slug: String,
    pub category_name: String,
    /// Its own, in the category; nothing where it never asked to join.
    pub enrolment_id: Option<EnrolmentId>,
    pub standing: Option<Standing>,
}

/// An opportunity as a provider finds it, whether or not it may see it.
pub async fn looked_at(
    db: &impl ConnectionTrait,
    id: OpportunityId,
    provider: ProviderId,
) -> Result<Option<LookedAt>, DbErr> {
    let of_category = opportunity::Entity::belongs_to(category::Entity)
        .from(opportunity::Column::CategoryId)
        .to(category::Column::Id);
    with_own_of(provider)
        .column_as(market::Column::Name, "market_name")
        .column(market::Column::Regime)
        .column_as(category::Column::Id, "category_id")
        .column_as(category::Column::Slug, "category_slug")
        .column_as(category::Column::Name, "category_name")
        .column_as(enrolment::Column::Id, "enrolment_id")
        .column(enrolment::Column::Standing)
        .join(JoinType::InnerJoin, of_category.into())
        .join(JoinType::InnerJoin, of_market().into())
        .join(JoinType::LeftJoin, own_standing(provider).into())
        .filter(opportunity::Column::Id.eq(id))
        .into_model()
        .one(db)
        .await
}

/// An opportunity in a list.
#[derive(FromQueryResult)]
pub struct Line {
    pub id: OpportunityId,
    /// Of its newest event.
    pub number: i64,
    /// 0 where whoever looks has said and sent nothing about it.
    own: i64,
}

/// The same lines, with what a provider has said and sent. About most of what it looks at that is nothing, and it is not
/// asked again of these.
pub async fn with_own(
    db: &impl ConnectionTrait,
    lines: Vec<Line>,
    provider: ProviderId,
) -> Result<Vec<Found>, DbErr> {
    let ids: Vec<_> = lines.iter().filter(|line| line.own != 0).map(|line| line.id).collect();
    let mut own = HashMap::new();
    if !ids.is_empty() {
        own.extend(found(db, ids, provider).await?.into_iter().map(|one| (one.id, one)));
    }
    let one = |line: Line| own.remove(&line.id).unwrap_or(Found::without_own(line.id, line.number));
    Ok(lines.into_iter().map(one).collect())
}

/// Opportunities, newest first, from the one after `after`.
pub async fn list(
    db: &impl ConnectionTrait,
    whose: Whose<'_>,
    which: Which,
    after: Option<OpportunityId>,
    most: u64,
) -> Result<Vec<Line>, DbErr> {
    let nothing_own = Expr::value(0_i64);
    let mut query = match whose {
        Whose::Authority(id) => {
            numbered().expr_as(nothing_own, "own").filter(opportunity::Column::AuthorityId.eq(id))
        }
        Whose::Provider(id, categories, own) => {
            let something_own = Condition::any()
                .add(interest::Column::OpportunityId.is_not_null())
                .add(bid::Column::Id.is_not_null())
                .add(draft::Column::OpportunityId.is_not_null());
            let has_own = Expr::case(something_own, 1_i64).finally(nothing_own);
            let mut bid_for = Condition::all().add(bid::Column::Id.is_not_null());
            if !own.is_empty() {
                bid_for = bid_for.add(opportunity::Column::CategoryId.is_in(own.iter().copied()));
            }
            seen_by(id).expr_as(has_own, "own").filter(
                Condition::any()
                    .add(opportunity::Column::CategoryId.is_in(categories.iter().copied()))
                    .add(bid_for),
            )
        }
    };
    query = match which {
        Which::All => query,
        // Those that are open are few, and have an index of their own, so they are found first.
        Which::Live(now) => {
            let open = opportunity::Entity::find()
                .select_only()
                .column(opportunity::Column::Id)
                .filter(opportunity::Column::ClosesAt.gt(now))
                .filter(opportunity::Column::ClosedAt.is_null())
                .filter(opportunity::Column::WithdrawnAt.is_null());
            query
                .filter(opportunity::Column::Id.in_subquery(open.into_query()))
                .filter(opportunity::Column::NotAwardedAt.is_null())
        }
        Which::Closed(now) => query.filter(
            Condition::any()
                .add(opportunity::Column::ClosesAt.lte(now))
                .add(opportunity::Column::WithdrawnAt.is_not_null())
                .add(opportunity::Column::NotAwardedAt.is_not_null()),
        ),
    };
    if let Some(after) = after {
        query = query.filter(opportunity::Column::Id.lt(after));
    }
    query.order_by_desc(opportunity::Column::Id).limit(most).into_model().all(db).await
}

/// A market's opportunities that are over at this instant, with open prices, newest first; of one category where it
/// is given.
pub async fn priced(
    db: &impl ConnectionTrait,
    market: MarketId,
    category: Option<CategoryId>,
    now: Instant,
    most: u64,
) -> Result<Vec<opportunity::Model>, DbErr> {
    let mut query = opportunity::Entity::find()
        .filter(opportunity::Column::MarketId.eq(market))
        .filter(opportunity::Column::PricesOpenedAt.is_not_null())
        .filter(opportunity::Column::WithdrawnAt.is_null())
        .filter(opportunity::Column::ClosesAt.lte(now));
    if let Some(category) = category {
        query = query.filter(opportunity::Column::CategoryId.eq(category));
    }
    query.order_by_desc(opportunity::Column::Id).limit(most).all(db).await
}

/// Those whose deadline has passed without everybody having been told.
pub async fn to_close(db: &impl ConnectionTrait, now: Instant) -> Result<Vec<OpportunityId>, DbErr> {
    let rows = opportunity::Entity::find()
        .filter(opportunity::Column::ClosedAt.is_null())
        .filter(opportunity::Column::WithdrawnAt.is_null())
        .filter(opportunity::Column::NotAwardedAt.is_null())
        .filter(opportunity::Column::ClosesAt.lte(now))
        .order_by_asc(opportunity::Column::ClosesAt)
        .limit(100)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|o| o.id).collect())
}

/// Those of an authority whose standstill may be running or held up: awarded, with their contract not yet entered; at
/// most 200.
pub async fn in_standstill(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
) -> Result<Vec<opportunity::Model>, DbErr> {
    let waiting = contract::Entity::find()
        .filter(contract::Column::AuthorityId.eq(authority))
        .filter(contract::Column::EnteredAt.is_null())
        .order_by_asc(contract::Column::Id)
        .limit(200)
        .all(db)
        .await?;
    let ids = waiting.into_iter().filter_map(|c| c.opportunity_id);
    opportunity::Entity::find()
        .filter(opportunity::Column::Id.is_in(ids))
        .order_by_asc(opportunity::Column::StandstillEndsOn)
        .all(db)
        .await
}

/// How many of an authority's were withdrawn, and how many closed without a bid.
pub async fn ended_without_award(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
    now: Instant,
) -> Result<(u64, u64), DbErr> {
    let of = || opportunity::Entity::find().filter(opportunity::Column::AuthorityId.eq(authority));
    let withdrawn = of().filter(opportunity::Column::WithdrawnAt.is_not_null()).count(db).await?;
    let unfilled = of()
        .filter(opportunity::Column::WithdrawnAt.is_null())
        .filter(opportunity::Column::NotAwardedAt.is_null())
        .filter(opportunity::Column::ClosesAt.lte(now))
        .filter(opportunity::Column::Bids.eq(0))
        .count(db)
        .await?;
    Ok((withdrawn, unfilled))
}

/// What each provider has said of these opportunities.
pub async fn interests(
    db: &impl ConnectionTrait,
    opportunities: &[OpportunityId],
) -> Result<Vec<interest::Model>, DbErr> {
    interest::Entity::find()
        .filter(interest::Column::OpportunityId.is_in(opportunities.iter().copied()))
        .order_by_asc(interest::Column::At)
        .all(db)
        .await
}

/// What one provider has said of one opportunity.
pub async fn interest(
    db: &impl ConnectionTrait,
    opportunity: OpportunityId,
    provider: ProviderId,
) -> Result<Option<interest::Model>, DbErr> {
    interest::Entity::find_by_id((opportunity, provider)).one(db).await
}
