//! Notices of awards as published; who owns a legal clock; and that its owner was reminded, once.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, TABLES).await?;
        let kept = match manager.get_database_backend() {
            sea_orm::DbBackend::Sqlite => SQLITE_KEPT,
            _ => POSTGRES_KEPT,
        };
        manager.get_connection().execute_unprepared(kept).await?;
        Ok(())
    }
}

const TABLES: &str = "
create table notice (
    id uuid primary key,
    contract_id uuid not null unique references contract (id),
    published_on text not null,
    reference text not null,
    link text not null,
    recorded_by uuid not null references account (id),
    recorded_at bigint not null
);
create index notice_published on notice (published_on);
create table clock_owner (
    kind text not null,
    about uuid not null,
    account_id uuid references account (id),
    post_id uuid references post (id),
    role text,
    assigned_by uuid not null references account (id),
    assigned_at bigint not null,
    primary key (kind, about),
    check ((case when account_id is null then 0 else 1 end) + (case when post_id is null then 0 else 1 end)
        + (case when role is null then 0 else 1 end) = 1)
);
create table clock_reminder (
    kind text not null,
    about uuid not null,
    stage text not null,
    due_at bigint not null,
    reminded_at bigint not null,
    primary key (kind, about, stage, due_at)
);
";

const SQLITE_KEPT: &str = "
create trigger notice_unchanged before update on notice
begin select raise(abort, 'notices are never changed'); end;
create trigger notice_kept before delete on notice
begin select raise(abort, 'notices are never deleted'); end;
";

const POSTGRES_KEPT: &str = "
create trigger notice_kept before update or delete on notice for each row execute function is_kept();
";
