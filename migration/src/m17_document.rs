//! Documents of providers. What was shown in proof is never taken back or changed, only no longer shown anew.

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
create table document (
    id uuid primary key,
    provider_id uuid not null references provider (id),
    kind text not null,
    name text not null,
    size bigint not null check (size > 0),
    digest text not null check (length(digest) = 64),
    uploaded_by uuid not null references account (id),
    uploaded_at bigint not null,
    withdrawn_at bigint
);
create index document_provider on document (provider_id, id);
";

const SQLITE_KEPT: &str = "
create trigger document_unchanged before update on document
when old.digest <> new.digest or old.provider_id <> new.provider_id
begin select raise(abort, 'a document is never another'); end;
create trigger document_kept before delete on document
begin select raise(abort, 'documents are never deleted'); end;
";

const POSTGRES_KEPT: &str = "
create function document_is_kept() returns trigger language plpgsql as $$
begin raise exception 'a document is never another, and never deleted'; end $$;
create trigger document_unchanged before update on document
for each row when (old.digest <> new.digest or old.provider_id <> new.provider_id)
execute function document_is_kept();
create trigger document_kept before delete on document
for each row execute function document_is_kept();
";
