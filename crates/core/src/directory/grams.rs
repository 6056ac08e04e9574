//! Which four letters follow each other in the words there are. Most slips of a letter make a word that holds four that
//! never do, and need not be looked for.

use rusqlite::{Connection, OptionalExtension};

const LETTERS: usize = 26;
const WINDOW: usize = 4;
const BYTES: usize = LETTERS.pow(WINDOW as u32).div_ceil(8);

/// Whose words.
#[derive(Clone, Copy, Debug)]
pub(super) enum Words {
    Names = 1,
    Terms = 2,
}

/// A bit for each window of letters.
pub(super) struct Grams(Vec<u8>);

impl Grams {
    pub(super) fn read(db: &Connection, of: Words) -> rusqlite::Result<Self> {
        let stored: Option<Vec<u8>> = db
            .prepare_cached("SELECT windows FROM gram WHERE words = ?1")?
            .query_row([of as i64], |row| row.get(0))
            .optional()?;
        Ok(Self(stored.filter(|s| s.len() == BYTES).unwrap_or_else(|| vec![0; BYTES])))
    }

    /// Adds the windows of these words to those that are stored. A window stays when its last word goes.
    pub(super) fn add<'a>(
        db: &Connection,
        of: Words,
        words: impl IntoIterator<Item = &'a str>,
    ) -> rusqlite::Result<()> {
        let mut grams = Self::read(db, of)?;
        let mut news = false;
        for window in words.into_iter().flat_map(windows) {
            if let Some(byte) = grams.0.get_mut(window / 8) {
                news |= *byte >> (window % 8) & 1 == 0;
                *byte |= 1 << (window % 8);
            }
        }
        if news {
            db.prepare_cached("INSERT OR REPLACE INTO gram (words, windows) VALUES (?1, ?2)")?
                .execute(rusqlite::params![of as i64, grams.0])?;
        }
        Ok(())
    }

    /// Whether there may be a word that begins like this.
    pub(super) fn may_begin(&self, start: &str) -> bool {
        windows(start).all(|window| self.0.get(window / 8).is_some_and(|byte| byte >> (window % 8) & 1 == 1))
    }
}

/// The numbers of all windows of a word; none where another character than `a` to `z` is.
fn windows(word: &str) -> impl Iterator<Item = usize> {
    word.as_bytes().windows(WINDOW).filter_map(|letters| {
        letters.iter().try_fold(0, |number, letter| {
            letter.is_ascii_lowercase().then(|| number * LETTERS + usize::from(letter - b'a'))
        })
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_letters_that_follow_each_other_somewhere_may_begin_a_word() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("CREATE TABLE gram (words INTEGER PRIMARY KEY, windows BLOB NOT NULL) STRICT").unwrap();
        Grams::add(&db, Words::Names, ["zhangwei\u{e000}", "weiming", "张伟"]).unwrap();
        Grams::add(&db, Words::Names, ["zzzz"]).unwrap();
        let grams = Grams::read(&db, Words::Names).unwrap();
        for word in ["zhangwei", "angw", "zzzz", "wei", "weim", "伟", "zhang1"] {
            assert!(grams.may_begin(word), "{word}");
        }
        for word in ["zhagn", "zhangwm", "zzzh", "aaaa"] {
            assert!(!grams.may_begin(word), "{word}");
        }
        assert!(!Grams::read(&db, Words::Terms).unwrap().may_begin("zhang"));
    }
}
