//! Threads: what is written about one message, beside the conversation.

use crate::chat::{Person, Preview};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A thread by the event it begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ThreadRef {
    pub room_id: String,
    pub root: String,
}

/// A message by its event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EventRef {
    pub room_id: String,
    pub event_id: String,
}

/// What the message that a thread begins with says of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ThreadSummary {
    /// Recalled ones do not count.
    pub replies: u32,
    /// Those of them that the doctor has not looked at.
    pub unread: u32,
    /// Who wrote the last one.
    pub sender: Person,
    /// RFC 3339, UTC.
    pub at: String,
    pub preview: Preview,
}

/// A thread in which there is something that the doctor has not looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UnreadThread {
    pub root: String,
    pub messages: u32,
}
