//! How markets word their letters, what a letter said, how often it was sent again, and what officers are to see to
//! because a letter did not arrive. A version of a wording is never changed, and a task that is done stays done.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, TABLES).await?;
        for column in [
            "words jsonb",
            "wording_id uuid references wording (id)",
            "resent integer not null default 0 check (resent >= 0)",
            "resent_at bigint",
        ] {
            crate::run(manager, &format!("alter table letter add column {column}")).await?;
        }
        let kept = match manager.get_database_backend() {
            sea_orm::DbBackend::Sqlite => SQLITE_KEPT,
            _ => POSTGRES_KEPT,
        };
        manager.get_connection().execute_unprepared(kept).await?;
        Ok(())
    }
}

const TABLES: &str = "
create table wording (
    id uuid primary key,
    market_id uuid not null references market (id),
    kind text not null,
    version integer not null check (version >= 1),
    subject text,
    opening text,
    closing text,
    written_by uuid not null references account (id),
    written_at bigint not null,
    unique (market_id, kind, version),
    check ((subject is null) = (opening is null) and (subject is null) = (closing is null))
);
create table task (
    id uuid primary key,
    authority_id uuid not null references authority (id),
    kind text not null,
    subject_kind text not null,
    subject_id uuid not null,
    letter_id uuid references letter (id),
    raised_at bigint not null,
    done_at bigint,
    done_by uuid references account (id),
    outcome text,
    check ((done_at is null) = (outcome is null)),
    check (done_by is null or done_at is not null),
    check (kind <> 'letter_undeliverable' or letter_id is not null)
);
create index task_authority on task (authority_id, id);
create unique index task_letter on task (letter_id) where done_at is null;
";

const SQLITE_KEPT: &str = "
create trigger wording_unchanged before update on wording
begin select raise(abort, 'a version of a wording is never changed'); end;
create trigger wording_kept before delete on wording
begin select raise(abort, 'a version of a wording is never deleted'); end;
create trigger letter_words_kept before update on letter
when old.words is not null and (new.words is not old.words or new.wording_id is not old.wording_id)
begin select raise(abort, 'what a letter said is never changed'); end;
create trigger task_done before update on task when old.done_at is not null
begin select raise(abort, 'a task that is done stays done'); end;
create trigger task_kept before delete on task
begin select raise(abort, 'tasks are never deleted'); end;
";

const POSTGRES_KEPT: &str = "
create function wording_is_kept() returns trigger language plpgsql as $$
begin raise exception 'a version of a wording is never changed or deleted'; end $$;
create trigger wording_kept before update or delete on wording
for each row execute function wording_is_kept();
create function letter_words_are_kept() returns trigger language plpgsql as $$
begin raise exception 'what a letter said is never changed'; end $$;
create trigger letter_words_kept before update on letter
for each row when (old.words is not null
    and (new.words is distinct from old.words or new.wording_id is distinct from old.wording_id))
execute function letter_words_are_kept();
create function task_is_kept() returns trigger language plpgsql as $$
begin raise exception 'a task that is done stays done'; end $$;
create trigger task_done before update on task
for each row when (old.done_at is not null) execute function task_is_kept();
create trigger task_kept before delete on task for each row execute function task_is_kept();
";
