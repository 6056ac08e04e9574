//! Single colleagues: cards, and who stands behind an account.

use super::columns::Listed;
use super::vouched::Vouched;
use super::{contact, index, leave, lookup, resources, stored, verifier};
use chrono::{DateTime, NaiveDate, SecondsFormat};
use consilium_api::account::Name;
use consilium_api::chat::Person;
use consilium_api::directory::{ColleagueCard, Text, Verification};
use rusqlite::{Connection, OptionalExtension};

/// The rank of the practitioner whose account this is, if they are listed.
pub(super) fn rank_of(db: &Connection, user_id: &str) -> rusqlite::Result<Option<i64>> {
    let mut first = None;
    for role in lookup::roles_of(db, user_id)? {
        let rank = index::rank_of(db, resources::practitioner_of(role))?;
        first = first.into_iter().chain(rank).min();
    }
    Ok(first)
}

/// The rank of the practitioner with this FHIR id, if they are listed.
pub(super) fn rank_with_id(db: &Connection, id: &str) -> rusqlite::Result<Option<i64>> {
    match lookup::practitioner(db, id)? {
        Some(n) => index::rank_of(db, n),
        None => Ok(None),
    }
}

/// Term, FHIR id and name of the hospital where the owner of an account works.
pub(super) fn hospital_of(db: &Connection, user_id: &str) -> rusqlite::Result<Option<(i64, String, Text)>> {
    let Some(rank) = rank_of(db, user_id)? else { return Ok(None) };
    db.prepare_cached(
        "SELECT t.n, t.key, t.zh, t.en FROM colleague c JOIN term t ON t.n = c.organization WHERE c.rank = ?1",
    )?
    .query_row([rank], |row| Ok((row.get(0)?, row.get(1)?, Text { zh: row.get(2)?, en: row.get(3)? })))
    .optional()
}

/// `today` is in days since 1970: a verification that ran out is none.
pub(super) fn person(
    db: &Connection,
    user_id: &str,
    today: u16,
    vouched: &Vouched,
) -> rusqlite::Result<Option<Person>> {
    let Some(rank) = rank_of(db, user_id)? else { return Ok(None) };
    let Some(shown) = Listed::read(db, rank)? else { return Ok(None) };
    let verified = vouched.vouches(db, &shown, today)?;
    db.prepare_cached(
        "SELECT p.id, p.han, p.latin, title.key, hospital.zh, hospital.en
         FROM colleague c JOIN practitioner p ON p.n = c.rank & 33554431
         LEFT JOIN term title ON title.n = c.title LEFT JOIN term hospital ON hospital.n = c.organization
         WHERE c.rank = ?1",
    )?
    .query_row([rank], |row| {
        let text = |at| row.get::<_, Option<String>>(at).map(Option::unwrap_or_default);
        Ok(Person {
            user_id: user_id.to_owned(),
            practitioner_id: stored::id_text(&row.get(0)?),
            name: Name { han: row.get(1)?, latin: row.get(2)? },
            verified,
            title: text(3)?,
            hospital: Text { zh: text(4)?, en: text(5)? },
        })
    })
    .optional()
}

/// The card of the practitioner who has this rank; `viewer` is the account of who looks at it. The day is in days since
/// 1970, by which verifications count, and as it is where the doctor is.
pub(super) fn card(
    db: &Connection,
    rank: i64,
    viewer: Option<&str>,
    (today, day): (u16, NaiveDate),
    vouched: &Vouched,
) -> rusqlite::Result<Option<ColleagueCard>> {
    let practitioner = index::practitioner_at(rank);
    let Some(shown) = Listed::read(db, rank)? else { return Ok(None) };
    let specialties: Vec<Text> = db
        .prepare_cached(
            "SELECT t.zh, t.en FROM every_role r JOIN json_each(r.interests) i JOIN term t ON t.n = i.value
             WHERE r.practitioner = ?1 >> 6 AND r.n = ?1 ORDER BY i.key",
        )?
        .query_map([shown.role()], |row| Ok(Text { zh: row.get(0)?, en: row.get(1)? }))?
        .collect::<rusqlite::Result<_>>()?;
    db.prepare_cached(
        "SELECT p.id, p.han, p.latin, title.key, department.key, hospital.key, hospital.zh, hospital.en,
         city.zh, city.en, r.verified_at, r.valid_until, v.name, v.organization, r.licence_ending,
         '@' || r.localpart || ':' || s.name
         FROM colleague c JOIN practitioner p ON p.n = c.rank & 33554431
         JOIN every_role r ON r.practitioner = ?2 >> 6 AND r.n = ?2
         LEFT JOIN term title ON title.n = c.title LEFT JOIN term department ON department.n = c.department
         LEFT JOIN term hospital ON hospital.n = c.organization LEFT JOIN organization o ON o.n = c.organization
         LEFT JOIN term city ON city.n = o.city
         LEFT JOIN verifier v ON v.n = r.verifier LEFT JOIN homeserver s ON s.n = r.homeserver
         WHERE c.rank = ?1",
    )?
    .query_row([rank, shown.role()], |row| {
        let text = |at| row.get::<_, Option<String>>(at).map(Option::unwrap_or_default);
        let some = |at| text(at).map(|t| Some(t).filter(|t| !t.is_empty()));
        let verified_at = stored::seconds(&row.get(10)?).and_then(|at| DateTime::from_timestamp(at, 0));
        let filled = |text: String| Some(text).filter(|t| !t.is_empty());
        let user_id = some(15)?;
        let id = stored::id_text(&row.get(0)?);
        let doubt = match verified_at {
            Some(_) => vouched.doubt_of(db, &shown)?,
            None => None,
        };
        Ok(ColleagueCard {
            requestable: contact::requestable(db, practitioner, &id)?,
            id,
            name: Name { han: row.get(1)?, latin: row.get(2)? },
            title: text(3)?,
            department: text(4)?,
            specialties: specialties.clone(),
            organization_id: text(5)?,
            hospital: Text { zh: text(6)?, en: text(7)? },
            city: Text { zh: text(8)?, en: text(9)? },
            contacts: contact::of(db, practitioner)?,
            leaves: leave::told(db, practitioner, day)?,
            verification: verified_at
                .filter(|_| doubt.is_none())
                .map(|at| {
                    let (verifier, organization) = verifier::in_both_scripts(db, &text(12)?, &text(13)?)?;
                    Ok::<_, rusqlite::Error>(Verification {
                        verified_at: at.to_rfc3339_opts(SecondsFormat::Secs, true),
                        in_force: stored::counts_through(&row.get(10)?, &row.get(11)?) >= today,
                        valid_until: filled(stored::day_text(&row.get(11)?)),
                        verifier,
                        organization,
                        licence_ending: filled(stored::ending_text(&row.get(14)?)),
                    })
                })
                .transpose()?,
            doubt,
            me: viewer.is_some() && viewer == user_id.as_deref(),
            user_id,
            // The doctor's own notes are not in the directory.
            favourite: false,
            note: String::new(),
        })
    })
    .optional()
}
