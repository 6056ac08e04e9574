//! The leaves of what the registry signed of the parts that are kept, in buckets as its trees have them.

use super::scope::Held;
use consilium_publication::{Leaf, LeafKey, Part, PartRoot, Tree, buckets, entry};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::BuildHasher as _;
use std::sync::Arc;

/// Bits of a bucket's number below that of its part.
const BUCKET_BITS: u32 = 16;

/// A part as its leaves were last compared with what was signed.
struct Stored {
    n: i64,
    size: u64,
    root: Vec<u8>,
}

fn stored(db: &Connection, part: &Part) -> rusqlite::Result<Option<Stored>> {
    db.prepare_cached("SELECT n, size, root FROM part WHERE name = ?1")?
        .query_row([part.to_string()], |row| {
            Ok(Stored { n: row.get(0)?, size: u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0), root: row.get(2)? })
        })
        .optional()
}

/// Number of a part, which is a row from now on.
pub(super) fn number(db: &Connection, part: &Part) -> rusqlite::Result<i64> {
    if let Some(stored) = stored(db, part)? {
        return Ok(stored.n);
    }
    db.prepare_cached("INSERT INTO part (name) VALUES (?1)")?.execute([part.to_string()])?;
    Ok(db.last_insert_rowid())
}

/// Names of the parts that have leaves here.
fn with_leaves(db: &Connection) -> rusqlite::Result<Vec<Part>> {
    let names: Vec<String> = db
        .prepare_cached("SELECT name FROM part WHERE size > 0")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(names.iter().filter_map(|name| name.parse().ok()).collect())
}

/// Numbers of the rows that a part's buckets have.
fn range(part: i64) -> (i64, i64) {
    let first = part << BUCKET_BITS;
    (first, first | ((1 << BUCKET_BITS) - 1))
}

fn row_of(part: i64, bucket: usize) -> i64 {
    range(part).0 | bucket as i64
}

/// The leaves of a bucket, one after the other.
fn bucket(db: &Connection, row: i64) -> rusqlite::Result<Vec<u8>> {
    let leaves =
        db.prepare_cached("SELECT leaves FROM bucket WHERE n = ?1")?.query_row([row], |row| row.get(0)).optional()?;
    Ok(leaves.unwrap_or_default())
}

fn set_bucket(db: &Connection, row: i64, leaves: &[u8]) -> rusqlite::Result<()> {
    if leaves.is_empty() {
        db.prepare_cached("DELETE FROM bucket WHERE n = ?1")?.execute([row])?;
    } else {
        db.prepare_cached("INSERT OR REPLACE INTO bucket VALUES (?1, ?2)")?.execute(params![row, leaves])?;
    }
    Ok(())
}

fn read(joined: &[u8]) -> impl Iterator<Item = Leaf> {
    joined.chunks_exact(Leaf::SIZE).filter_map(Leaf::from_slice)
}

fn joined<'a>(leaves: impl IntoIterator<Item = &'a Leaf>) -> Vec<u8> {
    leaves.into_iter().flat_map(|leaf| *leaf.bytes()).collect()
}

/// By which a leaf is known again without a look at the file: a hash under a key that nobody knows outside this process.
/// Of a leaf that is not in a bucket, the chance to be taken for one of its leaves is that of guessing 48 bits.
type Mark = [u8; 6];

/// Makes marks.
#[derive(Clone, Debug, Default)]
struct Marker(RandomState);

impl Marker {
    fn mark(&self, leaf: &[u8]) -> Mark {
        let [a, b, c, d, e, f, ..] = self.0.hash_one(leaf).to_le_bytes();
        [a, b, c, d, e, f]
    }

    fn marks(&self, bucket: &[u8]) -> Arc<[Mark]> {
        bucket.chunks_exact(Leaf::SIZE).map(|leaf| self.mark(leaf)).collect()
    }
}

/// The tree of a part, and the marks of the leaves in each bucket.
#[derive(Clone, Debug)]
struct Marked {
    n: i64,
    tree: Tree,
    marks: Vec<Arc<[Mark]>>,
}

impl Marked {
    /// With nothing in its buckets, for so many leaves.
    fn sized(n: i64, size: u64) -> Self {
        let tree = Tree::sized(size);
        let marks = vec![Arc::from([]); tree.len()];
        Self { n, tree, marks }
    }

    fn set(&mut self, bucket: usize, leaves: &[u8], marker: &Marker) {
        self.tree.set(bucket, Tree::bucket(leaves));
        if let Some(marks) = self.marks.get_mut(bucket) {
            *marks = marker.marks(leaves);
        }
    }

    /// As its buckets are stored, if it has so many leaves.
    fn read(db: &Connection, n: i64, size: u64, marker: &Marker) -> rusqlite::Result<Self> {
        let mut marked = Self::sized(n, size);
        let (first, last) = range(n);
        let mut buckets = db.prepare_cached("SELECT n, leaves FROM bucket WHERE n BETWEEN ?1 AND ?2")?;
        let mut rows = buckets.query([first, last])?;
        while let Some(row) = rows.next()? {
            let at = usize::try_from(row.get::<_, i64>(0)? - first).unwrap_or(usize::MAX);
            marked.set(at, row.get_ref(1)?.as_blob().unwrap_or_default(), marker);
        }
        Ok(marked)
    }
}

/// The trees of the parts that are kept.
#[derive(Clone, Debug, Default)]
pub(super) struct Trees {
    parts: BTreeMap<Part, Marked>,
    marker: Marker,
}

impl Trees {
    /// None if they are not what was signed.
    pub(super) fn read(db: &Connection, signed: &[PartRoot], held: &Held) -> rusqlite::Result<Option<Self>> {
        let mut trees = Self::default();
        for PartRoot { part, size, root } in signed.iter().filter(|root| held.has(&root.part)) {
            let Some(stored) = stored(db, part)?.filter(|stored| stored.size == *size) else { return Ok(None) };
            let marked = Marked::read(db, stored.n, *size, &trees.marker)?;
            if marked.tree.root() != *root {
                return Ok(None);
            }
            trees.parts.insert(part.clone(), marked);
        }
        Ok(Some(trees))
    }

    /// Whether a part has this leaf. What was signed was compared with the file when they were read.
    pub(super) fn have(&self, part: &Part, leaf: &Leaf) -> bool {
        let Some(marked) = self.parts.get(part) else { return false };
        let bucket = marked.marks.get(leaf.bucket(marked.tree.len()));
        let mark = self.marker.mark(leaf.bytes());
        bucket.is_some_and(|marks| marks.contains(&mark))
    }
}

/// Changes of the leaves, until they are written: what each key of a part leads to from now on.
#[derive(Debug, Default)]
pub(super) struct Changes(BTreeMap<Part, BTreeMap<LeafKey, Option<Leaf>>>);

impl Changes {
    pub(super) fn put(&mut self, part: Part, leaf: Leaf) {
        self.0.entry(part).or_default().insert(leaf.key(), Some(leaf));
    }

    /// The leaf of this resource is in that part no more.
    pub(super) fn remove(&mut self, part: Part, kind: &str, id: &str) {
        self.0.entry(part).or_default().insert(entry::key(kind, id), None);
    }

    /// Writes those of parts that are kept. Answers with the trees afterwards, or None if they are not what was signed.
    /// `known` are those before, if they are at hand: of a part that is as large as it was only what changed is read then.
    pub(super) fn write(
        mut self,
        db: &Connection,
        signed: &[PartRoot],
        held: &Held,
        known: Option<Trees>,
    ) -> rusqlite::Result<Option<Trees>> {
        let mut trees = known.unwrap_or_default();
        let gone = with_leaves(db)?.into_iter().filter(|part| signed.iter().all(|root| root.part != *part));
        let gone: Vec<PartRoot> = gone.map(|part| PartRoot::of(part, Vec::new())).collect();
        for root in signed.iter().filter(|root| held.has(&root.part)).chain(&gone) {
            let changes = self.0.remove(&root.part).unwrap_or_default();
            let before = trees.parts.remove(&root.part);
            let Some(after) = write_part(db, root, &changes, before, &trees.marker)? else { return Ok(None) };
            trees.parts.insert(root.part.clone(), after);
        }
        for root in &gone {
            trees.parts.remove(&root.part);
        }
        // In a part of which nothing was signed, nothing can be.
        let unsigned = self.0.iter().any(|(part, changes)| held.has(part) && changes.values().any(Option::is_some));
        Ok((!unsigned).then_some(trees))
    }
}

/// Changes a part; None if it is not what was signed then.
fn write_part(
    db: &Connection,
    signed: &PartRoot,
    changes: &BTreeMap<LeafKey, Option<Leaf>>,
    known: Option<Marked>,
    marker: &Marker,
) -> rusqlite::Result<Option<Marked>> {
    let n = number(db, &signed.part)?;
    let Some(before) = stored(db, &signed.part)? else { return Ok(None) };
    let known = known.filter(|known| known.n == n && known.tree.len() == buckets(before.size));
    let as_before = || match known {
        Some(known) => Ok(known),
        None => Marked::read(db, n, before.size, marker),
    };
    if changes.is_empty() {
        let same = before.size == signed.size && (before.root == signed.root || signed.size == 0);
        return if same { as_before().map(Some) } else { Ok(None) };
    }
    let (after, size) = if buckets(before.size) == buckets(signed.size) {
        let mut marked = as_before()?;
        let size = replace(db, &mut marked, before.size, changes, marker)?;
        (marked, size)
    } else {
        // It grew or shrank beyond what its buckets hold well.
        let mut leaves: BTreeSet<Leaf> = BTreeSet::new();
        let (first, last) = range(n);
        let mut select = db.prepare_cached("SELECT leaves FROM bucket WHERE n BETWEEN ?1 AND ?2")?;
        let mut rows = select.query([first, last])?;
        while let Some(row) = rows.next()? {
            leaves.extend(read(row.get_ref(0)?.as_blob().unwrap_or_default()));
        }
        leaves.retain(|leaf| !changes.contains_key(&leaf.key()));
        leaves.extend(changes.values().flatten());
        let size = leaves.len() as u64;
        if size != signed.size {
            return Ok(None);
        }
        (fill(db, n, &leaves.into_iter().collect::<Vec<_>>(), marker)?, size)
    };
    let right = size == signed.size && confirm(db, &after, signed)?;
    Ok(right.then_some(after))
}

/// Changes leaves within the buckets of a part that has so many; returns how many it has then.
fn replace(
    db: &Connection,
    marked: &mut Marked,
    mut size: u64,
    changes: &BTreeMap<LeafKey, Option<Leaf>>,
    marker: &Marker,
) -> rusqlite::Result<u64> {
    let buckets = marked.tree.len();
    let changes: Vec<(&LeafKey, &Option<Leaf>)> = changes.iter().collect();
    let at = |key: &LeafKey| entry::bucket(key, buckets);
    for some in changes.chunk_by(|(a, _), (b, _)| at(a) == at(b)) {
        let Some((first, _)) = some.first() else { continue };
        let row = row_of(marked.n, at(first));
        let before: BTreeSet<Leaf> = read(&bucket(db, row)?).collect();
        let is_changed = |leaf: &Leaf| some.binary_search_by(|(key, _)| (*key).cmp(&leaf.key())).is_ok();
        let mut after: BTreeSet<Leaf> = before.iter().filter(|leaf| !is_changed(leaf)).copied().collect();
        after.extend(some.iter().filter_map(|(_, leaf)| **leaf));
        size = (size + after.len() as u64).saturating_sub(before.len() as u64);
        let leaves = joined(&after);
        set_bucket(db, row, &leaves)?;
        marked.set(at(first), &leaves, marker);
    }
    Ok(size)
}

/// Makes all buckets of a part; `leaves` are in their order.
fn fill(db: &Connection, n: i64, leaves: &[Leaf], marker: &Marker) -> rusqlite::Result<Marked> {
    let (first, last) = range(n);
    db.prepare_cached("DELETE FROM bucket WHERE n BETWEEN ?1 AND ?2")?.execute([first, last])?;
    let mut marked = Marked::sized(n, leaves.len() as u64);
    let buckets = marked.tree.len();
    for bucket in leaves.chunk_by(|a, b| a.bucket(buckets) == b.bucket(buckets)) {
        if let Some(some) = bucket.first() {
            let at = some.bucket(buckets);
            let leaves = joined(bucket);
            set_bucket(db, row_of(n, at), &leaves)?;
            marked.set(at, &leaves, marker);
        }
    }
    Ok(marked)
}

/// Remembers of a part that it is what was signed, if so.
fn confirm(db: &Connection, marked: &Marked, signed: &PartRoot) -> rusqlite::Result<bool> {
    if marked.tree.root() != signed.root {
        return Ok(false);
    }
    db.prepare_cached("UPDATE part SET size = ?2, root = ?3 WHERE n = ?1")?
        .execute(params![marked.n, i64::try_from(signed.size).unwrap_or(i64::MAX), signed.root.as_slice()])
        .map(|_| true)
}

/// Keeps the leaves of files of a first load, which are of one part.
pub(super) fn keep_loading(db: &Connection, file: usize, part: &Part, leaves: &[Leaf]) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT OR REPLACE INTO loading VALUES (?1, ?2, ?3)")?
        .execute(params![file as i64, number(db, part)?, joined(leaves)])
        .map(drop)
}

/// Makes buckets of all that was kept; says whether the parts are what was signed.
pub(super) fn finish_loading(db: &Connection, signed: &[PartRoot], held: &Held) -> rusqlite::Result<bool> {
    for root in signed.iter().filter(|root| held.has(&root.part)) {
        let n = number(db, &root.part)?;
        let mut leaves: Vec<Leaf> = Vec::new();
        {
            let mut files = db.prepare_cached("SELECT leaves FROM loading WHERE part = ?1")?;
            let mut rows = files.query([n])?;
            while let Some(row) = rows.next()? {
                leaves.extend(read(row.get_ref(0)?.as_blob().unwrap_or_default()));
            }
        }
        leaves.sort_unstable();
        if leaves.len() as u64 != root.size {
            return Ok(false);
        }
        let marked = fill(db, n, &leaves, &Marker::default())?;
        if !confirm(db, &marked, root)? {
            return Ok(false);
        }
        db.prepare_cached("DELETE FROM loading WHERE part = ?1")?.execute([n])?;
    }
    // Nothing may be left of which nothing was signed.
    db.query_row("SELECT count(*) = 0 FROM loading WHERE leaves <> x''", [], |row| row.get(0))
}
