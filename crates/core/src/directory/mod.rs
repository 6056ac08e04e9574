//! The directory of colleagues on this machine: a copy of the registry's, searched offline.
//!
//! The copy follows the registry's `_history` (docs/registry-api.md) page by page. Each page, with its deletions and
//! the place where to go on, is one transaction, so that a copy that was broken off goes on where it was.

mod columns;
mod expression;
mod feed;
mod fold;
mod index;
mod known;
mod memory;
mod names;
mod people;
mod pinyin;
mod resources;
mod search;
mod sync;
mod terms;
mod typos;
mod verifier;

pub use feed::{Feed, FeedError};
pub use known::Acquaintances;
pub use pinyin::latin_name;

use crate::database::{Database, Found, Key, Migrations, remove_files};
use consilium_api::chat::Person;
use consilium_api::directory::{
    ColleagueCard, DirectoryCounts, DirectoryPage, DirectoryPhase, DirectoryQuery, DirectoryStatus, Facets,
    LetterStart, Text,
};
use consilium_api::{Error, ErrorCode};
use memory::People;
use rusqlite::Connection;
use search::{Desk, Memory};
use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// The first version's files are empty to the second, which fetches everything again.
const MIGRATIONS: Migrations = &["", include_str!("schema.sql")];

/// The directory of one account; clones share it.
#[derive(Clone, Debug)]
pub struct Directory {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    database: Database,
    key: Key,
    /// One fetch at a time.
    syncing: tokio::sync::Mutex<()>,
    status: watch::Sender<DirectoryStatus>,
    changes: watch::Sender<u64>,
    viewer: Mutex<Option<String>>,
    acquaintances: Mutex<Option<watch::Receiver<Arc<Acquaintances>>>>,
    people: People,
    memory: Memory,
    /// The day as of which verifications are in force in the index: `YYYY-MM-DD`, empty before the first look.
    day: Mutex<String>,
}

impl Directory {
    /// Opens or creates the copy at `path`. A damaged one is set aside, which `Found` says; the next `sync` fetches it
    /// again.
    pub async fn open(path: &Path, key: Key) -> Result<(Self, Found), Error> {
        let (database, found) = Database::open(path, key.clone(), MIGRATIONS).await?;
        let empty = DirectoryStatus {
            phase: DirectoryPhase::Empty,
            loaded: 0,
            total: 0,
            colleagues: 0,
            as_of: None,
            problem: None,
        };
        let inner = Inner {
            database,
            key,
            syncing: tokio::sync::Mutex::default(),
            status: watch::Sender::new(empty),
            changes: watch::Sender::new(0),
            viewer: Mutex::default(),
            acquaintances: Mutex::default(),
            people: People::default(),
            memory: Memory::default(),
            day: Mutex::default(),
        };
        let directory = Self { inner: Arc::new(inner) };
        let stored = directory.read(sync::stored_status).await?;
        directory.inner.status.send_replace(stored);
        Ok((directory, found))
    }

    /// Waits for what is under way and closes the files; later calls fail.
    pub async fn close(&self) -> Result<(), Error> {
        self.inner.database.close().await
    }

    /// Removes the files of a directory that is closed.
    pub fn remove(path: &Path) -> Result<(), Error> {
        remove_files(&shadow_path(path))?;
        remove_files(path)
    }

    /// Says whose directory it is: their hospital comes first in results, and their own card is `me`.
    pub fn set_viewer(&self, user_id: Option<&str>) {
        *self.inner.viewer.lock().unwrap_or_else(PoisonError::into_inner) = user_id.map(str::to_owned);
        self.inner.changes.send_modify(|n| *n += 1);
    }

    fn viewer(&self) -> Option<String> {
        self.inner.viewer.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How whole and how fresh the copy is, and how far a fetch has come.
    pub fn status(&self) -> watch::Receiver<DirectoryStatus> {
        self.inner.status.subscribe()
    }

    /// Changes whenever an answer of this directory may have become another.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.inner.changes.subscribe()
    }

    /// Whom the doctor knows, now and later: they come first in results.
    pub fn set_acquaintances(&self, acquaintances: watch::Receiver<Arc<Acquaintances>>) {
        *self.inner.acquaintances.lock().unwrap_or_else(PoisonError::into_inner) = Some(acquaintances);
        self.inner.memory.forget_known();
    }

    fn acquaintances(&self) -> Arc<Acquaintances> {
        let followed = self.inner.acquaintances.lock().unwrap_or_else(PoisonError::into_inner);
        followed.as_ref().map(|now| Arc::clone(&now.borrow())).unwrap_or_default()
    }

    /// The colleagues that match, in the order that the query asks for.
    pub async fn search(&self, query: DirectoryQuery) -> Result<DirectoryPage, Error> {
        self.ask(move |desk| desk.page(&query)).await
    }

    /// The values by which the search can be narrowed, with their counts.
    pub async fn facets(&self, query: DirectoryQuery) -> Result<Facets, Error> {
        self.ask(move |desk| desk.facets(&query)).await
    }

    /// Where each letter begins in a search sorted by name; empty for other orders.
    pub async fn letters(&self, query: DirectoryQuery) -> Result<Vec<LetterStart>, Error> {
        self.ask(move |desk| desk.letters(&query)).await
    }

    pub async fn counts(&self) -> Result<DirectoryCounts, Error> {
        self.ask(|desk| {
            let my_hospital = match desk.own {
                Some(n) => desk
                    .db
                    .prepare_cached("SELECT count(*) FROM colleague WHERE organization = ?1")?
                    .query_row([n], |row| row.get(0))?,
                None => 0,
            };
            let (favourites, recent) = desk.acquainted()?;
            Ok(DirectoryCounts { all: search::count(desk.db, None)?, my_hospital, favourites, recent })
        })
        .await
    }

    /// Works out beforehand what the first filters, orders and far pages need. Takes about a second for a million.
    pub async fn prepare(&self) -> Result<(), Error> {
        self.ask(|desk| desk.prepare()).await
    }

    async fn ask<T: Send + 'static>(
        &self,
        work: impl Fn(&Desk<'_>) -> rusqlite::Result<T> + Clone + Send + 'static,
    ) -> Result<T, Error> {
        let (inner, viewer, today) = (Arc::clone(&self.inner), self.viewer(), today());
        self.keep_day(&today).await;
        let acquaintances = self.acquaintances();
        self.read(move |db| {
            work(&Desk {
                db,
                memory: &inner.memory,
                state: (inner.database.generation(), sync::revision(db)?),
                own: own_hospital(db, viewer.as_deref())?,
                acquaintances: &acquaintances,
                today: &today,
            })
        })
        .await
    }

    /// Takes the badge in the index from those whose verification ran out, at the first question of a day.
    async fn keep_day(&self, today: &str) {
        {
            let mut day = self.inner.day.lock().unwrap_or_else(PoisonError::into_inner);
            if day.as_str() >= today {
                return;
            }
            // Tried once: a full disk must not make every search wait.
            today.clone_into(&mut day);
        }
        let (as_of, since) = (today.to_owned(), today.to_owned());
        // A look does not wait for what is being written, such as a first load.
        if !matches!(self.inner.database.read(move |db| index::has_expired(db, &since)).await, Ok(true)) {
            return;
        }
        match self.inner.database.write(move |db| index::expire(db, &as_of)).await {
            Ok(true) => self.inner.changes.send_modify(|n| *n += 1),
            Ok(false) => {}
            Err(error) => tracing::warn!(code = ?error.code, "expired verifications stay in the index"),
        }
    }

    /// The card of a colleague, by FHIR Practitioner id. `NotFound` if nobody listed has it.
    pub async fn colleague(&self, id: &str) -> Result<ColleagueCard, Error> {
        let (id, viewer) = (id.to_owned(), self.viewer());
        let card = self.read(move |db| match people::practitioner_with_id(db, &id)? {
            Some(n) => people::card(db, n, viewer.as_deref(), &today()),
            None => Ok(None),
        });
        card.await?.ok_or_else(|| Error::new(ErrorCode::NotFound, "no such colleague"))
    }

    /// The card of the owner of an account, as they see it themselves.
    pub async fn me(&self, user_id: &str) -> Result<Option<ColleagueCard>, Error> {
        let user_id = user_id.to_owned();
        self.read(move |db| match people::practitioner_of(db, &user_id)? {
            Some(n) => people::card(db, n, Some(&user_id), &today()),
            None => Ok(None),
        })
        .await
    }

    /// FHIR id and name of the hospital where the owner of an account works.
    pub async fn organization_of(&self, user_id: &str) -> Result<Option<(String, Text)>, Error> {
        let user_id = user_id.to_owned();
        Ok(self.read(move |db| people::hospital_of(db, &user_id)).await?.map(|(_, id, name)| (id, name)))
    }

    /// Who stands behind an account, if the directory knows.
    pub async fn person_by_user_id(&self, user_id: &str) -> Result<Option<Person>, Error> {
        Ok(self.people([user_id]).await?.remove(user_id))
    }

    /// Who stands behind these accounts; those that the directory does not know are left out. Remembered until the
    /// directory changes.
    pub async fn people<'a>(
        &self,
        user_ids: impl IntoIterator<Item = &'a str>,
    ) -> Result<HashMap<String, Person>, Error> {
        let revision = *self.inner.changes.borrow();
        let mut found = HashMap::new();
        let mut unknown = Vec::new();
        for user_id in user_ids {
            match self.inner.people.get(revision, user_id) {
                Some(Some(person)) => drop(found.insert(user_id.to_owned(), person)),
                Some(None) => {}
                None => unknown.push(user_id.to_owned()),
            }
        }
        if unknown.is_empty() {
            return Ok(found);
        }
        let today = today();
        let read: Vec<(String, Option<Person>)> = self
            .read(move |db| {
                unknown.iter().map(|user_id| Ok((user_id.clone(), people::person(db, user_id, &today)?))).collect()
            })
            .await?;
        for (user_id, person) in read {
            self.inner.people.put(revision, &user_id, person.clone());
            found.extend(person.map(|person| (user_id, person)));
        }
        Ok(found)
    }

    /// The person behind an account, if `people` was asked for them since the directory last changed. Never waits.
    pub fn remembered_person(&self, user_id: &str) -> Option<Person> {
        self.inner.people.get(*self.inner.changes.borrow(), user_id).flatten()
    }

    /// Reads; a file that turns out to be damaged is set aside, and the empty one answers.
    async fn read<T: Send + 'static>(
        &self,
        work: impl Fn(&Connection) -> rusqlite::Result<T> + Clone + Send + 'static,
    ) -> Result<T, Error> {
        let database = &self.inner.database;
        let generation = database.generation();
        match database.read(work.clone()).await {
            Err(e) if e.code == ErrorCode::DatabaseCorrupt => {
                self.begin_anew(generation).await?;
                database.read(work).await
            }
            result => result,
        }
    }

    async fn begin_anew(&self, generation: u64) -> Result<(), Error> {
        self.inner.database.rebuild(generation).await?;
        self.file_changed().await
    }

    /// Another file took the place of the old one.
    async fn file_changed(&self) -> Result<(), Error> {
        let stored = self.inner.database.read(sync::stored_status).await?;
        self.inner.status.send_replace(stored);
        self.inner.changes.send_modify(|n| *n += 1);
        Ok(())
    }
}

fn own_hospital(db: &Connection, viewer: Option<&str>) -> rusqlite::Result<Option<i64>> {
    match viewer {
        Some(user_id) => Ok(people::hospital_of(db, user_id)?.map(|(n, ..)| n)),
        None => Ok(None),
    }
}

/// Where a copy is built anew while the old one is in use.
fn shadow_path(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".next");
    name.into()
}

fn today() -> String {
    chrono::Utc::now().format("%Y-%m-%d").to_string()
}

#[cfg(test)]
mod tests;
