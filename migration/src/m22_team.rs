//! Several people of a provider: invited, with what they may do and where, until they leave; where it works from, and
//! the hours that it has to spare. A provider is never without an administrator.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, COLUMNS).await?;
        crate::run(manager, TABLES).await?;
        crate::keep(manager, SQLITE_KEPT, POSTGRES_KEPT).await
    }
}

const COLUMNS: &str = "
alter table account add column signed_in_at bigint;
alter table person add column categories jsonb not null default '[]';
alter table person add column left_at bigint;
";

const TABLES: &str = "
create table invitation (
    id uuid primary key,
    provider_id uuid not null references provider (id),
    account_id uuid not null references account (id),
    role text not null,
    categories jsonb not null,
    token_digest text not null unique check (length(token_digest) = 64),
    sent integer not null check (sent > 0),
    invited_by uuid not null references account (id),
    invited_at bigint not null,
    sent_at bigint not null,
    expires_at bigint not null,
    accepted_at bigint,
    withdrawn_at bigint,
    check (accepted_at is null or withdrawn_at is null),
    check (accepted_at is null or accepted_at < expires_at)
);
create index invitation_provider on invitation (provider_id, id);
create index invitation_account on invitation (account_id);
create unique index invitation_open on invitation (provider_id, account_id)
    where accepted_at is null and withdrawn_at is null;
create table base (
    id uuid primary key,
    provider_id uuid not null references provider (id),
    name text not null,
    outward_code text not null,
    added_at bigint not null,
    removed_at bigint
);
create index base_provider on base (provider_id, id);
create table spare_hours (
    provider_id uuid not null references provider (id),
    category_id uuid not null references category (id),
    outward_code text not null,
    band text not null,
    hours bigint not null check (hours >= 0),
    confirmed_at bigint not null,
    confirmed_by uuid not null references account (id),
    primary key (provider_id, category_id, outward_code, band)
);
create index spare_hours_area on spare_hours (category_id, outward_code);
";

const SQLITE_KEPT: &str = "
create trigger person_administered before update on person
when old.role = 'administrator' and old.left_at is null
    and (new.role <> 'administrator' or new.left_at is not null)
    and not exists (select 1 from person p where p.provider_id = old.provider_id
        and p.account_id <> old.account_id and p.role = 'administrator' and p.left_at is null)
begin select raise(abort, 'a provider keeps an administrator'); end;
create trigger invitation_settled before update on invitation
when old.accepted_at is not null or old.withdrawn_at is not null
begin select raise(abort, 'an invitation is accepted or withdrawn once'); end;
";

const POSTGRES_KEPT: &str = "
create function person_is_administered() returns trigger language plpgsql as $$
begin
    if not exists (select 1 from person p where p.provider_id = old.provider_id
        and p.account_id <> old.account_id and p.role = 'administrator' and p.left_at is null) then
        raise exception 'a provider keeps an administrator';
    end if;
    return new;
end $$;
create trigger person_administered before update on person
for each row when (old.role = 'administrator' and old.left_at is null
    and (new.role <> 'administrator' or new.left_at is not null))
execute function person_is_administered();
create trigger invitation_settled before update on invitation
for each row when (old.accepted_at is not null or old.withdrawn_at is not null)
execute function is_kept();
";
