//! Following the published directory.

use super::feed::{Answered, Feed, FeedError};
use super::page::{Page, Place, changed};
use super::vouched::{self, Changes};
use super::{Directory, MIGRATIONS, index, resources, search, shadow_path};
use crate::database::{Database, remove_files};
use chrono::{SecondsFormat, Utc};
use consilium_api::directory::{DirectoryPhase, DirectoryStatus};
use consilium_api::{Error, ErrorCode};
use consilium_fhir::Resource;
use consilium_publication::file::{self, FileError};
use consilium_publication::manifest::Next;
use consilium_publication::{Leaf, PublishedFile};
use rusqlite::Connection;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Lines of changes that are taken over in one transaction; who has more to catch up with begins anew.
const MOST_CHANGES: u64 = 200_000;
/// Bytes of them, compressed.
const LARGEST_CHANGES: u64 = 64 * 1024 * 1024;

/// A run that is younger does not guess when it ends.
const FIRST_GUESS: Duration = Duration::from_secs(3);

impl Directory {
    /// Fetches what is missing: the whole directory the first time, later what changed. Progress and outcome show in
    /// `status`. A second call waits for the first. Dropping it stops after the page at hand, as pausing does. Does nothing
    /// while it is paused.
    pub async fn sync(&self, feed: &impl Feed) -> Result<(), Error> {
        let _turn = self.inner.syncing.lock().await;
        let mut pausing = self.inner.paused.subscribe();
        let result = tokio::select! {
            biased;
            _ = pausing.wait_for(|paused| *paused) => Ok(()),
            result = self.fetch_whole(feed) => result,
        };
        let inner = Arc::clone(&self.inner);
        let stored = self.inner.database.read(move |db| inner.status_of(db)).await;
        self.inner.status.send_modify(|status| {
            if let Ok(stored) = stored {
                *status = stored;
            }
            status.problem = result.as_ref().err().cloned();
        });
        result
    }

    /// Has fetches stop where they are, until they are resumed; also after a restart.
    pub async fn pause(&self, paused: bool) -> Result<(), Error> {
        let _turn = self.inner.keeping_contacts.lock().await;
        self.inner.database.write(move |db| db.execute("UPDATE state SET paused = ?1", [paused])).await.map(drop)?;
        self.inner.paused.send_replace(paused);
        self.inner.status.send_modify(|status| status.paused = paused);
        Ok(())
    }

    pub fn is_paused(&self) -> bool {
        *self.inner.paused.borrow()
    }

    async fn fetch_whole(&self, feed: &impl Feed) -> Result<(), Error> {
        let generation = self.inner.database.generation();
        match self.fetch(feed).await {
            Err(e) if e.code == ErrorCode::DatabaseCorrupt => {
                self.begin_anew(generation).await?;
                self.fetch(feed).await
            }
            result => result,
        }
    }

    async fn fetch(&self, feed: &impl Feed) -> Result<(), Error> {
        let inner = Arc::clone(&self.inner);
        let tampered = self.inner.database.read(move |db| Ok(inner.vouched(db)?.is_tampered())).await?;
        if !tampered && !shadow_path(self.inner.database.path()).exists() {
            match self.follow(&self.inner.database, feed, Where::Here).await {
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
        let mut result = self.follow(&shadow, feed, Where::Shadow).await;
        if result == Err(FeedError::Expired) {
            // The registry changed again while this one was half fetched.
            shadow.close().await?;
            remove_files(&path)?;
            let (again, _) = Database::open(&path, self.inner.key.clone(), MIGRATIONS).await?;
            result = self.follow(&again, feed, Where::Shadow).await;
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
                shadow.close().await?;
                remove_files(shadow.path())?;
                Err(changed("the directory is not what was signed"))
            }
            Ok(()) => {
                let (this, shadow) = (self.clone(), shadow.clone());
                // Whoever waits may give up in the middle of it.
                let put = tokio::spawn(async move {
                    let _turn = this.inner.keeping_contacts.lock().await;
                    this.carry_contacts_into(&shadow).await?;
                    this.inner.database.replace_with(&shadow).await?;
                    this.file_changed().await
                });
                put.await.map_err(|_| Error::new(ErrorCode::Internal, "putting the directory into place broke off"))?
            }
        }
    }

    async fn follow(&self, database: &Database, feed: &impl Feed, at: Where) -> Result<(), FeedError> {
        let seen = self.inner.database.read(Place::read).await?.version;
        if database.read(stored_status).await?.phase != DirectoryPhase::Complete {
            database.write(|db| index::make_room(db)).await?;
        }
        loop {
            let place = database.read(Place::read).await?;
            let page = match place.page.clone() {
                Some(page) => page,
                None => {
                    let found = match &place.url {
                        None => Some(Page::fetch(feed, None, &place, seen).await?),
                        Some(url) => self.following(database, feed, &place, url, at).await?,
                    };
                    let Some((page, successions)) = found else { return Ok(()) };
                    let begun = page.clone();
                    database.write(move |db| begun.begin(db, &successions)).await?;
                    page
                }
            };
            if place.url.is_none() {
                self.take_everything(database, feed, page, at).await?;
            } else {
                self.take_changes(database, feed, page, at).await?;
            }
        }
    }

    /// The manifest that follows, if there is one by now.
    async fn following(
        &self,
        database: &Database,
        feed: &impl Feed,
        place: &Place,
        url: &str,
        at: Where,
    ) -> Result<Option<(Page, Vec<String>)>, FeedError> {
        let etag = match feed.manifest(Some(url), place.etag.as_deref()).await? {
            Answered::Same => place.etag.clone(),
            Answered::New { manifest, etag } => match manifest.next() {
                Next::Page(next) => return Page::fetch(feed, Some(next), place, place.version).await.map(Some),
                Next::Closed => return Err(FeedError::Expired),
                Next::Pending | Next::Nothing => etag,
            },
        };
        self.settle(database).await?;
        let status = database.write(move |db| {
            db.execute("UPDATE publication SET etag = ?1", [etag])?;
            db.execute("UPDATE state SET phase = 2, as_of = ?1", [now()])?;
            stored_status(db)
        });
        let status = status.await?;
        self.report(at, status, false);
        Ok(None)
    }

    /// A first load, file by file, each in one transaction.
    async fn take_everything(
        &self,
        database: &Database,
        feed: &impl Feed,
        page: Page,
        at: Where,
    ) -> Result<(), FeedError> {
        let listed: Vec<_> = page.files().cloned().collect();
        let begun = Instant::now();
        let mut taken_bytes = 0;
        for (n, listed) in listed.iter().enumerate().skip(page.done) {
            let signed = page.signed(listed)?;
            let bytes = feed.file(&listed.url, signed.bytes).await?;
            let bytes_of_file = signed.bytes;
            let last = n + 1 == page.files().count();
            let taken = database.write(move |db| in_one(db, |db| take_file(db, n, last, &signed, &bytes))).await?;
            let mut status = taken.map_err(|error| changed(&error.to_string()))?;
            taken_bytes += bytes_of_file;
            status.seconds_left = seconds_left(begun.elapsed(), taken_bytes, &status);
            self.report(at, status, true);
        }
        let next = match page.manifest.next() {
            Next::Page(url) => url.to_owned(),
            _ => return Err(changed("everything leads nowhere").into()),
        };
        let finished = database.write(move |db| in_one(db, |db| finish_everything(db, &page, &next))).await?;
        let status = finished.map_err(|_: FileError| FeedError::Expired)?;
        self.report(at, status, true);
        Ok(())
    }

    /// After a first load, also one whose end was broken off.
    async fn settle(&self, database: &Database) -> Result<(), Error> {
        if database.read(index::is_settled).await? {
            return Ok(());
        }
        database.write(|db| index::optimize(db)).await?;
        match database.compact().await {
            // A large file does as well as a small one.
            Err(error) if error.code == ErrorCode::DiskFull => tracing::warn!("no room to write the directory anew"),
            result => result?,
        }
        self.inner.changes.send_modify(|n| *n += 1);
        Ok(())
    }

    /// What changed, in one transaction.
    async fn take_changes(
        &self,
        database: &Database,
        feed: &impl Feed,
        page: Page,
        at: Where,
    ) -> Result<(), FeedError> {
        let (lines, bytes) = page.size();
        if lines > MOST_CHANGES || bytes > LARGEST_CHANGES {
            return Err(FeedError::Expired);
        }
        let mut files = Vec::new();
        for listed in page.files() {
            let signed = page.signed(listed)?;
            let bytes = feed.file(&listed.url, signed.bytes).await?;
            files.push((signed, bytes));
        }
        let changed_rows = lines > 0;
        let taken = database.write(move |db| in_one(db, |db| take_changes(db, &page, &files))).await?;
        // Rows that differ from what was signed, here or there: everything anew tells.
        let status = taken.map_err(|_| FeedError::Expired)?;
        self.report(at, status, changed_rows);
        Ok(())
    }

    fn report(&self, at: Where, stored: DirectoryStatus, changed: bool) {
        self.inner.status.send_modify(|status| {
            if at == Where::Here {
                let (doubt, paused, problem) = (status.doubt, status.paused, status.problem.take());
                *status = DirectoryStatus { doubt, paused, problem, ..stored };
            } else {
                // The old copy stays in use; what is fetched beside it shows as progress alone.
                status.loaded = stored.loaded;
                status.total = stored.total;
                status.loaded_bytes = stored.loaded_bytes;
                status.total_bytes = stored.total_bytes;
                status.seconds_left = stored.seconds_left;
            }
        });
        if at == Where::Here && changed {
            self.inner.changes.send_modify(|n| *n += 1);
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Where {
    Here,
    Shadow,
}

/// Does all of it or nothing; the inner error is the files' own.
fn in_one<T>(
    db: &Connection,
    work: impl FnOnce(&Connection) -> rusqlite::Result<Result<T, FileError>>,
) -> rusqlite::Result<Result<T, FileError>> {
    db.execute_batch("SAVEPOINT page")?;
    let done = work(db)?;
    if done.is_err() {
        db.execute_batch("ROLLBACK TO page")?;
    }
    db.execute_batch("RELEASE page")?;
    Ok(done)
}

/// Reads a file into the tables; `each` is told of every change of a leaf.
fn store_file(
    db: &Connection,
    signed: &PublishedFile,
    bytes: &[u8],
    mut before: impl FnMut(&str, &str) -> rusqlite::Result<Option<Leaf>>,
    mut each: impl FnMut(Option<Leaf>, Option<Leaf>),
) -> rusqlite::Result<Result<(), FileError>> {
    let mut failed = None;
    let read = file::read(signed, bytes, |resource| {
        if failed.is_none() {
            failed = store_resource(db, &resource, &mut before, &mut each).err();
        }
    });
    match failed {
        Some(error) => Err(error),
        None => Ok(read),
    }
}

fn store_resource(
    db: &Connection,
    resource: &Resource,
    before: &mut impl FnMut(&str, &str) -> rusqlite::Result<Option<Leaf>>,
    each: &mut impl FnMut(Option<Leaf>, Option<Leaf>),
) -> rusqlite::Result<()> {
    if let Resource::Bundle(bundle) = resource {
        for (resource_type, id) in bundle.entry.iter().filter_map(|entry| entry.deleted()) {
            each(before(resource_type, id)?, None);
            resources::delete(db, resource_type, id)?;
        }
        return Ok(());
    }
    each(before(resource.resource_type(), resource.id().unwrap_or_default())?, Leaf::of(resource));
    resources::store(db, resource)
}

/// Takes over a file of everything.
fn take_file(
    db: &Connection,
    n: usize,
    last: bool,
    signed: &PublishedFile,
    bytes: &[u8],
) -> rusqlite::Result<Result<DirectoryStatus, FileError>> {
    let mut leaves = Vec::new();
    let stored = store_file(db, signed, bytes, |_, _| Ok(None), |_, leaf| leaves.extend(leaf))?;
    if let Err(error) = stored {
        return Ok(Err(error));
    }
    vouched::keep_loading(db, n, &leaves)?;
    // What a file of a first load holds is shown once it is worth the while, so that searching while it loads works.
    let shown: i64 = db.query_row("SELECT colleagues FROM state", [], |row| row.get(0))?;
    let waiting = index::stale_count(db)?;
    if waiting > 0 && (last || waiting >= index::BATCH.min(shown.max(1_000))) {
        index::refresh(db)?;
    }
    db.execute("UPDATE publication SET done = ?1", [n as i64 + 1])?;
    db.execute("UPDATE state SET phase = max(phase, 1), revision = revision + 1", [])?;
    stored_status(db).map(Ok)
}

fn finish_everything(db: &Connection, page: &Page, next: &str) -> rusqlite::Result<Result<DirectoryStatus, FileError>> {
    if Place::read(db)?.url.is_some() {
        // An attempt that was given up has done it meanwhile.
        return stored_status(db).map(Ok);
    }
    let (leaves, root) = vouched::finish_loading(db)?;
    if (leaves, root) != (page.checkpoint.size, page.checkpoint.root) {
        return Ok(Err(FileError::OtherContent));
    }
    page.finish(db, next)?;
    // It may be some time old: it is the whole when what changed since is here too.
    db.execute("UPDATE state SET revision = revision + 1", [])?;
    stored_status(db).map(Ok)
}

fn take_changes(
    db: &Connection,
    page: &Page,
    files: &[(PublishedFile, Vec<u8>)],
) -> rusqlite::Result<Result<DirectoryStatus, FileError>> {
    let mut leaves = Changes::default();
    for (signed, bytes) in files {
        let before = |resource_type: &str, id: &str| vouched::stored_leaf(db, resource_type, id);
        let stored = store_file(db, signed, bytes, before, |before, after| leaves.replace(before, after))?;
        if let Err(error) = stored {
            return Ok(Err(error));
        }
    }
    if leaves.write(db)? != page.checkpoint.root {
        return Ok(Err(FileError::OtherContent));
    }
    if index::stale_count(db)? > 0 {
        index::refresh(db)?;
    }
    if index::is_settled(db)? {
        index::settle(db)?;
    }
    page.finish(db, page.url.as_deref().unwrap_or_default())?;
    db.execute("UPDATE state SET revision = revision + ?1", [!files.is_empty()])?;
    stored_status(db).map(Ok)
}

/// How long the rest takes at the pace of the run so far.
fn seconds_left(elapsed: Duration, taken: u64, status: &DirectoryStatus) -> Option<u32> {
    let rest = f64::from(status.total_bytes.saturating_sub(status.loaded_bytes));
    let pace = taken as f64 / elapsed.as_secs_f64();
    // The first moments tell nothing.
    (elapsed >= FIRST_GUESS && pace > 0.0).then(|| (rest / pace).ceil() as u32)
}

fn now() -> String {
    Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true)
}

pub(super) fn revision(db: &Connection) -> rusqlite::Result<i64> {
    db.prepare_cached("SELECT revision FROM state")?.query_row([], |row| row.get(0))
}

pub(super) fn paused(db: &Connection) -> rusqlite::Result<bool> {
    db.query_row("SELECT paused FROM state", [], |row| row.get(0))
}

/// The state as the database holds it.
pub(super) fn stored_status(db: &Connection) -> rusqlite::Result<DirectoryStatus> {
    let colleagues = search::count(db)?;
    let place = Place::read(db)?;
    let (mut loaded, mut total) = ((0, 0), (0, 0));
    if let Some(page) = place.page.as_ref().filter(|_| place.url.is_none()) {
        total = page.size();
        for signed in page.files().take(page.done).filter_map(|listed| page.signed(listed).ok()) {
            loaded = (loaded.0 + signed.count, loaded.1 + signed.bytes);
        }
    }
    let number = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    db.prepare_cached("SELECT phase, as_of FROM state")?.query_row([], |row| {
        Ok(DirectoryStatus {
            phase: match row.get(0)? {
                0 => DirectoryPhase::Empty,
                1 => DirectoryPhase::Loading,
                _ => DirectoryPhase::Complete,
            },
            loaded: number(loaded.0),
            total: number(total.0),
            loaded_bytes: number(loaded.1),
            total_bytes: number(total.1),
            colleagues,
            as_of: row.get(1)?,
            ..DirectoryStatus::default()
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_follows_the_pace_of_this_run() {
        let mut status =
            DirectoryStatus { loaded_bytes: 60_000_000, total_bytes: 100_000_000, ..DirectoryStatus::default() };
        // Most was there before: ten megabytes came in five seconds.
        assert_eq!(seconds_left(Duration::from_secs(5), 10_000_000, &status), Some(20));
        assert_eq!(seconds_left(Duration::from_secs(1), 10_000_000, &status), None, "too early to tell");
        assert_eq!(seconds_left(Duration::from_secs(5), 0, &status), None);
        status.loaded_bytes = status.total_bytes;
        assert_eq!(seconds_left(Duration::from_secs(5), 10_000_000, &status), Some(0));
    }
}
