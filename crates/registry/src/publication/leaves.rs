//! The leaves of what is published, and to which part they belong.

use crate::database::schema::{leaves, places, resources};
use crate::database::{Connection, on_either};
use crate::directory::Kind;
use anyhow::Context as _;
use consilium_fhir::Resource;
use consilium_publication::entry::{OrganizationEntry, PractitionerEntry, RoleEntry};
use consilium_publication::{Leaf, Part, PartRoot, part};
use diesel::prelude::*;
use std::collections::{BTreeMap, HashMap};

/// Rows read at once.
const ROWS: i64 = 100_000;

/// The leaf that a resource has from now on, with its part; none if it is not listed.
#[derive(Debug)]
pub struct NewLeaf {
    pub kind: Kind,
    pub id: String,
    pub leaf: Option<(Part, Leaf)>,
}

/// The leaf of a hospital; none of one that is not active.
pub fn of_organization(resource: &Resource) -> Option<Leaf> {
    let Resource::Organization(organization) = resource else { return None };
    OrganizationEntry::of(organization).map(|entry| entry.leaf())
}

/// The leaf of a colleague's role; none if it, or the person, is not active.
pub fn of_role(person: Option<&PractitionerEntry>, resource: &Resource) -> Option<Leaf> {
    let Resource::PractitionerRole(role) = resource else { return None };
    let entry = RoleEntry::of(role)?;
    person.filter(|person| person.id == entry.practitioner).map(|person| entry.leaf(person))
}

/// Forgets all, as before the first publication.
pub fn clear(c: &mut Connection) -> anyhow::Result<()> {
    diesel::delete(leaves::table).execute(c)?;
    diesel::delete(places::table).execute(c)?;
    Ok(())
}

/// Writes leaves.
pub fn set(c: &mut Connection, new: &[NewLeaf]) -> anyhow::Result<()> {
    for NewLeaf { kind, id, leaf } in new {
        let Some((part, leaf)) = leaf else {
            diesel::delete(leaves::table.find((kind.name(), id))).execute(c)?;
            continue;
        };
        let state = (leaves::part.eq(part.to_string()), leaves::leaf.eq(leaf.bytes().as_slice()));
        let insert = diesel::insert_into(leaves::table)
            .values((leaves::type_.eq(kind.name()), leaves::id.eq(id), state.clone()))
            .on_conflict((leaves::type_, leaves::id))
            .do_update()
            .set(state);
        on_either!(c, |c| insert.execute(c))?;
    }
    Ok(())
}

/// What is to be signed of each part that has leaves.
pub fn roots(c: &mut Connection) -> anyhow::Result<Vec<PartRoot>> {
    let mut parts: BTreeMap<String, Vec<Leaf>> = BTreeMap::new();
    for kind in [Kind::Organization, Kind::PractitionerRole] {
        let mut after = String::new();
        loop {
            let some: Vec<(String, String, Vec<u8>)> = leaves::table
                .filter(leaves::type_.eq(kind.name()).and(leaves::id.gt(&after)))
                .order(leaves::id)
                .limit(ROWS)
                .select((leaves::id, leaves::part, leaves::leaf))
                .load(c)?;
            let Some((last, ..)) = some.last() else { break };
            after.clone_from(last);
            for (_, part, leaf) in some {
                let leaf = Leaf::from_slice(&leaf).context("a stored leaf has another length")?;
                parts.entry(part).or_default().push(leaf);
            }
        }
    }
    let root = |(part, leaves): (String, Vec<Leaf>)| -> anyhow::Result<PartRoot> {
        Ok(PartRoot::of(part.parse().context("a stored part has no such name")?, leaves))
    };
    let mut roots: Vec<PartRoot> = parts.into_iter().map(root).collect::<anyhow::Result<_>>()?;
    roots.sort_unstable_by(|a, b| a.part.cmp(&b.part));
    Ok(roots)
}

/// To which part the colleagues of each organisation belong now, as far as it was asked for.
#[derive(Debug, Default)]
pub struct Places(HashMap<String, Part>);

impl Places {
    /// Notes an organisation that was read; none is one that is deleted.
    pub fn note(&mut self, id: &str, organization: Option<&Resource>) -> Part {
        let province = match organization {
            Some(Resource::Organization(organization)) => part::province(organization),
            _ => String::new(),
        };
        let part = Part::of_colleagues_in(&province);
        self.0.insert(id.to_owned(), part.clone());
        part
    }

    /// To which part a role belongs.
    pub fn of(&mut self, c: &mut Connection, role: &Resource) -> anyhow::Result<Part> {
        let Resource::PractitionerRole(role) = role else { return Ok(Part::Unplaced) };
        let Some(id) = role.organization_id() else { return Ok(Part::Unplaced) };
        if let Some(part) = self.0.get(id) {
            return Ok(part.clone());
        }
        let body: Option<String> = resources::table
            .find((Kind::Organization.name(), id))
            .filter(resources::deleted.eq(false))
            .select(resources::body)
            .first(c)
            .optional()?;
        let organization = body.map(|body| serde_json::from_str(&body)).transpose()?;
        Ok(self.note(id, organization.as_ref()))
    }
}

/// To which part the colleagues of an organisation belonged as of the last publication.
pub fn place_before(c: &mut Connection, organization: &str) -> anyhow::Result<Part> {
    let stored: Option<String> = places::table.find(organization).select(places::part).first(c).optional()?;
    stored.map_or(Ok(Part::Unplaced), |part| part.parse().context("a stored part has no such name"))
}

/// Keeps where organisations are as of the publication that is kept with it.
pub fn keep_places(c: &mut Connection, places: &[(String, Part)]) -> anyhow::Result<()> {
    for (organization, part) in places {
        if *part == Part::Unplaced {
            diesel::delete(places::table.find(organization)).execute(c)?;
            continue;
        }
        let part = places::part.eq(part.to_string());
        let insert = diesel::insert_into(places::table)
            .values((places::organization.eq(organization), part.clone()))
            .on_conflict(places::organization)
            .do_update()
            .set(part);
        on_either!(c, |c| insert.execute(c))?;
    }
    Ok(())
}
