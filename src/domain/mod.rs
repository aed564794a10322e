//! Floor 1, the rules: pure functions. Facts and `now` come in; an event or a refusal goes out.

pub mod actor;
pub mod award;
pub mod bid;
pub mod calendar;
pub mod change;
pub mod delegation;
pub mod disclosure;
pub mod document;
pub mod enrolment;
pub mod evaluation;
pub mod event;
pub mod inquiry;
pub mod letter;
pub mod market;
pub mod opportunity;
pub mod package;
pub mod panel;
pub mod paper;
pub mod pricing;
pub mod record;
pub mod refusal;
pub mod scoring;
pub mod simulation;
