//! Applying for an account, from the first field to the first sign-in.

use crate::error::Error;
use consilium_registry_api::{ApplicationForm, ApplicationView, EvidenceKind};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The registration of this profile. It survives restarts; its secret is in the keyring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Registration {
    /// Address of the service; empty while nothing was entered.
    pub server: String,
    /// What was typed and not yet sent; kept encrypted on this machine.
    pub draft: Option<ApplicationForm>,
    /// The application as the registry last told it.
    pub application: Option<ApplicationView>,
    /// RFC 3339, UTC: when the registry last answered about it.
    pub checked_at: Option<String>,
    /// Why the last attempt to hear from the registry failed, if it did.
    pub problem: Option<Error>,
    /// The account is being made: the doctor chose a password and the rest goes on by itself.
    pub making_account: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RegistrationDraft {
    pub server: String,
    pub form: ApplicationForm,
}

#[derive(Clone, Serialize, Deserialize, TS)]
pub struct ConfirmEmail {
    pub code: String,
}

impl std::fmt::Debug for ConfirmEmail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ConfirmEmail(…)")
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct AddEvidence {
    /// UUID that the image has from now on. Another try of the same has the same: its first answer may be lost.
    pub evidence_id: String,
    /// From the host's upload.
    pub upload_id: String,
    pub kind: EvidenceKind,
    pub file_name: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RemoveEvidence {
    pub evidence_id: String,
}

#[derive(Clone, Serialize, Deserialize, TS)]
pub struct CompleteRegistration {
    pub password: String,
    /// As in `SignIn`.
    #[serde(default)]
    pub discard: bool,
}

impl std::fmt::Debug for CompleteRegistration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CompleteRegistration(…)")
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct OrganizationSearch {
    pub server: String,
    pub text: String,
}

/// A hospital as the registry's search found it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OrganizationHit {
    pub id: String,
    pub zh: String,
    pub en: String,
    pub city_zh: String,
    pub city_en: String,
    /// `三级甲等`; empty if unknown.
    pub grade: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Concept {
    pub code: String,
    pub zh: String,
    pub en: String,
}

/// The codes of forms and filters, in the order to show them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Terminology {
    pub titles: Vec<Concept>,
    pub departments: Vec<Concept>,
}
