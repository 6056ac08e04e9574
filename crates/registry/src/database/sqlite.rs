//! What SQLite alone needs.

use super::location::Location;
use anyhow::Context as _;
use std::path::Path;

/// A secret that was erased must not linger in free pages, hence `secure_delete`; what was acknowledged must survive a
/// power cut, hence `synchronous = FULL`; an import holds the write lock for seconds, hence the long wait. What a search
/// reads lies all over a large file: it is taken from the system's memory where it is, not copied page by page.
pub const PRAGMAS: &str = "PRAGMA busy_timeout = 60000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA mmap_size = 2147418112; PRAGMA cache_size = -16384;";

/// Writes erased pages through to the file, so that nothing of them stays in the write-ahead log.
pub const SETTLE: &str = "PRAGMA wal_checkpoint(TRUNCATE)";

/// Makes folder and file if they are missing.
pub fn prepare(location: &Location) -> anyhow::Result<()> {
    let Location::File(path) = location else { return Ok(()) };
    if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).context("cannot make the folder of the database")?;
    }
    private_file(path).context("cannot make the database file")
}

/// Makes the file if it is missing, readable to its owner alone.
fn private_file(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}
