//! Ids of entries that gave way: they stand for who bears them (docs/directory-api.md, "Entries that gave way").

use super::{index, stored};
use consilium_fhir::{Identifier, Practitioner};
use rusqlite::{Connection, OptionalExtension, params};

/// Former ids that one entry may bear.
const MOST: usize = 100;

/// Those that a practitioner bears.
pub(super) fn borne(practitioner: &Practitioner) -> Vec<String> {
    let own = practitioner.id.as_deref();
    let borne = practitioner.identifier.iter().filter_map(Identifier::former_id).filter(|id| Some(*id) != own);
    borne.take(MOST).map(str::to_owned).collect()
}

/// Keeps what a practitioner bears now.
pub(super) fn store(db: &Connection, n: i64, borne: &[String]) -> rusqlite::Result<()> {
    for id in borne {
        db.prepare_cached("INSERT OR REPLACE INTO former VALUES (?1, ?2)")?.execute(params![id, n])?;
    }
    Ok(())
}

pub(super) fn forget(db: &Connection, n: i64) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM former WHERE practitioner = ?1")?.execute([n]).map(drop)
}

/// The rank of who is listed in the place of the entry with this id.
pub(super) fn rank_of_bearer(db: &Connection, id: &str) -> rusqlite::Result<Option<i64>> {
    let bearer = db
        .prepare_cached("SELECT practitioner FROM former WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    match bearer {
        Some(n) => index::rank_of(db, n),
        None => Ok(None),
    }
}

/// Each id that is no longer listed, with the id of who bears it.
pub(super) fn all(db: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let mut listed = db.prepare_cached("SELECT 1 FROM practitioner WHERE n = ?1 AND known = 1")?;
    let mut select = db.prepare_cached(
        "SELECT f.id, p.id FROM former f JOIN practitioner p ON p.n = f.practitioner WHERE p.known = 1",
    )?;
    let rows = select.query_map([], |row| Ok((row.get::<_, String>(0)?, stored::id_text(&row.get(1)?))))?;
    let mut former = Vec::new();
    for row in rows {
        let (id, bearer) = row?;
        let is_listed = match super::lookup::practitioner(db, &id)? {
            Some(n) => listed.exists([n])?,
            None => false,
        };
        if !is_listed {
            former.push((id, bearer));
        }
    }
    Ok(former)
}
