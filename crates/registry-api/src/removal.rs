//! What verifiers see and decide of entries that are in the directory.

use crate::application::ApplicationStatus;
use crate::change::ApplicationKind;
use crate::review::PossibleDuplicate;
use serde::{Deserialize, Serialize};

/// Why an entry is taken out of the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum RemovalReason {
    /// The licence to practise was withdrawn or has lapsed.
    LicenceWithdrawn,
    /// No longer works as a physician.
    LeftPractice,
    /// It was never who they said.
    FalseIdentity,
    Misuse,
    Deceased,
    Other,
}

/// Takes an entry out. `note` (at most 1,000 characters) is for the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Removal {
    pub reason: RemovalReason,
    #[serde(default)]
    pub note: Option<String>,
}

/// Lets an entry give way to another of the same colleague.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Merger {
    /// FHIR id of the Practitioner that is kept.
    pub into: String,
}

/// Who took an entry out, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RemovalRecord {
    pub reason: RemovalReason,
    pub note: Option<String>,
    /// Name of the verifier; empty of what was done on the command line.
    pub by: String,
    /// RFC 3339, UTC.
    pub at: String,
    /// Whether the homeserver has locked the account, if there is one: until it answers, that is tried every minute.
    pub locked: bool,
}

/// An application of the colleague whose entry it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ReviewedApplication {
    pub id: String,
    pub reference: String,
    pub kind: ApplicationKind,
    pub status: ApplicationStatus,
    /// RFC 3339, UTC.
    pub submitted_at: String,
}

/// An entry as a verifier sees it. Reading it is recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ReviewEntry {
    /// FHIR id of the Practitioner.
    pub practitioner_id: String,
    pub han_name: String,
    pub latin_name: String,
    /// Whether it is in the directory.
    pub listed: bool,
    /// Where it gave way to another: that one's id.
    pub replaced_by: Option<String>,
    pub removal: Option<RemovalRecord>,
    /// Matrix user id, if the colleague has joined.
    pub user_id: Option<String>,
    pub verifier: bool,
    /// Day through which the verification counts, `YYYY-MM-DD`.
    pub valid_until: Option<String>,
    /// Named sources of imports that have it.
    pub sources: Vec<String>,
    /// Those that were submitted, the latest first.
    pub applications: Vec<ReviewedApplication>,
    pub duplicates: Vec<PossibleDuplicate>,
}
