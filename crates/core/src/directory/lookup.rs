//! Rows by what the outside world calls them: FHIR ids and accounts. An index of the texts themselves would be as large
//! as a third of the rows; four bytes of a hash are enough to find the few that may be meant.

use super::stored;
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

/// Keys that are written one by one before they are put among the others. Hashes have no neighbours: each change of the
/// large table rewrites a page, while many changes in its order share pages.
const MOST_RECENT: i64 = if cfg!(test) { 8 } else { 1 << 18 };
/// Bytes of a key in a bucket.
const ENTRY: usize = 6;

/// A bucket, and what tells a key from the others in it.
fn place(hash: i64) -> (i64, [u8; 2]) {
    // It was made of so many bytes.
    let [a, b, c, d] = (hash as i32).to_be_bytes();
    (u16::from_be_bytes([a, b]).into(), [c, d])
}

fn entry(hash: i64, n: i64) -> [u8; ENTRY] {
    let (_, [c, d]) = place(hash);
    // Numbers of practitioners have 25 bits, and those of roles six more.
    let [e, f, g, h] = (n as u32).to_be_bytes();
    [c, d, e, f, g, h]
}

fn bucket(db: &Connection, bucket: i64) -> rusqlite::Result<Vec<u8>> {
    let entries = db
        .prepare_cached("SELECT entries FROM key WHERE bucket = ?1")?
        .query_row([bucket], |row| row.get(0))
        .optional()?;
    Ok(entries.unwrap_or_default())
}

fn set_bucket(db: &Connection, bucket: i64, entries: &[u8]) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT OR REPLACE INTO key VALUES (?1, ?2)")?.execute(params![bucket, entries]).map(drop)
}

/// What is looked up.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lookup {
    Practitioner,
    Role,
    Account,
}

impl Lookup {
    /// As a signed number, which takes four bytes in a row whatever its highest bit is.
    fn hash(self, text: &str) -> i64 {
        let kind: &[u8] = match self {
            Self::Practitioner => b"practitioner ",
            Self::Role => b"role ",
            Self::Account => b"account ",
        };
        let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::new().chain_update(kind).chain_update(text).finalize());
        i32::from_be_bytes([a, b, c, d]).into()
    }

    /// Makes row `n` findable under `text`.
    pub(super) fn enter(self, db: &Connection, text: &str, n: i64) -> rusqlite::Result<()> {
        db.prepare_cached("INSERT OR IGNORE INTO recent_key VALUES (?1, ?2)")?.execute([self.hash(text), n]).map(|_| ())
    }

    pub(super) fn forget(self, db: &Connection, text: &str, n: i64) -> rusqlite::Result<()> {
        let hash = self.hash(text);
        db.prepare_cached("DELETE FROM recent_key WHERE hash = ?1 AND n = ?2")?.execute([hash, n])?;
        let (at, gone) = (place(hash).0, entry(hash, n));
        let before = bucket(db, at)?;
        let after: Vec<u8> = before.chunks_exact(ENTRY).filter(|entry| **entry != gone).flatten().copied().collect();
        if after.len() == before.len() { Ok(()) } else { set_bucket(db, at, &after) }
    }
}

/// Puts the recent keys among the others if they are many.
pub(super) fn merge(db: &Connection) -> rusqlite::Result<()> {
    let recent: i64 = db.prepare_cached("SELECT count(*) FROM recent_key")?.query_row([], |row| row.get(0))?;
    if recent < MOST_RECENT { Ok(()) } else { merge_all(db) }
}

/// Puts all recent keys among the others.
pub(super) fn merge_all(db: &Connection) -> rusqlite::Result<()> {
    let recent: Vec<(i64, i64)> = db
        .prepare_cached("SELECT hash, n FROM recent_key ORDER BY hash, n")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for some in recent.chunk_by(|(one, _), (other, _)| place(*one).0 == place(*other).0) {
        let Some((hash, _)) = some.first() else { continue };
        let (at, _) = place(*hash);
        let before = bucket(db, at)?;
        let mut entries: Vec<[u8; ENTRY]> = some.iter().map(|(hash, n)| entry(*hash, *n)).collect();
        entries.extend(before.chunks_exact(ENTRY).filter_map(|entry| <[u8; ENTRY]>::try_from(entry).ok()));
        entries.sort_unstable();
        entries.dedup();
        set_bucket(db, at, entries.as_flattened())?;
    }
    db.execute("DELETE FROM recent_key", []).map(drop)
}

/// Number of the practitioner with this FHIR id, listed or not.
pub(super) fn practitioner(db: &Connection, id: &str) -> rusqlite::Result<Option<i64>> {
    let mut is_it = db.prepare_cached("SELECT 1 FROM practitioner WHERE n = ?1 AND id = ?2")?;
    first(candidates(db, Lookup::Practitioner.hash(id))?, |n| is_it.exists(params![n, stored::id(id)]))
}

/// Numbers that may be meant: those under this hash.
fn candidates(db: &Connection, hash: i64) -> rusqlite::Result<Vec<i64>> {
    let (at, tail) = place(hash);
    let mut found: Vec<i64> = db
        .prepare_cached("SELECT n FROM recent_key WHERE hash = ?1")?
        .query_map([hash], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    found.extend(bucket(db, at)?.chunks_exact(ENTRY).filter_map(|entry| match entry {
        [c, d, n @ ..] if [*c, *d] == tail => Some(i64::from(u32::from_be_bytes(n.try_into().ok()?))),
        _ => None,
    }));
    Ok(found)
}

/// The first candidate that is meant.
fn first(candidates: Vec<i64>, mut is_it: impl FnMut(i64) -> rusqlite::Result<bool>) -> rusqlite::Result<Option<i64>> {
    for n in candidates {
        if is_it(n)? {
            return Ok(Some(n));
        }
    }
    Ok(None)
}

/// Number of the practitioner with this FHIR id, if their own resource is here.
pub(super) fn known_practitioner(db: &Connection, id: &str) -> rusqlite::Result<Option<i64>> {
    let mut is_it = db.prepare_cached("SELECT 1 FROM practitioner WHERE n = ?1 AND id = ?2 AND known = 1")?;
    first(candidates(db, Lookup::Practitioner.hash(id))?, |n| is_it.exists(params![n, stored::id(id)]))
}

/// Number of the role with this FHIR id.
pub(super) fn role(db: &Connection, id: &str) -> rusqlite::Result<Option<i64>> {
    let mut is_it =
        db.prepare_cached("SELECT 1 FROM every_role WHERE practitioner = ?1 >> 6 AND n = ?1 AND id = ?2")?;
    first(candidates(db, Lookup::Role.hash(id))?, |n| is_it.exists(params![n, stored::id(id)]))
}

/// Numbers of the roles that have this account.
pub(super) fn roles_of(db: &Connection, user_id: &str) -> rusqlite::Result<Vec<i64>> {
    let Some((local, server)) = split(user_id) else { return Ok(Vec::new()) };
    let mut has_it = db.prepare_cached(
        "SELECT 1 FROM every_role WHERE practitioner = ?1 >> 6 AND n = ?1 AND localpart = ?2
         AND homeserver = (SELECT n FROM homeserver WHERE name = ?3)",
    )?;
    let mut found = Vec::new();
    for n in candidates(db, Lookup::Account.hash(user_id))? {
        if has_it.exists(params![n, local, server])? {
            found.push(n);
        }
    }
    Ok(found)
}

/// Localpart and server of `@localpart:server`.
pub(super) fn split(user_id: &str) -> Option<(&str, &str)> {
    user_id.strip_prefix('@')?.split_once(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_a_localpart_and_a_server() {
        assert_eq!(split("@zhang.wei:jz.example:8448"), Some(("zhang.wei", "jz.example:8448")));
        assert_eq!((split("zhang.wei:jz.example"), split("@zhang")), (None, None));
    }
}
