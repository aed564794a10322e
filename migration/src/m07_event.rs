//! What happened, numbered by subject and never changed; the answers to commands; letters owed.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, TABLES).await?;
        // Append-only: the two databases say it differently.
        crate::keep(manager, SQLITE_APPEND_ONLY, POSTGRES_APPEND_ONLY).await
    }
}

const TABLES: &str = "
create table subject (
    kind text not null,
    id uuid not null,
    event_number bigint not null check (event_number >= 0),
    primary key (kind, id)
);
create table event (
    id uuid primary key,
    subject_kind text not null,
    subject_id uuid not null,
    number bigint not null check (number >= 1),
    kind text not null,
    at bigint not null,
    account_id uuid references account (id),
    authority_id uuid references authority (id),
    provider_id uuid references provider (id),
    on_authority text,
    body jsonb not null,
    unique (subject_kind, subject_id, number)
);
create table repeat (
    account_id uuid not null references account (id),
    key text not null,
    request_digest text not null,
    answer jsonb not null,
    at bigint not null,
    primary key (account_id, key)
);
create table letter (
    id uuid primary key,
    kind text not null,
    account_id uuid not null references account (id),
    subject_kind text not null,
    subject_id uuid not null,
    context jsonb not null,
    state text not null,
    owed_at bigint not null,
    attempts integer not null,
    due_at bigint not null,
    claimed_until bigint,
    sent_at bigint,
    last_failure text
);
create index letter_due on letter (due_at) where state in ('owed', 'deferred');
";

const SQLITE_APPEND_ONLY: &str = "
create trigger event_unchanged before update on event
begin select raise(abort, 'events are never changed'); end;
create trigger event_kept before delete on event
begin select raise(abort, 'events are never deleted'); end;
";

const POSTGRES_APPEND_ONLY: &str = "
create function event_is_append_only() returns trigger language plpgsql as $$
begin raise exception 'events are never changed or deleted'; end $$;
create trigger event_append_only before update or delete on event
for each row execute function event_is_append_only();
create trigger event_not_truncated before truncate on event
for each statement execute function event_is_append_only();
";
