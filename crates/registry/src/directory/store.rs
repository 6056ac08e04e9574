//! Keeping resources: each change with its line in the change log and in the index, in one transaction.

use super::kind::Kind;
use super::names::latin_key;
use super::search::index;
use crate::clock::{Millis, instant};
use crate::database::schema::{changes, organizations, practitioners, resources, roles, versions};
use crate::database::{Connection, nul, on_either};
use crate::problem::{Code, Problem};
use consilium_fhir::{Meta, Organization, Practitioner, PractitionerRole, Resource};
use diesel::prelude::*;
use sha2::{Digest as _, Sha256};

/// FHIR R4, 2.24.0.1: `[A-Za-z0-9\-\.]{1,64}`.
fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
}

fn invalid(detail: &'static str) -> Problem {
    Problem::because(Code::InvalidBody, detail)
}

/// Stores a resource, with version, time and profile of ours. False if it is stored already just so.
pub fn put(c: &mut Connection, mut resource: Resource, now: Millis) -> Result<bool, Problem> {
    let id = resource.id().filter(|id| is_id(id)).ok_or_else(|| invalid("The resource has no valid id."))?.to_owned();
    let kind = resource.resource_type().to_owned();
    set_meta(&mut resource, None)?;
    let text = serde_json::to_vec(&resource).map_err(Problem::internal)?;
    if nul::in_json(&text) {
        return Err(invalid("The resource holds a NUL character."));
    }
    let digest = Sha256::digest(text).to_vec();
    let earlier = stored(c, &kind, &id)?;
    let version = match &earlier {
        Some(earlier) if !earlier.deleted && earlier.digest == digest => return Ok(false),
        Some(earlier) => earlier.version + 1,
        None => 1,
    };
    match &resource {
        Resource::Organization(organization) => index_organization(c, &id, organization)?,
        Resource::Practitioner(practitioner) => index_practitioner(c, &id, practitioner)?,
        Resource::PractitionerRole(role) => index_role(c, &id, role)?,
        _ => return Err(invalid("Only Organization, Practitioner and PractitionerRole are kept.")),
    }
    let listed = match &earlier {
        Some(earlier) if !earlier.deleted => Some(read(&earlier.body)?),
        _ => None,
    };
    index::put(c, &id, listed.as_ref(), &resource, now)?;
    set_meta(&mut resource, Some((version, now)))?;
    let body = serde_json::to_string(&resource).map_err(Problem::internal)?;
    keep(c, &kind, &id, earlier)?;
    record(c, Change { kind: &kind, id: &id, version, deleted: false, now, digest: &digest, body: &body })?;
    Ok(true)
}

/// Takes a resource out of the directory. Its last state stays for the record, not for callers.
pub fn delete(c: &mut Connection, kind: &str, id: &str, now: Millis) -> Result<(), Problem> {
    let Some(earlier) = stored(c, kind, id)?.filter(|earlier| !earlier.deleted) else { return Ok(()) };
    if kind == "PractitionerRole" {
        diesel::delete(roles::table.find(id)).execute(c)?;
    }
    index::delete(c, id, &read(&earlier.body)?)?;
    let (version, digest, body) = (earlier.version + 1, earlier.digest.clone(), earlier.body.clone());
    keep(c, kind, id, Some(earlier))?;
    record(c, Change { kind, id, version, deleted: true, now, digest: &digest, body: &body })
}

/// The latest state of a resource.
#[derive(Queryable)]
struct Stored {
    version: i64,
    deleted: bool,
    changed_at: Millis,
    digest: Vec<u8>,
    body: String,
}

fn stored(c: &mut Connection, kind: &str, id: &str) -> Result<Option<Stored>, Problem> {
    Ok(resources::table
        .find((kind, id))
        .select((resources::version, resources::deleted, resources::changed_at, resources::digest, resources::body))
        .first(c)
        .optional()?)
}

fn read(body: &str) -> Result<Resource, Problem> {
    serde_json::from_str(body).map_err(Problem::internal)
}

/// Keeps what was the latest state.
fn keep(c: &mut Connection, kind: &str, id: &str, earlier: Option<Stored>) -> Result<(), Problem> {
    let Some(earlier) = earlier else { return Ok(()) };
    diesel::insert_into(versions::table)
        .values((
            versions::type_.eq(kind),
            versions::id.eq(id),
            versions::version.eq(earlier.version),
            versions::deleted.eq(earlier.deleted),
            versions::changed_at.eq(earlier.changed_at),
            versions::body.eq(earlier.body),
        ))
        .execute(c)?;
    Ok(())
}

struct Change<'a> {
    kind: &'a str,
    id: &'a str,
    version: i64,
    deleted: bool,
    now: Millis,
    digest: &'a [u8],
    body: &'a str,
}

fn record(c: &mut Connection, change: Change<'_>) -> Result<(), Problem> {
    let op = match (change.deleted, change.version) {
        (true, _) => "delete",
        (false, 1) => "create",
        (false, _) => "update",
    };
    let seq: i64 = diesel::insert_into(changes::table)
        .values((
            changes::type_.eq(change.kind),
            changes::id.eq(change.id),
            changes::version.eq(change.version),
            changes::op.eq(op),
            changes::at.eq(change.now),
        ))
        .returning(changes::seq)
        .get_result(c)?;
    let state = (
        resources::version.eq(change.version),
        resources::seq.eq(seq),
        resources::deleted.eq(change.deleted),
        resources::changed_at.eq(change.now),
        resources::digest.eq(change.digest),
        resources::body.eq(change.body),
    );
    let insert = diesel::insert_into(resources::table)
        .values((resources::type_.eq(change.kind), resources::id.eq(change.id), state))
        .on_conflict((resources::type_, resources::id))
        .do_update()
        .set(state);
    on_either!(c, |c| insert.execute(c))?;
    Ok(())
}

/// Version and time are the registry's to set; what else a `meta` holds is kept.
fn set_meta(resource: &mut Resource, stored: Option<(i64, Millis)>) -> Result<(), Problem> {
    let profile = Kind::of(resource).map(Kind::profile);
    let (meta, profile) = match (resource, profile) {
        (Resource::Organization(r), Some(profile)) => (&mut r.meta, profile),
        (Resource::Practitioner(r), Some(profile)) => (&mut r.meta, profile),
        (Resource::PractitionerRole(r), Some(profile)) => (&mut r.meta, profile),
        _ => return Err(invalid("Only Organization, Practitioner and PractitionerRole are kept.")),
    };
    let meta = meta.get_or_insert_with(Meta::default);
    meta.version_id = stored.map(|(version, _)| version.to_string());
    meta.last_updated = stored.map(|(_, at)| instant(at));
    if !meta.profile.iter().any(|p| p == profile) {
        meta.profile.push(profile.to_owned());
    }
    Ok(())
}

fn index_organization(c: &mut Connection, id: &str, organization: &Organization) -> Result<(), Problem> {
    let name = organization.name.as_deref().filter(|n| !n.is_empty());
    let name = name.ok_or_else(|| invalid("The organisation has no name."))?;
    let state = (organizations::name.eq(name), organizations::city.eq(organization.city().unwrap_or_default()));
    let insert = diesel::insert_into(organizations::table)
        .values((organizations::id.eq(id), state))
        .on_conflict(organizations::id)
        .do_update()
        .set(state);
    on_either!(c, |c| insert.execute(c))?;
    Ok(())
}

fn index_practitioner(c: &mut Connection, id: &str, practitioner: &Practitioner) -> Result<(), Problem> {
    let text = |name: Option<&consilium_fhir::HumanName>| name.and_then(|n| n.text.clone()).unwrap_or_default();
    let (han, latin) = (text(practitioner.han_name()), text(practitioner.latin_name()));
    if han.is_empty() && latin.is_empty() {
        return Err(invalid("The practitioner has no name marked as ideographic or alphabetic."));
    }
    let key = latin_key(&latin);
    let state =
        (practitioners::han_name.eq(&han), practitioners::latin_name.eq(&latin), practitioners::latin_key.eq(&key));
    let insert = diesel::insert_into(practitioners::table)
        .values((practitioners::id.eq(id), state))
        .on_conflict(practitioners::id)
        .do_update()
        .set(state);
    on_either!(c, |c| insert.execute(c))?;
    Ok(())
}

fn index_role(c: &mut Connection, id: &str, role: &PractitionerRole) -> Result<(), Problem> {
    let practitioner = role.practitioner_id().ok_or_else(|| invalid("The role names no practitioner."))?;
    let organization = role.organization_id().ok_or_else(|| invalid("The role names no organisation."))?;
    let state = (roles::practitioner_id.eq(practitioner), roles::organization_id.eq(organization));
    let insert = diesel::insert_into(roles::table)
        .values((roles::id.eq(id), state))
        .on_conflict(roles::id)
        .do_update()
        .set(state);
    match on_either!(c, |c| insert.execute(c)) {
        Err(diesel::result::Error::DatabaseError(diesel::result::DatabaseErrorKind::ForeignKeyViolation, _)) => {
            Err(invalid("The role names a practitioner or an organisation that is not known."))
        }
        other => Ok(other.map(drop)?),
    }
}

/// The resource as it is now.
pub fn find(c: &mut Connection, kind: &str, id: &str) -> Result<Option<Resource>, Problem> {
    let body: Option<String> = resources::table
        .find((kind, id))
        .filter(resources::deleted.eq(false))
        .select(resources::body)
        .first(c)
        .optional()?;
    body.map(|body| read(&body)).transpose()
}
