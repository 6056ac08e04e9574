//! A resource made ready for the database: all that can be done without one, so that another thread can do it.

use super::kind::Kind;
use super::names::latin_key;
use super::search::terms::Terms;
use crate::clock::{Millis, instant};
use crate::database::nul;
use crate::problem::{Code, Problem};
use consilium_fhir::{HumanName, Meta, Resource};
use sha2::{Digest as _, Sha256};

/// FHIR R4, 2.24.0.1: `[A-Za-z0-9\-\.]{1,64}`.
pub fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
}

pub fn invalid(detail: &'static str) -> Problem {
    Problem::because(Code::InvalidBody, detail)
}

/// What the registry itself has to find in a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    Organization { name: String, city: String },
    Practitioner { han_name: String, latin_name: String, latin_key: String },
    Role { practitioner: String, organization: String },
}

/// A resource with what is kept of it beside its body.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub kind: Kind,
    pub id: String,
    /// SHA-256 of the body without version and time: what comes again unchanged is no change.
    pub digest: [u8; 32],
    pub known: Known,
    pub terms: Terms,
    resource: Resource,
}

impl Prepared {
    /// `invalid_body` if it cannot be kept.
    pub fn new(mut resource: Resource) -> Result<Self, Problem> {
        let id =
            resource.id().filter(|id| is_id(id)).ok_or_else(|| invalid("The resource has no valid id."))?.to_owned();
        let text = text(&mut resource)?;
        if nul::in_json(&text) {
            return Err(invalid("The resource holds a NUL character."));
        }
        let known = known(&resource)?;
        let (kind, terms) = Terms::of(&resource).ok_or_else(not_kept)?;
        Ok(Self { kind, id, digest: Sha256::digest(text).into(), known, terms, resource })
    }

    /// The body as it is kept, with version, time and profile of ours.
    pub fn body(&mut self, version: i64, now: Millis) -> Result<String, Problem> {
        set_meta(&mut self.resource, Some((version, now)))?;
        serde_json::to_string(&self.resource).map_err(Problem::internal)
    }
}

/// A resource without what the registry gives it, as its digest is made of it.
pub fn text(resource: &mut Resource) -> Result<Vec<u8>, Problem> {
    set_meta(resource, None)?;
    serde_json::to_vec(resource).map_err(Problem::internal)
}

fn not_kept() -> Problem {
    invalid("Only Organization, Practitioner and PractitionerRole are kept.")
}

/// Version and time are the registry's to set; what else a `meta` holds is kept.
fn set_meta(resource: &mut Resource, stored: Option<(i64, Millis)>) -> Result<(), Problem> {
    let profile = Kind::of(resource).map(Kind::profile);
    let (meta, profile) = match (resource, profile) {
        (Resource::Organization(r), Some(profile)) => (&mut r.meta, profile),
        (Resource::Practitioner(r), Some(profile)) => (&mut r.meta, profile),
        (Resource::PractitionerRole(r), Some(profile)) => (&mut r.meta, profile),
        _ => return Err(not_kept()),
    };
    let meta = meta.get_or_insert_with(Meta::default);
    meta.version_id = stored.map(|(version, _)| version.to_string());
    meta.last_updated = stored.map(|(_, at)| instant(at));
    if !meta.profile.iter().any(|p| p == profile) {
        meta.profile.push(profile.to_owned());
    }
    Ok(())
}

fn known(resource: &Resource) -> Result<Known, Problem> {
    let text = |name: Option<&HumanName>| name.and_then(|n| n.text.clone()).unwrap_or_default();
    Ok(match resource {
        Resource::Organization(organization) => {
            let name = organization.name.clone().filter(|name| !name.is_empty());
            Known::Organization {
                name: name.ok_or_else(|| invalid("The organisation has no name."))?,
                city: organization.city().unwrap_or_default().to_owned(),
            }
        }
        Resource::Practitioner(practitioner) => {
            let (han_name, latin_name) = (text(practitioner.han_name()), text(practitioner.latin_name()));
            if han_name.is_empty() && latin_name.is_empty() {
                return Err(invalid("The practitioner has no name marked as ideographic or alphabetic."));
            }
            let latin_key = latin_key(&latin_name);
            Known::Practitioner { han_name, latin_name, latin_key }
        }
        Resource::PractitionerRole(role) => Known::Role {
            practitioner: role.practitioner_id().ok_or_else(|| invalid("The role names no practitioner."))?.to_owned(),
            organization: role.organization_id().ok_or_else(|| invalid("The role names no organisation."))?.to_owned(),
        },
        _ => return Err(not_kept()),
    })
}
