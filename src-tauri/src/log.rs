//! The log file of the profile.

use consilium_host::log_to;
use std::path::Path;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{RollingFileAppender, Rotation};

/// Days that are kept.
const KEPT: usize = 7;

/// Logs into a new file every day, and writes what is left when the guard is dropped. Without a place to write to
/// (a full disk), to standard error: a program that does not log still works.
pub fn open(dir: &Path) -> Option<WorkerGuard> {
    // The appender looks for old files first, and complains on standard error if there is no folder.
    let _ = std::fs::create_dir_all(dir);
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("consilium")
        .filename_suffix("log")
        .max_log_files(KEPT)
        .build(dir);
    let Ok(file) = file else {
        let _ = tracing::subscriber::set_global_default(log_to(std::io::stderr));
        return None;
    };
    // Drops lines rather than hold up the core when the disk is slow.
    let (writer, guard) = tracing_appender::non_blocking(file);
    let _ = tracing::subscriber::set_global_default(log_to(writer));
    Some(guard)
}
