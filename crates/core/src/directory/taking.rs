//! Taking over the rows of files: those that the scope keeps into the tables, and the leaves of all that are of its parts.
//! People of a first load are taken over by `loading`.
//!
//! A person comes with all their roles, so that what a row does to a part can be told without what was there before.

use super::leaves::Changes;
use super::scope::{self, Held, Kept};
use super::terms::{self, Kind};
use super::{contact, lookup, resources};
use consilium_fhir::{PractitionerRole, Resource};
use consilium_publication::entry::{OrganizationEntry, PractitionerEntry, RoleEntry};
use consilium_publication::file::{self, FileError};
use consilium_publication::{Leaf, Part, PublishedFile};
use rusqlite::{Connection, OptionalExtension};
use std::collections::{HashMap, HashSet};

const ORGANIZATION: &str = "Organization";
const ROLE: &str = "PractitionerRole";

/// A file as it came.
#[derive(Debug)]
pub(super) struct Came {
    /// The type that the manifest says it has.
    pub kind: String,
    pub signed: PublishedFile,
    pub bytes: Vec<u8>,
}

/// Why files are not taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// A file is not the one that was signed; another try may bring it.
    File,
    /// They do not lead to what was signed.
    Other,
    /// What the scope comes to is no longer what this file was made for.
    Scope,
    /// The doctor is at another organisation from now on, with this FHIR id.
    Moved(String),
}

impl From<FileError> for Refused {
    fn from(_: FileError) -> Self {
        Self::File
    }
}

pub(super) type Taken<T> = rusqlite::Result<Result<T, Refused>>;

/// Does something with each resource of a file, until it is refused.
fn each(came: &Came, mut work: impl FnMut(&Resource) -> Taken<()>) -> Taken<()> {
    let mut done = Ok(Ok(()));
    let read = file::read(&came.signed, &came.bytes, |resource| {
        if matches!(done, Ok(Ok(()))) {
            done = work(&resource);
        }
    });
    match done? {
        Ok(()) => Ok(read.map_err(Refused::from)),
        refused => Ok(refused),
    }
}

/// A file of people, and what its roles are.
#[derive(Debug, Default)]
struct People {
    entries: HashMap<String, PractitionerEntry>,
    /// Those of whom a role is kept.
    kept: HashSet<String>,
    /// Organisations where the doctor works, if they are among them.
    own: Vec<String>,
}

impl People {
    /// The role that is listed, with its leaf.
    fn listed(&self, role: &PractitionerRole) -> Option<(RoleEntry, Leaf)> {
        let entry = RoleEntry::of(role)?;
        let leaf = entry.leaf(self.entries.get(&entry.practitioner)?);
        Some((entry, leaf))
    }
}

/// Where colleagues of organisations belong, asked once.
#[derive(Debug, Default)]
pub(super) struct Places(HashMap<String, Part>);

impl Places {
    pub(super) fn of(&mut self, db: &Connection, organization: &str) -> rusqlite::Result<Part> {
        if let Some(part) = self.0.get(organization) {
            return Ok(part.clone());
        }
        let part = scope::place_of(db, organization)?;
        self.0.insert(organization.to_owned(), part.clone());
        Ok(part)
    }
}

/// Takes over files of all organisations. Returns their leaves.
pub(super) fn take_organizations(db: &Connection, files: &[Came]) -> Taken<Vec<Leaf>> {
    let mut leaves = Vec::new();
    for came in files {
        let taken = each(came, |resource| {
            let Resource::Organization(organization) = resource else { return Ok(Err(Refused::Other)) };
            let Some(entry) = OrganizationEntry::of(organization) else { return Ok(Err(Refused::Other)) };
            leaves.push(entry.leaf());
            resources::store(db, resource).map(Ok)
        })?;
        if let Err(refused) = taken {
            return Ok(Err(refused));
        }
    }
    Ok(Ok(leaves))
}

/// Taking over a set of changes.
struct Changing<'a> {
    db: &'a Connection,
    viewer: Option<&'a str>,
    /// Where colleagues of organisations that changed belonged before.
    before: Places,
    /// Organisations that were not known before.
    new: HashSet<String>,
    places: Places,
    leaves: Changes,
}

/// Takes over the files of changes; returns what they do to the leaves.
pub(super) fn take_changes(db: &Connection, output: &[Came], deleted: &[Came], viewer: Option<&str>) -> Taken<Changes> {
    let made_for = scope::made_for(db)?;
    let before = scope::kept(db, &made_for)?;
    let (places, leaves) = (Places::default(), Changes::default());
    let mut changing = Changing { db, viewer, before: Places::default(), new: HashSet::new(), places, leaves };
    let (organizations, colleagues): (Vec<&Came>, Vec<&Came>) =
        output.iter().partition(|came| came.kind == ORGANIZATION);
    for came in organizations {
        if let Err(refused) = each(came, |resource| changing.organization(resource))? {
            return Ok(Err(refused));
        }
    }
    for came in deleted {
        if let Err(refused) = each(came, |resource| changing.deletions(resource, None))? {
            return Ok(Err(refused));
        }
    }
    let kept = scope::kept(db, &made_for)?;
    if !changing.is_as_before(&before, &kept) {
        return Ok(Err(Refused::Scope));
    }
    let mut of_people: Option<(&Came, People)> = None;
    for came in colleagues {
        let taken = match &mut of_people {
            Some((_, people)) if came.kind == ROLE => each(came, |resource| changing.role(resource, people, &kept))?,
            _ => {
                let last = of_people.replace((came, People::default()));
                let last = last.map_or(Ok(Ok(())), |(came, people)| changing.settle(came, &people, &kept))?;
                match (last, &mut of_people) {
                    (Ok(()), Some((_, people))) => each(came, |resource| changing.person(resource, people, &kept))?,
                    (last, _) => last,
                }
            }
        };
        if let Err(refused) = taken {
            return Ok(Err(refused));
        }
    }
    if let Some((came, people)) = &of_people
        && let Err(refused) = changing.settle(came, people, &kept)?
    {
        return Ok(Err(refused));
    }
    for came in deleted {
        if let Err(refused) = each(came, |resource| changing.deletions(resource, Some(&kept)))? {
            return Ok(Err(refused));
        }
    }
    Ok(Ok(changing.leaves))
}

impl Changing<'_> {
    /// Whether a scope comes to the same as before, except for organisations that are new and have nobody yet.
    fn is_as_before(&self, before: &Kept, kept: &Kept) -> bool {
        let joined = match (&before.organizations, &kept.organizations) {
            (Some(before), Some(now)) => before.symmetric_difference(now).any(|id| !self.new.contains(id)),
            _ => false,
        };
        before.held == kept.held && !joined
    }

    fn organization(&mut self, resource: &Resource) -> Taken<()> {
        let Resource::Organization(organization) = resource else { return Ok(Err(Refused::Other)) };
        let Some(entry) = OrganizationEntry::of(organization) else { return Ok(Err(Refused::Other)) };
        let is_known = match terms::find(self.db, Kind::Organization, &entry.id)? {
            Some(n) => self.db.prepare_cached("SELECT 1 FROM organization WHERE n = ?1")?.exists([n])?,
            None => false,
        };
        if !is_known {
            self.new.insert(entry.id.clone());
        }
        self.before.of(self.db, &entry.id)?;
        self.leaves.put(Part::Organizations, entry.leaf());
        resources::store(self.db, resource).map(Ok)
    }

    fn person(&mut self, resource: &Resource, people: &mut People, kept: &Kept) -> Taken<()> {
        let Resource::Practitioner(person) = resource else { return Ok(Err(Refused::Other)) };
        let Some(entry) = PractitionerEntry::of(person) else { return Ok(Err(Refused::Other)) };
        people.entries.insert(entry.id.clone(), entry);
        if kept.is_everything() { resources::store(self.db, resource).map(Ok) } else { Ok(Ok(())) }
    }

    fn role(&mut self, resource: &Resource, people: &mut People, kept: &Kept) -> Taken<()> {
        let Resource::PractitionerRole(role) = resource else { return Ok(Err(Refused::Other)) };
        let Some((entry, leaf)) = people.listed(role) else { return Ok(Err(Refused::Other)) };
        if !kept.is_everything() && role.matrix_user_id().as_deref().is_some_and(|id| Some(id) == self.viewer) {
            people.own.push(entry.organization.clone());
        }
        let part = self.places.of(self.db, &entry.organization)?;
        for other in self.parts_before(&entry.id, kept)? {
            if other != part {
                self.leaves.remove(other, ROLE, &entry.id);
            }
        }
        if kept.held.has(&part) {
            self.leaves.put(part.clone(), leaf);
        }
        if kept.has(&part, &entry.organization) {
            resources::store(self.db, resource)?;
            people.kept.insert(entry.practitioner);
        } else {
            resources::delete(self.db, ROLE, &entry.id)?;
        }
        Ok(Ok(()))
    }

    /// Parts in which a role may have had a leaf.
    fn parts_before(&mut self, role: &str, kept: &Kept) -> rusqlite::Result<Vec<Part>> {
        // A group keeps leaves of rows that it has not.
        if let (true, Held::Some(parts)) = (kept.is_of_group(), &kept.held) {
            return Ok(parts.iter().cloned().collect());
        }
        let Some(n) = lookup::role(self.db, role)? else { return Ok(Vec::new()) };
        let organization: Option<String> = self
            .db
            .prepare_cached(
                "SELECT coalesce(t.key, '') FROM every_role r LEFT JOIN term t ON t.n = r.organization
                 WHERE r.practitioner = ?1 >> 6 AND r.n = ?1",
            )?
            .query_row([n], |row| row.get(0))
            .optional()?;
        let organization = organization.unwrap_or_default();
        let part = match self.before.0.get(&organization) {
            Some(part) => part.clone(),
            None => self.places.of(self.db, &organization)?,
        };
        Ok(vec![part])
    }

    /// Keeps those people of a file of whom a role is kept, and no others.
    fn settle(&mut self, came: &Came, people: &People, kept: &Kept) -> Taken<()> {
        if kept.is_everything() {
            return Ok(Ok(()));
        }
        if let Some(own) = people.own.first()
            && !people.own.contains(&scope::made_for(self.db)?.organization)
        {
            return Ok(Err(Refused::Moved(own.clone())));
        }
        each(came, |resource| {
            let Some(id) = resource.id() else { return Ok(Ok(())) };
            if people.kept.contains(id) {
                if lookup::known_practitioner(self.db, id)?.is_none() {
                    contact::note_newcomer(self.db, id)?;
                }
                resources::store(self.db, resource)?;
            } else {
                resources::delete(self.db, resource.resource_type(), id)?;
            }
            Ok(Ok(()))
        })
    }

    /// Takes over deletions: of organisations if `kept` is None, and of everything else otherwise.
    fn deletions(&mut self, resource: &Resource, kept: Option<&Kept>) -> Taken<()> {
        let Resource::Bundle(bundle) = resource else { return Ok(Err(Refused::Other)) };
        for (kind, id) in bundle.entry.iter().filter_map(|entry| entry.deleted()) {
            match kept {
                None if kind == ORGANIZATION => {
                    self.before.of(self.db, id)?;
                    self.leaves.remove(Part::Organizations, ORGANIZATION, id);
                }
                Some(kept) if kind == ROLE => {
                    for part in self.parts_before(id, kept)? {
                        self.leaves.remove(part, ROLE, id);
                    }
                }
                Some(_) if kind != ORGANIZATION => {}
                _ => continue,
            }
            resources::delete(self.db, kind, id)?;
        }
        Ok(Ok(()))
    }
}
