//! The directory: FHIR resources with a change log, their feed, and the search for hospitals.

pub mod capability;
pub mod entry;
pub mod feed;
pub mod import;
pub mod names;
pub mod organizations;
pub mod read;
pub mod store;
