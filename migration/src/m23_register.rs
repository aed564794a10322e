//! The registers of others: the numbers under which a provider is known, what each register last said of each number, and
//! the concerns that follow from it, once for each finding. A concern that was closed stands. The numbers that providers
//! gave so far are asked about as well.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, TABLES).await?;
        crate::run(manager, TAKEN_OVER).await?;
        crate::keep(manager, SQLITE_KEPT, POSTGRES_KEPT).await
    }
}

const TABLES: &str = "
create table identifiers (
    provider_id uuid primary key references provider (id),
    charity_number text,
    ppon text,
    cqc_locations jsonb not null,
    changed_at bigint not null
);
create table register_reading (
    provider_id uuid not null references provider (id),
    entry text not null,
    number text not null,
    reading jsonb,
    read_at bigint,
    findings jsonb not null,
    tried_at bigint,
    failure text,
    failures integer not null check (failures >= 0),
    paused_until bigint,
    due_at bigint,
    primary key (provider_id, entry, number),
    check ((reading is null) = (read_at is null)),
    check ((failure is null) = (failures = 0))
);
create index register_reading_due on register_reading (due_at) where due_at is not null;
create table concern (
    id uuid primary key,
    authority_id uuid not null references authority (id),
    provider_id uuid not null references provider (id),
    enrolment_id uuid not null references enrolment (id),
    entry text not null,
    number text not null,
    kind text not null,
    found_at bigint not null,
    words text not null,
    raised_at bigint not null,
    owner_id uuid references account (id),
    closed_by uuid references account (id),
    closed_at bigint,
    reason text,
    unique (authority_id, provider_id, entry, number, kind, found_at),
    check ((closed_at is null) = (closed_by is null) and (closed_at is null) = (reason is null))
);
create index concern_authority on concern (authority_id, id);
create index concern_provider on concern (provider_id, authority_id);
";

const TAKEN_OVER: &str = "
insert into register_reading (provider_id, entry, number, findings, failures, due_at)
select id, 'company', companies_house_number, '{\"standing\":[]}', 0, 0 from provider
where companies_house_number is not null;
insert into register_reading (provider_id, entry, number, findings, failures, due_at)
select id, 'cqc_provider', cqc_provider_id, '{\"standing\":[]}', 0, 0 from provider
where cqc_provider_id is not null;
";

const SQLITE_KEPT: &str = "
create trigger concern_closed before update on concern when old.closed_at is not null
begin select raise(abort, 'a concern that was closed stands'); end;
create trigger concern_kept before delete on concern
begin select raise(abort, 'concerns are never deleted'); end;
";

const POSTGRES_KEPT: &str = "
create trigger concern_closed before update on concern
for each row when (old.closed_at is not null) execute function is_kept();
create trigger concern_kept before delete on concern for each row execute function is_kept();
";
