//! What was read: kept here until the homeserver knows, also across restarts.

use super::{Active, RETRY, lock, save};
use crate::account::error::matrix_error;
use consilium_api::{ErrorCode, Result};
use matrix_sdk::room::Receipts;
use matrix_sdk::ruma::{EventId, MilliSecondsSinceUnixEpoch, OwnedEventId, RoomId};
use matrix_sdk::{Client, Room, RoomState};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// Key in the SDK's store of what was read and the homeserver does not know yet.
pub(super) const READS: &[u8] = b"consilium.reads";
/// How long what was told is waited for to come back with the sync.
const COMES_BACK: Duration = Duration::from_secs(5);

/// How far a conversation was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Read {
    /// The last event that was there.
    pub(super) event: OwnedEventId,
    /// Messages that the SDK counts as unread up to there.
    messages: u64,
    /// Those of them that name the doctor.
    #[serde(default)]
    mentions: u64,
}

/// What is unread in a conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Unread {
    pub messages: u32,
    pub mentions: u32,
    /// The doctor marked it so.
    pub marked: bool,
}

impl Unread {
    fn new(messages: u64, mentions: u64, marked: bool) -> Self {
        let shown = |count| u32::try_from(count).unwrap_or(u32::MAX);
        Self { messages: shown(messages), mentions: shown(mentions), marked }
    }
}

impl Active {
    /// Marks what is now in the conversation as read, or what is in one of its threads; if the server cannot be told, when
    /// it is back.
    pub(crate) async fn mark_read(&self, room_id: &str, thread: Option<&EventId>) -> Result<()> {
        let timeline = self.timeline(room_id).await?;
        if timeline.room().state() != RoomState::Joined {
            return Ok(());
        }
        let room = timeline.room().room_id().to_owned();
        let told = lock(&self.untold_reads).get(&room).cloned();
        if self.looked_at(&timeline, thread, told.as_ref()).await {
            let _ = self.refresh_conversation.send(room);
        } else if let Some(latest) = timeline.latest_event_id().await {
            let (messages, mentions) = (timeline.room().num_unread_messages(), timeline.room().num_unread_mentions());
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
    ///
    /// The SDK counts what it holds in memory, which after a longer absence, and after a restart, is less than there is: what
    /// is in the index counts too, and a mention that was counted stays until it is read.
    pub(crate) async fn unread(&self, room: &Room) -> Unread {
        let read = lock(&self.untold_reads).get(room.room_id()).cloned();
        let marked = room.is_marked_unread() && read.is_none();
        let (messages, mentions) = read.as_ref().map_or((0, 0), |read| (read.messages, read.mentions));
        let messages = room.num_unread_messages().saturating_sub(messages);
        let mentions = room.num_unread_mentions().saturating_sub(mentions);
        // What was read does not tell of the threads in it.
        let (in_threads, named_there) = self.unread_in_threads(room);
        let unread = |messages: u64, mentions: u64| {
            Unread::new(messages + u64::from(in_threads), mentions + u64::from(named_there), marked)
        };
        let Some(upto) = self.upto(room) else { return unread(messages, mentions) };
        let known = self.known_unread(room.room_id(), &upto);
        if messages == 0 && known.is_none() {
            return unread(0, mentions);
        }
        let before = known.unwrap_or((0, 0));
        let messages = messages.max(self.written_after(room, &upto).await.unwrap_or(before.0));
        let mentions = mentions.max(before.1);
        self.keep_unread(room.room_id(), upto, (messages, mentions));
        unread(messages, mentions)
    }

    /// When the last event was sent that was read, if something after it was not.
    pub(crate) async fn read_up_to(&self, room: &Room) -> Option<MilliSecondsSinceUnixEpoch> {
        if self.unread(room).await.messages == 0 {
            return None;
        }
        sent_at(room, &self.upto(room)?).await
    }

    /// The last event that was read.
    fn upto(&self, room: &Room) -> Option<OwnedEventId> {
        let untold = lock(&self.untold_reads).get(room.room_id()).map(|read| read.event.clone());
        untold.or_else(|| room.read_receipts().latest_active.map(|last| last.event_id))
    }

    /// How many messages of others the index has after this event.
    async fn written_after(&self, room: &Room, event: &EventId) -> Option<u64> {
        let at = sent_at(room, event).await.and_then(|at| i64::try_from(u64::from(at.get())).ok());
        let (id, own) = (room.room_id().as_str(), room.own_user_id().as_str());
        self.search.written_after(id, own, event.as_str(), at).await.ok()?
    }

    /// Marks a conversation as unread. What was read in it is told first, because that takes the mark away.
    pub(crate) async fn mark_unread(&self, room: &Room) -> Result<()> {
        let _turn = self.telling_reads.lock().await;
        let read = lock(&self.untold_reads).get(room.room_id()).cloned();
        if let Some(read) = read {
            tell_read(&self.client, room.room_id(), &read.event).await?;
            self.told(room.room_id(), &read).await;
        }
        room.set_unread_flag(true).await.map_err(|error| matrix_error(&error))?;
        comes_back(room, |room| room.is_marked_unread()).await;
        Ok(())
    }

    /// Tells the homeserver what was read. What could not be told is kept and told when the link is back: exactly what
    /// was on the screen then, not what came after.
    pub(super) async fn tell_reads(self: Arc<Self>) {
        loop {
            let turn = self.telling_reads.lock().await;
            let next = lock(&self.untold_reads).iter().next().map(|(room, read)| (room.clone(), read.clone()));
            let Some((room, read)) = next else {
                drop(turn);
                self.reads.notified().await;
                continue;
            };
            match tell_read(&self.client, &room, &read.event).await {
                Err(error) if is_passing(error.code) => {
                    drop(turn);
                    self.pause(RETRY.1).await;
                }
                // Told, or never to be told: the conversation was left, say.
                _ => self.told(&room, &read).await,
            }
        }
    }

    async fn told(&self, room: &RoomId, read: &Read) {
        // Read on meanwhile: the later event is still to be told.
        {
            let mut untold = lock(&self.untold_reads);
            if untold.get(room) == Some(read) {
                untold.remove(room);
            }
        }
        self.save_reads().await;
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
    room.send_multiple_receipts(receipts).await.map_err(|error| matrix_error(&error))?;
    // Until then the SDK counts from where it was read before.
    let is_back = |room: &Room| {
        let last = room.read_receipts().latest_active;
        !room.is_marked_unread() && last.is_some_and(|last| last.event_id == *event)
    };
    comes_back(&room, is_back).await;
    Ok(())
}

async fn sent_at(room: &Room, event: &EventId) -> Option<MilliSecondsSinceUnixEpoch> {
    let (cache, _keep) = room.event_cache().await.ok()?;
    cache.find_event(event).await.ok().flatten()?.timestamp_raw()
}

/// Waits until the sync has brought back what was told: the SDK also sends no mark that it takes for set already.
async fn comes_back(room: &Room, is_back: impl Fn(&Room) -> bool) {
    let mut changes = room.subscribe_info();
    let seen = async { while !is_back(room) && changes.next().await.is_some() {} };
    let _ = tokio::time::timeout(COMES_BACK, seen).await;
}

/// Whether the same call may succeed later.
pub(crate) fn is_passing(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::Offline | ErrorCode::ServerTrouble | ErrorCode::RateLimited | ErrorCode::SessionExpired)
}
