//! Papers as files: PDF, and several files packed as one. Pure, like the rules, but for the measures of type,
//! which are the one place where numbers need not be exact: so it stands beside the floors and not on the first.

pub mod pack;
pub mod pdf;

#[cfg(test)]
mod tests;
