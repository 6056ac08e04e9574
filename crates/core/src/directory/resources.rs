//! Writing the feed's resources into the tables, in whatever order they come.

use super::sites;
use super::terms::{self, Kind};
use consilium_fhir::{ContactPoint, HumanName, Organization, Practitioner, PractitionerRole, Resource};
use consilium_registry_api::terminology::{DEPARTMENT_SYSTEM, TITLE_SYSTEM};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

/// Characters of a text that are kept: a feed must not fill the disk with one name.
const LONGEST: usize = 200;
const MOST_INTERESTS: usize = 8;

/// A FHIR id as it is stored.
pub(super) fn stored_id(id: &str) -> Value {
    match Uuid::try_parse(id) {
        Ok(uuid) if uuid.hyphenated().to_string() == id => Value::Blob(uuid.as_bytes().to_vec()),
        _ => Value::Text(id.to_owned()),
    }
}

/// The FHIR id that is stored like this.
pub(super) fn shown_id(stored: &Value) -> String {
    match stored {
        Value::Blob(bytes) => Uuid::from_slice(bytes).map(|uuid| uuid.hyphenated().to_string()).unwrap_or_default(),
        Value::Text(text) => text.clone(),
        _ => String::new(),
    }
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
            db.prepare_cached("DELETE FROM organization WHERE n = ?1")?.execute([n])?;
            sites::forget(db, n)?;
            db.prepare_cached("UPDATE term SET zh = '', en = '' WHERE n = ?1")?.execute([n])?;
            db.prepare_cached("DELETE FROM term_index WHERE rowid = ?1")?.execute([n])?;
            colleagues_stale(db, n)
        }
        "Practitioner" => {
            let n = known(db, "SELECT n FROM practitioner WHERE id = ?1", id)?;
            let Some(n) = n else { return Ok(()) };
            db.prepare_cached(
                "UPDATE practitioner SET known = 0, han = '', surname = 0, latin = '', family = '', title = NULL,
                 phone = '', email = '' WHERE n = ?1",
            )?
            .execute([n])?;
            stale(db, n)
        }
        "PractitionerRole" => {
            let n = known(db, "SELECT practitioner FROM role WHERE id = ?1", id)?;
            let Some(n) = n else { return Ok(()) };
            db.prepare_cached("DELETE FROM role WHERE id = ?1")?.execute([stored_id(id)])?;
            stale(db, n)
        }
        _ => Ok(()),
    }
}

fn known(db: &Connection, sql: &str, id: &str) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached(sql)?.query_row([stored_id(id)], |row| row.get(0)).optional()
}

fn stale(db: &Connection, practitioner: i64) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT OR IGNORE INTO stale VALUES (?1)")?.execute([practitioner]).map(|_| ())
}

/// Colleagues of an organisation carry its city and what its name shares with others. Those that are stale already have no row there yet.
fn colleagues_stale(db: &Connection, organization: i64) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT OR IGNORE INTO stale SELECT practitioner FROM colleague WHERE organization = ?1")?
        .execute([organization])
        .map(|_| ())
}

fn store_organization(db: &Connection, organization: &Organization) -> rusqlite::Result<()> {
    let Some(id) = organization.id.as_deref() else { return Ok(()) };
    if organization.active == Some(false) {
        return delete(db, "Organization", id);
    }
    let Some(n) = terms::number(db, Kind::Organization, id)? else { return Ok(()) };
    let name = clipped(organization.name.as_deref());
    let latin = clipped(organization.latin_name());
    let has_han = super::fold::words(&name).iter().any(|w| w.han);
    let (zh, en) = if has_han { (name, latin) } else { (String::new(), name) };
    let aliases: Vec<String> = organization.alias.iter().take(MOST_INTERESTS).map(|a| clipped(Some(a))).collect();
    let (city_name, latin_city) = (clipped(organization.city()), clipped(organization.latin_city()));
    // `ren` would find every 人民医院 by itself, and a search would have to join hundreds of hospitals. They share a term
    // for what their names share; the hospital's own tokens are those that reach beyond it.
    let (part_zh, part_en) = (without(&zh, &city_name), without(&en, &latin_city));
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

    sites::store(db, n, organization)?;
    let found_by = (
        city(db, &city_name, &latin_city)?,
        terms::called(db, Kind::Part, &part_zh, &short)?,
        terms::worded(db, Kind::Part, &part_en)?,
    );
    let before = db
        .prepare_cached("SELECT city, part_zh, part_en FROM organization WHERE n = ?1")?
        .query_row([n], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let (city, part_zh, part_en) = found_by;
    db.prepare_cached("INSERT OR REPLACE INTO organization (n, city, part_zh, part_en) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![n, city, part_zh, part_en])?;
    if before != Some(found_by) { colleagues_stale(db, n) } else { Ok(()) }
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
            return clipped(Some(text));
        }
        let given = name.given.iter().map(String::as_str);
        let family = name.family.as_deref();
        let parts: Vec<&str> =
            if family_first { family.into_iter().chain(given).collect() } else { given.chain(family).collect() };
        clipped(Some(&parts.join(separator)))
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
        Some(code) => terms::coded(db, Kind::Title, &clipped(Some(code)), "")?,
        None => None,
    };
    let n: i64 = db
        .prepare_cached(
            "INSERT INTO practitioner (id, known, han, surname, latin, family, title, phone, email)
             VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (id) DO UPDATE SET known = 1, han = ?2, surname = ?3, latin = ?4, family = ?5, title = ?6,
             phone = ?7, email = ?8 RETURNING n",
        )?
        .query_row(
            params![
                stored_id(id),
                han,
                surname as i64,
                latin,
                clipped(family),
                title,
                contact(&practitioner.telecom, "phone"),
                contact(&practitioner.telecom, "email"),
            ],
            |row| row.get(0),
        )?;
    stale(db, n)
}

fn store_role(db: &Connection, role: &PractitionerRole) -> rusqlite::Result<()> {
    let Some(id) = role.id.as_deref() else { return Ok(()) };
    let Some(practitioner) = role.practitioner_id().filter(|_| role.active != Some(false)) else {
        return delete(db, "PractitionerRole", id);
    };
    let practitioner: i64 = db
        .prepare_cached("INSERT INTO practitioner (id) VALUES (?1) ON CONFLICT (id) DO UPDATE SET id = ?1 RETURNING n")?
        .query_row([stored_id(practitioner)], |row| row.get(0))?;
    let organization = match role.organization_id() {
        Some(id) => terms::number(db, Kind::Organization, id)?,
        None => None,
    };
    let coded = |kind, system, concepts: &[consilium_fhir::CodeableConcept]| {
        let coding = concepts.iter().flat_map(|c| &c.coding).find(|c| c.system.as_deref() == Some(system));
        match coding {
            Some(c) => terms::coded(db, kind, &clipped(c.code.as_deref()), &clipped(c.display.as_deref())),
            None => Ok(None),
        }
    };
    let title = coded(Kind::Title, TITLE_SYSTEM, &role.code)?;
    let department = coded(Kind::Department, DEPARTMENT_SYSTEM, &role.specialty)?;
    let mut interests = Vec::new();
    for interest in role.interests().take(MOST_INTERESTS) {
        interests.extend(terms::worded(db, Kind::Interest, &clipped(Some(interest)))?);
    }
    let verification = role.verification();
    let verifier = match &verification {
        Some(v) => Some(verifier(db, &clipped(Some(&v.verifier)), &clipped(Some(&v.organization)))?),
        None => None,
    };
    let verified_at = verification
        .as_ref()
        .and_then(|v| chrono::DateTime::parse_from_rfc3339(&v.verified_at).ok())
        .map(|at| at.timestamp());

    if let Some(before) = known(db, "SELECT practitioner FROM role WHERE id = ?1", id)? {
        stale(db, before)?;
    }
    db.prepare_cached(
        "INSERT INTO role (id, practitioner, organization, title, department, interests, user_id, phone, email,
         verified_at, valid_until, verifier, licence_ending)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
         ON CONFLICT (id) DO UPDATE SET practitioner = ?2, organization = ?3, title = ?4, department = ?5,
         interests = ?6, user_id = ?7, phone = ?8, email = ?9, verified_at = ?10, valid_until = ?11, verifier = ?12,
         licence_ending = ?13",
    )?
    .execute(params![
        stored_id(id),
        practitioner,
        organization,
        title,
        department,
        serde_json::to_string(&interests).unwrap_or_default(),
        role.matrix_user_id(),
        contact(&role.telecom, "phone"),
        contact(&role.telecom, "email"),
        verified_at,
        clipped(verification.as_ref().map(|v| v.valid_until.as_str())),
        verifier,
        clipped(verification.as_ref().map(|v| v.licence_ending.as_str())),
    ])?;
    stale(db, practitioner)
}

fn verifier(db: &Connection, name: &str, organization: &str) -> rusqlite::Result<i64> {
    db.prepare_cached("INSERT OR IGNORE INTO verifier (name, organization) VALUES (?1, ?2)")?
        .execute([name, organization])?;
    db.prepare_cached("SELECT n FROM verifier WHERE name = ?1 AND organization = ?2")?
        .query_row([name, organization], |row| row.get(0))
}

fn contact(contacts: &[ContactPoint], system: &str) -> String {
    clipped(ContactPoint::find(contacts, system))
}

/// A text as it is kept: without white space around it, and not beyond what anybody is called.
pub(super) fn clipped(text: Option<&str>) -> String {
    text.unwrap_or_default().trim().chars().take(LONGEST).collect()
}
