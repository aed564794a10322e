//! Bids, drafts of bids, and the marks that answers get.

crate::migration! {"
create table bid (
    id uuid primary key,
    opportunity_id uuid not null references opportunity (id),
    provider_id uuid not null references provider (id),
    version integer not null check (version >= 1),
    offer jsonb not null,
    weekly_price bigint not null check (weekly_price >= 0),
    digest text not null,
    received_at bigint not null,
    submitted_by uuid not null references account (id),
    withdrawn_at bigint,
    unique (opportunity_id, provider_id)
);
create index bid_provider on bid (provider_id, opportunity_id);
create table draft (
    opportunity_id uuid not null references opportunity (id),
    provider_id uuid not null references provider (id),
    offer jsonb not null,
    revision integer not null,
    saved_at bigint not null,
    primary key (opportunity_id, provider_id)
);
create table mark (
    id uuid primary key,
    opportunity_id uuid not null references opportunity (id),
    bid_id uuid not null references bid (id),
    criterion_id text not null,
    evaluator_id uuid not null references account (id),
    mark bigint not null check (mark >= 0),
    reason text not null,
    at bigint not null,
    unique (bid_id, criterion_id, evaluator_id)
);
create index mark_opportunity on mark (opportunity_id);
"}
