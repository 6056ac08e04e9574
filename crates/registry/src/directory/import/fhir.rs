//! Resources of other systems (mCSD, NDH and its like, NPPES in FHIR) as the directory keeps them.

use super::Import;
use super::finding::Remark;
use super::mapping;
use super::naming;
use super::reading::cause;
use super::specialty;
use super::understood::{Made, Understood};
use super::visibility;
use crate::database::nul;
use crate::directory::kind::Kind;
use crate::directory::load::mark;
use crate::directory::prepared::is_id;
use consilium_fhir::{
    CodeableConcept, Coding, Identifier, Organization, Practitioner, PractitionerRole, Reference, Resource, terms,
};
use consilium_registry_api::terminology::{DEPARTMENT_SYSTEM, TITLE_SYSTEM};
use serde_json::{Map, Value};

/// What directories hold beside what is kept here. Anything else has no business in one.
const NOT_KEPT: &[&str] = &[
    "CodeSystem",
    "Endpoint",
    "HealthcareService",
    "InsurancePlan",
    "List",
    "Location",
    "OperationOutcome",
    "OrganizationAffiliation",
    "Provenance",
    "ValueSet",
    "VerificationResult",
];

/// Systems of numbers that the state gave a person: they are no business of colleagues.
const PERSONAL: [&str; 2] = ["http://hl7.org/fhir/sid/us-ssn", "urn:oid:2.16.156.10011.1.3"];

/// A Location: the way from a role that names no organisation to one.
#[derive(Debug)]
pub struct Place {
    /// What refers to it.
    pub marks: Vec<u128>,
    pub organization: Option<u128>,
}

/// Reads one resource; `url` is the `fullUrl` of its entry in a Bundle.
pub fn understood(text: &[u8], url: Option<String>, import: &Import) -> Understood {
    let mut understood = Understood::default();
    if let Err(remark) = read(text, url, import, &mut understood) {
        understood.remarks.push(remark);
    }
    understood
}

fn read(text: &[u8], url: Option<String>, import: &Import, understood: &mut Understood) -> Result<(), Remark> {
    if nul::in_json(text) {
        return Err(Remark::error("the resource holds a NUL character"));
    }
    let mut resource: Resource = serde_json::from_slice(text).map_err(|error| explained(text, &error))?;
    match &mut resource {
        Resource::Organization(organization) => {
            organization.id =
                Some(own_id(Kind::Organization, &organization.id, &organization.identifier, &url, import)?);
            self::organization(organization, import)?;
        }
        Resource::Practitioner(practitioner) => {
            practitioner.id =
                Some(own_id(Kind::Practitioner, &practitioner.id, &practitioner.identifier, &url, import)?);
            self::practitioner(practitioner, understood)?;
            if !import.vouched {
                visibility::limit(&mut practitioner.telecom);
            }
        }
        Resource::PractitionerRole(role) => {
            role.id = Some(own_id(Kind::PractitionerRole, &role.id, &role.identifier, &url, import)?);
            self::role(role, import, understood)?;
        }
        Resource::Other(fields) if fields.get("resourceType").and_then(Value::as_str) == Some("Location") => {
            understood.at = Some(location(fields, url.as_deref(), import));
            understood.not_kept = Some("Location".into());
            return Ok(());
        }
        other if NOT_KEPT.contains(&other.resource_type()) => {
            understood.not_kept = Some(other.resource_type().to_owned());
            return Ok(());
        }
        other => {
            let kind = other.resource_type();
            // What calls itself a type is not repeated unless it looks like one.
            let named = !kind.is_empty() && kind.len() <= 40 && kind.bytes().all(|b| b.is_ascii_alphabetic());
            let kind = if named { kind } else { "resource without a type" };
            return Err(Remark::error(format!("a {kind} is not kept in a directory")));
        }
    }
    understood.made.push(Made { resource, url, sheet: false });
    Ok(())
}

/// What is wrong with a text, and where, without its words.
fn explained(text: &[u8], error: &serde_json::Error) -> Remark {
    let fields = match serde_json::from_slice::<Value>(text) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) => return Remark::error("this is no resource"),
        Err(error) => {
            return Remark::error(format!("it is no JSON from column {} on ({})", error.column(), cause(&error)));
        }
    };
    let Some(kind) = fields.get("resourceType").and_then(Value::as_str) else {
        return Remark::error("this is no resource: it has no resourceType");
    };
    // Only elements that are known here can have a type that is not theirs.
    let wrong = fields.iter().find(|(name, value)| {
        let alone = Map::from_iter([("resourceType".into(), kind.into()), ((*name).clone(), (*value).clone())]);
        serde_json::from_value::<Resource>(Value::Object(alone)).is_err()
    });
    match wrong {
        Some((name, _)) => Remark::error("the element has another type than it must").of(format!("{kind}.{name}")),
        None => Remark::error(format!("it cannot be read ({})", cause(error))),
    }
}

/// Its id here. What has none is known by an identifier or by the URL that its Bundle gives it.
fn own_id(
    kind: Kind,
    id: &Option<String>,
    identifiers: &[Identifier],
    url: &Option<String>,
    import: &Import,
) -> Result<String, Remark> {
    let id = match (id, url) {
        (Some(id), _) => id.clone(),
        (None, url) => match identifiers.iter().find_map(|one| one.system.as_ref().zip(one.value.as_ref())) {
            Some((system, value)) => format!("{:032x}", mark(&[kind.name(), system, value])),
            None => url
                .as_deref()
                .and_then(|url| url.strip_prefix("urn:uuid:").or_else(|| url.rsplit('/').next()))
                .ok_or_else(|| Remark::error("the resource has neither an id nor an identifier"))?
                .to_owned(),
        },
    };
    let id = format!("{}{id}", import.prefix);
    if is_id(&id) {
        Ok(id)
    } else {
        Err(Remark::error("the id is not made of at most 64 letters, digits, hyphens and full stops")
            .of(format!("{}.id", kind.name())))
    }
}

/// A reference in the form that is kept, if it tells type and id: without the server before, or a version behind.
fn settle(reference: &mut Option<Reference>, kind: Kind, import: &Import) {
    let Some(text) = reference.as_ref().and_then(|reference| reference.reference.as_deref()) else { return };
    let text = text.split("/_history/").next().unwrap_or_default();
    let mut parts = text.rsplit('/');
    if let (Some(id), Some(of)) = (parts.next(), parts.next())
        && of == kind.name()
    {
        let settled = format!("{of}/{}{id}", import.prefix);
        if let Some(reference) = reference {
            reference.reference = Some(settled);
        }
    }
}

fn organization(organization: &mut Organization, import: &Import) -> Result<(), Remark> {
    let name = naming::cleaned(organization.name.as_deref().unwrap_or_default());
    if name.is_empty() {
        return Err(Remark::error("the organisation has no name").of("Organization.name"));
    }
    organization.name = Some(name);
    settle(&mut organization.part_of, Kind::Organization, import);
    Ok(())
}

fn practitioner(practitioner: &mut Practitioner, understood: &mut Understood) -> Result<(), Remark> {
    naming::complete(practitioner).map_err(|message| Remark::error(message).of("Practitioner.name"))?;
    // Numbers of licences and papers, birthdays and homes are no business of colleagues.
    for qualification in &mut practitioner.qualification {
        understood.withheld |= !qualification.identifier.is_empty();
        qualification.identifier.clear();
    }
    let before = practitioner.identifier.len();
    let is_personal = |one: &Identifier| one.system.as_deref().is_some_and(|system| PERSONAL.contains(&system));
    practitioner.identifier.retain(|one| !is_personal(one));
    understood.withheld |= practitioner.identifier.len() != before;
    understood.withheld |= practitioner.other.remove("birthDate").is_some();
    if let Some(Value::Array(addresses)) = practitioner.other.get_mut("address") {
        let before = addresses.len();
        addresses.retain(|address| address["use"] != "home");
        understood.withheld |= addresses.len() != before;
        if addresses.is_empty() {
            practitioner.other.remove("address");
        }
    }
    Ok(())
}

fn role(role: &mut PractitionerRole, import: &Import, understood: &mut Understood) -> Result<(), Remark> {
    settle(&mut role.practitioner, Kind::Practitioner, import);
    settle(&mut role.organization, Kind::Organization, import);
    if role.practitioner.is_none() {
        return Err(Remark::error("the role names no practitioner").of("PractitionerRole.practitioner"));
    }
    for concept in &mut role.specialty {
        known(concept, DEPARTMENT_SYSTEM, |text| mapping::department(text).ok().map(|one| (one.code, one.zh)));
        if concept.code_in(DEPARTMENT_SYSTEM).is_none()
            && let Some(department) = concept.code_in(specialty::SYSTEM).and_then(specialty::department)
        {
            concept.coding.push(coding(DEPARTMENT_SYSTEM, department.code, department.zh));
        }
    }
    for concept in &mut role.code {
        known(concept, TITLE_SYSTEM, |text| mapping::title(text).ok().map(|one| (one.code, one.zh)));
    }
    if !import.vouched {
        let before = role.extension.len();
        role.extension.retain(|extension| extension.url != terms::VERIFICATION);
        understood.unvouched |= role.extension.len() != before || role.matrix_user_id().is_some();
        role.set_matrix_user_id(None);
        visibility::limit(&mut role.telecom);
    }
    Ok(())
}

fn coding(system: &str, code: &str, display: &str) -> Coding {
    Coding { system: Some(system.into()), code: Some(code.into()), display: Some(display.into()), ..Coding::default() }
}

/// Adds our code to a concept that is worded as one of ours.
fn known(concept: &mut CodeableConcept, system: &str, meant: impl Fn(&str) -> Option<(&'static str, &'static str)>) {
    // A text alone is a field of interest, and stays one.
    if concept.code_in(system).is_some() || concept.coding.is_empty() {
        return;
    }
    let texts = concept.coding.iter().filter_map(|coding| coding.display.as_deref()).chain(concept.text.as_deref());
    if let Some((code, display)) = texts.into_iter().find_map(|text| meant(text.trim())) {
        concept.coding.push(coding(system, code, display));
    }
}

fn location(fields: &Map<String, Value>, url: Option<&str>, import: &Import) -> Place {
    let mut marks = Vec::new();
    if let Some(id) = fields.get("id").and_then(Value::as_str) {
        marks.push(mark(&["Location", id]));
    }
    marks.extend(url.map(|url| mark(&["url", url])));
    let managing = fields.get("managingOrganization").cloned();
    let mut organization: Option<Reference> = managing.and_then(|reference| serde_json::from_value(reference).ok());
    settle(&mut organization, Kind::Organization, import);
    Place { marks, organization: organization.and_then(|reference| mark_of(&reference, Kind::Organization)) }
}

/// What a reference points to, by which what is pointed to is found among the resources of an import.
pub fn mark_of(reference: &Reference, kind: Kind) -> Option<u128> {
    if let Some(id) = reference.id_of(kind.name()) {
        return Some(mark(&[kind.name(), id]));
    }
    if let Some(text) = reference.reference.as_deref() {
        return Some(mark(&["url", text])).filter(|_| !text.starts_with('#'));
    }
    let identifier: Identifier = serde_json::from_value(reference.other.get("identifier")?.clone()).ok()?;
    mark_of_identifier(kind, &identifier)
}

/// None if the identifier says too little to know anybody by.
pub fn mark_of_identifier(kind: Kind, identifier: &Identifier) -> Option<u128> {
    let (system, value) = (identifier.system.as_deref()?, identifier.value.as_deref()?);
    Some(mark(&["identifier", kind.name(), system, &value.to_lowercase()]))
}

/// The places at which a role is, for one that names no organisation.
pub fn places_of(role: &PractitionerRole) -> Vec<u128> {
    let references = role.other.get("location").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let texts = references.iter().filter_map(|reference| reference["reference"].as_str());
    let mark_of = |text: &str| {
        let text = text.split("/_history/").next().unwrap_or_default();
        match text.rsplit_once('/') {
            Some((before, id)) if before.ends_with("Location") => mark(&["Location", id]),
            _ => mark(&["url", text]),
        }
    };
    texts.map(mark_of).collect()
}
