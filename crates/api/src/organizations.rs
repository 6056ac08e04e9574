//! Hospitals, from the copy of the directory on this machine: by place, and by department.

use crate::directory::Text;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A search of hospitals. Empty means no restriction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct OrganizationQuery {
    /// Words separated by white space; each must match name (Han, pinyin, initials, Latin, usual abbreviations), city or
    /// province.
    pub text: String,
    /// Province key, as [`Places`] names it.
    pub province: Option<String>,
    /// City key, as [`Places`] and the facets of colleagues name it.
    pub city: Option<String>,
    pub offset: u32,
    /// At most 500.
    pub limit: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OrganizationRow {
    /// FHIR Organization id.
    pub id: String,
    pub name: Text,
    pub city: Text,
    /// Such as `三级甲等`; empty if it has none.
    pub grade: String,
    pub colleagues: u32,
    /// Colleagues who have an account.
    pub joined: u32,
    /// The doctor works there.
    pub own: bool,
}

/// Hospitals of one city, which follow each other in the results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OrganizationGroup {
    /// Both empty if the directory does not say.
    pub province: Text,
    pub city: Text,
    /// Place of the first among all results.
    pub index: u32,
    pub organizations: u32,
    pub colleagues: u32,
}

/// Hospitals by province and city, those with most colleagues first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OrganizationPage {
    pub rows: Vec<OrganizationRow>,
    /// Hospitals that match, beyond this page too.
    pub total: u32,
    /// Colleagues of all that match.
    pub colleagues: u32,
    /// Of all results; with the first page alone.
    pub groups: Vec<OrganizationGroup>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OrganizationRef {
    /// FHIR Organization id.
    pub organization_id: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DepartmentCount {
    /// Department code; empty for colleagues of none.
    pub code: String,
    /// Both empty if the code is.
    pub label: Text,
    pub colleagues: u32,
    pub joined: u32,
}

/// A hospital with its departments, the largest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OrganizationCard {
    pub id: String,
    pub name: Text,
    pub province: Text,
    pub city: Text,
    pub grade: String,
    /// Number of the switchboard; empty if the directory has none.
    pub phone: String,
    pub colleagues: u32,
    pub joined: u32,
    /// The doctor works there.
    pub own: bool,
    pub departments: Vec<DepartmentCount>,
}

/// Degrees (WGS 84).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Position {
    pub latitude: f64,
    pub longitude: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct City {
    pub key: String,
    pub name: Text,
    pub organizations: u32,
    pub colleagues: u32,
    /// The middle of its hospitals that say where they are.
    pub position: Option<Position>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Province {
    /// Empty for hospitals of which the directory does not say it, such as those abroad.
    pub key: String,
    pub name: Text,
    pub organizations: u32,
    pub colleagues: u32,
    pub position: Option<Position>,
    pub cities: Vec<City>,
}

/// Where hospitals are, the places with most colleagues first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct Places {
    pub organizations: u32,
    pub colleagues: u32,
    pub provinces: Vec<Province>,
}
