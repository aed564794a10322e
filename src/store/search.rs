//! Finding by a part of a title, a reference or a name, whichever way it is written.

use crate::domain::disclosure::search::FOUND_MAX;
use entity::{category, contract, enrolment, market, opportunity, package, provider, vocabulary::*};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoSimpleExpr, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, Func, LikeExpr, SimpleExpr},
};

/// That a column holds these words somewhere. Signs that a pattern would read otherwise stand for themselves.
pub(super) fn holds(column: impl IntoSimpleExpr, words: &str) -> SimpleExpr {
    let words = words.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let column = Expr::expr(Func::lower(column.into_simple_expr()));
    column.like(LikeExpr::new(format!("%{words}%")).escape('\\'))
}

/// One more than is shown, to know whether there is more.
const WANTED: u64 = FOUND_MAX + 1;

/// An authority's packages by their title, newest first.
pub async fn packages(
    db: &impl ConnectionTrait,
    of: AuthorityId,
    words: &str,
) -> Result<Vec<package::Model>, DbErr> {
    package::Entity::find()
        .filter(package::Column::AuthorityId.eq(of))
        .filter(holds(package::Column::Title, words))
        .order_by_desc(package::Column::Id)
        .limit(WANTED)
        .all(db)
        .await
}

/// Whose adverts and contracts are searched.
pub enum Whose<'a> {
    Authority(AuthorityId),
    /// Adverts of these categories, and those for which it has bid; its own contracts.
    Provider(ProviderId, &'a [CategoryId], &'a [CategoryId]),
}

/// Adverts by reference or title, newest first.
pub async fn opportunities(
    db: &impl ConnectionTrait,
    whose: &Whose<'_>,
    words: &str,
) -> Result<Vec<opportunity::Model>, DbErr> {
    let whose = match whose {
        Whose::Authority(of) => opportunity::Column::AuthorityId.eq(*of).into(),
        Whose::Provider(of, categories, own) => {
            let bid_for = entity::bid::Entity::find()
                .select_only()
                .column(entity::bid::Column::OpportunityId)
                .filter(entity::bid::Column::ProviderId.eq(*of));
            let mut bid_for = Condition::all().add(opportunity::Column::Id.in_subquery(bid_for.into_query()));
            if !own.is_empty() {
                bid_for = bid_for.add(opportunity::Column::CategoryId.is_in(own.iter().copied()));
            }
            Condition::any()
                .add(opportunity::Column::CategoryId.is_in(categories.iter().copied()))
                .add(bid_for)
        }
    };
    let whose: Condition = whose;
    opportunity::Entity::find()
        .filter(whose)
        .filter(
            Condition::any()
                .add(holds(opportunity::Column::Reference, words))
                .add(holds(opportunity::Column::Title, words)),
        )
        .order_by_desc(opportunity::Column::Id)
        .limit(WANTED)
        .all(db)
        .await
}

/// Contracts of the register by reference, by the title of their package (for its officers), or by the name of their
/// provider, newest first.
pub async fn contracts(
    db: &impl ConnectionTrait,
    whose: &Whose<'_>,
    words: &str,
) -> Result<Vec<contract::Model>, DbErr> {
    let mut any = Condition::any().add(holds(contract::Column::Reference, words));
    let query = contract::Entity::find().filter(contract::Column::EnteredAt.is_not_null());
    let query = match whose {
        Whose::Authority(of) => {
            let titled = package::Entity::find()
                .select_only()
                .column(package::Column::Id)
                .filter(package::Column::AuthorityId.eq(*of))
                .filter(holds(package::Column::Title, words));
            any = any
                .add(contract::Column::PackageId.in_subquery(titled.into_query()))
                .add(contract::Column::ProviderId.in_subquery(named(words)));
            query.filter(contract::Column::AuthorityId.eq(*of))
        }
        Whose::Provider(of, _, _) => {
            let titled = opportunity::Entity::find()
                .select_only()
                .column(opportunity::Column::Id)
                .filter(holds(opportunity::Column::Title, words));
            any = any.add(contract::Column::OpportunityId.in_subquery(titled.into_query()));
            query.filter(contract::Column::ProviderId.eq(*of))
        }
    };
    query.filter(any).order_by_desc(contract::Column::Id).limit(WANTED).all(db).await
}

/// The providers whose name holds these words.
pub(super) fn named(words: &str) -> sea_orm::sea_query::SelectStatement {
    provider::Entity::find()
        .select_only()
        .column(provider::Column::Id)
        .filter(holds(provider::Column::Name, words))
        .into_query()
}

/// Providers by name, each by its enrolments in the markets that an authority runs, newest first.
pub async fn enrolments(
    db: &impl ConnectionTrait,
    of: AuthorityId,
    words: &str,
) -> Result<Vec<enrolment::Model>, DbErr> {
    let markets = market::Entity::find()
        .select_only()
        .column(market::Column::Id)
        .filter(market::Column::AuthorityId.eq(of));
    let categories = category::Entity::find()
        .select_only()
        .column(category::Column::Id)
        .filter(category::Column::MarketId.in_subquery(markets.into_query()));
    enrolment::Entity::find()
        .filter(enrolment::Column::CategoryId.in_subquery(categories.into_query()))
        .filter(enrolment::Column::ProviderId.in_subquery(named(words)))
        .order_by_desc(enrolment::Column::Id)
        .limit(WANTED)
        .all(db)
        .await
}
