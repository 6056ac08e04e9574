//! The one place that holds connections: closures run on a blocking pool, writes one after another in a transaction.

pub mod schema;

use crate::problem::Problem;
use anyhow::Context as _;
use diesel::connection::{Connection as _, SimpleConnection as _};
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Error as PoolError, Pool};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};
use std::path::Path;

/// The backend in one name, so that another one is a change here and in `migrations/`.
pub type Connection = diesel::SqliteConnection;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// Connections kept open.
const POOL_SIZE: u32 = 8;

/// A secret that was erased must not linger in free pages, hence `secure_delete`; what was acknowledged must survive a
/// power cut, hence `synchronous = FULL`; an import holds the write lock for seconds, hence the long wait.
const PRAGMAS: &str = "PRAGMA busy_timeout = 60000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;";

#[derive(Debug)]
struct Prepare;

impl CustomizeConnection<Connection, PoolError> for Prepare {
    fn on_acquire(&self, connection: &mut Connection) -> Result<(), PoolError> {
        connection.batch_execute(PRAGMAS).map_err(PoolError::QueryError)
    }
}

pub struct Database {
    pool: Pool<ConnectionManager<Connection>>,
    /// Writers queue here in order instead of racing for SQLite's lock.
    writing: tokio::sync::Mutex<()>,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Database")
    }
}

impl Database {
    /// Opens or makes the database and brings it to the current schema.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).context("cannot make the folder of the database")?;
        }
        private_file(path).context("cannot make the database file")?;
        let url = path.to_str().context("the path of the database is not UTF-8")?;
        let mut first = Connection::establish(url).context("cannot open the database")?;
        first.batch_execute(PRAGMAS).context("cannot set up the database")?;
        first.run_pending_migrations(MIGRATIONS).map_err(|e| anyhow::anyhow!("cannot migrate the database: {e}"))?;
        // Lot decides, once.
        diesel::insert_into(schema::facts::table)
            .values((schema::facts::key.eq("database id"), schema::facts::value.eq(uuid::Uuid::new_v4().to_string())))
            .on_conflict_do_nothing()
            .execute(&mut first)
            .context("cannot mark the database")?;
        drop(first);
        let pool = Pool::builder()
            .max_size(POOL_SIZE)
            .min_idle(Some(1))
            .connection_customizer(Box::new(Prepare))
            .build(ConnectionManager::new(url))
            .context("cannot open the database")?;
        Ok(Self { pool, writing: tokio::sync::Mutex::new(()) })
    }

    /// Runs a closure that reads, in one snapshot.
    pub async fn read<T, F>(&self, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T, Problem> + Send + 'static,
    {
        let pool = self.pool.clone();
        tokio::task::spawn_blocking(move || {
            let mut connection = pool.get().map_err(Problem::internal)?;
            connection.transaction(|c| work(c))
        })
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
        tokio::task::spawn_blocking(move || {
            let mut connection = pool.get().map_err(Problem::internal)?;
            connection.immediate_transaction(work)
        })
        .await
        .map_err(Problem::internal)?
    }

    /// The same for commands, which have no one to wait for, with errors for the operator's eyes.
    pub fn write_now<T>(&self, work: impl FnOnce(&mut Connection) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let mut connection = self.pool.get()?;
        let mut refused = None;
        let done = connection.immediate_transaction(|c| {
            work(c).map_err(|error| {
                refused = Some(error);
                diesel::result::Error::RollbackTransaction
            })
        });
        done.map_err(|error| refused.unwrap_or_else(|| error.into()))
    }

    /// Writes erased pages through to the file, so that nothing of them stays in the write-ahead log.
    pub async fn settle(&self) -> Result<(), Problem> {
        let _turn = self.writing.lock().await;
        let pool = self.pool.clone();
        tokio::task::spawn_blocking(move || {
            let mut connection = pool.get().map_err(Problem::internal)?;
            connection.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").map_err(Problem::internal)
        })
        .await
        .map_err(Problem::internal)?
    }
}

/// Makes the file if it is missing, readable to its owner alone.
fn private_file(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}
