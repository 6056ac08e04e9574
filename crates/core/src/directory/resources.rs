//! Writing the feed's resources into the tables, in whatever order they come.

use super::index::Naming;
use super::lookup::{self, Lookup};
use super::sites;
use super::stored;
use super::terms::{self, Kind};
use super::touched;
use super::{former, leave, names};
use consilium_fhir::{CodeableConcept, Coding, HumanName, Organization, Practitioner, PractitionerRole, Resource};
use consilium_publication::entry::LONGEST;
use consilium_registry_api::terminology::{DEPARTMENT_SYSTEM, TITLE_SYSTEM};
use rusqlite::{Connection, OptionalExtension, params};

const MOST_INTERESTS: usize = 8;

/// Departments that a role may have; the first is shown.
const MOST_DEPARTMENTS: usize = 8;
/// Bits of a role's number that tell the roles of one practitioner apart. More roles than these have places are not kept.
pub(super) const PLACE_BITS: u32 = 6;

/// The numbers that roles of a practitioner have.
pub(super) fn roles_of(practitioner: i64) -> (i64, i64) {
    let first = practitioner << PLACE_BITS;
    (first, first | ((1 << PLACE_BITS) - 1))
}

/// The practitioner who has this role.
pub(super) fn practitioner_of(role: i64) -> i64 {
    role >> PLACE_BITS
}

/// Stores the state of a resource. Types that the directory does not use are passed over.
pub(super) fn store(db: &Connection, resource: &Resource) -> rusqlite::Result<()> {
    match resource {
        Resource::Organization(organization) => store_organization(db, organization),
        Resource::Practitioner(practitioner) => store_practitioner(db, practitioner),
        Resource::PractitionerRole(role) => store_role(db, role),
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
    db.prepare_cached("DELETE FROM role WHERE n = ?1")?.execute([n])?;
    stale(db, practitioner_of(n), Naming::AsBefore)
}

/// The account that a stored role has.
fn account_of(db: &Connection, role: i64) -> rusqlite::Result<Option<String>> {
    db.prepare_cached(
        "SELECT '@' || r.localpart || ':' || s.name FROM role r JOIN homeserver s ON s.n = r.homeserver WHERE r.n = ?1",
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

fn store_practitioner(db: &Connection, practitioner: &Practitioner) -> rusqlite::Result<()> {
    let Some(id) = practitioner.id.as_deref() else { return Ok(()) };
    if practitioner.active == Some(false) {
        return delete(db, "Practitioner", id);
    }
    let text = |name: Option<&HumanName>, separator: &str, family_first: bool| -> String {
        let Some(name) = name else { return String::new() };
        if let Some(text) = name.text.as_deref() {
            return kept(Some(text));
        }
        let given = name.given.iter().map(String::as_str);
        let family = name.family.as_deref();
        let parts: Vec<&str> =
            if family_first { family.into_iter().chain(given).collect() } else { given.chain(family).collect() };
        kept(Some(&parts.join(separator)))
    };
    let han = text(practitioner.han_name(), "", true);
    let mut latin = text(practitioner.latin_name(), " ", false);
    if han.is_empty() && latin.is_empty() {
        // A name that does not say its script: other servers write it so.
        latin = text(practitioner.name.first(), " ", false);
    }
    let surname = practitioner.han_name().and_then(|n| n.family.as_deref()).map_or(0, |f| f.chars().count());
    let family = practitioner.latin_name().or(practitioner.name.first()).and_then(|n| n.family.as_deref());
    let title = match practitioner.title(TITLE_SYSTEM) {
        Some(code) => terms::coded(db, Kind::Title, &kept(Some(code)), "")?,
        None => None,
    };
    let family = names::family_words(&latin, &kept(family));
    let named = (true, han, surname as i64, latin, family);
    let known = lookup::practitioner(db, id)?;
    let naming = match known {
        Some(n) => {
            let before: (bool, String, i64, String, i64) = db
                .prepare_cached("SELECT known, han, surname, latin, family FROM practitioner WHERE n = ?1")?
                .query_row([n], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))?;
            match before {
                (false, ..) => Naming::First,
                same if same == named => Naming::AsBefore,
                _ => Naming::Another,
            }
        }
        None => Naming::First,
    };
    let (_, han, surname, latin, family) = named;
    db.prepare_cached(
        "INSERT OR REPLACE INTO practitioner (n, id, known, han, surname, latin, family, title)
         VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![known, stored::id(id), han, surname, latin, family, title,])?;
    let n = known.unwrap_or_else(|| db.last_insert_rowid());
    if known.is_none() {
        Lookup::Practitioner.enter(db, id, n)?;
    }
    former::store(db, n, practitioner)?;
    stale(db, n, naming)
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
        .prepare_cached("SELECT n FROM role WHERE n BETWEEN ?1 AND ?2")?
        .query_map([first, last], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok((first..=last).find(|n| !taken.contains(n)))
}

fn store_role(db: &Connection, role: &PractitionerRole) -> rusqlite::Result<()> {
    let Some(id) = role.id.as_deref() else { return Ok(()) };
    let Some(practitioner) = role.practitioner_id().filter(|_| role.active != Some(false)) else {
        return delete(db, "PractitionerRole", id);
    };
    let practitioner = number_of_practitioner(db, practitioner)?;
    let organization = match role.organization_id() {
        Some(id) => terms::number(db, Kind::Organization, id)?,
        None => None,
    };
    let title = match role.code.iter().find_map(|c| coding(c, TITLE_SYSTEM)) {
        Some(title) => term_of(db, Kind::Title, title)?,
        None => None,
    };
    let mut departments = Vec::new();
    for department in role.specialty.iter().filter_map(|c| coding(c, DEPARTMENT_SYSTEM)).take(MOST_DEPARTMENTS) {
        departments.extend(term_of(db, Kind::Department, department)?);
    }
    let mut interests = Vec::new();
    for interest in role.interests().take(MOST_INTERESTS) {
        interests.extend(terms::worded(db, Kind::Interest, &clipped(Some(interest)))?);
    }
    let verification = role.verification().unwrap_or_default();
    // An instant that cannot be told is none.
    let verified_at = stored::instant(&verification.verified_at);
    let verified_at = stored::seconds(&verified_at).map(|_| verified_at);
    let verifier = match verified_at {
        Some(_) => Some(verifier(db, &kept(Some(&verification.verifier)), &kept(Some(&verification.organization)))?),
        None => None,
    };
    let user_id = role.matrix_user_id();
    let account = user_id.as_deref().and_then(lookup::split);
    let homeserver = match account {
        Some((_, server)) => Some(homeserver(db, server)?),
        None => None,
    };

    let (n, before) = match lookup::role(db, id)? {
        Some(n) if practitioner_of(n) == practitioner => (n, account_of(db, n)?),
        elsewhere => {
            if let Some(before) = elsewhere {
                delete_role(db, before, id)?;
            }
            let Some(n) = free_number(db, practitioner)? else { return Ok(()) };
            Lookup::Role.enter(db, id, n)?;
            (n, None)
        }
    };
    change_account(db, n, before.as_deref(), user_id.as_deref().filter(|_| account.is_some()))?;
    db.prepare_cached(
        "INSERT OR REPLACE INTO role (n, id, organization, title, departments, interests, localpart, homeserver,
         verified_at, valid_until, verifier, licence_ending)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?
    .execute(params![
        n,
        stored::id(id),
        organization,
        title,
        stored::terms(&departments),
        stored::terms(&interests),
        account.map(|(local, _)| local),
        homeserver,
        verified_at,
        stored::day(&kept(Some(&verification.valid_until))),
        verifier,
        stored::ending(&kept(Some(&verification.licence_ending))),
    ])?;
    leave::store(db, n, role)?;
    stale(db, practitioner, Naming::AsBefore)
}

/// The first coding of a concept in this system.
fn coding<'a>(concept: &'a CodeableConcept, system: &str) -> Option<&'a Coding> {
    concept.coding.iter().find(|c| c.system.as_deref() == Some(system))
}

fn term_of(db: &Connection, kind: Kind, coding: &Coding) -> rusqlite::Result<Option<i64>> {
    terms::coded(db, kind, &kept(coding.code.as_deref()), &clipped(coding.display.as_deref()))
}

fn homeserver(db: &Connection, name: &str) -> rusqlite::Result<i64> {
    let known = db
        .prepare_cached("SELECT n FROM homeserver WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    if let Some(n) = known {
        return Ok(n);
    }
    db.prepare_cached("INSERT INTO homeserver (name) VALUES (?1)")?.execute([name])?;
    Ok(db.last_insert_rowid())
}

fn verifier(db: &Connection, name: &str, organization: &str) -> rusqlite::Result<i64> {
    let known = db
        .prepare_cached("SELECT n FROM verifier WHERE name = ?1 AND organization = ?2")?
        .query_row([name, organization], |row| row.get(0))
        .optional()?;
    if let Some(n) = known {
        return Ok(n);
    }
    db.prepare_cached("INSERT INTO verifier (name, organization) VALUES (?1, ?2)")?.execute([name, organization])?;
    Ok(db.last_insert_rowid())
}

/// A text as it was sent, which signatures are over.
fn kept(text: Option<&str>) -> String {
    text.unwrap_or_default().chars().take(LONGEST).collect()
}

/// A text as it is kept: without white space around it, and not beyond what anybody is called.
pub(super) fn clipped(text: Option<&str>) -> String {
    kept(text.map(str::trim))
}
