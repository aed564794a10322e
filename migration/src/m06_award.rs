//! Recommendations, the decisions on them, and the register of contracts.

crate::migration! {"
create table award (
    id uuid primary key,
    opportunity_id uuid not null references opportunity (id),
    bid_id uuid not null references bid (id),
    provider_id uuid not null references provider (id),
    shortlist jsonb not null,
    reason text not null,
    weekly_value bigint not null,
    yearly_value bigint not null,
    contract_value bigint not null,
    recommended_by uuid not null references account (id),
    recommended_at bigint not null,
    state text not null,
    decided_by uuid references account (id),
    decided_at bigint,
    decided_reason text,
    chain jsonb,
    check (decided_by is null or decided_by <> recommended_by),
    check ((state = 'waiting') = (decided_at is null)),
    check (state <> 'approved' or chain is not null)
);
create unique index award_standing on award (opportunity_id) where state <> 'returned';
create table contract (
    id uuid primary key,
    authority_id uuid not null references authority (id),
    market_id uuid not null references market (id),
    category_id uuid not null references category (id),
    provider_id uuid not null references provider (id),
    opportunity_id uuid not null unique references opportunity (id),
    award_id uuid not null unique references award (id),
    reference text not null unique,
    starts_on text not null,
    initial_term_weeks integer not null check (initial_term_weeks > 0),
    weekly_value bigint not null,
    yearly_value bigint not null,
    initial_term_value bigint not null,
    approved_by uuid not null references account (id),
    approval_reason text not null,
    rests_on jsonb not null,
    awarded_at bigint not null
);
create index contract_authority on contract (authority_id, id);
create index contract_provider on contract (provider_id, id);
"}
