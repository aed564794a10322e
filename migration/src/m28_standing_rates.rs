//! What providers usually ask for the lines of a category, to begin bids with.

crate::migration! {"
create table standing_rates (
    provider_id uuid not null references provider (id),
    category_id uuid not null references category (id),
    rates jsonb not null,
    set_by uuid not null references account (id),
    set_at bigint not null,
    primary key (provider_id, category_id)
);
"}
