//! Names that changed since the common words were written, with their words.

use super::names::NameForms;
use rusqlite::{Connection, OptionalExtension};
use std::collections::HashSet;

#[derive(Clone, Debug)]
pub(super) struct Renamed {
    pub practitioners: Vec<u32>,
    /// Words in their order, and whose they are.
    words: Vec<(String, u32)>,
}

impl Renamed {
    pub(super) fn read(db: &Connection) -> rusqlite::Result<Self> {
        let practitioners: Vec<u32> = db
            .prepare("SELECT practitioner FROM renamed")?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let mut renamed = Self { practitioners: Vec::with_capacity(practitioners.len()), words: Vec::new() };
        for practitioner in practitioners {
            renamed.add(db, practitioner)?;
        }
        renamed.words.sort_unstable();
        Ok(renamed)
    }

    /// The same after these practitioners changed.
    pub(super) fn after(&self, db: &Connection, touched: &[u32]) -> rusqlite::Result<Self> {
        let mut is_renamed = db.prepare_cached("SELECT 1 FROM renamed WHERE practitioner = ?1")?;
        let mut changed = HashSet::new();
        for practitioner in touched {
            if is_renamed.exists([practitioner])? {
                changed.insert(*practitioner);
            }
        }
        let mut renamed = self.clone();
        if changed.is_empty() {
            return Ok(renamed);
        }
        renamed.practitioners.retain(|n| !changed.contains(n));
        renamed.words.retain(|(_, n)| !changed.contains(n));
        for practitioner in changed {
            renamed.add(db, practitioner)?;
        }
        renamed.words.sort_unstable();
        Ok(renamed)
    }

    fn add(&mut self, db: &Connection, practitioner: u32) -> rusqlite::Result<()> {
        self.practitioners.push(practitioner);
        let forms = db
            .prepare_cached("SELECT han, surname, latin, family FROM practitioner WHERE n = ?1 AND known = 1")?
            .query_row([practitioner], |row| {
                let surname = row.get::<_, i64>(1)?.try_into().unwrap_or(0);
                Ok(NameForms::new(row.get_ref(0)?.as_str()?, surname, row.get_ref(2)?.as_str()?, row.get(3)?))
            })
            .optional()?;
        self.words.extend(forms.iter().flat_map(NameForms::tokens).map(|word| (word, practitioner)));
        Ok(())
    }

    /// Whose name has a word that begins like this; perhaps several times.
    pub(super) fn beginning(&self, start: &str) -> impl Iterator<Item = u32> {
        let from = self.words.partition_point(|(word, _)| word.as_str() < start);
        self.words.iter().skip(from).take_while(move |(word, _)| word.starts_with(start)).map(|(_, n)| *n)
    }
}
