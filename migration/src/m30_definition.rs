//! The definition of a market apart from it: only the next import reads it.

crate::migration! {"
create table definition (
    market_id uuid primary key references market (id),
    content jsonb not null
);
insert into definition (market_id, content) select id, definition from market;
alter table market drop column definition;
"}
