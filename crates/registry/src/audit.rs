//! The audit trail: append-only lines, each with a hash over itself and the line before.

use crate::clock::{Millis, instant};
use crate::database::Connection;
use crate::database::schema::{accounts, audit, practitioners};
use crate::problem::Problem;
use consilium_registry_api::{AuditAction, AuditEntry};
use diesel::prelude::*;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeSet, HashMap};

/// Who did it. The applicant and the system have no name here.
#[derive(Clone, Debug, Default)]
pub struct Actor {
    pub user_id: String,
    pub name: String,
}

/// A line to be written.
#[derive(Clone, Debug)]
pub struct Line<'a> {
    pub action: AuditAction,
    pub actor: &'a Actor,
    /// Id and reference.
    pub application: Option<(&'a str, &'a str)>,
    /// Id of the evidence or account it concerns.
    pub subject: Option<&'a str>,
    pub at: Millis,
}

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit)]
pub struct Row {
    pub seq: i64,
    action: String,
    actor_id: String,
    actor: String,
    application_id: Option<String>,
    reference: Option<String>,
    subject: Option<String>,
    at: i64,
    previous: Vec<u8>,
    hash: Vec<u8>,
}

impl Row {
    fn own_hash(&self) -> Vec<u8> {
        let mut hash = Sha256::new();
        hash.update(&self.previous);
        hash.update(self.seq.to_le_bytes());
        hash.update(self.at.to_le_bytes());
        for text in [Some(&self.action), Some(&self.actor_id), Some(&self.actor)].into_iter().chain([
            self.application_id.as_ref(),
            self.reference.as_ref(),
            self.subject.as_ref(),
        ]) {
            match text {
                Some(text) => {
                    hash.update((text.len() as u64).to_le_bytes());
                    hash.update(text);
                }
                None => hash.update(u64::MAX.to_le_bytes()),
            }
        }
        hash.finalize().to_vec()
    }

    pub fn action(&self) -> Option<AuditAction> {
        serde_json::from_value(serde_json::Value::String(self.action.clone())).ok()
    }

    pub fn at(&self) -> Millis {
        self.at
    }

    /// None if a later version wrote what this one has no word for.
    fn into_entry(self, latin: &HashMap<String, (String, String)>) -> Option<AuditEntry> {
        // Whoever has another name by now is not called by that of today.
        let latin = latin.get(&self.actor_id).filter(|(name, _)| *name == self.actor);
        Some(AuditEntry {
            seq: self.seq,
            action: self.action()?,
            actor_latin: latin.map(|(_, latin)| latin.clone()).unwrap_or_default(),
            actor: self.actor,
            reference: self.reference,
            subject: self.subject,
            at: instant(self.at),
        })
    }
}

/// Lines as a verifier reads them, with the actors' names in Latin script too where the directory has them.
pub fn entries(c: &mut Connection, rows: Vec<Row>) -> Result<Vec<AuditEntry>, Problem> {
    let actors: BTreeSet<&str> = rows.iter().map(|row| row.actor_id.as_str()).filter(|id| !id.is_empty()).collect();
    let names: Vec<(String, String, String)> = accounts::table
        .inner_join(practitioners::table.on(practitioners::id.eq(accounts::practitioner_id)))
        .filter(accounts::user_id.eq_any(actors))
        .select((accounts::user_id, accounts::name, practitioners::latin_name))
        .load(c)?;
    let latin = names.into_iter().map(|(user, name, latin)| (user, (name, latin))).collect();
    Ok(rows.into_iter().filter_map(|row| row.into_entry(&latin)).collect())
}

/// Writes a line at the end. In a write transaction, so that no other comes between.
pub fn append(c: &mut Connection, line: &Line<'_>) -> Result<(), Problem> {
    let last: Option<(i64, Vec<u8>)> =
        audit::table.select((audit::seq, audit::hash)).order(audit::seq.desc()).first(c).optional()?;
    let (seq, previous) = last.unwrap_or((0, vec![0; 32]));
    let mut row = Row {
        seq: seq + 1,
        action: crate::applications::row::word(&line.action)?,
        actor_id: line.actor.user_id.clone(),
        actor: line.actor.name.clone(),
        application_id: line.application.map(|(id, _)| id.to_owned()),
        reference: line.application.map(|(_, reference)| reference.to_owned()),
        subject: line.subject.map(str::to_owned),
        at: line.at,
        previous,
        hash: Vec::new(),
    };
    row.hash = row.own_hash();
    diesel::insert_into(audit::table).values(row).execute(c)?;
    Ok(())
}

/// The lines of an application, latest first.
pub fn of_application(c: &mut Connection, application_id: &str) -> Result<Vec<Row>, Problem> {
    Ok(audit::table
        .filter(audit::application_id.eq(application_id))
        .order(audit::seq.desc())
        .select(Row::as_select())
        .load(c)?)
}

/// Lines held in memory at once while the chain is followed: years of them need not fit.
const AT_ONCE: i64 = 5_000;

/// The first line that does not follow from the one before, if the chain is broken.
pub fn first_break(c: &mut Connection) -> Result<Option<i64>, Problem> {
    let (mut seq, mut previous) = (0, vec![0; 32]);
    loop {
        let rows: Vec<Row> = audit::table
            .filter(audit::seq.gt(seq))
            .order(audit::seq)
            .limit(AT_ONCE)
            .select(Row::as_select())
            .load(c)?;
        if rows.is_empty() {
            return Ok(None);
        }
        for row in rows {
            seq += 1;
            if row.seq != seq || row.previous != previous || row.hash != row.own_hash() {
                return Ok(Some(seq));
            }
            previous = row.hash;
        }
    }
}
