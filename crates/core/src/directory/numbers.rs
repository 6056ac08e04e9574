//! Numbers of what rows share, each looked up once.

use super::terms::{self, Kind};
use rusqlite::{Connection, OptionalExtension};
use std::collections::HashMap;

/// Good for one transaction: what is rolled back has no numbers.
pub(super) struct Numbers<'a> {
    pub db: &'a Connection,
    terms: HashMap<(Kind, String), Option<i64>>,
    homeservers: HashMap<String, i64>,
    verifiers: HashMap<(String, String), i64>,
}

impl<'a> Numbers<'a> {
    pub(super) fn new(db: &'a Connection) -> Self {
        Self { db, terms: HashMap::new(), homeservers: HashMap::new(), verifiers: HashMap::new() }
    }

    fn term(
        &mut self,
        kind: Kind,
        key: &str,
        number: impl FnOnce(&Connection) -> rusqlite::Result<Option<i64>>,
    ) -> rusqlite::Result<Option<i64>> {
        let asked = (kind, key.to_owned());
        if let Some(known) = self.terms.get(&asked) {
            return Ok(*known);
        }
        let n = number(self.db)?;
        self.terms.insert(asked, n);
        Ok(n)
    }

    /// Of an organisation by its FHIR id, which may come later.
    pub(super) fn organization(&mut self, id: &str) -> rusqlite::Result<Option<i64>> {
        self.term(Kind::Organization, id, |db| terms::number(db, Kind::Organization, id))
    }

    /// Of a code; one that the terminology does not know is shown as the feed words it.
    pub(super) fn coded(&mut self, kind: Kind, code: &str, display: &str) -> rusqlite::Result<Option<i64>> {
        self.term(kind, code, |db| terms::coded(db, kind, code, display))
    }

    pub(super) fn interest(&mut self, text: &str) -> rusqlite::Result<Option<i64>> {
        self.term(Kind::Interest, text, |db| terms::worded(db, Kind::Interest, text))
    }

    pub(super) fn homeserver(&mut self, name: &str) -> rusqlite::Result<i64> {
        if let Some(n) = self.homeservers.get(name) {
            return Ok(*n);
        }
        let known = self
            .db
            .prepare_cached("SELECT n FROM homeserver WHERE name = ?1")?
            .query_row([name], |row| row.get(0))
            .optional()?;
        let n = match known {
            Some(n) => n,
            None => {
                self.db.prepare_cached("INSERT INTO homeserver (name) VALUES (?1)")?.execute([name])?;
                self.db.last_insert_rowid()
            }
        };
        self.homeservers.insert(name.to_owned(), n);
        Ok(n)
    }

    /// Of somebody who verifies, by name and organisation.
    pub(super) fn verifier(&mut self, verifier: &(String, String)) -> rusqlite::Result<i64> {
        if let Some(n) = self.verifiers.get(verifier) {
            return Ok(*n);
        }
        let (name, organization) = verifier;
        let known = self
            .db
            .prepare_cached("SELECT n FROM verifier WHERE name = ?1 AND organization = ?2")?
            .query_row([name, organization], |row| row.get(0))
            .optional()?;
        let n = match known {
            Some(n) => n,
            None => {
                self.db
                    .prepare_cached("INSERT INTO verifier (name, organization) VALUES (?1, ?2)")?
                    .execute([name, organization])?;
                self.db.last_insert_rowid()
            }
        };
        self.verifiers.insert(verifier.clone(), n);
        Ok(n)
    }
}
