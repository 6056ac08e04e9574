//! Single colleagues: cards, and who stands behind an account.

use super::resources::{shown_id, stored_id};
use super::verifier;
use chrono::{DateTime, SecondsFormat};
use consilium_api::account::Name;
use consilium_api::chat::Person;
use consilium_api::directory::{ColleagueCard, Contact, ContactKind, Text, Verification};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};

/// The number of the practitioner whose account this is, if they are listed.
pub(super) fn practitioner_of(db: &Connection, user_id: &str) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached(
        "SELECT c.practitioner FROM role r JOIN colleague c ON c.practitioner = r.practitioner
         WHERE r.user_id = ?1 ORDER BY c.rank LIMIT 1",
    )?
    .query_row([user_id], |row| row.get(0))
    .optional()
}

/// The number of the practitioner with this FHIR id, if they are listed.
pub(super) fn practitioner_with_id(db: &Connection, id: &str) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached("SELECT p.n FROM practitioner p JOIN colleague c ON c.practitioner = p.n WHERE p.id = ?1")?
        .query_row([stored_id(id)], |row| row.get(0))
        .optional()
}

/// Term, FHIR id and name of the hospital where the owner of an account works.
pub(super) fn hospital_of(db: &Connection, user_id: &str) -> rusqlite::Result<Option<(i64, String, Text)>> {
    let Some(practitioner) = practitioner_of(db, user_id)? else { return Ok(None) };
    db.prepare_cached(
        "SELECT t.n, t.key, t.zh, t.en FROM colleague c JOIN term t ON t.n = c.organization WHERE c.practitioner = ?1",
    )?
    .query_row([practitioner], |row| Ok((row.get(0)?, row.get(1)?, Text { zh: row.get(2)?, en: row.get(3)? })))
    .optional()
}

/// `today` is `YYYY-MM-DD`: a verification that ran out is none.
pub(super) fn person(db: &Connection, user_id: &str, today: &str) -> rusqlite::Result<Option<Person>> {
    let Some(practitioner) = practitioner_of(db, user_id)? else { return Ok(None) };
    db.prepare_cached(
        "SELECT p.id, p.han, p.latin, r.verified_at IS NOT NULL AND (r.valid_until = '' OR r.valid_until >= ?2),
         title.key, hospital.zh, hospital.en
         FROM colleague c JOIN practitioner p ON p.n = c.practitioner JOIN role r ON r.n = c.role
         LEFT JOIN term title ON title.n = c.title LEFT JOIN term hospital ON hospital.n = c.organization
         WHERE c.practitioner = ?1",
    )?
    .query_row(params![practitioner, today], |row| {
        let text = |at| row.get::<_, Option<String>>(at).map(Option::unwrap_or_default);
        Ok(Person {
            user_id: user_id.to_owned(),
            practitioner_id: shown_id(&row.get::<_, Value>(0)?),
            name: Name { han: row.get(1)?, latin: row.get(2)? },
            verified: row.get(3)?,
            title: text(4)?,
            hospital: Text { zh: text(5)?, en: text(6)? },
        })
    })
    .optional()
}

/// The card of a practitioner who is listed; `viewer` is the account of who looks at it, `today` is `YYYY-MM-DD`.
pub(super) fn card(
    db: &Connection,
    practitioner: i64,
    viewer: Option<&str>,
    today: &str,
) -> rusqlite::Result<Option<ColleagueCard>> {
    let specialties: Vec<Text> = db
        .prepare_cached(
            "SELECT t.zh, t.en FROM colleague c JOIN role r ON r.n = c.role JOIN json_each(r.interests) i
             JOIN term t ON t.n = i.value WHERE c.practitioner = ?1 ORDER BY i.key",
        )?
        .query_map([practitioner], |row| Ok(Text { zh: row.get(0)?, en: row.get(1)? }))?
        .collect::<rusqlite::Result<_>>()?;
    db.prepare_cached(
        "SELECT p.id, p.han, p.latin, title.key, department.key, hospital.key, hospital.zh, hospital.en,
         city.zh, city.en, iif(r.phone = '', p.phone, r.phone), iif(r.email = '', p.email, r.email),
         r.verified_at, r.valid_until, v.name, v.organization, r.licence_ending, r.user_id
         FROM colleague c JOIN practitioner p ON p.n = c.practitioner JOIN role r ON r.n = c.role
         LEFT JOIN term title ON title.n = c.title LEFT JOIN term department ON department.n = c.department
         LEFT JOIN term hospital ON hospital.n = c.organization LEFT JOIN term city ON city.n = c.city
         LEFT JOIN verifier v ON v.n = r.verifier
         WHERE c.practitioner = ?1",
    )?
    .query_row([practitioner], |row| {
        let text = |at| row.get::<_, Option<String>>(at).map(Option::unwrap_or_default);
        let some = |at| text(at).map(|t| Some(t).filter(|t| !t.is_empty()));
        let contact = |kind, value: Option<String>| value.map(|value| Contact { kind, value });
        let verified_at = row.get::<_, Option<i64>>(12)?.and_then(|at| DateTime::from_timestamp(at, 0));
        let user_id = some(17)?;
        Ok(ColleagueCard {
            id: shown_id(&row.get::<_, Value>(0)?),
            name: Name { han: row.get(1)?, latin: row.get(2)? },
            title: text(3)?,
            department: text(4)?,
            specialties: specialties.clone(),
            organization_id: text(5)?,
            hospital: Text { zh: text(6)?, en: text(7)? },
            city: Text { zh: text(8)?, en: text(9)? },
            contacts: [contact(ContactKind::Phone, some(10)?), contact(ContactKind::Email, some(11)?)]
                .into_iter()
                .flatten()
                .collect(),
            verification: verified_at
                .map(|at| {
                    let (verifier, organization) = verifier::in_both_scripts(db, &text(14)?, &text(15)?)?;
                    let valid_until = some(13)?;
                    Ok::<_, rusqlite::Error>(Verification {
                        verified_at: at.to_rfc3339_opts(SecondsFormat::Secs, true),
                        in_force: valid_until.as_deref().is_none_or(|until| until >= today),
                        valid_until,
                        verifier,
                        organization,
                        licence_ending: some(16)?,
                    })
                })
                .transpose()?,
            me: viewer.is_some() && viewer == user_id.as_deref(),
            user_id,
            // The doctor's own notes are not in the directory.
            favourite: false,
            note: String::new(),
        })
    })
    .optional()
}
