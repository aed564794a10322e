//! Packages, the opportunities they are advertised as, and what providers say of them.

crate::migration! {"
create table package (
    id uuid primary key,
    authority_id uuid not null references authority (id),
    category_id uuid not null references category (id),
    person_reference text not null,
    title text not null,
    needs text not null,
    outward_code text not null,
    age_band text not null,
    quantities jsonb not null,
    starts_on text not null,
    initial_term_weeks integer not null check (initial_term_weeks > 0),
    preference text,
    drafted_by uuid not null references account (id),
    drafted_at bigint not null,
    revision integer not null
);
create index package_authority on package (authority_id, id);
create table opportunity (
    id uuid primary key,
    package_id uuid not null unique references package (id),
    authority_id uuid not null references authority (id),
    market_id uuid not null references market (id),
    category_id uuid not null references category (id),
    number integer not null,
    reference text not null unique,
    title text not null,
    needs text not null,
    outward_code text not null,
    age_band text not null,
    quantities jsonb not null,
    starts_on text not null,
    initial_term_weeks integer not null,
    terms jsonb not null,
    lot_seed text not null,
    published_by uuid not null references account (id),
    published_at bigint not null,
    closes_at bigint not null check (closes_at > published_at),
    closed_at bigint,
    prices_opened_at bigint,
    withdrawn_at bigint,
    withdrawn_reason text,
    award_id uuid,
    awarded_at bigint,
    bids integer not null check (bids >= 0),
    unique (market_id, number)
);
create index opportunity_category on opportunity (category_id, id);
create index opportunity_authority on opportunity (authority_id, id);
create index opportunity_to_close on opportunity (closes_at) where closed_at is null and withdrawn_at is null;
create table interest (
    opportunity_id uuid not null references opportunity (id),
    provider_id uuid not null references provider (id),
    kind text not null,
    reason text,
    at bigint not null,
    primary key (opportunity_id, provider_id)
);
"}
