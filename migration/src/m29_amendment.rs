//! What a broker does with a live opportunity: a later deadline, and corrected words. A bid from before a correction
//! counts once its provider confirms or revises it.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, "alter table bid add column unsettled_at bigint;").await?;
        crate::run(manager, TABLES).await?;
        crate::keep(manager, SQLITE_KEPT, POSTGRES_KEPT).await
    }
}

const TABLES: &str = "
create table amendment (
    id uuid primary key,
    opportunity_id uuid not null references opportunity (id),
    made_by uuid not null references account (id),
    made_at bigint not null,
    reason text not null,
    closes_at_before bigint not null,
    closes_at bigint not null,
    changes jsonb not null,
    unsettles boolean not null,
    check (closes_at = closes_at_before or closes_at >= closes_at_before + 3600000),
    check (made_at < closes_at_before)
);
create index amendment_opportunity on amendment (opportunity_id, id);
";

const SQLITE_KEPT: &str = "
create trigger amendment_stands before update on amendment
begin select raise(abort, 'what was amended stands'); end;
create trigger amendment_kept before delete on amendment
begin select raise(abort, 'amendments are never deleted'); end;
create trigger opportunity_deadline before update on opportunity when new.closes_at < old.closes_at
begin select raise(abort, 'a deadline is only ever moved later'); end;
";

const POSTGRES_KEPT: &str = "
create function amendment_is_kept() returns trigger language plpgsql as $$
begin raise exception 'what was amended stands'; end $$;
create trigger amendment_kept before update or delete on amendment
for each row execute function amendment_is_kept();
create function deadline_is_kept() returns trigger language plpgsql as $$
begin raise exception 'a deadline is only ever moved later'; end $$;
create trigger opportunity_deadline before update on opportunity
for each row when (new.closes_at < old.closes_at) execute function deadline_is_kept();
";
