//! Keeping resources: each change with its line in the change log and in the index, in one transaction.

use super::prepared::{Known, Prepared, invalid};
use super::search::index;
use super::search::terms::Terms;
use crate::clock::Millis;
use crate::database::schema::{changes, organizations, practitioners, resources, roles, versions};
use crate::database::{Connection, on_either};
use crate::problem::Problem;
use consilium_fhir::Resource;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};

/// Stores a resource, with version, time and profile of ours. False if it is stored already just so.
pub fn put(c: &mut Connection, resource: Resource, now: Millis) -> Result<bool, Problem> {
    put_prepared(c, Prepared::new(resource)?, now)
}

/// The same for one that was made ready elsewhere.
pub fn put_prepared(c: &mut Connection, mut resource: Prepared, now: Millis) -> Result<bool, Problem> {
    let (kind, id) = (resource.kind.name(), resource.id.clone());
    let earlier = stored(c, kind, &id)?;
    let version = match &earlier {
        Some(earlier) if !earlier.deleted && earlier.digest == resource.digest => return Ok(false),
        Some(earlier) => earlier.version + 1,
        None => 1,
    };
    put_known(c, &id, &resource.known)?;
    let listed = match &earlier {
        Some(earlier) if !earlier.deleted => Terms::of(&read(&earlier.body)?).map(|(_, terms)| terms),
        _ => None,
    };
    index::put(c, resource.kind, &id, listed, &resource.terms, now)?;
    let body = resource.body(version, now)?;
    keep(c, kind, &id, earlier)?;
    record(c, Change { kind, id: &id, version, deleted: false, now, digest: &resource.digest, body: &body })?;
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

fn put_known(c: &mut Connection, id: &str, known: &Known) -> Result<(), Problem> {
    match known {
        Known::Organization { name, city } => {
            let state = (organizations::name.eq(name), organizations::city.eq(city));
            let insert = diesel::insert_into(organizations::table)
                .values((organizations::id.eq(id), state))
                .on_conflict(organizations::id)
                .do_update()
                .set(state);
            on_either!(c, |c| insert.execute(c))?;
        }
        Known::Practitioner { han_name, latin_name, latin_key } => {
            let state = (
                practitioners::han_name.eq(han_name),
                practitioners::latin_name.eq(latin_name),
                practitioners::latin_key.eq(latin_key),
            );
            let insert = diesel::insert_into(practitioners::table)
                .values((practitioners::id.eq(id), state))
                .on_conflict(practitioners::id)
                .do_update()
                .set(state);
            on_either!(c, |c| insert.execute(c))?;
        }
        Known::Role { practitioner, organization } => {
            let state = (roles::practitioner_id.eq(practitioner), roles::organization_id.eq(organization));
            let insert = diesel::insert_into(roles::table)
                .values((roles::id.eq(id), state))
                .on_conflict(roles::id)
                .do_update()
                .set(state);
            match on_either!(c, |c| insert.execute(c)) {
                Err(Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _)) => {
                    return Err(invalid("The role names a practitioner or an organisation that is not known."));
                }
                other => drop(other?),
            }
        }
    }
    Ok(())
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
