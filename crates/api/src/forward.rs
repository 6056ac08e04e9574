//! Messages that are handed on to other conversations.

use crate::account::Name;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Messages of one conversation, by their items or events, and where they go.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct ForwardMessages {
    pub room_id: String,
    pub item_ids: Vec<String>,
    pub to: Vec<String>,
    /// As one card with this title; each as a message of its own if there is none.
    pub title: Option<String>,
}

impl std::fmt::Debug for ForwardMessages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ForwardMessages").field("room_id", &self.room_id).finish_non_exhaustive()
    }
}

/// A message of a card, as the one says who handed it on: nothing proves who wrote it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ForwardedMessage {
    pub name: Name,
    /// RFC 3339, UTC.
    pub at: String,
    pub text: String,
}

impl std::fmt::Debug for ForwardedMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ForwardedMessage").field("at", &self.at).finish_non_exhaustive()
    }
}
