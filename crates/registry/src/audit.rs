//! The audit trail: append-only lines, each with a hash over itself and the line before.

use crate::clock::{Millis, instant};
use crate::database::Connection;
use crate::database::schema::{accounts, applications, audit, practitioners};
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
    fn into_entry(self, names: &Names) -> Option<AuditEntry> {
        // Whoever has another name by now is not called by that of today.
        let latin = names.accounts.get(&self.actor_id).filter(|(name, _)| *name == self.actor);
        let (about, about_latin) = names.about(&self).cloned().unwrap_or_default();
        Some(AuditEntry {
            seq: self.seq,
            action: self.action()?,
            actor_latin: latin.map(|(_, latin)| latin.clone()).unwrap_or_default(),
            actor: self.actor,
            reference: self.reference,
            subject: self.subject,
            about,
            about_latin,
            at: instant(self.at),
        })
    }
}

/// In Chinese, or as it is shown, and in Latin script.
type Name = (String, String);

/// Of those whom lines name.
#[derive(Default)]
struct Names {
    accounts: HashMap<String, Name>,
    practitioners: HashMap<String, Name>,
    applicants: HashMap<String, Name>,
}

impl Names {
    fn of(c: &mut Connection, rows: &[Row]) -> Result<Self, Problem> {
        let subjects = rows.iter().filter_map(|row| row.subject.as_deref());
        let users = rows.iter().map(|row| row.actor_id.as_str()).chain(subjects.clone());
        let users: BTreeSet<&str> = users.filter(|id| id.starts_with('@')).collect();
        let practitioners: BTreeSet<&str> = subjects.filter_map(practitioner_of).collect();
        let applications: BTreeSet<&str> = rows.iter().filter_map(|row| row.application_id.as_deref()).collect();
        let users: Vec<(String, String, String)> = accounts::table
            .inner_join(practitioners::table.on(practitioners::id.eq(accounts::practitioner_id)))
            .filter(accounts::user_id.eq_any(users))
            .select((accounts::user_id, accounts::name, practitioners::latin_name))
            .load(c)?;
        let practitioners: Vec<(String, String, String)> = practitioners::table
            .filter(practitioners::id.eq_any(practitioners))
            .select((practitioners::id, practitioners::han_name, practitioners::latin_name))
            .load(c)?;
        let applicants: Vec<(String, String, String)> = applications::table
            .filter(applications::id.eq_any(applications))
            .select((applications::id, applications::han_name, applications::latin_name))
            .load(c)?;
        let by_id = |names: Vec<(String, String, String)>| {
            names.into_iter().map(|(id, name, latin)| (id, (name, latin))).collect()
        };
        Ok(Self { accounts: by_id(users), practitioners: by_id(practitioners), applicants: by_id(applicants) })
    }

    fn about(&self, row: &Row) -> Option<&Name> {
        let applicant = row.application_id.as_ref().and_then(|id| self.applicants.get(id));
        applicant.or_else(|| {
            let subject = row.subject.as_ref()?;
            self.accounts.get(subject).or_else(|| self.practitioners.get(practitioner_of(subject)?))
        })
    }
}

/// The id of the colleague whose entry a line is about.
fn practitioner_of(subject: &str) -> Option<&str> {
    subject.strip_prefix("Practitioner/")
}

/// Lines as a verifier reads them, with the names that the directory has today.
pub fn entries(c: &mut Connection, rows: Vec<Row>) -> Result<Vec<AuditEntry>, Problem> {
    let names = Names::of(c, &rows)?;
    Ok(rows.into_iter().filter_map(|row| row.into_entry(&names)).collect())
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
