//! Finding messages: an index of everything in the conversations of this account that this machine has read.
//!
//! In an encrypted file of its own, beside the SDK's stores: it can be made again from them and from the homeserver, so that
//! a damaged one is set aside without a question, and it is written at other times and far more often than the directory.
//! It is filled from the SDK's event cache (`filling`), which also holds the messages a hit is opened among.

mod events;
mod fetching;
mod filling;
mod index;
mod messages;
mod naming;
mod query;
mod text;

pub use index::{Change, Message};
pub use query::{Cursor, Found, Hit, Query};

pub(crate) use fetching::backfill;
pub(crate) use filling::fill;
pub(crate) use messages::{coverage, find};
pub(crate) use naming::{keep as keep_names, rooms};

use crate::database::{Database, Found as Opened, Key, Migrations};
use consilium_api::account::Name;
use consilium_api::{Error, ErrorCode, Result};
use index::Reach;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::{Notify, watch};

/// Files of earlier versions are emptied by a script that drops what they hold: it comes again.
const MIGRATIONS: Migrations = &[include_str!("schema.sql")];

/// The index of one account; clones share it.
#[derive(Clone, Debug)]
pub struct MessageIndex {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    database: Database,
    /// Changes with what can be found.
    changes: watch::Sender<u64>,
    /// Rings when the file was begun anew.
    begun_anew: Notify,
    /// Rings when somebody or some room is new in it.
    unnamed: Notify,
    /// Every room was looked at since the start.
    prepared: AtomicBool,
    /// There is nothing more to fetch that can be had.
    exhausted: AtomicBool,
    /// How often something was missing between what was here and what came.
    gaps: AtomicU64,
    /// The highest number of anybody and any room that were met.
    met: AtomicI64,
    /// The room whose older messages the event cache loads for the index.
    fetching: Mutex<Option<String>>,
}

/// How much of all rooms is here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    pub complete: bool,
    /// Milliseconds since 1970, from which on everything is here.
    pub since: Option<i64>,
    pub undecryptable: u32,
}

/// Where a run of events of a room stands to what is in the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Run {
    /// It ends with the latest event there is, and `follows` what is here without a gap or has it in it.
    Latest { follows: bool },
    /// It comes right before what is here, if no gap came since so many were counted.
    Older { gaps: u64 },
    /// Single events that became other ones.
    Within,
}

/// Events of a room, oldest first.
#[derive(Clone, Debug)]
struct Batch {
    run: Run,
    changes: Vec<Change>,
    /// The time of the first event of the run, in milliseconds since 1970.
    since: Option<i64>,
    /// The last event of a run that is the latest.
    last: Option<String>,
    /// It reaches back to what was here before a gap.
    closes: bool,
    /// Nothing is before it.
    from_start: bool,
}

impl Batch {
    fn within(changes: Vec<Change>) -> Self {
        Self { run: Run::Within, changes, since: None, last: None, closes: false, from_start: false }
    }
}

impl MessageIndex {
    /// Opens or creates the index at `path`. A damaged one is set aside, which `Opened` says; it fills again.
    pub async fn open(path: &Path, key: Key) -> Result<(Self, Opened)> {
        let (database, found) = Database::open(path, key, MIGRATIONS).await?;
        let inner = Inner {
            database,
            changes: watch::Sender::new(0),
            begun_anew: Notify::new(),
            unnamed: Notify::new(),
            prepared: AtomicBool::new(false),
            exhausted: AtomicBool::new(false),
            gaps: AtomicU64::new(0),
            met: AtomicI64::new(0),
            fetching: Mutex::default(),
        };
        Ok((Self { inner: Arc::new(inner) }, found))
    }

    /// Waits for what is under way and closes the file; later calls fail.
    pub async fn close(&self) -> Result<()> {
        self.inner.database.close().await
    }

    /// Changes whenever more, less or something else can be found.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.inner.changes.subscribe()
    }

    fn changed(&self) {
        self.inner.changes.send_modify(|n| *n += 1);
    }

    pub async fn find(&self, query: Query) -> Result<Found> {
        self.read(move |db| query::find(db, &query)).await
    }

    /// Takes in what happened in a room. Answers what of the room is here now.
    async fn take(&self, room: &str, batch: Batch) -> Result<Reach> {
        let room = room.to_owned();
        let inner = self.inner.clone();
        let (reach, changed, met) = self
            .write(move |db| {
                let n = index::subject_or_new(db, &room)?;
                let before = index::reach(db, n)?;
                let reach = match batch.run {
                    Run::Older { gaps } if gaps != inner.gaps.load(Ordering::Acquire) => before,
                    _ => reached(before, &batch),
                };
                if batch.run == (Run::Latest { follows: false }) {
                    inner.gaps.fetch_add(1, Ordering::AcqRel);
                }
                let moved = index::keep_reach(db, n, &reach)?;
                let changed = index::apply(db, n, batch.changes)?;
                let met = db.query_row("SELECT max(n) FROM subject", [], |row| row.get::<_, i64>(0))?;
                Ok((reach, moved || changed, met))
            })
            .await?;
        if changed {
            self.changed();
        }
        if self.inner.met.fetch_max(met, Ordering::AcqRel) < met {
            self.inner.unnamed.notify_one();
        }
        Ok(reach)
    }

    /// Puts messages into the index as they would come from a room; for tests and measurements.
    pub async fn add(&self, room: &str, changes: Vec<Change>) -> Result<()> {
        self.take(room, Batch::within(changes)).await.map(drop)
    }

    async fn reach(&self, room: &str) -> Result<Reach> {
        let room = room.to_owned();
        self.read(move |db| match index::subject(db, &room)? {
            Some(n) => index::reach(db, n),
            None => Ok(Reach::default()),
        })
        .await
    }

    pub(crate) async fn forget_room(&self, room: &str) -> Result<()> {
        let room = room.to_owned();
        self.write(move |db| index::forget_room(db, &room)).await?;
        self.changed();
        Ok(())
    }

    /// Ids of the rooms there are, and whether all of each is here.
    pub(crate) async fn rooms(&self) -> Result<Vec<(String, bool)>> {
        self.read(|db| {
            db.prepare_cached("SELECT s.id, r.complete FROM room r JOIN subject s ON s.n = r.subject")?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
        .await
    }

    /// Events of a room that could not be read so far, at most `limit`.
    pub(crate) async fn undecryptable(&self, room: &str, limit: usize) -> Result<Vec<String>> {
        let room = room.to_owned();
        self.read(move |db| {
            let Some(n) = index::subject(db, &room)? else { return Ok(Vec::new()) };
            db.prepare_cached("SELECT event FROM undecryptable WHERE room = ?1 LIMIT ?2")?
                .query_map(params![n, limit as i64], |row| Ok(index::unpacked(&row.get::<_, Vec<u8>>(0)?)))?
                .collect()
        })
        .await
    }

    /// How many messages of a room were written after an event, but for those of `own`; none if it is not known when that was.
    /// `at`: when, in milliseconds since 1970, of an event that is no message.
    pub(crate) async fn written_after(
        &self,
        room: &str,
        own: &str,
        event: &str,
        at: Option<i64>,
    ) -> Result<Option<u64>> {
        let (room, own, event) = (room.to_owned(), own.to_owned(), event.to_owned());
        self.read(move |db| index::written_after(db, &room, &own, &event, at)).await
    }

    /// Messages by their rooms and events, as they are now; none for what is not here.
    pub(crate) async fn messages(&self, events: Vec<(String, String)>) -> Result<Vec<Option<Message>>> {
        self.read(move |db| events.iter().map(|(room, event)| index::message(db, room, event)).collect()).await
    }

    /// How much is here: of one room, or of all.
    pub async fn coverage(&self, room: Option<&str>) -> Result<Coverage> {
        let room = room.map(str::to_owned);
        self.read(move |db| coverage_of(db, room.as_deref())).await
    }

    /// Rooms and people, with the names by which they are found.
    pub(crate) async fn subjects(&self) -> Result<Vec<(String, Name)>> {
        self.read(|db| {
            db.prepare_cached("SELECT id, han, latin FROM subject")?
                .query_map([], |row| Ok((row.get(0)?, Name { han: row.get(1)?, latin: row.get(2)? })))?
                .collect()
        })
        .await
    }

    /// Says what these rooms and people are called from now on.
    pub async fn name(&self, names: Vec<(String, Name)>) -> Result<()> {
        if names.is_empty() {
            return Ok(());
        }
        // Working out the ways to write a name takes longer than storing them.
        let named: Vec<(String, Name, BTreeSet<String>)> = names
            .into_iter()
            .map(|(id, name)| {
                let tokens = crate::directory::naming::tokens(&name);
                (id, name, tokens)
            })
            .collect();
        self.write(move |db| named.iter().try_for_each(|(id, name, tokens)| give_name(db, id, name, tokens))).await
    }

    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Clone + Send + 'static,
    ) -> Result<T> {
        let generation = self.inner.database.generation();
        match self.inner.database.read(work.clone()).await {
            Err(error) if error.code == ErrorCode::DatabaseCorrupt => {
                self.begin_anew(generation).await?;
                self.inner.database.read(work).await
            }
            result => result,
        }
    }

    /// What was to be written to a damaged file comes again when the one in its place is filled.
    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        let generation = self.inner.database.generation();
        let written = self.inner.database.write(work).await;
        if let Err(Error { code: ErrorCode::DatabaseCorrupt, .. }) = written {
            self.begin_anew(generation).await?;
        }
        written
    }

    async fn begin_anew(&self, generation: u64) -> Result<()> {
        self.inner.database.rebuild(generation).await?;
        self.inner.prepared.store(false, Ordering::Release);
        self.inner.exhausted.store(false, Ordering::Release);
        self.inner.begun_anew.notify_one();
        self.changed();
        Ok(())
    }
}

/// What of a room is here once this is.
fn reached(before: Reach, batch: &Batch) -> Reach {
    let mut reach = before;
    let Some(since) = batch.since.filter(|_| batch.run != Run::Within) else { return reach };
    if let Run::Latest { follows } = batch.run {
        if !follows {
            // Something is missing between what was here and what came: what is before that waits until it is fetched.
            let head = reach.head.take();
            reach.older = head.zip(reach.since).map(|(head, since)| (head, since, reach.complete));
            (reach.since, reach.complete) = (None, false);
        }
        reach.head.clone_from(&batch.last);
    }
    reach.since = Some(reach.since.map_or(since, |before| before.min(since)));
    if batch.closes
        && let Some((_, since, complete)) = reach.older.take()
    {
        reach.since = reach.since.map(|now| now.min(since));
        reach.complete |= complete;
    }
    if batch.from_start {
        reach.complete = true;
        reach.older = None;
    }
    reach
}

fn coverage_of(db: &Connection, room: Option<&str>) -> rusqlite::Result<Coverage> {
    let n = match room {
        Some(id) => match index::subject(db, id)? {
            Some(n) => Some(n),
            None => return Ok(Coverage::default()),
        },
        None => None,
    };
    let (rooms, incomplete, since): (i64, i64, Option<i64>) = db
        .prepare_cached(
            "SELECT count(*), count(*) FILTER (WHERE NOT complete), max(since) FILTER (WHERE NOT complete)
             FROM room WHERE ?1 IS NULL OR subject = ?1",
        )?
        .query_row([n], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let undecryptable: i64 = db
        .prepare_cached("SELECT count(*) FROM undecryptable WHERE ?1 IS NULL OR room = ?1")?
        .query_row([n], |row| row.get(0))?;
    Ok(Coverage {
        // Where there is no conversation, nothing is missing.
        complete: incomplete == 0 && (rooms > 0 || n.is_none()),
        since,
        undecryptable: u32::try_from(undecryptable).unwrap_or(u32::MAX),
    })
}

fn give_name(db: &Connection, id: &str, name: &Name, tokens: &BTreeSet<String>) -> rusqlite::Result<()> {
    let n: Option<i64> = db
        .prepare_cached("UPDATE subject SET han = ?2, latin = ?3 WHERE id = ?1 RETURNING n")?
        .query_row(params![id, name.han, name.latin], |row| row.get(0))
        .optional()?;
    let Some(n) = n else { return Ok(()) };
    db.prepare_cached("DELETE FROM name_token WHERE subject = ?1")?.execute([n])?;
    let mut add = db.prepare_cached("INSERT OR IGNORE INTO name_token (token, subject) VALUES (?1, ?2)")?;
    for token in tokens {
        add.execute(params![token, n])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
