//! Writing the directory to a file, for another system: the FHIR NDJSON, packed by gzip, that an import takes.

use super::kind::Kind;
use crate::database::Connection;
use crate::database::schema::resources;
use crate::state::Registry;
use anyhow::Context as _;
use diesel::prelude::*;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;
use serde_json::Value;
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

/// Writes the directory as it is at one moment; `contacts` tells whether with phone numbers and addresses of people. The
/// file appears when it is whole, and only its owner may read it.
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
        for (_, body) in some {
            // A hospital's switchboard is nobody's own.
            if contacts || kind == Kind::Organization {
                out.write_all(body.as_bytes())?;
            } else {
                serde_json::to_writer(&mut *out, &without_contacts(&body)?)?;
            }
            out.write_all(b"\n")?;
        }
    }
}

fn without_contacts(body: &str) -> anyhow::Result<Value> {
    let mut resource: Value = serde_json::from_str(body)?;
    if let Value::Object(elements) = &mut resource {
        elements.remove("telecom");
    }
    Ok(resource)
}
