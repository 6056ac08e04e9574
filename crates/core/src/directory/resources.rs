//! Writing the feed's resources into the tables, in whatever order they come.

use super::index::{Naming, RoleOf};
use super::lookup::{self, Lookup};
use super::numbers::Numbers;
use super::rows::{MOST_INTERESTS, Person, PersonRow, Role, RoleRow, clipped, kept};
use super::sites;
use super::stored;
use super::terms::{self, Kind};
use super::touched;
use super::{former, leave};
use consilium_fhir::{Organization, Resource};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};

/// Bits of a role's number that tell the roles of one practitioner apart.
const PLACE_BITS: u32 = 6;
/// Roles of one practitioner that are kept.
pub(super) const MOST_ROLES: usize = 1 << PLACE_BITS;

/// The numbers that roles of a practitioner have.
pub(super) fn roles_of(practitioner: i64) -> (i64, i64) {
    let first = practitioner << PLACE_BITS;
    (first, first | ((1 << PLACE_BITS) - 1))
}

/// Columns of a role in the row of its practitioner.
const ROLE_COLUMNS: [&str; 11] = [
    "role_id",
    "organization",
    "role_title",
    "departments",
    "interests",
    "localpart",
    "homeserver",
    "verified_at",
    "valid_until",
    "verifier",
    "licence_ending",
];

/// Whether the row of its practitioner holds a role.
pub(super) fn is_first(role: i64) -> bool {
    role & ((1 << PLACE_BITS) - 1) == 0
}

/// The statement that sets the first role of the practitioner with the number ?1.
fn set_first(values: &[&str; ROLE_COLUMNS.len()]) -> String {
    let set: Vec<String> =
        ROLE_COLUMNS.iter().zip(values).map(|(column, value)| format!("{column} = {value}")).collect();
    format!("UPDATE practitioner SET {} WHERE n = ?1", set.join(", "))
}

/// The practitioner who has this role.
pub(super) fn practitioner_of(role: i64) -> i64 {
    role >> PLACE_BITS
}

/// Stores the state of a resource. Types that the directory does not use are passed over.
pub(super) fn store(db: &Connection, resource: &Resource) -> rusqlite::Result<()> {
    match resource {
        Resource::Organization(organization) => store_organization(db, organization),
        Resource::Practitioner(practitioner) => {
            PersonRow::of(practitioner).map_or(Ok(()), |row| store_person(&mut Numbers::new(db), &row))
        }
        Resource::PractitionerRole(role) => {
            RoleRow::of(role).map_or(Ok(()), |row| store_role(&mut Numbers::new(db), &row))
        }
        _ => Ok(()),
    }
}

/// Forgets a resource, if it is known.
pub(super) fn delete(db: &Connection, resource_type: &str, id: &str) -> rusqlite::Result<()> {
    match resource_type {
        "Organization" => {
            let Some(n) = terms::find(db, Kind::Organization, id)? else { return Ok(()) };
            touched::note_organizations(db)?;
            db.prepare_cached("DELETE FROM organization WHERE n = ?1")?.execute([n])?;
            sites::forget(db, n)?;
            db.prepare_cached("UPDATE term SET zh = '', en = '' WHERE n = ?1")?.execute([n])?;
            db.prepare_cached("DELETE FROM term_index WHERE rowid = ?1")?.execute([n]).map(|_| ())
        }
        "Practitioner" => {
            let Some(n) = lookup::practitioner(db, id)? else { return Ok(()) };
            db.prepare_cached(
                "UPDATE practitioner SET known = 0, han = '', surname = 0, latin = '', family = 0, title = NULL
                 WHERE n = ?1",
            )?
            .execute([n])?;
            former::forget(db, n)?;
            stale(db, n, Naming::Another)
        }
        "PractitionerRole" => match lookup::role(db, id)? {
            Some(n) => delete_role(db, n, id),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

fn delete_role(db: &Connection, n: i64, id: &str) -> rusqlite::Result<()> {
    change_account(db, n, account_of(db, n)?.as_deref(), None)?;
    Lookup::Role.forget(db, id, n)?;
    leave::forget(db, n)?;
    if is_first(n) {
        db.prepare_cached(&set_first(&["NULL"; ROLE_COLUMNS.len()]))?.execute([practitioner_of(n)])?;
    } else {
        db.prepare_cached("DELETE FROM further_role WHERE n = ?1")?.execute([n])?;
    }
    stale(db, practitioner_of(n), Naming::AsBefore)
}

/// The account that a stored role has.
fn account_of(db: &Connection, role: i64) -> rusqlite::Result<Option<String>> {
    db.prepare_cached(
        "SELECT '@' || r.localpart || ':' || s.name FROM every_role r JOIN homeserver s ON s.n = r.homeserver
         WHERE r.practitioner = ?1 >> 6 AND r.n = ?1",
    )?
    .query_row([role], |row| row.get(0))
    .optional()
}

/// Makes a role findable by its account, and not by one that it had before.
fn change_account(db: &Connection, role: i64, before: Option<&str>, now: Option<&str>) -> rusqlite::Result<()> {
    if before == now {
        return Ok(());
    }
    if let Some(before) = before {
        Lookup::Account.forget(db, before, role)?;
    }
    now.map_or(Ok(()), |now| Lookup::Account.enter(db, now, role))
}

fn stale(db: &Connection, practitioner: i64, naming: Naming) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO stale VALUES (?1, ?2) ON CONFLICT (practitioner) DO UPDATE SET naming = max(naming, ?2)",
    )?
    .execute(params![practitioner, naming as i64])
    .map(|_| ())
}

fn store_organization(db: &Connection, organization: &Organization) -> rusqlite::Result<()> {
    let Some(id) = organization.id.as_deref() else { return Ok(()) };
    if organization.active == Some(false) {
        return delete(db, "Organization", id);
    }
    let Some(n) = terms::number(db, Kind::Organization, id)? else { return Ok(()) };
    let (sent_name, sent_latin) = (kept(organization.name.as_deref()), kept(organization.latin_name()));
    let (city_name, latin_city) = (clipped(organization.city()), clipped(organization.latin_city()));
    let (zh, en) = organization_texts(&sent_name, &sent_latin);
    let aliases: Vec<String> = organization.alias.iter().take(MOST_INTERESTS).map(|a| clipped(Some(a))).collect();
    let (city_name, latin_city) = (city_name.as_str(), latin_city.as_str());
    // `ren` would find every 人民医院 by itself, and a search would have to join hundreds of hospitals. They share a term
    // for what their names share; the hospital's own tokens are those that reach beyond it.
    let (part_zh, part_en) = (without(&zh, city_name), without(&en, latin_city));
    let mut short = terms::abbreviations(&part_zh);
    if !city_name.is_empty() && !part_zh.is_empty() {
        short.push(format!("市{part_zh}"));
    }
    let shared =
        terms::tokens([part_zh.as_str(), part_en.as_str()].into_iter().chain(short.iter().map(String::as_str)));
    let own = terms::abbreviations(&zh);
    // 滨海一院: the place with what people call its kind.
    let placed = short.iter().filter(|s| !city_name.is_empty() && !s.starts_with('市'));
    let placed = placed.map(|short| format!("{city_name}{short}"));
    let aliases: Vec<String> = aliases.into_iter().chain(own).chain(placed).collect();
    let aliases: Vec<&str> = aliases.iter().map(String::as_str).collect();
    terms::describe_without(db, n, &zh, &en, &aliases, &shared)?;

    touched::note_organizations(db)?;
    sites::store(db, n, organization)?;
    let city = city(db, city_name, latin_city)?;
    let part_zh = terms::called(db, Kind::Part, &part_zh, &short)?;
    let part_en = terms::worded(db, Kind::Part, &part_en)?;
    db.prepare_cached("INSERT OR REPLACE INTO organization VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
        .execute(params![n, sent_name, sent_latin, city, part_zh, part_en])?;
    Ok(())
}

/// The Han and the Latin text by which an organisation is shown; a name without Han is its Latin one.
pub(super) fn organization_texts(name: &str, latin: &str) -> (String, String) {
    let (name, latin) = (name.trim().to_owned(), latin.trim().to_owned());
    let has_han = super::fold::words(&name).iter().any(|w| w.han);
    if has_han { (name, latin) } else { (String::new(), name) }
}

/// A hospital's name without its city's.
fn without(name: &str, city: &str) -> String {
    if city.is_empty() {
        return name.to_owned();
    }
    let rest = name.replacen(city, " ", 1);
    rest.trim().trim_start_matches(terms::ADMINISTRATIVE).trim().to_owned()
}

fn city(db: &Connection, name: &str, latin: &str) -> rusqlite::Result<Option<i64>> {
    let Some(n) = terms::worded(db, Kind::City, name)? else { return Ok(None) };
    if !latin.is_empty() && latin != name {
        let labelled: String =
            db.prepare_cached("SELECT en FROM term WHERE n = ?1")?.query_row([n], |row| row.get(0))?;
        if labelled != latin {
            terms::describe(db, n, name, latin, &[])?;
        }
    }
    Ok(Some(n))
}

/// Stores a practitioner, whose row in `colleague` is stale then.
pub(super) fn store_person(numbers: &mut Numbers<'_>, row: &PersonRow) -> rusqlite::Result<()> {
    let db = numbers.db;
    let Some(person) = &row.listed else { return delete(db, "Practitioner", &row.id) };
    let known = lookup::practitioner(db, &row.id)?;
    let Some(n) = known else {
        let (n, _, _) = write_newcomer(numbers, &row.id, person, None)?;
        return stale(db, n, Naming::First);
    };
    let before: (bool, String, i64, String, i64, Option<i64>) = db
        .prepare_cached("SELECT known, han, surname, latin, family, title FROM practitioner WHERE n = ?1")?
        .query_row([n], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?)))?;
    let (is_known, han, surname, latin, family, title_before) = before;
    let same = (&han, surname, &latin, family) == (&person.han, person.surname, &person.latin, person.family);
    let naming = match (is_known, same) {
        (false, _) => Naming::First,
        (true, true) => Naming::AsBefore,
        (true, false) => Naming::Another,
    };
    let title = title_of(numbers, person)?;
    // Who comes with a role that changed is mostly as before.
    if naming != Naming::AsBefore || title != title_before {
        db.prepare_cached(
            "UPDATE practitioner SET known = 1, han = ?2, surname = ?3, latin = ?4, family = ?5, title = ?6 WHERE n = ?1",
        )?
        .execute(params![n, person.han, person.surname, person.latin, person.family, title])?;
    }
    former::forget(db, n)?;
    former::store(db, n, &person.former)?;
    stale(db, n, naming)
}

/// Term of a person's own title.
fn title_of(numbers: &mut Numbers<'_>, person: &Person) -> rusqlite::Result<Option<i64>> {
    match &person.title {
        Some(code) => numbers.coded(Kind::Title, code, ""),
        None => Ok(None),
    }
}

/// Writes the row of a practitioner who has none, with the first of their roles; returns their number, the term of their
/// title, and what a row of `colleague` needs of the role.
pub(super) fn write_newcomer(
    numbers: &mut Numbers<'_>,
    id: &str,
    person: &Person,
    first: Option<&RoleRow>,
) -> rusqlite::Result<(i64, Option<i64>, Option<RoleOf>)> {
    let db = numbers.db;
    let title = title_of(numbers, person)?;
    let (han, latin, own_id) = (&person.han, &person.latin, stored::id(id));
    let Some((role_id, role)) = first.and_then(|row| Some((&row.id, row.listed.as_ref()?))) else {
        db.prepare_cached(
            "INSERT INTO practitioner (id, known, han, surname, latin, family, title) VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![own_id, han, person.surname, latin, person.family, title])?;
        let n = db.last_insert_rowid();
        enter_person(db, n, id, person)?;
        return Ok((n, title, None));
    };
    let written = Written::of(numbers, role)?;
    db.prepare_cached(
        "INSERT INTO practitioner (id, known, han, surname, latin, family, title, role_id, organization, role_title,
         departments, interests, localpart, homeserver, verified_at, valid_until, verifier, licence_ending)
         VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
    )?
    .execute(params![
        own_id,
        han,
        person.surname,
        latin,
        person.family,
        title,
        stored::id(role_id),
        written.organization,
        written.title,
        stored::terms(&written.departments),
        stored::terms(&written.interests),
        written.localpart,
        written.homeserver,
        role.verified_at.0,
        role.valid_until,
        written.verifier,
        role.licence_ending,
    ])?;
    let n = db.last_insert_rowid();
    enter_person(db, n, id, person)?;
    let (first, _) = roles_of(n);
    Ok((n, title, Some(written.kept(db, first, role_id, role)?)))
}

/// Makes a practitioner findable.
fn enter_person(db: &Connection, n: i64, id: &str, person: &Person) -> rusqlite::Result<()> {
    Lookup::Practitioner.enter(db, id, n)?;
    former::store(db, n, &person.former)
}

/// Number of the practitioner with this FHIR id, who is a row from now on.
pub(super) fn number_of_practitioner(db: &Connection, id: &str) -> rusqlite::Result<i64> {
    if let Some(n) = lookup::practitioner(db, id)? {
        return Ok(n);
    }
    db.prepare_cached("INSERT INTO practitioner (id) VALUES (?1)")?.execute([stored::id(id)])?;
    let n = db.last_insert_rowid();
    Lookup::Practitioner.enter(db, id, n)?;
    Ok(n)
}

/// A number for one more role of this practitioner; None if they have too many.
fn free_number(db: &Connection, practitioner: i64) -> rusqlite::Result<Option<i64>> {
    let (first, last) = roles_of(practitioner);
    let taken: Vec<i64> = db
        .prepare_cached("SELECT n FROM every_role WHERE practitioner = ?3 AND n BETWEEN ?1 AND ?2")?
        .query_map([first, last, practitioner], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok((first..=last).find(|n| !taken.contains(n)))
}

/// Stores a role; the row of whose it is in `colleague` is stale then.
pub(super) fn store_role(numbers: &mut Numbers<'_>, row: &RoleRow) -> rusqlite::Result<()> {
    let db = numbers.db;
    let Some(role) = &row.listed else { return delete(db, "PractitionerRole", &row.id) };
    let practitioner = number_of_practitioner(db, &role.practitioner)?;
    let (n, before) = match lookup::role(db, &row.id)? {
        Some(n) if practitioner_of(n) == practitioner => (n, account_of(db, n)?),
        elsewhere => {
            if let Some(before) = elsewhere {
                delete_role(db, before, &row.id)?;
            }
            let Some(n) = free_number(db, practitioner)? else { return Ok(()) };
            Lookup::Role.enter(db, &row.id, n)?;
            (n, None)
        }
    };
    change_account(db, n, before.as_deref(), role.account.as_deref())?;
    leave::forget(db, n)?;
    write_role(numbers, n, &row.id, role)?;
    stale(db, practitioner, Naming::AsBefore)
}

/// Writes a role under the number `n`; returns what a row of `colleague` needs of it.
pub(super) fn write_role(numbers: &mut Numbers<'_>, n: i64, id: &str, role: &Role) -> rusqlite::Result<RoleOf> {
    let written = Written::of(numbers, role)?;
    let db = numbers.db;
    let (at, statement) = if is_first(n) {
        let values = ["?2", "?3", "?4", "?5", "?6", "?7", "?8", "?9", "?10", "?11", "?12"];
        (practitioner_of(n), set_first(&values))
    } else {
        let values = "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
        (n, format!("INSERT OR REPLACE INTO further_role {values}"))
    };
    db.prepare_cached(&statement)?.execute(params![
        at,
        stored::id(id),
        written.organization,
        written.title,
        stored::terms(&written.departments),
        stored::terms(&written.interests),
        written.localpart,
        written.homeserver,
        role.verified_at.0,
        role.valid_until,
        written.verifier,
        role.licence_ending,
    ])?;
    written.kept(db, n, id, role)
}

/// What a role shares with others, as numbers.
struct Written<'a> {
    organization: Option<i64>,
    title: Option<i64>,
    departments: Vec<i64>,
    interests: Vec<i64>,
    localpart: Option<&'a str>,
    homeserver: Option<i64>,
    verifier: Option<i64>,
}

impl<'a> Written<'a> {
    fn of(numbers: &mut Numbers<'_>, role: &'a Role) -> rusqlite::Result<Self> {
        let organization = match &role.organization {
            Some(id) => numbers.organization(id)?,
            None => None,
        };
        let title = match &role.title {
            Some(title) => numbers.coded(Kind::Title, &title.code, &title.display)?,
            None => None,
        };
        let mut departments = Vec::new();
        for department in &role.departments {
            departments.extend(numbers.coded(Kind::Department, &department.code, &department.display)?);
        }
        let mut interests = Vec::new();
        for interest in &role.interests {
            interests.extend(numbers.interest(interest)?);
        }
        let verifier = match role.verified_at.0 {
            Value::Null => None,
            _ => Some(numbers.verifier(&role.verifier)?),
        };
        let (localpart, homeserver) = match role.account.as_deref().and_then(lookup::split) {
            Some((local, server)) => (Some(local), Some(numbers.homeserver(server)?)),
            None => (None, None),
        };
        Ok(Self { organization, title, departments, interests, localpart, homeserver, verifier })
    }

    /// What a row of `colleague` needs of it, now that it is written.
    fn kept(self, db: &Connection, n: i64, id: &str, role: &Role) -> rusqlite::Result<RoleOf> {
        if let Some(times) = &role.leave {
            leave::store(db, n, times)?;
        }
        Ok(RoleOf {
            n,
            id: id.to_owned(),
            organization: self.organization.unwrap_or_default(),
            departments: self.departments,
            title: self.title,
            verified_at: role.verified_at.1,
            until: role.until,
            joined: self.localpart.is_some(),
            interests: self.interests,
        })
    }
}
