//! How large a file may be: asked of the homeserver once a session, and kept for when it cannot be asked.

use super::{Active, RETRY, save};
use consilium_api::media::UPLOAD_LIMIT;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Key in the SDK's store of the largest upload that the homeserver takes, in bytes.
pub(super) const LIMIT: &[u8] = b"consilium.upload-limit";

impl Active {
    /// Bytes of the largest file that can be sent, as far as is known.
    pub(crate) fn attachment_limit(&self) -> u64 {
        match self.upload_limit.load(Ordering::Relaxed) {
            0 => UPLOAD_LIMIT as u64,
            limit => limit.min(UPLOAD_LIMIT as u64),
        }
    }

    /// Asks the homeserver as soon as it can be reached.
    pub(super) async fn keep_upload_limit(self: Arc<Self>) {
        let mut pause = RETRY.0;
        loop {
            self.online().await;
            if let Ok(limit) = self.client.load_or_fetch_max_upload_size().await {
                let limit = u64::from(limit);
                self.upload_limit.store(limit, Ordering::Relaxed);
                save(&self.client, LIMIT, &limit).await;
                return;
            }
            self.pause(pause).await;
            pause = (pause * 2).min(RETRY.1);
        }
    }
}
