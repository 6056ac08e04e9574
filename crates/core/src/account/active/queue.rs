//! What waits to be sent.

use super::{Active, RETRY, lock};
use crate::account::error::matrix_error;
use consilium_api::account::Link;
use matrix_sdk::ruma::{OwnedRoomId, RoomId};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast;

impl Active {
    /// Keeps the count of queued messages, and starts queues again that a failure of the network stopped.
    pub(super) async fn watch_queue(self: Arc<Self>) {
        let mut updates = self.client.send_queue().subscribe();
        let mut errors = self.client.send_queue().subscribe_errors();
        self.client.send_queue().enable_upload_progress(true);
        self.client.send_queue().respawn_tasks_for_rooms_with_unsent_requests().await;
        let mut pause = RETRY.0;
        loop {
            self.count_queued().await;
            tokio::select! {
                update = updates.recv() => match update {
                    Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => pause = RETRY.0,
                    Err(broadcast::error::RecvError::Closed) => return,
                },
                error = errors.recv() => match error {
                    Ok(error) if error.is_recoverable => {
                        self.count_queued().await;
                        self.pause(pause.max(asked_to_wait(&error.error))).await;
                        pause = (pause * 2).min(RETRY.1);
                        // Offline, the queue would only fail again: it starts when the link is back.
                        if self.link() != Link::Offline {
                            self.resume_queue().await;
                        }
                    }
                    // The SDK stops the conversation's queue after any failure. What cannot be sent waits for the
                    // doctor; what was written after it goes on.
                    Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {
                        self.resume_queue().await;
                    }
                    Err(broadcast::error::RecvError::Closed) => return,
                },
            }
        }
    }

    /// Has the queue go on, unless the session has stopped: over a store that is closed it would try for ever.
    pub(crate) async fn resume_queue(&self) {
        if !self.stop.is_cancelled() {
            self.client.send_queue().set_enabled(true).await;
        }
    }

    /// Whether something that was written in a conversation waits to be sent.
    pub(crate) fn has_queued(&self, room: &RoomId) -> bool {
        lock(&self.queued).contains(room)
    }

    async fn count_queued(&self) {
        let echoes = self.client.send_queue().local_echoes().await.unwrap_or_default();
        let rooms: BTreeSet<OwnedRoomId> =
            echoes.iter().filter(|(_, waiting)| !waiting.is_empty()).map(|(room, _)| room.clone()).collect();
        let before = std::mem::replace(&mut *lock(&self.queued), rooms.clone());
        for room in before.symmetric_difference(&rooms) {
            let _ = self.refresh_conversation.send(room.clone());
        }
        let queued = u32::try_from(echoes.values().map(Vec::len).sum::<usize>()).unwrap_or(u32::MAX);
        self.connection.send_if_modified(|connection| {
            let changed = connection.queued != queued;
            connection.queued = queued;
            changed
        });
    }
}

/// How long a homeserver that is asked too much wants to be left alone.
fn asked_to_wait(error: &matrix_sdk::Error) -> Duration {
    let details = matrix_error(error).details;
    let seconds = details.and_then(|details| details.retry_after_seconds).unwrap_or_default();
    Duration::from_secs(seconds.into())
}
