//! What the directory has of what an import names, and whose that is.

use super::Import;
use super::staged::Stage;
use crate::database::Connection;
use crate::database::schema::{accounts, codes, entries, organizations, origins, removals, resources};
use crate::directory::kind::Kind;
use crate::directory::merging;
use crate::directory::search::parameters::Param;
use crate::directory::search::terms::token;
use consilium_fhir::{Identifier, Organization, Reference, Resource};
use diesel::prelude::*;
use std::collections::HashMap;

/// Practitioners whose entry is no longer an import's: those with accounts, and those who were taken out. The latter, and
/// those whose accounts are all revoked, are true.
pub fn joined(c: &mut Connection) -> anyhow::Result<HashMap<String, bool>> {
    let mut joined: HashMap<String, bool> = HashMap::new();
    let all = accounts::table.select((accounts::practitioner_id, accounts::revoked));
    for (practitioner, revoked) in all.load::<(String, bool)>(c)? {
        joined.entry(practitioner).and_modify(|all| *all &= revoked).or_insert(revoked);
    }
    let taken_out: Vec<String> = removals::table.select(removals::practitioner_id).load(c)?;
    joined.extend(taken_out.into_iter().map(|practitioner| (practitioner, true)));
    Ok(joined)
}

pub fn is_listed(c: &mut Connection, kind: Kind, id: &str) -> anyhow::Result<bool> {
    let found =
        resources::table.find((kind.name(), id)).filter(resources::deleted.eq(false)).select(resources::version);
    Ok(found.first::<i64>(c).optional()?.is_some())
}

pub fn listed_identifier(
    c: &mut Connection,
    kind: Kind,
    param: Param,
    system: &str,
    value: &str,
) -> anyhow::Result<Option<String>> {
    let found = codes::table
        .inner_join(entries::table.on(entries::key.eq(codes::key)))
        .filter(codes::param.eq(param.number()).and(codes::value.eq(token(Some(system), value))))
        .filter(entries::kind.eq(kind.number()))
        .order(entries::key)
        .select(entries::id);
    Ok(found.first(c).optional()?)
}

/// Id of what a reference leads to in the directory: by this source's own id for it, by id, or by identifier.
pub fn listed_reference(
    c: &mut Connection,
    import: &Import,
    kind: Kind,
    reference: &Reference,
) -> anyhow::Result<Option<String>> {
    if let Some(id) = reference.id_of(kind.name()) {
        if let Some(source) = &import.source {
            let known: Option<String> =
                origins::table.find((source, kind.name(), id)).select(origins::id).first(c).optional()?;
            if let Some(known) = known
                && is_listed(c, kind, &known)?
            {
                return Ok(Some(known));
            }
        }
        if !is_listed(c, kind, id)? {
            return if kind == Kind::Practitioner { Ok(merging::heir(c, id)?) } else { Ok(None) };
        }
        return Ok(Some(id.to_owned()));
    }
    let identifier = reference.other.get("identifier").cloned();
    let identifier: Option<Identifier> = identifier.and_then(|identifier| serde_json::from_value(identifier).ok());
    let param = match kind {
        Kind::Organization => Param::OrganizationIdentifier,
        Kind::Practitioner => Param::PractitionerIdentifier,
        Kind::PractitionerRole => Param::RoleIdentifier,
    };
    match identifier {
        Some(Identifier { system: Some(system), value: Some(value), .. }) => {
            listed_identifier(c, kind, param, &system, &value)
        }
        _ => Ok(None),
    }
}

/// The one listed hospital of this name, in this city if one is named.
pub fn hospital(c: &mut Connection, one: &Organization) -> anyhow::Result<Option<String>> {
    let name = one.name.as_deref().unwrap_or_default();
    let found: Vec<(String, String)> = organizations::table
        .inner_join(resources::table.on(resources::id.eq(organizations::id)))
        .filter(resources::type_.eq(Kind::Organization.name()).and(resources::deleted.eq(false)))
        .filter(organizations::name.eq(name))
        .order(organizations::id)
        .select((organizations::id, organizations::city))
        .load(c)?;
    let mut fitting =
        found.into_iter().filter(|(_, city)| one.city().is_none_or(|named| named == city || city.is_empty()));
    let first = fitting.next();
    Ok(first.filter(|_| fitting.next().is_none()).map(|(id, _)| id))
}

/// Finds the id of what a reference leads to in the directory.
pub type Listed<'a> = &'a mut dyn FnMut(Kind, &Reference) -> anyhow::Result<Option<String>>;

/// A resource with the ids of the directory, for itself and in what it refers to.
pub fn rewritten(
    stage: &Stage,
    kind: Kind,
    index: u32,
    mut resource: Resource,
    listed: Listed<'_>,
) -> anyhow::Result<Resource> {
    let staged = stage.of(kind, index);
    let mut lead = |of: Kind, mark: u128, reference: &mut Option<Reference>| -> anyhow::Result<()> {
        let id = match (stage.resolved(of, mark), reference.as_ref()) {
            (Some(there), _) => Some(stage.of(of, there).target().to_owned()),
            (None, Some(reference)) => listed(of, reference)?,
            (None, None) => None,
        };
        if let Some(id) = id {
            reference.get_or_insert_default().reference = Some(format!("{}/{id}", of.name()));
        }
        Ok(())
    };
    match &mut resource {
        Resource::Organization(one) => {
            one.id = Some(staged.target().to_owned());
            lead(Kind::Organization, staged.refs[0], &mut one.part_of)?;
        }
        Resource::Practitioner(one) => one.id = Some(staged.target().to_owned()),
        Resource::PractitionerRole(one) => {
            one.id = Some(staged.target().to_owned());
            lead(Kind::Practitioner, staged.refs[0], &mut one.practitioner)?;
            lead(Kind::Organization, staged.refs[1], &mut one.organization)?;
        }
        _ => {}
    }
    Ok(resource)
}
