//! What a broker does with a live opportunity: a later deadline, and corrected words. A bid from before a correction
//! counts once its provider confirms or revises it. What providers ask, and what everybody is answered.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, "alter table bid add column unsettled_at bigint;").await?;
        crate::run(manager, "alter table interest add column because text;").await?;
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
create table nudge (
    id uuid primary key,
    opportunity_id uuid not null references opportunity (id),
    made_by uuid not null references account (id),
    made_at bigint not null,
    told integer not null check (told >= 1)
);
create index nudge_opportunity on nudge (opportunity_id, id);
create table query (
    id uuid primary key,
    opportunity_id uuid not null references opportunity (id),
    provider_id uuid not null references provider (id),
    asked_by uuid not null references account (id),
    asked_at bigint not null,
    asked text not null,
    question text,
    answer text,
    answered_by uuid references account (id),
    answered_at bigint,
    alone_because text,
    check ((answer is null) = (answered_at is null) and (answer is null) = (answered_by is null)),
    check (answer is not null or (question is null and alone_because is null)),
    check (answer is null or (question is null) <> (alone_because is null))
);
create index query_opportunity on query (opportunity_id, id);
";

const SQLITE_KEPT: &str = "
create trigger amendment_stands before update on amendment
begin select raise(abort, 'what was amended stands'); end;
create trigger amendment_kept before delete on amendment
begin select raise(abort, 'amendments are never deleted'); end;
create trigger nudge_twice before insert on nudge
when (select count(*) from nudge where opportunity_id = new.opportunity_id) >= 2
begin select raise(abort, 'nobody is reminded a third time'); end;
create trigger query_answered before update on query when old.answered_at is not null
begin select raise(abort, 'an answer stands'); end;
create trigger query_kept before delete on query
begin select raise(abort, 'questions are never deleted'); end;
create trigger opportunity_deadline before update on opportunity when new.closes_at < old.closes_at
begin select raise(abort, 'a deadline is only ever moved later'); end;
";

const POSTGRES_KEPT: &str = "
create function amendment_is_kept() returns trigger language plpgsql as $$
begin raise exception 'what was amended stands'; end $$;
create trigger amendment_kept before update or delete on amendment
for each row execute function amendment_is_kept();
create function nudge_is_twice() returns trigger language plpgsql as $$
begin
    if (select count(*) from nudge where opportunity_id = new.opportunity_id) >= 2 then
        raise exception 'nobody is reminded a third time';
    end if;
    return new;
end $$;
create trigger nudge_twice before insert on nudge
for each row execute function nudge_is_twice();
create function query_is_kept() returns trigger language plpgsql as $$
begin raise exception 'what was asked and answered stands'; end $$;
create trigger query_answered before update on query
for each row when (old.answered_at is not null) execute function query_is_kept();
create trigger query_kept before delete on query
for each row execute function query_is_kept();
create function deadline_is_kept() returns trigger language plpgsql as $$
begin raise exception 'a deadline is only ever moved later'; end $$;
create trigger opportunity_deadline before update on opportunity
for each row when (new.closes_at < old.closes_at) execute function deadline_is_kept();
";
