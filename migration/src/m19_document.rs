//! Documents of providers, and the evidence of enrolments piece by piece: given, accepted or refused, renewed. What
//! was given stays as it was given. The evidence that came with the requests so far is taken over.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, TABLES).await?;
        let (pieces, kept) = match manager.get_database_backend() {
            sea_orm::DbBackend::Sqlite => (SQLITE_PIECES, SQLITE_KEPT),
            _ => (POSTGRES_PIECES, POSTGRES_KEPT),
        };
        let connection = manager.get_connection();
        connection.execute_unprepared(&TAKEN_OVER.replace("PIECES", pieces)).await?;
        connection.execute_unprepared(kept).await?;
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
    unique (provider_id, digest)
);
create index document_provider on document (provider_id, id);
create index document_digest on document (digest);
create table evidence (
    id uuid primary key,
    enrolment_id uuid not null references enrolment (id),
    wanted text not null,
    reference text not null,
    expires_on text,
    document_id uuid references document (id),
    given_at bigint not null,
    state text not null,
    reasons text,
    decided_at bigint,
    check ((decided_at is null) = (reasons is null)),
    check (state <> 'given' or decided_at is null),
    check (state not in ('accepted', 'refused') or decided_at is not null)
);
create index evidence_enrolment on evidence (enrolment_id, id);
create index evidence_expiry on evidence (state, expires_on);
create unique index evidence_counts on evidence (enrolment_id, wanted) where state = 'accepted';
create unique index evidence_waits on evidence (enrolment_id, wanted) where state = 'given';
create table evidence_warning (
    evidence_id uuid not null references evidence (id),
    stage text not null,
    warned_at bigint not null,
    primary key (evidence_id, stage)
);
";

/// Whoever was admitted was admitted on its evidence.
const TAKEN_OVER: &str = "
insert into evidence (id, enrolment_id, wanted, reference, expires_on, given_at, state, reasons, decided_at)
select piece.id, e.id, piece.wanted, piece.reference, piece.expires_on, e.received_at,
    case when e.standing in ('admitted', 'suspended') then 'accepted' else 'given' end,
    case when e.standing in ('admitted', 'suspended') then 'Accepted with the admission.' end,
    case when e.standing in ('admitted', 'suspended') then coalesce(e.decided_at, e.received_at) end
from enrolment e PIECES;
";

const SQLITE_PIECES: &str = "
join (select randomblob(16) as id, r.id as enrolment_id, json_extract(one.value, '$.id') as wanted,
        json_extract(one.value, '$.reference') as reference, json_extract(one.value, '$.expires_on') as expires_on
    from enrolment r, json_each(r.request, '$.evidence') one) piece on piece.enrolment_id = e.id";

const POSTGRES_PIECES: &str = "
cross join lateral (select gen_random_uuid() as id, one ->> 'id' as wanted, one ->> 'reference' as reference,
        one ->> 'expires_on' as expires_on
    from jsonb_array_elements(e.request -> 'evidence') one) piece";

const SQLITE_KEPT: &str = "
create trigger document_unchanged before update on document
begin select raise(abort, 'a document is never another'); end;
create trigger document_kept before delete on document
begin select raise(abort, 'documents are never deleted'); end;
create trigger evidence_unchanged before update on evidence
when new.enrolment_id is not old.enrolment_id or new.wanted is not old.wanted
    or new.reference is not old.reference or new.expires_on is not old.expires_on
    or new.document_id is not old.document_id or new.given_at is not old.given_at
    or (old.decided_at is not null and (new.decided_at is not old.decided_at or new.reasons is not old.reasons))
begin select raise(abort, 'evidence that was given or decided stays as it was'); end;
create trigger evidence_kept before delete on evidence
begin select raise(abort, 'evidence is never deleted'); end;
";

const POSTGRES_KEPT: &str = "
create function document_is_kept() returns trigger language plpgsql as $$
begin raise exception 'a document is never another, and never deleted'; end $$;
create trigger document_kept before update or delete on document
for each row execute function document_is_kept();
create function evidence_is_kept() returns trigger language plpgsql as $$
begin raise exception 'evidence that was given or decided stays as it was'; end $$;
create trigger evidence_unchanged before update on evidence
for each row when (new.enrolment_id is distinct from old.enrolment_id or new.wanted is distinct from old.wanted
    or new.reference is distinct from old.reference or new.expires_on is distinct from old.expires_on
    or new.document_id is distinct from old.document_id or new.given_at is distinct from old.given_at
    or (old.decided_at is not null
        and (new.decided_at is distinct from old.decided_at or new.reasons is distinct from old.reasons)))
execute function evidence_is_kept();
create trigger evidence_kept before delete on evidence
for each row execute function evidence_is_kept();
";
