//! Ranking rounds. A bid is improved while its round is open and not paused, never to a higher price; improvements stand
//! as they were made, and an end is only ever moved later.

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
create table ranking_round (
    opportunity_id uuid primary key references opportunity (id),
    invited_by uuid not null references account (id),
    invited_at bigint not null,
    opens_at bigint not null,
    closes_at bigint not null,
    latest_at bigint not null,
    paused_at bigint,
    paused_by uuid references account (id),
    paused_reason text,
    opened_at bigint,
    closed_at bigint,
    check (invited_at < opens_at and opens_at < closes_at and closes_at <= latest_at),
    check ((paused_at is null) = (paused_by is null) and (paused_at is null) = (paused_reason is null))
);
create index ranking_round_to_open on ranking_round (opens_at) where opened_at is null;
create index ranking_round_to_close on ranking_round (closes_at) where closed_at is null;
create table round_place (
    bid_id uuid primary key references bid (id),
    opportunity_id uuid not null references ranking_round (opportunity_id),
    provider_id uuid not null references provider (id),
    first jsonb not null,
    rank integer not null check (rank >= 1),
    revisions integer not null check (revisions >= 0),
    revised_at bigint,
    told bigint not null check (told >= 1),
    unique (opportunity_id, provider_id)
);
create table round_revision (
    id uuid primary key,
    opportunity_id uuid not null references ranking_round (opportunity_id),
    bid_id uuid not null references round_place (bid_id),
    number integer not null check (number >= 1),
    rates jsonb not null,
    weekly_price bigint not null check (weekly_price >= 0),
    digest text not null,
    made_by uuid not null references account (id),
    made_at bigint not null,
    rank integer not null check (rank >= 1),
    closes_at bigint not null,
    unique (bid_id, number)
);
create index round_revision_opportunity on round_revision (opportunity_id, id);
";

const SQLITE_KEPT: &str = "
create trigger round_end before update on ranking_round
when new.closes_at < old.closes_at or new.latest_at < old.latest_at or new.opens_at <> old.opens_at
begin select raise(abort, 'the end of a ranking round is only ever moved later'); end;
create trigger round_kept before delete on ranking_round
begin select raise(abort, 'ranking rounds are never deleted'); end;
create trigger round_place_kept before delete on round_place
begin select raise(abort, 'whoever was invited stays'); end;
create trigger round_revision_stands before update on round_revision
begin select raise(abort, 'improvements are never changed'); end;
create trigger round_revision_kept before delete on round_revision
begin select raise(abort, 'improvements are never deleted'); end;
create trigger round_revision_in_time before insert on round_revision
when not exists (select 1 from ranking_round r where r.opportunity_id = new.opportunity_id and r.paused_at is null
    and new.made_at >= r.opens_at and new.made_at < r.closes_at)
begin select raise(abort, 'the ranking round is not open'); end;
create trigger round_revision_lower before insert on round_revision
when exists (select 1 from bid b where b.id = new.bid_id and new.weekly_price > b.weekly_price)
begin select raise(abort, 'a price is only ever lowered'); end;
";

const POSTGRES_KEPT: &str = "
create function round_end_is_kept() returns trigger language plpgsql as $$
begin raise exception 'the end of a ranking round is only ever moved later'; end $$;
create trigger round_end before update on ranking_round for each row
when (new.closes_at < old.closes_at or new.latest_at < old.latest_at or new.opens_at <> old.opens_at)
execute function round_end_is_kept();
create trigger round_kept before delete on ranking_round for each row execute function is_kept();
create trigger round_place_kept before delete on round_place for each row execute function is_kept();
create trigger round_revision_kept before update or delete on round_revision
for each row execute function is_kept();
create function round_revision_is_open() returns trigger language plpgsql as $$
begin
    if not exists (select 1 from ranking_round r where r.opportunity_id = new.opportunity_id and r.paused_at is null
        and new.made_at >= r.opens_at and new.made_at < r.closes_at) then
        raise exception 'the ranking round is not open';
    end if;
    if exists (select 1 from bid b where b.id = new.bid_id and new.weekly_price > b.weekly_price) then
        raise exception 'a price is only ever lowered';
    end if;
    return new;
end $$;
create trigger round_revision_in_time before insert on round_revision
for each row execute function round_revision_is_open();
";
