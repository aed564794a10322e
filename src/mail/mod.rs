//! The mail door: letters owed are posted after the change that owes them has committed.

pub mod post;
