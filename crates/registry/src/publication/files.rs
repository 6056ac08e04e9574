//! Writing the resources out, part by part, and the leaves of what is written.
//!
//! Who keeps a part alone can follow its changes because a person is always sent whole, with all roles: what a change
//! does to a part can be told from what is sent, without what was there before.

use super::folder::{Folder, NewFile};
use super::leaves::{self, NewLeaf, Places};
use super::public::public;
use crate::database::Connection;
use crate::database::schema::{resources, roles};
use crate::directory::Kind;
use crate::state::Registry;
use consilium_fhir::{Bundle, BundleEntry, EntryRequest, Resource};
use consilium_publication::entry::PractitionerEntry;
use consilium_publication::file::FileWriter;
use consilium_publication::{Part, PublishedFile};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Lines of a file: a reader takes that of people and that of their roles in one transaction.
const LINES: u64 = 20_000;
/// Rows read at once.
const ROWS: i64 = 2_000;
/// Files that are open at once: provinces that somebody typed may be many.
const MOST_OPEN: usize = 256;
/// Deletions in one Bundle.
const DELETIONS: usize = 1_000;

/// What was written, with the type of each file.
#[derive(Debug, Default)]
pub struct Written {
    pub output: Vec<(&'static str, PublishedFile)>,
    pub deleted: Vec<(&'static str, PublishedFile)>,
    /// Where organisations are that changed.
    pub places: Vec<(String, Part)>,
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

impl Row {
    /// What may be read of it; none if it is deleted.
    fn resource(&self) -> anyhow::Result<Option<Resource>> {
        if self.deleted { Ok(None) } else { published(&self.body).map(Some) }
    }
}

/// Writes what changed after this change, and brings the leaves to the same state: hospitals, and everybody whose person,
/// roles or part changed.
pub fn changes(c: &mut Connection, app: &Registry, folder: &Folder, after: i64) -> anyhow::Result<Written> {
    let mut writing = Writing::new(folder);
    let mut touched = BTreeSet::new();
    let mut moved = Vec::new();
    rows(c, None, after, |c, rows| {
        let mut changed = Vec::new();
        for row in rows {
            match Kind::ALL.into_iter().find(|kind| kind.name() == row.kind) {
                Some(Kind::Organization) => {
                    let (new, part) = writing.organization(None, &row)?;
                    if leaves::place_before(c, &row.id)? != part {
                        moved.push(row.id);
                    }
                    changed.push(new);
                }
                Some(Kind::Practitioner) => {
                    if row.deleted {
                        writing.deletions.push(format!("{}/{}", row.kind, row.id));
                    }
                    touched.insert(row.id);
                }
                Some(Kind::PractitionerRole) => {
                    if let Resource::PractitionerRole(role) = serde_json::from_str(&row.body)? {
                        touched.extend(role.practitioner_id().map(str::to_owned));
                    }
                    if row.deleted {
                        writing.deletions.push(format!("{}/{}", row.kind, row.id));
                        changed.push(NewLeaf { kind: Kind::PractitionerRole, id: row.id, leaf: None });
                    }
                }
                None => anyhow::bail!("a stored kind is not known"),
            }
        }
        app.database.write_now(|c| leaves::set(c, &changed))
    })?;
    for organization in &moved {
        let there = roles::table.filter(roles::organization_id.eq(organization)).select(roles::practitioner_id);
        touched.extend(there.load::<String>(c)?);
    }
    let touched: Vec<String> = touched.into_iter().collect();
    for ids in touched.chunks(ROWS as usize) {
        let people = resources::table
            .filter(resources::type_.eq(Kind::Practitioner.name()).and(resources::id.eq_any(ids)))
            .filter(resources::deleted.eq(false))
            .select((resources::id, resources::body))
            .load::<(String, String)>(c)?;
        let mut bodies: HashMap<String, String> = people.into_iter().collect();
        let people = ids.iter().map(|id| (id.clone(), bodies.remove(id))).collect();
        let mut changed = Vec::new();
        for person in with_roles(c, people)? {
            writing.person(c, &person, Of::Changes, &mut changed)?;
        }
        app.database.write_now(|c| leaves::set(c, &changed))?;
    }
    writing.finish()
}

/// Writes everything there is; `anew` says whether the leaves are to be made anew too.
pub fn everything(c: &mut Connection, app: &Registry, folder: &Folder, anew: bool) -> anyhow::Result<Written> {
    let mut writing = Writing::new(folder);
    let keep = |new: &[NewLeaf]| if anew { app.database.write_now(|c| leaves::set(c, new)) } else { Ok(()) };
    if anew {
        app.database.write_now(leaves::clear)?;
    }
    rows(c, Some(Kind::Organization), 0, |_, rows| {
        let mut new = Vec::new();
        for row in rows.iter().filter(|row| !row.deleted) {
            new.push(writing.organization(Some(Part::Organizations), row)?.0);
        }
        keep(&new)
    })?;
    rows(c, Some(Kind::Practitioner), 0, |c, rows| {
        let people = rows.into_iter().filter(|row| !row.deleted).map(|row| (row.id, Some(row.body))).collect();
        let mut new = Vec::new();
        for person in with_roles(c, people)? {
            writing.person(c, &person, Of::Everything, &mut new)?;
        }
        keep(&new)
    })?;
    // Who is not listed was never there for who reads everything.
    writing.deletions.clear();
    writing.finish()
}

/// The latest states after a change, in order, some at a time.
fn rows(
    c: &mut Connection,
    kind: Option<Kind>,
    mut after: i64,
    mut each: impl FnMut(&mut Connection, Vec<Row>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    loop {
        let mut some = resources::table
            .filter(resources::seq.gt(after))
            .order(resources::seq)
            .limit(ROWS)
            .select((resources::seq, resources::type_, resources::id, resources::deleted, resources::body))
            .into_boxed();
        if let Some(kind) = kind {
            some = some.filter(resources::type_.eq(kind.name()));
        }
        let some: Vec<Row> = some.load(c)?;
        let Some(last) = some.last() else { return Ok(()) };
        after = last.seq;
        each(c, some)?;
    }
}

/// A resource as it may be in a file.
fn published(body: &str) -> anyhow::Result<Resource> {
    Ok(public(serde_json::from_str(body)?))
}

/// Somebody with all their roles.
struct Person {
    id: String,
    /// None if they were deleted.
    resource: Option<Resource>,
    roles: Vec<(String, Resource)>,
}

/// The roles of people whose own bodies these are.
fn with_roles(c: &mut Connection, people: Vec<(String, Option<String>)>) -> anyhow::Result<Vec<Person>> {
    let ids: Vec<&str> = people.iter().map(|(id, _)| id.as_str()).collect();
    let holders: Vec<(String, String)> = roles::table
        .filter(roles::practitioner_id.eq_any(ids))
        .order(roles::id)
        .select((roles::id, roles::practitioner_id))
        .load(c)?;
    let held: Vec<&str> = holders.iter().map(|(role, _)| role.as_str()).collect();
    let bodies = resources::table
        .filter(resources::type_.eq(Kind::PractitionerRole.name()).and(resources::id.eq_any(held)))
        .filter(resources::deleted.eq(false))
        .select((resources::id, resources::body))
        .load::<(String, String)>(c)?;
    let mut bodies: HashMap<String, String> = bodies.into_iter().collect();
    let mut of_person: HashMap<String, Vec<(String, Resource)>> = HashMap::new();
    for (role, person) in holders {
        if let Some(body) = bodies.remove(&role) {
            of_person.entry(person).or_default().push((role, published(&body)?));
        }
    }
    let person = |(id, body): (String, Option<String>)| {
        let resource = body.map(|body| published(&body)).transpose()?;
        Ok(Person { resource, roles: of_person.remove(&id).unwrap_or_default(), id })
    };
    people.into_iter().map(person).collect()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Everything,
    Changes,
}

/// Files being written, one for each part and type; changes are of no part.
struct Writing<'a> {
    folder: &'a Folder,
    places: Places,
    open: BTreeMap<(Option<Part>, i16), FileWriter<NewFile>>,
    done: Vec<(&'static str, PublishedFile)>,
    deletions: Vec<String>,
    /// Where organisations are that were written.
    placed: Vec<(String, Part)>,
}

impl<'a> Writing<'a> {
    fn new(folder: &'a Folder) -> Self {
        let (places, open) = (Places::default(), BTreeMap::new());
        Self { folder, places, open, done: Vec::new(), deletions: Vec::new(), placed: Vec::new() }
    }

    /// Writes an organisation, or that it is gone; says to which part its colleagues belong.
    fn organization(&mut self, of: Option<Part>, row: &Row) -> anyhow::Result<(NewLeaf, Part)> {
        let kind = Kind::Organization;
        let resource = row.resource()?;
        let leaf = resource.as_ref().and_then(leaves::of_organization);
        match resource.as_ref().filter(|_| leaf.is_some()) {
            Some(resource) => {
                self.line(of.as_ref(), kind, resource)?;
                self.close_if_long(of)?;
            }
            None => self.deletions.push(format!("{}/{}", kind.name(), row.id)),
        }
        let part = self.places.note(&row.id, resource.as_ref());
        self.placed.push((row.id.clone(), part.clone()));
        let leaf = leaf.map(|leaf| (Part::Organizations, leaf));
        Ok((NewLeaf { kind, id: row.id.clone(), leaf }, part))
    }

    /// Writes a person with all roles, in every part where they have one, or what of them is not listed.
    fn person(&mut self, c: &mut Connection, person: &Person, of: Of, new: &mut Vec<NewLeaf>) -> anyhow::Result<()> {
        let entry = match &person.resource {
            Some(Resource::Practitioner(practitioner)) => PractitionerEntry::of(practitioner),
            _ => None,
        };
        let mut parts = BTreeSet::new();
        for (id, role) in &person.roles {
            let leaf = match leaves::of_role(entry.as_ref(), role) {
                Some(leaf) => Some((self.places.of(c, role)?, leaf)),
                None => None,
            };
            match &leaf {
                Some((part, _)) => {
                    let part = Some(part.clone()).filter(|_| of == Of::Everything);
                    self.line(part.as_ref(), Kind::PractitionerRole, role)?;
                    parts.insert(part);
                }
                None => self.deletions.push(format!("{}/{id}", Kind::PractitionerRole.name())),
            }
            new.push(NewLeaf { kind: Kind::PractitionerRole, id: id.clone(), leaf });
        }
        if let Some(resource) = &person.resource {
            if parts.is_empty() {
                self.deletions.push(format!("{}/{}", Kind::Practitioner.name(), person.id));
            }
            for part in parts {
                self.line(part.as_ref(), Kind::Practitioner, resource)?;
                self.close_if_long(part)?;
            }
        }
        // Not before: a person and their roles are in files that end together.
        if self.open.len() > MOST_OPEN
            && let Some((longest, _)) = self.open.iter().max_by_key(|(_, file)| file.count()).map(|(place, _)| place)
        {
            let longest = longest.clone();
            self.close(longest)?;
        }
        Ok(())
    }

    fn line(&mut self, part: Option<&Part>, kind: Kind, resource: &Resource) -> anyhow::Result<()> {
        let place = (part.cloned(), kind.number());
        if !self.open.contains_key(&place) {
            self.open.insert(place.clone(), FileWriter::new(self.folder.new_file()?));
        }
        if let Some(file) = self.open.get_mut(&place) {
            file.line(&serde_json::to_vec(resource)?)?;
        }
        Ok(())
    }

    fn close_if_long(&mut self, part: Option<Part>) -> anyhow::Result<()> {
        let mut files = Kind::ALL.iter().filter_map(|kind| self.open.get(&(part.clone(), kind.number())));
        if files.any(|file| file.count() >= LINES) { self.close(part) } else { Ok(()) }
    }

    /// Ends the files of a part that are being written: hospitals, people, and their roles.
    fn close(&mut self, part: Option<Part>) -> anyhow::Result<()> {
        for kind in Kind::ALL {
            if let Some(writer) = self.open.remove(&(part.clone(), kind.number())) {
                self.done.push((kind.name(), self.folder.put(writer, kind.name(), part.clone())?));
            }
        }
        Ok(())
    }

    /// Hospitals first; then, part by part, people and their roles in turn, so that a reader can show colleagues while it
    /// still loads.
    fn finish(mut self) -> anyhow::Result<Written> {
        let left: BTreeSet<Option<Part>> = self.open.keys().map(|(part, _)| part.clone()).collect();
        for part in left {
            self.close(part)?;
        }
        let mut written = Written { output: self.done, deleted: Vec::new(), places: self.placed };
        written.output.sort_by(|(_, a), (_, b)| a.part.cmp(&b.part));
        if !self.deletions.is_empty() {
            let mut file = FileWriter::new(self.folder.new_file()?);
            for some in self.deletions.chunks(DELETIONS) {
                file.line(&serde_json::to_vec(&Resource::from(deleted(some)))?)?;
            }
            written.deleted.push(("Bundle", self.folder.put(file, "Deleted", None)?));
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
