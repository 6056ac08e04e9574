//! Messages that go out later: written on this machine, kept on it, and sent by it.

use crate::chat::SendText;
use crate::error::ErrorCode;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ScheduleMessage {
    pub message: SendText,
    /// When it is to go out; RFC 3339.
    pub at: String,
}

/// A message that waits for its time; the one that goes out first is the first.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ScheduledMessage {
    pub id: u32,
    pub message: SendText,
    /// RFC 3339, UTC.
    pub at: String,
    /// Why it could not be queued when its time came. It waits for the doctor then.
    pub problem: Option<ErrorCode>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ScheduledRef {
    pub id: u32,
}
