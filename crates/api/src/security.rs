//! Devices of the account, the recovery key, and the verification of one's own devices.

use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A device that is signed in to the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Device {
    pub device_id: String,
    /// As the doctor or the program that runs there called it; may be empty.
    pub name: String,
    /// The one this window runs on.
    pub this_device: bool,
    /// Signed with the account's cross-signing key (Matrix client-server API, cross-signing).
    pub verified: bool,
    /// RFC 3339, UTC: when the homeserver last heard of it, as of the last time it was asked.
    pub last_seen: Option<String>,
}

/// What is known of the recovery key (Matrix: secret storage).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RecoveryState {
    /// The homeserver has not been asked yet.
    #[default]
    Unknown,
    NotSetUp,
    SetUp,
    /// One was shown here, and the doctor has not said that it is kept: perhaps nobody has it.
    NotKept,
    /// There is a recovery key, and this device lacks secrets that it opens.
    Incomplete,
}

/// Security of the account, as this device sees it. Without a network: as of the last time there was one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Security {
    /// Those that are not verified first, then this one, then the others by when they were last seen.
    pub devices: Vec<Device>,
    pub recovery: RecoveryState,
    /// RFC 3339, UTC: when the recovery key was last checked on this device.
    pub recovery_checked_at: Option<String>,
    /// Keys of messages are backed up on the homeserver, encrypted, and this device takes part.
    pub backup: bool,
    /// Keys in the backup; none until the homeserver was asked.
    pub keys_backed_up: Option<u32>,
    /// Whether this device is verified; none while it is not known.
    pub verified: Option<bool>,
    /// The verification that runs, or has just ended.
    pub verification: Option<DeviceVerification>,
}

/// The verification of one own device by another: both show the same seven emoji (Matrix: short authentication string).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DeviceVerification {
    pub id: String,
    /// The other device, once it is known which answers.
    pub device_id: Option<String>,
    /// Asked for by the other device.
    pub incoming: bool,
    pub step: VerificationStep,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum VerificationStep {
    /// The other device asks; `verification_accept` goes on.
    Asked,
    /// The other device has not answered yet.
    Waiting,
    /// The two agree on keys.
    Preparing,
    /// Places in the specification's table of 64 emoji, in the order shown; `verification_compare` goes on.
    Compare {
        emoji: [u8; 7],
    },
    /// Compared here, not yet there.
    Compared,
    Done,
    Cancelled {
        reason: CancelReason,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    /// On the other device.
    Declined,
    /// The emoji, or the keys behind them, are not the same: somebody may stand between the two.
    Mismatch,
    TimedOut,
    /// A third device of the account answered first.
    AnsweredElsewhere,
    /// The two devices do not understand each other.
    Failed,
}

/// A new recovery key, in groups of four characters. It is shown once and kept nowhere.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop, TS)]
pub struct RecoveryKey {
    pub key: String,
}

impl fmt::Debug for RecoveryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryKey(…)")
    }
}

/// The account's password, for what the homeserver does only for whoever knows it.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop, TS)]
pub struct OwnPassword {
    pub password: String,
}

impl fmt::Debug for OwnPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OwnPassword(…)")
    }
}

#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop, TS)]
pub struct SignOutDevices {
    /// Not this one.
    pub device_ids: Vec<String>,
    pub password: String,
}

impl fmt::Debug for SignOutDevices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignOutDevices").field("device_ids", &self.device_ids).finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RenameDevice {
    pub device_id: String,
    /// At most 100 characters. The homeserver reads it.
    pub name: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RequestVerification {
    /// The other device; none for any verified one of the account.
    pub device_id: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct VerificationRef {
    pub id: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct CompareVerification {
    pub id: String,
    /// Both devices show the same emoji.
    pub same: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_passwords_do_not_show() {
        let secret = "EsTj 3yST y93F".to_owned();
        let shown = format!(
            "{:?}{:?}{:?}",
            RecoveryKey { key: secret.clone() },
            OwnPassword { password: secret.clone() },
            SignOutDevices { device_ids: vec!["QXR7".into()], password: secret },
        );
        assert!(!shown.contains("3yST") && shown.contains("QXR7"), "{shown}");
    }
}
