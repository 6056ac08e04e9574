//! What each row of the list of conversations shows and the SDK would look up in its database room by room: with a thousand
//! conversations that alone takes a second. Kept together, read once at a start.

use super::{Active, load, lock, save};
use crate::chat::{ARCHIVED, Archived};
use matrix_sdk::notification_settings::{NotificationSettings, RoomNotificationMode};
use matrix_sdk::ruma::events::RoomAccountDataEventType;
use matrix_sdk::ruma::{EventId, OwnedEventId, OwnedRoomId, OwnedUserId, RoomId};
use matrix_sdk::sync::RoomUpdates;
use matrix_sdk::{Client, Room};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex as StdMutex};
use std::time::Duration;
use tokio::sync::{Mutex, Notify, broadcast};

/// Key in the SDK's store of all of it.
const ROWS: &[u8] = b"consilium.rows";
/// How long changes are gathered before they are kept: of a first sync there are thousands.
const GATHER: Duration = Duration::from_secs(3);

/// Who is in the picture of a group, as long as so many are in it and this machine knows as much about them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownFaces {
    pub joined: u64,
    pub complete: bool,
    pub users: Vec<OwnedUserId>,
}

/// The most that was unread since an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct KnownUnread {
    read: OwnedEventId,
    messages: u64,
    mentions: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    faces: BTreeMap<OwnedRoomId, KnownFaces>,
    archived: BTreeMap<OwnedRoomId, Archived>,
    unread: BTreeMap<OwnedRoomId, KnownUnread>,
}

#[derive(Debug)]
pub(super) struct Rows {
    kept: StdMutex<Kept>,
    changed: Notify,
    /// Storing them: one at a time, so that the last is what stays.
    saving: Mutex<()>,
}

impl Rows {
    pub(super) async fn load(client: &Client) -> Self {
        Self { kept: StdMutex::new(load(client, ROWS).await), changed: Notify::new(), saving: Mutex::new(()) }
    }
}

impl Active {
    pub(crate) async fn notifications(&self) -> &NotificationSettings {
        self.notifications.get_or_init(|| self.client.notification_settings()).await
    }

    /// Whether a conversation tells of less than its kind does.
    pub(crate) async fn is_muted(&self, room: &Room) -> bool {
        let mode = self.notifications().await.get_user_defined_room_notification_mode(room.room_id()).await;
        matches!(mode, Some(RoomNotificationMode::Mute | RoomNotificationMode::MentionsAndKeywordsOnly))
    }

    pub(crate) fn known_faces(&self, room: &RoomId) -> Option<KnownFaces> {
        lock(&self.rows.kept).faces.get(room).cloned()
    }

    pub(crate) fn keep_faces(&self, room: &RoomId, faces: KnownFaces) {
        lock(&self.rows.kept).faces.insert(room.to_owned(), faces);
        self.rows.changed.notify_one();
    }

    /// Messages and mentions that were unread, if nothing was read since.
    pub(super) fn known_unread(&self, room: &RoomId, read: &EventId) -> Option<(u64, u64)> {
        let kept = lock(&self.rows.kept);
        kept.unread.get(room).filter(|known| known.read == *read).map(|known| (known.messages, known.mentions))
    }

    pub(super) fn keep_unread(&self, room: &RoomId, read: OwnedEventId, (messages, mentions): (u64, u64)) {
        let unread = KnownUnread { read, messages, mentions };
        let before = if messages == 0 && mentions == 0 {
            lock(&self.rows.kept).unread.remove(room).map(|_| false)
        } else {
            let before = lock(&self.rows.kept).unread.insert(room.to_owned(), unread.clone());
            Some(before.is_some_and(|before| before == unread))
        };
        if before == Some(false) {
            self.rows.changed.notify_one();
        }
    }

    pub(crate) fn archived(&self, room: &RoomId) -> Archived {
        lock(&self.rows.kept).archived.get(room).copied().unwrap_or_default()
    }

    /// Takes in what the homeserver says of conversations that were put somewhere, and has their rows made anew: the SDK
    /// tells of no such change.
    pub(super) async fn watch_rows(self: Arc<Self>, mut updates: broadcast::Receiver<RoomUpdates>) {
        loop {
            match updates.recv().await {
                Ok(updates) => {
                    let mut archived = false;
                    let put = updates.joined.iter().filter(|(_, room)| !room.account_data.is_empty());
                    for (id, room) in put {
                        for event in &room.account_data {
                            if event.get_field::<String>("type").ok().flatten().as_deref() == Some(ARCHIVED) {
                                let content = event.get_field("content").ok().flatten();
                                self.set_archived(id, content.unwrap_or_default());
                                archived = true;
                            }
                        }
                        let _ = self.refresh_conversation.send(id.clone());
                    }
                    // The homeserver does not say it twice.
                    if archived {
                        self.save_rows().await;
                    }
                }
                // Some were missed.
                Err(broadcast::error::RecvError::Lagged(_)) => {
                    for room in self.client.joined_rooms() {
                        self.set_archived(room.room_id(), stored(&room).await);
                    }
                    self.save_rows().await;
                }
                Err(broadcast::error::RecvError::Closed) => return,
            }
        }
    }

    fn set_archived(&self, room: &RoomId, archived: Archived) {
        let mut kept = lock(&self.rows.kept);
        if archived == Archived::default() {
            kept.archived.remove(room);
        } else {
            kept.archived.insert(room.to_owned(), archived);
        }
    }

    pub(super) async fn keep_rows(self: Arc<Self>) {
        loop {
            self.rows.changed.notified().await;
            tokio::time::sleep(GATHER).await;
            self.save_rows().await;
        }
    }

    async fn save_rows(&self) {
        let _turn = self.rows.saving.lock().await;
        let kept = lock(&self.rows.kept).clone();
        save(&self.client, ROWS, &kept).await;
    }
}

/// What the SDK's store has of a room.
async fn stored(room: &Room) -> Archived {
    let event = room.account_data(RoomAccountDataEventType::from(ARCHIVED)).await.ok().flatten();
    event.and_then(|event| event.get_field("content").ok().flatten()).unwrap_or_default()
}
