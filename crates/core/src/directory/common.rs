//! The beginnings of words that many names have. The index of names lists who has a word one by one, which is quick for a
//! few and slow for a hundred thousand; of those that many have, `common` keeps everybody in one piece.

use super::{postings, touched};
use rusqlite::{Connection, OptionalExtension};

/// So many have a common word. Fewer are read from the index in a fraction of a millisecond. In tests, where nobody has
/// thousands of colleagues, most words are common.
const MANY: usize = if cfg!(test) { 3 } else { 1024 };
/// Names that changed since the common words were written and are looked at one by one.
const MOST_RENAMED: i64 = 8192;

/// Writes the common words if there are none yet, or too many names changed since.
pub(super) fn settle(db: &Connection) -> rusqlite::Result<()> {
    let renamed: i64 = db.query_row("SELECT count(*) FROM renamed", [], |row| row.get(0))?;
    if written(db)? && renamed <= MOST_RENAMED { Ok(()) } else { write(db) }
}

/// Whether names that change have to be remembered.
pub(super) fn written(db: &Connection) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT settled FROM state")?.query_row([], |row| row.get(0))
}

/// Calls `each` with the practitioners who had a word that begins like `start` when the common words were written. False
/// if it is none of them.
pub(super) fn read(db: &Connection, start: &str, each: impl FnMut(u32)) -> rusqlite::Result<bool> {
    let found = db
        .prepare_cached("SELECT practitioners FROM common WHERE word = ?1")?
        .query_row([start], |row| {
            postings::unpack(row.get_ref(0)?.as_blob()?, each);
            Ok(())
        })
        .optional()?;
    Ok(found.is_some())
}

/// Whether it is a common word.
pub(super) fn is_one(db: &Connection, start: &str) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM common WHERE word = ?1")?.exists([start])
}

/// A beginning of the words at hand and who has one of them, each perhaps several times.
#[derive(Default)]
struct Level {
    /// Bytes of the word that it is.
    length: usize,
    practitioners: Vec<u32>,
}

fn write(db: &Connection) -> rusqlite::Result<()> {
    touched::forget(db)?;
    db.execute_batch("DELETE FROM common; DELETE FROM renamed; UPDATE state SET settled = 1;")?;
    let mut insert = db.prepare("INSERT INTO common (word, practitioners) VALUES (?1, ?2)")?;
    let mut word = String::new();
    // One level for each beginning of `word`, the shortest first.
    let mut levels: Vec<Level> = Vec::new();
    let mut close = |word: &str, levels: &mut Vec<Level>, to: usize| -> rusqlite::Result<()> {
        while let Some(mut level) = levels.pop_if(|level| level.length > to) {
            if level.practitioners.len() >= MANY {
                level.practitioners.sort_unstable();
                level.practitioners.dedup();
                if level.practitioners.len() >= MANY {
                    let start = word.get(..level.length).unwrap_or_default();
                    insert.execute(rusqlite::params![start, postings::packed(&level.practitioners)])?;
                }
            }
            if let Some(shorter) = levels.last_mut() {
                if shorter.practitioners.is_empty() {
                    shorter.practitioners = level.practitioners;
                } else {
                    shorter.practitioners.append(&mut level.practitioners);
                }
            }
        }
        Ok(())
    };
    // In the order of words: those that begin alike follow each other.
    let mut statement = db.prepare("SELECT term, doc FROM name_vocabulary")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let next = row.get_ref(0)?.as_str()?;
        if next != word {
            let alike = word.char_indices().zip(next.chars()).find(|((_, a), b)| a != b).map(|((at, _), _)| at);
            let alike = alike.unwrap_or(word.len().min(next.len()));
            close(&word, &mut levels, alike)?;
            let lengths = next.char_indices().map(|(at, c)| at + c.len_utf8()).skip_while(|length| *length <= alike);
            levels.extend(lengths.map(|length| Level { length, practitioners: Vec::new() }));
            next.clone_into(&mut word);
        }
        if let Some(whole) = levels.last_mut() {
            whole.practitioners.push(row.get(1)?);
        }
    }
    close(&word, &mut levels, 0)
}
