//! Conversations and their timelines.

use crate::account::Name;
use crate::directory::Text;
use crate::live::ListUpdate;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A person in a conversation, as the directory on this machine knows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Person {
    pub user_id: String,
    /// Empty if the directory does not know the account.
    pub practitioner_id: String,
    pub name: Name,
    pub verified: bool,
    /// Title code; empty if unknown.
    pub title: String,
    pub hospital: Text,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Membership {
    Joined,
    Invited,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Preview {
    Text {
        body: String,
    },
    /// The key has not arrived yet.
    Undecryptable,
    /// A message of a kind this version does not show.
    Unsupported,
    Recalled,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LastMessage {
    pub own: bool,
    pub preview: Preview,
    /// RFC 3339, UTC.
    pub at: String,
    /// Of an own message that is not out yet; the timeline knows more.
    pub delivery: Option<Delivery>,
}

/// A row of the conversation list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Conversation {
    pub room_id: String,
    pub membership: Membership,
    /// The colleague on the other side.
    pub peer: Person,
    pub last: Option<LastMessage>,
    pub unread: u32,
    /// What was written and not sent.
    pub draft: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Delivery {
    /// Waits on this machine; goes out by itself.
    Queued,
    /// Not accepted by the server; needs the doctor.
    Failed,
    Sent,
    /// The colleague has read it.
    Read,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TimelineContent {
    /// Midnight between two days; `date` is `YYYY-MM-DD` in local time.
    DayDivider { date: String },
    /// What follows is unread.
    UnreadDivider,
    /// The conversation begins here.
    Start,
    Message {
        sender: Person,
        own: bool,
        /// RFC 3339, UTC.
        at: String,
        body: MessageBody,
        /// Of an own message.
        delivery: Option<Delivery>,
    },
    /// Somebody joined or left.
    MembershipChange { person: Person, change: MembershipChange, at: String },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MembershipChange {
    Joined,
    Left,
    Invited,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum MessageBody {
    Text {
        text: String,
        edited: bool,
    },
    /// Its key has not come, and will not by itself if it was sent before this device was signed in.
    Undecryptable {
        before_this_device: bool,
    },
    Unsupported,
    Recalled,
}

/// An item of a timeline; `id` is unique and stable within the subscription.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TimelineItem {
    pub id: String,
    pub content: TimelineContent,
}

/// How loading older messages stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Backwards {
    Idle,
    Loading,
    /// All there is, is here.
    ReachedStart,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TimelineUpdate {
    Items { update: ListUpdate<TimelineItem> },
    Backwards { state: Backwards },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RoomRef {
    pub room_id: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StartConversation {
    pub practitioner_id: String,
}

#[derive(Clone, Serialize, Deserialize, TS)]
pub struct SendText {
    pub room_id: String,
    pub text: String,
}

impl std::fmt::Debug for SendText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SendText").field("room_id", &self.room_id).finish_non_exhaustive()
    }
}

/// An own message that is queued or failed, by its item id.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct UnsentRef {
    pub room_id: String,
    pub item_id: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SetTyping {
    pub room_id: String,
    pub typing: bool,
}

#[derive(Clone, Serialize, Deserialize, TS)]
pub struct SaveDraft {
    pub room_id: String,
    /// Empty removes it.
    pub text: String,
}

impl std::fmt::Debug for SaveDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SaveDraft").field("room_id", &self.room_id).finish_non_exhaustive()
    }
}
