//! Files of a first load: they are made ready on any thread, and taken over on the one that writes. Most people in them are
//! not here yet, and are written without a look at what was there before.

use super::index::{self, Forms, Newcomer};
use super::lookup::{self, Lookup};
use super::numbers::Numbers;
use super::resources::{self, MOST_ROLES};
use super::rows::{PersonRow, RoleRow};
use super::scope::Kept;
use super::taking::{self, Came, Places, Refused, Taken};
use consilium_fhir::Resource;
use consilium_publication::entry::{PractitionerEntry, RoleEntry};
use consilium_publication::{Leaf, Part, file};
use consilium_registry_api::terminology::TITLES;
use rusqlite::Connection;
use std::collections::HashMap;

/// What the files of a step hold.
#[derive(Debug)]
pub(super) enum Ready {
    Organizations(Vec<Came>),
    People(People),
}

#[derive(Debug, Default)]
pub(super) struct People {
    persons: Vec<(PersonRow, Forms)>,
    roles: Vec<Vouched>,
}

/// A role with what stands for it in the tree of its part.
#[derive(Debug)]
struct Vouched {
    row: RoleRow,
    /// FHIR ids.
    practitioner: String,
    organization: String,
    leaf: Leaf,
}

/// Reads files that are of one part: organisations, or people and their roles.
pub(super) fn ready(part: &Part, files: Vec<Came>) -> Result<Ready, Refused> {
    if *part == Part::Organizations {
        return Ok(Ready::Organizations(files));
    }
    let (mut people, mut entries) = (People::default(), HashMap::new());
    for came in files {
        let mut done = Ok(());
        let read = file::read(&came.signed, &came.bytes, |resource| {
            if done.is_ok() {
                done = people.add(&resource, &mut entries);
            }
        });
        done?;
        read?;
    }
    Ok(Ready::People(people))
}

impl People {
    /// People come before their roles.
    fn add(&mut self, resource: &Resource, entries: &mut HashMap<String, PractitionerEntry>) -> Result<(), Refused> {
        match resource {
            Resource::Practitioner(practitioner) => {
                let entry = PractitionerEntry::of(practitioner).ok_or(Refused::Other)?;
                let row = PersonRow::of(practitioner).ok_or(Refused::Other)?;
                let person = row.listed.as_ref().ok_or(Refused::Other)?;
                let forms = Forms::new(&person.han, person.surname, &person.latin, person.family);
                entries.insert(entry.id.clone(), entry);
                self.persons.push((row, forms));
            }
            Resource::PractitionerRole(role) => {
                let entry = RoleEntry::of(role).ok_or(Refused::Other)?;
                let leaf = entry.leaf(entries.get(&entry.practitioner).ok_or(Refused::Other)?);
                let row = RoleRow::of(role).ok_or(Refused::Other)?;
                let RoleEntry { practitioner, organization, .. } = entry;
                self.roles.push(Vouched { row, practitioner, organization, leaf });
            }
            _ => return Err(Refused::Other),
        }
        Ok(())
    }

    fn take<'p>(&'p self, db: &Connection, part: &Part, kept: &Kept) -> Taken<Vec<Leaf>> {
        let (mut places, mut leaves) = (Places::default(), Vec::with_capacity(self.roles.len()));
        let mut roles: HashMap<&str, Vec<&RoleRow>> = HashMap::new();
        for role in &self.roles {
            if places.of(db, &role.organization)? != *part {
                return Ok(Err(Refused::Other));
            }
            leaves.push(role.leaf);
            if kept.has(part, &role.organization) {
                roles.entry(&role.practitioner).or_default().push(&role.row);
            }
        }
        let (mut numbers, mut newcomers) = (Numbers::new(db), Vec::new());
        let with_roles = |(person, forms): &'p (PersonRow, Forms)| {
            (person, forms, roles.remove(person.id.as_str()).unwrap_or_default())
        };
        let mut persons: Vec<_> = self.persons.iter().map(with_roles).collect();
        // Lists go by titles: who stand beside each other in one lie together in the file then.
        persons.sort_by_key(|(person, _, roles)| title_place(person, roles));
        for (person, forms, roles) in persons {
            if roles.is_empty() && kept.is_of_group() {
                continue;
            }
            match newcomer(&mut numbers, person, forms, &roles)? {
                Some(newcomer) => newcomers.push(newcomer),
                None => {
                    resources::store_person(&mut numbers, person)?;
                    for role in roles {
                        resources::store_role(&mut numbers, role)?;
                    }
                }
            }
        }
        index::welcome(db, newcomers)?;
        Ok(Ok(leaves))
    }
}

/// Place of the highest title of a person and their roles.
fn title_place(person: &PersonRow, roles: &[&RoleRow]) -> usize {
    let of_roles = roles.iter().filter_map(|row| Some(row.listed.as_ref()?.title.as_ref()?.code.as_str()));
    let own = person.listed.as_ref().and_then(|person| person.title.as_deref());
    let places = of_roles.chain(own).filter_map(|code| TITLES.iter().position(|title| title.code == code));
    places.min().unwrap_or(TITLES.len())
}

/// Takes over the files of a step; returns the leaves of all that is in them.
pub(super) fn take(db: &Connection, part: &Part, ready: &Ready, kept: &Kept) -> Taken<Vec<Leaf>> {
    match ready {
        Ready::Organizations(files) => taking::take_organizations(db, files),
        Ready::People(people) => people.take(db, part, kept),
    }
}

/// Writes somebody with their roles if neither is here yet.
fn newcomer<'a>(
    numbers: &mut Numbers<'_>,
    row: &PersonRow,
    forms: &'a Forms,
    roles: &[&RoleRow],
) -> rusqlite::Result<Option<Newcomer<'a>>> {
    let db = numbers.db;
    let Some(person) = &row.listed else { return Ok(None) };
    if roles.len() > MOST_ROLES || lookup::practitioner(db, &row.id)?.is_some() {
        return Ok(None);
    }
    for (nth, role) in roles.iter().enumerate() {
        let twice = roles.iter().take(nth).any(|other| other.id == role.id);
        if twice || role.listed.is_none() || lookup::role(db, &role.id)?.is_some() {
            return Ok(None);
        }
    }
    let (practitioner, title, first_role) =
        resources::write_newcomer(numbers, &row.id, person, roles.first().copied())?;
    let (first, _) = resources::roles_of(practitioner);
    let mut of: Vec<_> = first_role.into_iter().collect();
    for (n, row) in (first..).zip(roles) {
        let Some(role) = &row.listed else { continue };
        Lookup::Role.enter(db, &row.id, n)?;
        if let Some(account) = &role.account {
            Lookup::Account.enter(db, account, n)?;
        }
        if n > first {
            of.push(resources::write_role(numbers, n, &row.id, role)?);
        }
    }
    Ok(Some(Newcomer { practitioner, title, forms, roles: of }))
}
