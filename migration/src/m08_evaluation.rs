//! Who evaluates, and the marks that count: declarations of interest, the panel, drafts of marks, agreed marks,
//! and the marks that a provider's enrolment brings. What was declared or marked is never deleted; a mark is not
//! changed once its evaluator has finished, nor an agreed mark once prices are open.

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
create table declaration (
    id uuid primary key,
    opportunity_id uuid not null references opportunity (id),
    account_id uuid not null references account (id),
    interest text,
    at bigint not null
);
create unique index declaration_once on declaration (opportunity_id, account_id, (interest is null));
create table panellist (
    opportunity_id uuid not null references opportunity (id),
    evaluator_id uuid not null references account (id),
    begun_at bigint not null,
    finished_at bigint,
    released_at bigint,
    released_by uuid references account (id),
    released_reason text,
    primary key (opportunity_id, evaluator_id),
    check ((released_at is null) = (released_by is null)),
    check ((released_at is null) = (released_reason is null))
);
create table mark_draft (
    opportunity_id uuid not null references opportunity (id),
    evaluator_id uuid not null references account (id),
    drafts jsonb not null,
    revision integer not null,
    saved_at bigint not null,
    primary key (opportunity_id, evaluator_id)
);
create table agreed_mark (
    id uuid primary key,
    opportunity_id uuid not null references opportunity (id),
    bid_id uuid not null references bid (id),
    criterion_id text not null,
    mark bigint not null check (mark >= 0),
    reason text not null,
    basis text not null,
    rests_on jsonb not null,
    agreed_by uuid references account (id),
    at bigint not null,
    unique (bid_id, criterion_id)
);
create index agreed_mark_opportunity on agreed_mark (opportunity_id);
alter table enrolment add column standing_marks jsonb not null default '[]';
";

const SQLITE_KEPT: &str = "
create trigger declaration_unchanged before update on declaration
begin select raise(abort, 'declarations are never changed'); end;
create trigger declaration_kept before delete on declaration
begin select raise(abort, 'declarations are never deleted'); end;
create trigger panellist_kept before delete on panellist
begin select raise(abort, 'a panel is never deleted'); end;
create trigger mark_kept before delete on mark
begin select raise(abort, 'marks are never deleted'); end;
create trigger mark_locked before update on mark
when exists (select 1 from panellist p where p.opportunity_id = old.opportunity_id
    and p.evaluator_id = old.evaluator_id and (p.finished_at is not null or p.released_at is not null))
begin select raise(abort, 'this evaluator has finished'); end;
create trigger agreed_mark_kept before delete on agreed_mark
begin select raise(abort, 'agreed marks are never deleted'); end;
create trigger agreed_mark_locked before update on agreed_mark
when exists (select 1 from opportunity o where o.id = old.opportunity_id and o.prices_opened_at is not null)
begin select raise(abort, 'prices are open'); end;
create trigger agreed_mark_closed before insert on agreed_mark
when exists (select 1 from opportunity o where o.id = new.opportunity_id and o.prices_opened_at is not null)
begin select raise(abort, 'prices are open'); end;
";

const POSTGRES_KEPT: &str = "
create function is_kept() returns trigger language plpgsql as $$
begin raise exception 'this is never changed or deleted'; end $$;
create trigger declaration_kept before update or delete on declaration
for each row execute function is_kept();
create trigger panellist_kept before delete on panellist for each row execute function is_kept();
create trigger mark_kept before delete on mark for each row execute function is_kept();
create trigger agreed_mark_kept before delete on agreed_mark for each row execute function is_kept();
create function mark_is_locked() returns trigger language plpgsql as $$
begin
    if exists (select 1 from panellist p where p.opportunity_id = old.opportunity_id
        and p.evaluator_id = old.evaluator_id and (p.finished_at is not null or p.released_at is not null)) then
        raise exception 'this evaluator has finished';
    end if;
    return new;
end $$;
create trigger mark_locked before update on mark for each row execute function mark_is_locked();
create function agreed_mark_is_locked() returns trigger language plpgsql as $$
begin
    if exists (select 1 from opportunity o where o.id = new.opportunity_id and o.prices_opened_at is not null) then
        raise exception 'prices are open';
    end if;
    return new;
end $$;
create trigger agreed_mark_locked before insert or update on agreed_mark
for each row execute function agreed_mark_is_locked();
";
