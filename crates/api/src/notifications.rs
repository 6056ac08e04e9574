//! What the system is to tell while the doctor looks elsewhere, and where a click or a link leads.

use crate::account::Name;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a notification is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NotificationKind {
    /// Messages of one conversation.
    Messages {
        /// How many it stands for.
        count: u32,
        /// The latest names the doctor, or everybody.
        mention: bool,
    },
    Invitation,
    /// Several conversations at once: after a start, or when the network is back.
    Several {
        conversations: u32,
    },
}

/// From whom it is, as far as the person wants that shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NotificationSource {
    pub sender: Name,
    /// Name of the group, empty if it has none; none in a conversation of two.
    pub group: Option<String>,
}

/// A notification as it may be shown: what the person does not want on the screen is not in it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Notification {
    /// A later one with the same key takes its place.
    pub key: String,
    pub about: NotificationKind,
    pub source: Option<NotificationSource>,
    /// One line of the latest message.
    pub text: Option<String>,
    /// Where it leads; none: to the list of conversations.
    pub place: Option<MessagePlace>,
}

impl std::fmt::Debug for Notification {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Notification").field("about", &self.about).finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum NotificationUpdate {
    /// All that stand.
    Reset { notifications: Vec<Notification> },
    /// `quietly`: one that stands says less than before, which is no news.
    Show { notification: Notification, quietly: bool },
    /// It is read, recalled, or the session ended.
    Withdraw { key: String },
}

/// What is unread, as the badge counts it: of muted and archived conversations only what names the doctor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UnreadTotal {
    /// Messages; an invitation is one.
    pub count: u32,
}

/// What is before the doctor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Attention {
    /// The window has the keyboard.
    pub in_front: bool,
    /// The conversation that is open in it then.
    pub room_id: Option<String>,
}

/// For how long nothing is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Silence {
    Hour,
    /// Until seven in the morning.
    Morning,
    /// No longer.
    Over,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SetSilence {
    pub silence: Silence,
}

/// A conversation, or a message in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MessagePlace {
    pub room_id: String,
    pub event_id: Option<String>,
}

/// What was written in the notification of a conversation.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct AnswerNotification {
    pub room_id: String,
    pub text: String,
}

impl std::fmt::Debug for AnswerNotification {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AnswerNotification").field("room_id", &self.room_id).finish_non_exhaustive()
    }
}

/// An address that the system handed over: `consilium://…` or `matrix:…`.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct LinkAddress {
    pub address: String,
}

impl std::fmt::Debug for LinkAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LinkAddress({} bytes)", self.address.len())
    }
}

/// Where the window is asked to go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Place {
    Colleague {
        practitioner_id: String,
    },
    Conversation {
        room_id: String,
        event_id: Option<String>,
    },
    /// The list of conversations.
    Conversations,
    /// A link to a colleague whom the directory on this machine does not know.
    UnknownColleague,
    /// A link to a conversation that the doctor is not in.
    UnknownConversation,
    /// No link that leads anywhere here.
    Nowhere,
}

/// A place, until the window is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Destination {
    pub id: u32,
    pub place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DestinationRef {
    pub id: u32,
}
