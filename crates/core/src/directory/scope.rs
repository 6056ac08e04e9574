//! How much of the directory is kept on this machine: everything, a province, or a group of hospitals.
//!
//! Organisations are kept in any case, so that it can be told where everybody belongs. Of the parts that a scope needs
//! all leaves are kept and compared with what was signed (`leaves`); of a group, the rows of its own people alone.

use super::leaves;
use super::page::Page;
use super::terms::{self, Kind};
use consilium_api::directory::{DirectoryScope, Text};
use consilium_publication::Part;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Steps from a part of a hospital to the top: what leads round in a circle has none.
const MOST_STEPS: usize = 32;

/// What a file is made for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    pub kind: DirectoryScope,
    /// FHIR id of the doctor's organisation when it was chosen, whose province or group it is.
    pub organization: String,
}

/// The parts of which a file holds all leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Held {
    All,
    /// Besides the organisations.
    Some(BTreeSet<Part>),
}

impl Held {
    pub(super) fn has(&self, part: &Part) -> bool {
        match self {
            Self::All => true,
            Self::Some(parts) => *part == Part::Organizations || parts.contains(part),
        }
    }
}

/// Whose rows a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    pub held: Held,
    /// FHIR ids of the organisations of a group; None is everybody in the parts.
    pub organizations: Option<HashSet<String>>,
}

impl Kept {
    pub(super) const EVERYTHING: Self = Self { held: Held::All, organizations: None };

    pub(super) fn has(&self, part: &Part, organization: &str) -> bool {
        self.held.has(part) && self.organizations.as_ref().is_none_or(|some| some.contains(organization))
    }

    /// Whether it may hold leaves of rows that it has not.
    pub(super) fn is_of_group(&self) -> bool {
        self.organizations.is_some()
    }

    pub(super) fn is_everything(&self) -> bool {
        self.held == Held::All
    }
}

fn number(kind: DirectoryScope) -> i64 {
    match kind {
        DirectoryScope::Everything => 0,
        DirectoryScope::Province => 1,
        DirectoryScope::Group => 2,
    }
}

fn kind(number: i64) -> DirectoryScope {
    match number {
        1 => DirectoryScope::Province,
        2 => DirectoryScope::Group,
        _ => DirectoryScope::Everything,
    }
}

/// What the file was made for.
pub(super) fn made_for(db: &Connection) -> rusqlite::Result<Scope> {
    db.prepare_cached("SELECT kind, organization FROM scope")?
        .query_row([], |row| Ok(Scope { kind: kind(row.get(0)?), organization: row.get(1)? }))
}

/// What the doctor chose: this, unless another one is still to be fetched.
pub(super) fn wanted(db: &Connection) -> rusqlite::Result<Scope> {
    db.prepare_cached("SELECT wanted, wanted_organization FROM scope")?
        .query_row([], |row| Ok(Scope { kind: kind(row.get(0)?), organization: row.get(1)? }))
}

/// Remembers what the doctor chose.
pub(super) fn want(db: &Connection, scope: &Scope) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE scope SET wanted = ?1, wanted_organization = ?2")?
        .execute(params![number(scope.kind), scope.organization])
        .map(drop)
}

/// Makes an empty file for a scope, of which nothing is known yet.
pub(super) fn begin_with(db: &Connection, scope: &Scope) -> rusqlite::Result<()> {
    make_for(db, scope, &kept(db, scope)?.held)
}

/// Makes an empty file for a scope; `held` is what is known of it so far.
pub(super) fn make_for(db: &Connection, scope: &Scope, held: &Held) -> rusqlite::Result<()> {
    want(db, scope)?;
    db.prepare_cached("UPDATE scope SET kind = wanted, organization = wanted_organization")?.execute([])?;
    hold(db, held)
}

/// The parts that are kept.
pub(super) fn held(db: &Connection) -> rusqlite::Result<Held> {
    let parts: Option<String> = db.prepare_cached("SELECT parts FROM scope")?.query_row([], |row| row.get(0))?;
    Ok(parts.map_or(Held::All, |json| {
        let names: Vec<String> = serde_json::from_str(&json).unwrap_or_default();
        Held::Some(names.iter().filter_map(|name| name.parse().ok()).collect())
    }))
}

/// Remembers the parts that are kept.
pub(super) fn hold(db: &Connection, held: &Held) -> rusqlite::Result<()> {
    let json = match held {
        Held::All => None,
        Held::Some(parts) => {
            let names: Vec<String> = parts.iter().map(Part::to_string).collect();
            Some(serde_json::to_string(&names).unwrap_or_default())
        }
    };
    db.prepare_cached("UPDATE scope SET parts = ?1")?.execute([json]).map(drop)
}

/// To which part the colleagues of an organisation belong.
pub(super) fn place_of(db: &Connection, organization: &str) -> rusqlite::Result<Part> {
    let province: Option<String> = db
        .prepare_cached(
            "SELECT province.key FROM term t JOIN site s ON s.n = t.n JOIN term province ON province.n = s.province
             WHERE t.kind = ?1 AND t.key = ?2",
        )?
        .query_row(params![Kind::Organization as i64, organization], |row| row.get(0))
        .optional()?;
    Ok(Part::of_colleagues_in(&province.unwrap_or_default()))
}

/// What a scope comes to with the organisations that are here.
pub(super) fn kept(db: &Connection, scope: &Scope) -> rusqlite::Result<Kept> {
    match scope.kind {
        DirectoryScope::Everything => Ok(Kept::EVERYTHING),
        DirectoryScope::Province => {
            let part = place_of(db, &scope.organization)?;
            Ok(Kept { held: Held::Some([part].into()), organizations: None })
        }
        DirectoryScope::Group => {
            let group = Group::of(db, &scope.organization)?;
            Ok(Kept { held: Held::Some(group.parts), organizations: Some(group.organizations) })
        }
    }
}

/// A group of hospitals: the organisation at the top of a chain of `partOf`, and all below it.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub top: String,
    pub organizations: HashSet<String>,
    pub parts: BTreeSet<Part>,
}

impl Group {
    pub(super) fn of(db: &Connection, organization: &str) -> rusqlite::Result<Self> {
        let Some(own) = terms::find(db, Kind::Organization, organization)? else { return Ok(Self::default()) };
        let mut above =
            db.prepare_cached("SELECT part_of FROM site WHERE n = ?1 AND part_of IN (SELECT n FROM site)")?;
        let mut top = own;
        for _ in 0..MOST_STEPS {
            let next: Option<i64> = above.query_row([top], |row| row.get(0)).optional()?;
            match next {
                Some(next) if next != own => top = next,
                _ => break,
            }
        }
        let mut below: HashMap<i64, Vec<i64>> = HashMap::new();
        let mut parts = db.prepare_cached("SELECT part_of, n FROM site WHERE part_of IS NOT NULL")?;
        let mut rows = parts.query([])?;
        while let Some(row) = rows.next()? {
            below.entry(row.get(0)?).or_default().push(row.get(1)?);
        }
        let (mut found, mut left) = (HashSet::new(), vec![top]);
        while let Some(n) = left.pop() {
            if found.insert(n) {
                left.extend(below.get(&n).into_iter().flatten());
            }
        }
        let mut group = Self::default();
        let mut describe = db.prepare_cached(
            "SELECT t.key, coalesce(province.key, '') FROM term t JOIN site s ON s.n = t.n
             LEFT JOIN term province ON province.n = s.province WHERE t.n = ?1",
        )?;
        for n in found {
            let described: Option<(String, String)> =
                describe.query_row([n], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let Some((id, province)) = described else { continue };
            if n == top {
                group.top.clone_from(&id);
            }
            group.parts.insert(Part::of_colleagues_in(&province));
            group.organizations.insert(id);
        }
        Ok(group)
    }
}

/// What a scope is called: the name of the province or of the hospital at the top; empty for everything.
pub(super) fn name(db: &Connection, scope: &Scope) -> rusqlite::Result<Text> {
    let label = |kind: Kind, key: &str| {
        db.prepare_cached("SELECT zh, en FROM term WHERE kind = ?1 AND key = ?2")?
            .query_row(params![kind as i64, key], |row| Ok(Text { zh: row.get(0)?, en: row.get(1)? }))
            .optional()
    };
    let found = match scope.kind {
        DirectoryScope::Everything => None,
        DirectoryScope::Province => match place_of(db, &scope.organization)? {
            Part::Province(name) => label(Kind::Province, &name)?,
            _ => None,
        },
        DirectoryScope::Group => label(Kind::Organization, &Group::of(db, &scope.organization)?.top)?,
    };
    Ok(found.unwrap_or_default())
}

/// Remembers how large the parts are, as a manifest of everything has it.
pub(super) fn keep_sizes(db: &Connection, page: &Page) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE part SET people = 0, bytes = 0")?.execute([])?;
    for step in page.steps().unwrap_or_default() {
        let n = leaves::number(db, &step.part)?;
        // A person with roles in two provinces is in both.
        let people = step.files.iter().filter(|(listed, _)| listed.type_ == "Practitioner");
        let people: u64 = people.map(|(_, file)| file.count).sum();
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        db.prepare_cached("UPDATE part SET people = people + ?2, bytes = bytes + ?3 WHERE n = ?1")?.execute([
            n,
            number(people),
            number(step.size().1),
        ])?;
    }
    Ok(())
}
