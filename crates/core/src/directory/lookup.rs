//! Rows by what the outside world calls them: FHIR ids and accounts. An index of the texts themselves would be as large
//! as a third of the rows; four bytes of a hash are enough to find the few that may be meant.

use super::stored;
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

/// What is looked up.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lookup {
    Practitioner,
    Role,
    Account,
}

impl Lookup {
    fn enter_sql(self) -> &'static str {
        match self {
            Self::Practitioner => "INSERT OR IGNORE INTO practitioner_key VALUES (?1, ?2)",
            Self::Role => "INSERT OR IGNORE INTO role_key VALUES (?1, ?2)",
            Self::Account => "INSERT OR IGNORE INTO account_key VALUES (?1, ?2)",
        }
    }

    fn forget_sql(self) -> &'static str {
        match self {
            Self::Practitioner => "DELETE FROM practitioner_key WHERE hash = ?1 AND n = ?2",
            Self::Role => "DELETE FROM role_key WHERE hash = ?1 AND n = ?2",
            Self::Account => "DELETE FROM account_key WHERE hash = ?1 AND n = ?2",
        }
    }

    /// Makes row `n` findable under `text`.
    pub(super) fn enter(self, db: &Connection, text: &str, n: i64) -> rusqlite::Result<()> {
        db.prepare_cached(self.enter_sql())?.execute([hash(text), n]).map(|_| ())
    }

    pub(super) fn forget(self, db: &Connection, text: &str, n: i64) -> rusqlite::Result<()> {
        db.prepare_cached(self.forget_sql())?.execute([hash(text), n]).map(|_| ())
    }
}

/// As a signed number, which takes four bytes in a row whatever its highest bit is.
fn hash(text: &str) -> i64 {
    let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(text));
    i32::from_be_bytes([a, b, c, d]).into()
}

/// Number of the practitioner with this FHIR id, listed or not.
pub(super) fn practitioner(db: &Connection, id: &str) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached(
        "SELECT p.n FROM practitioner_key k JOIN practitioner p ON p.n = k.n WHERE k.hash = ?1 AND p.id = ?2",
    )?
    .query_row(params![hash(id), stored::id(id)], |row| row.get(0))
    .optional()
}

/// Number of the role with this FHIR id.
pub(super) fn role(db: &Connection, id: &str) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached("SELECT r.n FROM role_key k JOIN role r ON r.n = k.n WHERE k.hash = ?1 AND r.id = ?2")?
        .query_row(params![hash(id), stored::id(id)], |row| row.get(0))
        .optional()
}

/// Numbers of the roles that have this account.
pub(super) fn roles_of(db: &Connection, user_id: &str) -> rusqlite::Result<Vec<i64>> {
    let Some((local, server)) = split(user_id) else { return Ok(Vec::new()) };
    db.prepare_cached(
        "SELECT r.n FROM account_key k JOIN role r ON r.n = k.n JOIN homeserver s ON s.n = r.homeserver
         WHERE k.hash = ?1 AND r.localpart = ?2 AND s.name = ?3",
    )?
    .query_map(params![hash(user_id), local, server], |row| row.get(0))?
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
