//! What the latest revisions changed, so that the columns in memory need not be read anew for a few.

use super::postings;
use rusqlite::{Connection, OptionalExtension, params};

/// Revisions that are remembered.
const REVISIONS: i64 = 64;

/// What changed since a revision.
#[derive(Debug, Default)]
pub(super) struct Touched {
    /// In their order.
    pub practitioners: Vec<u32>,
    /// Any hospital changed.
    pub organizations: bool,
}

/// Remembers that the revision under way changes the rows of these practitioners, too.
pub(super) fn note(db: &Connection, mut practitioners: Vec<u32>) -> rusqlite::Result<()> {
    db.prepare_cached("SELECT practitioners FROM touched WHERE revision = (SELECT revision + 1 FROM state)")?
        .query_row([], |row| {
            postings::unpack(row.get_ref(0)?.as_blob()?, |n| practitioners.push(n));
            Ok(())
        })
        .optional()?;
    practitioners.sort_unstable();
    practitioners.dedup();
    db.prepare_cached("INSERT OR REPLACE INTO touched SELECT revision + 1, ?1 FROM state")?
        .execute([postings::packed(&practitioners)])?;
    db.prepare_cached("DELETE FROM touched WHERE revision <= (SELECT revision FROM state) - ?1")?
        .execute([REVISIONS])?;
    let oldest = "UPDATE state SET touched_since = max(touched_since, revision - ?1)";
    db.prepare_cached(oldest)?.execute([REVISIONS]).map(|_| ())
}

/// Remembers that the revision under way changes hospitals.
pub(super) fn note_organizations(db: &Connection) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE state SET organizations_revision = revision + 1")?.execute([]).map(|_| ())
}

/// The revision under way changes more than who is listed: everything has to be read anew.
pub(super) fn forget(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch("DELETE FROM touched; UPDATE state SET touched_since = revision + 1;")
}

/// What changed since a revision; None if it is not remembered, or so much of `size` colleagues that they are read
/// anew as quickly.
pub(super) fn since(db: &Connection, revision: i64, size: u32) -> rusqlite::Result<Option<Touched>> {
    let (since, organizations): (i64, i64) =
        db.query_row("SELECT touched_since, organizations_revision FROM state", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    if revision < since {
        return Ok(None);
    }
    let mut practitioners = Vec::new();
    let mut statement = db.prepare_cached("SELECT practitioners FROM touched WHERE revision > ?1")?;
    let mut rows = statement.query(params![revision])?;
    while let Some(row) = rows.next()? {
        postings::unpack(row.get_ref(0)?.as_blob()?, |n| practitioners.push(n));
    }
    practitioners.sort_unstable();
    practitioners.dedup();
    let few = practitioners.len() as u32 <= size / 4;
    Ok(few.then_some(Touched { practitioners, organizations: organizations > revision }))
}
