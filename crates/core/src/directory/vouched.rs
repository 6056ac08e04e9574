//! Whether what is stored is what the registry signed: the leaves of all rows, and the tree over them.
//!
//! A row that is shown is hashed again; its leaf must be in its bucket, and the bucket must have the hash that it had when
//! the tree's root was compared with the signed one. So a row, a bucket, or a whole file that somebody changed on this
//! machine shows no badge.

use super::resources::{shown_id, stored_id};
use super::terms::{self, Kind};
use chrono::Utc;
use consilium_api::directory::Doubt;
use consilium_publication::entry::{OrganizationEntry, PractitionerEntry, RoleEntry, VerificationEntry};
use consilium_publication::{Checkpoint, Leaf, Tree};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// What is known of one state of the copy.
#[derive(Clone, Debug)]
pub(super) struct Vouched {
    /// None while the first load is under way: its files were signed, the whole is not there yet.
    tree: Option<Arc<Tree>>,
    /// Seconds since 1970, after which nothing is vouched for.
    expires: i64,
    /// Seconds since 1970: it is not earlier than this, whatever the clock says.
    issued: i64,
    /// The rows as a whole are not what was signed.
    tampered: bool,
}

/// The latest state that was asked for; reading it takes a tenth of a second for a million.
#[derive(Debug, Default)]
pub(super) struct Vouching(Mutex<Option<((u64, i64), Vouched)>>);

impl Vouching {
    /// For the file of this generation as `db` shows it.
    pub(super) fn now(&self, db: &Connection, generation: u64) -> rusqlite::Result<Vouched> {
        let version: i64 = db.prepare_cached("SELECT version FROM publication")?.query_row([], |row| row.get(0))?;
        let state = (generation, version);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match kept.as_ref() {
            Some((of, vouched)) if *of == state => Ok(vouched.clone()),
            _ => {
                let vouched = read(db)?;
                *kept = Some((state, vouched.clone()));
                Ok(vouched)
            }
        }
    }
}

fn read(db: &Connection) -> rusqlite::Result<Vouched> {
    let note: String = db.query_row("SELECT checkpoint FROM publication", [], |row| row.get(0))?;
    if note.is_empty() {
        return Ok(Vouched { tree: None, expires: i64::MAX, issued: 0, tampered: false });
    }
    let tree = tree(db)?;
    // Its signature was proved when it came; the file that holds it is encrypted and authenticated as a whole.
    let checkpoint = Checkpoint::read_unproved(&note);
    let tampered = checkpoint.as_ref().is_none_or(|c| c.root != tree.root());
    let (expires, issued) = checkpoint.map_or((0, 0), |c| (c.expires, c.issued));
    Ok(Vouched { tree: Some(Arc::new(tree)), expires, issued, tampered })
}

impl Vouched {
    /// Why nothing here has a badge, if so.
    pub(super) fn doubt(&self) -> Option<Doubt> {
        if self.tampered {
            return Some(Doubt::Tampered);
        }
        (Utc::now().timestamp().max(self.issued) > self.expires).then_some(Doubt::Expired)
    }

    /// Why a role has no badge though it says that it was verified; `role` is its number.
    pub(super) fn doubt_of(&self, db: &Connection, role: i64) -> rusqlite::Result<Option<Doubt>> {
        if let Some(doubt) = self.doubt() {
            return Ok(Some(doubt));
        }
        let Some(tree) = &self.tree else { return Ok(None) };
        for leaf in shown_leaves(db, role)? {
            let bucket = bucket(db, leaf.bucket())?;
            let there = bucket.chunks_exact(Leaf::SIZE).any(|stored| stored == leaf.bytes());
            if !there || Tree::bucket(&bucket) != *tree.get(leaf.bucket()) {
                return Ok(Some(Doubt::Tampered));
            }
        }
        Ok(None)
    }
}

fn bucket(db: &Connection, n: u16) -> rusqlite::Result<Vec<u8>> {
    let leaves =
        db.prepare_cached("SELECT leaves FROM bucket WHERE n = ?1")?.query_row([n], |row| row.get(0)).optional()?;
    Ok(leaves.unwrap_or_default())
}

fn tree(db: &Connection) -> rusqlite::Result<Tree> {
    let mut tree = Tree::default();
    let mut buckets = db.prepare("SELECT n, leaves FROM bucket")?;
    let mut rows = buckets.query([])?;
    while let Some(row) = rows.next()? {
        tree.set(row.get(0)?, Tree::bucket(row.get_ref(1)?.as_blob().unwrap_or_default()));
    }
    Ok(tree)
}

/// Changes of the leaves, until they are written.
#[derive(Debug, Default)]
pub(super) struct Changes {
    gone: BTreeSet<Leaf>,
    new: BTreeSet<Leaf>,
}

impl Changes {
    /// Instead of one leaf there is another from now on.
    pub(super) fn replace(&mut self, before: Option<Leaf>, after: Option<Leaf>) {
        if let Some(before) = before
            && !self.new.remove(&before)
        {
            self.gone.insert(before);
        }
        if let Some(after) = after
            && !self.gone.remove(&after)
        {
            self.new.insert(after);
        }
    }

    /// Writes them; returns the tree's root afterwards.
    pub(super) fn write(self, db: &Connection) -> rusqlite::Result<[u8; 32]> {
        let mut buckets: BTreeMap<u16, BTreeSet<Leaf>> = BTreeMap::new();
        for leaf in self.gone.iter().chain(&self.new) {
            if !buckets.contains_key(&leaf.bucket()) {
                let stored = bucket(db, leaf.bucket())?;
                let leaves = stored.chunks_exact(Leaf::SIZE).filter_map(Leaf::from_slice).collect();
                buckets.insert(leaf.bucket(), leaves);
            }
        }
        for leaf in &self.gone {
            buckets.entry(leaf.bucket()).or_default().remove(leaf);
        }
        for leaf in &self.new {
            buckets.entry(leaf.bucket()).or_default().insert(*leaf);
        }
        for (n, leaves) in buckets {
            set_bucket(db, n, &joined(leaves.iter()))?;
        }
        Ok(tree(db)?.root())
    }
}

fn joined<'a>(leaves: impl Iterator<Item = &'a Leaf>) -> Vec<u8> {
    leaves.flat_map(|leaf| *leaf.bytes()).collect()
}

fn set_bucket(db: &Connection, n: u16, leaves: &[u8]) -> rusqlite::Result<()> {
    if leaves.is_empty() {
        db.prepare_cached("DELETE FROM bucket WHERE n = ?1")?.execute([n])?;
    } else {
        db.prepare_cached("INSERT OR REPLACE INTO bucket VALUES (?1, ?2)")?.execute(params![n, leaves])?;
    }
    Ok(())
}

/// Keeps the leaves of a file of a first load.
pub(super) fn keep_loading(db: &Connection, file: usize, leaves: &[Leaf]) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT OR REPLACE INTO loading VALUES (?1, ?2)")?
        .execute(params![file as i64, joined(leaves.iter())])
        .map(drop)
}

/// Makes buckets of all that was kept; returns how many leaves there are, and the tree's root.
pub(super) fn finish_loading(db: &Connection) -> rusqlite::Result<(u64, [u8; 32])> {
    let mut leaves: Vec<Leaf> = Vec::new();
    {
        let mut files = db.prepare("SELECT leaves FROM loading")?;
        let mut rows = files.query([])?;
        while let Some(row) = rows.next()? {
            let stored = row.get_ref(0)?.as_blob().unwrap_or_default();
            leaves.extend(stored.chunks_exact(Leaf::SIZE).filter_map(Leaf::from_slice));
        }
    }
    leaves.sort_unstable();
    db.execute_batch("DELETE FROM bucket; DELETE FROM loading")?;
    for bucket in leaves.chunk_by(|a, b| a.bucket() == b.bucket()) {
        if let Some(first) = bucket.first() {
            set_bucket(db, first.bucket(), &joined(bucket.iter()))?;
        }
    }
    Ok((leaves.len() as u64, tree(db)?.root()))
}

/// The leaf of what is stored of a resource, if it is.
pub(super) fn stored_leaf(db: &Connection, resource_type: &str, id: &str) -> rusqlite::Result<Option<Leaf>> {
    match resource_type {
        "Organization" => {
            let Some(n) = terms::find(db, Kind::Organization, id)? else { return Ok(None) };
            organization_leaf(db, n)
        }
        "Practitioner" => db
            .prepare_cached(&format!("{PRACTITIONER} WHERE p.id = ?1 AND p.known = 1"))?
            .query_row([stored_id(id)], |row| practitioner(row).map(|entry| entry.leaf()))
            .optional(),
        "PractitionerRole" => db
            .prepare_cached(&format!("{ROLE} WHERE r.id = ?1"))?
            .query_row([stored_id(id)], |row| role(row).map(|entry| entry.leaf()))
            .optional(),
        _ => Ok(None),
    }
}

/// The leaves of all that is shown of a role: itself, its person, its hospital.
fn shown_leaves(db: &Connection, n: i64) -> rusqlite::Result<Vec<Leaf>> {
    let (mut leaves, organization) = db
        .prepare_cached(&format!("{ROLE} WHERE r.n = ?1"))?
        .query_row([n], |row| Ok((vec![role(row)?.leaf()], row.get::<_, Option<i64>>(11)?)))?;
    leaves.push(
        db.prepare_cached(&format!("{PRACTITIONER} JOIN role r ON r.practitioner = p.n WHERE r.n = ?1"))?
            .query_row([n], |row| practitioner(row).map(|entry| entry.leaf()))?,
    );
    if let Some(organization) = organization {
        leaves.extend(organization_leaf(db, organization)?);
    }
    Ok(leaves)
}

fn organization_leaf(db: &Connection, n: i64) -> rusqlite::Result<Option<Leaf>> {
    db.prepare_cached("SELECT t.key, t.zh, t.en FROM organization o JOIN term t ON t.n = o.n WHERE o.n = ?1")?
        .query_row([n], |row| Ok(OrganizationEntry { id: row.get(0)?, zh: row.get(1)?, en: row.get(2)? }.leaf()))
        .optional()
}

const PRACTITIONER: &str =
    "SELECT p.id, p.han, p.latin, title.key FROM practitioner p LEFT JOIN term title ON title.n = p.title";

fn practitioner(row: &Row<'_>) -> rusqlite::Result<PractitionerEntry> {
    Ok(PractitionerEntry {
        id: shown_id(&row.get::<_, Value>(0)?),
        han: row.get(1)?,
        latin: row.get(2)?,
        title: row.get::<_, Option<String>>(3)?.unwrap_or_default(),
    })
}

const ROLE: &str =
    "SELECT r.id, p.id, hospital.key, title.key, department.key, r.user_id, r.verified_at, r.valid_until,
    v.name, v.organization, r.licence_ending, r.organization
    FROM role r JOIN practitioner p ON p.n = r.practitioner
    LEFT JOIN term hospital ON hospital.n = r.organization LEFT JOIN term title ON title.n = r.title
    LEFT JOIN term department ON department.n = r.department LEFT JOIN verifier v ON v.n = r.verifier";

fn role(row: &Row<'_>) -> rusqlite::Result<RoleEntry> {
    let text = |at| row.get::<_, Option<String>>(at).map(Option::unwrap_or_default);
    let verified_at: Option<i64> = row.get(6)?;
    Ok(RoleEntry {
        id: shown_id(&row.get::<_, Value>(0)?),
        practitioner: shown_id(&row.get::<_, Value>(1)?),
        organization: text(2)?,
        title: text(3)?,
        department: text(4)?,
        user_id: text(5)?,
        verification: match verified_at {
            None => None,
            Some(verified_at) => Some(VerificationEntry {
                verified_at,
                valid_until: text(7)?,
                verifier: text(8)?,
                organization: text(9)?,
                licence_ending: text(10)?,
            }),
        },
    })
}
