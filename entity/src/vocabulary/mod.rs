//! The words that rows, rules and doors share: typed ids, exact amounts, instants and days,
//! and the closed enums. No queries and no rules stand here.

mod amount;
mod id;
mod term;
mod time;

pub use amount::{AmountError, Mark, Money, Quantity, Score, Weight};
pub use id::*;
pub use term::*;
pub use time::{Day, Instant};
