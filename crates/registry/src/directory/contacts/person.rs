//! Whom is looked at: what a colleague's contacts are today, and whom they are for.

use crate::database::Connection;
use crate::database::schema::{accounts, resources, roles};
use crate::problem::Problem;
use consilium_fhir::ContactPoint;
use consilium_registry_api::{ContactKind, Visibility};
use diesel::prelude::*;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A contact as it is today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    pub visibility: Visibility,
    pub kind: ContactKind,
}

/// A colleague with the contacts of all resources of their entry.
#[derive(Default)]
pub struct Person {
    pub id: String,
    /// Where they have roles.
    pub organizations: BTreeSet<String>,
    /// Whether they have an account that is in order.
    pub joined: bool,
    /// By [`key`]. A number that stands in several resources is as the strictest of them says: who hides it in one place
    /// has hidden it.
    pub contacts: BTreeMap<String, Known>,
    /// As they stand in the Practitioner.
    telecom: Vec<ContactPoint>,
    /// As they stand in the roles, by id.
    pub roles: BTreeMap<String, Vec<ContactPoint>>,
}

impl Person {
    fn learn(&mut self, telecom: &[ContactPoint]) {
        for contact in telecom {
            let (system, use_) = (contact.system.as_deref(), contact.use_.as_deref());
            let known = Known {
                visibility: Visibility::of(contact.visibility(), system, use_),
                kind: ContactKind::of(system, use_),
            };
            self.contacts
                .entry(key(contact))
                .and_modify(|before| {
                    if (before.visibility, before.kind) < (known.visibility, known.kind) {
                        *before = known;
                    }
                })
                .or_insert(known);
        }
    }

    /// The contacts by which to reach them in a role: its own, then those of the Practitioner, each once.
    pub fn of_role(&self, role: &str) -> Vec<&ContactPoint> {
        let mut seen = BTreeSet::new();
        let own = self.roles.get(role).into_iter().flatten();
        own.chain(&self.telecom).filter(|contact| seen.insert(key(contact))).collect()
    }

    /// What is known today of a contact that stands in a resource, of today or earlier. None if it is gone.
    pub fn known(&self, contact: &ContactPoint) -> Option<&Known> {
        self.contacts.get(&key(contact))
    }
}

/// The same number or address is the same however it is spaced.
fn key(contact: &ContactPoint) -> String {
    let value = contact.value.as_deref().unwrap_or_default();
    value.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What of a stored resource is read here.
#[derive(Deserialize)]
struct Telecom {
    #[serde(default)]
    telecom: Vec<ContactPoint>,
}

/// Bodies of today by type and id.
pub type Current<'a> = HashMap<(&'static str, &'a str), &'a str>;

/// These practitioners, as they are today.
pub fn people(c: &mut Connection, ids: &BTreeSet<String>) -> Result<HashMap<String, Person>, Problem> {
    people_knowing(c, ids, &Current::new())
}

/// The same where some of their resources are at hand.
pub fn people_knowing(
    c: &mut Connection,
    ids: &BTreeSet<String>,
    current: &Current<'_>,
) -> Result<HashMap<String, Person>, Problem> {
    let mut people: HashMap<String, Person> =
        ids.iter().map(|id| (id.clone(), Person { id: id.clone(), ..Person::default() })).collect();
    let joined: Vec<String> = accounts::table
        .filter(accounts::practitioner_id.eq_any(ids).and(accounts::revoked.eq(false)))
        .select(accounts::practitioner_id)
        .load(c)?;
    for id in joined {
        people.entry(id).and_modify(|person| person.joined = true);
    }
    let mut owners: HashMap<String, String> = HashMap::new();
    let held: Vec<(String, String, String)> = roles::table
        .filter(roles::practitioner_id.eq_any(ids))
        .select((roles::id, roles::practitioner_id, roles::organization_id))
        .load(c)?;
    for (role, practitioner, organization) in held {
        if let Some(person) = people.get_mut(&practitioner) {
            person.organizations.insert(organization);
            owners.insert(role, practitioner);
        }
    }
    each_body(c, "Practitioner", ids.iter(), current, |id, body| {
        if let Some(person) = people.get_mut(id) {
            person.telecom = telecom(body)?;
            person.learn(&person.telecom.clone());
        }
        Ok(())
    })?;
    each_body(c, "PractitionerRole", owners.keys(), current, |id, body| {
        if let Some(person) = owners.get(id).and_then(|owner| people.get_mut(owner)) {
            let telecom = telecom(body)?;
            person.learn(&telecom);
            person.roles.insert(id.to_owned(), telecom);
        }
        Ok(())
    })?;
    Ok(people)
}

fn telecom(body: &str) -> Result<Vec<ContactPoint>, Problem> {
    Ok(serde_json::from_str::<Telecom>(body).map_err(Problem::internal)?.telecom)
}

/// Does something with each of these resources that is listed.
fn each_body<'a>(
    c: &mut Connection,
    kind: &'static str,
    ids: impl Iterator<Item = &'a String>,
    current: &Current<'_>,
    mut work: impl FnMut(&str, &str) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let mut others = Vec::new();
    for id in ids {
        match current.get(&(kind, id.as_str())) {
            Some(body) => work(id, body)?,
            None => others.push(id),
        }
    }
    if others.is_empty() {
        return Ok(());
    }
    let found: Vec<(String, String)> = resources::table
        .filter(resources::type_.eq(kind).and(resources::id.eq_any(others)))
        .filter(resources::deleted.eq(false))
        .select((resources::id, resources::body))
        .load(c)?;
    found.iter().try_for_each(|(id, body)| work(id, body))
}
