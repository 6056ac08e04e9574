//! What was read: kept here until the homeserver knows, also across restarts.

use super::{Active, RETRY, lock, save};
use crate::account::error::matrix_error;
use consilium_api::{ErrorCode, Result};
use matrix_sdk::room::Receipts;
use matrix_sdk::ruma::{OwnedEventId, RoomId};
use matrix_sdk::{Client, Room};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Key in the SDK's store of what was read and the homeserver does not know yet.
pub(super) const READS: &[u8] = b"consilium.reads";

/// How far a conversation was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Read {
    /// The last event that was there.
    event: OwnedEventId,
    /// Messages that the SDK counts as unread up to there.
    messages: u64,
    /// Those of them that name the doctor.
    #[serde(default)]
    mentions: u64,
}

/// What is unread in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unread {
    pub messages: u32,
    pub mentions: u32,
    /// The doctor marked it so.
    pub marked: bool,
}

impl Active {
    /// Marks what is now in the conversation as read; if the server cannot be told, when it is back.
    pub(crate) async fn mark_read(&self, room_id: &str) -> Result<()> {
        let timeline = self.timeline(room_id).await?;
        if let Some(latest) = timeline.latest_event_id().await {
            let (messages, mentions) = (timeline.room().num_unread_messages(), timeline.room().num_unread_mentions());
            let room = timeline.room().room_id().to_owned();
            let read = Read { event: latest, messages, mentions };
            lock(&self.untold_reads).insert(room.clone(), read);
            self.notifier.read(&room);
            let _ = self.refresh_conversation.send(room);
            self.save_reads().await;
            self.reads.notify_one();
        }
        Ok(())
    }

    /// What is unread in a conversation; what was read counts as read at once, also without a network.
    pub(crate) fn unread(&self, room: &Room) -> Unread {
        let read = lock(&self.untold_reads).get(room.room_id()).cloned();
        let (messages, mentions) = read.as_ref().map_or((0, 0), |read| (read.messages, read.mentions));
        let left = |all: u64, read: u64| u32::try_from(all.saturating_sub(read)).unwrap_or(u32::MAX);
        Unread {
            messages: left(room.num_unread_messages(), messages),
            mentions: left(room.num_unread_mentions(), mentions),
            marked: room.is_marked_unread() && read.is_none(),
        }
    }

    /// Tells the homeserver what was read. What could not be told is kept and told when the link is back: exactly what
    /// was on the screen then, not what came after.
    pub(super) async fn tell_reads(self: Arc<Self>) {
        loop {
            let next = lock(&self.untold_reads).iter().next().map(|(room, read)| (room.clone(), read.clone()));
            let Some((room, read)) = next else {
                self.reads.notified().await;
                continue;
            };
            match tell_read(&self.client, &room, &read.event).await {
                Err(error) if is_passing(error.code) => self.pause(RETRY.1).await,
                // Told, or never to be told: the conversation was left, say.
                _ => {
                    // Read on meanwhile: the later event is still to be told.
                    {
                        let mut untold = lock(&self.untold_reads);
                        if untold.get(&room) == Some(&read) {
                            untold.remove(&room);
                        }
                    }
                    self.save_reads().await;
                }
            }
        }
    }

    async fn save_reads(&self) {
        let _turn = self.saving_reads.lock().await;
        let untold = lock(&self.untold_reads).clone();
        save(&self.client, READS, &untold).await;
    }
}

async fn tell_read(client: &Client, room: &RoomId, event: &OwnedEventId) -> Result<()> {
    let Some(room) = client.get_room(room) else { return Ok(()) };
    let receipts = Receipts::new().fully_read_marker(event.clone()).public_read_receipt(event.clone());
    room.send_multiple_receipts(receipts).await.map_err(|error| matrix_error(&error))
}

/// Whether the same call may succeed later.
fn is_passing(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::Offline | ErrorCode::ServerTrouble | ErrorCode::RateLimited | ErrorCode::SessionExpired)
}
