//! Other ways to an award: to a bid that is not first, to the provider that the person chose, urgently, or none at all
//! because of a Direct Payment; and standstill. A package goes one way: whichever it is, it has one contract at most.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// On SQLite a table is written anew, with what refers to it checked at the end.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, TABLES).await?;
        for added in ADDED {
            crate::run(manager, added).await?;
        }
        let connection = manager.get_connection();
        match manager.get_database_backend() {
            sea_orm::DbBackend::Sqlite => {
                contract_anew(manager).await?;
                crate::run(manager, CONTRACT).await?;
                connection.execute_unprepared(SQLITE_KEPT).await?;
            }
            _ => {
                let loose = "alter table contract alter column opportunity_id drop not null, \
                             alter column award_id drop not null";
                connection.execute_unprepared(loose).await?;
                crate::run(manager, CONTRACT).await?;
                connection.execute_unprepared(POSTGRES_KEPT).await?;
            }
        }
        Ok(())
    }
}

/// SQLite cannot loosen a column. So the table is written anew from its own words, with its rows and its indexes; what
/// refers to it still does.
async fn contract_anew(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let read = |kind: &str| {
        let sql = format!(
            "select sql from sqlite_master where tbl_name = 'contract' and type {kind} and sql is not null"
        );
        sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, sql)
    };
    let words = async |kind: &str| -> Result<Vec<String>, DbErr> {
        let rows = connection.query_all_raw(read(kind)).await?;
        rows.iter().map(|row| row.try_get("", "sql")).collect()
    };
    let tables = words("= 'table'").await?;
    let beside = words("<> 'table'").await?;
    let Some(table) = tables.first() else {
        return Err(DbErr::Custom("there is no table contract".to_owned()));
    };
    let mut loose = table.clone();
    for column in ["opportunity_id", "award_id"] {
        let held = format!("{column} blob not null unique");
        if !loose.contains(&held) {
            return Err(DbErr::Custom(format!("contract.{column} is not as it was made")));
        }
        loose = loose.replace(&held, &format!("{column} blob unique"));
    }
    for statement in [
        "pragma defer_foreign_keys = on".to_owned(),
        "create table contract_kept as select * from contract".to_owned(),
        "drop table contract".to_owned(),
        loose,
        "insert into contract select * from contract_kept".to_owned(),
        "drop table contract_kept".to_owned(),
    ]
    .into_iter()
    .chain(beside)
    {
        connection.execute_unprepared(&statement).await?;
    }
    Ok(())
}

const TABLES: &str = "
create table direct_award (
    id uuid primary key,
    package_id uuid not null references package (id),
    authority_id uuid not null references authority (id),
    market_id uuid not null references market (id),
    category_id uuid not null references category (id),
    number integer not null,
    reference text not null unique,
    route text not null check (route in ('user_choice', 'urgent')),
    provider_id uuid not null references provider (id),
    standing text,
    standing_reason text,
    preference text,
    reason text not null,
    basis text not null,
    exclusion_check text not null,
    rates jsonb not null,
    starts_on text not null,
    term_weeks integer not null check (term_weeks > 0),
    weekly_value bigint not null,
    yearly_value bigint not null,
    contract_value bigint not null,
    proposed_by uuid not null references account (id),
    proposed_at bigint not null,
    state text not null,
    decided_by uuid references account (id),
    decided_at bigint,
    decided_reason text,
    chain jsonb,
    review_due_on text,
    review text,
    reviewed_by uuid references account (id),
    reviewed_at bigint,
    review_reason text,
    unique (market_id, number),
    check (decided_by is null or decided_by <> proposed_by),
    check ((state = 'waiting') = (decided_at is null)),
    check (state <> 'approved' or chain is not null),
    check (route <> 'user_choice' or preference is not null),
    check ((route = 'urgent' and state = 'approved') = (review_due_on is not null)),
    check (review is null or review_due_on is not null),
    check ((review is null) = (reviewed_by is null) and (review is null) = (reviewed_at is null)),
    check ((review is null) = (review_reason is null)),
    check (reviewed_by is null or (reviewed_by <> decided_by and reviewed_by <> proposed_by))
);
create unique index direct_award_standing on direct_award (package_id) where state <> 'returned';
create index direct_award_authority on direct_award (authority_id, id);
create index direct_award_review on direct_award (review_due_on) where review_due_on is not null and review is null;
create table direct_payment (
    package_id uuid primary key references package (id),
    authority_id uuid not null references authority (id),
    opportunity_id uuid unique references opportunity (id),
    provider_off_list boolean not null,
    reason text not null,
    recorded_by uuid not null references account (id),
    recorded_at bigint not null
);
create index direct_payment_authority on direct_payment (authority_id);
create table challenge (
    id uuid primary key,
    opportunity_id uuid not null references opportunity (id),
    reason text not null,
    raised_by uuid not null references account (id),
    raised_at bigint not null,
    lifted_by uuid references account (id),
    lifted_at bigint,
    lifted_reason text,
    check ((lifted_at is null) = (lifted_by is null) and (lifted_at is null) = (lifted_reason is null))
);
create unique index challenge_standing on challenge (opportunity_id) where lifted_at is null;
";

const ADDED: [&str; 7] = [
    "alter table opportunity add column standstill_ends_on text",
    "alter table opportunity add column challenged_at bigint",
    "alter table opportunity add column not_awarded_at bigint",
    "alter table award add column rank integer",
    "alter table award add column not_first_reason text",
    "alter table award add column preference text",
    "alter table award add column preference_reason text",
];

const CONTRACT: &str = "
alter table contract add column package_id uuid references package (id);
alter table contract add column route text not null default 'competed';
alter table contract add column direct_award_id uuid references direct_award (id);
alter table contract add column entered_at bigint;
alter table contract add column ended_on text;
update contract set entered_at = awarded_at,
    package_id = (select package_id from opportunity where opportunity.id = contract.opportunity_id);
create unique index contract_package on contract (package_id);
create unique index contract_direct_award on contract (direct_award_id);
create index contract_to_enter on contract (id) where entered_at is null;
";

const SQLITE_KEPT: &str = "
create trigger contract_whole before insert on contract
when new.package_id is null or (new.opportunity_id is null) <> (new.award_id is null)
    or (new.award_id is null) = (new.direct_award_id is null)
begin select raise(abort, 'a contract rests on one award, of one package'); end;
create trigger award_first_or_reasoned before insert on award
when (coalesce(new.rank, 1) = 1) <> (new.not_first_reason is null)
    or (coalesce(new.preference, '') = 'not_followed') <> (new.preference_reason is not null)
begin select raise(abort, 'an award that is not first, or not what is preferred, has its reason'); end;
create trigger opportunity_one_way before insert on opportunity
when exists (select 1 from direct_award where package_id = new.package_id and state <> 'returned')
    or exists (select 1 from direct_payment where package_id = new.package_id)
begin select raise(abort, 'a package that goes another way is not advertised'); end;
create trigger direct_award_one_way before insert on direct_award
when exists (select 1 from opportunity where package_id = new.package_id and withdrawn_at is null)
    or exists (select 1 from direct_payment where package_id = new.package_id)
begin select raise(abort, 'a package that is advertised is not awarded directly'); end;
create trigger direct_award_stays_one_way before update on direct_award
when new.state <> 'returned' and (old.state = 'returned' or old.package_id <> new.package_id)
begin select raise(abort, 'a direct award that was returned is not taken up again'); end;
create trigger direct_award_kept before delete on direct_award
begin select raise(abort, 'awards are never deleted'); end;
create trigger direct_payment_one_way before insert on direct_payment
when exists (select 1 from contract where package_id = new.package_id)
    or exists (select 1 from direct_award where package_id = new.package_id and state <> 'returned')
begin select raise(abort, 'a package that is awarded takes no Direct Payment'); end;
create trigger direct_payment_unchanged before update on direct_payment
begin select raise(abort, 'what was recorded of a Direct Payment stands'); end;
create trigger direct_payment_kept before delete on direct_payment
begin select raise(abort, 'what was recorded of a Direct Payment stands'); end;
create trigger contract_one_way before insert on contract
when exists (select 1 from direct_payment where package_id = new.package_id)
begin select raise(abort, 'a package that takes a Direct Payment is not awarded'); end;
create trigger challenge_lifted before update on challenge when old.lifted_at is not null
begin select raise(abort, 'a challenge that was lifted stays so'); end;
create trigger challenge_kept before delete on challenge
begin select raise(abort, 'challenges are never deleted'); end;
";

/// Each takes the package's row first, so that two ways cannot begin at once.
const POSTGRES_KEPT: &str = "
alter table contract alter column package_id set not null;
alter table contract add constraint contract_whole check (
    (opportunity_id is null) = (award_id is null) and (award_id is null) <> (direct_award_id is null)
);
create function award_is_reasoned() returns trigger language plpgsql as $$
begin
    if (coalesce(new.rank, 1) = 1) <> (new.not_first_reason is null)
        or (coalesce(new.preference, '') = 'not_followed') <> (new.preference_reason is not null) then
        raise exception 'an award that is not first, or not what is preferred, has its reason';
    end if;
    return new;
end $$;
create trigger award_first_or_reasoned before insert on award
for each row execute function award_is_reasoned();
create function goes_one_way() returns trigger language plpgsql as $$
declare other boolean;
begin
    perform 1 from package where id = new.package_id for no key update;
    other := tg_table_name <> 'direct_payment'
        and exists (select 1 from direct_payment where package_id = new.package_id);
    if tg_table_name in ('opportunity', 'direct_payment') then
        other := other or exists (
            select 1 from direct_award where package_id = new.package_id and state <> 'returned');
    end if;
    if tg_table_name = 'direct_award' then
        other := other or exists (
            select 1 from opportunity where package_id = new.package_id and withdrawn_at is null);
    end if;
    if tg_table_name = 'direct_payment' then
        other := other or exists (select 1 from contract where package_id = new.package_id);
    end if;
    if other then
        raise exception 'a package goes one way: %', tg_table_name;
    end if;
    return new;
end $$;
create trigger opportunity_one_way before insert on opportunity for each row execute function goes_one_way();
create trigger direct_award_one_way before insert on direct_award for each row execute function goes_one_way();
create trigger direct_payment_one_way before insert on direct_payment for each row execute function goes_one_way();
create trigger contract_one_way before insert on contract for each row execute function goes_one_way();
create function direct_award_stays() returns trigger language plpgsql as $$
begin raise exception 'a direct award that was returned is not taken up again'; end $$;
create trigger direct_award_stays_one_way before update on direct_award
for each row when (new.state <> 'returned' and (old.state = 'returned' or old.package_id <> new.package_id))
execute function direct_award_stays();
create trigger direct_award_kept before delete on direct_award for each row execute function is_kept();
create trigger direct_payment_kept before update or delete on direct_payment
for each row execute function is_kept();
create trigger challenge_lifted before update on challenge
for each row when (old.lifted_at is not null) execute function is_kept();
create trigger challenge_kept before delete on challenge for each row execute function is_kept();
";
