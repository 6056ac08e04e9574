//! The contract between the core and any user interface: commands, subscriptions, their types and errors.
//!
//! Every command and subscription is declared once in [`commands`]; a host that misses one does not compile, and the
//! TypeScript bindings are generated from the same list ([`bindings`]).

pub mod account;
pub mod attachments;
pub mod bindings;
pub mod business_card;
pub mod chat;
pub mod commands;
pub mod devices;
pub mod directory;
pub mod entry;
pub mod error;
pub mod forward;
pub mod groups;
pub mod introduction;
pub mod live;
pub mod media;
pub mod notifications;
pub mod organizations;
pub mod password;
pub mod polls;
pub mod registration;
pub mod rich_text;
pub mod scheduled;
pub mod search;
pub mod security;
pub mod settings;
pub mod stars;
pub mod threads;

pub use commands::{COMMANDS, Commands, SUBSCRIPTIONS, Subscriptions, Tag, dispatch, subscribe};
pub use consilium_registry_api as registry;
pub use error::{Error, ErrorCode, ErrorDetails, Result};
pub use live::{ListOp, ListUpdate};
pub use media::{Media, MediaBody};
