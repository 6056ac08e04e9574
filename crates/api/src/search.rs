//! Finding messages on this machine, and the conversations they are in.

use crate::chat::Person;
use crate::directory::NameMatch;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a message is, as one looks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    Text,
    /// A text with the address of a page in it.
    Link,
    Image,
    /// Any other file, recordings too.
    File,
}

/// Words, of which a message must have every one, and what narrows them. Without words the filters alone decide; without
/// either nothing is found.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct MessageQuery {
    pub text: String,
    pub room_id: Option<String>,
    /// User id of who wrote it.
    pub sender: Option<String>,
    /// Of these kinds alone; of every kind if empty.
    pub kinds: Vec<MessageKind>,
    /// First and last day, `YYYY-MM-DD` where this machine is.
    pub since: Option<String>,
    pub until: Option<String>,
    /// From the answer before, for what follows it.
    pub cursor: Option<String>,
    pub limit: u32,
}

impl std::fmt::Debug for MessageQuery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MessageQuery").field("kinds", &self.kinds).finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MessageHit {
    pub room_id: String,
    pub event_id: String,
    pub sender: Person,
    pub own: bool,
    /// RFC 3339, UTC.
    pub at: String,
    pub kind: MessageKind,
    /// What stands around the first word that was found, in one line.
    pub excerpt: String,
    /// Where the words are in it: half-open ranges in UTF-16 code units.
    pub ranges: Vec<(u32, u32)>,
}

/// Messages with the words as whole words first, then those with words that begin so; in each the latest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MessageHits {
    pub hits: Vec<MessageHit>,
    /// For the next ones; none at the end.
    pub cursor: Option<String>,
    /// How many there are in all. Counted for the first answer alone: 0 in those that follow.
    pub found: u32,
    /// There are more than were counted.
    pub found_more: bool,
    pub coverage: SearchCoverage,
}

/// What is being done about older messages that cannot be found yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Filling {
    /// The first look at what is on this machine.
    #[default]
    Preparing,
    Fetching,
    /// They are fetched when the homeserver can be reached.
    Waiting,
    /// All that are to be had here are here.
    Done,
}

/// What can be found: of one conversation if the question was about one, of all otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SearchCoverage {
    /// Everything from the first message on.
    pub complete: bool,
    /// From then on everything; none while nothing is known. RFC 3339, UTC.
    pub since: Option<String>,
    pub filling: Filling,
    /// Messages that are here and cannot be read, so that they cannot be found either.
    pub undecryptable: u32,
}

/// Which coverage is asked for.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct CoverageOf {
    pub room_id: Option<String>,
}

#[derive(Clone, Serialize, Deserialize, TS)]
pub struct ConversationSearch {
    pub text: String,
}

impl std::fmt::Debug for ConversationSearch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConversationSearch").finish_non_exhaustive()
    }
}

/// A conversation whose name has the words: in its characters, their pinyin, or its Latin name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConversationHit {
    pub room_id: String,
    pub matched: NameMatch,
}
