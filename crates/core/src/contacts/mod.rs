//! What a doctor keeps for themselves: favourites, private notes, saved searches, starred messages, and with whom they
//! wrote lately. In an encrypted file of its own: the directory is a copy that may be set aside and fetched anew. The first
//! four follow the doctor to their other devices (`account::lists`). What they type to have their own entry changed is here too,
//! how much of the directory they want, and what they wrote to go out later.

mod carried;
pub(crate) mod entries;
mod own_application;
mod scheduled;
mod scope;
mod stars;
pub(crate) mod vcard;

pub(crate) use entries::{Entry, Kind};
pub(crate) use own_application::{Draft, OwnApplication};
pub(crate) use scheduled::Scheduled;
pub(crate) use vcard::{business_card, file_name, is_on_business_card, vcards};

use crate::database::{Database, Found, Key, Migrations};
use crate::directory::Acquaintances;
use consilium_api::directory::{DirectoryQuery, SaveNote, SaveSearch, SavedSearch, SetFavourite};
use consilium_api::{Error, ErrorCode, Result};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

const MIGRATIONS: Migrations = &[
    include_str!("schema.sql"),
    include_str!("versions.sql"),
    include_str!("own_application.sql"),
    include_str!("stars.sql"),
    include_str!("scope.sql"),
    include_str!("scheduled.sql"),
];
/// Colleagues who count as recent.
const RECENT: i64 = 50;
const LONGEST_NOTE: usize = 2_000;
const LONGEST_NAME: usize = 100;
const MOST_SEARCHES: i64 = 200;
/// What follows the doctor has to fit into a few dozen events of account data (`account::lists`).
const MOST_FAVOURITES: i64 = 5_000;
const MOST_NOTES: i64 = 1_000;

/// The contacts of one account; clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Contacts {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    database: Database,
    /// The Matrix device that changes are made on.
    device: String,
    acquaintances: watch::Sender<Arc<Acquaintances>>,
    /// Changes with everything that a screen shows of it.
    changes: watch::Sender<u64>,
    /// Changes with what is shown of the applications about the own entry.
    own_applications: watch::Sender<u64>,
    /// Changes with the messages that wait for their time.
    scheduled: watch::Sender<u64>,
    /// When somebody was last written with, as the file has it: most reports are no news.
    contacted: Mutex<HashMap<String, i64>>,
}

impl Contacts {
    /// Opens or creates the file at `path`. A damaged one is set aside and stays beside it, which `Found` says.
    pub(crate) async fn open(path: &Path, key: Key, device: &str) -> Result<(Self, Found)> {
        let (database, found) = Database::open(path, key, MIGRATIONS).await?;
        let (acquaintances, contacted) = database.read(|db| Ok((acquaintances(db)?, contacted(db)?))).await?;
        let inner = Inner {
            database,
            device: device.to_owned(),
            acquaintances: watch::Sender::new(Arc::new(acquaintances)),
            changes: watch::Sender::new(0),
            own_applications: watch::Sender::new(0),
            scheduled: watch::Sender::new(0),
            contacted: Mutex::new(contacted),
        };
        Ok((Self { inner: Arc::new(inner) }, found))
    }

    /// Waits for what is under way and closes the file; later calls fail.
    pub(crate) async fn close(&self) -> Result<()> {
        self.inner.database.close().await
    }

    /// Whom the doctor knows.
    pub(crate) fn acquaintances(&self) -> watch::Receiver<Arc<Acquaintances>> {
        self.inner.acquaintances.subscribe()
    }

    /// Changes whenever an answer may have become another.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.inner.changes.subscribe()
    }

    pub(crate) fn is_favourite(&self, practitioner_id: &str) -> bool {
        self.inner.acquaintances.borrow().favourites.contains(practitioner_id)
    }

    /// `at` is in seconds since 1970.
    pub(crate) async fn set_favourite(&self, input: SetFavourite, at: i64) -> Result<()> {
        if input.practitioner_id.is_empty() {
            return Err(Error::new(ErrorCode::InvalidInput, "no colleague is named"));
        }
        let device = self.inner.device.clone();
        self.change(move |db| {
            let id = &input.practitioner_id;
            let changed = if input.favourite {
                if others(db, "SELECT count(*) FROM favourite WHERE practitioner <> ?1", id)? >= MOST_FAVOURITES {
                    return Ok(Outcome::Full);
                }
                db.execute("INSERT OR IGNORE INTO favourite VALUES (?1, ?2)", params![id, at])?
            } else {
                db.execute("DELETE FROM favourite WHERE practitioner = ?1", [id])?
            };
            if changed > 0 {
                entries::touch(db, Kind::Favourite, id, &device, at)?;
            }
            Ok(Outcome::Done)
        })
        .await
    }

    /// The note on a colleague; empty if there is none.
    pub(crate) async fn note(&self, practitioner_id: &str) -> Result<String> {
        let id = practitioner_id.to_owned();
        let note = self.inner.database.read(move |db| {
            db.query_row("SELECT text FROM note WHERE practitioner = ?1", [id], |row| row.get(0)).optional()
        });
        Ok(note.await?.unwrap_or_default())
    }

    /// `at` is in seconds since 1970. `TooLarge` beyond 2,000 characters, or what is there if that is longer: two notes may
    /// have become one (`carried`).
    pub(crate) async fn save_note(&self, input: SaveNote, at: i64) -> Result<()> {
        let text = input.text.trim().to_owned();
        let length = text.chars().count();
        if length > LONGEST_NOTE && length > self.note(&input.practitioner_id).await?.chars().count() {
            return Err(Error::new(ErrorCode::TooLarge, format!("a note has at most {LONGEST_NOTE} characters")));
        }
        if input.practitioner_id.is_empty() {
            return Err(Error::new(ErrorCode::InvalidInput, "no colleague is named"));
        }
        let device = self.inner.device.clone();
        self.change(move |db| {
            let id = &input.practitioner_id;
            let changed = if text.is_empty() {
                db.execute("DELETE FROM note WHERE practitioner = ?1", [id])?
            } else {
                if others(db, "SELECT count(*) FROM note WHERE practitioner <> ?1", id)? >= MOST_NOTES {
                    return Ok(Outcome::Full);
                }
                db.execute(
                    "INSERT INTO note VALUES (?1, ?2, ?3)
                     ON CONFLICT (practitioner) DO UPDATE SET text = ?2, changed_at = ?3 WHERE text <> ?2",
                    params![id, text, at],
                )?
            };
            if changed > 0 {
                entries::touch(db, Kind::Note, id, &device, at)?;
            }
            Ok(Outcome::Done)
        })
        .await
    }

    /// A message went either way between the doctor and this account; `at` is in seconds since 1970. Reports of what is
    /// known already cost nothing.
    pub(crate) async fn wrote_with(&self, user_id: &str, at: i64) -> Result<()> {
        {
            let mut contacted = self.inner.contacted.lock().unwrap_or_else(PoisonError::into_inner);
            match contacted.get(user_id) {
                Some(last) if *last >= at => return Ok(()),
                _ => contacted.insert(user_id.to_owned(), at),
            };
        }
        let user_id = user_id.to_owned();
        let written = self.inner.database.write(move |db| {
            db.execute(
                "INSERT INTO contacted VALUES (?1, ?2) ON CONFLICT (user_id) DO UPDATE SET at = max(at, ?2)",
                params![user_id, at],
            )?;
            acquaintances(db)
        });
        self.became(written.await?, false);
        Ok(())
    }

    /// Saved searches by name.
    pub(crate) async fn saved_searches(&self) -> Result<Vec<SavedSearch>> {
        let read = self.inner.database.read(|db| {
            db.prepare("SELECT id, name, query FROM saved_search ORDER BY name")?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?)))?
                .collect::<rusqlite::Result<Vec<(String, String, String)>>>()
        });
        let searches = read.await?.into_iter().filter_map(|(id, name, query)| {
            // One that a later version wrote and this one does not understand is left alone.
            Some(SavedSearch { id, name, query: serde_json::from_str(&query).ok()? })
        });
        Ok(searches.collect())
    }

    /// Keeps a search under a name; one of the same name is replaced. `at` is in seconds since 1970. `InvalidInput` for a
    /// name that is none, `TooLarge` beyond 200 searches.
    pub(crate) async fn save_search(&self, input: SaveSearch, at: i64) -> Result<SavedSearch> {
        let name = input.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            return Err(Error::new(ErrorCode::InvalidInput, "not a name of a search"));
        }
        let query = DirectoryQuery { offset: 0, limit: 0, ..input.query };
        let text = serde_json::to_string(&query)
            .map_err(|_| Error::new(ErrorCode::Internal, "a search could not be serialized"))?;
        let new_id = uuid::Uuid::new_v4().to_string();
        let saved = SavedSearch { id: new_id.clone(), name: name.clone(), query };
        let device = self.inner.device.clone();
        let written = self.inner.database.write(move |db| {
            if others(db, "SELECT count(*) FROM saved_search WHERE name <> ?1", &name)? >= MOST_SEARCHES {
                return Ok(None);
            }
            entries::touch(db, Kind::Search, &name, &device, at)?;
            db.query_row(
                "INSERT INTO saved_search VALUES (?1, ?2, ?3) ON CONFLICT (name) DO UPDATE SET query = ?3 RETURNING id",
                params![new_id, name, text],
                |row| row.get::<_, String>(0),
            )
            .map(Some)
        });
        let Some(id) = written.await? else {
            return Err(Error::new(ErrorCode::TooLarge, format!("at most {MOST_SEARCHES} searches are kept")));
        };
        self.inner.changes.send_modify(|n| *n += 1);
        Ok(SavedSearch { id, ..saved })
    }

    /// `at` is in seconds since 1970.
    pub(crate) async fn delete_search(&self, id: &str, at: i64) -> Result<()> {
        let id = id.to_owned();
        let device = self.inner.device.clone();
        self.change(move |db| {
            let name: Option<String> = db
                .query_row("DELETE FROM saved_search WHERE id = ?1 RETURNING name", [id], |row| row.get(0))
                .optional()?;
            if let Some(name) = name {
                entries::touch(db, Kind::Search, &name, &device, at)?;
            }
            Ok(Outcome::Done)
        })
        .await
    }

    /// Every favourite, note and saved search there is or was, sorted.
    pub(crate) async fn entries(&self) -> Result<Vec<Entry>> {
        let mut entries = self.inner.database.read(entries::all).await?;
        entries.sort();
        Ok(entries)
    }

    /// Takes over what another of the doctor's devices changed later.
    pub(crate) async fn merge(&self, entries: Vec<Entry>) -> Result<()> {
        let merged = self.inner.database.write(move |db| {
            let mut changed = false;
            for entry in &entries {
                changed |= entries::merge(db, entry)?;
            }
            Ok((changed, acquaintances(db)?))
        });
        if let (true, acquaintances) = merged.await? {
            self.became(acquaintances, true);
        }
        Ok(())
    }

    async fn change(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<Outcome> + Send + 'static) -> Result<()> {
        let written = self.inner.database.write(move |db| Ok((work(db)?, acquaintances(db)?)));
        match written.await? {
            (Outcome::Done, acquaintances) => {
                self.became(acquaintances, true);
                Ok(())
            }
            (Outcome::Full, _) => Err(Error::new(ErrorCode::TooLarge, "the list is full")),
        }
    }

    /// The file holds these now. That the order of recent contacts changed is no reason to ask everything again.
    fn became(&self, acquaintances: Acquaintances, shown: bool) {
        let recent = acquaintances.recent.clone();
        let mut before: Arc<Acquaintances> = Arc::default();
        self.inner.acquaintances.send_modify(|now| {
            let next = Acquaintances { version: now.version + 1, ..acquaintances };
            before = std::mem::replace(now, Arc::new(next));
        });
        let sorted = |recent: &[String]| {
            let mut recent = recent.to_vec();
            recent.sort_unstable();
            recent
        };
        if shown || sorted(&before.recent) != sorted(&recent) {
            self.inner.changes.send_modify(|n| *n += 1);
        }
    }
}

/// Whether there was room for a change.
enum Outcome {
    Done,
    Full,
}

fn others(db: &Connection, sql: &str, id: &str) -> rusqlite::Result<i64> {
    db.query_row(sql, [id], |row| row.get(0))
}

fn acquaintances(db: &Connection) -> rusqlite::Result<Acquaintances> {
    Ok(Acquaintances {
        favourites: db
            .prepare("SELECT practitioner FROM favourite")?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?,
        recent: db
            .prepare("SELECT user_id FROM contacted ORDER BY at DESC, user_id LIMIT ?1")?
            .query_map([RECENT], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?,
        version: 0,
    })
}

fn contacted(db: &Connection) -> rusqlite::Result<HashMap<String, i64>> {
    db.prepare("SELECT user_id, at FROM contacted")?.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

#[cfg(test)]
mod tests;
