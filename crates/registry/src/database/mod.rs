//! The one place that holds connections: closures run on a blocking pool, writes one after another in a transaction.
//!
//! SQLite in a file, or PostgreSQL, which several processes may share. What differs between the two is in this folder and
//! in `migrations/`; everything else speaks to [`Connection`].

mod among;
mod any;
mod connection;
pub mod deferred;
mod facts;
mod location;
pub mod nul;
mod postgres;
pub mod schema;
mod sqlite;

pub(crate) use among::among;
pub(crate) use connection::on_either;
pub(crate) use facts::id;
pub use location::Location;
pub use postgres::Heard;

use crate::problem::Problem;
use anyhow::{Context as _, ensure};
use connection::{Access, Connector};
use diesel::connection::{SimpleConnection as _, TransactionManager};
use diesel::prelude::*;
use diesel::r2d2::{ManageConnection as _, Pool, PooledConnection};
use diesel::result::{DatabaseErrorKind, Error};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};
use postgres::Lock;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio_util::sync::CancellationToken;

/// The backend in one name.
pub type Connection = any::AnyConnection;

const SQLITE_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Connections kept open.
const POOL_SIZE: u32 = 8;
/// Longest wait for one of them. A server that is away must not make callers wait for half a minute each.
const POOL_PATIENCE: Duration = Duration::from_secs(5);

pub struct Database {
    location: Location,
    pool: Pool<Connector>,
    /// Writers of this process queue here in order instead of racing for the database's lock.
    writing: Mutex<()>,
    binding: Arc<Mutex<()>>,
    sweeping: Arc<Mutex<()>>,
    publishing: Arc<Mutex<()>>,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Database")
    }
}

/// Work that only one process may do at a time, and that is more than one transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Giving leave to make an account, binding one, or locking one for not being bound, so that none overtakes another.
    Binding,
    /// The sweep of every minute.
    Sweeping,
    /// Writing the published directory.
    Publishing,
}

/// While this is held nobody else has the same turn, in whatever process.
pub struct Held {
    _here: OwnedMutexGuard<()>,
    there: Option<PooledConnection<Connector>>,
}

impl Drop for Held {
    fn drop(&mut self) {
        // Should this not happen or not work, the connection is closed with its transaction open, which ends it too.
        if let (Some(mut there), Ok(runtime)) = (self.there.take(), tokio::runtime::Handle::try_current()) {
            runtime.spawn_blocking(move || Connection::rollback_transaction(&mut there));
        }
    }
}

impl Database {
    /// Opens or makes the database and brings it to the current schema. It belongs to the secret file with which it was
    /// begun, of which `secret_mark` is a digest: with another one, as of a second machine that was to share the
    /// database, nothing in it could be told apart or opened.
    pub fn open(location: &Location, secret_mark: &str) -> anyhow::Result<Self> {
        sqlite::prepare(location)?;
        let connector = Connector(location.clone());
        let mut first = connector.connect().context("cannot open the database")?;
        let migrated = match &mut first {
            Connection::Sqlite(c) => c.run_pending_migrations(SQLITE_MIGRATIONS).map(drop),
            Connection::Postgres(c) => {
                let encoding = postgres::encoding(c).context("cannot set up the database")?;
                ensure!(encoding == "UTF8", "the database keeps text in {encoding}: make it with the encoding UTF8");
                // Of several processes that start at once one changes the tables, and the others find it done.
                postgres::lock_tables(c).context("cannot set up the database")?;
                c.run_pending_migrations(POSTGRES_MIGRATIONS).map(drop)
            }
        };
        migrated.map_err(|e| anyhow::anyhow!("cannot migrate the database: {e}"))?;
        // Lot decides, once.
        let id = uuid::Uuid::new_v4().to_string();
        facts::settled(&mut first, facts::ID, &id).context("cannot mark the database")?;
        let begun_with = facts::settled(&mut first, "secret file", secret_mark).context("cannot mark the database")?;
        ensure!(begun_with == secret_mark, "the secret file is not the one with which this database was begun");
        drop(first);
        let pool = Pool::builder()
            .max_size(POOL_SIZE)
            .min_idle(Some(1))
            .connection_timeout(POOL_PATIENCE)
            .build(connector)
            .context("cannot open the database")?;
        Ok(Self {
            location: location.clone(),
            pool,
            writing: Mutex::default(),
            binding: Arc::default(),
            sweeping: Arc::default(),
            publishing: Arc::default(),
        })
    }

    /// Runs a closure that reads, in one snapshot.
    pub async fn read<T, F>(&self, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T, Problem> + Send + 'static,
    {
        let pool = self.pool.clone();
        tokio::task::spawn_blocking(move || finish(&mut *begun(&pool, Access::Read)?, work))
            .await
            .map_err(Problem::internal)?
    }

    /// Runs a closure that writes, in one transaction; an error takes everything back.
    pub async fn write<T, F>(&self, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T, Problem> + Send + 'static,
    {
        let _turn = self.writing.lock().await;
        let pool = self.pool.clone();
        tokio::task::spawn_blocking(move || finish(&mut *begun(&pool, Access::Write)?, work))
            .await
            .map_err(Problem::internal)?
    }

    /// The same for what blocks, such as commands, with errors for the operator's eyes.
    pub fn write_now<T>(&self, work: impl FnOnce(&mut Connection) -> anyhow::Result<T>) -> anyhow::Result<T> {
        finish(&mut *begun(&self.pool, Access::Write)?, work)
    }

    /// The same for what reads.
    pub fn read_now<T>(&self, work: impl FnOnce(&mut Connection) -> anyhow::Result<T>) -> anyhow::Result<T> {
        finish(&mut *begun(&self.pool, Access::Read)?, work)
    }

    /// A folder with room for what a command puts aside: beside a database that is a file, otherwise the system's.
    pub fn folder(&self) -> PathBuf {
        match &self.location {
            Location::File(path) => match path.parent() {
                Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
                _ => PathBuf::from("."),
            },
            Location::Postgres(_) => std::env::temp_dir(),
        }
    }

    /// Writes erased keys through to the file. PostgreSQL keeps them in dead rows until it cleans up by itself, and in its
    /// write-ahead log for as long as its operator keeps that (`docs/operating.md`).
    pub async fn settle(&self) -> Result<(), Problem> {
        let Location::File(_) = self.location else { return Ok(()) };
        let _turn = self.writing.lock().await;
        let pool = self.pool.clone();
        tokio::task::spawn_blocking(move || {
            let mut connection = pool.get().map_err(Problem::internal)?;
            connection.batch_execute(sqlite::SETTLE).map_err(Problem::internal)
        })
        .await
        .map_err(Problem::internal)?
    }

    /// Waits for a turn.
    pub async fn turn(&self, turn: Turn) -> Result<Held, Problem> {
        let here = self.mutex(turn).clone().lock_owned().await;
        let there = self.hold(turn, true).await?;
        Ok(Held { _here: here, there })
    }

    /// A turn if nobody has it now.
    pub async fn turn_if_free(&self, turn: Turn) -> Result<Option<Held>, Problem> {
        let Ok(here) = self.mutex(turn).clone().try_lock_owned() else { return Ok(None) };
        let there = self.hold(turn, false).await?;
        // A file has no other process that serves it.
        let free = there.is_some() || matches!(self.location, Location::File(_));
        Ok(free.then_some(Held { _here: here, there }))
    }

    fn mutex(&self, turn: Turn) -> &Arc<Mutex<()>> {
        match turn {
            Turn::Binding => &self.binding,
            Turn::Sweeping => &self.sweeping,
            Turn::Publishing => &self.publishing,
        }
    }

    /// The connection that holds the turn against other processes, if there can be others and it could be had. There is at
    /// most one for each turn, so that the pool is never used up by those who wait.
    async fn hold(&self, turn: Turn, wait: bool) -> Result<Option<PooledConnection<Connector>>, Problem> {
        let Location::Postgres(_) = self.location else { return Ok(None) };
        let lock = match turn {
            Turn::Binding => Lock::Binding,
            Turn::Sweeping => Lock::Sweeping,
            Turn::Publishing => Lock::Publishing,
        };
        let pool = self.pool.clone();
        tokio::task::spawn_blocking(move || {
            let (connection, ours) = ready(&pool, |c| match c {
                Connection::Postgres(c) => postgres::hold(c, lock, wait),
                Connection::Sqlite(_) => Ok(false),
            })?;
            Ok(ours.then_some(connection))
        })
        .await
        .map_err(Problem::internal)?
    }

    /// Tells what other processes change, until it is told to close. Blocks; does nothing where there is no other process.
    pub fn listen(&self, closing: &CancellationToken, heard: impl FnMut(Heard)) {
        if let Location::Postgres(url) = &self.location {
            postgres::listen(&location::with_defaults(url), closing, heard);
        }
    }
}

/// Tells the other processes, once the transaction is committed, that an application changed.
pub fn announce(c: &mut Connection, application_id: &str) -> QueryResult<()> {
    match c {
        Connection::Sqlite(_) => Ok(()),
        Connection::Postgres(c) => postgres::announce(c, application_id),
    }
}

/// A connection on which a transaction was opened.
fn begun(pool: &Pool<Connector>, access: Access) -> Result<PooledConnection<Connector>, Problem> {
    ready(pool, |c| c.begin(access)).map(|(connection, ())| connection)
}

/// A connection on which this was done. One that turns out to be dead, or loses to another in the first moment, is tried
/// again with another connection; later nobody knows what was done, and it is the caller's to call again.
fn ready<T>(
    pool: &Pool<Connector>,
    mut prepare: impl FnMut(&mut Connection) -> QueryResult<T>,
) -> Result<(PooledConnection<Connector>, T), Problem> {
    let mut again = 2;
    loop {
        let mut connection = pool.get().map_err(Problem::internal)?;
        match prepare(&mut connection) {
            Ok(done) => return Ok((connection, done)),
            Err(error) if again > 0 && passing(&error) => again -= 1,
            Err(error) => return Err(error.into()),
        }
    }
}

/// Whether the same may succeed on another connection.
fn passing(error: &Error) -> bool {
    matches!(
        error,
        Error::DatabaseError(
            DatabaseErrorKind::ClosedConnection
                | DatabaseErrorKind::SerializationFailure
                | DatabaseErrorKind::UnableToSendCommand,
            _
        ) | Error::BrokenTransactionManager
    )
}

/// Does the work and commits, or takes back what an error left.
fn finish<T, E: From<Error>>(
    connection: &mut Connection,
    work: impl FnOnce(&mut Connection) -> Result<T, E>,
) -> Result<T, E> {
    match work(connection) {
        Ok(done) => {
            Connection::commit_transaction(connection)?;
            Ok(done)
        }
        Err(refused) => {
            // A connection whose transaction cannot be ended is closed by the pool, and with it the transaction.
            if let Err(error) = Connection::rollback_transaction(connection) {
                tracing::warn!(%error, "a transaction could not be taken back");
            }
            Err(refused)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn both_databases_have_the_same_steps() {
        let steps = |backend: &str| -> BTreeSet<_> {
            let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(backend);
            std::fs::read_dir(folder).unwrap().map(|step| step.unwrap().file_name()).collect()
        };
        assert_eq!(steps("sqlite"), steps("postgres"));
    }
}
