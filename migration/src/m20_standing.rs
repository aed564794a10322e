//! Standing: every change of it, what stops new work and why, what needs two officers, what providers say to it, grounds
//! for exclusion, and lists of debarred suppliers with the providers that may be on them. Nobody confirms what they
//! proposed, no removal is confirmed before the provider could say why not, and what was decided stands.

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
create table standing_stop (
    id uuid primary key,
    enrolment_id uuid not null references enrolment (id),
    cause text not null,
    evidence_id text,
    reason text not null,
    evidence text,
    begun_by uuid references account (id),
    begun_at bigint not null,
    review_on text,
    ended_by uuid references account (id),
    ended_at bigint,
    ended_reason text,
    check ((ended_at is null) = (ended_reason is null)),
    check ((cause = 'evidence_expired') = (evidence_id is not null)),
    check (cause <> 'officer' or begun_by is not null)
);
create index standing_stop_enrolment on standing_stop (enrolment_id);
create unique index standing_stop_evidence on standing_stop (enrolment_id, evidence_id) where ended_at is null;
create table measure (
    id uuid primary key,
    enrolment_id uuid not null references enrolment (id),
    kind text not null,
    reason text not null,
    evidence text,
    review_on text,
    proposed_by uuid not null references account (id),
    proposed_at bigint not null,
    due_at bigint,
    representations_until bigint,
    outcome text,
    decided_by uuid references account (id),
    decided_at bigint,
    decided_reason text,
    ended_at bigint,
    check ((kind = 'urgent_stop') = (due_at is not null)),
    check ((kind = 'removal') = (representations_until is not null)),
    check ((outcome is null) = (decided_at is null) and (outcome is null) = (decided_reason is null)),
    check (outcome is null or outcome <> 'confirmed' or (decided_by is not null and decided_by <> proposed_by)),
    check (outcome is null or outcome <> 'confirmed' or due_at is null or decided_at < due_at),
    check (outcome is null or outcome <> 'confirmed' or representations_until is null
        or decided_at >= representations_until),
    check (ended_at is null or outcome is not null)
);
create index measure_enrolment on measure (enrolment_id);
create unique index measure_open on measure (enrolment_id, kind) where decided_at is null;
create index measure_due on measure (due_at) where decided_at is null;
create table standing_change (
    id uuid primary key,
    enrolment_id uuid not null references enrolment (id),
    step text not null,
    was text not null,
    became text not null,
    reason text not null,
    evidence text,
    made_by uuid references account (id),
    made_at bigint not null,
    review_on text,
    stop_id uuid references standing_stop (id),
    measure_id uuid references measure (id)
);
create index standing_change_enrolment on standing_change (enrolment_id, id);
create table representation (
    id uuid primary key,
    enrolment_id uuid not null references enrolment (id),
    measure_id uuid references measure (id),
    kind text not null,
    standing text not null,
    words text not null,
    made_by uuid not null references account (id),
    made_at bigint not null,
    upheld boolean,
    answer text,
    answered_by uuid references account (id),
    answered_at bigint,
    check ((answer is null) = (answered_at is null) and (answer is null) = (answered_by is null)
        and (answer is null) = (upheld is null)),
    check (answer is null or kind = 'appeal')
);
create index representation_enrolment on representation (enrolment_id, id);
create table exclusion (
    id uuid primary key,
    enrolment_id uuid not null references enrolment (id),
    ground text not null,
    own boolean not null,
    facts text not null,
    happened_on text not null,
    raised_by uuid not null references account (id),
    raised_at bigint not null,
    words text,
    self_cleaning text,
    answered_by uuid references account (id),
    answered_at bigint,
    outcome text,
    reasons text,
    decided_by uuid references account (id),
    decided_at bigint,
    check ((words is null) = (answered_at is null) and (words is null) = (answered_by is null)),
    check ((outcome is null) = (reasons is null) and (outcome is null) = (decided_by is null)
        and (outcome is null) = (decided_at is null)),
    check (decided_by is null or decided_by <> raised_by)
);
create index exclusion_enrolment on exclusion (enrolment_id, id);
create table debarment_list (
    id uuid primary key,
    dated text not null unique,
    digest text not null,
    entries integer not null,
    imported_at bigint not null
);
create table debarment_entry (
    id uuid primary key,
    list_id uuid not null references debarment_list (id),
    line integer not null,
    name text not null,
    companies_house_number text,
    mandatory boolean not null,
    ground text not null,
    debarred_on text not null,
    ends_on text,
    unique (list_id, line)
);
create table debarment_match (
    id uuid primary key,
    entry_id uuid not null references debarment_entry (id),
    provider_id uuid not null references provider (id),
    enrolment_id uuid not null references enrolment (id),
    matched_by text not null,
    task_id uuid not null references task (id),
    found_at bigint not null,
    unique (entry_id, enrolment_id)
);
create index debarment_match_enrolment on debarment_match (enrolment_id);
";

const SQLITE_KEPT: &str = "
create trigger standing_change_unchanged before update on standing_change
begin select raise(abort, 'a change of a standing is never changed'); end;
create trigger standing_change_kept before delete on standing_change
begin select raise(abort, 'a change of a standing is never deleted'); end;
create trigger standing_stop_ended before update on standing_stop when old.ended_at is not null
begin select raise(abort, 'what ended stands'); end;
create trigger standing_stop_kept before delete on standing_stop
begin select raise(abort, 'what stopped a provider is never deleted'); end;
create trigger measure_decided before update on measure
when old.decided_at is not null and (new.outcome is not old.outcome or new.decided_by is not old.decided_by
    or new.decided_at is not old.decided_at or new.reason is not old.reason or old.ended_at is not null)
begin select raise(abort, 'what was decided of a measure stands'); end;
create trigger measure_kept before delete on measure
begin select raise(abort, 'measures are never deleted'); end;
create trigger representation_words before update on representation
when new.words is not old.words or old.answered_at is not null
begin select raise(abort, 'what a provider said stands'); end;
create trigger representation_kept before delete on representation
begin select raise(abort, 'what a provider said is never deleted'); end;
create trigger exclusion_decided before update on exclusion when old.decided_at is not null
begin select raise(abort, 'what was decided of a ground stands'); end;
create trigger exclusion_kept before delete on exclusion
begin select raise(abort, 'grounds are never deleted'); end;
create trigger debarment_entry_unchanged before update on debarment_entry
begin select raise(abort, 'an imported list is never changed'); end;
create trigger debarment_entry_kept before delete on debarment_entry
begin select raise(abort, 'an imported list is never deleted'); end;
";

const POSTGRES_KEPT: &str = "
create trigger standing_change_kept before update or delete on standing_change
for each row execute function is_kept();
create trigger standing_stop_ended before update on standing_stop
for each row when (old.ended_at is not null) execute function is_kept();
create trigger standing_stop_kept before delete on standing_stop for each row execute function is_kept();
create trigger measure_decided before update on measure
for each row when (old.decided_at is not null and (new.outcome is distinct from old.outcome
    or new.decided_by is distinct from old.decided_by or new.decided_at is distinct from old.decided_at
    or new.reason is distinct from old.reason or old.ended_at is not null))
execute function is_kept();
create trigger measure_kept before delete on measure for each row execute function is_kept();
create trigger representation_words before update on representation
for each row when (new.words is distinct from old.words or old.answered_at is not null)
execute function is_kept();
create trigger representation_kept before delete on representation for each row execute function is_kept();
create trigger exclusion_decided before update on exclusion
for each row when (old.decided_at is not null) execute function is_kept();
create trigger exclusion_kept before delete on exclusion for each row execute function is_kept();
create trigger debarment_entry_kept before update or delete on debarment_entry
for each row execute function is_kept();
";
