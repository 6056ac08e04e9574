//! Signing in and out, and the state of the session.

use crate::error::Error;
use consilium_registry_api::Role;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A name in both scripts; either may be empty, not both.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Name {
    pub han: String,
    pub latin: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Account {
    /// Matrix user id: `@lin.jianing:jz.example`.
    pub user_id: String,
    pub device_id: String,
    pub name: Name,
    /// FHIR Practitioner id; empty until the registry was reached once.
    pub practitioner_id: String,
    pub roles: Vec<Role>,
    /// The address the doctor entered.
    pub server: String,
}

/// Why nobody is signed in, if the doctor should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SignedOutReason {
    /// The server ended the session: signed out from elsewhere, password changed.
    SessionExpired,
    AccountLocked,
    /// The keyring no longer holds this profile's key: local data cannot be opened and was set aside. Signing in makes
    /// a new device, which cannot read older encrypted messages by itself.
    KeyLost,
    /// The store of messages and encryption keys was damaged and set aside. Signing in makes a new device, which
    /// cannot read older encrypted messages by itself.
    StoreDamaged,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SessionState {
    /// Reading keyring and databases.
    Starting,
    SignedOut {
        reason: Option<SignedOutReason>,
        /// Whose session ended here: what they wrote and did not send may still be on this machine.
        former: Option<Former>,
    },
    SignedIn {
        account: Account,
    },
    /// The profile cannot be opened now; the error's code says what to do, `session_retry` tries again.
    Unavailable {
        error: Error,
    },
}

/// The doctor whose session ended on this machine without a sign-out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Former {
    pub user_id: String,
    /// Empty if it was not known when the session ended.
    pub name: Name,
}

#[derive(Clone, Serialize, Deserialize, TS)]
pub struct SignIn {
    /// Address of the service, with or without `https://`.
    pub server: String,
    /// Work e-mail, localpart, or whole Matrix user id.
    pub user: String,
    pub password: String,
    /// Whether what another doctor wrote here and did not send may be removed; without, `UnsentOfAnother` says that there is such.
    #[serde(default)]
    pub discard: bool,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignIn(…)")
    }
}

/// A service at an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Service {
    pub address: String,
    pub name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    Online,
    Connecting,
    /// Answers come late or only sometimes.
    Weak,
    Offline,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Connection {
    pub link: Link,
    /// Messages that wait to be sent.
    pub queued: u32,
    /// RFC 3339, UTC: when the homeserver last answered.
    pub last_synced: Option<String>,
    /// There is no space left: nothing new can be kept, written or received.
    pub disk_full: bool,
}

/// The new password goes to the homeserver alone.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct PasswordReset {
    pub new_password: String,
}

impl std::fmt::Debug for PasswordReset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordReset(…)")
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct PasswordResetBegin {
    pub server: String,
    pub email: String,
}
