//! Signing in and out, and what lives while somebody is signed in.

mod active;
mod connecting;
mod error;
mod fields;
mod handover;
mod lifecycle;
mod lists;
mod rescue;
mod security;
mod session;
mod store;

pub(crate) use active::{Active, KnownFaces, Unread, is_passing, load, save};
pub(crate) use error::{http_error, matrix_error, queue_error};
pub(crate) use lifecycle::{DEVICE_NAME, Lifecycle, log_in};
pub(crate) use session::{StoredSession, VaultKey};
pub(crate) use store::anonymous;
