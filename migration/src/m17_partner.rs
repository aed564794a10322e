//! Authorities that use another's market, and whose members took a decision.

crate::migration!(
    "
create table partner (
    market_id uuid not null references market (id),
    authority_id uuid not null references authority (id),
    primary key (market_id, authority_id)
);
",
    "alter table decision add column authority_id uuid references authority (id)",
    "update decision set authority_id = (select authority_id from market where market.id = decision.market_id)",
    "create index decision_of on decision (market_id, authority_id)",
    // Whoever had money in another's market used it already.
    "insert into partner select distinct budget.market_id, budget.authority_id from budget
     join market on market.id = budget.market_id where market.authority_id <> budget.authority_id",
);
