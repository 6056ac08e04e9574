//! From the tables of resources to the rows of colleagues and the words that find them.

use super::grams::{Grams, Words};
use super::names::NameForms;
use super::resources::roles_of;
use super::terms::{self, Kind};
use super::{common, lookup, stored, touched};
use crate::database::CACHE;
use consilium_registry_api::terminology::TITLES;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;

/// Practitioners that are indexed at once during the first load: in large sorted batches it is several times faster.
pub(super) const BATCH: i64 = 10_000;

/// Bits of the practitioner's number in a rank; the rank of the title is above them.
const NUMBER_BITS: u32 = 25;

/// The rank that somebody with this title has.
pub(super) fn rank(title: i64, practitioner: i64) -> i64 {
    title << NUMBER_BITS | practitioner
}

/// Titles have ranks up to here, that of those which the terminology does not know.
const LAST_TITLE: i64 = TITLES.len() as i64;

/// The rank of a practitioner, if they are listed.
pub(super) fn rank_of(db: &Connection, practitioner: i64) -> rusqlite::Result<Option<i64>> {
    rank_below(db, practitioner, &[i64::MAX; TITLES.len() + 1])
}

/// The same where the greatest rank of each title is known.
fn rank_below(db: &Connection, practitioner: i64, greatest: &[i64]) -> rusqlite::Result<Option<i64>> {
    let mut listed = db.prepare_cached("SELECT 1 FROM colleague WHERE rank = ?1")?;
    for (title, greatest) in (0..).zip(greatest) {
        let rank = rank(title, practitioner);
        if rank <= *greatest && listed.exists([rank])? {
            return Ok(Some(rank));
        }
    }
    Ok(None)
}

/// The greatest rank of each title.
fn greatest_ranks(db: &Connection) -> rusqlite::Result<Vec<i64>> {
    let mut greatest = db.prepare_cached("SELECT coalesce(max(rank), -1) FROM colleague WHERE rank < ?1")?;
    (0..=LAST_TITLE).map(|title| greatest.query_row([rank(title + 1, 0)], |row| row.get(0))).collect()
}

/// The title's part of a rank.
pub(super) fn title_at(rank: i64) -> i64 {
    rank >> NUMBER_BITS
}

/// The practitioner who has this rank.
pub(super) fn practitioner_at(rank: i64) -> i64 {
    rank & ((1 << NUMBER_BITS) - 1)
}

/// A row of `colleague`.
#[derive(Debug)]
struct Colleague {
    rank: i64,
    place: i64,
    organization: i64,
    department: i64,
    title: i64,
    interest: i64,
    others: Vec<i64>,
    joined: bool,
    until: u16,
    name_key: i64,
    verified_at: i64,
}

/// What became of the name of a practitioner whose row is stale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Naming {
    AsBefore = 0,
    /// They had none, and no words in the index.
    First = 1,
    Another = 2,
}

impl Naming {
    fn of(stored: i64) -> Self {
        match stored {
            0 => Self::AsBefore,
            1 => Self::First,
            _ => Self::Another,
        }
    }
}

/// Gives the writer room for a first load: what is looked up meanwhile has no order. The connections that come after the
/// load have the usual room again.
pub(super) fn make_room(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch("PRAGMA cache_size = -65536")
}

/// Takes that room back from a connection that stays.
pub(super) fn take_room_back(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch(&format!("PRAGMA cache_size = {CACHE}; PRAGMA shrink_memory;"))
}

pub(super) fn stale_count(db: &Connection) -> rusqlite::Result<i64> {
    db.prepare_cached("SELECT count(*) FROM stale")?.query_row([], |row| row.get(0))
}

/// Brings rows and words of all stale practitioners up to date.
pub(super) fn refresh(db: &Connection) -> rusqlite::Result<()> {
    let stale: Vec<(i64, Naming)> = db
        .prepare_cached("SELECT practitioner, naming FROM stale ORDER BY practitioner")?
        .query_map([], |row| Ok((row.get(0)?, Naming::of(row.get(1)?))))?
        .collect::<rusqlite::Result<_>>()?;
    let ranks = title_ranks(db)?;
    let mut gone: Vec<i64> = Vec::new();
    let mut people = Vec::with_capacity(stale.len());
    let greatest = greatest_ranks(db)?;
    for (practitioner, naming) in &stale {
        // Most who come with a first load are new.
        gone.extend(rank_below(db, *practitioner, &greatest)?);
        people.extend(person(db, *practitioner, *naming != Naming::AsBefore)?);
    }
    let mut listed = Vec::with_capacity(people.len());
    let mut named: Vec<(i64, String)> = Vec::new();
    for (person, forms) in people.iter().zip(forms_of(&people)) {
        let roles = roles(db, person.practitioner)?;
        listed.extend(colleague(person.practitioner, person.title, roles, forms.sort_key, &ranks));
        if person.renamed {
            named.push((person.practitioner, forms.tokens));
        }
    }
    let gone = remove(db, "colleague", "rank", gone.iter().copied())?;
    db.execute("UPDATE state SET colleagues = colleagues - ?1", [gone as i64])?;
    list(db, listed)?;
    rename(db, &stale, named.iter().map(|(n, words)| (*n, words.as_str())))?;
    lookup::merge(db)?;
    touched::note(db, stale.iter().map(|(n, _)| *n as u32).collect())?;
    db.execute("DELETE FROM stale", [])?;
    Ok(())
}

/// Somebody whose rows were written and who was not there before.
#[derive(Debug)]
pub(super) struct Newcomer<'a> {
    pub practitioner: i64,
    /// Term of their title.
    pub title: Option<i64>,
    pub forms: &'a Forms,
    pub roles: Vec<RoleOf>,
}

/// Writes rows and words of newcomers, who are in the order of their numbers.
pub(super) fn welcome(db: &Connection, newcomers: Vec<Newcomer<'_>>) -> rusqlite::Result<()> {
    if newcomers.is_empty() {
        return Ok(());
    }
    let ranks = title_ranks(db)?;
    let naming: Vec<_> = newcomers.iter().map(|newcomer| (newcomer.practitioner, Naming::First)).collect();
    rename(db, &naming, newcomers.iter().map(|newcomer| (newcomer.practitioner, newcomer.forms.tokens.as_str())))?;
    let mut listed = Vec::with_capacity(newcomers.len());
    for Newcomer { practitioner, title, forms, roles } in newcomers {
        listed.extend(colleague(practitioner, title, roles, forms.sort_key, &ranks));
    }
    list(db, listed)?;
    lookup::merge(db)?;
    touched::note(db, naming.iter().map(|(n, _)| *n as u32).collect())
}

/// Writes rows of people who have none.
fn list(db: &Connection, mut listed: Vec<Colleague>) -> rusqlite::Result<()> {
    listed.sort_unstable_by_key(|c| c.rank);
    let mut insert =
        db.prepare_cached("INSERT INTO colleague VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)")?;
    for c in &listed {
        insert.execute(params![
            c.rank,
            c.place,
            c.organization,
            c.department,
            c.title,
            c.interest,
            stored::terms(&c.others),
            c.joined,
            c.until,
            c.name_key,
            c.verified_at
        ])?;
    }
    db.execute("UPDATE state SET colleagues = colleagues + ?1", [listed.len() as i64]).map(drop)
}

/// Removes rows in one statement: between statements FTS5 may write out what it gathered.
fn remove(db: &Connection, table: &str, column: &str, numbers: impl Iterator<Item = i64>) -> rusqlite::Result<usize> {
    let numbers: Vec<i64> = numbers.collect();
    if numbers.is_empty() {
        return Ok(0);
    }
    let numbers = serde_json::to_string(&numbers).unwrap_or_default();
    db.execute(&format!("DELETE FROM {table} WHERE {column} IN (SELECT value FROM json_each(?1))"), [numbers])
}

/// Puts the words of those who have another name in the place of their old ones.
fn rename<'a>(
    db: &Connection,
    naming: &[(i64, Naming)],
    named: impl Iterator<Item = (i64, &'a str)> + Clone,
) -> rusqlite::Result<()> {
    let of = |wanted: fn(Naming) -> bool| naming.iter().filter(move |(_, naming)| wanted(*naming)).map(|(n, _)| *n);
    remove(db, "name_index", "rowid", of(|naming| naming == Naming::Another))?;
    let mut insert = db.prepare_cached("INSERT INTO name_index (rowid, tokens) VALUES (?1, ?2)")?;
    for (practitioner, tokens) in named.clone() {
        insert.execute(params![practitioner, tokens])?;
    }
    // What stands between words breaks them.
    Grams::add(db, Words::Names, named.map(|(_, tokens)| tokens))?;
    if common::written(db)? {
        let mut insert = db.prepare_cached("INSERT OR IGNORE INTO renamed VALUES (?1)")?;
        for practitioner in of(|naming| naming != Naming::AsBefore) {
            insert.execute([practitioner])?;
        }
    }
    Ok(())
}

/// Merges the index into one piece: searches then open one iterator a word.
pub(super) fn optimize(db: &Connection) -> rusqlite::Result<()> {
    for index in ["name_index", "term_index"] {
        db.execute(&format!("INSERT INTO {index} ({index}) VALUES ('optimize')"), [])?;
    }
    lookup::merge_all(db)?;
    settle(db)
}

/// Whether the index was merged since the first load.
pub(super) fn is_settled(db: &Connection) -> rusqlite::Result<bool> {
    common::written(db)
}

/// Brings what was remembered of changes into the pieces that are made for searching, if it is much.
pub(super) fn settle(db: &Connection) -> rusqlite::Result<()> {
    common::settle(db)
}

/// Rank of each title, by its term. Titles the terminology does not know come last.
fn title_ranks(db: &Connection) -> rusqlite::Result<HashMap<i64, i64>> {
    let mut ranks = HashMap::new();
    for (rank, title) in (0..).zip(TITLES) {
        ranks.extend(terms::find(db, Kind::Title, title.code)?.map(|n| (n, rank)));
    }
    Ok(ranks)
}

/// A practitioner who is known.
struct Person {
    practitioner: i64,
    renamed: bool,
    han: String,
    surname: i64,
    latin: String,
    family: i64,
    title: Option<i64>,
}

fn person(db: &Connection, practitioner: i64, renamed: bool) -> rusqlite::Result<Option<Person>> {
    db.prepare_cached("SELECT han, surname, latin, family, title FROM practitioner WHERE n = ?1 AND known = 1")?
        .query_row([practitioner], |row| {
            Ok(Person {
                practitioner,
                renamed,
                han: row.get(0)?,
                surname: row.get(1)?,
                latin: row.get(2)?,
                family: row.get(3)?,
                title: row.get(4)?,
            })
        })
        .optional()
}

/// What is made of a name.
#[derive(Debug)]
pub(super) struct Forms {
    sort_key: i64,
    /// The words that find it, if they are new.
    tokens: String,
}

impl Forms {
    /// With the words. `surname` and `family` are as [`NameForms::new`] has them.
    pub(super) fn new(han: &str, surname: i64, latin: &str, family: i64) -> Self {
        let forms = NameForms::new(han, surname.try_into().unwrap_or(0), latin, family);
        Self { sort_key: forms.sort_key(), tokens: terms::join(&forms.tokens()) }
    }
}

impl Person {
    fn forms(&self) -> Forms {
        if self.renamed {
            return Forms::new(&self.han, self.surname, &self.latin, self.family);
        }
        let forms = NameForms::new(&self.han, self.surname.try_into().unwrap_or(0), &self.latin, self.family);
        Forms { sort_key: forms.sort_key(), tokens: String::new() }
    }
}

/// People for whom a thread is worth its while.
const SHARE: usize = 1_000;

/// What is made of their names, in their order: the larger part of indexing them, and each for itself.
fn forms_of(people: &[Person]) -> Vec<Forms> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let share = people.len().div_ceil(threads).max(SHARE);
    std::thread::scope(|scope| {
        let mut shares = people.chunks(share);
        let own = shares.next().unwrap_or_default();
        let others: Vec<_> = shares.map(|share| scope.spawn(|| share.iter().map(Person::forms).collect())).collect();
        let mut forms: Vec<Forms> = own.iter().map(Person::forms).collect();
        for other in others {
            let others: Vec<Forms> = other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            forms.extend(others);
        }
        forms
    })
}

/// What of a role the row of its practitioner needs.
#[derive(Debug)]
pub(super) struct RoleOf {
    pub n: i64,
    /// FHIR id.
    pub id: String,
    /// Terms; 0 if there is none.
    pub organization: i64,
    pub title: Option<i64>,
    pub departments: Vec<i64>,
    pub interests: Vec<i64>,
    /// Seconds since 1970; 0 if it was not verified.
    pub verified_at: i64,
    /// As [`stored::counts_through`] has it.
    pub until: u16,
    pub joined: bool,
}

/// The roles of a practitioner, as they are stored.
fn roles(db: &Connection, practitioner: i64) -> rusqlite::Result<Vec<RoleOf>> {
    let (first, last) = roles_of(practitioner);
    db.prepare_cached(
        "SELECT n, id, coalesce(organization, 0), departments, title, verified_at, valid_until, localpart IS NOT NULL,
         interests FROM every_role WHERE practitioner = ?3 AND n BETWEEN ?1 AND ?2",
    )?
    .query_map([first, last, practitioner], |row| {
        let (verified_at, valid_until): (Value, Value) = (row.get(5)?, row.get(6)?);
        Ok(RoleOf {
            n: row.get(0)?,
            id: stored::id_text(&row.get(1)?),
            organization: row.get(2)?,
            departments: stored::terms_of(&row.get(3)?),
            title: row.get(4)?,
            verified_at: stored::seconds(&verified_at).unwrap_or_default(),
            until: stored::counts_through(&verified_at, &valid_until),
            joined: row.get(7)?,
            interests: stored::terms_of(&row.get(8)?),
        })
    })?
    .collect()
}

/// The row of a practitioner who has a role; `title` is their own, for a role that has none. Of several roles the one that has
/// an account, is verified for longest, has the higher title, and the smaller id.
fn colleague(
    practitioner: i64,
    title: Option<i64>,
    mut roles: Vec<RoleOf>,
    name_key: i64,
    ranks: &HashMap<i64, i64>,
) -> Option<Colleague> {
    let title_of = |role: &RoleOf| role.title.or(title).unwrap_or_default();
    let title_rank = |title: i64| ranks.get(&title).copied().unwrap_or(TITLES.len() as i64);
    roles.sort_by(|a, b| {
        let key = |r: &RoleOf| (!r.joined, std::cmp::Reverse(r.until), title_rank(title_of(r)));
        key(a).cmp(&key(b)).then_with(|| a.id.cmp(&b.id))
    });
    let role = roles.into_iter().next()?;
    let title = title_of(&role);
    Some(Colleague {
        rank: rank(title_rank(title), practitioner),
        place: role.n - roles_of(practitioner).0,
        organization: role.organization,
        department: role.departments.first().copied().unwrap_or_default(),
        title,
        interest: role.interests.first().copied().unwrap_or_default(),
        others: role.departments.into_iter().skip(1).chain(role.interests.into_iter().skip(1)).collect(),
        joined: role.joined,
        until: role.until,
        name_key,
        verified_at: if role.until == stored::NOT_VERIFIED { 0 } else { role.verified_at },
    })
}
