//! Markets, their categories, and the scheme of delegation and the sum they rest on.

use crate::domain::delegation::{Holder, Scheme};
use entity::{
    account, authority, category, decision, definition, delegation, holder, market, partner, post,
    vocabulary::*,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, RelationBuilder,
};
use std::collections::{BTreeSet, HashMap};

/// Every market, by name.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<market::Model>, DbErr> {
    market::Entity::find().order_by_asc(market::Column::Name).all(db).await
}

pub async fn find(db: &impl ConnectionTrait, id: MarketId) -> Result<Option<market::Model>, DbErr> {
    market::Entity::find_by_id(id).one(db).await
}

pub async fn by_slug(db: &impl ConnectionTrait, slug: &str) -> Result<Option<market::Model>, DbErr> {
    market::Entity::find().filter(market::Column::Slug.eq(slug)).one(db).await
}

/// What a market was last set up from.
pub async fn definition(db: &impl ConnectionTrait, id: MarketId) -> Result<Option<serde_json::Value>, DbErr> {
    let row = definition::Entity::find_by_id(id).one(db).await?;
    Ok(row.map(|row| row.content))
}

/// The categories of these markets, in the order they were defined.
pub async fn categories(
    db: &impl ConnectionTrait,
    markets: impl IntoIterator<Item = MarketId>,
) -> Result<Vec<category::Model>, DbErr> {
    category::Entity::find()
        .filter(category::Column::MarketId.is_in(markets))
        .order_by_asc(category::Column::Id)
        .all(db)
        .await
}

/// A category with its market.
pub async fn category(
    db: &impl ConnectionTrait,
    id: CategoryId,
) -> Result<Option<(category::Model, market::Model)>, DbErr> {
    let Some(category) = category::Entity::find_by_id(id).one(db).await? else {
        return Ok(None);
    };
    let market = find(db, category.market_id).await?;
    Ok(market.map(|market| (category, market)))
}

/// Names of categories and of their markets, for lists.
#[derive(Default)]
pub struct Names {
    categories: HashMap<CategoryId, (String, MarketId)>,
    markets: HashMap<MarketId, String>,
}

impl Names {
    pub fn category(&self, id: CategoryId) -> String {
        self.categories.get(&id).map(|(name, _)| name.clone()).unwrap_or_default()
    }

    pub fn market(&self, id: MarketId) -> String {
        self.markets.get(&id).cloned().unwrap_or_default()
    }

    pub fn market_of(&self, category: CategoryId) -> Option<MarketId> {
        self.categories.get(&category).map(|(_, market)| *market)
    }
}

/// The names of these categories and of their markets.
pub async fn names(
    db: &impl ConnectionTrait,
    categories: impl IntoIterator<Item = CategoryId>,
) -> Result<Names, DbErr> {
    #[derive(FromQueryResult)]
    struct Named {
        id: CategoryId,
        name: String,
        market_id: MarketId,
        market_name: String,
    }

    let wanted: BTreeSet<_> = categories.into_iter().collect();
    if wanted.is_empty() {
        return Ok(Names::default());
    }
    let rows = category::Entity::find()
        .select_only()
        .columns([category::Column::Id, category::Column::Name, category::Column::MarketId])
        .column_as(market::Column::Name, "market_name")
        .join(JoinType::InnerJoin, of_market().into())
        .filter(category::Column::Id.is_in(wanted))
        .into_model::<Named>()
        .all(db)
        .await?;
    let mut names = Names::default();
    for row in rows {
        names.markets.insert(row.market_id, row.market_name);
        names.categories.insert(row.id, (row.name, row.market_id));
    }
    Ok(names)
}

/// From a category to its market.
pub(super) fn of_market() -> RelationBuilder<category::Entity, market::Entity> {
    category::Entity::belongs_to(market::Entity).from(category::Column::MarketId).to(market::Column::Id)
}

pub async fn authority_by_slug(
    db: &impl ConnectionTrait,
    slug: &str,
) -> Result<Option<authority::Model>, DbErr> {
    authority::Entity::find().filter(authority::Column::Slug.eq(slug)).one(db).await
}

/// The rows of a market's scheme of delegation. Posts and their holders belong to its authority.
pub struct SchemeRows {
    pub decisions: Vec<decision::Model>,
    pub posts: Vec<post::Model>,
    pub holders: Vec<holder::Model>,
    pub delegations: Vec<delegation::Model>,
}

pub async fn scheme_rows(
    db: &impl ConnectionTrait,
    market: MarketId,
    authority: AuthorityId,
) -> Result<SchemeRows, DbErr> {
    let held = post::Entity::find()
        .select_only()
        .column(post::Column::Id)
        .filter(post::Column::AuthorityId.eq(authority));
    let posts = post::Entity::find()
        .filter(post::Column::AuthorityId.eq(authority))
        .order_by_asc(post::Column::Id)
        .all(db)
        .await?;
    Ok(SchemeRows {
        decisions: decision::Entity::find()
            .filter(decision::Column::MarketId.eq(market))
            .filter(decision::Column::AuthorityId.eq(authority))
            .order_by_asc(decision::Column::Id)
            .all(db)
            .await?,
        holders: holder::Entity::find()
            .filter(holder::Column::PostId.is_in(posts.iter().map(|p| p.id)))
            .order_by_asc(holder::Column::Id)
            .all(db)
            .await?,
        delegations: delegation::Entity::find()
            .filter(delegation::Column::MarketId.eq(market))
            .filter(delegation::Column::ToPostId.in_subquery(held.into_query()))
            .order_by_asc(delegation::Column::Id)
            .all(db)
            .await?,
        posts,
    })
}

/// An authority's scheme of delegation in a market, its own or another's, with its holders' names.
pub async fn scheme(
    db: &impl ConnectionTrait,
    market: &market::Model,
    authority: AuthorityId,
) -> Result<Scheme, DbErr> {
    let rows = scheme_rows(db, market.id, authority).await?;
    let partner = match authority == market.authority_id {
        true => None,
        false => super::account::authority(db, authority).await?.map(|partner| partner.slug),
    };
    let names = super::account::names(db, rows.holders.iter().map(|h| h.account_id)).await?;
    let categories = categories(db, [market.id]).await?;
    let named =
        |row: holder::Model| Holder { name: names.get(&row.account_id).cloned().unwrap_or_default(), row };
    Ok(Scheme {
        partner,
        decisions: rows.decisions,
        posts: rows.posts,
        holders: rows.holders.into_iter().map(named).collect(),
        delegations: rows.delegations,
        categories: categories.into_iter().map(|c| (c.id, c.name)).collect(),
    })
}

/// Whether an authority uses a market: its own, or one of which it is a partner.
pub async fn used_by(
    db: &impl ConnectionTrait,
    market: &market::Model,
    authority: AuthorityId,
) -> Result<bool, DbErr> {
    Ok(market.authority_id == authority
        || partner::Entity::find_by_id((market.id, authority)).one(db).await?.is_some())
}

/// The names of the partners of markets, by market.
pub async fn partners(
    db: &impl ConnectionTrait,
    markets: impl IntoIterator<Item = MarketId>,
) -> Result<Vec<(MarketId, String)>, DbErr> {
    let rows = partner::Entity::find().filter(partner::Column::MarketId.is_in(markets)).all(db).await?;
    let authorities = authority::Entity::find()
        .filter(authority::Column::Id.is_in(rows.iter().map(|row| row.authority_id)))
        .order_by_asc(authority::Column::Name)
        .all(db)
        .await?;
    let of = |one: &authority::Model| {
        let name = one.name.clone();
        let theirs = rows.iter().filter(|row| row.authority_id == one.id);
        theirs.map(|row| (row.market_id, name.clone())).collect::<Vec<_>>()
    };
    Ok(authorities.iter().flat_map(of).collect())
}

/// The titles of the posts that a person holds on a day.
pub async fn posts_held(
    db: &impl ConnectionTrait,
    account: AccountId,
    on: Day,
) -> Result<Vec<String>, DbErr> {
    let held: Vec<_> = holder::Entity::find()
        .filter(holder::Column::AccountId.eq(account))
        .all(db)
        .await?
        .into_iter()
        .filter(|h| h.from <= on && h.to.is_none_or(|to| on <= to))
        .map(|h| h.post_id)
        .collect();
    let posts = post::Entity::find()
        .filter(post::Column::Id.is_in(held))
        .order_by_asc(post::Column::Title)
        .all(db)
        .await?;
    Ok(posts.into_iter().map(|p| p.title).collect())
}

/// The accounts with these addresses.
pub async fn accounts_by_email(
    db: &impl ConnectionTrait,
    emails: impl IntoIterator<Item = String>,
) -> Result<HashMap<String, AccountId>, DbErr> {
    let rows = account::Entity::find().filter(account::Column::Email.is_in(emails)).all(db).await?;
    Ok(rows.into_iter().map(|a| (a.email, a.id)).collect())
}

/// The member decisions of a market.
pub async fn decisions(db: &impl ConnectionTrait, market: MarketId) -> Result<Vec<decision::Model>, DbErr> {
    decision::Entity::find()
        .filter(decision::Column::MarketId.eq(market))
        .order_by_asc(decision::Column::Id)
        .all(db)
        .await
}
