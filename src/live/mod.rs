//! The live door, `/api/live`: tells what happened, once it has happened. Commands come over HTTP.

pub mod hub;
pub mod message;
pub mod session;
pub mod socket;

pub use hub::Hub;
