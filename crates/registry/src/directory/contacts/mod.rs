//! Contacts of colleagues: each is shown to whom its owner decided, by every way out of the registry.
//!
//! [`viewer::Viewer::sees`] decides, by what holds now. What leaves under `/fhir` passes [`body::show`]; the rest is
//! asked for under `/v1`: the feed of contacts, and asking a colleague for one.

pub mod body;
pub mod feed;
mod person;
pub mod request;
mod viewer;

pub use body::{Outgoing, is_contact, show};
pub use person::{Person, people};
