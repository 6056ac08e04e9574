//! The doctor's own entry in the directory, as far as it is theirs to keep.

use consilium_registry_api::{ChangeForm, OwnApplications, Visibility};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OwnContactKind {
    WorkPhone,
    Mobile,
    HomePhone,
    WorkEmail,
    HomeEmail,
    Fax,
    /// Of another kind, as it was imported: it can be shown to others or not, and taken out.
    Other,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OwnContact {
    pub kind: OwnContactKind,
    pub value: String,
    /// To whom it is shown.
    pub visibility: Visibility,
}

impl std::fmt::Debug for OwnContact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OwnContact").field("kind", &self.kind).field("visibility", &self.visibility).finish()
    }
}

/// Versions of the resources that an entry was read in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EntryVersions {
    #[ts(type = "number")]
    pub practitioner: i64,
    #[ts(type = "number")]
    pub role: i64,
}

/// A time of leave, in the colleague's own words. Days are `YYYY-MM-DD`, both included.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
pub struct Leave {
    pub from: String,
    pub through: String,
    /// At most 60 characters.
    pub text: String,
}

/// What of the entry its owner may change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EntryContent {
    /// At most 10.
    pub contacts: Vec<OwnContact>,
    /// Fields of special interest: at most 12, of 60 characters each.
    pub interests: Vec<String>,
    /// At most 12, as BCP 47 has them: `zh`, `de-AT`.
    pub languages: Vec<String>,
    /// At most 10 times when they are away, each of at most three years.
    pub leaves: Vec<Leave>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OwnEntry {
    pub content: EntryContent,
    pub versions: EntryVersions,
    /// RFC 3339: as of when it is so.
    pub as_of: String,
    /// The registry says so now. Otherwise it does not answer, this is the copy on the machine, and nothing can be saved.
    pub current: bool,
}

/// `conflict` if the entry is not in these versions any more. What is there already is saved once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SaveEntry {
    pub content: EntryContent,
    pub versions: EntryVersions,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum EntryPart {
    Contacts,
    Interests,
    Languages,
    Leaves,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum EntryFault {
    Missing,
    TooLong,
    NotAnEmail,
    NotAPhoneNumber,
    /// No tag of BCP 47.
    NotALanguage,
    /// A leave without its first or its last day.
    NoDays,
    /// A leave that ends before it begins.
    EndsBefore,
    /// A leave of more than three years.
    LeaveTooLong,
    /// It is there twice.
    Repeated,
    /// One of more than there may be.
    TooMany,
}

/// Something that keeps an entry from being saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub struct EntryProblem {
    pub part: EntryPart,
    /// Place in the list.
    pub index: u32,
    pub fault: EntryFault,
}

/// The doctor's applications about what was verified in their entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EntryApplications {
    pub own: OwnApplications,
    /// What was typed and not yet sent; kept encrypted on this machine.
    pub draft: Option<ChangeForm>,
    /// RFC 3339: as of when it is so.
    pub as_of: String,
    /// The registry says so now. Otherwise it does not answer, and this is the copy on the machine.
    pub current: bool,
}
