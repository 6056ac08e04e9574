//! Two entries of one colleague become one.
//!
//! What gives way is deleted. What is kept bears its identifiers and its id, as identifiers that are no longer in use (FHIR R4
//! 2.24.0.9, `old`: "account merges"): so who had kept the other id finds this one, and no import brings the other back.

use super::kind::Kind;
use super::store;
use crate::clock::Millis;
use crate::database::Connection;
use crate::database::schema::{accounts, codes, entries, origins, resources, roles};
use crate::directory::search::parameters::Param;
use crate::directory::search::terms::token;
use crate::problem::{Code, Problem};
use consilium_fhir::{Identifier, Practitioner, PractitionerRole, Resource, terms};
use diesel::prelude::*;

/// Lets one entry give way to another. False if it has done so already; `conflict` if a colleague who has joined would lose
/// the entry or the other one is not listed, `not_found` if there never was such an entry.
pub fn merge(c: &mut Connection, from: &str, into: &str, now: Millis) -> Result<bool, Problem> {
    let kind = Kind::Practitioner;
    let gone = latest(c, from)?.ok_or(Code::NotFound)?;
    let Some(Resource::Practitioner(mut kept)) = store::find(c, kind.name(), into)? else {
        return Err(Problem::because(Code::Conflict, "The entry that is to be kept is not in the directory."));
    };
    if from == into {
        return Err(Problem::because(Code::Conflict, "An entry does not give way to itself."));
    }
    if kept.identifier.iter().any(|identifier| identifier.former_id() == Some(from)) {
        return Ok(false);
    }
    let in_use: Option<String> = accounts::table
        .filter(accounts::practitioner_id.eq(from).and(accounts::revoked.eq(false)))
        .select(accounts::user_id)
        .first(c)
        .optional()?;
    if in_use.is_some() {
        return Err(Problem::because(Code::Conflict, "A colleague who has joined keeps the entry."));
    }
    let (mut heirs, posts) = (posts(c, into)?, posts(c, from)?);
    for post in &posts {
        let id = post.id.as_deref().unwrap_or_default();
        let at_hospital = heirs.iter().position(|heir| heir.organization_id() == post.organization_id());
        if let Some(heir) = heirs.get_mut(at_hospital.unwrap_or(0)) {
            inherit(&mut heir.identifier, &post.identifier, id);
            redirect(c, Kind::PractitionerRole, id, heir.id.as_deref().unwrap_or_default())?;
        }
    }
    inherit(&mut kept.identifier, &gone.identifier, from);
    redirect(c, kind, from, into)?;
    // Who follows the changes meets the heirs first, and then what gave way to them.
    store::put(c, (*kept).into(), now)?;
    for heir in heirs {
        store::put(c, heir.into(), now)?;
    }
    for post in &posts {
        store::delete(c, Kind::PractitionerRole.name(), post.id.as_deref().unwrap_or_default(), now)?;
    }
    store::delete(c, kind.name(), from, now)?;
    Ok(true)
}

/// The id of the entry to which this one gave way.
pub fn heir(c: &mut Connection, practitioner_id: &str) -> Result<Option<String>, Problem> {
    let former = token(Some(terms::DIRECTORY_ID), practitioner_id);
    let bearers: Vec<String> = codes::table
        .inner_join(entries::table.on(entries::key.eq(codes::key)))
        .filter(codes::param.eq(Param::PractitionerIdentifier.number()).and(codes::value.eq(former)))
        .select(entries::id)
        .load(c)?;
    // To tokens the case of letters does not count, to ids it does.
    for id in bearers {
        if let Some(Resource::Practitioner(bearer)) = store::find(c, Kind::Practitioner.name(), &id)?
            && bearer.identifier.iter().any(|identifier| identifier.former_id() == Some(practitioner_id))
        {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// The last state of a practitioner, also of one that was deleted.
fn latest(c: &mut Connection, id: &str) -> Result<Option<Practitioner>, Problem> {
    let body: Option<String> =
        resources::table.find((Kind::Practitioner.name(), id)).select(resources::body).first(c).optional()?;
    body.map(|body| serde_json::from_str(&body).map_err(Problem::internal)).transpose()
}

fn posts(c: &mut Connection, practitioner_id: &str) -> Result<Vec<PractitionerRole>, Problem> {
    let held: Vec<String> =
        roles::table.filter(roles::practitioner_id.eq(practitioner_id)).order(roles::id).select(roles::id).load(c)?;
    let mut posts = Vec::new();
    for id in held {
        if let Some(Resource::PractitionerRole(role)) = store::find(c, Kind::PractitionerRole.name(), &id)? {
            posts.push(*role);
        }
    }
    Ok(posts)
}

/// Adds what identified an entry that gives way, and its id.
fn inherit(heir: &mut Vec<Identifier>, of: &[Identifier], id: &str) {
    for identifier in of.iter().cloned().chain([Identifier::former(id)]) {
        let known = |other: &Identifier| (&other.system, &other.value) == (&identifier.system, &identifier.value);
        if !heir.iter().any(known) {
            heir.push(identifier.no_longer_in_use());
        }
    }
}

/// What sources of imports know as the one is the other from now on, which none of them made.
fn redirect(c: &mut Connection, kind: Kind, from: &str, into: &str) -> Result<(), Problem> {
    diesel::update(origins::table.filter(origins::type_.eq(kind.name()).and(origins::id.eq(from))))
        .set((origins::id.eq(into), origins::own.eq(false)))
        .execute(c)?;
    Ok(())
}
