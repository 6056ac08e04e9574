//! Polls: a question with answers that are chosen from (MSC3381).

use crate::chat::Person;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A poll as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Poll {
    pub question: String,
    pub answers: Vec<PollAnswer>,
    /// How many of them one may choose.
    pub most: u32,
    /// Whether the votes are shown before it has ended.
    pub disclosed: bool,
    pub ended: bool,
    /// How many have voted; 0 while that is not shown.
    pub voters: u32,
    /// Whether the doctor may end it.
    pub may_end: bool,
    pub edited: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PollAnswer {
    /// Stands for it in a vote.
    pub id: String,
    pub text: String,
    /// 0 while that is not shown.
    pub votes: u32,
    /// The doctor chose it.
    pub own: bool,
    /// The first twenty of those who chose it, oneself first.
    pub people: Vec<Person>,
}

#[derive(Clone, Serialize, Deserialize, TS)]
pub struct CreatePoll {
    pub room_id: String,
    pub question: String,
    /// Two to twenty, each another.
    pub answers: Vec<String>,
    /// Whether several may be chosen.
    pub several: bool,
    /// The event that the thread begins with in which it is asked.
    pub thread: Option<String>,
}

impl std::fmt::Debug for CreatePoll {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreatePoll").field("room_id", &self.room_id).finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct VotePoll {
    pub room_id: String,
    pub item_id: String,
    /// The ids of all that are chosen now; none takes the vote back.
    pub answers: Vec<String>,
}
