//! What a verifier sees and decides.

use crate::application::{ApplicationStatus, EvidenceView};
use crate::change::{ApplicationKind, EntryChange};
use crate::form::ApplicationForm;
use serde::{Deserialize, Serialize};

/// The three boxes of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ReviewBox {
    /// Submitted, oldest first.
    Pending,
    /// More was asked for; waits for the applicant.
    Waiting,
    /// Decided, latest first.
    Done,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ReviewCounts {
    pub pending: u32,
    pub waiting: u32,
}

/// A row of the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ReviewItem {
    pub id: String,
    pub reference: String,
    #[serde(default)]
    pub kind: ApplicationKind,
    pub status: ApplicationStatus,
    /// The colleague's account was revoked, and the entry taken out, since.
    #[serde(default)]
    pub removed: bool,
    pub han_name: String,
    pub latin_name: String,
    pub title: String,
    pub department: String,
    pub hospital: String,
    /// The hospital's name in Latin script; empty if there is none.
    pub hospital_latin: String,
    /// RFC 3339, UTC.
    pub submitted_at: String,
    pub possible_duplicate: bool,
    /// Submitted more than two working days ago.
    pub overdue: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ReviewPage {
    pub items: Vec<ReviewItem>,
    pub counts: ReviewCounts,
    /// Pass as `cursor` for the following page.
    pub next: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum DuplicateKind {
    /// The licence number is already in use.
    Licence,
    /// The same name at the same hospital.
    NameAndHospital,
}

/// Somebody already registered or applying who may be the same person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PossibleDuplicate {
    pub kinds: Vec<DuplicateKind>,
    pub han_name: String,
    pub latin_name: String,
    pub hospital: String,
    /// The hospital's name in Latin script; empty if there is none.
    pub hospital_latin: String,
    /// Last four digits.
    pub licence_ending: Option<String>,
    /// Set if it is a directory entry.
    pub practitioner_id: Option<String>,
    /// Set if it is another application.
    pub application_reference: Option<String>,
    /// RFC 3339, UTC; none for an application that is not decided.
    pub verified_at: Option<String>,
}

/// A hospital of the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ListedHospital {
    /// FHIR id of the Organization.
    pub id: String,
    pub name: String,
    /// The same in Latin script; empty if there is none.
    pub name_latin: String,
    pub city: String,
}

/// One application as its reviewer sees it. Reading it is recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ReviewDetail {
    pub id: String,
    pub reference: String,
    #[serde(default)]
    pub kind: ApplicationKind,
    pub status: ApplicationStatus,
    /// To be sent back with the decision: a decision on an older version is refused.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub version: i64,
    pub form: ApplicationForm,
    pub hospital: String,
    /// The hospital's name in Latin script; empty if there is none.
    pub hospital_latin: String,
    /// Of a hospital that was entered by hand: those of the directory that it may be, the likeliest first, at most five.
    #[serde(default)]
    pub similar_hospitals: Vec<ListedHospital>,
    pub email_confirmed: bool,
    /// RFC 3339, UTC.
    pub submitted_at: String,
    /// Why it came back, the last time: also after it was sent again. None once approved.
    #[serde(default)]
    pub reason: Option<ReasonCode>,
    /// What the verifier wrote to the applicant with the last decision.
    #[serde(default)]
    pub note: Option<String>,
    /// Whose entry it is about, as soon as there is one.
    #[serde(default)]
    pub practitioner_id: Option<String>,
    /// The colleague's account was revoked, and the entry taken out, since.
    #[serde(default)]
    pub removed: bool,
    /// Of a change: what would be, or was, changed in the entry. Empty of a renewal.
    #[serde(default)]
    pub changes: Vec<EntryChange>,
    pub duplicates: Vec<PossibleDuplicate>,
    pub evidence: Vec<EvidenceView>,
    /// Latest first.
    pub audit: Vec<AuditEntry>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    Approve,
    RequestMore,
    Reject,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ReasonCode {
    EvidenceUnclear,
    EvidenceMissing,
    RegisterMismatch,
    NotEmployed,
    Duplicate,
    Other,
}

/// A verifier's decision. `reason` is required unless it approves; `note` (at most 1,000 characters) goes to the applicant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Decision {
    pub kind: DecisionKind,
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub version: i64,
    pub reason: Option<ReasonCode>,
    pub note: Option<String>,
    /// Required to approve: the verifier confirms identity, licence and employment.
    pub confirmed: bool,
    /// 1 to 24, required to approve: when the verification is due again.
    pub valid_months: Option<u8>,
    /// To approve where the hospital was entered by hand: which of the directory it is. None makes it a new one.
    #[serde(default)]
    pub organization_id: Option<String>,
}

pub const NOTE_LIMIT: usize = 1_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum AuditAction {
    Submitted,
    Changed,
    EmailConfirmed,
    DuplicateFlagged,
    Opened,
    EvidenceViewed,
    MoreRequested,
    Rejected,
    Approved,
    TokenIssued,
    Bound,
    Locked,
    EvidenceDestroyed,
    Withdrawn,
    VerifierAppointed,
    EntryChanged,
    ContactRequested,
    ContactGranted,
    /// Also taken back after it was granted.
    ContactDeclined,
    /// An entry was taken out of the directory and its account, if it had one, locked.
    Removed,
    /// The same, because the colleague has died.
    Deceased,
    /// An entry gave way to another of the same colleague.
    Merged,
    /// A mail told the colleague that the verification runs out.
    Reminded,
}

/// One line of the audit trail. Lines are chained by hash on the server and never change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AuditEntry {
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub seq: i64,
    pub action: AuditAction,
    /// Name of the verifier, empty for the applicant and the system.
    pub actor: String,
    /// The same in Latin script; empty if the directory has none.
    pub actor_latin: String,
    /// Reference of the application, if it concerns one.
    pub reference: Option<String>,
    /// What else it concerns: an account, evidence, or a resource of the directory (`Type/id`).
    #[serde(default)]
    pub subject: Option<String>,
    /// Whom it is about: the applicant, or the colleague that `subject` names. Empty if nobody is known by it.
    #[serde(default)]
    pub about: String,
    /// The same in Latin script.
    #[serde(default)]
    pub about_latin: String,
    /// RFC 3339, UTC.
    pub at: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AuditPage {
    pub entries: Vec<AuditEntry>,
    pub next: Option<String>,
}
