//! Groups: who is in them, and what one may do there.

use crate::chat::Person;
use crate::error::ErrorCode;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Characters of a group's name.
pub const NAME_LIMIT: usize = 80;
/// Characters of what a group is about.
pub const TOPIC_LIMIT: usize = 500;
/// Colleagues who are invited at once: a homeserver slows down whoever invites many.
pub const MOST_INVITED: usize = 50;

/// What somebody is in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum GroupRole {
    /// May do everything, and hand that over.
    Owner,
    /// Names the group, invites, removes and pins.
    Admin,
    Member,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GroupMember {
    pub person: Person,
    pub role: GroupRole,
    /// Has not accepted yet.
    pub invited: bool,
    /// Whether the doctor may take them out.
    pub removable: bool,
}

/// What later members see of what was written before them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum GroupHistory {
    /// From their invitation on.
    FromInvitation,
    /// All of it, as far as whoever invites them can hand on the keys.
    Shared,
}

/// What the doctor may do in a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GroupRights {
    /// Name and topic.
    pub rename: bool,
    pub invite: bool,
    /// Making somebody an admin, or no admin any more.
    pub appoint: bool,
    pub hand_over: bool,
    /// Calling everybody with one mention.
    pub mention_all: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GroupDetails {
    pub name: String,
    /// Empty if there is none.
    pub topic: String,
    pub history: GroupHistory,
    /// The doctor's own.
    pub role: GroupRole,
    pub may: GroupRights,
    /// Whether this machine knows everybody who is in it.
    pub complete: bool,
}

/// Members whose names have what was typed; all of them if that is nothing.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct FindMembers {
    pub room_id: String,
    pub text: String,
}

#[derive(Clone, Serialize, Deserialize, TS)]
pub struct CreateGroup {
    /// FHIR Practitioner ids; at most [`MOST_INVITED`].
    pub practitioner_ids: Vec<String>,
    pub name: String,
    pub topic: String,
    pub history: GroupHistory,
}

impl std::fmt::Debug for CreateGroup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreateGroup").field("history", &self.history).finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CreatedGroup {
    pub room_id: String,
    /// Who of the chosen is not invited.
    pub left_out: Vec<LeftOut>,
}

/// Somebody who could not be invited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LeftOut {
    pub practitioner_id: String,
    pub code: ErrorCode,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct InviteToGroup {
    pub room_id: String,
    /// FHIR Practitioner ids; at most [`MOST_INVITED`].
    pub practitioner_ids: Vec<String>,
}

#[derive(Clone, Serialize, Deserialize, TS)]
pub struct ChangeGroup {
    pub room_id: String,
    pub name: String,
    pub topic: String,
}

impl std::fmt::Debug for ChangeGroup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChangeGroup").field("room_id", &self.room_id).finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct MemberRef {
    pub room_id: String,
    pub user_id: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct AppointAdmin {
    pub room_id: String,
    pub user_id: String,
    pub admin: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct HandOverGroup {
    pub room_id: String,
    pub user_id: String,
    /// The doctor stays an admin.
    pub stay_admin: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct LeaveGroup {
    pub room_id: String,
    /// What was written stays on this machine, to be read and found.
    pub keep: bool,
}
