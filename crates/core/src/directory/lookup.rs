//! Rows by what the outside world calls them: FHIR ids and accounts. An index of the texts themselves would be as large
//! as a third of the rows; four bytes of a hash are enough to find the few that may be meant.

use super::stored;
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

/// Keys that are written one by one before they are put among the others. Hashes have no neighbours: each change of the
/// large table rewrites a page, while many changes in its order share pages.
const MOST_RECENT: i64 = 1 << 16;

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
        let key = [self.hash(text), n];
        db.prepare_cached("DELETE FROM recent_key WHERE hash = ?1 AND n = ?2")?.execute(key)?;
        db.prepare_cached("DELETE FROM key WHERE hash = ?1 AND n = ?2")?.execute(key).map(|_| ())
    }
}

/// Puts the recent keys among the others if they are many.
pub(super) fn merge(db: &Connection) -> rusqlite::Result<()> {
    let recent: i64 = db.prepare_cached("SELECT count(*) FROM recent_key")?.query_row([], |row| row.get(0))?;
    if recent < MOST_RECENT {
        return Ok(());
    }
    db.execute_batch(
        "INSERT OR IGNORE INTO key SELECT hash, n FROM recent_key ORDER BY hash, n; DELETE FROM recent_key;",
    )
}

/// Number of the practitioner with this FHIR id, listed or not.
pub(super) fn practitioner(db: &Connection, id: &str) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached(
        "SELECT p.n FROM (SELECT n FROM recent_key WHERE hash = ?1 UNION ALL SELECT n FROM key WHERE hash = ?1) k
         CROSS JOIN practitioner p ON p.n = k.n WHERE p.id = ?2",
    )?
    .query_row(params![Lookup::Practitioner.hash(id), stored::id(id)], |row| row.get(0))
    .optional()
}

/// Number of the practitioner with this FHIR id, if their own resource is here.
pub(super) fn known_practitioner(db: &Connection, id: &str) -> rusqlite::Result<Option<i64>> {
    let Some(n) = practitioner(db, id)? else { return Ok(None) };
    let known = db.prepare_cached("SELECT 1 FROM practitioner WHERE n = ?1 AND known = 1")?.exists([n])?;
    Ok(known.then_some(n))
}

/// Number of the role with this FHIR id.
pub(super) fn role(db: &Connection, id: &str) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached(
        "SELECT r.n FROM (SELECT n FROM recent_key WHERE hash = ?1 UNION ALL SELECT n FROM key WHERE hash = ?1) k
         CROSS JOIN role r ON r.n = k.n WHERE r.id = ?2",
    )?
    .query_row(params![Lookup::Role.hash(id), stored::id(id)], |row| row.get(0))
    .optional()
}

/// Numbers of the roles that have this account.
pub(super) fn roles_of(db: &Connection, user_id: &str) -> rusqlite::Result<Vec<i64>> {
    let Some((local, server)) = split(user_id) else { return Ok(Vec::new()) };
    db.prepare_cached(
        "SELECT r.n FROM (SELECT n FROM recent_key WHERE hash = ?1 UNION ALL SELECT n FROM key WHERE hash = ?1) k
         CROSS JOIN role r ON r.n = k.n JOIN homeserver s ON s.n = r.homeserver
         WHERE r.localpart = ?2 AND s.name = ?3",
    )?
    .query_map(params![Lookup::Account.hash(user_id), local, server], |row| row.get(0))?
    .collect()
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
