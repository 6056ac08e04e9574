//! An application for verification, as its applicant sees it.

use crate::change::ApplicationKind;
use crate::form::ApplicationForm;
use crate::review::ReasonCode;
use crate::session::OpenIdToken;
use serde::{Deserialize, Serialize};

/// Where an application stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ApplicationStatus {
    /// Being filled in; nobody reviews it yet.
    Draft,
    /// Waits for a verifier.
    Submitted,
    /// A verifier asked for more; the applicant can change it and submit again.
    MoreRequested,
    /// Refused with a reason; the applicant can correct it and submit again.
    Rejected,
    /// Approved; the applicant may make the account.
    Approved,
    /// The account exists and is bound to its directory entry.
    Active,
    /// Taken back by the applicant. Final.
    Withdrawn,
}

impl ApplicationStatus {
    /// Whether its applicant may still change it.
    pub fn is_open(self) -> bool {
        match self {
            Self::Draft | Self::Submitted | Self::MoreRequested | Self::Rejected => true,
            Self::Approved | Self::Active | Self::Withdrawn => false,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    Licence,
    StaffCard,
    Other,
}

/// An evidence image: PNG, JPEG or WebP, at most [`EVIDENCE_LIMIT`] bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct EvidenceView {
    /// UUID chosen by the client.
    pub id: String,
    pub kind: EvidenceKind,
    pub file_name: String,
    /// Size in bytes.
    pub size: u32,
    /// Whether its bytes are still kept: they are destroyed 30 days after the decision.
    pub available: bool,
}

/// Largest evidence image in bytes, and the most images of one application.
pub const EVIDENCE_LIMIT: usize = 10 * 1024 * 1024;
pub const EVIDENCE_COUNT_LIMIT: usize = 6;
/// Media types an evidence image may have.
pub const EVIDENCE_TYPES: &[&str] = &["image/png", "image/jpeg", "image/webp"];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ApplicationEventKind {
    Submitted,
    EmailConfirmed,
    /// A verifier looked at the application.
    Opened,
    MoreRequested,
    Rejected,
    Approved,
    Activated,
    Withdrawn,
}

/// A step of an application that its applicant may know. `at` is RFC 3339, UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ApplicationEvent {
    pub kind: ApplicationEventKind,
    pub at: String,
}

/// What the applicant sees. Nothing in it tells whether anyone else is registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ApplicationView {
    /// UUID chosen by the client.
    pub id: String,
    /// For talking about it: `AP-2607-03318`.
    pub reference: String,
    #[serde(default)]
    pub kind: ApplicationKind,
    pub status: ApplicationStatus,
    /// Grows with every change; a long poll waits for a greater one.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub version: i64,
    /// Of a change, what the entry would be; of its licence number the last four digits alone.
    pub form: ApplicationForm,
    /// Name in Latin letters of a hospital that was picked from the list; empty if it has none.
    #[serde(default)]
    pub hospital_latin: String,
    pub email_confirmed: bool,
    pub evidence: Vec<EvidenceView>,
    pub events: Vec<ApplicationEvent>,
    /// Why more was asked for or it was refused.
    pub reason: Option<ReasonCode>,
    /// The verifier's note to the applicant.
    pub note: Option<String>,
    /// Of a registration once it is active, of a change from the beginning: the account's Matrix user id.
    pub user_id: Option<String>,
}

/// The six digits that were sent to the work e-mail.
#[derive(Clone, Serialize, Deserialize)]
pub struct EmailConfirmation {
    pub code: String,
}

impl std::fmt::Debug for EmailConfirmation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EmailConfirmation(…)")
    }
}

/// Leave to make one account on the homeserver, with the localpart the registry assigned.
#[derive(Clone, Serialize, Deserialize)]
pub struct RegistrationToken {
    /// `m.login.registration_token` of the Matrix client-server API; single use.
    pub token: String,
    pub localpart: String,
    /// Base URL of the homeserver.
    pub homeserver: String,
    /// RFC 3339, UTC.
    pub expires_at: String,
}

impl std::fmt::Debug for RegistrationToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RegistrationToken {{ localpart: {:?}, token: … }}", self.localpart)
    }
}

/// Proof that the new account is the applicant's.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BindingRequest {
    pub openid_token: OpenIdToken,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    pub user_id: String,
    /// FHIR Practitioner id of the new directory entry.
    pub practitioner_id: String,
}
