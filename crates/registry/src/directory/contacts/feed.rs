//! `GET /v1/contacts`: the contacts that the caller may see, page by page, and what changed since.
//!
//! Files of the directory that anybody's cache may hold carry no contacts; this is how they come to a doctor's machine.

use super::person::{Person, people};
use super::request;
use super::viewer::Viewer;
use crate::accounts::session;
use crate::database::schema::{changes, resources, roles as table};
use crate::database::{self, Connection};
use crate::http::{App, query};
use crate::problem::{Code, Problem};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use consilium_fhir::Resource;
use consilium_registry_api::{Contact, ContactsPage, RoleContacts};
use diesel::prelude::*;
use serde::Deserialize;
use std::collections::{BTreeSet, HashMap};

/// Most roles a page of the first load, and changes a page of what follows.
const PAGE: i64 = 5_000;
const CHANGES: i64 = 1_000;
/// Most people who are asked for by name.
const NAMED: usize = 100;

/// A place in the feed of one database, for one caller.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Cursor {
    database: String,
    /// With whom the caller shares a hospital.
    circle: String,
    /// What comes follows this change of the directory.
    after: i64,
    /// The latest change when the load began; 0 once all roles were listed and only changes follow.
    began: i64,
    /// Answers to the caller's requests up to this one are known.
    answers: i64,
}

impl Cursor {
    fn written(&self) -> String {
        let Self { database, circle, after, began, answers } = self;
        URL_SAFE_NO_PAD.encode(format!("{database} {circle} {after} {began} {answers}"))
    }

    fn read(text: &str) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let mut parts = text.split(' ');
        let (database, circle) = (parts.next()?.to_owned(), parts.next()?.to_owned());
        let mut number = || parts.next()?.parse().ok().filter(|number: &i64| *number >= 0);
        let cursor = Self { database, circle, after: number()?, began: number()?, answers: number()? };
        parts.next().is_none().then_some(cursor)
    }
}

#[derive(Deserialize)]
struct Asked {
    cursor: Option<String>,
    /// Ids, separated by commas: what is seen of these alone, without a place in the feed.
    practitioners: Option<String>,
    count: Option<i64>,
}

pub async fn get(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Result<Json<ContactsPage>, Problem> {
    let account = session::reader(&app, &headers).await?;
    let asked: Asked = query(&uri)?;
    let cursor = asked.cursor.as_deref().map(|text| Cursor::read(text).ok_or(Code::InvalidBody)).transpose()?;
    let count = asked.count.unwrap_or(PAGE).clamp(1, PAGE);
    let page = app.database.read(move |c| {
        let viewer = Viewer::of(c, &account)?;
        if let Some(named) = &asked.practitioners {
            return named_alone(c, &viewer, named);
        }
        let cursor = start(c, &viewer, cursor)?;
        if cursor.began > 0 {
            listed(c, &viewer, cursor, count)
        } else {
            changed(c, &viewer, cursor, count.min(CHANGES))
        }
    });
    Ok(Json(page.await?))
}

/// What is seen of some people.
fn named_alone(c: &mut Connection, viewer: &Viewer, named: &str) -> Result<ContactsPage, Problem> {
    let ids: BTreeSet<String> = named.split(',').map(str::to_owned).collect();
    if ids.len() > NAMED {
        return Err(Code::InvalidBody.into());
    }
    Ok(ContactsPage { entries: seen(viewer, &people(c, &ids)?, |_| true), cursor: String::new(), more: false })
}

/// `expired` if what the caller has cannot be brought up to date: it is of another database, of a later state of this one
/// than it has now, or of a time when the caller was of another hospital.
fn start(c: &mut Connection, viewer: &Viewer, cursor: Option<Cursor>) -> Result<Cursor, Problem> {
    let database = database::id(c)?;
    let circle = viewer.circle();
    let last: i64 = changes::table.select(changes::seq).order(changes::seq.desc()).first(c).optional()?.unwrap_or(0);
    let answers = request::last(c)?;
    match cursor {
        None => Ok(Cursor { database, circle, after: 0, began: last, answers }),
        Some(cursor)
            if cursor.database == database
                && cursor.circle == circle
                && cursor.after.max(cursor.began) <= last
                && cursor.answers <= answers =>
        {
            Ok(cursor)
        }
        Some(_) => Err(Code::Expired.into()),
    }
}

/// A page of all roles there were when the load began, without those of whom there is nothing to see.
fn listed(c: &mut Connection, viewer: &Viewer, cursor: Cursor, count: i64) -> Result<ContactsPage, Problem> {
    let rows: Vec<(i64, String)> = resources::table
        .filter(resources::type_.eq("PractitionerRole").and(resources::deleted.eq(false)))
        .filter(resources::seq.gt(cursor.after).and(resources::seq.le(cursor.began)))
        .order(resources::seq)
        .limit(count)
        .select((resources::seq, resources::id))
        .load(c)?;
    let following = match rows.last() {
        Some((last, _)) if rows.len() as i64 == count => Cursor { after: *last, ..cursor },
        _ => Cursor { after: cursor.began, began: 0, ..cursor },
    };
    let wanted: BTreeSet<String> = rows.into_iter().map(|(_, role)| role).collect();
    let holders = holders(c, &wanted)?;
    let people = people(c, &holders)?;
    let mut entries = seen(viewer, &people, |role| wanted.contains(role));
    entries.retain(|entry| !entry.telecom.is_empty() || !entry.requestable.is_empty());
    Ok(ContactsPage { entries, cursor: following.written(), more: true })
}

/// What was changed after the cursor, also by an answer to the caller.
fn changed(c: &mut Connection, viewer: &Viewer, cursor: Cursor, count: i64) -> Result<ContactsPage, Problem> {
    let rows: Vec<(i64, String, String, bool)> = resources::table
        .filter(resources::type_.eq_any(["Practitioner", "PractitionerRole"]))
        .filter(resources::seq.gt(cursor.after))
        .order(resources::seq)
        .limit(count)
        .select((resources::seq, resources::type_, resources::id, resources::deleted))
        .load(c)?;
    let more = rows.len() as i64 == count;
    let after = rows.last().map_or(cursor.after, |(seq, ..)| *seq);
    let (mut ids, answers) = request::answered_since(c, viewer.practitioner_id(), cursor.answers)?;
    let (mut roles, mut gone) = (BTreeSet::new(), BTreeSet::new());
    for (_, kind, id, deleted) in rows {
        match (kind.as_str(), deleted) {
            ("Practitioner", _) => drop(ids.insert(id)),
            (_, true) => drop(gone.insert(id)),
            (_, false) => drop(roles.insert(id)),
        }
    }
    ids.extend(holders(c, &roles)?);
    let mut entries = Vec::new();
    for (role, practitioner) in last_holders(c, &gone)? {
        ids.insert(practitioner.clone());
        entries.push(RoleContacts { practitioner, role, telecom: Vec::new(), requestable: Vec::new() });
    }
    entries.extend(seen(viewer, &people(c, &ids)?, |_| true));
    let following = Cursor { after, answers, ..cursor };
    Ok(ContactsPage { entries, cursor: following.written(), more })
}

/// Who has these roles.
fn holders(c: &mut Connection, roles: &BTreeSet<String>) -> Result<BTreeSet<String>, Problem> {
    let holders: Vec<String> = table::table.filter(table::id.eq_any(roles)).select(table::practitioner_id).load(c)?;
    Ok(holders.into_iter().collect())
}

/// Roles that were deleted, each with who had it.
fn last_holders(c: &mut Connection, roles: &BTreeSet<String>) -> Result<Vec<(String, String)>, Problem> {
    let bodies: Vec<(String, String)> = resources::table
        .filter(resources::type_.eq("PractitionerRole").and(resources::id.eq_any(roles)))
        .select((resources::id, resources::body))
        .load(c)?;
    let holder = |body: &str| match serde_json::from_str(body) {
        Ok(Resource::PractitionerRole(role)) => Ok(role.practitioner_id().unwrap_or_default().to_owned()),
        _ => Err(Problem::internal("a stored role cannot be read")),
    };
    bodies.into_iter().map(|(id, body)| Ok((id, holder(&body)?))).collect()
}

fn seen(viewer: &Viewer, people: &HashMap<String, Person>, wanted: impl Fn(&str) -> bool) -> Vec<RoleContacts> {
    let mut entries = Vec::new();
    for person in people.values() {
        let requestable = viewer.may_request(person);
        for role in person.roles.keys().filter(|role| wanted(role)) {
            let contacts = person.of_role(role);
            let kinds: BTreeSet<_> =
                contacts.iter().filter_map(|contact| person.known(contact)).map(|k| k.kind).collect();
            let telecom = contacts
                .into_iter()
                .filter(|contact| person.known(contact).is_some_and(|known| viewer.sees(person, known)))
                .filter_map(|contact| {
                    let value = contact.value.clone()?;
                    Some(Contact { system: contact.system.clone(), use_: contact.use_.clone(), value })
                });
            entries.push(RoleContacts {
                practitioner: person.id.clone(),
                role: role.clone(),
                telecom: telecom.collect(),
                requestable: requestable.intersection(&kinds).copied().collect(),
            });
        }
    }
    entries.sort_unstable_by(|a, b| a.role.cmp(&b.role));
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        let cursor = Cursor { database: "a-b".into(), circle: "0f".into(), after: 12, began: 40, answers: 3 };
        assert_eq!(Cursor::read(&cursor.written()), Some(cursor));
        for bad in ["", "%", "YSAxIDIgMw", "YSBiIDEgMiAtMw"] {
            assert_eq!(Cursor::read(bad), None, "{bad}");
        }
    }
}
