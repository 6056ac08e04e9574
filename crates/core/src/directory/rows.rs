//! What the tables keep of people and their roles, as values: they are made of the feed's resources on any thread, and
//! written on one.

use super::stored;
use super::{former, leave, lookup, names};
use consilium_fhir::{CodeableConcept, HumanName, Practitioner, PractitionerRole};
use consilium_publication::entry::LONGEST;
use consilium_registry_api::terminology::{DEPARTMENT_SYSTEM, TITLE_SYSTEM};
use rusqlite::types::Value;

pub(super) const MOST_INTERESTS: usize = 8;
/// Departments that a role may have; the first is shown.
const MOST_DEPARTMENTS: usize = 8;

/// A practitioner.
#[derive(Debug, Default)]
pub(super) struct PersonRow {
    pub id: String,
    /// None if they are listed no more.
    pub listed: Option<Person>,
}

#[derive(Debug, Default)]
pub(super) struct Person {
    pub han: String,
    /// Characters of the surname; 0 if the feed does not say.
    pub surname: i64,
    pub latin: String,
    /// See [`names::family_words`].
    pub family: i64,
    /// Code of the title.
    pub title: Option<String>,
    /// Ids of entries that gave way to this one.
    pub former: Vec<String>,
}

/// A role of a practitioner.
#[derive(Debug, Default)]
pub(super) struct RoleRow {
    pub id: String,
    /// None if it is listed no more.
    pub listed: Option<Role>,
}

#[derive(Debug)]
pub(super) struct Role {
    /// FHIR id of whose it is.
    pub practitioner: String,
    /// FHIR id.
    pub organization: Option<String>,
    pub title: Option<Coded>,
    pub departments: Vec<Coded>,
    pub interests: Vec<String>,
    /// As the user id says it, if it can be one.
    pub account: Option<String>,
    /// An instant, and its seconds since 1970; null and 0 if not verified.
    pub verified_at: (Value, i64),
    /// A date.
    pub valid_until: Value,
    /// As [`stored::counts_through`] has it.
    pub until: u16,
    /// Name and organisation of who verified it.
    pub verifier: (String, String),
    pub licence_ending: Value,
    /// When the holder is away, as `leave` keeps it; none if they never are.
    pub leave: Option<String>,
}

/// A code of a terminology, and how the feed words it.
#[derive(Debug)]
pub(super) struct Coded {
    pub code: String,
    pub display: String,
}

impl PersonRow {
    /// None without an id.
    pub(super) fn of(practitioner: &Practitioner) -> Option<Self> {
        let id = practitioner.id.clone()?;
        let listed = (practitioner.active != Some(false)).then(|| Person::of(practitioner));
        Some(Self { id, listed })
    }
}

impl Person {
    fn of(practitioner: &Practitioner) -> Self {
        let text = |name: Option<&HumanName>, separator: &str, family_first: bool| -> String {
            let Some(name) = name else { return String::new() };
            if let Some(text) = name.text.as_deref() {
                return kept(Some(text));
            }
            let given = name.given.iter().map(String::as_str);
            let family = name.family.as_deref();
            let parts: Vec<&str> =
                if family_first { family.into_iter().chain(given).collect() } else { given.chain(family).collect() };
            kept(Some(&parts.join(separator)))
        };
        let han = text(practitioner.han_name(), "", true);
        let mut latin = text(practitioner.latin_name(), " ", false);
        if han.is_empty() && latin.is_empty() {
            // A name that does not say its script: other servers write it so.
            latin = text(practitioner.name.first(), " ", false);
        }
        let surname = practitioner.han_name().and_then(|n| n.family.as_deref()).map_or(0, |f| f.chars().count());
        let family = practitioner.latin_name().or(practitioner.name.first()).and_then(|n| n.family.as_deref());
        let family = names::family_words(&latin, &kept(family));
        let title = practitioner.title(TITLE_SYSTEM).map(|code| kept(Some(code)));
        Self { han, surname: surname as i64, latin, family, title, former: former::borne(practitioner) }
    }
}

impl RoleRow {
    /// None without an id.
    pub(super) fn of(role: &PractitionerRole) -> Option<Self> {
        let id = role.id.clone()?;
        let practitioner = role.practitioner_id().filter(|_| role.active != Some(false));
        Some(Self { id, listed: practitioner.map(|practitioner| Role::of(role, practitioner)) })
    }
}

impl Role {
    fn of(role: &PractitionerRole, practitioner: &str) -> Self {
        let verification = role.verification().unwrap_or_default();
        // An instant that cannot be told is none.
        let verified_at = stored::instant(&verification.verified_at);
        let verified_at = stored::seconds(&verified_at).map_or((Value::Null, 0), |seconds| (verified_at, seconds));
        let valid_until = stored::day(&kept(Some(&verification.valid_until)));
        Self {
            practitioner: practitioner.to_owned(),
            organization: role.organization_id().map(str::to_owned),
            title: role.code.iter().find_map(|concept| coded(concept, TITLE_SYSTEM)),
            departments: role
                .specialty
                .iter()
                .filter_map(|concept| coded(concept, DEPARTMENT_SYSTEM))
                .take(MOST_DEPARTMENTS)
                .collect(),
            interests: role.interests().take(MOST_INTERESTS).map(|interest| clipped(Some(interest))).collect(),
            account: role.matrix_user_id().filter(|account| lookup::split(account).is_some()),
            until: stored::counts_through(&verified_at.0, &valid_until),
            verified_at,
            valid_until,
            verifier: (kept(Some(&verification.verifier)), kept(Some(&verification.organization))),
            licence_ending: stored::ending(&kept(Some(&verification.licence_ending))),
            leave: leave::times(role),
        }
    }
}

/// The first coding of a concept in this system.
fn coded(concept: &CodeableConcept, system: &str) -> Option<Coded> {
    let coding = concept.coding.iter().find(|coding| coding.system.as_deref() == Some(system))?;
    Some(Coded { code: kept(coding.code.as_deref()), display: clipped(coding.display.as_deref()) })
}

/// A text as it was sent, which signatures are over.
pub(super) fn kept(text: Option<&str>) -> String {
    text.unwrap_or_default().chars().take(LONGEST).collect()
}

/// A text as it is kept: without white space around it, and not beyond what anybody is called.
pub(super) fn clipped(text: Option<&str>) -> String {
    kept(text.map(str::trim))
}
