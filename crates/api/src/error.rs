//! Errors as they cross to the user interface.

use consilium_registry_api::FormProblem;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A code exists only if someone acts on it: the UI words each in both languages and offers what can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The input does not have the shape the command takes: a defect of the caller.
    InvalidInput,
    NotSignedIn,
    /// Another doctor wrote something on this machine that was not sent; who signs in instead would remove it.
    UnsentOfAnother,
    /// No Secret Service, Keychain or Credential Manager answers.
    KeyringMissing,
    /// The keyring is there and refuses: locked, or its prompt was dismissed.
    KeyringLocked,
    /// No network, or the server does not answer.
    Offline,
    /// Something answers at the address, and it is no Consilium server.
    NotAServer,
    /// An address of another machine that begins with `http://`.
    InsecureAddress,
    WrongCredentials,
    /// The account was locked by the service.
    AccountLocked,
    /// The session ended on the server; signing in again continues.
    SessionExpired,
    /// `details.retry_after_seconds` says when to try again.
    RateLimited,
    /// `details.problems` names the fields.
    InvalidForm,
    EmailUnconfirmed,
    WrongCode,
    CodeExpired,
    TooManyTries,
    /// The server could not send mail; what was entered is kept.
    MailUnavailable,
    /// The application is no longer in a state that allows this.
    WrongState,
    TooLarge,
    /// Not an image of an accepted kind.
    UnsupportedMedia,
    /// Somebody else changed it meanwhile.
    Conflict,
    NotAVerifier,
    NotFound,
    /// What was asked for is no longer kept by the server; a copy has to be fetched anew.
    Gone,
    /// The colleague is listed and has no account yet.
    NotJoined,
    /// The doctor's role in the group does not allow it.
    NotAllowed,
    /// Whoever leaves a group as its only owner hands it over first.
    HandOverFirst,
    /// Of an introduction the first letter is on its way, and the second could not be queued.
    FirstLetterAlone,
    PasswordTooShort,
    /// Among what is guessed first.
    PasswordTooWeak,
    /// The registry or the homeserver answered that it cannot at the moment.
    ServerTrouble,
    /// The directory is not signed by the registry that this device knows.
    DirectoryForeign,
    /// The directory is older than one that was seen before.
    DirectoryOlder,
    /// The directory is not what its registry signed.
    DirectoryChanged,
    /// Not the recovery key in use: mistyped, of somebody else, or replaced meanwhile.
    WrongRecoveryKey,
    /// This device lacks the account's cross-signing keys, which this needs.
    DeviceNotVerified,
    DiskFull,
    /// A local database is damaged and could not be set aside.
    DatabaseCorrupt,
    /// A defect of ours.
    Internal,
}

/// What more the UI needs to act.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ErrorDetails {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<FormProblem>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub retry_after_seconds: Option<u32>,
}

/// `message` is for developers and logs: English, without anything a person entered, a token or a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error, TS)]
#[error("{code:?}: {message}")]
pub struct Error {
    pub code: ErrorCode,
    pub message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub details: Option<ErrorDetails>,
}

impl Error {
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), details: None }
    }

    pub fn with_problems(code: ErrorCode, message: impl Into<String>, problems: Vec<FormProblem>) -> Self {
        Self { details: Some(ErrorDetails { problems, ..Default::default() }), ..Self::new(code, message) }
    }

    pub fn retry_after(message: impl Into<String>, seconds: u32) -> Self {
        let details = ErrorDetails { retry_after_seconds: Some(seconds), ..Default::default() };
        Self { details: Some(details), ..Self::new(ErrorCode::RateLimited, message) }
    }
}
