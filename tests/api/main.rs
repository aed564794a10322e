//! One binary of tests through the public door: a real server, real sockets and a real database of its own for
//! each test, on SQLite and on PostgreSQL. Run them with `make test`, which starts the PostgreSQL.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on stops")]

mod setting;

mod adverts;
mod alerts;
mod amendments;
mod apply_and_bid;
mod approvals;
mod attachments;
mod awards;
mod bids;
mod boards;
mod budgets;
mod capacities;
mod clock_cases;
mod clock_faults;
mod clocks;
mod concurrency;
mod disclosure;
mod documents;
mod enrolments;
mod evaluations;
mod evidence_once;
mod faults;
mod figures;
mod inquiries;
mod journeys;
mod letters;
mod live;
mod many_applications;
mod markets;
mod own_bids;
mod packages;
mod partners;
mod permissions;
mod public;
mod queries;
mod questionnaires;
mod readings;
mod records;
mod registers;
mod rounds;
mod schema;
mod schemes;
mod score;
mod server;
mod simulations;
mod standing_rates;
mod standings;
mod tasks;
mod teams;
mod tidy;
mod watching;
mod ways;
mod wordings;
