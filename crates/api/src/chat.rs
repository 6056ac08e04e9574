//! Conversations and their timelines.

use crate::account::Name;
use crate::attachments::{Attachment, FileSort};
use crate::directory::Text;
use crate::forward::ForwardedMessage;
use crate::live::ListUpdate;
use crate::polls::Poll;
use crate::rich_text::Block;
use crate::threads::{ThreadSummary, UnreadThread};
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
    /// One left and keeps what was written, to read it.
    Left,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Preview {
    Text {
        body: String,
    },
    /// One line; empty if nothing was written about it.
    Image {
        caption: String,
    },
    File {
        name: String,
    },
    /// One line.
    Poll {
        question: String,
    },
    /// The key has not arrived yet.
    Undecryptable,
    /// A message of a kind this version does not show.
    Unsupported,
    /// Refused: it came unencrypted into an encrypted conversation.
    Unencrypted,
    Recalled,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LastMessage {
    pub own: bool,
    /// Who wrote it; none where that goes without saying.
    pub sender: Option<Name>,
    pub preview: Preview,
    /// RFC 3339, UTC.
    pub at: String,
    /// Of an own message that is not out yet; the timeline knows more.
    pub delivery: Option<Delivery>,
}

/// With whom a conversation is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Party {
    /// The colleague on the other side.
    Colleague { person: Person },
    Group {
        /// One line; empty if it has none.
        name: String,
        /// People in it, the doctor too; invited ones not.
        members: u32,
        /// Up to four of them, for its picture.
        faces: Vec<Person>,
        /// Of an invitation.
        invited_by: Option<Person>,
    },
}

/// Where a conversation stands in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Placement {
    Normal,
    /// Before all others.
    Pinned,
    /// After all others.
    LowPriority,
    /// Out of sight, until somebody writes in it; one that is muted stays there.
    Archived,
}

/// A row of the conversation list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Conversation {
    pub room_id: String,
    pub membership: Membership,
    pub party: Party,
    pub last: Option<LastMessage>,
    pub unread: u32,
    /// Unread messages that name the doctor, or everybody.
    pub mentions: u32,
    /// Marked as unread by the doctor.
    pub marked_unread: bool,
    /// Tells of nothing; a group still of mentions.
    pub muted: bool,
    pub placement: Placement,
    /// What was written and not sent.
    pub draft: Option<Draft>,
    /// Threads in which there is something that the doctor has not looked at; counted in `unread`.
    pub threads: Vec<UnreadThread>,
}

impl Conversation {
    /// The colleague on the other side; none in a group.
    pub fn colleague(&self) -> Option<&Person> {
        match &self.party {
            Party::Colleague { person } => Some(person),
            Party::Group { .. } => None,
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct PlaceConversation {
    pub room_id: String,
    pub placement: Placement,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct MuteConversation {
    pub room_id: String,
    pub muted: bool,
}

/// Somebody, or everybody, who is named in a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Mention {
    /// Their account; of everybody the id of the room.
    pub id: String,
    /// As it stands in the text, with its `@`.
    pub text: String,
}

/// What stands in a message field.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Draft {
    pub text: String,
    /// Who is named in it.
    pub mentions: Vec<Mention>,
    pub target: Option<DraftTarget>,
    /// What stood there when an edit began.
    pub aside: Option<Box<Draft>>,
}

impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Draft").field("target", &self.target).finish_non_exhaustive()
    }
}

/// The message that a draft answers or replaces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DraftTarget {
    Reply { event_id: String },
    Edit { event_id: String },
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
    /// What follows was not read when the conversation was opened, or came while nobody looked; put there by the window,
    /// which knows who looks.
    UnreadDivider,
    /// The conversation begins here.
    Start,
    Message {
        /// Once the homeserver has it.
        event_id: Option<String>,
        sender: Person,
        own: bool,
        /// RFC 3339, UTC.
        at: String,
        body: MessageBody,
        /// Of an own message.
        delivery: Option<Delivery>,
        /// How an edit or a recall of it, or a vote in it, stands that is not out yet: queued or failed.
        change: Option<Delivery>,
        /// Of an own message in a group that is out.
        readers: Option<ReadCount>,
        reply: Option<Box<Reply>>,
        reactions: Vec<Reaction>,
        /// Names the doctor, or everybody.
        mentions_me: bool,
        /// The thread that begins with it.
        thread: Option<Box<ThreadSummary>>,
    },
    /// Somebody joined or left.
    MembershipChange {
        person: Person,
        change: MembershipChange,
        /// Who did it, if it was not them.
        by: Option<Person>,
        at: String,
    },
    /// The group has another name.
    Renamed { by: Person, name: String, at: String },
}

/// How many of the others have read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReadCount {
    pub by: u32,
    pub of: u32,
}

/// What a message answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Reply {
    pub event_id: String,
    /// None while it is fetched, and if it cannot be had.
    pub quoted: Option<Quoted>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Quoted {
    pub sender: Person,
    pub preview: Preview,
}

/// The words colleagues react with: a thumb is ambiguous in medicine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReactionWord {
    Agree,
    Noted,
    Query,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Reaction {
    /// None for what another client sent.
    pub word: Option<ReactionWord>,
    /// As it was sent; at most 32 characters.
    pub key: String,
    pub count: u32,
    pub own: bool,
    /// The own one waits on this machine.
    pub queued: bool,
    /// The first twenty of them, oneself first.
    pub people: Vec<Person>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MembershipChange {
    Joined,
    Left,
    Invited,
    /// Did not accept.
    Declined,
    Removed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum MessageBody {
    Text {
        /// What was written; also what an edit begins with.
        text: String,
        /// None if there is none to show.
        formatted: Option<Vec<Block>>,
        edited: bool,
    },
    /// PNG, JPEG, WebP or GIF, unless its sender is mistaken.
    Image {
        file: Attachment,
    },
    File {
        sort: FileSort,
        file: Attachment,
    },
    Poll {
        poll: Poll,
    },
    /// A card of several messages that were handed on.
    Forwarded {
        /// What clients show that know no cards.
        text: String,
        messages: Vec<ForwardedMessage>,
    },
    /// Its key has not come, and will not by itself if it was sent before this device was signed in.
    Undecryptable {
        before_this_device: bool,
    },
    Unsupported,
    /// Refused: it came unencrypted into an encrypted conversation, so that the homeserver could have written it.
    Unencrypted,
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
    /// Comes first: when the last event was sent that had been read then, RFC 3339, UTC; none if nothing is unread, or
    /// nothing was ever read.
    ReadUpTo {
        at: Option<String>,
    },
    Items {
        update: ListUpdate<TimelineItem>,
    },
    Backwards {
        state: Backwards,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RoomRef {
    pub room_id: String,
}

/// Why somebody is reported to the homeserver's administrators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReportReason {
    Advertising,
    /// They are not who they say they are.
    FalseIdentity,
    Harassment,
    Other,
}

/// Most characters of what is written in a report.
pub const REPORT_LIMIT: usize = 500;

#[derive(Clone, Serialize, Deserialize, TS)]
pub struct ReportInvitation {
    pub room_id: String,
    pub reason: ReportReason,
    /// In the doctor's words; may be empty.
    pub text: String,
}

impl std::fmt::Debug for ReportInvitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReportInvitation").field("room_id", &self.room_id).finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StartConversation {
    pub practitioner_id: String,
}

#[derive(Clone, Serialize, Deserialize, TS)]
pub struct SendText {
    pub room_id: String,
    pub text: String,
    /// Who is named in it.
    pub mentions: Vec<Mention>,
    /// The event it answers.
    pub reply_to: Option<String>,
    /// The event that the thread begins with in which it is written.
    pub thread: Option<String>,
}

impl std::fmt::Debug for SendText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SendText").field("room_id", &self.room_id).finish_non_exhaustive()
    }
}

/// A message by the id of its item, or of its event.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct MessageRef {
    pub room_id: String,
    pub item_id: String,
}

#[derive(Clone, Serialize, Deserialize, TS)]
pub struct EditMessage {
    pub room_id: String,
    pub item_id: String,
    pub text: String,
    pub mentions: Vec<Mention>,
}

impl std::fmt::Debug for EditMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EditMessage").field("item_id", &self.item_id).finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct React {
    pub room_id: String,
    pub item_id: String,
    pub word: ReactionWord,
}

/// An own reaction that is to be taken back, by its key as it is shown: another client may have sent it.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct TakeReactionBack {
    pub room_id: String,
    pub item_id: String,
    pub key: String,
}

/// A message that is pinned to its conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PinnedMessage {
    pub event_id: String,
    pub sender: Person,
    pub preview: Preview,
    /// RFC 3339, UTC.
    pub at: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Pins {
    /// In the order they were written.
    pub messages: Vec<PinnedMessage>,
    /// Whether the doctor may pin and unpin here.
    pub may_change: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct PinMessage {
    pub room_id: String,
    pub event_id: String,
    pub pinned: bool,
}

/// Who has read an own message, and who has not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Readers {
    pub read: Vec<Person>,
    pub unread: Vec<Person>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SetTyping {
    pub room_id: String,
    pub typing: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SaveDraft {
    pub room_id: String,
    /// The event that the thread begins with whose field it stands in.
    pub thread: Option<String>,
    /// Without text and target it is removed.
    pub draft: Draft,
}
