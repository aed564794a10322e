//! Markets, their categories, and the scheme of delegation and the sum they rest on.

crate::migration! {"
create table market (
    id uuid primary key,
    authority_id uuid not null references authority (id),
    slug text not null unique,
    name text not null,
    regime text not null,
    joining_opens_on text not null,
    ends_on text,
    terms jsonb not null,
    definition_digest text not null,
    definition jsonb not null
);
create table category (
    id uuid primary key,
    market_id uuid not null references market (id),
    slug text not null,
    name text not null,
    terms jsonb not null,
    unique (market_id, slug)
);
create table decision (
    id uuid primary key,
    market_id uuid not null references market (id),
    slug text not null,
    body text not null,
    taken_on text not null,
    title text not null,
    reference text not null,
    public boolean not null,
    unique (market_id, slug)
);
create table post (
    id uuid primary key,
    authority_id uuid not null references authority (id),
    slug text not null,
    title text not null,
    unique (authority_id, slug)
);
create table holder (
    id uuid primary key,
    post_id uuid not null references post (id),
    account_id uuid not null references account (id),
    tenure text not null,
    \"from\" text not null,
    \"to\" text
);
create index holder_account on holder (account_id);
create table delegation (
    id uuid primary key,
    market_id uuid not null references market (id),
    slug text not null,
    from_decision_id uuid references decision (id),
    from_post_id uuid references post (id),
    to_post_id uuid not null references post (id),
    limit_yearly bigint,
    limit_contract bigint,
    may_pass_on boolean not null,
    valid_from text not null,
    valid_to text,
    revoked_on text,
    illustrative boolean not null,
    unique (market_id, slug),
    check ((from_decision_id is null) <> (from_post_id is null))
);
create table budget (
    market_id uuid primary key references market (id),
    cap_yearly bigint not null,
    committed_yearly bigint not null,
    check (committed_yearly >= 0),
    check (committed_yearly <= cap_yearly)
);
"}
