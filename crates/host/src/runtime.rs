//! Where the core runs.

use tokio::runtime::{Builder, Runtime};

/// Bytes. A message may hold HTML that is nested as deep as an event is long, some 21,000 elements; the SDK's sanitizer
/// takes such a tree apart by recursion, which the usual two megabytes do not outlast. Only what is used is taken.
const STACK: usize = 16 * 1024 * 1024;

/// The runtime of a host. Errors: those of the system, which may have no threads left.
pub fn runtime() -> std::io::Result<Runtime> {
    Builder::new_multi_thread().enable_all().thread_stack_size(STACK).build()
}
