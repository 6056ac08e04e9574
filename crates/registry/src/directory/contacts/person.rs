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

/// These practitioners, as they are today.
pub fn people(c: &mut Connection, ids: &BTreeSet<String>) -> Result<HashMap<String, Person>, Problem> {
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
    for (id, body) in bodies(c, "Practitioner", ids.iter())? {
        if let Some(person) = people.get_mut(&id) {
            person.telecom = telecom(&body)?;
            person.learn(&person.telecom.clone());
        }
    }
    for (id, body) in bodies(c, "PractitionerRole", owners.keys())? {
        if let Some(person) = owners.get(&id).and_then(|owner| people.get_mut(owner)) {
            let telecom = telecom(&body)?;
            person.learn(&telecom);
            person.roles.insert(id, telecom);
        }
    }
    Ok(people)
}

fn telecom(body: &str) -> Result<Vec<ContactPoint>, Problem> {
    Ok(serde_json::from_str::<Telecom>(body).map_err(Problem::internal)?.telecom)
}

fn bodies<'a>(
    c: &mut Connection,
    kind: &str,
    ids: impl Iterator<Item = &'a String>,
) -> Result<Vec<(String, String)>, Problem> {
    Ok(resources::table
        .filter(resources::type_.eq(kind).and(resources::id.eq_any(ids)))
        .filter(resources::deleted.eq(false))
        .select((resources::id, resources::body))
        .load(c)?)
}
