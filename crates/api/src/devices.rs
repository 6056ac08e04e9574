//! What this machine knows of the devices and keys of colleagues.

use crate::chat::Person;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why one may doubt who reads along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DeviceDoubtKind {
    /// Their keys are others than this machine has known: they began afresh, or it is somebody else.
    ChangedKeys,
    /// They are signed in on a device that they have not confirmed from another one. It reads what is written.
    UnconfirmedDevice,
}

/// Somebody in a conversation about whose devices there is something to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DeviceDoubt {
    pub person: Person,
    pub kind: DeviceDoubtKind,
}

/// The devices of a colleague, as far as this machine has asked for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ColleagueDevices {
    pub confirmed: u32,
    /// Signed in, and not confirmed by the colleague from another one.
    pub unconfirmed: u32,
    /// Their keys are others than before, and the doctor has not said yet that they asked.
    pub changed_keys: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AccountRef {
    pub user_id: String,
}
