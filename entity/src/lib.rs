//! The nouns of Fairlot: its rows, and the vocabulary they are written in. A row holds what was decided
//! and when; what the clock says is derived in `fairlot::domain`. No queries and no rules stand here.

pub mod account;
pub mod agreed_mark;
pub mod authority;
pub mod award;
pub mod bid;
pub mod budget;
pub mod category;
pub mod contract;
pub mod decision;
pub mod declaration;
pub mod delegation;
pub mod document;
pub mod draft;
pub mod enrolment;
pub mod event;
pub mod holder;
pub mod inquiry;
pub mod interest;
pub mod letter;
pub mod mark;
pub mod mark_draft;
pub mod market;
pub mod offer;
pub mod officer;
pub mod opportunity;
pub mod package;
pub mod panellist;
pub mod person;
pub mod post;
pub mod provider;
pub mod repeat;
pub mod subject;
pub mod vocabulary;
