//! Writing the directory to a file, for another system: the FHIR NDJSON, packed by gzip, that an import takes. Of contacts it
//! has at most those that are for every colleague.

use super::contacts::{Person, people};
use super::kind::Kind;
use crate::database::Connection;
use crate::database::schema::resources;
use crate::state::Registry;
use anyhow::Context as _;
use consilium_fhir::ContactPoint;
use consilium_registry_api::Visibility;
use diesel::prelude::*;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};
use std::io::{BufWriter, Write};
use std::path::Path;

/// Resources read at once.
const BATCH: i64 = 1_000;

/// How many resources were written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Exported {
    pub organizations: u64,
    pub practitioners: u64,
    pub roles: u64,
}

/// Writes the directory as it is at one moment; `contacts` tells whether with the phone numbers and addresses that their
/// owners show to every colleague. The file appears when it is whole, and only its owner may read it.
pub fn export(registry: &Registry, path: &Path, contacts: bool) -> anyhow::Result<Exported> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file =
        tempfile::NamedTempFile::new_in(folder).with_context(|| format!("cannot write into {}", folder.display()))?;
    let mut out = GzEncoder::new(BufWriter::new(file), Compression::default());
    let exported = registry.database.read_now(|c| {
        Ok(Exported {
            organizations: all(c, Kind::Organization, contacts, &mut out)?,
            practitioners: all(c, Kind::Practitioner, contacts, &mut out)?,
            roles: all(c, Kind::PractitionerRole, contacts, &mut out)?,
        })
    })?;
    let file = out.finish()?.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    file.as_file().sync_all()?;
    file.persist(path).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(exported)
}

/// Writes all resources of a kind, in the order of their latest changes.
fn all(c: &mut Connection, kind: Kind, contacts: bool, out: &mut impl Write) -> anyhow::Result<u64> {
    let (mut after, mut written) = (0, 0);
    loop {
        let some: Vec<(i64, String)> = resources::table
            .filter(resources::type_.eq(kind.name()).and(resources::seq.gt(after)))
            .filter(resources::deleted.eq(false))
            .order(resources::seq)
            .limit(BATCH)
            .select((resources::seq, resources::body))
            .load(c)?;
        let Some((last, _)) = some.last() else { return Ok(written) };
        after = *last;
        written += some.len() as u64;
        let mut resources =
            some.iter().map(|(_, body)| serde_json::from_str(body)).collect::<Result<Vec<Map<String, Value>>, _>>()?;
        // A hospital's switchboard is nobody's own.
        if kind != Kind::Organization {
            let people = if contacts { people_of(c, kind, &resources)? } else { HashMap::new() };
            for resource in &mut resources {
                let person = owner(kind, resource).and_then(|owner| people.get(owner));
                show(person, resource)?;
            }
        }
        for resource in resources {
            serde_json::to_writer(&mut *out, &resource)?;
            out.write_all(b"\n")?;
        }
    }
}

/// Id of the practitioner whose resource it is.
fn owner(kind: Kind, resource: &Map<String, Value>) -> Option<&str> {
    match kind {
        Kind::Organization => None,
        Kind::Practitioner => resource.get("id")?.as_str(),
        Kind::PractitionerRole => {
            resource.get("practitioner")?.get("reference")?.as_str()?.strip_prefix("Practitioner/")
        }
    }
}

fn people_of(
    c: &mut Connection,
    kind: Kind,
    resources: &[Map<String, Value>],
) -> anyhow::Result<HashMap<String, Person>> {
    let ids = resources.iter().filter_map(|resource| owner(kind, resource)).map(str::to_owned);
    Ok(people(c, &ids.collect::<BTreeSet<_>>())?)
}

/// Leaves in a resource what its owner, if it is known, shows to every colleague. As for them, narratives and contacts of
/// contained resources are left out.
fn show(person: Option<&Person>, resource: &mut Map<String, Value>) -> anyhow::Result<()> {
    resource.remove("text");
    resource.remove("_telecom");
    for contained in resource.get_mut("contained").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Value::Object(contained) = contained {
            contained.retain(|name, _| !matches!(name.as_str(), "telecom" | "contact" | "text"));
        }
    }
    let Some(telecom) = resource.remove("telecom") else { return Ok(()) };
    // Who has no role any more shows nothing.
    let Some(person) = person.filter(|person| !person.organizations.is_empty()) else { return Ok(()) };
    let mut telecom: Vec<ContactPoint> = serde_json::from_value(telecom)?;
    telecom.retain(|contact| person.known(contact).is_some_and(|known| known.visibility == Visibility::Verified));
    if !telecom.is_empty() {
        resource.insert("telecom".into(), serde_json::to_value(telecom)?);
    }
    Ok(())
}
