//! Who has asked to join a category, and where they stand.

crate::migration! {"
create table enrolment (
    id uuid primary key,
    provider_id uuid not null references provider (id),
    category_id uuid not null references category (id),
    standing text not null,
    request jsonb not null,
    clarifications jsonb not null,
    received_at bigint not null,
    decide_by text not null,
    extension_reason text,
    decided_at bigint,
    reasons text,
    unique (provider_id, category_id)
);
create index enrolment_category on enrolment (category_id, standing);
"}
