//! From the tables of resources to the rows and tokens of colleagues.

use super::names::NameForms;
use super::resources::{PLACE_BITS, roles_of};
use super::stored;
use super::terms::{self, Kind};
use consilium_registry_api::terminology::TITLES;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeSet, HashMap};

/// Practitioners that are indexed at once during the first load: in large sorted batches it is several times faster.
pub(super) const BATCH: i64 = 10_000;

/// Bits of `colleague.flags`.
pub(super) const IS_VERIFIED: u8 = 1;
pub(super) const HAS_JOINED: u8 = 2;

/// Bits of the practitioner's number in a rank; the rank of the title is above them.
const NUMBER_BITS: u32 = 25;

/// The rank that somebody with this title has; below 2³², and of four bytes in the index for the titles there are.
fn rank(title: i64, practitioner: i64) -> i64 {
    title << NUMBER_BITS | practitioner
}

/// The rank of a practitioner, if they are listed.
pub(super) fn rank_of(db: &Connection, practitioner: i64) -> rusqlite::Result<Option<i64>> {
    // One of as many as there are titles.
    let mut listed = db.prepare_cached("SELECT 1 FROM colleague WHERE rank = ?1")?;
    for title in 0..=TITLES.len() as i64 {
        let rank = rank(title, practitioner);
        if listed.exists([rank])? {
            return Ok(Some(rank));
        }
    }
    Ok(None)
}

/// The practitioner who has this rank.
pub(super) fn practitioner_at(rank: i64) -> i64 {
    rank & ((1 << NUMBER_BITS) - 1)
}

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
        gone.extend(rank_of(db, practitioner)?);
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
const RAN_OUT: &str = "valid_until >= ?1 AND valid_until < ?2";

/// The day as of which verifications are in force in the index, as a number; 0 before the first.
fn day(db: &Connection) -> rusqlite::Result<i64> {
    db.prepare_cached("SELECT day FROM state")?.query_row([], |row| row.get(0))
}

/// Whether a verification ran out since the last time.
pub(super) fn has_expired(db: &Connection, today: &str) -> rusqlite::Result<bool> {
    db.prepare_cached(&format!("SELECT 1 FROM role WHERE {RAN_OUT} LIMIT 1"))?
        .exists(params![day(db)?, stored::day(today)])
}

/// Takes the verified state from those whose verification ran out since the last time, as of `today` (`YYYY-MM-DD`).
/// Answers whether there were any.
pub(super) fn expire(db: &Connection, today: &str) -> rusqlite::Result<bool> {
    let (day, now) = (day(db)?, stored::day(today));
    if Value::Integer(day) == now {
        return Ok(false);
    }
    let expired = db.execute(
        &format!("INSERT OR IGNORE INTO stale SELECT n >> {PLACE_BITS} FROM role WHERE {RAN_OUT}"),
        params![day, now],
    )?;
    if expired > 0 {
        refresh_as_of(db, today)?;
    }
    db.execute("UPDATE state SET day = ?1, revision = revision + ?2", params![now, expired > 0])?;
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
        id: String,
        shared: Vec<i64>,
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
            let forms = NameForms::new(&han, row.get::<_, i64>(1)?.try_into().unwrap_or(0), &latin, row.get(3)?);
            Ok((forms, row.get::<_, Option<i64>>(4)?, row.get::<_, String>(5)?))
        })
        .optional()?;
    let Some((forms, title, phone)) = person else { return Ok(None) };
    let (first, last) = roles_of(practitioner);
    let mut roles: Vec<Role> = db
        .prepare_cached(
            "SELECT role.n, role.id, role.organization, departments, title, verified_at, valid_until,
             localpart IS NOT NULL, interests, organization.city, organization.part_zh, organization.part_en, phone
             FROM role LEFT JOIN organization ON organization.n = role.organization WHERE role.n BETWEEN ?1 AND ?2",
        )?
        .query_map([first, last], |row| {
            let number = |at| row.get::<_, Option<i64>>(at).map(Option::unwrap_or_default);
            let (verified_at, valid_until): (Value, Value) = (row.get(5)?, row.get(6)?);
            let departments = stored::terms_of(&row.get(3)?);
            let interests = stored::terms_of(&row.get(8)?);
            Ok(Role {
                n: number(0)?,
                id: stored::id_text(&row.get(1)?),
                organization: number(2)?,
                department: departments.first().copied().unwrap_or_default(),
                title: row.get::<_, Option<i64>>(4)?.or(title).unwrap_or_default(),
                verified_at: stored::seconds(&verified_at).unwrap_or_default(),
                verified: stored::in_force(&verified_at, &valid_until, today),
                joined: row.get(7)?,
                shared: departments.into_iter().chain(interests).collect(),
                city: number(9)?,
                parts: [number(10)?, number(11)?],
                phone: row.get(12)?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    let title_rank = |title: i64| ranks.get(&title).copied().unwrap_or(TITLES.len() as i64);
    roles.sort_by(|a, b| {
        let key = |r: &Role| (!r.joined, !r.verified, title_rank(r.title));
        key(a).cmp(&key(b)).then_with(|| a.id.cmp(&b.id))
    });
    let Some(role) = roles.into_iter().next() else { return Ok(None) };

    let mut tokens = forms.tokens();
    let shared = [role.organization, role.title, role.city];
    tokens.extend(shared.iter().chain(&role.parts).chain(&role.shared).filter(|n| **n > 0).map(|n| terms::token(*n)));
    // The card shows the number of the role, and that of the person where the role has none.
    tokens.append(&mut terms::phone_tokens(if role.phone.is_empty() { &phone } else { &role.phone }));
    let state = |tokens: [&str; 2], yes: bool| tokens.into_iter().nth(usize::from(!yes)).unwrap_or_default().to_owned();
    tokens.extend([state(terms::VERIFIED, role.verified), state(terms::JOINED, role.joined)]);
    let flag = |flag: u8, on: bool| if on { flag } else { 0 };
    Ok(Some(Colleague {
        rank: rank(title_rank(role.title), practitioner),
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
