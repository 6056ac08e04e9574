//! Favourites, notes, saved searches and stars as entries that the doctor's devices merge: of two states of one item the later
//! on a logical clock wins, on every device the same, in whatever order they arrive.

use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Favourite,
    Note,
    Search,
    Star,
}

const KINDS: [Kind; 4] = [Kind::Favourite, Kind::Note, Kind::Search, Kind::Star];

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Favourite => "favourite",
            Self::Note => "note",
            Self::Search => "search",
            Self::Star => "star",
        }
    }
}

/// What an item holds.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Value {
    /// Of a favourite and a star empty, of a note its text, of a saved search the `DirectoryQuery` as JSON.
    pub text: String,
    /// Seconds since 1970; of a saved search 0.
    pub at: i64,
}

/// The state of one item. Items are told apart by kind and name; the order of entries of one item is which of them wins:
/// the clock, then, for changes that did not know of each other, the device, then the content.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub kind: Kind,
    /// FHIR Practitioner id; of a saved search its name; of a starred message its room and its event.
    pub item: String,
    /// Seconds since 1970, or more where that would not be later than what was known (hybrid logical clock).
    pub clock: i64,
    pub device: String,
    /// None once it was deleted.
    pub value: Option<Value>,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("kind", &self.kind).field("clock", &self.clock).finish_non_exhaustive()
    }
}

/// Marks an item as changed by this device at `at`, in seconds since 1970: later than everything it knows of, however its
/// own clock goes, and where it knows nothing of another change, as late as the clock says.
pub(super) fn touch(db: &Connection, kind: Kind, item: &str, device: &str, at: i64) -> rusqlite::Result<()> {
    db.execute(
        "INSERT OR REPLACE INTO version SELECT ?1, ?2, max(coalesce(max(clock), 0) + 1, ?4), ?3 FROM version",
        params![kind.name(), item, device, at],
    )
    .map(drop)
}

/// Every item there is or was.
pub(super) fn all(db: &Connection) -> rusqlite::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for kind in KINDS {
        let sql = match kind {
            Kind::Favourite => {
                "SELECT item, clock, device, iif(at IS NULL, NULL, ''), at
                 FROM version LEFT JOIN favourite ON practitioner = item WHERE kind = 'favourite'"
            }
            Kind::Note => {
                "SELECT item, clock, device, text, changed_at
                 FROM version LEFT JOIN note ON practitioner = item WHERE kind = 'note'"
            }
            Kind::Search => {
                "SELECT item, clock, device, query, 0
                 FROM version LEFT JOIN saved_search ON name = item WHERE kind = 'search'"
            }
            Kind::Star => {
                "SELECT version.item, clock, device, iif(at IS NULL, NULL, ''), at
                 FROM version LEFT JOIN star ON star.item = version.item WHERE kind = 'star'"
            }
        };
        let mut select = db.prepare_cached(sql)?;
        let rows = select.query_map([], |row| {
            let text: Option<String> = row.get(3)?;
            let at: Option<i64> = row.get(4)?;
            let value = text.map(|text| Value { text, at: at.unwrap_or_default() });
            Ok(Entry { kind, item: row.get(0)?, clock: row.get(1)?, device: row.get(2)?, value })
        })?;
        for row in rows {
            entries.push(row?);
        }
    }
    Ok(entries)
}

/// Takes over an entry if it is later than what is here; whether it was.
pub(super) fn merge(db: &Connection, entry: &Entry) -> rusqlite::Result<bool> {
    if one(db, entry.kind, &entry.item)?.is_some_and(|here| here >= *entry) {
        return Ok(false);
    }
    db.execute(
        "INSERT OR REPLACE INTO version VALUES (?1, ?2, ?3, ?4)",
        params![entry.kind.name(), entry.item, entry.clock, entry.device],
    )?;
    match (entry.kind, &entry.value) {
        (Kind::Favourite, Some(value)) => {
            db.execute("INSERT OR REPLACE INTO favourite VALUES (?1, ?2)", params![entry.item, value.at])
        }
        (Kind::Favourite, None) => db.execute("DELETE FROM favourite WHERE practitioner = ?1", [&entry.item]),
        (Kind::Note, Some(value)) => {
            db.execute("INSERT OR REPLACE INTO note VALUES (?1, ?2, ?3)", params![entry.item, value.text, value.at])
        }
        (Kind::Note, None) => db.execute("DELETE FROM note WHERE practitioner = ?1", [&entry.item]),
        (Kind::Search, Some(value)) => db.execute(
            "INSERT INTO saved_search VALUES (?1, ?2, ?3) ON CONFLICT (name) DO UPDATE SET query = ?3",
            params![uuid::Uuid::new_v4().to_string(), entry.item, value.text],
        ),
        (Kind::Search, None) => db.execute("DELETE FROM saved_search WHERE name = ?1", [&entry.item]),
        (Kind::Star, Some(value)) => {
            db.execute("INSERT OR REPLACE INTO star VALUES (?1, ?2)", params![entry.item, value.at])
        }
        (Kind::Star, None) => db.execute("DELETE FROM star WHERE item = ?1", [&entry.item]),
    }?;
    Ok(true)
}

fn one(db: &Connection, kind: Kind, item: &str) -> rusqlite::Result<Option<Entry>> {
    let version = db
        .prepare_cached("SELECT clock, device FROM version WHERE kind = ?1 AND item = ?2")?
        .query_row([kind.name(), item], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((clock, device)) = version else { return Ok(None) };
    let sql = match kind {
        Kind::Favourite => "SELECT '', at FROM favourite WHERE practitioner = ?1",
        Kind::Note => "SELECT text, changed_at FROM note WHERE practitioner = ?1",
        Kind::Search => "SELECT query, 0 FROM saved_search WHERE name = ?1",
        Kind::Star => "SELECT '', at FROM star WHERE item = ?1",
    };
    let value =
        db.prepare_cached(sql)?.query_row([item], |row| Ok(Value { text: row.get(0)?, at: row.get(1)? })).optional()?;
    Ok(Some(Entry { kind, item: item.to_owned(), clock, device, value }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use rand::rngs::StdRng;
    use rand::seq::SliceRandom;
    use rand::{Rng, SeedableRng};

    fn database() -> Connection {
        let db = Connection::open_in_memory().unwrap();
        for script in super::super::MIGRATIONS {
            db.execute_batch(script).unwrap();
        }
        db
    }

    fn state(db: &Connection) -> Vec<Entry> {
        let mut entries = all(db).unwrap();
        entries.sort();
        entries
    }

    /// An entry as a few devices with a few items might write it, so that many of them meet.
    fn any(random: &mut StdRng) -> Entry {
        let kind = KINDS[random.random_range(0..KINDS.len())];
        let text = match kind {
            Kind::Favourite | Kind::Star => String::new(),
            Kind::Note => ["急会诊可直接打分机。", "call 8021", "x"][random.random_range(0..3)].to_owned(),
            Kind::Search => format!("{{\"text\":\"{}\"}}", random.random_range(0..3)),
        };
        let at = if kind == Kind::Search { 0 } else { random.random_range(0..3) };
        Entry {
            kind,
            item: format!("item {}", random.random_range(0..4)),
            clock: random.random_range(1..5),
            device: ["", "A", "B"][random.random_range(0..3)].to_owned(),
            value: random.random_bool(0.7).then_some(Value { text, at }),
        }
    }

    #[test]
    fn whatever_the_order_and_however_often_every_device_holds_the_same() {
        for seed in 0..200 {
            let mut random = StdRng::seed_from_u64(seed);
            let mut entries: Vec<Entry> = (0..random.random_range(1..60)).map(|_| any(&mut random)).collect();
            let (one, other) = (database(), database());
            for entry in &entries {
                merge(&one, entry).unwrap();
            }
            entries.shuffle(&mut random);
            for entry in &entries {
                merge(&other, entry).unwrap();
            }
            assert_eq!(state(&one), state(&other), "seed {seed}");
            // Again, and each with all that the other holds: nothing is news.
            for entry in entries.iter().chain(&state(&other)) {
                assert!(!merge(&one, entry).unwrap(), "seed {seed}");
            }
            // In two halves that meet later.
            let (left, right) = (database(), database());
            let half = entries.len() / 2;
            for (index, entry) in entries.iter().enumerate() {
                merge(if index < half { &left } else { &right }, entry).unwrap();
            }
            for entry in state(&right) {
                merge(&left, &entry).unwrap();
            }
            assert_eq!(state(&left), state(&one), "seed {seed}");
        }
    }

    #[test]
    fn what_is_changed_here_is_later_than_all_that_was_seen() {
        let db = database();
        let value = Some(Value { text: "from elsewhere".into(), at: 1 });
        let seen = Entry { kind: Kind::Note, item: "zhang-wei".into(), clock: 41, device: "Z".into(), value };
        assert!(merge(&db, &seen).unwrap());
        db.execute("DELETE FROM note", []).unwrap();
        touch(&db, Kind::Note, "zhang-wei", "A", 7).unwrap();
        assert!(!merge(&db, &seen).unwrap(), "deleted after it was seen, it stays deleted");
        assert!(state(&db)[0].clock == 42 && state(&db)[0].value.is_none());
        touch(&db, Kind::Note, "zhang-wei", "A", 1_000).unwrap();
        assert_eq!(state(&db)[0].clock, 1_000, "where nothing is known of others, the time decides");
    }
}
