//! Budgets by market, partner authority and year; what each contract costs in which year; and the decisions that set
//! a budget's figures. A budget of the schema before this one, a yearly cap for a whole market, becomes a budget by
//! financial years, and the contracts that stand are committed to the years in which their cost falls.

use jiff::{Span, Unit, civil::Date};
use sea_orm::{ConnectionTrait, Statement, Value, prelude::Uuid};
use sea_orm_migration::prelude::*;
use std::collections::BTreeMap;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, "alter table budget rename to budget_before").await?;
        crate::run(manager, TABLES).await?;
        bring(manager.get_connection()).await?;
        crate::run(manager, "drop table budget_before").await?;
        let kept = match manager.get_database_backend() {
            sea_orm::DbBackend::Sqlite => SQLITE_KEPT,
            _ => POSTGRES_KEPT,
        };
        manager.get_connection().execute_unprepared(kept).await?;
        Ok(())
    }
}

const TABLES: &str = "
create table budget (
    id uuid not null,
    market_id uuid not null references market (id),
    authority_id uuid not null references authority (id),
    slug text not null,
    title text not null,
    begins_on text not null,
    ends_on text,
    cap bigint,
    cap_yearly bigint,
    guide_yearly bigint,
    committed bigint not null,
    warned integer not null,
    decision_id uuid references decision (id),
    illustrative boolean not null,
    constraint budget_key primary key (id),
    unique (market_id, slug),
    check (cap is not null or cap_yearly is not null),
    check (cap is null or ends_on is not null),
    check (committed >= 0),
    check (committed <= cap),
    check (warned in (0, 80, 90, 100))
);
create table budget_year (
    budget_id uuid not null references budget (id),
    begins_on text not null,
    ends_on text not null,
    cap bigint,
    committed bigint not null,
    warned integer not null,
    primary key (budget_id, begins_on),
    check (committed >= 0),
    check (committed <= cap),
    check (warned in (0, 80, 90, 100))
);
create table commitment (
    contract_id uuid not null references contract (id),
    begins_on text not null,
    ends_on text not null check (ends_on >= begins_on),
    amount bigint not null check (amount >= 0),
    budget_id uuid,
    year_begins_on text,
    primary key (contract_id, begins_on),
    foreign key (budget_id, year_begins_on) references budget_year (budget_id, begins_on),
    check ((budget_id is null) = (year_begins_on is null))
);
create index commitment_budget on commitment (budget_id, contract_id);
create index contract_market on contract (market_id, authority_id, id);
create table budget_decision (
    id uuid primary key,
    budget_id uuid not null references budget (id),
    decision_id uuid references decision (id),
    cap bigint,
    cap_yearly bigint,
    guide_yearly bigint,
    reason text,
    document text,
    recorded_by uuid references account (id),
    recorded_at bigint not null
);
create index budget_decision_budget on budget_decision (budget_id, id);
";

const SQLITE_KEPT: &str = "
create trigger budget_decision_unchanged before update on budget_decision
begin select raise(abort, 'what members decided is never changed'); end;
create trigger budget_decision_kept before delete on budget_decision
begin select raise(abort, 'what members decided is never deleted'); end;
create trigger commitment_kept before delete on commitment
begin select raise(abort, 'commitments are never deleted'); end;
";

const POSTGRES_KEPT: &str = "
create trigger budget_decision_kept before update or delete on budget_decision
for each row execute function is_kept();
create trigger commitment_kept before delete on commitment for each row execute function is_kept();
";

fn broken(why: impl std::fmt::Display) -> DbErr {
    DbErr::Migration(why.to_string())
}

/// Budgets and contracts from before, under the rule from now on.
async fn bring(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    let backend = db.get_database_backend();
    let ask = |sql: &str, values: Vec<Value>| Statement::from_sql_and_values(backend, sql, values);
    let before = "select b.market_id, b.cap_yearly, m.authority_id, m.joining_opens_on, \
                  (select d.id from decision d where d.market_id = m.id order by d.taken_on, d.id limit 1) as decision \
                  from budget_before b join market m on m.id = b.market_id";
    for row in db.query_all_raw(ask(before, Vec::new())).await? {
        let (market, cap): (Uuid, i64) = (row.try_get("", "market_id")?, row.try_get("", "cap_yearly")?);
        let (authority, decision): (Uuid, Option<Uuid>) =
            (row.try_get("", "authority_id")?, row.try_get("", "decision")?);
        let opens: String = row.try_get("", "joining_opens_on")?;
        let begins = financial_year(opens.parse().map_err(broken)?)?;
        let contracts = "select id, starts_on, initial_term_weeks, initial_term_value from contract \
                         where market_id = $1 and authority_id = $2 order by id";
        let mut years: BTreeMap<Date, i64> = BTreeMap::new();
        let mut parts = Vec::new();
        for contract in db.query_all_raw(ask(contracts, vec![market.into(), authority.into()])).await? {
            let id: Uuid = contract.try_get("", "id")?;
            let starts: String = contract.try_get("", "starts_on")?;
            let (weeks, whole): (i32, i64) =
                (contract.try_get("", "initial_term_weeks")?, contract.try_get("", "initial_term_value")?);
            for part in split(begins, starts.parse().map_err(broken)?, weeks, whole)? {
                if let Some(year) = part.year {
                    *years.entry(year).or_default() += part.amount;
                }
                parts.push((id, part));
            }
        }
        let id = Uuid::now_v7();
        let values = vec![
            id.into(),
            market.into(),
            authority.into(),
            begins.to_string().into(),
            cap.into(),
            years.values().sum::<i64>().into(),
            decision.into(),
        ];
        db.execute_raw(ask(
            "insert into budget (id, market_id, authority_id, slug, title, begins_on, cap_yearly, committed, warned, \
             decision_id, illustrative) values ($1, $2, $3, 'spend-cap-yearly', 'Spend that members approved', $4, \
             $5, $6, 0, $7, false)"
                .replace("false)", if backend == sea_orm::DbBackend::Sqlite { "0)" } else { "false)" })
                .as_str(),
            values,
        ))
        .await?;
        db.execute_raw(ask(
            "insert into subject (kind, id, event_number) values ('budget', $1, 0)",
            vec![id.into()],
        ))
        .await?;
        db.execute_raw(ask(
            "insert into budget_decision (id, budget_id, decision_id, cap_yearly, recorded_at) \
             values ($1, $2, $3, $4, 0)",
            vec![Uuid::now_v7().into(), id.into(), decision.into(), cap.into()],
        ))
        .await?;
        for (year, committed) in years {
            // Counted by the day, a year can come to a little more than under the rule before: what stands, stands,
            // and the rule goes by the budget's own cap, so nothing more fits.
            let ends = next(year)?.yesterday().map_err(broken)?;
            let values: Vec<Value> = vec![
                id.into(),
                year.to_string().into(),
                ends.to_string().into(),
                Ord::max(cap, committed).into(),
                committed.into(),
            ];
            let sql = "insert into budget_year (budget_id, begins_on, ends_on, cap, committed, warned) \
                       values ($1, $2, $3, $4, $5, 0)";
            db.execute_raw(ask(sql, values)).await?;
        }
        for (contract, part) in parts {
            let values: Vec<Value> = vec![
                contract.into(),
                part.from.to_string().into(),
                part.to.to_string().into(),
                part.amount.into(),
                part.year.map(|_| id).into(),
                part.year.map(|year| year.to_string()).into(),
            ];
            let sql = "insert into commitment (contract_id, begins_on, ends_on, amount, budget_id, year_begins_on) \
                       values ($1, $2, $3, $4, $5, $6)";
            db.execute_raw(ask(sql, values)).await?;
        }
    }
    Ok(())
}

/// 1 April of the financial year in which a day lies.
fn financial_year(day: Date) -> Result<Date, DbErr> {
    let year = if day.month() >= 4 { day.year() } else { day.year() - 1 };
    Date::new(year, 4, 1).map_err(broken)
}

fn next(year: Date) -> Result<Date, DbErr> {
    year.checked_add(Span::new().years(1)).map_err(broken)
}

struct Part {
    from: Date,
    to: Date,
    amount: i64,
    year: Option<Date>,
}

/// A contract's cost by financial years from `begins` on, to the penny, as the rule divided it when this was written.
fn split(begins: Date, starts: Date, weeks: i32, whole: i64) -> Result<Vec<Part>, DbErr> {
    let days = i64::from(weeks) * 7;
    let last = starts.checked_add(Span::new().days(days - 1)).map_err(broken)?;
    let (mut from, mut spent, mut parts) = (starts, 0, Vec::new());
    while from <= last {
        let year = if from < begins { None } else { Some(financial_year(from)?) };
        let until = match year {
            None => begins,
            Some(year) => next(year)?,
        };
        let to = Ord::min(until.yesterday().map_err(broken)?, last);
        let after = i128::from(to.since((Unit::Day, starts)).map_err(broken)?.get_days()) + 1;
        let until_now = if to == last { whole } else { to_the_penny(whole, after, i128::from(days))? };
        parts.push(Part { from, to, amount: until_now - spent, year });
        (from, spent) = (to.tomorrow().map_err(broken)?, until_now);
    }
    Ok(parts)
}

/// `whole × part ÷ of`, to the nearest penny, half up; amounts are ten-thousandths of a pound.
fn to_the_penny(whole: i64, part: i128, of: i128) -> Result<i64, DbErr> {
    let pence = (2 * i128::from(whole) * part + 100 * of) / (200 * of);
    <i64 as TryFrom<i128>>::try_from(pence * 100).map_err(broken)
}
