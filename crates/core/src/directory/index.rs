//! From the tables of resources to the rows and tokens of colleagues.

use super::names::NameForms;
use super::terms::{self, Kind};
use consilium_registry_api::terminology::TITLES;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;

/// Practitioners that are indexed at once during the first load: in large sorted batches it is several times faster.
pub(super) const BATCH: i64 = 10_000;

#[derive(Debug)]
struct Colleague {
    rank: i64,
    practitioner: i64,
    role: i64,
    organization: i64,
    department: i64,
    title: i64,
    city: i64,
    tokens: String,
}

pub(super) fn stale_count(db: &Connection) -> rusqlite::Result<i64> {
    db.prepare_cached("SELECT count(*) FROM stale")?.query_row([], |row| row.get(0))
}

/// Brings rows and tokens of all stale practitioners up to date.
pub(super) fn refresh(db: &Connection) -> rusqlite::Result<()> {
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
        listed.extend(colleague(db, practitioner, &ranks)?);
    }
    // FTS5 flushes what it gathered whenever a rowid is not greater than the one before.
    gone.sort_unstable();
    listed.sort_unstable_by_key(|c| c.rank);
    // One statement for each kind of change: between statements FTS5 may write out what it gathered.
    let gone = serde_json::to_string(&gone).unwrap_or_default();
    db.execute("DELETE FROM colleague_index WHERE rowid IN (SELECT value FROM json_each(?1))", [&gone])?;
    db.execute("DELETE FROM colleague WHERE rank IN (SELECT value FROM json_each(?1))", [&gone])?;
    let mut insert = db.prepare_cached("INSERT INTO colleague VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
    for c in &listed {
        insert.execute(params![c.rank, c.practitioner, c.role, c.organization, c.department, c.title, c.city])?;
    }
    let mut insert = db.prepare_cached("INSERT INTO colleague_index (rowid, tokens) VALUES (?1, ?2)")?;
    for c in &listed {
        insert.execute(params![c.rank, c.tokens])?;
    }
    db.execute("DELETE FROM stale", [])?;
    db.execute("UPDATE state SET colleagues = (SELECT count(*) FROM colleague)", [])?;
    Ok(())
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

/// The row of a practitioner who is known and has a role. Of several roles the one that has an account, is verified,
/// has the higher title, and the smaller id.
fn colleague(db: &Connection, practitioner: i64, ranks: &HashMap<i64, i64>) -> rusqlite::Result<Option<Colleague>> {
    struct Role {
        n: i64,
        organization: i64,
        department: i64,
        title: i64,
        verified: bool,
        joined: bool,
        interests: String,
        city: i64,
        parts: [i64; 2],
    }
    let person = db
        .prepare_cached("SELECT han, surname, latin, family, title FROM practitioner WHERE n = ?1 AND known = 1")?
        .query_row([practitioner], |row| {
            let han: String = row.get(0)?;
            let latin: String = row.get(2)?;
            let family: String = row.get(3)?;
            let forms = NameForms::new(&han, row.get::<_, i64>(1)?.try_into().unwrap_or(0), &latin, &family);
            Ok((forms, row.get::<_, Option<i64>>(4)?))
        })
        .optional()?;
    let Some((forms, title)) = person else { return Ok(None) };
    let mut roles: Vec<Role> = db
        .prepare_cached(
            "SELECT role.n, role.organization, department, title, verified_at IS NOT NULL, user_id IS NOT NULL,
             interests, organization.city, organization.part_zh, organization.part_en
             FROM role LEFT JOIN organization ON organization.n = role.organization WHERE practitioner = ?1
             ORDER BY role.id",
        )?
        .query_map([practitioner], |row| {
            let number = |at| row.get::<_, Option<i64>>(at).map(Option::unwrap_or_default);
            Ok(Role {
                n: number(0)?,
                organization: number(1)?,
                department: number(2)?,
                title: row.get::<_, Option<i64>>(3)?.or(title).unwrap_or_default(),
                verified: row.get(4)?,
                joined: row.get(5)?,
                interests: row.get(6)?,
                city: number(7)?,
                parts: [number(8)?, number(9)?],
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
    Ok(Some(Colleague {
        rank: title_rank(role.title) << 40 | practitioner,
        practitioner,
        role: role.n,
        organization: role.organization,
        department: role.department,
        title: role.title,
        city: role.city,
        tokens: terms::join(&tokens),
    }))
}
