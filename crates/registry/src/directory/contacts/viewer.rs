//! Who looks, and what they see.

use super::person::{Known, Person};
use super::request;
use crate::accounts::account::Account;
use crate::database::Connection;
use crate::database::schema::{codes, entries, roles};
use crate::directory::kind::Kind;
use crate::directory::search::parameters::Param;
use crate::directory::store;
use crate::problem::Problem;
use consilium_fhir::{Organization, Resource};
use consilium_registry_api::{ContactKind, Visibility};
use diesel::prelude::*;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeSet, HashSet};

/// Levels of `partOf` that are followed. A circle of organisations ends there, too.
const DEPTH: usize = 16;
/// Code of `Organization.type` of a hospital.
const HOSPITAL: &str = "prov";

/// A colleague who looks at others.
pub struct Viewer {
    practitioner_id: String,
    /// The organisations of the hospitals at which they have a role.
    organizations: BTreeSet<String>,
    /// What was granted to them: whose, and which.
    granted: HashSet<(String, ContactKind)>,
}

impl Viewer {
    pub fn of(c: &mut Connection, account: &Account) -> Result<Self, Problem> {
        let places: Vec<String> = roles::table
            .filter(roles::practitioner_id.eq(&account.practitioner_id))
            .select(roles::organization_id)
            .load(c)?;
        let mut organizations = BTreeSet::new();
        for place in places {
            if !organizations.contains(&place) {
                let hospital = hospital(c, place)?;
                organizations.extend(parts(c, hospital)?);
            }
        }
        let practitioner_id = account.practitioner_id.clone();
        let granted = request::granted_to(c, &practitioner_id)?;
        Ok(Self { practitioner_id, organizations, granted })
    }

    /// Whether this contact of this person is for them. Nothing of somebody without a role is: who left or was taken out
    /// of the directory is no longer to be reached through it.
    pub fn sees(&self, person: &Person, contact: &Known) -> bool {
        if self.is(person) {
            return true;
        }
        let listed = !person.organizations.is_empty();
        listed
            && match contact.visibility {
                Visibility::Verified => true,
                Visibility::Organization => !person.organizations.is_disjoint(&self.organizations),
                Visibility::OnRequest => self.granted.contains(&(person.id.clone(), contact.kind)),
                Visibility::Nobody => false,
            }
    }

    pub fn is(&self, person: &Person) -> bool {
        person.id == self.practitioner_id
    }

    /// What they can ask this person for. Who has no account could not answer.
    pub fn may_request(&self, person: &Person) -> BTreeSet<ContactKind> {
        if self.is(person) || !person.joined || person.organizations.is_empty() {
            return BTreeSet::new();
        }
        let hidden = person.contacts.values().filter(|contact| contact.visibility == Visibility::OnRequest);
        hidden.filter(|contact| !self.sees(person, contact)).map(|contact| contact.kind).collect()
    }

    pub fn practitioner_id(&self) -> &str {
        &self.practitioner_id
    }

    /// Changes when they see others as colleagues of their hospital than before.
    pub fn circle(&self) -> String {
        let mut hash = Sha256::new();
        for id in std::iter::once(&self.practitioner_id).chain(&self.organizations) {
            hash.update((id.len() as u64).to_le_bytes());
            hash.update(id);
        }
        hex::encode(hash.finalize().get(..8).unwrap_or_default())
    }
}

/// The hospital of which an organisation is a part: itself, or the nearest above that is one, or else the topmost.
fn hospital(c: &mut Connection, organization: String) -> Result<String, Problem> {
    let mut at = organization;
    for _ in 0..DEPTH {
        let Some(Resource::Organization(known)) = store::find(c, "Organization", &at)? else { break };
        match known.part_of.as_ref().and_then(|above| above.id_of("Organization")) {
            Some(above) if !is_hospital(&known) => at = above.to_owned(),
            _ => break,
        }
    }
    Ok(at)
}

fn is_hospital(organization: &Organization) -> bool {
    let codings = organization.type_.iter().flat_map(|concept| &concept.coding);
    codings.filter_map(|coding| coding.code.as_deref()).any(|code| code.eq_ignore_ascii_case(HOSPITAL))
}

/// The hospital and its parts, without hospitals of their own.
fn parts(c: &mut Connection, hospital: String) -> Result<BTreeSet<String>, Problem> {
    let mut parts = BTreeSet::from([hospital.clone()]);
    let mut above = vec![hospital];
    for _ in 0..DEPTH {
        let keys: Vec<i64> = codes::table
            .filter(codes::param.eq(Param::PartOf.number()).and(codes::value.eq_any(&above)))
            .select(codes::key)
            .load(c)?;
        if keys.is_empty() {
            break;
        }
        let hospitals: Vec<i64> = codes::table
            .filter(codes::param.eq(Param::OrganizationType.number()).and(codes::value.eq(HOSPITAL)))
            .filter(codes::key.eq_any(&keys))
            .select(codes::key)
            .load(c)?;
        let below: Vec<String> = entries::table
            .filter(entries::kind.eq(Kind::Organization.number()).and(entries::key.eq_any(&keys)))
            .filter(entries::key.ne_all(hospitals))
            .select(entries::id)
            .load(c)?;
        above = below.into_iter().filter(|id| parts.insert(id.clone())).collect();
    }
    Ok(parts)
}
