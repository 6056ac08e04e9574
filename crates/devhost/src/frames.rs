//! What crosses the WebSocket: one JSON text message a frame.

use consilium_api::Error;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// From the page. `id` is the page's choice: each subscription has its own for as long as it is open.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    /// Answered by one `ok` or `error` with the same id; answers come in the order in which they are ready.
    Call {
        id: u64,
        command: String,
        #[serde(default)]
        input: Value,
    },
    /// Answered by `event`s, then at most one `end` or `error`.
    Subscribe {
        id: u64,
        subscription: String,
        #[serde(default)]
        input: Value,
    },
    Unsubscribe {
        id: u64,
    },
}

impl std::fmt::Debug for ClientFrame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Call { id, command, .. } => write!(f, "Call({id}, {command})"),
            Self::Subscribe { id, subscription, .. } => write!(f, "Subscribe({id}, {subscription})"),
            Self::Unsubscribe { id } => write!(f, "Unsubscribe({id})"),
        }
    }
}

/// To the page.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum HostFrame {
    Ok {
        id: u64,
        value: Value,
    },
    /// The call failed, or the subscription did not open or was closed.
    Error {
        id: u64,
        error: Error,
    },
    /// `seq` counts from 0 without gaps.
    Event {
        id: u64,
        seq: u64,
        event: Value,
    },
    /// The subject of the subscription is gone for good.
    End {
        id: u64,
    },
}

impl std::fmt::Debug for HostFrame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Ok { id, .. } => write!(f, "Ok({id})"),
            Self::Error { id, error } => write!(f, "Error({id}, {:?})", error.code),
            Self::Event { id, seq, .. } => write!(f, "Event({id}, {seq})"),
            Self::End { id } => write!(f, "End({id})"),
        }
    }
}

impl HostFrame {
    /// As text. A value is JSON already, so that this does not fail; were it to, the page would miss one frame.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}
