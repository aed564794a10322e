//! Who acts: accounts, authorities and their officers, providers and their people.

crate::migration! {"
create table account (
    id uuid primary key,
    email text not null unique,
    name text not null,
    password text not null,
    created_at bigint not null,
    sessions_since bigint not null
);
create table authority (
    id uuid primary key,
    slug text not null unique,
    name text not null,
    colour text not null
);
create table officer (
    account_id uuid not null references account (id),
    authority_id uuid not null references authority (id),
    role text not null,
    primary key (account_id, authority_id, role)
);
create table provider (
    id uuid primary key,
    name text not null,
    companies_house_number text,
    cqc_provider_id text,
    outward_code text not null,
    registered_at bigint not null
);
create table person (
    account_id uuid primary key references account (id),
    provider_id uuid not null references provider (id),
    role text not null
);
create index person_provider on person (provider_id);
"}
