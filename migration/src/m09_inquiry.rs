//! Inquiries into the price of a bid. Nothing is rejected that was not asked about, and what was decided stands.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, TABLES).await?;
        crate::keep(manager, SQLITE_KEPT, POSTGRES_KEPT).await
    }
}

const TABLES: &str = "
create table inquiry (
    id uuid primary key,
    opportunity_id uuid not null references opportunity (id),
    bid_id uuid not null unique references bid (id),
    provider_id uuid not null references provider (id),
    kind text not null,
    grounds jsonb not null,
    question text,
    asked_by uuid references account (id),
    asked_at bigint not null,
    answer_by bigint,
    answer text,
    answered_by uuid references account (id),
    answered_at bigint,
    state text not null,
    decided_by uuid references account (id),
    decided_at bigint,
    reason text,
    check ((question is null) = (asked_by is null) and (question is null) = (answer_by is null)),
    check ((answer is null) = (answered_at is null)),
    check ((state in ('accepted', 'rejected')) = (decided_at is not null)),
    check ((decided_at is null) = (decided_by is null) and (decided_at is null) = (reason is null)),
    check (state <> 'answered' or answer is not null),
    check (state <> 'rejected' or answer is not null or decided_at >= answer_by)
);
create index inquiry_opportunity on inquiry (opportunity_id, id);
";

const SQLITE_KEPT: &str = "
create trigger inquiry_decided before update on inquiry when old.decided_at is not null
begin select raise(abort, 'what was decided of a price stands'); end;
create trigger inquiry_kept before delete on inquiry
begin select raise(abort, 'inquiries are never deleted'); end;
";

const POSTGRES_KEPT: &str = "
create function inquiry_is_kept() returns trigger language plpgsql as $$
begin raise exception 'what was asked and decided of a price stands'; end $$;
create trigger inquiry_decided before update on inquiry
for each row when (old.decided_at is not null) execute function inquiry_is_kept();
create trigger inquiry_kept before delete on inquiry
for each row execute function inquiry_is_kept();
";
