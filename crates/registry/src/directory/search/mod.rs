//! Searching the directory: IHE mCSD 4.0, ITI-90; FHIR R4, 3.1.1.

mod answer;
mod condition;
pub mod index;
mod instant;
mod page;
pub mod parameters;
mod plan;
mod query;
pub mod terms;
pub mod text;

pub use answer::{get, post};
pub use query::{pairs, strict};
