//! People: who they are, and for whom they act.

use super::Transaction;
use crate::domain::{
    actor::{Actor, Office},
    team::readers,
};
use entity::{account, authority, officer, person, provider, repeat, vocabulary::*};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, RelationBuilder, Statement, Value,
    sea_query::{Expr, ExprTrait, IntoCondition},
};
use std::collections::HashMap;

/// An account with what it may do, as of now; nothing if there is no such account or it acts for nobody.
pub async fn actor(
    db: &impl ConnectionTrait,
    id: AccountId,
) -> Result<Option<(Actor, account::Model)>, DbErr> {
    // Both at once: every request asks for them.
    let found = account::Entity::find_by_id(id)
        .join(JoinType::LeftJoin, acts_for().into())
        .select_also(person::Entity)
        .one(db)
        .await?;
    let Some((account, person)) = found else {
        return Ok(None);
    };
    Ok(acting(db, &account, person).await?.map(|actor| (actor, account)))
}

/// What was answered to an order.
pub struct Answered {
    /// SHA-256 of what was asked.
    pub request_digest: String,
    pub answer: serde_json::Value,
}

/// Who orders something, with what they may do, and what was answered to the same order before.
pub async fn ordering(
    tx: &Transaction,
    id: AccountId,
    key: &str,
) -> Result<Option<(Actor, Option<Answered>)>, DbErr> {
    // SQLite has one writer, so the same command waits already.
    if tx.get_database_backend() == DbBackend::Postgres {
        let sql = "select pg_advisory_xact_lock(hashtextextended($1, 0))";
        let command = format!("{id} {key}").into();
        tx.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, [command])).await?;
    }
    let key = key.to_owned();
    let answered = account::Entity::belongs_to(repeat::Entity)
        .from(account::Column::Id)
        .to(repeat::Column::AccountId)
        .on_condition(move |_, of| {
            Expr::col((of, repeat::Column::Key)).eq(Value::from(key.as_str())).into_condition()
        });
    let asked = account::Entity::find_by_id(id)
        .join(JoinType::LeftJoin, acts_for().into())
        .join(JoinType::LeftJoin, answered.into())
        .select_also(person::Entity)
        .column_as(repeat::Column::RequestDigest, "request_digest")
        .column_as(repeat::Column::Answer, "answer");
    let Some(row) = tx.query_one(asked.as_query()).await? else {
        return Ok(None);
    };
    let account = account::Model::from_query_result(&row, "A_")?;
    let person = person::Model::from_query_result_optional(&row, "B_")?;
    let digest: Option<String> = row.try_get("", "request_digest")?;
    let before = match digest {
        Some(request_digest) => Some(Answered { request_digest, answer: row.try_get("", "answer")? }),
        None => None,
    };
    Ok(acting(tx, &account, person).await?.map(|actor| (actor, before)))
}

fn acts_for() -> RelationBuilder<account::Entity, person::Entity> {
    account::Entity::belongs_to(person::Entity).from(account::Column::Id).to(person::Column::AccountId)
}

async fn acting(
    db: &impl ConnectionTrait,
    account: &account::Model,
    person: Option<person::Model>,
) -> Result<Option<Actor>, DbErr> {
    // Whoever has left a provider acts for it no longer, from this moment on.
    let person = person.filter(|person| person.left_at.is_none());
    let office = match person {
        Some(person) => Office::Provider {
            provider_id: person.provider_id,
            role: person.role,
            categories: person.categories,
        },
        None => {
            let roles = officer::Entity::find()
                .filter(officer::Column::AccountId.eq(account.id))
                .order_by_asc(officer::Column::Role)
                .all(db)
                .await?;
            match roles.first() {
                None => return Ok(None),
                Some(first) => Office::Officer {
                    authority_id: first.authority_id,
                    roles: roles
                        .iter()
                        .filter(|r| r.authority_id == first.authority_id)
                        .map(|r| r.role)
                        .collect(),
                },
            }
        }
    };
    let (name, email) = (account.name.clone(), account.email.clone());
    Ok(Some(Actor { account_id: account.id, name, email, office }))
}

/// The account with this address, in any case.
pub async fn by_email(db: &impl ConnectionTrait, email: &str) -> Result<Option<account::Model>, DbErr> {
    account::Entity::find().filter(account::Column::Email.eq(email.trim().to_lowercase())).one(db).await
}

/// The names of these people.
pub async fn names(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = AccountId>,
) -> Result<HashMap<AccountId, String>, DbErr> {
    let rows = account::Entity::find().filter(account::Column::Id.is_in(ids)).all(db).await?;
    Ok(rows.into_iter().map(|a| (a.id, a.name)).collect())
}

/// The people of these providers who are written to about a category.
pub async fn people_of(
    db: &impl ConnectionTrait,
    providers: &[ProviderId],
    category: CategoryId,
) -> Result<HashMap<ProviderId, Vec<AccountId>>, DbErr> {
    let rows = person::Entity::find()
        .filter(person::Column::ProviderId.is_in(providers.iter().copied()))
        .filter(person::Column::LeftAt.is_null())
        .order_by_asc(person::Column::AccountId)
        .all(db)
        .await?;
    let mut people: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        people.entry(row.provider_id).or_default().push(row);
    }
    Ok(people.into_iter().map(|(provider, people)| (provider, readers(&people, category))).collect())
}

/// The officers of an authority, by name: at most so many.
pub async fn officers(
    db: &impl ConnectionTrait,
    of: AuthorityId,
    most: u64,
) -> Result<Vec<(AccountId, String)>, DbErr> {
    let roles = officer::Entity::find()
        .select_only()
        .column(officer::Column::AccountId)
        .filter(officer::Column::AuthorityId.eq(of));
    let rows = account::Entity::find()
        .filter(account::Column::Id.in_subquery(roles.into_query()))
        .order_by_asc(account::Column::Name)
        .limit(most)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|a| (a.id, a.name)).collect())
}

/// For which providers these people act, or acted until they left, as far as they ever acted for any.
pub async fn providers_of(
    db: &impl ConnectionTrait,
    people: impl IntoIterator<Item = AccountId>,
) -> Result<HashMap<AccountId, ProviderId>, DbErr> {
    let rows = person::Entity::find().filter(person::Column::AccountId.is_in(people)).all(db).await?;
    Ok(rows.into_iter().map(|p| (p.account_id, p.provider_id)).collect())
}

/// A provider.
pub async fn provider(db: &impl ConnectionTrait, id: ProviderId) -> Result<Option<provider::Model>, DbErr> {
    provider::Entity::find_by_id(id).one(db).await
}

/// The names of these providers.
pub async fn provider_names(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = ProviderId>,
) -> Result<HashMap<ProviderId, String>, DbErr> {
    let ids: Vec<_> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = provider::Entity::find().filter(provider::Column::Id.is_in(ids)).all(db).await?;
    Ok(rows.into_iter().map(|p| (p.id, p.name)).collect())
}

/// An authority.
pub async fn authority(
    db: &impl ConnectionTrait,
    id: AuthorityId,
) -> Result<Option<authority::Model>, DbErr> {
    authority::Entity::find_by_id(id).one(db).await
}

/// Everybody, for the demonstration's sign-in page.
pub async fn everybody(db: &impl ConnectionTrait) -> Result<Vec<account::Model>, DbErr> {
    account::Entity::find().order_by_asc(account::Column::Id).all(db).await
}

/// Every provider, by name; at most `most`.
pub async fn providers(db: &impl ConnectionTrait, most: u64) -> Result<Vec<provider::Model>, DbErr> {
    provider::Entity::find().order_by_asc(provider::Column::Name).limit(most).all(db).await
}
