//! Where the directory comes from.

use consilium_api::Error;
use consilium_fhir::Bundle;

/// Why a page of the feed did not come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedError {
    /// The registry no longer knows the cursor (410 `expired`): everything is fetched again.
    Expired,
    Failed(Error),
}

impl From<Error> for FeedError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// The registry's `_history`.
pub trait Feed: Sync {
    /// The page at `link`, a URL of an earlier page's `next` or `since`; None begins with the whole directory.
    fn page(&self, link: Option<&str>) -> impl Future<Output = Result<Bundle, FeedError>> + Send;
}
