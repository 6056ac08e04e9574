//! Groups that the doctor left and keeps, to read in them: the SDK's store holds what was written until it is told to forget.

use super::{Active, load, lock, save};
use matrix_sdk::ruma::{OwnedRoomId, RoomId};
use matrix_sdk::{Client, Room, RoomState};
use std::collections::BTreeSet;
use std::sync::Mutex as StdMutex;
use tokio::sync::Mutex;

/// Key in the SDK's store of which they are.
const KEPT: &[u8] = b"consilium.kept";

#[derive(Debug)]
pub(super) struct Kept {
    rooms: StdMutex<BTreeSet<OwnedRoomId>>,
    /// Storing: one at a time, so that the last is what stays.
    saving: Mutex<()>,
}

impl Kept {
    pub(super) async fn load(client: &Client) -> Self {
        Self { rooms: StdMutex::new(load(client, KEPT).await), saving: Mutex::new(()) }
    }
}

impl Active {
    /// Whether what was written in a room is kept though the doctor is not in it.
    pub(crate) fn is_kept(&self, room: &RoomId) -> bool {
        lock(&self.kept.rooms).contains(room)
    }

    pub(crate) async fn keep(&self, room: &RoomId, kept: bool) {
        let _turn = self.kept.saving.lock().await;
        let rooms = {
            let mut rooms = lock(&self.kept.rooms);
            if kept {
                rooms.insert(room.to_owned());
            } else {
                rooms.remove(room);
            }
            rooms.clone()
        };
        save(&self.client, KEPT, &rooms).await;
    }

    /// Rooms whose messages can be read: the doctor is in them, or was and keeps them.
    pub(crate) fn readable_rooms(&self) -> Vec<Room> {
        let mut rooms = self.client.rooms();
        rooms.retain(|room| match room.state() {
            RoomState::Joined => true,
            RoomState::Left => self.is_kept(room.room_id()),
            _ => false,
        });
        rooms
    }
}
