//! Colleagues, from the copy of the directory on this machine.

use crate::account::Name;
use crate::entry::Leave;
use crate::error::Error;
pub use consilium_registry_api::{ContactKind, ContactRequestState};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A text in the languages the source has; either may be empty, not both.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Text {
    pub zh: String,
    pub en: String,
}

/// In which order results come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DirectorySort {
    /// People the doctor knows who match best, exact names, names, the rest; in each the own hospital, favourites,
    /// whom one wrote with lately, then the title.
    #[default]
    Relevance,
    /// Pinyin of the surname, its character, pinyin of the given name; Latin names among them.
    Name,
    /// Highest first.
    Title,
    /// Pinyin of the hospital's name, then the colleague's.
    Hospital,
    /// Verified last first.
    Verified,
}

/// A search. All filters apply together; several values of one filter widen it. Empty means no restriction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct DirectoryQuery {
    /// Words separated by white space; each must match name (Han, pinyin, initials, Latin), hospital, department,
    /// title, specialty, or, from four digits on, a telephone number.
    pub text: String,
    pub my_hospital: bool,
    /// Only the doctor's favourites.
    pub favourites: bool,
    /// Only whom the doctor wrote with lately.
    pub recent: bool,
    /// Department codes.
    pub departments: Vec<String>,
    /// FHIR Organization ids.
    pub organizations: Vec<String>,
    /// Title codes.
    pub titles: Vec<String>,
    /// City keys, as the facets name them.
    pub cities: Vec<String>,
    /// `yes`: verified as of today; `no`: not.
    pub verified: Vec<String>,
    /// `yes`: has an account to write to; `no`: listed only.
    pub joined: Vec<String>,
    pub sort: DirectorySort,
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

/// A telephone number in which the digits of a search were found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PhoneMatch {
    pub number: String,
    /// Half-open ranges in UTF-16 code units.
    pub ranges: Vec<(u32, u32)>,
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
    pub favourite: bool,
    /// Set if digits of the search are in the number.
    pub phone: Option<PhoneMatch>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FacetValue {
    /// What to put into the query.
    pub key: String,
    /// Both empty for `verified` and `joined`, whose keys are `yes` and `no`.
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
    pub verified: Vec<FacetValue>,
    pub joined: Vec<FacetValue>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DirectoryPage {
    pub rows: Vec<ColleagueRow>,
    /// Colleagues that match, beyond this page too.
    pub total: u32,
    /// So many at the head of all results are people the doctor knows: favourites, and whom they wrote with lately.
    pub known: u32,
    /// Nothing matches what was typed: these are names and places that differ from it by one letter.
    pub similar: bool,
}

/// Where the names of one letter begin in a search that is sorted by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LetterStart {
    /// `A` to `Z`, `#` for what has no pinyin or Latin letter.
    pub letter: String,
    /// Index of the first row.
    pub index: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DirectoryCounts {
    pub all: u32,
    pub my_hospital: u32,
    pub favourites: u32,
    pub recent: u32,
}

/// A contact that the colleague shows to this doctor.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Contact {
    pub kind: ContactKind,
    /// At home, not at work.
    pub private: bool,
    pub value: String,
}

impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Contact({:?})", self.kind)
    }
}

/// A contact that the colleague shows on request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RequestableContact {
    pub kind: ContactKind,
    /// What became of the doctor's request; none if they have not asked.
    pub state: Option<ContactRequestState>,
}

/// Asks a colleague for a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AskForContact {
    /// FHIR Practitioner id.
    pub practitioner_id: String,
    pub kind: ContactKind,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AnswerContactRequest {
    /// Of a request that was received.
    pub id: String,
    /// False declines, or takes back what was granted.
    pub granted: bool,
}

/// Who vouches for a colleague. Dates are RFC 3339 (`verified_at`) and `YYYY-MM-DD` (`valid_until`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Verification {
    pub verified_at: String,
    pub valid_until: Option<String>,
    /// Whether it holds today: one that ran out is no badge.
    pub in_force: bool,
    /// In one script if the directory does not know who it is.
    pub verifier: Name,
    pub organization: Text,
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
    /// What the colleague shows to this doctor.
    pub contacts: Vec<Contact>,
    pub requestable: Vec<RequestableContact>,
    /// When they are away, as they say themselves: now, or within two weeks. The earliest first.
    pub leaves: Vec<Leave>,
    pub verification: Option<Verification>,
    /// Why there is no verification though the entry says so.
    pub doubt: Option<Doubt>,
    /// Set if the colleague has an account.
    pub user_id: Option<String>,
    /// It is the doctor's own card.
    pub me: bool,
    pub favourite: bool,
    /// What the doctor noted for themselves; empty if nothing.
    pub note: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SetFavourite {
    /// FHIR Practitioner id.
    pub practitioner_id: String,
    pub favourite: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SaveNote {
    /// FHIR Practitioner id.
    pub practitioner_id: String,
    /// At most 2,000 characters; empty removes the note.
    pub text: String,
}

/// A search that the doctor kept, without a page of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SavedSearch {
    pub id: String,
    pub name: String,
    pub query: DirectoryQuery,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SaveSearch {
    /// 1 to 100 characters; a search of this name is replaced.
    pub name: String,
    pub query: DirectoryQuery,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SavedSearchRef {
    pub id: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ExportVCards {
    /// FHIR Practitioner ids, at most 1,000; who is not listed any more is left out.
    pub practitioner_ids: Vec<String>,
}

/// vCards of version 4.0 (RFC 6350), ready to be written to a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VCardFile {
    /// Proposed name, with its extension.
    pub file_name: String,
    pub text: String,
    /// People in it.
    pub count: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DirectoryPhase {
    /// Nothing was fetched yet.
    #[default]
    Empty,
    /// The first fetch is under way: what is there can be searched, and is not the whole.
    Loading,
    /// Whole, and current as of `as_of`.
    Complete,
}

/// Why something is not shown as verified though it says that it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// The registry has not vouched for the directory for too long, or this machine's clock is wrong.
    Expired,
    /// What is stored on this machine is not what the registry signed.
    Tampered,
}

/// How much of the directory is kept on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DirectoryScope {
    #[default]
    Everything,
    /// Colleagues of the doctor's province.
    Province,
    /// Colleagues of the hospital at the top of the doctor's own, and of all that are a part of it.
    Group,
}

/// Something that may be kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ScopeChoice {
    pub scope: DirectoryScope,
    /// The province, or the hospital at the top; both empty for everything.
    pub name: Text,
    /// None if neither this machine nor the registry's list of files tells.
    pub colleagues: Option<u32>,
    /// Bytes on the disk, about; exactly of what is kept now.
    pub disk_bytes: Option<u32>,
    /// Bytes to be fetched for it.
    pub sent_bytes: u32,
}

/// What may be kept of the directory; without a province or a group if it is not known where the doctor works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DirectoryScopes {
    pub now: DirectoryScope,
    /// Another than `now` while it is still to be fetched.
    pub wanted: DirectoryScope,
    pub choices: Vec<ScopeChoice>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KeepScope {
    pub scope: DirectoryScope,
}

#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
pub struct DirectoryStatus {
    pub phase: DirectoryPhase,
    /// Resources fetched and to fetch in all, while a fetch is under way.
    pub loaded: u32,
    pub total: u32,
    /// Bytes of them, as they are sent.
    pub loaded_bytes: u32,
    pub total_bytes: u32,
    /// Until everything is here, at the pace of this run; none before it has one.
    pub seconds_left: Option<u32>,
    /// Colleagues on this machine.
    pub colleagues: u32,
    /// RFC 3339, UTC: as of when the copy is true.
    pub as_of: Option<String>,
    /// The doctor stopped the fetch; it goes on when they ask for what changed.
    pub paused: bool,
    /// How much of the directory it is.
    pub scope: DirectoryScope,
    /// The province, or the hospital at the top of the group; both empty for everything.
    pub scope_name: Text,
    /// What is being fetched in its place, if the doctor chose to keep more or less.
    pub next_scope: Option<DirectoryScope>,
    /// Why nobody has a badge, if so.
    pub doubt: Option<Doubt>,
    /// Why the last attempt failed, if it did.
    pub problem: Option<Error>,
}
