//! The directory as a FHIR server: what any client of the standard may ask of it. `docs/directory-api.md`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod colleagues;
mod contact_feed;
mod contact_requests;
mod contacts;
mod history;
mod interop;
mod metadata;
mod own_entry;
mod paging;
mod publication;
mod search;
