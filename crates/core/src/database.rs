//! One encrypted SQLite file: opening, migrations, damage, and access from async code.
//!
//! Readers never wait for the writer (WAL), and neither runs on the async runtime's own threads. Text of a failed
//! statement never reaches an error: it may hold the key or a name.

mod damage;

pub use damage::remove_files;

use consilium_api::{Error, ErrorCode};
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior, ffi};
use std::fmt;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;
use tokio::sync::{Semaphore, oneshot};
use tokio::task::spawn_blocking;
use zeroize::Zeroizing;

const READERS: usize = 3;
/// What a connection keeps of the file in memory: kibibytes, as SQLite counts them below zero.
pub(crate) const CACHE: i64 = -8192;

/// The 32 bytes that encrypt a database file, used as they are: they come from a key derivation, not from a person.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; 32]>);

impl Key {
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// SQL scripts, oldest first; `user_version` counts those that were applied. A script once released never changes.
pub type Migrations = &'static [&'static str];

/// A handle to the open file; clones share it.
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    key: Key,
    migrations: Migrations,
    /// Held by work that goes on when its caller no longer waits for it.
    writing: Arc<tokio::sync::Mutex<()>>,
    reading: Arc<Semaphore>,
    connections: Mutex<Connections>,
    generation: AtomicU64,
    writer: Writer,
}

#[derive(Default)]
struct Connections {
    writer: Option<Connection>,
    readers: Vec<Connection>,
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("generation", &self.generation()).finish_non_exhaustive()
    }
}

/// What opening found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The file as the last run left it, or a new one where there was none.
    Intact,
    /// A file that is damaged, has another key, or was written by a later version. It was set aside
    /// (`NAME.damaged-TIME`, the last one only) and an empty one is in its place.
    SetAside,
}

impl Database {
    /// Opens or creates the file at `path` and applies the migrations it lacks.
    ///
    /// Errors: `DiskFull`; `DatabaseCorrupt` if a damaged file could not be set aside; `Internal`.
    pub async fn open(path: &Path, key: Key, migrations: Migrations) -> Result<(Self, Found), Error> {
        let path = path.to_owned();
        blocking(move || {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder).map_err(io_error)?;
            }
            let (connections, found) = open_or_set_aside(&path, &key, migrations)?;
            let inner = Inner {
                path,
                key,
                migrations,
                writing: Arc::default(),
                reading: Arc::new(Semaphore::new(READERS)),
                connections: Mutex::new(connections),
                generation: AtomicU64::new(0),
                writer: Writer::start().map_err(io_error)?,
            };
            Ok((Self { inner: Arc::new(inner) }, found))
        })
        .await
    }

    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// Changes whenever another file took this one's place (`rebuild`, `replace_with`).
    pub fn generation(&self) -> u64 {
        self.inner.generation.load(Ordering::Acquire)
    }

    /// Runs `work` on a connection that sees the last committed state and cannot write.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let permit = Arc::clone(&self.inner.reading).acquire_owned().await.map_err(|_| closed())?;
        let inner = Arc::clone(&self.inner);
        blocking(move || {
            let _permit = permit;
            let mut reader = Borrowed::reader(&inner)?;
            // One transaction, so that the statements of `work` agree with each other.
            let transaction = reader.connection()?.transaction().map_err(error)?;
            work(&transaction).map_err(error)
        })
        .await
    }

    /// Runs `work` in a transaction, committed if it succeeds. One at a time.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let turn = Arc::clone(&self.inner.writing).lock_owned().await;
        let inner = Arc::clone(&self.inner);
        let written = self.inner.writer.run(move || {
            let _turn = turn;
            let mut writer = Borrowed::writer(&inner)?;
            let transaction =
                writer.connection()?.transaction_with_behavior(TransactionBehavior::Immediate).map_err(error)?;
            let value = work(&transaction).map_err(error)?;
            transaction.commit().map_err(error)?;
            Ok(value)
        });
        written.await.map_err(|_| broken_off())?
    }

    /// Sets the file aside and starts an empty one, unless that happened since `generation` was read.
    pub async fn rebuild(&self, generation: u64) -> Result<(), Error> {
        self.exclusively(move |inner| {
            if inner.generation.load(Ordering::Acquire) != generation {
                return open_or_set_aside(&inner.path, &inner.key, inner.migrations).map(|(c, _)| c);
            }
            damage::set_aside(&inner.path)?;
            open_or_set_aside(&inner.path, &inner.key, inner.migrations).map(|(c, _)| c)
        })
        .await
    }

    /// Puts `other`'s file, which has the same key and migrations, into this one's place. `other` is closed by it.
    pub async fn replace_with(&self, other: &Database) -> Result<(), Error> {
        other.close().await?;
        let from = other.inner.path.clone();
        self.exclusively(move |inner| {
            std::fs::rename(&from, &inner.path).map_err(io_error)?;
            open_or_set_aside(&inner.path, &inner.key, inner.migrations).map(|(c, _)| c)
        })
        .await
    }

    /// Writes the file anew without the room that is left in it, which after a first load is a good part of it. Meanwhile
    /// readers go on and writers wait. Needs as much room on the disk as the file itself.
    pub async fn compact(&self) -> Result<(), Error> {
        let turn = Arc::clone(&self.inner.writing).lock_owned().await;
        let inner = Arc::clone(&self.inner);
        let copied = self.inner.writer.run(move || {
            let mut writer = Borrowed::writer(&inner)?;
            let copy = damage::compact_path(&inner.path);
            damage::remove_with_log(&copy)?;
            let written = writer.connection()?.execute("VACUUM INTO ?1", [copy.to_string_lossy()]).map_err(error);
            // SQLite does not wait for the disk here, and the rename must not reach it first.
            let safe = || std::fs::File::open(&copy).and_then(|file| file.sync_all()).map_err(io_error);
            if let Err(error) = written.and_then(|_| safe()) {
                damage::remove_with_log(&copy)?;
                return Err(error);
            }
            Ok((turn, copy))
        });
        let (turn, copy) = copied.await.map_err(|_| broken_off())??;
        self.exclusively_in(turn, move |inner| {
            std::fs::rename(&copy, &inner.path).map_err(io_error)?;
            open_or_set_aside(&inner.path, &inner.key, inner.migrations).map(|(c, _)| c)
        })
        .await
    }

    /// Waits for what is under way and closes the file; the write-ahead log is gone then. Later calls fail.
    pub async fn close(&self) -> Result<(), Error> {
        self.exclusively(|_| Ok(Connections::default())).await
    }

    /// Closes every connection, runs `work`, and goes on with the connections it returns.
    async fn exclusively(
        &self,
        work: impl FnOnce(&Inner) -> Result<Connections, Error> + Send + 'static,
    ) -> Result<(), Error> {
        let turn = Arc::clone(&self.inner.writing).lock_owned().await;
        self.exclusively_in(turn, work).await
    }

    async fn exclusively_in(
        &self,
        turn: tokio::sync::OwnedMutexGuard<()>,
        work: impl FnOnce(&Inner) -> Result<Connections, Error> + Send + 'static,
    ) -> Result<(), Error> {
        let permits = Arc::clone(&self.inner.reading).acquire_many_owned(READERS as u32).await.map_err(|_| closed())?;
        let inner = Arc::clone(&self.inner);
        blocking(move || {
            let _held = (turn, permits);
            let mut connections = inner.connections.lock().unwrap_or_else(PoisonError::into_inner);
            // Readers first: the last connection to close, the writer's, empties the write-ahead log.
            connections.readers.clear();
            connections.writer = None;
            *connections = work(&inner)?;
            inner.generation.fetch_add(1, Ordering::AcqRel);
            Ok(())
        })
        .await
    }
}

/// The thread on which everything is written. What a large write allocates is then reused by the next; spread over the
/// runtime's threads, each would keep as much.
struct Writer(mpsc::Sender<Job>);

type Job = Box<dyn FnOnce() + Send>;

impl Writer {
    fn start() -> std::io::Result<Self> {
        let (jobs, queue) = mpsc::channel::<Job>();
        thread::Builder::new().name("database-writer".into()).spawn(move || {
            while let Ok(job) = queue.recv() {
                // A job that panics drops its answer, which tells its caller; the next one is none the worse.
                let _ = panic::catch_unwind(AssertUnwindSafe(job));
            }
        })?;
        Ok(Self(jobs))
    }

    fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> oneshot::Receiver<T> {
        let (answer, answered) = oneshot::channel();
        // If the thread is gone, so is `answer`, which the caller sees; if the caller is gone, nobody needs it.
        let _ = self.0.send(Box::new(move || drop(answer.send(work()))));
        answered
    }
}

/// A connection that goes back to where it came from, also when the work on it panics.
struct Borrowed<'a> {
    inner: &'a Inner,
    connection: Option<Connection>,
    writes: bool,
}

impl<'a> Borrowed<'a> {
    fn reader(inner: &'a Inner) -> Result<Self, Error> {
        let connection = inner.connections.lock().unwrap_or_else(PoisonError::into_inner).readers.pop();
        connection.map(|c| Self { inner, connection: Some(c), writes: false }).ok_or_else(closed)
    }

    fn writer(inner: &'a Inner) -> Result<Self, Error> {
        let connection = inner.connections.lock().unwrap_or_else(PoisonError::into_inner).writer.take();
        connection.map(|c| Self { inner, connection: Some(c), writes: true }).ok_or_else(closed)
    }

    fn connection(&mut self) -> Result<&mut Connection, Error> {
        self.connection.as_mut().ok_or_else(closed)
    }
}

impl Drop for Borrowed<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            let mut connections = self.inner.connections.lock().unwrap_or_else(PoisonError::into_inner);
            if self.writes {
                connections.writer = Some(connection);
            } else {
                connections.readers.push(connection);
            }
        }
    }
}

/// One at a time: whoever gives up waiting leaves an attempt that goes on, and two at once would each begin a new file, with
/// salts of their own. Nor does SQLite wait for others when it changes to a write-ahead log.
static OPENING: Mutex<()> = Mutex::new(());

fn open_or_set_aside(path: &Path, key: &Key, migrations: Migrations) -> Result<(Connections, Found), Error> {
    let _turn = OPENING.lock().unwrap_or_else(PoisonError::into_inner);
    // What a process that was killed while it compacted left.
    damage::remove_with_log(&damage::compact_path(path))?;
    match open_all(path, key, migrations) {
        Err(e) if e.code == ErrorCode::DatabaseCorrupt => {
            tracing::warn!(reason = %e.message, "a damaged database is set aside and begun anew");
            damage::set_aside(path)?;
            Ok((open_all(path, key, migrations)?, Found::SetAside))
        }
        result => Ok((result?, Found::Intact)),
    }
}

fn open_all(path: &Path, key: &Key, migrations: Migrations) -> Result<Connections, Error> {
    let unclean = damage::was_left_open(path);
    let mut writer = open_one(path, key, false)?;
    if unclean {
        damage::check(&writer, path)?;
    }
    migrate(&mut writer, migrations)?;
    let readers = (0..READERS).map(|_| open_one(path, key, true)).collect::<Result<_, _>>()?;
    Ok(Connections { writer: Some(writer), readers })
}

fn open_one(path: &Path, key: &Key, read_only: bool) -> Result<Connection, Error> {
    let mode = if read_only {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    } else {
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
    };
    let connection = Connection::open_with_flags(path, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(error)?;
    connection.busy_timeout(Duration::from_secs(5)).map_err(error)?;
    let hex = Zeroizing::new(hex::encode(*key.0));
    // A raw key (SQLCipher API, "Raw key data"): no PBKDF2. Its own log would go to standard error. Processors have
    // instructions for SHA-256, which proves a page in a third of the time of the usual SHA-512; as the default, so that it
    // also holds for the copy that VACUUM INTO writes.
    let keyed = Zeroizing::new(format!(
        "PRAGMA cipher_log_level = NONE; PRAGMA cipher_default_hmac_algorithm = HMAC_SHA256; PRAGMA key = \"x'{}'\";",
        &*hex
    ));
    connection.execute_batch(&keyed).map_err(error)?;
    // The first page is decrypted here: another key or another kind of file shows now.
    connection.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(())).map_err(error)?;
    connection
        .execute_batch(
            "PRAGMA foreign_keys = ON;
             PRAGMA temp_store = MEMORY;
             PRAGMA trusted_schema = OFF;",
        )
        .and_then(|()| connection.pragma_update(None, "cache_size", CACHE))
        .map_err(error)?;
    if !read_only {
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL;
                 PRAGMA synchronous = NORMAL;
                 PRAGMA secure_delete = FAST;
                 PRAGMA journal_size_limit = 16777216;",
            )
            .map_err(error)?;
    }
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn migrate(connection: &mut Connection, migrations: Migrations) -> Result<(), Error> {
    let version: usize = connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(error)?;
    if version > migrations.len() {
        return Err(Error::new(ErrorCode::DatabaseCorrupt, "the file was written by a later version"));
    }
    for (done, script) in migrations.iter().enumerate().skip(version) {
        let transaction = connection.transaction().map_err(error)?;
        transaction.execute_batch(script).map_err(error)?;
        transaction.pragma_update(None, "user_version", done + 1).map_err(error)?;
        transaction.commit().map_err(error)?;
    }
    Ok(())
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
    spawn_blocking(work).await.map_err(|_| broken_off())?
}

fn broken_off() -> Error {
    Error::new(ErrorCode::Internal, "work on a database was broken off")
}

fn closed() -> Error {
    Error::new(ErrorCode::Internal, "the database is closed")
}

fn io_error(e: std::io::Error) -> Error {
    match e.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
            Error::new(ErrorCode::DiskFull, "no room for the database")
        }
        kind => Error::new(ErrorCode::Internal, format!("database file: {kind}")),
    }
}

/// What SQLite said, without its text.
fn error(e: rusqlite::Error) -> Error {
    let rusqlite::Error::SqliteFailure(failure, _) = &e else {
        let kind = match &e {
            rusqlite::Error::SqlInputError { .. } => "a statement was refused",
            rusqlite::Error::QueryReturnedNoRows => return Error::new(ErrorCode::NotFound, "no such row"),
            rusqlite::Error::FromSqlConversionFailure(..) | rusqlite::Error::InvalidColumnType(..) => {
                "a column has another type"
            }
            _ => "a call was refused",
        };
        return Error::new(ErrorCode::Internal, format!("database: {kind}"));
    };
    let code = match (failure.code, failure.extended_code) {
        // Shared memory cannot grow on a full disk either, and says so in its own way.
        (ffi::ErrorCode::DiskFull, _) | (_, ffi::SQLITE_IOERR_SHMSIZE) => ErrorCode::DiskFull,
        (ffi::ErrorCode::NotADatabase | ffi::ErrorCode::DatabaseCorrupt, _) => ErrorCode::DatabaseCorrupt,
        _ => ErrorCode::Internal,
    };
    Error::new(code, format!("SQLite error {}", failure.extended_code))
}

#[cfg(test)]
mod tests;
