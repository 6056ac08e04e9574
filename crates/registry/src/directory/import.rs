//! Bringing in a directory from FHIR NDJSON files.

use super::store;
use crate::accounts::account::{self, Account};
use crate::clock::Millis;
use crate::database::Connection;
use crate::database::schema::{accounts, organizations, practitioners};
use crate::state::Registry;
use anyhow::{Context as _, bail, ensure};
use consilium_fhir::{ContactPoint, PractitionerRole, Resource};
use diesel::prelude::*;
use flate2::read::MultiGzDecoder;
use serde::Serialize;
use std::fs::File;
use std::io::{BufRead, BufReader, Read as _};
use std::path::Path;

/// Longest line: a resource is a few kilobytes.
const LINE_LIMIT: u64 = 1024 * 1024;

/// How many resources were read, changed or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    pub organizations: u64,
    pub practitioners: u64,
    pub roles: u64,
}

/// Imports the files in their order, each in one transaction. Accounts on this homeserver that a role names are bound
/// to their entry: who may import answers for them.
pub fn import(registry: &Registry, files: &[impl AsRef<Path>]) -> anyhow::Result<Imported> {
    let mut imported = Imported::default();
    for path in files {
        let path = path.as_ref();
        let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        let mut lines: Box<dyn BufRead> = if path.extension().is_some_and(|e| e == "gz") {
            Box::new(BufReader::new(MultiGzDecoder::new(BufReader::new(file))))
        } else {
            Box::new(BufReader::new(file))
        };
        registry
            .database
            .write_now(|c| import_lines(c, registry, &mut *lines, &mut imported))
            .with_context(|| format!("nothing of {} was imported", path.display()))?;
    }
    Ok(imported)
}

fn import_lines(
    c: &mut Connection,
    registry: &Registry,
    lines: &mut dyn BufRead,
    imported: &mut Imported,
) -> anyhow::Result<()> {
    let before = *imported;
    let now = registry.now();
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        let read = lines.take(LINE_LIMIT + 1).read_until(b'\n', &mut line).context("cannot read on")?;
        if read == 0 {
            return Ok(());
        }
        ensure!(line.len() as u64 <= LINE_LIMIT, "line {number} is too long");
        if line.trim_ascii().is_empty() {
            continue;
        }
        if let Err(error) = import_line(c, registry, &line, imported, now) {
            *imported = before;
            return Err(error.context(format!("line {number}")));
        }
    }
    Ok(())
}

fn import_line(
    c: &mut Connection,
    registry: &Registry,
    line: &[u8],
    imported: &mut Imported,
    now: Millis,
) -> anyhow::Result<()> {
    let resource: Resource = serde_json::from_slice(line).context("is not a resource")?;
    match &resource {
        Resource::Organization(_) => imported.organizations += 1,
        Resource::Practitioner(_) => imported.practitioners += 1,
        Resource::PractitionerRole(role) => {
            imported.roles += 1;
            let account = role.matrix_user_id().filter(|id| registry.homeserver.localpart(id).is_some());
            let role = account.is_some().then(|| role.clone());
            put(c, resource, now)?;
            if let (Some(user_id), Some(role)) = (account, role) {
                bind(c, user_id, &role, now)?;
            }
            return Ok(());
        }
        other => bail!("a {} is not kept here", other.resource_type()),
    }
    put(c, resource, now)
}

fn put(c: &mut Connection, resource: Resource, now: Millis) -> anyhow::Result<()> {
    match store::put(c, resource, now) {
        Ok(_) => Ok(()),
        Err(problem) => match problem.detail() {
            Some(detail) => bail!("{detail}"),
            None => Err(problem.into()),
        },
    }
}

fn bind(c: &mut Connection, user_id: String, role: &PractitionerRole, now: Millis) -> anyhow::Result<()> {
    let practitioner_id = role.practitioner_id().unwrap_or_default();
    if let Some(bound) = account::find(c, &user_id)? {
        ensure!(bound.practitioner_id == practitioner_id, "the account belongs to another practitioner");
        return Ok(());
    }
    let (han_name, latin_name): (String, String) = practitioners::table
        .find(practitioner_id)
        .select((practitioners::han_name, practitioners::latin_name))
        .first(c)?;
    let organization: String =
        organizations::table.find(role.organization_id().unwrap_or_default()).select(organizations::name).first(c)?;
    let new = Account {
        user_id,
        practitioner_id: practitioner_id.to_owned(),
        application_id: None,
        name: if han_name.is_empty() { latin_name } else { han_name },
        email: ContactPoint::find(&role.telecom, "email").unwrap_or_default().to_owned(),
        organization,
        verifier: false,
        revoked: false,
        bound_at: now,
    };
    diesel::insert_into(accounts::table).values(new).execute(c)?;
    Ok(())
}
