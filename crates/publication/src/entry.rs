//! What the registry vouches for in each resource, and its hash.
//!
//! A reader keeps these values, not the resource, and must be able to make the same hash of them later. So they are
//! the values as they are shown: texts trimmed and cut at [`LONGEST`], instants to the second.

use crate::part::province;
use chrono::DateTime;
use consilium_fhir::{HumanName, Organization, Practitioner, PractitionerRole};
use consilium_registry_api::form::is_han;
use consilium_registry_api::terminology::{DEPARTMENT_SYSTEM, TITLE_SYSTEM};
use sha2::{Digest as _, Sha256};

/// Characters of a text that count: a feed must not fill the disk with one name.
pub const LONGEST: usize = 200;

/// What stands in the tree for a row that is shown. Its first bytes are of its name alone, so that a leaf is found and
/// replaced by who has not the row; the rest are the first 16 bytes of the SHA-256 of all that is vouched for. To find
/// another entry with the same hash takes 2^128 tries; finding any two with one takes fewer, but both would have to be
/// signed by the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Leaf([u8; Self::SIZE]);

/// By which a leaf is found.
pub type LeafKey = [u8; KEY];

const KEY: usize = 8;

impl Leaf {
    pub const SIZE: usize = 24;

    pub fn bytes(&self) -> &[u8; Self::SIZE] {
        &self.0
    }

    /// The leaf of these bytes; None if they are not as many.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub fn key(&self) -> LeafKey {
        let mut key = [0; KEY];
        key.copy_from_slice(&self.0[..KEY]);
        key
    }

    /// Number of the bucket that holds it in a tree of so many.
    pub fn bucket(&self, buckets: usize) -> usize {
        bucket(&self.key(), buckets)
    }

    /// Of a resource and what is vouched for in it. A value cannot pass for two, nor for another resource's.
    fn new<'a>(kind: &'a str, id: &'a str, values: impl IntoIterator<Item = &'a str>) -> Self {
        let mut leaf = [0; Self::SIZE];
        leaf[..KEY].copy_from_slice(&key(kind, id));
        let hash = hashed([kind, id].into_iter().chain(values));
        leaf[KEY..].copy_from_slice(&hash[..Self::SIZE - KEY]);
        Self(leaf)
    }
}

/// By which the leaf of a resource is found: the first bytes of the SHA-256 of its type and id.
pub fn key(kind: &str, id: &str) -> LeafKey {
    let mut key = [0; KEY];
    key.copy_from_slice(&hashed([kind, id])[..KEY]);
    key
}

/// Number of the bucket with the leaf of this key, in a tree of so many.
pub fn bucket(key: &LeafKey, buckets: usize) -> usize {
    usize::from(u16::from_be_bytes([key[0], key[1]])) >> (16 - buckets.trailing_zeros().min(16))
}

/// SHA-256 of netstrings (`5:hello,`) of the version of the format and the values.
fn hashed<'a>(values: impl IntoIterator<Item = &'a str>) -> [u8; 32] {
    let mut hash = Sha256::new();
    for value in ["consilium-directory-2"].into_iter().chain(values) {
        hash.update(value.len().to_string());
        hash.update(":");
        hash.update(value);
        hash.update(",");
    }
    hash.finalize().into()
}

/// A text as it counts. What a reader kept of it (its first [`LONGEST`] characters) counts the same.
pub fn clipped(text: Option<&str>) -> String {
    let text: String = text.unwrap_or_default().chars().take(LONGEST).collect();
    text.trim().to_owned()
}

const ORGANIZATION: &str = "Organization";
const ROLE: &str = "PractitionerRole";

/// A hospital.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrganizationEntry {
    pub id: String,
    /// Empty if its name has no Han characters.
    pub zh: String,
    pub en: String,
    /// Its colleagues belong to the part of this province; empty if it says none.
    pub province: String,
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
            &province(organization),
        ))
    }

    /// Of a name and its Latin form, as they were sent, and of its province.
    pub fn new(id: &str, name: &str, latin: &str, province: &str) -> Self {
        let (id, province, name) = (id.to_owned(), province.to_owned(), clipped(Some(name)));
        if name.chars().any(is_han) {
            Self { id, zh: name, en: clipped(Some(latin)), province }
        } else {
            Self { id, zh: String::new(), en: name, province }
        }
    }

    pub fn leaf(&self) -> Leaf {
        Leaf::new(ORGANIZATION, &self.id, [self.zh.as_str(), &self.en, &self.province])
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

    /// The leaf of a colleague: of the role and of the person who has it, who are shown as one.
    pub fn leaf(&self, person: &PractitionerEntry) -> Leaf {
        let PractitionerEntry { han, latin, title, .. } = person;
        let own = [&self.practitioner, han, latin, title, &self.organization, &self.title, &self.department];
        let own = own.into_iter().chain([&self.user_id]).map(String::as_str);
        let Some(v) = &self.verification else { return Leaf::new(ROLE, &self.id, own) };
        let verified_at = v.verified_at.to_string();
        let verified = [&verified_at, &v.valid_until, &v.verifier, &v.organization, &v.licence_ending];
        Leaf::new(ROLE, &self.id, own.chain(verified.map(String::as_str)))
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

    fn person() -> PractitionerEntry {
        PractitionerEntry { id: "p1".into(), han: "张伟".into(), latin: "Zhang Wei".into(), title: "chief".into() }
    }

    /// Everything that is vouched for changes the leaf, and nothing else does.
    #[test]
    fn a_leaf_is_of_what_is_vouched_for() {
        let entry = RoleEntry::of(&role()).unwrap();
        assert_eq!(entry.verification.as_ref().unwrap().verified_at, 1_795_590_000);
        let leaf = entry.leaf(&person());
        let other = |change: fn(&mut RoleEntry)| {
            let mut other = entry.clone();
            change(&mut other);
            other.leaf(&person())
        };
        let of_other = |change: fn(&mut PractitionerEntry)| {
            let mut other = person();
            change(&mut other);
            entry.leaf(&other)
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
            of_other(|p| p.han = "张薇".into()),
            of_other(|p| p.latin = "Zhang  Wei".into()),
            of_other(|p| p.title = "attending".into()),
        ];
        assert!(changed.iter().all(|other| *other != leaf && other.key() == leaf.key()));
        assert_eq!(leaf.key(), key("PractitionerRole", "r1"));
        assert_ne!(other(|e| e.id = "r2".into()).key(), leaf.key());
        let mut contact = role();
        contact.telecom.push(consilium_fhir::ContactPoint::work("phone", "021-5550"));
        assert_eq!(RoleEntry::of(&contact).unwrap().leaf(&person()), leaf);
    }

    #[test]
    fn the_leaf_of_a_hospital_is_of_its_names_and_its_province() {
        let leaf = |name: &str, latin: &str, province: &str| OrganizationEntry::new("o1", name, latin, province).leaf();
        let all = [
            leaf("一院", "First", "福建省"),
            leaf("二院", "First", "福建省"),
            leaf("一院", "1st", "福建省"),
            leaf("一院", "First", "江苏省"),
        ];
        assert!(all.iter().skip(1).all(|other| *other != all[0] && other.key() == all[0].key()));
    }

    #[test]
    fn a_value_cannot_move_from_one_field_to_the_next() {
        let role = RoleEntry::of(&role()).unwrap();
        let other = PractitionerEntry { han: "张".into(), latin: "伟Zhang Wei".into(), ..person() };
        assert_ne!(role.leaf(&person()), role.leaf(&other));
    }

    #[test]
    fn a_leaf_is_in_the_bucket_that_its_first_bits_say() {
        let leaf = Leaf::from_slice(&[0b1011_0000; Leaf::SIZE]).unwrap();
        assert_eq!([1, 2, 4, 16, 1 << 16].map(|buckets| leaf.bucket(buckets)), [0, 1, 2, 11, 0b1011_0000_1011_0000]);
    }

    #[test]
    fn who_is_not_active_has_none() {
        let mut gone = role();
        gone.active = Some(false);
        assert_eq!(RoleEntry::of(&gone), None);
        assert_eq!(PractitionerEntry::of(&Practitioner { active: Some(false), ..Practitioner::default() }), None);
    }
}
