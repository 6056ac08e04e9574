//! What PostgreSQL alone needs: one writer at a time over all processes, turns, and news from one process to another.

use super::connection::Access;
use diesel::PgConnection;
use diesel::connection::{AnsiTransactionManager, SimpleConnection as _, TransactionManager as _};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Text;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// A writer waits as long as with SQLite. A process that stopped in the middle of a transaction, as a frozen machine does,
/// loses it to those who wait.
pub const SETTINGS: &str = "SET lock_timeout = '60s'; SET idle_in_transaction_session_timeout = '60s'";

/// First key of the registry's advisory locks (PostgreSQL documentation, 13.3.5); the second says what for. They belong to
/// the database, so registries that share a cluster do not meet.
const LOCKS: i32 = 0x43_4f_4e_53;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    Migrating = 1,
    Writing = 2,
    Binding = 3,
    Sweeping = 4,
    Publishing = 5,
}

impl Lock {
    fn keys(self) -> String {
        format!("{LOCKS}, {}", self as i32)
    }
}

/// Writers hold a lock until their transaction ends. It makes them take turns, so that the numbers of the change log are
/// committed in their order (a reader that saw number 8 will never find a 7 that it did not see), each line of the audit
/// trail follows the one before, and what a writer has read stays true while it writes. Each statement of a writer must
/// see what was committed before it got the lock, hence `READ COMMITTED`.
pub fn begin(c: &mut PgConnection, access: Access) -> QueryResult<()> {
    match access {
        Access::Read => {
            AnsiTransactionManager::begin_transaction_sql(c, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        }
        Access::Write => {
            AnsiTransactionManager::begin_transaction_sql(c, "BEGIN ISOLATION LEVEL READ COMMITTED")?;
            lock(c, Lock::Writing)
        }
    }
}

/// Takes a lock for the open transaction; if it cannot be had, the transaction is taken back.
fn lock(c: &mut PgConnection, lock: Lock) -> QueryResult<()> {
    let locked = c.batch_execute(&format!("SELECT pg_advisory_xact_lock({})", lock.keys()));
    if locked.is_err() {
        // What went wrong before says more.
        let _ = AnsiTransactionManager::rollback_transaction(c);
    }
    locked
}

/// Opens a transaction that does nothing but hold a lock until it ends, for work that lasts longer than a write does.
/// False if it is not to wait and another has it.
pub fn hold(c: &mut PgConnection, held: Lock, wait: bool) -> QueryResult<bool> {
    AnsiTransactionManager::begin_transaction_sql(c, "BEGIN ISOLATION LEVEL READ COMMITTED")?;
    if wait {
        lock(c, held)?;
    } else {
        let ours = sql::<diesel::sql_types::Bool>(&format!("pg_try_advisory_xact_lock({})", held.keys()));
        let ours = diesel::select(ours).get_result::<bool>(c);
        if !matches!(ours, Ok(true)) {
            AnsiTransactionManager::rollback_transaction(c)?;
            return ours;
        }
    }
    // The homeserver may be slow; a process that is frozen meanwhile must not keep it for ever.
    c.batch_execute("SET LOCAL idle_in_transaction_session_timeout = '10min'")?;
    Ok(true)
}

/// Takes the lock of who changes tables, until the connection is closed.
pub fn lock_tables(c: &mut PgConnection) -> QueryResult<()> {
    c.batch_execute(&format!("SELECT pg_advisory_lock({})", Lock::Migrating.keys()))
}

/// In what the server keeps text.
pub fn encoding(c: &mut PgConnection) -> QueryResult<String> {
    diesel::select(sql::<Text>("current_setting('server_encoding')")).get_result(c)
}

/// The channel on which the ids of changed applications are told.
const CHANNEL: &str = "consilium_application";

/// Tells the other processes that an application changed, once the transaction is committed.
pub fn announce(c: &mut PgConnection, application_id: &str) -> QueryResult<()> {
    diesel::sql_query("SELECT pg_notify($1, $2)")
        .bind::<Text, _>(CHANNEL)
        .bind::<Text, _>(application_id)
        .execute(c)
        .map(drop)
}

/// What was heard of other processes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// This application has changed.
    Changed(String),
    /// Something may have been said while nobody listened.
    Anything,
}

/// How often it is looked whether something has arrived: a read of an empty socket, without a word to the server.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// How often the server is asked for a word, so that a connection that died in silence is noticed.
const PROBE_EVERY: Duration = Duration::from_secs(15);
const CONNECT_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Listens until it is told to close, on a connection of its own; connects again when that is lost. Blocks.
pub fn listen(url: &str, closing: &CancellationToken, mut heard: impl FnMut(Heard)) {
    while !closing.is_cancelled() {
        if let Err(error) = listen_once(url, closing, &mut heard) {
            tracing::warn!(%error, "the database says nothing of other processes; connecting again");
            let again = Instant::now() + CONNECT_AGAIN_AFTER;
            while Instant::now() < again && !closing.is_cancelled() {
                std::thread::sleep(LOOK_EVERY);
            }
        }
    }
}

fn listen_once(
    url: &str,
    closing: &CancellationToken,
    heard: &mut impl FnMut(Heard),
) -> Result<(), Box<dyn std::error::Error>> {
    let mut c = PgConnection::establish(url)?;
    c.batch_execute(&format!("LISTEN {CHANNEL}"))?;
    heard(Heard::Anything);
    let mut probed = Instant::now();
    while !closing.is_cancelled() {
        for notification in c.notifications_iter() {
            heard(Heard::Changed(notification?.payload));
        }
        if probed.elapsed() > PROBE_EVERY {
            c.batch_execute("SELECT 1")?;
            probed = Instant::now();
        }
        std::thread::sleep(LOOK_EVERY);
    }
    Ok(())
}
