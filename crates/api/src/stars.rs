//! Messages that the doctor starred, to find them again.

use crate::chat::{Person, Preview};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct StarMessage {
    pub room_id: String,
    pub event_id: String,
    pub starred: bool,
}

/// A starred message; the one that was starred last is the first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StarredMessage {
    pub room_id: String,
    pub event_id: String,
    /// None while it is not on this machine, and once it was recalled.
    pub message: Option<Starred>,
}

/// What a starred message says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Starred {
    pub sender: Person,
    pub own: bool,
    /// RFC 3339, UTC.
    pub at: String,
    pub preview: Preview,
}
