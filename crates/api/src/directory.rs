//! Colleagues, from the copy of the directory on this machine.

use crate::account::Name;
use crate::error::Error;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A text in the languages the source has; either may be empty, not both.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Text {
    pub zh: String,
    pub en: String,
}

/// A search. All filters apply together; several values of one filter widen it. Empty means no restriction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct DirectoryQuery {
    /// Words separated by white space; each must match name (Han, pinyin, initials, Latin), hospital or department.
    pub text: String,
    pub my_hospital: bool,
    /// Department codes.
    pub departments: Vec<String>,
    /// FHIR Organization ids.
    pub organizations: Vec<String>,
    /// Title codes.
    pub titles: Vec<String>,
    /// City keys, as the facets name them.
    pub cities: Vec<String>,
    pub offset: u32,
    /// At most 500.
    pub limit: u32,
}

/// Where a name matched: half-open ranges in UTF-16 code units.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NameMatch {
    pub han: Vec<(u32, u32)>,
    pub latin: Vec<(u32, u32)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ColleagueRow {
    /// FHIR Practitioner id.
    pub id: String,
    pub name: Name,
    pub matched: NameMatch,
    /// Title code.
    pub title: String,
    /// Department code.
    pub department: String,
    /// First field of special interest; empty if none.
    pub specialty: Text,
    pub hospital: Text,
    pub city: Text,
    pub verified: bool,
    /// Has an account to write to.
    pub joined: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FacetValue {
    /// What to put into the query.
    pub key: String,
    pub label: Text,
    /// Colleagues that match the query with this value in place of the facet's own selection.
    pub count: u32,
}

/// Values with their counts, most frequent first; titles in their order of rank.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Facets {
    pub departments: Vec<FacetValue>,
    pub organizations: Vec<FacetValue>,
    pub titles: Vec<FacetValue>,
    pub cities: Vec<FacetValue>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DirectoryPage {
    pub rows: Vec<ColleagueRow>,
    /// Colleagues that match, beyond this page too.
    pub total: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DirectoryCounts {
    pub all: u32,
    pub my_hospital: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ContactKind {
    Phone,
    Email,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Contact {
    pub kind: ContactKind,
    pub value: String,
}

/// Who vouches for a colleague. Dates are RFC 3339 (`verified_at`) and `YYYY-MM-DD` (`valid_until`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Verification {
    pub verified_at: String,
    pub valid_until: Option<String>,
    pub verifier: String,
    pub organization: String,
    pub licence_ending: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ColleagueCard {
    pub id: String,
    pub name: Name,
    pub title: String,
    pub department: String,
    pub specialties: Vec<Text>,
    pub organization_id: String,
    pub hospital: Text,
    pub city: Text,
    pub contacts: Vec<Contact>,
    pub verification: Option<Verification>,
    /// Set if the colleague has an account.
    pub user_id: Option<String>,
    /// It is the doctor's own card.
    pub me: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DirectoryPhase {
    /// Nothing was fetched yet.
    Empty,
    /// The first fetch is under way: what is there can be searched, and is not the whole.
    Loading,
    /// Whole, and current as of `as_of`.
    Complete,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DirectoryStatus {
    pub phase: DirectoryPhase,
    /// Resources fetched and to fetch in all, while a fetch is under way.
    pub loaded: u32,
    pub total: u32,
    /// Colleagues on this machine.
    pub colleagues: u32,
    /// RFC 3339, UTC: as of when the copy is true.
    pub as_of: Option<String>,
    /// Why the last attempt failed, if it did.
    pub problem: Option<Error>,
}
