//! Pages of results and the counts beside them.

use super::expression::{Facet, Search};
use super::names::NameForms;
use super::resources::shown_id;
use super::terms::Kind;
use consilium_api::account::Name;
use consilium_api::directory::{ColleagueRow, DirectoryPage, DirectoryQuery, FacetValue, Facets, NameMatch, Text};
use consilium_registry_api::terminology::TITLES;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;

pub(super) const MOST_ROWS: u32 = 500;
/// Hospitals and cities named in a facet; those that are selected come in any case.
const MOST_VALUES: usize = 500;

/// A page of the results. `count` answers how many match an expression, perhaps from memory.
pub(super) fn page(
    db: &Connection,
    query: &DirectoryQuery,
    own: Option<i64>,
    today: &str,
    count: impl Fn(&Connection, Option<&str>) -> rusqlite::Result<u32>,
) -> rusqlite::Result<DirectoryPage> {
    let search = Search::new(db, query, own)?;
    let total = count(db, search.all().as_deref())?;
    let ranks = ranks(db, &search, query.offset, query.limit.min(MOST_ROWS))?;
    let mut rows = Vec::with_capacity(ranks.len());
    for rank in ranks {
        rows.extend(row(db, rank, &search, today)?);
    }
    Ok(DirectoryPage { rows, total })
}

/// How many match; None matches all.
pub(super) fn count(db: &Connection, expression: Option<&str>) -> rusqlite::Result<u32> {
    match expression {
        None => db.prepare_cached("SELECT colleagues FROM state")?.query_row([], |row| row.get(0)),
        Some(expression) => db
            .prepare_cached("SELECT count(*) FROM colleague_index WHERE colleague_index MATCH ?1")?
            .query_row([expression], |row| row.get(0)),
    }
}

fn ranks(db: &Connection, search: &Search, offset: u32, limit: u32) -> rusqlite::Result<Vec<i64>> {
    let tiers = search.tiers();
    if tiers.is_empty() {
        return db
            .prepare_cached("SELECT rank FROM colleague ORDER BY rank LIMIT ?1 OFFSET ?2")?
            .query_map([limit, offset], |row| row.get(0))?
            .collect();
    }
    let mut found: Vec<i64> = Vec::new();
    let mut skip = offset;
    let mut wanted = limit;
    for tier in tiers {
        if wanted == 0 {
            break;
        }
        let some: Vec<i64> = db
            .prepare_cached(
                "SELECT rowid FROM colleague_index WHERE colleague_index MATCH ?1 ORDER BY rowid LIMIT ?2 OFFSET ?3",
            )?
            .query_map(params![tier, wanted, skip], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        if some.is_empty() {
            if skip > 0 {
                skip -= count(db, Some(&tier))?.min(skip);
            }
        } else {
            skip = 0;
            wanted -= some.len() as u32;
            found.extend(some);
        }
    }
    Ok(found)
}

fn row(db: &Connection, rank: i64, search: &Search, today: &str) -> rusqlite::Result<Option<ColleagueRow>> {
    db.prepare_cached(
        "SELECT p.id, p.han, p.surname, p.latin, p.family, title.key, department.key, interest.zh, interest.en,
         hospital.zh, hospital.en, city.zh, city.en,
         r.verified_at IS NOT NULL AND (r.valid_until = '' OR r.valid_until >= ?2), r.user_id IS NOT NULL
         FROM colleague c
         JOIN practitioner p ON p.n = c.practitioner
         JOIN role r ON r.n = c.role
         LEFT JOIN term title ON title.n = c.title
         LEFT JOIN term department ON department.n = c.department
         LEFT JOIN term interest ON interest.n = r.interests ->> 0
         LEFT JOIN term hospital ON hospital.n = c.organization
         LEFT JOIN term city ON city.n = c.city
         WHERE c.rank = ?1",
    )?
    .query_row(params![rank, today], |row| {
        let text = |at| row.get::<_, Option<String>>(at).map(Option::unwrap_or_default);
        let name = Name { han: row.get(1)?, latin: row.get(3)? };
        let mut matched = NameMatch::default();
        if !search.words.is_empty() {
            let surname = row.get::<_, i64>(2)?.try_into().unwrap_or(0);
            let forms = NameForms::new(&name.han, surname, &name.latin, &text(4)?);
            for word in &search.words {
                forms.highlight(word, &mut matched);
            }
        }
        Ok(ColleagueRow {
            id: shown_id(&row.get::<_, Value>(0)?),
            name,
            matched,
            title: text(5)?,
            department: text(6)?,
            specialty: Text { zh: text(7)?, en: text(8)? },
            hospital: Text { zh: text(9)?, en: text(10)? },
            city: Text { zh: text(11)?, en: text(12)? },
            verified: row.get(13)?,
            joined: row.get(14)?,
        })
    })
    .optional()
}

/// Colleagues by department, organisation, title and city; the place in each list is the number of the term.
#[derive(Default)]
struct Tally([Vec<u32>; 4]);

impl Tally {
    fn of(db: &Connection, expression: Option<&str>) -> rusqlite::Result<Self> {
        let mut statement = match expression {
            None => {
                db.prepare_cached("SELECT department, organization, title, city FROM colleague WHERE ?1 IS NULL")?
            }
            Some(_) => db.prepare_cached(
                "SELECT department, organization, title, city FROM colleague_index
                 CROSS JOIN colleague ON colleague.rank = colleague_index.rowid WHERE colleague_index MATCH ?1",
            )?,
        };
        let mut tally = Self::default();
        let mut rows = statement.query([expression])?;
        while let Some(row) = rows.next()? {
            for (at, counts) in tally.0.iter_mut().enumerate() {
                let n: usize = row.get(at)?;
                if counts.len() <= n {
                    counts.resize(n + 1, 0);
                }
                if let Some(count) = counts.get_mut(n) {
                    *count += 1;
                }
            }
        }
        Ok(tally)
    }

    /// The terms that occur in the list at this place, with their counts.
    fn counts(&self, list: usize) -> impl Iterator<Item = (i64, u32)> {
        let counts = self.0.get(list).map(Vec::as_slice).unwrap_or_default();
        (0..).zip(counts.iter().copied()).filter(|(n, count)| *n > 0 && *count > 0)
    }
}

/// Counts of each facet under the other filters.
pub(super) fn facets(db: &Connection, query: &DirectoryQuery, own: Option<i64>) -> rusqlite::Result<Facets> {
    let search = Search::new(db, query, own)?;
    let mut tallies: HashMap<Option<String>, Tally> = HashMap::new();
    let mut values = |facet, kind, selected: &[String], list| {
        // Facets without a selection share one pass.
        let expression = search.without(Some(facet));
        if !tallies.contains_key(&expression) {
            let tally = Tally::of(db, expression.as_deref())?;
            tallies.insert(expression.clone(), tally);
        }
        let counts = tallies.get(&expression).into_iter().flat_map(|tally| tally.counts(list)).collect();
        facet_values(db, kind, selected, counts)
    };
    let departments = values(Facet::Departments, Kind::Department, &query.departments, 0)?;
    let organizations = values(Facet::Organizations, Kind::Organization, &query.organizations, 1)?;
    let mut titles = values(Facet::Titles, Kind::Title, &query.titles, 2)?;
    let cities = values(Facet::Cities, Kind::City, &query.cities, 3)?;
    titles.sort_by_key(|v| TITLES.iter().position(|t| t.code == v.key).unwrap_or(TITLES.len()));
    Ok(Facets { departments, organizations, titles, cities })
}

fn facet_values(
    db: &Connection,
    kind: Kind,
    selected: &[String],
    mut counts: Vec<(i64, u32)>,
) -> rusqlite::Result<Vec<FacetValue>> {
    counts.sort_unstable_by_key(|(n, count)| (std::cmp::Reverse(*count), *n));
    let mut values = Vec::new();
    for (at, (n, count)) in counts.into_iter().enumerate() {
        let value = db.prepare_cached("SELECT key, zh, en FROM term WHERE n = ?1")?.query_row([n], |row| {
            Ok(FacetValue { key: row.get(0)?, label: Text { zh: row.get(1)?, en: row.get(2)? }, count })
        })?;
        if at < MOST_VALUES || selected.contains(&value.key) {
            values.push(value);
        }
    }
    // A selection that nobody matches any more must stay visible, or it could not be taken back.
    for key in selected {
        if !values.iter().any(|v| v.key == *key) {
            let label = db
                .prepare_cached("SELECT zh, en FROM term WHERE kind = ?1 AND key = ?2")?
                .query_row(params![kind as i64, key], |row| Ok(Text { zh: row.get(0)?, en: row.get(1)? }))
                .optional()?;
            values.extend(label.map(|label| FacetValue { key: key.clone(), label, count: 0 }));
        }
    }
    Ok(values)
}
