//! Following the published directory.

use super::feed::{Answered, Feed, FeedError};
use super::leaves::{self, Trees};
use super::loading::{self, Ready};
use super::page::{Page, Place, Step, changed};
use super::scope::{self, Kept, Scope};
use super::taking::{self, Came, Refused};
use super::{Directory, MIGRATIONS, index, search, shadow_path};
use crate::database::{Database, Found, remove_files};
use chrono::{SecondsFormat, Utc};
use consilium_api::directory::{DirectoryPhase, DirectoryStatus};
use consilium_api::{Error, ErrorCode};
use consilium_publication::Part;
use consilium_publication::manifest::{ManifestFile, Next};
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
        let mut choosing = self.inner.wanted.subscribe();
        let result = loop {
            choosing.mark_unchanged();
            tokio::select! {
                biased;
                _ = pausing.wait_for(|paused| *paused) => break Ok(()),
                // The doctor chose to keep more or less meanwhile: what is fetched now is not it.
                Ok(()) = choosing.changed() => {}
                result = self.fetch_whole(feed) => break result,
            }
        };
        let inner = Arc::clone(&self.inner);
        let stored = self.inner.database.read(move |db| inner.status_of(db)).await;
        self.inner.status.send_modify(|status| {
            if let Ok(stored) = stored {
                let before = std::mem::replace(status, stored);
                if status.next_scope.is_some() && status.total == 0 {
                    // What is fetched beside this copy has come as far as it had.
                    status.loaded = before.loaded;
                    status.total = before.total;
                    status.loaded_bytes = before.loaded_bytes;
                    status.total_bytes = before.total_bytes;
                }
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
        let read = self
            .inner
            .database
            .read(move |db| Ok((inner.vouched(db)?.is_tampered(), scope::made_for(db)?, scope::wanted(db)?)));
        let (tampered, made_for, wanted) = read.await?;
        if !tampered && made_for == wanted && !self.is_built_for(&wanted).await? {
            match self.follow(&self.inner.database, feed, Where::Here).await {
                Err(FeedError::Failed(error)) => return Err(error),
                Err(FeedError::Expired) => {}
                Ok(()) => return Ok(()),
            }
        }
        self.build_anew(feed).await
    }

    /// Whether a file is being fetched beside this one for a scope. One for another is given up.
    async fn is_built_for(&self, scope: &Scope) -> Result<bool, Error> {
        let path = shadow_path(self.inner.database.path());
        if !path.exists() {
            return Ok(false);
        }
        let (shadow, _) = Database::open(&path, self.inner.key.clone(), MIGRATIONS).await?;
        let made_for = shadow.read(scope::made_for).await?;
        shadow.close().await?;
        if made_for != *scope {
            remove_files(&path)?;
        }
        Ok(made_for == *scope)
    }

    /// Fetches everything that the scope keeps into a file beside this one, which stays in use meanwhile, and puts it into
    /// its place.
    async fn build_anew(&self, feed: &impl Feed) -> Result<(), Error> {
        let path = shadow_path(self.inner.database.path());
        let wanted = self.inner.database.read(scope::wanted).await?;
        self.is_built_for(&wanted).await?;
        let shadow = self.open_shadow(&wanted).await?;
        let mut result = self.follow(&shadow, feed, Where::Shadow).await;
        if result == Err(FeedError::Expired) {
            // The registry changed again while this one was half fetched.
            let wanted = self.inner.database.read(scope::wanted).await?;
            shadow.close().await?;
            remove_files(&path)?;
            let again = self.open_shadow(&wanted).await?;
            result = self.follow(&again, feed, Where::Shadow).await;
            return self.put_into_place(result, &again).await;
        }
        self.put_into_place(result, &shadow).await
    }

    /// The file that is fetched beside this one, for a scope.
    async fn open_shadow(&self, scope: &Scope) -> Result<Database, Error> {
        let path = shadow_path(self.inner.database.path());
        let is_new = !path.exists();
        let (shadow, found) = Database::open(&path, self.inner.key.clone(), MIGRATIONS).await?;
        if is_new || found == Found::SetAside {
            // What it will hold is known from the organisations that are here, or else once it has them itself.
            let here = scope.clone();
            let kept = self.inner.database.read(move |db| scope::kept(db, &here)).await?;
            let scope = scope.clone();
            shadow.write(move |db| scope::make_for(db, &scope, &kept.held)).await?;
        }
        Ok(shadow)
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
                    let (begun, everything) = (page.clone(), place.url.is_none());
                    let write = move |db: &Connection| {
                        if everything {
                            scope::keep_sizes(db, &begun)?;
                        }
                        begun.begin(db, &successions)
                    };
                    database.write(move |db| write(db)).await?;
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

    /// A first load, step by step, each in one transaction.
    async fn take_everything(
        &self,
        database: &Database,
        feed: &impl Feed,
        page: Page,
        at: Where,
    ) -> Result<(), FeedError> {
        let steps = page.steps()?;
        let begun = Instant::now();
        let mut taken_bytes = 0;
        let mut kept = None;
        let held = |kept: &Option<Kept>, step: &Step| kept.as_ref().is_none_or(|kept| kept.held.has(&step.part));
        // Is made ready while the one before it is written.
        let mut upcoming: Option<(usize, Result<Ready, FeedError>)> = None;
        for (n, step) in steps.iter().enumerate().skip(page.done) {
            if step.part != Part::Organizations && kept.is_none() {
                kept = Some(database.write(|db| settle_scope(db)).await?);
            }
            if !held(&kept, step) {
                continue;
            }
            let ready = match upcoming.take() {
                Some((of, ready)) if of == n => ready?,
                _ => made_ready(&page, feed, step).await?,
            };
            let later = || steps.iter().enumerate().skip(n + 1).filter(|(_, later)| held(&kept, later));
            let (last, part, of_scope) = (later().next().is_none(), step.part.clone(), kept.clone());
            let take = move |db: &Connection| {
                take_step(db, n, last, &part, &ready, of_scope.as_ref().unwrap_or(&Kept::EVERYTHING))
            };
            let write = database.write(move |db| in_one(db, take));
            // Which people are kept is not known before all organisations are here.
            let next = later().next().filter(|(_, next)| kept.is_some() || next.part == Part::Organizations);
            let (taken, next) = tokio::join!(write, async {
                match next {
                    Some((of, next)) => Some((of, made_ready(&page, feed, next).await)),
                    None => None,
                }
            });
            upcoming = next;
            let mut status = taken?.map_err(broken)?;
            taken_bytes += step.size().1;
            status.seconds_left = seconds_left(begun.elapsed(), taken_bytes, &status);
            self.report(at, status, true);
        }
        if kept.is_none() {
            database.write(|db| settle_scope(db)).await?;
        }
        let next = match page.manifest.next() {
            Next::Page(url) => url.to_owned(),
            _ => return Err(changed("everything leads nowhere").into()),
        };
        let finished = database.write(move |db| in_one(db, |db| finish_everything(db, &page, &next))).await?;
        let status = finished.map_err(|_: Refused| FeedError::Expired)?;
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
        let output = came(&page, feed, &page.manifest.output).await?;
        let deleted = came(&page, feed, &page.manifest.deleted).await?;
        let (changed_rows, viewer) = (lines > 0, self.viewer());
        let (generation, checkpoint) = (database.generation(), page.checkpoint.clone());
        let vouching = || Some(&self.inner.vouching).filter(|_| at == Where::Here);
        let before = database.read(Place::read).await?.version;
        let known = vouching().and_then(|vouching| vouching.trees((generation, before)));
        let take = move |db: &Connection| {
            index::make_room(db)?;
            let taken = take_changes(db, &page, &output, &deleted, viewer.as_deref(), known);
            index::take_room_back(db)?;
            taken
        };
        let taken = database.write(move |db| in_one(db, take)).await?;
        let status = match taken {
            Ok((status, trees)) => {
                if let Some(vouching) = vouching() {
                    vouching.follow((generation, checkpoint.version), trees, &checkpoint);
                }
                status
            }
            Err(Refused::Moved(organization)) => {
                // Their province, or their group, is another.
                let wanted = self.inner.database.read(scope::wanted).await?;
                self.want(Scope { organization, ..wanted }).await?;
                return Err(FeedError::Expired);
            }
            // Rows that differ from what was signed, here or there: everything anew tells.
            Err(_) => return Err(FeedError::Expired),
        };
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
    work: impl FnOnce(&Connection) -> rusqlite::Result<Result<T, Refused>>,
) -> rusqlite::Result<Result<T, Refused>> {
    db.execute_batch("SAVEPOINT page")?;
    let done = work(db)?;
    if done.is_err() {
        db.execute_batch("ROLLBACK TO page")?;
    }
    db.execute_batch("RELEASE page")?;
    Ok(done)
}

/// Fetches files of a manifest.
async fn came(page: &Page, feed: &impl Feed, listed: &[ManifestFile]) -> Result<Vec<Came>, FeedError> {
    let mut files = Vec::new();
    for listed in listed {
        let signed = page.signed(listed)?;
        let bytes = feed.file(&listed.url, signed.bytes).await?;
        files.push(Came { kind: listed.type_.clone(), signed, bytes });
    }
    Ok(files)
}

/// Fetches the files of a step, and reads them.
async fn made_ready(page: &Page, feed: &impl Feed, step: &Step) -> Result<Ready, FeedError> {
    let listed: Vec<ManifestFile> = step.files.iter().map(|(listed, _)| listed.clone()).collect();
    let (files, part) = (came(page, feed, &listed).await?, step.part.clone());
    let ready = tokio::task::spawn_blocking(move || loading::ready(&part, files)).await;
    ready.map_err(|_| Error::new(ErrorCode::Internal, "reading the directory broke off"))?.map_err(broken)
}

/// Why files of everything are not taken.
fn broken(refused: Refused) -> FeedError {
    match refused {
        Refused::File => changed("a file is not the one that was signed").into(),
        // What was signed contradicts itself: no file of it is worth anything.
        _ => FeedError::Expired,
    }
}

/// What the scope comes to now that the organisations are here.
fn settle_scope(db: &Connection) -> rusqlite::Result<Kept> {
    let kept = scope::kept(db, &scope::made_for(db)?)?;
    scope::hold(db, &kept.held)?;
    Ok(kept)
}

/// Takes over files of everything.
fn take_step(
    db: &Connection,
    n: usize,
    last: bool,
    part: &Part,
    ready: &Ready,
    kept: &Kept,
) -> rusqlite::Result<Result<DirectoryStatus, Refused>> {
    let leaves = match loading::take(db, part, ready, kept)? {
        Ok(leaves) => leaves,
        Err(refused) => return Ok(Err(refused)),
    };
    leaves::keep_loading(db, n, part, &leaves)?;
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

fn finish_everything(db: &Connection, page: &Page, next: &str) -> rusqlite::Result<Result<DirectoryStatus, Refused>> {
    if Place::read(db)?.url.is_some() {
        // An attempt that was given up has done it meanwhile.
        return stored_status(db).map(Ok);
    }
    if !leaves::finish_loading(db, &page.checkpoint.parts, &scope::held(db)?)? {
        return Ok(Err(Refused::Other));
    }
    page.finish(db, next)?;
    // It may be some time old: it is the whole when what changed since is here too.
    db.execute("UPDATE state SET revision = revision + 1", [])?;
    stored_status(db).map(Ok)
}

fn take_changes(
    db: &Connection,
    page: &Page,
    output: &[Came],
    deleted: &[Came],
    viewer: Option<&str>,
    known: Option<Trees>,
) -> rusqlite::Result<Result<(DirectoryStatus, Trees), Refused>> {
    let changes = match taking::take_changes(db, output, deleted, viewer)? {
        Ok(changes) => changes,
        Err(refused) => return Ok(Err(refused)),
    };
    let Some(trees) = changes.write(db, &page.checkpoint.parts, &scope::held(db)?, known)? else {
        return Ok(Err(Refused::Other));
    };
    if index::stale_count(db)? > 0 {
        index::refresh(db)?;
    }
    if index::is_settled(db)? {
        index::settle(db)?;
    }
    page.finish(db, page.url.as_deref().unwrap_or_default())?;
    db.execute("UPDATE state SET revision = revision + ?1", [!output.is_empty() || !deleted.is_empty()])?;
    Ok(Ok((stored_status(db)?, trees)))
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

/// Whether nothing was ever fetched into this file.
pub(super) fn is_empty(db: &Connection) -> rusqlite::Result<bool> {
    db.query_row("SELECT phase = 0 FROM state", [], |row| row.get(0))
}

pub(super) fn paused(db: &Connection) -> rusqlite::Result<bool> {
    db.query_row("SELECT paused FROM state", [], |row| row.get(0))
}

/// The state as the database holds it.
pub(super) fn stored_status(db: &Connection) -> rusqlite::Result<DirectoryStatus> {
    let colleagues = search::count(db)?;
    let place = Place::read(db)?;
    let (mut loaded, mut total) = ((0, 0), (0, 0));
    let (made_for, wanted) = (scope::made_for(db)?, scope::wanted(db)?);
    if let Some(page) = place.page.as_ref().filter(|_| place.url.is_none()) {
        let held = scope::held(db)?;
        for (n, step) in page.steps().unwrap_or_default().iter().enumerate().filter(|(_, step)| held.has(&step.part)) {
            let (lines, bytes) = step.size();
            total = (total.0 + lines, total.1 + bytes);
            if n < page.done {
                loaded = (loaded.0 + lines, loaded.1 + bytes);
            }
        }
    }
    let scope_name = scope::name(db, &made_for)?;
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
            scope: made_for.kind,
            scope_name,
            next_scope: (wanted != made_for).then_some(wanted.kind),
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
