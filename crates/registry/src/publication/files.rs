//! Writing the resources out, and the leaves of what is written.

use super::folder::{Folder, NewFile};
use super::public::public;
use crate::database::schema::{leaves, resources};
use crate::database::{Connection, on_either};
use crate::directory::Kind;
use crate::state::Registry;
use anyhow::Context as _;
use consilium_fhir::{Bundle, BundleEntry, EntryRequest, Resource};
use consilium_publication::file::FileWriter;
use consilium_publication::{Hash, Leaf, PublishedFile, Tree};
use diesel::prelude::*;

/// Lines of a file: a reader takes each in one transaction.
const LINES: u64 = 20_000;
/// Rows read at once.
const ROWS: i64 = 2_000;
/// Deletions in one Bundle.
const DELETIONS: usize = 1_000;

/// What was written, with the type of each file.
#[derive(Debug, Default)]
pub struct Written {
    pub output: Vec<(&'static str, PublishedFile)>,
    pub deleted: Vec<(&'static str, PublishedFile)>,
}

impl Written {
    pub fn files(&self) -> impl Iterator<Item = &PublishedFile> {
        self.output.iter().chain(&self.deleted).map(|(_, file)| file)
    }

    pub fn bytes(&self) -> i64 {
        self.files().map(|file| file.bytes).sum::<u64>().try_into().unwrap_or(i64::MAX)
    }
}

/// The latest state of a resource.
#[derive(Queryable)]
struct Row {
    seq: i64,
    kind: String,
    id: String,
    deleted: bool,
    body: String,
}

/// Writes what changed after this change, and brings the leaves to the same state.
pub fn changes(c: &mut Connection, app: &Registry, folder: &Folder, after: i64) -> anyhow::Result<Written> {
    let mut writing = Writing::new(folder);
    let mut deletions = Vec::new();
    rows(c, after, true, |rows| {
        let mut changed = Vec::with_capacity(rows.len());
        for row in rows {
            let leaf = if row.deleted {
                deletions.push(format!("{}/{}", row.kind, row.id));
                None
            } else {
                writing.add(&row)?
            };
            changed.push((row.kind, row.id, leaf));
        }
        app.database.write_now(|c| changed.iter().try_for_each(|(kind, id, leaf)| set_leaf(c, kind, id, *leaf)))
    })?;
    writing.finish(&deletions)
}

/// Writes everything there is; `leaves` says whether they are to be made anew too.
pub fn everything(c: &mut Connection, app: &Registry, folder: &Folder, leaves: bool) -> anyhow::Result<Written> {
    let mut writing = Writing::new(folder);
    if leaves {
        app.database.write_now(|c| Ok(diesel::delete(leaves::table).execute(c)?))?;
    }
    rows(c, 0, false, |rows| {
        let mut listed = Vec::with_capacity(rows.len());
        for row in rows {
            let leaf = writing.add(&row)?;
            listed.push((row.kind, row.id, leaf));
        }
        if !leaves {
            return Ok(());
        }
        app.database.write_now(|c| listed.iter().try_for_each(|(kind, id, leaf)| set_leaf(c, kind, id, *leaf)))
    })?;
    writing.finish(&[])
}

/// How many leaves there are, and their root.
pub fn root(c: &mut Connection) -> anyhow::Result<(u64, Hash)> {
    let mut all = Vec::new();
    for kind in Kind::ALL {
        let mut after = String::new();
        loop {
            let some: Vec<(String, Vec<u8>)> = leaves::table
                .filter(leaves::type_.eq(kind.name()).and(leaves::id.gt(&after)))
                .order(leaves::id)
                .limit(50 * ROWS)
                .select((leaves::id, leaves::leaf))
                .load(c)?;
            let Some((last, _)) = some.last() else { break };
            after.clone_from(last);
            for (_, leaf) in &some {
                all.push(Leaf::from_slice(leaf).context("a stored leaf has another length")?);
            }
        }
    }
    Ok((all.len() as u64, Tree::of(all).root()))
}

/// The latest states after a change, in order, some at a time.
fn rows(
    c: &mut Connection,
    mut after: i64,
    with_deleted: bool,
    mut each: impl FnMut(Vec<Row>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    loop {
        let some: Vec<Row> = resources::table
            .filter(resources::seq.gt(after))
            .filter(resources::deleted.eq(false).or(resources::deleted.eq(with_deleted)))
            .order(resources::seq)
            .limit(ROWS)
            .select((resources::seq, resources::type_, resources::id, resources::deleted, resources::body))
            .load(c)?;
        let Some(last) = some.last() else { return Ok(()) };
        after = last.seq;
        each(some)?;
    }
}

fn set_leaf(c: &mut Connection, kind: &str, id: &str, leaf: Option<Leaf>) -> anyhow::Result<()> {
    let Some(leaf) = leaf else {
        diesel::delete(leaves::table.find((kind, id))).execute(c)?;
        return Ok(());
    };
    let leaf = leaves::leaf.eq(leaf.bytes().as_slice());
    let insert = diesel::insert_into(leaves::table)
        .values((leaves::type_.eq(kind), leaves::id.eq(id), leaf))
        .on_conflict((leaves::type_, leaves::id))
        .do_update()
        .set(leaf);
    on_either!(c, |c| insert.execute(c))?;
    Ok(())
}

/// Files being written, one for each type.
struct Writing<'a> {
    folder: &'a Folder,
    open: [Option<FileWriter<NewFile>>; Kind::ALL.len()],
    done: [Vec<PublishedFile>; Kind::ALL.len()],
}

impl<'a> Writing<'a> {
    fn new(folder: &'a Folder) -> Self {
        Self { folder, open: Default::default(), done: Default::default() }
    }

    /// Adds a resource to the file of its type; returns its leaf.
    fn add(&mut self, row: &Row) -> anyhow::Result<Option<Leaf>> {
        let at = Kind::ALL.iter().position(|kind| kind.name() == row.kind).context("a stored kind is not known")?;
        let resource = public(serde_json::from_str(&row.body)?);
        let leaf = Leaf::of(&resource);
        let file = match &mut self.open[at] {
            Some(file) => file,
            none => none.insert(FileWriter::new(self.folder.new_file()?)),
        };
        file.line(&serde_json::to_vec(&resource)?)?;
        if file.count() >= LINES {
            self.close(at)?;
        }
        Ok(leaf)
    }

    fn close(&mut self, at: usize) -> anyhow::Result<()> {
        if let Some(writer) = self.open[at].take() {
            self.done[at].push(self.folder.put(writer, Kind::ALL[at].name())?);
        }
        Ok(())
    }

    /// Hospitals first; then people and roles in turn, so that a reader can show colleagues while it still loads.
    fn finish(mut self, deletions: &[String]) -> anyhow::Result<Written> {
        for at in 0..Kind::ALL.len() {
            self.close(at)?;
        }
        let mut written = Written::default();
        let [hospitals, people, roles] = self.done;
        written.output.extend(hospitals.into_iter().map(|file| (Kind::Organization.name(), file)));
        let (mut people, mut roles) = (people.into_iter(), roles.into_iter());
        loop {
            let before = written.output.len();
            written.output.extend(people.next().map(|file| (Kind::Practitioner.name(), file)));
            written.output.extend(roles.next().map(|file| (Kind::PractitionerRole.name(), file)));
            if written.output.len() == before {
                break;
            }
        }
        if !deletions.is_empty() {
            let mut file = FileWriter::new(self.folder.new_file()?);
            for some in deletions.chunks(DELETIONS) {
                file.line(&serde_json::to_vec(&Resource::from(deleted(some)))?)?;
            }
            written.deleted.push(("Bundle", self.folder.put(file, "Deleted")?));
        }
        Ok(written)
    }
}

/// The Bundle by which `$bulk-publish` says what is gone.
fn deleted(places: &[String]) -> Bundle {
    let entry = places.iter().map(|place| BundleEntry {
        request: Some(EntryRequest { method: "DELETE".into(), url: place.clone(), ..EntryRequest::default() }),
        ..BundleEntry::default()
    });
    Bundle { type_: Some("transaction".into()), entry: entry.collect(), ..Bundle::default() }
}
