//! The registry: applications, verification, accounts on the homeserver, and the directory as FHIR R4.
//!
//! `docs/registry-api.md` describes its interface, `migrations/` what it keeps.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod accounts;
mod applications;
mod audit;
mod clock;
mod database;
mod directory;
mod homeserver;
mod http;
mod limits;
mod mail;
mod problem;
mod publication;
mod review;
mod secrets;
mod settings;
mod state;

pub use accounts::removal::revoke;
pub use accounts::verifier::{Appointment, appoint};
pub use clock::{Clock, Random, SystemClock};
pub use database::Location;
pub use directory::export::{Exported, export};
pub use directory::import::finding::{Finding, Findings, Place, Severity};
pub use directory::import::{Import, Imported, Totals, import, run as run_import};
pub use http::{Serving, serve};
pub use problem::{Code, Problem};
pub use publication::key::pass_on;
pub use publication::publish_now;
pub use settings::Settings;
pub use state::Registry;
