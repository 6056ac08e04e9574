//! What a search finds.
//!
//! Messages that have the words as whole words come first, then those with words that begin so, and in each the latest
//! first: a doctor who types `card` while writing to a cardiologist means neither the oldest nor the best of them. A word
//! may also be in the name of who wrote the message or of its conversation, in any way a colleague is found, if another
//! one is in its text: `zhang heparin`.

use super::index::{first_id, kind_of, kind_token, subject, subject_token, unpacked};
use super::text::{Ending, Term, letters, terms};
use crate::directory::naming;
use consilium_api::search::MessageKind;
use rusqlite::{Connection, OptionalExtension, params};

/// Messages that are counted; beyond that there are more.
const MOST_COUNTED: usize = 999;
/// Texts that are looked at for a count, where the index alone does not tell.
const MOST_LOOKED_AT: usize = 300;
/// Texts that are looked at for a page; what follows then is on the next one.
const MOST_FOR_A_PAGE: usize = 3_000;
/// People and conversations whose names a word may be.
const MOST_NAMED: usize = 64;

/// A search as the index understands it; instants are in milliseconds since 1970.
#[derive(Clone, Default)]
pub struct Query {
    pub text: String,
    pub room: Option<String>,
    pub sender: Option<String>,
    pub kinds: Vec<MessageKind>,
    /// From this instant on.
    pub since: Option<i64>,
    /// Before this instant.
    pub before: Option<i64>,
    pub cursor: Option<Cursor>,
    pub limit: usize,
}

impl std::fmt::Debug for Query {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Query").field("cursor", &self.cursor).finish_non_exhaustive()
    }
}

/// Where an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Whole words, then words that begin so.
    begun: bool,
    /// Ids below this one.
    below: i64,
}

impl std::str::FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (begun, below) = text.split_once('.').ok_or(())?;
        Ok(Self { begun: begun == "1", below: below.parse().map_err(|_| ())? })
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", u8::from(self.begun), self.below)
    }
}

#[derive(Clone, PartialEq, Eq)]
pub struct Hit {
    pub room: String,
    pub event: String,
    pub sender: String,
    /// Milliseconds since 1970.
    pub at: i64,
    pub kind: MessageKind,
    pub text: String,
}

impl std::fmt::Debug for Hit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hit").field("event", &self.event).finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub hits: Vec<Hit>,
    pub next: Option<Cursor>,
    /// Counted for the first page alone.
    pub count: usize,
    pub more_than_counted: bool,
}

/// A word of the search, and who and what is called so.
struct Sought {
    term: Term,
    named: Vec<i64>,
}

impl Sought {
    fn expression(&self, ending: Ending) -> String {
        let mut ways = vec![self.term.expression(ending)];
        ways.extend(self.named.iter().map(|n| format!("\"{}\"", subject_token(*n))));
        format!("({})", ways.join(" OR "))
    }
}

struct Search {
    sought: Vec<Sought>,
    /// What every message must have besides the words.
    filters: Vec<String>,
    /// Ids from the first to below the second.
    ids: (i64, i64),
    needs_a_look: bool,
}

impl Search {
    /// None if nothing can be found.
    fn new(db: &Connection, query: &Query) -> rusqlite::Result<Option<Self>> {
        let mut filters = Vec::new();
        for id in [&query.room, &query.sender].into_iter().flatten() {
            let Some(n) = subject(db, id)? else { return Ok(None) };
            filters.push(format!("\"{}\"", subject_token(n)));
        }
        if !query.kinds.is_empty() {
            let kinds: Vec<String> = query.kinds.iter().map(|kind| format!("\"{}\"", kind_token(*kind))).collect();
            filters.push(format!("({})", kinds.join(" OR ")));
        }
        let terms = terms(&query.text);
        if terms.is_empty()
            && (!query.text.trim().is_empty()
                || (filters.is_empty() && query.since.is_none() && query.before.is_none()))
        {
            return Ok(None);
        }
        let several = terms.len() > 1;
        let mut sought = Vec::with_capacity(terms.len());
        for term in terms {
            let named = if several { named(db, &term.text())? } else { Vec::new() };
            sought.push(Sought { term, named });
        }
        let needs_a_look = sought.iter().any(|sought| sought.term.needs_a_look());
        let begin = query.since.map_or(0, first_id);
        let end = query.before.map_or(i64::MAX, first_id);
        Ok(Some(Self { sought, filters, ids: (begin, end), needs_a_look }))
    }

    /// What messages with these words have, in the query language of FTS5; none if the time alone decides.
    fn expression(&self, ending: Ending) -> Option<String> {
        let mut parts: Vec<String> = self.sought.iter().map(|sought| sought.expression(ending)).collect();
        if self.sought.iter().any(|sought| !sought.named.is_empty()) {
            let texts: Vec<String> = self.sought.iter().map(|sought| sought.term.expression(ending)).collect();
            parts.push(format!("({})", texts.join(" OR ")));
        }
        parts.extend(self.filters.iter().cloned());
        (!parts.is_empty()).then(|| parts.join(" AND "))
    }

    fn has_all_words(&self, text: &str) -> bool {
        let letters = letters(text);
        let is_in = |sought: &Sought| !sought.term.needs_a_look() || sought.term.places(&letters).next().is_some();
        // Whoever is called so need not have written it.
        self.sought.iter().all(|sought| is_in(sought) || !sought.named.is_empty())
            && (self.sought.iter().all(|sought| sought.named.is_empty()) || self.sought.iter().any(is_in))
    }

    /// Calls `take` with the ids of the messages that may be meant, the latest first, until it answers false.
    fn candidates(
        &self,
        db: &Connection,
        expression: Option<&str>,
        below: i64,
        mut take: impl FnMut(i64) -> rusqlite::Result<bool>,
    ) -> rusqlite::Result<()> {
        let (begin, end) = self.ids;
        let below = below.min(end);
        let mut statement = match expression {
            Some(_) => db.prepare_cached(
                "SELECT rowid FROM message_index
                 WHERE message_index MATCH ?1 AND rowid >= ?2 AND rowid < ?3 ORDER BY rowid DESC",
            )?,
            None => {
                db.prepare_cached("SELECT id FROM message WHERE ?1 IS NULL AND id >= ?2 AND id < ?3 ORDER BY id DESC")?
            }
        };
        let mut rows = statement.query(params![expression, begin, below])?;
        while let Some(row) = rows.next()? {
            if !take(row.get(0)?)? {
                break;
            }
        }
        Ok(())
    }
}

/// People and conversations that a word is the name of.
fn named(db: &Connection, word: &str) -> rusqlite::Result<Vec<i64>> {
    db.prepare_cached("SELECT DISTINCT subject FROM name_token WHERE token >= ?1 AND token < ?2 LIMIT ?3")?
        .query_map(params![word, after(word), MOST_NAMED as i64], |row| row.get(0))?
        .collect()
}

/// Behind everything that begins with the word.
fn after(word: &str) -> String {
    format!("{word}{}", char::MAX)
}

/// Rooms whose names have all words of a search, at most `limit`.
pub(super) fn rooms_named(
    db: &Connection,
    text: &str,
    limit: usize,
) -> rusqlite::Result<Vec<(String, String, String)>> {
    let words = naming::words(text);
    let Some((first, rest)) = words.split_first() else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    let mut statement = db.prepare_cached(
        "SELECT DISTINCT s.n, s.id, s.han, s.latin FROM name_token t JOIN subject s ON s.n = t.subject
         WHERE t.token >= ?1 AND t.token < ?2 AND s.id >= '!' AND s.id < '\"'",
    )?;
    let mut has = db
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM name_token WHERE subject = ?1 AND token >= ?2 AND token < ?3)")?;
    let mut rows = statement.query(params![first, after(first)])?;
    while let Some(row) = rows.next()? {
        let n: i64 = row.get(0)?;
        let mut all = true;
        for word in rest {
            all = all && has.query_row(params![n, word, after(word)], |row| row.get::<_, bool>(0))?;
        }
        if all {
            found.push((row.get(1)?, row.get(2)?, row.get(3)?));
        }
        if found.len() == limit {
            break;
        }
    }
    Ok(found)
}

fn hit(db: &Connection, id: i64) -> rusqlite::Result<Option<Hit>> {
    db.prepare_cached(
        "SELECT r.id, m.event, s.id, m.at, m.kind, m.text FROM message m
         JOIN subject r ON r.n = m.room JOIN subject s ON s.n = m.sender WHERE m.id = ?1",
    )?
    .query_row([id], |row| {
        Ok(Hit {
            room: row.get(0)?,
            event: unpacked(&row.get::<_, Vec<u8>>(1)?),
            sender: row.get(2)?,
            at: row.get(3)?,
            kind: kind_of(row.get(4)?),
            text: row.get(5)?,
        })
    })
    .optional()
}

pub(super) fn find(db: &Connection, query: &Query) -> rusqlite::Result<Found> {
    let Some(search) = Search::new(db, query)? else { return Ok(Found::default()) };
    let mut found = Found::default();
    let (whole, begun) = (search.expression(Ending::Whole), search.expression(Ending::Begun));
    let mut start = query.cursor.unwrap_or(Cursor { begun: false, below: i64::MAX });
    let mut looked_at = 0;
    loop {
        let expression = match (&whole, &begun) {
            (whole, _) if !start.begun => whole.clone(),
            (Some(whole), Some(begun)) if whole != begun => Some(format!("({begun}) NOT ({whole})")),
            _ => break,
        };
        search.candidates(db, expression.as_deref(), start.below, |id| {
            looked_at += 1;
            if let Some(hit) = hit(db, id)?
                && query.since.is_none_or(|since| hit.at >= since)
                && query.before.is_none_or(|before| hit.at < before)
                && (!search.needs_a_look || search.has_all_words(&hit.text))
            {
                if found.hits.len() == query.limit {
                    found.next = Some(Cursor { begun: start.begun, below: id + 1 });
                    return Ok(false);
                }
                found.hits.push(hit);
            }
            if looked_at == MOST_FOR_A_PAGE {
                found.next = Some(Cursor { begun: start.begun, below: id });
            }
            Ok(looked_at < MOST_FOR_A_PAGE)
        })?;
        if found.next.is_some() || start.begun {
            break;
        }
        start = Cursor { begun: true, below: i64::MAX };
    }
    if query.cursor.is_none() {
        (found.count, found.more_than_counted) =
            if found.next.is_none() { (found.hits.len(), false) } else { count(db, &search, begun.as_deref())? };
    }
    Ok(found)
}

/// How many there are, and whether there are more than that.
fn count(db: &Connection, search: &Search, expression: Option<&str>) -> rusqlite::Result<(usize, bool)> {
    let (mut count, mut seen) = (0, 0);
    let most = if search.needs_a_look { MOST_LOOKED_AT } else { MOST_COUNTED };
    search.candidates(db, expression, i64::MAX, |id| {
        seen += 1;
        if seen > most {
            return Ok(false);
        }
        let counts = !search.needs_a_look || hit(db, id)?.is_some_and(|hit| search.has_all_words(&hit.text));
        count += usize::from(counts);
        Ok(true)
    })?;
    Ok((count, seen > most))
}
