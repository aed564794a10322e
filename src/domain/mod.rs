//! Floor 1, the rules: pure functions. Facts and `now` come in; an event or a refusal goes out.

pub mod refusal;
