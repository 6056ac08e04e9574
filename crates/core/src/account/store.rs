//! Opening the SDK's stores, and what to do when a file is damaged.

use super::connecting::Connecting;
use super::session::VaultKey;
use crate::registry::Servers;
use consilium_api::{Error, ErrorCode, Result};
use matrix_sdk::config::RequestConfig;
use matrix_sdk::encryption::{BackupDownloadStrategy, EncryptionSettings};
use matrix_sdk::{Client, ClientBuildError, SqliteStoreConfig, ThreadingSupport};
use matrix_sdk_sqlite::OpenStoreError;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Files of the SDK that can be fetched again from the servers.
const CACHES: &[&str] = &["matrix-sdk-event-cache.sqlite3", "matrix-sdk-media.sqlite3"];
/// Files that hold what exists nowhere else: keys, unsent messages.
const PRECIOUS: &[&str] = &["matrix-sdk-state.sqlite3", CRYPTO];
pub(super) const CRYPTO: &str = "matrix-sdk-crypto.sqlite3";

/// A client over the stores in `folder`, not yet signed in. Needs no network.
pub(crate) async fn build_client(servers: &Servers, folder: &Path, key: &VaultKey) -> Result<Client> {
    std::fs::create_dir_all(folder).map_err(|error| crate::sealed::io_error(&error))?;
    Client::builder()
        .homeserver_url(&servers.homeserver)
        // The address a doctor entered decides; a server's login answer does not move them elsewhere.
        .respect_login_well_known(false)
        .sqlite_store_with_config_and_cache_path(SqliteStoreConfig::new(folder).key(Some(key.bytes())), None::<PathBuf>)
        .http_client(http_client()?)
        // Who waits tries again by themselves. The SDK asks the homeserver for each message that it cannot read before it
        // shows a conversation: without a network, trying again each time would keep the rest from sight for minutes.
        .request_config(RequestConfig::new().timeout(Duration::from_secs(30)).disable_retry())
        .with_threading_support(ThreadingSupport::Disabled)
        .with_encryption_settings(EncryptionSettings {
            auto_enable_cross_signing: true,
            backup_download_strategy: BackupDownloadStrategy::AfterDecryptionFailure,
            auto_enable_backups: true,
        })
        .build()
        .await
        .map_err(|error| match error {
            ClientBuildError::SqliteStore(error) => open_error(&error),
            ClientBuildError::Http(error) => super::error::http_error(&error),
            _ => Error::new(ErrorCode::Internal, "the chat engine could not be built"),
        })
}

/// As the SDK makes its own, but for how connections are made.
fn http_client() -> Result<reqwest::Client> {
    reqwest::Client::builder()
        .user_agent(concat!("Consilium/", env!("CARGO_PKG_VERSION")))
        .tls_version_min(reqwest::tls::Version::TLS_1_2)
        .connector_layer(Connecting::default())
        .build()
        .map_err(|_| Error::new(ErrorCode::Internal, "the HTTP client could not be made"))
}

/// A client without a store: nothing of it outlives the call.
pub(crate) async fn anonymous(servers: &Servers) -> Result<Client> {
    Client::builder()
        .homeserver_url(&servers.homeserver)
        .respect_login_well_known(false)
        // Somebody waits for it.
        .request_config(RequestConfig::new().timeout(Duration::from_secs(20)).disable_retry())
        .build()
        .await
        .map_err(|_| Error::new(ErrorCode::Internal, "the chat engine could not be built"))
}

/// Whether a store that does not open is damaged, or only cannot be opened now: on a full disk, say.
fn open_error(error: &OpenStoreError) -> Error {
    use OpenStoreError as E;
    let sqlite = match error {
        E::CreateDir(error) => return crate::sealed::io_error(error),
        E::MissingVersion | E::InvalidVersion | E::InitCipher(_) => {
            return Error::new(ErrorCode::DatabaseCorrupt, "a store is damaged or of another key");
        }
        E::LoadVersion(error) | E::LoadCipher(error) | E::SaveCipher(error) => Some(error),
        _ => None,
    };
    match sqlite.and_then(rusqlite::Error::sqlite_error_code) {
        Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt) => {
            Error::new(ErrorCode::DatabaseCorrupt, "a store is damaged")
        }
        // Opening a log on a full disk fails as an input/output error of the shared memory beside it.
        Some(rusqlite::ErrorCode::DiskFull | rusqlite::ErrorCode::SystemIoFailure) => {
            Error::new(ErrorCode::DiskFull, "a store could not be opened: no space left, perhaps")
        }
        _ => Error::new(ErrorCode::Internal, "a store could not be opened"),
    }
}

/// What a look at the files found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Health {
    Whole,
    /// Only caches were damaged; they were set aside and are made again.
    CachesSetAside,
    /// Keys or unsent messages are in a damaged file.
    Damaged,
}

/// Looks at every database of the store before it is opened; sets damaged caches aside. A thorough look reads every
/// page: for a start after a crash.
pub(crate) fn examine(folder: &Path, thorough: bool) -> Result<Health> {
    if PRECIOUS.iter().any(|name| is_damaged(&folder.join(name), thorough)) {
        return Ok(Health::Damaged);
    }
    let mut health = Health::Whole;
    for name in CACHES {
        let path = folder.join(name);
        if is_damaged(&path, thorough) {
            set_aside(&path)?;
            health = Health::CachesSetAside;
        }
    }
    Ok(health)
}

/// Whether the file is there and SQLite cannot make sense of its structure.
fn is_damaged(path: &Path, thorough: bool) -> bool {
    if !path.exists() {
        return false;
    }
    let check = || -> rusqlite::Result<bool> {
        // Read-write: a write-ahead log left by a crash has to be played back first.
        let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))?;
        if !thorough {
            return Ok(false);
        }
        db.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0)).map(|answer| answer != "ok")
    };
    match check() {
        Ok(damaged) => damaged,
        Err(rusqlite::Error::SqliteFailure(error, _)) => {
            matches!(error.code, rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt)
        }
        Err(_) => false,
    }
}

/// Renames a file or folder out of the way, replacing what was set aside before.
pub(crate) fn set_aside(path: &Path) -> Result<()> {
    for suffix in ["", "-wal", "-shm"] {
        let with = |more: &str| {
            let mut name = path.as_os_str().to_owned();
            name.push(more);
            name.push(suffix);
            PathBuf::from(name)
        };
        let (from, to) = (with(""), with(".damaged"));
        if from.exists() {
            remove(&to)?;
            std::fs::rename(&from, &to).map_err(|error| crate::sealed::io_error(&error))?;
        }
    }
    Ok(())
}

/// Removes a file or folder; that there is none is fine.
pub(crate) fn remove(path: &Path) -> Result<()> {
    let removed = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(crate::sealed::io_error(&error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(path: &Path) {
        let db = Connection::open(path).unwrap();
        db.execute_batch("CREATE TABLE t (x); INSERT INTO t VALUES (1)").unwrap();
    }

    #[test]
    fn a_damaged_cache_is_set_aside_and_a_damaged_key_store_is_reported() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(examine(folder.path(), true).unwrap(), Health::Whole, "nothing there yet");
        for name in CACHES.iter().chain(PRECIOUS) {
            database(&folder.path().join(name));
        }
        assert_eq!(examine(folder.path(), true).unwrap(), Health::Whole);

        let cache = folder.path().join(CACHES[0]);
        std::fs::write(&cache, "not a database, whatever it was before").unwrap();
        assert_eq!(examine(folder.path(), true).unwrap(), Health::CachesSetAside);
        assert!(!cache.exists());
        assert!(folder.path().join(format!("{}.damaged", CACHES[0])).exists());

        std::fs::write(folder.path().join(PRECIOUS[1]), "not a database, whatever it was before").unwrap();
        assert_eq!(examine(folder.path(), false).unwrap(), Health::Damaged);
        assert!(folder.path().join(PRECIOUS[1]).exists(), "what is precious stays where it is");
    }
}
