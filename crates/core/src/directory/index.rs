//! From the tables of resources to the rows and tokens of colleagues.

use super::names::NameForms;
use super::terms::{self, Kind};
use consilium_registry_api::terminology::TITLES;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeSet, HashMap};

/// Practitioners that are indexed at once during the first load: in large sorted batches it is several times faster.
pub(super) const BATCH: i64 = 10_000;

/// Bits of `colleague.flags`.
pub(super) const IS_VERIFIED: u8 = 1;
pub(super) const HAS_JOINED: u8 = 2;

/// A row of `colleague` with its tokens.
#[derive(Debug)]
pub(super) struct Colleague {
    pub rank: i64,
    practitioner: i64,
    role: i64,
    pub organization: i64,
    department: i64,
    title: i64,
    city: i64,
    flags: u8,
    name_key: i64,
    verified_at: i64,
    pub tokens: BTreeSet<String>,
}

pub(super) fn stale_count(db: &Connection) -> rusqlite::Result<i64> {
    db.prepare_cached("SELECT count(*) FROM stale")?.query_row([], |row| row.get(0))
}

/// Brings rows and tokens of all stale practitioners up to date.
pub(super) fn refresh(db: &Connection) -> rusqlite::Result<()> {
    refresh_as_of(db, &super::today())
}

fn refresh_as_of(db: &Connection, today: &str) -> rusqlite::Result<()> {
    let stale: Vec<i64> = db
        .prepare_cached("SELECT practitioner FROM stale ORDER BY practitioner")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let ranks = title_ranks(db)?;
    let mut gone: Vec<i64> = Vec::new();
    let mut listed = Vec::with_capacity(stale.len());
    for practitioner in stale {
        gone.extend(
            db.prepare_cached("SELECT rank FROM colleague WHERE practitioner = ?1")?
                .query_row([practitioner], |row| row.get::<_, i64>(0))
                .optional()?,
        );
        listed.extend(colleague(db, practitioner, &ranks, today)?);
    }
    // FTS5 flushes what it gathered whenever a rowid is not greater than the one before.
    gone.sort_unstable();
    listed.sort_unstable_by_key(|c| c.rank);
    // One statement for each kind of change: between statements FTS5 may write out what it gathered.
    let gone = serde_json::to_string(&gone).unwrap_or_default();
    db.execute("DELETE FROM colleague_index WHERE rowid IN (SELECT value FROM json_each(?1))", [&gone])?;
    db.execute("DELETE FROM colleague WHERE rank IN (SELECT value FROM json_each(?1))", [&gone])?;
    let mut insert = db.prepare_cached("INSERT INTO colleague VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")?;
    for c in &listed {
        insert.execute(params![
            c.rank,
            c.practitioner,
            c.role,
            c.organization,
            c.department,
            c.title,
            c.city,
            c.flags,
            c.name_key,
            c.verified_at
        ])?;
    }
    let mut insert = db.prepare_cached("INSERT INTO colleague_index (rowid, tokens) VALUES (?1, ?2)")?;
    for c in &listed {
        insert.execute(params![c.rank, terms::join(&c.tokens)])?;
    }
    db.execute("DELETE FROM stale", [])?;
    db.execute("UPDATE state SET colleagues = (SELECT count(*) FROM colleague)", [])?;
    Ok(())
}

/// Roles whose verification ran out from the day of the first parameter until before that of the second.
const RAN_OUT: &str = "valid_until <> '' AND CAST(replace(valid_until, '-', '') AS INTEGER) >=
    CAST(replace(?1, '-', '') AS INTEGER) AND CAST(replace(valid_until, '-', '') AS INTEGER) <
    CAST(replace(?2, '-', '') AS INTEGER)";

/// The day as of which verifications are in force in the index: `YYYY-MM-DD`, empty before the first.
fn day(db: &Connection) -> rusqlite::Result<String> {
    db.prepare_cached("SELECT day FROM state")?.query_row([], |row| row.get(0))
}

/// Whether a verification ran out since the last time.
pub(super) fn has_expired(db: &Connection, today: &str) -> rusqlite::Result<bool> {
    db.prepare_cached(&format!("SELECT 1 FROM role WHERE {RAN_OUT} LIMIT 1"))?.exists([day(db)?.as_str(), today])
}

/// Takes the verified state from those whose verification ran out since the last time, as of `today` (`YYYY-MM-DD`).
/// Answers whether there were any.
pub(super) fn expire(db: &Connection, today: &str) -> rusqlite::Result<bool> {
    let day = day(db)?;
    if day.as_str() >= today {
        return Ok(false);
    }
    let expired = db.execute(
        &format!("INSERT OR IGNORE INTO stale SELECT practitioner FROM role WHERE {RAN_OUT}"),
        [day.as_str(), today],
    )?;
    if expired > 0 {
        refresh_as_of(db, today)?;
    }
    db.execute("UPDATE state SET day = ?1, revision = revision + ?2", params![today, expired > 0])?;
    Ok(expired > 0)
}

/// Merges the index into one piece: searches then open one iterator a word.
pub(super) fn optimize(db: &Connection) -> rusqlite::Result<()> {
    db.execute("INSERT INTO colleague_index (colleague_index) VALUES ('optimize')", [])?;
    db.execute("INSERT INTO term_index (term_index) VALUES ('optimize')", [])?;
    Ok(())
}

/// Rank of each title, by its term. Titles the terminology does not know come last.
fn title_ranks(db: &Connection) -> rusqlite::Result<HashMap<i64, i64>> {
    let mut ranks = HashMap::new();
    for (rank, title) in (0..).zip(TITLES) {
        ranks.extend(terms::find(db, Kind::Title, title.code)?.map(|n| (n, rank)));
    }
    Ok(ranks)
}

/// The row of one practitioner, as `refresh` would write it.
pub(super) fn document(db: &Connection, practitioner: i64) -> rusqlite::Result<Option<Colleague>> {
    colleague(db, practitioner, &title_ranks(db)?, &super::today())
}

/// The row of a practitioner who is known and has a role. Of several roles the one that has an account, is verified,
/// has the higher title, and the smaller id. `today` is `YYYY-MM-DD`: a verification that ran out is none.
fn colleague(
    db: &Connection,
    practitioner: i64,
    ranks: &HashMap<i64, i64>,
    today: &str,
) -> rusqlite::Result<Option<Colleague>> {
    struct Role {
        n: i64,
        organization: i64,
        department: i64,
        title: i64,
        verified_at: i64,
        verified: bool,
        joined: bool,
        interests: String,
        city: i64,
        parts: [i64; 2],
        phone: String,
    }
    let person = db
        .prepare_cached(
            "SELECT han, surname, latin, family, title, phone FROM practitioner WHERE n = ?1 AND known = 1",
        )?
        .query_row([practitioner], |row| {
            let han: String = row.get(0)?;
            let latin: String = row.get(2)?;
            let family: String = row.get(3)?;
            let forms = NameForms::new(&han, row.get::<_, i64>(1)?.try_into().unwrap_or(0), &latin, &family);
            Ok((forms, row.get::<_, Option<i64>>(4)?, row.get::<_, String>(5)?))
        })
        .optional()?;
    let Some((forms, title, phone)) = person else { return Ok(None) };
    let mut roles: Vec<Role> = db
        .prepare_cached(
            "SELECT role.n, role.organization, department, title, verified_at,
             verified_at IS NOT NULL AND (valid_until = '' OR valid_until >= ?2), user_id IS NOT NULL, interests,
             organization.city, organization.part_zh, organization.part_en, phone
             FROM role LEFT JOIN organization ON organization.n = role.organization WHERE practitioner = ?1
             ORDER BY role.id",
        )?
        .query_map(params![practitioner, today], |row| {
            let number = |at| row.get::<_, Option<i64>>(at).map(Option::unwrap_or_default);
            Ok(Role {
                n: number(0)?,
                organization: number(1)?,
                department: number(2)?,
                title: row.get::<_, Option<i64>>(3)?.or(title).unwrap_or_default(),
                verified_at: number(4)?,
                verified: row.get(5)?,
                joined: row.get(6)?,
                interests: row.get(7)?,
                city: number(8)?,
                parts: [number(9)?, number(10)?],
                phone: row.get(11)?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    let title_rank = |title: i64| ranks.get(&title).copied().unwrap_or(TITLES.len() as i64);
    roles.sort_by_key(|r| (!r.joined, !r.verified, title_rank(r.title)));
    let Some(role) = roles.into_iter().next() else { return Ok(None) };

    let mut tokens = forms.tokens();
    let interests: Vec<i64> = serde_json::from_str(&role.interests).unwrap_or_default();
    let shared = [role.organization, role.department, role.title, role.city];
    tokens.extend(shared.iter().chain(&role.parts).chain(&interests).filter(|n| **n > 0).map(|n| terms::token(*n)));
    // The card shows the number of the role, and that of the person where the role has none.
    tokens.append(&mut terms::phone_tokens(if role.phone.is_empty() { &phone } else { &role.phone }));
    let state = |tokens: [&str; 2], yes: bool| tokens.into_iter().nth(usize::from(!yes)).unwrap_or_default().to_owned();
    tokens.extend([state(terms::VERIFIED, role.verified), state(terms::JOINED, role.joined)]);
    let flag = |flag: u8, on: bool| if on { flag } else { 0 };
    Ok(Some(Colleague {
        rank: title_rank(role.title) << 40 | practitioner,
        practitioner,
        role: role.n,
        organization: role.organization,
        department: role.department,
        title: role.title,
        city: role.city,
        flags: flag(IS_VERIFIED, role.verified) | flag(HAS_JOINED, role.joined),
        name_key: forms.sort_key(),
        verified_at: if role.verified { role.verified_at } else { 0 },
        tokens,
    }))
}
