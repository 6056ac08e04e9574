//! What the card of a hospital shows beside its name, and where it is.

use super::terms::{self, Kind};
use consilium_fhir::Organization;
use consilium_publication::part;
use rusqlite::{Connection, params};

/// Keeps the site of the organisation with term `n`.
pub(super) fn store(db: &Connection, n: i64, organization: &Organization) -> rusqlite::Result<()> {
    let kept = |text: Option<&str>| super::rows::clipped(text);
    // As it names a part of the directory.
    let name = part::province(organization);
    let province = terms::number(db, Kind::Province, &name)?;
    if let Some(province) = province {
        let latin = kept(organization.latin_province());
        let has_han = super::fold::words(&name).iter().any(|w| w.han);
        let (zh, en) = if has_han { (name, latin) } else { (String::new(), name) };
        // One that arrives without its Latin name does not take it from the others.
        db.prepare_cached("UPDATE term SET zh = ?2, en = iif(?3 = '', en, ?3) WHERE n = ?1")?
            .execute(params![province, zh, en])?;
    }
    let part_of = match organization.part_of.as_ref().and_then(|whole| whole.id_of("Organization")) {
        Some(id) => terms::number(db, Kind::Organization, id)?,
        None => None,
    };
    let position = organization.position();
    db.prepare_cached("INSERT OR REPLACE INTO site VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?.execute(params![
        n,
        province,
        kept(organization.grade()),
        kept(organization.switchboard()),
        organization.part_of.is_some(),
        part_of,
        position.map(|p| p.latitude),
        position.map(|p| p.longitude),
    ])?;
    Ok(())
}

pub(super) fn forget(db: &Connection, n: i64) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM site WHERE n = ?1")?.execute([n]).map(|_| ())
}
