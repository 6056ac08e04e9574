//! What doctors do, each a full client core, over a real homeserver and registry. One program: linking the chat engine takes
//! longer than most of the stories.
#![recursion_limit = "256"]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a story ends where it breaks")]

mod attachments;
mod damage;
mod doubts;
mod faults;
mod forwarding;
mod full_disk;
mod groups;
mod interop;
mod introductions;
mod keyring;
mod killed;
mod lists;
mod messages;
mod notifications;
mod own_devices;
mod own_entry;
mod password;
mod polls;
mod registration;
mod search;
mod threads;
mod two_doctors;
mod ward;
