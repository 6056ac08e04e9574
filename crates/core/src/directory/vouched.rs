//! Whether what is stored is what the registry signed: the leaves of all rows, and the tree over them.
//!
//! A row that is shown is hashed again; its leaf must be in its bucket, and the bucket must have the hash that it had when
//! the tree's root was compared with the signed one. So a row, a bucket, or a whole file that somebody changed on this
//! machine shows no badge.

use super::page::Place;
use super::terms::{self, Kind};
use super::{lookup, resources, stored};
use chrono::Utc;
use consilium_api::directory::Doubt;
use consilium_publication::entry::{OrganizationEntry, PractitionerEntry, RoleEntry, VerificationEntry, clipped};
use consilium_publication::{Checkpoint, Leaf, Tree};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
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
    /// So was one that was shown.
    seen: Arc<AtomicBool>,
    /// Ranks of colleagues whose badge was proved in this state, with the day through which it counts: a list shows the
    /// same rows again and again.
    proved: Arc<Mutex<HashMap<i64, u16>>>,
}

/// Proofs that are remembered.
const MOST_PROVED: usize = 16 * 1024;

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
            Some((of, vouched)) if *of == state && vouched.tree.is_some() => Ok(vouched.clone()),
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
        // What is loading is vouched for by the manifest that it is read from.
        let loading = Place::read(db)?.page.map(|page| page.checkpoint);
        let (expires, issued) = loading.map_or((i64::MAX, 0), |c| (c.expires, c.issued));
        return Ok(Vouched {
            tree: None,
            expires,
            issued,
            tampered: false,
            seen: Arc::default(),
            proved: Arc::default(),
        });
    }
    let tree = tree(db)?;
    // Its signature was proved when it came; the file that holds it is encrypted and authenticated as a whole.
    let checkpoint = Checkpoint::read_unproved(&note);
    let tampered = checkpoint.as_ref().is_none_or(|c| c.root != tree.root());
    let (expires, issued) = checkpoint.map_or((0, 0), |c| (c.expires, c.issued));
    Ok(Vouched { tree: Some(Arc::new(tree)), expires, issued, tampered, seen: Arc::default(), proved: Arc::default() })
}

impl Vouched {
    /// Why nothing here has a badge, if so.
    pub(super) fn doubt(&self) -> Option<Doubt> {
        if self.tampered {
            return Some(Doubt::Tampered);
        }
        (Utc::now().timestamp().max(self.issued) > self.expires).then_some(Doubt::Expired)
    }

    /// Whether anything was found that the registry did not sign: everything is to be fetched anew.
    pub(super) fn is_tampered(&self) -> bool {
        self.tampered || self.seen.load(Ordering::Relaxed)
    }

    /// Whether the role that is shown of the colleague with this rank has a badge on `today`, in days since 1970.
    pub(super) fn vouches(&self, db: &Connection, rank: i64, today: u16) -> rusqlite::Result<bool> {
        if self.doubt().is_some() {
            return Ok(false);
        }
        let proved = || self.proved.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(through) = proved().get(&rank) {
            return Ok(*through >= today);
        }
        let role = db
            .prepare_cached(
                "SELECT r.n, r.verified_at, r.valid_until FROM colleague c
                 JOIN role r ON r.n = (c.rank & 33554431) << 6 | c.place WHERE c.rank = ?1",
            )?
            .query_row([rank], |row| Ok((row.get(0)?, stored::counts_through(&row.get(1)?, &row.get(2)?))))
            .optional()?;
        let Some((n, through)) = role.filter(|(_, through)| *through >= today) else { return Ok(false) };
        if self.doubt_of(db, rank, n)?.is_some() {
            return Ok(false);
        }
        // While a first load is under way rows change within a state.
        if self.tree.is_some() {
            let mut proved = proved();
            if proved.len() >= MOST_PROVED {
                proved.clear();
            }
            proved.insert(rank, through);
        }
        Ok(true)
    }

    /// Why the role that is shown of the colleague with this rank has no badge though it says that it was verified; `role`
    /// is its number.
    pub(super) fn doubt_of(&self, db: &Connection, rank: i64, role: i64) -> rusqlite::Result<Option<Doubt>> {
        if let Some(doubt) = self.doubt() {
            return Ok(Some(doubt));
        }
        let Some(tree) = &self.tree else { return Ok(None) };
        if is_shown_as_stored(db, rank, role)? && are_signed(db, tree, role)? {
            return Ok(None);
        }
        self.seen.store(true, Ordering::Relaxed);
        Ok(Some(Doubt::Tampered))
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
            if let Entry::Vacant(new) = buckets.entry(leaf.bucket()) {
                let stored = bucket(db, leaf.bucket())?;
                new.insert(stored.chunks_exact(Leaf::SIZE).filter_map(Leaf::from_slice).collect());
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
    let n = match resource_type {
        "Organization" => terms::find(db, Kind::Organization, id)?,
        "Practitioner" => lookup::practitioner(db, id)?,
        "PractitionerRole" => lookup::role(db, id)?,
        _ => None,
    };
    let Some(n) = n else { return Ok(None) };
    match resource_type {
        "Organization" => organization_leaf(db, n),
        "Practitioner" => practitioner_leaf(db, n),
        _ => Ok(role_leaf(db, n)?.map(|(leaf, _)| leaf)),
    }
}

/// Whether the registry signed all that is stored of a role: itself, its person, its hospital. A hospital that is not in
/// the directory has no leaf, and no name.
fn are_signed(db: &Connection, tree: &Tree, role: i64) -> rusqlite::Result<bool> {
    let Some(person) = practitioner_leaf(db, resources::practitioner_of(role))? else { return Ok(false) };
    let Some((role, hospital)) = role_leaf(db, role)? else { return Ok(false) };
    let hospital = match hospital {
        Some(n) => organization_leaf(db, n)?,
        None => None,
    };
    for leaf in [Some(person), Some(role), hospital].into_iter().flatten() {
        let bucket = bucket(db, leaf.bucket())?;
        let there = bucket.chunks_exact(Leaf::SIZE).any(|stored| stored == leaf.bytes());
        if !there || Tree::bucket(&bucket) != *tree.get(leaf.bucket()) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether what lists and cards show of a role, which was worked out when it came, follows from what is stored of it.
fn is_shown_as_stored(db: &Connection, rank: i64, role: i64) -> rusqlite::Result<bool> {
    db.prepare_cached(
        "SELECT c.organization = coalesce(r.organization, 0)
         AND c.department = coalesce(r.departments ->> 0, r.departments, 0)
         AND c.title = coalesce(r.title, p.title, 0),
         o.name, o.latin, hospital.zh, hospital.en
         FROM colleague c JOIN role r ON r.n = ?2 JOIN practitioner p ON p.n = r.n >> 6
         LEFT JOIN organization o ON o.n = r.organization LEFT JOIN term hospital ON hospital.n = r.organization
         WHERE c.rank = ?1",
    )?
    .query_row([rank, role], |row| {
        let text = |at| row.get::<_, Option<String>>(at).map(Option::unwrap_or_default);
        let hospital = resources::organization_texts(&text(1)?, &text(2)?);
        Ok(row.get(0)? && hospital == (text(3)?, text(4)?))
    })
}

fn organization_leaf(db: &Connection, n: i64) -> rusqlite::Result<Option<Leaf>> {
    db.prepare_cached("SELECT t.key, o.name, o.latin FROM organization o JOIN term t ON t.n = o.n WHERE o.n = ?1")?
        .query_row([n], |row| {
            let text = |at| row.get_ref(at)?.as_str().map_err(rusqlite::Error::from);
            Ok(OrganizationEntry::new(text(0)?, text(1)?, text(2)?).leaf())
        })
        .optional()
}

fn practitioner_leaf(db: &Connection, n: i64) -> rusqlite::Result<Option<Leaf>> {
    db.prepare_cached(
        "SELECT p.id, p.han, p.latin, title.key FROM practitioner p LEFT JOIN term title ON title.n = p.title
         WHERE p.n = ?1 AND p.known = 1",
    )?
    .query_row([n], |row| {
        let entry = PractitionerEntry {
            id: stored::id_text(&row.get(0)?),
            han: counts(row, 1)?,
            latin: counts(row, 2)?,
            title: counts(row, 3)?,
        };
        Ok(entry.leaf())
    })
    .optional()
}

/// The leaf of a role, and the number of its hospital.
fn role_leaf(db: &Connection, n: i64) -> rusqlite::Result<Option<(Leaf, Option<i64>)>> {
    db.prepare_cached(
        "SELECT r.id, p.id, hospital.key, title.key, department.key, '@' || r.localpart || ':' || s.name,
         r.verified_at, r.valid_until, v.name, v.organization, r.licence_ending, r.organization
         FROM role r JOIN practitioner p ON p.n = ?2
         LEFT JOIN term hospital ON hospital.n = r.organization LEFT JOIN term title ON title.n = r.title
         LEFT JOIN term department ON department.n = coalesce(r.departments ->> 0, r.departments)
         LEFT JOIN verifier v ON v.n = r.verifier LEFT JOIN homeserver s ON s.n = r.homeserver
         WHERE r.n = ?1",
    )?
    .query_row([n, resources::practitioner_of(n)], |row| {
        let raw = |at| row.get::<_, Option<String>>(at).map(Option::unwrap_or_default);
        let verification = match stored::seconds(&row.get(6)?) {
            None => None,
            Some(verified_at) => Some(VerificationEntry {
                verified_at,
                valid_until: clipped(Some(&stored::day_text(&row.get(7)?))),
                verifier: counts(row, 8)?,
                organization: counts(row, 9)?,
                licence_ending: clipped(Some(&stored::ending_text(&row.get(10)?))),
            }),
        };
        let entry = RoleEntry {
            id: stored::id_text(&row.get(0)?),
            practitioner: stored::id_text(&row.get(1)?),
            organization: raw(2)?,
            title: counts(row, 3)?,
            department: counts(row, 4)?,
            user_id: raw(5)?,
            verification,
        };
        Ok((entry.leaf(), row.get(11)?))
    })
    .optional()
}

/// A kept text as it counts.
fn counts(row: &Row<'_>, at: usize) -> rusqlite::Result<String> {
    Ok(clipped(row.get_ref(at)?.as_str_or_null().map_err(rusqlite::Error::from)?))
}
