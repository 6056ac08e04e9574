//! Accounts on the homeserver: how they are made, proved, bound to directory entries, and locked.

pub mod account;
pub mod binding;
pub mod change;
pub mod localpart;
pub mod registration;
pub mod reminders;
pub mod removal;
pub mod session;
pub mod sweep;
pub mod upkeep;
pub mod verifier;
