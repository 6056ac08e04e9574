//! Comparing what was staged with itself and with the directory: what becomes of each resource.

use super::Import;
use super::departed::Departed;
use super::finding::{Findings, Severity};
use super::listed::{hospital, is_listed, joined, listed_identifier, listed_reference, rewritten};
use super::staged::{Fate, NOWHERE, Stage, Staged, shown};
use crate::database::Connection;
use crate::database::schema::{changes, origins, practitioners, resources, roles};
use crate::directory::kind::Kind;
use crate::directory::load::{mark, mark_of_digest};
use crate::directory::names::latin_key;
use crate::directory::prepared::Prepared;
use crate::directory::search::parameters::Param;
use crate::directory::store;
use consilium_fhir::{HumanName, Identifier, Organization, Practitioner, PractitionerRole, Reference, Resource};
use consilium_registry_api::terminology::DEPARTMENT_SYSTEM;
use diesel::prelude::*;
use std::collections::{HashMap, HashSet};

/// Resources that are looked up at once.
const AT_ONCE: u32 = 500;
/// How far up a chain of organisations is followed in the directory.
const LEVELS: usize = 64;

/// Decides what becomes of everything staged, and says what there is to say. True if the directory is empty.
pub fn compare(
    c: &mut Connection,
    import: &Import,
    stage: &mut Stage,
    findings: &mut Findings,
) -> anyhow::Result<bool> {
    stage.place_roles();
    let empty = changes::table.select(changes::seq).first::<i64>(c).optional()?.is_none();
    cycles(stage, findings);
    let joined = joined(c)?;
    let departed = Departed::load(c)?;
    let mut comparing = Comparing { c, import, stage, findings, empty, joined, departed, posts: HashMap::new() };
    if !empty {
        comparing.index_posts();
    }
    for kind in Kind::ALL {
        comparing.all(kind)?;
        if kind == Kind::Organization {
            comparing.refuse_below();
        }
    }
    comparing.namesakes();
    Ok(empty)
}

/// Refuses organisations that are part of themselves.
fn cycles(stage: &mut Stage, findings: &mut Findings) {
    let kind = Kind::Organization;
    let parents: Vec<Option<u32>> =
        (0..stage.count(kind)).map(|index| stage.resolved(kind, stage.of(kind, index).refs[0])).collect();
    // 0 not seen, 1 on the way that is followed, 2 done.
    let mut seen = vec![0_u8; parents.len()];
    for begin in 0..parents.len() {
        let mut way = Vec::new();
        let mut at = Some(begin);
        while let Some(here) = at.filter(|here| seen[*here] == 0) {
            seen[here] = 1;
            way.push(here);
            at = parents[here].map(|parent| parent as usize);
        }
        if let Some(again) = at.filter(|here| seen[*here] == 1) {
            let from = way.iter().position(|here| *here == again).unwrap_or(way.len());
            for here in &way[from..] {
                let staged = stage.of_mut(kind, *here as u32);
                staged.fate = Fate::Refused;
                findings.add(Severity::Error, staged.place, "the organisation is, by partOf, a part of itself");
            }
        }
        way.into_iter().for_each(|here| seen[here] = 2);
    }
}

struct Comparing<'a> {
    c: &'a mut Connection,
    import: &'a Import,
    stage: &'a mut Stage,
    findings: &'a mut Findings,
    empty: bool,
    joined: HashMap<String, bool>,
    departed: Departed,
    /// Roles of a practitioner, by their indices.
    posts: HashMap<u32, Vec<u32>>,
}

/// Where a resource belongs.
struct Found {
    id: String,
    /// Whether the entry is this source's.
    own: bool,
    recorded: bool,
}

impl Comparing<'_> {
    fn index_posts(&mut self) {
        let kind = Kind::PractitionerRole;
        for index in 0..self.stage.count(kind) {
            if let Some(person) = self.stage.resolved(Kind::Practitioner, self.stage.of(kind, index).refs[0]) {
                self.posts.entry(person).or_default().push(index);
            }
        }
    }

    fn all(&mut self, kind: Kind) -> anyhow::Result<()> {
        let mut spool = self.stage.shelf_mut(kind).spool.reader()?;
        for index in 0..self.stage.count(kind) {
            if !self.empty && index % AT_ONCE == 0 {
                self.unchanged(kind, index)?;
            }
            let staged = self.stage.of(kind, index);
            if staged.fate != Fate::New {
                spool.skip()?;
                continue;
            }
            let place = staged.place;
            // Into an empty directory what is new is known, and needs no look.
            let resource = if self.empty {
                spool.skip()?;
                None
            } else {
                Some(serde_json::from_slice(&spool.next()?)?)
            };
            let outcome = match (kind, resource) {
                (_, None) => self.refer(kind, index, None).map(|()| Fate::New),
                (Kind::Organization, Some(Resource::Organization(one))) => self.organization(index, *one)?,
                (Kind::Practitioner, Some(Resource::Practitioner(one))) => self.practitioner(index, *one)?,
                (Kind::PractitionerRole, Some(Resource::PractitionerRole(one))) => self.role(index, *one)?,
                _ => anyhow::bail!("what was staged has become another"),
            };
            self.stage.of_mut(kind, index).fate = outcome.unwrap_or_else(|message| {
                self.findings.add(Severity::Error, place, message);
                Fate::Refused
            });
        }
        Ok(())
    }

    /// Finds, from this index on, what is this source's own and listed just so: of a source that comes again nearly all.
    fn unchanged(&mut self, kind: Kind, from: u32) -> anyhow::Result<()> {
        let until = (from + AT_ONCE).min(self.stage.count(kind));
        let ids: Vec<&str> = (from..until).map(|index| &*self.stage.of(kind, index).id).collect();
        let listed = resources::table
            .filter(resources::type_.eq(kind.name()).and(resources::id.eq_any(&ids)))
            .filter(resources::deleted.eq(false))
            .select((resources::id, resources::digest));
        let listed: HashMap<String, Vec<u8>> = listed.load(self.c)?.into_iter().collect();
        let own: Option<HashSet<String>> = match &self.import.source {
            Some(source) => {
                let own = origins::table
                    .filter(origins::source.eq(source).and(origins::type_.eq(kind.name())))
                    .filter(origins::source_id.eq_any(&ids).and(origins::source_id.eq(origins::id)))
                    .filter(origins::own.eq(true))
                    .select(origins::id);
                Some(own.load(self.c)?.into_iter().collect())
            }
            None => None,
        };
        for index in from..until {
            let staged = self.stage.of_mut(kind, index);
            let is_same = listed.get(&*staged.id).is_some_and(|digest| mark_of_digest(digest) == staged.content);
            if staged.fate == Fate::New && is_same && own.as_ref().is_none_or(|own| own.contains(&*staged.id)) {
                (staged.fate, staged.recorded) = (Fate::Unchanged, true);
            }
        }
        Ok(())
    }

    /// Refuses organisations that are part of one that was refused after them.
    fn refuse_below(&mut self) {
        let kind = Kind::Organization;
        loop {
            let below: Vec<u32> = (0..self.stage.count(kind))
                .filter(|index| !matches!(self.stage.of(kind, *index).fate, Fate::Refused | Fate::Same(_)))
                .filter(|index| {
                    let above = self.stage.resolved(kind, self.stage.of(kind, *index).refs[0]);
                    above.is_some_and(|above| self.stage.of(kind, above).fate == Fate::Refused)
                })
                .collect();
            if below.is_empty() {
                return;
            }
            for index in below {
                let staged = self.stage.of_mut(kind, index);
                staged.fate = Fate::Refused;
                self.findings.add(Severity::Error, staged.place, "it is a part of an organisation that is refused");
            }
        }
    }

    /// Checks that what a resource refers to is there.
    fn refer(&mut self, kind: Kind, index: u32, resource: Option<&Resource>) -> Result<(), String> {
        let staged = self.stage.of(kind, index);
        let refs = match kind {
            Kind::Organization => vec![(Kind::Organization, staged.refs[0], true)],
            Kind::Practitioner => vec![],
            Kind::PractitionerRole => {
                vec![(Kind::Practitioner, staged.refs[0], false), (Kind::Organization, staged.refs[1], false)]
            }
        };
        for (of, reference, optional) in refs {
            let what = if of == Kind::Practitioner { "practitioner" } else { "organisation" };
            let a = if of == Kind::Practitioner { "a" } else { "an" };
            if reference == NOWHERE {
                if optional {
                    continue;
                }
                return Err(format!("the role names no {what} by type and id, URL or identifier"));
            }
            match self.stage.resolved(of, reference) {
                Some(there) if self.stage.of(of, there).fate == Fate::Refused => {
                    let there = shown(self.stage.of(of, there).place);
                    return Err(format!("it refers to {a} {what} that is refused ({there})"));
                }
                Some(_) => {}
                None => {
                    let listed = match resource {
                        Some(resource) => self.listed_reference(of, resource).map_err(|error| error.to_string())?,
                        None => None,
                    };
                    if listed.is_none() && kind == Kind::Organization {
                        // Whoever has a part of a country's directory has not all that is above.
                        let message = "it is part of an organisation that is neither in these files nor listed";
                        self.findings.add(Severity::Warning, self.stage.of(kind, index).place, message);
                    } else if listed.is_none() {
                        return Err(format!("it refers to {a} {what} that is neither in these files nor listed"));
                    }
                }
            }
        }
        Ok(())
    }

    /// Id of what a resource refers to in the directory.
    fn listed_reference(&mut self, kind: Kind, resource: &Resource) -> anyhow::Result<Option<String>> {
        let reference = match (kind, resource) {
            (_, Resource::Organization(one)) => one.part_of.as_ref(),
            (Kind::Practitioner, Resource::PractitionerRole(role)) => role.practitioner.as_ref(),
            (_, Resource::PractitionerRole(role)) => role.organization.as_ref(),
            _ => None,
        };
        match reference {
            Some(reference) => listed_reference(self.c, self.import, kind, reference),
            None => Ok(None),
        }
    }

    /// Where a resource belongs by its origin or its id. An error if the id is another source's.
    fn by_id(&mut self, kind: Kind, id: &str) -> anyhow::Result<Result<Option<Found>, String>> {
        if let Some(source) = &self.import.source {
            let known: Option<(String, bool)> = origins::table
                .find((source, kind.name(), id))
                .select((origins::id, origins::own))
                .first(self.c)
                .optional()?;
            if let Some((target, own)) = known
                && (own || is_listed(self.c, kind, &target)?)
            {
                return Ok(Ok(Some(Found { id: target, own, recorded: true })));
            }
        }
        let found = |id: &str| Ok(Ok(Some(Found { id: id.to_owned(), own: false, recorded: false })));
        if let Some(heir) = self.departed.heir(kind, id) {
            return found(heir);
        }
        if kind == Kind::Practitioner && self.joined.get(id) == Some(&true) {
            return found(id);
        }
        if !is_listed(self.c, kind, id)? {
            return Ok(Ok(None));
        }
        let others: Vec<String> = origins::table
            .filter(origins::type_.eq(kind.name()).and(origins::id.eq(id)).and(origins::own.eq(true)))
            .select(origins::source)
            .load(self.c)?;
        let ours = self.import.source.as_ref();
        Ok(match others.iter().find(|other| Some(*other) != ours) {
            Some(other) if ours.is_some() => Err(format!(
                "the id is that of an entry of the source {other:?}: give the ids of one of both a --prefix"
            )),
            _ => Ok(Some(Found { id: id.to_owned(), own: true, recorded: false })),
        })
    }

    fn by_identifier(
        &mut self,
        kind: Kind,
        param: Param,
        identifiers: &[Identifier],
    ) -> anyhow::Result<Option<String>> {
        for identifier in identifiers {
            if let (Some(system), Some(value)) = (&identifier.system, &identifier.value)
                && let Some(id) = listed_identifier(self.c, kind, param, system, value)?
            {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    fn duplicate(&mut self, kind: Kind, index: u32, id: &str, why: &str) {
        let place = self.stage.of(kind, index).place;
        let message = format!("{why} is listed as {}/{id}, which stays as it is", kind.name());
        self.findings.add(Severity::Duplicate, place, message);
    }

    fn keep(&mut self, kind: Kind, index: u32, found: &Found) {
        let staged = self.stage.of_mut(kind, index);
        staged.target = (*found.id != *staged.id).then(|| found.id.as_str().into());
        (staged.own, staged.recorded) = (found.own, found.recorded);
    }

    fn organization(&mut self, index: u32, one: Organization) -> anyhow::Result<Result<Fate, String>> {
        let kind = Kind::Organization;
        let (id, sheet) = (self.stage.of(kind, index).id.to_string(), self.stage.of(kind, index).sheet);
        let mut found = match self.by_id(kind, &id)? {
            Ok(found) => found,
            Err(message) => return Ok(Err(message)),
        };
        if found.is_none() {
            let named = self.by_identifier(kind, Param::OrganizationIdentifier, &one.identifier)?;
            let same = match named {
                Some(id) => Some((id, "an organisation with this identifier")),
                None if one.part_of.is_none() => {
                    hospital(self.c, &one)?.map(|id| (id, "a hospital of this name in this city"))
                }
                None => None,
            };
            if let Some((target, why)) = same {
                // Of a sheet's hospitals there is nothing more to say.
                if !sheet {
                    self.duplicate(kind, index, &target, why);
                }
                found = Some(Found { id: target, own: false, recorded: false });
            }
        }
        let resource = Resource::from(one);
        if let Err(message) = self.refer(kind, index, Some(&resource)) {
            return Ok(Err(message));
        }
        if let Some(found) = &found {
            self.keep(kind, index, found);
            if !found.own {
                return Ok(Ok(Fate::Listed));
            }
            if self.is_above(&found.id, &resource)? {
                return Ok(Err("the organisation is, by partOf, a part of itself".into()));
            }
        }
        self.changed(kind, index, resource)
    }

    /// Whether an organisation that is listed is above what this one is a part of.
    fn is_above(&mut self, id: &str, one: &Resource) -> anyhow::Result<bool> {
        let mut above = self.listed_reference(Kind::Organization, one)?;
        for _ in 0..LEVELS {
            let Some(here) = above else { return Ok(false) };
            if here == id {
                return Ok(true);
            }
            // What this import changes was looked at before.
            above = match store::find(self.c, Kind::Organization.name(), &here)? {
                Some(Resource::Organization(one)) if !self.stage.has(Kind::Organization, &here) => {
                    one.part_of.as_ref().and_then(|of| of.id_of(Kind::Organization.name())).map(str::to_owned)
                }
                _ => None,
            };
        }
        Ok(true)
    }

    fn practitioner(&mut self, index: u32, one: Practitioner) -> anyhow::Result<Result<Fate, String>> {
        let kind = Kind::Practitioner;
        let id = self.stage.of(kind, index).id.to_string();
        let mut found = match self.by_id(kind, &id)? {
            Ok(found) => found,
            Err(message) => return Ok(Err(message)),
        };
        if found.is_none() {
            let named = self.by_identifier(kind, Param::PractitionerIdentifier, &one.identifier)?;
            let named = named.or_else(|| self.departed.taken_out(&one.identifier).map(str::to_owned));
            let same = match named {
                Some(id) => Some((id, "a colleague with this identifier")),
                None => self.namesake(index, &one)?.map(|id| (id, "a colleague of this name, hospital and department")),
            };
            if let Some((target, why)) = same {
                self.duplicate(kind, index, &target, why);
                found = Some(Found { id: target, own: false, recorded: false });
            }
        }
        if let Some(found) = &found {
            self.keep(kind, index, found);
            if let Some(revoked) = self.joined.get(&found.id) {
                let (fate, message) = if *revoked {
                    (
                        Fate::Revoked,
                        "the account of this colleague was revoked, or a verifier took the entry out; nothing is listed",
                    )
                } else {
                    (Fate::Joined, "the colleague has joined, and keeps the entry as it is")
                };
                let place = self.stage.of(kind, index).place;
                self.findings.add(Severity::Note, place, message);
                return Ok(Ok(fate));
            }
            if !found.own {
                return Ok(Ok(Fate::Listed));
            }
        }
        self.changed(kind, index, one.into())
    }

    /// The one listed colleague of this name in the hospital and department of one of the roles: as a registration is
    /// matched (`directory::entry`), but with those who have joined.
    fn namesake(&mut self, index: u32, one: &Practitioner) -> anyhow::Result<Option<String>> {
        let text = |name: Option<&HumanName>| name.and_then(|name| name.text.clone()).unwrap_or_default();
        let (han, latin) = (text(one.han_name()), latin_key(&text(one.latin_name())));
        for post in self.posts.get(&index).cloned().unwrap_or_default() {
            let staged = self.stage.of(Kind::PractitionerRole, post);
            let Some(department) = staged.department.clone() else { continue };
            let hospital = match self.stage.resolved(Kind::Organization, staged.refs[1]) {
                Some(hospital) => self.stage.of(Kind::Organization, hospital).target().to_owned(),
                None => continue,
            };
            let mut namesakes = practitioners::table
                .inner_join(roles::table.on(roles::practitioner_id.eq(practitioners::id)))
                .filter(roles::organization_id.eq(&hospital))
                .select((practitioners::id, roles::id))
                .into_boxed();
            namesakes = if han.is_empty() {
                namesakes.filter(practitioners::latin_key.eq(&latin))
            } else {
                namesakes.filter(practitioners::han_name.eq(&han))
            };
            let mut fitting: Vec<String> = Vec::new();
            for (person, role) in namesakes.load::<(String, String)>(self.c)? {
                if self.department_of(&role)?.as_deref() == Some(&*department) && !fitting.contains(&person) {
                    fitting.push(person);
                }
            }
            match fitting.len() {
                0 => {}
                // One of this import already is, or will be, that entry.
                1 if self.stage.has(Kind::Practitioner, &fitting[0]) => {}
                1 => return Ok(fitting.pop()),
                many => {
                    let place = self.stage.of(Kind::Practitioner, index).place;
                    let message = format!(
                        "{many} colleagues of this name, hospital and department are listed; this one is listed beside them"
                    );
                    self.findings.add(Severity::Duplicate, place, message);
                }
            }
        }
        Ok(None)
    }

    fn department_of(&mut self, role: &str) -> anyhow::Result<Option<String>> {
        Ok(match store::find(self.c, Kind::PractitionerRole.name(), role)? {
            Some(Resource::PractitionerRole(role)) => role.department(DEPARTMENT_SYSTEM).map(str::to_owned),
            _ => None,
        })
    }

    fn role(&mut self, index: u32, mut one: PractitionerRole) -> anyhow::Result<Result<Fate, String>> {
        let kind = Kind::PractitionerRole;
        if one.organization.is_none()
            && let Some(at) = self.stage.resolved(Kind::Organization, self.stage.of(kind, index).refs[1])
        {
            let id = self.stage.of(Kind::Organization, at).target().to_owned();
            one.organization = Some(Reference::to(Kind::Organization.name(), &id, ""));
        }
        let resource = Resource::from(one);
        if let Err(message) = self.refer(kind, index, Some(&resource)) {
            return Ok(Err(message));
        }
        let id = self.stage.of(kind, index).id.to_string();
        let mut found = match self.by_id(kind, &id)? {
            Ok(found) => found,
            Err(message) => return Ok(Err(message)),
        };
        let refs = self.stage.of(kind, index).refs;
        let mut target = |of: Kind, reference: u128| -> anyhow::Result<(String, bool)> {
            Ok(match self.stage.resolved(of, reference) {
                Some(there) => {
                    let there = self.stage.of(of, there);
                    (there.target().to_owned(), matches!(there.fate, Fate::Listed | Fate::Joined | Fate::Revoked))
                }
                None => {
                    let listed = match (&resource, of) {
                        (Resource::PractitionerRole(role), Kind::Practitioner) => role.practitioner.as_ref(),
                        (Resource::PractitionerRole(role), _) => role.organization.as_ref(),
                        _ => None,
                    };
                    let listed = match listed {
                        Some(reference) => listed_reference(self.c, self.import, of, reference)?,
                        None => None,
                    };
                    (listed.unwrap_or_default(), true)
                }
            })
        };
        let (person, was_listed) = target(Kind::Practitioner, refs[0])?;
        let (hospital, _) = target(Kind::Organization, refs[1])?;
        if found.is_none() && was_listed {
            let posts = roles::table
                .filter(roles::practitioner_id.eq(&person).and(roles::organization_id.eq(&hospital)))
                .order(roles::id)
                .select(roles::id);
            for post in posts.load::<String>(self.c)? {
                if self.department_of(&post)?.as_deref() == self.stage.of(kind, index).department.as_deref() {
                    found = Some(Found { id: post, own: false, recorded: false });
                    break;
                }
            }
        }
        if let Some(found) = &found {
            self.keep(kind, index, found);
        }
        match (self.joined.get(&person), &found) {
            (Some(true), _) => return Ok(Ok(Fate::Revoked)),
            (Some(false), _) => return Ok(Ok(Fate::Joined)),
            (None, Some(found)) if !found.own => return Ok(Ok(Fate::Listed)),
            _ => {}
        }
        self.changed(kind, index, resource)
    }

    /// Whether a resource that is this source's own is listed just so.
    fn changed(&mut self, kind: Kind, index: u32, resource: Resource) -> anyhow::Result<Result<Fate, String>> {
        let (c, import) = (&mut *self.c, self.import);
        let mut listed = |of: Kind, reference: &Reference| listed_reference(c, import, of, reference);
        let resource = rewritten(self.stage, kind, index, resource, &mut listed)?;
        let resource = self.departed.with_inherited(kind, resource);
        let prepared = match Prepared::new(resource) {
            Ok(prepared) => prepared,
            Err(problem) => return Ok(Err(problem.detail().unwrap_or("it cannot be kept").to_owned())),
        };
        let stored: Option<(Vec<u8>, bool)> = resources::table
            .find((kind.name(), &prepared.id))
            .select((resources::digest, resources::deleted))
            .first(self.c)
            .optional()?;
        Ok(Ok(match stored {
            Some((_, true)) | None => Fate::New,
            Some((digest, false)) if digest == prepared.digest => Fate::Unchanged,
            Some(_) => Fate::Changed,
        }))
    }

    /// Tells of namesakes who will not be told apart when one of them registers.
    fn namesakes(&mut self) {
        let kind = Kind::PractitionerRole;
        let mut first: HashMap<u128, u32> = HashMap::new();
        for index in 0..self.stage.count(kind) {
            let Staged { refs, department, fate, place, .. } = self.stage.of(kind, index);
            let (Some(department), Fate::New | Fate::Changed) = (department, fate) else { continue };
            let Some(person) = self.stage.resolved(Kind::Practitioner, refs[0]) else { continue };
            let who = self.stage.of(Kind::Practitioner, person).who.to_string();
            let hospital = self.stage.resolved(Kind::Organization, refs[1]).map_or(0, |at| u128::from(at) + 1);
            let key = mark(&[&who, &hospital.to_string(), &refs[1].to_string(), department]);
            let other = *first.entry(key).or_insert(person);
            if other != person {
                let there = shown(self.stage.of(Kind::Practitioner, other).place);
                let message = format!("the same name, hospital and department as {there}; both are listed");
                self.findings.add(Severity::Duplicate, *place, message);
            }
        }
    }
}
