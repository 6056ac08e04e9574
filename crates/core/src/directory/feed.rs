//! Where the directory comes from.

use consilium_api::Error;
use consilium_publication::Manifest;

/// Why something of the feed did not come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedError {
    /// The registry no longer has it, or says that the chain is closed: everything is fetched again.
    Expired,
    Failed(Error),
}

impl From<Error> for FeedError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// A manifest as it was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answered {
    /// It has the ETag that was named.
    Same,
    New {
        manifest: Box<Manifest>,
        etag: Option<String>,
    },
}

/// The registry's published directory (`$bulk-publish`).
pub trait Feed: Sync {
    /// The manifest at a URL of an earlier one's `next`, unless it has this ETag; None is everything.
    fn manifest(
        &self,
        url: Option<&str>,
        etag: Option<&str>,
    ) -> impl Future<Output = Result<Answered, FeedError>> + Send;

    /// A file, compressed. More than `bytes` are not read.
    fn file(&self, url: &str, bytes: u64) -> impl Future<Output = Result<Vec<u8>, FeedError>> + Send;

    /// The key by which checkpoints are known, as it was pinned: a C2SP verifying key.
    fn pinned_key(&self) -> impl Future<Output = Result<String, Error>> + Send;

    /// The notes by which each key of the registry named the next.
    fn successions(&self) -> impl Future<Output = Result<Vec<String>, Error>> + Send;
}
