//! Doctors for stories: each a whole client core with a profile of its own, over real servers.

// The SDK's futures nest deeper than the default allows.
#![recursion_limit = "256"]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a story ends where it breaks")]

pub mod doctor;
mod files;
pub mod notices;
pub mod process;

pub use doctor::{Conversation, Doctor};
pub use notices::Notices;
pub use process::Process;
