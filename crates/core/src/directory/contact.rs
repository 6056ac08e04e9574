//! Contacts of colleagues on this machine: what the registry shows to this doctor, kept for when there is no network.

use super::resources::number_of_practitioner;
use super::scope::{self, Held};
use super::{contact_number, lookup, stored};
use consilium_api::directory::{Contact, ContactKind, RequestableContact};
use consilium_api::registry::{self, ContactRequest, ContactsPage, RoleContacts};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// Characters of a contact, and contacts of a role, that are kept: a feed must not fill the disk with one colleague.
const LONGEST: usize = 254;
const MOST: usize = 20;

const SYSTEMS: [(&str, char); 6] =
    [("phone", 'p'), ("email", 'e'), ("fax", 'f'), ("sms", 's'), ("pager", 'g'), ("url", 'u')];
const USES: [(&str, char); 5] = [("work", 'w'), ("mobile", 'm'), ("home", 'h'), ("temp", 't'), ("old", 'o')];
/// For what is not among them.
const OTHER: char = '-';

const KINDS: [ContactKind; 5] =
    [ContactKind::Phone, ContactKind::Mobile, ContactKind::Email, ContactKind::Fax, ContactKind::Other];

/// Where the feed goes on.
pub(super) fn cursor(db: &Connection) -> rusqlite::Result<Option<String>> {
    db.query_row("SELECT cursor FROM contact_state", [], |row| row.get(0))
}

/// Has the next page begin with all again. What is there stays until all is read.
pub(super) fn begin_anew(db: &Connection) -> rusqlite::Result<()> {
    db.execute("UPDATE contact_state SET cursor = NULL", []).map(drop)
}

pub(super) fn revision(db: &Connection) -> rusqlite::Result<i64> {
    db.prepare_cached("SELECT revision FROM contact_state")?.query_row([], |row| row.get(0))
}

/// Stores a page that was asked for with `cursor`. Answers whether anything changed by it.
pub(super) fn apply(db: &Connection, cursor: Option<&str>, page: &ContactsPage) -> rusqlite::Result<bool> {
    if cursor.is_none() {
        db.execute("UPDATE contact_state SET load = load + 1, whole = 0", [])?;
    }
    let (load, whole): (i64, bool) =
        db.query_row("SELECT load, whole FROM contact_state", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut touched = BTreeSet::new();
    let everybody = scope::held(db)? == Held::All;
    for entry in &page.entries {
        touched.extend(store(db, entry, load, everybody)?);
    }
    if !whole && !page.more {
        let mut gone = db.prepare_cached("DELETE FROM contact WHERE load <> ?1 RETURNING practitioner")?;
        let gone = gone.query_map([load], |row| row.get(0))?;
        touched.extend(gone.collect::<rusqlite::Result<Vec<i64>>>()?);
    }
    renumber(db, &touched)?;
    db.prepare_cached("UPDATE contact_state SET cursor = ?1, whole = iif(?2, whole, 1), revision = revision + ?3")?
        .execute(params![page.cursor, page.more, !touched.is_empty()])?;
    if !whole && !page.more {
        db.execute("INSERT INTO contact_number (contact_number) VALUES ('optimize')", [])?;
    }
    Ok(!touched.is_empty())
}

/// Stores what is seen of a role; answers with the number of who has it. Unless everybody is kept, those who are not here
/// are passed over.
fn store(db: &Connection, entry: &RoleContacts, load: i64, everybody: bool) -> rusqlite::Result<Option<i64>> {
    let Some(practitioner) = holder(db, &entry.practitioner, everybody)? else { return Ok(None) };
    let role = hash(&entry.role);
    let telecom = written(&entry.telecom);
    let requestable = KINDS.iter().enumerate().filter(|(_, kind)| entry.requestable.contains(kind));
    let requestable: i64 = requestable.map(|(bit, _)| 1 << bit).sum();
    if telecom.is_empty() && requestable == 0 {
        db.prepare_cached("DELETE FROM contact WHERE practitioner = ?1 AND role = ?2")?
            .execute([practitioner, role])?;
    } else {
        db.prepare_cached("INSERT OR REPLACE INTO contact VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(params![
            practitioner,
            role,
            telecom,
            requestable,
            load
        ])?;
    }
    Ok(Some(practitioner))
}

/// Number of the practitioner with this FHIR id.
fn holder(db: &Connection, id: &str, everybody: bool) -> rusqlite::Result<Option<i64>> {
    if everybody {
        // A colleague whose resources are still to come has a row already.
        return number_of_practitioner(db, id).map(Some);
    }
    lookup::known_practitioner(db, id)
}

/// Remembers somebody who came into a part of the directory: their contacts were passed over so far.
pub(super) fn note_newcomer(db: &Connection, practitioner: &str) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT OR IGNORE INTO contact_newcomer VALUES (?1)")?.execute([practitioner]).map(drop)
}

/// FHIR ids of some who came in.
pub(super) fn newcomers(db: &Connection, most: u32) -> rusqlite::Result<Vec<String>> {
    db.prepare_cached("SELECT practitioner_id FROM contact_newcomer ORDER BY practitioner_id LIMIT ?1")?
        .query_map([most], |row| row.get(0))?
        .collect()
}

/// Stores what is seen of those who came in.
pub(super) fn welcome(db: &Connection, newcomers: &[String], page: &ContactsPage) -> rusqlite::Result<()> {
    let load: i64 = db.query_row("SELECT load FROM contact_state", [], |row| row.get(0))?;
    let mut touched = BTreeSet::new();
    for entry in page.entries.iter().filter(|entry| newcomers.contains(&entry.practitioner)) {
        touched.extend(store(db, entry, load, false)?);
    }
    renumber(db, &touched)?;
    for id in newcomers {
        db.prepare_cached("DELETE FROM contact_newcomer WHERE practitioner_id = ?1")?.execute([id])?;
    }
    db.execute("UPDATE contact_state SET revision = revision + ?1", [!touched.is_empty()]).map(drop)
}

/// Whether all was read once.
pub(super) fn whole(db: &Connection) -> rusqlite::Result<bool> {
    db.query_row("SELECT whole FROM contact_state", [], |row| row.get(0))
}

/// Forgets all contacts.
pub(super) fn clear(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch("DELETE FROM contact; INSERT INTO contact_number (contact_number) VALUES ('delete-all');")
}

/// What is kept of a role's contacts, as another copy can take it over.
#[derive(Debug)]
pub(super) struct Kept {
    pub practitioner: i64,
    pub role: i64,
    practitioner_id: String,
    telecom: String,
    requestable: i64,
    load: i64,
}

/// The next that are kept after those of a role, in the order of practitioner and role.
pub(super) fn kept_after(db: &Connection, (practitioner, role): (i64, i64), most: u32) -> rusqlite::Result<Vec<Kept>> {
    db.prepare_cached(
        "SELECT c.practitioner, c.role, p.id, c.telecom, c.requestable, c.load
         FROM contact c JOIN practitioner p ON p.n = c.practitioner
         WHERE (c.practitioner, c.role) > (?1, ?2) ORDER BY c.practitioner, c.role LIMIT ?3",
    )?
    .query_map(params![practitioner, role, most], |row| {
        Ok(Kept {
            practitioner: row.get(0)?,
            role: row.get(1)?,
            practitioner_id: stored::id_text(&row.get(2)?),
            telecom: row.get(3)?,
            requestable: row.get(4)?,
            load: row.get(5)?,
        })
    })?
    .collect()
}

/// Takes over what another copy kept, which numbered practitioners otherwise.
pub(super) fn take_over(db: &Connection, kept: &[Kept]) -> rusqlite::Result<()> {
    let mut insert = db.prepare_cached("INSERT OR REPLACE INTO contact VALUES (?1, ?2, ?3, ?4, ?5)")?;
    let mut touched = BTreeSet::new();
    let everybody = scope::held(db)? == Held::All;
    for contact in kept {
        let Some(practitioner) = holder(db, &contact.practitioner_id, everybody)? else { continue };
        insert.execute(params![practitioner, contact.role, contact.telecom, contact.requestable, contact.load])?;
        touched.insert(practitioner);
    }
    renumber(db, &touched)
}

/// Where the feed of contacts is, the doctor's requests and their own entry: all that does not go by numbers.
#[derive(Debug)]
pub(super) struct Rest {
    state: (Option<String>, i64, bool, i64),
    requests: registry::ContactRequests,
    own: Option<(String, String)>,
}

pub(super) fn rest(db: &Connection) -> rusqlite::Result<Rest> {
    let state = db.query_row("SELECT cursor, load, whole, revision FROM contact_state", [], |row| row.try_into())?;
    Ok(Rest { state, requests: requests(db)?, own: own_entry(db)? })
}

pub(super) fn take_over_rest(db: &Connection, rest: &Rest) -> rusqlite::Result<()> {
    let (cursor, load, whole, revision) = &rest.state;
    db.execute(
        "UPDATE contact_state SET cursor = ?1, load = ?2, whole = ?3, revision = ?4",
        params![cursor, load, whole, revision],
    )?;
    if let Some((resources, as_of)) = &rest.own {
        store_own_entry(db, resources, as_of)?;
    }
    store_requests(db, &rest.requests)?;
    db.execute("INSERT INTO contact_number (contact_number) VALUES ('optimize')", []).map(drop)
}

/// As a signed number, which takes four bytes in a row.
fn hash(role: &str) -> i64 {
    let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(role));
    i32::from_be_bytes([a, b, c, d]).into()
}

/// Brings the tokens of their telephone numbers up to date.
fn renumber(db: &Connection, practitioners: &BTreeSet<i64>) -> rusqlite::Result<()> {
    // One statement for all: between statements FTS5 may write out what it gathered.
    let touched = serde_json::to_string(practitioners).unwrap_or_default();
    db.execute("DELETE FROM contact_number WHERE rowid IN (SELECT value FROM json_each(?1))", [touched])?;
    let mut insert = db.prepare_cached("INSERT INTO contact_number (rowid, tokens) VALUES (?1, ?2)")?;
    for practitioner in practitioners {
        let tokens: BTreeSet<String> =
            numbers(db, *practitioner)?.iter().flat_map(|number| contact_number::tokens(number)).collect();
        if !tokens.is_empty() {
            insert.execute(params![practitioner, tokens.into_iter().collect::<Vec<_>>().join(" ")])?;
        }
    }
    Ok(())
}

/// The contacts of a practitioner, each once.
pub(super) fn of(db: &Connection, practitioner: i64) -> rusqlite::Result<Vec<Contact>> {
    let mut contacts: Vec<Contact> = Vec::new();
    for line in lines(db, practitioner)? {
        let known = read(&line);
        contacts.extend(known.filter(|contact| !contacts.contains(contact)));
    }
    Ok(contacts)
}

/// Their telephone numbers as they are written.
pub(super) fn numbers(db: &Connection, practitioner: i64) -> rusqlite::Result<Vec<String>> {
    let telephones = of(db, practitioner)?.into_iter();
    Ok(telephones.filter(|c| matches!(c.kind, ContactKind::Phone | ContactKind::Mobile)).map(|c| c.value).collect())
}

fn lines(db: &Connection, practitioner: i64) -> rusqlite::Result<Vec<String>> {
    let rows: Vec<String> = db
        .prepare_cached("SELECT telecom FROM contact WHERE practitioner = ?1 ORDER BY role")?
        .query_map([practitioner], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(rows.iter().flat_map(|row| row.lines().map(str::to_owned)).collect())
}

/// What the doctor may ask this practitioner for, with what became of it.
pub(super) fn requestable(
    db: &Connection,
    practitioner: i64,
    practitioner_id: &str,
) -> rusqlite::Result<Vec<RequestableContact>> {
    let bits: Vec<i64> = db
        .prepare_cached("SELECT requestable FROM contact WHERE practitioner = ?1")?
        .query_map([practitioner], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let sent: Vec<ContactRequest> = db
        .prepare_cached(
            "SELECT request FROM contact_request WHERE received = 0 AND practitioner_id = ?1 ORDER BY place",
        )?
        .query_map([practitioner_id], |row| row.get::<_, String>(0))?
        .filter_map(|request| request.map(|text| serde_json::from_str(&text).ok()).transpose())
        .collect::<rusqlite::Result<_>>()?;
    let kinds = KINDS.into_iter().enumerate().filter(|(bit, _)| bits.iter().any(|bits| bits >> bit & 1 == 1));
    Ok(kinds
        .map(|(_, kind)| RequestableContact {
            kind,
            state: sent.iter().find(|request| request.kind == kind).map(|request| request.state),
        })
        .collect())
}

/// The telecom of a role as a row holds it.
fn written(telecom: &[registry::Contact]) -> String {
    let letter = |letters: &[(&str, char)], of: Option<&str>| {
        letters.iter().find(|(word, _)| Some(*word) == of).map_or(OTHER, |(_, letter)| *letter)
    };
    let lines = telecom.iter().take(MOST).filter_map(|contact| {
        let value: String = contact.value.trim().chars().filter(|c| !c.is_control()).take(LONGEST).collect();
        let (system, use_) = (letter(&SYSTEMS, contact.system.as_deref()), letter(&USES, contact.use_.as_deref()));
        (!value.is_empty()).then(|| format!("{system}{use_}{value}"))
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn read(line: &str) -> Option<Contact> {
    let word = |letters: &[(&'static str, char)], of: char| {
        letters.iter().find(|(_, letter)| *letter == of).map(|(word, _)| *word)
    };
    let mut letters = line.chars();
    let (system, use_) = (word(&SYSTEMS, letters.next()?), word(&USES, letters.next()?));
    Some(Contact {
        kind: ContactKind::of(system, use_),
        private: use_ == Some("home"),
        value: letters.as_str().to_owned(),
    })
}

/// Keeps the requests as the registry told them. Answers whether they changed.
pub(super) fn store_requests(db: &Connection, requests: &registry::ContactRequests) -> rusqlite::Result<bool> {
    let before = super::contact::requests(db)?;
    if before == *requests {
        return Ok(false);
    }
    db.execute("DELETE FROM contact_request", [])?;
    let mut insert = db.prepare_cached("INSERT INTO contact_request VALUES (?1, ?2, ?3, ?4)")?;
    for (received, list) in [(true, &requests.received), (false, &requests.sent)] {
        for (place, request) in list.iter().enumerate() {
            let json = serde_json::to_string(request).unwrap_or_default();
            insert.execute(params![received, place, request.practitioner_id, json])?;
        }
    }
    Ok(true)
}

/// Requests to the doctor and of the doctor, as of the last time the registry was asked.
pub(super) fn requests(db: &Connection) -> rusqlite::Result<registry::ContactRequests> {
    let mut requests = registry::ContactRequests::default();
    let mut select = db.prepare_cached("SELECT received, request FROM contact_request ORDER BY received, place")?;
    let rows = select.query_map([], |row| Ok((row.get::<_, bool>(0)?, row.get::<_, String>(1)?)))?;
    for row in rows {
        let (received, text) = row?;
        let list = if received { &mut requests.received } else { &mut requests.sent };
        list.extend(serde_json::from_str::<ContactRequest>(&text).ok());
    }
    Ok(requests)
}

/// The resources of the doctor's own entry, a JSON array, and as of when.
pub(super) fn own_entry(db: &Connection) -> rusqlite::Result<Option<(String, String)>> {
    db.prepare_cached("SELECT resources, as_of FROM own_entry")?.query_row([], |row| row.try_into()).optional()
}

/// Says whether the entry is another than before.
pub(super) fn store_own_entry(db: &Connection, resources: &str, as_of: &str) -> rusqlite::Result<bool> {
    let before = own_entry(db)?;
    db.prepare_cached("INSERT OR REPLACE INTO own_entry VALUES (1, ?1, ?2)")?.execute([resources, as_of])?;
    Ok(before.is_none_or(|(before, _)| before != resources))
}
