//! The directory of colleagues on this machine: a copy of the registry's, searched offline.
//!
//! The copy follows the published directory (docs/directory-api.md) file by file. Each file of a first load, and later
//! each set of changes, is one transaction, so that a copy that was broken off goes on where it was. What is shown as
//! verified was signed by the registry: see `vouched`.

mod bits;
mod choices;
mod columns;
mod common;
mod contact;
mod contact_number;
mod contact_sync;
mod feed;
pub(crate) mod fold;
mod former;
mod found;
mod grams;
mod index;
mod known;
mod leave;
mod leaves;
mod loading;
mod lookup;
mod memory;
mod names;
pub(crate) mod naming;
mod numbers;
mod organizations;
mod page;
mod people;
mod pinyin;
mod postings;
mod query;
mod renamed;
mod resources;
mod rows;
mod scope;
mod search;
mod shared;
mod sites;
mod stored;
mod sync;
mod taking;
mod terms;
mod touched;
mod typos;
mod verifier;
mod vouched;

pub use contact_sync::ContactFeed;
pub use feed::{Answered, Feed, FeedError};
pub use known::Acquaintances;
pub use names::is_called;
pub use pinyin::latin_name;

use crate::database::{Database, Found, Key, Migrations, remove_files};
use consilium_api::chat::Person;
use consilium_api::directory::{
    ColleagueCard, DirectoryCounts, DirectoryPage, DirectoryQuery, DirectoryStatus, Facets, LetterStart, Text,
};
use consilium_api::{Error, ErrorCode};
use memory::People;
use rusqlite::Connection;
pub use scope::Scope;
use search::{Desk, Memory};
use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::sync::watch;
use vouched::{Vouched, Vouching};

/// Files of earlier versions are empty to this one, which fetches everything again.
const MIGRATIONS: Migrations = &[
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    include_str!("schema.sql"),
    include_str!("publication.sql"),
    include_str!("contact.sql"),
];

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
    /// Held while contacts are written, and while another file takes the place of this one with them.
    keeping_contacts: tokio::sync::Mutex<()>,
    status: watch::Sender<DirectoryStatus>,
    /// The doctor stopped the fetch.
    paused: watch::Sender<bool>,
    /// How much of the directory the doctor wants; a fetch of something else ends when it changes.
    wanted: watch::Sender<Scope>,
    /// When the registry was last asked how large the parts are.
    sized_at: Mutex<Option<Instant>>,
    changes: watch::Sender<u64>,
    viewer: Mutex<Option<String>>,
    acquaintances: Mutex<Option<watch::Receiver<Arc<Acquaintances>>>>,
    people: People,
    memory: Memory,
    vouching: Vouching,
    counted: Arc<organizations::Counted>,
}

impl Directory {
    /// Opens or creates the copy at `path`. A damaged one is set aside, which `Found` says; the next `sync` fetches it
    /// again. An empty one is made for what was `chosen`: a disk with little room has no more of it now.
    pub async fn open(path: &Path, key: Key, chosen: Option<Scope>) -> Result<(Self, Found), Error> {
        let (database, found) = Database::open(path, key.clone(), MIGRATIONS).await?;
        if let Some(chosen) = chosen
            && database.read(sync::is_empty).await?
        {
            database.write(move |db| scope::begin_with(db, &chosen)).await?;
        }
        let (paused, wanted) = database.read(|db| Ok((sync::paused(db)?, scope::wanted(db)?))).await?;
        let inner = Inner {
            database,
            key,
            syncing: tokio::sync::Mutex::default(),
            keeping_contacts: tokio::sync::Mutex::default(),
            status: watch::Sender::default(),
            paused: watch::Sender::new(paused),
            wanted: watch::Sender::new(wanted),
            sized_at: Mutex::default(),
            changes: watch::Sender::new(0),
            viewer: Mutex::default(),
            acquaintances: Mutex::default(),
            people: People::default(),
            memory: Memory::default(),
            vouching: Vouching::default(),
            counted: Arc::default(),
        };
        let directory = Self { inner: Arc::new(inner) };
        let inner = Arc::clone(&directory.inner);
        let stored = directory.read(move |db| inner.status_of(db)).await?;
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
            let my_hospital = desk.at_own_hospital()?;
            let (favourites, recent) = desk.acquainted()?;
            Ok(DirectoryCounts { all: search::count(desk.db)?, my_hospital, favourites, recent })
        })
        .await
    }

    /// Reads beforehand what searches, filters and orders need. Takes about a second for a million.
    pub async fn prepare(&self) -> Result<(), Error> {
        self.ask(|desk| desk.prepare()).await
    }

    async fn ask<T: Send + 'static>(
        &self,
        work: impl Fn(&Desk<'_>) -> rusqlite::Result<T> + Clone + Send + 'static,
    ) -> Result<T, Error> {
        let (inner, viewer, today) = (Arc::clone(&self.inner), self.viewer(), today());
        let acquaintances = self.acquaintances();
        self.read(move |db| {
            let generation = inner.database.generation();
            let vouched = inner.vouched(db)?;
            // It may come to its end between two fetches.
            let doubt = vouched.doubt();
            inner.status.send_if_modified(|status| std::mem::replace(&mut status.doubt, doubt) != doubt);
            work(&Desk {
                db,
                vouched,
                memory: &inner.memory,
                state: (generation, sync::revision(db)?),
                own: own_hospital(db, viewer.as_deref())?,
                acquaintances: &acquaintances,
                today: if doubt.is_some() { stored::NEVER } else { today },
            })
        })
        .await
    }

    /// The card of a colleague, by FHIR Practitioner id, also that of an entry which gave way to theirs. `NotFound` if nobody
    /// listed has it.
    pub async fn colleague(&self, id: &str) -> Result<ColleagueCard, Error> {
        let (id, viewer, inner) = (id.to_owned(), self.viewer(), Arc::clone(&self.inner));
        let day = chrono::Local::now().date_naive();
        let card = self.read(move |db| {
            let rank = match people::rank_with_id(db, &id)? {
                Some(rank) => Some(rank),
                None => former::rank_of_bearer(db, &id)?,
            };
            match rank {
                Some(rank) => people::card(db, rank, viewer.as_deref(), (today(), day), &inner.vouched(db)?),
                None => Ok(None),
            }
        });
        card.await?.ok_or_else(|| Error::new(ErrorCode::NotFound, "no such colleague"))
    }

    /// The card of the owner of an account, as they see it themselves.
    pub async fn me(&self, user_id: &str) -> Result<Option<ColleagueCard>, Error> {
        let (user_id, inner) = (user_id.to_owned(), Arc::clone(&self.inner));
        let day = chrono::Local::now().date_naive();
        self.read(move |db| match people::rank_of(db, &user_id)? {
            Some(rank) => people::card(db, rank, Some(&user_id), (today(), day), &inner.vouched(db)?),
            None => Ok(None),
        })
        .await
    }

    /// Ids of entries that gave way, each with the id of the entry that is kept in its place.
    pub async fn former_ids(&self) -> Result<Vec<(String, String)>, Error> {
        self.read(former::all).await
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
        let (today, inner) = (today(), Arc::clone(&self.inner));
        let read: Vec<(String, Option<Person>)> = self
            .read(move |db| {
                let vouched = inner.vouched(db)?;
                let person = |user_id: &String| people::person(db, user_id, today, &vouched);
                unknown.iter().map(|user_id| Ok((user_id.clone(), person(user_id)?))).collect()
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
        let wanted = self.inner.wanted.borrow().clone();
        self.inner.database.write(move |db| scope::begin_with(db, &wanted)).await?;
        self.file_changed().await
    }

    /// Another file took the place of the old one.
    async fn file_changed(&self) -> Result<(), Error> {
        let inner = Arc::clone(&self.inner);
        let stored = self.inner.database.read(move |db| inner.status_of(db)).await?;
        self.inner.status.send_replace(stored);
        self.inner.changes.send_modify(|n| *n += 1);
        Ok(())
    }
}

impl Inner {
    /// The state as the database holds it, and whether it is to be believed.
    fn status_of(&self, db: &Connection) -> rusqlite::Result<DirectoryStatus> {
        let (doubt, paused) = (self.vouched(db)?.doubt(), *self.paused.borrow());
        Ok(DirectoryStatus { doubt, paused, ..sync::stored_status(db)? })
    }

    fn vouched(&self, db: &Connection) -> rusqlite::Result<Vouched> {
        self.vouching.now(db, self.database.generation())
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

/// In days since 1970.
fn today() -> u16 {
    stored::days(&chrono::Utc::now().format("%Y-%m-%d").to_string())
}

#[cfg(test)]
mod tests;
