//! Stored resources as a caller may see them, with what they do not show taken out of the text.

use super::person::{Person, people_knowing};
use super::viewer::Viewer;
use crate::accounts::account::Account;
use crate::database::Connection;
use crate::database::schema::roles;
use crate::directory::kind::Kind;
use crate::problem::Problem;
use consilium_fhir::ContactPoint;
use diesel::prelude::*;
use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::{BTreeSet, HashMap};

/// A resource, of today or earlier, on its way out.
pub struct Outgoing<'a> {
    pub kind: Kind,
    pub id: &'a str,
    pub text: &'a mut String,
    /// It is the state of today, which need not be read again.
    pub current: bool,
}

/// Leaves in these resources what the caller may see by what holds today. A number that is gone today is shown to nobody
/// but its owner, also in an earlier version.
pub fn show(c: &mut Connection, caller: &Account, bodies: Vec<Outgoing<'_>>) -> Result<(), Problem> {
    let role_ids: Vec<&str> = bodies.iter().filter(|b| b.kind == Kind::PractitionerRole).map(|b| b.id).collect();
    let mut owners: HashMap<String, String> = HashMap::new();
    if !role_ids.is_empty() {
        let found = roles::table.filter(roles::id.eq_any(role_ids)).select((roles::id, roles::practitioner_id));
        owners.extend(found.load::<(String, String)>(c)?);
    }
    let owner = |body: &Outgoing<'_>| match body.kind {
        Kind::Organization => None,
        Kind::Practitioner => Some(body.id.to_owned()),
        Kind::PractitionerRole => owners.get(body.id).cloned(),
    };
    let ids: BTreeSet<String> = bodies.iter().filter_map(owner).collect();
    let viewer = Viewer::of(c, caller)?;
    let current = bodies.iter().filter(|body| body.current);
    let current = current.map(|body| ((body.kind.name(), body.id), body.text.as_str())).collect();
    let people = people_knowing(c, &ids, &current)?;
    let unknown = Person::default();
    for body in bodies {
        if body.kind == Kind::Organization {
            continue;
        }
        let person = owner(&body).and_then(|id| people.get(&id)).unwrap_or(&unknown);
        if !viewer.is(person) {
            *body.text = shown(body.text, &viewer, person)?;
        }
    }
    Ok(())
}

/// The elements of a resource in their order, each as it is written.
struct Elements<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Elements<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Elements<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a resource")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut elements = Vec::new();
                while let Some(element) = map.next_entry()? {
                    elements.push(element);
                }
                Ok(Elements(elements))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

/// An element of what is shown.
enum Part<'a> {
    AsItIs(&'a RawValue),
    Contacts(Vec<ContactPoint>),
    Values(Vec<Value>),
}

impl Serialize for Part<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::AsItIs(raw) => raw.serialize(serializer),
            Self::Contacts(contacts) => contacts.serialize(serializer),
            Self::Values(values) => values.serialize(serializer),
        }
    }
}

struct Shown<'a>(Vec<(String, Part<'a>)>);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, part) in &self.0 {
            map.serialize_entry(name, part)?;
        }
        map.end()
    }
}

fn shown(text: &str, viewer: &Viewer, person: &Person) -> Result<String, Problem> {
    let elements: Elements<'_> = serde_json::from_str(text).map_err(Problem::internal)?;
    let mut parts = Vec::with_capacity(elements.0.len());
    for (name, raw) in elements.0 {
        let part = match name.as_str() {
            "telecom" => {
                let mut contacts: Vec<ContactPoint> = serde_json::from_str(raw.get()).map_err(Problem::internal)?;
                contacts.retain(|contact| person.known(contact).is_some_and(|known| viewer.sees(person, known)));
                Part::Contacts(contacts.into_iter().map(ContactPoint::without_visibility).collect())
            }
            // A narrative repeats the other elements in words, contacts among them (R4 2.4).
            "text" => continue,
            // What came from elsewhere may hold other resources of the same person.
            "contained" => Part::Values(without_contacts(raw)?),
            "extension" | "modifierExtension" if raw.get().contains("valueContact") => {
                Part::Values(without_contact_extensions(serde_json::from_str(raw.get()).map_err(Problem::internal)?))
            }
            name if is_contact(name) => continue,
            _ => Part::AsItIs(raw),
        };
        // FHIR has no empty lists (R4 2.6.2).
        if !matches!(&part, Part::Contacts(contacts) if contacts.is_empty()) {
            parts.push((name, part));
        }
    }
    serde_json::to_string(&Shown(parts)).map_err(Problem::internal)
}

/// Whether an element holds ways to reach somebody: in R4 `telecom`, in R5 also `contact`, and values of extensions.
pub fn is_contact(element: &str) -> bool {
    matches!(element.trim_start_matches('_'), "telecom" | "contact") || element.starts_with("valueContact")
}

fn without_contact_extensions(extensions: Vec<Value>) -> Vec<Value> {
    let kept = extensions.into_iter().filter_map(|mut extension| {
        let elements = extension.as_object_mut()?;
        if elements.keys().any(|name| is_contact(name)) {
            return None;
        }
        if let Some(Value::Array(within)) = elements.get_mut("extension") {
            *within = without_contact_extensions(std::mem::take(within));
        }
        Some(extension)
    });
    kept.collect()
}

fn without_contacts(raw: &RawValue) -> Result<Vec<Value>, Problem> {
    let mut contained: Vec<Value> = serde_json::from_str(raw.get()).map_err(Problem::internal)?;
    for resource in contained.iter_mut().filter_map(Value::as_object_mut) {
        resource.retain(|name, _| !matches!(name.as_str(), "telecom" | "contact" | "text"));
    }
    Ok(contained)
}
