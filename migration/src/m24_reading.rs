//! Second readings of requests to join: who was asked, and what they make of it. A reader reads a request once.

crate::migration!(
    "
create table reading (
    id uuid primary key,
    enrolment_id uuid not null references enrolment (id),
    received_at bigint not null,
    reader_id uuid not null references account (id),
    asked_by uuid references account (id),
    asked_at bigint,
    view text,
    reasons text,
    read_at bigint,
    check ((asked_by is null) = (asked_at is null)),
    check ((view is null) = (reasons is null) and (view is null) = (read_at is null)),
    check (asked_by is not null or view is not null),
    check (asked_by is null or asked_by <> reader_id)
);
create unique index reading_reader on reading (enrolment_id, received_at, reader_id);
"
);
