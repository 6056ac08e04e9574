//! Files that cannot be used: finding out, setting aside, removing.

use super::{error, io_error};
use consilium_api::{Error, ErrorCode};
use rusqlite::Connection;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const ASIDE: &str = ".damaged-";

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

/// Whether the last process that had the file open did not close it: SQLite removes the log when it does.
pub(super) fn was_left_open(path: &Path) -> bool {
    fs::metadata(with_suffix(path, "-wal")).is_ok_and(|wal| wal.len() > 0)
}

/// Size of a file up to which it is checked thoroughly, in bytes.
const SMALL: u64 = 32 << 20;

/// Authenticates every page, and in a small file checks how they hang together: that takes seconds with a large index.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<(), Error> {
    let damaged = |what: &str| Error::new(ErrorCode::DatabaseCorrupt, format!("{what} failed"));
    if connection.prepare("PRAGMA cipher_integrity_check").and_then(|mut s| s.exists([])).map_err(error)? {
        return Err(damaged("cipher_integrity_check"));
    }
    if fs::metadata(path).is_ok_and(|file| file.len() <= SMALL) {
        let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(error)?;
        if verdict != "ok" {
            return Err(damaged("quick_check"));
        }
    }
    Ok(())
}

/// Renames the file and its log, dropping an earlier one that was set aside.
pub(super) fn set_aside(path: &Path) -> Result<(), Error> {
    remove_asides(path).map_err(|_| not_aside())?;
    let stamp = chrono::Utc::now().format("%Y%m%dT%H%M%SZ");
    let aside = with_suffix(path, &format!("{ASIDE}{stamp}"));
    for suffix in ["-wal", "-shm", ""] {
        match fs::rename(with_suffix(path, suffix), with_suffix(&aside, suffix)) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(not_aside()),
            _ => {}
        }
    }
    Ok(())
}

fn not_aside() -> Error {
    Error::new(ErrorCode::DatabaseCorrupt, "a damaged database could not be set aside")
}

fn remove_asides(path: &Path) -> io::Result<()> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return Ok(()) };
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    let prefix = format!("{}{ASIDE}", name.to_string_lossy());
    for entry in entries {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Where a file is written anew.
pub(super) fn compact_path(path: &Path) -> PathBuf {
    with_suffix(path, ".compact")
}

/// Removes a closed database with its log, what was set aside of it, and a copy of it that was not finished. Missing files
/// are no error.
pub fn remove_files(path: &Path) -> Result<(), Error> {
    remove_asides(path).map_err(io_error)?;
    remove_with_log(&compact_path(path))?;
    remove_with_log(path)
}

/// Removes a closed database with its log alone.
pub(super) fn remove_with_log(path: &Path) -> Result<(), Error> {
    for suffix in ["-wal", "-shm", ""] {
        match fs::remove_file(with_suffix(path, suffix)) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(io_error(e)),
            _ => {}
        }
    }
    Ok(())
}
