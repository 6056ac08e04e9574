//! Following the feed.

use super::feed::{Feed, FeedError};
use super::{Directory, MIGRATIONS, index, resources, search, shadow_path};
use crate::database::{Database, remove_files};
use chrono::{SecondsFormat, Utc};
use consilium_api::directory::{DirectoryPhase, DirectoryStatus};
use consilium_api::{Error, ErrorCode};
use consilium_fhir::Bundle;
use rusqlite::{Connection, params};
use std::collections::HashSet;

impl Directory {
    /// Fetches what is missing: the whole directory the first time, later what changed. Progress and outcome show in
    /// `status`. A second call waits for the first. Dropping it stops after the page at hand.
    pub async fn sync(&self, feed: &impl Feed) -> Result<(), Error> {
        let _turn = self.inner.syncing.lock().await;
        let generation = self.inner.database.generation();
        let result = match self.fetch(feed).await {
            Err(e) if e.code == ErrorCode::DatabaseCorrupt => {
                self.begin_anew(generation).await?;
                self.fetch(feed).await
            }
            result => result,
        };
        let stored = self.inner.database.read(stored_status).await;
        self.inner.status.send_modify(|status| {
            if let Ok(stored) = stored {
                *status = stored;
            }
            status.problem = result.as_ref().err().cloned();
        });
        result
    }

    async fn fetch(&self, feed: &impl Feed) -> Result<(), Error> {
        if !shadow_path(self.inner.database.path()).exists() {
            match self.follow(&self.inner.database, feed, Place::Here).await {
                Err(FeedError::Failed(error)) => return Err(error),
                Err(FeedError::Expired) => {}
                Ok(()) => return Ok(()),
            }
        }
        self.build_anew(feed).await
    }

    /// Fetches everything into a file beside this one, which stays in use meanwhile, and puts it into its place.
    async fn build_anew(&self, feed: &impl Feed) -> Result<(), Error> {
        let path = shadow_path(self.inner.database.path());
        let (shadow, _) = Database::open(&path, self.inner.key.clone(), MIGRATIONS).await?;
        let mut result = self.follow(&shadow, feed, Place::Shadow).await;
        if result == Err(FeedError::Expired) {
            // The registry changed again while this one was half fetched.
            shadow.close().await?;
            remove_files(&path)?;
            let (again, _) = Database::open(&path, self.inner.key.clone(), MIGRATIONS).await?;
            result = self.follow(&again, feed, Place::Shadow).await;
            return self.put_into_place(result, &again).await;
        }
        self.put_into_place(result, &shadow).await
    }

    async fn put_into_place(&self, result: Result<(), FeedError>, shadow: &Database) -> Result<(), Error> {
        match result {
            Err(FeedError::Failed(error)) => {
                shadow.close().await?;
                Err(error)
            }
            Err(FeedError::Expired) => {
                Err(Error::new(ErrorCode::ServerTrouble, "the registry refuses a cursor it has just given"))
            }
            Ok(()) => {
                self.inner.database.replace_with(shadow).await?;
                self.file_changed().await
            }
        }
    }

    async fn follow(&self, database: &Database, feed: &impl Feed, place: Place) -> Result<(), FeedError> {
        let mut visited = HashSet::new();
        if database.read(stored_status).await?.phase != DirectoryPhase::Complete {
            database.write(|db| index::make_room(db)).await?;
        }
        let mut loaded = 0;
        loop {
            let cursor = database.read(cursor).await?;
            if !visited.insert(cursor.clone()) {
                return Err(malformed("the pages of the directory go round in a circle").into());
            }
            let bundle = feed.page(cursor.as_deref()).await?;
            let page = Page::read(bundle)?;
            let last = page.last;
            loaded += page.size();
            let total = loaded + page.following();
            let applied = database.write(move |db| apply(db, &page)).await?;
            self.report(place, &applied, (loaded, total));
            if last {
                if applied.first_load {
                    database.write(|db| index::optimize(db)).await?;
                    match database.compact().await {
                        // A large file does as well as a small one.
                        Err(error) if error.code == ErrorCode::DiskFull => {
                            tracing::warn!("no room to write the directory anew");
                        }
                        result => result?,
                    }
                }
                return Ok(());
            }
        }
    }

    fn report(&self, place: Place, applied: &Applied, (loaded, total): (u32, u32)) {
        self.inner.status.send_modify(|status| {
            if place == Place::Here {
                let problem = status.problem.take();
                *status = DirectoryStatus { problem, ..applied.status.clone() };
            }
            // Of a first load the stored figures count what an earlier run fetched; others begin at nothing.
            if place == Place::Shadow || applied.status.phase == DirectoryPhase::Complete {
                (status.loaded, status.total) = if loaded == total { (0, 0) } else { (loaded, total) };
            }
        });
        if place == Place::Here && applied.changed {
            self.inner.changes.send_modify(|n| *n += 1);
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Here,
    Shadow,
}

fn malformed(what: &str) -> Error {
    Error::new(ErrorCode::ServerTrouble, what)
}

/// A page of the feed that has the shape of one.
#[derive(Debug)]
struct Page {
    bundle: Bundle,
    /// Where to go on: `next`, or `since` if it is the last.
    cursor: String,
    last: bool,
}

impl Page {
    fn read(bundle: Bundle) -> Result<Self, Error> {
        if bundle.type_.as_deref() != Some("history") {
            return Err(malformed("the directory did not answer with a history"));
        }
        let next = bundle.link("next").map(str::to_owned);
        let last = next.is_none();
        let cursor = next.or_else(|| bundle.link("since").map(str::to_owned));
        let cursor = cursor.ok_or_else(|| malformed("a page of the directory does not say how to go on"))?;
        Ok(Self { bundle, cursor, last })
    }

    fn size(&self) -> u32 {
        self.bundle.entry.len().try_into().unwrap_or(u32::MAX)
    }

    /// Entries on the pages after this one. A server that promises nothing has none.
    fn following(&self) -> u32 {
        let total = self.bundle.total.unwrap_or_default().try_into().unwrap_or(u32::MAX);
        total.saturating_sub(self.size())
    }
}

#[derive(Debug)]
struct Applied {
    status: DirectoryStatus,
    /// Answers of the directory may differ now.
    changed: bool,
    first_load: bool,
}

fn apply(db: &Connection, page: &Page) -> rusqlite::Result<Applied> {
    let before = stored_status(db)?;
    let first_load = before.phase != DirectoryPhase::Complete;
    for entry in &page.bundle.entry {
        if let Some((resource_type, id)) = entry.deleted() {
            resources::delete(db, resource_type, id)?;
        } else if let Some(resource) = &entry.resource {
            resources::store(db, resource)?;
        }
    }
    // What a page of a first load holds is shown once it is worth the while, so that searching while it loads works.
    let waiting = index::stale_count(db)?;
    let due = page.last || !first_load || waiting >= index::BATCH.min(i64::from(before.colleagues).max(1000));
    if due && waiting > 0 {
        index::refresh(db)?;
    }
    if page.last && !first_load {
        index::settle(db)?;
    }
    let changed = !page.bundle.entry.is_empty() || (page.last && first_load);
    let loaded = before.loaded.saturating_add(page.size());
    let total = loaded.saturating_add(page.following());
    let under_way = first_load && !page.last;
    let (phase, loaded, total) = if under_way { (1, loaded, total) } else { (2, 0, 0) };
    let as_of = page.last.then(|| Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true));
    db.prepare_cached(
        "UPDATE state SET phase = ?1, cursor = ?2, loaded = ?3, total = ?4, as_of = coalesce(?5, as_of),
         revision = revision + ?6",
    )?
    .execute(params![phase, page.cursor, loaded, total, as_of, changed])?;
    Ok(Applied { status: stored_status(db)?, changed, first_load })
}

fn cursor(db: &Connection) -> rusqlite::Result<Option<String>> {
    db.query_row("SELECT cursor FROM state", [], |row| row.get(0))
}

pub(super) fn revision(db: &Connection) -> rusqlite::Result<i64> {
    db.prepare_cached("SELECT revision FROM state")?.query_row([], |row| row.get(0))
}

/// The state as the database holds it.
pub(super) fn stored_status(db: &Connection) -> rusqlite::Result<DirectoryStatus> {
    let colleagues = search::count(db)?;
    db.prepare_cached("SELECT phase, loaded, total, as_of FROM state")?.query_row([], |row| {
        Ok(DirectoryStatus {
            phase: match row.get(0)? {
                0 => DirectoryPhase::Empty,
                1 => DirectoryPhase::Loading,
                _ => DirectoryPhase::Complete,
            },
            loaded: row.get(1)?,
            total: row.get(2)?,
            colleagues,
            as_of: row.get(3)?,
            problem: None,
        })
    })
}
