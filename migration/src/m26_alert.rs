//! How people of providers want to be told of new opportunities.

crate::migration! {"
create table alert (
    account_id uuid primary key references account (id),
    provider_id uuid not null references provider (id),
    categories jsonb not null,
    areas jsonb not null,
    digest_hour integer check (digest_hour between 0 and 23),
    quiet_from integer check (quiet_from between 0 and 23),
    quiet_until integer check (quiet_until between 0 and 23),
    chosen_at bigint not null,
    check ((quiet_from is null) = (quiet_until is null)),
    check (quiet_from <> quiet_until)
);
create index letter_digest on letter (account_id, due_at)
    where kind = 'opportunity_digest' and state in ('owed', 'deferred');
"}
