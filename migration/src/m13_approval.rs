//! Deciding on recommendations: officers' register of interests, whom a recommendation was put to and how it was
//! chased, and the record of each decision as everything stood. A declined recommendation makes way for another.

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
create table officer_interest (
    id uuid primary key,
    authority_id uuid not null references authority (id),
    account_id uuid not null references account (id),
    provider_id uuid not null references provider (id),
    nature text not null,
    since text not null,
    declared_at bigint not null,
    ended_on text,
    ended_at bigint,
    check ((ended_on is null) = (ended_at is null)),
    check (ended_on is null or ended_on >= since)
);
create unique index officer_interest_once on officer_interest (account_id, provider_id) where ended_on is null;
create index officer_interest_provider on officer_interest (provider_id);
create index officer_interest_authority on officer_interest (authority_id, id);
create table chase (
    award_id uuid primary key references award (id),
    asked jsonb not null,
    urgent text,
    reminded_at bigint,
    escalated_at bigint,
    escalated_to text,
    because text,
    check ((escalated_at is null) = (escalated_to is null) and (escalated_at is null) = (because is null))
);
create table approval (
    award_id uuid primary key references award (id),
    opportunity_id uuid not null references opportunity (id),
    record text not null,
    digest text not null,
    at bigint not null
);
create index approval_opportunity on approval (opportunity_id);
create index package_person on package (authority_id, person_reference);
create index award_waiting on award (id) where state = 'waiting';
drop index award_standing;
create unique index award_standing on award (opportunity_id) where state in ('waiting', 'approved');
";

const SQLITE_KEPT: &str = "
create trigger officer_interest_kept before delete on officer_interest
begin select raise(abort, 'interests are never deleted'); end;
create trigger officer_interest_ended before update on officer_interest
when old.ended_on is not null or old.nature is not new.nature or old.since is not new.since
    or old.account_id is not new.account_id or old.provider_id is not new.provider_id
begin select raise(abort, 'an interest is ended and never changed'); end;
create trigger approval_unchanged before update on approval
begin select raise(abort, 'the record of a decision is never changed'); end;
create trigger approval_kept before delete on approval
begin select raise(abort, 'the record of a decision is never deleted'); end;
";

const POSTGRES_KEPT: &str = "
create trigger officer_interest_kept before delete on officer_interest
for each row execute function is_kept();
create function officer_interest_is_ended() returns trigger language plpgsql as $$
begin
    if old.ended_on is not null or old.nature is distinct from new.nature or old.since is distinct from new.since
        or old.account_id is distinct from new.account_id or old.provider_id is distinct from new.provider_id then
        raise exception 'an interest is ended and never changed';
    end if;
    return new;
end $$;
create trigger officer_interest_ended before update on officer_interest
for each row execute function officer_interest_is_ended();
create trigger approval_kept before update or delete on approval for each row execute function is_kept();
";
