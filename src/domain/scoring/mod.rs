//! From marks and prices to a ranking that any bidder can work out again by hand.
//!
//! An [`Evaluation`] is everything that a result depends on, frozen: the model that was published, and the bids
//! with their lines and marks. It can only be made whole ([`Evaluation::new`] names everything wrong at once), and
//! it is the same thing as its JSON ([`json`]), so that `fairlot score` and an award are one calculation.
//!
//! 1. [`Evaluation::rank`] works out figures and order: whole numbers alone ([`units`]), exact, rounded once.
//! 2. [`Evaluation::outcome`] puts the same into words, a line for each term.
//! 3. [`what_if`] asks what other weights, other formulas and fewer bids would have chosen;
//!    [`abnormally_low`] says which prices to ask about.
//!
//! Totals are worked out unrounded and published to four places, half away from zero; two bids tie when their
//! published totals are equal, and the market's published chain separates them. `docs/scoring.md` shows it all
//! by hand.

pub mod abnormally_low;
mod explanation;
mod formula;
pub mod json;
mod model;
mod ranking;
mod units;
pub mod what_if;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use explanation::{Outcome, PRICE_MARKS, Ranked};
pub use formula::{Formula, FormulaName};
pub use model::{Criterion, Entry, Evaluation, Exceptionality, Model};
pub use ranking::{Admissibility, Figures, Place, Ranking};
