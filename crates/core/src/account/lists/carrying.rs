//! Favourites and notes about an entry that gave way.

use super::super::active::Active;
use consilium_api::Result;
use futures::{StreamExt, stream};
use std::sync::Arc;
use tokio_stream::wrappers::WatchStream;

impl Active {
    /// Carries over what is kept about entries that gave way, whenever the directory tells of one or another device brings
    /// something of its own.
    pub(in crate::account) async fn keep_carried(self: Arc<Self>) {
        let directory = WatchStream::new(self.directory.changes()).map(drop);
        let contacts = WatchStream::from_changes(self.contacts.changes()).map(drop);
        let mut news = stream::select(directory, contacts);
        while news.next().await.is_some() {
            if let Err(error) = self.carry_over().await {
                tracing::warn!(code = ?error.code, "what is kept about an entry that gave way could not be carried over");
            }
        }
    }

    async fn carry_over(&self) -> Result<()> {
        let former = self.directory.former_ids().await?;
        if former.is_empty() {
            return Ok(());
        }
        self.contacts.carry_over(former, chrono::Utc::now().timestamp()).await
    }
}
