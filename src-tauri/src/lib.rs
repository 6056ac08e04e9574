//! The desktop shell: one window over one profile's core.

// The SDK's futures nest deeper than the default allows.
#![recursion_limit = "256"]

mod board;
mod bridge;
mod desk;
mod links;
mod log;
mod media;
mod save;
mod shell;
mod subscriptions;
mod tray;
mod window;

pub use shell::run;
