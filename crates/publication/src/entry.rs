//! What the registry vouches for in each resource, and its hash.
//!
//! A reader keeps these values, not the resource, and must be able to make the same hash of them later. So they are
//! the values as they are shown: texts trimmed and cut at [`LONGEST`], instants to the second.

use chrono::DateTime;
use consilium_fhir::{HumanName, Organization, Practitioner, PractitionerRole, Resource};
use consilium_registry_api::form::is_han;
use consilium_registry_api::terminology::{DEPARTMENT_SYSTEM, TITLE_SYSTEM};
use sha2::{Digest as _, Sha256};

/// Characters of a text that count: a feed must not fill the disk with one name.
pub const LONGEST: usize = 200;

/// First 16 bytes of the SHA-256 of an entry's canonical form. To find another entry with the same hash takes 2^128
/// tries; finding any two with one takes fewer, but both would have to be signed by the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Leaf([u8; Self::SIZE]);

impl Leaf {
    pub const SIZE: usize = 16;

    pub fn bytes(&self) -> &[u8; Self::SIZE] {
        &self.0
    }

    /// The leaf of these bytes; None if they are not as many.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Number of the bucket of the tree that holds it.
    pub fn bucket(&self) -> u16 {
        u16::from_be_bytes([self.0[0], self.0[1]])
    }

    /// Of a resource; None of those that nobody is to see: not active, or of a kind that the directory has not.
    pub fn of(resource: &Resource) -> Option<Self> {
        match resource {
            Resource::Organization(r) => OrganizationEntry::of(r).map(|entry| entry.leaf()),
            Resource::Practitioner(r) => PractitionerEntry::of(r).map(|entry| entry.leaf()),
            Resource::PractitionerRole(r) => RoleEntry::of(r).map(|entry| entry.leaf()),
            _ => None,
        }
    }
}

/// Netstrings (`5:hello,`) of a version and the values, so that no value can pass for two.
fn hashed<'a>(kind: &'a str, values: impl IntoIterator<Item = &'a str>) -> Leaf {
    let mut hash = Sha256::new();
    for value in ["consilium-directory-1", kind].into_iter().chain(values) {
        hash.update(value.len().to_string());
        hash.update(":");
        hash.update(value);
        hash.update(",");
    }
    let mut leaf = [0; Leaf::SIZE];
    leaf.copy_from_slice(&hash.finalize()[..Leaf::SIZE]);
    Leaf(leaf)
}

/// A text as it counts. What a reader kept of it (its first [`LONGEST`] characters) counts the same.
pub fn clipped(text: Option<&str>) -> String {
    let text: String = text.unwrap_or_default().chars().take(LONGEST).collect();
    text.trim().to_owned()
}

/// A hospital.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrganizationEntry {
    pub id: String,
    /// Empty if its name has no Han characters.
    pub zh: String,
    pub en: String,
}

impl OrganizationEntry {
    pub fn of(organization: &Organization) -> Option<Self> {
        if organization.active == Some(false) {
            return None;
        }
        Some(Self::new(
            organization.id.as_deref()?,
            organization.name.as_deref().unwrap_or_default(),
            organization.latin_name().unwrap_or_default(),
        ))
    }

    /// Of a name and its Latin form, as they were sent.
    pub fn new(id: &str, name: &str, latin: &str) -> Self {
        let (id, name) = (id.to_owned(), clipped(Some(name)));
        if name.chars().any(is_han) {
            Self { id, zh: name, en: clipped(Some(latin)) }
        } else {
            Self { id, zh: String::new(), en: name }
        }
    }

    pub fn leaf(&self) -> Leaf {
        hashed("Organization", [self.id.as_str(), &self.zh, &self.en])
    }
}

/// A physician as a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PractitionerEntry {
    pub id: String,
    pub han: String,
    pub latin: String,
    /// Code of the title.
    pub title: String,
}

impl PractitionerEntry {
    pub fn of(practitioner: &Practitioner) -> Option<Self> {
        if practitioner.active == Some(false) {
            return None;
        }
        let han = name(practitioner.han_name(), "", true);
        let mut latin = name(practitioner.latin_name(), " ", false);
        if han.is_empty() && latin.is_empty() {
            // A name that does not say its script: other servers write it so.
            latin = name(practitioner.name.first(), " ", false);
        }
        let title = clipped(practitioner.title(TITLE_SYSTEM));
        Some(Self { id: practitioner.id.clone()?, han, latin, title })
    }

    pub fn leaf(&self) -> Leaf {
        hashed("Practitioner", [self.id.as_str(), &self.han, &self.latin, &self.title])
    }
}

fn name(name: Option<&HumanName>, separator: &str, family_first: bool) -> String {
    let Some(name) = name else { return String::new() };
    if let Some(text) = name.text.as_deref() {
        return clipped(Some(text));
    }
    let given = name.given.iter().map(String::as_str);
    let family = name.family.as_deref();
    let parts: Vec<&str> =
        if family_first { family.into_iter().chain(given).collect() } else { given.chain(family).collect() };
    clipped(Some(&parts.join(separator)))
}

/// A physician's work at a hospital.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleEntry {
    pub id: String,
    /// FHIR id of the Practitioner.
    pub practitioner: String,
    /// FHIR id of the Organization; empty if none is named.
    pub organization: String,
    /// Code of the title.
    pub title: String,
    /// Code of the department.
    pub department: String,
    /// Matrix user id; empty without an account.
    pub user_id: String,
    pub verification: Option<VerificationEntry>,
}

/// Who verified a role, when and until when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerificationEntry {
    /// Seconds since 1970.
    pub verified_at: i64,
    /// `YYYY-MM-DD`; empty without an end.
    pub valid_until: String,
    pub verifier: String,
    pub organization: String,
    /// Last four digits of the licence number.
    pub licence_ending: String,
}

impl RoleEntry {
    pub fn of(role: &PractitionerRole) -> Option<Self> {
        let practitioner = role.practitioner_id().filter(|_| role.active != Some(false))?.to_owned();
        let verification = role.verification().and_then(|v| {
            Some(VerificationEntry {
                verified_at: DateTime::parse_from_rfc3339(&v.verified_at).ok()?.timestamp(),
                valid_until: clipped(Some(&v.valid_until)),
                verifier: clipped(Some(&v.verifier)),
                organization: clipped(Some(&v.organization)),
                licence_ending: clipped(Some(&v.licence_ending)),
            })
        });
        Some(Self {
            id: role.id.clone()?,
            practitioner,
            organization: role.organization_id().unwrap_or_default().to_owned(),
            title: clipped(role.title(TITLE_SYSTEM)),
            department: clipped(role.department(DEPARTMENT_SYSTEM)),
            user_id: role.matrix_user_id().unwrap_or_default(),
            verification,
        })
    }

    pub fn leaf(&self) -> Leaf {
        let own = [&self.id, &self.practitioner, &self.organization, &self.title, &self.department, &self.user_id];
        let own = own.map(String::as_str);
        let Some(v) = &self.verification else { return hashed("PractitionerRole", own) };
        let verified_at = v.verified_at.to_string();
        let verified = [&verified_at, &v.valid_until, &v.verifier, &v.organization, &v.licence_ending];
        hashed("PractitionerRole", own.into_iter().chain(verified.map(String::as_str)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use consilium_fhir::Verification;

    fn role() -> PractitionerRole {
        let mut role = PractitionerRole {
            id: Some("r1".into()),
            practitioner: Some(consilium_fhir::Reference::to("Practitioner", "p1", "张伟")),
            organization: Some(consilium_fhir::Reference::to("Organization", "o1", "协和医院")),
            ..PractitionerRole::default()
        };
        role.set_matrix_user_id(Some("@zhang.wei:example.org"));
        let verification = Verification {
            verified_at: "2026-11-25T07:00:00.250Z".into(),
            valid_until: "2027-11-25".into(),
            verifier: "李静".into(),
            organization: "协和医院".into(),
            licence_ending: "6217".into(),
        };
        role.extension.push(verification.to_extension());
        role
    }

    /// Everything that is vouched for changes the leaf, and nothing else does.
    #[test]
    fn a_leaf_is_of_what_is_vouched_for() {
        let entry = RoleEntry::of(&role()).unwrap();
        assert_eq!(entry.verification.as_ref().unwrap().verified_at, 1_795_590_000);
        let other = |change: fn(&mut RoleEntry)| {
            let mut other = entry.clone();
            change(&mut other);
            other.leaf()
        };
        let changed = [
            other(|e| e.user_id = "@zhang.wei:example.net".into()),
            other(|e| e.organization = "o2".into()),
            other(|e| e.practitioner = "p2".into()),
            other(|e| e.title = "chief".into()),
            other(|e| e.department = "03.04".into()),
            other(|e| e.verification = None),
            other(|e| e.verification.as_mut().unwrap().valid_until = "2037-11-25".into()),
            other(|e| e.verification.as_mut().unwrap().verified_at += 1),
            other(|e| e.verification.as_mut().unwrap().verifier = "王静".into()),
        ];
        assert!(changed.iter().all(|leaf| *leaf != entry.leaf()));
        let mut contact = role();
        contact.telecom.push(consilium_fhir::ContactPoint::work("phone", "021-5550"));
        assert_eq!(Leaf::of(&contact.into()), Some(entry.leaf()));
    }

    #[test]
    fn a_value_cannot_move_from_one_field_to_the_next() {
        let one =
            PractitionerEntry { id: "p".into(), han: "张伟".into(), latin: "Zhang Wei".into(), title: "".into() };
        let other =
            PractitionerEntry { id: "p".into(), han: "张".into(), latin: "伟Zhang Wei".into(), title: "".into() };
        assert_ne!(one.leaf(), other.leaf());
    }

    #[test]
    fn who_is_not_active_has_none() {
        let mut gone = role();
        gone.active = Some(false);
        assert_eq!(Leaf::of(&gone.into()), None);
        assert_eq!(Leaf::of(&consilium_fhir::Endpoint::default().into()), None);
    }
}
