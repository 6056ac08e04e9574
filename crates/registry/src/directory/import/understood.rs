//! What a piece of the input turned out to be.

use super::Import;
use super::fhir;
use super::finding::{Place, Remark, Severity};
use super::reading::{Content, Piece};
use crate::directory::kind::Kind;
use crate::directory::load::{mark, mark_of_digest};
use crate::directory::names::latin_key;
use crate::directory::prepared::text;
use consilium_fhir::{HumanName, PractitionerRole, Resource};
use consilium_registry_api::terminology::DEPARTMENT_SYSTEM;
use sha2::{Digest as _, Sha256};

/// A resource of the directory, still with the references of its source.
#[derive(Debug)]
pub struct Made {
    pub resource: Resource,
    /// The `fullUrl` that a Bundle gave it.
    pub url: Option<String>,
    /// Whether it is of a row, and says no more than that.
    pub sheet: bool,
}

/// A resource with all by which it is compared with others.
#[derive(Debug)]
pub struct Ready {
    pub kind: Kind,
    /// None of a post in a sheet, which has no id of its own.
    pub id: Option<String>,
    pub content: Written,
    /// What it refers to: the whole of an organisation; practitioner and organisation of a role.
    pub refs: [Option<u128>; 2],
    /// Where a role is, if it names no organisation.
    pub at: Vec<u128>,
    /// Of a person the name; of a hospital name and city.
    pub who: u128,
    /// Code of the department of a role.
    pub department: Option<String>,
    /// Identifiers.
    pub known_by: Vec<u128>,
    pub url: Option<u128>,
    pub sheet: bool,
}

#[derive(Debug)]
pub enum Written {
    /// In JSON, with a mark of it.
    Json(Vec<u8>, u128),
    Post(Box<PractitionerRole>),
}

#[derive(Debug, Default)]
pub struct Understood {
    pub place: Place,
    /// Emptied once they are ready.
    pub made: Vec<Made>,
    pub ready: Vec<Ready>,
    /// A Location, which is not kept but leads from a role to its organisation.
    pub at: Option<fhir::Place>,
    /// Whether something personal was left out of it.
    pub withheld: bool,
    /// Whether a verification or an account was left out, for which nobody vouches.
    pub unvouched: bool,
    /// Its type, if it is one that is not kept.
    pub not_kept: Option<String>,
    pub remarks: Vec<Remark>,
}

impl Understood {
    pub fn of(piece: Piece, import: &Import) -> Self {
        let mut understood = match piece.content {
            Content::Fault(remark) => Self { remarks: vec![remark], ..Self::default() },
            Content::Row { sheet, row } => sheet.understood(&row, import.source.as_deref().unwrap_or_default()),
            Content::Json { text, url } => fhir::understood(&text, url, import),
        };
        understood.place = piece.place;
        let made = std::mem::take(&mut understood.made);
        if !understood.remarks.iter().any(|remark| remark.severity == Severity::Error) {
            match made.into_iter().map(Ready::of).collect() {
                Ok(ready) => understood.ready = ready,
                Err(remark) => understood.remarks.push(remark),
            }
        }
        understood
    }
}

impl Ready {
    fn of(made: Made) -> Result<Self, Remark> {
        let Made { mut resource, url, sheet } = made;
        let kind = Kind::of(&resource).ok_or_else(|| Remark::error("this is not kept in a directory"))?;
        let mut ready = Self {
            kind,
            id: resource.id().map(str::to_owned),
            content: Written::Json(Vec::new(), 0),
            refs: [None; 2],
            at: Vec::new(),
            who: 0,
            department: None,
            known_by: Vec::new(),
            url: url.map(|url| mark(&["url", &url])),
            sheet,
        };
        match &mut resource {
            Resource::Organization(organization) => {
                ready.refs[0] = organization.part_of.as_ref().and_then(|of| fhir::mark_of(of, kind));
                if organization.part_of.is_none() {
                    ready.who = mark_of_hospital(organization.name.as_deref(), organization.city());
                }
                ready.known_by =
                    organization.identifier.iter().filter_map(|one| fhir::mark_of_identifier(kind, one)).collect();
            }
            Resource::Practitioner(practitioner) => {
                ready.who = mark_of_name(practitioner.han_name(), practitioner.latin_name());
                ready.known_by =
                    practitioner.identifier.iter().filter_map(|one| fhir::mark_of_identifier(kind, one)).collect();
            }
            Resource::PractitionerRole(role) => {
                ready.refs = [
                    role.practitioner.as_ref().and_then(|of| fhir::mark_of(of, Kind::Practitioner)),
                    role.organization.as_ref().and_then(|of| fhir::mark_of(of, Kind::Organization)),
                ];
                if role.organization.is_none() {
                    ready.at = fhir::places_of(role);
                }
                ready.department = role.department(DEPARTMENT_SYSTEM).map(str::to_owned);
            }
            _ => {}
        }
        ready.content = match resource {
            Resource::PractitionerRole(role) if ready.id.is_none() => Written::Post(role),
            mut resource => {
                let (json, content) = set_aside(&mut resource)?;
                Written::Json(json, content)
            }
        };
        Ok(ready)
    }
}

/// A resource as it is put aside: version and time are those of the source's server, and given anew here. With the mark of its
/// digest, by which what is listed just so is known without a second look.
pub fn set_aside(resource: &mut Resource) -> Result<(Vec<u8>, u128), Remark> {
    let json = text(resource).map_err(|_| Remark::error("it cannot be written"))?;
    let content = mark_of_digest(&Sha256::digest(&json));
    Ok((json, content))
}

fn mark_of_hospital(name: Option<&str>, city: Option<&str>) -> u128 {
    mark(&["hospital", name.unwrap_or_default(), city.unwrap_or_default()])
}

/// As a registration is compared with who is listed: by the Han name if there is one, otherwise by the Latin.
fn mark_of_name(han: Option<&HumanName>, latin: Option<&HumanName>) -> u128 {
    let text = |name: Option<&HumanName>| name.and_then(|name| name.text.clone()).unwrap_or_default();
    let han = text(han);
    if han.is_empty() { mark(&["latin", &latin_key(&text(latin))]) } else { mark(&["han", &han]) }
}
