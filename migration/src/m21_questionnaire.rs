//! Questionnaires by version, requests to join that are still being written, the marks of scored answers, and the
//! passport: what a provider answers once, and on which revision of it each council relies. A version of a questionnaire
//! and a revision of a passport's answer stay as they are, and nobody comes to rely on an older revision.

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
create table questionnaire (
    id uuid primary key,
    market_id uuid not null references market (id),
    version integer not null check (version > 0),
    content jsonb not null,
    since bigint not null,
    unique (market_id, version)
);
create table application (
    provider_id uuid not null references provider (id),
    category_id uuid not null references category (id),
    questionnaire_id uuid references questionnaire (id),
    begun_by uuid not null references account (id),
    begun_at bigint not null,
    sent_at bigint,
    primary key (provider_id, category_id)
);
create table application_answer (
    provider_id uuid not null,
    category_id uuid not null,
    field text not null,
    answer text not null,
    evidence jsonb,
    revision integer not null check (revision > 0),
    answered_by uuid not null references account (id),
    answered_at bigint not null,
    primary key (provider_id, category_id, field),
    foreign key (provider_id, category_id) references application (provider_id, category_id)
);
create table answer_mark (
    enrolment_id uuid not null references enrolment (id),
    received_at bigint not null,
    question_id text not null,
    mark bigint not null check (mark >= 0),
    reason text not null,
    given_by uuid not null references account (id),
    given_at bigint not null,
    primary key (enrolment_id, received_at, question_id)
);
create table passport_answer (
    provider_id uuid not null references provider (id),
    topic text not null,
    revision integer not null check (revision > 0),
    answer text not null,
    answered_by uuid not null references account (id),
    answered_at bigint not null,
    primary key (provider_id, topic, revision)
);
create table passport_reliance (
    enrolment_id uuid not null references enrolment (id),
    received_at bigint not null,
    topic text not null,
    revision integer not null check (revision > 0),
    accepted_by uuid references account (id),
    accepted_at bigint,
    primary key (enrolment_id, received_at, topic),
    check ((accepted_by is null) = (accepted_at is null))
);
";

const SQLITE_KEPT: &str = "
create trigger questionnaire_unchanged before update on questionnaire
begin select raise(abort, 'a version of a questionnaire is never changed'); end;
create trigger questionnaire_kept before delete on questionnaire
begin select raise(abort, 'a version of a questionnaire is never deleted'); end;
create trigger passport_answer_unchanged before update on passport_answer
begin select raise(abort, 'a revision of a passport is never changed'); end;
create trigger passport_answer_kept before delete on passport_answer
begin select raise(abort, 'a revision of a passport is never deleted'); end;
create trigger application_answer_newer before update on application_answer
when new.revision <= old.revision
begin select raise(abort, 'an answer is only followed by a newer one'); end;
create trigger answer_mark_kept before delete on answer_mark
begin select raise(abort, 'marks are never deleted'); end;
create trigger passport_reliance_newer before update on passport_reliance
when new.revision <= old.revision
begin select raise(abort, 'nobody comes to rely on an older revision'); end;
create trigger passport_reliance_kept before delete on passport_reliance
begin select raise(abort, 'what a council relied on is never deleted'); end;
";

const POSTGRES_KEPT: &str = "
create trigger questionnaire_kept before update or delete on questionnaire
for each row execute function is_kept();
create trigger passport_answer_kept before update or delete on passport_answer
for each row execute function is_kept();
create trigger application_answer_newer before update on application_answer
for each row when (new.revision <= old.revision) execute function is_kept();
create trigger answer_mark_kept before delete on answer_mark for each row execute function is_kept();
create trigger passport_reliance_newer before update on passport_reliance
for each row when (new.revision <= old.revision) execute function is_kept();
create trigger passport_reliance_kept before delete on passport_reliance
for each row execute function is_kept();
";
