//! Markets, their categories, and the scheme of delegation and the sum they rest on.

use crate::domain::delegation::{Holder, Scheme};
use entity::{account, authority, category, decision, delegation, holder, market, post, vocabulary::*};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use std::collections::HashMap;

/// Every market, by name.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<market::Model>, DbErr> {
    market::Entity::find().order_by_asc(market::COLUMN.name).all(db).await
}

pub async fn find(db: &impl ConnectionTrait, id: MarketId) -> Result<Option<market::Model>, DbErr> {
    market::Entity::find_by_id(id).one(db).await
}

pub async fn by_slug(db: &impl ConnectionTrait, slug: &str) -> Result<Option<market::Model>, DbErr> {
    market::Entity::find().filter(market::COLUMN.slug.eq(slug)).one(db).await
}

/// The categories of these markets, in the order they were defined.
pub async fn categories(
    db: &impl ConnectionTrait,
    markets: impl IntoIterator<Item = MarketId>,
) -> Result<Vec<category::Model>, DbErr> {
    category::Entity::find()
        .filter(category::COLUMN.market_id.is_in(markets))
        .order_by_asc(category::COLUMN.id)
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
    let mut names = Names::default();
    for category in category::Entity::find().filter(category::COLUMN.id.is_in(categories)).all(db).await? {
        names.categories.insert(category.id, (category.name, category.market_id));
    }
    let markets: Vec<_> = names.categories.values().map(|(_, market)| *market).collect();
    for market in market::Entity::find().filter(market::COLUMN.id.is_in(markets)).all(db).await? {
        names.markets.insert(market.id, market.name);
    }
    Ok(names)
}

pub async fn authority_by_slug(
    db: &impl ConnectionTrait,
    slug: &str,
) -> Result<Option<authority::Model>, DbErr> {
    authority::Entity::find().filter(authority::COLUMN.slug.eq(slug)).one(db).await
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
    let posts = post::Entity::find()
        .filter(post::COLUMN.authority_id.eq(authority))
        .order_by_asc(post::COLUMN.id)
        .all(db)
        .await?;
    Ok(SchemeRows {
        decisions: decision::Entity::find()
            .filter(decision::COLUMN.market_id.eq(market))
            .order_by_asc(decision::COLUMN.id)
            .all(db)
            .await?,
        holders: holder::Entity::find()
            .filter(holder::COLUMN.post_id.is_in(posts.iter().map(|p| p.id)))
            .order_by_asc(holder::COLUMN.id)
            .all(db)
            .await?,
        delegations: delegation::Entity::find()
            .filter(delegation::COLUMN.market_id.eq(market))
            .order_by_asc(delegation::COLUMN.id)
            .all(db)
            .await?,
        posts,
    })
}

/// A market's scheme of delegation, with its holders' names.
pub async fn scheme(db: &impl ConnectionTrait, market: &market::Model) -> Result<Scheme, DbErr> {
    let rows = scheme_rows(db, market.id, market.authority_id).await?;
    let names = super::account::names(db, rows.holders.iter().map(|h| h.account_id)).await?;
    let categories = categories(db, [market.id]).await?;
    let named =
        |row: holder::Model| Holder { name: names.get(&row.account_id).cloned().unwrap_or_default(), row };
    Ok(Scheme {
        decisions: rows.decisions,
        posts: rows.posts,
        holders: rows.holders.into_iter().map(named).collect(),
        delegations: rows.delegations,
        categories: categories.into_iter().map(|c| (c.id, c.name)).collect(),
    })
}

/// The titles of the posts that a person holds on a day.
pub async fn posts_held(
    db: &impl ConnectionTrait,
    account: AccountId,
    on: Day,
) -> Result<Vec<String>, DbErr> {
    let held: Vec<_> = holder::Entity::find()
        .filter(holder::COLUMN.account_id.eq(account))
        .all(db)
        .await?
        .into_iter()
        .filter(|h| h.from <= on && h.to.is_none_or(|to| on <= to))
        .map(|h| h.post_id)
        .collect();
    let posts = post::Entity::find()
        .filter(post::COLUMN.id.is_in(held))
        .order_by_asc(post::COLUMN.title)
        .all(db)
        .await?;
    Ok(posts.into_iter().map(|p| p.title).collect())
}

/// The accounts with these addresses.
pub async fn accounts_by_email(
    db: &impl ConnectionTrait,
    emails: impl IntoIterator<Item = String>,
) -> Result<HashMap<String, AccountId>, DbErr> {
    let rows = account::Entity::find().filter(account::COLUMN.email.is_in(emails)).all(db).await?;
    Ok(rows.into_iter().map(|a| (a.email, a.id)).collect())
}

/// The member decisions of a market.
pub async fn decisions(db: &impl ConnectionTrait, market: MarketId) -> Result<Vec<decision::Model>, DbErr> {
    decision::Entity::find()
        .filter(decision::COLUMN.market_id.eq(market))
        .order_by_asc(decision::COLUMN.id)
        .all(db)
        .await
}
