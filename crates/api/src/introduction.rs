//! Bringing two colleagues together, and the groups that one shares with a colleague.

use crate::chat::{Person, RoomRef};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What one of two colleagues is told about the other.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct Letter {
    /// FHIR Practitioner id of whom it goes to.
    pub practitioner_id: String,
    pub text: String,
}

impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Letter").field("practitioner_id", &self.practitioner_id).finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Introduce {
    pub first: Letter,
    pub second: Letter,
}

/// The conversations in which the letters are, in their order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Introduced {
    pub first: RoomRef,
    pub second: RoomRef,
}

/// A group that both the doctor and a colleague are in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SharedGroup {
    pub room_id: String,
    pub name: String,
    /// People in it, the doctor too.
    pub members: u32,
    /// Up to four of them, the colleague first.
    pub faces: Vec<Person>,
}
